//! Scans that were due and scans that came: what a period may be measured by.
//!
//! A scan is due one interval after the scan before it. It was made when a scan came in that time, or at most the grace after it; a scan that
//! was missed makes the next one due an interval later. More scans than meant are no fault.

use crate::model::{Schedule, about_in_words};
use chrono::{DateTime, TimeDelta, Utc};

/// Where the distance between scans comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Declared in the configuration.
    Declared,
    /// The median distance of so many.
    Median(usize),
    /// Nobody declared it, and there are not two scans to measure between.
    Unknown,
}

/// The distance meant between scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// The distance and its grace; `None` when unknown.
    pub schedule: Option<Schedule>,
    /// Where it comes from.
    pub basis: Basis,
}

/// A scan that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was made in time.
    pub made: bool,
}

impl Cadence {
    /// The declared schedule, or the (lower) median distance between scans, which must be in order.
    #[must_use]
    pub fn of(declared: Option<Schedule>, scans: &[DateTime<Utc>]) -> Self {
        if let Some(schedule) = declared {
            return Self { schedule: Some(schedule), basis: Basis::Declared };
        }
        let mut distances: Vec<u32> = scans
            .windows(2)
            .filter_map(|pair| match pair {
                [earlier, later] => u32::try_from((*later - *earlier).num_seconds()).ok().filter(|seconds| *seconds > 0),
                _ => None,
            })
            .collect();
        distances.sort_unstable();
        match distances.get(distances.len().saturating_sub(1) / 2) {
            Some(median) => Self { schedule: Some(Schedule::new(*median, None)), basis: Basis::Median(distances.len()) },
            None => Self { schedule: None, basis: Basis::Unknown },
        }
    }

    /// How long what a scan saw may count when no other scan comes: the interval and its grace, and no time at all when nobody knows it.
    #[must_use]
    pub fn hold(&self) -> TimeDelta {
        self.schedule.map_or(TimeDelta::zero(), |schedule| {
            TimeDelta::seconds(i64::from(schedule.every)).checked_add(&TimeDelta::seconds(i64::from(schedule.grace))).unwrap_or_default()
        })
    }

    /// Scans due from `from` on and before `until`, each made or missed. `scans` are all there are, in order, earlier ones too. One whose grace
    /// has not run out at `until` is not counted yet, unless it was made.
    #[must_use]
    pub fn dues(&self, scans: &[DateTime<Utc>], from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Due> {
        let Some(schedule) = self.schedule.filter(|schedule| schedule.every > 0) else { return Vec::new() };
        let (every, grace) = (TimeDelta::seconds(i64::from(schedule.every)), TimeDelta::seconds(i64::from(schedule.grace)));
        // Before the first scan ever the clock of the schedule runs from the start of the period.
        let mut anchor = scans.iter().rev().find(|scan| **scan < from).copied().unwrap_or(from);
        let mut dues = Vec::new();
        loop {
            let Some(due) = anchor.checked_add_signed(every).filter(|due| *due < until) else { return dues };
            let early = scans.iter().rev().find(|scan| **scan > anchor && **scan <= due);
            let late = || scans.iter().find(|scan| **scan > due && **scan - due <= grace);
            let made = early.or_else(late).copied();
            if made.is_none() && until - due <= grace {
                return dues;
            }
            if due >= from {
                dues.push(Due { at: due, made: made.is_some() });
            }
            anchor = made.unwrap_or(due);
        }
    }

    /// In one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let words = |schedule: Schedule| (about_in_words(schedule.every.into()), about_in_words(schedule.grace.into()));
        match (self.basis, self.schedule.map(words)) {
            (Basis::Declared, Some((every, grace))) => format!("Declared: a scan every {every}, with {grace} of grace."),
            (Basis::Median(number), Some((every, grace))) => {
                let of = if number == 1 { "the one distance".to_owned() } else { format!("the median of {number} distances") };
                format!(
                    "Not declared. Measured by {of} between scans, {every}, with {grace} of grace; a declared schedule would be a better yardstick."
                )
            }
            _ => "Not declared, and there are not two scans to measure between, so no scan counts beyond its moment.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn at(day: u32, hour: u32) -> DateTime<Utc> {
        chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, 0, 0).unwrap().and_utc()
    }

    const DAILY: Cadence = Cadence { schedule: Some(Schedule { every: 86_400, grace: 21_600 }), basis: Basis::Declared };

    fn missed(scans: &[DateTime<Utc>]) -> (usize, Vec<DateTime<Utc>>) {
        let dues = DAILY.dues(scans, at(1, 0), at(11, 0));
        (dues.len(), dues.iter().filter(|due| !due.made).map(|due| due.at).collect())
    }

    #[test]
    fn a_kept_schedule_misses_nothing() {
        let daily: Vec<_> = (1..=10).map(|day| at(day, 6)).collect();
        assert_eq!(missed(&daily), (10, vec![]));
        let hourly: Vec<_> = (1..=10).flat_map(|day| (0..24).map(move |hour| at(day, hour))).collect();
        assert!(missed(&hourly).1.is_empty());
        assert!((9..=10).contains(&missed(&hourly).0), "more scans than meant are not more scans due");
        let shaky: Vec<_> = (1..=10).map(|day| at(day, [6, 9, 3, 8, 6][day as usize % 5])).collect();
        assert!(missed(&shaky).1.is_empty());
    }

    #[test]
    fn a_gap_is_as_many_missed_scans_as_would_have_been_due() {
        let gap: Vec<_> = (1..=10).filter(|day| !(4..=6).contains(day)).map(|day| at(day, 6)).collect();
        assert_eq!(missed(&gap), (10, vec![at(4, 6), at(5, 6), at(6, 6)]));
        assert_eq!(missed(&[]).1.len(), 9, "the one due at the very end is out of the period");
        let stopped: Vec<_> = (1..=5).map(|day| at(day, 6)).collect();
        assert_eq!(missed(&stopped).1, [at(6, 6), at(7, 6), at(8, 6), at(9, 6), at(10, 6)]);
    }

    #[test]
    fn grace_ends_to_the_second() {
        let second = TimeDelta::seconds(1);
        let late = |by: TimeDelta| missed(&[at(1, 6), at(2, 12) + by]).1.first().copied();
        assert_eq!(late(TimeDelta::zero()), Some(at(3, 12)));
        assert_eq!(late(second), Some(at(2, 6)));
    }

    #[test]
    fn the_median_stands_in_for_a_schedule_and_says_so() {
        let scans = [at(1, 0), at(2, 0), at(3, 0), at(9, 0)];
        let cadence = Cadence::of(None, &scans);
        assert_eq!(cadence.schedule, Some(Schedule { every: 86_400, grace: 21_600 }));
        assert!(cadence.sentence().contains("median of 3 distances"), "{}", cadence.sentence());
        let alone = Cadence::of(None, &scans[..1]);
        assert_eq!((alone.schedule, alone.hold()), (None, TimeDelta::zero()));
        assert!(alone.dues(&scans, at(1, 0), at(9, 0)).is_empty());
    }
}
