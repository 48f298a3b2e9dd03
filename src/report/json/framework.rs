//! A framework and its requirements in the JSON report.

use super::{Score, score};
use crate::posture::Status;
use crate::report::view;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Framework<'a> {
    id: &'a str,
    title: &'a str,
    edition: &'a str,
    configuration: Option<Score>,
    programme: Option<Score>,
    configuration_net: Option<Score>,
    programme_net: Option<Score>,
    coverage: Option<f64>,
    assessed: u64,
    in_scope: u64,
    statuses: &'a BTreeMap<String, u64>,
    requirements: Vec<Requirement<'a>>,
}

#[derive(Serialize)]
pub(super) struct Requirement<'a> {
    id: &'a str,
    title: &'a str,
    parent: Option<&'a str>,
    level: &'a str,
    evidence: &'a str,
    in_scope: bool,
    excluded: Option<&'a str>,
    status: &'static str,
    automated: Option<&'static str>,
    attested: Option<&'static str>,
    score: Option<Score>,
    controls: Vec<Edge<'a>>,
    attestations: Vec<Topic<'a>>,
}

#[derive(Serialize)]
pub(super) struct Edge<'a> {
    id: &'a str,
    strength: &'static str,
    group: Option<&'a str>,
    status: &'static str,
    score: Option<Score>,
    pass: u64,
    fail: u64,
    unknown: u64,
}

#[derive(Serialize)]
pub(super) struct Topic<'a> {
    topic: &'a str,
    valid_days: u64,
    status: &'static str,
    evidence: Option<&'a str>,
}

impl<'a> Framework<'a> {
    pub(super) fn of(framework: &'a view::FrameworkView) -> Self {
        Self {
            id: &framework.id,
            title: &framework.title,
            edition: &framework.edition,
            configuration: score(framework.configuration.gross),
            programme: score(framework.programme.gross),
            configuration_net: score(framework.configuration.net),
            programme_net: score(framework.programme.net),
            coverage: framework.coverage.map(|percent| percent.0),
            assessed: framework.assessed,
            in_scope: framework.in_scope,
            statuses: &framework.statuses,
            requirements: framework.requirements.iter().map(Requirement::of).collect(),
        }
    }
}

impl<'a> Requirement<'a> {
    pub(super) fn of(requirement: &'a view::RequirementView) -> Self {
        Self {
            id: &requirement.id,
            title: &requirement.title,
            parent: requirement.parent.as_deref(),
            level: &requirement.level,
            evidence: &requirement.evidence,
            in_scope: requirement.in_scope,
            excluded: requirement.excluded.as_deref(),
            status: requirement.status.as_str(),
            automated: requirement.automated.map(Status::as_str),
            attested: requirement.attested.map(Status::as_str),
            score: score(requirement.score),
            controls: requirement
                .controls
                .iter()
                .map(|edge| Edge {
                    id: &edge.control,
                    strength: edge.strength.as_str(),
                    group: edge.group.as_deref(),
                    status: edge.status.as_str(),
                    score: score(edge.score),
                    pass: edge.pass,
                    fail: edge.fail,
                    unknown: edge.unknown,
                })
                .collect(),
            attestations: requirement
                .attestations
                .iter()
                .map(|topic| Topic {
                    topic: &topic.topic,
                    valid_days: topic.valid_days,
                    status: topic.status.as_str(),
                    evidence: topic.evidence.as_deref(),
                })
                .collect(),
        }
    }
}
