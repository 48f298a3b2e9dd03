//! What a requirement's status means for a period: met, not met or not known, and which controls and attestations are behind it.

use super::{FrameworkResult, RequirementResult, Status};
use crate::catalog::{Framework, Requirement};
use crate::model::{Strength, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How an auditor of a period counts a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Seen not to be met: something that decides fails.
    NotMet,
    /// Nobody can tell: not looked at, not readable, no evidence.
    NotKnown,
    /// Shown to be met, or nothing applies after complete reads.
    Met,
}

impl Standing {
    /// The word of every machine format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotMet => "not_met",
            Self::NotKnown => "not_known",
            Self::Met => "met",
        }
    }
}

/// What is behind a status that is not met.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    /// `control`, `attestation` or `source` (a source that other scans look at and this one did not).
    pub kind: String,
    /// Control, topic or source.
    pub id: String,
    /// Its own status: a verdict, a topic's status, `not_looked_at`.
    pub status: String,
}

/// One requirement at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Its status.
    pub status: Status,
    /// What that means.
    pub standing: Standing,
    /// What is behind it; empty when met.
    pub causes: BTreeSet<Cause>,
}

impl State {
    /// What a scan that left out a source may say: nothing good.
    pub fn doubt(&mut self, source: &str) {
        if self.standing == Standing::Met {
            self.status = Status::Unknown;
            self.standing = Standing::NotKnown;
            self.causes.insert(Cause { kind: "source".to_owned(), id: source.to_owned(), status: "not_looked_at".to_owned() });
        }
    }
}

/// Every requirement of a framework, in its order.
#[must_use]
pub fn states(framework: &Framework, result: &FrameworkResult) -> Vec<State> {
    framework.requirements.iter().zip(&result.requirements).map(|(declared, found)| state(declared, found)).collect()
}

fn state(declared: &Requirement, found: &RequirementResult) -> State {
    let speakers = speakers(declared, found);
    let fails = speakers.iter().any(|(_, _, verdict)| *verdict == Verdict::Fail);
    let standing = match found.status {
        Status::Pass | Status::NotApplicable => Standing::Met,
        Status::Fail => Standing::NotMet,
        // Partial: a supporting control fails, or is unknown. Only the first was seen.
        Status::Partial if fails => Standing::NotMet,
        Status::Partial | Status::Unknown | Status::Manual | Status::NotAssessed => Standing::NotKnown,
    };
    let wanted: &[Verdict] = match found.status {
        Status::Fail => &[Verdict::Fail],
        Status::Partial if fails => &[Verdict::Fail],
        Status::Partial | Status::Unknown => &[Verdict::Unknown],
        Status::Manual => &[Verdict::Manual],
        Status::NotAssessed | Status::Pass | Status::NotApplicable => &[],
    };
    let strong = matches!(found.status, Status::Fail | Status::Unknown);
    let controls = speakers
        .into_iter()
        .filter(|(strength, _, verdict)| wanted.contains(verdict) && (!strong || *strength == Strength::Strong))
        .map(|(_, id, verdict)| Cause { kind: "control".to_owned(), id: id.to_owned(), status: verdict.as_str().to_owned() });
    let topics = found.topics.iter().filter(|topic| standing == Standing::NotKnown && topic.status == found.status).map(|topic| Cause {
        kind: "attestation".to_owned(),
        id: topic.topic.clone(),
        status: topic.status.as_str().to_owned(),
    });
    State { status: found.status, standing, causes: controls.chain(topics).collect() }
}

/// The controls that decide: of alternatives only those that are as bad as the best of them, with the strength of the heaviest.
fn speakers<'r>(declared: &'r Requirement, found: &'r RequirementResult) -> Vec<(Strength, &'r str, Verdict)> {
    let members = || declared.controls.iter().zip(&found.edges).filter(|(edge, _)| edge.strength.decides());
    let mut groups: BTreeMap<&str, (Verdict, Strength)> = BTreeMap::new();
    for (edge, result) in members() {
        let Some(name) = &edge.group else { continue };
        let best = groups.entry(name).or_insert((result.status, edge.strength));
        best.1 = best.1.min(edge.strength);
        best.0 = match (best.0, result.status) {
            (Verdict::NotApplicable, other) | (other, Verdict::NotApplicable) => other,
            (one, other) => one.max(other),
        };
    }
    members()
        .filter_map(|(edge, result)| match edge.group.as_deref().and_then(|name| groups.get(name)) {
            Some((best, strength)) => (result.status == *best).then_some((*strength, result.control.as_str(), result.status)),
            None => Some((edge.strength, result.control.as_str(), result.status)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_that_left_out_a_source_takes_back_what_is_good_and_nothing_else() {
        let state = |status, standing| State { status, standing, causes: BTreeSet::new() };
        let mut good = state(Status::Pass, Standing::Met);
        good.doubt("shop");
        assert_eq!((good.status, good.standing, good.causes.len()), (Status::Unknown, Standing::NotKnown, 1));
        let mut bad = state(Status::Fail, Standing::NotMet);
        bad.doubt("shop");
        assert_eq!(bad, state(Status::Fail, Standing::NotMet));
    }
}
