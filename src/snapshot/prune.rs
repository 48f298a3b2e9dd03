//! Retention: removing the resources of snapshots that nobody needs any more, so that the chain can still be checked.
//!
//! Of a pruned snapshot everything remains but its resources and their documents: its own row with its root and its predecessor's, what it
//! looked at, its ledger, and its evaluations with every verdict, count and score. The root over the removed resources is kept, so that chain,
//! trend, periods and the lives of findings can be verified as before. What cannot be done any more is to judge it again.

use super::merkle::root;
use super::{Database, SnapshotError};
use crate::model::{Hash, SnapshotId};
use rusqlite::{Connection, TransactionBehavior, params};
use serde::Serialize;

/// What retention removed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Pruned {
    /// Snapshots whose resources were removed now.
    pub snapshots: Vec<SnapshotId>,
    /// Documents that no snapshot holds any more.
    pub documents: u64,
    /// Bytes of the file before.
    pub bytes_before: u64,
    /// Bytes of the file after.
    pub bytes_after: u64,
}

impl Database {
    /// Removes the resources of all snapshots but these, in one transaction, and gives the space back.
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
            let sealed = root(&resource_leaves(&transaction, *id)?);
            transaction.execute("DELETE FROM resource_runs WHERE snapshot = ?", [id])?;
            transaction.execute("UPDATE snapshots SET pruned = ? WHERE id = ?", params![sealed.0, id])?;
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

fn resource_leaves(connection: &Connection, id: SnapshotId) -> Result<Vec<Hash>, SnapshotError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.leaf FROM resource_runs u CROSS JOIN resource_rows r ON r.id BETWEEN u.first AND u.first + u.count - 1 WHERE u.snapshot = ?",
    )?;
    let rows = statement.query_map([id], |row| row.get::<_, [u8; 32]>(0).map(Hash))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes rows that no snapshot holds, and documents and dictionaries that nothing names. Gives the number of documents.
fn remove_orphans(connection: &Connection) -> Result<u64, SnapshotError> {
    let mut statement = connection.prepare("SELECT first, first + count - 1 FROM resource_runs ORDER BY first")?;
    let held: Vec<(i64, i64)> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut delete = connection.prepare("DELETE FROM resource_rows WHERE id > ? AND id < ?")?;
    let mut until = i64::MIN;
    for (first, last) in held {
        if first > until.saturating_add(1) {
            delete.execute([until, first])?;
        }
        until = until.max(last);
    }
    delete.execute([until, i64::MAX])?;
    let documents = connection.execute("DELETE FROM documents WHERE id NOT IN (SELECT document FROM resource_rows)", [])?;
    let used = "SELECT dictionary FROM documents WHERE dictionary IS NOT NULL";
    connection.execute(&format!("DELETE FROM dictionaries WHERE id NOT IN ({used})"), [])?;
    Ok(documents as u64)
}
