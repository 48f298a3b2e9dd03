//! `diff`, `evaluate --snapshot`, `--catalog-of` and reports over a scripted sequence of working trees.

use super::place::{Place, pod};

const CONTROL: &str = "k8s-host-network";
const WAIVER: &str = "[[waiver]]\nid = \"W-1\"\ncontrol = \"k8s-host-network\"\nresources = \"shop/a\"\nowner = \"A, team\"\n\
                      approver = \"B, team\"\nreason = \"The exporter reads counters.\"\nexpires = 2026-12-31\n";
const REVIEW: &str =
    "[[attestation]]\ntopic = \"access-review\"\nowner = \"A, team\"\nperformed_at = 2026-05-30\nvalid_until = 2026-06-03\n";

fn two_pods() -> Place {
    let mut place = Place::new();
    place.write("t/a.yaml", &pod("a", true));
    place.write("t/b.yaml", &pod("b", true));
    place.scan(&["t"]);
    place
}

#[test]
fn new_fixed_still_and_changed_are_told_apart() {
    let mut place = two_pods();
    place.write("t/b.yaml", &format!("# moved down\n{}", pod("b", false)));
    place.write("t/c.yaml", &pod("c", true));
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    assert_eq!((&diff["schema"], &diff["judged"]), (&"assize.diff/v1".into(), &"today".into()));
    assert_eq!((&diff["from"]["snapshot"], &diff["to"]["snapshot"]), (&1.into(), &2.into()));
    let class = |class: &str| Place::class(&diff, class, CONTROL);
    assert_eq!((class("new"), class("fixed"), class("still")), (vec!["c".to_owned()], vec!["b".to_owned()], vec!["a".to_owned()]));
    assert!(class("changed").is_empty() && class("incomparable").is_empty());
    // The other findings of b are the same although its lines moved.
    assert_eq!(Place::class(&diff, "still", "k8s-memory-limit-missing"), ["a", "b"]);
    let resources = &diff["resources"];
    assert_eq!((&resources["added"], &resources["removed"], &resources["changed"]), (&1.into(), &0.into(), &1.into()));
    assert_eq!(Place::causes(&diff["scores"]), ["configuration"]);

    place.write("t/a.yaml", &pod("a", true).replace("hostNetwork: true", "hostNetwork: yes please"));
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    assert_eq!(Place::class(&diff, "changed", CONTROL), ["a"], "a failure that becomes unknown is not fixed");
    let row = diff["findings"]["changed"].as_array().unwrap().iter().find(|row| row["control"] == CONTROL).unwrap();
    assert_eq!((&row["from"]["verdict"], &row["to"]["verdict"]), (&"fail".into(), &"unknown".into()));

    place.remove("t/c.yaml");
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    assert_eq!(Place::class(&diff, "fixed", CONTROL), ["c"], "a file that a complete walk does not find is gone");
    assert_eq!((&diff["resources"]["removed"], Place::causes(&diff["scores"])), (&1.into(), vec!["configuration".to_owned()]));
}

#[test]
fn what_one_side_could_not_see_is_incomparable() {
    let mut place = two_pods();
    place.write("t/c.yaml", &pod("c", false));
    place.scan(&["t"]);
    place.write("t/b.yaml", "apiVersion: v1\nkind: [\n");
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    assert_eq!(Place::class(&diff, "incomparable", CONTROL), ["b"]);
    let row = diff["findings"]["incomparable"].as_array().unwrap().iter().find(|row| row["control"] == CONTROL).unwrap();
    assert_eq!((&row["not_seen"]["side"], &row["not_seen"]["reason"]), (&"to".into(), &"read_incomplete".into()));
    assert_eq!(Place::class(&diff, "new", CONTROL), ["b.yaml"], "the file itself is unknown now");
    assert_eq!((&diff["resources"]["removed"], &diff["resources"]["not_seen_after"]), (&0.into(), &1.into()));
    assert_eq!(Place::causes(&diff["scores"]), ["access"], "a lost file moves access alone");

    // Back again, with a failure that the earlier side could not see; nothing is claimed to be new.
    place.write("t/b.yaml", &pod("b", true));
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    let class = |class: &str| Place::class(&diff, class, CONTROL);
    assert_eq!((class("new"), class("fixed"), class("incomparable")), (vec![], vec!["b.yaml".to_owned()], vec!["b".to_owned()]));
    assert_eq!(Place::causes(&diff["scores"]), ["access"]);
    assert_eq!(place.run(&["diff", "--fail-on", "high"]).code, 4, "it may be new");
    assert_eq!(place.run(&["diff", "--fail-on", "high", "--accept-incomplete"]).code, 0);

    // An excluded file is not a mended one.
    place.scan(&["t", "--exclude", "b.yaml"]);
    let diff = place.json(&["diff"]);
    let row = diff["findings"]["incomparable"].as_array().unwrap().iter().find(|row| row["control"] == CONTROL).unwrap();
    assert_eq!((&row["resource"]["name"], &row["not_seen"]["reason"]), (&"b".into(), &"excluded".into()));
    assert_eq!(Place::causes(&diff["scores"]), ["access"]);
}

#[test]
fn sources_scanned_in_turns_are_compared_with_themselves() {
    let mut place = two_pods();
    place.write("u/z.yaml", &pod("z", false));
    place.scan(&["u"]);
    let diff = place.json(&["diff", "1", "2"]);
    assert_eq!((&diff["summary"]["new"]["fail"], &diff["summary"]["fixed"]["fail"]), (&0.into(), &0.into()));
    assert_eq!(Place::class(&diff, "incomparable", CONTROL), ["a", "b"]);
    assert_eq!(Place::class(&diff, "incomparable", "k8s-memory-limit-missing"), ["a", "b", "z"]);
    assert!(diff["notes"][0].as_str().unwrap().contains("no source in common"));
    assert_eq!(Place::causes(&diff["scores"]), ["access"]);
    place.write("t/a.yaml", &pod("a", false));
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    assert_eq!((&diff["from"]["snapshot"], Place::class(&diff, "fixed", CONTROL)), (&1.into(), vec!["a".to_owned()]));

    // A database of its own for each side.
    place.write("v/t/a.yaml", &pod("a", true));
    place.scan(&["v/t", "--db", "base.db"]);
    let diff = place.json(&["diff", "--against", "base.db"]);
    assert_eq!((Place::class(&diff, "fixed", CONTROL), Place::class(&diff, "new", CONTROL)), (vec!["a".to_owned()], vec!["b".to_owned()]));
}

#[test]
fn exit_codes_of_diff() {
    let mut place = two_pods();
    let code = |place: &Place, arguments: &[&str]| place.run(arguments).code;
    let alone = place.run(&["diff"]);
    assert_eq!((alone.code, alone.err.contains("no snapshot lies before")), (2, true), "{}", alone.err);
    place.scan(&["t"]);
    assert_eq!(code(&place, &["diff", "--fail-on", "info"]), 0, "old failures are not this change's");
    place.write("t/c.yaml", &pod("c", true));
    place.scan(&["t"]);
    assert_eq!(code(&place, &["diff"]), 0);
    assert_eq!(code(&place, &["diff", "--fail-on", "high"]), 10);
    assert_eq!(code(&place, &["diff", "--fail-on", "critical"]), 0, "the new failures are less severe");
    assert_eq!(code(&place, &["diff", "--fail-on", "none"]), 0);
    assert_eq!(code(&place, &["diff", "2", "1", "--fail-on", "high"]), 0, "the other way round it was fixed");
    assert_eq!(code(&place, &["diff", "9"]), 2);
    assert_eq!(code(&place, &["diff", "yesterday"]), 2);
    assert_eq!(code(&place, &["diff", "--as-evaluated", "--waivers", "w.toml"]), 2);
    assert_eq!(code(&place, &["diff", "2026-06-02", "2026-06-04", "--fail-on", "high"]), 10, "dates name snapshots");
    place.write("waivers.toml", &WAIVER.replace("shop/a", "shop/c"));
    assert_eq!(code(&place, &["diff", "--waivers", "waivers.toml", "--fail-on", "high"]), 10, "c has other high failures");
    // Broken YAML adds unknowns: nothing is proved to be new, and nothing is proved to be fine.
    place.write("t/d.yaml", "apiVersion: v1\nkind: [\n");
    place.scan(&["t"]);
    assert_eq!(code(&place, &["diff", "--fail-on", "high"]), 4);
}

#[test]
fn formats_say_the_same_and_twice_the_same() {
    let mut place = two_pods();
    place.write("t/c.yaml", &pod("c", true));
    place.scan(&["t"]);
    for format in ["terminal", "json", "markdown"] {
        let (one, two) = (place.run(&["diff", "--format", format]), place.run(&["diff", "--format", format]));
        assert_eq!(one.out, two.out);
        assert!(one.out.contains(CONTROL) || one.out.contains("k8s-host-network"), "{format}: {}", one.out);
    }
    assert_eq!(place.run(&["diff", "--format", "json", "-o", "d.json"]).out, "");
    assert_eq!(std::fs::read_to_string(place.path("d.json")).unwrap(), place.run(&["diff", "--format", "json"]).out);
    place.write("t/d.yaml", &pod("\"d|x\\u001b[31m<b>@all\"", true));
    place.scan(&["t"]);
    let (markdown, terminal) = (place.run(&["diff", "--format", "markdown"]).out, place.run(&["diff"]).out);
    assert!(!terminal.contains('\u{1b}'), "names cannot colour the terminal");
    assert!(!markdown.contains("<b>") && !markdown.contains("@all") && markdown.contains("d\\|x"), "{markdown}");
}

#[test]
fn what_people_decide_moves_its_own_part() {
    let mut place = two_pods();
    place.write("waivers.toml", WAIVER);
    place.scan(&["t", "--waivers", "waivers.toml"]);
    let diff = place.json(&["diff", "--waivers", "waivers.toml"]);
    assert_eq!(Place::causes(&diff["scores"]), ["waivers"]);
    let soc2 = diff["scores"].as_array().unwrap().iter().find(|row| row["framework"] == "soc2").unwrap();
    assert!(Place::parts(&soc2["configuration"]["gross"]).is_empty(), "a waiver moves no gross score");

    place.write("attestations.toml", REVIEW);
    place.scan(&["t", "--waivers", "waivers.toml", "--attestations", "attestations.toml"]);
    let both = ["--waivers", "waivers.toml", "--attestations", "attestations.toml"];
    let diff = place.json(&[&["diff"], &both[..]].concat());
    assert!(
        !Place::causes(&diff["scores"]).is_empty() || diff["requirements"].as_array().unwrap().iter().any(|row| row["to"] != row["from"])
    );
    assert!(Place::causes(&diff["scores"]).iter().all(|cause| cause == "attestations"));

    // Nobody changed anything, and a day passed on which the review expired.
    place.scan(&["t", "--waivers", "waivers.toml", "--attestations", "attestations.toml"]);
    let diff = place.json(&[&["diff"], &both[..]].concat());
    assert!(Place::causes(&diff["scores"]).iter().all(|cause| cause == "attestations"), "{:?}", Place::causes(&diff["scores"]));

    // Declared scope.
    place.write("assize.toml", "[frameworks.soc2]\ncategories = [\"security\"]\n[frameworks.soc2.exclude]\n\"CC6.6\" = \"no networks\"\n");
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    let report = place.json(&["report"]);
    assert_eq!(Place::causes(&diff["scores"]), ["scope"]);
    assert_eq!(diff["scores"], report["change"]["frameworks"], "the report says the same of its snapshot");
    assert_eq!(report["change"]["snapshot"], 4);
}

/// A catalog folder in which one control is less severe.
fn overlay(place: &Place) {
    let file = format!("{}/controls/kubernetes", env!("CARGO_MANIFEST_DIR"));
    let area =
        std::fs::read_dir(&file).unwrap().map(|entry| entry.unwrap().path()).find(|area| area.join(format!("{CONTROL}.toml")).exists());
    let area = area.unwrap();
    let text = std::fs::read_to_string(area.join(format!("{CONTROL}.toml"))).unwrap();
    let name = format!("mine/controls/kubernetes/{}/{CONTROL}.toml", area.file_name().unwrap().to_str().unwrap());
    place.write(&name, &text.replacen("severity = \"high\"", "severity = \"info\"", 1));
}

#[test]
fn a_past_snapshot_is_judged_again_and_keeps_its_own_evaluation() {
    let mut place = two_pods();
    place.write("t/b.yaml", &pod("b", false));
    place.scan(&["t"]);
    let trend = place.json(&["trend"]);
    overlay(&place);
    let again = place.json(&["evaluate", "--snapshot", "1", "--catalog", "mine"]);
    assert_eq!((&again["snapshot"]["id"], &again["evaluation"]["id"]), (&1.into(), &3.into()), "one more evaluation, none changed");
    assert_ne!(again["evaluation"]["root"], trend[0]["evaluation"]["root"]);
    assert_eq!(place.json(&["trend"]), trend, "the trend shows each snapshot's own evaluation");
    assert_eq!(place.json(&["evaluate", "--snapshot", "1", "--catalog", "mine"])["evaluation"]["id"], 3, "the same again is the same");
    assert_eq!(place.run(&["verify"]).code, 0);

    // The catalog of another snapshot's evaluation.
    let own = place.json(&["evaluate", "--snapshot", "1", "--catalog-of", "2"]);
    assert_eq!(own["evaluation"]["root"], trend[0]["evaluation"]["root"], "snapshot 2 was judged with today's catalog");
    place.scan(&["t", "--catalog", "mine"]);
    let hash = place.json(&["trend"])[2]["evaluation"]["catalog"].as_str().unwrap().to_owned();
    let ran = place.run(&["evaluate", "--snapshot", "1", "--catalog-of", "3"]);
    assert!(ran.code == 0 || (ran.code == 2 && ran.err.contains(&hash)), "{}: {}", ran.code, ran.err);
    let given = place.json(&["evaluate", "--snapshot", "1", "--catalog-of", "3", "--catalog", "mine"]);
    assert_eq!(given["evaluation"]["root"], again["evaluation"]["root"], "its folder is given, and its hash is the one asked for");
    assert_eq!(place.run(&["evaluate", "--catalog-of", "7"]).code, 2);
    assert_eq!(place.run(&["collect", "t"]).code, 0);
    let never = place.run(&["evaluate", "--catalog-of", "4"]);
    assert!(never.code == 2 && never.err.contains("never evaluated"), "{}", never.err);
}

#[test]
fn a_changed_catalog_moves_catalog_alone_and_no_finding() {
    let mut place = two_pods();
    overlay(&place);
    place.scan(&["t", "--catalog", "mine"]);
    let diff = place.json(&["diff", "--catalog", "mine"]);
    let numbers = |class: &str| diff["findings"][class].as_array().unwrap().len();
    assert_eq!((numbers("new"), numbers("fixed"), numbers("changed"), numbers("incomparable")), (0, 0, 0, 0));
    assert_eq!(Place::causes(&diff["scores"]), ["catalog"]);
    // As evaluated: the first side's stored rows are compared with the second's.
    let diff = place.json(&["diff", "--catalog", "mine", "--as-evaluated"]);
    assert_eq!((&diff["judged"], Place::causes(&diff["scores"])), (&"as_evaluated".into(), vec!["catalog".to_owned()]));
    assert_ne!(diff["from"]["catalog"], diff["to"]["catalog"]);
    assert_eq!(Place::class(&diff, "still", CONTROL), ["a", "b"]);
    // By the catalog of the first side, the second one's own scores cannot be split, and that is said.
    let diff = place.json(&["diff", "--as-evaluated"]);
    let split = diff["scores"][0]["configuration"]["gross"]["parts"].is_object();
    assert!(split || diff["notes"].to_string().contains("not split"), "{}", diff["notes"]);

    // Parameters stand with the catalog.
    place.write("assize.toml", "[controls.k8s-image-registry-not-allowed.params]\nallowed_registries = [\"other.example\"]\n");
    place.scan(&["t", "--catalog", "mine"]);
    assert_eq!(Place::causes(&place.json(&["diff", "--catalog", "mine"])["scores"]), ["catalog"]);
}

#[test]
fn a_snapshot_that_was_never_evaluated_is_compared_and_the_catalog_is_not_separable() {
    let mut place = Place::new();
    place.write("t/a.yaml", &pod("a", true));
    assert_eq!(place.run(&["collect", "t"]).code, 0);
    place.write("t/a.yaml", &pod("a", false));
    place.scan(&["t"]);
    let diff = place.json(&["diff"]);
    assert_eq!(Place::class(&diff, "fixed", CONTROL), ["a"]);
    assert!(diff["notes"].to_string().contains("not separable"));
    assert!(diff["scores"][0]["configuration"]["gross"]["parts"]["catalog"].is_null());
    assert_eq!(Place::causes(&diff["scores"]), ["configuration"]);
    assert_eq!(place.run(&["diff", "1", "2", "--as-evaluated"]).code, 2);
}
