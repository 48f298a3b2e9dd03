//! Retention: removing the evidence of snapshots that nobody needs any more, so that the chain can still be checked.
//!
//! Of a pruned snapshot its own row remains, with its root, its predecessor's, and the roots of the parts that were removed; of its evaluations
//! their roots, settings, counts and scores. So the chain, the trend and every score in it can be verified as before.

use super::evaluation::outcomes_leaf;
use super::merkle::root;
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, Hash, SnapshotId};
use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// Roots of a snapshot's removed parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SnapshotParts {
    pub(super) sources: Hash,
    pub(super) reads: Hash,
    pub(super) resources: Hash,
}

/// Roots of an evaluation's removed parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EvaluationParts {
    pub(super) verdicts: Hash,
    pub(super) outcomes: Hash,
}

/// What retention removed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Pruned {
    /// Snapshots whose evidence was removed now.
    pub snapshots: Vec<SnapshotId>,
    /// Documents that no snapshot holds any more.
    pub documents: u64,
    /// Bytes of the file before.
    pub bytes_before: u64,
    /// Bytes of the file after.
    pub bytes_after: u64,
}

impl Database {
    /// Removes the evidence of all snapshots but these, in one transaction, and gives the space back.
    ///
    /// # Errors
    ///
    /// When the database refuses; nothing is removed then.
    pub fn prune(&mut self, keep: &[SnapshotId]) -> Result<Pruned, SnapshotError> {
        let bytes_before = self.bytes()?;
        let whole = self.snapshots()?.into_iter().filter(|info| !info.pruned).map(|info| info.id);
        let snapshots: Vec<SnapshotId> = whole.filter(|id| !keep.contains(id)).collect();
        if snapshots.is_empty() {
            return Ok(Pruned { bytes_before, bytes_after: bytes_before, ..Pruned::default() });
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for id in &snapshots {
            prune_snapshot(&transaction, *id)?;
        }
        let documents = remove_orphans(&transaction)?;
        transaction.commit()?;
        self.connection.execute_batch("VACUUM")?;
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Pruned { snapshots, documents, bytes_before, bytes_after: self.bytes()? })
    }

    fn bytes(&self) -> Result<u64, SnapshotError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        Ok(super::reader::unsigned(self.connection.query_row(sql, [], |row| row.get(0))?))
    }
}

/// Leaves of one kind, as a snapshot or evaluation holds them now.
fn leaves(connection: &Connection, sql: &str, id: i64) -> Result<Vec<Hash>, SnapshotError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([id], |row| row.get::<_, [u8; 32]>(0).map(Hash))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn prune_snapshot(connection: &Connection, id: SnapshotId) -> Result<(), SnapshotError> {
    let evaluations: Vec<EvaluationId> = {
        let mut statement = connection.prepare_cached("SELECT id FROM evaluations WHERE snapshot = ?")?;
        statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?
    };
    for evaluation in evaluations {
        let verdicts = leaves(
            connection,
            "SELECT v.leaf FROM verdict_runs u CROSS JOIN verdict_rows v ON v.id BETWEEN u.first AND u.first + u.count - 1 \
             WHERE u.evaluation = ?",
            evaluation,
        )?;
        let packed: Vec<u8> = connection.query_row("SELECT outcomes FROM evaluations WHERE id = ?", [evaluation], |row| row.get(0))?;
        let outcomes = super::documents::unpack(&packed)
            .ok_or_else(|| SnapshotError::Damaged(format!("the outcomes of evaluation {evaluation} cannot be read")))?;
        let parts = EvaluationParts { verdicts: root(&verdicts), outcomes: outcomes_leaf(&outcomes) };
        connection.execute("DELETE FROM verdict_runs WHERE evaluation = ?", [evaluation])?;
        connection.execute(
            "UPDATE evaluations SET outcomes = x'', pruned = ? WHERE id = ?",
            params![serde_json::json!(parts).to_string(), evaluation],
        )?;
    }
    let parts = SnapshotParts {
        sources: root(&leaves(connection, "SELECT leaf FROM sources WHERE snapshot = ? ORDER BY seq", id)?),
        reads: root(&ledger(connection, id)?),
        resources: root(&leaves(
            connection,
            "SELECT r.leaf FROM resource_runs u CROSS JOIN resource_rows r ON r.id BETWEEN u.first AND u.first + u.count - 1 \
             WHERE u.snapshot = ?",
            id,
        )?),
    };
    for table in ["sources", "ledger_lines", "resource_runs"] {
        connection.execute(&format!("DELETE FROM {table} WHERE snapshot = ?"), [id])?;
    }
    connection.execute("UPDATE snapshots SET pruned = ? WHERE id = ?", params![serde_json::json!(parts).to_string(), id])?;
    Ok(())
}

fn ledger(connection: &Connection, id: SnapshotId) -> Result<Vec<Hash>, SnapshotError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.leaf, l.key, l.started_at, l.ended_at FROM ledger_lines l JOIN read_rows r ON r.id = l.read WHERE l.snapshot = ? ORDER BY l.seq",
    )?;
    let rows = statement.query_map([id], |row| {
        let key = super::reader::read_key(row.get(1)?);
        Ok(super::writer::line_leaf(Hash(row.get(0)?), key, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes rows that no list holds, and documents and dictionaries that nothing names. Gives the number of documents.
fn remove_orphans(connection: &Connection) -> Result<u64, SnapshotError> {
    for (rows, runs) in [("verdict_rows", "verdict_runs"), ("resource_rows", "resource_runs")] {
        let mut statement = connection.prepare(&format!("SELECT first, first + count - 1 FROM {runs} ORDER BY first"))?;
        let held: Vec<(i64, i64)> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut delete = connection.prepare(&format!("DELETE FROM {rows} WHERE id > ? AND id < ?"))?;
        let mut until = i64::MIN;
        for (first, last) in held {
            if first > until.saturating_add(1) {
                delete.execute([until, first])?;
            }
            until = until.max(last);
        }
        delete.execute([until, i64::MAX])?;
    }
    connection.execute("DELETE FROM read_rows WHERE id NOT IN (SELECT read FROM ledger_lines)", [])?;
    let documents = connection.execute("DELETE FROM documents WHERE id NOT IN (SELECT document FROM resource_rows)", [])?;
    let used = "SELECT dictionary FROM documents WHERE dictionary IS NOT NULL";
    connection.execute(&format!("DELETE FROM dictionaries WHERE id NOT IN ({used})"), [])?;
    Ok(documents as u64)
}
