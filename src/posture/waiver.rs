//! Accepted risks: which failures a valid waiver covers. A waiver changes no verdict; it makes the difference between gross and net.

use crate::model::{Judgement, Settings, Verdict, Waiver};
use chrono::{DateTime, Utc};
use globset::{GlobBuilder, GlobMatcher};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A waiver and what it does in this snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverResult {
    /// As the user wrote it.
    pub waiver: Waiver,
    /// Failures it accepts. An expired one accepts none.
    pub matches: u64,
    /// `valid`, `expired` or `unused`.
    pub state: &'static str,
}

/// Which failures are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waived {
    /// For each verdict given, the id of the waiver that accepts it.
    pub by_verdict: Vec<Option<String>>,
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
            (WaiverResult { waiver: waiver.clone(), matches: 0, state: if valid { "unused" } else { "expired" } }, matcher)
        })
        .collect();
    let mut waived = Waived::default();
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
            result.waiver.id.clone()
        }));
    }
    (results.into_iter().map(|(result, _)| result).collect(), waived)
}

/// A glob speaks of the resource's id, or of `namespace/name` (`name` alone where there is no namespace).
fn covers(matcher: &GlobMatcher, judgement: &Judgement) -> bool {
    let resource = &judgement.resource;
    let short = if resource.namespace.is_empty() { resource.name.clone() } else { format!("{}/{}", resource.namespace, resource.name) };
    matcher.is_match(&resource.id) || matcher.is_match(&short)
}
