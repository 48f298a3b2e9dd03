//! What lives of findings are made of: the failing and unknown verdicts of a stored evaluation, and what a snapshot could look at.

use super::reader::parse_json;
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, ResourceRef, Severity, SnapshotId};
use std::collections::{BTreeMap, BTreeSet};

/// A failing verdict, as far as its life needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingRow {
    /// The finding.
    pub fingerprint: String,
    /// Its severity.
    pub severity: Severity,
    /// Its control.
    pub control: String,
    /// Its source.
    pub source: String,
    /// The resource's id without the line.
    pub resource: String,
}

/// What a snapshot's evaluation found and what the snapshot could look at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Sources it looked at.
    pub sources: BTreeSet<String>,
    /// Sources of which some read may hide something, with the resources that were seen, by their ids without the line.
    pub incomplete: BTreeMap<String, BTreeSet<String>>,
    /// Controls that were run.
    pub controls: BTreeSet<String>,
    /// Failures.
    pub failing: Vec<FailingRow>,
    /// Fingerprints of unknown verdicts.
    pub unknown: BTreeSet<String>,
}

fn stable(id: String, line: Option<u32>) -> String {
    let reference = ResourceRef {
        source: String::new(),
        kind: String::new(),
        group: String::new(),
        namespace: String::new(),
        name: String::new(),
        id,
        file: None,
        line,
    };
    reference.stable_id().to_owned()
}

impl Database {
    /// What one evaluation of one snapshot found.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn found(&self, snapshot: SnapshotId, evaluation: EvaluationId) -> Result<Found, SnapshotError> {
        let mut found = Found::default();
        let texts = |sql: &str, id: i64| -> Result<BTreeSet<String>, SnapshotError> {
            Ok(self.connection.prepare_cached(sql)?.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?)
        };
        found.sources = texts("SELECT name FROM sources WHERE snapshot = ?", snapshot)?;
        found.controls = texts("SELECT control FROM tallies WHERE evaluation = ? AND resources = ''", evaluation)?;
        found.unknown = texts("SELECT fingerprint FROM verdicts WHERE evaluation = ? AND verdict = 'unknown'", evaluation)?;
        let hiding = texts(
            "SELECT DISTINCT source FROM reads WHERE snapshot = ? AND outcome NOT IN ('complete', 'absent') \
             AND (may_hide IS NULL OR may_hide <> 0)",
            snapshot,
        )?;
        let mut statement = self.connection.prepare_cached("SELECT id, line FROM resources WHERE snapshot = ? AND source = ?")?;
        for source in hiding {
            let rows = statement.query_map(rusqlite::params![snapshot, source], |row| Ok(stable(row.get(0)?, row.get(1)?)))?;
            found.incomplete.insert(source, rows.collect::<Result<_, _>>()?);
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT fingerprint, severity, control, source, resource, line FROM verdicts WHERE evaluation = ? AND verdict = 'fail'",
        )?;
        let rows = statement.query_and_then([evaluation], |row| {
            let word: String = row.get(1)?;
            Ok::<_, SnapshotError>(FailingRow {
                fingerprint: row.get(0)?,
                severity: parse_json(&format!("\"{word}\""))?,
                control: row.get(2)?,
                source: row.get(3)?,
                resource: stable(row.get(4)?, row.get(5)?),
            })
        })?;
        found.failing = rows.collect::<Result<_, _>>()?;
        Ok(found)
    }
}
