//! Law 1 in every format: what is not known never looks like success.

use super::{json, list, text, view};
use serde_json::Value;

#[test]
fn sarif_leaves_it_open() {
    let sarif = json("sarif", &view::all_unknown());
    let results: Vec<&Value> = list(&sarif, "/runs").iter().flat_map(|run| list(run, "/results")).collect();
    assert!(results.len() > 10);
    assert!(results.iter().all(|result| result["kind"] == "open" && result["level"] == "none"));
    let notifications: usize = list(&sarif, "/runs").iter().map(|run| list(run, "/invocations/0/toolExecutionNotifications").len()).sum();
    let incomplete = view::all_unknown().ledger.iter().filter(|read| !read.outcome.is_complete()).count();
    assert_eq!(notifications, incomplete);
}

#[test]
fn junit_makes_errors_of_it() {
    let view = view::all_unknown();
    let junit = text("junit", &view);
    assert_eq!(junit.matches("<error ").count(), view.findings.len());
    assert!(!junit.contains("<failure "));
    // Nothing at all was assessed: that is no success either.
    for view in [view::empty(), view::attested_only()] {
        let junit = text("junit", &view);
        assert!(junit.contains("errors=\"1\"") && junit.contains("something was assessed"), "{junit}");
    }
}

#[test]
fn oscal_satisfies_nothing_but_a_pass() {
    let states = |value: &Value| -> Vec<(String, String)> {
        let word = |finding: &Value, pointer: &str| finding.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let findings = list(value, "/assessment-results/results/0/findings").iter();
        findings.map(|finding| (word(finding, "/target/status/state"), word(finding, "/target/status/remarks"))).collect()
    };
    let unknown = states(&json("oscal", &view::all_unknown()));
    assert!(!unknown.is_empty() && unknown.iter().all(|(state, _)| state == "not-satisfied"), "{unknown:?}");
    let mixed = states(&json("oscal", &view::small()));
    assert!(mixed.iter().any(|(state, _)| state == "satisfied"));
    assert!(mixed.iter().all(|(state, status)| (state == "satisfied") == (status == "pass")), "{mixed:?}");
}

#[test]
fn ocsf_passes_nothing() {
    let events = json("ocsf", &view::all_unknown());
    assert!(list(&events, "").iter().all(|event| event["compliance"]["status_id"] == 0));
    assert_eq!(json("ocsf", &view::empty()), serde_json::json!([]));
}

#[test]
fn both_ends_are_told_where_they_part() {
    let view = view::all_unknown();
    let (metrics, comment, badge) = (text("prometheus", &view), text("markdown", &view), text("badge", &view));
    assert!(metrics.contains("waivers=\"gross\",end=\"low\"} 0.0\n") && metrics.contains("waivers=\"gross\",end=\"high\"} 100.0\n"));
    assert!(comment.contains("| 0.0 to 100.0 % |") && badge.contains("0.0–100.0 %"));
    // A score that nothing gives is neither 0 nor 100.
    let view = view::attested_only();
    let (metrics, comment, badge) = (text("prometheus", &view), text("markdown", &view), text("badge", &view));
    assert!(!metrics.contains("score=\"configuration\"") && metrics.contains("score=\"programme\""));
    assert!(comment.contains("| nothing scored |") && badge.contains("nothing scored"));
}
