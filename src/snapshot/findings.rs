//! The findings of evaluations in a row: what each holds that the one before did not, and the reverse.
//!
//! An evaluation is a list of runs over shared rows (see [`super::runs`]), so two of them are compared run by run, and only rows that one of
//! both does not hold are read.

use super::reader::{parse_json, parse_time, reference};
use super::runs::Members;
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, Read, ReadKey, ResourceRef, Severity, SnapshotId, Source, Verdict, stable_id};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A snapshot's own evaluation, the first made of it, in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnScan {
    /// The evaluation.
    pub evaluation: EvaluationId,
    /// The snapshot it judged.
    pub snapshot: SnapshotId,
    /// When that was taken.
    pub taken_at: DateTime<Utc>,
}

/// A failing or unknown verdict as it is stored, as far as its life needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// Its row: the same in every evaluation that holds the very same verdict.
    pub row: i64,
    /// The finding.
    pub fingerprint: Arc<str>,
    /// `fail` or `unknown`.
    pub verdict: Verdict,
    /// Its severity.
    pub severity: Severity,
}

/// What an evaluation holds otherwise than the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Findings that came.
    pub come: Vec<FindingRow>,
    /// Rows of verdicts that went.
    pub gone: Vec<i64>,
}

/// Where a finding was, for asking another ledger about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingPlace {
    /// The control.
    pub control: String,
    /// The resource, or what stands for something unread.
    pub resource: ResourceRef,
    /// The first read behind it.
    pub read: Option<ReadKey>,
}

/// Walks over evaluations in any order.
pub struct FindingsWalk<'db> {
    database: &'db Database,
    members: Members,
}

impl FindingsWalk<'_> {
    /// Goes on to an evaluation; the first step begins at an evaluation that holds nothing.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn step(&mut self, evaluation: EvaluationId) -> Result<Difference, SnapshotError> {
        let members = Members::load(&self.database.connection, "verdict_runs", "evaluation", evaluation)?;
        let mut difference = Difference { come: Vec::new(), gone: self.members.without(&members).rows().collect() };
        let mut statement = self.database.connection.prepare_cached(
            "SELECT id, fingerprint, verdict, severity FROM verdict_rows WHERE id BETWEEN ? AND ? AND verdict IN ('fail', 'unknown')",
        )?;
        for run in members.without(&self.members).runs() {
            let rows = statement.query_and_then([run.start, run.end - 1], |row| {
                let (verdict, severity): (String, String) = (row.get(2)?, row.get(3)?);
                Ok::<_, SnapshotError>(FindingRow {
                    row: row.get(0)?,
                    fingerprint: row.get::<_, String>(1)?.into(),
                    verdict: Verdict::parse(&verdict).ok_or_else(|| SnapshotError::Damaged(format!("'{verdict}' is no verdict")))?,
                    severity: (Severity::ALL.into_iter().find(|known| known.as_str() == severity))
                        .ok_or_else(|| SnapshotError::Damaged(format!("'{severity}' is no severity")))?,
                })
            })?;
            for row in rows {
                difference.come.push(row?);
            }
        }
        self.members = members;
        Ok(difference)
    }
}

/// Which snapshots hold which resources.
pub struct Inventory<'db> {
    database: &'db Database,
    /// Rows of each resource, by source and id without the line. Read when it is first asked.
    rows: Option<HashMap<(String, String), Vec<i64>>>,
    /// Members of the snapshots that were asked last.
    members: HashMap<SnapshotId, Members>,
}

/// Snapshots of which an inventory remembers the members.
const REMEMBERED: usize = 4;

impl Inventory<'_> {
    /// Whether a snapshot holds a resource, on whatever line.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn holds(&mut self, snapshot: SnapshotId, resource: &ResourceRef) -> Result<bool, SnapshotError> {
        if self.rows.is_none() {
            self.rows = Some(self.database.resource_rows()?);
        }
        if !self.members.contains_key(&snapshot) {
            if self.members.len() >= REMEMBERED {
                self.members.clear();
            }
            self.members.insert(snapshot, Members::load(&self.database.connection, "resource_runs", "snapshot", snapshot)?);
        }
        let key = (resource.source.clone(), resource.stable_id().to_owned());
        let rows = self.rows.as_ref().and_then(|rows| rows.get(&key));
        let members = self.members.get(&snapshot);
        Ok(rows.is_some_and(|rows| rows.iter().any(|row| members.is_some_and(|members| members.contains(*row)))))
    }
}

impl Database {
    /// Each snapshot's own evaluation, in order of time.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn own_scans(&self) -> Result<Vec<OwnScan>, SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT min(e.id), e.snapshot, s.taken_at FROM evaluations e JOIN snapshots s ON s.id = e.snapshot GROUP BY e.snapshot",
        )?;
        let rows = statement.query_and_then([], |row| {
            Ok::<_, SnapshotError>(OwnScan {
                evaluation: row.get(0)?,
                snapshot: row.get(1)?,
                taken_at: parse_time(&row.get::<_, String>(2)?)?,
            })
        })?;
        let mut scans: Vec<OwnScan> = rows.collect::<Result<_, _>>()?;
        scans.sort_by_key(|scan| (scan.taken_at, scan.snapshot));
        Ok(scans)
    }

    /// Begins a walk over evaluations.
    #[must_use]
    pub fn findings_walk(&self) -> FindingsWalk<'_> {
        FindingsWalk { database: self, members: Members::default() }
    }

    /// Begins an inventory.
    #[must_use]
    pub fn inventory(&self) -> Inventory<'_> {
        Inventory { database: self, rows: None, members: HashMap::new() }
    }

    fn resource_rows(&self) -> Result<HashMap<(String, String), Vec<i64>>, SnapshotError> {
        let mut statement = self.connection.prepare("SELECT source, resource, line, id FROM resource_rows")?;
        let mut rows = statement.query([])?;
        let mut found: HashMap<(String, String), Vec<i64>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(1)?;
            let stable = stable_id(&id, row.get(2)?).to_owned();
            found.entry((row.get(0)?, stable)).or_default().push(row.get(3)?);
        }
        Ok(found)
    }

    /// Where the finding of a row was.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn finding_place(&self, row: i64) -> Result<FindingPlace, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT source, kind, api_group, namespace, name, resource, file, line, control, reads FROM verdict_rows WHERE id = ?",
        )?;
        let mut rows = statement.query_and_then([row], |row| {
            let reads: Vec<String> = parse_json(&row.get::<_, String>(9)?)?;
            let read = reads.first().and_then(|name| ReadKey::parse(name));
            Ok(FindingPlace { resource: reference(row, 0)?, control: row.get(8)?, read })
        })?;
        rows.next().unwrap_or_else(|| Err(SnapshotError::Damaged(format!("verdict row {row} is gone"))))
    }

    /// What a snapshot looked at, and its ledger.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn ledger(&self, snapshot: SnapshotId) -> Result<(Vec<Source>, Vec<Read>), SnapshotError> {
        let sources = self.sources(snapshot)?.into_iter().map(|(_, source)| source).collect();
        Ok((sources, self.reads(snapshot)?.into_iter().map(|line| line.read).collect()))
    }

    /// The read of a snapshot that has a name.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn read_named(&self, snapshot: SnapshotId, key: ReadKey) -> Result<Option<Read>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(&format!("{} AND l.key = ?", super::reader::LEDGER_LINES))?;
        let mut rows = statement.query_and_then(params![snapshot, super::writer::key_column(key)], super::reader::ledger_line)?;
        Ok(rows.next().transpose()?.map(|line| line.read))
    }

    /// Names of a snapshot's sources, and of those of which some read may hide something.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn looked_at(&self, snapshot: SnapshotId) -> Result<(BTreeSet<String>, BTreeSet<String>), SnapshotError> {
        let texts = |sql: &str| -> Result<BTreeSet<String>, SnapshotError> {
            Ok(self.connection.prepare_cached(sql)?.query_map([snapshot], |row| row.get(0))?.collect::<Result<_, _>>()?)
        };
        let hiding = "SELECT DISTINCT r.source FROM ledger_lines l JOIN read_rows r ON r.id = l.read \
                      WHERE l.snapshot = ? AND r.outcome NOT IN ('complete', 'absent') AND (r.may_hide IS NULL OR r.may_hide <> 0)";
        Ok((texts("SELECT name FROM sources WHERE snapshot = ?")?, texts(hiding)?))
    }

    /// Whether an evaluation ran a control.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn ran(&self, evaluation: EvaluationId, control: &str) -> Result<bool, SnapshotError> {
        let sql = "SELECT 1 FROM tallies WHERE evaluation = ? AND control = ? AND resources = ''";
        let found = self.connection.prepare_cached(sql)?.query_row(params![evaluation, control], |_| Ok(())).optional()?;
        Ok(found.is_some())
    }
}
