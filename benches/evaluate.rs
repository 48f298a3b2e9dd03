//! Speed of reading documents and evaluating controls: `cargo bench --bench evaluate -- [documents] [CONTROL] [--brief | --curve]`;
//! with the id of a control, that one alone.
//!
//! Prints microseconds per document for parsing, nanoseconds per document and control for evaluation with every control of the catalog that judges
//! pods, and the ratio of both. The documents are made up, the same in every run: pods of about 6 kB with two or three containers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod pods;

use assize::evaluate::Rules;
use assize::evaluate::cel::{Context, Library, Nulls, Program, Scope, parse_document};
use assize::model::{Counts, KindRef};
use assize::pipeline::Bench;
use bumpalo::Bump;
use std::time::{Duration, Instant};

/// Passes over all documents; the fastest counts.
const PASSES: usize = 3;

/// Conditions of the least a rule can ask: regular containers alone, no exceptions, no parameters. What the evaluator itself costs shows here; the
/// catalog's controls also look at init and ephemeral containers, at overrides and at what the API would refuse.
const PLAIN: [&str; 15] = [
    "object.spec.containers.all(c, c.?securityContext.?privileged.orValue(false) == false)",
    "object.spec.?securityContext.?runAsNonRoot.orValue(false) && object.spec.containers.all(c, c.?securityContext.?runAsNonRoot.orValue(true)) \
     || object.spec.containers.all(c, c.?securityContext.?runAsNonRoot.orValue(false))",
    "object.spec.containers.all(c, has(c.resources) && has(c.resources.limits) && has(c.resources.limits.cpu) && has(c.resources.limits.memory))",
    "!['hostNetwork', 'hostPID', 'hostIPC'].exists(f, object.spec[?f].orValue(false))",
    "object.spec.containers.all(c, c.image.contains('@') || (c.image.matches(':[^/]+$') && !c.image.endsWith(':latest')))",
    "object.spec.containers.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false))",
    "object.spec.containers.all(c, c.?securityContext.?capabilities.?drop.orValue([]).exists(d, d == 'ALL'))",
    "object.spec.containers.all(c, c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false)",
    "object.spec.?securityContext.?seccompProfile.?type.orValue('') in ['RuntimeDefault', 'Localhost'] \
     || object.spec.containers.all(c, c.?securityContext.?seccompProfile.?type.orValue('') in ['RuntimeDefault', 'Localhost'])",
    "object.spec.?automountServiceAccountToken.orValue(true) == false",
    "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
    "object.spec.containers.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))",
    "object.spec.containers.all(c, c.image.startsWith('registry.corp.example.com/') \
     || c.image.matches('^[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.]amazonaws[.]com/'))",
    "has(object.metadata.labels) && 'app.kubernetes.io/name' in object.metadata.labels \
     && ('owner' in object.metadata.labels || 'team' in object.metadata.labels)",
    "object.spec.containers.all(c, c.?env.orValue([]).all(e, !has(e.value) || !e.name.matches('(?i)(password|secret|token|api_?key)')))",
];

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
    let named = std::env::args().find(|argument| argument.starts_with("k8s-"));
    let wanted = |id: &str| named.as_deref().is_none_or(|named| named == id);
    let (conditions, _) = fastest(|| judge(&bench.rules, wanted, &pods, false));
    let (both, counts) = fastest(|| judge(&bench.rules, wanted, &pods, true));
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
    let (plain, _) = fastest(|| plain(&pods));
    let each = (plain.as_nanos() as f64 / count - parse_ns) / PLAIN.len() as f64;
    println!("evaluation, {} plain conditions: {each:.0} ns per document and condition", PLAIN.len());
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

/// Reads every document and evaluates the plain conditions; how many hold.
fn plain(pods: &[String]) -> usize {
    let library = Library::new();
    let scope = Scope::new(["object"]);
    let programs: Vec<Program> = PLAIN.iter().map(|source| library.compile(source, &scope).expect("the condition is sound")).collect();
    let mut arena = Bump::with_capacity(64 * 1024);
    let mut holds = 0;
    for pod in pods {
        let object = parse_document(pod.as_bytes(), &arena, Nulls::Drop).expect("the pod is JSON");
        let mut context = Context::new(&library, &arena, &[object]);
        holds += programs.iter().filter(|program| program.eval_bool(&mut context).expect("the pod has the fields")).count();
        drop(context);
        arena.reset();
    }
    holds
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
