//! What a report says of its evidence: every document with the read that gave it, and what was not asked for.

use super::{Bench, Judged, PipelineError};
use crate::report::view::EvidenceView;
use crate::snapshot::Snapshot;

/// Documents are only counted off, never unpacked.
const BATCH: usize = 1000;

/// Every document of a snapshot, in the order of collection.
///
/// # Errors
///
/// A damaged database.
pub(super) fn documents(snapshot: &Snapshot<'_>) -> Result<Vec<EvidenceView>, PipelineError> {
    let mut all = Vec::new();
    snapshot.batches::<PipelineError>(BATCH, |batch| {
        all.extend(batch.into_iter().map(|stored| {
            let reference = &stored.reference;
            let line = reference.line.map(|line| format!(":{line}")).unwrap_or_default();
            EvidenceView {
                source: reference.source.clone(),
                display: reference.display(),
                resource: reference.id.clone(),
                place: reference.file.as_ref().map(|file| format!("{file}{line}")),
                read: stored.read,
                hash: stored.document.to_string(),
            }
        }));
        Ok(())
    })?;
    Ok(all)
}

/// Frameworks of the catalog that were not asked for: id and short name.
pub(super) fn left_out(bench: &Bench, judged: &Judged) -> Vec<(String, String)> {
    let asked = |id: &String| judged.frameworks.iter().any(|result| result.id == *id);
    let others = bench.catalog.frameworks.iter().filter(|(id, _)| !asked(id));
    others.map(|(id, framework)| (id.clone(), framework.short.clone())).collect()
}
