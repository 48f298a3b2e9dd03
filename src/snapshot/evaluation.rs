//! Evaluations: sealed results over sealed evidence.

use super::merkle::{leaf, root};
use super::reader::{parse_time, unsigned};
use super::writer::signed;
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, Hash, Judgement, Settings, SnapshotId};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, TransactionBehavior, params};
use serde_json::json;

/// A verdict as it is stored: fail, unknown or manual. Passes are counted in [`TallyRow`]s and can be derived again.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVerdict {
    /// The verdict.
    pub judgement: Judgement,
    /// The valid waiver that accepts it.
    pub waiver: Option<String>,
    /// The same for the same control and resource in every run.
    pub fingerprint: String,
}

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
    /// Everything else that was decided by people.
    pub settings: Settings,
    /// In a fixed order.
    pub verdicts: Vec<StoredVerdict>,
    /// In a fixed order.
    pub tallies: Vec<TallyRow>,
    /// In a fixed order.
    pub scores: Vec<ScoreRow>,
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

pub(super) fn verdict_leaf(seq: i64, stored: &StoredVerdict) -> Hash {
    leaf(&json!(["verdict", seq, stored.judgement, stored.waiver, stored.fingerprint]))
}

pub(super) fn tally_leaf(row: &TallyRow) -> Hash {
    leaf(&json!(["tally", row.control, row.resources, row.counts]))
}

pub(super) fn score_leaf(row: &ScoreRow) -> Hash {
    // Thousandths are exact where a floating point number's text might differ between writers.
    leaf(&json!(["score", row.framework, row.kind, row.waivers, thousandths(row.low), thousandths(row.high)]))
}

#[allow(clippy::cast_possible_truncation)]
fn thousandths(percent: f64) -> i64 {
    (percent * 1000.0).round() as i64
}

pub(super) fn evaluation_root(snapshot_root: Hash, catalog: Hash, settings: Hash, rows: &[Hash]) -> Hash {
    let mut leaves = vec![leaf(&json!(["evaluation", snapshot_root, catalog, settings]))];
    leaves.extend_from_slice(rows);
    root(&leaves)
}

impl NewEvaluation {
    fn leaves(&self) -> (Vec<Hash>, Vec<Hash>, Vec<Hash>) {
        let verdicts = self.verdicts.iter().zip(1..).map(|(verdict, seq)| verdict_leaf(seq, verdict)).collect();
        (verdicts, self.tallies.iter().map(tally_leaf).collect(), self.scores.iter().map(score_leaf).collect())
    }

    /// Its root: over the snapshot's root, the catalog's and the settings' hashes, and every verdict, tally and score.
    #[must_use]
    pub fn root(&self) -> Hash {
        let (verdicts, tallies, scores) = self.leaves();
        let rows: Vec<Hash> = verdicts.into_iter().chain(tallies).chain(scores).collect();
        evaluation_root(self.snapshot_root, self.catalog, self.settings.hash(), &rows)
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

    /// Seals an evaluation in one transaction. One with the same root is the same evaluation and is not stored twice.
    ///
    /// # Errors
    ///
    /// When the database refuses; nothing of the evaluation remains then.
    pub fn add_evaluation(&mut self, new: &NewEvaluation) -> Result<EvaluationId, SnapshotError> {
        let root = new.root();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known: Option<EvaluationId> =
            transaction.query_row("SELECT id FROM evaluations WHERE root = ?", [root.0], |row| row.get(0)).optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        let settings = serde_json::to_string(&new.settings).map_err(|error| SnapshotError::Damaged(error.to_string()))?;
        transaction.execute(
            "INSERT INTO evaluations (snapshot, root, tool_version, catalog_hash, settings_hash, settings) VALUES (?, ?, ?, ?, ?, ?)",
            params![new.snapshot, root.0, env!("CARGO_PKG_VERSION"), new.catalog.0, new.settings.hash().0, settings],
        )?;
        let id = transaction.last_insert_rowid();
        let (verdict_leaves, tally_leaves, score_leaves) = new.leaves();
        {
            let mut insert = transaction.prepare(
                "INSERT INTO verdicts (evaluation, seq, control, verdict, severity, source, kind, api_group, namespace, name, resource, \
                 file, line, observed, expected, reason, waiver, reads, fingerprint, leaf) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?;
            for ((stored, leaf), seq) in new.verdicts.iter().zip(&verdict_leaves).zip(1_i64..) {
                let (judgement, resource) = (&stored.judgement, &stored.judgement.resource);
                insert.execute(params![
                    id,
                    seq,
                    judgement.control,
                    judgement.verdict.as_str(),
                    judgement.severity.as_str(),
                    resource.source,
                    resource.kind,
                    resource.group,
                    resource.namespace,
                    resource.name,
                    resource.id,
                    resource.file,
                    resource.line,
                    judgement.observed,
                    judgement.expected,
                    judgement.reason,
                    stored.waiver,
                    json!(judgement.reads).to_string(),
                    stored.fingerprint,
                    leaf.0
                ])?;
            }
            let mut insert = transaction.prepare(
                "INSERT INTO tallies (evaluation, control, resources, fail, unknown, manual, pass, not_applicable, leaf) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?;
            for (row, leaf) in new.tallies.iter().zip(&tally_leaves) {
                let [fail, unknown, manual, pass, not_applicable] = row.counts.map(signed);
                insert.execute(params![id, row.control, row.resources, fail, unknown, manual, pass, not_applicable, leaf.0])?;
            }
            let mut insert = transaction
                .prepare("INSERT INTO scores (evaluation, framework, kind, waivers, low, high, leaf) VALUES (?, ?, ?, ?, ?, ?, ?)")?;
            for (row, leaf) in new.scores.iter().zip(&score_leaves) {
                insert.execute(params![id, row.framework, row.kind, row.waivers, row.low, row.high, leaf.0])?;
            }
        }
        transaction.commit()?;
        Ok(id)
    }

    /// Each snapshot's own evaluation (the first one made of it), oldest first, up to and including `until`.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn history(&self, until: SnapshotId) -> Result<Vec<EvaluationRecord>, SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT e.id, e.snapshot, s.taken_at, e.root, e.catalog_hash, \
             (SELECT count(*) FROM verdicts v WHERE v.evaluation = e.id AND v.verdict = 'fail'), \
             (SELECT count(*) FROM verdicts v WHERE v.evaluation = e.id AND v.verdict = 'unknown') \
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

    pub(super) fn scores(&self, evaluation: EvaluationId) -> Result<Vec<ScoreRow>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT framework, kind, waivers, low, high FROM scores WHERE evaluation = ? ORDER BY framework, kind, waivers",
        )?;
        let rows = statement.query_map([evaluation], |row| {
            Ok(ScoreRow { framework: row.get(0)?, kind: row.get(1)?, waivers: row.get(2)?, low: row.get(3)?, high: row.get(4)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn tallies(&self, evaluation: EvaluationId) -> Result<Vec<TallyRow>, SnapshotError> {
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
