//! Opening the file: ours or not, how old, and bringing an older one forward.

use super::SnapshotError;
use rusqlite::Connection;

/// `ASZE`, in the header of every database of ours (SQLite file format, offset 68).
pub(super) const APPLICATION_ID: i32 = 0x4153_5A45;

/// One step per schema version, oldest first; `user_version` says how many were taken. A step is never edited once released.
const MIGRATIONS: &[&str] = &[include_str!("schema/001_first.sql"), include_str!("schema/002_signatures.sql")];

/// The version this program writes.
pub(super) fn current() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// What stands in the header: application id and schema version.
pub(super) fn header(connection: &Connection) -> rusqlite::Result<(i32, i64)> {
    let application = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((application, version))
}

/// Refuses what is not ours or newer than we are.
pub(super) fn check(connection: &Connection) -> Result<i64, SnapshotError> {
    let (application, version) = header(connection)?;
    if application != APPLICATION_ID {
        return Err(SnapshotError::Foreign);
    }
    if version > current() {
        return Err(SnapshotError::Newer { found: version, known: current() });
    }
    Ok(version)
}

/// Makes an empty file ours, and takes the steps an older one lacks, each in a transaction of its own.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), SnapshotError> {
    let (application, version) = header(connection)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let fresh = application == 0 && version == 0 && tables == 0;
    let version = if fresh { 0 } else { check(connection)? };
    for (index, step) in MIGRATIONS.iter().enumerate() {
        let number = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        if number <= version {
            continue;
        }
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Somebody else may have taken the step while this connection waited for the lock.
        if header(&transaction)?.1 < number {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
        transaction.commit()?;
    }
    Ok(())
}
