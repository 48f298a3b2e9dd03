//! Requirements as findings, controls with findings as risks.

use super::ids::{line, prop};
use super::observations::{Keys, observation_id};
use super::results::Scene;
use crate::model::Verdict;
use crate::posture::Status;
use crate::report::sparse::without_empty;
use crate::report::view::{ControlView, FrameworkView, RequirementView};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A finding for each requirement in scope.
pub(super) fn all(scene: &Scene<'_>) -> Vec<Value> {
    let open: BTreeSet<&str> = scene.view.findings.iter().map(|finding| finding.control.as_str()).collect();
    let requirements = scene.view.frameworks.iter().flat_map(|framework| {
        let counted = framework.requirements.iter().filter(|requirement| requirement.in_scope && requirement.level == "requirement");
        counted.map(move |requirement| (framework, requirement))
    });
    requirements.map(|(framework, requirement)| finding(scene, framework, requirement, &open)).collect()
}

fn finding(scene: &Scene<'_>, framework: &FrameworkView, requirement: &RequirementView, open: &BTreeSet<&str>) -> Value {
    let token = scene.tokens.get(framework, requirement);
    // Law 1: nothing but a pass is satisfied.
    let (state, reason) = match requirement.status {
        Status::Pass => ("satisfied", "pass"),
        Status::Fail | Status::Partial => ("not-satisfied", "fail"),
        _ => ("not-satisfied", "other"),
    };
    let part = |name: &str, status: Option<Status>| status.map(|status| prop(name, status.as_str()));
    let mut props = vec![
        prop("framework", &framework.id),
        prop("requirement", &requirement.id),
        prop("status", requirement.status.as_str()),
        prop("evidence", &requirement.evidence),
    ];
    props.extend(part("automated", requirement.automated).into_iter().chain(part("attested", requirement.attested)));
    if let Some(score) = requirement.score {
        props.push(prop("score-low", &format!("{:.1}", score.low.0)));
        props.push(prop("score-high", &format!("{:.1}", score.high.0)));
    }
    let edges: BTreeSet<&str> = requirement.controls.iter().map(|edge| edge.control.as_str()).collect();
    let known = |id: &&&str| scene.index.control(id).is_some();
    let observed = edges.iter().filter(known).map(|id| json!({"observation-uuid": scene.ids.of("observation", &format!("control {id}"))}));
    let risks = edges.iter().filter(|id| open.contains(**id)).map(|id| json!({"risk-uuid": risk_id(scene, id)}));
    let why: Vec<String> = requirement
        .controls
        .iter()
        .map(|edge| format!("- {} ({}, {}): {}", line(&edge.control), edge.strength.as_str(), edge.status, line(&edge.why)))
        .collect();
    let topics = requirement.attestations.iter().map(|topic| {
        let given = topic.evidence.as_deref().unwrap_or("no evidence was given");
        format!("- {} ({}): {}", line(&topic.description), topic.status.as_str(), line(given))
    });
    let why: Vec<String> = why.into_iter().chain(topics).collect();
    without_empty(json!({
        "uuid": scene.ids.of("finding", token),
        "title": line(&format!("{} {}: {}", framework.title, requirement.id, requirement.status.as_str().replace('_', " "))),
        "description": line(&requirement.title),
        "props": props,
        "origins": [scene.origin()],
        "target": {
            "type": "objective-id",
            "target-id": token,
            "title": line(&requirement.title),
            "status": {"state": state, "reason": reason, "remarks": line(requirement.status.as_str())},
            "implementation-status": (requirement.status == Status::NotApplicable).then(|| json!({"state": "not-applicable"})),
        },
        "related-observations": observed.collect::<Vec<_>>(),
        "related-risks": risks.collect::<Vec<_>>(),
        "remarks": Some(why.join("\n")).filter(|text| !text.is_empty()),
    }))
}

fn risk_id(scene: &Scene<'_>, control: &str) -> String {
    scene.ids.of("risk", control)
}

/// A risk for each control that has findings.
pub(super) fn risks(scene: &Scene<'_>, keys: &Keys) -> Vec<Value> {
    #[derive(Default)]
    struct Open<'a> {
        observations: Vec<Value>,
        waivers: BTreeSet<&'a str>,
        failing: bool,
        accepted: bool,
        title: &'a str,
        severity: &'a str,
    }
    let mut open: BTreeMap<&str, Open<'_>> = BTreeMap::new();
    for (finding, key) in keys.with(scene.view) {
        let entry = open.entry(&finding.control).or_insert_with(|| Open { accepted: true, ..Open::default() });
        entry.observations.push(json!({"observation-uuid": observation_id(scene, key)}));
        entry.waivers.extend(finding.waiver.as_deref());
        entry.failing |= finding.verdict == Verdict::Fail;
        entry.accepted &= finding.waiver.is_some();
        (entry.title, entry.severity) = (&finding.title, finding.severity.as_str());
    }
    let risk = |(id, open): (&str, Open<'_>)| {
        let control = scene.index.control(id);
        // Accepted only if a waiver accepts every one of them; what is not known to fail is still to be looked into.
        let status = match (open.accepted, open.failing) {
            (true, _) => "deviation-approved",
            (false, true) => "open",
            (false, false) => "investigating",
        };
        let waivers = scene.view.waivers.iter().filter(|waiver| open.waivers.contains(waiver.id.as_str()));
        let accepted = waivers.map(|waiver| {
            json!({
                "uuid": scene.ids.of("mitigating-factor", &format!("{id} {}", waiver.id)),
                "description": line(&format!(
                    "Waiver {}: {} Owner: {}. Accepted by {} until {}.", waiver.id, waiver.reason, waiver.owner, waiver.approver, waiver.expires
                )),
            })
        });
        without_empty(json!({
            "uuid": risk_id(scene, id),
            "title": line(&format!("Not proved: {}", open.title)),
            "description": line(&format!("{} of {id}: {}", open.observations.len(), control.map_or(open.title, |control| &control.expected))),
            "statement": line(control.map_or(open.title, |control| &control.rationale)),
            "props": [prop("control", id), prop("severity", open.severity)],
            "status": status,
            "origins": [scene.origin()],
            "mitigating-factors": accepted.collect::<Vec<_>>(),
            "remediations": control.map(|control| vec![remediation(scene, control)]),
            "related-observations": open.observations,
        }))
    };
    open.into_iter().map(risk).collect()
}

fn remediation(scene: &Scene<'_>, control: &ControlView) -> Value {
    let links = control.references.iter().filter(|link| link.starts_with("https://"));
    without_empty(json!({
        "uuid": scene.ids.of("remediation", &control.id),
        "lifecycle": "recommendation",
        "title": line(&control.title),
        "description": line(&control.remediation),
        "links": links.map(|link| json!({"href": link, "rel": "reference"})).collect::<Vec<_>>(),
    }))
}
