//! `verify REPORT`: a report is what its database gives, or what was changed is named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod program;

use lopdf::{Document, Object};
use program::{BAD_POD, Place};
use serde_json::Value;

/// Two snapshots, so that a report also names the root of another one, and the three formats of the second.
fn place() -> Place {
    // One framework keeps the PDF short; there are dozens of them to render here.
    let mut place = Place::scanned(&[("t/a.yaml", BAD_POD), ("assize.toml", "report_frameworks = [\"soc2\"]\n")]);
    place.now = "2026-11-25".to_owned();
    place.ok(&["scan", "t", "--report", "r.json", "--report", "r.pdf", "--report", "r.html"]);
    place
}

fn check(place: &Place, code: i32, file: &str) -> Value {
    place.json(code, &["verify", file])
}

fn places(found: &Value) -> Vec<&str> {
    found["differences"].as_array().unwrap().iter().map(|row| row["place"].as_str().unwrap()).collect()
}

/// The report with one text for another, which must be there.
fn edited(place: &Place, from: &str, to: &str) {
    let text = place.read("r.json");
    assert!(text.contains(from), "no {from} in the report");
    place.write("x.json", text.replacen(from, to, 1));
}

#[test]
fn reports_are_exactly_what_the_database_gives_also_years_later_and_under_other_settings() {
    let mut place = place();
    place.now = "2031-01-01".to_owned();
    place.write("a.yaml", BAD_POD);
    place.ok(&["scan", "a.yaml"]);
    place.write("waivers.toml", "[[waiver]]\nid = \"W\"\ncontrol = \"k8s-host-network\"\nresources = \"*\"\nowner = \"a\"\napprover = \"b\"\nreason = \"r\"\nexpires = 2040-01-01\n");
    place.ok(&["evaluate", "--snapshot", "2"]);
    for file in ["r.json", "r.pdf", "r.html"] {
        let found = check(&place, 0, file);
        assert_eq!((found["outcome"].as_str(), found["snapshot"].as_i64()), (Some("identical"), Some(2)), "{file}");
        assert_eq!(found["evaluation"], 2, "{file}: judged with the settings it was judged with then");
        assert!(found["notes"].as_array().unwrap().is_empty(), "{found}");
    }
    let said = place.ok(&["verify", "r.pdf"]);
    assert!(said.contains("exactly what the database gives for snapshot 2"), "{said}");
}

#[test]
fn a_report_of_an_evaluation_that_was_never_stored_is_judged_with_the_settings_given() {
    let place = place();
    place.ok(&["report", "--framework", "gdpr", "--format", "json", "-o", "one.json"]);
    let found = place.json(0, &["verify", "one.json", "--framework", "gdpr"]);
    assert!(found["evaluation"].is_null());
    assert!(found["notes"][0].as_str().unwrap().contains("not stored"), "{found}");
    assert_eq!(check(&place, 10, "one.json")["outcome"], "differs");
}

#[test]
fn each_changed_value_of_a_json_report_is_named_with_both_values() {
    let place = place();
    let report: Value = serde_json::from_str(&place.read("r.json")).unwrap();
    let score = &report["frameworks"][0]["configuration"]["low"];
    edited(&place, &format!("\"low\": {score}"), "\"low\": 99.5");
    let found = check(&place, 10, "x.json");
    let row = &found["differences"][0];
    assert!(row["place"].as_str().unwrap().ends_with(".low") && row["report"] == "99.5", "{found}");
    assert_eq!(found["differences"].as_array().unwrap().len(), 1);

    edited(&place, "\"verdict\": \"fail\"", "\"verdict\": \"pass\"");
    let found = check(&place, 10, "x.json");
    assert!(places(&found)[0].starts_with("findings[") && places(&found)[0].ends_with(".verdict"), "{found}");

    for pointer in ["/snapshot/root", "/evaluation/root", "/catalog/hash", "/evaluation/settings"] {
        let value = report.pointer(pointer).unwrap().as_str().unwrap();
        edited(&place, value, &"0".repeat(64));
        let found = check(&place, 10, "x.json");
        assert_eq!(places(&found), [pointer[1..].replace('/', ".")], "{found}");
        assert_eq!(found["differences"][0]["database"], format!("\"{value}\""));
    }
    // What changes no value changes the file all the same.
    edited(&place, "\"waived\": false", "\"waived\": true, \"waived\": false");
    assert!(places(&check(&place, 10, "x.json"))[0].starts_with("line "));
    place.write("x.json", place.read("r.json") + " ");
    assert_eq!(check(&place, 10, "x.json")["outcome"], "differs");
    place.write("x.json", place.read("r.json").replacen('{', "{{", 1));
    assert!(check(&place, 10, "x.json")["differences"][0]["report"].as_str().unwrap().starts_with("no JSON"));
}

#[test]
fn a_changed_page_attachment_or_byte_of_a_pdf_is_named() {
    let place = place();
    let pristine = place.bytes("r.pdf");
    let metadata = |bytes: &[u8]| bytes.windows(20).filter(|window| window.starts_with(b"<assize:")).count();
    assert_eq!(metadata(&pristine), 5);

    // The words of the second page.
    let mut file = Document::load_mem(&pristine).unwrap();
    let page = file.get_pages()[&2];
    let content = file.get_page_content(page);
    let text = String::from_utf8_lossy(&content).replacen("<00", "<01", 1);
    assert_ne!(text.as_bytes(), content);
    file.change_page_content(page, text.into_bytes()).unwrap();
    file.save(place.path("x.pdf")).unwrap();
    let found = check(&place, 10, "x.pdf");
    assert!(places(&found).iter().all(|place| place.starts_with("page 2, line ")), "{found}");

    // A score in the data behind the pages.
    let mut file = Document::load_mem(&pristine).unwrap();
    for object in file.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if stream.dict.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name == b"EmbeddedFile") {
            let data = String::from_utf8(stream.get_plain_content().unwrap()).unwrap();
            let mut data: Value = serde_json::from_str(&data).unwrap();
            data["frameworks"][0]["programme"]["low"] = 100.into();
            stream.set_plain_content(serde_json::to_vec_pretty(&data).unwrap());
        }
    }
    file.save(place.path("x.pdf")).unwrap();
    let found = check(&place, 10, "x.pdf");
    assert_eq!(places(&found).len(), 1, "{found}");
    assert!(places(&found)[0].starts_with("attached assize-report.json, frameworks[0]") && places(&found)[0].ends_with("programme.low"));
    assert_eq!(found["differences"][0]["report"], "100");

    // Any byte, wherever it stands.
    let step = pristine.len() / 8;
    for at in (step / 2..pristine.len()).step_by(step) {
        let mut bytes = pristine.clone();
        bytes[at] ^= 0x10;
        place.write("x.pdf", &bytes);
        let found = check(&place, 10, "x.pdf");
        assert_eq!(found["outcome"], "differs", "byte {at}");
        assert!(!places(&found).is_empty(), "byte {at}");
    }
    // A root in the metadata, which leaves the rest as it is.
    let at = pristine.windows(23).position(|window| window == b"<assize:evaluationRoot>").unwrap() + 23;
    let mut bytes = pristine.clone();
    bytes[at..at + 64].fill(b'0');
    place.write("x.pdf", &bytes);
    assert_eq!(places(&check(&place, 10, "x.pdf")), ["metadata, evaluation root"]);
    // Cut short.
    place.write("x.pdf", &pristine[..pristine.len() / 2]);
    let found = check(&place, 10, "x.pdf");
    assert!(found["notes"][0].as_str().unwrap().contains("it is damaged"), "{found}");
}

#[test]
fn a_changed_line_of_html_is_named() {
    let place = place();
    let html = place.read("r.html");
    place.write("x.html", html.replacen("Snapshot", "Photograph", 1));
    let found = check(&place, 10, "x.html");
    assert!(places(&found)[0].starts_with("line "), "{found}");
    assert!(found["differences"][0]["report"].as_str().unwrap().contains("Photograph"));
}

#[test]
fn a_report_of_another_database_is_foreign_and_what_is_no_report_is_usage() {
    let place = place();
    let other = Place::scanned(&[("t/b.yaml", &BAD_POD.replace("shop", "else"))]);
    other.ok(&["report", "--format", "json", "-o", "r.json"]);
    place.write("foreign.json", other.bytes("r.json"));
    let ran = place.run(&["verify", "foreign.json"]);
    assert!(ran.code == 10 && ran.out.contains("does not come from this database"), "{}", ran.out);
    assert_eq!(check(&place, 10, "foreign.json")["outcome"], "foreign");
    // Even one that goes on where this database ends: it names a root of ours, as the one before its own.
    std::fs::copy(place.path("assize.db"), place.path("copy.db")).unwrap();
    place.write("t/b.yaml", BAD_POD.replace("shop", "else"));
    place.ok(&["scan", "t", "--db", "copy.db", "--report", "later.json"]);
    assert_eq!(check(&place, 10, "later.json")["outcome"], "foreign");
    place.refused(&["verify", "none.json"], "cannot read");
    place.refused(&["verify", "t/a.yaml"], "cannot tell the format");
}

#[test]
fn a_changed_database_is_no_ground_for_trust_in_a_report() {
    let place = place();
    let raw = rusqlite::Connection::open(place.path("assize.db")).unwrap();
    let changed = raw.execute("UPDATE snapshots SET clock = 'system' WHERE id = 1", []).unwrap();
    assert_eq!(changed, 1);
    drop(raw);
    let found = check(&place, 10, "r.json");
    assert!(found["problems"][0]["place"].as_str().unwrap().starts_with("snapshot 1"), "{found}");
}

#[test]
fn under_another_catalog_the_stored_rows_still_speak() {
    let place = place();
    let control =
        std::fs::read_to_string(format!("{}/controls/kubernetes/pod-security/k8s-host-network.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    place.write("mine/controls/kubernetes/pod-security/k8s-host-network.toml", control + "\n# ours\n");
    let check = |code: i32, file: &str| place.json(code, &["verify", file, "--catalog", "mine"]);
    let found = check(4, "r.json");
    assert_eq!(found["outcome"], "unrepeatable");
    assert!(found["notes"][0].as_str().unwrap().contains("catalog"), "{found}");
    let report: Value = serde_json::from_str(&place.read("r.json")).unwrap();
    let mut changed = report.clone();
    changed["frameworks"][0]["configuration"] = serde_json::json!({ "low": 100, "high": 100 });
    place.write("x.json", serde_json::to_string_pretty(&changed).unwrap());
    let found = check(10, "x.json");
    assert_eq!(places(&found), [format!("configuration score of {}", report["frameworks"][0]["id"].as_str().unwrap())]);
}
