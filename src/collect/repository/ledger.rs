//! Ledger rows and resources of this source, from what was read.

use super::manifest::{Failure, Reading};
use crate::collect::Sink;
use crate::collect::document::{Node, Value};
use crate::collect::redact::Redactor;
use crate::model::{Document, Origin, Outcome, Read, ReadRef, Resource, ResourceRef};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What all rows of a stretch of work share.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) source: &'a str,
    pub(super) identity: &'a str,
    pub(super) started: DateTime<Utc>,
    pub(super) ended: DateTime<Utc>,
}

impl Rows<'_> {
    /// A complete row without items; callers change what differs.
    pub(super) fn row(&self, operation: &str, parameters: Vec<(String, String)>) -> Read {
        Read {
            seq: 0,
            source: self.source.to_owned(),
            operation: operation.to_owned(),
            parameters,
            identity: self.identity.to_owned(),
            started_at: self.started,
            ended_at: self.ended,
            pages: 1,
            items: 0,
            outcome: Outcome::Complete,
            error: None,
            file: None,
            line: None,
            kinds: Vec::new(),
            may_hide: Some(0),
        }
    }

    /// The rows of one text and its resources. One broken document alone is the row of the text; several parts have a row each.
    pub(super) fn text(&self, mut row: Read, prepared: Prepared, sink: &mut dyn Sink) {
        let Prepared { resources, mut failures, documents } = prepared;
        row.pages = documents.max(1);
        row.items = resources.len() as u64;
        if documents <= 1 && resources.is_empty() && failures.len() == 1 {
            failures.drain(..).for_each(|failure| fail(&mut row, failure));
        } else if !failures.is_empty() {
            row.parameters.push(("unreadable".to_owned(), failures.len().to_string()));
        }
        let (file, parameters) = (row.file.clone(), row.parameters.clone());
        let number: ReadRef = sink.read(row);
        for mut resource in resources {
            resource.read = number;
            sink.resource(resource);
        }
        for failure in failures {
            let mut row = self.row("read document", parameters.iter().filter(|(name, _)| name != "unreadable").cloned().collect());
            row.file.clone_from(&file);
            fail(&mut row, failure);
            sink.read(row);
        }
    }
}

fn fail(row: &mut Read, failure: Failure) {
    row.outcome = failure.outcome;
    row.error = Some(failure.message);
    row.line = failure.line;
    row.may_hide = failure.may_hide;
}

/// A text that was read and redacted, before its row has a number.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) resources: Vec<Resource>,
    pub(super) failures: Vec<Failure>,
    pub(super) documents: u64,
}

/// Redacts and names the objects of a text. `origin` says file and renderer of an object by its line.
pub(super) fn prepare(source: &str, reading: Reading, redactor: &Redactor, origin: &dyn Fn(u32) -> Origin) -> Prepared {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let resources = reading.objects.into_iter().map(|mut object| {
        let redactions = redactor.redact(&mut object);
        let mut resource = resource(source, &object, origin(object.line), redactions);
        // Two objects on one line (JSON without line breaks) may have the same name.
        let count = seen.entry(resource.reference.id.clone()).and_modify(|count| *count += 1).or_insert(1);
        if *count > 1 {
            resource.reference.id = format!("{}#{count}", resource.reference.id);
        }
        resource
    });
    Prepared { resources: resources.collect(), failures: reading.failures, documents: reading.documents }
}

fn resource(source: &str, object: &Node, origin: Origin, redactions: Vec<(String, u64)>) -> Resource {
    let text = |node: Option<&Node>| match node.map(|node| &node.value) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let api_version = text(object.get("apiVersion"));
    let (group, version) = api_version.split_once('/').unwrap_or(("", &api_version));
    let metadata = |key: &str| text(object.get("metadata").and_then(|metadata| metadata.get(key)));
    let (kind, namespace) = (text(object.get("kind")), metadata("namespace"));
    let name = match (metadata("name"), metadata("generateName")) {
        (name, prefix) if name.is_empty() && !prefix.is_empty() => format!("{prefix}*"),
        (name, _) => name,
    };
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let id = format!("{source}/{}/{kind}/{}/{}@{}:{}", or(group, "core"), or(&namespace, "-"), or(&name, "-"), origin.file, origin.line);
    Resource {
        reference: ResourceRef {
            source: source.to_owned(),
            kind,
            group: group.to_owned(),
            namespace,
            name,
            id,
            file: Some(origin.file.clone()),
            line: Some(origin.line),
        },
        version: version.to_owned(),
        origin: Some(origin),
        document: Document { json: object.to_json() },
        redactions,
        read: 0,
    }
}
