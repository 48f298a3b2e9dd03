//! Text of which a part was taken out before it was stored. What is left of it may decide a question all the same; what is missing never does.

use super::document::collect;
use super::value::{Entry, Value};
use crate::model::REDACTED;
use bumpalo::Bump;

/// The unknown part that every such text stands for, in [`ErrorKind::Unknown`](super::ErrorKind::Unknown).
pub const HIDDEN: u32 = u32::MAX;

/// Whether a document, as JSON, holds a marker at all: most hold none, and need not be walked for one. Markers are written by the collector, so
/// none is escaped.
pub fn holds_markers(json: &[u8]) -> bool {
    memchr::memmem::find(json, REDACTED.as_bytes()).is_some()
}

/// The value with each text that holds a marker as [`Value::Hidden`]; `None` if none does.
pub fn hide<'d>(value: Value<'d>, arena: &'d Bump) -> Option<Value<'d>> {
    match value {
        Value::Str(text) if text.contains(REDACTED) => Some(Value::Hidden(text)),
        Value::List(items) => {
            let hidden: Vec<Option<Value<'d>>> = items.iter().map(|item| hide(*item, arena)).collect();
            let changed = hidden.iter().any(Option::is_some);
            changed.then(|| Value::List(collect(arena, items.iter().zip(hidden).map(|(item, hidden)| hidden.unwrap_or(*item)))))
        }
        Value::Map(keys, entries) => {
            let hidden: Vec<Option<Value<'d>>> = entries.iter().map(|entry| hide(entry.value, arena)).collect();
            let changed = hidden.iter().any(Option::is_some);
            let entry = |(entry, hidden): (&Entry<'d>, Option<Value<'d>>)| Entry { key: entry.key, value: hidden.unwrap_or(entry.value) };
            changed.then(|| Value::Map(keys, collect(arena, entries.iter().zip(hidden).map(entry))))
        }
        _ => None,
    }
}

/// What is certain of a text: how it begins and how it ends. Of JSON nothing is, for a text that holds a secret is written anew.
fn ends(text: &str) -> (&str, &str) {
    if text.trim_start().starts_with(['{', '[']) {
        return ("", "");
    }
    let before = text.find(REDACTED).and_then(|start| text.get(..start)).unwrap_or_default();
    let after =
        text.rfind(REDACTED).and_then(|start| text.get(start..)).and_then(|marker| marker.split_once('>')).map_or("", |(_, after)| after);
    (before, after)
}

/// Whether the text was equal to another; `None`: nobody knows.
pub fn equal(text: &str, other: &str) -> Option<bool> {
    let (before, after) = ends(text);
    let possible = other.len() >= before.len() + after.len() && other.starts_with(before) && other.ends_with(after);
    (!possible).then_some(false)
}

/// Whether the text began with a part.
pub fn starts_with(text: &str, part: &str) -> Option<bool> {
    let (before, _) = ends(text);
    let known = before.len().min(part.len());
    if before.as_bytes().get(..known) != part.as_bytes().get(..known) {
        return Some(false);
    }
    (part.len() <= before.len()).then_some(true)
}

/// Whether the text ended with a part.
pub fn ends_with(text: &str, part: &str) -> Option<bool> {
    let (_, after) = ends(text);
    let known = after.len().min(part.len());
    if after.as_bytes().get(after.len() - known..) != part.as_bytes().get(part.len() - known..) {
        return Some(false);
    }
    (part.len() <= after.len()).then_some(true)
}

/// Whether the text contained a part: only yes can be certain.
pub fn contains(text: &str, part: &str) -> Option<bool> {
    if text.trim_start().starts_with(['{', '[']) {
        return part.is_empty().then_some(true);
    }
    let mut pieces = text.split(REDACTED);
    let first = pieces.next().unwrap_or_default();
    let found = first.contains(part) || pieces.any(|piece| piece.split_once('>').is_some_and(|(_, visible)| visible.contains(part)));
    found.then_some(true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// The parts in question, and the texts that a secret may stand in.
    const PARTS: [&str; 9] = ["", "-", "--pass", "--password=", "--password=x", "x y", "y", " y", "z"];

    /// Whatever the secret was, what is certain of the text with its marker is true of the text itself.
    #[test]
    fn what_is_certain_is_true_whatever_was_taken_out() {
        let mut certain = 0;
        let ends = ["", "--password=", "a x", "x y"];
        for (before, after) in ends.iter().flat_map(|before| ends.iter().map(move |after| (before, after))) {
            let stored = format!("{before}<redacted:generic-credential length=1-7>{after}");
            for secret in ["", "x", "y", "--password=", "x y", "zz"] {
                let text = format!("{before}{secret}{after}");
                for part in PARTS {
                    let answers = [
                        (equal(&stored, part), text == part),
                        (starts_with(&stored, part), text.starts_with(part)),
                        (ends_with(&stored, part), text.ends_with(part)),
                        (contains(&stored, part), text.contains(part)),
                    ];
                    for (at, (known, true_of_text)) in answers.into_iter().enumerate() {
                        certain += usize::from(known.is_some());
                        assert!(known.is_none_or(|known| known == true_of_text), "{at}: {stored:?} and {part:?}, was {text:?}");
                    }
                }
            }
        }
        assert!(certain > 1_000, "only {certain} answers");
    }

    #[test]
    fn nothing_is_certain_of_json_for_it_is_written_anew() {
        let stored = r#"{"a":"<redacted:jwt length=64+>"}"#;
        assert_eq!((equal(stored, "x"), starts_with(stored, "{"), ends_with(stored, "}"), contains(stored, "a")), (None, None, None, None));
    }

    #[test]
    fn only_texts_with_a_marker_are_hidden() {
        let arena = Bump::new();
        let read = |json: &'static str| super::super::parse_document(json.as_bytes(), &arena, super::super::Nulls::Drop).unwrap();
        assert!(hide(read(r#"{"a": ["b", {"c": 1}]}"#), &arena).is_none());
        let hidden = hide(read(r#"{"a": ["b", {"c": "<redacted:jwt length=64+>", "d": 1}]}"#), &arena).unwrap();
        let inner = hidden.get("a").and_then(|list| list.as_list()?.get(1).copied()).unwrap();
        assert!(matches!(inner.get("c"), Some(Value::Hidden(_))) && matches!(inner.get("d"), Some(Value::Int(1))));
    }
}
