//! The only place where a percentage is computed (law 3). Everything is an interval (law 4).
//!
//! * A control's **share** is passing resources over judged ones. Unknown and manual count 0 in the low end and 1 in the high end, and so
//!   does every resource that an incomplete read may hide; where nobody knows how many it hides, the share is anywhere from 0 to 1.
//! * A requirement's score is the mean of its controls' shares, weighted by severity and strength.
//! * A framework's score is the plain mean of its requirements' scores.
//!
//! Every step is monotone in each end, which is why losing access cannot raise a score: it can only turn passes into unknowns, widen what
//! is hidden, and bring back controls that had nothing to judge.

use crate::model::{ControlTally, Hidden, Interval, Percent, Severity, Strength};
use serde::{Deserialize, Serialize};

/// Weight of a severity.
#[must_use]
pub fn severity_weight(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 16.0,
        Severity::High => 8.0,
        Severity::Medium => 4.0,
        Severity::Low => 2.0,
        Severity::Info => 1.0,
    }
}

/// Weight of a strength. Indicative edges inform and never count.
#[must_use]
pub fn strength_weight(strength: Strength) -> f64 {
    match strength {
        Strength::Strong => 1.0,
        Strength::Supporting => 0.5,
        Strength::Indicative => 0.0,
    }
}

/// Both ends of a share, from 0 to 1, before anybody rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// If every unknown fails.
    pub low: f64,
    /// If every unknown passes.
    pub high: f64,
}

impl Share {
    /// Nothing is proved, everything is possible.
    pub const OPEN: Self = Self { low: 0.0, high: 1.0 };
    /// Proved.
    pub const WHOLE: Self = Self { low: 1.0, high: 1.0 };

    /// The worse of two that are both needed.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.min(other.high) }
    }

    /// The better of two of which one suffices.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.max(other.high) }
    }

    /// As every surface prints it: one decimal, the low end rounded down and the high end up, so that rounding never claims anything.
    #[must_use]
    pub fn percent(self) -> Interval {
        Interval { low: floor(self.low), high: ceil(self.high) }
    }
}

/// Slack for binary fractions: 0.7 must print as 70.0, not as 69.9.
const SLACK: f64 = 1e-7;

fn floor(share: f64) -> Percent {
    Percent(((share * 1000.0 + SLACK).floor() / 10.0).clamp(0.0, 100.0))
}

fn ceil(share: f64) -> Percent {
    Percent(((share * 1000.0 - SLACK).ceil() / 10.0).clamp(0.0, 100.0))
}

#[allow(clippy::cast_precision_loss)]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The share of a control; `accepted` failures (under a valid waiver) count as passing. `None`: nothing applies, and everything was seen.
#[must_use]
pub fn share(tally: &ControlTally, accepted: u64) -> Option<Share> {
    let counts = &tally.counts;
    let open = counts.unknown + counts.manual;
    let judged = counts.fail + open + counts.pass;
    let hidden = match tally.hidden {
        Hidden::AtMost(number) if tally.looked => number,
        _ => return Some(Share::OPEN),
    };
    if judged + hidden == 0 {
        return None;
    }
    let proved = counts.pass + accepted.min(counts.fail);
    Some(Share { low: ratio(proved, judged + hidden), high: ratio(proved + open + hidden, judged + hidden) })
}

/// A weighted mean; `None` when nothing has weight.
#[must_use]
pub fn weighted_mean(parts: &[(Share, f64)]) -> Option<Share> {
    let weight: f64 = parts.iter().map(|(_, weight)| weight).sum();
    if weight <= 0.0 {
        return None;
    }
    let end = |of: fn(&Share) -> f64| parts.iter().map(|(share, weight)| of(share) * weight).sum::<f64>() / weight;
    Some(Share { low: end(|share| share.low), high: end(|share| share.high) })
}

/// A plain mean.
#[must_use]
pub fn mean(parts: &[Share]) -> Option<Share> {
    weighted_mean(&parts.iter().map(|share| (*share, 1.0)).collect::<Vec<_>>())
}

/// Coverage: requirements with a definite answer, of those in scope. `None` when nothing is in scope.
#[must_use]
pub fn coverage(assessed: u64, in_scope: u64) -> Option<Percent> {
    (in_scope > 0).then(|| floor(ratio(assessed, in_scope)))
}

/// How a stretch of time divides, in percent with one decimal. The three parts add up to 100 exactly.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TimeShares {
    /// Time for which it was shown to be met; rounded down.
    pub met: Percent,
    /// Time for which it was seen not to be met; rounded up.
    pub not_met: Percent,
    /// The rest: nobody looked, or what was seen decides nothing.
    pub not_known: Percent,
}

/// Shares of time out of seconds; `None` for no time at all. Seconds beyond `whole` are cut: first what was met, so that no mistake helps.
#[must_use]
pub fn time_shares(met: u64, not_met: u64, whole: u64) -> Option<TimeShares> {
    if whole == 0 {
        return None;
    }
    let not_met = not_met.min(whole);
    let met = met.min(whole - not_met);
    let thousandths = |part: u64, up: u64| (u128::from(part) * 1000 + u128::from(up)) / u128::from(whole);
    let (met, not_met) = (thousandths(met, 0), thousandths(not_met, whole - 1));
    let percent = |thousandths: u128| Percent(u32::try_from(thousandths).map_or(0.0, |number| f64::from(number) / 10.0));
    Some(TimeShares { met: percent(met), not_met: percent(not_met), not_known: percent(1000_u128.saturating_sub(met + not_met)) })
}

/// What was kept of what was due: scans of a schedule, days of a period that an attestation covers. Rounded down; `None` when nothing was due.
#[must_use]
pub fn kept(kept: u64, due: u64) -> Option<Percent> {
    (due > 0).then(|| floor(ratio(kept.min(due), due)))
}

/// A printed percentage in whole tenths, in which differences are exact.
#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn tenths(percent: Percent) -> i64 {
    (percent.0 * 10.0).round() as i64
}

/// Tenths as percentage points, for printing.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn points(tenths: i64) -> Percent {
    Percent(tenths as f64 / 10.0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::model::Counts;

    fn tally(fail: u64, unknown: u64, pass: u64, hidden: Hidden) -> ControlTally {
        ControlTally { counts: Counts { fail, unknown, manual: 0, pass, not_applicable: 0 }, hidden, looked: true }
    }

    #[test]
    fn unknown_is_the_width_of_the_interval() {
        let share = share(&tally(1, 2, 7, Hidden::AtMost(0)), 0).unwrap();
        assert_eq!(share.percent().to_string(), "70.0 to 90.0 %");
        assert_eq!(super::share(&tally(1, 2, 7, Hidden::AtMost(10)), 0).unwrap().percent().to_string(), "35.0 to 95.0 %");
        assert_eq!(super::share(&tally(1, 2, 7, Hidden::Unbounded), 0), Some(Share::OPEN));
        assert_eq!(super::share(&ControlTally::default(), 0), Some(Share::OPEN), "nobody looked");
        assert_eq!(super::share(&tally(0, 0, 0, Hidden::AtMost(0)), 0), None);
    }

    #[test]
    fn rounding_never_claims_anything() {
        assert_eq!(Share { low: 0.9999, high: 0.00001 }.percent(), Interval { low: Percent(99.9), high: Percent(0.1) });
        for thousandth in 0..=1000_u32 {
            let exact = f64::from(thousandth) / 1000.0;
            let percent = Share { low: exact, high: exact }.percent();
            assert_eq!(percent.low, percent.high, "{thousandth}");
            assert_eq!(percent.low.to_string(), format!("{}.{} %", thousandth / 10, thousandth % 10));
        }
    }

    #[test]
    fn accepted_failures_count_as_passing_and_never_twice() {
        assert_eq!(share(&tally(2, 0, 8, Hidden::AtMost(0)), 1).unwrap().percent().to_string(), "90.0 %");
        assert_eq!(share(&tally(2, 0, 8, Hidden::AtMost(0)), 9).unwrap().percent().to_string(), "100.0 %");
    }

    #[test]
    fn parts_of_a_period_add_up_and_rounding_never_claims() {
        let parts = |met, not_met, whole| time_shares(met, not_met, whole).map(|s| (s.met.0, s.not_met.0, s.not_known.0)).unwrap();
        assert_eq!(parts(1, 1, 3), (33.3, 33.4, 33.3));
        assert_eq!(parts(2, 1, 3), (66.6, 33.4, 0.0));
        assert_eq!(parts(0, 0, 7), (0.0, 0.0, 100.0));
        assert_eq!(parts(7, 7, 7), (0.0, 100.0, 0.0), "what is both is not met");
        assert_eq!(parts(999_999, 1, 1_000_000), (99.9, 0.1, 0.0));
        assert_eq!(time_shares(0, 0, 0), None);
        for met in 0..=60_u64 {
            for not_met in 0..=(60 - met) {
                let (a, b, c) = parts(met, not_met, 60);
                assert!(((a + b + c) - 100.0).abs() < 1e-9, "{met} {not_met}: {a} {b} {c}");
            }
        }
        assert_eq!(kept(9, 10), Some(Percent(90.0)));
        assert_eq!(kept(12, 10), Some(Percent(100.0)));
        assert_eq!(kept(0, 0), None);
    }
}
