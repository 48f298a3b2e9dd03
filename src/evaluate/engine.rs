//! Running the rules over a snapshot.

use super::cel::{self, Context, Nulls, Value};
use super::judging::{Contexts, Finding, judge_rule};
use super::kubernetes::{self, Index, Templates};
use super::params::InForce;
use super::reuse::Reuse;
use super::rules::{Compiled, Rules};
use super::unread;
use crate::catalog::Catalog;
use crate::model::{ControlTally, Counts, Judgement, KindRef, Outcomes, OutcomesBuilder, ParamValue, ReadRef, Settings, Texts, Verdict};
use crate::snapshot::{Snapshot, SnapshotError, StoredResource};
use bumpalo::Bump;
use globset::GlobMatcher;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Resources handed to the workers at a time: enough to keep them busy, few enough to hold in memory.
const BATCH: usize = 2048;
/// Resources that one worker judges in a row.
const CHUNK: usize = 64;

/// Which verdicts to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Fail, unknown and manual: what is stored and reported. Others are counted.
    Findings,
    /// All: the auditor's population.
    All,
}

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluation {
    /// Verdicts kept, by control, then in the order of the snapshot.
    pub verdicts: Vec<Arc<Judgement>>,
    /// Every control over its whole population.
    pub tallies: BTreeMap<String, ControlTally>,
    /// Controls over the part of their population that a framework's edge picks: by control and glob.
    pub slices: BTreeMap<(String, String), ControlTally>,
    /// The verdict of every control over every resource.
    pub outcomes: Outcomes,
    /// Resources whose verdicts were taken from an earlier evaluation. It says how the result was found, and is no part of it.
    pub reused: u64,
}

/// Judges every resource of a snapshot by every control that speaks of its kind.
///
/// # Errors
///
/// A damaged database. Whatever is wrong with a document is a verdict.
pub fn evaluate(
    snapshot: &Snapshot<'_>,
    catalog: &Catalog,
    rules: &Rules,
    settings: &Settings,
    keep: Keep,
) -> Result<Evaluation, SnapshotError> {
    run(snapshot, catalog, rules, settings, None, keep)
}

/// The same by one control alone; of a control that the catalog does not know there is nothing to say.
///
/// # Errors
///
/// A damaged database. Whatever is wrong with a document is a verdict.
pub fn evaluate_control(
    snapshot: &Snapshot<'_>,
    catalog: &Catalog,
    rules: &Rules,
    settings: &Settings,
    control: &str,
    keep: Keep,
) -> Result<Evaluation, SnapshotError> {
    if !catalog.controls.contains_key(control) {
        return Ok(Evaluation::default());
    }
    run(snapshot, catalog, rules, settings, Some(control), keep)
}

/// The same for one example of a control, with the example's own parameters.
pub(crate) fn evaluate_example(
    snapshot: &Snapshot<'_>,
    catalog: &Catalog,
    rules: &Rules,
    control: &str,
    params: &BTreeMap<String, ParamValue>,
) -> Result<Evaluation, SnapshotError> {
    let mut settings = Settings::default();
    settings.params.insert(control.to_owned(), params.clone());
    run(snapshot, catalog, rules, &settings, Some(control), Keep::All)
}

fn run(
    snapshot: &Snapshot<'_>,
    catalog: &Catalog,
    rules: &Rules,
    settings: &Settings,
    only: Option<&str>,
    keep: Keep,
) -> Result<Evaluation, SnapshotError> {
    let arena = Bump::new();
    let taken_at = snapshot.info.taken_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    let only = only.and_then(|id| rules.controls.iter().position(|compiled| compiled.control.id == id));
    let shared = Shared {
        rules,
        only,
        templates: Templates::new(settings),
        index: Index::build(snapshot, &arena)?,
        in_force: InForce::new(rules, settings, only, &arena),
        snapshot: cel::map(&arena, [("taken_at", cel::text(&arena, &taken_at))]),
        slices: slices(catalog, rules),
        // Examples are judged alone, and the population is asked for by who doubts what is stored.
        reuse: if only.is_none() && keep == Keep::Findings { Reuse::new(snapshot, catalog, rules, settings)? } else { None },
        keep,
    };
    let mut total = Total::new(&shared);
    let mut outcomes = OutcomesBuilder::new(rules.controls.iter().map(|compiled| compiled.control.id.clone()).collect());
    snapshot.batches(BATCH, |batch| {
        let parts: Result<Vec<Part>, SnapshotError> = batch.par_chunks(CHUNK).map(|chunk| shared.judge_chunk(chunk)).collect();
        for part in parts? {
            part.codes.chunks(rules.controls.len().max(1)).for_each(|codes| outcomes.push(codes));
            total.merge(part);
        }
        Ok::<_, SnapshotError>(())
    })?;
    let mut evaluation = shared.finish(snapshot, total);
    evaluation.outcomes = outcomes.finish();
    Ok(evaluation)
}

/// Globs of edges that speak of some resources only: by control index.
fn slices(catalog: &Catalog, rules: &Rules) -> Vec<(usize, String, GlobMatcher)> {
    let mut found = BTreeMap::new();
    for requirement in catalog.frameworks.values().flat_map(|framework| &framework.requirements) {
        for edge in &requirement.controls {
            let Some(glob) = &edge.resources else { continue };
            let index = rules.controls.iter().position(|compiled| compiled.control.id == edge.control.value);
            if let (Some(index), Ok(matcher)) = (index, globset::Glob::new(&glob.value)) {
                found.insert((index, glob.value.clone()), matcher.compile_matcher());
            }
        }
    }
    found.into_iter().map(|((index, glob), matcher)| (index, glob, matcher)).collect()
}

/// What all workers read.
struct Shared<'a> {
    rules: &'a Rules,
    only: Option<usize>,
    templates: Templates,
    index: Index<'a>,
    in_force: InForce<'a>,
    snapshot: Value<'a>,
    slices: Vec<(usize, String, GlobMatcher)>,
    reuse: Option<Reuse>,
    keep: Keep,
}

/// What a worker found.
struct Part {
    /// Verdicts with the index of their control.
    verdicts: Vec<(usize, Arc<Judgement>)>,
    counts: Vec<Counts>,
    slices: Vec<Counts>,
    /// One code per control for each resource of the part, in order; see [`Outcomes::code`].
    codes: Vec<u8>,
    reused: u64,
}

impl Part {
    fn new(shared: &Shared<'_>) -> Self {
        let counts = vec![Counts::default(); shared.rules.controls.len()];
        Self { verdicts: Vec::new(), counts, slices: vec![Counts::default(); shared.slices.len()], codes: Vec::new(), reused: 0 }
    }
}

/// What all workers found.
struct Total {
    /// Verdicts of each control, in the order of the snapshot.
    verdicts: Vec<Vec<Arc<Judgement>>>,
    counts: Vec<Counts>,
    slices: Vec<Counts>,
    reused: u64,
    texts: Texts,
}

impl Total {
    fn new(shared: &Shared<'_>) -> Self {
        let Part { counts, slices, .. } = Part::new(shared);
        Self { verdicts: vec![Vec::new(); counts.len()], counts, slices, reused: 0, texts: Texts::default() }
    }

    /// Adds what a worker found. The same value is seen again and again: its text is held once.
    fn merge(&mut self, part: Part) {
        self.reused += part.reused;
        for (control, mut judgement) in part.verdicts {
            if let Some(judgement) = Arc::get_mut(&mut judgement) {
                for text in [&mut judgement.observed, &mut judgement.reason].into_iter().flatten() {
                    *text = self.texts.shared(text);
                }
            }
            if let Some(verdicts) = self.verdicts.get_mut(control) {
                verdicts.push(judgement);
            }
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&part.counts).chain(self.slices.iter_mut().zip(&part.slices)) {
            mine.merge(theirs);
        }
    }
}

impl Shared<'_> {
    fn judge_chunk(&self, chunk: &[StoredResource]) -> Result<Part, SnapshotError> {
        let mut part = Part::new(self);
        let mut arena = Bump::new();
        let mut unpacker = chunk.first().map(StoredResource::unpacker);
        for stored in chunk {
            if let Some((reuse, place)) = self.reuse.as_ref().and_then(|reuse| Some((reuse, reuse.place(stored)?))) {
                self.take_over(reuse, place, stored, &mut part);
                continue;
            }
            let json = match &mut unpacker {
                Some(unpacker) => stored.json_with(unpacker)?,
                None => stored.json()?,
            };
            self.judge(stored, &json, &arena, &mut part);
            arena.reset();
        }
        Ok(part)
    }

    /// Takes the verdicts over a resource from an earlier evaluation.
    fn take_over(&self, reuse: &Reuse, place: usize, stored: &StoredResource, part: &mut Part) {
        part.reused += 1;
        let codes = reuse.codes(place);
        part.codes.extend_from_slice(codes);
        let mut verdicts = reuse.verdicts(place);
        let reads: Arc<[ReadRef]> = [stored.read].into();
        for (control, verdict) in codes.iter().enumerate().filter_map(|(control, code)| Some((control, Outcomes::verdict_of(*code)?))) {
            self.count(control, verdict, stored, part);
            if is_stored(verdict) {
                let (Some(earlier), Some(compiled)) = (verdicts.next(), self.rules.controls.get(control)) else { continue };
                let judgement = Judgement {
                    control: Arc::clone(&compiled.id),
                    verdict,
                    severity: compiled.control.severity,
                    resource: Arc::clone(&stored.reference),
                    observed: earlier.observed.clone(),
                    expected: Arc::clone(&earlier.expected),
                    reason: earlier.reason.clone(),
                    reads: Arc::clone(&reads),
                };
                part.verdicts.push((control, Arc::new(judgement)));
            }
        }
    }

    fn judge(&self, stored: &StoredResource, json: &[u8], arena: &Bump, part: &mut Part) {
        let document = cel::parse_document(json, arena, Nulls::Drop);
        let subjects = match document {
            Ok(document) => kubernetes::subjects(&stored.reference, document, &self.templates, &self.index, arena),
            // Only a stored document that somebody changed does not parse. Nothing may be concluded from it.
            Err(_) => vec![(stored.kind(), Value::Unknown(0))],
        };
        let namespace = self.index.namespace(&stored.reference.source, &stored.reference.namespace);
        let marked = cel::holds_markers(json);
        let mut found: BTreeMap<usize, Finding> = BTreeMap::new();
        for (kind, object) in subjects {
            let Some(applicable) = self.rules.by_kind.get(&kind) else { continue };
            let context = |object, namespace| {
                Context::with_settled(&self.rules.library, &self.in_force.settled, arena, &[object, Value::Null, namespace, self.snapshot])
            };
            // Nobody knows what was taken out of a text, so no verdict may rest on it.
            let hidden = if marked { cel::hide(object, arena) } else { None };
            let any_hidden = hidden.is_some() || namespace.hidden.is_some();
            let mut contexts = Contexts {
                shown: context(object, namespace.shown),
                hidden: any_hidden.then(|| context(hidden.unwrap_or(object), namespace.hidden.unwrap_or(namespace.shown))),
            };
            for (control, rule) in applicable.iter().copied().filter(|(control, _)| self.only.is_none_or(|only| only == *control)) {
                let Some(compiled) = self.rules.controls.get(control) else { continue };
                contexts.set_params(self.in_force.of(control));
                let Some(finding) = judge_rule(compiled, rule, &mut contexts, true) else { continue };
                // One resource, one verdict: of an object and the pod inside it the worse one counts.
                match found.get(&control) {
                    Some(known) if known.verdict <= finding.verdict => {}
                    _ => drop(found.insert(control, finding)),
                }
            }
        }
        let begin = part.codes.len();
        part.codes.resize(begin + self.rules.controls.len(), 0);
        let reads: Arc<[ReadRef]> = [stored.read].into();
        for (control, finding) in found {
            if let Some(code) = part.codes.get_mut(begin + control) {
                *code = Outcomes::code(finding.verdict);
            }
            self.note(control, finding, stored, &reads, part);
        }
    }

    fn note(&self, control: usize, finding: Finding, stored: &StoredResource, reads: &Arc<[ReadRef]>, part: &mut Part) {
        self.count(control, finding.verdict, stored, part);
        let kept = is_stored(finding.verdict) || self.keep == Keep::All;
        let Some(compiled) = self.rules.controls.get(control).filter(|_| kept) else { return };
        let judgement = Judgement {
            control: Arc::clone(&compiled.id),
            verdict: finding.verdict,
            severity: compiled.control.severity,
            resource: Arc::clone(&stored.reference),
            observed: finding.observed.map(Into::into),
            expected: compiled.expected(finding.rule),
            reason: finding.reason.map(Into::into),
            reads: Arc::clone(reads),
        };
        part.verdicts.push((control, Arc::new(judgement)));
    }

    fn count(&self, control: usize, verdict: Verdict, stored: &StoredResource, part: &mut Part) {
        if let Some(counts) = part.counts.get_mut(control) {
            counts.add(verdict);
        }
        for ((_, _, glob), counts) in self.slices.iter().zip(&mut part.slices).filter(|((of, _, _), _)| *of == control) {
            if glob.is_match(&stored.reference.id) {
                counts.add(verdict);
            }
        }
    }

    /// Adds what was not read, and puts everything in order.
    fn finish(&self, snapshot: &Snapshot<'_>, mut total: Total) -> Evaluation {
        let templates = self.templates.kinds();
        let mut evaluation = Evaluation { reused: total.reused, ..Evaluation::default() };
        for (index, compiled) in self.rules.controls.iter().enumerate() {
            if self.only.is_some_and(|only| only != index) {
                continue;
            }
            let counts = total.counts.get(index).copied().unwrap_or_default();
            let mut tally = ControlTally { counts, ..ControlTally::default() };
            let mut slices: Vec<(&String, ControlTally)> = (self.slices.iter().zip(&total.slices))
                .filter(|((of, _, _), _)| *of == index)
                .map(|((_, glob, _), counts)| (glob, ControlTally { counts: *counts, ..ControlTally::default() }))
                .collect();
            for read in snapshot.reads.iter().filter(|read| unread::bears_on(read, &compiled.control, &templates)) {
                for tally in std::iter::once(&mut tally).chain(slices.iter_mut().map(|(_, tally)| tally)) {
                    tally.looked = true;
                    if read.hides() {
                        tally.counts.add(Verdict::Unknown);
                        tally.hidden = tally.hidden.and(read.may_hide.map(|most| most.saturating_sub(1)));
                    }
                }
                if read.hides()
                    && let Some(verdicts) = total.verdicts.get_mut(index)
                {
                    verdicts.push(Arc::new(unread_judgement(compiled, read)));
                }
            }
            evaluation.tallies.insert(compiled.control.id.clone(), tally);
            evaluation.slices.extend(slices.into_iter().map(|(glob, tally)| ((compiled.control.id.clone(), glob.clone()), tally)));
        }
        evaluation.verdicts.reserve_exact(total.verdicts.iter().map(Vec::len).sum());
        evaluation.verdicts.extend(total.verdicts.into_iter().flatten());
        evaluation
    }
}

/// Whether a verdict is stored as a row; the others are in the outcomes alone.
pub(super) fn is_stored(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Unknown | Verdict::Manual)
}

fn unread_judgement(compiled: &Compiled, read: &crate::model::Read) -> Judgement {
    Judgement {
        control: Arc::clone(&compiled.id),
        verdict: Verdict::Unknown,
        severity: compiled.control.severity,
        resource: Arc::new(unread::stand_in(read)),
        observed: None,
        expected: compiled.expected(0),
        reason: Some(unread::reason(read).into()),
        reads: [read.seq].into(),
    }
}

impl Rules {
    /// The parameters of every control at their defaults, for [`Rules::judge_alone`].
    #[must_use]
    pub fn default_params<'a>(&'a self, arena: &'a Bump) -> InForce<'a> {
        InForce::new(self, &Settings::default(), None, arena)
    }

    /// Ids of the controls that judge a kind.
    pub fn judging(&self, kind: &KindRef) -> impl Iterator<Item = &str> {
        let rules = self.by_kind.get(kind).into_iter().flatten();
        rules.filter_map(|(control, _)| self.controls.get(*control)).map(|compiled| compiled.control.id.as_str())
    }

    /// Judges one document that belongs to no snapshot, by those controls of its kind that are wanted: no defaulting, no namespace, no time. What
    /// a benchmark measures, with or without the messages of failures.
    #[must_use]
    pub fn judge_alone<'d>(
        &'d self,
        kind: &KindRef,
        wanted: impl Fn(&str) -> bool,
        object: Value<'d>,
        in_force: &'d InForce<'d>,
        messages: bool,
        arena: &'d Bump,
    ) -> Counts {
        let mut counts = Counts::default();
        let mut contexts = Contexts { shown: Context::with_settled(&self.library, &in_force.settled, arena, &[object]), hidden: None };
        for (control, rule) in self.by_kind.get(kind).into_iter().flatten().copied() {
            let Some(compiled) = self.controls.get(control) else { continue };
            if !wanted(&compiled.id) {
                continue;
            }
            contexts.set_params(in_force.of(control));
            if let Some(finding) = judge_rule(compiled, rule, &mut contexts, messages) {
                counts.add(finding.verdict);
            }
        }
        counts
    }
}

/// Kinds a control judges, workloads included; used to say what an incomplete read leaves open.
pub(crate) fn concerned(rules: &Rules, read: &crate::model::Read, settings: &Settings) -> usize {
    let templates: Vec<KindRef> = Templates::new(settings).kinds();
    rules.controls.iter().filter(|compiled| unread::bears_on(read, &compiled.control, &templates)).count()
}
