//! Controls as reporting descriptors.

use crate::model::Severity;
use crate::report::index::Index;
use crate::report::sparse::without_nulls;
use crate::report::unread::sentence;
use crate::report::view::ControlView;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Tags that code scanning keeps for a rule.
const TAGS: usize = 20;

/// The level of a failure.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Code scanning shows the bands of CVSS by their names: over 9.0 is critical, 7.0 high, 4.0 medium, 0.1 low. Ours are those names; each
/// stands in the middle of its band. What is only worth knowing has none.
fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

/// `k8s-host-network` as `K8sHostNetwork`, the form of names in SARIF.
pub(super) fn name(id: &str) -> String {
    let words = id.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1))).collect()
}

/// The rule of results that stand for something that was not read.
pub(super) const NOT_READ: &str = "assize-not-read";

pub(super) fn not_read() -> Value {
    let expected = "Everything in scope can be read, or is declared out of scope.";
    json!({
        "id": NOT_READ,
        "name": name(NOT_READ),
        "shortDescription": {"text": "Everything in scope was read."},
        "fullDescription": {"text": format!("{expected} What was not read counts as unknown, never as a pass.")},
        "help": {"text": format!("{expected} The message says what to do.")},
        "defaultConfiguration": {"level": "none"},
        "properties": {"tags": ["compliance", "evidence"], "precision": "very-high"},
    })
}

pub(super) fn rule(index: &Index<'_>, control: &ControlView) -> Value {
    let bearings: Vec<String> =
        index.bearings(control).map(|(framework, requirement)| format!("{} {requirement}", framework.title)).collect();
    let frameworks: BTreeSet<&str> = index.bearings(control).map(|(framework, _)| framework.id.as_str()).collect();
    let tags = ["security", "compliance", control.source.as_str(), control.area.as_str()].into_iter().chain(frameworks);
    let mut text = vec![
        sentence(&control.rationale),
        sentence(&format!("Expected: {}", control.expected)),
        sentence(&format!("What to do: {}", control.remediation)),
    ];
    if !bearings.is_empty() {
        text.push(sentence(&format!("Bears on: {}", bearings.join(", "))));
    }
    let links: Vec<String> = control.references.iter().map(|link| format!("- <{link}>")).collect();
    let markdown = format!(
        "{}\n\n**Expected.** {}\n\n**What to do.** {}{}{}",
        control.rationale,
        control.expected,
        control.remediation,
        if bearings.is_empty() { String::new() } else { format!("\n\n**Bears on.** {}", bearings.join(", ")) },
        if links.is_empty() { String::new() } else { format!("\n\n{}", links.join("\n")) },
    );
    without_nulls(json!({
        "id": control.id,
        "name": name(&control.id),
        "shortDescription": {"text": sentence(&control.title)},
        "fullDescription": {"text": sentence(&format!("Expected: {}", control.expected))},
        "help": {"text": text.join("\n\n"), "markdown": markdown},
        "helpUri": control.references.iter().find(|link| link.starts_with("https://")),
        "defaultConfiguration": {"level": level(control.severity)},
        "properties": {
            "tags": tags.take(TAGS).collect::<Vec<_>>(),
            "precision": "very-high",
            "problem.severity": match level(control.severity) { "note" => "recommendation", other => other },
            "security-severity": security_severity(control.severity),
            "severity": control.severity.as_str(),
            "kinds": control.kinds,
            "requirements": bearings,
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_of_one_word() {
        assert_eq!(name("k8s-host-network"), "K8sHostNetwork");
        assert_eq!(name("-é_x"), "ÉX");
    }
}
