//! What was seen: sources, and the resources they hold.

use super::Hash;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What sort of thing a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A working tree on disk.
    Repository,
    /// A running Kubernetes cluster.
    Kubernetes,
    /// One region of one AWS account.
    Aws,
    /// A GitHub organisation or repository.
    Github,
}

impl SourceKind {
    /// The word used in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Kubernetes => "kubernetes",
            Self::Aws => "aws",
            Self::Github => "github",
        }
    }
}

/// Where resources come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Its name within the snapshot: for a working tree the name the user gave it, else the folder's.
    pub name: String,
    /// Facts about it, as label and value: commit, branch, dirty, cluster version, account.
    pub details: Vec<(String, String)>,
}

/// A Kubernetes-style kind: the name and the API group (empty for the core group; the source's prefix for other sources).
///
/// Written `Pod`, `Deployment.apps`, `AppProject.argoproj.io`; versions do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KindRef {
    /// `Deployment`.
    pub kind: String,
    /// `apps`; empty for the core group.
    pub group: String,
}

impl KindRef {
    /// Both halves.
    #[must_use]
    pub fn new(kind: impl Into<String>, group: impl Into<String>) -> Self {
        Self { kind: kind.into(), group: group.into() }
    }

    /// Reads `Kind` or `Kind.group`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (kind, group) = text.split_once('.').unwrap_or((text, ""));
        Self::new(kind, group)
    }
}

impl fmt::Display for KindRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() { f.write_str(&self.kind) } else { write!(f, "{}.{}", self.kind, self.group) }
    }
}

/// Where in a file a declared resource stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Path relative to the working tree, with `/`.
    pub file: String,
    /// First line of the resource, counted from one.
    pub line: u32,
    /// What made the text, when no file holds it as it stands: `helm 3.22.0`, `kustomize 5.8.1`.
    pub rendered_by: Option<String>,
}

/// The identity of a resource, as verdicts and reports carry it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourceRef {
    /// Name of the source.
    pub source: String,
    /// `Deployment`.
    pub kind: String,
    /// `apps`; empty for the core group.
    #[serde(default)]
    pub group: String,
    /// Empty for what has none, and for a manifest that names none.
    pub namespace: String,
    /// `metadata.name`, or the source's own name for the thing.
    pub name: String,
    /// Unique within the snapshot: source, group, kind, namespace, name and, for a declared resource, file and line.
    pub id: String,
    /// File, for a declared resource.
    pub file: Option<String>,
    /// Line in that file.
    pub line: Option<u32>,
}

/// See [`ResourceRef::stable_id`]: the same for an id that stands alone.
#[must_use]
pub fn stable_id(id: &str, line: Option<u32>) -> &str {
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    id.strip_suffix(&line).unwrap_or(id)
}

impl ResourceRef {
    /// The id without the line: the same resource keeps it when text above it moves.
    #[must_use]
    pub fn stable_id(&self) -> &str {
        stable_id(&self.id, self.line)
    }

    /// `Deployment shop/web`, for people.
    #[must_use]
    pub fn display(&self) -> String {
        resource_in_words(&self.kind, &self.namespace, &self.name)
    }
}

/// `Deployment shop/web`, for people.
#[must_use]
pub fn resource_in_words(kind: &str, namespace: &str, name: &str) -> String {
    match (namespace.is_empty(), name.is_empty()) {
        (_, true) => kind.to_owned(),
        (true, false) => format!("{kind} {name}"),
        (false, false) => format!("{kind} {namespace}/{name}"),
    }
}

/// A document: what the source said of a resource, after redaction, as canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// JSON text without white space, object keys in the order the source gave them.
    pub json: String,
}

impl Document {
    /// Its content address.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(self.json.as_bytes())
    }
}

/// One configured thing, with its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Who it is.
    pub reference: ResourceRef,
    /// API version without the group: `v1`, `v1beta1`.
    pub version: String,
    /// Where it was declared; `None` for a live one.
    pub origin: Option<Origin>,
    /// The document.
    pub document: Document,
    /// What redaction took out, as class and number; never a value.
    pub redactions: Vec<(String, u64)>,
    /// The ledger row that read it.
    pub read: super::ReadRef,
}
