//! A resource as every machine-readable format names it.

use crate::model::ResourceRef;
use serde::Serialize;

/// The resource of a finding or of an item of a population.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceRow {
    /// Source.
    pub source: String,
    /// Kind.
    pub kind: String,
    /// Namespace; may be empty.
    pub namespace: String,
    /// Name; may be empty.
    pub name: String,
    /// Its id.
    pub id: String,
    /// File.
    pub file: Option<String>,
    /// Line.
    pub line: Option<u32>,
    /// `Deployment shop/web`, for people.
    #[serde(skip)]
    pub display: String,
}

impl From<&ResourceRef> for ResourceRow {
    fn from(resource: &ResourceRef) -> Self {
        Self {
            source: resource.source.clone(),
            kind: resource.kind.clone(),
            namespace: resource.namespace.clone(),
            name: resource.name.clone(),
            id: resource.id.clone(),
            file: resource.file.clone(),
            line: resource.line,
            display: resource.display(),
        }
    }
}

impl ResourceRow {
    /// Where to look: file and line, or else the source.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.source, self.file.as_deref(), self.line)
    }
}

/// Where to look: file and line, or else the source.
pub(super) fn place(source: &str, file: Option<&str>, line: Option<u32>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (Some(file), None) => file.to_owned(),
        (None, _) => source.to_owned(),
    }
}
