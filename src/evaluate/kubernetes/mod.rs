//! What Kubernetes itself makes of a document before anybody judges it: defaults, and pods inside of workloads.
//!
//! Live objects come with the API server's defaults filled in, manifests do not; so that one expression judges both, manifests get them
//! here, at evaluation, and the stored evidence stays as it was declared.

mod defaults;
mod index;
mod pod;
mod shape;

pub use index::Index;
pub use pod::Templates;
pub(super) use shape::reason as malformed;

use super::cel::Value;
use crate::model::{KindRef, ResourceRef};
use bumpalo::Bump;

/// A document as one or two things to judge: itself under its current kind, and the pod of its template.
pub(super) fn subjects<'a>(
    reference: &ResourceRef,
    document: Value<'a>,
    templates: &Templates,
    index: &Index<'a>,
    arena: &'a Bump,
) -> Vec<(KindRef, Value<'a>)> {
    let kind = crate::catalog::kinds::current(&reference.kind, &reference.group);
    let declared = reference.file.is_some();
    let limits = index.limits(&reference.source, &reference.namespace);
    let document = if declared { defaults::apply(&kind, shape::check(&kind, document, arena), limits, arena) } else { document };
    let pod = templates.pod(&kind, document, &reference.namespace, arena);
    let a_pod = KindRef::new("Pod", "");
    let pod = pod.map(|pod| if declared { defaults::apply_pod(shape::check(&a_pod, pod, arena), limits, arena) } else { pod });
    std::iter::once((kind, document)).chain(pod.map(|pod| (a_pod, pod))).collect()
}
