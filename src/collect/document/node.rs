//! One value of a document, with its line, and its canonical JSON.

use super::Malformed;
use std::collections::HashMap;
use std::fmt::Write;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line of its first character, counted from one.
    pub line: u32,
    /// What it is.
    pub value: Value,
}

/// The six values of JSON; maps keep the order of the source.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    List(Vec<Node>),
    /// An object. Keys are unique.
    Map(Vec<(String, Node)>),
}

/// A number: whole ones keep every digit of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number that fits.
    Int(i64),
    /// A whole number above the largest `i64`.
    Uint(u64),
    /// Anything else; always finite.
    Float(f64),
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(int) => write!(f, "{int}"),
            Self::Uint(uint) => write!(f, "{uint}"),
            // As Kubernetes stores it: a whole float loses its fraction (`1.0` is the integer 1 to the API server).
            Self::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => write!(f, "{float:.0}"),
            Self::Float(float) => match serde_json::Number::from_f64(*float) {
                Some(number) => write!(f, "{number}"),
                None => f.write_str("null"),
            },
        }
    }
}

impl Node {
    /// The value of a key, for a map that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.value {
            Value::Map(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Canonical JSON: no white space, keys in the order of the source.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(256);
        write_value(&self.value, &mut json);
        json
    }
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        // Writing into a String cannot fail.
        Value::Number(number) => {
            let _ = write!(out, "{number}");
        }
        Value::String(text) => write_string(text, out),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_value(&item.value, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, node)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_value(&node.value, out);
            }
            out.push('}');
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Refuses a map that gives a key twice; `lines` are the lines of the keys, in the same order.
///
/// # Errors
///
/// Names the line of the second key and of the first.
pub(super) fn refuse_duplicates(entries: &[(String, Node)], lines: &[u32]) -> Result<(), Malformed> {
    let duplicate = |first: usize, second: usize| {
        let (first, second) = (lines.get(first).copied().unwrap_or(1), lines.get(second).copied().unwrap_or(1));
        Malformed::new(second, format!("the key on line {second} was already given on line {first} of the same map"))
    };
    // Most maps are small, and comparing a few short keys is cheaper than hashing them.
    if entries.len() <= 8 {
        for (second, (key, _)) in entries.iter().enumerate() {
            if let Some(first) = entries.iter().take(second).position(|(earlier, _)| earlier == key) {
                return Err(duplicate(first, second));
            }
        }
        return Ok(());
    }
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(entries.len());
    for (second, (key, _)) in entries.iter().enumerate() {
        if let Some(first) = seen.insert(key, second) {
            return Err(duplicate(first, second));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: Value) -> String {
        Node { line: 1, value }.to_json()
    }

    #[test]
    fn strings_are_escaped_as_json_asks() {
        let hard = "a\"b\\c\n\r\t\u{1}\u{7f}é\u{2028}😀";
        let written = json(Value::String(hard.to_owned()));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap_or_default(), hard);
    }

    #[test]
    fn numbers_keep_their_digits_and_whole_floats_become_whole_numbers() {
        assert_eq!(json(Value::Number(Number::Uint(u64::MAX))), "18446744073709551615");
        assert_eq!(json(Value::Number(Number::Int(i64::MIN))), "-9223372036854775808");
        assert_eq!(json(Value::Number(Number::Float(1.0))), "1");
        assert_eq!(json(Value::Number(Number::Float(0.5))), "0.5");
        assert_eq!(json(Value::Number(Number::Float(1e30))), "1e+30");
    }
}
