//! One text to the objects it declares, and to what in it could not be read.
//!
//! A document without `apiVersion` and `kind` is somebody else's file and no mistake. A list (`kind: List`, `kind: PodList`) is its items, each on
//! its own line.

use super::options::Limits;
use crate::collect::document::{Bounds, Malformed, Node, Value, most_resources, parse_json, parse_yaml, split};
use crate::model::Outcome;

/// Lists within lists beyond this are refused: nothing that writes manifests nests them.
const MAX_LISTS: usize = 8;

/// What a text holds.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Objects with `apiVersion` and `kind`, in the order of the text.
    pub(super) objects: Vec<Node>,
    /// What could not be read, in the order of the text.
    pub(super) failures: Vec<Failure>,
    /// Documents of the text, readable or not, empty ones left out.
    pub(super) documents: u64,
}

/// A stretch of a text that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// Where, counted from one.
    pub(super) line: Option<u32>,
    /// Why; never quotes the text.
    pub(super) message: String,
    /// `failed`, or `truncated` when a bound of ours was hit.
    pub(super) outcome: Outcome,
    /// The most resources it can hide.
    pub(super) may_hide: Option<u64>,
}

impl Failure {
    fn of(mistake: Malformed, may_hide: Option<u64>) -> Self {
        Self { line: Some(mistake.line), message: mistake.message, outcome: Outcome::Failed, may_hide }
    }
}

/// Reads a text: as JSON when `json` says so, else as YAML, in which a document that starts with a brace may be JSON.
pub(super) fn read(bytes: &[u8], json: bool, limits: &Limits) -> Reading {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = Reader { reading: Reading::default(), limits, bounds: bounds(limits) };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        reader.fail(Malformed::new(1, "the text is UTF-16; only UTF-8 is read"), None);
    } else if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let line = line_of(bytes, at);
        reader.fail(Malformed::new(line, format!("a NUL byte at offset {at}: binary data, or UTF-16 without a mark")), None);
    } else if json {
        reader.part(bytes, 1, 0, true);
    } else {
        for part in split(bytes) {
            let braced = part.bytes.trim_ascii_start().starts_with(b"{");
            reader.part(part.bytes, part.line, part.offset, braced);
        }
    }
    reader.reading
}

fn bounds(limits: &Limits) -> Bounds {
    Bounds { nodes: limits.max_nodes, nesting: limits.max_nesting.min(200) }
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    let breaks = bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}

struct Reader<'l> {
    reading: Reading,
    limits: &'l Limits,
    bounds: Bounds,
}

impl Reader<'_> {
    fn fail(&mut self, mistake: Malformed, may_hide: Option<u64>) {
        self.reading.documents += 1;
        self.push(Failure::of(mistake, may_hide));
    }

    /// A file of nothing but mistakes must not flood the ledger either.
    fn push(&mut self, failure: Failure) {
        match failure.line {
            Some(line) if self.reading.failures.len() >= self.limits.max_documents => self.overflow(line),
            _ => self.reading.failures.push(failure),
        }
    }

    /// One document of YAML, or a run of documents of JSON.
    fn part(&mut self, bytes: &[u8], line: u32, offset: usize, json: bool) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let line = line.saturating_add(line_of(bytes, at) - 1);
                return self.fail(Malformed::new(line, format!("invalid UTF-8 at byte {}", offset + at)), most_resources(bytes));
            }
        };
        if !json {
            // YAML forbids them, and what one parser ends at another reads over.
            if let Some(at) = bytes.iter().position(|byte| matches!(byte, 0..=8 | 11..=12 | 14..=31 | 127)) {
                let line = line.saturating_add(line_of(bytes, at) - 1);
                return self.fail(Malformed::new(line, format!("a control character at byte {}", offset + at)), most_resources(bytes));
            }
            return self.yaml(text, line);
        }
        let stream = parse_json(text, line, &self.bounds);
        if stream.documents.is_empty() && stream.broken.is_some() && text.trim_start().starts_with("---") {
            return self.yaml(text, line);
        }
        if let Some((mistake, start)) = stream.broken {
            // YAML's flow style starts with a brace as well.
            if let (true, Ok(documents)) = (stream.documents.is_empty(), parse_yaml(text, line, &self.bounds)) {
                return documents.into_iter().for_each(|document| self.document(document, bytes));
            }
            stream.documents.into_iter().for_each(|document| self.document(document, bytes));
            let rest = bytes.get(start..).unwrap_or_default();
            return self.fail(mistake, most_resources(rest));
        }
        stream.documents.into_iter().for_each(|document| self.document(document, bytes));
    }

    fn yaml(&mut self, text: &str, line: u32) {
        match parse_yaml(text, line, &self.bounds) {
            Ok(documents) => documents.into_iter().for_each(|document| self.document(document, text.as_bytes())),
            Err(mistake) => self.fail(mistake, most_resources(text.as_bytes())),
        }
    }

    fn document(&mut self, document: Node, text: &[u8]) {
        self.reading.documents += 1;
        self.object(document, None, 0, text);
    }

    /// An object or a list of them. `list` is the version and the item kind of a typed list that this is an item of.
    fn object(&mut self, mut node: Node, list: Option<(&str, &str)>, depth: usize, text: &[u8]) {
        let Value::Map(entries) = &mut node.value else {
            if depth > 0 {
                self.refuse(&node, "an item of a list is no object", text);
            }
            return;
        };
        if let Some((version, kind)) = list {
            let has = |entries: &[(String, Node)], key: &str| entries.iter().any(|(name, _)| name == key);
            if !has(entries, "kind") && !has(entries, "apiVersion") && has(entries, "metadata") {
                let word = |text: &str| Node { line: node.line, value: Value::String(text.to_owned()) };
                entries.insert(0, ("apiVersion".to_owned(), word(version)));
                entries.insert(1, ("kind".to_owned(), word(kind)));
            }
        }
        let (version, kind) = match (node.get("apiVersion"), node.get("kind")) {
            (None, _) if depth == 0 => return,
            // Files of other programs count their format's versions; Kubernetes never uses a bare number.
            (Some(Node { value: Value::Number(_), .. }), None) if depth == 0 => return,
            (Some(version), Some(kind)) => match (version.as_str(), kind.as_str()) {
                (Some(version), Some(kind)) if !version.is_empty() && !kind.is_empty() => (version.to_owned(), kind.to_owned()),
                _ => return self.refuse(&node, "apiVersion or kind is not a string", text),
            },
            (Some(_), None) => return self.refuse(&node, "apiVersion without kind", text),
            (None, Some(_)) => return self.refuse(&node, "kind without apiVersion", text),
            (None, None) => return self.refuse(&node, "an item of a list has neither apiVersion nor kind", text),
        };
        if version.matches('/').count() > 1 {
            return self.refuse(&node, "apiVersion is not 'version' or 'group/version'", text);
        }
        match kind.strip_suffix("List") {
            Some(item_kind) if node.get("items").is_some() || item_kind.is_empty() => {
                self.list(node, &version, item_kind, depth, text);
            }
            _ if self.reading.objects.len() >= self.limits.max_documents => self.overflow(node.line),
            _ => self.reading.objects.push(node),
        }
    }

    fn list(&mut self, mut node: Node, version: &str, item_kind: &str, depth: usize, text: &[u8]) {
        if depth >= MAX_LISTS {
            return self.refuse(&node, "lists of objects are nested too deep", text);
        }
        let list = (!item_kind.is_empty()).then_some((version, item_kind));
        match node.get_mut("items").map(|items| std::mem::replace(&mut items.value, Value::Null)) {
            Some(Value::List(items)) => items.into_iter().for_each(|item| self.object(item, list, depth + 1, text)),
            None | Some(Value::Null) => {}
            Some(_) => self.refuse(&node, "the items of a list are no list", text),
        }
    }

    /// One thing that cannot be an object as it stands. Without `items` it would be at most one.
    fn refuse(&mut self, node: &Node, message: &str, text: &[u8]) {
        let bound = most_resources(text);
        let may_hide = if node.get("items").is_none() { Some(bound.map_or(1, |bound| bound.min(1))) } else { bound };
        self.push(Failure::of(Malformed::new(node.line, message), may_hide));
    }

    /// Says once that there are more documents than the bound.
    fn overflow(&mut self, line: u32) {
        if self.reading.failures.last().is_none_or(|last| last.outcome != Outcome::Truncated) {
            let message = format!("the file holds more than {} documents or mistakes; the rest is not read", self.limits.max_documents);
            self.reading.failures.push(Failure { line: Some(line), message, outcome: Outcome::Truncated, may_hide: None });
        }
    }
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
