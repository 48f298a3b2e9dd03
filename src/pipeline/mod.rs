//! The story: collect, seal, evaluate, report. Carries plain values from room to room; used by the command line and by tests.

mod between;
mod catalogs;
mod change;
mod decisions;
mod diff;
mod evidence;
mod examples;
pub mod indicators;
mod lives;
pub mod period;
mod phrases;
mod recheck;
pub mod sample;
mod sink;
pub mod trend;
mod view;
mod witness;

pub use between::Side;
pub use catalogs::stored_bench;
pub use change::{Change, change};
pub use decisions::{AttestationReview, OpenTopic, WaiverReview, review_attestations, review_waivers};
pub use diff::{Judges, diff};
pub use examples::{ExampleResult, run as run_examples};
pub use lives::{Told, lives};
pub use recheck::{Outcome, Rechecked, recheck};
pub use sink::Summary;

use crate::catalog::{Catalog, lint};
use crate::collect::{CollectError, Collector, Progress};
use crate::evaluate::{Evaluation, Keep, Rules};
use crate::model::{Diagnostics, EvaluationId, Hash, Judgement, Settings, SnapshotInfo, Verdict};
use crate::posture::{self, FrameworkResult, Inputs, Waived, WaiverResult};
use crate::report::view::ReportView;
use crate::snapshot::{Database, NewEvaluation, ScoreRow, SealedEvaluation, Snapshot, SnapshotError, StoredVerdict, TallyRow};
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;

/// What can stop a run.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// A source was asked for in a way that cannot be read.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The database refused.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Data files are wrong.
    #[error(transparent)]
    Data(#[from] Diagnostics),
    /// A report could not be made.
    #[error(transparent)]
    Render(#[from] crate::report::RenderError),
    /// A comparison of evaluations wants one that is not there.
    #[error("snapshot {0} was never evaluated: run `assize evaluate --snapshot {0}` first, or leave out --as-evaluated")]
    NotEvaluated(i64),
}

/// The moment of a run, given from outside: nothing below the command line reads a clock.
pub struct Moment<'a> {
    /// Time of the snapshot.
    pub taken_at: DateTime<Utc>,
    /// Where it comes from; see [`SnapshotInfo::clock`].
    pub clock: &'a str,
    /// Times of the ledger.
    pub now: &'a dyn Fn() -> DateTime<Utc>,
}

/// Catalog and compiled rules: what judges.
#[derive(Debug)]
pub struct Bench {
    /// The catalog.
    pub catalog: Catalog,
    /// Its expressions.
    pub rules: Rules,
}

impl Bench {
    /// Loads the catalog, a user's folder over it, and compiles it.
    ///
    /// # Errors
    ///
    /// All mistakes of all files at once, cross checks included.
    pub fn load(folder: Option<&Path>) -> Result<Self, Diagnostics> {
        let catalog = crate::catalog::load(folder)?;
        let mut mistakes = lint::lint(&catalog);
        match Rules::compile(&catalog) {
            Ok(rules) if mistakes.is_empty() => return Ok(Self { catalog, rules }),
            Ok(_) => {}
            Err(Diagnostics(more)) => mistakes.extend(more),
        }
        Err(Diagnostics(mistakes))
    }
}

/// Collects sources into a new snapshot and seals it. A run that fails leaves the database as it was.
///
/// # Errors
///
/// A source that cannot be asked at all, or a database that refuses.
pub fn collect(
    database: &mut Database,
    collectors: &[&dyn Collector],
    moment: &Moment<'_>,
    progress: &dyn Progress,
) -> Result<(SnapshotInfo, Summary), PipelineError> {
    let mut sink = sink::SnapshotSink::new(database.writer(moment.taken_at, moment.clock)?);
    for collector in collectors {
        collector.collect(moment.now, progress, &mut sink)?;
    }
    Ok(sink.seal()?)
}

/// Everything an evaluation says, before and after it is sealed.
#[derive(Debug)]
pub struct Judged {
    /// Verdicts and counts.
    pub evaluation: Evaluation,
    /// Statuses and scores.
    pub frameworks: Vec<FrameworkResult>,
    /// Waivers and what they accept.
    pub waivers: Vec<WaiverResult>,
    /// Which verdicts are accepted.
    pub waived: Waived,
    /// Counts and scores as rows, with every hash.
    pub record: SealedEvaluation,
}

impl Judged {
    /// The root of the evaluation.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.record.root
    }

    /// The verdicts as they are stored: fail, unknown and manual, in the order in which they are sealed. Each is made when it is wanted.
    pub fn stored(&self) -> impl ExactSizeIterator<Item = StoredVerdict> {
        self.evaluation.verdicts.iter().zip(&self.waived.by_verdict).map(stored)
    }
}

/// A verdict, and the waiver that accepts it, as they are stored.
fn stored((judgement, waiver): (&Arc<Judgement>, &Option<Arc<str>>)) -> StoredVerdict {
    StoredVerdict { judgement: Arc::clone(judgement), waiver: waiver.as_deref().map(str::to_owned), fingerprint: fingerprint(judgement) }
}

/// Judges a snapshot. Pure: the same snapshot, catalog and settings give the same result (law 5).
///
/// # Errors
///
/// A damaged database.
pub fn judge(snapshot: &Snapshot<'_>, bench: &Bench, settings: &Settings) -> Result<Judged, PipelineError> {
    let evaluation = crate::evaluate::evaluate(snapshot, &bench.catalog, &bench.rules, settings, Keep::Findings)?;
    let now = snapshot.info.taken_at;
    let (waivers, waived) = posture::apply_waivers(&evaluation.verdicts, settings, now);
    let frameworks = posture::frameworks(&Inputs {
        catalog: &bench.catalog,
        settings,
        tallies: &evaluation.tallies,
        slices: &evaluation.slices,
        waived: &waived,
        now,
    });
    let whole = evaluation.tallies.iter().map(|(control, tally)| (control, "", tally));
    let slices = evaluation.slices.iter().map(|((control, glob), tally)| (control, glob.as_str(), tally));
    let mut tallies: Vec<TallyRow> = whole
        .chain(slices)
        .map(|(control, glob, tally)| TallyRow { control: control.clone(), resources: glob.to_owned(), counts: tally.counts.in_order() })
        .collect();
    tallies.sort();
    let record = NewEvaluation {
        snapshot: snapshot.info.id,
        snapshot_root: snapshot.info.root,
        catalog: bench.catalog.hash,
        catalog_files: bench.catalog.files.clone(),
        settings: settings.clone(),
        read_keys: snapshot.read_keys.clone(),
        tallies,
        scores: score_rows(&frameworks),
    }
    .seal(&evaluation.outcomes, evaluation.verdicts.par_iter().zip(&waived.by_verdict).map(stored));
    Ok(Judged { evaluation, frameworks, waivers, waived, record })
}

/// The rows of all scores, in a fixed order.
fn score_rows(frameworks: &[FrameworkResult]) -> Vec<ScoreRow> {
    let mut rows = Vec::new();
    for framework in frameworks {
        for (kind, pair) in [("configuration", framework.configuration), ("programme", framework.programme)] {
            for (waivers, score) in [("gross", pair.gross), ("net", pair.net)] {
                rows.extend(score.map(|score| ScoreRow {
                    framework: framework.id.clone(),
                    kind: kind.to_owned(),
                    waivers: waivers.to_owned(),
                    low: score.low.0,
                    high: score.high.0,
                }));
            }
        }
    }
    rows
}

/// The same for the same control and resource in every run: a hash over both, 16 hexadecimal digits. The line does not count.
#[must_use]
pub fn fingerprint(judgement: &Judgement) -> String {
    let text = format!("{}\n{}", judgement.control, judgement.resource.stable_id());
    let Hash([a, b, c, d, e, f, g, h, ..]) = Hash::of(text.as_bytes());
    format!("{:016x}", u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

/// Judges a snapshot and seals the result in the database; a result that is there already is not stored twice.
///
/// # Errors
///
/// A damaged or read-only database.
pub fn evaluate(
    database: &mut Database,
    snapshot: i64,
    bench: &Bench,
    settings: &Settings,
) -> Result<(EvaluationId, Judged), PipelineError> {
    let judged = {
        let snapshot = database.snapshot(&crate::snapshot::Selector::Id(snapshot))?;
        judge(&snapshot, bench, settings)?
    };
    let id = database.add_evaluation(&judged.record, judged.stored())?;
    Ok((id, judged))
}

/// The view that every report is rendered from.
///
/// # Errors
///
/// A damaged database.
pub fn view(
    database: &Database,
    snapshot: &Snapshot<'_>,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
) -> Result<ReportView, PipelineError> {
    view::build(database, snapshot, bench, settings, judged)
}

/// A verdict, and the valid waiver that accepts it.
pub type Member = (Arc<Judgement>, Option<Arc<str>>);

/// Every verdict of every control over every resource, passes too: the auditor's population.
///
/// # Errors
///
/// A damaged database.
pub fn population(snapshot: &Snapshot<'_>, bench: &Bench, settings: &Settings) -> Result<Vec<Member>, PipelineError> {
    let evaluation = crate::evaluate::evaluate(snapshot, &bench.catalog, &bench.rules, settings, Keep::All)?;
    let (_, waived) = posture::apply_waivers(&evaluation.verdicts, settings, snapshot.info.taken_at);
    Ok(evaluation.verdicts.into_iter().zip(waived.by_verdict).collect())
}

/// Whether anything was left unread that could hide a resource.
#[must_use]
pub fn is_incomplete(snapshot: &Snapshot<'_>) -> bool {
    snapshot.reads.iter().any(crate::model::Read::hides)
}

/// Failures that no valid waiver accepts and unknowns do not count: what `--fail-on` asks about.
pub fn open_failures(judged: &Judged) -> impl Iterator<Item = &Judgement> {
    judged
        .evaluation
        .verdicts
        .iter()
        .zip(&judged.waived.by_verdict)
        .filter(|(judgement, waiver)| judgement.verdict == Verdict::Fail && waiver.is_none())
        .map(|(judgement, _)| &**judgement)
}
