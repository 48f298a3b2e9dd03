//! Judging again only what changed gives what judging everything gives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use assize::model::{Document, KindRef, Outcome, ParamValue, Read, Resource, ResourceRef, Settings, Source, SourceKind};
use assize::pipeline::{self, Bench, Judged};
use assize::snapshot::{Database, Selector};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use std::sync::LazyLock;

static BENCH: LazyLock<Bench> = LazyLock::new(|| Bench::load(None).unwrap());

/// One snapshot: for each of some pods a variant or nothing; whether there is a limit range; labels of the namespace; a read that failed.
#[derive(Debug, Clone)]
struct Scan {
    pods: Vec<Option<u8>>,
    limits: bool,
    labels: u8,
    unread: bool,
}

fn scan() -> impl Strategy<Value = Scan> {
    (prop::collection::vec(prop::option::weighted(0.8, 0_u8..4), 6), any::<bool>(), 0_u8..2, prop::bool::weighted(0.2))
        .prop_map(|(pods, limits, labels, unread)| Scan { pods, limits, labels, unread })
}

fn resource(kind: &str, namespace: &str, name: &str, json: serde_json::Value, read: i64) -> Resource {
    Resource {
        reference: ResourceRef {
            source: "cluster".into(),
            kind: kind.into(),
            group: String::new(),
            namespace: namespace.into(),
            name: name.into(),
            id: format!("cluster/core/{kind}/{namespace}/{name}"),
            file: None,
            line: None,
        },
        version: "v1".into(),
        origin: None,
        document: Document { json: json.to_string() },
        redactions: Vec::new(),
        read,
    }
}

fn seal(database: &mut Database, day: i64, scan: &Scan) -> i64 {
    let at: DateTime<Utc> = DateTime::from_timestamp(1_780_000_000 + day * 86_400, 0).unwrap();
    let mut writer = database.writer(at, "fixed").unwrap();
    writer.source(&Source { kind: SourceKind::Kubernetes, name: "cluster".into(), details: Vec::new() }).unwrap();
    let mut read = |operation: &str, outcome| {
        let read = Read {
            seq: 0,
            source: "cluster".into(),
            operation: operation.into(),
            parameters: Vec::new(),
            identity: "tester".into(),
            started_at: at,
            ended_at: at,
            pages: 1,
            items: 1,
            outcome,
            error: None,
            file: None,
            line: None,
            kinds: vec![KindRef::new("Pod", "")],
            may_hide: Some(u64::from(outcome != Outcome::Complete)),
        };
        writer.read(read).unwrap()
    };
    if scan.unread {
        // It comes first, so that the numbers of all other ledger rows move.
        read("list pods of team-x", Outcome::Denied);
    }
    let list = read("list", Outcome::Complete);
    let namespace = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"l": scan.labels.to_string()}}});
    writer.resource(&resource("Namespace", "", "shop", namespace, list)).unwrap();
    if scan.limits {
        let limits = serde_json::json!({"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "all", "namespace": "shop"},
            "spec": {"limits": [{"type": "Container", "default": {"cpu": "1", "memory": "1Gi"}}]}});
        writer.resource(&resource("LimitRange", "shop", "all", limits, list)).unwrap();
    }
    for (number, variant) in scan.pods.iter().enumerate().filter_map(|(number, variant)| Some((number, (*variant)?))) {
        let (namespace, name) = (if number % 2 == 0 { "shop" } else { "back" }, format!("pod-{number}"));
        let pod = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": {
            "hostNetwork": variant == 1,
            "containers": [{"name": "c", "image": "registry.example.com/x:1", "securityContext": {"privileged": variant == 2}, "env": if variant == 3 { serde_json::json!("broken") } else { serde_json::json!([]) }}]}});
        writer.resource(&resource("Pod", namespace, &name, pod, list)).unwrap();
    }
    writer.seal().unwrap().id
}

fn judged(database: &Database, id: i64, settings: &Settings) -> Judged {
    pipeline::judge(&database.snapshot(&Selector::Id(id)).unwrap(), &BENCH, settings).unwrap()
}

fn assert_same(with: &Judged, without: &Judged) {
    assert!(with.stored().eq(without.stored()));
    assert_eq!(with.evaluation.outcomes, without.evaluation.outcomes);
    assert_eq!(with.evaluation.tallies, without.evaluation.tallies);
    assert_eq!(with.evaluation.slices, without.evaluation.slices);
    assert_eq!(with.record.new.scores, without.record.new.scores);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_history_changes_no_result(scans in prop::collection::vec(scan(), 2..5)) {
        let settings = Settings::default();
        let mut history = Database::in_memory().unwrap();
        for (day, scan) in (0..).zip(&scans) {
            let id = seal(&mut history, day, scan);
            let with = judged(&history, id, &settings);
            let mut alone = Database::in_memory().unwrap();
            let only = seal(&mut alone, day, scan);
            let without = judged(&alone, only, &settings);
            prop_assert_eq!(without.evaluation.reused, 0);
            assert_same(&with, &without);
            history.add_evaluation(&with.record, with.stored()).unwrap();
        }
    }
}

#[test]
fn only_what_changed_is_judged_again() {
    let settings = Settings::default();
    let mut database = Database::in_memory().unwrap();
    let first = Scan { pods: vec![Some(0); 6], limits: false, labels: 0, unread: false };
    let id = seal(&mut database, 0, &first);
    pipeline::evaluate(&mut database, id, &BENCH, &settings).unwrap();
    assert_eq!(judged(&database, id, &settings).evaluation.reused, 7, "the same snapshot once more");
    // One pod of six changes; the namespace and five pods stay.
    let mut second = first.clone();
    second.pods[5] = Some(1);
    let id = seal(&mut database, 1, &second);
    assert_eq!(judged(&database, id, &settings).evaluation.reused, 6);
    // A limit range changes what the three pods of its namespace get, and nothing in the other one.
    let id = seal(&mut database, 2, &Scan { limits: true, ..first.clone() });
    assert_eq!(judged(&database, id, &settings).evaluation.reused, 4, "the namespace itself and the pods of the other one");
    let other = Settings {
        params: [("k8s-image-tag-latest".to_owned(), [("mutable_tags".to_owned(), ParamValue::Strings(vec!["1".into()]))].into())].into(),
        ..Settings::default()
    };
    assert_eq!(judged(&database, 1, &other).evaluation.reused, 0, "other parameters, other verdicts");
}

#[test]
fn an_evaluation_that_somebody_changed_is_not_built_upon() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("assize.db");
    let mut database = Database::open(&path).unwrap();
    let id = seal(&mut database, 0, &Scan { pods: vec![Some(1); 6], limits: false, labels: 0, unread: false });
    pipeline::evaluate(&mut database, id, &BENCH, &Settings::default()).unwrap();
    let honest = judged(&database, id, &Settings::default());
    assert_eq!(honest.evaluation.reused, 7);
    let raw = rusqlite::Connection::open(&path).unwrap();
    assert!(raw.execute("UPDATE verdict_rows SET observed = 'nothing' WHERE control = 'k8s-host-network'", []).unwrap() > 0);
    let again = judged(&database, id, &Settings::default());
    assert_eq!(again.evaluation.reused, 0);
    assert_same(&again, &honest);
}
