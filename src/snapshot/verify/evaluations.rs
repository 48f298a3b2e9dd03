//! Evaluations: settings, verdicts, counts, scores, outcomes.

use super::rows::Rows;
use super::{Problem, problem};
use crate::model::{Hash, Outcomes};
use crate::snapshot::documents::unpack;
use crate::snapshot::evaluation::{Parts, score_leaf, tally_leaf};
use crate::snapshot::{Database, SnapshotError};

/// An evaluation's own row.
struct Stored {
    id: i64,
    root: Hash,
    catalog: Hash,
    settings_hash: Hash,
    settings: String,
    snapshot_root: Hash,
    outcomes: Vec<u8>,
}

impl Database {
    pub(super) fn verify_evaluations(&self, verdicts: &mut Rows, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT e.id, e.root, e.catalog_hash, e.settings_hash, e.settings, s.root, e.outcomes \
             FROM evaluations e JOIN snapshots s ON s.id = e.snapshot ORDER BY e.id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Stored {
                id: row.get(0)?,
                root: Hash(row.get(1)?),
                catalog: Hash(row.get(2)?),
                settings_hash: Hash(row.get(3)?),
                settings: row.get(4)?,
                snapshot_root: Hash(row.get(5)?),
                outcomes: row.get(6)?,
            })
        })?;
        for stored in rows {
            self.verify_evaluation(&stored?, verdicts, problems)?;
        }
        Ok(())
    }

    fn verify_evaluation(&self, stored: &Stored, verdicts: &mut Rows, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let id = stored.id;
        let place = format!("evaluation {id}");
        if Hash::of(stored.settings.as_bytes()) != stored.settings_hash {
            problems.push(problem(&place, "its settings are not what their hash says"));
        }
        let leaves = verdicts.of(&self.connection, ("verdict_runs", "evaluation", id), &place, problems)?;
        let (tallies, scores) = (self.tallies(id)?, self.scores(id)?);
        let counted = tallies.iter().map(|row| (format!("count of {}", row.control), tally_leaf(row)));
        let scored = scores.iter().map(|row| (format!("{} score of {} ({})", row.kind, row.framework, row.waivers), score_leaf(row)));
        let checked = (counted.zip(self.leaves_of("tallies", "control, resources", id)?)).chain(scored.zip(self.leaves_of(
            "scores",
            "framework, kind, waivers",
            id,
        )?));
        for ((what, computed), sealed) in checked {
            if computed != sealed {
                problems.push(problem(format!("{place}, {what}"), "a field of this row was changed"));
            }
        }
        let text = unpack(&stored.outcomes);
        if text.as_deref().and_then(Outcomes::from_bytes).is_none() {
            problems.push(problem(format!("{place}, outcomes"), "they cannot be read: they were changed"));
        }
        let parts = Parts {
            snapshot_root: stored.snapshot_root,
            catalog: stored.catalog,
            settings: stored.settings_hash,
            verdicts: &leaves,
            tallies: &tallies,
            scores: &scores,
            outcomes: text.as_deref().unwrap_or_default(),
        };
        if parts.root() != stored.root {
            problems.push(problem(&place, "its verdicts, counts and scores do not give the root it was sealed with"));
        }
        Ok(())
    }

    /// The sealed leaf hashes of an evaluation's rows in one table, in the order in which the root covers them.
    fn leaves_of(&self, table: &str, order: &str, evaluation: i64) -> Result<Vec<Hash>, SnapshotError> {
        let mut statement = self.connection.prepare(&format!("SELECT leaf FROM {table} WHERE evaluation = ? ORDER BY {order}"))?;
        let rows = statement.query_map([evaluation], |row| row.get::<_, [u8; 32]>(0).map(Hash))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
