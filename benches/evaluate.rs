//! Speed of reading documents and evaluating controls: `cargo bench --bench evaluate -- [documents] [--brief]`.
//!
//! Prints microseconds per document for parsing, nanoseconds per document and control for evaluation with every control of the catalog that judges
//! pods, and the ratio of both. The documents are made up, the same in every run: pods of about 6 kB with two or three containers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use assize::evaluate::Rules;
use assize::evaluate::cel::{Nulls, parse_document};
use assize::model::{Counts, KindRef};
use assize::pipeline::Bench;
use bumpalo::Bump;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Passes over all documents; the fastest counts.
const PASSES: usize = 3;

fn main() {
    let documents = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let pods: Vec<String> = (0..documents).map(|index| pod(index).to_string()).collect();
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
    let (conditions, _) = fastest(|| judge(&bench.rules, None, &pods, false));
    let (both, counts) = fastest(|| judge(&bench.rules, None, &pods, true));
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
    if std::env::args().any(|argument| argument == "--brief") {
        return;
    }
    let mut each: Vec<(f64, f64, &str)> = bench
        .rules
        .judging(&KindRef::new("Pod", ""))
        .map(|id| {
            let [conditions, both] = [false, true].map(|messages| {
                let (time, _) = fastest(|| judge(&bench.rules, Some(id), &pods, messages));
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

/// Reads and judges every document by every control for pods.
fn judge(rules: &Rules, only: Option<&str>, pods: &[String], messages: bool) -> Counts {
    let settings = Bump::new();
    let in_force = rules.default_params(&settings);
    let kind = KindRef::new("Pod", "");
    let mut arena = Bump::with_capacity(64 * 1024);
    let mut total = Counts::default();
    for pod in pods {
        let object = parse_document(pod.as_bytes(), &arena, Nulls::Drop).expect("the pod is JSON");
        total.merge(&rules.judge_alone(&kind, only, object, &in_force, messages, &arena));
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

/// A pod whose settings depend on its number alone.
fn pod(index: usize) -> Value {
    let mut seed = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut chance = |percent: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % 100 < percent
    };
    let containers: Vec<Value> = (0..2 + index % 2).map(|number| container(index, number, &mut chance)).collect();
    let mut spec = json!({
        "containers": containers,
        "serviceAccountName": format!("workload-{}", index % 40), "restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
        "terminationGracePeriodSeconds": 30, "nodeName": format!("ip-10-0-{}-{}.eu-central-1.compute.internal", index % 250, index % 200),
        "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}],
        "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "configuration", "configMap": {"name": "configuration", "defaultMode": 420}},
            {"name": "kube-api-access", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}]}}],
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": {
            "topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app.kubernetes.io/name": format!("service-{}", index % 90)}}}}]}},
    });
    if chance(5) {
        spec["hostNetwork"] = json!(true);
    }
    if chance(60) {
        spec["automountServiceAccountToken"] = json!(false);
    }
    if chance(70) {
        spec["securityContext"] = json!({"runAsNonRoot": true, "fsGroup": 2000, "seccompProfile": {"type": "RuntimeDefault"}});
    }
    let mut labels =
        json!({"app.kubernetes.io/name": format!("service-{}", index % 90), "pod-template-hash": format!("{:x}", index * 7919)});
    if chance(80) {
        labels["team"] = json!("payments");
    }
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": "2025-03-01T09:12:50Z"});
    let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition);
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": format!("service-{}-{:x}", index % 90, index * 104_729), "namespace": format!("team-{}", index % 24), "labels": labels,
            "uid": format!("{:08x}-0000-4000-8000-{:012x}", index, index * 31), "resourceVersion": (index * 17).to_string(), "creationTimestamp": "2025-03-01T09:12:44Z",
            "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "checksum/config": "5d41402abc4b2a76b9719d911017c592ae2b1f3f"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("service-{}", index % 90), "controller": true, "blockOwnerDeletion": true}]},
        "spec": spec,
        "status": {"phase": "Running", "podIP": "10.2.3.4", "hostIP": "10.0.1.2", "qosClass": "Burstable", "startTime": "2025-03-01T09:12:44Z",
            "conditions": conditions},
    })
}

fn container(index: usize, number: usize, chance: &mut impl FnMut(u64) -> bool) -> Value {
    let tag = if chance(10) { "latest".to_owned() } else { format!("1.{}.{}", index % 30, number) };
    let registry = if chance(85) { "registry.corp.example.com" } else { "docker.io/library" };
    let mut security = json!({"allowPrivilegeEscalation": chance(15), "readOnlyRootFilesystem": chance(75), "runAsNonRoot": chance(90), "capabilities": {"drop": ["ALL"]}});
    if chance(3) {
        security["privileged"] = json!(true);
    }
    let environment: Vec<Value> =
        ["LOG_LEVEL", "REGION", "DATABASE_URL", "CACHE_HOST", "FEATURE_FLAGS", "HTTP_PORT", "TRACE_ENDPOINT", "DATABASE_PASSWORD"]
            .iter()
            .map(|name| match name.ends_with("PASSWORD") {
                true => json!({"name": name, "valueFrom": {"secretKeyRef": {"name": "database", "key": "password"}}}),
                false => json!({"name": name, "value": format!("value-{}-of-{name}", index % 13)}),
            })
            .collect();
    let probe = |path: &str| json!({"httpGet": {"path": path, "port": 8080, "scheme": "HTTP"}, "initialDelaySeconds": 5, "periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3});
    let mut container = json!({
        "name": format!("container-{number}"), "image": format!("{registry}/team/service-{}:{tag}", index % 90), "imagePullPolicy": "IfNotPresent",
        "args": ["--config=/etc/service/configuration.yaml", "--listen=:8080", "--metrics=:9090"], "env": environment,
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}, {"name": "metrics", "containerPort": 9090, "protocol": "TCP"}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}}, "securityContext": security,
        "livenessProbe": probe("/healthz"), "readinessProbe": probe("/ready"),
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, {"name": "configuration", "mountPath": "/etc/service", "readOnly": true}],
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    });
    if chance(80) {
        container["resources"]["limits"] = json!({"cpu": "500m", "memory": "512Mi"});
    }
    container
}
