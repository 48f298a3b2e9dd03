//! Catalogs that evaluations used, so that a past result can be made again with the rules of its day.

use super::documents::{pack, unpack};
use super::reader::parse_json;
use super::{Database, SnapshotError};
use crate::model::Hash;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

/// Keeps the files of a catalog, in order, under its content hash. A text that is there already is not stored twice.
pub(super) fn store(connection: &Connection, hash: Hash, files: &[(String, String)]) -> Result<(), SnapshotError> {
    let known: bool = connection.query_row("SELECT EXISTS (SELECT 1 FROM catalogs WHERE hash = ?)", [hash.0], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let mut insert = connection.prepare("INSERT OR IGNORE INTO catalog_files (hash, size, body) VALUES (?, ?, ?)")?;
    for (_, text) in files {
        let size = i64::try_from(text.len()).unwrap_or(i64::MAX);
        insert.execute(params![Hash::of(text.as_bytes()).0, size, pack(text.as_bytes())?])?;
    }
    let list: Vec<(&str, Hash)> = files.iter().map(|(name, text)| (name.as_str(), Hash::of(text.as_bytes()))).collect();
    connection.execute("INSERT INTO catalogs (hash, files) VALUES (?, ?)", params![hash.0, json!(list).to_string()])?;
    Ok(())
}

impl Database {
    /// The files of a catalog, name and text, in order. `None`: no evaluation of this database used it.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn stored_catalog(&self, hash: Hash) -> Result<Option<Vec<(String, String)>>, SnapshotError> {
        let list: Option<String> =
            self.connection.query_row("SELECT files FROM catalogs WHERE hash = ?", [hash.0], |row| row.get(0)).optional()?;
        let Some(list) = list else { return Ok(None) };
        let list: Vec<(String, Hash)> = parse_json(&list)?;
        let mut statement = self.connection.prepare("SELECT body FROM catalog_files WHERE hash = ?")?;
        let mut files = Vec::with_capacity(list.len());
        for (name, hash) in list {
            let body: Option<Vec<u8>> = statement.query_row([hash.0], |row| row.get(0)).optional()?;
            let text = body.as_deref().and_then(unpack).filter(|text| Hash::of(text) == hash).and_then(|text| String::from_utf8(text).ok());
            files.push((name.clone(), text.ok_or_else(|| SnapshotError::Damaged(format!("file {name} of a stored catalog was changed")))?));
        }
        Ok(Some(files))
    }
}
