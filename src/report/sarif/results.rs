//! Findings as results.

use super::{ROOT, rules};
use crate::model::Verdict;
use crate::report::escape::uri_path;
use crate::report::index::Index;
use crate::report::sparse::without_nulls;
use crate::report::terminal::plain;
use crate::report::unread::{sentence, stable_id, told};
use crate::report::view::{FindingView, UnreadView, WaiverView};
use serde_json::{Value, json};

/// The text of a message: names of strangers can neither steer a terminal nor become an embedded link (SARIF 3.11.6).
pub(super) fn text(text: &str) -> String {
    plain(text).replace("](", "] (")
}

pub(super) fn location(file: &str, line: Option<u32>) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri_path(file), "uriBaseId": ROOT},
        "region": {"startLine": line.filter(|line| *line > 0).unwrap_or(1)},
    }})
}

/// Where it is. Code scanning wants a file of everything; what lies in none stands at a path made of its id.
fn place(finding: &FindingView) -> Value {
    let mut place = location(finding.file.as_deref().unwrap_or(&finding.resource), finding.line);
    let name = if finding.name.is_empty() { &finding.kind } else { &finding.name };
    let logical = json!([{"name": name, "fullyQualifiedName": finding.resource, "kind": "resource"}]);
    if let Some(fields) = place.as_object_mut() {
        fields.insert("logicalLocations".to_owned(), logical);
    }
    place
}

fn message(finding: &FindingView) -> String {
    let subject = finding.subject();
    let expected = sentence(&format!("Expected: {}", finding.expected));
    let said = match finding.verdict {
        Verdict::Unknown => {
            let reason = finding.reason.as_deref().unwrap_or("the evidence is incomplete");
            sentence(&format!("Could not be judged, and may fail: {subject}: {reason}"))
        }
        _ => sentence(&format!("{subject}: {}", finding.observed.as_deref().or(finding.reason.as_deref()).unwrap_or(&finding.title))),
    };
    text(&format!("{said} {expected}"))
}

fn suppression(waiver: &WaiverView) -> Value {
    let justification = format!(
        "{}: {} Owner: {}. Accepted by {} until {}.",
        waiver.id,
        sentence(&waiver.reason),
        waiver.owner,
        waiver.approver,
        waiver.expires
    );
    json!({"kind": "external", "status": "accepted", "justification": text(&justification)})
}

pub(super) fn result(index: &Index<'_>, finding: &FindingView, occurrence: u64) -> Value {
    let (kind, level) = match finding.verdict {
        Verdict::Fail => ("fail", rules::level(finding.severity)),
        _ => ("open", "none"),
    };
    without_nulls(json!({
        "ruleId": finding.control,
        "ruleIndex": index.place(&finding.control),
        "kind": kind,
        "level": level,
        "message": {"text": message(finding)},
        "locations": [place(finding)],
        "partialFingerprints": {
            "assizeFinding/v1": finding.fingerprint,
            // The one that code scanning matches alerts by; ours does not change when lines move.
            "primaryLocationLineHash": format!("{}:{occurrence}", finding.fingerprint),
        },
        "suppressions": index.waiver(finding).map(suppression).into_iter().collect::<Vec<_>>(),
        "properties": {
            "verdict": finding.verdict.as_str(),
            "severity": finding.severity.as_str(),
            "source": finding.source,
            "kind": finding.kind,
            "namespace": finding.namespace,
            "firstSeen": finding.first_seen,
            "waiver": finding.waiver,
            "reads": finding.reads,
        },
    }))
}

/// What was not read: one result for all controls that it leaves open, since each of them alone would say the same.
pub(super) fn not_read(rule: usize, unread: &UnreadView, findings: &[&FindingView]) -> Value {
    let id = format!("not-read:{}", stable_id(unread));
    let place = findings.first().map_or_else(|| location(&unread.resource, None), |finding| place(finding));
    json!({
        "ruleId": rules::NOT_READ,
        "ruleIndex": rule,
        "kind": "open",
        "level": "none",
        "message": {"text": text(&format!("Could not be read, so nothing about it is proved: {}", told(unread)))},
        "locations": [place],
        "partialFingerprints": {"assizeFinding/v1": id, "primaryLocationLineHash": format!("{id}:1")},
        "suppressions": [],
        "properties": {
            "verdict": Verdict::Unknown.as_str(),
            "source": unread.source,
            "reads": [unread.seq],
            "controls": findings.iter().map(|finding| finding.control.as_str()).collect::<Vec<_>>(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_text() {
        assert_eq!(text("pod [click](https://x)\u{1b}"), "pod [click] (https://x)\u{fffd}");
    }
}
