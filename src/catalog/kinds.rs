//! Which API group a plain kind name means: `Deployment` is `Deployment.apps`, never somebody's custom Deployment.

use crate::model::KindRef;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Built-in kinds outside the core group, and the groups that used to serve them (Kubernetes API reference and deprecation guide).
const GROUPS: &[(&str, &[&str])] = &[
    ("apps", &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ControllerRevision"]),
    ("batch", &["Job", "CronJob"]),
    ("autoscaling", &["HorizontalPodAutoscaler"]),
    ("policy", &["PodDisruptionBudget"]),
    ("networking.k8s.io", &["NetworkPolicy", "Ingress", "IngressClass"]),
    ("rbac.authorization.k8s.io", &["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]),
    ("storage.k8s.io", &["StorageClass", "CSIDriver", "VolumeAttachment"]),
    ("scheduling.k8s.io", &["PriorityClass"]),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("admissionregistration.k8s.io", &["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy"]),
    ("discovery.k8s.io", &["EndpointSlice"]),
];

/// Kinds that `extensions/v1beta1` served before they moved; manifests of that time still lie in repositories.
const MOVED_FROM_EXTENSIONS: &[&str] =
    &["Deployment", "DaemonSet", "ReplicaSet", "Ingress", "NetworkPolicy", "Job", "HorizontalPodAutoscaler"];

static GROUP_OF: LazyLock<BTreeMap<&'static str, &'static str>> =
    LazyLock::new(|| GROUPS.iter().flat_map(|(group, kinds)| kinds.iter().map(move |kind| (*kind, *group))).collect());

/// What a control means by a kind name: with a dot it names its group, without one it is a built-in kind.
#[must_use]
pub fn resolve(name: &str) -> KindRef {
    match GROUP_OF.get(name) {
        Some(group) => KindRef::new(name, *group),
        None => KindRef::parse(name),
    }
}

/// The kind under the group that serves it today.
#[must_use]
pub fn current(kind: &str, group: &str) -> KindRef {
    if group == "extensions" && MOVED_FROM_EXTENSIONS.contains(&kind) { resolve(kind) } else { KindRef::new(kind, group) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_built_in_kinds() {
        assert_eq!(resolve("Deployment"), KindRef::new("Deployment", "apps"));
        assert_eq!(resolve("Service"), KindRef::new("Service", ""));
        assert_eq!(resolve("Service.serving.knative.dev"), KindRef::new("Service", "serving.knative.dev"));
        assert_eq!(current("Ingress", "extensions"), resolve("Ingress"));
        assert_eq!(current("Job", "extensions"), resolve("Job"));
        assert_eq!(current("Service", "serving.knative.dev").group, "serving.knative.dev");
    }
}
