//! Stays of failing findings, out of scans in order: when each was first seen, last seen, seen gone. Times to detect and to resolve come
//! from them.
//!
//! Only a scan that looked can say that a finding is not there: it looked at the source, its evaluation knew the control, the verdict was not
//! unknown, and either it saw the resource or nothing of the source could hide it. Anything else leaves a finding as it was (laws 1 and 2).

use super::lives::{Change, Changes, Witness};
use crate::model::{Severity, Verdict};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One stay of one finding (a failing verdict); a finding that comes back begins another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The same for the same control and resource in every run.
    pub fingerprint: Arc<str>,
    /// Severity of the control.
    pub severity: Severity,
    /// First scan that saw it.
    pub first_seen: DateTime<Utc>,
    /// Last scan that saw it.
    pub last_seen: DateTime<Utc>,
    /// First scan after that which looked and did not find it; `None` while it is open.
    pub resolved_at: Option<DateTime<Utc>>,
    /// Last scan before the first which looked and did not find it; `None` when none did.
    pub last_absent_before: Option<DateTime<Utc>>,
}

impl Stay {
    /// Whether it was open at a moment.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.first_seen <= now && self.resolved_at.is_none_or(|at| at > now)
    }
}

/// Collects stays; scans must come in order of time.
#[derive(Debug, Default)]
pub struct Stays {
    done: Vec<Stay>,
    open: BTreeMap<Arc<str>, Stay>,
    /// Open ones that did not fail in the last scan, and whether they were unknown in it.
    absent: BTreeMap<Arc<str>, bool>,
    last: Option<DateTime<Utc>>,
}

impl Stays {
    /// Takes the next scan.
    ///
    /// # Errors
    ///
    /// When the witness cannot be asked.
    pub fn observe<W: Witness>(&mut self, at: DateTime<Utc>, changes: &Changes, witness: &mut W) -> Result<(), W::Error> {
        for (fingerprint, Change { before, now }) in changes {
            let failed = before.is_some_and(|held| held.verdict == Verdict::Fail);
            match now.filter(|held| held.verdict == Verdict::Fail) {
                Some(held) => {
                    self.absent.remove(fingerprint);
                    if let Some(stay) = self.open.get_mut(fingerprint) {
                        (stay.last_seen, stay.severity) = (at, held.severity);
                        continue;
                    }
                    let looked = before.is_none() && witness.looked_before(fingerprint)?;
                    let stay = Stay {
                        fingerprint: Arc::clone(fingerprint),
                        severity: held.severity,
                        first_seen: at,
                        last_seen: at,
                        resolved_at: None,
                        last_absent_before: self.last.filter(|_| looked),
                    };
                    self.open.insert(Arc::clone(fingerprint), stay);
                }
                None => {
                    let Some(stay) = self.open.get_mut(fingerprint) else { continue };
                    if failed {
                        stay.last_seen = self.last.unwrap_or(at);
                    }
                    self.absent.insert(Arc::clone(fingerprint), now.is_some());
                }
            }
        }
        let mut gone = BTreeSet::new();
        for (fingerprint, _) in self.absent.iter().filter(|(_, unknown)| !**unknown) {
            if witness.looked(fingerprint)? {
                gone.insert(Arc::clone(fingerprint));
            }
        }
        for fingerprint in gone {
            self.absent.remove(&fingerprint);
            self.done.extend(self.open.remove(&fingerprint).map(|stay| Stay { resolved_at: Some(at), ..stay }));
        }
        self.last = Some(at);
        Ok(())
    }

    /// All stays, by first scan and fingerprint.
    #[must_use]
    pub fn finish(self) -> Vec<Stay> {
        let (mut stays, absent, last) = (self.done, self.absent, self.last);
        stays.extend(self.open.into_values().map(|stay| {
            let last_seen = last.filter(|_| !absent.contains_key(&stay.fingerprint)).unwrap_or(stay.last_seen);
            Stay { last_seen, ..stay }
        }));
        stays.sort_by(|a, b| (a.first_seen, &a.fingerprint).cmp(&(b.first_seen, &b.fingerprint)));
        stays
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::super::lives::tests::{Says, at, changes};
    use super::*;

    /// Fingerprint; days of first seen, last seen, resolved, last absent before.
    type Said = (String, i64, i64, Option<i64>, Option<i64>);

    /// A scan: what it holds, and what it could not look for.
    type Scan = (Vec<(&'static str, Verdict)>, Vec<&'static str>);

    fn failing(names: &[&'static str]) -> Scan {
        (names.iter().map(|name| (*name, Verdict::Fail)).collect(), Vec::new())
    }

    fn stays(scans: &[Scan]) -> Vec<Said> {
        let mut stays = Stays::default();
        let mut before: &Scan = &failing(&[]);
        for (day, scan) in (0..).zip(scans) {
            let mut witness = Says { blind: scan.1.clone(), blind_before: before.1.clone() };
            let Ok(()) = stays.observe(at(day).taken_at, &changes(&before.0, &scan.0), &mut witness);
            before = scan;
        }
        let days = |time: DateTime<Utc>| (time - at(0).taken_at).num_days();
        let said = |stay: Stay| {
            let absent = stay.last_absent_before.map(days);
            (stay.fingerprint.to_string(), days(stay.first_seen), days(stay.last_seen), stay.resolved_at.map(days), absent)
        };
        stays.finish().into_iter().map(said).collect()
    }

    #[test]
    fn findings_come_go_and_come_back() {
        let found = stays(&[failing(&["a"]), failing(&["a", "b"]), failing(&["b"]), failing(&["a", "b"])]);
        let stay = |name: &str, first, last, resolved, absent| (name.to_owned(), first, last, resolved, absent);
        assert_eq!(found, [stay("a", 0, 1, Some(2), None), stay("b", 1, 3, None, Some(0)), stay("a", 3, 3, None, Some(2))]);
    }

    #[test]
    fn a_scan_that_could_not_look_resolves_nothing_and_bounds_nothing() {
        let blind: Scan = (Vec::new(), vec!["a"]);
        let unknown: Scan = (vec![("a", Verdict::Unknown)], Vec::new());
        for blind in [blind, unknown] {
            let found = stays(&[failing(&["a"]), blind.clone(), failing(&["a"])]);
            assert_eq!(found, [("a".to_owned(), 0, 2, None, None)]);
            let found = stays(&[failing(&["a"]), blind.clone()]);
            assert_eq!(found, [("a".to_owned(), 0, 0, None, None)], "it was not seen again");
            let found = stays(&[failing(&["a"]), blind.clone(), failing(&[])]);
            assert_eq!(found, [("a".to_owned(), 0, 0, Some(2), None)], "seen gone by the next that looked");
            let found = stays(&[blind, failing(&["a"])]);
            assert_eq!(found, [("a".to_owned(), 1, 1, None, None)]);
        }
    }
}
