//! An earlier evaluation, for judging again only what changed since.

use super::evaluation::Parts;
use super::merkle::Batch;
use super::reader::{parse_json, reference};
use super::verdicts::{Fields, verdicts_of_evaluation};
use super::{Database, Snapshot, SnapshotError};
use crate::model::{EvaluationId, Hash, KindRef, Outcomes, ResourceRef, Settings, SnapshotId, Texts};
use rusqlite::params;
use std::sync::Arc;

/// How many of the newest evaluations are looked through.
const LOOK_BACK: i64 = 16;

/// An evaluation that still gives the root it was sealed with, and what it judged.
#[derive(Debug)]
pub struct Earlier {
    /// The snapshot it judged.
    pub snapshot: SnapshotId,
    /// What people had decided.
    pub settings: Settings,
    /// Its snapshot's resources in order: the numbers of their rows, see [`super::StoredResource::row`].
    pub rows: Vec<i64>,
    /// The verdict of every control over each of them.
    pub outcomes: Outcomes,
    /// Those that are stored, by control, then in the order of the resources.
    pub verdicts: Vec<EarlierVerdict>,
}

/// What only a stored verdict says: its resource, severity and reads are those of the snapshot that takes it over. Texts that several have in
/// common they share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierVerdict {
    /// Id of the control.
    pub control: Arc<str>,
    /// The value seen.
    pub observed: Option<Arc<str>>,
    /// The value expected.
    pub expected: Arc<str>,
    /// Why.
    pub reason: Option<Arc<str>>,
}

impl Snapshot<'_> {
    /// The newest evaluation by the same catalog and the same version of this program: of this snapshot, or else of one that looked at the
    /// same sources. `None`: there is none, or it is not as it was sealed and must not be built upon.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn earlier(&self, catalog: Hash) -> Result<Option<Earlier>, SnapshotError> {
        let connection = &self.database.connection;
        let mut statement = connection.prepare(
            "SELECT e.id, e.snapshot, e.settings FROM evaluations e JOIN snapshots s ON s.id = e.snapshot \
             WHERE e.catalog_hash = ? AND e.tool_version = ? AND s.pruned IS NULL \
             ORDER BY e.snapshot = ? DESC, e.id DESC LIMIT ?",
        )?;
        let candidates: Vec<(EvaluationId, SnapshotId, String)> = statement
            .query_map(params![catalog.0, env!("CARGO_PKG_VERSION"), self.info.id, LOOK_BACK], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?
            .collect::<Result<_, _>>()?;
        for (evaluation, snapshot, settings) in candidates {
            let same = snapshot == self.info.id || {
                let theirs = self.database.sources(snapshot)?;
                theirs.iter().map(|(_, source)| &source.name).eq(self.sources.iter().map(|source| &source.name))
            };
            if !same {
                continue;
            }
            let Some((verdicts, outcomes)) = self.database.as_sealed(evaluation)? else { return Ok(None) };
            return Ok(Some(Earlier {
                snapshot,
                settings: parse_json(&settings)?,
                rows: self.database.rows(snapshot)?,
                outcomes,
                verdicts,
            }));
        }
        Ok(None)
    }

    /// Which rows of some kinds another snapshot of this database holds: reference and number, in order.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn rows_of(&self, snapshot: SnapshotId, kinds: &[KindRef]) -> Result<Vec<(ResourceRef, i64)>, SnapshotError> {
        let mut statement = self.database.connection.prepare(
            "SELECT r.source, r.kind, r.api_group, r.namespace, r.name, r.resource, r.file, r.line, r.id FROM resource_runs u \
             CROSS JOIN resource_rows r ON r.id BETWEEN u.first AND u.first + u.count - 1 WHERE u.snapshot = ? AND r.kind = ? AND r.api_group = ?",
        )?;
        let mut found = Vec::new();
        for kind in kinds {
            let rows = statement.query_map(params![snapshot, kind.kind, kind.group], |row| Ok((reference(row, 0)?, row.get(8)?)))?;
            for row in rows {
                found.push(row?);
            }
        }
        Ok(found)
    }
}

impl Database {
    /// The numbers of a snapshot's resource rows, in order.
    fn rows(&self, snapshot: SnapshotId) -> Result<Vec<i64>, SnapshotError> {
        let mut statement = self.connection.prepare("SELECT first, count FROM resource_runs WHERE snapshot = ? ORDER BY seq")?;
        let mut rows = statement.query([snapshot])?;
        let mut numbers = Vec::new();
        while let Some(row) = rows.next()? {
            let (first, count): (i64, i64) = (row.get(0)?, row.get(1)?);
            numbers.extend(first..first.saturating_add(count));
        }
        Ok(numbers)
    }

    /// Verdicts and outcomes of an evaluation, if with counts and scores they give the root it was sealed with.
    fn as_sealed(&self, evaluation: EvaluationId) -> Result<Option<(Vec<EarlierVerdict>, Outcomes)>, SnapshotError> {
        let (sealed, catalog, settings, snapshot_root): (Hash, Hash, Hash, Hash) = self.connection.query_row(
            "SELECT e.root, e.catalog_hash, e.settings_hash, s.root FROM evaluations e JOIN snapshots s ON s.id = e.snapshot WHERE e.id = ?",
            [evaluation],
            |row| Ok((Hash(row.get(0)?), Hash(row.get(1)?), Hash(row.get(2)?), Hash(row.get(3)?))),
        )?;
        let outcomes = self.outcomes(evaluation)?;
        let mut statement = self.connection.prepare(&verdicts_of_evaluation())?;
        let mut rows = statement.query([evaluation])?;
        let (mut texts, mut batch) = (Texts::default(), Batch::default());
        let (mut verdicts, mut leaves) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let fields = Fields::of_row(row)?;
            batch.push(|bytes| {
                fields.write(bytes);
                Ok::<_, SnapshotError>(())
            })?;
            verdicts.push(EarlierVerdict {
                control: texts.shared(fields.control),
                observed: fields.observed.map(|text| texts.shared(text)),
                expected: texts.shared(fields.expected),
                reason: fields.reason.map(|text| texts.shared(text)),
            });
            if batch.is_full() {
                leaves.extend(batch.hashes().into_iter().flatten());
            }
        }
        leaves.extend(batch.hashes().into_iter().flatten());
        let parts = Parts {
            snapshot_root,
            catalog,
            settings,
            verdicts: &leaves,
            tallies: &self.tallies(evaluation)?,
            scores: &self.scores(evaluation)?,
            outcomes: &outcomes.to_bytes(),
        };
        Ok((parts.root() == sealed).then_some((verdicts, outcomes)))
    }
}
