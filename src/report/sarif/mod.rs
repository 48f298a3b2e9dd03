//! Format `sarif`: findings for code scanning, as SARIF 2.1.0 (OASIS, errata 01).
//!
//! One run for each source, so that the alerts of one are not closed by a scan of another: `automationDetails.id` names the source. Result
//! fingerprints are those of the findings: they stay when lines move. A verdict `unknown` is a result of kind `open` ("insufficient
//! information to decide"), which by the specification has level `none`; what could not be read is a notification of the invocation,
//! and one result for all controls that it leaves open.

mod results;
mod rules;

use super::index::{Index, Occurrences};
use super::sparse::{Each, without_nulls};
use super::unread::{apart, sentence, told};
use super::view::{FindingView, LedgerView, ReportView, SourceView};
use super::{RenderError, Renderer};
use crate::model::Outcome;
use serde::Serialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths of files are relative to: the root of the working tree.
const ROOT: &str = "%SRCROOT%";

/// The renderer of format `sarif`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sarif;

impl Renderer for Sarif {
    fn format(&self) -> &'static str {
        "sarif"
    }

    fn extension(&self) -> &'static str {
        "sarif"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["sarif.json"]
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let index = Index::of(view);
        let (seen, unread) = apart(view);
        let mut sources: BTreeMap<&str, Vec<&FindingView>> = BTreeMap::new();
        for source in &view.snapshot.sources {
            sources.insert(&source.name, Vec::new());
        }
        for finding in seen {
            sources.entry(&finding.source).or_default().push(finding);
        }
        for (thing, _) in &unread {
            sources.entry(&thing.source).or_default();
        }
        if sources.is_empty() {
            sources.insert("", Vec::new());
        }
        let runs = sources.iter().map(|(source, findings)| Run {
            tool: tool(view, &index),
            automation_details: automation(view, source),
            invocations: [invocation(view, source)],
            version_control_provenance: provenance(view, source),
            original_uri_base_ids: json!({ROOT: {"description": {"text": "The root of the working tree."}}}),
            column_kind: "unicodeCodePoints",
            language: "en",
            properties: properties(view, source),
            results: Each(|| {
                let occurrences = RefCell::new(Occurrences::default());
                let index = &index;
                let of_findings = findings.iter().map(move |finding| {
                    let occurrence = occurrences.borrow_mut().next(&finding.fingerprint);
                    results::result(index, finding, occurrence)
                });
                let of_source = unread.iter().filter(|(thing, _)| thing.source == **source);
                of_findings.chain(of_source.map(|(thing, open)| results::not_read(view.controls.len(), thing, open)))
            }),
        });
        let log = Log { schema: SCHEMA, version: "2.1.0", runs: runs.collect::<Vec<_>>() };
        let mut bytes =
            serde_json::to_vec_pretty(&log).map_err(|error| RenderError::Writer { format: "sarif", message: error.to_string() })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: Vec<R>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R> {
    tool: Value,
    automation_details: Value,
    invocations: [Value; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    version_control_provenance: Vec<Value>,
    original_uri_base_ids: Value,
    column_kind: &'static str,
    language: &'static str,
    properties: Value,
    results: R,
}

fn tool(view: &ReportView, index: &Index<'_>) -> Value {
    let (name, version) = view.tool.rsplit_once(' ').unwrap_or((&view.tool, "0.0.0"));
    let rules: Vec<Value> = view.controls.iter().map(|control| rules::rule(index, control)).chain([rules::not_read()]).collect();
    let notifications = Outcome::ALL.into_iter().filter(|outcome| !outcome.is_complete()).map(|outcome| {
        json!({
            "id": format!("read-{}", outcome.as_str()),
            "name": rules::name(&format!("read-{}", outcome.as_str())),
            "shortDescription": {"text": format!("A read was {}.", outcome.as_str())},
            "fullDescription": {"text": format!("The outcome of a read is {}: what it was to give is not known.", outcome.as_str())},
            "help": {"text": "What depends on it could not be judged and counts as unknown, never as a pass. The message says what to do."},
            "defaultConfiguration": {"level": level(outcome)},
        })
    });
    json!({"driver": {
        "name": name,
        "semanticVersion": version,
        "version": format!("{version}, catalog {}", view.catalog.version),
        "notifications": notifications.collect::<Vec<_>>(),
        "rules": rules,
    }})
}

/// `assize/SOURCE/ROOT`: code scanning takes all but the last part as the category that a new upload replaces.
fn automation(view: &ReportView, source: &str) -> Value {
    let source = if source.is_empty() { "nothing" } else { source };
    let run: String = view.evaluation.root.chars().take(16).collect();
    json!({
        "id": format!("assize/{source}/{run}"),
        "description": {"text": format!("Compliance posture of {source} on {}.", view.snapshot.taken_on)},
    })
}

fn invocation(view: &ReportView, source: &str) -> Value {
    let reads = || view.ledger.iter().filter(|read| read.source == source);
    let what: BTreeMap<i64, &super::view::UnreadView> = view.unread.iter().map(|unread| (unread.seq, unread)).collect();
    let notifications = reads().filter(|read| !read.outcome.is_complete()).map(|read| {
        let text = match what.get(&read.seq) {
            Some(unread) => format!("Could not be read: {}", told(unread)),
            None => sentence(&format!("Could not be read: {} {}", read.operation, read.parameters)),
        };
        without_nulls(json!({
            "descriptor": {"id": format!("read-{}", read.outcome.as_str())},
            "level": level(read.outcome),
            "message": {"text": results::text(&text)},
            "locations": read.file.as_ref().map(|file| vec![results::location(file, read.line)]),
            "timeUtc": read.ended_at,
            "properties": {"ledger": read.seq, "operation": read.operation, "outcome": read.outcome.as_str()},
        }))
    });
    let moment = |of: fn(&LedgerView) -> &String| reads().map(of);
    without_nulls(json!({
        // The program did its work; what it could not see is in the notifications, and open in the results.
        "executionSuccessful": true,
        "startTimeUtc": moment(|read| &read.started_at).min(),
        "endTimeUtc": moment(|read| &read.ended_at).max(),
        "toolExecutionNotifications": notifications.collect::<Vec<_>>(),
    }))
}

/// What was refused or broken is an error of the scan, what nobody asked for is a warning.
fn level(outcome: Outcome) -> &'static str {
    if outcome == Outcome::Unsupported { "warning" } else { "error" }
}

fn detail<'a>(source: &'a SourceView, label: &str) -> Option<&'a str> {
    source.details.iter().find(|(name, _)| name == label).map(|(_, value)| value.as_str())
}

/// The commit, where the source's remote has an address that others can open.
fn provenance(view: &ReportView, source: &str) -> Vec<Value> {
    let source = view.snapshot.sources.iter().find(|known| known.name == source);
    let remote = source.and_then(|source| detail(source, "remote")).filter(|remote| remote.starts_with("https://"));
    let Some((source, remote)) = source.zip(remote) else { return Vec::new() };
    vec![without_nulls(json!({
        "repositoryUri": remote,
        "revisionId": detail(source, "commit"),
        "branch": detail(source, "branch"),
        "mappedTo": {"uriBaseId": ROOT},
    }))]
}

fn properties(view: &ReportView, source: &str) -> Value {
    json!({
        "source": source,
        "snapshot": {"id": view.snapshot.id, "takenAt": view.snapshot.taken_at, "root": view.snapshot.root},
        "evaluation": {"root": view.evaluation.root, "settings": view.evaluation.settings},
        "catalog": {"version": view.catalog.version, "hash": view.catalog.hash},
    })
}
