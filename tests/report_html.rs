//! The HTML, JSON and terminal reports over views made by code. `tests/browser/report.mjs` looks at the same pages in a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "report_html/views.rs"]
mod views;

use assize::report::Renderer;
use assize::report::html::Html;
use assize::report::json::Json;
use assize::report::terminal::Terminal;
use assize::report::view::ReportView;
use serde_json::Value;
use std::path::Path;

fn all() -> [(&'static str, ReportView); 6] {
    [
        ("ordinary", views::ordinary()),
        ("empty", views::empty()),
        ("unknown", views::unknown()),
        ("hostile", views::hostile()),
        ("names", views::names()),
        ("large", views::large(10_000)),
    ]
}

fn html(view: &ReportView) -> String {
    String::from_utf8(Html.render(view).unwrap()).unwrap()
}

fn json(view: &ReportView) -> Value {
    serde_json::from_slice(&Json.render(view).unwrap()).unwrap()
}

fn terminal(view: &ReportView, colour: bool) -> String {
    String::from_utf8(Terminal { colour }.render(view).unwrap()).unwrap()
}

/// The data block of a page.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once(r#"<script type="application/json" id="data">"#).unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap()
}

#[test]
fn two_renders_are_the_same_bytes() {
    for (name, view) in all() {
        for renderer in [&Html as &dyn Renderer, &Json, &Terminal { colour: true }] {
            assert_eq!(renderer.render(&view).unwrap(), renderer.render(&view).unwrap(), "{name} as {}", renderer.format());
        }
    }
}

/// Writes the pages where the browser test finds them: `$CARGO_TARGET_TMPDIR/html`.
#[test]
fn pages_are_one_file_without_anything_to_fetch() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("huge.html"), html(&views::large(50_000))).unwrap();
    for (name, view) in all() {
        let page = html(&view);
        std::fs::write(folder.join(format!("{name}.html")), &page).unwrap();
        assert!(page.contains("default-src 'none'"), "{name}");
        assert!(!page.contains("unsafe-inline") && !page.contains("unsafe-eval"), "{name}");
        assert_eq!(page.matches("<script").count(), 3, "{name}: early, data, module");
        for fetched in [" src=", "<link rel=\"stylesheet", "@import", "url(http", " onclick=", " onload=", " style=\""] {
            let markup = page.replace("&lt;img src=x", "").replace("\\u003cimg src=x", "");
            assert!(!markup.contains(fetched), "{name} holds {fetched}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let page = html(&views::hostile());
    assert!(!page.contains("<script>globalThis"));
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("<!--").count(), 0);
    assert!(!page.contains('\u{2028}') || !page.split_once("id=\"data\">").unwrap().1.contains('\u{2028}'));
    assert!(page.contains("{{ 7*7 }}"), "template syntax in a value is text too");
    let data = data(&page);
    assert!(data["strings"].as_array().unwrap().iter().any(|text| text == views::HOSTILE), "and the text itself arrives whole");
}

#[test]
fn ten_thousand_findings_stay_small() {
    let page = html(&views::large(10_000));
    let size = page.len();
    assert!(size < 8_000_000, "{size} bytes");
    assert_eq!(data(&page)["findings"].as_array().unwrap().len(), 10_000);
}

#[test]
fn the_page_says_what_the_view_says() {
    let view = views::ordinary();
    let page = html(&view);
    assert!(page.contains("61.4 %") && page.contains("78.9 %"), "both ends of a score");
    assert!(page.contains(&view.snapshot.root) && page.contains(&view.evaluation.root) && page.contains(&view.catalog.hash));
    for framework in &view.frameworks {
        assert!(page.contains(&format!("id=\"framework-{}\"", framework.id)));
    }
    for control in &view.controls {
        assert!(page.contains(&format!("id=\"C-{}\"", control.id)));
    }
    let requirements: usize = view.frameworks.iter().map(|framework| framework.requirements.len()).sum();
    assert_eq!(page.matches(" id=\"R-").count(), requirements);
}

#[test]
fn groups_stand_in_the_order_to_fix_them() {
    let page = html(&views::ordinary());
    let groups: Vec<&str> = page.split(r#"<details class="group" id="G-"#).skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let wanted = [
        "k8s-privileged-container",
        "k8s-run-as-root",
        "k8s-host-network",
        "aws-s3-public-access",
        "repo-branch-protection",
        "k8s-resource-limits",
        "k8s-network-policy",
        "repo-lockfile",
        "k8s-image-digest",
        // Critical, but only unknown.
        "aws-iam-root-mfa",
    ];
    assert_eq!(groups, wanted, "what fails before what is unknown; severity, then failures");
}

#[test]
fn empty_states_are_sentences() {
    let page = html(&views::empty());
    for sentence in [
        "No framework was evaluated",
        "The trend starts with",
        "nothing was assessed. That is not a pass",
        "No risk is accepted",
        "Nothing was read",
    ] {
        assert!(page.contains(sentence), "{sentence}");
    }
    let page = html(&views::unknown());
    assert!(page.contains("Nothing is known to fail"));
    assert!(page.contains("0.0 %") && page.contains("100.0 % possible"));
}

/// Names promised in the design; a program that reads them must never break.
#[test]
fn json_keeps_the_promised_names() {
    let report = json(&views::ordinary());
    let has = |value: &Value, names: &[&str]| {
        for name in names {
            assert!(value.get(name).is_some(), "no {name} in {value}");
        }
    };
    assert_eq!(report["schema"], "assize.report/v1");
    has(&report["snapshot"], &["id", "taken_at", "root", "previous_root"]);
    has(&report["catalog"], &["version", "hash"]);
    let framework = &report["frameworks"][0];
    has(framework, &["id", "configuration", "programme", "coverage", "requirements"]);
    has(&framework["configuration"], &["low", "high"]);
    has(&framework["requirements"][1], &["id", "status", "automated", "attested", "score"]);
    has(&framework["requirements"][1]["score"], &["low", "high"]);
    has(&report["controls"][0], &["id", "pass", "fail", "unknown", "manual", "not_applicable"]);
    let finding = &report["findings"][0];
    has(finding, &["control", "verdict", "severity", "resource", "observed", "expected", "reason", "waived"]);
    has(&finding["resource"], &["source", "kind", "namespace", "name", "id", "file", "line"]);
    has(&report["waivers"][0], &["id", "control", "resources", "owner", "approver", "reason", "expires"]);
    has(&report["ledger"][0], &["source", "operation", "parameters", "outcome", "error", "items", "pages", "started_at", "ended_at"]);
}

#[test]
fn json_carries_the_numbers_of_the_view() {
    let view = views::ordinary();
    let report = json(&view);
    assert_eq!(report["frameworks"][0]["configuration"]["low"], 61.4);
    assert_eq!(report["frameworks"][0]["coverage"], 67.8);
    assert_eq!(report["findings"].as_array().unwrap().len(), view.findings.len());
    assert_eq!(report["ledger"][257]["outcome"], "denied");
    let waived = report["findings"].as_array().unwrap().iter().filter(|finding| finding["waived"] == true).count();
    assert_eq!(waived, 1);
    assert_eq!(json(&views::empty())["frameworks"], Value::Array(vec![]));
}

#[test]
fn the_terminal_shows_both_ends_of_every_score() {
    let text = terminal(&views::ordinary(), false);
    assert!(!text.contains('\u{1b}'), "no colour unless asked for");
    let soc2 = text.lines().find(|line| line.starts_with("SOC 2")).unwrap();
    assert!(soc2.contains("61.4 to 78.9 %") && soc2.contains("38.2 to 71.0 %") && soc2.contains("67.8 %") && soc2.contains('░'), "{soc2}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "lines fit a usual terminal");
    let first = text.find("k8s-privileged-container").unwrap();
    assert!(first < text.find("k8s-run-as-root").unwrap() && text.contains("403 Forbidden"));
    assert!(terminal(&views::ordinary(), true).contains("\u{1b}[1m"));
}

#[test]
fn nothing_on_the_terminal_comes_from_a_name_raw() {
    let text = terminal(&views::hostile(), false);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    assert!(terminal(&views::empty(), false).contains("nothing was assessed"));
}
