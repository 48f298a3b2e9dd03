//! Rows that snapshots and evaluations share: each is checked once, against the hash under which it stands.

use super::{Problem, problem};
use crate::model::{Hash, KindRef, Outcome, Read};
use crate::snapshot::SnapshotError;
use crate::snapshot::evaluation::{VERDICT_COLUMNS, verdict_leaf, verdict_of};
use crate::snapshot::reader::{parse_json, read_key, unsigned};
use crate::snapshot::runs::Runs;
use crate::snapshot::writer::{read_leaf, resource_leaf};
use chrono::DateTime;
use rusqlite::{Connection, Row};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What is needed of the rows of one table.
pub(super) struct Rows {
    /// What one of them is called.
    what: &'static str,
    /// Hash and name of each, by number.
    by_id: BTreeMap<i64, (Hash, String)>,
    used: BTreeSet<i64>,
}

/// Number, sealed hash, recomputed hash, and a name for people. No recomputed hash: a field cannot be read any more.
type Checked = (i64, Hash, Option<Hash>, String);

impl Rows {
    fn load(
        connection: &Connection,
        what: &'static str,
        sql: &str,
        problems: &mut Vec<Problem>,
        check: impl Fn(&Row<'_>) -> Result<Checked, SnapshotError>,
    ) -> Result<Self, SnapshotError> {
        let mut rows = Self { what, by_id: BTreeMap::new(), used: BTreeSet::new() };
        let mut statement = connection.prepare(sql)?;
        let mut cursor = statement.query([])?;
        while let Some(row) = cursor.next()? {
            let (id, sealed, computed, name) = check(row)?;
            if computed != Some(sealed) {
                problems.push(problem(format!("{what} {name}"), "a field of this row was changed"));
            }
            // A changed row counts as what it is now, so that the roots above it differ as well.
            rows.by_id.insert(id, (computed.unwrap_or(sealed), name));
        }
        Ok(rows)
    }

    /// Rows of the ledger.
    pub(super) fn reads(connection: &Connection, problems: &mut Vec<Problem>) -> Result<Self, SnapshotError> {
        let sql = "SELECT id, leaf, source, operation, parameters, identity, pages, items, outcome, error, file, line, kinds, may_hide \
                   FROM read_rows ORDER BY id";
        Self::load(connection, "ledger row", sql, problems, |row| {
            let name = format!("{} ({})", row.get::<_, i64>(0)?, row.get::<_, String>(3)?);
            Ok((row.get(0)?, Hash(row.get(1)?), read(row).ok().map(|read| read_leaf(&read)), name))
        })
    }

    /// Rows of resources.
    pub(super) fn resources(connection: &Connection, problems: &mut Vec<Problem>) -> Result<Self, SnapshotError> {
        let sql = "SELECT r.id, r.leaf, r.source, r.kind, r.api_group, r.version, r.namespace, r.name, r.resource, r.file, r.line, \
                   r.rendered_by, r.redactions, r.read, d.hash FROM resource_rows r LEFT JOIN documents d ON d.id = r.document ORDER BY r.id";
        Self::load(connection, "resource", sql, problems, |row| {
            let name = format!("{} ({})", row.get::<_, i64>(0)?, row.get::<_, String>(8)?);
            Ok((row.get(0)?, Hash(row.get(1)?), resource(row).ok(), name))
        })
    }

    /// Rows of verdicts.
    pub(super) fn verdicts(connection: &Connection, problems: &mut Vec<Problem>) -> Result<Self, SnapshotError> {
        let sql = format!("SELECT {VERDICT_COLUMNS} FROM verdict_rows v ORDER BY v.id");
        Self::load(connection, "verdict", &sql, problems, |row| {
            let id: i64 = row.get(17)?;
            let name = format!("{id} ({} over {})", row.get::<_, String>(0)?, row.get::<_, String>(8)?);
            Ok((id, Hash(row.get(18)?), verdict_of(row).ok().map(|(stored, reads)| verdict_leaf(&stored, &reads)), name))
        })
    }

    /// The hash of a row that a list names.
    pub(super) fn take(&mut self, id: i64) -> Option<Hash> {
        let (hash, _) = self.by_id.get(&id)?;
        self.used.insert(id);
        Some(*hash)
    }

    /// The rows of a list, run by run. Runs that were changed, and rows that are gone, are named.
    pub(super) fn of(
        &mut self,
        connection: &Connection,
        (table, owner, id): (&str, &str, i64),
        place: &str,
        problems: &mut Vec<Problem>,
    ) -> Result<Vec<Hash>, SnapshotError> {
        let mut leaves = Vec::new();
        let mut statement = connection.prepare(&format!("SELECT seq, first, count, mark FROM {table} WHERE {owner} = ? ORDER BY seq"))?;
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            let (seq, first, count, mark): (i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let what = self.what;
            let last = first.saturating_add(count.max(1) - 1);
            // Looked up by what is there, not by what the run claims: a changed count may be anything.
            let there: Vec<(i64, Hash)> = self
                .by_id
                .get(&first)
                .into_iter()
                .flat_map(|_| self.by_id.range(first..=last))
                .map(|(id, (hash, _))| (*id, *hash))
                .collect();
            let mut check = Runs::starting_at(seq);
            for (id, hash) in &there {
                self.used.insert(*id);
                leaves.push(*hash);
                let _ = check.push(*id, *hash);
            }
            let last = seq.saturating_add(count.max(1) - 1);
            let runs = if seq == last { format!("{place}, {what} {seq}") } else { format!("{place}, {what}s {seq} to {last}") };
            if i64::try_from(there.len()) != Ok(count) {
                problems.push(problem(runs, "rows of this list are gone, or the list was changed"));
            } else if check.finish().is_none_or(|run| run.mark != mark) {
                problems.push(problem(runs, "these rows are not those that were sealed"));
            }
        }
        Ok(leaves)
    }

    /// Rows that no list named.
    pub(super) fn unused(self) -> impl Iterator<Item = String> {
        let Self { what, by_id, used } = self;
        by_id.into_iter().filter(move |(id, _)| !used.contains(id)).map(move |(_, (_, name))| format!("{what} {name}"))
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

fn resource(row: &Row<'_>) -> Result<Hash, SnapshotError> {
    let text = |index: usize| row.get::<_, String>(index);
    let maybe = |index: usize| row.get::<_, Option<String>>(index);
    let redactions: Vec<(String, u64)> = parse_json(&text(12)?)?;
    Ok(resource_leaf(&json!([
        text(2)?,
        text(3)?,
        text(4)?,
        text(5)?,
        text(6)?,
        text(7)?,
        text(8)?,
        maybe(9)?,
        row.get::<_, Option<u32>>(10)?,
        maybe(11)?,
        redactions,
        read_key(row.get(13)?).to_string(),
        Hash(row.get(14)?)
    ])))
}
