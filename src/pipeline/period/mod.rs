//! A period out of many snapshots: which scans speak, what each says of every requirement, and the view that reports print.

mod rows;
mod words;

use super::phrases::{self as told, Phrases};
use super::{Bench, PipelineError};
use crate::catalog::{Framework, Level};
use crate::evaluate::{Evaluation, Keep, recount};
use crate::model::{Read, Settings, SnapshotInfo};
use crate::posture::exceptions::{self, Recorded};
pub use crate::posture::period::Span;
use crate::posture::period::{Observation, Segment, Times, changes_of_evidence, segments, unobserved};
use crate::posture::schedule::{Basis, Cadence};
use crate::posture::standing::{State, states};
use crate::posture::{FrameworkResult, Inputs, Waived, frameworks, score};
use crate::report::period::view::{
    CatalogView, FrameworkPeriod, NOT_OBSERVED, PeriodView, RequirementPeriod, SCHEMA, ScheduleView, SegmentView, Standing,
};
use crate::report::view::{PhrasePart as Part, PhraseValue as Value};
use crate::snapshot::{Database, Selector, Snapshot, StoredEvaluation};
use chrono::{DateTime, TimeDelta, Utc};
use rows::{attestation, rfc3339, scan, span_view, waiver};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// The period.
    pub span: Span,
    /// Each scan by its own evaluation, instead of by today's catalog and settings.
    pub as_evaluated: bool,
}

/// What one scan says, before it is laid on the axis of time.
struct Said<'a> {
    info: &'a SnapshotInfo,
    reads: Vec<Read>,
    sources: BTreeSet<String>,
    left_out: Vec<String>,
    evaluation: Evaluation,
    /// Whose attestations count.
    settings: Settings,
    judged: &'static str,
    stored: Option<&'a StoredEvaluation>,
    catalog: String,
}

/// Builds the view of a period. Pure but for the database: the same file and request give the same view.
///
/// # Errors
///
/// A database without snapshots, or a damaged one.
pub fn build(database: &Database, bench: &Bench, settings: &Settings, request: &Request) -> Result<PeriodView, PipelineError> {
    let period = request.span;
    let mut all = database.snapshots()?;
    if all.is_empty() {
        // Says what to do next in the same words as every reading verb.
        database.snapshot(&Selector::Latest)?;
    }
    all.sort_by_key(|info| (info.taken_at, info.id));
    let before = all.iter().rposition(|info| info.taken_at < period.from);
    let chosen: Vec<&SnapshotInfo> = all
        .iter()
        .enumerate()
        .filter(|(at, info)| Some(*at) == before || (info.taken_at >= period.from && info.taken_at < period.until))
        .map(|(_, info)| info)
        .collect();
    let times: Vec<DateTime<Utc>> = chosen.iter().map(|info| info.taken_at).collect();
    let cadence = Cadence::of(settings.schedule, &times);
    // The scan before the period speaks only where it may count into it.
    let speaks = |info: &SnapshotInfo| info.taken_at >= period.from || info.taken_at + cadence.hold() > period.from;
    let stored = database.stored_evaluations()?;
    let mut said = Vec::new();
    for info in chosen.iter().copied().filter(|info| speaks(info)) {
        said.push(say(database, bench, settings, request, info, &stored)?);
    }
    leave_out(&mut said);
    let observations = observe(bench, &said, cadence.hold());
    let holes = unobserved(&observations, &period);
    let results = lay_out(bench, settings, &observations, &holes, &period);
    let own: Vec<&StoredEvaluation> = said.iter().filter_map(|said| stored.iter().find(|one| one.snapshot == said.info.id)).collect();
    let recorded: Vec<Recorded<'_>> = said
        .iter()
        .filter_map(|said| {
            Some(Recorded { at: said.info.taken_at, settings: &stored.iter().find(|one| one.snapshot == said.info.id)?.settings })
        })
        .collect();
    let accepted = database.accepted(&own.iter().map(|one| one.id).collect::<Vec<_>>())?;
    let schedule = schedule(&cadence, &times, &period);
    let unseen = holes.iter().map(Span::seconds).sum::<u64>();
    let observed = score::time_shares(period.seconds().saturating_sub(unseen), 0, period.seconds());
    let mut phrases = Phrases::default();
    let mut day = |at: DateTime<Utc>| phrases.say(vec![Part::new("date.alone", [("day", Value::Day(at.date_naive().to_string()))])]);
    let (first_day, last_day) = (day(period.from), day(period.until - TimeDelta::seconds(1)));
    let notes = words::notes(
        &said.iter().map(|said| (said.info.id, &said.sources)).collect::<Vec<_>>(),
        bench,
        &said_catalogs(&said),
        &said.iter().filter(|said| said.judged == "none").map(|said| said.info.id).collect::<Vec<_>>(),
        request.as_evaluated,
    );
    let headline = words::headline(&results, &schedule, observed);
    let mut fixed = |key: String| phrases.fixed(&key);
    let method = words::METHOD.map(|key| (fixed(format!("period_method.{key}")), fixed(format!("period_method.{key}_text"))));
    phrases.say(told::cadence(&cadence));
    Ok(PeriodView {
        schema: SCHEMA.to_owned(),
        tool: format!("Assize {}", env!("CARGO_PKG_VERSION")),
        organisation: settings.organisation.clone(),
        period: span_view(&period),
        first_day,
        last_day,
        headline: phrases.say(headline),
        judged: if request.as_evaluated { "as_evaluated" } else { "today" }.to_owned(),
        judged_by: phrases.fixed(words::judged_by(request.as_evaluated)),
        catalog: CatalogView { version: bench.catalog.version.to_owned(), hash: bench.catalog.hash.to_string() },
        notes: notes.into_iter().map(|note| phrases.say(vec![note])).collect(),
        scans: said.iter().map(scan).collect(),
        unobserved: holes.iter().map(span_view).collect(),
        observed,
        frameworks: results,
        waivers: exceptions::waivers(&recorded, settings, &period).into_iter().map(|span| waiver(span, &accepted)).collect(),
        attestations: exceptions::attestations(&bench.catalog, &recorded, settings, &period)
            .into_iter()
            .map(|span| attestation(bench, span, &period))
            .collect(),
        schedule,
        method: method.into(),
        phrases: phrases.into_list(),
    })
}

fn said_catalogs(said: &[Said<'_>]) -> Vec<(i64, String)> {
    said.iter().map(|said| (said.info.id, said.catalog.clone())).collect()
}

/// Counts of one scan: those of a stored evaluation where it used the same rules and parameters, else by judging again. Both are the same,
/// because judging is repeatable; the stored ones cost nothing.
fn say<'a>(
    database: &Database,
    bench: &Bench,
    settings: &Settings,
    request: &Request,
    info: &'a SnapshotInfo,
    stored: &'a [StoredEvaluation],
) -> Result<Said<'a>, PipelineError> {
    let snapshot: Snapshot<'_> = database.snapshot(&Selector::Id(info.id))?;
    let sources = snapshot.sources.iter().map(|source| source.name.clone()).collect();
    let mut mine = stored.iter().filter(|one| one.snapshot == info.id);
    let found = if request.as_evaluated {
        mine.next()
    } else {
        mine.find(|one| {
            one.catalog == bench.catalog.hash && one.settings.params == settings.params && one.settings.workloads == settings.workloads
        })
    };
    let counted = |one: &StoredEvaluation| {
        let rows = database.tallies(one.id)?;
        let counts = rows.iter().map(|row| (row.control.as_str(), row.resources.as_str(), row.counts));
        Ok::<_, PipelineError>(recount(counts, &snapshot.reads, &bench.catalog, &bench.rules, &one.settings))
    };
    let (evaluation, judged) = match found {
        Some(one) => (counted(one)?, "stored"),
        // Its resources are gone, and nobody judged it by these rules while they were there.
        None if request.as_evaluated || info.pruned => (recount([], &[], &bench.catalog, &bench.rules, settings), "none"),
        None => (crate::evaluate::evaluate(&snapshot, &bench.catalog, &bench.rules, settings, Keep::Findings)?, "again"),
    };
    // Scope is today's in both cases: it says which requirements are asked about at all.
    let mut speaking = settings.clone();
    if let Some(one) = found.filter(|_| request.as_evaluated) {
        speaking.attestations.clone_from(&one.settings.attestations);
    }
    let catalog = found.map_or(bench.catalog.hash, |one| one.catalog).to_string();
    Ok(Said { info, reads: snapshot.reads, sources, left_out: Vec::new(), evaluation, settings: speaking, judged, stored: found, catalog })
}

/// A source that scans before and after looked at, and one between did not, is left out by that one.
fn leave_out(said: &mut [Said<'_>]) {
    let names: BTreeSet<String> = said.iter().flat_map(|said| said.sources.iter().cloned()).collect();
    for name in names {
        let first = said.iter().position(|said| said.sources.contains(&name)).unwrap_or(0);
        let last = said.iter().rposition(|said| said.sources.contains(&name)).unwrap_or(0);
        for one in said.iter_mut().skip(first).take(last.saturating_sub(first)).filter(|one| !one.sources.contains(&name)) {
            one.left_out.push(name.clone());
        }
    }
}

fn observe(bench: &Bench, said: &[Said<'_>], hold: TimeDelta) -> Vec<Observation> {
    let mut observations = Vec::new();
    for (one, next) in said.iter().zip(said.iter().skip(1).map(|next| next.info.taken_at).chain([DateTime::<Utc>::MAX_UTC])) {
        let taken = one.info.taken_at;
        let until = taken + hold;
        let changes = changes_of_evidence(&bench.catalog, &one.settings);
        let later = changes.into_iter().filter(|at| *at > taken && *at < until.min(next));
        for from in [taken].into_iter().chain(later) {
            let results = frameworks(&Inputs {
                catalog: &bench.catalog,
                settings: &one.settings,
                tallies: &one.evaluation.tallies,
                slices: &one.evaluation.slices,
                // Waivers change scores and never a status.
                waived: &Waived::default(),
                now: from,
            });
            let mut found: BTreeMap<String, Vec<State>> =
                results.iter().filter_map(|result| Some((result.id.clone(), of(bench, result)?))).collect();
            for state in found.values_mut().flatten() {
                one.left_out.iter().for_each(|source| state.doubt(source));
            }
            observations.push(Observation { snapshot: one.info.id, from, until, states: found });
        }
    }
    observations
}

fn of(bench: &Bench, result: &FrameworkResult) -> Option<Vec<State>> {
    bench.catalog.frameworks.get(&result.id).map(|framework| states(framework, result))
}

fn lay_out(bench: &Bench, settings: &Settings, observations: &[Observation], holes: &[Span], period: &Span) -> Vec<FrameworkPeriod> {
    let wanted = |framework: &&Framework| settings.frameworks.is_empty() || settings.frameworks.contains(&framework.id);
    bench
        .catalog
        .frameworks
        .values()
        .filter(wanted)
        .map(|framework| one_framework(framework, settings, observations, holes, period))
        .collect()
}

fn one_framework(
    framework: &Framework,
    settings: &Settings,
    observations: &[Observation],
    holes: &[Span],
    period: &Span,
) -> FrameworkPeriod {
    let scope = settings.scopes.get(&framework.id).cloned().unwrap_or_default();
    let mut total = Times::default();
    let mut requirements = Vec::new();
    let (mut throughout, mut observed, mut ever, mut never) = (0, 0, 0, 0);
    for (place, declared) in framework.requirements.iter().enumerate() {
        let left_out = scope.excluded.contains_key(&declared.id.value) || framework.left_out(declared, &scope.answers).is_some();
        if declared.level != Level::Requirement || left_out {
            continue;
        }
        let segments = segments(observations, holes, period, &framework.id, place);
        let times = Times::of(&segments, period.seconds());
        total.add(times);
        throughout += u64::from(times.met == times.whole && times.whole > 0);
        observed += u64::from(times.met > 0 && segments.iter().all(|one| one.status.is_none() || one.standing == Standing::Met));
        ever += u64::from(times.not_met > 0);
        never += u64::from(times.met == 0 && times.not_met == 0);
        requirements.push(RequirementPeriod {
            id: declared.id.value.clone(),
            title: declared.title.value.clone(),
            shares: times.shares(),
            met_seconds: times.met,
            not_met_seconds: times.not_met,
            not_known_seconds: times.not_known(),
            timeline: segments.into_iter().map(segment).collect(),
        });
    }
    FrameworkPeriod {
        id: framework.id.clone(),
        title: framework.short.clone(),
        edition: framework.edition.clone(),
        in_scope: u64::try_from(requirements.len()).unwrap_or(u64::MAX),
        met_throughout: throughout,
        met_when_observed: observed,
        ever_not_met: ever,
        never_known: never,
        shares: total.shares(),
        requirements,
    }
}

fn segment(segment: Segment) -> SegmentView {
    SegmentView {
        from: rfc3339(segment.span.from),
        until: rfc3339(segment.span.until),
        seconds: segment.span.seconds(),
        status: segment.status.map_or(NOT_OBSERVED, |status| status.as_str()).to_owned(),
        standing: segment.standing,
        causes: if segment.standing == Standing::Met { Vec::new() } else { segment.causes.into_iter().collect() },
        snapshots: segment.snapshots,
    }
}

fn schedule(cadence: &Cadence, scans: &[DateTime<Utc>], period: &Span) -> ScheduleView {
    let dues = cadence.dues(scans, period.from, period.until);
    let missed: Vec<String> = dues.iter().filter(|due| !due.made).map(|due| rfc3339(due.at)).collect();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    ScheduleView {
        basis: match cadence.basis {
            Basis::Declared => "declared",
            Basis::Median(_) => "median",
            Basis::Unknown => "unknown",
        }
        .to_owned(),
        sentence: cadence.sentence(),
        every: cadence.schedule.map(|schedule| schedule.every),
        grace: cadence.schedule.map(|schedule| schedule.grace),
        taken: number(scans.iter().filter(|at| **at >= period.from).count()),
        expected: number(dues.len()),
        missed: number(missed.len()),
        kept: score::kept(number(dues.len() - missed.len()), number(dues.len())),
        missed_at: missed,
    }
}
