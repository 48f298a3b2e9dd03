//! Rows that snapshots and evaluations share: each is checked once, against the hash under which it stands.

use super::{Problem, problem};
use crate::model::{Hash, KindRef, Outcome, Read, ReadKey};
use crate::snapshot::evaluation::{StoredVerdict, VERDICT_COLUMNS, verdict_leaf, verdict_of};
use crate::snapshot::reader::{parse_json, read_key, unsigned};
use crate::snapshot::runs::Runs;
use crate::snapshot::writer::{read_leaf, resource_leaf};
use crate::snapshot::{Database, SnapshotError};
use chrono::DateTime;
use rayon::prelude::*;
use rusqlite::{Connection, Row};
use std::ops::Range;

/// Rows that are hashed at a time, on all cores.
const BATCH: usize = 8192;

/// A table of shared rows.
struct Table {
    /// What a row is called.
    what: &'static str,
    /// All rows: number, sealed hash, and the fields that `fields` reads.
    select: &'static str,
    /// A name of one row for people.
    name: &'static str,
    fields: fn(&Row<'_>) -> Result<Fields, SnapshotError>,
}

/// The fields of a row.
enum Fields {
    Read(Box<Read>),
    Resource(Box<ResourceFields>),
    Verdict(Box<(StoredVerdict, Vec<String>)>),
}

/// The fields that a resource's hash is over, in the order of [`resource_leaf`].
type ResourceFields = ([String; 7], Option<String>, Option<u32>, Option<String>, Vec<(String, u64)>, String, Hash);

impl Fields {
    fn leaf(&self) -> Hash {
        match self {
            Self::Read(read) => read_leaf(read),
            Self::Resource(fields) => {
                let ([source, kind, group, version, namespace, name, id], file, line, rendered_by, redactions, read, document) = &**fields;
                resource_leaf(&(source, kind, group, version, namespace, name, id, file, line, rendered_by, redactions, read, document))
            }
            Self::Verdict(verdict) => verdict_leaf(&verdict.0, &verdict.1),
        }
    }
}

const READS: Table = Table {
    what: "ledger row",
    select: "SELECT id, leaf, source, operation, parameters, identity, pages, items, outcome, error, file, line, kinds, may_hide \
             FROM read_rows ORDER BY id",
    name: "SELECT operation FROM read_rows WHERE id = ?",
    fields: |row| Ok(Fields::Read(Box::new(read(row)?))),
};

const RESOURCES: Table = Table {
    what: "resource",
    select: "SELECT r.id, r.leaf, r.source, r.kind, r.api_group, r.version, r.namespace, r.name, r.resource, r.file, r.line, \
             r.rendered_by, r.redactions, r.read, d.hash FROM resource_rows r LEFT JOIN documents d ON d.id = r.document ORDER BY r.id",
    name: "SELECT resource FROM resource_rows WHERE id = ?",
    fields: |row| Ok(Fields::Resource(Box::new(resource(row)?))),
};

const VERDICTS: Table = Table {
    what: "verdict",
    select: "",
    name: "SELECT control || ' over ' || resource FROM verdict_rows WHERE id = ?",
    fields: |row| Ok(Fields::Verdict(Box::new(verdict_of(row)?))),
};

/// What is needed of the rows of one table, in the order of their numbers.
pub(super) struct Rows {
    table: Table,
    ids: Vec<i64>,
    leaves: Vec<Hash>,
    used: Vec<bool>,
}

impl Rows {
    /// Rows of the ledger.
    pub(super) fn reads(database: &Database, problems: &mut Vec<Problem>) -> Result<Self, SnapshotError> {
        Self::load(&database.connection, READS, READS.select, (0, 1), problems)
    }

    /// Rows of resources.
    pub(super) fn resources(database: &Database, problems: &mut Vec<Problem>) -> Result<Self, SnapshotError> {
        Self::load(&database.connection, RESOURCES, RESOURCES.select, (0, 1), problems)
    }

    /// Rows of verdicts.
    pub(super) fn verdicts(database: &Database, problems: &mut Vec<Problem>) -> Result<Self, SnapshotError> {
        let select = format!("SELECT {VERDICT_COLUMNS} FROM verdict_rows v ORDER BY v.id");
        Self::load(&database.connection, VERDICTS, &select, (17, 18), problems)
    }

    fn load(
        connection: &Connection,
        table: Table,
        select: &str,
        (id, leaf): (usize, usize),
        problems: &mut Vec<Problem>,
    ) -> Result<Self, SnapshotError> {
        let mut rows = Self { table, ids: Vec::new(), leaves: Vec::new(), used: Vec::new() };
        let mut statement = connection.prepare(select)?;
        let mut cursor = statement.query([])?;
        // No fields: something in the row cannot be read any more.
        let mut batch: Vec<(i64, Hash, Option<Fields>)> = Vec::with_capacity(BATCH);
        loop {
            let row = cursor.next()?;
            if let Some(row) = &row {
                batch.push((row.get(id)?, Hash(row.get(leaf)?), (rows.table.fields)(row).ok()));
            }
            if row.is_none() || batch.len() == BATCH {
                let computed: Vec<Option<Hash>> = batch.par_iter().map(|(_, _, fields)| fields.as_ref().map(Fields::leaf)).collect();
                for ((id, sealed, _), computed) in batch.drain(..).zip(computed) {
                    if computed != Some(sealed) {
                        problems.push(problem(rows.table.called(connection, id), "a field of this row was changed"));
                    }
                    rows.ids.push(id);
                    // A changed row counts as what it is now, so that the roots above it differ as well.
                    rows.leaves.push(computed.unwrap_or(sealed));
                }
            }
            if row.is_none() {
                rows.used = vec![false; rows.ids.len()];
                return Ok(rows);
            }
        }
    }

    /// The hash of a row that a list names.
    pub(super) fn take(&mut self, id: i64) -> Option<Hash> {
        let index = self.ids.binary_search(&id).ok()?;
        if let Some(used) = self.used.get_mut(index) {
            *used = true;
        }
        self.leaves.get(index).copied()
    }

    /// Where the rows with these numbers stand.
    fn range(&self, first: i64, last: i64) -> Range<usize> {
        self.ids.partition_point(|id| *id < first)..self.ids.partition_point(|id| *id <= last)
    }

    /// The rows of a list, run by run. Runs that were changed, and rows that are gone, are named.
    pub(super) fn of(
        &mut self,
        connection: &Connection,
        (table, owner, id): (&str, &str, i64),
        place: &str,
        problems: &mut Vec<Problem>,
    ) -> Result<Vec<Hash>, SnapshotError> {
        let what = self.table.what;
        let mut leaves = Vec::new();
        let mut statement =
            connection.prepare_cached(&format!("SELECT seq, first, count, mark FROM {table} WHERE {owner} = ? ORDER BY seq"))?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            let (seq, first, count, mark): (i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let further = count.max(1) - 1;
            // What is there, not what the run claims: a changed count may be anything.
            let there = self.range(first, first.saturating_add(further));
            let mut check = Runs::starting_at(seq);
            for (id, leaf) in self.ids.get(there.clone()).into_iter().flatten().zip(self.leaves.get(there.clone()).into_iter().flatten()) {
                leaves.push(*leaf);
                let _ = check.push(*id, *leaf);
            }
            self.used.get_mut(there.clone()).into_iter().flatten().for_each(|used| *used = true);
            let last = seq.saturating_add(further);
            let run = if seq == last { format!("{place}, {what} {seq}") } else { format!("{place}, {what}s {seq} to {last}") };
            if i64::try_from(there.len()) != Ok(count) {
                problems.push(problem(run, "rows of this list are gone, or the list was changed"));
            } else if check.finish().is_none_or(|run| run.mark != mark) {
                problems.push(problem(run, "these rows are not those that were sealed"));
            }
        }
        Ok(leaves)
    }

    /// Names rows that no list named.
    pub(super) fn unused(self, connection: &Connection, problems: &mut Vec<Problem>) {
        for (id, _) in self.ids.iter().zip(&self.used).filter(|(_, used)| !**used) {
            let what = "no snapshot and no evaluation holds this row: it was added, or they were changed";
            problems.push(problem(self.table.called(connection, *id), what));
        }
    }
}

impl Table {
    /// A row in words.
    fn called(&self, connection: &Connection, id: i64) -> String {
        let name = connection.query_row(self.name, [id], |row| row.get::<_, String>(0)).unwrap_or_default();
        format!("{} {id} ({name})", self.what)
    }
}

/// What was read, without its times and its number.
fn read(row: &Row<'_>) -> Result<Read, SnapshotError> {
    let outcome: String = row.get(8)?;
    let kinds: Vec<KindRef> = parse_json(&row.get::<_, String>(12)?)?;
    Ok(Read {
        seq: 0,
        source: row.get(2)?,
        operation: row.get(3)?,
        parameters: parse_json(&row.get::<_, String>(4)?)?,
        identity: row.get(5)?,
        started_at: DateTime::UNIX_EPOCH,
        ended_at: DateTime::UNIX_EPOCH,
        pages: unsigned(row.get(6)?),
        items: unsigned(row.get(7)?),
        outcome: Outcome::parse(&outcome).ok_or_else(|| SnapshotError::Damaged(format!("'{outcome}' is no outcome")))?,
        error: row.get(9)?,
        file: row.get(10)?,
        line: row.get(11)?,
        kinds,
        may_hide: row.get::<_, Option<i64>>(13)?.map(unsigned),
    })
}

fn resource(row: &Row<'_>) -> Result<ResourceFields, SnapshotError> {
    let text = |index: usize| row.get::<_, String>(index);
    let read: ReadKey = read_key(row.get(13)?);
    Ok((
        [text(2)?, text(3)?, text(4)?, text(5)?, text(6)?, text(7)?, text(8)?],
        row.get(9)?,
        row.get(10)?,
        row.get(11)?,
        parse_json(&text(12)?)?,
        read.to_string(),
        Hash(row.get(14)?),
    ))
}
