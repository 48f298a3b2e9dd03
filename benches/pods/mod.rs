//! Pods made up for benchmarks, the same in every run: about 6 kB each, with two or three containers.

use serde_json::{Value, json};

/// A pod whose settings depend on its number alone.
pub fn pod(index: usize) -> Value {
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
