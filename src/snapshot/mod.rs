//! One SQLite file: sealed snapshots of evidence, and the evaluations made of them. No other room holds SQL.
//!
//! * A [`Writer`] collects one snapshot in one transaction; until [`Writer::seal`] nobody sees it, and a run that dies leaves nothing.
//! * A [`Snapshot`] reads a sealed one.
//! * An evaluation is sealed apart ([`Database::add_evaluation`]): its root covers the snapshot's root, the catalog's and the settings'
//!   hashes, and the verdicts. Evaluating again adds one, never changes one.
//! * [`Database::verify`] recomputes every hash and names what differs.
//! * What one snapshot has in common with another is stored once: documents by their hash, rows by the hash of their fields. A snapshot is
//!   a list of runs over rows, so that a daily scan costs what changed.
//! * [`Database::prune`] removes what retention no longer wants, and keeps the chain of roots.

mod catalogs;
mod documents;
mod earlier;
mod evaluation;
mod findings;
mod history;
mod merkle;
mod period;
mod prune;
mod reader;
mod recall;
mod runs;
mod schema;
pub mod signature;
mod verdicts;
mod verify;
mod writer;

pub use documents::Unpacker;
pub use earlier::{Earlier, EarlierVerdict};
pub use evaluation::{EvaluationRecord, NewEvaluation, ScoreRow, SealedEvaluation, TallyRow};
pub use findings::{Difference, FindingPlace, FindingRow, FindingsWalk, Inventory, OwnScan};
pub use history::{OwnEvaluation, Reference};
pub use prune::Pruned;
pub use reader::{Selector, Snapshot, StoredResource};
pub use recall::StoredEvaluation;
pub use verdicts::StoredVerdict;
pub use verify::Problem;
pub use writer::Writer;

use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a run waits for another one that is writing to the same file.
const PATIENCE: Duration = Duration::from_secs(120);

/// Memory for pages of the file, KiB. SQLite's own 2 MiB are too few for the indices by hash that every row is looked up in.
const CACHE: i64 = 64 << 10;

/// What can be wrong with a database.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// SQLite itself refused.
    #[error("the database refused: {0}{next}", next = advice(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// No such file.
    #[error("there is no database at {}; run `assize scan` first, or name one with --db", .0.display())]
    Missing(PathBuf),
    /// A file of somebody else.
    #[error("this file is not an Assize database; it was left as it is")]
    Foreign,
    /// Written by a later version.
    #[error("this database has schema version {found}, and this program knows versions up to {known}: use a newer Assize")]
    Newer {
        /// In the file.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The operating system refused.
    #[error("cannot open {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Its words.
        source: std::io::Error,
    },
    /// Nothing matches what the user asked for.
    #[error("no snapshot {0}; `assize trend` lists those there are")]
    NoSnapshot(String),
    /// Its resources were removed by retention.
    #[error("snapshot {0} was pruned: its ledger, verdicts and scores remain, its resources do not, so it cannot be judged again")]
    Pruned(i64),
    /// A row that cannot be read back: somebody changed the file.
    #[error("the database is damaged: {0}; `assize verify` names what was changed")]
    Damaged(String),
}

/// An open database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    path: PathBuf,
}

impl Database {
    /// Opens a database to write into, and creates it (mode 0600) when it does not exist.
    ///
    /// # Errors
    ///
    /// A foreign, newer or unreadable file; it is left as it is.
    pub fn open(path: &Path) -> Result<Self, SnapshotError> {
        create_private(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(|error| explain(error, path))?;
        connection.busy_timeout(PATIENCE)?;
        schema::migrate(&mut connection).map_err(|error| match error {
            SnapshotError::Sqlite(error) => explain(error, path),
            other => other,
        })?;
        // `mode=wal` answers with the mode in force; a file system without shared memory keeps the rollback journal, which is safe too.
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -CACHE)?;
        Ok(Self { connection, path: path.to_path_buf() })
    }

    /// A database in memory, gone when dropped: for judging without keeping.
    ///
    /// # Errors
    ///
    /// When SQLite refuses.
    pub fn in_memory() -> Result<Self, SnapshotError> {
        let mut connection = Connection::open_in_memory()?;
        schema::migrate(&mut connection)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        Ok(Self { connection, path: PathBuf::from(":memory:") })
    }

    /// Opens an existing database to read.
    ///
    /// # Errors
    ///
    /// A missing, foreign, newer or unreadable file.
    pub fn open_read_only(path: &Path) -> Result<Self, SnapshotError> {
        if !path.exists() {
            return Err(SnapshotError::Missing(path.to_path_buf()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| explain(error, path))?;
        connection.busy_timeout(PATIENCE)?;
        schema::check(&connection).map_err(|error| match error {
            SnapshotError::Sqlite(error) => explain(error, path),
            other => other,
        })?;
        connection.pragma_update(None, "cache_size", -CACHE)?;
        Ok(Self { connection, path: path.to_path_buf() })
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// What to do about an error of SQLite. Whatever it was, the run's transaction is undone: sealed snapshots are as they were.
fn advice(error: &rusqlite::Error) -> &'static str {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::SystemIoFailure) => {
            "; free some space on its disk, or raise the limit on file sizes, and run again: the snapshots in it are untouched"
        }
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            "; another run is writing to it: run again when that has ended"
        }
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            "; the file is damaged: `assize verify` names what was changed, and a backup brings back what is lost"
        }
        Some(rusqlite::ErrorCode::ReadOnly) => "; the file or its folder is read-only: copy it, or give another --db",
        _ => "",
    }
}

/// Makes an empty file that only its owner may read. SQLite gives the same mode to its journal files.
fn create_private(path: &Path) -> Result<(), SnapshotError> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| SnapshotError::Io { path: path.to_path_buf(), source })
}

/// SQLite's codes for a file that is no database, or a folder that may not be written, say little to a user.
fn explain(error: rusqlite::Error, path: &Path) -> SnapshotError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => SnapshotError::Foreign,
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied) => SnapshotError::Io {
            path: path.to_path_buf(),
            source: std::io::Error::other("the file or its folder may not be opened this way; check its permissions"),
        },
        Some(rusqlite::ErrorCode::ReadOnly) => SnapshotError::Io {
            path: path.to_path_buf(),
            source: std::io::Error::other("the file is read-only; copy it, or give another --db"),
        },
        _ => SnapshotError::Sqlite(error),
    }
}
