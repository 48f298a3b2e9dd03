//! Writing one snapshot: append only, invisible until sealed.

use super::merkle::{leaf, root};
use super::{Database, SnapshotError};
use crate::model::{Hash, Read, ReadRef, Resource, SnapshotInfo, Source};
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Transaction, TransactionBehavior, params};
use serde_json::{Value, json};

/// zstd level: 3 is the library's default and costs less than reading the document did.
const LEVEL: i32 = 3;

/// A snapshot in the making. Dropping it leaves the database as it was.
pub struct Writer<'db> {
    transaction: Transaction<'db>,
    info: SnapshotInfo,
    leaves: Leaves,
}

/// Leaves of one snapshot, in the order in which the root covers them: itself, its sources, its ledger, its resources.
pub(super) struct Leaves {
    pub(super) meta: Hash,
    pub(super) sources: Vec<Hash>,
    pub(super) reads: Vec<Hash>,
    pub(super) resources: Vec<Hash>,
}

impl Leaves {
    pub(super) fn root(&self) -> Hash {
        let all: Vec<Hash> = std::iter::once(&self.meta).chain(&self.sources).chain(&self.reads).chain(&self.resources).copied().collect();
        root(&all)
    }
}

pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

pub(super) fn meta_leaf(info: &SnapshotInfo) -> Hash {
    leaf(&json!(["snapshot", time(info.taken_at), info.clock, info.tool_version, info.previous_root]))
}

pub(super) fn source_leaf(seq: i64, source: &Source) -> Hash {
    leaf(&json!(["source", seq, source.kind, source.name, source.details]))
}

pub(super) fn read_leaf(read: &Read) -> Hash {
    leaf(&json!([
        "read",
        read.seq,
        read.source,
        read.operation,
        read.parameters,
        read.identity,
        time(read.started_at),
        time(read.ended_at),
        read.pages,
        read.items,
        read.outcome,
        read.error,
        read.file,
        read.line,
        read.kinds,
        read.may_hide
    ]))
}

pub(super) fn resource_leaf(seq: i64, fields: &Value) -> Hash {
    leaf(&json!(["resource", seq, fields]))
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
        };
        let leaves = Leaves { meta: meta_leaf(&info), sources: Vec::new(), reads: Vec::new(), resources: Vec::new() };
        Ok(Writer { transaction, info, leaves })
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

    /// Adds a ledger row and gives its number.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub fn read(&mut self, mut read: Read) -> Result<ReadRef, SnapshotError> {
        self.info.reads += 1;
        read.seq = i64::try_from(self.info.reads).unwrap_or(i64::MAX);
        let leaf = read_leaf(&read);
        self.transaction
            .prepare_cached(
                "INSERT INTO reads (snapshot, seq, source, operation, parameters, identity, started_at, ended_at, pages, items, outcome, \
                 error, file, line, kinds, may_hide, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                self.info.id,
                read.seq,
                read.source,
                read.operation,
                json!(read.parameters).to_string(),
                read.identity,
                time(read.started_at),
                time(read.ended_at),
                signed(read.pages),
                signed(read.items),
                read.outcome.as_str(),
                read.error,
                read.file,
                read.line,
                json!(read.kinds).to_string(),
                read.may_hide.map(signed),
                leaf.0
            ])?;
        self.leaves.reads.push(leaf);
        Ok(read.seq)
    }

    /// Adds a resource; its document is stored once, however many resources and snapshots share it.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub fn resource(&mut self, resource: &Resource) -> Result<(), SnapshotError> {
        self.info.resources += 1;
        let seq = i64::try_from(self.info.resources).unwrap_or(i64::MAX);
        let text = resource.document.json.as_bytes();
        let hash = resource.document.hash();
        let known: bool = self
            .transaction
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM documents WHERE hash = ?)")?
            .query_row([hash.0], |row| row.get(0))?;
        if !known {
            let body = zstd::bulk::compress(text, LEVEL).map_err(|error| SnapshotError::Damaged(format!("zstd: {error}")))?;
            self.transaction.prepare_cached("INSERT INTO documents (hash, size, body) VALUES (?, ?, ?)")?.execute(params![
                hash.0,
                i64::try_from(text.len()).unwrap_or(i64::MAX),
                body
            ])?;
        }
        let reference = &resource.reference;
        let rendered_by = resource.origin.as_ref().and_then(|origin| origin.rendered_by.clone());
        let fields = json!([
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
            resource.redactions,
            resource.read,
            hash
        ]);
        let leaf = resource_leaf(seq, &fields);
        self.transaction
            .prepare_cached(
                "INSERT INTO resources (snapshot, seq, source, kind, api_group, version, namespace, name, id, file, line, rendered_by, \
                 redactions, read, document, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                self.info.id,
                seq,
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
                resource.read,
                hash.0,
                leaf.0
            ])?;
        self.leaves.resources.push(leaf);
        Ok(())
    }

    /// Seals: computes the root, writes the snapshot's own row and makes everything visible in one commit.
    ///
    /// # Errors
    ///
    /// When the database refuses; nothing of the snapshot remains then.
    pub fn seal(mut self) -> Result<SnapshotInfo, SnapshotError> {
        self.info.root = self.leaves.root();
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

/// SQLite's integers are signed.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
