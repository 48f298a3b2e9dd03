//! The scores over time as drawings: a line for what is proved, a line for what is possible, the band between them.

use crate::model::Interval;
use crate::report::view::{FrameworkView, ReportView, TrendPoint};
use chrono::DateTime;
use serde::Serialize;
use std::fmt::Write as _;

/// Drawing area of one chart, in its own units; the page scales it.
const WIDTH: f64 = 400.0;
const LEFT: f64 = 4.0;
const RIGHT: f64 = 396.0;
const TOP: f64 = 6.0;
const BOTTOM: f64 = 70.0;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Trend<'a> {
    width: f64,
    first: &'a str,
    last: &'a str,
    frameworks: Vec<Lines<'a>>,
    rows: Vec<TableRow<'a>>,
}

/// One framework's two charts.
#[derive(Debug, Serialize)]
struct Lines<'a> {
    title: &'a str,
    configuration: Option<Chart>,
    programme: Option<Chart>,
}

/// One chart.
#[derive(Debug, Serialize)]
struct Chart {
    /// The band, the low line and the high line, one path each.
    band: String,
    low: String,
    high: String,
    /// Where the lines end.
    x: String,
    low_y: String,
    high_y: String,
    /// First and last score, for people who do not see the drawing.
    from: String,
    to: String,
}

/// One snapshot in the table.
#[derive(Debug, Serialize)]
struct TableRow<'a> {
    snapshot: i64,
    label: &'a str,
    taken_at: &'a str,
    /// Configuration and programme of each framework, in the order of the cards.
    scores: Vec<String>,
    fail: u64,
    unknown: u64,
}

impl<'a> Trend<'a> {
    /// Of a view; `None` when there are not two points to join.
    pub(super) fn of(view: &'a ReportView) -> Option<Self> {
        let [first, .., last] = view.trend.as_slice() else { return None };
        let xs = positions(&view.trend);
        let frameworks: Vec<Lines<'a>> = view.frameworks.iter().map(|framework| lines(framework, &view.trend, &xs)).collect();
        Some(Self {
            width: WIDTH,
            first: &first.label,
            last: &last.label,
            rows: view.trend.iter().map(|point| table_row(point, &view.frameworks)).collect(),
            frameworks,
        })
    }
}

fn lines<'a>(framework: &'a FrameworkView, trend: &[TrendPoint], xs: &[f64]) -> Lines<'a> {
    let scores = |pick: fn(&crate::report::view::TrendScore) -> Option<Interval>| -> Vec<(f64, Option<Interval>)> {
        trend.iter().zip(xs).map(|(point, x)| (*x, point.scores.get(&framework.id).and_then(pick))).collect()
    };
    Lines {
        title: &framework.title,
        configuration: chart(&scores(|score| score.configuration)),
        programme: chart(&scores(|score| score.programme)),
    }
}

/// Places in time between left and right; evenly spread when the times say nothing.
fn positions(trend: &[TrendPoint]) -> Vec<f64> {
    let times: Vec<Option<i64>> =
        trend.iter().map(|point| DateTime::parse_from_rfc3339(&point.taken_at).ok().map(|time| time.timestamp())).collect();
    let known: Option<Vec<i64>> = times.into_iter().collect();
    let spread = |share: f64| LEFT + (RIGHT - LEFT) * share;
    if let Some(times) = known
        && let (Some(first), Some(last)) = (times.first(), times.last())
        && times.is_sorted()
        && first < last
    {
        let span = (last - first) as f64;
        return times.iter().map(|time| spread((time - first) as f64 / span)).collect();
    }
    let steps = trend.len().saturating_sub(1).max(1) as f64;
    (0..trend.len()).map(|at| spread(at as f64 / steps)).collect()
}

/// Paths of one score; a snapshot without it leaves a gap. `None` when fewer than two snapshots have it.
fn chart(points: &[(f64, Option<Interval>)]) -> Option<Chart> {
    let scored: Vec<(f64, Interval)> = points.iter().filter_map(|(x, score)| score.map(|score| (*x, score))).collect();
    let [(_, first), .., (x, last)] = scored.as_slice() else { return None };
    let (mut band, mut low, mut high) = (String::new(), String::new(), String::new());
    for run in points.split(|(_, score)| score.is_none()) {
        let lows: Vec<(f64, f64)> = run.iter().filter_map(|(x, score)| score.map(|s| (*x, height(s.low.0)))).collect();
        let highs: Vec<(f64, f64)> = run.iter().filter_map(|(x, score)| score.map(|s| (*x, height(s.high.0)))).collect();
        line(&mut low, lows.iter());
        line(&mut high, highs.iter());
        if lows.len() > 1 {
            line(&mut band, lows.iter().chain(highs.iter().rev()));
            band.push('Z');
        }
    }
    Some(Chart {
        band,
        low,
        high,
        x: format!("{x:.1}"),
        low_y: format!("{:.1}", height(last.low.0)),
        high_y: format!("{:.1}", height(last.high.0)),
        from: first.to_string(),
        to: last.to_string(),
    })
}

fn height(percent: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * percent.clamp(0.0, 100.0) / 100.0
}

fn line<'p>(path: &mut String, points: impl Iterator<Item = &'p (f64, f64)>) {
    for (at, (x, y)) in points.enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
    }
}

fn table_row<'a>(point: &'a TrendPoint, frameworks: &[FrameworkView]) -> TableRow<'a> {
    let text = |score: Option<Interval>| score.map_or_else(|| "none".to_owned(), |score| score.to_string());
    TableRow {
        snapshot: point.snapshot,
        label: &point.label,
        taken_at: &point.taken_at,
        scores: frameworks
            .iter()
            .flat_map(|framework| {
                let score = point.scores.get(&framework.id);
                [text(score.and_then(|s| s.configuration)), text(score.and_then(|s| s.programme))]
            })
            .collect(),
        fail: point.fail,
        unknown: point.unknown,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::model::Percent;

    fn interval(low: f64, high: f64) -> Option<Interval> {
        Some(Interval { low: Percent(low), high: Percent(high) })
    }

    #[test]
    fn the_band_lies_between_the_lines() {
        let chart = chart(&[(4.0, interval(0.0, 50.0)), (396.0, interval(50.0, 100.0))]).unwrap();
        assert_eq!(chart.low, "M4.0 70.0L396.0 38.0");
        assert_eq!(chart.high, "M4.0 38.0L396.0 6.0");
        assert_eq!(chart.band, "M4.0 70.0L396.0 38.0L396.0 6.0L4.0 38.0Z");
        assert_eq!((chart.from.as_str(), chart.to.as_str()), ("0.0 to 50.0 %", "50.0 to 100.0 %"));
    }

    #[test]
    fn a_snapshot_without_score_leaves_a_gap() {
        let chart = chart(&[(0.0, interval(1.0, 1.0)), (1.0, None), (2.0, interval(2.0, 2.0)), (3.0, interval(2.0, 2.0))]).unwrap();
        assert_eq!(chart.low.matches('M').count(), 2);
        assert_eq!(chart.band.matches('Z').count(), 1);
    }

    #[test]
    fn one_point_is_no_trend() {
        assert!(chart(&[(0.0, interval(1.0, 1.0)), (1.0, None)]).is_none());
    }
}
