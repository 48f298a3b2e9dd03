//! Speed of reading documents and evaluating controls: `cargo bench --bench evaluate -- [documents] [--brief | --curve]`.
//!
//! Prints microseconds per document for parsing, nanoseconds per document and control for evaluation with every control of the catalog that judges
//! pods, and the ratio of both. The documents are made up, the same in every run: pods of about 6 kB with two or three containers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod pods;

use assize::evaluate::Rules;
use assize::evaluate::cel::{Nulls, parse_document};
use assize::model::{Counts, KindRef};
use assize::pipeline::Bench;
use bumpalo::Bump;
use std::time::{Duration, Instant};

/// Passes over all documents; the fastest counts.
const PASSES: usize = 3;

fn main() {
    let documents = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let pods: Vec<String> = (0..documents).map(|index| pods::pod(index).to_string()).collect();
    let bytes: usize = pods.iter().map(String::len).sum();
    let started = Instant::now();
    let bench = Bench::load(None).expect("the embedded catalog is sound");
    println!("{} pods of {} bytes on average; catalog loaded and compiled in {:?}", pods.len(), bytes / pods.len(), started.elapsed());

    let (parse, _) = fastest(|| {
        let mut arena = Bump::with_capacity(64 * 1024);
        let mut read = 0;
        for pod in &pods {
            read += usize::from(parse_document(pod.as_bytes(), &arena, Nulls::Drop).is_ok());
            arena.reset();
        }
        read
    });
    let (conditions, _) = fastest(|| judge(&bench.rules, |_| true, &pods, false));
    let (both, counts) = fastest(|| judge(&bench.rules, |_| true, &pods, true));
    let count = pods.len() as f64;
    let [fail, unknown, manual, pass, not_applicable] = counts.in_order();
    let verdicts = fail + unknown + manual + pass + not_applicable;
    let controls = verdicts as f64 / count;
    let parse_ns = parse.as_nanos() as f64 / count;
    let each_ns = |time: Duration| (time.as_nanos() as f64 / count - parse_ns) / controls;
    println!(
        "verdicts: {controls:.0} controls a pod; {fail} fail, {unknown} unknown, {manual} manual, {pass} pass, {not_applicable} not applicable"
    );
    println!("parsing: {:.2} us per document", parse_ns / 1_000.0);
    for (what, ns) in [("conditions", each_ns(conditions)), ("conditions and messages of failures", each_ns(both))] {
        println!("evaluation, {what}: {ns:.0} ns per document and control, {:.2} x parsing", ns * controls / parse_ns);
    }
    let asked = |flag: &str| std::env::args().any(|argument| argument == flag);
    if asked("--curve") {
        curve(&bench.rules, &pods, parse_ns);
    }
    if asked("--brief") || asked("--curve") {
        return;
    }
    let mut each: Vec<(f64, f64, &str)> = bench
        .rules
        .judging(&KindRef::new("Pod", ""))
        .map(|id| {
            let [conditions, both] = [false, true].map(|messages| {
                let (time, _) = fastest(|| judge(&bench.rules, |other| other == id, &pods, messages));
                time.as_nanos() as f64 / count - parse_ns
            });
            (conditions, both - conditions, id)
        })
        .collect();
    each.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("each control alone, shared variables included: ns of its conditions, and of its messages");
    for (conditions, messages, id) in each {
        println!("  {id:<40} {conditions:>6.0} {messages:>6.0}");
    }
}

/// How the cost grows with documents and with controls: it should be a straight line in both.
fn curve(rules: &Rules, pods: &[String], parse_ns: f64) {
    println!("documents: ns per document and control");
    let all: Vec<&str> = rules.judging(&KindRef::new("Pod", "")).collect();
    for part in [8, 4, 2, 1] {
        let pods = &pods[..pods.len() / part];
        let (time, _) = fastest(|| judge(rules, |_| true, pods, false));
        println!("  {:>7} {:>6.0}", pods.len(), (time.as_nanos() as f64 / pods.len() as f64 - parse_ns) / all.len() as f64);
    }
    println!("controls, taken from the whole list at equal distances: us per document without parsing, ns per control");
    for part in [8, 4, 2, 1] {
        let some: Vec<&str> = all.iter().step_by(part).copied().collect();
        let (time, _) = fastest(|| judge(rules, |id| some.contains(&id), pods, false));
        let ns = time.as_nanos() as f64 / pods.len() as f64 - parse_ns;
        println!("  {:>7} {:>6.2} {:>6.0}", some.len(), ns / 1_000.0, ns / some.len() as f64);
    }
}

/// Reads and judges every document by every control for pods.
fn judge(rules: &Rules, wanted: impl Fn(&str) -> bool, pods: &[String], messages: bool) -> Counts {
    let settings = Bump::new();
    let in_force = rules.default_params(&settings);
    let kind = KindRef::new("Pod", "");
    let mut arena = Bump::with_capacity(64 * 1024);
    let mut total = Counts::default();
    for pod in pods {
        let object = parse_document(pod.as_bytes(), &arena, Nulls::Drop).expect("the pod is JSON");
        total.merge(&rules.judge_alone(&kind, &wanted, object, &in_force, messages, &arena));
        arena.reset();
    }
    total
}

/// The shortest time of some passes, and the result of the work.
fn fastest<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut pass = || {
        let (started, clock) = (cpu_time(), Instant::now());
        let result = work();
        (started.and_then(|started| Some(cpu_time()? - started)).unwrap_or_else(|| clock.elapsed()), result)
    };
    let first = pass();
    (1..PASSES).map(|_| pass()).fold(first, |best, next| if next.0 < best.0 { next } else { best })
}

/// Time that this thread has spent on a processor, where the kernel tells it (Linux): other work on the machine does not count then.
fn cpu_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(status.split(' ').next()?.parse().ok()?))
}
