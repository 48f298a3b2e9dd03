//! Lives of failing findings out of scans in order: when each was first seen, last seen, seen gone.
//!
//! Only a scan that looked can say that a finding is not there: it looked at the source, its evaluation knew the control, the verdict was not
//! unknown, and either it saw the resource or nothing of the source could hide it. Anything else leaves a finding as it was (laws 1 and 2).

use super::indicators::Life;
use crate::model::Severity;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A failing verdict of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// The finding.
    pub fingerprint: String,
    /// Its severity.
    pub severity: Severity,
    /// Its control.
    pub control: String,
    /// Its source.
    pub source: String,
    /// Its resource's id without the line.
    pub resource: String,
}

/// What a scan's own evaluation says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// When.
    pub at: DateTime<Utc>,
    /// Sources it looked at.
    pub sources: BTreeSet<String>,
    /// Those of which it could not read everything, with the resources it did see, by their ids without the line.
    pub incomplete: BTreeMap<String, BTreeSet<String>>,
    /// Controls that were run.
    pub controls: BTreeSet<String>,
    /// Failures.
    pub failing: Vec<Failing>,
    /// Fingerprints of unknown verdicts.
    pub unknown: BTreeSet<String>,
}

impl Scan {
    /// Whether it could have seen a finding that is not among its failures.
    fn looked_for(&self, finding: &Failing) -> bool {
        self.sources.contains(&finding.source)
            && self.controls.contains(&finding.control)
            && !self.unknown.contains(&finding.fingerprint)
            && self.incomplete.get(&finding.source).is_none_or(|seen| seen.contains(&finding.resource))
    }
}

/// Collects lives; scans must come in order of time.
#[derive(Debug, Default)]
pub struct Lives {
    done: Vec<Life>,
    open: BTreeMap<String, (Life, Failing)>,
    /// The scan before.
    last: Option<Scan>,
}

impl Lives {
    /// Takes the next scan.
    pub fn observe(&mut self, scan: Scan) {
        let failing: BTreeSet<&str> = scan.failing.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let gone: Vec<String> = self
            .open
            .iter()
            .filter(|(fingerprint, (_, finding))| !failing.contains(fingerprint.as_str()) && scan.looked_for(finding))
            .map(|(fingerprint, _)| fingerprint.clone())
            .collect();
        for fingerprint in gone {
            if let Some((mut life, _)) = self.open.remove(&fingerprint) {
                life.resolved_at = Some(scan.at);
                self.done.push(life);
            }
        }
        for finding in &scan.failing {
            if let Some((life, known)) = self.open.get_mut(&finding.fingerprint) {
                life.last_seen = scan.at;
                life.severity = finding.severity;
                known.clone_from(finding);
                continue;
            }
            let absent = self.last.as_ref().filter(|last| last.looked_for(finding)).map(|last| last.at);
            let life = Life {
                fingerprint: finding.fingerprint.clone(),
                severity: finding.severity,
                control: finding.control.clone(),
                source: finding.source.clone(),
                first_seen: scan.at,
                last_seen: scan.at,
                resolved_at: None,
                last_absent_before: absent,
            };
            self.open.insert(finding.fingerprint.clone(), (life, finding.clone()));
        }
        self.last = Some(scan);
    }

    /// All lives, by first scan and fingerprint.
    #[must_use]
    pub fn finish(self) -> Vec<Life> {
        let mut lives = self.done;
        lives.extend(self.open.into_values().map(|(life, _)| life));
        lives.sort_by(|a, b| (a.first_seen, &a.fingerprint).cmp(&(b.first_seen, &b.fingerprint)));
        lives
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600 + day * 86_400, 0).unwrap()
    }

    fn scan(day: i64, failing: &[&str]) -> Scan {
        let finding = |name: &&str| Failing {
            fingerprint: (*name).to_owned(),
            severity: Severity::High,
            control: "c".to_owned(),
            source: "s".to_owned(),
            resource: format!("s/{name}"),
        };
        Scan {
            at: at(day),
            sources: BTreeSet::from(["s".to_owned()]),
            controls: BTreeSet::from(["c".to_owned()]),
            failing: failing.iter().map(finding).collect(),
            ..Scan::default()
        }
    }

    /// Fingerprint; days of first seen, last seen, resolved, last absent before.
    type Said = (String, i64, i64, Option<i64>, Option<i64>);

    fn lives(scans: Vec<Scan>) -> Vec<Said> {
        let mut lives = Lives::default();
        scans.into_iter().for_each(|scan| lives.observe(scan));
        let days = |time: DateTime<Utc>| (time - at(0)).num_days();
        let said = |life: Life| {
            (life.fingerprint, days(life.first_seen), days(life.last_seen), life.resolved_at.map(days), life.last_absent_before.map(days))
        };
        lives.finish().into_iter().map(said).collect()
    }

    #[test]
    fn findings_come_go_and_come_back() {
        let found = lives(vec![scan(0, &["a"]), scan(1, &["a", "b"]), scan(2, &["b"]), scan(3, &["a", "b"])]);
        let life = |name: &str, first, last, resolved, absent| (name.to_owned(), first, last, resolved, absent);
        assert_eq!(found, [life("a", 0, 1, Some(2), None), life("b", 1, 3, None, Some(0)), life("a", 3, 3, None, Some(2))]);
    }

    #[test]
    fn a_scan_that_could_not_look_resolves_nothing_and_bounds_nothing() {
        let blind: [fn(&mut Scan); 4] = [
            |scan| scan.sources.clear(),
            |scan| scan.controls.clear(),
            |scan| scan.unknown.extend(["a".to_owned()]),
            |scan| drop(scan.incomplete.insert("s".to_owned(), BTreeSet::new())),
        ];
        for take in blind {
            let mut second = scan(1, &[]);
            take(&mut second);
            let found = lives(vec![scan(0, &["a"]), second.clone(), scan(2, &["a"])]);
            assert_eq!(found, [("a".to_owned(), 0, 2, None, None)]);
            let mut first = second;
            first.at = at(0);
            let found = lives(vec![first, scan(1, &["a"])]);
            assert_eq!(found, [("a".to_owned(), 1, 1, None, None)]);
        }
        let mut partly = scan(1, &[]);
        partly.incomplete.insert("s".to_owned(), BTreeSet::from(["s/a".to_owned()]));
        assert_eq!(lives(vec![scan(0, &["a"]), partly])[0].3, Some(1), "the resource was seen without it");
    }
}
