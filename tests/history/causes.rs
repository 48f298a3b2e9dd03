//! Score changes split by cause, over generated evidence and decisions: parts add up exactly, and one cause moves one part.

use assize::model::{
    Attestation, Document, FrameworkScope, Interval, Outcome, ParamValue, Read, Resource, ResourceRef, Settings, Source, SourceKind, Waiver,
};
use assize::pipeline::{self, Bench, Change, Side};
use assize::posture::change::{Delta, Parts, ScoreChange};
use assize::posture::score::tenths;
use assize::snapshot::{Database, ScoreRow, Selector, Writer};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use std::sync::LazyLock;

static TODAY: LazyLock<Bench> = LazyLock::new(|| Bench::load(None).unwrap());

/// The embedded catalog with two controls of another severity.
static OTHER: LazyLock<Bench> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for (id, area) in [("k8s-host-network", "pod-security"), ("k8s-privileged-container", "pod-security")] {
        let file = format!("controls/kubernetes/{area}/{id}.toml");
        let text = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let line = text.lines().find(|line| line.starts_with("severity")).unwrap();
        let target = folder.path().join(&file);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, text.replacen(line, "severity = \"low\"", 1)).unwrap();
    }
    Bench::load(Some(folder.path())).unwrap()
});

/// What a file holds, and whether the scan could read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct File {
    privileged: bool,
    host_network: bool,
    there: bool,
    read: bool,
}

/// One evaluation: evidence, rules, decisions, day.
#[derive(Debug, Clone)]
struct World {
    files: Vec<File>,
    other_catalog: bool,
    registries: bool,
    narrow: bool,
    waived: bool,
    attested: bool,
    day: i64,
}

impl World {
    fn bench(&self) -> &'static Bench {
        if self.other_catalog { &OTHER } else { &TODAY }
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        if self.registries {
            let registries = ParamValue::Strings(vec!["registry.example".into()]);
            settings.params.entry("k8s-image-registry-not-allowed".into()).or_default().insert("allowed_registries".into(), registries);
        }
        if self.narrow {
            let excluded = [("CC6.6".to_owned(), "no networks".to_owned()), ("CC7.1".to_owned(), "elsewhere".to_owned())].into();
            settings.scopes.insert("soc2".into(), FrameworkScope { answers: [].into(), excluded });
        }
        if self.waived {
            settings.waivers.push(Waiver {
                id: "W".into(),
                control: "k8s-privileged-container".into(),
                resources: "shop/p0".into(),
                owner: "a".into(),
                approver: "b".into(),
                reason: "r".into(),
                expires: NaiveDate::from_ymd_opt(2026, 6, 20).unwrap(),
                created: None,
                ticket: None,
            });
        }
        if self.attested {
            for topic in TODAY.catalog.topics.keys() {
                settings.attestations.push(Attestation {
                    topic: topic.clone(),
                    owner: "a".into(),
                    performed_at: NaiveDate::from_ymd_opt(2026, 5, 1).unwrap(),
                    valid_until: Some(NaiveDate::from_ymd_opt(2026, 6, 25).unwrap()),
                    file: None,
                    hash: None,
                    note: None,
                    sealed: None,
                    name: None,
                });
            }
        }
        settings
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_293_600 + 86_400 * self.day, 0).unwrap()
    }

    /// Seals the evidence and its evaluation.
    fn seal(&self, database: &mut Database) -> i64 {
        let id = self.collect(database);
        pipeline::evaluate(database, id, self.bench(), &self.settings()).unwrap();
        id
    }

    /// Seals the evidence.
    fn collect(&self, database: &mut Database) -> i64 {
        let mut writer: Writer<'_> = database.writer(self.now(), "fixed").unwrap();
        writer.source(&Source { kind: SourceKind::Repository, name: "tree".into(), details: Vec::new() }).unwrap();
        let row = |operation: &str, file: Option<String>| Read {
            seq: 0,
            source: "tree".into(),
            operation: operation.into(),
            parameters: Vec::new(),
            identity: "tester".into(),
            started_at: self.now(),
            ended_at: self.now(),
            pages: 1,
            items: 0,
            outcome: Outcome::Complete,
            error: None,
            file,
            line: None,
            kinds: Vec::new(),
            may_hide: Some(0),
        };
        writer.read(row("walk tree", None)).unwrap();
        for (index, file) in self.files.iter().enumerate().filter(|(_, file)| file.there) {
            let name = format!("f{index}.yaml");
            let mut read = row("read file", Some(name.clone()));
            if !file.read {
                (read.outcome, read.may_hide, read.error) = (Outcome::Denied, Some(1), Some("denied".into()));
            }
            let seq = writer.read(read).unwrap();
            if file.read {
                let json = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("p{index}"), "namespace": "shop"},
                    "spec": {"hostNetwork": file.host_network, "containers": [{"name": "c", "image": "registry.example/app:1",
                        "securityContext": {"privileged": file.privileged}}]}});
                let reference = ResourceRef {
                    source: "tree".into(),
                    kind: "Pod".into(),
                    group: String::new(),
                    namespace: "shop".into(),
                    name: format!("p{index}"),
                    id: format!("tree/core/Pod/shop/p{index}@{name}:1"),
                    file: Some(name),
                    line: Some(1),
                };
                let document = Document { json: json.to_string() };
                writer
                    .resource(&Resource { reference, version: "v1".into(), origin: None, document, redactions: Vec::new(), read: seq })
                    .unwrap();
            }
        }
        writer.seal().unwrap().id
    }
}

fn compare(a: &World, b: &World) -> (Change, Vec<ScoreRow>, Vec<ScoreRow>) {
    let mut database = Database::in_memory().unwrap();
    let (from, to) = (a.seal(&mut database), b.seal(&mut database));
    let rows = |id: i64| database.scores(database.evaluation_of(id).unwrap().unwrap().id).unwrap();
    let (from, to) = (database.snapshot(&Selector::Id(from)).unwrap(), database.snapshot(&Selector::Id(to)).unwrap());
    let judged = pipeline::judge(&to, b.bench(), &b.settings()).unwrap();
    let (one, two) = (Side { database: &database, snapshot: &from }, Side { database: &database, snapshot: &to });
    let change = pipeline::change(one, two, b.bench(), &b.settings(), &judged, None).unwrap();
    (change, rows(from.info.id), rows(to.info.id))
}

/// Every score of a change, with the place of its rows in the database.
fn all(change: &Change) -> Vec<(String, &'static str, &'static str, ScoreChange)> {
    let mut found = Vec::new();
    for framework in &change.frameworks {
        for (kind, pair) in [("configuration", framework.configuration), ("programme", framework.programme)] {
            for (waivers, score) in ["gross", "net"].into_iter().zip(pair) {
                found.push((framework.framework.clone(), kind, waivers, score));
            }
        }
    }
    found
}

fn stored(rows: &[ScoreRow], framework: &str, kind: &str, waivers: &str) -> Option<Delta> {
    let row = rows.iter().find(|row| row.framework == framework && row.kind == kind && row.waivers == waivers)?;
    Some(ends(Interval { low: assize::model::Percent(row.low), high: assize::model::Percent(row.high) }))
}

fn ends(interval: Interval) -> Delta {
    Delta { low: tenths(interval.low), high: tenths(interval.high) }
}

/// Names of the parts that moved, over all scores.
fn moved(change: &Change) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (_, _, _, score) in all(change) {
        let Some(parts) = score.parts else { continue };
        for (name, delta) in named(&parts) {
            if delta != Delta::default() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

fn named(parts: &Parts) -> [(&'static str, Delta); 6] {
    [
        ("configuration", parts.configuration),
        ("catalog", parts.catalog.unwrap()),
        ("scope", parts.scope),
        ("access", parts.access),
        ("waivers", parts.waivers),
        ("attestations", parts.attestations),
    ]
}

fn file() -> impl Strategy<Value = File> {
    (any::<bool>(), any::<bool>(), prop::bool::weighted(0.85), prop::bool::weighted(0.8))
        .prop_map(|(privileged, host_network, there, read)| File { privileged, host_network, there, read })
}

fn world() -> impl Strategy<Value = World> {
    let decided = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), 0..40_i64);
    (prop::collection::vec(file(), 4), decided).prop_map(|(files, (other_catalog, registries, narrow, waived, attested, day))| World {
        files,
        other_catalog,
        registries,
        narrow,
        waived,
        attested,
        day,
    })
}

/// A world in which every file is there and read.
fn whole(world: &World) -> World {
    World { files: world.files.iter().map(|file| File { there: true, read: true, ..*file }).collect(), ..world.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Whatever changed at once: both ends are the stored scores, and the parts add up to their difference.
    #[test]
    fn parts_add_up_whatever_changed(a in world(), b in world()) {
        let (change, before, after) = compare(&a, &b);
        prop_assert!(change.notes.is_empty(), "{:?}", change.notes);
        for (framework, kind, waivers, score) in all(&change) {
            let (one, two) = (stored(&before, &framework, kind, waivers), stored(&after, &framework, kind, waivers));
            prop_assert_eq!((score.before.map(ends), score.after.map(ends)), (one, two));
            if let (Some(one), Some(two), Some(parts)) = (one, two, score.parts) {
                prop_assert_eq!(one + parts.total(), two);
                if waivers == "gross" {
                    prop_assert_eq!(parts.waivers, Delta::default());
                }
                if kind == "configuration" {
                    prop_assert_eq!(parts.attestations, Delta::default());
                }
            }
        }
    }

    /// Losing and gaining files moves access alone, and losing raises no low end.
    #[test]
    fn access_alone_moves_access(world in world(), lost in prop::collection::vec(any::<bool>(), 4)) {
        let full = whole(&world);
        let mut less = full.clone();
        less.files.iter_mut().zip(&lost).for_each(|(file, lost)| file.read = !lost);
        for (a, b) in [(&full, &less), (&less, &full)] {
            let (change, ..) = compare(a, b);
            prop_assert!(moved(&change).iter().all(|name| *name == "access"), "{:?}", moved(&change));
        }
        let (change, ..) = compare(&full, &less);
        for (.., score) in all(&change) {
            prop_assert!(score.parts.is_none_or(|parts| parts.access.low <= 0 && parts.access.high >= 0));
        }
    }

    /// Changed, new and deleted files move configuration alone.
    #[test]
    fn configuration_alone_moves_configuration(a in world(), b in world()) {
        let read = |world: &World| World { files: world.files.iter().map(|file| File { read: true, ..*file }).collect(), ..a.clone() };
        let (change, ..) = compare(&read(&a), &read(&b));
        prop_assert!(moved(&change).iter().all(|name| *name == "configuration"), "{:?}", moved(&change));
    }

    /// A file that is lost and another one that is mended at once are told apart: access is what the loss alone would have moved.
    #[test]
    fn access_and_configuration_are_told_apart(world in world(), privileged in any::<bool>(), host_network in any::<bool>()) {
        let a = whole(&world);
        let mut lost = a.clone();
        lost.files[0].read = false;
        let mut both = lost.clone();
        (both.files[1].privileged, both.files[1].host_network) = (privileged, host_network);
        let ((loss, ..), (change, ..)) = (compare(&a, &lost), compare(&a, &both));
        for (one, two) in all(&loss).iter().zip(all(&change)) {
            prop_assert_eq!(one.3.parts.map(|parts| parts.access), two.3.parts.map(|parts| parts.access));
        }
        prop_assert!(moved(&change).iter().all(|name| ["access", "configuration"].contains(name)));
    }

    /// What people decide moves its own part.
    #[test]
    fn one_decision_moves_one_part(a in world(), which in 0..5_usize) {
        // The day stays: what expires is a change of its own.
        let mut b = a.clone();
        let name = match which {
            0 => { b.other_catalog = !b.other_catalog; "catalog" }
            1 => { b.registries = !b.registries; "catalog" }
            2 => { b.narrow = !b.narrow; "scope" }
            3 => { b.waived = !b.waived; "waivers" }
            _ => { b.attested = !b.attested; "attestations" }
        };
        let (change, ..) = compare(&a, &b);
        prop_assert!(moved(&change).iter().all(|part| *part == name), "{name}: {:?}", moved(&change));
    }
}

/// The properties above would hold of a split that never moves: each cause is seen to move its part once.
#[test]
fn every_cause_moves_something() {
    let bad = File { privileged: true, host_network: true, there: true, read: true };
    let good = File { privileged: false, host_network: false, ..bad };
    let a = World {
        files: vec![bad, good, good, bad],
        other_catalog: false,
        registries: false,
        narrow: false,
        waived: true,
        attested: true,
        day: 10,
    };
    let with = |edit: fn(&mut World)| {
        let mut b = a.clone();
        edit(&mut b);
        moved(&compare(&a, &b).0)
    };
    assert_eq!(with(|b| b.files[0].privileged = false), ["configuration"]);
    assert_eq!(with(|b| b.files[0].there = false), ["configuration"], "a deleted file was seen to be gone");
    assert_eq!(with(|b| b.files[1].read = false), ["access"]);
    assert_eq!(with(|b| b.other_catalog = true), ["catalog"]);
    assert_eq!(with(|b| b.registries = true), ["catalog"]);
    assert_eq!(with(|b| b.narrow = true), ["scope"]);
    assert_eq!(with(|b| b.waived = false), ["waivers"]);
    assert_eq!(with(|b| b.day = 22), ["waivers"], "the waiver expired on 20 June");
    assert_eq!(with(|b| b.attested = false), ["attestations"]);
    let mut later = a.clone();
    later.waived = false;
    let mut expired = later.clone();
    expired.day = 30;
    assert_eq!(moved(&compare(&later, &expired).0), ["attestations"], "human evidence expired on 25 June");
}

/// A framework that the earlier evaluation was not asked for, under other rules: what the catalog changed is not separable, and is said.
#[test]
fn a_framework_that_was_not_asked_for_has_no_catalog_part() {
    let bad = File { privileged: true, host_network: true, there: true, read: true };
    let good = File { privileged: false, host_network: false, ..bad };
    let world =
        World { files: vec![bad, good], other_catalog: false, registries: false, narrow: false, waived: false, attested: false, day: 1 };
    let mut database = Database::in_memory().unwrap();
    let id = world.collect(&mut database);
    let asked = Settings { frameworks: vec!["soc2".into()], ..Settings::default() };
    pipeline::evaluate(&mut database, id, &TODAY, &asked).unwrap();
    let to = World { day: 2, ..world }.seal(&mut database);
    let (one, two) = (database.snapshot(&Selector::Id(id)).unwrap(), database.snapshot(&Selector::Id(to)).unwrap());
    let (one, two) = (Side { database: &database, snapshot: &one }, Side { database: &database, snapshot: &two });
    for (bench, separable) in [(&*TODAY, true), (&*OTHER, false)] {
        let judged = pipeline::judge(two.snapshot, bench, &Settings::default()).unwrap();
        let change = pipeline::change(one, two, bench, &Settings::default(), &judged, None).unwrap();
        for framework in &change.frameworks {
            let parts = framework.configuration[0].parts.unwrap();
            assert_eq!(parts.catalog.is_some(), separable || framework.framework == "soc2", "{}", framework.framework);
        }
        assert_eq!(change.notes.is_empty(), separable, "{:?}", change.notes);
    }
}
