//! API defaulting for manifests: what the API server, and the LimitRanger behind it, fill in before anybody sees the object.
//!
//! Sources: `pkg/apis/{core,apps,networking,rbac}/v1/defaults.go` of Kubernetes, and "Limit Ranges" in its documentation. Only fields that a
//! control may read are filled in; each function names them.

use crate::evaluate::cel::{self, Value};
use crate::model::KindRef;
use bumpalo::Bump;

/// Default requests and limits of containers in one namespace, from its LimitRange objects.
#[derive(Debug, Default)]
pub(super) struct ContainerLimits<'a> {
    limits: Vec<(&'a str, Value<'a>)>,
    requests: Vec<(&'a str, Value<'a>)>,
}

impl<'a> ContainerLimits<'a> {
    /// Takes over the defaults of one LimitRange. Within it `default` falls back to `max`, `defaultRequest` to `default`, then to `min`.
    pub(super) fn add(&mut self, limit_range: Value<'a>) {
        let items = limit_range.get("spec").and_then(|spec| spec.get("limits")).and_then(|limits| limits.as_list()).unwrap_or_default();
        for item in items.iter().filter(|item| item.get("type").and_then(|kind| kind.as_str()) == Some("Container")) {
            let values = |key| item.get(key).map(entries).unwrap_or_default();
            let limits = or_else(values("default"), &values("max"));
            let requests = or_else(or_else(values("defaultRequest"), &limits), &values("min"));
            self.limits = or_else(std::mem::take(&mut self.limits), &limits);
            self.requests = or_else(std::mem::take(&mut self.requests), &requests);
        }
    }
}

/// String-keyed entries of a map.
fn entries(value: Value<'_>) -> Vec<(&str, Value<'_>)> {
    value.as_map().unwrap_or_default().iter().filter_map(|entry| Some((entry.key.value().as_str()?, entry.value))).collect()
}

/// The entries, and those of `others` whose keys are missing.
fn or_else<'a>(mut values: Vec<(&'a str, Value<'a>)>, others: &[(&'a str, Value<'a>)]) -> Vec<(&'a str, Value<'a>)> {
    for (key, value) in others {
        if !values.iter().any(|(known, _)| known == key) {
            values.push((key, *value));
        }
    }
    values
}

/// Adds `key` where it is missing.
fn default<'a>(arena: &'a Bump, object: Value<'a>, key: &'static str, value: Value<'a>) -> Value<'a> {
    if object.as_map().is_none() || object.get(key).is_some() { object } else { cel::with_entries(arena, object, [(key, value)]) }
}

/// Replaces the value under `key` by what `change` makes of it, where it is there.
fn change<'a>(arena: &'a Bump, object: Value<'a>, key: &'static str, change: impl FnOnce(Value<'a>) -> Value<'a>) -> Value<'a> {
    match object.get(key) {
        Some(value) => cel::with_entries(arena, object, [(key, change(value))]),
        None => object,
    }
}

/// Changes every item of a list.
fn each<'a>(arena: &'a Bump, value: Value<'a>, item: impl FnMut(Value<'a>) -> Value<'a>) -> Value<'a> {
    match value.as_list() {
        Some(items) => cel::list(arena, items.iter().copied().map(item)),
        None => value,
    }
}

/// A document of any kind with its defaults.
pub(super) fn apply<'a>(kind: &KindRef, document: Value<'a>, limits: Option<&ContainerLimits<'a>>, arena: &'a Bump) -> Value<'a> {
    let spec = |f: &dyn Fn(Value<'a>) -> Value<'a>| change(arena, document, "spec", f);
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Pod") => apply_pod(document, limits, arena),
        ("", "Service") => spec(&|spec| {
            let spec = default(arena, spec, "type", Value::Str("ClusterIP"));
            change(arena, spec, "ports", |ports| each(arena, ports, |port| default(arena, port, "protocol", Value::Str("TCP"))))
        }),
        ("", "PersistentVolume") => spec(&|spec| clean_host_path(spec, arena)),
        ("", "ReplicationController") | ("apps", "Deployment" | "StatefulSet" | "ReplicaSet") => {
            spec(&|spec| default(arena, spec, "replicas", Value::Int(1)))
        }
        ("networking.k8s.io", "NetworkPolicy") => spec(&|spec| {
            let egress = spec.get("egress").and_then(|rules| rules.as_list()).is_some_and(|rules| !rules.is_empty());
            let types: &[&str] = if egress { &["Ingress", "Egress"] } else { &["Ingress"] };
            default(arena, spec, "policyTypes", cel::list(arena, types.iter().map(|word| Value::Str(word))))
        }),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => {
            let group = Value::Str("rbac.authorization.k8s.io");
            let document = change(arena, document, "roleRef", |role| default(arena, role, "apiGroup", group));
            change(arena, document, "subjects", |subjects| {
                each(arena, subjects, |subject| match subject.get("kind").and_then(|kind| kind.as_str()) {
                    Some("User" | "Group") => default(arena, subject, "apiGroup", group),
                    _ => subject,
                })
            })
        }
        _ => document,
    }
}

/// A pod, or the pod of a template: restartPolicy, host ports, requests from limits, LimitRange values, emptyDir for volumes without a
/// source, lexically clean host paths.
pub(super) fn apply_pod<'a>(pod: Value<'a>, limits: Option<&ContainerLimits<'a>>, arena: &'a Bump) -> Value<'a> {
    change(arena, pod, "spec", |spec| {
        let host_network = matches!(spec.get("hostNetwork"), Some(Value::Bool(true)));
        let mut spec = default(arena, spec, "restartPolicy", Value::Str("Always"));
        for key in ["containers", "initContainers"] {
            spec = change(arena, spec, key, |containers| {
                each(arena, containers, |container| resources(ports(container, host_network, arena), limits, arena))
            });
        }
        change(arena, spec, "volumes", |volumes| each(arena, volumes, |volume| clean_host_path(with_source(volume, arena), arena)))
    })
}

/// Under hostNetwork every container port is a port of the host.
fn ports<'a>(container: Value<'a>, host_network: bool, arena: &'a Bump) -> Value<'a> {
    change(arena, container, "ports", |ports| {
        each(arena, ports, |port| {
            let port = default(arena, port, "protocol", Value::Str("TCP"));
            match port.get("containerPort") {
                Some(number) if host_network => default(arena, port, "hostPort", number),
                _ => port,
            }
        })
    })
}

/// A request that is missing equals the limit; then the namespace's LimitRange fills in both.
fn resources<'a>(container: Value<'a>, limits: Option<&ContainerLimits<'a>>, arena: &'a Bump) -> Value<'a> {
    let given = container.get("resources");
    let of = |key| given.and_then(|resources: Value<'a>| resources.get(key)).map(entries).unwrap_or_default();
    let (own_limits, own_requests) = (of("limits"), of("requests"));
    // Resources that are no map, or hold none, cannot be completed; what they say stays unread.
    let odd = given.is_some_and(|resources| {
        resources.as_map().is_none()
            || ["limits", "requests"].iter().any(|key| resources.get(key).is_some_and(|map| map.as_map().is_none()))
    });
    if odd || (own_limits.is_empty() && limits.is_none()) {
        return container;
    }
    let mut requests = or_else(own_requests, &own_limits);
    let mut all_limits = own_limits;
    if let Some(defaults) = limits {
        all_limits = or_else(all_limits, &defaults.limits);
        requests = or_else(requests, &defaults.requests);
    }
    let values = [("limits", all_limits), ("requests", requests)].into_iter().filter(|(_, values)| !values.is_empty());
    let filled: Vec<(&str, Value<'a>)> = values.map(|(key, values)| (key, cel::map(arena, values))).collect();
    let resources = cel::with_entries(arena, given.unwrap_or(Value::of_entries(&[])), filled);
    cel::with_entries(arena, container, [("resources", resources)])
}

/// A volume that names no source is an emptyDir (`SetDefaults_Volume`).
fn with_source<'a>(volume: Value<'a>, arena: &'a Bump) -> Value<'a> {
    let sourceless = volume.as_map().is_some_and(|entries| entries.iter().all(|entry| entry.key.value().as_str() == Some("name")));
    if sourceless { cel::with_entries(arena, volume, [("emptyDir", Value::of_entries(&[]))]) } else { volume }
}

/// Paths without `.`, `..`, doubled and trailing slashes, so that `/var/../etc/` is seen as `/etc`. (The API server refuses `..` outright.)
fn clean_host_path<'a>(holder: Value<'a>, arena: &'a Bump) -> Value<'a> {
    change(arena, holder, "hostPath", |source| {
        change(arena, source, "path", |path| match path.as_str() {
            Some(path) if path.starts_with('/') => cel::text(arena, &clean(path)),
            _ => path,
        })
    })
}

fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use serde_json::{Value as Json, json};

    fn defaulted(kind: &str, group: &str, document: &Json, limit_range: Option<&Json>) -> Json {
        let arena = Bump::new();
        let limits = limit_range.map(|json| {
            let mut limits = ContainerLimits::default();
            limits.add(cel::from_json(json, &arena));
            limits
        });
        let document = cel::from_json(document, &arena);
        cel::to_json(apply(&KindRef::new(kind, group), document, limits.as_ref(), &arena)).unwrap()
    }

    #[test]
    fn a_pod_gets_host_ports_requests_and_clean_paths() {
        let pod = json!({"spec": {"hostNetwork": true,
            "containers": [{"name": "a", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}}],
            "volumes": [{"name": "v", "hostPath": {"path": "/var//../etc/"}}]}});
        let out = defaulted("Pod", "", &pod, None);
        assert_eq!(out["spec"]["containers"][0]["ports"][0], json!({"containerPort": 80, "protocol": "TCP", "hostPort": 80}));
        assert_eq!(out["spec"]["containers"][0]["resources"]["requests"], json!({"cpu": "500m", "memory": "1Gi"}));
        assert_eq!(out["spec"]["volumes"][0]["hostPath"]["path"], "/etc");
        assert_eq!(out["spec"]["restartPolicy"], "Always");
    }

    #[test]
    fn a_limit_range_fills_in_what_the_container_leaves_out() {
        let range = json!({"spec": {"limits": [{"type": "Pod", "max": {"cpu": "9"}},
            {"type": "Container", "default": {"memory": "512Mi"}, "max": {"cpu": "2"}, "min": {"ephemeral-storage": "1Gi"}}]}});
        let pod = json!({"spec": {"containers": [{"name": "a", "resources": {"limits": {"memory": "1Gi"}}}]}});
        let out = defaulted("Pod", "", &pod, Some(&range));
        let resources = &out["spec"]["containers"][0]["resources"];
        assert_eq!(resources["limits"], json!({"memory": "1Gi", "cpu": "2"}));
        assert_eq!(resources["requests"], json!({"memory": "1Gi", "cpu": "2", "ephemeral-storage": "1Gi"}));
    }

    #[test]
    fn a_limit_range_does_not_hide_resources_that_are_no_map() {
        let range = json!({"spec": {"limits": [{"type": "Container", "default": {"memory": "512Mi"}}]}});
        for resources in [json!("x"), json!({"limits": []})] {
            let pod = json!({"spec": {"containers": [{"name": "a", "resources": resources}]}});
            assert_eq!(defaulted("Pod", "", &pod, Some(&range))["spec"]["containers"][0]["resources"], resources);
        }
    }

    #[test]
    fn policy_types_follow_the_rules_present() {
        let kind = ("NetworkPolicy", "networking.k8s.io");
        let types = |spec: Json| defaulted(kind.0, kind.1, &json!({"spec": spec}), None)["spec"]["policyTypes"].clone();
        assert_eq!(types(json!({})), json!(["Ingress"]));
        assert_eq!(types(json!({"egress": []})), json!(["Ingress"]));
        assert_eq!(types(json!({"egress": [{}]})), json!(["Ingress", "Egress"]));
        assert_eq!(types(json!({"policyTypes": ["Egress"]})), json!(["Egress"]));
    }

    #[test]
    fn what_is_no_object_is_left_alone() {
        assert_eq!(defaulted("Pod", "", &json!({"spec": {"containers": "x", "volumes": [1]}}), None)["spec"]["containers"], "x");
        assert_eq!(defaulted("Service", "", &json!({"spec": 3}), None), json!({"spec": 3}));
    }
}
