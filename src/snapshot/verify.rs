//! Recomputing every hash, and naming what differs.

use super::evaluation::{evaluation_root, score_leaf, tally_leaf, verdict_leaf};
use super::reader::parse_json;
use super::writer::{Leaves, meta_leaf, read_leaf, resource_leaf, source_leaf};
use super::{Database, SnapshotError, StoredVerdict};
use crate::model::{Hash, Judgement, ResourceRef, Severity, SnapshotInfo, Verdict};
use rusqlite::Row;
use serde_json::json;

/// One place where the database is not what it was when it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What: `snapshot 3, resource 17 (shop/apps/Deployment/...)`.
    pub place: String,
    /// How it differs.
    pub what: String,
}

fn problem(place: impl Into<String>, what: impl Into<String>) -> Problem {
    Problem { place: place.into(), what: what.into() }
}

impl Database {
    /// Checks documents, snapshots with their chain, and evaluations. An empty list: everything is as it was sealed.
    ///
    /// # Errors
    ///
    /// Only when the file cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Problem>, SnapshotError> {
        let mut problems = Vec::new();
        self.verify_file(&mut problems)?;
        self.verify_documents(&mut problems)?;
        let snapshots = self.snapshots()?;
        let mut previous: Option<Hash> = None;
        for (index, info) in snapshots.iter().enumerate() {
            let place = format!("snapshot {}", info.id);
            if info.previous_root != previous && (index > 0 || info.id == 1) {
                problems.push(problem(&place, "does not name the root of the snapshot before it: one was changed, added or removed"));
            }
            previous = Some(info.root);
            self.verify_snapshot(info, &mut problems)?;
        }
        self.verify_evaluations(&mut problems)?;
        Ok(problems)
    }

    fn verify_file(&self, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check(20)")?;
        let answers = statement.query_map([], |row| row.get::<_, String>(0))?;
        for answer in answers {
            let answer = answer?;
            if answer != "ok" {
                problems.push(problem("the SQLite file", answer));
            }
        }
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(2)?)))?;
        for row in rows {
            let (table, parent) = row?;
            problems.push(problem(format!("table {table}"), format!("a row names a row of {parent} that is gone")));
        }
        Ok(())
    }

    fn verify_documents(&self, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let mut statement = self.connection.prepare("SELECT hash, size, body FROM documents ORDER BY hash")?;
        let rows = statement.query_map([], |row| Ok((Hash(row.get(0)?), row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?)))?;
        for row in rows {
            let (hash, size, body) = row?;
            let text = zstd::bulk::decompress(&body, usize::try_from(size).unwrap_or(0));
            if text.is_ok_and(|text| Hash::of(&text) == hash && i64::try_from(text.len()) == Ok(size)) {
                continue;
            }
            problems.push(problem(format!("document {hash}"), "its content is not what its hash says"));
        }
        Ok(())
    }

    fn verify_snapshot(&self, info: &SnapshotInfo, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let stored = |table: &str| -> Result<Vec<Hash>, SnapshotError> {
            let mut statement = self.connection.prepare(&format!("SELECT leaf FROM {table} WHERE snapshot = ? ORDER BY seq"))?;
            let rows = statement.query_map([info.id], |row| row.get::<_, [u8; 32]>(0).map(Hash))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        let mut leaves = Leaves { meta: meta_leaf(info), sources: Vec::new(), reads: Vec::new(), resources: Vec::new() };
        let mut compare = |place: String, computed: Hash, sealed: Option<&Hash>| {
            if sealed != Some(&computed) {
                problems.push(problem(place, "a field of this row was changed"));
            }
            computed
        };
        for ((seq, source), sealed) in self.sources(info.id)?.into_iter().zip(stored("sources")?) {
            let place = format!("snapshot {}, source {}", info.id, source.name);
            leaves.sources.push(compare(place, source_leaf(seq, &source), Some(&sealed)));
        }
        for (read, sealed) in self.reads(info.id)?.iter().zip(stored("reads")?) {
            let place = format!("snapshot {}, ledger row {} ({})", info.id, read.seq, read.operation);
            leaves.reads.push(compare(place, read_leaf(read), Some(&sealed)));
        }
        let mut statement = self.connection.prepare(
            "SELECT seq, source, kind, api_group, version, namespace, name, id, file, line, rendered_by, redactions, read, document \
             FROM resources WHERE snapshot = ? ORDER BY seq",
        )?;
        let rows = statement.query_and_then([info.id], resource_fields)?;
        for (row, sealed) in rows.zip(stored("resources")?) {
            let (seq, id, fields) = row?;
            let place = format!("snapshot {}, resource {seq} ({id})", info.id);
            leaves.resources.push(compare(place, resource_leaf(seq, &fields), Some(&sealed)));
        }
        for (what, found, said) in [("ledger rows", leaves.reads.len(), info.reads), ("resources", leaves.resources.len(), info.resources)]
        {
            if u64::try_from(found) != Ok(said) {
                let place = format!("snapshot {}", info.id);
                problems.push(problem(place, format!("{said} {what} were sealed and {found} are there: rows were added or removed")));
            }
        }
        if leaves.root() != info.root {
            problems.push(problem(format!("snapshot {}", info.id), "its rows do not give the root it was sealed with"));
        }
        Ok(())
    }

    fn verify_evaluations(&self, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let mut statement = self.connection.prepare(
            "SELECT e.id, e.root, e.catalog_hash, e.settings_hash, e.settings, s.root FROM evaluations e \
             JOIN snapshots s ON s.id = e.snapshot ORDER BY e.id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                Hash(row.get(1)?),
                Hash(row.get(2)?),
                Hash(row.get(3)?),
                row.get::<_, String>(4)?,
                Hash(row.get(5)?),
            ))
        })?;
        for row in rows {
            let (id, root, catalog, settings, settings_text, snapshot_root) = row?;
            let place = format!("evaluation {id}");
            if Hash::of(settings_text.as_bytes()) != settings {
                problems.push(problem(&place, "its settings are not what their hash says"));
            }
            let mut leaves = Vec::new();
            let mut statement = self.connection.prepare(
                "SELECT seq, control, verdict, severity, source, kind, api_group, namespace, name, resource, file, line, observed, \
                 expected, reason, waiver, reads, fingerprint, leaf FROM verdicts WHERE evaluation = ? ORDER BY seq",
            )?;
            for row in statement.query_and_then([id], stored_verdict)? {
                let (seq, stored, sealed) = row?;
                let computed = verdict_leaf(seq, &stored);
                if computed != sealed {
                    let what = format!("{place}, verdict {seq} ({} over {})", stored.judgement.control, stored.judgement.resource.id);
                    problems.push(problem(what, "a field of this row was changed"));
                }
                leaves.push(computed);
            }
            let tallies = self.tallies(id)?;
            let scores = self.scores(id)?;
            let rows = tallies
                .iter()
                .map(|row| (format!("count of {}", row.control), tally_leaf(row)))
                .zip(self.leaves_of("tallies", "control, resources", id)?)
                .chain(
                    scores
                        .iter()
                        .map(|row| (format!("{} score of {} ({})", row.kind, row.framework, row.waivers), score_leaf(row)))
                        .zip(self.leaves_of("scores", "framework, kind, waivers", id)?),
                );
            for ((what, computed), sealed) in rows {
                if computed != sealed {
                    problems.push(problem(format!("{place}, {what}"), "a field of this row was changed"));
                }
                leaves.push(computed);
            }
            if evaluation_root(snapshot_root, catalog, settings, &leaves) != root {
                problems.push(problem(&place, "its verdicts, counts and scores do not give the root it was sealed with"));
            }
        }
        Ok(())
    }
}

impl Database {
    /// The sealed leaf hashes of an evaluation's rows in one table, in the order in which the root covers them.
    fn leaves_of(&self, table: &str, order: &str, evaluation: i64) -> Result<Vec<Hash>, SnapshotError> {
        let mut statement = self.connection.prepare(&format!("SELECT leaf FROM {table} WHERE evaluation = ? ORDER BY {order}"))?;
        let rows = statement.query_map([evaluation], |row| row.get::<_, [u8; 32]>(0).map(Hash))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn resource_fields(row: &Row<'_>) -> Result<(i64, String, serde_json::Value), SnapshotError> {
    let text = |index: usize| row.get::<_, String>(index);
    let maybe = |index: usize| row.get::<_, Option<String>>(index);
    let id = text(7)?;
    let redactions: Vec<(String, u64)> = parse_json(&text(11)?)?;
    let fields = json!([
        text(1)?,
        text(2)?,
        text(3)?,
        text(4)?,
        text(5)?,
        text(6)?,
        id,
        maybe(8)?,
        row.get::<_, Option<u32>>(9)?,
        maybe(10)?,
        redactions,
        row.get::<_, i64>(12)?,
        Hash(row.get(13)?)
    ]);
    Ok((row.get(0)?, id, fields))
}

fn stored_verdict(row: &Row<'_>) -> Result<(i64, StoredVerdict, Hash), SnapshotError> {
    let damaged = |what: &str, word: &str| SnapshotError::Damaged(format!("'{word}' is no {what}"));
    let verdict: String = row.get(2)?;
    let severity: String = row.get(3)?;
    let judgement = Judgement {
        control: row.get(1)?,
        verdict: Verdict::parse(&verdict).ok_or_else(|| damaged("verdict", &verdict))?,
        severity: Severity::ALL.into_iter().find(|s| s.as_str() == severity).ok_or_else(|| damaged("severity", &severity))?,
        resource: ResourceRef {
            source: row.get(4)?,
            kind: row.get(5)?,
            group: row.get(6)?,
            namespace: row.get(7)?,
            name: row.get(8)?,
            id: row.get(9)?,
            file: row.get(10)?,
            line: row.get(11)?,
        },
        observed: row.get(12)?,
        expected: row.get(13)?,
        reason: row.get(14)?,
        reads: parse_json(&row.get::<_, String>(16)?)?,
    };
    Ok((row.get(0)?, StoredVerdict { judgement, waiver: row.get(15)?, fingerprint: row.get(17)? }, Hash(row.get(18)?)))
}
