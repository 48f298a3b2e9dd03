//! Questions across snapshots: their own evaluations, their sources and resources, and which to compare.

use super::reader::{parse_time, reference};
use super::{Database, Snapshot, SnapshotError, StoredVerdict};
use crate::model::{EvaluationId, Hash, ReadRef, ResourceRef, Settings, SnapshotId, Verdict};
use chrono::{DateTime, Utc};
use rusqlite::Row;
use std::collections::{BTreeMap, BTreeSet};

/// A snapshot's own evaluation, the first made of it: what judged, without what came out.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnEvaluation {
    /// Its number.
    pub id: EvaluationId,
    /// The snapshot it judged.
    pub snapshot: SnapshotId,
    /// When that was taken.
    pub taken_at: DateTime<Utc>,
    /// Its root.
    pub root: Hash,
    /// Hash of the catalog it used.
    pub catalog: Hash,
    /// Its settings; `None` when another version of the program wrote them in a way that this one cannot read.
    pub settings: Option<Settings>,
}

/// A resource without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Who it is.
    pub resource: ResourceRef,
    /// The ledger row that read it.
    pub read: ReadRef,
    /// Content address of its document.
    pub document: Hash,
}

fn stored(row: &Row<'_>) -> Result<OwnEvaluation, SnapshotError> {
    Ok(OwnEvaluation {
        id: row.get(0)?,
        snapshot: row.get(1)?,
        taken_at: parse_time(&row.get::<_, String>(2)?)?,
        root: Hash(row.get(3)?),
        catalog: Hash(row.get(4)?),
        settings: serde_json::from_str(&row.get::<_, String>(5)?).ok(),
    })
}

impl Database {
    /// The own evaluation of one snapshot; `None` when it was never evaluated.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn evaluation_of(&self, snapshot: SnapshotId) -> Result<Option<OwnEvaluation>, SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT e.id, e.snapshot, s.taken_at, e.root, e.catalog_hash, e.settings FROM evaluations e \
             JOIN snapshots s ON s.id = e.snapshot WHERE e.snapshot = ? ORDER BY e.id LIMIT 1",
        )?;
        statement.query_and_then([snapshot], stored)?.next().transpose()
    }

    /// Names of the sources that each snapshot looked at.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn source_names(&self) -> Result<BTreeMap<SnapshotId, BTreeSet<String>>, SnapshotError> {
        let mut statement = self.connection.prepare("SELECT snapshot, name FROM sources")?;
        let mut names: BTreeMap<SnapshotId, BTreeSet<String>> = BTreeMap::new();
        for row in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
            let (snapshot, name) = row?;
            names.entry(snapshot).or_default().insert(name);
        }
        Ok(names)
    }

    /// The failures and unknowns of an evaluation, in its order.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn stored_findings(&self, evaluation: EvaluationId) -> Result<Vec<StoredVerdict>, SnapshotError> {
        let mut verdicts = self.verdicts(evaluation)?;
        verdicts.retain(|stored| matches!(stored.judgement.verdict, Verdict::Fail | Verdict::Unknown));
        Ok(verdicts)
    }

    /// Every resource of a snapshot without its document, in the order they were collected.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn references(&self, snapshot: SnapshotId) -> Result<Vec<Reference>, SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT source, kind, api_group, namespace, name, id, file, line, read, document FROM resources WHERE snapshot = ? ORDER BY seq",
        )?;
        let rows = statement
            .query_map([snapshot], |row| Ok(Reference { resource: reference(row, 0)?, read: row.get(8)?, document: Hash(row.get(9)?) }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The snapshot to compare one with: the newest earlier one that looked at every source this one looked at,
    /// else the newest earlier one. With `evaluated`, only those that were evaluated count.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn previous(&self, snapshot: &Snapshot<'_>, evaluated: bool) -> Result<Option<SnapshotId>, SnapshotError> {
        let names = self.source_names()?;
        let mine: BTreeSet<String> = snapshot.sources.iter().map(|source| source.name.clone()).collect();
        let judged: BTreeSet<SnapshotId> =
            if evaluated { self.own_scans()?.into_iter().map(|own| own.snapshot).collect() } else { BTreeSet::new() };
        let mut statement = self.connection.prepare("SELECT id FROM snapshots WHERE id < ? AND pruned IS NULL ORDER BY id DESC")?;
        let ids: Vec<SnapshotId> = statement.query_map([snapshot.info.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let ids: Vec<SnapshotId> = ids.into_iter().filter(|id| !evaluated || judged.contains(id)).collect();
        let same = ids.iter().find(|id| names.get(id).is_some_and(|theirs| mine.is_subset(theirs)));
        // One without sources has nothing to compare.
        Ok(same.or_else(|| ids.iter().find(|id| names.contains_key(id))).copied())
    }
}
