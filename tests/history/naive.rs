//! Lives and stays against a walk that looks at everything each evaluation holds, over histories made at random: findings that come, go,
//! come back and turn unknown; sources left out; reads that were denied; snapshots not evaluated, evaluated again, judged without a control,
//! pruned; failures that a waiver accepts.

use assize::model::{Document, KindRef, Outcome, Read, Resource, ResourceRef, Settings, Source, SourceKind, Verdict, Waiver};
use assize::pipeline::{self, Bench};
use assize::posture::lives::{Life, Moment};
use assize::posture::{NotSeen, Sight, stays::Stay};
use assize::snapshot::{Database, Selector, StoredVerdict};
use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

static BENCH: LazyLock<Bench> = LazyLock::new(|| Bench::load(None).unwrap());
const CONTROL: &str = "k8s-host-network";

#[derive(Debug, Clone)]
struct Scan {
    /// Per source: whether it was scanned, whether its read was denied.
    sources: [(bool, bool); 2],
    /// `hostNetwork` of each pod, two of each source; `None`: there is no such pod.
    pods: Vec<Option<&'static str>>,
    evaluated: u8,
    waived: bool,
    without_control: bool,
    pruned: bool,
}

fn scan() -> impl Strategy<Value = Scan> {
    let source = || (prop::bool::weighted(0.8), prop::bool::weighted(0.25));
    let pod = prop::option::weighted(0.7, prop::sample::select(vec!["true", "false", "\"perhaps\""]));
    let pods = prop::collection::vec(pod, 4);
    let rest = (0_u8..3, any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.3));
    (source(), source(), pods, rest).prop_map(|(a, b, pods, (evaluated, waived, without_control, pruned))| Scan {
        sources: [a, b],
        pods,
        evaluated,
        waived,
        without_control,
        pruned,
    })
}

fn at(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + day * 86_400, 0).unwrap()
}

fn seal(database: &mut Database, day: i64, scan: &Scan) -> i64 {
    let mut writer = database.writer(at(day), "fixed").unwrap();
    for (index, (_, denied)) in scan.sources.into_iter().enumerate().filter(|(_, (scanned, _))| *scanned) {
        let source = format!("cluster-{index}");
        writer.source(&Source { kind: SourceKind::Kubernetes, name: source.clone(), details: Vec::new() }).unwrap();
        let outcome = if denied { Outcome::Denied } else { Outcome::Complete };
        let read = Read {
            seq: 0,
            source: source.clone(),
            operation: "list pods".into(),
            parameters: Vec::new(),
            identity: "tester".into(),
            started_at: at(day),
            ended_at: at(day),
            pages: 1,
            items: 2,
            outcome,
            error: None,
            file: None,
            line: None,
            kinds: vec![KindRef::new("Pod", "")],
            may_hide: if denied { None } else { Some(0) },
        };
        let read = writer.read(read).unwrap();
        for (number, host) in scan.pods.iter().enumerate().filter(|(number, _)| number % 2 == index) {
            let Some(host) = host else { continue };
            let name = format!("pod-{number}");
            let json = format!(
                "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"{name}\",\"namespace\":\"shop\"}},\"spec\":{{\"hostNetwork\":{host},\"containers\":[{{\"name\":\"c\",\"image\":\"nginx\"}}]}}}}"
            );
            let reference = ResourceRef {
                source: source.clone(),
                kind: "Pod".into(),
                group: String::new(),
                namespace: "shop".into(),
                id: format!("{source}/core/Pod/shop/{name}"),
                name,
                file: None,
                line: None,
            };
            let (document, redactions) = (Document { json }, Vec::new());
            writer.resource(&Resource { reference, version: "v1".into(), origin: None, document, redactions, read }).unwrap();
        }
    }
    writer.seal().unwrap().id
}

fn evaluate(database: &mut Database, id: i64, scan: &Scan) {
    for turn in 0..scan.evaluated {
        let mut settings = Settings::default();
        // What is judged the second time must not count, so it differs.
        if scan.waived != (turn == 1) {
            settings.waivers.push(waiver());
        }
        let snapshot = database.snapshot(&Selector::Id(id)).unwrap();
        let judged = pipeline::judge(&snapshot, &BENCH, &settings).unwrap();
        drop(snapshot);
        let (mut verdicts, mut new) = (judged.stored().collect::<Vec<_>>(), judged.record.new);
        if scan.without_control != (turn == 1) {
            verdicts.retain(|stored| *stored.judgement.control != *CONTROL);
            new.tallies.retain(|row| row.control != CONTROL);
        }
        let sealed = new.seal(&judged.evaluation.outcomes, verdicts.par_iter().cloned());
        database.add_evaluation(&sealed, verdicts.into_iter()).unwrap();
    }
}

fn waiver() -> Waiver {
    Waiver {
        id: "W".into(),
        control: CONTROL.into(),
        resources: "*".into(),
        owner: "o".into(),
        approver: "a".into(),
        reason: "r".into(),
        expires: NaiveDate::from_ymd_opt(2027, 12, 31).unwrap(),
        created: None,
        ticket: None,
    }
}

/// What one evaluation says, in full.
struct Full {
    moment: Moment,
    held: BTreeMap<String, StoredVerdict>,
    ran: BTreeSet<String>,
    sources: Vec<Source>,
    reads: Vec<Read>,
    resources: BTreeSet<String>,
}

impl Full {
    fn looked(&self, verdict: &StoredVerdict) -> bool {
        let resource = &verdict.judgement.resource;
        let hidden = self.reads.iter().any(|read| read.source == resource.source && read.hides());
        self.sources.iter().any(|source| source.name == resource.source)
            && self.ran.contains(&*verdict.judgement.control)
            && self.held.get(&verdict.fingerprint).is_none_or(|held| held.judgement.verdict != Verdict::Unknown)
            && (!hidden || self.resources.contains(resource.stable_id()))
    }

    fn fails(&self, fingerprint: &str) -> bool {
        self.held.get(fingerprint).is_some_and(|held| held.judgement.verdict == Verdict::Fail)
    }
}

fn everything(database: &Database) -> Vec<Full> {
    let mut all = Vec::new();
    for info in database.snapshots().unwrap() {
        let Some(own) = database.evaluation_of(info.id).unwrap() else { continue };
        let snapshot = database.snapshot(&Selector::Id(info.id)).unwrap();
        let mut held: BTreeMap<String, StoredVerdict> = BTreeMap::new();
        for stored in database.stored_findings(own.id).unwrap() {
            held.insert(stored.fingerprint.clone(), stored);
        }
        all.push(Full {
            moment: Moment { snapshot: info.id, taken_at: info.taken_at },
            held,
            ran: database.tallies(own.id).unwrap().into_iter().map(|row| row.control).collect(),
            sources: snapshot.sources.clone(),
            reads: snapshot.reads.clone(),
            resources: database.references(info.id).unwrap().iter().map(|found| found.resource.stable_id().to_owned()).collect(),
        });
    }
    all
}

fn naive_lives(all: &[Full]) -> BTreeMap<Arc<str>, Life> {
    let mut lives: BTreeMap<Arc<str>, Life> = BTreeMap::new();
    for full in all {
        for (fingerprint, life) in &mut lives {
            if !life.is_open() || full.held.contains_key(&**fingerprint) {
                continue;
            }
            let last = all.iter().find(|full| full.moment == life.last_seen).unwrap();
            let verdict = &last.held[&**fingerprint].judgement;
            let read = verdict.reads.first().and_then(|seq| last.reads.iter().find(|read| read.seq == *seq));
            life.not_seen = if !full.ran.contains(&*verdict.control) {
                Some(NotSeen::control(&verdict.control))
            } else if full.resources.contains(verdict.resource.stable_id()) {
                None
            } else {
                Sight::new(&full.sources, &full.reads).check(&verdict.resource, read).err()
            };
            if life.not_seen.is_none() {
                life.resolved.push(full.moment);
            }
        }
        for (fingerprint, stored) in &full.held {
            let (at, verdict) = (full.moment, stored.judgement.verdict);
            let life = lives.entry(fingerprint.as_str().into()).or_insert_with(|| Life {
                first_seen: at,
                last_seen: at,
                states: Vec::new(),
                resolved: Vec::new(),
                reopened: Vec::new(),
                not_seen: None,
            });
            (life.last_seen, life.not_seen) = (at, None);
            if !life.is_open() {
                life.reopened.push(at);
            }
            if life.states.last().is_none_or(|(_, state)| *state != verdict) {
                life.states.push((at, verdict));
            }
        }
    }
    lives
}

fn naive_stays(all: &[Full]) -> Vec<Stay> {
    let mut open: BTreeMap<String, (Stay, StoredVerdict)> = BTreeMap::new();
    let mut stays: Vec<Stay> = Vec::new();
    for (index, full) in all.iter().enumerate() {
        let at = full.moment.taken_at;
        let gone: Vec<String> =
            open.iter().filter(|(name, (_, known))| !full.fails(name) && full.looked(known)).map(|(name, _)| name.clone()).collect();
        stays.extend(gone.into_iter().map(|name| Stay { resolved_at: Some(at), ..open.remove(&name).unwrap().0 }));
        for (fingerprint, stored) in full.held.iter().filter(|(fingerprint, _)| full.fails(fingerprint)) {
            let before = index.checked_sub(1).map(|index| &all[index]).filter(|before| before.looked(stored));
            let entry = open.entry(fingerprint.clone()).or_insert_with(|| {
                let stay = Stay {
                    fingerprint: fingerprint.as_str().into(),
                    severity: stored.judgement.severity,
                    first_seen: at,
                    last_seen: at,
                    resolved_at: None,
                    last_absent_before: before.map(|before| before.moment.taken_at),
                };
                (stay, stored.clone())
            });
            entry.0.last_seen = at;
        }
    }
    stays.extend(open.into_values().map(|(stay, _)| stay));
    stays.sort_by(|a, b| (a.first_seen, &a.fingerprint).cmp(&(b.first_seen, &b.fingerprint)));
    stays
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn one_pass_over_changes_tells_what_a_walk_over_everything_tells(scans in prop::collection::vec(scan(), 2..8)) {
        let mut database = Database::in_memory().unwrap();
        for (day, scan) in (0..).zip(&scans) {
            let id = seal(&mut database, day, scan);
            evaluate(&mut database, id, scan);
        }
        let keep: Vec<i64> = (1..).zip(&scans).filter(|(_, scan)| !scan.pruned).map(|(id, _)| id).collect();
        database.prune(&keep).unwrap();
        let told = pipeline::lives(&database, i64::MAX).unwrap();
        let all = everything(&database);
        prop_assert_eq!(told.lives, naive_lives(&all));
        prop_assert_eq!(told.stays, naive_stays(&all));
        prop_assert_eq!(told.scans, all.iter().map(|full| full.moment.taken_at).collect::<Vec<_>>());
    }
}
