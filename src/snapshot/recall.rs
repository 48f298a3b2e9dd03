//! Stored evaluations, as they were asked for: with which settings, under which catalog, and what came out.

use super::evaluation::ScoreRow;
use super::reader::parse_json;
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, Hash, Settings, SnapshotId};
use rusqlite::Row;

/// A stored evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvaluation {
    /// Its number.
    pub id: EvaluationId,
    /// The snapshot it judged.
    pub snapshot: SnapshotId,
    /// Its root.
    pub root: Hash,
    /// Version of Assize that judged.
    pub tool_version: String,
    /// Hash of the catalog.
    pub catalog: Hash,
    /// Hash of the settings.
    pub settings_hash: Hash,
    /// The settings.
    pub settings: Settings,
    /// What came out.
    pub scores: Vec<ScoreRow>,
}

fn stored(row: &Row<'_>) -> Result<StoredEvaluation, SnapshotError> {
    Ok(StoredEvaluation {
        id: row.get(0)?,
        snapshot: row.get(1)?,
        root: Hash(row.get(2)?),
        tool_version: row.get(3)?,
        catalog: Hash(row.get(4)?),
        settings_hash: Hash(row.get(5)?),
        settings: parse_json(&row.get::<_, String>(6)?)?,
        scores: Vec::new(),
    })
}

impl Database {
    /// Every evaluation there is, oldest first.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn stored_evaluations(&self) -> Result<Vec<StoredEvaluation>, SnapshotError> {
        let mut statement = self
            .connection
            .prepare("SELECT id, snapshot, root, tool_version, catalog_hash, settings_hash, settings FROM evaluations ORDER BY id")?;
        let mut found: Vec<StoredEvaluation> = statement.query_and_then([], stored)?.collect::<Result<_, _>>()?;
        for evaluation in &mut found {
            evaluation.scores = self.scores(evaluation.id)?;
        }
        Ok(found)
    }
}
