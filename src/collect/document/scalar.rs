//! What a plain YAML scalar means to Kubernetes.
//!
//! `kubectl` and the API server read YAML 1.1 with the rules of go-yaml version 2: `yes`, `on` and `y` are booleans, `0777` and
//! `0o777` are octal, underscores in numbers do not count, and a time stamp stays a string. A scanner with other rules would judge a document
//! that the cluster never sees.

use super::{Number, Value};
use base64::Engine;

/// The value of a scalar without a tag.
///
/// # Errors
///
/// For what JSON cannot say: infinity, not a number, integers of more than 64 bits that are not written in decimal.
pub(super) fn resolve_plain(text: &str) -> Result<Value, &'static str> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Ok(Value::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => {
            return Err("infinity and NaN are no numbers of JSON");
        }
        _ => {}
    }
    let string = || Value::String(text.to_owned());
    match text.as_bytes().first() {
        Some(b'.') => Ok(float(text).map_or_else(string, Value::Number)),
        Some(b'0'..=b'9' | b'+' | b'-') => {
            let plain = text.replace('_', "");
            match integer(&plain) {
                Integer::Fits(number) => Ok(Value::Number(number)),
                Integer::Not => Ok(float(&plain).map_or_else(string, Value::Number)),
                Integer::TooLarge => float(&plain).map(Value::Number).ok_or("an integer of more than 64 bits"),
            }
        }
        _ => Ok(string()),
    }
}

/// The value of a scalar with one of YAML's own tags (`!!int`: `int`).
///
/// # Errors
///
/// When the text is not of the type that the tag says.
pub(super) fn resolve_tagged(tag: &str, text: &str) -> Result<Value, &'static str> {
    let wrong = "a value does not fit its tag";
    match tag {
        "binary" => {
            let compact: String = text.split_ascii_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(compact).map_err(|_| wrong)?;
            String::from_utf8(bytes).map(Value::String).map_err(|_| "binary data is no string of JSON")
        }
        "bool" | "int" | "float" | "null" => match (tag, resolve_plain(text)?) {
            ("bool", value @ Value::Bool(_)) | ("null", value @ Value::Null) | ("float", value @ Value::Number(_)) => Ok(value),
            ("int", value @ Value::Number(Number::Int(_) | Number::Uint(_))) => Ok(value),
            _ => Err(wrong),
        },
        _ => Ok(Value::String(text.to_owned())),
    }
}

enum Integer {
    Fits(Number),
    TooLarge,
    Not,
}

/// Go's `ParseInt` with base 0: the prefix says the base, a leading zero means octal.
fn integer(text: &str) -> Integer {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..).unwrap_or("")),
        Some(b'+') => (false, text.get(1..).unwrap_or("")),
        _ => (false, text),
    };
    let prefixed = |prefix: &str| rest.get(..2).filter(|two| two.eq_ignore_ascii_case(prefix)).and(rest.get(2..));
    let (digits, radix) = if let Some(digits) = prefixed("0x") {
        (digits, 16)
    } else if let Some(digits) = prefixed("0o") {
        (digits, 8)
    } else if let Some(digits) = prefixed("0b") {
        (digits, 2)
    } else if rest.len() > 1 && rest.starts_with('0') {
        (rest.get(1..).unwrap_or(""), 8)
    } else {
        (rest, 10)
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Integer::Not;
    }
    let Ok(magnitude) = u64::from_str_radix(digits, radix) else { return Integer::TooLarge };
    match (negative, i64::try_from(magnitude)) {
        (false, Ok(int)) => Integer::Fits(Number::Int(int)),
        (false, Err(_)) => Integer::Fits(Number::Uint(magnitude)),
        (true, Ok(int)) => Integer::Fits(Number::Int(-int)),
        (true, Err(_)) if magnitude == 1 << 63 => Integer::Fits(Number::Int(i64::MIN)),
        (true, Err(_)) => Integer::TooLarge,
    }
}

/// A decimal float; one that overflows is a string, as it is to Go.
fn float(text: &str) -> Option<Number> {
    let decimal = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    decimal.then(|| text.parse::<f64>().ok()).flatten().filter(|float| float.is_finite()).map(Number::Float)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn plain(text: &str) -> String {
        resolve_plain(text).map_or_else(str::to_owned, |value| super::super::Node { line: 1, value }.to_json())
    }

    #[test]
    fn plain_scalars_mean_what_they_mean_to_kubectl() {
        for (text, json) in [
            ("yes", "true"),
            ("Off", "false"),
            ("n", "false"),
            ("yES", "\"yES\""),
            ("~", "null"),
            ("", "null"),
            ("nul", "\"nul\""),
            ("0777", "511"),
            ("0o14", "12"),
            ("0x1F", "31"),
            ("-0b11", "-3"),
            ("08", "8"),
            ("1_000", "1000"),
            ("+12", "12"),
            ("1e3", "1000"),
            ("1.", "1"),
            (".5", "0.5"),
            ("1e400", "\"1e400\""),
            ("-", "\"-\""),
            ("+inf", "\"+inf\""),
            ("1.2.3", "\"1.2.3\""),
            ("0x", "\"0x\""),
            ("10Gi", "\"10Gi\""),
            ("2026-11-24", "\"2026-11-24\""),
            ("12:30:45", "\"12:30:45\""),
            ("9223372036854775808", "9223372036854775808"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("18446744073709551615", "18446744073709551615"),
            ("123456789012345678901234567890", "1.2345678901234568e+29"),
        ] {
            assert_eq!(plain(text), json, "{text}");
        }
        assert!(resolve_plain(".inf").is_err());
        assert!(resolve_plain("0xFFFFFFFFFFFFFFFFFF").is_err());
    }

    #[test]
    fn tags_are_kept_to() {
        assert_eq!(resolve_tagged("str", "12").unwrap(), Value::String("12".to_owned()));
        assert_eq!(resolve_tagged("int", "12").unwrap(), Value::Number(Number::Int(12)));
        assert_eq!(resolve_tagged("binary", "aGk=\n").unwrap(), Value::String("hi".to_owned()));
        assert!(resolve_tagged("int", "x").is_err());
        assert!(resolve_tagged("bool", "3").is_err());
    }
}
