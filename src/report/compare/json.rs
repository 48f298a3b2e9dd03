//! JSON reports, value by value.

use super::{Claims, Difference};
use crate::model::Hash;
use serde_json::Value;

pub(super) fn claims(bytes: &[u8]) -> Claims {
    let Ok(report) = serde_json::from_slice::<Value>(bytes) else { return Claims::default() };
    let text = |pointer: &str| report.pointer(pointer).and_then(Value::as_str);
    let hash = |pointer: &str| text(pointer).and_then(Hash::parse);
    Claims {
        snapshot: hash("/snapshot/root"),
        evaluation: hash("/evaluation/root"),
        catalog: hash("/catalog/hash"),
        settings: hash("/evaluation/settings"),
        tool: text("/tool").map(str::to_owned),
        hashes: Vec::new(),
    }
}

/// The gross scores that a JSON report states: framework, kind, low and high end in percent.
#[must_use]
pub fn scores(bytes: &[u8]) -> Vec<(String, &'static str, f64, f64)> {
    let Ok(report) = serde_json::from_slice::<Value>(bytes) else { return Vec::new() };
    let frameworks = report.get("frameworks").and_then(Value::as_array);
    let mut found = Vec::new();
    for framework in frameworks.into_iter().flatten() {
        let Some(id) = framework.get("id").and_then(Value::as_str) else { continue };
        for kind in ["configuration", "programme"] {
            let end = |name: &str| framework.get(kind).and_then(|score| score.get(name)).and_then(Value::as_f64);
            if let (Some(low), Some(high)) = (end("low"), end("high")) {
                found.push((id.to_owned(), kind, low, high));
            }
        }
    }
    found
}

pub(super) fn differences(report: &[u8], again: &[u8]) -> Vec<Difference> {
    let Ok(made) = serde_json::from_slice::<Value>(again) else { return Vec::new() };
    let given = match serde_json::from_slice::<Value>(report) {
        Ok(given) => given,
        Err(error) => return vec![Difference::new("the file", format!("no JSON: {error}"), "JSON")],
    };
    let mut found = Vec::new();
    walk("", &given, &made, &mut found);
    found
}

/// A value in one line; a long one is cut.
fn said(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(fields) => format!("an object of {} fields", fields.len()),
        Value::String(text) if text.chars().count() > 160 => Value::String(text.chars().take(160).collect::<String>() + "...").to_string(),
        other => other.to_string(),
    }
}

/// What an item of a list is called, beside its number: its id, its topic.
fn label(item: &Value) -> String {
    let name = ["id", "fingerprint", "topic", "seq"].iter().find_map(|key| item.get(*key));
    match name {
        Some(Value::String(name)) => format!(" ({name})"),
        Some(Value::Number(number)) => format!(" ({number})"),
        _ => String::new(),
    }
}

fn walk(path: &str, given: &Value, made: &Value, found: &mut Vec<Difference>) {
    match (given, made) {
        (Value::Object(given), Value::Object(made)) => {
            let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            for (key, value) in made {
                match given.get(key) {
                    Some(other) => walk(&below(key), other, value, found),
                    None => found.push(Difference::new(below(key), "nothing", said(value))),
                }
            }
            for (key, value) in given.iter().filter(|(key, _)| !made.contains_key(*key)) {
                found.push(Difference::new(below(key), said(value), "nothing"));
            }
        }
        (Value::Array(given), Value::Array(made)) => {
            for index in 0..given.len().max(made.len()) {
                let name = made.get(index).or(given.get(index)).map(label).unwrap_or_default();
                let place = format!("{path}[{index}]{name}");
                match (given.get(index), made.get(index)) {
                    (Some(given), Some(made)) => walk(&place, given, made, found),
                    (given, made) => {
                        let say = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), said);
                        found.push(Difference::new(place, say(given), say(made)));
                    }
                }
            }
        }
        (given, made) if given == made => {}
        (given, made) => found.push(Difference::new(path, said(given), said(made))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_missing_and_added_value_is_named() {
        let made = br#"{"a": [{"id": "x", "low": 1.5}, 2], "b": "t", "c": null}"#;
        let given = br#"{"a": [{"id": "x", "low": 9.5}, 2, 3], "b": "t", "d": {}}"#;
        let found: Vec<String> =
            differences(given, made).into_iter().map(|d| format!("{}: {} for {}", d.place, d.report, d.database)).collect();
        assert_eq!(
            found,
            ["a[0] (x).low: 9.5 for 1.5", "a[2]: 3 for nothing", "c: nothing for null", "d: an object of 0 fields for nothing"]
        );
    }
}
