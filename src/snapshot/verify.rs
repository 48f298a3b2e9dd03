//! Recomputing every hash, and naming what differs.

mod evaluations;
mod rows;
mod snapshots;

use super::documents::{Dictionaries, Packed, Unpacker, unpack};
use super::reader::parse_json;
use super::{Database, SnapshotError};
use crate::model::Hash;
use rayon::prelude::*;
use rows::Rows;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Documents that are unpacked at a time.
const BATCH: usize = 4096;
/// Documents that one worker unpacks in a row.
const CHUNK: usize = 256;

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
    /// Checks documents, snapshots with their chain, evaluations and their catalogs. An empty list: everything is as it was sealed.
    ///
    /// # Errors
    ///
    /// Only when the file cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Problem>, SnapshotError> {
        // The file as SQLite sees it is checked beside the rest, by a connection of its own.
        let beside = if self.path.is_file() { Some(Self::open_read_only(&self.path)?) } else { None };
        let (file, rest) = std::thread::scope(|scope| {
            let file = scope.spawn(move || beside.map_or_else(|| Ok(Vec::new()), |beside| beside.verify_file()));
            let rest = self.verify_rows();
            (file.join(), rest)
        });
        let file = file.unwrap_or_else(|_| Err(SnapshotError::Damaged("the check of the file broke off".to_owned())));
        let mut problems = file?;
        problems.extend(rest?);
        Ok(problems)
    }

    /// What is sealed: documents, shared rows, snapshots with their chain, evaluations, catalogs.
    fn verify_rows(&self) -> Result<Vec<Problem>, SnapshotError> {
        let mut problems = Vec::new();
        self.verify_documents(&mut problems)?;

        let mut reads = Rows::reads(self, &mut problems)?;
        let mut resources = Rows::resources(self, &mut problems)?;
        let mut verdicts = Rows::verdicts(self, &mut problems)?;
        let snapshots = self.snapshots()?;
        let mut previous: Option<Hash> = None;
        for info in &snapshots {
            // The first one names none: retention keeps the row of every snapshot.
            if info.previous_root != previous {
                let what = "does not name the root of the snapshot before it: one was changed, added or removed";
                problems.push(problem(format!("snapshot {}", info.id), what));
            }
            previous = Some(info.root);
            self.verify_snapshot(info, &mut reads, &mut resources, &mut problems)?;
        }
        self.verify_evaluations(&mut verdicts, &mut problems)?;
        self.verify_catalogs(&mut problems)?;
        for rows in [reads, resources, verdicts] {
            rows.unused(&self.connection, &mut problems);
        }
        Ok(problems)
    }

    fn verify_file(&self) -> Result<Vec<Problem>, SnapshotError> {
        let mut problems = Vec::new();
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
        Ok(problems)
    }

    fn verify_documents(&self, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let dictionaries = Arc::new(Dictionaries::load(&self.connection)?);
        let mut statement = self.connection.prepare("SELECT id, hash, body FROM dictionaries ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, hash, body): (i64, [u8; 32], Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if Hash::of(&body) != Hash(hash) {
                problems.push(problem(format!("dictionary {id}"), "its content is not what its hash says"));
            }
        }
        for (sql, what) in [
            ("SELECT hash FROM documents WHERE id NOT IN (SELECT document FROM resource_rows)", "document"),
            ("SELECT hash FROM dictionaries WHERE id NOT IN (SELECT dictionary FROM documents WHERE dictionary IS NOT NULL)", "dictionary"),
        ] {
            let mut statement = self.connection.prepare(sql)?;
            for hash in statement.query_map([], |row| row.get::<_, [u8; 32]>(0))? {
                problems.push(problem(format!("{what} {}", Hash(hash?)), "nothing names it: it was added, or what named it was changed"));
            }
        }
        let mut statement = self.connection.prepare("SELECT hash, size, dictionary, body FROM documents")?;
        let mut rows = statement.query([])?;
        let mut batch: Vec<(Hash, Packed)> = Vec::with_capacity(BATCH);
        loop {
            let row = rows.next()?;
            if let Some(row) = &row {
                let size = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
                batch.push((Hash(row.get(0)?), Packed { size, dictionary: row.get(2)?, body: row.get(3)? }));
            }
            if row.is_none() || batch.len() == BATCH {
                problems.par_extend(batch.par_chunks(CHUNK).flat_map_iter(|chunk| {
                    let mut unpacker = Unpacker::new(&dictionaries);
                    let changed: Vec<Hash> = (chunk.iter())
                        .filter(|(hash, packed)| !unpacker.unpack(packed).is_ok_and(|text| Hash::of(&text) == *hash))
                        .map(|(hash, _)| *hash)
                        .collect();
                    changed.into_iter().map(|hash| problem(format!("document {hash}"), "its content is not what its hash says"))
                }));
                batch.clear();
            }
            if row.is_none() {
                return Ok(());
            }
        }
    }

    fn verify_catalogs(&self, problems: &mut Vec<Problem>) -> Result<(), SnapshotError> {
        let mut named = BTreeSet::new();
        let mut statement = self.connection.prepare("SELECT hash, files FROM catalogs ORDER BY hash")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let hash = Hash(row.get(0)?);
            let place = format!("catalog {hash}");
            match parse_json::<Vec<(String, Hash)>>(&row.get::<_, String>(1)?) {
                Ok(list) => named.extend(list.into_iter().map(|(_, file)| file)),
                Err(_) => problems.push(problem(&place, "its list of files was changed")),
            }
            match self.stored_catalog(hash) {
                Ok(Some(files)) if Hash::of_files(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))) == hash => {}
                Ok(_) => problems.push(problem(&place, "its files do not give its hash: one was changed, added or removed")),
                Err(error) => problems.push(problem(&place, error.to_string())),
            }
        }
        let mut statement = self.connection.prepare("SELECT hash, size, body FROM catalog_files ORDER BY hash")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (hash, size, body): ([u8; 32], i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let place = format!("catalog file {}", Hash(hash));
            if unpack(&body).is_none_or(|text| Hash::of(&text) != Hash(hash) || i64::try_from(text.len()) != Ok(size)) {
                problems.push(problem(&place, "its content is not what its hash says"));
            }
            if !named.contains(&Hash(hash)) {
                problems.push(problem(&place, "no catalog names it: it was added, or the catalog was changed"));
            }
        }
        let mut statement =
            self.connection.prepare("SELECT hash FROM catalogs WHERE hash NOT IN (SELECT catalog_hash FROM evaluations)")?;
        for hash in statement.query_map([], |row| row.get::<_, [u8; 32]>(0))? {
            problems
                .push(problem(format!("catalog {}", Hash(hash?)), "no evaluation used it: it was added, or the evaluation was changed"));
        }
        Ok(())
    }
}
