//! Fields of the wrong type: what the API server would not even decode must not pass because an expression happens to be true of it.
//!
//! `volumes: {}` has no hostPath and `runAsUser: "0"` is not the number 0, yet neither says anything about a pod. Such a value is replaced by
//! one that nobody read, so that every control that looks at it says unknown, and why. The tables name the fields that controls read, with
//! their types (Kubernetes API reference). Names, and texts that are only shown or searched, are left as they are.

use crate::evaluate::cel::{self, Value};
use crate::model::KindRef;
use bumpalo::Bump;
use std::sync::LazyLock;

/// A type of the Kubernetes API, as far as JSON shows it.
#[derive(Debug, Clone, Copy)]
enum Want {
    Bool,
    Int,
    Text,
    /// A list of strings.
    Texts,
    /// A list of anything.
    List,
    /// A map with these fields among others.
    Map(&'static [Field]),
    /// The same, and the API demands it.
    TheMap(&'static [Field]),
    /// A list of such maps.
    Maps(&'static [Field]),
    /// The same, and the API demands one at least.
    SomeMaps(&'static [Field]),
}

#[derive(Debug)]
struct Field {
    name: &'static str,
    want: Want,
}

const fn field(name: &'static str, want: Want) -> Field {
    Field { name, want }
}

static POD: [Field; 2] = [field("metadata", Want::Map(&METADATA)), field("spec", Want::TheMap(&POD_SPEC))];
static METADATA: [Field; 2] = [field("annotations", Want::Map(&[])), field("labels", Want::Map(&[]))];
static POD_SPEC: [Field; 13] = [
    field("containers", Want::SomeMaps(&CONTAINER)),
    field("initContainers", Want::Maps(&CONTAINER)),
    field("ephemeralContainers", Want::Maps(&CONTAINER)),
    field("volumes", Want::Maps(&VOLUME)),
    field("hostNetwork", Want::Bool),
    field("hostPID", Want::Bool),
    field("hostIPC", Want::Bool),
    field("hostUsers", Want::Bool),
    field("shareProcessNamespace", Want::Bool),
    field("securityContext", Want::Map(&SECURITY)),
    field("os", Want::Map(&OS)),
    field("resources", Want::Map(&RESOURCES)),
    field("topologySpreadConstraints", Want::Maps(&[])),
];
static OS: [Field; 1] = [field("name", Want::Text)];
static CONTAINER: [Field; 15] = [
    field("image", Want::Text),
    field("command", Want::List),
    field("args", Want::List),
    field("env", Want::Maps(&ENV)),
    field("envFrom", Want::Maps(&ENV_FROM)),
    field("ports", Want::Maps(&PORT)),
    field("volumeMounts", Want::Maps(&MOUNT)),
    field("resources", Want::Map(&RESOURCES)),
    field("securityContext", Want::Map(&SECURITY)),
    field("restartPolicy", Want::Text),
    field("livenessProbe", Want::Map(&PROBE)),
    field("readinessProbe", Want::Map(&PROBE)),
    field("startupProbe", Want::Map(&PROBE)),
    field("lifecycle", Want::Map(&LIFECYCLE)),
    field("volumeDevices", Want::Maps(&[])),
];
static ENV: [Field; 1] = [field("valueFrom", Want::Map(&[]))];
static ENV_FROM: [Field; 1] = [field("secretRef", Want::Map(&[]))];
static PORT: [Field; 2] = [field("hostPort", Want::Int), field("containerPort", Want::Int)];
static MOUNT: [Field; 1] = [field("readOnly", Want::Bool)];
static RESOURCES: [Field; 2] = [field("limits", Want::Map(&[])), field("requests", Want::Map(&[]))];
/// Of pods and of containers; each has fields that the other has not, and there they are ignored.
static SECURITY: [Field; 12] = [
    field("privileged", Want::Bool),
    field("allowPrivilegeEscalation", Want::Bool),
    field("readOnlyRootFilesystem", Want::Bool),
    field("runAsNonRoot", Want::Bool),
    field("runAsUser", Want::Int),
    field("procMount", Want::Text),
    field("capabilities", Want::Map(&CAPABILITIES)),
    field("seccompProfile", Want::Map(&PROFILE)),
    field("appArmorProfile", Want::Map(&PROFILE)),
    field("seLinuxOptions", Want::Map(&SELINUX)),
    field("windowsOptions", Want::Map(&WINDOWS)),
    field("sysctls", Want::Maps(&SYSCTL)),
];
static CAPABILITIES: [Field; 2] = [field("add", Want::Texts), field("drop", Want::Texts)];
static PROFILE: [Field; 1] = [field("type", Want::Text)];
static SELINUX: [Field; 3] = [field("type", Want::Text), field("user", Want::Text), field("role", Want::Text)];
static WINDOWS: [Field; 1] = [field("hostProcess", Want::Bool)];
static SYSCTL: [Field; 1] = [field("name", Want::Text)];
static PROBE: [Field; 2] = [field("httpGet", Want::Map(&HOST)), field("tcpSocket", Want::Map(&HOST))];
static LIFECYCLE: [Field; 2] = [field("postStart", Want::Map(&PROBE)), field("preStop", Want::Map(&PROBE))];
static HOST: [Field; 1] = [field("host", Want::Text)];
static VOLUME: [Field; 2] = [field("hostPath", Want::Map(&PATH)), field("emptyDir", Want::Map(&[]))];
static PATH: [Field; 1] = [field("path", Want::Text)];

static SERVICE: [Field; 2] = [field("metadata", Want::Map(&METADATA)), field("spec", Want::TheMap(&SERVICE_SPEC))];
static SERVICE_SPEC: [Field; 3] = [field("type", Want::Text), field("externalIPs", Want::Texts), field("ports", Want::Maps(&[]))];
static POLICY: [Field; 2] = [field("metadata", Want::Map(&METADATA)), field("spec", Want::Map(&POLICY_SPEC))];
static POLICY_SPEC: [Field; 3] =
    [field("policyTypes", Want::Texts), field("ingress", Want::Maps(&INGRESS_RULE)), field("egress", Want::Maps(&EGRESS_RULE))];
static INGRESS_RULE: [Field; 2] = [field("from", Want::Maps(&PEER)), field("ports", Want::Maps(&[]))];
static EGRESS_RULE: [Field; 2] = [field("to", Want::Maps(&PEER)), field("ports", Want::Maps(&[]))];
static PEER: [Field; 3] = [field("ipBlock", Want::Map(&IP_BLOCK)), field("namespaceSelector", SELECTOR), field("podSelector", SELECTOR)];
static IP_BLOCK: [Field; 2] = [field("cidr", Want::Text), field("except", Want::Texts)];
const SELECTOR: Want = Want::Map(&SELECTOR_FIELDS);
static SELECTOR_FIELDS: [Field; 2] = [field("matchLabels", Want::Map(&[])), field("matchExpressions", Want::Maps(&[]))];
static VOLUME_OBJECT: [Field; 2] = [field("metadata", Want::Map(&METADATA)), field("spec", Want::TheMap(&VOLUME_SPEC))];
static VOLUME_SPEC: [Field; 2] = [field("hostPath", Want::Map(&PATH)), field("local", Want::Map(&PATH))];
static BINDING: [Field; 2] = [field("metadata", Want::Map(&METADATA)), field("subjects", Want::Maps(&SUBJECT))];
static SUBJECT: [Field; 3] = [field("kind", Want::Text), field("name", Want::Text), field("namespace", Want::Text)];
static CONFIG_MAP: [Field; 2] = [field("metadata", Want::Map(&METADATA)), field("data", Want::Map(&[]))];
static OTHER: [Field; 1] = [field("metadata", Want::Map(&METADATA))];
static TEMPLATE: [Field; 1] = [field("template of the pods", Want::TheMap(&[]))];

/// Every field once; the number of a part that was not read is the place of its field here, counted from one.
static FIELDS: LazyLock<Vec<&'static Field>> = LazyLock::new(|| {
    let mut fields: Vec<&'static Field> = Vec::new();
    let mut open: Vec<&'static [Field]> = vec![&POD, &SERVICE, &POLICY, &VOLUME_OBJECT, &BINDING, &CONFIG_MAP, &OTHER, &TEMPLATE];
    while let Some(table) = open.pop() {
        for field in table.iter().filter(|field| !fields.iter().any(|known| std::ptr::eq(*known, *field))).collect::<Vec<_>>() {
            fields.push(field);
            if let Want::Map(inner) | Want::TheMap(inner) | Want::Maps(inner) | Want::SomeMaps(inner) = field.want {
                open.push(inner);
            }
        }
    }
    fields
});

/// A document with unread parts in place of values that are of no use to the API server.
pub(super) fn check<'a>(kind: &KindRef, document: Value<'a>, arena: &'a Bump) -> Value<'a> {
    let table: &'static [Field] = match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Pod") => &POD,
        ("", "Service") => &SERVICE,
        ("", "PersistentVolume") => &VOLUME_OBJECT,
        ("", "ConfigMap") => &CONFIG_MAP,
        ("networking.k8s.io", "NetworkPolicy") => &POLICY,
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => &BINDING,
        _ => &OTHER,
    };
    // Nearly every document is sound, and looking costs no memory.
    if sound(document, table) { document } else { mend(document, table, arena) }
}

/// What is wrong with the part of this number: the reason of an unknown verdict.
#[must_use]
pub(in crate::evaluate) fn reason(id: u32) -> Option<String> {
    let field = FIELDS.get(usize::try_from(id).ok()?.checked_sub(1)?)?;
    let want = match field.want {
        Want::Bool => "is neither true nor false",
        Want::Int => "is not a whole number",
        Want::Text => "is not a string",
        Want::Texts => "is not a list of strings",
        Want::List => "is not a list",
        Want::Map(_) => "is not a map",
        Want::TheMap(_) => "is absent or not a map",
        Want::Maps(_) => "is not a list of maps",
        Want::SomeMaps(_) => "is absent, empty or not a list of maps",
    };
    let what = if TEMPLATE.iter().any(|template| std::ptr::eq(template, *field)) { "" } else { "field " };
    Some(format!("the {what}{} {want}, so the API server would refuse the object", field.name))
}

/// What stands for a pod template that is no map, or is missing where there must be one.
pub(super) fn no_template<'a>() -> Value<'a> {
    let [field] = &TEMPLATE;
    Value::Unknown(number(field))
}

fn sound(map: Value<'_>, table: &'static [Field]) -> bool {
    map.as_map().is_none() || table.iter().all(|field| fits(map.get(field.name), field.want))
}

fn fits(value: Option<Value<'_>>, want: Want) -> bool {
    let Some(value) = value else { return !matches!(want, Want::TheMap(_) | Want::SomeMaps(_)) };
    match (want, value) {
        (_, Value::Unknown(_))
        | (Want::Bool, Value::Bool(_))
        | (Want::Int, Value::Int(_))
        | (Want::Text, Value::Str(_))
        | (Want::List, Value::List(_)) => true,
        (Want::Texts, Value::List(items)) => items.iter().all(|item| matches!(item, Value::Str(_))),
        (Want::Map(inner) | Want::TheMap(inner), Value::Map(..)) => sound(value, inner),
        (Want::Maps(inner), Value::List(items)) => items.iter().all(|item| item.as_map().is_some() && sound(*item, inner)),
        (Want::SomeMaps(inner), Value::List(items)) => !items.is_empty() && fits(Some(value), Want::Maps(inner)),
        _ => false,
    }
}

fn mend<'a>(map: Value<'a>, table: &'static [Field], arena: &'a Bump) -> Value<'a> {
    if map.as_map().is_none() {
        return map;
    }
    let wrong = table.iter().filter(|field| !fits(map.get(field.name), field.want));
    let mended: Vec<(&'a str, Value<'a>)> = wrong.map(|field| (field.name, replacement(map.get(field.name), field, arena))).collect();
    cel::with_entries(arena, map, mended)
}

/// The value with what is wrong deeper inside of it replaced there, so that no more is unread than has to be.
fn replacement<'a>(value: Option<Value<'a>>, field: &'static Field, arena: &'a Bump) -> Value<'a> {
    match (field.want, value) {
        (Want::Map(inner) | Want::TheMap(inner), Some(map @ Value::Map(..))) => mend(map, inner, arena),
        (Want::Maps(inner) | Want::SomeMaps(inner), Some(Value::List(items)))
            if !items.is_empty() && items.iter().all(|item| item.as_map().is_some()) =>
        {
            cel::list(arena, items.iter().map(|item| mend(*item, inner, arena)))
        }
        _ => Value::Unknown(number(field)),
    }
}

fn number(field: &'static Field) -> u32 {
    let place = FIELDS.iter().position(|known| std::ptr::eq(*known, field)).map_or(0, |place| place + 1);
    u32::try_from(place).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use serde_json::{Value as Json, json};

    /// The reasons of the unread parts that a pod of this spec gets.
    fn reasons(spec: &Json) -> Vec<String> {
        let arena = Bump::new();
        let pod = cel::from_json(&json!({"spec": spec}), &arena);
        let mut found = Vec::new();
        collect(check(&KindRef::new("Pod", ""), pod, &arena), &mut found);
        found
    }

    fn collect(value: Value<'_>, found: &mut Vec<String>) {
        match value {
            Value::Unknown(id) => found.push(reason(id).unwrap()),
            Value::List(items) => items.iter().for_each(|item| collect(*item, found)),
            Value::Map(_, entries) => entries.iter().for_each(|entry| collect(entry.value, found)),
            _ => {}
        }
    }

    #[test]
    fn wrong_types_are_unread_where_they_stand_and_nowhere_else() {
        let good = json!({"name": "a", "image": "b", "securityContext": {"runAsUser": 1, "capabilities": {"drop": ["ALL"]}}});
        assert!(reasons(&json!({"containers": [good], "volumes": [{"name": 1, "hostPath": {"path": "/"}}]})).is_empty());
        let bad = json!({"name": "b", "securityContext": {"runAsUser": "0", "capabilities": {"drop": {"ALL": true}}}});
        assert_eq!(
            reasons(&json!({"containers": [good, bad], "volumes": {}, "hostPID": "yes"})),
            [
                "the field drop is not a list of strings, so the API server would refuse the object",
                "the field runAsUser is not a whole number, so the API server would refuse the object",
                "the field hostPID is neither true nor false, so the API server would refuse the object",
                "the field volumes is not a list of maps, so the API server would refuse the object",
            ]
        );
    }

    #[test]
    fn a_pod_has_containers() {
        for containers in [json!(null), json!([]), json!({}), json!([null]), json!("x")] {
            let spec = if containers.is_null() { json!({}) } else { json!({"containers": containers}) };
            assert_eq!(reasons(&spec).len(), 1, "{spec}");
        }
    }

    #[test]
    fn every_field_has_a_number_of_its_own() {
        let numbers: std::collections::BTreeSet<u32> = FIELDS.iter().map(|field| number(field)).collect();
        assert_eq!(numbers.len(), FIELDS.len());
        assert!(!numbers.contains(&0) && reason(0).is_none());
    }
}
