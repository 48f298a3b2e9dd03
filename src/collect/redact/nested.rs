//! Texts that are documents themselves: JSON and YAML within a string, and base64 of anything that holds a credential.

use super::assignments::Reading;
use super::document::Walk;
use super::marker::{Marker, is_marker};
use crate::collect::document::{Bounds, Node, Value, parse_json, parse_yaml};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use regex::Regex;
use std::sync::LazyLock;

/// How many texts may lie in each other.
const DEEPEST: u8 = 6;
/// Levels of lists and maps of a document within a text.
const NESTING: usize = 64;
/// Characters of the shortest base64 that is looked into: the shortest known format has 20, which are 27 of base64.
const SHORTEST_BASE64: usize = 24;

/// Base64 as people paste it: with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How stores of keys begin, where they are no text: PKCS#12, PKCS#8, PKCS#1 and SEC1 in DER, and Java's own.
static KEY_STORES: LazyLock<Option<regex::bytes::Regex>> = LazyLock::new(|| {
    regex::bytes::Regex::new(
        r"(?s-u)^(?:\x30(?:\x81.|\x82..|\x83...|\x80)\x02\x01(?:\x03\x30|\x00\x30.\x06|\x00\x02[\x81\x82])|\x30.\x02\x01\x01\x04[\x20\x30]|\x30[\x20-\x7f]\x02\x01\x00\x30.\x06|\xfe\xed\xfe\xed|\xce\xce\xce\xce)",
    )
    .ok()
});
/// An anchor of YAML. A text with one is not read as YAML: what its aliases copy would have no bound here.
static ANCHOR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)(?:^|[\s\[{,])&[A-Za-z0-9_.-]+(?:\s|$)").ok());

impl Walk<'_> {
    /// Reads a text as what it is, from the surest to the vaguest: known formats, base64, a document, names with values.
    pub(super) fn text(&mut self, text: &mut String, reading: Reading) {
        if text.len() < 3 || is_marker(text) {
            return;
        }
        if is_secret_manifest(text) {
            *text = self.marker.mark("secret-value", text.as_bytes());
            return;
        }
        if let Some(redacted) = self.table.formats(text, &mut self.marker) {
            *text = redacted;
        }
        if let Some(redacted) = self.encoded(text) {
            *text = redacted;
        }
        // Reading by lines keeps the text as it was written, but may leave JSON that is none any more: so JSON is read as such before, YAML after.
        let json = text.trim_start().starts_with(['{', '[']);
        if json {
            self.within(text, reading);
        }
        if let Some(redacted) = self.table.assignments(text, reading, &mut self.marker) {
            *text = redacted;
        }
        if !json {
            self.within(text, reading);
        }
    }

    fn within(&mut self, text: &mut String, reading: Reading) {
        if self.depth < DEEPEST
            && let Some(redacted) = self.document_within(text, reading)
        {
            *text = redacted;
        }
    }

    /// A text that is JSON or YAML as a whole, if anything in it is secret: written anew as JSON, which YAML is a kind of.
    fn document_within(&mut self, text: &str, reading: Reading) -> Option<String> {
        let trimmed = text.trim();
        let json = (trimmed.starts_with('{') && trimmed.ends_with('}')) || (trimmed.starts_with('[') && trimmed.ends_with(']'));
        let yaml = !json && trimmed.contains('\n') && (trimmed.contains(": ") || trimmed.contains(":\n") || trimmed.starts_with("- "));
        if !json && !yaml {
            return None;
        }
        // Without aliases a document has no more values than characters.
        let bounds = Bounds { nodes: text.len(), nesting: NESTING };
        let mut documents = Vec::new();
        if json {
            let stream = parse_json(trimmed, 1, &bounds);
            documents = if stream.broken.is_none() { stream.documents } else { Vec::new() };
        }
        if documents.is_empty() && self.table.stems.is_match(trimmed) && !ANCHOR.as_ref()?.is_match(trimmed) {
            documents = parse_yaml(trimmed, 1, &bounds).ok()?;
        }
        documents.retain(|document| matches!(document.value, Value::Map(_) | Value::List(_)));
        let before = self.marker.written();
        // JSON is meant to be a document; what reads as YAML may as well be sentences with colons.
        let reading = if json && reading == Reading::Prose { Reading::Document } else { reading };
        self.deeper(reading, |walk| documents.iter_mut().for_each(|document| walk.node(document, "")));
        if self.marker.written() == before {
            return None;
        }
        let written: Vec<String> = documents.iter().map(Node::to_json).collect();
        Some(written.join(if json { "\n" } else { "\n---\n" }))
    }

    /// Runs of base64 that hold a credential.
    fn encoded(&mut self, text: &str) -> Option<String> {
        if text.len() < SHORTEST_BASE64 || self.depth >= DEEPEST {
            return None;
        }
        if let Some(class) = self.wrapped(text) {
            return Some(self.marker.mark(&class, text.as_bytes()));
        }
        let of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        let mut secrets = Vec::new();
        let mut start = 0;
        for run in text.as_bytes().split(|byte| !of_base64(*byte)) {
            let range = start..start + run.len();
            start = range.end + 1;
            if run.len() >= SHORTEST_BASE64
                && let Some(part) = text.get(range.clone())
                && let Some(class) = self.class_of_base64(part)
            {
                let padding = text.as_bytes().iter().skip(range.end).take(2).take_while(|byte| **byte == b'=').count();
                secrets.push((range.start..range.end + padding, class));
            }
        }
        super::text::replace(text, secrets.iter().map(|(range, class)| (range.clone(), class.as_str())), &mut self.marker)
    }

    /// The class of a text that is base64 as a whole, with line breaks in it.
    fn wrapped(&mut self, text: &str) -> Option<String> {
        let trimmed = text.trim();
        let part = |line: &str| line.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte));
        (trimmed.contains('\n') && trimmed.lines().all(part)).then(|| self.class_of_base64(trimmed)).flatten()
    }

    /// The class of what base64 holds, if that is a credential.
    fn class_of_base64(&mut self, text: &str) -> Option<String> {
        let bytes = decode(text)?;
        if KEY_STORES.as_ref()?.is_match(&bytes) {
            return Some("private-key".to_owned());
        }
        // Most of what looks like base64 is something else, and its bytes are no text.
        let content = String::from_utf8(bytes).ok()?;
        let plain = content.chars().all(|c| !c.is_control() || c.is_whitespace());
        plain.then(|| self.class_of_content(content)).flatten()
    }

    /// The class of what stands in a text that is not stored itself.
    pub(super) fn class_of_content(&mut self, mut content: String) -> Option<String> {
        let outer = std::mem::replace(&mut self.marker, Marker::new(None));
        self.deeper(Reading::Configuration, |walk| walk.text(&mut content, Reading::Configuration));
        let probe = std::mem::replace(&mut self.marker, outer);
        probe.counts().into_iter().next().map(|(class, _)| class)
    }

    /// The value of a key with base64 as a whole, line breaks and all: hidden whole, for a part of it cannot be replaced.
    pub(super) fn binary(&mut self, text: &mut String) {
        let Some(bytes) = decode(text) else { return };
        let class = if KEY_STORES.as_ref().is_some_and(|stores| stores.is_match(&bytes)) {
            Some("private-key".to_owned())
        } else {
            self.class_of_content(String::from_utf8_lossy(&bytes).into_owned())
        };
        if let Some(class) = class {
            *text = self.marker.mark(&class, &bytes);
        }
    }

    /// Does something one text deeper.
    fn deeper(&mut self, reading: Reading, walk: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.reading, reading);
        self.depth += 1;
        walk(self);
        self.depth -= 1;
        self.reading = outer;
    }
}

/// Bytes of base64, standard or URL-safe, with line breaks in it or without.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let standard = |byte: &u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    let compact: Vec<u8> = text.as_bytes().iter().filter(|byte| !byte.is_ascii_whitespace()).map(standard).collect();
    BASE64.decode(compact).ok()
}

/// A manifest of a Secret within a text: its values may be base64, which no format shows.
fn is_secret_manifest(text: &str) -> bool {
    text.contains("kind") && text.contains("Secret") && (text.contains("data") || text.contains("Data")) && text.lines().any(is_secret_kind)
}

fn is_secret_kind(line: &str) -> bool {
    if line.len() > 4096 && !line.contains("Secret") {
        return false;
    }
    let compact: String = line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | ',' | '\\')).collect();
    compact == "kind:Secret" || compact.contains("{kind:Secret") || compact.contains("kind:Secret}") || compact.contains("v1kind:Secret")
}
