//! Format `ocsf`: every finding as an event of class Compliance Finding (2003) of the Open Cybersecurity Schema Framework, version 1.8.0.
//!
//! A JSON array with one event a line, so that it is also read by what takes lines. Times are those of the snapshot, in milliseconds.

use super::index::{Index, Occurrences};
use super::sparse::without_nulls;
use super::view::{FindingView, ReportView};
use super::{RenderError, Renderer};
use crate::model::{Severity, Verdict};
use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

const VERSION: &str = "1.8.0";
const CATEGORY: u32 = 2;
const CLASS: u32 = 2003;

/// The renderer of format `ocsf`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ocsf;

impl Renderer for Ocsf {
    fn format(&self) -> &'static str {
        "ocsf"
    }

    fn extension(&self) -> &'static str {
        "ocsf.json"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let index = Index::of(view);
        let mut occurrences = Occurrences::default();
        let mut bytes = b"[".to_vec();
        for finding in &view.findings {
            if bytes.len() > 1 {
                bytes.push(b',');
            }
            bytes.push(b'\n');
            let event = event(view, &index, finding, occurrences.next(&finding.fingerprint));
            serde_json::to_writer(&mut bytes, &event)
                .map_err(|error| RenderError::Writer { format: "ocsf", message: error.to_string() })?;
        }
        bytes.extend_from_slice(b"\n]\n");
        Ok(bytes)
    }
}

fn milliseconds(rfc3339: &str) -> i64 {
    DateTime::parse_from_rfc3339(rfc3339).map_or(0, |moment| moment.timestamp_millis())
}

/// Begin of a day, `2026-06-01`.
fn day(text: &str) -> Option<i64> {
    let day = text.parse::<NaiveDate>().ok()?;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis())
}

/// The id and the word of a severity.
fn severity(severity: Severity) -> (u32, &'static str) {
    match severity {
        Severity::Info => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

fn event(view: &ReportView, index: &Index<'_>, finding: &FindingView, occurrence: u64) -> Value {
    let time = milliseconds(&view.snapshot.taken_at);
    let control = index.control(&finding.control);
    // Seen on an earlier day: the finding is told again.
    let seen_before = finding.first_seen.as_deref().is_some_and(|seen| view.snapshot.taken_at.get(..10).is_some_and(|today| seen < today));
    let (activity, activity_name) = if seen_before { (2, "Update") } else { (1, "Create") };
    let (severity_id, severity) = severity(finding.severity);
    let (status_id, status) = if finding.waiver.is_some() { (3, "Suppressed") } else { (1, "New") };
    let (name, version) = view.tool.rsplit_once(' ').unwrap_or((&view.tool, ""));
    let said = finding.observed.as_deref().or(finding.reason.as_deref());
    let resource = json!({
        "uid": finding.resource,
        "name": if finding.name.is_empty() { finding.subject() } else { finding.name.clone() },
        "type": finding.kind,
        "namespace": Some(&finding.namespace).filter(|namespace| !namespace.is_empty()),
        "group": {"name": finding.source},
        "data": finding.file.as_ref().map(|file| json!({"file": file, "line": finding.line})),
    });
    let evidences = index.reads(finding).map(|read| {
        json!({
            "uid": read.seq.to_string(),
            "name": read.operation,
            "data": {
                "source": read.source, "parameters": read.parameters, "identity": read.identity, "outcome": read.outcome.as_str(),
                "error": read.error, "started_at": read.started_at, "ended_at": read.ended_at,
            },
        })
    });
    let again = if occurrence > 1 { format!("#{occurrence}") } else { String::new() };
    without_nulls(json!({
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": format!("Compliance Finding: {activity_name}"),
        "time": time,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_detail": index.waiver(finding).map(|waiver| {
            format!("Waiver {}, accepted by {} until {}: {}", waiver.id, waiver.approver, waiver.expires, waiver.reason)
        }),
        "message": format!("{}: {}: {}", finding.title, finding.subject(), said.unwrap_or(finding.verdict.as_str())),
        "metadata": {
            "version": VERSION,
            "uid": format!("{}:{}{again}", view.evaluation.root, finding.fingerprint),
            "correlation_uid": view.snapshot.root,
            "log_name": "assize.report",
            "product": {"name": name, "vendor_name": name, "version": version},
        },
        "finding_info": {
            "uid": format!("{}{again}", finding.fingerprint),
            "title": finding.title,
            "desc": control.map(|control| control.rationale.as_str()),
            "types": ["Compliance"],
            "created_time": finding.first_seen.as_deref().and_then(day).unwrap_or(time),
            "first_seen_time": finding.first_seen.as_deref().and_then(day).unwrap_or(time),
            "last_seen_time": time,
            "data_sources": [finding.source],
        },
        "compliance": compliance(index, finding),
        "resources": [resource],
        "evidences": evidences.collect::<Vec<_>>(),
        "remediation": control.map(|control| json!({"desc": control.remediation, "references": control.references})),
        "unmapped": {
            "snapshot": view.snapshot.id, "evaluation": view.evaluation.root, "waiver": finding.waiver, "file": finding.file,
            "line": finding.line, "reopened": finding.reopened,
        },
    }))
}

fn compliance(index: &Index<'_>, finding: &FindingView) -> Value {
    let control = index.control(&finding.control);
    let bearings: Vec<_> = control.into_iter().flat_map(|control| index.bearings(control)).collect();
    let mut standards: Vec<String> = bearings.iter().map(|(framework, _)| format!("{} {}", framework.title, framework.edition)).collect();
    standards.dedup();
    let requirements: Vec<String> = bearings.iter().map(|(framework, requirement)| format!("{} {requirement}", framework.title)).collect();
    // No verdict of ours becomes a pass here: what is not known is Unknown.
    let (status_id, status) = match finding.verdict {
        Verdict::Fail => (3, "Fail"),
        _ => (0, "Unknown"),
    };
    let details = [finding.observed.as_ref(), finding.reason.as_ref()].into_iter().flatten().collect::<Vec<_>>();
    let params = control.into_iter().flat_map(|control| &control.params);
    json!({
        "control": finding.control,
        "category": control.map(|control| control.area.as_str()),
        "desc": format!("Expected: {}", finding.expected),
        "standards": standards,
        "requirements": requirements,
        "control_parameters": params.map(|(name, value, _)| json!({"name": name, "value": value})).collect::<Vec<_>>(),
        "status_id": status_id,
        "status": status,
        "status_details": details,
    })
}
