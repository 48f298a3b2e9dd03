//! Snapshots: their own rows, their sources, their ledger, their resources.

use super::rows::Rows;
use super::{Problem, problem};
use crate::model::{Hash, ReadKeys, SnapshotInfo};
use crate::snapshot::runs::mark;
use crate::snapshot::writer::{Leaves, line_leaf, meta_leaf, snapshot_root, source_leaf};
use crate::snapshot::{Database, SnapshotError};

impl Database {
    pub(super) fn verify_snapshot(
        &self,
        info: &SnapshotInfo,
        reads: &mut Rows,
        resources: &mut Rows,
        problems: &mut Vec<Problem>,
    ) -> Result<(), SnapshotError> {
        let place = format!("snapshot {}", info.id);
        let mut leaves = Leaves { meta: meta_leaf(info), sources: Vec::new(), reads: Vec::new(), resources: Vec::new() };
        let mut statement = self.connection.prepare("SELECT leaf FROM sources WHERE snapshot = ? ORDER BY seq")?;
        let sealed: Vec<Hash> = statement.query_map([info.id], |row| row.get::<_, [u8; 32]>(0).map(Hash))?.collect::<Result<_, _>>()?;
        for ((seq, source), sealed) in self.sources(info.id)?.into_iter().zip(sealed) {
            let leaf = source_leaf(seq, &source);
            if leaf != sealed {
                problems.push(problem(format!("{place}, source {}", source.name), "a field of this row was changed"));
            }
            leaves.sources.push(leaf);
        }
        self.verify_ledger(info, reads, &mut leaves, problems)?;
        leaves.resources = resources.of(&self.connection, ("resource_runs", "snapshot", info.id), &place, problems)?;
        let mut parts = leaves.parts();
        let mut said = vec![("ledger rows", leaves.reads.len(), info.reads)];
        if info.pruned {
            // What retention removed is known by its root; nothing else may have come in its place.
            if !leaves.resources.is_empty() {
                problems.push(problem(&place, "it was pruned, and has resources: they were added"));
            }
            let kept: [u8; 32] = self.connection.query_row("SELECT pruned FROM snapshots WHERE id = ?", [info.id], |row| row.get(0))?;
            let [_, _, resources] = &mut parts;
            *resources = Hash(kept);
        } else {
            said.push(("resources", leaves.resources.len(), info.resources));
        }
        for (what, found, said) in said {
            if u64::try_from(found) != Ok(said) {
                problems.push(problem(&place, format!("{said} {what} were sealed and {found} are there: rows were added or removed")));
            }
        }
        if snapshot_root(leaves.meta, parts) != info.root {
            problems.push(problem(&place, "its rows do not give the root it was sealed with"));
        }
        Ok(())
    }

    fn verify_ledger(
        &self,
        info: &SnapshotInfo,
        reads: &mut Rows,
        leaves: &mut Leaves,
        problems: &mut Vec<Problem>,
    ) -> Result<(), SnapshotError> {
        let mut keys = ReadKeys::default();
        let mut statement =
            self.connection.prepare("SELECT seq, read, started_at, ended_at FROM ledger_lines WHERE snapshot = ? ORDER BY seq")?;
        let lines: Vec<(i64, i64, i64, i64)> =
            statement.query_map([info.id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?.collect::<Result<_, _>>()?;
        let stored = self.reads(info.id)?;
        for (number, ((seq, row, started, ended), line)) in (1..).zip(lines.into_iter().zip(stored)) {
            let place = format!("snapshot {}, ledger row {seq} ({})", info.id, line.read.operation);
            let read = reads.take(row).unwrap_or(line.leaf);
            let key = keys.next(&line.read);
            let leaf = line_leaf(read, key, started, ended);
            if mark(leaf) != line.mark || key != line.key || seq != number {
                problems.push(problem(place, "a field of this row was changed"));
            }
            leaves.reads.push(leaf);
        }
        Ok(())
    }
}
