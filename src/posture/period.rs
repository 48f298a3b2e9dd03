//! A period: for how much of its time each requirement was met, not met or not known, and when.
//!
//! What a scan saw counts from the scan until the next one, and at most for the schedule's interval and its grace. After that the time is
//! *not observed*, and what was not observed is not met (law 1 for time). Human evidence has dates of its own, so a requirement's status is
//! taken anew at each midnight on which an attestation begins or ends to count.

use super::Status;
use super::score::{TimeShares, time_shares};
use super::standing::{Cause, Standing, State};
use crate::catalog::Catalog;
use crate::model::{Settings, SnapshotId};
use chrono::{DateTime, Days, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What was known from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The scan behind it.
    pub snapshot: SnapshotId,
    /// From when: the scan, or a midnight after it on which evidence changed.
    pub from: DateTime<Utc>,
    /// The last moment for which it may count.
    pub until: DateTime<Utc>,
    /// Framework, then its requirements in its order.
    pub states: BTreeMap<String, Vec<State>>,
}

/// A stretch of time from `from` (included) until `until` (not included).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Begin.
    pub from: DateTime<Utc>,
    /// End.
    pub until: DateTime<Utc>,
}

impl Span {
    /// Its length.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        u64::try_from((self.until - self.from).num_seconds()).unwrap_or(0)
    }

    /// What both have; `None` when nothing.
    #[must_use]
    pub fn within(&self, other: &Self) -> Option<Self> {
        let span = Self { from: self.from.max(other.from), until: self.until.min(other.until) };
        (span.from < span.until).then_some(span)
    }
}

/// A stretch of one requirement's time with one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// When.
    pub span: Span,
    /// The status; `None` where nothing was observed.
    pub status: Option<Status>,
    /// What it means.
    pub standing: Standing,
    /// What was behind it at any time of it.
    pub causes: BTreeSet<Cause>,
    /// First and last scan that say so.
    pub snapshots: Option<(SnapshotId, SnapshotId)>,
}

/// Seconds of a period, or of many requirements' periods together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// Met.
    pub met: u64,
    /// Not met.
    pub not_met: u64,
    /// Everything.
    pub whole: u64,
}

impl Times {
    /// Of a requirement's segments.
    #[must_use]
    pub fn of(segments: &[Segment], whole: u64) -> Self {
        let sum = |standing| segments.iter().filter(|segment| segment.standing == standing).map(|segment| segment.span.seconds()).sum();
        Self { met: sum(Standing::Met), not_met: sum(Standing::NotMet), whole }
    }

    /// Neither met nor not met.
    #[must_use]
    pub fn not_known(&self) -> u64 {
        self.whole.saturating_sub(self.met + self.not_met)
    }

    /// Together with another.
    pub fn add(&mut self, other: Self) {
        self.met += other.met;
        self.not_met += other.not_met;
        self.whole += other.whole;
    }

    /// In percent.
    #[must_use]
    pub fn shares(&self) -> Option<TimeShares> {
        time_shares(self.met, self.not_met, self.whole)
    }
}

/// The observations' own stretches of the period: each ends where the next begins, or where it may count no longer.
fn stretches<'o>(observations: &'o [Observation], period: &Span) -> Vec<(Span, &'o Observation)> {
    let next = observations.iter().skip(1).map(|observation| observation.from).chain([DateTime::<Utc>::MAX_UTC]);
    observations
        .iter()
        .zip(next)
        .filter_map(|(observation, next)| {
            let span = Span { from: observation.from, until: observation.until.min(next) };
            Some((span.within(period)?, observation))
        })
        .collect()
}

/// The parts of the period in which nothing was observed. Observations must be in order of time.
#[must_use]
pub fn unobserved(observations: &[Observation], period: &Span) -> Vec<Span> {
    let mut at = period.from;
    let mut holes = Vec::new();
    let end = Span { from: period.until, until: period.until };
    for span in stretches(observations, period).into_iter().map(|(span, _)| span).chain([end]) {
        if at < span.from {
            holes.push(Span { from: at, until: span.from });
        }
        at = at.max(span.until);
    }
    holes
}

/// One requirement over the period, without holes: neighbouring stretches with the same status are one. `place` is the requirement's place in
/// the framework. Observations must be in order of time.
#[must_use]
pub fn segments(observations: &[Observation], holes: &[Span], period: &Span, framework: &str, place: usize) -> Vec<Segment> {
    let seen = stretches(observations, period).into_iter().map(|(span, observation)| {
        let state = observation.states.get(framework).and_then(|states| states.get(place));
        Segment {
            span,
            status: state.map(|state| state.status),
            standing: state.map_or(Standing::NotKnown, |state| state.standing),
            causes: state.map(|state| state.causes.clone()).unwrap_or_default(),
            snapshots: Some((observation.snapshot, observation.snapshot)),
        }
    });
    let unseen = holes.iter().map(|span| Segment {
        span: *span,
        status: None,
        standing: Standing::NotKnown,
        causes: BTreeSet::new(),
        snapshots: None,
    });
    let mut all: Vec<Segment> = seen.chain(unseen).collect();
    all.sort_by_key(|segment| segment.span.from);
    let mut merged: Vec<Segment> = Vec::new();
    for segment in all {
        match merged.last_mut() {
            Some(last) if last.status == segment.status && last.standing == segment.standing && last.span.until == segment.span.from => {
                last.span.until = segment.span.until;
                last.causes.extend(segment.causes);
                last.snapshots = match (last.snapshots, segment.snapshots) {
                    (Some((first, _)), Some((_, last))) => Some((first, last)),
                    (one, other) => one.or(other),
                };
            }
            _ => merged.push(segment),
        }
    }
    merged
}

/// Midnights on which some attestation begins or ends to count under some requirement.
#[must_use]
pub fn changes_of_evidence(catalog: &Catalog, settings: &Settings) -> BTreeSet<DateTime<Utc>> {
    let edges =
        || catalog.frameworks.values().flat_map(|framework| &framework.requirements).flat_map(|requirement| &requirement.attestations);
    let mut days = BTreeSet::new();
    for attestation in &settings.attestations {
        days.insert(attestation.performed_at);
        let lasts: BTreeSet<i64> = edges().filter(|edge| edge.topic.value == attestation.topic).map(|edge| edge.valid_days).collect();
        days.extend(lasts.into_iter().filter_map(|days| super::attestation::last_day(attestation, days).checked_add_days(Days::new(1))));
    }
    days.into_iter().map(|day| day.and_time(NaiveTime::MIN).and_utc()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use chrono::TimeDelta;

    fn at(day: u32) -> DateTime<Utc> {
        chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(6, 0, 0).unwrap().and_utc()
    }

    fn seen(snapshot: i64, day: u32, status: Status, standing: Standing) -> Observation {
        let state = State { status, standing, causes: BTreeSet::new() };
        let states = BTreeMap::from([("f".to_owned(), vec![state])]);
        Observation { snapshot, from: at(day), until: at(day) + TimeDelta::hours(30), states }
    }

    const PASS: (Status, Standing) = (Status::Pass, Standing::Met);
    const FAIL: (Status, Standing) = (Status::Fail, Standing::NotMet);

    fn run(days: &[(u32, (Status, Standing))], from: u32, until: u32) -> (Vec<Segment>, Vec<Span>) {
        let observations: Vec<Observation> =
            days.iter().zip(1..).map(|((day, (status, standing)), id)| seen(id, *day, *status, *standing)).collect();
        let period = Span { from: at(from), until: at(until) };
        let holes = unobserved(&observations, &period);
        let segments = segments(&observations, &holes, &period, "f", 0);
        let covered: u64 = segments.iter().map(|segment| segment.span.seconds()).sum();
        assert_eq!(covered, period.seconds(), "segments fill the period and do not overlap");
        (segments, holes)
    }

    #[test]
    fn a_status_holds_until_the_next_scan_and_no_longer_than_the_schedule() {
        let (segments, holes) = run(&[(1, PASS), (2, PASS), (3, FAIL), (4, PASS), (8, PASS)], 1, 9);
        let said: Vec<(Option<Status>, u64)> = segments.iter().map(|s| (s.status, s.span.seconds() / 3600)).collect();
        let expected = [(Some(Status::Pass), 48), (Some(Status::Fail), 24), (Some(Status::Pass), 30), (None, 66), (Some(Status::Pass), 24)];
        assert_eq!(said, expected);
        assert_eq!(segments[0].snapshots, Some((1, 2)));
        assert_eq!(holes, [Span { from: at(4) + TimeDelta::hours(30), until: at(8) }]);
        let times = Times::of(&segments, 8 * 86_400);
        assert_eq!((times.met, times.not_met, times.not_known()), (102 * 3600, 24 * 3600, 66 * 3600));
    }

    #[test]
    fn the_scan_before_the_period_speaks_into_it_and_nothing_is_known_without_scans() {
        let (segments, _) = run(&[(1, PASS)], 2, 4);
        assert_eq!(segments.iter().map(|s| (s.status, s.span.seconds() / 3600)).collect::<Vec<_>>(), [(Some(Status::Pass), 6), (None, 42)]);
        let (segments, holes) = run(&[], 1, 3);
        assert_eq!((segments.len(), segments[0].status, holes.len()), (1, None, 1));
        assert_eq!(Times::of(&segments, 172_800), Times { met: 0, not_met: 0, whole: 172_800 });
    }

    #[test]
    fn taking_scans_away_adds_no_time_met_beyond_the_grace() {
        let all = [(1, PASS), (2, FAIL), (3, PASS), (4, PASS), (5, FAIL), (6, PASS)];
        let met = |days: &[(u32, (Status, Standing))]| Times::of(&run(days, 1, 8).0, 7 * 86_400).met;
        let whole = met(&all);
        for gone in 0..all.len() {
            let mut fewer = all.to_vec();
            fewer.remove(gone);
            // Losing a failing scan lengthens the pass before it by the grace at most; see the method: that is what grace is.
            assert!(met(&fewer) <= whole + 6 * 3600, "{gone}");
        }
    }
}
