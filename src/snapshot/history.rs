//! Questions across snapshots: their own evaluations, what each held, and what each ledger says of a place.

use super::reader::{parse_json, parse_time, reference};
use super::{Database, Snapshot, SnapshotError, StoredVerdict};
use crate::model::{EvaluationId, Hash, ReadRef, ResourceRef, Settings, SnapshotId, Verdict};
use chrono::{DateTime, Utc};
use rusqlite::{Row, params};
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

/// Where a finding was, for asking another ledger about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingPlace {
    /// The control.
    pub control: String,
    /// The resource, or what stands for something unread.
    pub resource: ResourceRef,
    /// The first ledger row behind it.
    pub read: Option<ReadRef>,
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

/// The snapshot's own evaluation is the first one made of it.
const OWN: &str = "e.id IN (SELECT min(id) FROM evaluations GROUP BY snapshot)";

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

fn verdict(word: &str) -> Result<Verdict, SnapshotError> {
    Verdict::parse(word).ok_or_else(|| SnapshotError::Damaged(format!("'{word}' is no verdict")))
}

impl Database {
    /// Each snapshot's own evaluation, oldest snapshot first, up to and including `until`.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn own_evaluations(&self, until: SnapshotId) -> Result<Vec<OwnEvaluation>, SnapshotError> {
        let mut statement = self.connection.prepare(&format!(
            "SELECT e.id, e.snapshot, s.taken_at, e.root, e.catalog_hash, e.settings FROM evaluations e \
             JOIN snapshots s ON s.id = e.snapshot WHERE {OWN} AND s.id <= ? ORDER BY s.taken_at, s.id"
        ))?;
        statement.query_and_then([until], stored)?.collect()
    }

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

    /// What an evaluation holds against its snapshot: fingerprints of failures and unknowns. Of two with one fingerprint the worse counts.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn held(&self, evaluation: EvaluationId) -> Result<BTreeMap<String, Verdict>, SnapshotError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT fingerprint, verdict FROM verdicts WHERE evaluation = ? AND verdict IN ('fail', 'unknown')")?;
        let mut held = BTreeMap::new();
        for row in statement.query_map([evaluation], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))? {
            let (fingerprint, word) = row?;
            let verdict = verdict(&word)?;
            held.entry(fingerprint).and_modify(|known: &mut Verdict| *known = verdict.min(*known)).or_insert(verdict);
        }
        Ok(held)
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

    /// Where an evaluation's finding was.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn finding_place(&self, evaluation: EvaluationId, fingerprint: &str) -> Result<Option<FindingPlace>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source, kind, api_group, namespace, name, resource, file, line, control, reads FROM verdicts \
             WHERE evaluation = ? AND fingerprint = ? AND verdict IN ('fail', 'unknown') ORDER BY seq LIMIT 1",
        )?;
        let mut rows = statement.query_and_then(params![evaluation, fingerprint], |row| {
            let reads: Vec<ReadRef> = parse_json(&row.get::<_, String>(9)?)?;
            Ok(FindingPlace { resource: reference(row, 0)?, control: row.get(8)?, read: reads.first().copied() })
        })?;
        rows.next().transpose()
    }

    /// Controls that an evaluation ran.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn controls_run(&self, evaluation: EvaluationId) -> Result<BTreeSet<String>, SnapshotError> {
        let mut statement = self.connection.prepare_cached("SELECT DISTINCT control FROM tallies WHERE evaluation = ?")?;
        Ok(statement.query_map([evaluation], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Whether a snapshot holds a resource, on whatever line.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn holds(&self, snapshot: SnapshotId, resource: &ResourceRef) -> Result<bool, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source, kind, api_group, namespace, name, id, file, line FROM resources \
             WHERE snapshot = ? AND kind = ? AND api_group = ? AND source = ? AND namespace = ? AND name = ?",
        )?;
        let key = params![snapshot, resource.kind, resource.group, resource.source, resource.namespace, resource.name];
        for row in statement.query_map(key, |row| reference(row, 0))? {
            if row?.stable_id() == resource.stable_id() {
                return Ok(true);
            }
        }
        Ok(false)
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
            if evaluated { self.own_evaluations(snapshot.info.id)?.into_iter().map(|own| own.snapshot).collect() } else { BTreeSet::new() };
        let mut statement = self.connection.prepare("SELECT id FROM snapshots WHERE id < ? AND pruned IS NULL ORDER BY id DESC")?;
        let ids: Vec<SnapshotId> = statement.query_map([snapshot.info.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let ids: Vec<SnapshotId> = ids.into_iter().filter(|id| !evaluated || judged.contains(id)).collect();
        let same = ids.iter().find(|id| names.get(id).is_some_and(|theirs| mine.is_subset(theirs)));
        // One without sources has nothing to compare.
        Ok(same.or_else(|| ids.iter().find(|id| names.contains_key(id))).copied())
    }
}
