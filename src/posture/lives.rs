//! The lives of findings: first seen, last seen, resolved, reopened, told from the snapshots in their order.
//!
//! A finding is known by its fingerprint, whether it fails or is unknown: a failure that becomes unknown is not resolved. It is resolved by
//! the first later snapshot that could see it and does not hold it; a snapshot that could not see it says nothing (law 1).

use super::NotSeen;
use crate::model::{SnapshotId, Verdict};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A snapshot in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Its number.
    pub snapshot: SnapshotId,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
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
    /// Whether nobody has seen it resolved.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.resolved.len() <= self.reopened.len()
    }
}

/// All findings, by fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lives(pub BTreeMap<String, Life>);

impl Lives {
    /// Open findings that a look does not hold: for these it must be asked whether the look could see them.
    #[must_use]
    pub fn absent(&self, held: &BTreeMap<String, Verdict>) -> Vec<(&str, &Life)> {
        let open = self.0.iter().filter(|(fingerprint, life)| life.is_open() && !held.contains_key(*fingerprint));
        open.map(|(fingerprint, life)| (fingerprint.as_str(), life)).collect()
    }

    /// Adds the next snapshot: the findings it holds, and those it could not see, by fingerprint.
    pub fn observe(&mut self, at: Moment, held: &BTreeMap<String, Verdict>, mut not_seen: BTreeMap<String, NotSeen>) {
        for (fingerprint, life) in &mut self.0 {
            if life.is_open() && !held.contains_key(fingerprint) {
                life.not_seen = not_seen.remove(fingerprint);
                if life.not_seen.is_none() {
                    life.resolved.push(at);
                }
            }
        }
        for (fingerprint, verdict) in held {
            let new = || Life {
                first_seen: at,
                last_seen: at,
                states: vec![(at, *verdict)],
                resolved: Vec::new(),
                reopened: Vec::new(),
                not_seen: None,
            };
            let life = self.0.entry(fingerprint.clone()).or_insert_with(new);
            life.last_seen = at;
            life.not_seen = None;
            if !life.is_open() {
                life.reopened.push(at);
            }
            if life.states.last().is_none_or(|(_, state)| state != verdict) {
                life.states.push((at, *verdict));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn at(snapshot: i64) -> Moment {
        Moment { snapshot, taken_at: DateTime::from_timestamp(86_400 * snapshot, 0).unwrap() }
    }

    fn look(lives: &mut Lives, snapshot: i64, held: &[(&str, Verdict)], blind: &[&str]) {
        let held = held.iter().map(|(name, verdict)| ((*name).to_owned(), *verdict)).collect();
        let blind = blind.iter().map(|name| ((*name).to_owned(), NotSeen::control("c"))).collect();
        lives.observe(at(snapshot), &held, blind);
    }

    #[test]
    fn a_finding_is_resolved_only_by_a_look_that_could_see_it() {
        let mut lives = Lives::default();
        look(&mut lives, 1, &[("a", Verdict::Fail)], &[]);
        look(&mut lives, 2, &[], &["a"]);
        assert!(lives.0["a"].is_open() && lives.0["a"].not_seen.is_some());
        look(&mut lives, 3, &[("a", Verdict::Unknown)], &[]);
        assert!(lives.0["a"].reopened.is_empty(), "it was never closed");
        assert_eq!(lives.0["a"].states, [(at(1), Verdict::Fail), (at(3), Verdict::Unknown)]);
        look(&mut lives, 4, &[], &[]);
        look(&mut lives, 5, &[], &["a"]);
        assert_eq!((&lives.0["a"].resolved[..], &lives.0["a"].not_seen), (&[at(4)][..], &None), "a resolved one needs no further look");
        look(&mut lives, 6, &[("a", Verdict::Fail)], &[]);
        let life = &lives.0["a"];
        assert_eq!((life.first_seen, life.last_seen, &life.reopened[..], life.is_open()), (at(1), at(6), &[at(6)][..], true));
    }
}
