//! The formats as the program writes them, from real scans: of nothing, of what cannot be read, of names that nobody should choose.

#[path = "../support/program.rs"]
mod place;

use super::{folder, list, ours};
use place::{BAD_POD, Place};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Scans a tree and leaves every format for the checks from outside.
fn scanned(name: &str, files: &[(&str, &str)], codes: &[i32]) -> (Place, Vec<u8>) {
    let place = Place::new(files);
    std::fs::create_dir_all(place.path("t")).unwrap();
    let folder = folder(name);
    let reports: Vec<String> =
        ours().map(|renderer| folder.join(format!("report.{}", renderer.extension())).display().to_string()).collect();
    let mut arguments = vec!["scan", "t"];
    for report in &reports {
        arguments.extend(["--report", report.as_str()]);
    }
    let ran = place.run(&arguments);
    assert!(codes.contains(&ran.code), "{name}: {} {}", ran.code, ran.err);
    let sarif = std::fs::read(folder.join("report.sarif")).unwrap();
    (place, sarif)
}

fn results(sarif: &[u8]) -> Vec<Value> {
    let log: Value = serde_json::from_slice(sarif).unwrap();
    list(&log, "/runs").iter().flat_map(|run| list(run, "/results").to_vec()).collect()
}

fn fingerprints(sarif: &[u8]) -> BTreeSet<String> {
    let all = results(sarif);
    let found: BTreeSet<String> =
        all.iter().map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found.len(), all.len(), "no two results are one alert");
    found
}

#[test]
fn a_scan_of_nothing_is_written_in_every_format() {
    let (_, sarif) = scanned("scan-empty", &[], &[3]);
    assert!(results(&sarif).is_empty());
}

#[test]
fn what_cannot_be_read_is_one_result_and_no_pass() {
    let files = [("t/a.yaml", "a: [b\n"), ("t/b.yaml", "kind: Pod\napiVersion: v1\nmetadata: {name: x\n")];
    let (_, sarif) = scanned("scan-unreadable", &files, &[3, 4]);
    let results = results(&sarif);
    // The first file shows nothing that a control could speak of: it is told as a notification alone.
    assert_eq!(results.len(), 1);
    assert!(results.iter().all(|result| result["kind"] == "open" && result["ruleId"] == "assize-not-read"));
    assert!(results.iter().all(|result| list(result, "/properties/controls").len() > 20));
    let log: Value = serde_json::from_slice(&sarif).unwrap();
    assert_eq!(list(&log, "/runs/0/invocations/0/toolExecutionNotifications").len(), 2);
}

#[test]
fn hostile_names_stay_names() {
    let hostile = BAD_POD
        .replace("name: bad", "name: \"<b>|[x](https://e.example)\\\"'&]]> \\u202e{0} @all\"")
        .replace("namespace: shop", "namespace: \"=cmd()\\n\\t# H\"");
    let files = [
        ("t/a b#1?%é;<x>.yaml", hostile.as_str()),
        ("t/-->&quot;.yaml", hostile.as_str()),
        ("t/$(touch x)|`id`.yaml", hostile.as_str()),
        ("t/www.e.example @all #1 [x](y).yaml", "a: [b\n"),
    ];
    let (_, sarif) = scanned("scan-hostile", &files, &[0, 4, 10]);
    assert!(results(&sarif).len() > 10);
    for result in results(&sarif) {
        let uri = result.pointer("/locations/0/physicalLocation/artifactLocation/uri").unwrap().as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
        assert!(!result["message"]["text"].as_str().unwrap().contains("]("));
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("formats/scan-hostile");
    let csv = std::fs::read_to_string(folder.join("report.csv")).unwrap();
    assert!(!csv.contains(",=cmd") && !csv.contains(",\"=cmd"));
    let comment = std::fs::read_to_string(folder.join("report.md")).unwrap();
    let comment = comment.replace("\\](", "");
    assert!(!comment.contains("<b>|") && !comment.contains("](") && !comment.contains("@all") && !comment.contains("https://e"));
}

#[test]
fn fingerprints_stay_when_lines_move_and_when_files_break_elsewhere() {
    let (place, first) = scanned("scan-first", &[("t/pod.yaml", BAD_POD), ("t/broken.yaml", "a: [b\n")], &[0, 4, 10]);
    place.write("t/pod.yaml", format!("# one\n# two\n{BAD_POD}"));
    place.write("t/broken.yaml", "x: y\n\n\na: [b\n");
    place.run(&["scan", "t", "--report", "again.sarif"]);
    let again = place.bytes("again.sarif");
    assert_eq!(fingerprints(&first), fingerprints(&again));
    let line = |sarif: &[u8]| results(sarif)[0].pointer("/locations/0/physicalLocation/region/startLine").unwrap().as_u64().unwrap();
    assert_eq!(line(&again), line(&first) + 2, "and yet the lines moved");
    // One category of alerts for the source, and each upload a run of it.
    let id = |sarif: &[u8]| {
        let log: Value = serde_json::from_slice(sarif).unwrap();
        log.pointer("/runs/0/automationDetails/id").unwrap().as_str().unwrap().to_owned()
    };
    let (before, after) = (id(&first), id(&again));
    assert_eq!(before.rsplit_once('/').unwrap().0, "assize/t");
    assert_eq!(before.rsplit_once('/').unwrap().0, after.rsplit_once('/').unwrap().0);
    assert_ne!(before, after);
}

#[test]
fn reports_are_named_by_ending_or_outright_and_settings_may_do_both() {
    let place = Place::new(&[("t/pod.yaml", BAD_POD)]);
    place.write("assize.toml", "reports = [\"out/x.oscal.json\", \"sarif=out/findings.json\"]\n");
    place.ok(&["scan", "t"]);
    assert!(place.read("out/x.oscal.json").contains("\"assessment-results\""));
    assert!(place.read("out/findings.json").contains("sarif-schema-2.1.0"));
    place.ok(&["scan", "t", "--report", "junit=j.txt", "--report", "component-definition.json"]);
    assert!(place.read("j.txt").contains("<testsuites"));
    assert!(place.read("component-definition.json").contains("\"component-definition\""));
    place.ok(&["report", "--format", "ocsf", "-o", "events"]);
    assert!(place.read("events").contains("Compliance Finding"));
    place.refused(&["scan", "t", "--report", "x.zip"], "cannot tell the format of x.zip by its ending");
    place.refused(&["scan", "t", "--report", "csv="], "names no file");
}

#[test]
fn the_schema_is_printed_without_a_database() {
    let place = Place::new(&[]);
    let schema: Value = serde_json::from_str(&place.ok(&["report", "--schema"])).unwrap();
    assert_eq!(schema["title"], "assize.report/v1");
    place.ok(&["report", "--schema", "-o", "schema.json"]);
    assert!(place.read("schema.json").starts_with('{'));
}

#[test]
fn a_report_that_names_its_roots_is_verified_in_any_format() {
    let place = Place::new(&[("t/pod.yaml", BAD_POD)]);
    let formats = ["r.sarif", "r.oscal.json", "r.junit.xml", "r.md", "r.prom", "r.ocsf.json", "r.json"];
    let arguments: Vec<&str> = ["scan", "t"].into_iter().chain(formats.iter().flat_map(|file| ["--report", file])).collect();
    place.ok(&arguments);
    for file in formats {
        assert_eq!(place.json(0, &["verify", file])["outcome"], "identical", "{file}");
        let changed = place.read(file).replacen("hostNetwork", "hostNetw0rk", 1);
        place.write(file, changed);
    }
    for file in formats.iter().filter(|file| !file.ends_with(".prom")) {
        assert_eq!(place.json(10, &["verify", file])["outcome"], "differs", "{file}");
    }
}
