//! The lists of the JSON report: controls, findings, decisions, reads.

use super::{Score, score};
use crate::report::view;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Control<'a> {
    id: &'a str,
    title: &'a str,
    severity: &'static str,
    source: &'a str,
    kinds: &'a [String],
    status: &'static str,
    pass: u64,
    fail: u64,
    unknown: u64,
    manual: u64,
    not_applicable: u64,
    waived: u64,
    area: &'a str,
    expected: &'a str,
    rationale: &'a str,
    remediation: &'a str,
    references: &'a [String],
    expressions: &'a [String],
    params: Vec<Param<'a>>,
    requirements: Vec<Bearing<'a>>,
}

/// A parameter in force.
#[derive(Serialize)]
pub(super) struct Param<'a> {
    name: &'a str,
    value: &'a str,
    default: bool,
}

/// A requirement that a control bears on.
#[derive(Serialize)]
pub(super) struct Bearing<'a> {
    framework: &'a str,
    requirement: &'a str,
    strength: &'static str,
}

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    number: u64,
    fingerprint: &'a str,
    control: &'a str,
    title: &'a str,
    verdict: &'static str,
    severity: &'static str,
    resource: Resource<'a>,
    observed: Option<&'a str>,
    expected: &'a str,
    reason: Option<&'a str>,
    /// Whether a valid waiver accepts it; `waiver` names it.
    waived: bool,
    waiver: Option<&'a str>,
    first_seen: Option<&'a str>,
    last_seen: Option<&'a str>,
    /// How often it came back after it was resolved, and when last.
    reopened: u64,
    reopened_at: Option<&'a str>,
    reads: &'a [i64],
}

#[derive(Serialize)]
pub(super) struct Resource<'a> {
    source: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    id: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Waiver<'a> {
    id: &'a str,
    control: &'a str,
    resources: &'a str,
    owner: &'a str,
    approver: &'a str,
    reason: &'a str,
    expires: &'a str,
    matches: u64,
    state: &'a str,
}

#[derive(Serialize)]
pub(super) struct Attestation<'a> {
    topic: &'a str,
    owner: &'a str,
    performed_at: &'a str,
    valid_until: Option<&'a str>,
    file: Option<&'a str>,
    hash: Option<&'a str>,
    note: Option<&'a str>,
    state: &'a str,
}

#[derive(Serialize)]
pub(super) struct Exclusion<'a> {
    pub framework: &'a str,
    pub requirement: &'a str,
    pub reason: &'a str,
}

#[derive(Serialize)]
pub(super) struct Unread<'a> {
    seq: i64,
    resource: &'a str,
    source: &'a str,
    what: &'a str,
    why: &'a str,
    leaves_open: &'a str,
    next: &'a str,
}

#[derive(Serialize)]
pub(super) struct Read<'a> {
    seq: i64,
    source: &'a str,
    operation: &'a str,
    parameters: &'a str,
    identity: &'a str,
    outcome: &'static str,
    error: Option<&'a str>,
    items: u64,
    pages: u64,
    started_at: &'a str,
    ended_at: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct TrendPoint<'a> {
    snapshot: i64,
    taken_at: &'a str,
    fail: u64,
    unknown: u64,
    frameworks: Vec<TrendScore<'a>>,
}

#[derive(Serialize)]
pub(super) struct TrendScore<'a> {
    id: &'a str,
    configuration: Option<Score>,
    programme: Option<Score>,
}

#[derive(Serialize)]
pub(super) struct Redaction<'a> {
    pub class: &'a str,
    pub values: u64,
}

impl<'a> Control<'a> {
    pub(super) fn of(control: &'a view::ControlView) -> Self {
        Self {
            id: &control.id,
            title: &control.title,
            severity: control.severity.as_str(),
            source: &control.source,
            kinds: &control.kinds,
            status: control.status.as_str(),
            pass: control.pass,
            fail: control.fail,
            unknown: control.unknown,
            manual: control.manual,
            not_applicable: control.not_applicable,
            waived: control.waived,
            area: &control.area,
            expected: &control.expected,
            rationale: &control.rationale,
            remediation: &control.remediation,
            references: &control.references,
            expressions: &control.expressions,
            params: control.params.iter().map(|(name, value, default)| Param { name, value, default: *default }).collect(),
            requirements: control
                .requirements
                .iter()
                .map(|(framework, requirement, strength)| Bearing { framework, requirement, strength: strength.as_str() })
                .collect(),
        }
    }
}

impl<'a> Finding<'a> {
    pub(super) fn of(finding: &'a view::FindingView) -> Self {
        Self {
            number: finding.number,
            fingerprint: &finding.fingerprint,
            control: &finding.control,
            title: &finding.title,
            verdict: finding.verdict.as_str(),
            severity: finding.severity.as_str(),
            resource: Resource {
                source: &finding.source,
                kind: &finding.kind,
                namespace: &finding.namespace,
                name: &finding.name,
                id: &finding.resource,
                file: finding.file.as_deref(),
                line: finding.line,
            },
            observed: finding.observed.as_deref(),
            expected: &finding.expected,
            reason: finding.reason.as_deref(),
            waived: finding.waiver.is_some(),
            waiver: finding.waiver.as_deref(),
            first_seen: finding.first_seen.as_deref(),
            last_seen: finding.last_seen.as_deref(),
            reopened: u64::try_from(finding.reopened.len()).unwrap_or(u64::MAX),
            reopened_at: finding.reopened.last().map(String::as_str),
            reads: &finding.reads,
        }
    }
}

impl<'a> Waiver<'a> {
    pub(super) fn of(waiver: &'a view::WaiverView) -> Self {
        Self {
            id: &waiver.id,
            control: &waiver.control,
            resources: &waiver.resources,
            owner: &waiver.owner,
            approver: &waiver.approver,
            reason: &waiver.reason,
            expires: &waiver.expires,
            matches: waiver.matches,
            state: &waiver.state,
        }
    }
}

impl<'a> Attestation<'a> {
    pub(super) fn of(attestation: &'a view::AttestationView) -> Self {
        Self {
            topic: &attestation.topic,
            owner: &attestation.owner,
            performed_at: &attestation.performed_at,
            valid_until: attestation.valid_until.as_deref(),
            file: attestation.file.as_deref(),
            hash: attestation.hash.as_deref(),
            note: attestation.note.as_deref(),
            state: &attestation.state,
        }
    }
}

impl<'a> Unread<'a> {
    pub(super) fn of(unread: &'a view::UnreadView) -> Self {
        Self {
            seq: unread.seq,
            resource: &unread.resource,
            source: &unread.source,
            what: &unread.what,
            why: &unread.why,
            leaves_open: &unread.leaves_open,
            next: &unread.next,
        }
    }
}

impl<'a> Read<'a> {
    pub(super) fn of(read: &'a view::LedgerView) -> Self {
        Self {
            seq: read.seq,
            source: &read.source,
            operation: &read.operation,
            parameters: &read.parameters,
            identity: &read.identity,
            outcome: read.outcome.as_str(),
            error: read.error.as_deref(),
            items: read.items,
            pages: read.pages,
            started_at: &read.started_at,
            ended_at: &read.ended_at,
            file: read.file.as_deref(),
            line: read.line,
        }
    }
}

impl<'a> TrendPoint<'a> {
    pub(super) fn of(point: &'a view::TrendPoint) -> Self {
        Self {
            snapshot: point.snapshot,
            taken_at: &point.taken_at,
            fail: point.fail,
            unknown: point.unknown,
            frameworks: point
                .scores
                .iter()
                .map(|(id, scores)| TrendScore { id, configuration: score(scores.configuration), programme: score(scores.programme) })
                .collect(),
        }
    }
}
