//! Any bytes are documents or mistakes: readers of YAML and JSON, redaction, and the way back to JSON.

use assize::collect::document::{Bounds, Node, most_resources, parse_json, parse_yaml, split};
use assize::collect::redact::{Redaction, Redactor};
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

pub fn run(bytes: &[u8]) -> String {
    let mut outcome = String::new();
    let _ = most_resources(bytes);
    for part in split(bytes) {
        let Ok(text) = std::str::from_utf8(part.bytes) else { continue };
        match parse_yaml(text, part.line, &BOUNDS) {
            Ok(documents) => {
                outcome += if documents.is_empty() { "none " } else { "read " };
                documents.into_iter().for_each(whole);
            }
            Err(mistake) => outcome += &format!("{mistake:?}"),
        }
        let json = parse_json(text, part.line, &BOUNDS);
        outcome += &format!("{:?}", json.broken);
        json.documents.into_iter().for_each(whole);
    }
    outcome
}
