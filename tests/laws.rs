//! The laws, over generated clusters: a snapshot with all reads, and the same with some of them lost.
//!
//! * Law 1: no data is never a pass.
//! * Law 2: losing access never helps.
//! * Law 3: one number, one place.
//! * Law 4: the score is an interval.
//! * Law 5: same snapshot, same catalog, same bytes.
//!
//! Law 6 (nothing altered unseen) is held by `snapshot.rs`, laws 7 and 8 (secrets stay out, read only) by `secrets.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::indexing_slicing)]

use assize::collect::Sink;
use assize::model::{Document, Hash, Interval, Outcome, Read, Resource, ResourceRef, Settings, Source, SourceKind, Verdict, Waiver};
use assize::pipeline::{self, Bench, Judged};
use assize::report::{Renderer, html::Html, json::Json};
use assize::snapshot::{Database, Selector, Writer};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use std::sync::LazyLock;

static BENCH: LazyLock<Bench> = LazyLock::new(|| Bench::load(None).expect("the embedded catalog is sound"));

/// One file of a generated tree: its resources, as (kind, group, json).
#[derive(Debug, Clone)]
struct File(Vec<(&'static str, &'static str, String)>);

/// What came of reading it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lost {
    No,
    /// A parse error: at most as many resources as it holds are hidden.
    Malformed,
    /// Nobody knows how many are hidden.
    Denied,
}

fn pod_spec() -> impl Strategy<Value = serde_json::Value> {
    let container = (any::<bool>(), any::<bool>(), any::<bool>(), 0..4_usize).prop_map(|(privileged, limited, hardened, image)| {
        let image =
            ["nginx", "nginx:1.27", "nginx:latest", "r.example/x@sha256:0000000000000000000000000000000000000000000000000000000000000000"]
                [image];
        let mut container = serde_json::json!({"name": "c", "image": image, "securityContext": {"privileged": privileged}});
        if limited {
            container["resources"] = serde_json::json!({"limits": {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"}});
        }
        if hardened {
            container["securityContext"] = serde_json::json!({"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "runAsNonRoot": true, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}});
        }
        container
    });
    (prop::collection::vec(container, 1..3), any::<bool>(), any::<bool>()).prop_map(|(containers, host_network, broken)| {
        // A field of the wrong type makes the verdict unknown whatever else is read.
        let containers = if broken { serde_json::json!("oops") } else { serde_json::json!(containers) };
        serde_json::json!({"hostNetwork": host_network, "containers": containers})
    })
}

fn resource() -> impl Strategy<Value = (&'static str, &'static str, String)> {
    let pod = pod_spec().prop_map(|spec| {
        let json = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": spec});
        ("Pod", "", json.to_string())
    });
    let deployment = pod_spec().prop_map(|spec| {
        let json = serde_json::json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d", "namespace": "default"},
            "spec": {"replicas": 2, "template": {"metadata": {"labels": {"a": "b"}}, "spec": spec}}});
        ("Deployment", "apps", json.to_string())
    });
    let service = any::<bool>().prop_map(|node_port| {
        let kind = if node_port { "NodePort" } else { "ClusterIP" };
        let json = serde_json::json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "shop"}, "spec": {"type": kind}});
        ("Service", "", json.to_string())
    });
    prop_oneof![4 => pod, 4 => deployment, 2 => service]
}

fn tree() -> impl Strategy<Value = Vec<File>> {
    prop::collection::vec(prop::collection::vec(resource(), 0..4).prop_map(File), 1..6)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

fn row(operation: &str, file: Option<String>) -> Read {
    Read {
        seq: 0,
        source: "tree".into(),
        operation: operation.into(),
        parameters: Vec::new(),
        identity: "tester".into(),
        started_at: now(),
        ended_at: now(),
        pages: 1,
        items: 0,
        outcome: Outcome::Complete,
        error: None,
        file,
        line: None,
        kinds: Vec::new(),
        may_hide: Some(0),
    }
}

/// Seals a snapshot of a tree, of which some files are lost.
fn seal(database: &mut Database, files: &[File], lost: &[Lost]) -> i64 {
    let mut writer: Writer<'_> = database.writer(now(), "fixed").unwrap();
    writer.source(&Source { kind: SourceKind::Repository, name: "tree".into(), details: Vec::new() }).unwrap();
    writer.read(row("walk tree", None)).unwrap();
    for (index, (File(resources), lost)) in files.iter().zip(lost).enumerate() {
        let name = format!("f{index}.yaml");
        let mut read = row("read file", Some(name.clone()));
        if *lost != Lost::No {
            read.outcome = if *lost == Lost::Denied { Outcome::Denied } else { Outcome::Failed };
            read.error = Some("lost".into());
            read.may_hide = (*lost == Lost::Malformed).then(|| resources.len().max(1) as u64);
            writer.read(read).unwrap();
            continue;
        }
        let seq = writer.read(read).unwrap();
        for (line, (kind, group, json)) in resources.iter().enumerate() {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            let text = |key: &str| value["metadata"][key].as_str().unwrap_or_default().to_owned();
            let line = line as u32 + 1;
            let resource = Resource {
                reference: ResourceRef {
                    source: "tree".into(),
                    kind: (*kind).into(),
                    group: (*group).into(),
                    namespace: text("namespace"),
                    name: text("name"),
                    id: format!("tree/{group}/{kind}@{name}:{line}"),
                    file: Some(name.clone()),
                    line: Some(line),
                },
                version: "v1".into(),
                origin: None,
                document: Document { json: json.clone() },
                redactions: Vec::new(),
                read: seq,
            };
            writer.resource(&resource).unwrap();
        }
    }
    writer.seal().unwrap().id
}

fn judged(files: &[File], lost: &[Lost], settings: &Settings) -> (Database, i64, Judged) {
    let mut database = Database::in_memory().unwrap();
    let id = seal(&mut database, files, lost);
    let judged = {
        let snapshot = database.snapshot(&Selector::Id(id)).unwrap();
        pipeline::judge(&snapshot, &BENCH, settings).unwrap()
    };
    (database, id, judged)
}

fn losses(files: usize) -> impl Strategy<Value = Vec<Lost>> {
    prop::collection::vec(prop_oneof![3 => Just(Lost::No), 1 => Just(Lost::Malformed), 1 => Just(Lost::Denied)], files..=files)
}

fn tree_and_losses() -> impl Strategy<Value = (Vec<File>, Vec<Lost>)> {
    tree().prop_flat_map(|files| {
        let number = files.len();
        (Just(files), losses(number))
    })
}

/// Whether `wide` holds everything that `narrow` holds.
fn contains(wide: Interval, narrow: Interval) -> bool {
    wide.low <= narrow.low && wide.high >= narrow.high
}

fn settings() -> Settings {
    Settings {
        waivers: vec![Waiver {
            id: "W1".into(),
            control: "k8s-privileged-container".into(),
            resources: "**".into(),
            owner: "a".into(),
            approver: "b".into(),
            reason: "r".into(),
            expires: NaiveDate::from_ymd_opt(2099, 1, 1).unwrap(),
            created: None,
            ticket: None,
        }],
        ..Settings::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Law 2, and law 1 with it: with fewer reads no score rises, the interval holds the truth, and every verdict that is left is the
    /// verdict of the full run or unknown; no control, no requirement becomes a pass.
    #[test]
    fn losing_access_never_helps((files, lost) in tree_and_losses()) {
        let settings = settings();
        let (_, _, full) = judged(&files, &vec![Lost::No; files.len()], &settings);
        let (_, _, less) = judged(&files, &lost, &settings);
        for (control, tally) in &less.evaluation.tallies {
            let before = full.evaluation.tallies[control].status();
            let after = tally.status();
            if after == Verdict::Pass || after == Verdict::NotApplicable {
                prop_assert_eq!(before, after, "{} became {:?} with fewer reads", control, after);
            }
        }
        for (before, after) in full.frameworks.iter().zip(&less.frameworks) {
            for (what, before, after) in [
                ("configuration", before.configuration.gross, after.configuration.gross),
                ("configuration net", before.configuration.net, after.configuration.net),
                ("programme", before.programme.gross, after.programme.gross),
                ("programme net", before.programme.net, after.programme.net),
            ] {
                match (before, after) {
                    (Some(before), Some(after)) => {
                        prop_assert!(after.low <= before.low, "{what} rose from {before} to {after}");
                        if !what.ends_with("net") {
                            prop_assert!(contains(after, before), "{what}: {after} does not hold {before}");
                        }
                    }
                    (None, Some(after)) => prop_assert!(after.low.0 == 0.0, "{what} appeared as {after}"),
                    (Some(before), None) => prop_assert!(false, "{what} {before} vanished"),
                    (None, None) => {}
                }
            }
            prop_assert!(after.assessed <= before.assessed);
            for (before, after) in before.requirements.iter().zip(&after.requirements) {
                use assize::posture::Status;
                if after.status == Status::Pass {
                    prop_assert_eq!(before.status, Status::Pass, "requirement {} became a pass", &after.id);
                }
            }
        }
        let key = |j: &assize::model::Judgement| (j.control.clone(), j.resource.id.clone());
        let before: std::collections::BTreeMap<_, _> = full.evaluation.verdicts.iter().map(|j| (key(j), j.verdict)).collect();
        for judgement in less.evaluation.verdicts.iter().filter(|j| j.verdict == Verdict::Fail) {
            prop_assert_eq!(before.get(&key(judgement)), Some(&Verdict::Fail));
        }
    }

    /// Law 1: whatever is lost, every control that speaks of the kinds is unknown or fails.
    #[test]
    fn no_data_is_never_a_pass(files in tree(), denied in any::<bool>()) {
        let lost = vec![if denied { Lost::Denied } else { Lost::Malformed }; files.len()];
        let (_, _, judged) = judged(&files, &lost, &Settings::default());
        for (control, tally) in &judged.evaluation.tallies {
            prop_assert_eq!(tally.status(), Verdict::Unknown, "{}", control);
            prop_assert_eq!(tally.counts.pass + tally.counts.not_applicable, 0);
        }
    }

    /// Laws 3 and 4: every printed score is an interval within 0 to 100, JSON and the stored rows print the number that posture computed,
    /// and waivers only ever raise the net score.
    #[test]
    fn every_score_is_one_interval_everywhere((files, lost) in tree_and_losses()) {
        let settings = settings();
        let (database, id, judged) = judged(&files, &lost, &settings);
        let snapshot = database.snapshot(&Selector::Id(id)).unwrap();
        let view = pipeline::view(&database, &snapshot, &BENCH, &settings, &judged).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&Json.render(&view).unwrap()).unwrap();
        let html = String::from_utf8(Html.render(&view).unwrap()).unwrap();
        for (framework, shown) in judged.frameworks.iter().zip(json["frameworks"].as_array().unwrap()) {
            for (pair, key) in [(framework.configuration, "configuration"), (framework.programme, "programme")] {
                let Some(score) = pair.gross else { continue };
                prop_assert!(0.0 <= score.low.0 && score.low <= score.high && score.high.0 <= 100.0);
                prop_assert_eq!(shown[key]["low"].as_f64(), Some(score.low.0));
                prop_assert_eq!(shown[key]["high"].as_f64(), Some(score.high.0));
                let printed = format!("{:.1}", score.low.0);
                prop_assert!(html.contains(&printed), "the page does not print {}", printed);
                let net = pair.net.unwrap();
                prop_assert!(net.low >= score.low && net.high >= score.high);
                let row = judged.record.new.scores.iter().find(|r| r.framework == framework.id && r.kind == key && r.waivers == "gross").unwrap();
                prop_assert_eq!((row.low, row.high), (score.low.0, score.high.0));
            }
        }
    }

    /// Law 5: judging and rendering again gives the same roots and the same bytes; the ledger's order of resources does not depend on threads.
    #[test]
    fn the_same_snapshot_gives_the_same_bytes((files, lost) in tree_and_losses()) {
        let settings = settings();
        let (database, id, first) = judged(&files, &lost, &settings);
        let snapshot = database.snapshot(&Selector::Id(id)).unwrap();
        let again = pipeline::judge(&snapshot, &BENCH, &settings).unwrap();
        prop_assert_eq!(first.root(), again.root());
        let render = |judged: &Judged| {
            let view = pipeline::view(&database, &snapshot, &BENCH, &settings, judged).unwrap();
            (Hash::of(&Json.render(&view).unwrap()), Hash::of(&Html.render(&view).unwrap()))
        };
        prop_assert_eq!(render(&first), render(&again));
        let (_, _, elsewhere) = judged(&files, &lost, &settings);
        prop_assert_eq!(first.root(), elsewhere.root(), "another database with the same evidence");
    }
}

/// Law 4: deleting an attestation raises neither score (design: a missing attestation counts as unknown).
#[test]
fn deleting_an_attestation_raises_neither_score() {
    let files =
        [File(vec![("Service", "", r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"x"},"spec":{}}"#.into())])];
    let topics: Vec<String> = BENCH.catalog.topics.keys().cloned().collect();
    let attest = |topic: &String| assize::model::Attestation {
        topic: topic.clone(),
        owner: "a".into(),
        performed_at: now().date_naive(),
        valid_until: None,
        file: None,
        hash: None,
        note: None,
        sealed: None,
        name: None,
    };
    let with = Settings { attestations: topics.iter().map(attest).collect(), ..Settings::default() };
    let (_, _, full) = judged(&files, &[Lost::No], &with);
    assert!(full.frameworks.iter().any(|f| f.programme.gross.unwrap().low.0 > 30.0), "attestations count for something");
    for gone in topics.iter().step_by(7) {
        let less = Settings { attestations: topics.iter().filter(|t| *t != gone).map(attest).collect(), ..Settings::default() };
        let (_, _, less) = judged(&files, &[Lost::No], &less);
        for (before, after) in full.frameworks.iter().zip(&less.frameworks) {
            assert_eq!(before.configuration, after.configuration, "{gone}");
            let (before, after) = (before.programme.gross.unwrap(), after.programme.gross.unwrap());
            assert!(after.low <= before.low, "{gone}: {before} to {after}");
            assert!(after.high <= before.high, "{gone}: {before} to {after}");
        }
    }
}

/// An unread thing cannot be accepted away: waivers touch failures only.
#[test]
fn a_waiver_accepts_no_unknown() {
    let files = [File(Vec::new())];
    let all: Vec<Waiver> = BENCH
        .catalog
        .controls
        .keys()
        .map(|control| Waiver {
            id: control.clone(),
            control: control.clone(),
            resources: "**".into(),
            owner: "a".into(),
            approver: "b".into(),
            reason: "r".into(),
            expires: NaiveDate::from_ymd_opt(2099, 1, 1).unwrap(),
            created: None,
            ticket: None,
        })
        .collect();
    let settings = Settings { waivers: all, ..Settings::default() };
    let (_, _, judged) = judged(&files, &[Lost::Denied], &settings);
    assert!(judged.waived.by_verdict.iter().all(Option::is_none));
    for framework in &judged.frameworks {
        assert_eq!(framework.configuration.gross, framework.configuration.net);
        assert_eq!(framework.configuration.gross.unwrap().low.0, 0.0);
    }
}

/// The sink of the pipeline writes what a collector sees, in its order.
#[test]
fn a_collector_that_never_ran_leaves_everything_unknown() {
    struct Nothing;
    impl assize::collect::Collector for Nothing {
        fn collect(
            &self,
            _: &dyn Fn() -> DateTime<Utc>,
            _: &dyn assize::collect::Progress,
            sink: &mut dyn Sink,
        ) -> Result<(), assize::collect::CollectError> {
            sink.source(Source { kind: SourceKind::Repository, name: "tree".into(), details: Vec::new() });
            Ok(())
        }
    }
    let mut database = Database::in_memory().unwrap();
    let clock = now;
    let moment = pipeline::Moment { taken_at: now(), clock: "fixed", now: &clock };
    let (info, summary) = pipeline::collect(&mut database, &[&Nothing], &moment, &()).unwrap();
    assert_eq!((summary.resources, summary.reads), (0, 0));
    let snapshot = database.snapshot(&Selector::Id(info.id)).unwrap();
    let judged = pipeline::judge(&snapshot, &BENCH, &Settings::default()).unwrap();
    assert!(judged.evaluation.tallies.values().all(|tally| tally.status() == Verdict::Unknown));
    assert!(judged.frameworks.iter().all(|f| f.configuration.gross.unwrap().low.0 == 0.0));
}
