//! Any bytes are documents or mistakes: readers of YAML and JSON, redaction, and the way back to JSON.
#![no_main]

use assize::collect::document::{Bounds, Node, most_resources, parse_json, parse_yaml, split};
use assize::collect::redact::{Redaction, Redactor};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static REDACTOR: LazyLock<Redactor> =
    LazyLock::new(|| Redactor::new(&Redaction::default()).unwrap_or_else(|error| unreachable!("{error}")));
const BOUNDS: Bounds = Bounds { nodes: 20_000, nesting: 100 };

fn whole(mut node: Node) {
    REDACTOR.redact(&mut node);
    let once = node.to_json();
    REDACTOR.redact(&mut node);
    assert_eq!(once, node.to_json(), "redacting twice changes nothing");
    let again = parse_json(&once, 1, &Bounds { nodes: usize::MAX, nesting: 200 });
    assert!(again.broken.is_none(), "our own JSON is refused: {:?}", again.broken);
}

fuzz_target!(|bytes: &[u8]| {
    let _ = most_resources(bytes);
    for part in split(bytes) {
        let Ok(text) = std::str::from_utf8(part.bytes) else { continue };
        if let Ok(documents) = parse_yaml(text, part.line, &BOUNDS) {
            documents.into_iter().for_each(whole);
        }
        parse_json(text, part.line, &BOUNDS).documents.into_iter().for_each(whole);
    }
});
