//! Reading sealed snapshots.

use super::documents::{Dictionaries, Packed, Unpacker};
use super::{Database, SnapshotError};
use crate::model::{Hash, KindRef, Outcome, Read, ReadKey, ReadRef, ResourceRef, SnapshotId, SnapshotInfo, Source, SourceKind};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, Row, params};
use std::collections::HashMap;
use std::sync::Arc;

/// Which snapshot is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The newest.
    Latest,
    /// By number.
    Id(SnapshotId),
    /// The newest that was taken at this time or before.
    At(DateTime<Utc>),
}

impl Selector {
    /// Reads `latest`, a number, an RFC 3339 time or a date (meaning its last second, UTC).
    ///
    /// # Errors
    ///
    /// A sentence that says what is accepted.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::At(time.with_timezone(&Utc)));
        }
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|day| day.and_hms_opt(23, 59, 59));
        day.map(|time| Self::At(time.and_utc()))
            .ok_or_else(|| "expected `latest`, a snapshot number, a date (2026-11-24) or a time (2026-11-24T06:00:00Z)".to_owned())
    }
}

/// A sealed snapshot.
#[derive(Debug)]
pub struct Snapshot<'db> {
    pub(super) database: &'db Database,
    /// What it says of itself.
    pub info: SnapshotInfo,
    /// What was looked at.
    pub sources: Vec<Source>,
    /// Every read that was tried, by number.
    pub reads: Vec<Read>,
    /// Their names, the same in every snapshot, in the same order.
    pub read_keys: Vec<ReadKey>,
    dictionaries: Arc<Dictionaries>,
}

/// A resource of a sealed snapshot, its document still compressed so that it can be handed to another thread cheaply.
#[derive(Debug, Clone)]
pub struct StoredResource {
    /// Who it is.
    pub reference: Arc<ResourceRef>,
    /// API version without the group.
    pub version: String,
    /// Content address of the document.
    pub document: Hash,
    /// The ledger row that read it.
    pub read: ReadRef,
    /// The same in every snapshot in which nothing about the resource changed, within this database.
    pub row: i64,
    packed: Packed,
    dictionaries: Arc<Dictionaries>,
}

impl StoredResource {
    /// Kind and group.
    #[must_use]
    pub fn kind(&self) -> KindRef {
        KindRef::new(&self.reference.kind, &self.reference.group)
    }

    /// Something that unpacks this resource's document and those of its snapshot; for whoever unpacks many.
    #[must_use]
    pub fn unpacker(&self) -> Unpacker {
        Unpacker::new(&self.dictionaries)
    }

    /// The JSON text.
    ///
    /// # Errors
    ///
    /// When somebody changed the stored bytes.
    pub fn json(&self) -> Result<Vec<u8>, SnapshotError> {
        self.json_with(&mut self.unpacker())
    }

    /// The JSON text, by an unpacker of the same snapshot.
    ///
    /// # Errors
    ///
    /// When somebody changed the stored bytes.
    pub fn json_with(&self, unpacker: &mut Unpacker) -> Result<Vec<u8>, SnapshotError> {
        unpacker
            .unpack(&self.packed)
            .map_err(|error| SnapshotError::Damaged(format!("document {} does not unpack: {error}", self.document)))
    }
}

pub(super) fn hash(bytes: [u8; 32]) -> Hash {
    Hash(bytes)
}

pub(super) fn parse_time(text: &str) -> Result<DateTime<Utc>, SnapshotError> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| time.with_timezone(&Utc))
        .map_err(|_| SnapshotError::Damaged(format!("'{text}' is not a time")))
}

pub(super) fn parse_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, SnapshotError> {
    serde_json::from_str(text).map_err(|error| SnapshotError::Damaged(format!("a stored list is not JSON: {error}")))
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

const SNAPSHOT_COLUMNS: &str = "id, taken_at, clock, tool_version, root, previous_root, resources, reads, pruned IS NOT NULL";

fn info(row: &Row<'_>) -> Result<SnapshotInfo, SnapshotError> {
    Ok(SnapshotInfo {
        id: row.get(0)?,
        taken_at: parse_time(&row.get::<_, String>(1)?)?,
        clock: row.get(2)?,
        tool_version: row.get(3)?,
        root: hash(row.get(4)?),
        previous_root: row.get::<_, Option<[u8; 32]>>(5)?.map(hash),
        resources: unsigned(row.get(6)?),
        reads: unsigned(row.get(7)?),
        pruned: row.get(8)?,
    })
}

impl Database {
    /// All sealed snapshots, oldest first.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn snapshots(&self) -> Result<Vec<SnapshotInfo>, SnapshotError> {
        let mut statement = self.connection.prepare(&format!("SELECT {SNAPSHOT_COLUMNS} FROM snapshots ORDER BY id"))?;
        statement.query_and_then([], info)?.collect()
    }

    /// Opens one snapshot.
    ///
    /// # Errors
    ///
    /// No such snapshot, or a damaged database.
    pub fn snapshot(&self, selector: &Selector) -> Result<Snapshot<'_>, SnapshotError> {
        let all = self.snapshots()?;
        let found = match selector {
            Selector::Latest => all.into_iter().next_back(),
            Selector::Id(id) => all.into_iter().find(|info| info.id == *id),
            Selector::At(time) => all.into_iter().rfind(|info| info.taken_at <= *time),
        };
        let info = found.ok_or_else(|| {
            SnapshotError::NoSnapshot(match selector {
                Selector::Latest => "has been taken into this database yet".to_owned(),
                Selector::Id(id) => format!("has the number {id}"),
                Selector::At(time) => format!("was taken at or before {time}"),
            })
        })?;
        let sources = self.sources(info.id)?.into_iter().map(|(_, source)| source).collect();
        let (reads, read_keys) = self.reads(info.id)?.into_iter().map(|line| (line.read, line.key)).unzip();
        Ok(Snapshot { database: self, info, sources, reads, read_keys, dictionaries: Arc::new(Dictionaries::load(&self.connection)?) })
    }

    pub(super) fn sources(&self, snapshot: SnapshotId) -> Result<Vec<(i64, Source)>, SnapshotError> {
        let mut statement = self.connection.prepare("SELECT seq, kind, name, details FROM sources WHERE snapshot = ? ORDER BY seq")?;
        statement
            .query_and_then([snapshot], |row| {
                let word: String = row.get(1)?;
                let kind = [SourceKind::Repository, SourceKind::Kubernetes, SourceKind::Aws, SourceKind::Github]
                    .into_iter()
                    .find(|kind| kind.as_str() == word)
                    .ok_or_else(|| SnapshotError::Damaged(format!("'{word}' is no kind of source")))?;
                Ok((row.get(0)?, Source { kind, name: row.get(2)?, details: parse_json(&row.get::<_, String>(3)?)? }))
            })?
            .collect()
    }

    pub(super) fn reads(&self, snapshot: SnapshotId) -> Result<Vec<LedgerLine>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(&format!("{LEDGER_LINES} ORDER BY l.seq"))?;
        statement.query_and_then([snapshot], ledger_line)?.collect()
    }
}

/// The lines of a snapshot's ledger, as [`ledger_line`] reads them.
pub(super) const LEDGER_LINES: &str = "SELECT l.seq, r.source, r.operation, r.parameters, r.identity, l.started_at, l.ended_at, r.pages, r.items, r.outcome, r.error, \
     r.file, r.line, r.kinds, r.may_hide, l.key, r.leaf, l.mark FROM ledger_lines l JOIN read_rows r ON r.id = l.read WHERE l.snapshot = ?";

/// A row of the ledger as it is stored.
pub(super) struct LedgerLine {
    pub(super) read: Read,
    pub(super) key: ReadKey,
    pub(super) leaf: Hash,
    pub(super) mark: i64,
}

pub(super) fn ledger_line(row: &Row<'_>) -> Result<LedgerLine, SnapshotError> {
    let word: String = row.get(9)?;
    let at = |micros: i64| {
        DateTime::from_timestamp_micros(micros).ok_or_else(|| SnapshotError::Damaged(format!("{micros} microseconds are no time")))
    };
    let read = Read {
        seq: row.get(0)?,
        source: row.get(1)?,
        operation: row.get(2)?,
        parameters: parse_json(&row.get::<_, String>(3)?)?,
        identity: row.get(4)?,
        started_at: at(row.get(5)?)?,
        ended_at: at(row.get(6)?)?,
        pages: unsigned(row.get(7)?),
        items: unsigned(row.get(8)?),
        outcome: Outcome::parse(&word).ok_or_else(|| SnapshotError::Damaged(format!("'{word}' is no outcome")))?,
        error: row.get(10)?,
        file: row.get(11)?,
        line: row.get(12)?,
        kinds: parse_json(&row.get::<_, String>(13)?)?,
        may_hide: row.get::<_, Option<i64>>(14)?.map(unsigned),
    };
    Ok(LedgerLine { read, key: read_key(row.get(15)?), leaf: hash(row.get(16)?), mark: row.get(17)? })
}

/// A reference from eight columns: source, kind, group, namespace, name, id, file, line.
pub(super) fn reference(row: &Row<'_>, at: usize) -> rusqlite::Result<ResourceRef> {
    Ok(ResourceRef {
        source: row.get(at)?,
        kind: row.get(at + 1)?,
        group: row.get(at + 2)?,
        namespace: row.get(at + 3)?,
        name: row.get(at + 4)?,
        id: row.get(at + 5)?,
        file: row.get(at + 6)?,
        line: row.get(at + 7)?,
    })
}

/// A key from its column.
pub(super) fn read_key(column: i64) -> ReadKey {
    ReadKey(u64::from_ne_bytes(column.to_ne_bytes()))
}

const RESOURCE_COLUMNS: &str = "r.source, r.kind, r.api_group, r.namespace, r.name, r.resource, r.file, r.line, r.version, r.read, d.hash, \
                                d.body, d.size, d.dictionary, r.id";

/// The rows of a snapshot, in order. SQLite keeps the order of a `CROSS JOIN`, and reads runs and rows by their keys: nothing is sorted.
const RESOURCES_OF_SNAPSHOT: &str = "FROM resource_runs u CROSS JOIN resource_rows r ON r.id BETWEEN u.first AND u.first + u.count - 1 \
                                     CROSS JOIN documents d ON d.id = r.document WHERE u.snapshot = ?";

impl Snapshot<'_> {
    /// Refuses a snapshot whose resources were removed: an empty population must never be mistaken for one without failures (law 1).
    fn is_whole(&self) -> Result<(), SnapshotError> {
        if self.info.pruned { Err(SnapshotError::Pruned(self.info.id)) } else { Ok(()) }
    }

    fn by_key(&self) -> HashMap<ReadKey, ReadRef> {
        self.read_keys.iter().zip(&self.reads).map(|(key, read)| (*key, read.seq)).collect()
    }

    fn resource(&self, row: &Row<'_>, by_key: &HashMap<ReadKey, ReadRef>) -> Result<StoredResource, SnapshotError> {
        let key = read_key(row.get(9)?);
        let size: i64 = row.get(12)?;
        Ok(StoredResource {
            reference: Arc::new(reference(row, 0)?),
            version: row.get(8)?,
            read: *by_key
                .get(&key)
                .ok_or_else(|| SnapshotError::Damaged(format!("a resource names read {key}, which is not in the ledger")))?,
            document: hash(row.get(10)?),
            row: row.get(14)?,
            packed: Packed { body: row.get(11)?, size: usize::try_from(size).unwrap_or(0), dictionary: row.get(13)? },
            dictionaries: Arc::clone(&self.dictionaries),
        })
    }

    /// Hands all resources to `each` in batches, in the order they were collected, so that memory does not grow with the snapshot.
    ///
    /// # Errors
    ///
    /// A damaged database, or what `each` gives.
    pub fn batches<E: From<SnapshotError>>(
        &self,
        size: usize,
        mut each: impl FnMut(Vec<StoredResource>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.is_whole()?;
        let by_key = self.by_key();
        let sql = format!("SELECT {RESOURCE_COLUMNS} {RESOURCES_OF_SNAPSHOT}");
        let mut statement = self.database.connection.prepare_cached(&sql).map_err(SnapshotError::from)?;
        let mut rows = statement.query([self.info.id]).map_err(SnapshotError::from)?;
        let mut batch = Vec::with_capacity(size);
        while let Some(row) = rows.next().map_err(SnapshotError::from)? {
            batch.push(self.resource(row, &by_key)?);
            if batch.len() == size {
                each(std::mem::replace(&mut batch, Vec::with_capacity(size)))?;
            }
        }
        if batch.is_empty() { Ok(()) } else { each(batch) }
    }

    /// The resources of one kind, in the order they were collected.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn of_kind(&self, kind: &KindRef) -> Result<Vec<StoredResource>, SnapshotError> {
        self.is_whole()?;
        let by_key = self.by_key();
        let sql = format!("SELECT {RESOURCE_COLUMNS} {RESOURCES_OF_SNAPSHOT} AND r.kind = ? AND r.api_group = ?");
        let mut statement = self.database.connection.prepare(&sql)?;
        statement.query_and_then(params![self.info.id, kind.kind, kind.group], |row| self.resource(row, &by_key))?.collect()
    }

    /// Number of resources per source and kind.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn counts(&self) -> Result<Vec<(String, KindRef, u64)>, SnapshotError> {
        let mut statement = self.database.connection.prepare(
            "SELECT source, kind, api_group, count(*) FROM resources WHERE snapshot = ? GROUP BY source, kind, api_group ORDER BY 1, 2, 3",
        )?;
        statement
            .query_and_then([self.info.id], |row| {
                Ok((row.get(0)?, KindRef::new(row.get::<_, String>(1)?, row.get::<_, String>(2)?), unsigned(row.get(3)?)))
            })?
            .collect()
    }

    /// What redaction took out, by class.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn redactions(&self) -> Result<Vec<(String, u64)>, SnapshotError> {
        let mut statement =
            self.database.connection.prepare("SELECT redactions FROM resources WHERE snapshot = ? AND redactions <> '[]'")?;
        let mut total = std::collections::BTreeMap::new();
        let rows = statement.query_map([self.info.id], |row| row.get::<_, String>(0))?;
        for row in rows {
            for (class, number) in parse_json::<Vec<(String, u64)>>(&row?)? {
                *total.entry(class).or_insert(0) += number;
            }
        }
        Ok(total.into_iter().collect())
    }

    /// Whether an earlier snapshot has been evaluated at all: without one, nothing can be said about "first seen".
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn has_history(&self) -> Result<bool, SnapshotError> {
        let found: Option<i64> = self
            .database
            .connection
            .query_row("SELECT 1 FROM evaluations WHERE snapshot < ? LIMIT 1", [self.info.id], |row| row.get(0))
            .optional()?;
        Ok(found.is_some())
    }
}
