//! What a report says of itself, and how it differs from the same report rendered again.
//!
//! Reads bytes that anybody may have changed: nothing here trusts them, and what cannot be read is itself a difference.

mod json;
mod pdf;
mod text;

pub use json::scores;
pub use pdf::is_executive;

use crate::model::Hash;

/// One place where a report is not what the database gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where: a path into the JSON, a page, a line.
    pub place: String,
    /// What stands in the report.
    pub report: String,
    /// What should.
    pub database: String,
}

impl Difference {
    fn new(place: impl Into<String>, report: impl Into<String>, database: impl Into<String>) -> Self {
        Self { place: place.into(), report: report.into(), database: database.into() }
    }
}

/// Which evidence and judgement a report names. `None` where it names none, or nothing that is a hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Root of the snapshot.
    pub snapshot: Option<Hash>,
    /// Root of the evaluation.
    pub evaluation: Option<Hash>,
    /// Hash of the catalog.
    pub catalog: Option<Hash>,
    /// Hash of the settings.
    pub settings: Option<Hash>,
    /// `Assize 0.1.0`.
    pub tool: Option<String>,
    /// Everything in the file that looks like a hash, in order; for formats without named places.
    pub hashes: Vec<Hash>,
}

/// The format that a file's first bytes show; `None` when only its ending can.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default()).to_lowercase();
    let head = head.trim_start();
    if head.starts_with("%pdf-") {
        Some("pdf")
    } else if head.starts_with("<!doctype html") {
        Some("html")
    } else if head.starts_with('{') && head.contains(super::json::SCHEMA) {
        Some("json")
    } else {
        None
    }
}

/// What the report names.
#[must_use]
pub fn claims(format: &str, bytes: &[u8]) -> Claims {
    let named = match format {
        "json" => json::claims(bytes),
        "pdf" => pdf::claims(bytes),
        _ => Claims::default(),
    };
    Claims { hashes: text::hashes(bytes), ..named }
}

/// Every difference between a report and the same rendered again; empty exactly when the bytes are the same.
#[must_use]
pub fn differences(format: &str, report: &[u8], again: &[u8]) -> Vec<Difference> {
    if report == again {
        return Vec::new();
    }
    let found = match format {
        "json" => json::differences(report, again),
        "pdf" => pdf::differences(report, again),
        _ => Vec::new(),
    };
    if !found.is_empty() {
        return found;
    }
    // Nothing that means something differs, and yet the bytes do.
    let found = if format == "pdf" { Vec::new() } else { text::differences(report, again) };
    if found.is_empty() { vec![text::first_byte(report, again)] } else { found }
}
