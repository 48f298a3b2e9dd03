//! Scores over time as paths: a line for what is proved, a line for what is possible, the band between them for what nobody could see.

use crate::model::Interval;
use std::fmt::Write as _;

/// Where a chart is drawn, in its own units; 0 % lies at the bottom.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Height of 100 %.
    pub top: f64,
    /// Height of 0 %.
    pub bottom: f64,
}

/// The paths of one score.
#[derive(Debug, Clone, PartialEq)]
pub struct Paths {
    /// The band.
    pub band: String,
    /// The low line.
    pub low: String,
    /// The high line.
    pub high: String,
    /// The first score there is.
    pub first: Interval,
    /// The last one.
    pub last: Interval,
    /// Where each score stands: x, y of the low end, y of the high end.
    pub marks: Vec<(f64, f64, f64)>,
}

impl Area {
    /// Places in time between left and right; evenly spread when the times (seconds) say nothing, in the middle when there is one alone.
    #[must_use]
    pub fn positions(&self, times: &[Option<i64>]) -> Vec<f64> {
        let spread = |share: f64| self.left + (self.right - self.left) * share;
        let known: Option<Vec<i64>> = times.iter().copied().collect();
        if let Some(times) = known
            && let (Some(first), Some(last)) = (times.first(), times.last())
            && times.is_sorted()
            && first < last
        {
            let span = (last - first) as f64;
            return times.iter().map(|time| spread((time - first) as f64 / span)).collect();
        }
        if times.len() == 1 {
            return vec![spread(0.5)];
        }
        let steps = times.len().saturating_sub(1).max(1) as f64;
        (0..times.len()).map(|at| spread(at as f64 / steps)).collect()
    }

    /// Height of a percentage.
    #[must_use]
    pub fn height(&self, percent: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * percent.clamp(0.0, 100.0) / 100.0
    }

    /// Paths through places and scores; a missing score leaves a gap. `None` when there is no score at all.
    #[must_use]
    pub fn paths(&self, points: &[(f64, Option<Interval>)]) -> Option<Paths> {
        let scored: Vec<(f64, Interval)> = points.iter().filter_map(|(x, score)| score.map(|score| (*x, score))).collect();
        let (first, last) = (scored.first()?.1, scored.last()?.1);
        let (mut band, mut low, mut high) = (String::new(), String::new(), String::new());
        for run in points.split(|(_, score)| score.is_none()) {
            let lows: Vec<(f64, f64)> = run.iter().filter_map(|(x, score)| score.map(|s| (*x, self.height(s.low.0)))).collect();
            let highs: Vec<(f64, f64)> = run.iter().filter_map(|(x, score)| score.map(|s| (*x, self.height(s.high.0)))).collect();
            line(&mut low, lows.iter());
            line(&mut high, highs.iter());
            if lows.len() > 1 {
                line(&mut band, lows.iter().chain(highs.iter().rev()));
                band.push('Z');
            }
        }
        let marks = scored.iter().map(|(x, score)| (*x, self.height(score.low.0), self.height(score.high.0))).collect();
        Some(Paths { band, low, high, first, last, marks })
    }
}

fn line<'p>(path: &mut String, points: impl Iterator<Item = &'p (f64, f64)>) {
    for (at, (x, y)) in points.enumerate() {
        // Writing to a string cannot fail.
        let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::Percent;

    const AREA: Area = Area { left: 4.0, right: 396.0, top: 6.0, bottom: 70.0 };

    fn interval(low: f64, high: f64) -> Option<Interval> {
        Some(Interval { low: Percent(low), high: Percent(high) })
    }

    #[test]
    fn the_band_lies_between_the_lines() {
        let paths = AREA.paths(&[(4.0, interval(0.0, 50.0)), (396.0, interval(50.0, 100.0))]).unwrap();
        assert_eq!(paths.low, "M4.0 70.0L396.0 38.0");
        assert_eq!(paths.high, "M4.0 38.0L396.0 6.0");
        assert_eq!(paths.band, "M4.0 70.0L396.0 38.0L396.0 6.0L4.0 38.0Z");
        assert_eq!((paths.first, paths.last), (interval(0.0, 50.0).unwrap(), interval(50.0, 100.0).unwrap()));
    }

    #[test]
    fn a_snapshot_without_score_leaves_a_gap() {
        let paths = AREA.paths(&[(0.0, interval(1.0, 1.0)), (1.0, None), (2.0, interval(2.0, 2.0)), (3.0, interval(2.0, 2.0))]).unwrap();
        assert_eq!(paths.low.matches('M').count(), 2);
        assert_eq!(paths.band.matches('Z').count(), 1);
        assert_eq!(paths.marks.len(), 3);
        assert!(AREA.paths(&[(0.0, None)]).is_none());
    }

    #[test]
    fn places_follow_time() {
        assert_eq!(AREA.positions(&[Some(0), Some(10), Some(40)]), [4.0, 102.0, 396.0]);
        assert_eq!(AREA.positions(&[None, Some(10), Some(40)]), [4.0, 200.0, 396.0]);
        assert_eq!(AREA.positions(&[Some(3)]), [200.0]);
    }
}
