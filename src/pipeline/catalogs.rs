//! The catalogs of earlier evaluations.

use super::{Bench, PipelineError};
use crate::catalog;
use crate::evaluate::Rules;
use crate::model::Hash;
use crate::snapshot::Database;

/// The catalog with this hash as the database keeps it, compiled; `None` when it does not keep it.
///
/// # Errors
///
/// A damaged database, or a catalog that this version does not understand.
pub fn stored_bench(database: &Database, catalog: Hash) -> Result<Option<Bench>, PipelineError> {
    let Some(files) = database.stored_catalog(catalog)? else { return Ok(None) };
    let catalog = catalog::load_files(&files)?;
    let rules = Rules::compile(&catalog)?;
    Ok(Some(Bench { catalog, rules }))
}
