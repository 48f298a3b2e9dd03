//! What a reader of several snapshots at once asks for: accepted failures.

use super::{Database, SnapshotError};
use crate::model::EvaluationId;
use std::collections::BTreeMap;

impl Database {
    /// How many different failures each waiver accepted over some evaluations, by its id.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn accepted(&self, evaluations: &[EvaluationId]) -> Result<BTreeMap<String, u64>, SnapshotError> {
        let mut seen = std::collections::BTreeSet::new();
        let mut statement =
            self.connection.prepare("SELECT waiver, fingerprint FROM verdicts WHERE evaluation = ? AND waiver IS NOT NULL")?;
        for evaluation in evaluations {
            for row in statement.query_map([evaluation], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))? {
                seen.insert(row?);
            }
        }
        let mut counts = BTreeMap::new();
        for (waiver, _) in seen {
            *counts.entry(waiver).or_insert(0) += 1;
        }
        Ok(counts)
    }
}
