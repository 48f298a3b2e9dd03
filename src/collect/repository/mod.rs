//! A working tree on disk: its manifests as resources, and one ledger row for everything that was looked at.

mod options;

pub use options::{Limits, Options, Render};

use super::redact::Redactor;
use super::{CollectError, Collector, Progress, Sink};
use chrono::{DateTime, Utc};

/// The collector of one working tree.
#[derive(Debug, Clone)]
pub struct Repository {
    /// What was asked for.
    pub options: Options,
}

impl Collector for Repository {
    fn collect(&self, _clock: &dyn Fn() -> DateTime<Utc>, _progress: &dyn Progress, _sink: &mut dyn Sink) -> Result<(), CollectError> {
        Ok(())
    }
}

/// Reads one text as if it were a file of a tree: same parsing, same bounds, same redaction, same ledger rows. No source is announced.
///
/// `source` is the name of the source, `file` the name the resources carry; a name ending in `.json` is read as JSON, any other as YAML.
pub fn read_text(
    _source: &str,
    _file: &str,
    _text: &[u8],
    _limits: &Limits,
    _redactor: &Redactor,
    _clock: &dyn Fn() -> DateTime<Utc>,
    _sink: &mut dyn Sink,
) {
}
