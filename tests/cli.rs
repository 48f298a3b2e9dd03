//! The program as users meet it: verbs, formats, exit codes, errors with file, line and caret.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const BAD_POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: shop}\nspec:\n  hostNetwork: true\n  containers:\n  - name: c\n    image: nginx\n    securityContext: {privileged: true}\n";
const GOOD_SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// A folder with a tree to scan and a place for the database.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_assize"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", ran.out))
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn has(value: &Value, wanted: &[&str]) {
    for key in wanted {
        assert!(value.get(key).is_some(), "no `{key}` in {:?}", keys(value));
    }
}

#[test]
fn exit_codes_say_what_happened() {
    let place = Place::new(&[
        ("good/a.yaml", GOOD_SERVICE),
        ("bad/a.yaml", BAD_POD),
        ("empty/notes.txt", "x"),
        ("broken/a.yaml", "kind: [\napiVersion: v1\n"),
    ]);
    let code = |arguments: &[&str]| place.run(arguments).code;
    assert_eq!(code(&["scan", "good"]), 0);
    assert_eq!(code(&["scan", "bad"]), 0, "findings fail a run only when asked to");
    assert_eq!(code(&["scan", "bad", "--fail-on", "critical"]), 10);
    assert_eq!(code(&["scan", "good", "--fail-on", "critical"]), 0);
    assert_eq!(code(&["scan", "empty"]), 3);
    assert_eq!(code(&["scan"]), 2);
    assert_eq!(code(&["scan", "nowhere"]), 2);
    assert_eq!(code(&["scan", "good", "--bogus"]), 2);
    assert_eq!(code(&["report", "--db", "none.db"]), 2);
    assert_eq!(code(&["--version"]), 0);
    place.write("broken/b.yaml", GOOD_SERVICE);
    assert_eq!(code(&["scan", "broken"]), 4, "something could not be read");
    assert_eq!(code(&["scan", "broken", "--accept-incomplete"]), 0);
    place.write("broken/c.yaml", BAD_POD);
    assert_eq!(code(&["scan", "broken", "--fail-on", "critical"]), 10, "findings beat gaps");
    place.write("folder.db/x", "");
    assert_eq!(code(&["scan", "good", "--db", "folder.db"]), 1);
}

#[test]
fn a_run_without_a_source_says_what_to_do() {
    let ran = Place::new(&[]).run(&["scan"]);
    assert!(ran.out.is_empty());
    assert!(ran.err.contains("assize scan ."), "{}", ran.err);
}

#[test]
fn the_promised_json_surfaces_hold() {
    let place = Place::new(&[("t/a.yaml", BAD_POD), ("t/b.yaml", GOOD_SERVICE), ("t/c.yaml", "apiVersion: v1\nkind: Pod\n a: b: c\n")]);
    assert_eq!(place.run(&["scan", "t", "--accept-incomplete"]).code, 0);

    let controls = place.json(&["control", "list", "--format", "json"]);
    assert_eq!(controls.as_array().unwrap().len(), 44);
    has(&controls[0], &["id", "title", "severity", "source", "kinds", "frameworks"]);

    let framework = place.json(&["framework", "show", "soc2", "--format", "json"]);
    has(&framework, &["id", "title", "edition", "requirements"]);
    let requirement = framework["requirements"].as_array().unwrap().iter().find(|r| r["id"] == "CC6.1").unwrap();
    has(requirement, &["id", "title", "parent", "evidence", "controls", "attestations"]);
    has(&requirement["controls"][0], &["id", "strength", "why", "group"]);
    has(&requirement["attestations"][0], &["topic", "valid_days"]);

    let verdicts = place.json(&["verdicts", "--format", "json"]);
    has(&verdicts[0], &["control", "verdict", "severity", "resource", "observed", "expected", "reason", "waived"]);
    has(&verdicts[0]["resource"], &["source", "kind", "namespace", "name", "id", "file", "line"]);
    let of = |control: &str, file: &str| {
        let found: Vec<&Value> =
            verdicts.as_array().unwrap().iter().filter(|v| v["control"] == control && v["resource"]["file"] == file).collect();
        assert_eq!(found.len(), 1, "{control} over {file}");
        found[0].clone()
    };
    let privileged = of("k8s-privileged-container", "a.yaml");
    assert_eq!((privileged["verdict"].as_str(), privileged["resource"]["line"].as_i64()), (Some("fail"), Some(1)));
    assert!(privileged["observed"].as_str().unwrap().contains("container c"), "{privileged}");
    assert_eq!(of("k8s-service-node-port", "b.yaml")["verdict"], "pass");
    let unread = of("k8s-privileged-container", "c.yaml");
    assert_eq!((unread["verdict"].as_str(), unread["resource"]["line"].as_i64()), (Some("unknown"), Some(3)), "{unread}");

    let report = place.json(&["report", "--format", "json"]);
    has(&report, &["schema", "snapshot", "catalog", "frameworks", "controls", "findings", "waivers", "ledger"]);
    assert_eq!(report["schema"], "assize.report/v1");
    has(&report["snapshot"], &["id", "taken_at", "root", "previous_root"]);
    has(&report["catalog"], &["version", "hash"]);
    assert_eq!(report["frameworks"].as_array().unwrap().len(), 6);
    has(&report["frameworks"][0], &["id", "configuration", "programme", "coverage", "requirements"]);
    has(&report["frameworks"][0]["configuration"], &["low", "high"]);
    has(&report["frameworks"][0]["requirements"][0], &["id", "status", "automated", "attested", "score"]);
    has(&report["controls"][0], &["id", "pass", "fail", "unknown", "manual", "not_applicable"]);
    has(&report["ledger"][0], &["source", "operation", "parameters", "outcome", "error", "items", "pages", "started_at", "ended_at"]);
    let counts = |key: &str| report["controls"].as_array().unwrap().iter().map(|c| c[key].as_u64().unwrap()).sum::<u64>();
    for verdict in ["fail", "unknown", "manual", "pass", "not_applicable"] {
        let listed = verdicts.as_array().unwrap().iter().filter(|v| v["verdict"] == verdict).count() as u64;
        assert_eq!(counts(verdict), listed, "counts of the report and the population differ for {verdict}");
    }

    let trend = place.json(&["trend", "--format", "json"]);
    has(&trend[0], &["snapshot", "taken_at", "scores", "fail", "unknown"]);
    assert_eq!(
        trend[0]["scores"]["soc2"]["configuration"],
        report["frameworks"].as_array().unwrap().iter().find(|f| f["id"] == "soc2").unwrap()["configuration"]
    );
}

#[test]
fn results_go_to_standard_output_and_nothing_else_does() {
    let place = Place::new(&[("t/a.yaml", BAD_POD)]);
    let ran = place.run(&["scan", "t", "--report", "r/one.html", "--report", "r/two.json", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(serde_json::from_str::<Value>(&ran.out).is_ok());
    assert!(ran.err.contains("one.html") && ran.err.contains("two.json"));
    assert!(place.path("r/one.html").is_file() && place.path("r/two.json").is_file());
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "no colour without a terminal");
    let quiet = place.run(&["scan", "t", "--quiet", "-o", "r/three.json"]);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    assert_eq!(place.run(&["report", "-o", "r/x.docx"]).code, 2, "an ending that names no format");
}

#[test]
fn every_mistake_of_a_configuration_is_told_at_once_with_its_line() {
    let place = Place::new(&[
        ("t/a.yaml", BAD_POD),
        (
            "assize.toml",
            "organisatoin = \"x\"\nfail_on = \"hihg\"\n[controls.k8s-nope.params]\nx = 1\n[controls.k8s-sensitive-host-path-writable.params]\nsensitive_paths = 3\nsensitive_path = [\"/x\"]\n[frameworks.soc2]\ncategories = [\"secrecy\"]\n[frameworks.pci-dss.exclude]\n\"99.9\" = \"gone\"\n[frameworks.pci]\n",
        ),
    ]);
    let ran = place.run(&["scan", "t"]);
    assert_eq!(ran.code, 2);
    for (line, words) in [
        (1, "unknown key `organisatoin`"),
        (2, "`fail_on` cannot be `hihg`"),
        (3, "no control has the id `k8s-nope`"),
        (6, "must be list<string>, not integer"),
        (7, "unknown parameter `sensitive_path`"),
        (9, "`secrecy` is no answer to `categories`"),
        (11, "no requirement has the id `99.9`"),
        (12, "no framework has the id `pci`"),
    ] {
        assert!(ran.err.contains(words), "{words} is missing from\n{}", ran.err);
        assert!(ran.err.contains(&format!("assize.toml:{line}:")), "line {line} is missing from\n{}", ran.err);
    }
    assert!(ran.err.contains("did you mean `organisation`?") && ran.err.contains('^'), "{}", ran.err);
    assert!(!place.path("assize.db").exists(), "nothing was collected");
}

#[test]
fn waivers_and_attestations_are_checked_and_counted() {
    let place = Place::new(&[
        ("t/a.yaml", BAD_POD),
        (
            "waivers.toml",
            "[[waiver]]\nid = \"w\"\ncontrol = \"k8s-host-network\"\nresources = \"shop/bad\"\nowner = \"ann\"\napprover = \"Ann\"\nreason = \"r\"\nexpires = 2099-01-01\n[[waiver]]\nid = \"w\"\ncontrol = \"k8s-host-netwrok\"\nresources = \"[\"\nowner = \"a\"\napprover = \"b\"\nreason = \"\"\n",
        ),
    ]);
    place.write("assize.toml", "");
    let ran = place.run(&["scan", "t"]);
    assert_eq!(ran.code, 2);
    for words in [
        "somebody else than its owner",
        "is there twice",
        "did you mean `k8s-host-network`?",
        "not a glob",
        "`reason` is empty",
        "needs `expires`",
    ] {
        assert!(ran.err.contains(words), "{words} is missing from\n{}", ran.err);
    }
    place.write(
        "waivers.toml",
        "[[waiver]]\nid = \"w\"\ncontrol = \"k8s-host-network\"\nresources = \"shop/bad\"\nowner = \"ann\"\napprover = \"bob\"\nreason = \"r\"\nexpires = 2099-01-01\n",
    );
    place.write("evidence/review.md", "reviewed");
    place.write(
        "attestations.toml",
        "[[attestation]]\ntopic = \"access-review\"\nowner = \"ann\"\nperformed_at = 2026-11-01\nfile = \"evidence/review.md\"\n[[attestation]]\ntopic = \"code-of-conduct\"\nowner = \"ann\"\nperformed_at = 2026-11-01\nfile = \"gone.md\"\n",
    );
    assert_eq!(place.run(&["scan", "t"]).code, 0);
    let report = place.json(&["report", "--format", "json"]);
    std::fs::create_dir(place.path("elsewhere")).unwrap();
    let from_elsewhere = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["report", "--format", "json", "--db", "../assize.db"])
        .current_dir(place.path("elsewhere"))
        .output()
        .unwrap();
    let from_elsewhere: Value = serde_json::from_slice(&from_elsewhere.stdout).unwrap();
    assert_eq!(from_elsewhere, report, "the configuration beside the database is found");
    assert_eq!((report["waivers"][0]["matches"].as_i64(), report["waivers"][0]["state"].as_str()), (Some(1), Some("valid")));
    let waived: Vec<&Value> = report["findings"].as_array().unwrap().iter().filter(|f| f["waived"] == true).collect();
    assert_eq!((waived.len(), waived[0]["verdict"].as_str()), (1, Some("fail")), "a waiver changes no verdict");
    let states: Vec<&str> = report["attestations"].as_array().unwrap().iter().map(|a| a["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["valid", "unreadable"]);
}

#[test]
fn a_catalog_folder_is_merged_aloud_and_refused_with_places() {
    let place = Place::new(&[("t/a.yaml", BAD_POD)]);
    let source =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("controls/kubernetes/pod-security/k8s-host-network.toml"))
            .unwrap();
    place
        .write("mine/controls/kubernetes/pod-security/k8s-host-network.toml", &source.replace("severity = \"high\"", "severity = \"low\""));
    let ran = place.run(&["catalog", "lint", "--catalog", "mine"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("control k8s-host-network replaced by mine/controls"), "{}", ran.err);
    let shown = place.json(&["control", "show", "k8s-host-network", "--catalog", "mine", "--format", "json"]);
    assert_eq!(shown["severity"], "low");
    place.run(&["scan", "t", "--catalog", "mine"]);
    let html = place.run(&["report", "--format", "html", "--catalog", "mine"]).out;
    assert!(html.contains("k8s-host-network replaced by"), "the report says it too");

    let wrong = source
        .replace("severity = \"high\"", "severity = \"hihg\"\nseverty = \"high\"")
        .replace("since = \"0.1.0\"", "since = 1")
        .replace("require = \"", "require = \"objekt.x.startWith('a') && ");
    place.write("mine/controls/kubernetes/pod-security/k8s-host-network.toml", &wrong);
    place.write("mine/stray.toml", "");
    place.write("mine/frameworks/own.toml", "title = \"Own\"\nedition = \"1\"\n[[requirement]]\nid = \"1\"\ntitle = \"t\"\nkind = \"technical\"\nevidence = \"auto\"\ncontrols = [{ id = \"k8s-host-netwrok\", strength = \"strong\", why = \"w\" }]\n");
    let ran = place.run(&["catalog", "lint", "--catalog", "mine"]);
    assert_eq!(ran.code, 2);
    for words in [
        "unknown severity `hihg`",
        "unknown key `severty`",
        "`since` of a control must be a string, not integer",
        "has no place in a catalog",
    ] {
        assert!(ran.err.contains(words), "{words} is missing from\n{}", ran.err);
    }
    place.write(
        "mine/controls/kubernetes/pod-security/k8s-host-network.toml",
        &source.replace("require = \"", "require = \"objekt.x.startWith('a') && "),
    );
    std::fs::remove_file(place.path("mine/stray.toml")).unwrap();
    let ran = place.run(&["catalog", "lint", "--catalog", "mine"]);
    assert_eq!(ran.code, 2);
    for words in
        ["objekt", "startWith", "no control has the id `k8s-host-netwrok`", "did you mean `k8s-host-network`?", "k8s-host-network.toml:"]
    {
        assert!(ran.err.contains(words), "{words} is missing from\n{}", ran.err);
    }
    let json = place.run(&["catalog", "lint", "--catalog", "mine", "--format", "json"]);
    let mistakes: Value = serde_json::from_str(&json.out).unwrap();
    assert!(mistakes["mistakes"].as_array().unwrap().iter().all(|m| m["file"].is_string() && m["line"].is_u64()), "{}", json.out);
    assert_eq!(place.run(&["catalog", "lint", "--catalog", "nowhere"]).code, 2);
}

#[test]
fn init_writes_a_configuration_that_scan_reads_and_replaces_nothing() {
    let place = Place::new(&[("a.yaml", GOOD_SERVICE)]);
    assert_eq!(place.run(&["init"]).code, 0);
    assert_eq!(place.run(&["init"]).code, 2);
    assert_eq!(place.run(&["init", "--force"]).code, 0);
    let ran = place.run(&["scan"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // Every commented key is a real one.
    let text = std::fs::read_to_string(place.path("assize.toml")).unwrap();
    let live: String = text
        .lines()
        .map(|line| {
            let key = line
                .strip_prefix("# ")
                .filter(|rest| rest.starts_with('[') || rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')));
            format!("{}\n", key.unwrap_or(line))
        })
        .collect();
    place.write("assize.toml", &live.replace("../assize.key", "key").replace("../assize-signing.pem", "signing.pem"));
    place.write("key", "0123456789abcdef0123456789abcdef");
    // The example of RFC 8410, 10.3.
    let secret = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    place.write("logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    place.write("report-templates/html/css/house.css", "h1 { font-style: italic }");
    place.write("signing.pem", &format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n"));
    let ran = place.run(&["scan"]);
    assert_eq!(ran.code, 0, "{}\n{live}", ran.err);
}

#[test]
fn examples_of_controls_run_and_wrong_ones_are_named() {
    let place = Place::new(&[]);
    let ran = place.run(&["control", "test"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let source =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("controls/kubernetes/pod-security/k8s-host-network.toml"))
            .unwrap();
    place.write(
        "mine/controls/kubernetes/pod-security/k8s-host-network.toml",
        &source.replace("require = \"", "require = \"object.kind == 'Pod' || "),
    );
    let ran = place.run(&["control", "test", "k8s-host-network", "--catalog", "mine"]);
    assert_eq!(ran.code, 10);
    assert!(ran.out.contains("should be fail, is pass"), "{}", ran.out);
    let ran = place.run(&["control", "test", "k8s-host-netwrok"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean 'k8s-host-network'?"), "{}", ran.err);
}

#[test]
fn history_survives_and_verify_names_what_was_changed() {
    let place = Place::new(&[("t/a.yaml", BAD_POD)]);
    place.run(&["scan", "t"]);
    place.write("t/b.yaml", GOOD_SERVICE);
    place.run(&["scan", "t"]);
    let ran = place.run(&["verify"]);
    assert!(ran.code == 0 && ran.out.starts_with("2 snapshots, all as they were sealed"), "{}{}", ran.out, ran.err);
    let report = place.json(&["report", "--format", "json", "--snapshot", "2"]);
    assert_eq!(report["snapshot"]["previous_root"], place.json(&["report", "--format", "json", "--snapshot", "1"])["snapshot"]["root"]);
    let table = place.run(&["trend", "--framework", "soc2"]).out;
    assert_eq!(table.lines().count(), 3, "{table}");
    assert_eq!(place.run(&["report", "--snapshot", "9"]).code, 2);
    assert_eq!(place.run(&["report", "--snapshot", "yesterday"]).code, 2);
    // Scanning the same tree again adds a snapshot; evaluating again with the same rules adds nothing.
    let first = place.json(&["evaluate", "--format", "json"]);
    assert_eq!(first["evaluation"], place.json(&["evaluate", "--format", "json"])["evaluation"]);
}

#[test]
fn retention_removes_evidence_and_keeps_the_chain() {
    let place = Place::new(&[("pod.yaml", BAD_POD)]);
    for day in 1..=4 {
        place.write("web.yaml", &GOOD_SERVICE.replace("80", &format!("8{day}")));
        let ran = Command::new(env!("CARGO_BIN_EXE_assize"))
            .args(["scan", ".", "--format", "json", "-o", "report"])
            .current_dir(place.folder.path())
            .env_clear()
            .env("SOURCE_DATE_EPOCH", format!("{}", 1_790_000_000_i64 + day * 86_400 * 20))
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
        std::fs::remove_dir_all(place.path("report")).ok();
        std::fs::remove_file(place.path("report")).ok();
    }
    let unsaid = place.run(&["prune"]);
    assert_eq!(unsaid.code, 2);
    assert!(unsaid.err.contains("--keep"), "{}", unsaid.err);
    assert_eq!(place.run(&["prune", "--keep", "1", "--db", "other.db"]).code, 2, "a database that is not there is not made");
    assert!(!place.path("other.db").exists());
    let would = place.json(&["prune", "--keep-days", "45", "--dry-run", "--format", "json"]);
    assert_eq!((would["kept"].clone(), would["would_prune"].clone()), (serde_json::json!([2, 3, 4]), serde_json::json!([1])));
    let trend = place.json(&["trend", "--format", "json"]);
    let pruned = place.json(&["prune", "--keep", "2", "--format", "json"]);
    assert_eq!((pruned["kept"].clone(), pruned["pruned"].clone()), (serde_json::json!([3, 4]), serde_json::json!([1, 2])));
    assert_eq!(place.json(&["trend", "--format", "json"]), trend);
    assert_eq!(place.json(&["verify", "--format", "json"])["problems"], serde_json::json!([]));
    assert_eq!(place.run(&["report", "--snapshot", "3", "--format", "json", "-o", "-"]).code, 0);
    let gone = place.run(&["report", "--snapshot", "1", "--format", "json", "-o", "-"]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("snapshot 1 was pruned"), "{}", gone.err);
}

#[test]
fn completions_and_manual_come_from_the_same_definitions() {
    let place = Place::new(&[]);
    for shell in ["bash", "zsh", "fish"] {
        assert!(place.run(&["completions", shell]).out.contains("verdicts"), "{shell}");
    }
    assert!(place.run(&["man"]).out.starts_with(".ie"), "{}", place.run(&["man"]).out.lines().next().unwrap_or_default());
    let help = place.run(&["--help"]).out;
    for verb in [
        "scan",
        "collect",
        "evaluate",
        "verdicts",
        "report",
        "trend",
        "verify",
        "control",
        "framework",
        "catalog",
        "init",
        "completions",
        "man",
        "Exit codes",
    ] {
        assert!(help.contains(verb), "{verb}");
    }
}
