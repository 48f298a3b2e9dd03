//! The lives of findings: first seen, last seen, resolved, reopened, told from the snapshots in their order.
//!
//! A finding is known by its fingerprint, whether it fails or is unknown: a failure that becomes unknown is not resolved. It is resolved by
//! the first later snapshot that could see it and does not hold it; a snapshot that could not see it says nothing (law 1).
//!
//! Only what changed from one snapshot to the next is looked at, and what is waited for: so a history costs its changes, not its length.

use super::NotSeen;
use crate::model::{Severity, SnapshotId, Verdict};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A snapshot in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Its number.
    pub snapshot: SnapshotId,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
}

/// What a snapshot's evaluation says of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// `fail` or `unknown`; of several verdicts with one fingerprint the worse.
    pub verdict: Verdict,
    /// Severity of the control.
    pub severity: Severity,
}

/// A finding of which two evaluations in a row do not say the same. `None`: it is not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What the earlier one says.
    pub before: Option<Held>,
    /// What the later one says.
    pub now: Option<Held>,
}

/// What differs between two evaluations in a row, by fingerprint. Findings that are not named are as they were.
pub type Changes = BTreeMap<Arc<str>, Change>;

/// A snapshot and the one before it, asked about findings that they do not hold.
pub trait Witness {
    /// Why nothing could be asked.
    type Error;

    /// Which of these findings the snapshot could not have seen, and why.
    ///
    /// # Errors
    ///
    /// When it cannot be asked.
    fn blind(&mut self, absent: &BTreeSet<Arc<str>>) -> Result<BTreeMap<Arc<str>, NotSeen>, Self::Error>;

    /// Whether the snapshot looked at the finding's source and ran its control, and either saw its resource or was short of nothing there.
    /// Coarser than [`Witness::blind`], and needs no earlier ledger to compare with.
    ///
    /// # Errors
    ///
    /// When it cannot be asked.
    fn looked(&mut self, fingerprint: &str) -> Result<bool, Self::Error>;

    /// The same of the snapshot before; `false` when there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be asked.
    fn looked_before(&mut self, fingerprint: &str) -> Result<bool, Self::Error>;
}

/// One finding through time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// The first snapshot that holds it.
    pub first_seen: Moment,
    /// The last one that holds it.
    pub last_seen: Moment,
    /// `fail` or `unknown`, since when: one entry per change.
    pub states: Vec<(Moment, Verdict)>,
    /// Every time it was resolved.
    pub resolved: Vec<Moment>,
    /// Every time it came back after that.
    pub reopened: Vec<Moment>,
    /// Why the last snapshot says nothing about it, when it is open and was not seen.
    pub not_seen: Option<NotSeen>,
}

impl Life {
    fn begin(at: Moment, verdict: Verdict) -> Self {
        Self { first_seen: at, last_seen: at, states: vec![(at, verdict)], resolved: Vec::new(), reopened: Vec::new(), not_seen: None }
    }

    /// Whether nobody has seen it resolved.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.resolved.len() <= self.reopened.len()
    }

    fn seen(&mut self, at: Moment, verdict: Verdict) {
        self.last_seen = at;
        self.not_seen = None;
        if !self.is_open() {
            self.reopened.push(at);
        }
        if self.states.last().is_none_or(|(_, state)| *state != verdict) {
            self.states.push((at, verdict));
        }
    }
}

/// Tells lives; snapshots must come in order of time.
#[derive(Debug, Default)]
pub struct Lives {
    lives: BTreeMap<Arc<str>, Life>,
    /// Open ones that the last snapshot does not hold.
    absent: BTreeSet<Arc<str>>,
    last: Option<Moment>,
}

impl Lives {
    /// Takes the next snapshot. Findings that are not `wanted` are left out.
    ///
    /// # Errors
    ///
    /// When the witness cannot be asked.
    pub fn observe<W: Witness>(
        &mut self,
        at: Moment,
        changes: &Changes,
        wanted: impl Fn(&str) -> bool,
        witness: &mut W,
    ) -> Result<(), W::Error> {
        for (fingerprint, change) in changes.iter().filter(|(fingerprint, _)| wanted(fingerprint)) {
            match change.now {
                Some(now) => self.seen(at, fingerprint, now.verdict),
                None => {
                    let Some(life) = self.lives.get_mut(fingerprint) else { continue };
                    if change.before.is_some() {
                        life.last_seen = self.last.unwrap_or(at);
                        self.absent.insert(Arc::clone(fingerprint));
                    }
                }
            }
        }
        if !self.absent.is_empty() {
            let mut blind = witness.blind(&self.absent)?;
            self.absent.retain(|fingerprint| {
                let Some(life) = self.lives.get_mut(fingerprint) else { return false };
                life.not_seen = blind.remove(fingerprint);
                if life.not_seen.is_none() {
                    life.resolved.push(at);
                }
                life.not_seen.is_some()
            });
        }
        self.last = Some(at);
        Ok(())
    }

    /// Takes the last snapshot, of which only what it holds matters.
    pub fn close<'f>(&mut self, at: Moment, held: impl IntoIterator<Item = (&'f Arc<str>, &'f Verdict)>) {
        held.into_iter().for_each(|(fingerprint, verdict)| self.seen(at, fingerprint, *verdict));
        self.last = Some(at);
    }

    fn seen(&mut self, at: Moment, fingerprint: &Arc<str>, verdict: Verdict) {
        self.absent.remove(fingerprint);
        match self.lives.get_mut(fingerprint) {
            Some(life) => life.seen(at, verdict),
            None => drop(self.lives.insert(Arc::clone(fingerprint), Life::begin(at, verdict))),
        }
    }

    /// All lives, by fingerprint.
    #[must_use]
    pub fn finish(mut self) -> BTreeMap<Arc<str>, Life> {
        if let Some(last) = self.last {
            let held = self.lives.iter_mut().filter(|(fingerprint, life)| life.is_open() && !self.absent.contains(*fingerprint));
            held.for_each(|(_, life)| life.last_seen = last);
        }
        self.lives
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use std::convert::Infallible;

    pub fn at(snapshot: i64) -> Moment {
        Moment { snapshot, taken_at: DateTime::from_timestamp(86_400 * snapshot, 0).unwrap() }
    }

    /// A witness that is blind for some findings, and for some in the snapshot before.
    #[derive(Default, Clone)]
    pub struct Says {
        pub blind: Vec<&'static str>,
        pub blind_before: Vec<&'static str>,
    }

    impl Witness for Says {
        type Error = Infallible;
        fn blind(&mut self, absent: &BTreeSet<Arc<str>>) -> Result<BTreeMap<Arc<str>, NotSeen>, Infallible> {
            let blind = absent.iter().filter(|fingerprint| self.blind.contains(&&***fingerprint));
            Ok(blind.map(|fingerprint| (Arc::clone(fingerprint), NotSeen::control("c"))).collect())
        }
        fn looked(&mut self, fingerprint: &str) -> Result<bool, Infallible> {
            Ok(!self.blind.contains(&fingerprint))
        }
        fn looked_before(&mut self, fingerprint: &str) -> Result<bool, Infallible> {
            Ok(!self.blind_before.contains(&fingerprint))
        }
    }

    /// What differs between two lists of findings.
    pub fn changes(before: &[(&str, Verdict)], now: &[(&str, Verdict)]) -> Changes {
        let held = |of: &[(&str, Verdict)], name: &str| {
            let found = of.iter().find(|(known, _)| *known == name);
            found.map(|(_, verdict)| Held { verdict: *verdict, severity: Severity::High })
        };
        let names = before.iter().chain(now).map(|(name, _)| *name);
        let change = |name: &str| Change { before: held(before, name), now: held(now, name) };
        names.map(|name| (name.into(), change(name))).filter(|(_, change)| change.before != change.now).collect()
    }

    #[test]
    fn a_finding_is_resolved_only_by_a_look_that_could_see_it() {
        use Verdict::{Fail, Unknown};
        /// What was held, and what could not be seen.
        type Scan<'a> = (&'a [(&'a str, Verdict)], Vec<&'static str>);
        let scans: [Scan<'_>; 6] = [
            (&[("a", Fail), ("b", Fail)], vec![]),
            (&[("b", Fail)], vec!["a"]),
            (&[("a", Unknown), ("b", Fail)], vec![]),
            (&[("b", Fail)], vec![]),
            (&[("b", Fail)], vec!["a"]),
            (&[("a", Fail), ("b", Fail)], vec![]),
        ];
        let told = |until: usize| {
            let mut lives = Lives::default();
            let mut before: &[(&str, Verdict)] = &[];
            for (number, (held, blind)) in (1..).zip(&scans[..until]) {
                let mut witness = Says { blind: blind.clone(), ..Says::default() };
                let Ok(()) = lives.observe(at(number), &changes(before, held), |_| true, &mut witness);
                before = held;
            }
            lives.finish()
        };
        assert!(told(2)["a"].is_open() && told(2)["a"].not_seen.is_some());
        assert_eq!(told(2)["a"].last_seen, at(1));
        assert!(told(3)["a"].reopened.is_empty(), "it was never closed");
        assert_eq!(told(3)["a"].states, [(at(1), Fail), (at(3), Unknown)]);
        assert_eq!((&told(5)["a"].resolved[..], &told(5)["a"].not_seen), (&[at(4)][..], &None), "a resolved one needs no further look");
        let life = &told(6)["a"];
        assert_eq!((life.first_seen, life.last_seen, &life.reopened[..], life.is_open()), (at(1), at(6), &[at(6)][..], true));
        assert_eq!(told(6)["b"], Life { last_seen: at(6), ..Life::begin(at(1), Fail) }, "nothing was said of it since the first");
    }
}
