//! `waiver add|list|check`: accepted risks are written carefully, shown with what they accept, and kept tidy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod program;

use program::{BAD_POD, Place};
use serde_json::Value;

const OWN: [&str; 6] = ["--owner", "Ada, platform", "--approver", "Bob, CTO", "--reason", "It is \"known\"."];

fn add<'a>(id: &'a str, control: &'a str, resources: &'a str, expires: &'a str) -> Vec<&'a str> {
    let mut arguments = vec!["waiver", "add", id, "--control", control, "--resources", resources, "--expires", expires];
    arguments.extend(OWN);
    arguments
}

fn states(list: &Value) -> Vec<(String, String)> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|row| (text(row, "id"), text(row, "state"))).collect()
}

fn entry(id: &str, control: &str, resources: &str, more: &str) -> String {
    format!(
        "[[waiver]]\nid = \"{id}\"\ncontrol = \"{control}\"\nresources = \"{resources}\"\nowner = \"Ada\"\napprover = \"Bob\"\nreason = \"r\"\n{more}\n"
    )
}

#[test]
fn a_new_waiver_stands_behind_what_is_there_and_touches_none_of_it() {
    let place = Place::scanned(&[("t/a.yaml", BAD_POD)]);
    let old = format!(
        "# Ours.\r\n\r\n{}  # odd   spacing\r\n",
        entry("W-1", "k8s-host-pid-or-ipc", "shop/bad", "expires=2027-01-01").replace('\n', "\r\n")
    );
    place.write("waivers.toml", &old);
    let out = place.ok(&add("W-2", "k8s-host-network", "shop/*", "2027-06-30"));
    assert!(out.contains("k8s-host-network") && out.contains("Pod shop/bad (a.yaml)"), "{out}");
    let new = place.read("waivers.toml");
    assert!(new.starts_with(&old), "{new:?}");
    assert!(!new.replace("\r\n", "").contains('\n'), "line ends are kept: {new:?}");
    let list = place.json(0, &["waiver", "list"]);
    assert_eq!(states(&list), [("W-1".into(), "valid".into()), ("W-2".into(), "valid".into())]);
    let row = &list[1];
    assert_eq!((row["created"].as_str(), row["expires"].as_str()), (Some("2026-11-24"), Some("2027-06-30")));
    assert_eq!(row["reason"], "It is \"known\".");
    assert_eq!(row["accepts"][0]["resource"]["name"], "bad");
    assert_eq!(place.run(&["waiver", "check"]).code, 0);
    // Gross and net differ by what was accepted, and no verdict does.
    let report = |place: &Place| place.json(0, &["report"]);
    let with = report(&place);
    let fails = |report: &Value| report["summary"]["verdicts"]["fail"].as_u64().unwrap();
    std::fs::remove_file(place.path("waivers.toml")).unwrap();
    let without = report(&place);
    assert_eq!(fails(&with), fails(&without));
    assert_eq!(with["summary"]["waived"], 2);
    let score =
        |report: &Value, kind: &str| report["frameworks"].as_array().unwrap().iter().map(|f| f[kind]["low"].as_f64()).collect::<Vec<_>>();
    assert_eq!(score(&with, "configuration"), score(&without, "configuration"));
    assert_ne!(score(&with, "configuration_net"), score(&without, "configuration_net"));
}

#[test]
fn what_nobody_should_accept_is_refused_and_nothing_is_written() {
    let place = Place::scanned(&[("t/a.yaml", BAD_POD), ("assize.toml", "[waivers]\nmax_days = 100\n")]);
    place.write("waivers.toml", entry("W-1", "k8s-host-pid-or-ipc", "shop/bad", "expires = 2027-01-01"));
    let before = place.read("waivers.toml");
    let day = "2026-12-31";
    place.refused(&add("W-1", "k8s-host-network", "shop/bad", day), "already");
    place.refused(&add("W-2", "k8s-host-network", "shop/bad", "2026-11-23"), "is over");
    place.refused(&add("W-2", "k8s-host-network", "shop/bad", "2027-03-05"), "at most 100 days");
    place.refused(&add("W-2", "k8s-host-network", "shop/bad", "101d"), "until 2027-03-04");
    place.refused(&add("W-2", "k8s-host-network", "shop/bad", "soon"), "a number of days");
    place.refused(&add("W-2", "k8s-host-netwrk", "shop/bad", day), "k8s-host-network");
    place.refused(&add("W-2", "k8s-host-network", "shop/good", day), "--unused-ok");
    place.refused(&add("W-2", "k8s-host-network", "shop/[", day), "not a glob");
    let mut same = add("W-2", "k8s-host-network", "shop/bad", day);
    *same.iter_mut().find(|word| **word == "Bob, CTO").unwrap() = " ada,  PLATFORM";
    place.refused(&same, "same");
    assert_eq!(place.read("waivers.toml"), before);
    let dry = place.ok(&[add("W-2", "k8s-host-network", "shop/bad", day), vec!["--dry-run"]].concat());
    assert!(dry.contains("[[waiver]]\nid = \"W-2\""), "{dry}");
    assert_eq!(place.read("waivers.toml"), before);
    place.ok(&[add("W-2", "k8s-host-network", "shop/good", day), vec!["--unused-ok"]].concat());
    assert!(std::fs::read_dir(place.folder.path()).unwrap().all(|entry| !entry.unwrap().file_name().to_string_lossy().ends_with(".part")));
}

#[test]
fn one_entry_may_name_several_controls_and_each_is_counted() {
    let place = Place::scanned(&[("t/a.yaml", BAD_POD)]);
    place.ok(&[add("W-1", "k8s-host-network", "shop/bad", "38d"), vec!["--control", "k8s-host-pid-or-ipc", "--ticket", "SEC-7"]].concat());
    assert!(place.read("waivers.toml").contains("control = [\"k8s-host-network\", \"k8s-host-pid-or-ipc\"]"));
    let list = place.json(0, &["waiver", "list"]);
    assert_eq!(list.as_array().unwrap().iter().map(|row| row["accepts"].as_array().unwrap().len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!((list[0]["ticket"].as_str(), list[0]["expires"].as_str()), (Some("SEC-7"), Some("2027-01-01")));
    assert_eq!(place.json(0, &["report"])["waivers"].as_array().unwrap().len(), 2);
}

#[test]
fn untidy_waivers_are_findings_for_check_list_and_reports() {
    let place = Place::scanned(&[("t/a.yaml", BAD_POD)]);
    let file = [
        entry("old", "k8s-host-network", "shop/bad", "expires = 2026-11-23"),
        entry("idle", "k8s-host-network", "shop/other", "expires = 2027-01-01"),
        entry("broad", "k8s-privileged-container", "t/**", "expires = 2027-01-01"),
        entry("later", "k8s-host-network", "shop/bad", "created = 2026-12-01\nexpires = 2027-01-01"),
        entry("long", "k8s-host-pid-or-ipc", "shop/bad", "created = 2026-01-01\nexpires = 2028-01-01"),
    ];
    place.write("waivers.toml", file.join("\n"));
    let list = place.json(0, &["waiver", "list"]);
    let expected = [("old", "expired"), ("idle", "unused"), ("broad", "too_broad"), ("later", "not_yet"), ("long", "valid")];
    assert_eq!(states(&list), expected.map(|(id, state)| (id.to_owned(), state.to_owned())));
    let check = place.json(10, &["waiver", "check"]);
    let bad: Vec<&str> =
        check.as_array().unwrap().iter().filter(|row| !row["problem"].is_null()).map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(bad, ["old", "idle", "broad", "long"], "one that has not begun is tidy");
    let report = place.json(0, &["report"]);
    let found: Vec<&str> = report["waivers"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(found, expected.map(|(_, state)| state));
    let headline = report["headline"].as_str().unwrap();
    assert!(headline.contains("Of 5 waivers, one has expired, one accepts nothing and one is too broad."), "{headline}");
    let csv = place.ok(&["waiver", "list", "--format", "csv"]);
    assert!(csv.starts_with("id,state,control,") && csv.contains("\r\nbroad,too_broad,"), "{csv}");
    let table = place.run(&["waiver", "check"]);
    assert!(table.code == 10 && table.out.contains("its pattern matches every resource of t"), "{}", table.out);
    // Each alone is enough, and a tidy file is clean.
    for (index, code) in [(0, 10), (1, 10), (2, 10), (3, 0), (4, 10)] {
        place.write("waivers.toml", &file[index]);
        assert_eq!(place.run(&["waiver", "check"]).code, code, "{}", file[index]);
    }
    place.write("waivers.toml", "");
    assert_eq!(place.run(&["waiver", "check"]).code, 0);
}

#[test]
fn malformed_waivers_and_missing_approvers_fail_the_check_but_are_usage_elsewhere() {
    let place = Place::scanned(&[("t/a.yaml", BAD_POD)]);
    let good = entry("W", "k8s-host-network", "shop/bad", "expires = 2027-01-01");
    for bad in [
        good.replace("approver = \"Bob\"", "approver = \"ADA \""),
        good.replace("approver = \"Bob\"\n", ""),
        good.replace("expires = 2027-01-01", "expires = \"soon\""),
        good.replace("k8s-host-network", "k8s-host-netwrk"),
        good.replace("expires = 2027-01-01", "created = 2027-02-01\nexpires = 2027-01-01"),
        good.clone() + &good,
    ] {
        place.write("waivers.toml", &bad);
        let check = place.run(&["waiver", "check", "--format", "json"]);
        assert_eq!(check.code, 10, "{bad}");
        assert_eq!(serde_json::from_str::<Value>(&check.out).unwrap()[0]["state"], "malformed");
        assert!(check.err.contains("waivers.toml:"), "{}", check.err);
        assert_eq!(place.run(&["waiver", "list"]).code, 2);
        assert_eq!(place.run(&["report"]).code, 2);
    }
}

#[test]
fn twenty_failures_may_be_accepted_at_once_and_not_more_unless_the_settings_say_so() {
    let pods =
        |number: usize| (0..number).map(|n| BAD_POD.replace("name: bad", &format!("name: bad{n}"))).collect::<Vec<_>>().join("---\n");
    let place = Place::scanned(&[("t/a.yaml", &pods(20))]);
    place.write("waivers.toml", entry("W", "k8s-host-network", "shop/bad*", "expires = 2027-01-01"));
    assert_eq!(place.run(&["waiver", "check"]).code, 0);
    place.write("t/a.yaml", pods(21));
    place.ok(&["scan", "t"]);
    assert_eq!(states(&place.json(10, &["waiver", "check"])), [("W".to_owned(), "too_broad".to_owned())]);
    // It still counts: the approver decided, and the score without it stands beside.
    assert_eq!(place.json(0, &["report"])["summary"]["waived"], 21);
    place.write("assize.toml", "[waivers]\nmax_resources = 21\n");
    assert_eq!(place.run(&["waiver", "check"]).code, 0);
}

#[test]
fn a_waiver_expires_without_a_scan() {
    let mut place = Place::scanned(&[("t/a.yaml", BAD_POD)]);
    place.write("waivers.toml", entry("W", "k8s-host-network", "shop/bad", "expires = 2026-12-31"));
    place.now = "2026-12-31".to_owned();
    assert_eq!(place.run(&["waiver", "check"]).code, 0, "its last day counts");
    place.now = "2027-01-01".to_owned();
    assert_eq!(place.run(&["waiver", "check"]).code, 10);
    // A report is of its snapshot's day, whenever it is printed.
    assert_eq!(place.json(0, &["report"])["waivers"][0]["state"], "valid");
}
