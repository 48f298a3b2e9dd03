//! Indicators for who steers: open findings by severity and age, time to detect, time to resolve, coverage, schedule, what has expired.
//!
//! All of it follows from findings' stays and from dates. A time that no scan can tell exactly is an interval: what happened between two
//! scans happened at the earliest right after the first and at the latest right before the second.

use super::schedule::Cadence;
use super::score;
use super::stays::Stay;
use crate::model::{Percent, Severity};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Numbers by age: up to 7 days, 8 to 30, 31 to 90, more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ages {
    /// At most 7 days.
    pub days_0_7: u64,
    /// 8 to 30 days.
    pub days_8_30: u64,
    /// 31 to 90 days.
    pub days_31_90: u64,
    /// 91 days and more.
    pub days_91: u64,
}

impl Ages {
    /// The four numbers, youngest first.
    #[must_use]
    pub fn in_order(&self) -> [u64; 4] {
        [self.days_0_7, self.days_8_30, self.days_31_90, self.days_91]
    }
}

/// Counts open things by severity and age in whole days. `seen` says severity and since when; so findings count, and so will vulnerabilities.
#[must_use]
pub fn ages(seen: impl IntoIterator<Item = (Severity, DateTime<Utc>)>, now: DateTime<Utc>) -> BTreeMap<String, Ages> {
    let mut ages: BTreeMap<String, Ages> = Severity::ALL.iter().map(|severity| (severity.as_str().to_owned(), Ages::default())).collect();
    for (severity, since) in seen {
        let entry = ages.entry(severity.as_str().to_owned()).or_default();
        match (now - since).num_days() {
            ..=7 => entry.days_0_7 += 1,
            8..=30 => entry.days_8_30 += 1,
            31..=90 => entry.days_31_90 += 1,
            _ => entry.days_91 += 1,
        }
    }
    ages
}

/// A mean of times that are known between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MeanTime {
    /// Findings it is the mean of.
    pub findings: u64,
    /// Findings left out because no bound is known.
    pub unknown: u64,
    /// Seconds at least; `None` without findings.
    pub at_least: Option<u64>,
    /// Seconds at most.
    pub at_most: Option<u64>,
}

impl MeanTime {
    fn of(times: &[Option<(TimeDelta, TimeDelta)>]) -> Self {
        let known: Vec<(TimeDelta, TimeDelta)> = times.iter().filter_map(|times| *times).collect();
        let number = u64::try_from(known.len()).unwrap_or(u64::MAX);
        let mean = |of: fn(&(TimeDelta, TimeDelta)) -> TimeDelta| {
            let sum: u64 = known.iter().map(|times| u64::try_from(of(times).num_seconds()).unwrap_or(0)).sum();
            sum.checked_div(number)
        };
        let unknown = u64::try_from(times.len() - known.len()).unwrap_or(u64::MAX);
        Self { findings: number, unknown, at_least: mean(|times| times.0), at_most: mean(|times| times.1) }
    }
}

/// Scans due and made in the window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScheduleKept {
    /// Scans due.
    pub expected: u64,
    /// Made in time.
    pub made: u64,
    /// The second over the first, in percent; `None` when none was due.
    pub kept: Option<Percent>,
}

/// Everything, each with its formula in [`Indicators::formulas`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Indicators {
    /// Begin of the window, RFC 3339.
    pub from: String,
    /// Its end: the moment of which it speaks.
    pub until: String,
    /// Open failing findings by severity and age.
    pub open: BTreeMap<String, Ages>,
    /// By severity, of findings first seen in the window.
    pub time_to_detect: BTreeMap<String, MeanTime>,
    /// By severity, of findings resolved in the window.
    pub time_to_resolve: BTreeMap<String, MeanTime>,
    /// Framework to its coverage in percent.
    pub coverage: BTreeMap<String, Option<Percent>>,
    /// The schedule.
    pub schedule: ScheduleKept,
    /// Where the schedule comes from, in a sentence.
    pub schedule_basis: String,
    /// Waivers past their last day.
    pub expired_waivers: u64,
    /// Attestations past their last day.
    pub expired_attestations: u64,
    /// Indicator and how it is made.
    pub formulas: Vec<(String, String)>,
}

/// What indicators are made from.
pub struct Inputs<'a> {
    /// Every stay of every failing finding, open and over.
    pub stays: &'a [Stay],
    /// Times of all scans, in order.
    pub scans: &'a [DateTime<Utc>],
    /// The schedule.
    pub cadence: &'a Cadence,
    /// Begin of the window.
    pub from: DateTime<Utc>,
    /// The moment of which they speak: the newest scan's.
    pub now: DateTime<Utc>,
    /// Framework to its coverage.
    pub coverage: BTreeMap<String, Option<Percent>>,
    /// Waivers past their last day.
    pub expired_waivers: u64,
    /// Attestations past their last day.
    pub expired_attestations: u64,
}

impl Indicators {
    /// Computes them.
    #[must_use]
    pub fn of(inputs: &Inputs<'_>) -> Self {
        let (from, now) = (inputs.from, inputs.now);
        let within = |at: DateTime<Utc>| at >= from && at <= now;
        let open = inputs.stays.iter().filter(|stay| stay.is_open(now)).map(|stay| (stay.severity, stay.first_seen));
        let detect = |stay: &Stay| {
            within(stay.first_seen).then(|| stay.last_absent_before.map(|absent| (TimeDelta::zero(), stay.first_seen - absent)))
        };
        let resolve = |stay: &Stay| {
            let resolved = stay.resolved_at.filter(|at| within(*at))?;
            // Open at least from the first to the last scan that saw it, at most from its detection to the scan that saw it gone.
            Some(Some((stay.last_seen - stay.first_seen, resolved - stay.first_seen)))
        };
        let dues = inputs.cadence.dues(inputs.scans, from, now + TimeDelta::seconds(1));
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (expected, made) = (number(dues.len()), number(dues.iter().filter(|due| due.made).count()));
        Self {
            from: rfc3339(from),
            until: rfc3339(now),
            open: ages(open, now),
            time_to_detect: by_severity(inputs.stays, detect),
            time_to_resolve: by_severity(inputs.stays, resolve),
            coverage: inputs.coverage.clone(),
            schedule: ScheduleKept { expected, made, kept: score::kept(made, expected) },
            schedule_basis: inputs.cadence.sentence(),
            expired_waivers: inputs.expired_waivers,
            expired_attestations: inputs.expired_attestations,
            formulas: formulas(),
        }
    }
}

type Bounds = Option<(TimeDelta, TimeDelta)>;

fn by_severity(stays: &[Stay], of: impl Fn(&Stay) -> Option<Bounds>) -> BTreeMap<String, MeanTime> {
    let mean = |severity: Severity| {
        let times: Vec<Bounds> = stays.iter().filter(|stay| stay.severity == severity).filter_map(&of).collect();
        (severity.as_str().to_owned(), MeanTime::of(&times))
    };
    Severity::ALL.into_iter().map(mean).collect()
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn formulas() -> Vec<(String, String)> {
    [
        ("open", "failing findings (waived ones too) not yet seen gone; age = whole days from the first scan that saw the finding to the newest scan"),
        (
            "time_to_detect",
            "mean of (first scan with the finding - last scan before it that looked and did not find it), an upper bound: the lower is 0; findings of the first scan, and of scans that could not look before, are unknown and left out",
        ),
        (
            "time_to_resolve",
            "mean over findings seen gone in the window; at least (last scan with it - first scan with it), at most (first scan without it - first scan with it); a scan that could not look resolves nothing",
        ),
        ("coverage", "requirements with a definite answer / requirements in scope, at the newest scan"),
        ("schedule", "scans that came within the interval and its grace / scans due, in the window"),
        ("expired", "waivers and attestations past their last day at the newest scan"),
    ]
    .iter()
    .map(|(name, formula)| ((*name).to_owned(), (*formula).to_owned()))
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::model::Schedule;
    use crate::posture::schedule::Basis;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600 + day * 86_400, 0).unwrap()
    }

    fn stay(first: i64, last: i64, resolved: Option<i64>, absent: Option<i64>) -> Stay {
        Stay {
            fingerprint: format!("{first}-{last}").into(),
            severity: Severity::High,
            first_seen: day(first),
            last_seen: day(last),
            resolved_at: resolved.map(day),
            last_absent_before: absent.map(day),
        }
    }

    fn of(stays: &[Stay], scans: &[DateTime<Utc>], from: i64, now: i64) -> Indicators {
        let cadence = Cadence { schedule: Some(Schedule::new(86_400, None)), basis: Basis::Declared };
        Indicators::of(&Inputs {
            stays,
            scans,
            cadence: &cadence,
            from: day(from),
            now: day(now),
            coverage: BTreeMap::new(),
            expired_waivers: 0,
            expired_attestations: 0,
        })
    }

    #[test]
    fn ages_fall_into_their_buckets_to_the_day() {
        let counted = ages([0, 7, 8, 30, 31, 90, 91, 400].map(|age| (Severity::Low, day(400 - age))), day(400));
        assert_eq!(counted["low"].in_order(), [2, 2, 2, 2]);
        assert_eq!(counted["critical"], Ages::default());
        assert_eq!(counted.len(), 5);
    }

    #[test]
    fn times_are_bounded_by_the_scans_and_unknown_ones_are_left_out() {
        let stays = [stay(0, 4, Some(6), None), stay(2, 3, Some(4), Some(1)), stay(5, 6, None, Some(2))];
        let indicators = of(&stays, &[], 0, 6);
        let detect = indicators.time_to_detect["high"];
        assert_eq!((detect.findings, detect.unknown, detect.at_least, detect.at_most), (2, 1, Some(0), Some(2 * 86_400)));
        let resolve = indicators.time_to_resolve["high"];
        assert_eq!((resolve.findings, resolve.at_least, resolve.at_most), (2, Some(5 * 43_200), Some(4 * 86_400)));
        assert_eq!(indicators.open["high"].in_order(), [1, 0, 0, 0]);
        assert_eq!(indicators.time_to_detect["low"], MeanTime::default());
        assert_eq!(of(&stays, &[], 5, 5).time_to_resolve["high"].findings, 0, "out of the window");
        assert_eq!(of(&stays, &[], 0, 3).open["high"].in_order(), [2, 0, 0, 0], "resolved later is open now");
    }

    #[test]
    fn the_schedule_is_counted_in_the_window() {
        let scans = [0, 1, 2, 5, 6].map(day);
        let kept = of(&[], &scans, 1, 6).schedule;
        assert_eq!((kept.expected, kept.made), (6, 4));
        assert_eq!(kept.kept, Some(Percent(66.6)));
    }
}
