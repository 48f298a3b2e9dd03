//! Accepted risks: which failures a valid waiver covers. A waiver changes no verdict; it makes the difference between gross and net.

use crate::model::{Judgement, Settings, Verdict, Waiver, WaiverLimits};
use chrono::{DateTime, Utc};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A waiver and what it does in this snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverResult {
    /// As the user wrote it.
    pub waiver: Waiver,
    /// Failures it accepts. An expired one accepts none.
    pub matches: u64,
    /// `valid`, `too_broad` (it counts, and somebody should narrow it), `unused`, `expired` or `not_yet`.
    pub state: &'static str,
    /// Why it is too broad, in words.
    pub note: Option<String>,
}

/// Which failures are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waived {
    /// For each verdict given, the id of the waiver that accepts it.
    pub by_verdict: Vec<Option<Arc<str>>>,
    /// Accepted failures per control.
    pub per_control: BTreeMap<String, u64>,
}

/// Matches waivers with verdicts. Only a `fail` can be accepted: what nobody saw cannot (law 1). The first waiver that matches counts.
#[must_use]
pub fn apply(verdicts: &[Arc<Judgement>], settings: &Settings, now: DateTime<Utc>) -> (Vec<WaiverResult>, Waived) {
    let mut results: Vec<(WaiverResult, Option<GlobMatcher>)> = settings
        .waivers
        .iter()
        .map(|waiver| {
            let valid = Settings::is_waiver_valid(waiver, now);
            let matcher = GlobBuilder::new(&waiver.resources).build().ok().filter(|_| valid).map(|glob| glob.compile_matcher());
            let state = match valid {
                true => "unused",
                false if waiver.expires < now.date_naive() => "expired",
                false => "not_yet",
            };
            (WaiverResult { waiver: waiver.clone(), matches: 0, state, note: None }, matcher)
        })
        .collect();
    let mut waived = Waived { by_verdict: Vec::with_capacity(verdicts.len()), ..Waived::default() };
    for judgement in verdicts {
        let accepted = (judgement.verdict == Verdict::Fail)
            .then(|| {
                results.iter_mut().find(|(result, matcher)| {
                    *result.waiver.control == *judgement.control && matcher.as_ref().is_some_and(|matcher| covers(matcher, judgement))
                })
            })
            .flatten();
        waived.by_verdict.push(accepted.map(|(result, _)| {
            result.matches += 1;
            result.state = "valid";
            *waived.per_control.entry(judgement.control.to_string()).or_insert(0) += 1;
            result.waiver.id.as_str().into()
        }));
    }
    let sources: BTreeSet<&str> = verdicts.iter().map(|judgement| judgement.resource.source.as_str()).collect();
    for (result, matcher) in &mut results {
        let Some(matcher) = matcher else { continue };
        result.note = too_broad(result, matcher, &sources, settings.waiver_limits);
        if result.note.is_some() {
            result.state = "too_broad";
        }
    }
    (results.into_iter().map(|(result, _)| result).collect(), waived)
}

/// Stands for a name that no pattern can have meant.
const ANY: &str = "\u{1}";

/// Why a waiver accepts more than anybody can have looked at: its pattern names nothing but a source, so that it accepts whatever comes;
/// or it accepts more failures than the settings allow.
fn too_broad(result: &WaiverResult, matcher: &GlobMatcher, sources: &BTreeSet<&str>, limits: WaiverLimits) -> Option<String> {
    if matcher.is_match(format!("{ANY}/{ANY}")) {
        return Some("its pattern matches every resource".to_owned());
    }
    if let Some(source) = sources.iter().find(|source| matcher.is_match(format!("{source}/{ANY}/{ANY}/{ANY}/{ANY}"))) {
        return Some(format!("its pattern matches every resource of {source}"));
    }
    let (found, most) = (result.matches, limits.max_resources);
    (found > most).then(|| format!("it accepts {found} failures of one control, more than {most}"))
}

/// A glob speaks of the resource's id, or of `namespace/name` (`name` alone where there is no namespace).
fn covers(matcher: &GlobMatcher, judgement: &Judgement) -> bool {
    let resource = &judgement.resource;
    let short = if resource.namespace.is_empty() { resource.name.clone() } else { format!("{}/{}", resource.namespace, resource.name) };
    matcher.is_match(&resource.id) || matcher.is_match(&short)
}
