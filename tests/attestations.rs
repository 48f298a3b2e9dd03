//! `attest add|list|check`: evidence is kept by content, and other content is none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod program;

use program::{BAD_POD, Place};
use serde_json::Value;

const BY: [&str; 4] = ["--owner", "Ada, platform", "--performed-at", "2026-11-01"];

fn place() -> Place {
    Place::scanned(&[("t/a.yaml", BAD_POD), ("minutes.PDF", "the minutes of the review")])
}

fn attested(place: &Place, topic: &str) -> String {
    place.ok(&[&["attest", "add", topic, "--file", "minutes.PDF", "--note", "all rights looked at"], &BY[..]].concat());
    let list = place.json(0, &["attest", "list"]);
    list[0]["file"].as_str().unwrap().to_owned()
}

/// How `soc2` answers for a topic, and its programme score.
fn answered(place: &Place, wanted: &str) -> (Vec<String>, f64) {
    let report = place.json(0, &["report", "--framework", "soc2"]);
    let framework = &report["frameworks"][0];
    let topics = framework["requirements"].as_array().unwrap().iter().flat_map(|r| r["attestations"].as_array().unwrap());
    let status = |topic: &Value| topic["status"].as_str().unwrap().to_owned();
    let mut found: Vec<String> = topics.filter(|topic| topic["topic"] == wanted).map(status).collect();
    found.dedup();
    (found, framework["programme"]["low"].as_f64().unwrap())
}

#[test]
fn evidence_is_copied_under_its_hash_and_the_entry_names_both() {
    let place = place();
    place.write("attestations.toml", "# Ours.\n");
    let copy = attested(&place, "access-review");
    let hash = blake3::hash(b"the minutes of the review").to_hex();
    assert_eq!(copy, format!("evidence/{}/{hash}.pdf", &hash[..2]));
    assert_eq!(place.read(&copy), "the minutes of the review");
    let text = place.read("attestations.toml");
    assert!(text.starts_with("# Ours.\n\n[[attestation]]\ntopic = \"access-review\"\n"), "{text}");
    let row = &place.json(0, &["attest", "list"])[0];
    assert_eq!((row["name"].as_str(), row["hash"].as_str()), (Some("minutes.PDF"), Some(hash.as_str())));
    assert_eq!((row["state"].as_str(), row["performed_at"].as_str()), (Some("valid"), Some("2026-11-01")));
    // The original may go; the copy is the evidence.
    std::fs::remove_file(place.path("minutes.PDF")).unwrap();
    assert_eq!(answered(&place, "access-review").0, ["pass"]);
    let csv = place.ok(&["attest", "list", "--format", "csv"]);
    assert!(csv.contains("access-review,valid,2026-11-01,") && csv.contains("\"Ada, platform\",minutes.PDF\r\n"), "{csv}");
}

#[test]
fn what_is_no_evidence_is_refused_and_nothing_is_written() {
    let place = place();
    place.write("empty.txt", "");
    let add = |topic: &'static str, file: &'static str, more: &[&'static str]| [&["attest", "add", topic, "--file", file], more].concat();
    place.refused(&add("access-reviews", "minutes.PDF", &BY), "did you mean 'access-review'?");
    place.refused(&add("access-review", "none.pdf", &BY), "cannot read");
    place.refused(&add("access-review", "empty.txt", &BY), "no evidence");
    place.refused(&add("access-review", "minutes.PDF", &["--owner", "A", "--performed-at", "2026-11-25"]), "has not come yet");
    place.refused(&add("access-review", "minutes.PDF", &["--owner", " "]), "--owner");
    let dry = place.ok(&add("access-review", "minutes.PDF", &[&BY[..], &["--dry-run"]].concat()));
    assert!(dry.contains("hash = \""), "{dry}");
    assert!(!place.path("attestations.toml").exists() && !place.path("evidence").exists());
    attested(&place, "access-review");
    place.refused(&add("access-review", "minutes.PDF", &BY), "already");
}

#[test]
fn a_changed_or_missing_file_is_no_evidence_and_never_a_pass() {
    /// SOC 2 asks for nothing beside it in CC1.1.
    const ALONE: &str = "code-of-conduct";
    let place = place();
    let before = answered(&place, ALONE);
    assert_eq!(before.0, ["manual"]);
    let copy = attested(&place, ALONE);
    let with = answered(&place, ALONE);
    assert!(with.1 > before.1, "{with:?} {before:?}");
    for (state, words) in [("changed", "content was changed"), ("unreadable", "is missing")] {
        if state == "changed" {
            place.write(&copy, "the minutes of the Review");
        } else {
            std::fs::remove_file(place.path(&copy)).unwrap();
        }
        let check = place.json(10, &["attest", "check"]);
        assert_eq!(check["attestations"][0]["state"], state);
        assert!(check["attestations"][0]["problem"].as_str().unwrap().contains(words), "{check}");
        let after = answered(&place, ALONE);
        assert_eq!(after.0, ["unknown"], "{state}");
        assert!(after.1 <= before.1, "{state}");
        let report = place.json(0, &["report"]);
        assert_eq!(report["attestations"][0]["state"], state);
        assert!(report["headline"].as_str().unwrap().ends_with("The evidence file of one attestation is missing or was changed."));
        place.ok(&["report", "--format", "pdf", "-o", "r.pdf"]);
        place.ok(&["report", "--format", "html", "-o", "r.html"]);
    }
}

#[test]
fn check_tells_expired_soon_and_open_apart() {
    let mut place = place();
    let everything = |place: &Place| {
        let check = place.run(&["attest", "check", "--framework", "soc2", "--format", "json"]);
        (check.code, serde_json::from_str::<Value>(&check.out).unwrap())
    };
    let open =
        |check: &Value| check["open"].as_array().unwrap().iter().map(|row| row["topic"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let (code, nothing) = everything(&place);
    assert_eq!(code, 4, "nobody attested anything");
    assert!(open(&nothing).contains(&"access-review".to_owned()));
    let row = nothing["open"].as_array().unwrap().iter().find(|row| row["topic"] == "access-review").unwrap();
    assert!(!row["requirements"].as_array().unwrap().is_empty() && row["given"] == false);
    attested(&place, "access-review");
    let (code, check) = everything(&place);
    assert_eq!(code, 4, "other topics are open");
    assert!(!open(&check).contains(&"access-review".to_owned()));
    assert!(check["attestations"][0]["soon"].is_null());
    let until = check["attestations"][0]["until"].as_str().unwrap().to_owned();
    place.now = until;
    let (code, check) = everything(&place);
    assert_eq!(code, 4, "soon is a word of warning");
    assert!(check["attestations"][0]["soon"].as_str().unwrap().contains("expires on"));
    let far = place.json(4, &["attest", "check", "--framework", "soc2", "--within", "0"]);
    assert!(!far["attestations"][0]["soon"].is_null(), "the last day is within no days");
    let day = chrono::NaiveDate::parse_from_str(&place.now, "%Y-%m-%d").unwrap().succ_opt().unwrap();
    place.now = day.to_string();
    let (code, check) = everything(&place);
    assert_eq!((code, check["attestations"][0]["state"].as_str()), (10, Some("expired")));
    let row = check["open"].as_array().unwrap().iter().find(|row| row["topic"] == "access-review").unwrap();
    assert_eq!(row["given"], true);
    // A newer one takes its place, and the old one is history.
    place.write("next.txt", "the next review");
    place.ok(&["attest", "add", "access-review", "--file", "next.txt", "--owner", "Ada"]);
    let (code, check) = everything(&place);
    assert_eq!((code, check["attestations"][0]["state"].as_str()), (4, Some("superseded")));
}

#[test]
fn a_topic_nobody_knows_and_a_hash_of_nothing_fail_the_check() {
    let place = place();
    let entry = "[[attestation]]\ntopic = \"access-review\"\nowner = \"A\"\nperformed_at = 2026-11-01\n";
    for (bad, words) in [
        (entry.replace("access-review", "access-reviews"), "did you mean `access-review`?"),
        (format!("{entry}hash = \"{}\"\n", "a".repeat(64)), "names no `file`"),
        (format!("{entry}file = \"minutes.PDF\"\nhash = \"abc\"\n"), "not a BLAKE3 hash"),
        (format!("{entry}valid_days = 10\nvalid_until = 2026-12-01\n"), "keep one of them"),
        (format!("{entry}valid_days = 0\n"), "at least 1"),
    ] {
        place.write("attestations.toml", &bad);
        let check = place.run(&["attest", "check"]);
        assert!(check.code == 10 && check.err.contains(words), "{} {}", check.code, check.err);
        assert_eq!(place.run(&["report"]).code, 2);
    }
    place.write("attestations.toml", format!("{entry}valid_days = 10\n"));
    let check = place.json(10, &["attest", "check"]);
    assert_eq!(check["attestations"][0]["until"], "2026-11-11");
}

#[test]
fn the_example_company_has_one_expired_topic_and_unchanged_evidence() {
    let place = Place::new(&[]);
    let acme = format!("{}/examples/acme/assize.toml", env!("CARGO_MANIFEST_DIR"));
    let check = place.json(10, &["attest", "check", "--config", &acme]);
    let bad: Vec<&str> = check["attestations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| !row["problem"].is_null())
        .map(|row| row["topic"].as_str().unwrap())
        .collect();
    assert_eq!(bad, ["backup-restore-test"]);
}
