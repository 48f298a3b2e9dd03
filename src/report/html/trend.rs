//! The scores over time as drawings: a line for what is proved, a line for what is possible, the band between them.

use super::words::interval;
use crate::model::Interval;
use crate::report::presentation::Words;
use crate::report::trend::drawing::Area;
use crate::report::view::{FrameworkView, ReportView, TrendPoint};
use chrono::DateTime;
use serde::Serialize;

/// Width of one chart in its own units; the page scales it.
const WIDTH: f64 = 400.0;
/// Where its lines are drawn.
const AREA: Area = Area { left: 4.0, right: 396.0, top: 6.0, bottom: 70.0 };

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
    taken_at: &'a str,
    /// Configuration and programme of each framework, in the order of the cards.
    scores: Vec<String>,
    fail: u64,
    unknown: u64,
}

impl<'a> Trend<'a> {
    /// Of a view; `None` when there are not two points to join.
    pub(super) fn of(view: &'a ReportView, words: &Words) -> Option<Self> {
        let [first, .., last] = view.trend.as_slice() else { return None };
        let xs = positions(&view.trend);
        let frameworks: Vec<Lines<'a>> = view.frameworks.iter().map(|framework| lines(framework, &view.trend, &xs, words)).collect();
        Some(Self {
            width: WIDTH,
            first: &first.taken_at,
            last: &last.taken_at,
            rows: view.trend.iter().map(|point| table_row(point, &view.frameworks, words)).collect(),
            frameworks,
        })
    }
}

fn lines<'a>(framework: &'a FrameworkView, trend: &[TrendPoint], xs: &[f64], words: &Words) -> Lines<'a> {
    let scores = |pick: fn(&crate::report::view::TrendScore) -> Option<Interval>| -> Vec<(f64, Option<Interval>)> {
        trend.iter().zip(xs).map(|(point, x)| (*x, point.scores.get(&framework.id).and_then(pick))).collect()
    };
    Lines {
        title: &framework.title,
        configuration: chart(&scores(|score| score.configuration), words),
        programme: chart(&scores(|score| score.programme), words),
    }
}

/// Places in time between left and right.
fn positions(trend: &[TrendPoint]) -> Vec<f64> {
    let time = |point: &TrendPoint| DateTime::parse_from_rfc3339(&point.taken_at).ok().map(|time| time.timestamp());
    AREA.positions(&trend.iter().map(time).collect::<Vec<_>>())
}

/// Paths of one score; a snapshot without it leaves a gap. `None` when fewer than two snapshots have it.
fn chart(points: &[(f64, Option<Interval>)], words: &Words) -> Option<Chart> {
    let paths = AREA.paths(points)?;
    let [_, .., (x, low, high)] = paths.marks.as_slice() else { return None };
    Some(Chart {
        x: format!("{x:.1}"),
        low_y: format!("{low:.1}"),
        high_y: format!("{high:.1}"),
        from: interval(words, paths.first),
        to: interval(words, paths.last),
        band: paths.band,
        low: paths.low,
        high: paths.high,
    })
}

fn table_row<'a>(point: &'a TrendPoint, frameworks: &[FrameworkView], words: &Words) -> TableRow<'a> {
    let text = |score: Option<Interval>| score.map_or_else(|| words.say("html.trend.no_score").to_owned(), |score| interval(words, score));
    TableRow {
        snapshot: point.snapshot,
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

    fn range(low: f64, high: f64) -> Option<Interval> {
        Some(Interval { low: Percent(low), high: Percent(high) })
    }

    #[test]
    fn one_point_is_no_trend() {
        assert!(chart(&[(0.0, range(1.0, 1.0)), (1.0, None)], &Words::default()).is_none());
        let two = chart(&[(4.0, range(0.0, 50.0)), (396.0, range(50.0, 100.0))], &Words::default()).unwrap();
        assert_eq!((two.from.as_str(), two.to.as_str()), ("0.0 to 50.0 %", "50.0 to 100.0 %"));
        assert_eq!((two.x.as_str(), two.low_y.as_str(), two.high_y.as_str()), ("396.0", "38.0", "6.0"));
    }
}
