//! The evidence between two snapshots: what only one of both could see is taken as the later one has it, everything else stays as the
//! earlier one saw it. What differs between the earlier snapshot and this one is access; what differs between this one and the later one
//! is configuration.

use super::PipelineError;
use crate::model::{KindRef, Read, ReadRef, Resource, ResourceRef};
use crate::posture::Sight;
use crate::snapshot::{Database, Snapshot, SnapshotError, StoredResource, Writer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A snapshot and the database it lies in.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The database.
    pub database: &'a Database,
    /// The snapshot.
    pub snapshot: &'a Snapshot<'a>,
}

/// The ledger row with a number.
pub(super) fn read_of<'s>(snapshot: &'s Snapshot<'_>, seq: ReadRef) -> Option<&'s Read> {
    let index = usize::try_from(seq).ok()?.checked_sub(1)?;
    snapshot.reads.get(index).filter(|read| read.seq == seq).or_else(|| snapshot.reads.iter().find(|read| read.seq == seq))
}

/// Ids of resources that change sides: of the earlier snapshot those that the later one could not see and does not hold, and the reverse.
fn unseen(one: Side<'_>, other: Side<'_>) -> Result<BTreeSet<String>, PipelineError> {
    let sight = Sight::new(&other.snapshot.sources, &other.snapshot.reads);
    let references = other.database.references(other.snapshot.info.id)?;
    let held: BTreeSet<&str> = references.iter().map(|reference| reference.resource.stable_id()).collect();
    let mine = one.database.references(one.snapshot.info.id)?;
    Ok(mine
        .into_iter()
        .filter(|mine| !held.contains(mine.resource.stable_id()))
        .filter(|mine| sight.check(&mine.resource, read_of(one.snapshot, mine.read)).is_err())
        .map(|mine| mine.resource.id)
        .collect())
}

/// What of a ledger decides about counts.
#[derive(PartialEq)]
struct Weight<'s> {
    /// Which kinds were looked for.
    shown: BTreeSet<&'s [KindRef]>,
    /// What each incomplete read may hide.
    hidden: Vec<(&'s [KindRef], Option<u64>)>,
}

fn weight<'s>(snapshot: &'s Snapshot<'_>) -> Weight<'s> {
    let mut hidden: Vec<(&[KindRef], Option<u64>)> =
        snapshot.reads.iter().filter(|read| read.hides()).map(|read| (&read.kinds[..], read.may_hide)).collect();
    hidden.sort();
    Weight { shown: snapshot.reads.iter().map(|read| &read.kinds[..]).collect(), hidden }
}

/// The evidence between two snapshots as a database of its own, whose one snapshot has the earlier time and the later ledger. `None` when
/// both could see the same: then the earlier snapshot itself is meant.
pub(super) fn between(from: Side<'_>, to: Side<'_>) -> Result<Option<Database>, PipelineError> {
    let (lost, gained) = (unseen(from, to)?, unseen(to, from)?);
    if lost.is_empty() && gained.is_empty() && weight(from.snapshot) == weight(to.snapshot) {
        return Ok(None);
    }
    let mut database = Database::in_memory()?;
    let mut writer = database.writer(from.snapshot.info.taken_at, "between two snapshots")?;
    for source in &to.snapshot.sources {
        writer.source(source)?;
    }
    let mut rows: BTreeMap<ReadRef, ReadRef> = BTreeMap::new();
    let mut by_question: BTreeMap<(&str, &str, Option<&str>), ReadRef> = BTreeMap::new();
    let mut any = None;
    for read in &to.snapshot.reads {
        let row = writer.read(read.clone())?;
        rows.insert(read.seq, row);
        by_question.entry((&read.source, &read.operation, read.file.as_deref())).or_insert(row);
        any.get_or_insert(row);
    }
    copy(from.snapshot, &mut writer, &|resource| !lost.contains(&resource.id), &|seq| {
        let read = read_of(from.snapshot, seq)?;
        by_question.get(&(read.source.as_str(), read.operation.as_str(), read.file.as_deref())).copied().or(any)
    })?;
    copy(to.snapshot, &mut writer, &|resource| gained.contains(&resource.id), &|seq| rows.get(&seq).copied())?;
    writer.seal()?;
    Ok(Some(database))
}

/// Copies those resources of a snapshot that are wanted. `row` gives the ledger row of the copy for one of the original.
fn copy(
    snapshot: &Snapshot<'_>,
    writer: &mut Writer<'_>,
    wanted: &dyn Fn(&ResourceRef) -> bool,
    row: &dyn Fn(ReadRef) -> Option<ReadRef>,
) -> Result<(), PipelineError> {
    snapshot.batches(1024, |batch: Vec<StoredResource>| {
        for stored in batch.into_iter().filter(|stored| wanted(&stored.reference)) {
            let Some(read) = row(stored.read) else { continue };
            let json = String::from_utf8(stored.json()?).map_err(|error| SnapshotError::Damaged(error.to_string()))?;
            writer.resource(&Resource {
                reference: Arc::unwrap_or_clone(stored.reference),
                version: stored.version,
                origin: None,
                document: crate::model::Document { json },
                redactions: Vec::new(),
                read,
            })?;
        }
        Ok::<_, PipelineError>(())
    })
}
