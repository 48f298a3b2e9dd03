//! What was seen: findings, tallies of controls, incomplete reads and people's evidence as observations; the ledger as the log.

use super::ids::{line, prop, string};
use super::results::Scene;
use crate::model::{Outcome, Verdict};
use crate::report::index::Occurrences;
use crate::report::sparse::without_empty;
use crate::report::unread::told;
use crate::report::view::{AttestationView, ControlView, FindingView, LedgerView, ReportView, UnreadView};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A key for each finding, in the view's order: its fingerprint, and a number where several share it.
pub(super) struct Keys(Vec<String>);

impl Keys {
    pub(super) fn of(view: &ReportView) -> Self {
        let mut occurrences = Occurrences::default();
        let key = |finding: &FindingView| finding.fingerprint.clone();
        let keys = view.findings.iter().map(|finding| match occurrences.next(&finding.fingerprint) {
            1 => key(finding),
            number => format!("{} {number}", key(finding)),
        });
        Self(keys.collect())
    }

    /// Every finding of the view with its key.
    pub(super) fn with<'a>(&'a self, view: &'a ReportView) -> impl Iterator<Item = (&'a FindingView, &'a str)> {
        view.findings.iter().zip(self.0.iter().map(String::as_str))
    }
}

/// Every observation.
pub(super) fn all<'a>(scene: &'a Scene<'a>, keys: &'a Keys) -> impl Iterator<Item = Value> + 'a {
    let view = scene.view;
    let unread: BTreeMap<i64, &UnreadView> = view.unread.iter().map(|unread| (unread.seq, unread)).collect();
    let tallies = view.controls.iter().map(|control| tally(scene, control));
    let findings = keys.with(view).map(|(finding, key)| of_finding(scene, finding, key));
    let incomplete = view.ledger.iter().filter(|read| !read.outcome.is_complete());
    let reads = incomplete.map(move |read| of_read(scene, read, unread.get(&read.seq).copied()));
    let people = view.attestations.iter().zip(0_usize..).map(|(given, at)| of_attestation(scene, given, at));
    let none = (view.controls.is_empty() && view.findings.is_empty() && view.ledger.is_empty()).then(|| nothing(scene));
    tallies.chain(findings).chain(reads).chain(people).chain(none)
}

/// OSCAL has no empty list, and that nothing was seen is worth saying.
fn nothing(scene: &Scene<'_>) -> Value {
    json!({
        "uuid": scene.ids.of("observation", "nothing"),
        "title": "Nothing was read",
        "description": "No source was read and no control was evaluated: this says nothing about any system.",
        "methods": ["UNKNOWN"],
        "origins": [scene.origin()],
        "collected": scene.view.snapshot.taken_at,
    })
}

/// Over how many resources a control was judged, and how.
fn tally(scene: &Scene<'_>, control: &ControlView) -> Value {
    let count = |name: &str, number: u64| prop(name, &number.to_string());
    json!({
        "uuid": scene.ids.of("observation", &format!("control {}", control.id)),
        "title": line(&control.title),
        "description": line(&format!(
            "{}: {} pass, {} fail ({} of them waived), {} unknown, {} wait for a person, {} not applicable. Expected: {}",
            control.id, control.pass, control.fail, control.waived, control.unknown, control.manual, control.not_applicable, control.expected
        )),
        "props": [
            prop("control", &control.id),
            prop("severity", control.severity.as_str()),
            prop("status", control.status.as_str()),
            count("pass", control.pass),
            count("fail", control.fail),
            count("waived", control.waived),
            count("unknown", control.unknown),
            count("manual", control.manual),
            count("not-applicable", control.not_applicable),
        ],
        "methods": ["TEST"],
        "types": ["control-objective"],
        "origins": [scene.origin()],
        "collected": scene.view.snapshot.taken_at,
    })
}

fn of_finding(scene: &Scene<'_>, finding: &FindingView, key: &str) -> Value {
    let said = match finding.verdict {
        Verdict::Unknown => {
            format!("Could not be judged, and may fail: {}", finding.reason.as_deref().unwrap_or("the evidence is incomplete"))
        }
        _ => finding.observed.clone().or_else(|| finding.reason.clone()).unwrap_or_else(|| finding.title.clone()),
    };
    let evidence = scene.index.reads(finding).map(|read| {
        json!({
            "description": line(&format!("Ledger row {}: {} {}: {}", read.seq, read.operation, read.parameters, read.outcome.as_str())),
            "links": [{"href": format!("#{}", entry_id(scene, read)), "rel": "reference"}],
        })
    });
    let mut props = vec![
        prop("control", &finding.control),
        prop("verdict", finding.verdict.as_str()),
        prop("severity", finding.severity.as_str()),
        prop("fingerprint", &finding.fingerprint),
    ];
    let optional =
        [("file", finding.file.as_deref()), ("first-seen", finding.first_seen.as_deref()), ("waiver", finding.waiver.as_deref())];
    props.extend(optional.into_iter().filter_map(|(name, value)| Some(prop(name, value?))));
    props.extend(finding.line.map(|at| prop("line", &at.to_string())));
    without_empty(json!({
        "uuid": observation_id(scene, key),
        "title": line(&format!("{}: {}", finding.title, finding.subject())),
        "description": line(&format!("{said} Expected: {}", finding.expected)),
        "props": props,
        "methods": ["TEST"],
        "types": ["finding"],
        "origins": [scene.origin()],
        "subjects": [{"subject-uuid": item_id(scene, &finding.resource), "type": "inventory-item", "title": line(&finding.subject())}],
        "relevant-evidence": evidence.collect::<Vec<_>>(),
        "collected": scene.view.snapshot.taken_at,
    }))
}

/// The id of a finding's observation.
pub(super) fn observation_id(scene: &Scene<'_>, key: &str) -> String {
    scene.ids.of("observation", &format!("finding {key}"))
}

fn item_id(scene: &Scene<'_>, resource: &str) -> String {
    scene.ids.of("inventory-item", resource)
}

fn entry_id(scene: &Scene<'_>, read: &LedgerView) -> String {
    scene.ids.of("log-entry", &read.seq.to_string())
}

/// The resources that findings speak of, each once.
pub(super) fn inventory(scene: &Scene<'_>) -> Vec<Value> {
    let resources: BTreeMap<&str, &FindingView> = scene.view.findings.iter().map(|finding| (finding.resource.as_str(), finding)).collect();
    let item = |(id, finding): (&str, &FindingView)| {
        let known = scene.view.snapshot.sources.iter().any(|source| source.name == finding.source);
        let component = known.then(|| scene.ids.of("component", &format!("source {}", finding.source)));
        without_empty(json!({
            "uuid": item_id(scene, id),
            "description": line(&format!("{} in {}", finding.subject(), finding.place())),
            "props": [prop("resource", id), prop("kind", &finding.kind), prop("source", &finding.source)],
            "implemented-components": component.map(|uuid| vec![json!({"component-uuid": uuid})]),
        }))
    };
    resources.into_iter().map(item).collect()
}

/// A read that was not complete.
fn of_read(scene: &Scene<'_>, read: &LedgerView, unread: Option<&UnreadView>) -> Value {
    let description = match unread {
        Some(unread) => told(unread),
        None => format!("{} {}: {}", read.operation, read.parameters, read.error.as_deref().unwrap_or(read.outcome.as_str())),
    };
    json!({
        "uuid": scene.ids.of("observation", &format!("read {}", read.seq)),
        "title": line(&format!("Could not be read: {}", unread.map_or(&read.operation, |unread| &unread.what))),
        "description": line(&description),
        "props": [prop("outcome", read.outcome.as_str()), prop("source", &read.source), prop("ledger-row", &read.seq.to_string())],
        "methods": ["EXAMINE"],
        "types": ["discovery"],
        "origins": [scene.origin()],
        "relevant-evidence": [{
            "description": line(&format!("Ledger row {}", read.seq)),
            "links": [{"href": format!("#{}", entry_id(scene, read)), "rel": "reference"}],
        }],
        "collected": read.ended_at,
    })
}

/// One row of the ledger.
pub(super) fn log_entry(scene: &Scene<'_>, read: &LedgerView) -> Value {
    let mut props = vec![
        prop("ledger-row", &read.seq.to_string()),
        prop("source", &read.source),
        prop("outcome", read.outcome.as_str()),
        prop("identity", &read.identity),
        prop("items", &read.items.to_string()),
        prop("pages", &read.pages.to_string()),
    ];
    props.extend(read.error.as_deref().filter(|_| read.outcome != Outcome::Complete).map(|error| prop("error", error)));
    json!({
        "uuid": entry_id(scene, read),
        "title": line(&read.operation),
        "description": line(&read.parameters),
        "start": read.started_at,
        "end": read.ended_at,
        "props": props,
    })
}

/// What somebody attested. A day without a time begins at midnight, UTC.
fn of_attestation(scene: &Scene<'_>, given: &AttestationView, at: usize) -> Value {
    let mut props = vec![prop("topic", &given.topic), prop("state", &given.state), prop("owner", &given.owner)];
    props.extend(given.hash.as_deref().map(|hash| prop("file-hash", hash)));
    without_empty(json!({
        "uuid": scene.ids.of("observation", &format!("attestation {at} {}", given.topic)),
        "title": line(&given.description),
        "description": line(&format!("{}, attested by {}: {}", given.topic, given.owner, given.state)),
        "props": props,
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "relevant-evidence": given.file.as_deref().map(|file| vec![json!({"description": string(file)})]),
        "collected": format!("{}T00:00:00Z", given.performed_at),
        "expires": given.valid_until.as_deref().map(|day| format!("{day}T00:00:00Z")),
        "remarks": given.note.as_deref().map(line),
    }))
}
