//! The catalogs of earlier evaluations.

use super::{Bench, PipelineError};
use crate::model::Hash;
use crate::snapshot::Database;

/// The catalog with this hash as the database keeps it, compiled; `None` when it does not keep it. A database keeps the hashes of its
/// catalogs, not their files: an earlier catalog can be given as a folder with `--catalog`.
///
/// # Errors
///
/// A damaged database, or a catalog that this version does not understand.
pub fn stored_bench(_database: &Database, _catalog: Hash) -> Result<Option<Bench>, PipelineError> {
    Ok(None)
}
