//! OSCAL 1.2.1 (NIST): what was assessed and found as `assessment-results`, what the catalog can show of each framework as
//! `component-definition`.
//!
//! * OSCAL's *control* is a requirement of ours; its id is made of framework and requirement (`soc2_CC6.1`).
//! * A requirement is one `finding`; only the status `pass` is `satisfied`, everything else is not, with `fail` or `other` as the reason.
//! * Each control of ours that has findings is a `risk`; each of its findings is an `observation` with the ledger rows behind it. A
//!   finding of OSCAL leads to its risks, and those to the observations, so that no list repeats another.
//! * The ledger is the `assessment-log`; a read that was not complete is an observation, too.
//!
//! Identifiers are UUIDs of version 5 below the evaluation's root, or, for the component definition, below the hashes of catalog and
//! settings: the same evidence gives the same ones. No clock is read.

mod component;
mod findings;
mod ids;
mod observations;
mod results;

pub use component::ComponentDefinition;
pub use results::AssessmentResults;

use super::RenderError;
use serde::Serialize;

/// The version of the model. 1.2.1 is what today's tools read; later ones of 1.2 do too.
const VERSION: &str = "1.2.1";

fn written(format: &'static str, document: &impl Serialize) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(document).map_err(|error| RenderError::Writer { format, message: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}
