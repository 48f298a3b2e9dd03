//! Walks the staircase between two evaluations (see [`crate::posture::change`]) with counterfactual evaluations.

use super::between::{Side, between};
use super::phrases::{self, Phrases};
use super::{Bench, Judged, PipelineError};
use crate::evaluate::{Evaluation, Keep, evaluate};
use crate::model::{Interval, Percent, Settings};
use crate::posture::change::{FrameworkChange, STAGES, Scores, changes, scores};
use crate::posture::{self, Inputs};
use crate::report::view::{ChangeView, Phrase};
use crate::snapshot::{Database, OwnEvaluation, ScoreRow, Selector, Snapshot};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;

/// How the scores changed, and what the split rests on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// By framework.
    pub frameworks: Vec<FrameworkChange>,
    /// What could not be told apart, in words.
    pub notes: Vec<String>,
    /// What the notes are made of, for reports in other languages.
    pub phrases: Vec<Phrase>,
}

/// The scores of stored rows, by framework.
pub(super) fn of_rows(rows: &[ScoreRow]) -> BTreeMap<String, Scores> {
    let mut found: BTreeMap<String, Scores> = BTreeMap::new();
    for row in rows {
        let index = usize::from(row.waivers == "net") + if row.kind == "programme" { 2 } else { 0 };
        if let Some(place) = found.entry(row.framework.clone()).or_default().get_mut(index) {
            *place = Some(Interval { low: Percent(row.low), high: Percent(row.high) });
        }
    }
    found
}

/// What people decided, and the day on which it is asked.
#[derive(Clone, Copy)]
struct Decided<'a> {
    settings: &'a Settings,
    now: DateTime<Utc>,
}

/// Scores of every framework with scope, waivers and attestations each from its own side.
fn judge(
    bench: &Bench,
    evaluation: &Evaluation,
    scope: &Settings,
    waivers: Decided<'_>,
    attestations: Decided<'_>,
) -> BTreeMap<String, Scores> {
    let (_, waived) = posture::apply_waivers(&evaluation.verdicts, waivers.settings, waivers.now);
    let settings =
        Settings { scopes: scope.scopes.clone(), attestations: attestations.settings.attestations.clone(), ..Settings::default() };
    scores(&posture::frameworks(&Inputs {
        catalog: &bench.catalog,
        settings: &settings,
        tallies: &evaluation.tallies,
        slices: &evaluation.slices,
        waived: &waived,
        now: attestations.now,
    }))
}

/// How the scores changed from the own evaluation of an earlier snapshot to `judged`, which judges `to` by `bench` and `settings`.
///
/// `replayed` is the earlier snapshot judged by the same bench and parameters, where the caller has it already.
///
/// # Errors
///
/// A damaged database.
pub fn change(
    from: Side<'_>,
    to: Side<'_>,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
    replayed: Option<&Evaluation>,
) -> Result<Change, PipelineError> {
    let (mut notes, mut said) = (Vec::new(), Phrases::default());
    let own = from.database.evaluation_of(from.snapshot.info.id)?;
    let old = match &own {
        Some(OwnEvaluation { settings: Some(old), .. }) => old,
        Some(own) => {
            notes.push(said.say(phrases::unreadable_settings(own.id)));
            settings
        }
        None => {
            notes.push(said.say(phrases::never_evaluated(from.snapshot.info.id)));
            settings
        }
    };
    let fresh;
    let replayed = match replayed {
        Some(evaluation) => evaluation,
        None => {
            fresh = evaluate(from.snapshot, &bench.catalog, &bench.rules, settings, Keep::Findings)?;
            &fresh
        }
    };
    let (then, now) = (from.snapshot.info.taken_at, to.snapshot.info.taken_at);
    let (a, b) = (Decided { settings: old, now: then }, Decided { settings, now });
    let between = match between(from, to)? {
        None => None,
        Some(database) => {
            let snapshot = database.snapshot(&Selector::Latest)?;
            Some(evaluate(&snapshot, &bench.catalog, &bench.rules, settings, Keep::Findings)?)
        }
    };
    let catalog = judge(bench, replayed, old, a, a);
    let mut start = match &own {
        Some(own) => of_rows(&from.database.scores(own.id)?),
        None => BTreeMap::new(),
    };
    // A framework that the earlier evaluation was not asked for has no stored score. Under the same rules it would have had this one.
    // One that it was asked for and did not score has none.
    let same_rules = own.as_ref().is_some_and(|own| own.catalog == bench.catalog.hash && own.settings.is_some())
        && (&old.params, &old.workloads) == (&settings.params, &settings.workloads);
    let asked = |id: &String| old.frameworks.is_empty() || old.frameworks.contains(id);
    for (id, scores) in &catalog {
        if same_rules {
            start.entry(id.clone()).or_insert(*scores);
        } else if own.as_ref().is_some_and(|own| own.settings.is_some()) && asked(id) {
            start.entry(id.clone()).or_default();
        }
    }
    let mut end = judge(bench, &judged.evaluation, settings, b, b);
    end.retain(|id, _| judged.frameworks.iter().any(|framework| framework.id == *id));
    let unknown: Vec<&str> = end.keys().filter(|id| !start.contains_key(*id)).map(String::as_str).collect();
    if own.is_some() && !unknown.is_empty() {
        notes.push(said.say(phrases::no_score(&unknown.join(", "))));
    }
    let stages: [BTreeMap<String, Scores>; STAGES] = [
        start,
        catalog,
        judge(bench, replayed, settings, a, a),
        judge(bench, replayed, settings, b, a),
        judge(bench, replayed, settings, b, b),
        judge(bench, between.as_ref().unwrap_or(replayed), settings, b, b),
        end,
    ];
    Ok(Change { frameworks: changes(&stages), notes, phrases: said.into_list() })
}

/// How the scores changed since the evaluated snapshot before, for reports, and what its notes are made of.
pub(super) fn since_previous(
    database: &Database,
    snapshot: &Snapshot<'_>,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
) -> Result<Option<(ChangeView, Vec<Phrase>)>, PipelineError> {
    let Some(previous) = database.previous(snapshot, true)? else { return Ok(None) };
    let from = database.snapshot(&Selector::Id(previous))?;
    let found = change(Side { database, snapshot: &from }, Side { database, snapshot }, bench, settings, judged, None)?;
    let taken_at = from.info.taken_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(Some((ChangeView { snapshot: previous, taken_at, frameworks: found.frameworks, notes: found.notes }, found.phrases)))
}
