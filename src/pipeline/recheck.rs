//! A report against the database it says it comes from: the evidence it names is judged again, rendered again, and compared.

use super::{Bench, PipelineError};
use crate::model::{EvaluationId, Hash, Settings, SnapshotId, SnapshotInfo};
use crate::report::Renderer;
use crate::report::compare::{self, Claims, Difference};
use crate::report::presentation::Presentation;
use crate::snapshot::{Database, Selector, StoredEvaluation};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The same bytes.
    Identical,
    /// Something differs.
    Differs,
    /// The database holds neither the snapshot nor the evaluation that the report names.
    Foreign,
    /// Judged with a catalog that this program does not have: what the database holds of it agrees, and no more can be said.
    Unrepeatable,
}

impl Outcome {
    /// The word of machine formats.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Differs => "differs",
            Self::Foreign => "foreign",
            Self::Unrepeatable => "unrepeatable",
        }
    }
}

/// A checked report.
#[derive(Debug, Clone)]
pub struct Rechecked {
    /// What came of it.
    pub outcome: Outcome,
    /// The snapshot it is about.
    pub snapshot: Option<SnapshotId>,
    /// The stored evaluation it is about; `None` when that was never stored.
    pub evaluation: Option<EvaluationId>,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What helps to understand it.
    pub notes: Vec<String>,
}

/// Checks the bytes of a report that a renderer made with a presentation. `settings` are those of today, for a report of an evaluation that was rendered without being stored.
///
/// # Errors
///
/// A damaged database, or a renderer that fails.
pub fn recheck(
    database: &Database,
    bench: &Bench,
    settings: &Settings,
    (renderer, presentation): (&dyn Renderer, &Presentation),
    bytes: &[u8],
) -> Result<Rechecked, PipelineError> {
    let claims = compare::claims(renderer.format(), bytes);
    let evaluations = database.stored_evaluations()?;
    let mut found = Rechecked { outcome: Outcome::Foreign, snapshot: None, evaluation: None, differences: Vec::new(), notes: Vec::new() };
    let named = named_evaluation(&claims, &evaluations);
    let Some(info) = named_snapshot(&claims, named, &database.snapshots()?) else {
        if claims.hashes.is_empty() && claims.snapshot.is_none() {
            found.notes.push("the file names no snapshot at all: it is damaged, or no report".to_owned());
        }
        return Ok(found);
    };
    found.snapshot = Some(info.id);
    let stored = named.filter(|evaluation| evaluation.snapshot == info.id).or_else(|| likely(&claims, settings, info.id, &evaluations));
    found.evaluation = stored.map(|evaluation| evaluation.id);
    let ours = format!("Assize {}", env!("CARGO_PKG_VERSION"));
    if let Some(tool) = claims.tool.as_ref().filter(|tool| **tool != ours) {
        found.notes.push(format!("{tool} made the report, and this is {ours}: wording and layout may differ between versions"));
    }
    if let Some(stored) = stored.filter(|stored| stored.catalog != bench.catalog.hash) {
        found.notes.push(format!(
            "the evaluation used catalog {}, and this program has {}: use the Assize {} that judged, or --catalog",
            stored.catalog.short(),
            bench.catalog.hash.short(),
            stored.tool_version
        ));
        found.differences = against_rows(&claims, &info, stored, bytes);
        found.outcome = if found.differences.is_empty() { Outcome::Unrepeatable } else { Outcome::Differs };
        return Ok(found);
    }
    if stored.is_none() {
        found.notes.push("the evaluation is not stored in this database; the settings of today were used".to_owned());
    }
    let settings = stored.map_or(settings, |stored| &stored.settings);
    let snapshot = database.snapshot(&Selector::Id(info.id))?;
    let judged = super::judge(&snapshot, bench, settings)?;
    if let Some(stored) = stored.filter(|stored| stored.root != judged.root()) {
        found.notes.push(format!("judging the evidence again gives the root {}, and {} is stored", judged.root(), stored.root));
    }
    let view = super::view(database, &snapshot, bench, settings, &judged)?;
    let again = renderer.present(&view, presentation)?;
    found.differences = compare::differences(renderer.format(), bytes, &again);
    found.outcome = if found.differences.is_empty() { Outcome::Identical } else { Outcome::Differs };
    Ok(found)
}

/// By the root that the report names; in a format without named places, by any root that stands in it.
fn named_evaluation<'e>(claims: &Claims, evaluations: &'e [StoredEvaluation]) -> Option<&'e StoredEvaluation> {
    let named = evaluations.iter().find(|evaluation| Some(evaluation.root) == claims.evaluation);
    named.or_else(|| evaluations.iter().rfind(|evaluation| unnamed(claims).contains(&evaluation.root)))
}

/// The same for the snapshot. A report names its snapshot and the one before it: of several, the newest is meant.
fn named_snapshot(claims: &Claims, named: Option<&StoredEvaluation>, all: &[SnapshotInfo]) -> Option<SnapshotInfo> {
    let by_root = all.iter().find(|info| Some(info.root) == claims.snapshot);
    let by_evaluation = || named.and_then(|evaluation| all.iter().find(|info| info.id == evaluation.snapshot));
    by_root.or_else(by_evaluation).or_else(|| all.iter().rfind(|info| unnamed(claims).contains(&info.root))).cloned()
}

/// Hashes that may be the roots of a report that says nowhere which is which. Where it does say so, others are no stand-ins: the root of
/// the snapshot before would make a stranger's report look like a changed one.
fn unnamed(claims: &Claims) -> &[Hash] {
    if claims.snapshot.is_some() || claims.evaluation.is_some() { &[] } else { &claims.hashes }
}

/// The evaluation that a report is of whose root is not known: with the settings it names; else the newest one, unless it names the
/// settings of today, which may never have been stored.
fn likely<'e>(claims: &Claims, today: &Settings, snapshot: SnapshotId, all: &'e [StoredEvaluation]) -> Option<&'e StoredEvaluation> {
    let of_it = || all.iter().filter(|evaluation| evaluation.snapshot == snapshot);
    let named =
        of_it().rfind(|e| Some(e.settings_hash) == claims.settings && (claims.catalog.is_none() || Some(e.catalog) == claims.catalog));
    if named.is_none() && claims.settings == Some(today.hash()) {
        return None;
    }
    named.or_else(|| of_it().next_back())
}

/// What the rows of an evaluation tell without judging again.
fn against_rows(claims: &Claims, info: &SnapshotInfo, stored: &StoredEvaluation, bytes: &[u8]) -> Vec<Difference> {
    let mut found = Vec::new();
    for (place, given, made) in [
        ("snapshot root", claims.snapshot, info.root),
        ("evaluation root", claims.evaluation, stored.root),
        ("catalog hash", claims.catalog, stored.catalog),
        ("settings hash", claims.settings, stored.settings_hash),
    ] {
        if let Some(given) = given.filter(|given| *given != made) {
            found.push(Difference { place: place.to_owned(), report: given.to_string(), database: made.to_string() });
        }
    }
    for (framework, kind, low, high) in compare::scores(bytes) {
        let row = stored.scores.iter().find(|row| row.framework == framework && row.kind == kind && row.waivers == "gross");
        let same = row.is_some_and(|row| (row.low - low).abs() < 0.000_5 && (row.high - high).abs() < 0.000_5);
        if !same {
            let made = row.map_or_else(|| "nothing".to_owned(), |row| format!("{} to {}", row.low, row.high));
            found.push(Difference { place: format!("{kind} score of {framework}"), report: format!("{low} to {high}"), database: made });
        }
    }
    found
}
