//! The rows of a period report: scans, waivers, attestations, stretches of time, as the view has them.

use super::{Bench, Said, Span, exceptions, score};
use crate::model::about_in_words;
use crate::report::period::view::{AttestationPeriod, ScanView, SpanView, WaiverPeriod};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;

pub(super) fn scan(said: &Said<'_>) -> ScanView {
    let hides = said.reads.iter().filter(|read| read.hides()).count();
    ScanView {
        snapshot: said.info.id,
        taken_at: rfc3339(said.info.taken_at),
        root: said.info.root.to_string(),
        previous_root: said.info.previous_root.map(|root| root.to_string()),
        resources: said.info.resources,
        incomplete: u64::try_from(hides).unwrap_or(u64::MAX),
        judged: said.judged.to_owned(),
        evaluation: said.stored.map(|one| one.root.to_string()),
        catalog: said.catalog.clone(),
        left_out: said.left_out.clone(),
    }
}

pub(super) fn waiver(span: exceptions::WaiverSpan, accepted: &BTreeMap<String, u64>) -> WaiverPeriod {
    let waiver = span.waiver;
    WaiverPeriod {
        accepted: accepted.get(&waiver.id).copied().unwrap_or(0),
        id: waiver.id,
        control: waiver.control,
        resources: waiver.resources,
        owner: waiver.owner,
        approver: waiver.approver,
        reason: waiver.reason,
        expires: waiver.expires.to_string(),
        first_recorded: span.recorded.map(|(first, _)| rfc3339(first)),
        last_recorded: span.recorded.map(|(_, last)| rfc3339(last)),
        in_force: span.in_force.as_ref().map(span_view),
        state: span.state.to_owned(),
    }
}

pub(super) fn attestation(bench: &Bench, span: exceptions::AttestationSpan, period: &Span) -> AttestationPeriod {
    let given = span.attestation;
    AttestationPeriod {
        description: bench.catalog.topics.get(&given.topic).map(|topic| topic.description.clone()).unwrap_or_default(),
        topic: given.topic,
        owner: given.owner,
        performed_at: given.performed_at.to_string(),
        file: given.file,
        hash: given.hash.map(|hash| hash.to_string()),
        share: score::kept(span.valid.map_or(0, |valid| valid.seconds()), period.seconds()),
        valid: span.valid.as_ref().map(span_view),
        state: span.state.to_owned(),
        given_today: span.given_today,
    }
}

pub(super) fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn span_view(span: &Span) -> SpanView {
    SpanView { from: rfc3339(span.from), until: rfc3339(span.until), seconds: span.seconds(), length: about_in_words(span.seconds()) }
}
