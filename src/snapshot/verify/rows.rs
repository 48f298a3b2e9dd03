//! Rows that snapshots and evaluations share: each is checked once, against the hash under which it stands.

use super::{Problem, problem};
use crate::model::{Hash, Outcome, Read};
use crate::snapshot::merkle::{Batch, write_row};
use crate::snapshot::reader::{parse_json, read_key, unsigned};
use crate::snapshot::runs::Runs;
use crate::snapshot::verdicts::{Fields, ID_AND_LEAF, VERDICT_COLUMNS, maybe, text};
use crate::snapshot::writer::{read_fields, resource_fields};
use crate::snapshot::{Database, SnapshotError};
use chrono::DateTime;
use rusqlite::{Connection, Row};
use std::ops::Range;

/// A table of shared rows.
struct Table {
    /// What a row is called.
    what: &'static str,
    /// All rows: number, sealed hash, and the columns that `write` reads.
    select: &'static str,
    /// A name of one row for people.
    name: &'static str,
    /// Appends what the hash of a row is over, read where SQLite has it: no row becomes a value of its own.
    write: fn(&Row<'_>, &mut Vec<u8>) -> Result<(), SnapshotError>,
}

const READS: Table = Table {
    what: "ledger row",
    select: "SELECT id, leaf, source, operation, parameters, identity, pages, items, outcome, error, file, line, kinds, may_hide \
             FROM read_rows ORDER BY id",
    name: "SELECT operation FROM read_rows WHERE id = ?",
    write: write_read,
};

const RESOURCES: Table = Table {
    what: "resource",
    select: "SELECT r.id, r.leaf, r.source, r.kind, r.api_group, r.version, r.namespace, r.name, r.resource, r.file, r.line, \
             r.rendered_by, r.redactions, r.read, d.hash FROM resource_rows r LEFT JOIN documents d ON d.id = r.document ORDER BY r.id",
    name: "SELECT resource FROM resource_rows WHERE id = ?",
    write: write_resource,
};

const VERDICTS: Table = Table {
    what: "verdict",
    select: "",
    name: "SELECT control || ' over ' || resource FROM verdict_rows WHERE id = ?",
    write: |row, bytes| {
        Fields::of_row(row)?.write(bytes);
        Ok(())
    },
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
        Self::load(&database.connection, VERDICTS, &select, ID_AND_LEAF, problems)
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
        let mut batch = Batch::default();
        let mut sealed: Vec<(i64, Hash)> = Vec::with_capacity(Batch::FULL);
        loop {
            let row = cursor.next()?;
            if let Some(row) = &row {
                sealed.push((row.get(id)?, Hash(row.get(leaf)?)));
                // An error: something in the row cannot be read any more. Its hash will say so.
                let _ = batch.push(|bytes| (rows.table.write)(row, bytes));
            }
            if row.is_none() || batch.is_full() {
                for ((id, sealed), computed) in sealed.drain(..).zip(batch.hashes()) {
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
fn write_read(row: &Row<'_>, bytes: &mut Vec<u8>) -> Result<(), SnapshotError> {
    let outcome = text(row, 8)?;
    let read = Read {
        seq: 0,
        source: row.get(2)?,
        operation: row.get(3)?,
        parameters: parse_json(text(row, 4)?)?,
        identity: row.get(5)?,
        started_at: DateTime::UNIX_EPOCH,
        ended_at: DateTime::UNIX_EPOCH,
        pages: unsigned(row.get(6)?),
        items: unsigned(row.get(7)?),
        outcome: Outcome::parse(outcome).ok_or_else(|| SnapshotError::Damaged(format!("'{outcome}' is no outcome")))?,
        error: row.get(9)?,
        file: row.get(10)?,
        line: row.get(11)?,
        kinds: parse_json(text(row, 12)?)?,
        may_hide: row.get::<_, Option<i64>>(13)?.map(unsigned),
    };
    write_row(bytes, &read_fields(&read));
    Ok(())
}

/// A resource's fields in the order of [`resource_fields`].
fn write_resource(row: &Row<'_>, bytes: &mut Vec<u8>) -> Result<(), SnapshotError> {
    let line: Option<u32> = row.get(10)?;
    let redactions: Vec<(String, u64)> = parse_json(text(row, 12)?)?;
    let (read, document) = (read_key(row.get(13)?).to_string(), Hash(row.get(14)?));
    write_row(
        bytes,
        &resource_fields(&(
            text(row, 2)?,
            text(row, 3)?,
            text(row, 4)?,
            text(row, 5)?,
            text(row, 6)?,
            text(row, 7)?,
            text(row, 8)?,
            maybe(row, 9)?,
            line,
            maybe(row, 11)?,
            redactions,
            read,
            document,
        )),
    );
    Ok(())
}
