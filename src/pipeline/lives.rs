//! Reads the snapshots of a database in their order and tells the lives of findings.

use super::{Judged, PipelineError};
use crate::model::{SnapshotId, Verdict};
use crate::posture::lives::{Lives, Moment};
use crate::posture::{NotSeen, Sight};
use crate::snapshot::{Database, Selector, Snapshot};
use std::collections::{BTreeMap, BTreeSet};

/// The lives of findings up to a snapshot: across each snapshot's own evaluation, the first one made of it. Later evaluations of old
/// snapshots change nothing.
///
/// # Errors
///
/// A damaged database.
pub fn lives(database: &Database, until: SnapshotId) -> Result<Lives, PipelineError> {
    tell(database, until, None)
}

/// The same for the findings of one evaluation only, which speaks for its snapshot in place of the stored one. Cheaper: the ledgers of
/// earlier snapshots are opened only where one of these findings was absent.
pub(super) fn of_findings(database: &Database, snapshot: &Snapshot<'_>, judged: &Judged) -> Result<Lives, PipelineError> {
    let mut held: BTreeMap<String, Verdict> = BTreeMap::new();
    for stored in judged.record.new.verdicts.iter().filter(|stored| matches!(stored.judgement.verdict, Verdict::Fail | Verdict::Unknown)) {
        let verdict = stored.judgement.verdict;
        held.entry(stored.fingerprint.clone()).and_modify(|known| *known = verdict.min(*known)).or_insert(verdict);
    }
    let mut lives = tell(database, snapshot.info.id - 1, Some(&held))?;
    lives.observe(Moment { snapshot: snapshot.info.id, taken_at: snapshot.info.taken_at }, &held, BTreeMap::new());
    Ok(lives)
}

fn tell(database: &Database, until: SnapshotId, only: Option<&BTreeMap<String, Verdict>>) -> Result<Lives, PipelineError> {
    let mut lives = Lives::default();
    // Which evaluation held each snapshot's findings, for asking it where one of them was.
    let mut evaluations: BTreeMap<SnapshotId, i64> = BTreeMap::new();
    for own in database.own_evaluations(until)? {
        let mut held = database.held(own.id)?;
        held.retain(|fingerprint, _| only.is_none_or(|only| only.contains_key(fingerprint)));
        let mut not_seen = BTreeMap::new();
        let absent = lives.absent(&held);
        if !absent.is_empty() {
            let snapshot = database.snapshot(&Selector::Id(own.snapshot))?;
            let look = Look {
                database,
                sight: Sight::new(&snapshot.sources, &snapshot.reads),
                run: database.controls_run(own.id)?,
                snapshot: own.snapshot,
            };
            let mut earlier: Option<Snapshot<'_>> = None;
            for (fingerprint, life) in absent {
                let last = life.last_seen.snapshot;
                if earlier.as_ref().is_none_or(|earlier| earlier.info.id != last) {
                    earlier = Some(database.snapshot(&Selector::Id(last))?);
                }
                let (Some(earlier), Some(evaluation)) = (&earlier, evaluations.get(&last)) else { continue };
                if let Some(why) = look.check(earlier, *evaluation, fingerprint)? {
                    not_seen.insert(fingerprint.to_owned(), why);
                }
            }
        }
        evaluations.insert(own.snapshot, own.id);
        lives.observe(Moment { snapshot: own.snapshot, taken_at: own.taken_at }, &held, not_seen);
    }
    Ok(lives)
}

/// One snapshot, asked whether it could have seen what it does not hold.
struct Look<'a> {
    database: &'a Database,
    sight: Sight<'a>,
    run: BTreeSet<String>,
    snapshot: SnapshotId,
}

impl Look<'_> {
    /// `None`: it could see the finding that an earlier evaluation holds.
    fn check(&self, earlier: &Snapshot<'_>, evaluation: i64, fingerprint: &str) -> Result<Option<NotSeen>, PipelineError> {
        let Some(place) = self.database.finding_place(evaluation, fingerprint)? else { return Ok(None) };
        if !self.run.contains(&place.control) {
            return Ok(Some(NotSeen::control(&place.control)));
        }
        let read = place.read.and_then(|seq| earlier.reads.iter().find(|read| read.seq == seq));
        match self.sight.check(&place.resource, read) {
            // A resource that is there was judged, wherever it was read.
            Err(_) if self.database.holds(self.snapshot, &place.resource)? => Ok(None),
            seen => Ok(seen.err()),
        }
    }
}
