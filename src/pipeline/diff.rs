//! Compares two snapshots and lays the comparison out for `report::diff`.

use super::between::{Side, read_of};
use super::{Bench, Change, Judged, PipelineError, change, judge, stored_bench};
use crate::evaluate::Evaluation;
use crate::model::{Settings, Verdict};
use crate::posture::change::{FrameworkChange, ScoreChange};
use crate::posture::comparison::{Class, Compared, Held, compare};
use crate::posture::{NotSeen, Sight, Status};
use crate::report::diff::{
    ControlRow, Count, DiffSide, DiffView, FindingRow, Findings, NotSeenRow, RequirementRow, Resources, SCHEMA, StateRow, Summary,
};
use crate::snapshot::{OwnEvaluation, Reference, StoredVerdict};
use chrono::SecondsFormat;
use std::collections::{BTreeMap, BTreeSet};

/// By what the two sides are judged.
#[derive(Debug, Clone, Copy)]
pub enum Judges<'a> {
    /// Both by this catalog and these settings: only what is configured, and what could be read, makes a difference.
    Today(&'a Bench, &'a Settings),
    /// Each by its own stored evaluation; the catalog is for those that used it.
    AsEvaluated(&'a Bench),
}

/// What one side holds.
struct Outcome {
    findings: Vec<StoredVerdict>,
    /// Status of every control that was run; `None` where the stored counts cannot tell.
    controls: BTreeMap<String, Option<Verdict>>,
    /// Statuses of requirements in scope; `None` when they can be computed no more.
    requirements: Option<BTreeMap<(String, String), Status>>,
    evaluation: String,
    catalog: String,
    /// The whole judgement, where it is there.
    judged: Option<Judged>,
}

impl Outcome {
    fn of(judged: Judged) -> Self {
        let is_finding = |stored: &StoredVerdict| matches!(stored.judgement.verdict, Verdict::Fail | Verdict::Unknown);
        let in_scope = judged.frameworks.iter().flat_map(|framework| {
            let counted = framework.requirements.iter().filter(|requirement| requirement.in_scope);
            counted.map(|requirement| ((framework.id.clone(), requirement.id.clone()), requirement.status))
        });
        Self {
            findings: judged.stored().filter(is_finding).collect(),
            controls: judged.evaluation.tallies.iter().map(|(id, tally)| (id.clone(), Some(tally.status()))).collect(),
            requirements: Some(in_scope.collect()),
            evaluation: judged.root().to_string(),
            catalog: judged.record.new.catalog.to_string(),
            judged: Some(judged),
        }
    }

    /// From stored rows, where the catalog that judged is not there.
    fn stored(side: Side<'_>, own: &OwnEvaluation) -> Result<Self, PipelineError> {
        let tallies = side.database.tallies(own.id)?.into_iter().filter(|row| row.resources.is_empty());
        // Nothing counted may be "not applicable" or "nobody looked": the counts alone cannot tell.
        let status = |counts: [u64; 5]| Verdict::ALL.into_iter().zip(counts).find(|(_, number)| *number > 0).map(|(verdict, _)| verdict);
        Ok(Self {
            findings: side.database.stored_findings(own.id)?,
            controls: tallies.map(|row| (row.control, status(row.counts))).collect(),
            requirements: None,
            evaluation: own.root.to_string(),
            catalog: own.catalog.to_string(),
            judged: None,
        })
    }

    fn held(&self) -> Vec<Held<'_>> {
        let held = self.findings.iter().map(|stored| Held {
            fingerprint: &stored.fingerprint,
            judgement: &stored.judgement,
            waiver: stored.waiver.as_deref(),
        });
        held.collect()
    }
}

/// A side as its own evaluation judged it, judged again where that gives the same.
fn as_evaluated(side: Side<'_>, bench: &Bench) -> Result<(OwnEvaluation, Outcome, Option<Bench>), PipelineError> {
    let own = side.database.evaluation_of(side.snapshot.info.id)?;
    let own = own.ok_or(PipelineError::NotEvaluated(side.snapshot.info.id))?;
    let kept = if own.catalog == bench.catalog.hash { None } else { stored_bench(side.database, own.catalog)? };
    let again = match (&own.settings, kept.as_ref().or((own.catalog == bench.catalog.hash).then_some(bench))) {
        (Some(settings), Some(bench)) => Some(judge(side.snapshot, bench, settings)?).filter(|judged| judged.root() == own.root),
        _ => None,
    };
    let outcome = match again {
        Some(judged) => Outcome::of(judged),
        None => Outcome::stored(side, &own)?,
    };
    Ok((own, outcome, kept))
}

/// Compares two snapshots.
///
/// # Errors
///
/// A damaged database; with [`Judges::AsEvaluated`], a snapshot that was never evaluated.
pub fn diff(from: Side<'_>, to: Side<'_>, judges: Judges<'_>) -> Result<DiffView, PipelineError> {
    let (before, after, Change { frameworks, mut notes, .. }) = match judges {
        Judges::Today(bench, settings) => {
            let (earlier, later) = (judge(from.snapshot, bench, settings)?, judge(to.snapshot, bench, settings)?);
            let change = change(from, to, bench, settings, &later, Some(&earlier.evaluation))?;
            (Outcome::of(earlier), Outcome::of(later), change)
        }
        Judges::AsEvaluated(bench) => {
            let (own, before, _) = as_evaluated(from, bench)?;
            let (later, after, kept) = as_evaluated(to, bench)?;
            let change = match (&after.judged, &later.settings) {
                (Some(judged), Some(settings)) => {
                    let bench = kept.as_ref().unwrap_or(bench);
                    // The earlier side's own evaluation stands for the counterfactual one where both judged by the same rules.
                    let same = own.catalog == later.catalog
                        && own
                            .settings
                            .as_ref()
                            .is_some_and(|own| (&own.params, &own.workloads) == (&settings.params, &settings.workloads));
                    let replayed: Option<&Evaluation> = before.judged.as_ref().filter(|_| same).map(|judged| &judged.evaluation);
                    change(from, to, bench, settings, judged, replayed)?
                }
                _ => ends(from, to, &own, &later)?,
            };
            (before, after, change)
        }
    };
    let names = |side: Side<'_>| side.snapshot.sources.iter().map(|source| source.name.clone()).collect::<BTreeSet<_>>();
    if names(from).is_disjoint(&names(to)) {
        notes.push("the two snapshots have no source in common, so nothing can be compared: give both scans the same --name".to_owned());
    }
    if before.requirements.is_none() || after.requirements.is_none() {
        notes.push("statuses of requirements are not compared: the catalog of one evaluation is not stored".to_owned());
    }
    let (earlier, later) = (before.held(), after.held());
    let (from_look, to_look) = (Look::new(from)?, Look::new(to)?);
    let compared =
        compare(&earlier, &later, &|held| from_look.sees(to, &before.controls, held), &|held| to_look.sees(from, &after.controls, held));
    let (summary, findings) = rows(&compared);
    Ok(DiffView {
        schema: SCHEMA,
        tool: format!("Assize {}", env!("CARGO_PKG_VERSION")),
        judged: if matches!(judges, Judges::Today(..)) { "today" } else { "as_evaluated" },
        from: side(from, &before),
        to: side(to, &after),
        summary,
        findings,
        resources: resources(from, to, &from_look, &to_look),
        controls: controls(&before, &after),
        requirements: requirements(&before, &after),
        scores: frameworks.iter().map(Into::into).collect(),
        changes: frameworks,
        notes,
    })
}

/// Scores at both ends, where what lies between cannot be computed.
fn ends(from: Side<'_>, to: Side<'_>, own: &OwnEvaluation, later: &OwnEvaluation) -> Result<Change, PipelineError> {
    let (mut before, after) =
        (super::change::of_rows(&from.database.scores(own.id)?), super::change::of_rows(&to.database.scores(later.id)?));
    let frameworks = after.into_iter().map(|(framework, after)| {
        let before = before.remove(&framework).unwrap_or_default();
        let [a, b, c, d] = std::array::from_fn(|index| ScoreChange { before: before[index], after: after[index], parts: None });
        FrameworkChange { framework, configuration: [a, b], programme: [c, d] }
    });
    let note = format!("the score changes are not split: the catalog {} of the later evaluation is not stored", later.catalog.short());
    Ok(Change { frameworks: frameworks.collect(), notes: vec![note], phrases: Vec::new() })
}

/// One side, asked about what only the other one holds.
struct Look<'a> {
    references: Vec<Reference>,
    stable: BTreeSet<String>,
    sight: Sight<'a>,
}

impl<'a> Look<'a> {
    fn new(side: Side<'a>) -> Result<Self, PipelineError> {
        let references = side.database.references(side.snapshot.info.id)?;
        let stable = references.iter().map(|reference| reference.resource.stable_id().to_owned()).collect();
        Ok(Self { references, stable, sight: Sight::new(&side.snapshot.sources, &side.snapshot.reads) })
    }

    /// Whether this side could see a finding that the other one holds.
    fn sees(&self, other: Side<'_>, run: &BTreeMap<String, Option<Verdict>>, held: &Held<'_>) -> Result<(), NotSeen> {
        if !run.contains_key(&*held.judgement.control) {
            return Err(NotSeen::control(&held.judgement.control));
        }
        // What is there was judged, wherever it was read.
        if self.stable.contains(held.judgement.resource.stable_id()) {
            return Ok(());
        }
        let read = held.judgement.reads.first().and_then(|seq| read_of(other.snapshot, *seq));
        self.sight.check(&held.judgement.resource, read)
    }
}

fn side(side: Side<'_>, outcome: &Outcome) -> DiffSide {
    let info = &side.snapshot.info;
    DiffSide {
        snapshot: info.id,
        taken_at: info.taken_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        root: info.root.to_string(),
        sources: side.snapshot.sources.iter().map(|source| source.name.clone()).collect(),
        evaluation: outcome.evaluation.clone(),
        catalog: outcome.catalog.clone(),
    }
}

fn rows(compared: &[Compared<'_>]) -> (Summary, Findings) {
    let (mut summary, mut findings) = (Summary::default(), Findings::default());
    for one in compared {
        let Some(held) = one.held() else { continue };
        let (count, list): (&mut Count, &mut Vec<FindingRow>) = match one.class {
            Class::New => (&mut summary.new, &mut findings.new),
            Class::Changed => (&mut summary.changed, &mut findings.changed),
            Class::Fixed => (&mut summary.fixed, &mut findings.fixed),
            Class::Incomparable => (&mut summary.incomparable, &mut findings.incomparable),
            Class::Still => (&mut summary.still, &mut findings.still),
        };
        *(if held.judgement.verdict == Verdict::Fail { &mut count.fail } else { &mut count.unknown }) += 1;
        list.push(row(one, held));
    }
    (summary, findings)
}

fn row(one: &Compared<'_>, held: &Held<'_>) -> FindingRow {
    let state = |held: &Held<'_>| StateRow {
        verdict: held.judgement.verdict,
        observed: held.judgement.observed.as_deref().map(str::to_owned),
        expected: held.judgement.expected.to_string(),
        reason: held.judgement.reason.as_deref().map(str::to_owned),
        waiver: held.waiver.map(str::to_owned),
    };
    FindingRow {
        fingerprint: held.fingerprint.to_owned(),
        control: held.judgement.control.to_string(),
        severity: held.judgement.severity,
        resource: (&*held.judgement.resource).into(),
        from: one.from.as_ref().map(state),
        to: one.to.as_ref().map(state),
        not_seen: one.not_seen.as_ref().map(|why| NotSeenRow {
            side: if one.to.is_some() { "from" } else { "to" },
            reason: why.reason,
            words: why.words.clone(),
        }),
    }
}

fn resources(from: Side<'_>, to: Side<'_>, before: &Look<'_>, after: &Look<'_>) -> Resources {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let mut counts = Resources { before: number(before.references.len()), after: number(after.references.len()), ..Resources::default() };
    let mut open: BTreeMap<&str, Vec<&Reference>> = BTreeMap::new();
    for reference in before.references.iter().rev() {
        open.entry(reference.resource.stable_id()).or_default().push(reference);
    }
    for reference in &after.references {
        match open.get_mut(reference.resource.stable_id()).and_then(Vec::pop) {
            Some(earlier) => counts.changed += u64::from(earlier.document != reference.document),
            None if before.sight.check(&reference.resource, read_of(to.snapshot, reference.read)).is_ok() => counts.added += 1,
            None => counts.not_seen_before += 1,
        }
    }
    for reference in open.into_values().flatten() {
        match after.sight.check(&reference.resource, read_of(from.snapshot, reference.read)) {
            Ok(()) => counts.removed += 1,
            Err(_) => counts.not_seen_after += 1,
        }
    }
    counts
}

fn controls(before: &Outcome, after: &Outcome) -> Vec<ControlRow> {
    let ids: BTreeSet<&String> = before.controls.keys().chain(after.controls.keys()).collect();
    let of = |outcome: &Outcome, id: &str| outcome.controls.get(id).copied().flatten();
    let rows = ids.into_iter().map(|id| ControlRow { id: id.clone(), from: of(before, id), to: of(after, id) });
    rows.filter(|row| row.from != row.to).collect()
}

fn requirements(before: &Outcome, after: &Outcome) -> Vec<RequirementRow> {
    let (Some(before), Some(after)) = (&before.requirements, &after.requirements) else { return Vec::new() };
    let ids: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    let rows = ids.into_iter().map(|key| RequirementRow {
        framework: key.0.clone(),
        id: key.1.clone(),
        from: before.get(key).copied(),
        to: after.get(key).copied(),
    });
    rows.filter(|row| row.from != row.to).collect()
}
