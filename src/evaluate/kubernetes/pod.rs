//! Pods inside of workloads: the template seen as the pod it will become.

use super::shape;
use crate::evaluate::cel::{self, Value};
use crate::model::{KindRef, Settings};
use bumpalo::Bump;
use std::collections::BTreeMap;

/// Built-in kinds that hold a pod template, and where (Kubernetes API reference, workload resources; OpenShift API, apps.openshift.io/v1).
const BUILT_IN: &[(&str, &str, &str)] = &[
    ("Deployment", "apps", "spec.template"),
    ("StatefulSet", "apps", "spec.template"),
    ("DaemonSet", "apps", "spec.template"),
    ("ReplicaSet", "apps", "spec.template"),
    ("ReplicationController", "", "spec.template"),
    ("Job", "batch", "spec.template"),
    ("CronJob", "batch", "spec.jobTemplate.spec.template"),
    ("DeploymentConfig", "apps.openshift.io", "spec.template"),
];

/// Which kinds hold a pod template, and at which path: the built-in ones and those the user declared.
#[derive(Debug, Clone)]
pub struct Templates(BTreeMap<KindRef, Vec<String>>);

impl Templates {
    /// The table in force.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let split = |path: &str| path.split('.').map(str::to_owned).collect();
        let mut table: BTreeMap<KindRef, Vec<String>> =
            BUILT_IN.iter().map(|(kind, group, path)| (KindRef::new(*kind, *group), split(path))).collect();
        table.extend(settings.workloads.iter().map(|(kind, path)| (crate::catalog::kinds::resolve(kind), split(path))));
        Self(table)
    }

    /// The kinds.
    #[must_use]
    pub fn kinds(&self) -> Vec<KindRef> {
        self.0.keys().cloned().collect()
    }

    /// The pod that a workload's template describes; `None` for a kind without one. An object that leaves its template out has no pods when
    /// it is of a declared kind; of a built-in one the API server refuses it, and its pod is unknown.
    pub(super) fn pod<'a>(&self, kind: &KindRef, document: Value<'a>, namespace: &str, arena: &'a Bump) -> Option<Value<'a>> {
        let mut template = document;
        for key in self.0.get(kind)? {
            template = match template {
                Value::Map(..) => match template.get(key) {
                    Some(inner) => inner,
                    None if is_built_in(kind) => shape::no_template(),
                    None => return None,
                },
                // A part that was not read stays one: the pod is then unknown as a whole, not absent.
                Value::Unknown(_) => break,
                _ => shape::no_template(),
            };
        }
        let (metadata, spec) = match template {
            Value::Map(..) => (template.get("metadata").unwrap_or(Value::of_entries(&[])), template.get("spec")),
            Value::Unknown(_) => (Value::of_entries(&[]), Some(template)),
            _ => (Value::of_entries(&[]), Some(shape::no_template())),
        };
        let metadata = in_namespace(metadata, namespace, arena);
        let identity = [("apiVersion", Value::Str("v1")), ("kind", Value::Str("Pod")), ("metadata", metadata)];
        Some(cel::map(arena, identity.into_iter().chain(spec.map(|spec| ("spec", spec)))))
    }
}

fn is_built_in(kind: &KindRef) -> bool {
    BUILT_IN.iter().any(|(name, group, _)| kind.kind == *name && kind.group == *group)
}

/// Controllers make their pods in their own namespace, whatever the template says.
fn in_namespace<'a>(metadata: Value<'a>, namespace: &str, arena: &'a Bump) -> Value<'a> {
    match metadata {
        Value::Map(..) if !namespace.is_empty() => cel::with_entries(arena, metadata, [("namespace", cel::text(arena, namespace))]),
        Value::Map(_, entries) if metadata.get("namespace").is_some() => {
            let named = entries.iter().filter_map(|entry| Some((entry.key.value().as_str()?, entry.value)));
            cel::map(arena, named.filter(|(key, _)| *key != "namespace"))
        }
        _ => metadata,
    }
}
