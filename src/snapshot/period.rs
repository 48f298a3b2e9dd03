//! What a reader of several snapshots at once asks for: an evaluation's counts, its accepted failures.

use super::reader::unsigned;
use super::{Database, SnapshotError, TallyRow};
use crate::model::EvaluationId;
use std::collections::BTreeMap;

impl Database {
    /// Resources per verdict of an evaluation, per control and slice.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn stored_counts(&self, evaluation: EvaluationId) -> Result<Vec<TallyRow>, SnapshotError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT control, resources, fail, unknown, manual, pass, not_applicable FROM tallies WHERE evaluation = ? \
             ORDER BY control, resources",
        )?;
        statement
            .query_and_then([evaluation], |row| {
                let count = |column| row.get::<_, i64>(column).map(unsigned);
                Ok(TallyRow {
                    control: row.get(0)?,
                    resources: row.get(1)?,
                    counts: [count(2)?, count(3)?, count(4)?, count(5)?, count(6)?],
                })
            })?
            .collect()
    }

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
