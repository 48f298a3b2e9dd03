//! Human evidence: does it still count?

use super::Status;
use crate::catalog::{Catalog, Topicality};
use crate::model::{Attestation, Settings};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// One topic under one requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicResult {
    /// The topic.
    pub topic: String,
    /// Days it counts here.
    pub valid_days: i64,
    /// `Pass`: valid. `Unknown`: expired, or its file could not be read or was changed. `Manual`: nobody gave any.
    pub status: Status,
    /// The attestation that speaks, if there is one, and its last day here.
    pub evidence: Option<(Attestation, NaiveDate)>,
}

/// One attestation as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationResult {
    /// As the user wrote it.
    pub attestation: Attestation,
    /// `valid`, `expired`, `unreadable`, `changed` (the file is not the one that was attested) or `unused` (no requirement asks for the
    /// topic).
    pub state: &'static str,
    /// The last day on which it counts, by the topic's usual validity.
    pub until: NaiveDate,
}

/// The last day on which an attestation counts, when it may be at most so many days old.
pub(super) fn last_day(attestation: &Attestation, valid_days: i64) -> NaiveDate {
    let days = Days::new(u64::try_from(valid_days).unwrap_or(0));
    let limit = attestation.performed_at.checked_add_days(days).unwrap_or(NaiveDate::MAX);
    attestation.valid_until.map_or(limit, |until| until.min(limit))
}

/// What is known about a topic on the day of the snapshot. Of several attestations the one that counts longest speaks; one that is dated
/// after the snapshot did not exist then.
pub(super) fn topic(edge: &Topicality, settings: &Settings, now: DateTime<Utc>) -> TopicResult {
    let today = now.date_naive();
    let given = settings.attestations.iter().filter(|a| a.topic == edge.topic.value && a.performed_at <= today);
    let best = given.max_by_key(|a| (a.is_intact(), last_day(a, edge.valid_days)));
    let status = match best {
        None => Status::Manual,
        Some(a) if a.is_intact() && last_day(a, edge.valid_days) >= today => Status::Pass,
        Some(_) => Status::Unknown,
    };
    let evidence = best.map(|a| (a.clone(), last_day(a, edge.valid_days)));
    TopicResult { topic: edge.topic.value.clone(), valid_days: edge.valid_days, status, evidence }
}

fn usual_days(catalog: &Catalog, attestation: &Attestation) -> i64 {
    catalog.topics.get(&attestation.topic).map_or(0, |topic| topic.valid_days)
}

/// Every attestation given, with its state by the topic's usual validity.
#[must_use]
pub fn attestations(catalog: &Catalog, settings: &Settings, now: DateTime<Utc>) -> Vec<AttestationResult> {
    let asked = |topic: &str| {
        catalog.frameworks.values().flat_map(|f| &f.requirements).flat_map(|r| &r.attestations).any(|a| a.topic.value == topic)
    };
    let state = |attestation: &Attestation| {
        if !asked(&attestation.topic) {
            "unused"
        } else if !attestation.is_intact() {
            if attestation.hash.is_some() { "changed" } else { "unreadable" }
        } else if last_day(attestation, usual_days(catalog, attestation)) < now.date_naive() {
            "expired"
        } else {
            "valid"
        }
    };
    let until = |a: &Attestation| last_day(a, usual_days(catalog, a));
    settings.attestations.iter().map(|a| AttestationResult { attestation: a.clone(), state: state(a), until: until(a) }).collect()
}
