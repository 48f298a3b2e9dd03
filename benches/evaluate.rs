//! Speed of reading documents and evaluating controls: `cargo bench --bench evaluate [documents]`.
//!
//! Prints microseconds per document for parsing, nanoseconds per document and control for evaluation, and how many controls cost as much as
//! parsing. The documents are made up, the same in every run: pods of about 6 kB with two or three containers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use assize::evaluate::cel::{Context, Library, Nulls, Program, Scope, parse_document};
use bumpalo::Bump;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Passes over all documents; the fastest counts.
const PASSES: usize = 3;

/// Name and expression of each control, in the manner of the catalog's.
const CONTROLS: &[(&str, &str)] = &[
    ("privileged", "variables.containers.all(c, !c.?securityContext.?privileged.orValue(false))"),
    (
        "run-as-non-root",
        "variables.containers.all(c, c.?securityContext.?runAsNonRoot.orValue(object.spec.?securityContext.?runAsNonRoot.orValue(false)))",
    ),
    (
        "limits",
        "variables.containers.all(c, has(c.resources) && has(c.resources.limits) && has(c.resources.limits.cpu) && has(c.resources.limits.memory))",
    ),
    (
        "host-namespaces",
        "!object.spec.?hostNetwork.orValue(false) && !object.spec.?hostPID.orValue(false) && !object.spec.?hostIPC.orValue(false)",
    ),
    ("image-tag", "variables.containers.all(c, c.image.contains('@') || (c.image.matches(':[^/]+$') && !c.image.endsWith(':latest')))"),
    ("read-only-root", "variables.containers.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false))"),
    ("drop-all", "variables.containers.all(c, c.?securityContext.?capabilities.?drop.orValue([]).exists(d, d == 'ALL'))"),
    ("privilege-escalation", "variables.containers.all(c, c.?securityContext.?allowPrivilegeEscalation.orValue(true) == false)"),
    (
        "seccomp",
        "object.spec.?securityContext.?seccompProfile.?type.orValue('') in ['RuntimeDefault', 'Localhost'] \
         || variables.containers.all(c, c.?securityContext.?seccompProfile.?type.orValue('') in ['RuntimeDefault', 'Localhost'])",
    ),
    ("service-account-token", "object.spec.?automountServiceAccountToken.orValue(true) == false"),
    ("host-path", "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))"),
    ("host-port", "variables.containers.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))"),
    (
        "registry",
        "variables.containers.all(c, c.image.startsWith('registry.corp.example.com/') \
         || c.image.matches('^[0-9]{12}[.]dkr[.]ecr[.][a-z0-9-]+[.]amazonaws[.]com/'))",
    ),
    (
        "labels",
        "has(object.metadata.labels) && 'app.kubernetes.io/name' in object.metadata.labels \
         && ('owner' in object.metadata.labels || 'team' in object.metadata.labels)",
    ),
    (
        "secret-in-environment",
        "variables.containers.all(c, c.?env.orValue([]).all(e, !has(e.value) || !e.name.matches('(?i)(password|secret|token|api_?key)')))",
    ),
];

fn main() {
    let documents = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let pods: Vec<String> = (0..documents).map(|index| pod(index).to_string()).collect();
    let bytes: usize = pods.iter().map(String::len).sum();

    let mut library = Library::new();
    let mut scope = Scope::new(["object"]);
    let source = "object.spec.containers + object.spec.?initContainers.orValue([])";
    let started = Instant::now();
    let containers = library.add_variable("containers", source, &scope).expect("the variable compiles");
    scope.declare("containers", containers);
    let controls: Vec<(&str, Program)> = CONTROLS
        .iter()
        .map(|(name, source)| (*name, library.compile(source, &scope).unwrap_or_else(|errors| panic!("{name}: {errors:?}"))))
        .collect();
    println!(
        "{} pods of {} bytes on average; {} controls, compiled in {:?}",
        pods.len(),
        bytes / pods.len(),
        controls.len(),
        started.elapsed()
    );

    let (parse, _) = fastest(|| {
        let mut arena = Bump::with_capacity(64 * 1024);
        let mut read = 0;
        for pod in &pods {
            read += usize::from(parse_document(pod.as_bytes(), &arena, Nulls::Drop).is_ok());
            arena.reset();
        }
        read
    });
    let all: Vec<&Program> = controls.iter().map(|(_, program)| program).collect();
    let (both, failed) = fastest(|| failures(&library, &pods, &all));
    let count = pods.len() as f64;
    let parse_ns = parse.as_nanos() as f64 / count;
    let each_ns = (both.as_nanos() as f64 / count - parse_ns) / all.len() as f64;
    println!("parsing: {:.2} us per document", parse_ns / 1_000.0);
    println!("evaluation: {each_ns:.0} ns per document and control ({failed} of {} verdicts are not a pass)", pods.len() * all.len());
    println!("parsing costs as much as {:.0} controls", parse_ns / each_ns);
    for (name, program) in &controls {
        let (time, failed) = fastest(|| failures(&library, &pods, &[program]));
        println!("  {name:<24} {:>6.0} ns per document, {failed} not a pass", time.as_nanos() as f64 / count - parse_ns);
    }
}

/// Reads and judges every document; the number of verdicts that are not a pass.
fn failures(library: &Library, pods: &[String], programs: &[&Program]) -> usize {
    let mut arena = Bump::with_capacity(64 * 1024);
    let mut failures = 0;
    for pod in pods {
        let object = parse_document(pod.as_bytes(), &arena, Nulls::Drop).expect("the pod is JSON");
        let mut context = Context::new(library, &arena, &[object]);
        failures += programs.iter().filter(|program| program.eval_bool(&mut context) != Ok(true)).count();
        drop(context);
        arena.reset();
    }
    failures
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
