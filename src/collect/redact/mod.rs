//! Takes the values of secrets out of a document before anything leaves the collector.
//!
//! What is taken is a whole value where its place or its name says that it is secret (values of a Secret, environment variables with names
//! like `DB_PASSWORD`), and only the matching part where a known format stands in a longer text. In its place stands a marker that says class and
//! length class, so that a control can still see that there was a credential. The table of formats, names and exceptions is `detectors.toml`.

mod assignments;
mod command;
mod document;
mod marker;
mod name;
mod nested;
mod table;
mod text;

use super::CollectError;
use super::document::Node;
use document::Walk;
use marker::{Marker, derive_key};
use table::Table;

/// What counts as a secret beside the built-in table, and whether rotation may be seen.
#[derive(Clone, Default)]
pub struct Redaction {
    /// Values that stand for "fill this in" (compared without case), beside the built-in ones.
    pub placeholders: Vec<String>,
    /// Bytes of a key that lies outside the database. With it each marker carries a keyed hash of the value, so that rotation shows.
    pub key: Option<Vec<u8>>,
}

/// Says whether there is a key, never the key.
impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redaction").field("placeholders", &self.placeholders).field("key", &self.key.is_some()).finish()
    }
}

/// The compiled form of a [`Redaction`]: detectors, names, placeholders and key.
pub struct Redactor {
    table: Table,
    key: Option<[u8; 32]>,
}

impl Redactor {
    /// Compiles the built-in table with the user's additions.
    ///
    /// # Errors
    ///
    /// [`CollectError::Table`] when the built-in table is broken.
    pub fn new(redaction: &Redaction) -> Result<Self, CollectError> {
        Ok(Self { table: Table::load(&redaction.placeholders)?, key: redaction.key.as_deref().map(derive_key) })
    }

    /// Redacts a document in place and says what was taken out, as class and number, sorted by class.
    ///
    /// Redacting a second time changes nothing.
    pub fn redact(&self, document: &mut Node) -> Vec<(String, u64)> {
        let mut walk = Walk::new(&self.table, Marker::new(self.key));
        walk.node(document, "");
        walk.marker.counts()
    }

    /// Redacts known formats in a text that is no document: a label, a path, an address.
    #[must_use]
    pub fn redact_text(&self, text: &str) -> String {
        self.table.formats(text, &mut Marker::new(self.key)).unwrap_or_else(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests;
