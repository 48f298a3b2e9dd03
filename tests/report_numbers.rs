//! One scan, four reports, one set of numbers: what the terminal, the page, the document and the data say of the example estate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use lopdf::Document;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

struct Reports {
    terminal: String,
    html: String,
    /// Text without white space: lines end where the column does.
    pdf: String,
    json: Value,
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn scan() -> Reports {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme");
    std::fs::copy(example.join("history.db"), path("acme.db")).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(["scan", example.to_str().unwrap(), "--db", &path("acme.db")])
        .args(["--report", &path("r.html"), "--report", &path("r.pdf"), "--report", &path("r.json")])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let file = Document::load(path("r.pdf")).unwrap();
    let pages: Vec<u32> = file.get_pages().into_keys().collect();
    let pdf = pages.iter().map(|page| squeeze(&file.extract_text(&[*page]).unwrap())).collect();
    Reports {
        terminal: String::from_utf8(ran.stdout).unwrap(),
        html: std::fs::read_to_string(path("r.html")).unwrap(),
        pdf,
        json: serde_json::from_slice(&std::fs::read(path("r.json")).unwrap()).unwrap(),
    }
}

fn interval(score: &Value) -> String {
    format!("{:.1} to {:.1} %", score["low"].as_f64().unwrap(), score["high"].as_f64().unwrap())
}

fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json[name].as_array().unwrap()
}

/// The part of a page between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0
}

/// `2` and `fail` of `<strong>2</strong> fail`: tags become spaces.
fn words(html: &str) -> String {
    let mut out = String::new();
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' => {
                tag = false;
                out.push(' ');
            }
            _ if !tag => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn scores(reports: &Reports) {
    let cards = between(&reports.html, "id=\"frameworks\"", "id=\"trend\"");
    for framework in list(&reports.json, "frameworks") {
        let title = framework["title"].as_str().unwrap();
        let (configuration, programme) = (interval(&framework["configuration"]), interval(&framework["programme"]));
        let coverage = format!("{:.1} %", framework["coverage"].as_f64().unwrap());
        let line = reports.terminal.lines().find(|line| line.starts_with(title)).unwrap_or_else(|| panic!("{title} on the terminal"));
        for wanted in [&configuration, &programme, &coverage] {
            assert!(line.contains(wanted.as_str()), "terminal: {title} {wanted}: {line}");
        }
        let cover = squeeze(&format!("{title}{}", framework["edition"].as_str().unwrap()));
        assert!(reports.pdf.contains(&squeeze(&format!("{configuration}{programme}{coverage}"))), "pdf: {cover} {configuration}");

        let card = cards.split("<article").find(|card| words(card).contains(&format!(" {title} "))).unwrap();
        let card = words(card);
        for score in [&framework["configuration"], &framework["programme"]] {
            let said = format!("{:.1} % proved, {:.1} % possible", score["low"].as_f64().unwrap(), score["high"].as_f64().unwrap());
            assert!(card.contains(&said), "html: {title} {said}: {card}");
        }
        assert!(card.contains(&format!("{coverage} coverage")), "html: {title} {coverage}: {card}");

        let mut statuses: BTreeMap<&str, u64> = BTreeMap::new();
        for requirement in list(framework, "requirements").iter().filter(|requirement| requirement["in_scope"] == true) {
            *statuses.entry(requirement["status"].as_str().unwrap()).or_insert(0) += 1;
        }
        for (status, count) in statuses {
            let spoken = status.replace('_', " ");
            assert!(reports.pdf.contains(&squeeze(&format!("{count} {spoken}"))), "pdf: {title}: {count} {spoken}");
            let label = spoken[..1].to_uppercase() + &spoken[1..];
            assert!(card.contains(&format!("{label} {count}")), "html: {title}: {label} {count}: {card}");
        }
    }
}

fn counts(reports: &Reports) {
    let findings = list(&reports.json, "findings");
    let of = |verdict: &str, severity: &str| {
        findings.iter().filter(|finding| finding["verdict"] == verdict && finding["severity"] == severity).count()
    };
    let summary = words(between(&reports.html, "class=\"tally\"", "Snapshot root"));
    for severity in ["critical", "high", "medium", "low", "info"] {
        let (fail, unknown) = (of("fail", severity), of("unknown", severity));
        let line = reports.terminal.lines().find(|line| line.trim_start().starts_with(severity)).unwrap();
        let said: Vec<&str> = line.split_whitespace().skip(1).collect();
        assert_eq!(said, [fail.to_string(), unknown.to_string()], "terminal: {severity}");
        let label = severity[..1].to_uppercase() + &severity[1..];
        assert!(summary.contains(&format!("{label} {fail} fail {unknown} unknown")), "html: {severity}: {summary}");
    }
    for (label, verdict) in [("Fail", "fail"), ("Unknown", "unknown")] {
        let row: String = ["critical", "high", "medium", "low", "info"].map(|severity| of(verdict, severity).to_string()).concat();
        assert!(reports.pdf.contains(&format!("{label}{row}")), "pdf: {label}");
    }
    let total = findings.len();
    assert!(reports.html.contains(&format!("{total} findings of")), "html: {total} findings");
    let tallies: u64 = list(&reports.json, "controls")
        .iter()
        .map(|control| control["fail"].as_u64().unwrap() + control["unknown"].as_u64().unwrap())
        .sum();
    assert_eq!(tallies, total as u64, "controls count what the findings are");
    let headline = reports.json["headline"].as_str().unwrap();
    assert!(reports.html.contains(headline) && reports.pdf.contains(&squeeze(headline)));
    assert!(squeeze(&reports.terminal).contains(&squeeze(headline)));
}

/// What was not read is told once, and no finding is lost over it.
fn unread(reports: &Reports) {
    let unread = list(&reports.json, "unread");
    let things: BTreeSet<&str> = unread.iter().map(|thing| thing["resource"].as_str().unwrap()).collect();
    let findings = list(&reports.json, "findings");
    let (stand_ins, seen): (Vec<&Value>, Vec<&Value>) =
        findings.iter().partition(|finding| things.contains(finding["resource"]["id"].as_str().unwrap()));
    assert!(unread.len() == 2 && stand_ins.len() > 50, "the example holds two things that are not read");
    let said = format!("{} of the unknowns stand for what could not be read.", stand_ins.len());
    assert!(reports.terminal.contains(&said), "terminal: {said}");

    let groups: Vec<String> =
        reports.html.split("<details class=\"group\"").skip(1).map(|rest| words(&rest[rest.find('>').unwrap() + 1..])).collect();
    let controls: BTreeSet<&str> = seen.iter().map(|finding| finding["control"].as_str().unwrap()).collect();
    assert_eq!(groups.len(), controls.len() + unread.len(), "html: a group for each control, one for each unread thing");
    for (thing, group) in unread.iter().zip(&groups[controls.len()..]) {
        assert!(group.starts_with(&format!("Not read {}", thing["what"].as_str().unwrap())), "html: {group}");
    }
    let (of_controls, of_unread) = reports.pdf.split_once("wasnotread,soeverycontrol").unwrap();
    for (place, text, wanted) in [("with their controls", of_controls, &seen), ("below what was not read", of_unread, &stand_ins)] {
        for finding in wanted {
            let fingerprint = finding["fingerprint"].as_str().unwrap();
            assert!(text.contains(fingerprint), "pdf: {fingerprint} {place}");
        }
    }
}

#[test]
fn every_format_says_the_same() {
    let reports = scan();
    scores(&reports);
    counts(&reports);
    unread(&reports);
}
