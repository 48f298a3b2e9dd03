//! The machine formats over views made by code and over real scans. `tests/formats/check.py` asks each format's own schema or parser
//! about the files that this leaves in `$CARGO_TARGET_TMPDIR/formats`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "report_formats/program.rs"]
mod program;
#[path = "report_formats/unknown.rs"]
mod unknown;
#[path = "support/view/mod.rs"]
mod view;

use assize::report::view::ReportView;
use assize::report::{ALL, Renderer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where files of one state lie for the checks from outside. Emptied, so that none of an earlier run is judged.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn renderer(format: &str) -> &'static dyn Renderer {
    ALL.into_iter().find(|renderer| renderer.format() == format).unwrap_or_else(|| panic!("no format {format}"))
}

fn text(format: &str, view: &ReportView) -> String {
    String::from_utf8(renderer(format).render(view).unwrap()).unwrap()
}

fn json(format: &str, view: &ReportView) -> Value {
    serde_json::from_str(&text(format, view)).unwrap()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The formats that the other tests do not look at from all sides.
fn ours() -> impl Iterator<Item = &'static dyn Renderer> {
    ALL.into_iter().filter(|renderer| !["terminal", "html", "pdf"].contains(&renderer.format()))
}

#[test]
fn every_format_renders_every_view_and_twice_the_same() {
    let views = [
        ("view-empty", view::empty()),
        ("view-small", view::small()),
        ("view-unknown", view::all_unknown()),
        ("view-hostile", view::hostile()),
        ("view-manual", view::attested_only()),
        ("view-large", view::large(3_000)),
    ];
    for (name, view) in views {
        let folder = folder(name);
        for renderer in ours() {
            let bytes = renderer.render(&view).unwrap();
            assert!(bytes == renderer.render(&view).unwrap(), "{name} as {}: the second render differs", renderer.format());
            std::fs::write(folder.join(format!("report.{}", renderer.extension())), bytes).unwrap();
        }
    }
}

#[test]
fn endings_and_names_are_each_for_one_format() {
    let mut seen = BTreeSet::new();
    for renderer in ALL {
        assert!(seen.insert(format!("format {}", renderer.format())), "{}", renderer.format());
        for ending in [renderer.extension()].into_iter().chain(renderer.aliases().iter().copied()) {
            assert!(seen.insert(ending.to_owned()), "two formats end in {ending}");
        }
    }
}

#[test]
fn all_formats_count_the_same_findings() {
    let view = view::small();
    let total = view.findings.len();
    let fails = view.findings.iter().filter(|finding| finding.verdict == assize::model::Verdict::Fail).count();
    let waived = view.findings.iter().filter(|finding| finding.waiver.is_some()).count();
    assert!(fails > 0 && fails < total && waived > 0, "the view has something of each kind");

    let sarif = json("sarif", &view);
    let results: Vec<&Value> = list(&sarif, "/runs").iter().flat_map(|run| list(run, "/results")).collect();
    let of_kind = |kind: &str| results.iter().filter(|result| result["kind"] == kind).count();
    assert_eq!((of_kind("fail"), of_kind("open")), (fails, total - fails));
    assert_eq!(results.iter().filter(|result| !list(result, "/suppressions").is_empty()).count(), waived);

    let ocsf = json("ocsf", &view);
    let of_status = |status: &str| list(&ocsf, "").iter().filter(|event| event["compliance"]["status"] == status).count();
    assert_eq!((of_status("Fail"), of_status("Unknown")), (fails, total - fails));
    assert_eq!(list(&ocsf, "").iter().filter(|event| event["status"] == "Suppressed").count(), waived);

    let oscal = json("oscal", &view);
    let observations = list(&oscal, "/assessment-results/results/0/observations");
    let of_findings = observations.iter().filter(|observation| observation["types"][0] == "finding").count();
    assert_eq!(of_findings, total);
    let behind_risks: usize =
        list(&oscal, "/assessment-results/results/0/risks").iter().map(|risk| list(risk, "/related-observations").len()).sum();
    assert_eq!(behind_risks, total);

    let csv = text("csv", &view);
    assert_eq!(csv.matches("\r\n").count(), total + 1);

    let junit = text("junit", &view);
    assert_eq!((junit.matches("<failure ").count(), junit.matches("<error ").count()), (fails - waived, total - fails));
    assert!(junit.contains(&format!("failures=\"{}\" errors=\"{}\"", fails - waived, total - fails)));

    // What the metrics and the comment count is what the view's summary counts.
    let metrics = text("prometheus", &view);
    for (verdict, numbers) in [("fail", &view.summary.failures), ("unknown", &view.summary.unknowns)] {
        for (severity, number) in numbers {
            let sample = format!("assize_findings{{verdict=\"{verdict}\",severity=\"{severity}\"}} {number}\n");
            assert!(metrics.contains(&sample), "{sample}");
        }
    }
    let comment = text("markdown", &view);
    assert!(comment.contains("| fail | 9 | 12 | 6 | 4 | 0 |") && comment.contains("| unknown | 3 | 4 | 2 | 1 | 0 |"), "{comment}");
}

#[test]
fn all_formats_print_the_scores_of_the_view() {
    let view = view::small();
    let (metrics, comment, badge) = (text("prometheus", &view), text("markdown", &view), text("badge", &view));
    let oscal = json("oscal", &view);
    let selections = list(&oscal, "/assessment-results/results/0/reviewed-controls/control-selections");
    assert_eq!(selections.len(), view.frameworks.len());
    for (framework, selection) in view.frameworks.iter().zip(selections) {
        let score = framework.configuration.gross.unwrap();
        let labels = format!("framework=\"{}\",score=\"configuration\",waivers=\"gross\"", framework.id);
        assert!(metrics.contains(&format!("assize_score_percent{{{labels},end=\"low\"}} {:.1}\n", score.low.0)));
        assert!(metrics.contains(&format!("assize_score_percent{{{labels},end=\"high\"}} {:.1}\n", score.high.0)));
        assert!(comment.contains(&format!("| {} | {score} |", framework.title)), "{}", framework.title);
        assert!(badge.contains(&format!("{:.1}–{}", score.low.0, score.high)), "{}", framework.title);
        let prop = |name: &str| list(selection, "/props").iter().find(|prop| prop["name"] == name).unwrap()["value"].clone();
        assert_eq!(prop("configuration-low"), format!("{:.1}", score.low.0));
        assert_eq!(prop("configuration-high"), format!("{:.1}", score.high.0));
    }
}

#[test]
fn a_comment_is_never_longer_than_github_takes_and_says_what_it_cut() {
    for count in [10, 1_000, 50_000] {
        let view = view::large(count);
        let comment = text("markdown", &view);
        assert!(comment.len() <= 65_536, "{count}: {}", comment.len());
        assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count(), "{count}");
        let listed = comment.lines().filter(|line| line.starts_with("| fail") || line.starts_with("| unknown")).count() - 2;
        let said = comment.contains("more in the other formats.") || comment.contains("Cut here:");
        assert_eq!(said, listed < usize::try_from(count).unwrap(), "{count}: {listed} listed");
    }
    // Long names everywhere, more controls than fit: the end of the list is cut, with its numbers.
    let mut view = view::large(4_000);
    let template = view.controls[0].clone();
    view.controls = (0..400).map(|number| assize::report::view::ControlView { id: format!("c-{number:03}"), ..template.clone() }).collect();
    for (at, finding) in view.findings.iter_mut().enumerate() {
        finding.control = format!("c-{:03}", at / 10);
        finding.name = "名<b>|".repeat(80);
        finding.waiver = None;
    }
    let comment = text("markdown", &view);
    assert!(comment.len() <= 65_536 && comment.len() > 50_000, "{}", comment.len());
    let shown = comment.matches("<details><summary><b>").count();
    let cut = format!("**Cut here: {} controls with {} findings left out", 400 - shown, 4_000 - 10 * shown);
    assert!(comment.contains(&cut), "{shown} shown; {}", &comment[comment.len() - 700..]);
    assert!(comment.trim_end().ends_with("</sub>"), "the roots stand below the cut");
}

#[test]
fn ten_times_the_findings_cost_ten_times_as_much() {
    // No clock here: what a format writes for each finding does not grow with their number.
    let sizes = |count: u64| -> Vec<(&str, usize)> {
        let view = view::large(count);
        ours().map(|renderer| (renderer.format(), renderer.render(&view).unwrap().len())).collect()
    };
    for ((format, small), (_, large)) in sizes(1_000).into_iter().zip(sizes(10_000)) {
        assert!(large <= small * 11, "{format}: {small} bytes for 1,000 findings, {large} for 10,000");
    }
}

#[test]
fn identifiers_of_oscal_are_each_for_one_thing_and_stay() {
    for view in [view::small(), view::hostile(), view::large(3_000)] {
        for format in ["oscal", "oscal-component"] {
            let mut seen = BTreeSet::new();
            collect_ids(&json(format, &view), &mut seen, format);
            assert!(seen.len() > 10, "{format}");
        }
    }
    let (first, mut later) = (view::small(), view::small());
    later.evaluation.root = "ab".repeat(32);
    let id = |view: &ReportView, format: &str, name: &str| json(format, view)[name]["uuid"].clone();
    assert_ne!(id(&first, "oscal", "assessment-results"), id(&later, "oscal", "assessment-results"), "another judgement");
    let definition = |view: &ReportView| id(view, "oscal-component", "component-definition");
    assert_eq!(definition(&first), definition(&later), "the same catalog and settings");
}

fn collect_ids(value: &Value, seen: &mut BTreeSet<String>, format: &str) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(id)) = fields.get("uuid") {
                assert!(seen.insert(id.clone()), "{format}: {id} stands for two things");
            }
            fields.values().for_each(|value| collect_ids(value, seen, format));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, seen, format)),
        _ => {}
    }
}
