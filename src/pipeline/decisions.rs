//! What people decided, looked at on a given day: waivers with what they accept, attestations with what is missing.

use super::{Bench, PipelineError};
use crate::evaluate::Keep;
use crate::model::{Attestation, Judgement, Settings, Waiver};
use crate::posture::{self, Inputs, Status, Waived, WaiverResult};
use crate::snapshot::Snapshot;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A waiver and the failures it accepts.
#[derive(Debug, Clone)]
pub struct WaiverReview {
    /// As the user wrote it.
    pub waiver: Waiver,
    /// See [`WaiverResult::state`].
    pub state: &'static str,
    /// Why it is too broad.
    pub note: Option<String>,
    /// Failures of the snapshot that it accepts.
    pub accepts: Vec<Arc<Judgement>>,
}

/// Every waiver on a day, over the failures of a snapshot. The day need not be the snapshot's: a waiver expires without a scan.
///
/// # Errors
///
/// A damaged database.
pub fn review_waivers(
    snapshot: &Snapshot<'_>,
    bench: &Bench,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<Vec<WaiverReview>, PipelineError> {
    let evaluation = crate::evaluate::evaluate(snapshot, &bench.catalog, &bench.rules, settings, Keep::Findings)?;
    let (results, waived) = posture::apply_waivers(&evaluation.verdicts, settings, now);
    let mut accepted: BTreeMap<(String, String), Vec<Arc<Judgement>>> = BTreeMap::new();
    for (judgement, waiver) in evaluation.verdicts.iter().zip(&waived.by_verdict) {
        if let Some(id) = waiver {
            accepted.entry((id.to_string(), judgement.control.to_string())).or_default().push(judgement.clone());
        }
    }
    let reviews = results.into_iter().map(|WaiverResult { waiver, state, note, .. }| {
        let accepts = accepted.remove(&(waiver.id.clone(), waiver.control.clone())).unwrap_or_default();
        WaiverReview { waiver, state, note, accepts }
    });
    Ok(reviews.collect())
}

/// An attestation on a day.
#[derive(Debug, Clone)]
pub struct AttestationReview {
    /// As the user wrote it.
    pub attestation: Attestation,
    /// What the evidence is.
    pub description: String,
    /// See [`posture::AttestationResult::state`].
    pub state: &'static str,
    /// The last day on which it counts, by the topic's usual validity.
    pub until: NaiveDate,
    /// Whether an attestation of the same topic that counts longer makes up for it.
    pub superseded: bool,
}

/// A topic that requirements in scope ask for, and that nothing valid answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenTopic {
    /// The framework.
    pub framework: String,
    /// The topic.
    pub topic: String,
    /// What the evidence is.
    pub description: String,
    /// Whether somebody gave evidence that no longer counts; `false`: nobody ever did.
    pub given: bool,
    /// The requirements.
    pub requirements: Vec<String>,
}

/// Every attestation on a day, and the topics left open, by framework. Only frameworks that the settings ask for, only what is in scope.
#[must_use]
pub fn review_attestations(bench: &Bench, settings: &Settings, now: DateTime<Utc>) -> (Vec<AttestationReview>, Vec<OpenTopic>) {
    let results = posture::attestations(&bench.catalog, settings, now);
    let longest = |topic: &str| results.iter().filter(|r| r.attestation.topic == topic && r.state == "valid").map(|r| r.until).max();
    let reviews = results.iter().map(|result| AttestationReview {
        description: bench.catalog.topics.get(&result.attestation.topic).map(|topic| topic.description.clone()).unwrap_or_default(),
        state: result.state,
        until: result.until,
        superseded: longest(&result.attestation.topic).is_some_and(|until| until > result.until),
        attestation: result.attestation.clone(),
    });
    let nothing = (BTreeMap::new(), BTreeMap::new(), Waived::default());
    let inputs = Inputs { catalog: &bench.catalog, settings, tallies: &nothing.0, slices: &nothing.1, waived: &nothing.2, now };
    let mut open: BTreeMap<(String, String), OpenTopic> = BTreeMap::new();
    for framework in posture::frameworks(&inputs) {
        for requirement in framework.requirements.iter().filter(|requirement| requirement.in_scope) {
            for topic in requirement.topics.iter().filter(|topic| topic.status != Status::Pass) {
                let entry = open.entry((framework.id.clone(), topic.topic.clone())).or_insert_with(|| OpenTopic {
                    framework: framework.id.clone(),
                    topic: topic.topic.clone(),
                    description: bench.catalog.topics.get(&topic.topic).map(|topic| topic.description.clone()).unwrap_or_default(),
                    given: topic.evidence.is_some(),
                    requirements: Vec::new(),
                });
                entry.requirements.push(requirement.id.clone());
            }
        }
    }
    (reviews.collect(), open.into_values().collect())
}
