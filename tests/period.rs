//! A period out of scripted histories: what counts as met between scans, what as not observed, and who decided what in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/history.rs"]
mod history;

use history::{BAD, GOOD, History};
use serde_json::Value;

/// One framework of one requirement that one strong control decides, and one that asks for human evidence.
const FRAMEWORK: &str = r#"
title = "Test"
short = "Test"
edition = "1"
publisher = "Nobody"
source = "https://example.org"

[[requirement]]
id = "T1"
kind = "technical"
title = "Pods stay off the network of their node"
evidence = "auto"
controls = [{ id = "k8s-host-network", strength = "strong", why = "It is the same thing." }]

[[requirement]]
id = "T2"
kind = "technical"
title = "Somebody reviews access"
evidence = "manual"
attestations = [{ topic = "access-review", valid_days = 10, why = "Only people can." }]
"#;

fn history() -> History {
    let history = History::new();
    history.write("catalog/frameworks/test.toml", FRAMEWORK);
    history.write("assize.toml", "report_frameworks = [\"test\"]\n[schedule]\nevery = \"1d\"\ngrace = \"6h\"\n");
    history
}

fn scan(history: &History, day: u32, text: &str) {
    history.write("tree/pod.yaml", text);
    let ran = history.at(day, 6, &["scan", "tree", "--catalog", "catalog", "--accept-incomplete"]);
    // 3: nothing readable is a scan, too.
    assert!(ran.code == 0 || ran.code == 3, "{}", ran.err);
}

fn period(history: &History, from: &str, to: &str, more: &[&str]) -> Value {
    let mut arguments = vec!["report", "--catalog", "catalog", "--from", from, "--to", to, "--format", "json"];
    arguments.extend_from_slice(more);
    history.json(&arguments)
}

/// Status and hours of each stretch of a requirement.
fn stretches(report: &Value, place: usize) -> Vec<(String, u64)> {
    report["frameworks"][0]["requirements"][place]["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["status"].as_str().unwrap().to_owned(), one["seconds"].as_u64().unwrap() / 3600))
        .collect()
}

fn said(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(status, hours)| ((*status).to_owned(), *hours)).collect()
}

#[test]
fn time_is_met_only_while_a_scan_says_so() {
    let history = history();
    for (day, text) in [(1, GOOD), (2, GOOD), (3, BAD), (4, GOOD), (8, GOOD)] {
        scan(&history, day, text);
    }
    let report = period(&history, "2026-03-01", "2026-03-09", &[]);
    assert_eq!(report["schema"], "assize.period/v1");
    let expected =
        said(&[("not_observed", 6), ("pass", 48), ("fail", 24), ("pass", 30), ("not_observed", 66), ("pass", 30), ("not_observed", 12)]);
    assert_eq!(stretches(&report, 0), expected);
    let one = &report["frameworks"][0]["requirements"][0];
    assert_eq!(one["timeline"][2]["causes"][0]["id"], "k8s-host-network");
    assert_eq!(
        (one["timeline"][2]["from"].as_str(), one["timeline"][2]["until"].as_str()),
        (Some("2026-03-03T06:00:00Z"), Some("2026-03-04T06:00:00Z"))
    );
    // 108 of 216 hours met, 24 not met, and the rest is what is left.
    assert_eq!(one["shares"], serde_json::json!({ "met": 50.0, "not_met": 11.2, "not_known": 38.8 }));
    let schedule = &report["schedule"];
    assert_eq!((schedule["basis"].as_str(), schedule["taken"].as_u64()), (Some("declared"), Some(5)));
    let missed: Vec<&str> = schedule["missed_at"].as_array().unwrap().iter().map(|at| at.as_str().unwrap()).collect();
    assert_eq!(missed, ["2026-03-05T06:00:00Z", "2026-03-06T06:00:00Z", "2026-03-07T06:00:00Z", "2026-03-09T06:00:00Z"]);
    assert_eq!(report["unobserved"].as_array().unwrap().len(), 3);
}

#[test]
fn what_a_scan_could_not_read_is_not_met() {
    let history = history();
    scan(&history, 1, GOOD);
    scan(&history, 2, "kind: [\napiVersion: v1\n");
    scan(&history, 3, GOOD);
    let report = period(&history, "2026-03-01T06:00:00Z", "2026-03-03T12:00:00Z", &[]);
    assert_eq!(stretches(&report, 0), said(&[("pass", 24), ("unknown", 24), ("pass", 6)]));
    assert_eq!(report["frameworks"][0]["requirements"][0]["not_met_seconds"], 0);
    assert_eq!(report["frameworks"][0]["met_throughout"], 0);
}

#[test]
fn without_a_schedule_the_median_stands_in_and_one_scan_says_nothing_of_time() {
    let history = history();
    history.write("assize.toml", "report_frameworks = [\"test\"]\n");
    scan(&history, 1, GOOD);
    let alone = period(&history, "2026-03-01", "2026-03-04", &[]);
    assert_eq!(stretches(&alone, 0), said(&[("not_observed", 96)]));
    assert_eq!(alone["schedule"]["basis"], "unknown");
    for day in [2, 3, 7] {
        scan(&history, day, GOOD);
    }
    let median = period(&history, "2026-03-01T06:00:00Z", "2026-03-07T06:00:00Z", &[]);
    assert_eq!((median["schedule"]["basis"].as_str(), median["schedule"]["every"].as_u64()), (Some("median"), Some(86_400)));
    assert_eq!(stretches(&median, 0), said(&[("pass", 78), ("not_observed", 66)]));
    assert!(median["schedule"]["sentence"].as_str().unwrap().contains("median of 2 distances"));
}

#[test]
fn human_evidence_counts_by_its_own_dates() {
    let history = history();
    history.write(
        "attestations.toml",
        "[[attestation]]\ntopic = \"access-review\"\nowner = \"A\"\nperformed_at = 2026-03-02\nvalid_until = 2026-03-03\n",
    );
    for day in 1..=5 {
        scan(&history, day, GOOD);
    }
    let report = period(&history, "2026-03-01T06:00:00Z", "2026-03-05T06:00:00Z", &[]);
    // From the midnight of the day it was done until the midnight after its last day, whenever the scans were.
    assert_eq!(stretches(&report, 1), said(&[("manual", 18), ("pass", 48), ("unknown", 30)]));
    let given = &report["attestations"][0];
    assert_eq!((given["state"].as_str(), given["valid"]["seconds"].as_u64()), (Some("part"), Some(172_800)));
    assert_eq!(given["share"], 50.0);
}

#[test]
fn waivers_of_the_period_are_all_those_that_any_evaluation_knew() {
    let history = history();
    let waiver = |id: &str, expires: &str| {
        format!(
            "[[waiver]]\nid = \"{id}\"\ncontrol = \"k8s-host-network\"\nresources = \"shop/*\"\nowner = \"A\"\napprover = \"B\"\nreason = \"r\"\nexpires = {expires}\n"
        )
    };
    scan(&history, 1, BAD);
    history.write("waivers.toml", &waiver("W-gone", "2027-01-01"));
    scan(&history, 2, BAD);
    scan(&history, 3, BAD);
    history.write("waivers.toml", &waiver("W-new", "2026-03-04"));
    scan(&history, 4, BAD);
    let report = period(&history, "2026-03-01", "2026-03-06", &[]);
    let waivers: Vec<(&str, &str, u64)> = report["waivers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["state"].as_str().unwrap(), one["accepted"].as_u64().unwrap()))
        .collect();
    assert_eq!(waivers, [("W-gone", "withdrawn", 1), ("W-new", "expired", 1)]);
    assert_eq!(report["waivers"][0]["in_force"]["from"], "2026-03-02T06:00:00Z");
    assert_eq!(report["waivers"][0]["in_force"]["until"], "2026-03-04T06:00:00Z");
    assert_eq!(report["waivers"][1]["in_force"]["until"], "2026-03-05T00:00:00Z");
    assert!(stretches(&report, 0).iter().all(|(status, _)| status != "pass"), "a waiver changes no status");
}

#[test]
fn stored_counts_and_judging_again_say_the_same() {
    let history = history();
    for (day, text) in [(1, GOOD), (2, BAD), (3, "kind: [\napiVersion: v1\n"), (4, "kind: Nothing\n")] {
        scan(&history, day, text);
    }
    let stored = period(&history, "2026-03-01", "2026-03-04", &[]);
    assert!(stored["scans"].as_array().unwrap().iter().all(|scan| scan["judged"] == "stored"));
    // Another parameter of another control: the stored counts are no longer known to be these rules'.
    history.write(
        "assize.toml",
        "report_frameworks = [\"test\"]\n[schedule]\nevery = \"1d\"\ngrace = \"6h\"\n[controls.k8s-image-registry-not-allowed.params]\nallowed_registries = [\"r.example\"]\n",
    );
    let again = period(&history, "2026-03-01", "2026-03-04", &[]);
    assert!(again["scans"].as_array().unwrap().iter().all(|scan| scan["judged"] == "again"));
    assert_eq!(stored["frameworks"], again["frameworks"]);
    let then = period(&history, "2026-03-01", "2026-03-04", &["--as-evaluated"]);
    assert_eq!(then["judged"], "as_evaluated");
    assert_eq!(then["frameworks"], stored["frameworks"]);
}

#[test]
fn as_evaluated_counts_the_evidence_known_then() {
    let history = history();
    scan(&history, 1, GOOD);
    scan(&history, 2, GOOD);
    history.write("attestations.toml", "[[attestation]]\ntopic = \"access-review\"\nowner = \"A\"\nperformed_at = 2026-02-27\n");
    let today = period(&history, "2026-03-01T06:00:00Z", "2026-03-02T06:00:00Z", &[]);
    assert_eq!(stretches(&today, 1), said(&[("pass", 24)]));
    let then = period(&history, "2026-03-01T06:00:00Z", "2026-03-02T06:00:00Z", &["--as-evaluated"]);
    assert_eq!(stretches(&then, 1), said(&[("manual", 24)]));
    // Collected and never evaluated: judged today it speaks, as evaluated it does not.
    assert_eq!(history.at(3, 6, &["collect", "tree", "--catalog", "catalog"]).code, 0);
    let today = period(&history, "2026-03-02T06:00:00Z", "2026-03-04T06:00:00Z", &[]);
    assert_eq!(stretches(&today, 0), said(&[("pass", 48)]));
    let then = period(&history, "2026-03-02T06:00:00Z", "2026-03-04T06:00:00Z", &["--as-evaluated"]);
    assert_eq!(stretches(&then, 0), said(&[("pass", 24), ("unknown", 24)]));
    assert!(then["notes"][0].as_str().unwrap().contains("Nobody judged these snapshots"), "{}", then["notes"]);
}

#[test]
fn a_scan_that_leaves_out_a_source_proves_nothing_and_may_still_disprove() {
    let history = history();
    let also = |day: u32, trees: &[&str]| {
        for tree in trees {
            history.write(&format!("{tree}/pod.yaml"), GOOD);
        }
        let ran = history.at(day, 6, &["scan", trees[0], "--catalog", "catalog"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    also(1, &["one"]);
    also(2, &["two"]);
    also(3, &["one"]);
    let report = period(&history, "2026-03-01T06:00:00Z", "2026-03-03T12:00:00Z", &[]);
    assert_eq!(report["scans"][1]["left_out"], serde_json::json!(["one"]));
    assert_eq!(stretches(&report, 0), said(&[("pass", 24), ("unknown", 24), ("pass", 6)]));
    assert_eq!(report["frameworks"][0]["requirements"][0]["timeline"][1]["causes"][0]["kind"], "source");
    assert_eq!(report["notes"].as_array().unwrap().len(), 2, "source two came and went: {}", report["notes"]);
}

#[test]
fn every_format_renders_the_same_bytes_twice_and_no_name_breaks_out() {
    let history = history();
    history.write("assize.toml", "organisation = \"<b>Evil</b> | `x`\"\nreport_frameworks = [\"test\"]\n[schedule]\nevery = \"1d\"\n");
    history.write(
        "waivers.toml",
        "[[waiver]]\nid = \"</td><script>\"\ncontrol = \"k8s-host-network\"\nresources = \"*\"\nowner = \"=A()\"\napprover = \"B\"\nreason = \"a|b\"\nexpires = 2027-01-01\n",
    );
    scan(&history, 1, BAD);
    scan(&history, 2, GOOD);
    for format in ["terminal", "html", "pdf", "json", "markdown", "csv"] {
        let name = |turn: u32| format!("{turn}.{format}");
        for turn in [1, 2] {
            let file = name(turn);
            let ran = history.run(&[
                "report",
                "--catalog",
                "catalog",
                "--from",
                "2026-03-01",
                "--to",
                "2026-03-03",
                "--format",
                format,
                "-o",
                &file,
            ]);
            assert_eq!(ran.code, 0, "{format}: {}", ran.err);
        }
        let bytes = history.read(&name(1));
        assert_eq!(bytes, history.read(&name(2)), "{format}");
        assert!(bytes.len() > 200, "{format}");
        if format == "html" || format == "markdown" {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("<b>") && !text.contains("<script"), "{format}");
            assert!(text.contains("&lt;b&gt;") || text.contains("&lt;b>"), "{format}");
        } else if format == "pdf" {
            assert!(bytes.starts_with(b"%PDF-1.7"));
        }
    }
    // One CSV row a stretch; together they are the period of each requirement.
    let csv = String::from_utf8(history.read("1.csv")).unwrap();
    let seconds: u64 = csv.lines().skip(1).map(|line| line.split(',').nth(5).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(seconds, 2 * 3 * 86_400);
}

#[test]
fn a_period_that_cannot_be_is_refused_in_words() {
    let history = history();
    scan(&history, 1, GOOD);
    let refused = |arguments: &[&str], words: &str| {
        let ran = history.run(&[arguments, &["--catalog", "catalog"]].concat());
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    };
    refused(&["report", "--from", "2026-03-01"], "--to");
    refused(&["report", "--from", "2026-03-05", "--to", "2026-03-01"], "ends before it begins");
    refused(&["report", "--from", "March", "--to", "2026-03-01"], "expected a date");
    refused(&["report", "--from", "2026-03-01", "--to", "2026-03-02", "--snapshot", "1"], "cannot be used with");
    refused(
        &["report", "--from", "2026-03-01", "--to", "2026-03-02", "--format", "docx"],
        "there are terminal, html, pdf, json, markdown, csv",
    );
    history.write("wrong.toml", "[schedule]\nevery = \"daily\"\n");
    refused(&["report", "--config", "wrong.toml", "--from", "2026-03-01", "--to", "2026-03-02"], "`daily` is no duration");
    history.write("wrong.toml", "[schedule]\ngrace = \"1h\"\n");
    refused(&["report", "--config", "wrong.toml", "--from", "2026-03-01", "--to", "2026-03-02"], "a schedule needs `every`");
    let before = history.run(&["report", "--catalog", "catalog", "--from", "2020-01-01", "--to", "2020-01-31"]);
    assert_eq!(before.code, 0);
    assert!(before.err.contains("no scan speaks of this period"), "{}", before.err);
    assert!(before.out.contains("0.0 %"), "nothing observed is nothing met: {}", before.out);
}
