//! Objects that other objects' judgement needs: namespaces, and the limit ranges that fill in resource values.

use super::defaults::ContainerLimits;
use crate::evaluate::cel::{self, Nulls, Value};
use crate::model::{KindRef, ResourceRef};
use crate::snapshot::{Snapshot, SnapshotError};
use bumpalo::Bump;
use std::collections::BTreeMap;
use std::sync::Arc;

/// By source and name.
#[derive(Debug, Default)]
pub struct Index<'a> {
    namespaces: BTreeMap<(String, String), Namespace<'a>>,
    limits: BTreeMap<(String, String), ContainerLimits<'a>>,
}

/// A Namespace object.
#[derive(Debug, Clone, Copy)]
pub(in crate::evaluate) struct Namespace<'a> {
    /// As it is stored.
    pub shown: Value<'a>,
    /// With every text that holds a marker hidden; `None` if there is none.
    pub hidden: Option<Value<'a>>,
}

impl<'a> Index<'a> {
    /// Kinds that are read.
    pub(in crate::evaluate) fn kinds() -> [KindRef; 2] {
        [KindRef::new("Namespace", ""), KindRef::new("LimitRange", "")]
    }

    /// Source and namespace of the resources that an object of these kinds bears on.
    pub(in crate::evaluate) fn place(reference: &ResourceRef) -> (String, String) {
        let namespace = if reference.kind == "Namespace" { &reference.name } else { &reference.namespace };
        (reference.source.clone(), namespace.clone())
    }

    /// Reads what is needed out of a snapshot; the values live in `arena`.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn build(snapshot: &Snapshot<'_>, arena: &'a Bump) -> Result<Self, SnapshotError> {
        let mut index = Self::default();
        let [namespaces, limit_ranges] = Self::kinds();
        for (reference, document) in documents(snapshot, &namespaces, arena)? {
            let namespace = Namespace { shown: document, hidden: cel::hide(document, arena) };
            index.namespaces.insert((reference.source.clone(), reference.name.clone()), namespace);
        }
        for (reference, document) in documents(snapshot, &limit_ranges, arena)? {
            index.limits.entry((reference.source.clone(), reference.namespace.clone())).or_default().add(document);
        }
        Ok(index)
    }

    /// The Namespace object of a resource. Null for a resource without namespace, and where no such object is there.
    pub(in crate::evaluate) fn namespace(&self, source: &str, name: &str) -> Namespace<'a> {
        let none = Namespace { shown: Value::Null, hidden: None };
        self.namespaces.get(&(source.to_owned(), name.to_owned())).copied().unwrap_or(none)
    }

    pub(super) fn limits(&self, source: &str, namespace: &str) -> Option<&ContainerLimits<'a>> {
        if self.limits.is_empty() {
            return None;
        }
        self.limits.get(&(source.to_owned(), namespace.to_owned()))
    }
}

fn documents<'a>(snapshot: &Snapshot<'_>, kind: &KindRef, arena: &'a Bump) -> Result<Vec<(Arc<ResourceRef>, Value<'a>)>, SnapshotError> {
    let mut found = Vec::new();
    for stored in snapshot.of_kind(kind)? {
        let json: &'a [u8] = arena.alloc_slice_copy(&stored.json()?);
        // A document that does not parse was changed after it was stored; `verify` names it. Nothing is concluded from it here.
        if let Ok(document) = cel::parse_document(json, arena, Nulls::Drop) {
            found.push((stored.reference, document));
        }
    }
    Ok(found)
}
