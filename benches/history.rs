//! What it costs to keep evidence: `cargo bench --bench history -- [documents] [--year]`.
//!
//! Collects a cluster of made-up pods (100,000 by default), judges it, collects it again with one document of a hundred changed, and verifies all of it.
//! With `--year`, 365 daily snapshots of a tenth as many documents, one of a hundred changed each day. Times are wall clock, on all cores.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::disallowed_methods)]

mod pods;

use assize::model::{Document, KindRef, Outcome, Read, Resource, ResourceRef, Settings, Source, SourceKind};
use assize::pipeline::{self, Bench};
use assize::snapshot::{Database, Selector};
use chrono::{DateTime, Utc};
use std::path::Path;
use std::time::{Duration, Instant};

/// One document of so many changes from one snapshot to the next.
const CHURN: usize = 100;

fn main() {
    let documents = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let bench = Bench::load(None).expect("the embedded catalog is sound");
    let folder = tempfile::tempdir().unwrap();
    if std::env::args().any(|argument| argument == "--year") {
        year(&folder.path().join("year.db"), documents / 10, &bench);
    } else {
        twice(&folder.path().join("twice.db"), documents, &bench);
    }
}

fn twice(path: &Path, documents: usize, bench: &Bench) {
    println!("{documents} documents, {} controls in the catalog, {:.0} MB in memory", bench.catalog.controls.len(), peak());
    let mut database = Database::open(path).unwrap();
    let mut before = 0;
    for turn in 0..2 {
        let numbers = (0..documents).map(|place| if turn == 1 && place % CHURN == 0 { place + documents } else { place });
        let (collected, bytes) = collect(&mut database, turn, numbers);
        let started = Instant::now();
        let (_, judged) = pipeline::evaluate(&mut database, turn + 1, bench, &Settings::default()).unwrap();
        let evaluated = started.elapsed();
        let size = size(path);
        println!(
            "snapshot {}: {:.0} MB of JSON collected in {collected:.2?}, judged and sealed in {evaluated:.2?} ({} findings), file {:.1} MB (+{:.2} %), peak {:.0} MB",
            turn + 1,
            mega(bytes),
            judged.evaluation.verdicts.len(),
            mega(size),
            if before == 0 { 100.0 } else { (size - before) as f64 * 100.0 / before as f64 },
            peak()
        );
        before = size;
    }
    verify(&database);
}

fn year(path: &Path, documents: usize, bench: &Bench) {
    let mut database = Database::open(path).unwrap();
    let mut numbers: Vec<usize> = (0..documents).collect();
    let (mut collected, mut evaluated) = (0.0, 0.0);
    let mut first = 0;
    for day in 0..365 {
        for step in 0..if day == 0 { 0 } else { documents / CHURN } {
            let place = (day as usize * 7919 + step * 104_729) % documents;
            numbers[place] += documents;
        }
        collected += collect(&mut database, day, numbers.iter().copied()).0.as_secs_f64();
        let started = Instant::now();
        pipeline::evaluate(&mut database, day + 1, bench, &Settings::default()).unwrap();
        evaluated += started.elapsed().as_secs_f64();
        if day == 0 {
            first = size(path);
        }
    }
    let last = size(path);
    println!(
        "365 snapshots of {documents} documents: file {:.1} MB after the first, {:.1} MB after the last ({:.2} % a day); a day costs {:.2} s to collect, {:.2} s to judge",
        mega(first),
        mega(last),
        (last - first) as f64 * 100.0 / first as f64 / 364.0,
        collected / 365.0,
        evaluated / 365.0
    );
    let started = Instant::now();
    let history = database.history(365).unwrap();
    println!("trend over {} snapshots: {:.3?}", history.len(), started.elapsed());
    let started = Instant::now();
    let snapshot = database.snapshot(&Selector::Latest).unwrap();
    let judged = pipeline::judge(&snapshot, bench, &Settings::default()).unwrap();
    let judging = started.elapsed();
    let view = pipeline::view(&database, &snapshot, bench, &Settings::default(), &judged).unwrap();
    println!(
        "report of the last: judged in {judging:.2?}, laid out in {:.2?} ({} findings)",
        started.elapsed() - judging,
        view.findings.len()
    );
    verify(&database);
}

fn verify(database: &Database) {
    let started = Instant::now();
    let problems = database.verify().unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    println!("verify: {:.2?}, peak {:.0} MB", started.elapsed(), peak());
}

/// One list of pods, as a cluster gives it: `numbers` says which pod stands in each place. Each is made when it is wanted and dropped then, so
/// that memory is the product's. Gives the time it took without the making, and the bytes of JSON.
fn collect(database: &mut Database, day: i64, numbers: impl Iterator<Item = usize>) -> (Duration, u64) {
    let started = Instant::now();
    let (mut making, mut bytes) = (Duration::ZERO, 0);
    let at: DateTime<Utc> = DateTime::from_timestamp(1_780_000_000 + day * 86_400, 0).unwrap();
    let mut writer = database.writer(at, "fixed").unwrap();
    writer.source(&Source { kind: SourceKind::Kubernetes, name: "cluster".into(), details: Vec::new() }).unwrap();
    let read = Read {
        seq: 0,
        source: "cluster".into(),
        operation: "list pods".into(),
        parameters: Vec::new(),
        identity: "auditor".into(),
        started_at: at,
        ended_at: at,
        pages: 1,
        items: 0,
        outcome: Outcome::Complete,
        error: None,
        file: None,
        line: None,
        kinds: vec![KindRef::new("Pod", "")],
        may_hide: Some(0),
    };
    let seq = writer.read(read).unwrap();
    for (place, number) in numbers.enumerate() {
        let began = Instant::now();
        let json = pods::pod(number).to_string();
        making += began.elapsed();
        bytes += json.len() as u64;
        let name = format!("pod-{place}");
        let reference = ResourceRef {
            source: "cluster".into(),
            kind: "Pod".into(),
            group: String::new(),
            namespace: format!("team-{}", place % 24),
            id: format!("cluster/core/Pod/team-{}/{name}", place % 24),
            name,
            file: None,
            line: None,
        };
        let resource =
            Resource { reference, version: "v1".into(), origin: None, document: Document { json }, redactions: Vec::new(), read: seq };
        writer.resource(&resource).unwrap();
    }
    writer.seal().unwrap();
    (started.elapsed() - making, bytes)
}

/// The size of a database with its journal.
fn size(path: &Path) -> u64 {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    std::fs::metadata(path).unwrap().len()
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The most memory this process ever had, megabytes, where the kernel tells it (Linux).
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e3
}
