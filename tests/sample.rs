//! Samples as auditors draw them: reproducible, from the whole population, with the evidence of each item; and the trend's formats.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/history.rs"]
mod history;

use history::{BAD, GOOD, History};
use serde_json::Value;
use std::collections::BTreeSet;

const CONTROL: &str = "k8s-host-network";

/// Thirty pods, every third of them bad.
fn scanned() -> History {
    let history = History::new();
    for number in 0..30 {
        let text = if number % 3 == 0 { BAD } else { GOOD };
        history.write(&format!("tree/{number:02}.yaml"), &text.replace("name: web", &format!("name: web-{number:02}")));
    }
    assert_eq!(history.at(1, 6, &["scan", "tree"]).code, 0);
    history
}

fn sample(history: &History, more: &[&str]) -> Value {
    history.json(&[&["sample", "--control", CONTROL, "--format", "json"], more].concat())
}

fn ids(sample: &Value) -> Vec<String> {
    sample["items"].as_array().unwrap().iter().map(|item| item["resource"]["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_sample_can_be_drawn_again_by_hand() {
    let history = scanned();
    let drawn = sample(&history, &["--size", "7", "--seed", "audit 2026"]);
    assert_eq!(drawn["schema"], "assize.sample/v1");
    let root = drawn["snapshot"]["root"].as_str().unwrap();
    let population = history.json(&["verdicts", "--control", CONTROL, "--format", "json"]);
    let mut ranked: Vec<(String, String)> = population
        .as_array()
        .unwrap()
        .iter()
        .map(|verdict| {
            let id = verdict["resource"]["id"].as_str().unwrap();
            (blake3::hash(format!("audit 2026\n{root}\n{CONTROL}\n{id}").as_bytes()).to_hex().to_string(), id.to_owned())
        })
        .collect();
    ranked.sort();
    let by_hand: Vec<String> = ranked.iter().take(7).map(|(_, id)| id.clone()).collect();
    assert_eq!(ids(&drawn), by_hand);
    assert_eq!(drawn["items"][0]["rank"].as_str().unwrap(), ranked[0].0);
    assert_eq!(drawn["population"]["size"], 30);
    assert_eq!(drawn["population"]["by_verdict"]["fail"], 10);
    assert_eq!(drawn["population"]["by_verdict"]["pass"], 20);
    assert_eq!((drawn["seed"].as_str(), drawn["seed_from"].as_str()), (Some("audit 2026"), Some("given")));
}

#[test]
fn the_default_seed_is_the_snapshots_and_the_sample_does_not_change() {
    let history = scanned();
    let first = sample(&history, &["--size", "5"]);
    assert_eq!(first, sample(&history, &["--size", "5"]));
    assert!(first["snapshot"]["root"].as_str().unwrap().starts_with(first["seed"].as_str().unwrap()));
    assert_eq!(ids(&first)[..], ids(&sample(&history, &["--size", "9"]))[..5], "a larger sample begins with the smaller one");
    let others: BTreeSet<Vec<String>> = (0..8).map(|seed| ids(&sample(&history, &["--size", "5", "--seed", &seed.to_string()]))).collect();
    assert_eq!(others.len(), 8);
    // A later scan does not change what was drawn from the earlier one.
    assert_eq!(history.at(2, 6, &["scan", "tree"]).code, 0);
    assert_eq!(first, sample(&history, &["--size", "5", "--snapshot", "1"]));
}

#[test]
fn every_item_brings_its_evidence() {
    let history = scanned();
    let drawn = sample(&history, &["--size", "40", "--with-documents"]);
    assert_eq!(ids(&drawn).len(), 30, "all of them");
    assert_eq!(ids(&drawn).iter().collect::<BTreeSet<_>>().len(), 30);
    assert!(drawn["notes"][0].as_str().unwrap().contains("40 were asked for and the population has 30"), "{}", drawn["notes"]);
    for item in drawn["items"].as_array().unwrap() {
        let (text, hash) = (item["document"]["text"].as_str().unwrap(), item["document"]["hash"].as_str().unwrap());
        assert_eq!(blake3::hash(text.as_bytes()).to_hex().as_str(), hash);
        assert!(text.contains(item["resource"]["name"].as_str().unwrap()));
        let read = &item["reads"][0];
        assert_eq!(
            (read["operation"].as_str(), read["outcome"].as_str(), read["identity"].as_str()),
            (Some("read file"), Some("complete"), Some("scanner"))
        );
        assert_eq!(read["started_at"], "2026-03-01T06:00:00Z");
        assert_eq!(item["resource"]["line"], 1);
        let fails = item["verdict"] == "fail";
        assert_eq!(item["observed"].is_string(), fails, "{item}");
    }
    let bare = sample(&history, &["--size", "1"]);
    assert!(bare["items"][0]["document"].get("text").is_none());
}

#[test]
fn a_stratum_is_drawn_from_its_verdicts_alone() {
    let history = scanned();
    let failing = sample(&history, &["--size", "4", "--verdict", "fail,unknown"]);
    assert!(failing["items"].as_array().unwrap().iter().all(|item| item["verdict"] == "fail"));
    assert_eq!((failing["population"]["size"].as_u64(), failing["population"]["eligible"].as_u64()), (Some(30), Some(10)));
    let csv = history.run(&["sample", "--control", CONTROL, "--size", "4", "--verdict", "fail", "--format", "csv"]);
    assert_eq!(csv.out.lines().count(), 5);
    let text = history.run(&["sample", "--control", CONTROL, "--size", "4"]).out;
    assert!(text.contains("Population 30 (10 fail, 20 pass)") && text.contains("b3sum"), "{text}");
}

#[test]
fn a_population_that_nobody_saw_whole_says_so() {
    let history = scanned();
    history.write("tree/broken.yaml", "kind: [\napiVersion: v1\n");
    assert_eq!(history.at(2, 6, &["scan", "tree", "--accept-incomplete"]).code, 0);
    let arguments = ["sample", "--control", CONTROL, "--size", "3", "--format", "json"];
    let ran = history.run(&arguments);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.contains("The population is incomplete"), "{}", ran.err);
    let drawn: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((drawn["population"]["complete"].as_bool(), drawn["population"]["size"].as_u64()), (Some(false), Some(31)));
    assert_eq!(history.run(&[&arguments[..], &["--accept-incomplete"]].concat()).code, 0);
    let wrong = history.run(&["sample", "--control", "k8s-host-netwerk", "--size", "3"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("did you mean 'k8s-host-network'"), "{}", wrong.err);
    assert_eq!(history.run(&["sample", "--control", CONTROL, "--size", "0"]).code, 2);
    assert_eq!(history.run(&["sample", "--control", CONTROL, "--size", "2", "--with-documents"]).code, 2);
}

#[test]
fn the_trend_has_a_format_for_everybody() {
    let history = History::new();
    history.write("assize.toml", "organisation = \"A & <B>\"\n");
    for (day, text) in [(1, BAD), (2, GOOD), (3, "kind: [\napiVersion: v1\n"), (4, GOOD)] {
        history.write("tree/pod.yaml", text);
        history.at(day, 6, &["scan", "tree", "--accept-incomplete"]);
    }
    let points = history.json(&["trend", "--format", "json"]);
    assert_eq!(points.as_array().unwrap().len(), 4);
    assert!(points[0]["scores"]["soc2"]["configuration"]["low"].is_number());
    let some = history.json(&["trend", "--format", "json", "--framework", "soc2", "--from", "2026-03-02", "--to", "2026-03-03"]);
    assert_eq!(some.as_array().unwrap().iter().map(|point| point["snapshot"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(some[0]["scores"].as_object().unwrap().len(), 1);
    assert_eq!(history.run(&["trend", "--framework", "soc2", "--format", "csv"]).out.lines().count(), 1 + 4 * 4);

    assert_eq!(history.run(&["trend", "-o", "a.svg"]).code, 0);
    let svg = String::from_utf8(history.read("a.svg")).unwrap();
    assert!(svg.contains("A &amp; &lt;B&gt;") && !svg.contains("<B>"));
    assert!(svg.contains("prefers-color-scheme:dark") && svg.contains("url(#unknown)"));
    assert!(!svg.contains("http") || svg.matches("http").count() == 1, "nothing but its name space comes from elsewhere");
    let frameworks = points[0]["scores"].as_object().unwrap().len();
    assert_eq!(svg.matches("role=\"img\"").count(), 2 * frameworks, "both scores of every framework, each with words");
    assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    assert_eq!(history.run(&["trend", "-o", "a.docx"]).code, 2);
    assert_eq!(history.run(&["trend", "--from", "2026-03-03", "--to", "2026-03-01"]).code, 2);
}

#[test]
fn indicators_follow_from_the_history_and_blind_scans_resolve_nothing() {
    let history = History::new();
    history.write("assize.toml", "[schedule]\nevery = \"1d\"\n");
    // Bad on days 2 to 4, where the scan of day 3 could not read the file; mended on day 6; day 5 was missed.
    for (day, text) in [(1, GOOD), (2, BAD), (3, "kind: [\napiVersion: v1\n"), (4, BAD), (6, GOOD)] {
        history.write("tree/pod.yaml", text);
        history.at(day, 6, &["scan", "tree", "--accept-incomplete"]);
    }
    let found = history.json(&["trend", "--indicators", "--format", "json"]);
    let severity = history.json(&["control", "show", CONTROL, "--format", "json"])["severity"].as_str().unwrap().to_owned();
    let detect = &found["time_to_detect"][&severity];
    assert_eq!((detect["findings"].as_u64(), detect["at_most"].as_u64()), (Some(1), Some(86_400)), "{found}");
    let resolve = &found["time_to_resolve"][&severity];
    assert_eq!(
        (resolve["findings"].as_u64(), resolve["at_least"].as_u64(), resolve["at_most"].as_u64()),
        (Some(1), Some(172_800), Some(345_600))
    );
    assert_eq!((found["schedule"]["expected"].as_u64(), found["schedule"]["made"].as_u64()), (Some(5), Some(4)));
    let open = |until: &str| history.json(&["trend", "--indicators", "--format", "json", "--to", until])["open"][&severity].clone();
    assert_eq!(open("2026-03-03"), open("2026-03-02"), "what could not be read is still open");
    assert_ne!(open("2026-03-02"), open("2026-03-01"));
    let report = history.json(&["report", "--format", "json"]);
    assert_eq!(report["indicators"], found, "the report says the same");
    let text = history.run(&["trend", "--indicators"]).out;
    assert!(text.contains("How they are made") && text.contains("4 of 5 in time"), "{text}");
    assert_eq!(history.run(&["trend", "--indicators", "--format", "svg"]).code, 2);
}
