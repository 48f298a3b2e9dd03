//! Reads the evaluations of a database in their order, once, and tells the lives of findings and the stays of failing ones.

use super::{Judged, PipelineError, witness::Look};
use crate::model::{SnapshotId, SnapshotInfo, Verdict};
use crate::posture::lives::{Change, Changes, Held, Life, Lives, Moment};
use crate::posture::stays::{Stay, Stays};
use crate::snapshot::{Database, FindingRow, OwnScan, Snapshot};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What the evaluations up to a snapshot tell. Each snapshot speaks by its own evaluation, the first one made of it: later evaluations of old
/// snapshots change nothing.
#[derive(Debug)]
pub struct Told {
    /// Lives of findings, by fingerprint.
    pub lives: BTreeMap<Arc<str>, Life>,
    /// Stays of failing findings, by first scan and fingerprint.
    pub stays: Vec<Stay>,
    /// Times of the scans that were evaluated, in order.
    pub scans: Vec<DateTime<Utc>>,
}

/// What is told up to a snapshot, that one included.
///
/// # Errors
///
/// A damaged database.
pub fn lives(database: &Database, until: SnapshotId) -> Result<Told, PipelineError> {
    let scans = database.own_scans()?.into_iter().filter(|scan| scan.snapshot <= until).collect();
    let mut lives = Lives::default();
    let (stays, scans) = tell(database, scans, |moment, changes, look| lives.observe(moment, changes, |_| true, look))?;
    Ok(Told { lives: lives.finish(), stays, scans })
}

/// The same for a report: lives of the findings of one evaluation only, which speaks for its snapshot in place of the stored one.
pub(super) fn of_findings(database: &Database, snapshot: &Snapshot<'_>, judged: &Judged) -> Result<Told, PipelineError> {
    let mut held: BTreeMap<Arc<str>, Verdict> = BTreeMap::new();
    for stored in judged.stored().filter(|stored| matches!(stored.judgement.verdict, Verdict::Fail | Verdict::Unknown)) {
        let verdict = stored.judgement.verdict;
        held.entry(stored.fingerprint.as_str().into()).and_modify(|known| *known = verdict.min(*known)).or_insert(verdict);
    }
    let this = &snapshot.info;
    let mut lives = Lives::default();
    let (stays, scans) = tell(database, until(database, this)?, |moment, changes, look| {
        if moment.snapshot == this.id {
            return Ok(());
        }
        lives.observe(moment, changes, |fingerprint| held.contains_key(fingerprint), look)
    })?;
    lives.close(Moment { snapshot: this.id, taken_at: this.taken_at }, &held);
    Ok(Told { lives: lives.finish(), stays, scans })
}

/// The stays alone.
pub(super) fn stays(database: &Database, snapshot: &SnapshotInfo) -> Result<(Vec<Stay>, Vec<DateTime<Utc>>), PipelineError> {
    tell(database, until(database, snapshot)?, |_, _, _| Ok(()))
}

fn until(database: &Database, snapshot: &SnapshotInfo) -> Result<Vec<OwnScan>, PipelineError> {
    let mut scans = database.own_scans()?;
    scans.retain(|scan| (scan.taken_at, scan.snapshot) <= (snapshot.taken_at, snapshot.id));
    Ok(scans)
}

/// Walks over scans. `each` is given what changed in each of them, before the stays take it.
fn tell<'db>(
    database: &'db Database,
    scans: Vec<OwnScan>,
    mut each: impl FnMut(Moment, &Changes, &mut Look<'db, '_>) -> Result<(), PipelineError>,
) -> Result<(Vec<Stay>, Vec<DateTime<Utc>>), PipelineError> {
    let mut walk = database.findings_walk();
    let mut current = Current::default();
    let mut witness = super::witness::Memory::new(database);
    let mut stays = Stays::default();
    let mut before = None;
    for scan in &scans {
        let difference = walk.step(scan.evaluation)?;
        let changes = current.change(difference.come, &difference.gone, &mut |fingerprint, row| {
            if let Some(OwnScan { snapshot, .. }) = before {
                witness.left(fingerprint, row, snapshot);
            }
        });
        let mut look = witness.look(*scan, before, &current);
        each(Moment { snapshot: scan.snapshot, taken_at: scan.taken_at }, &changes, &mut look)?;
        stays.observe(scan.taken_at, &changes, &mut look)?;
        before = Some(*scan);
    }
    Ok((stays.finish(), scans.iter().map(|scan| scan.taken_at).collect()))
}

/// The findings that the last evaluation holds.
#[derive(Default)]
pub(super) struct Current {
    rows: HashMap<i64, FindingRow>,
    /// Rows of each finding. One with several is rare: the same resource twice.
    of: HashMap<Arc<str>, Vec<i64>>,
}

impl Current {
    /// A row of a finding.
    pub(super) fn row(&self, fingerprint: &str) -> Option<i64> {
        self.of.get(fingerprint)?.first().copied()
    }

    fn held(&self, fingerprint: &str) -> Option<Held> {
        let rows = self.of.get(fingerprint)?.iter().filter_map(|row| self.rows.get(row));
        rows.map(|row| Held { verdict: row.verdict, severity: row.severity }).min_by_key(|held| held.verdict)
    }

    /// Goes on to the next evaluation. `left` is told each finding that it does not hold any more, with the row it had.
    fn change(&mut self, come: Vec<FindingRow>, gone: &[i64], left: &mut impl FnMut(&Arc<str>, i64)) -> Changes {
        let mut changes = Changes::new();
        let touched = come.iter().chain(gone.iter().filter_map(|row| self.rows.get(row))).map(|row| Arc::clone(&row.fingerprint));
        for fingerprint in touched {
            let before = self.held(&fingerprint);
            changes.insert(fingerprint, Change { before, now: None });
        }
        let mut last: HashMap<Arc<str>, i64> = HashMap::new();
        for row in gone {
            let Some(FindingRow { fingerprint, .. }) = self.rows.remove(row) else { continue };
            if let Some(rows) = self.of.get_mut(&fingerprint) {
                rows.retain(|known| known != row);
                if rows.is_empty() {
                    self.of.remove(&fingerprint);
                }
            }
            last.insert(fingerprint, *row);
        }
        for row in come {
            let rows = self.of.entry(Arc::clone(&row.fingerprint)).or_default();
            rows.push(row.row);
            self.rows.insert(row.row, row);
        }
        for (fingerprint, change) in &mut changes {
            change.now = self.held(fingerprint);
            if let Some(row) = last.get(fingerprint).filter(|_| change.now.is_none()) {
                left(fingerprint, *row);
            }
        }
        changes.retain(|_, change| change.before != change.now);
        changes
    }
}
