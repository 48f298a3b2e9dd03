//! Writing one snapshot: append only, invisible until sealed.

use super::documents::Packer;
use super::merkle::{leaf, root};
use super::runs::{Run, Runs, mark};
use super::{Database, SnapshotError};
use crate::model::{Hash, Read, ReadKey, ReadKeys, ReadRef, Resource, SnapshotInfo, Source};
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::Serialize;
use serde_json::json;

/// A snapshot in the making. Dropping it leaves the database as it was.
pub struct Writer<'db> {
    transaction: Transaction<'db>,
    info: SnapshotInfo,
    leaves: Leaves,
    documents: Packer,
    resources: Runs,
    keys: ReadKeys,
    key_of: Vec<ReadKey>,
}

/// Leaves of one snapshot: itself, its sources, its ledger, its resources. Its root covers the first and the roots of the other three.
pub(super) struct Leaves {
    pub(super) meta: Hash,
    pub(super) sources: Vec<Hash>,
    pub(super) reads: Vec<Hash>,
    pub(super) resources: Vec<Hash>,
}

impl Leaves {
    /// Roots of sources, ledger and resources.
    pub(super) fn parts(&self) -> [Hash; 3] {
        [root(&self.sources), root(&self.reads), root(&self.resources)]
    }
}

/// The root of a snapshot.
pub(super) fn snapshot_root(meta: Hash, parts: [Hash; 3]) -> Hash {
    let [sources, reads, resources] = parts;
    root(&[meta, sources, reads, resources])
}

pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

pub(super) fn meta_leaf(info: &SnapshotInfo) -> Hash {
    leaf(&("snapshot", time(info.taken_at), &info.clock, &info.tool_version, &info.previous_root))
}

pub(super) fn source_leaf(seq: i64, source: &Source) -> Hash {
    leaf(&("source", seq, &source.kind, &source.name, &source.details))
}

/// What was read and what came of it: the same in every snapshot in which the same came of it.
pub(super) fn read_fields(read: &Read) -> impl Serialize {
    (
        "read",
        &read.source,
        &read.operation,
        &read.parameters,
        &read.identity,
        &read.pages,
        &read.items,
        &read.outcome,
        &read.error,
        &read.file,
        &read.line,
        &read.kinds,
        &read.may_hide,
    )
}

/// A read with its times; microseconds since 1970-01-01T00:00:00Z.
pub(super) fn line_leaf(read: Hash, key: ReadKey, started: i64, ended: i64) -> Hash {
    leaf(&("ledger", &read, key.to_string(), started, ended))
}

/// `fields` are source, kind, group, version, namespace, name, id, file, line, what rendered it, redactions, key of its read, and hash of its
/// document.
pub(super) fn resource_fields(fields: &impl Serialize) -> impl Serialize {
    ("resource", fields)
}

impl Database {
    /// Begins a snapshot. Waits while another run writes to the same file.
    ///
    /// # Errors
    ///
    /// A file that cannot be written, or another run that does not finish.
    pub fn writer(&mut self, taken_at: DateTime<Utc>, clock: &str) -> Result<Writer<'_>, SnapshotError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // The row itself is written by `seal`, when the root is known; until then its children refer to a snapshot yet to come.
        transaction.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        let (id, previous_root) = transaction.query_row(
            "SELECT coalesce(max(id), 0) + 1, (SELECT root FROM snapshots ORDER BY id DESC LIMIT 1) FROM snapshots",
            [],
            |row| Ok((row.get(0)?, row.get::<_, Option<[u8; 32]>>(1)?.map(Hash))),
        )?;
        let info = SnapshotInfo {
            id,
            taken_at,
            clock: clock.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            root: Hash([0; 32]),
            previous_root,
            resources: 0,
            reads: 0,
            pruned: false,
        };
        let leaves = Leaves { meta: meta_leaf(&info), sources: Vec::new(), reads: Vec::new(), resources: Vec::new() };
        let documents = Packer::new(&transaction)?;
        Ok(Writer { transaction, info, leaves, documents, resources: Runs::default(), keys: ReadKeys::default(), key_of: Vec::new() })
    }
}

impl Writer<'_> {
    /// Adds a source.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub fn source(&mut self, source: &Source) -> Result<(), SnapshotError> {
        let seq = i64::try_from(self.leaves.sources.len()).unwrap_or(i64::MAX - 1) + 1;
        let leaf = source_leaf(seq, source);
        self.transaction
            .prepare_cached("INSERT INTO sources (snapshot, seq, kind, name, details, leaf) VALUES (?, ?, ?, ?, ?, ?)")?
            .execute(params![self.info.id, seq, source.kind.as_str(), source.name, json!(source.details).to_string(), leaf.0])?;
        self.leaves.sources.push(leaf);
        Ok(())
    }

    /// Adds a ledger row and gives its number. Times are kept to the microsecond.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub fn read(&mut self, read: Read) -> Result<ReadRef, SnapshotError> {
        self.info.reads += 1;
        let seq = signed(self.info.reads);
        let hash = leaf(&read_fields(&read));
        let stored: Option<i64> =
            self.transaction.prepare_cached("SELECT id FROM read_rows WHERE leaf = ?")?.query_row([hash.0], |row| row.get(0)).optional()?;
        let row = match stored {
            Some(row) => row,
            None => {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO read_rows (leaf, source, operation, parameters, identity, pages, items, outcome, error, file, line, \
                         kinds, may_hide) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )?
                    .execute(params![
                        hash.0,
                        read.source,
                        read.operation,
                        json!(read.parameters).to_string(),
                        read.identity,
                        signed(read.pages),
                        signed(read.items),
                        read.outcome.as_str(),
                        read.error,
                        read.file,
                        read.line,
                        json!(read.kinds).to_string(),
                        read.may_hide.map(signed)
                    ])?;
                self.transaction.last_insert_rowid()
            }
        };
        let key = self.keys.next(&read);
        let (started, ended) = (micros(read.started_at), micros(read.ended_at));
        let line = line_leaf(hash, key, started, ended);
        self.transaction
            .prepare_cached("INSERT INTO ledger_lines (snapshot, seq, read, key, started_at, ended_at, mark) VALUES (?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![self.info.id, seq, row, key_column(key), started, ended, mark(line)])?;
        self.leaves.reads.push(line);
        self.key_of.push(key);
        Ok(seq)
    }

    /// Adds a resource. Its row and its document are stored once, however many snapshots share them.
    ///
    /// # Errors
    ///
    /// When the database refuses, or the resource names a ledger row that is not there.
    pub fn resource(&mut self, resource: &Resource) -> Result<(), SnapshotError> {
        self.info.resources += 1;
        let read = usize::try_from(resource.read).ok().and_then(|seq| self.key_of.get(seq.checked_sub(1)?));
        let read =
            *read.ok_or_else(|| SnapshotError::Damaged(format!("a resource names ledger row {}, which is not there", resource.read)))?;
        let hash = resource.document.hash();
        let document = self.documents.add(&self.transaction, hash, &resource.document.json)?;
        let reference = &resource.reference;
        let rendered_by = resource.origin.as_ref().and_then(|origin| origin.rendered_by.clone());
        let leaf = leaf(&resource_fields(&(
            &reference.source,
            &reference.kind,
            &reference.group,
            &resource.version,
            &reference.namespace,
            &reference.name,
            &reference.id,
            &reference.file,
            &reference.line,
            &rendered_by,
            &resource.redactions,
            read.to_string(),
            &hash,
        )));
        let stored: Option<i64> = self
            .transaction
            .prepare_cached("SELECT id FROM resource_rows WHERE leaf = ?")?
            .query_row([leaf.0], |row| row.get(0))
            .optional()?;
        let row = match stored {
            Some(row) => row,
            None => {
                self.transaction
                    .prepare_cached(
                        "INSERT INTO resource_rows (leaf, source, kind, api_group, version, namespace, name, resource, file, line, \
                         rendered_by, redactions, read, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    )?
                    .execute(params![
                        leaf.0,
                        reference.source,
                        reference.kind,
                        reference.group,
                        resource.version,
                        reference.namespace,
                        reference.name,
                        reference.id,
                        reference.file,
                        reference.line,
                        rendered_by,
                        json!(resource.redactions).to_string(),
                        key_column(read),
                        document
                    ])?;
                self.transaction.last_insert_rowid()
            }
        };
        let done = self.resources.push(row, leaf);
        self.leaves.resources.push(leaf);
        add_run(&self.transaction, "resource_runs", "snapshot", self.info.id, done)
    }

    /// Seals: computes the root, writes the snapshot's own row and makes everything visible in one commit.
    ///
    /// # Errors
    ///
    /// When the database refuses; nothing of the snapshot remains then.
    pub fn seal(mut self) -> Result<SnapshotInfo, SnapshotError> {
        self.documents.finish(&self.transaction)?;
        let last = self.resources.finish();
        add_run(&self.transaction, "resource_runs", "snapshot", self.info.id, last)?;
        self.info.root = snapshot_root(self.leaves.meta, self.leaves.parts());
        let info = &self.info;
        self.transaction.execute(
            "INSERT INTO snapshots (id, taken_at, clock, tool_version, root, previous_root, resources, reads) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                info.id,
                time(info.taken_at),
                info.clock,
                info.tool_version,
                info.root.0,
                info.previous_root.map(|hash| hash.0),
                signed(info.resources),
                signed(info.reads)
            ],
        )?;
        self.transaction.commit()?;
        Ok(self.info)
    }
}

/// Stores a run of a list, if there is one.
pub(super) fn add_run(connection: &Connection, table: &str, owner: &str, id: i64, run: Option<Run>) -> Result<(), SnapshotError> {
    if let Some(Run { seq, first, count, mark }) = run {
        connection
            .prepare_cached(&format!("INSERT INTO {table} ({owner}, seq, first, count, mark) VALUES (?, ?, ?, ?, ?)"))?
            .execute(params![id, seq, first, count, mark])?;
    }
    Ok(())
}

/// A time as it is stored.
fn micros(at: DateTime<Utc>) -> i64 {
    at.trunc_subsecs(6).timestamp_micros()
}

/// A key as it is stored: SQLite's integers are signed.
pub(super) fn key_column(key: ReadKey) -> i64 {
    i64::from_ne_bytes(key.0.to_ne_bytes())
}

/// SQLite's integers are signed.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
