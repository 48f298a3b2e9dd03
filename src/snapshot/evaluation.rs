//! Evaluations: sealed results over sealed evidence.

use super::documents::{pack, unpack};
use super::merkle::{leaf, root};
use super::reader::{parse_time, unsigned};
use super::runs::Runs;
use super::verdicts::{StoredVerdict, read_names, verdict_leaf, verdict_of, verdict_row, verdicts_of_evaluation};
use super::writer::{add_run, signed};
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, Hash, Outcomes, ReadKey, ReadRef, Settings, SnapshotId};
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use rusqlite::{OptionalExtension, TransactionBehavior, params};
use std::collections::HashMap;
use std::sync::Arc;

/// How many resources of a control came out how; `resources` is the glob of a slice, empty for all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TallyRow {
    /// Control.
    pub control: String,
    /// Glob, or empty.
    pub resources: String,
    /// In the order of [`crate::model::Verdict::ALL`].
    pub counts: [u64; 5],
}

/// One score of one framework.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreRow {
    /// Framework.
    pub framework: String,
    /// `configuration` or `programme`.
    pub kind: String,
    /// `gross` or `net`.
    pub waivers: String,
    /// Percent.
    pub low: f64,
    /// Percent.
    pub high: f64,
}

/// What an evaluation consists of, before it is sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvaluation {
    /// The evidence.
    pub snapshot: SnapshotId,
    /// Its root.
    pub snapshot_root: Hash,
    /// Hash of the catalog.
    pub catalog: Hash,
    /// The catalog's files, name and text: what the hash is over.
    pub catalog_files: Vec<(String, String)>,
    /// Everything else that was decided by people.
    pub settings: Settings,
    /// Names of the snapshot's ledger rows, in order: what verdicts refer to.
    pub read_keys: Vec<ReadKey>,
    /// In a fixed order.
    pub tallies: Vec<TallyRow>,
    /// In a fixed order.
    pub scores: Vec<ScoreRow>,
}

/// An evaluation with every hash computed, ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct SealedEvaluation {
    /// What it consists of.
    pub new: NewEvaluation,
    /// Over the snapshot's root, the catalog's and the settings' hashes, and every verdict, tally, score and outcome.
    pub root: Hash,
    /// Of the verdicts.
    leaves: Vec<Hash>,
    /// See [`Outcomes::to_bytes`].
    outcomes: Vec<u8>,
}

/// A stored evaluation's scores, for the trend.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationRecord {
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
    /// Its scores.
    pub scores: Vec<ScoreRow>,
    /// Failing verdicts.
    pub fail: u64,
    /// Unknown verdicts.
    pub unknown: u64,
}

pub(super) fn tally_leaf(row: &TallyRow) -> Hash {
    leaf(&("tally", &row.control, &row.resources, &row.counts))
}

pub(super) fn score_leaf(row: &ScoreRow) -> Hash {
    // Thousandths are exact where a floating point number's text might differ between writers.
    leaf(&("score", &row.framework, &row.kind, &row.waivers, thousandths(row.low), thousandths(row.high)))
}

#[allow(clippy::cast_possible_truncation)]
fn thousandths(percent: f64) -> i64 {
    (percent * 1000.0).round() as i64
}

/// What an evaluation's root is over.
pub(super) struct Parts<'a> {
    pub(super) snapshot_root: Hash,
    pub(super) catalog: Hash,
    /// Hash of the settings.
    pub(super) settings: Hash,
    /// Leaves of the verdicts.
    pub(super) verdicts: &'a [Hash],
    pub(super) tallies: &'a [TallyRow],
    pub(super) scores: &'a [ScoreRow],
    /// See [`Outcomes::to_bytes`].
    pub(super) outcomes: &'a [u8],
}

impl Parts<'_> {
    pub(super) fn root(&self) -> Hash {
        let meta = leaf(&("evaluation", &self.snapshot_root, &self.catalog, &self.settings));
        let tallies: Vec<Hash> = self.tallies.iter().map(tally_leaf).collect();
        let scores: Vec<Hash> = self.scores.iter().map(score_leaf).collect();
        let outcomes = leaf(&("outcomes", Hash::of(self.outcomes)));
        root(&[meta, root(self.verdicts), root(&tallies), root(&scores), outcomes])
    }
}

impl NewEvaluation {
    /// Computes every hash. `outcomes` are the verdicts of every control over every resource, `verdicts` those that are stored, in a fixed
    /// order: each is made when it is wanted and only its hash is kept.
    #[must_use]
    pub fn seal(self, outcomes: &Outcomes, verdicts: impl IndexedParallelIterator<Item = StoredVerdict>) -> SealedEvaluation {
        let leaves: Vec<Hash> = verdicts.map(|stored| verdict_leaf(&stored, read_names(&stored.judgement, &self.read_keys))).collect();
        let outcomes = outcomes.to_bytes();
        let parts = Parts {
            snapshot_root: self.snapshot_root,
            catalog: self.catalog,
            settings: self.settings.hash(),
            verdicts: &leaves,
            tallies: &self.tallies,
            scores: &self.scores,
            outcomes: &outcomes,
        };
        let root = parts.root();
        SealedEvaluation { new: self, root, leaves, outcomes }
    }
}

impl Database {
    /// Whether an evaluation with this root is stored.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn evaluation_by_root(&self, root: Hash) -> Result<Option<EvaluationId>, SnapshotError> {
        Ok(self.connection.query_row("SELECT id FROM evaluations WHERE root = ?", [root.0], |row| row.get(0)).optional()?)
    }

    /// Seals an evaluation in one transaction. One with the same root is the same evaluation and is not stored twice. `verdicts` are the ones
    /// it was sealed with, in the same order; none of them is held.
    ///
    /// # Errors
    ///
    /// When the database refuses, or when these are not as many verdicts as were sealed; nothing of the evaluation remains then.
    pub fn add_evaluation(
        &mut self,
        sealed: &SealedEvaluation,
        verdicts: impl ExactSizeIterator<Item = StoredVerdict>,
    ) -> Result<EvaluationId, SnapshotError> {
        if verdicts.len() != sealed.leaves.len() {
            let message = format!("{} verdicts were sealed and {} were given to be stored", sealed.leaves.len(), verdicts.len());
            return Err(SnapshotError::Damaged(message));
        }
        let SealedEvaluation { new, root, leaves, outcomes } = sealed;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known: Option<EvaluationId> =
            transaction.query_row("SELECT id FROM evaluations WHERE root = ?", [root.0], |row| row.get(0)).optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        super::catalogs::store(&transaction, new.catalog, &new.catalog_files)?;
        let settings = serde_json::to_string(&new.settings).map_err(|error| SnapshotError::Damaged(error.to_string()))?;
        transaction.execute(
            "INSERT INTO evaluations (snapshot, root, tool_version, catalog_hash, settings_hash, settings, outcomes) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![new.snapshot, root.0, env!("CARGO_PKG_VERSION"), new.catalog.0, new.settings.hash().0, settings, pack(outcomes)?],
        )?;
        let id = transaction.last_insert_rowid();
        let mut runs = Runs::default();
        for (stored, leaf) in verdicts.zip(leaves) {
            let run = runs.push(verdict_row(&transaction, &stored, &new.read_keys, *leaf)?, *leaf);
            add_run(&transaction, "verdict_runs", "evaluation", id, run)?;
        }
        add_run(&transaction, "verdict_runs", "evaluation", id, runs.finish())?;
        {
            let mut insert = transaction.prepare(
                "INSERT INTO tallies (evaluation, control, resources, fail, unknown, manual, pass, not_applicable, leaf) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?;
            for row in &new.tallies {
                let [fail, unknown, manual, pass, not_applicable] = row.counts.map(signed);
                insert.execute(params![id, row.control, row.resources, fail, unknown, manual, pass, not_applicable, tally_leaf(row).0])?;
            }
            let mut insert = transaction
                .prepare("INSERT INTO scores (evaluation, framework, kind, waivers, low, high, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)")?;
            for row in &new.scores {
                insert.execute(params![id, row.framework, row.kind, row.waivers, row.low, row.high, score_leaf(row).0])?;
            }
        }
        transaction.commit()?;
        Ok(id)
    }

    /// The verdicts of an evaluation that are stored: fail, unknown and manual, in the order in which they were sealed.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn verdicts(&self, evaluation: EvaluationId) -> Result<Vec<StoredVerdict>, SnapshotError> {
        let mut statement = self
            .connection
            .prepare("SELECT l.key, l.seq FROM ledger_lines l JOIN evaluations e ON e.snapshot = l.snapshot WHERE e.id = ?")?;
        let by_key: HashMap<ReadKey, ReadRef> =
            statement.query_map([evaluation], |row| Ok((super::reader::read_key(row.get(0)?), row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut statement = self.connection.prepare(&verdicts_of_evaluation())?;
        statement
            .query_and_then([evaluation], |row| {
                let (mut stored, names) = verdict_of(row)?;
                let number = |name: &String| ReadKey::parse(name).and_then(|key| by_key.get(&key)).copied();
                Arc::make_mut(&mut stored.judgement).reads = names.iter().filter_map(number).collect();
                Ok(stored)
            })?
            .collect()
    }

    /// The verdict of every control over every resource, as an evaluation sealed it.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn outcomes(&self, evaluation: EvaluationId) -> Result<Outcomes, SnapshotError> {
        let sql = "SELECT outcomes FROM evaluations WHERE id = ?";
        let body: Vec<u8> = self.connection.query_row(sql, [evaluation], |row| row.get(0))?;
        let outcomes = unpack(&body).and_then(|bytes| Outcomes::from_bytes(&bytes));
        outcomes.ok_or_else(|| SnapshotError::Damaged(format!("the outcomes of evaluation {evaluation} cannot be read")))
    }

    /// Each snapshot's own evaluation (the first one made of it), oldest first, up to and including `until`.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn history(&self, until: SnapshotId) -> Result<Vec<EvaluationRecord>, SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT e.id, e.snapshot, s.taken_at, e.root, e.catalog_hash, \
             (SELECT coalesce(sum(t.fail), 0) FROM tallies t WHERE t.evaluation = e.id AND t.resources = ''), \
             (SELECT coalesce(sum(t.unknown), 0) FROM tallies t WHERE t.evaluation = e.id AND t.resources = '') \
             FROM evaluations e JOIN snapshots s ON s.id = e.snapshot \
             WHERE e.id IN (SELECT min(id) FROM evaluations GROUP BY snapshot) AND s.id <= ? ORDER BY s.taken_at, s.id",
        )?;
        let mut records: Vec<EvaluationRecord> = statement
            .query_and_then([until], |row| {
                Ok::<_, SnapshotError>(EvaluationRecord {
                    id: row.get(0)?,
                    snapshot: row.get(1)?,
                    taken_at: parse_time(&row.get::<_, String>(2)?)?,
                    root: Hash(row.get(3)?),
                    catalog: Hash(row.get(4)?),
                    scores: Vec::new(),
                    fail: unsigned(row.get(5)?),
                    unknown: unsigned(row.get(6)?),
                })
            })?
            .collect::<Result<_, _>>()?;
        for record in &mut records {
            record.scores = self.scores(record.id)?;
        }
        Ok(records)
    }

    /// The scores of an evaluation, by framework, kind and waivers.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn scores(&self, evaluation: EvaluationId) -> Result<Vec<ScoreRow>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT framework, kind, waivers, low, high FROM scores WHERE evaluation = ? ORDER BY framework, kind, waivers",
        )?;
        let rows = statement.query_map([evaluation], |row| {
            Ok(ScoreRow { framework: row.get(0)?, kind: row.get(1)?, waivers: row.get(2)?, low: row.get(3)?, high: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The counts of an evaluation, by control and slice.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn tallies(&self, evaluation: EvaluationId) -> Result<Vec<TallyRow>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT control, resources, fail, unknown, manual, pass, not_applicable FROM tallies WHERE evaluation = ? \
             ORDER BY control, resources",
        )?;
        let rows = statement.query_map([evaluation], |row| {
            let mut counts = [0; 5];
            for (index, count) in counts.iter_mut().enumerate() {
                *count = unsigned(row.get(index + 2)?);
            }
            Ok(TallyRow { control: row.get(0)?, resources: row.get(1)?, counts })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
