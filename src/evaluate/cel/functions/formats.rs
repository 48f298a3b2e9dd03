//! Named formats of strings: `format.dns1123Label().validate(name)` is none if the string has the format, otherwise what is wrong.
use super::super::context::Context;
use super::super::document::list;
use super::super::fault::Cause;
use super::super::value::Value;
use super::extended::Extended;
use super::signature::{FORMAT, Param, STRING, STRINGS, sig};
use super::{Function, Outcome, global, method, say};
use base64::Engine;
use regex::Regex;
use std::sync::LazyLock;

const OPTIONAL_FORMAT: Param = Param::Optional(&FORMAT);
/// What is wrong, or none.
const COMPLAINTS: Param = Param::Optional(&STRINGS);

pub const FUNCTIONS: &[Function] = &[
    global("format.named", &[sig(&[STRING], OPTIONAL_FORMAT)], named),
    global("format.dns1123Label", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "dns1123Label")),
    global("format.dns1123Subdomain", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "dns1123Subdomain")),
    global("format.dns1035Label", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "dns1035Label")),
    global("format.qualifiedName", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "qualifiedName")),
    global("format.dns1123LabelPrefix", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "dns1123LabelPrefix")),
    global("format.dns1123SubdomainPrefix", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "dns1123SubdomainPrefix")),
    global("format.dns1035LabelPrefix", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "dns1035LabelPrefix")),
    global("format.labelValue", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "labelValue")),
    global("format.uri", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "uri")),
    global("format.uuid", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "uuid")),
    global("format.byte", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "byte")),
    global("format.date", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "date")),
    global("format.datetime", &[sig(&[], FORMAT)], |cx, _| by_name(cx, "datetime")),
    method("validate", &[sig(&[FORMAT, STRING], COMPLAINTS)], validate),
];

/// A format: its name and test.
#[derive(Debug)]
pub struct Format {
    pub name: &'static str,
    /// What a string of the format looks like
    shape: &'static str,
    has: fn(&str) -> bool,
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

const LABEL_1123: &str = "lower case letters, digits and '-', beginning and ending with a letter or digit, at most 63 characters";
const SUBDOMAIN: &str = "labels of lower case letters, digits and '-', joined by '.', at most 253 characters";
const LABEL_1035: &str =
    "lower case letters, digits and '-', beginning with a letter, ending with a letter or digit, at most 63 characters";
const VALUE: &str = "empty, or letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, at most 63 characters";
const QUALIFIED: &str = "an optional DNS subdomain and '/', then a name of letters, digits, '-', '_' and '.', at most 63 characters";

const FORMATS: &[Format] = &[
    Format { name: "dns1123Label", shape: LABEL_1123, has: |text| label_1123(text) },
    Format { name: "dns1123Subdomain", shape: SUBDOMAIN, has: |text| subdomain(text) },
    Format { name: "dns1035Label", shape: LABEL_1035, has: |text| label_1035(text) },
    Format { name: "qualifiedName", shape: QUALIFIED, has: qualified_name },
    // A prefix is completed by generated characters, so it may end with a hyphen.
    Format { name: "dns1123LabelPrefix", shape: LABEL_1123, has: |text| label_1123(&completed(text)) },
    Format { name: "dns1123SubdomainPrefix", shape: SUBDOMAIN, has: |text| subdomain(&completed(text)) },
    Format { name: "dns1035LabelPrefix", shape: LABEL_1035, has: |text| label_1035(&completed(text)) },
    Format { name: "labelValue", shape: VALUE, has: |text| text.is_empty() || name(text) },
    Format { name: "uri", shape: "a URI with a scheme, or an absolute path", has: uri },
    Format { name: "uuid", shape: "a UUID", has: |text| UUID.as_ref().is_ok_and(|pattern| pattern.is_match(text)) },
    Format { name: "byte", shape: "base64", has: |text| base64::engine::general_purpose::STANDARD.decode(text).is_ok() },
    Format { name: "date", shape: "a date such as 2025-01-31", has: date },
    Format {
        name: "datetime",
        shape: "an RFC 3339 time such as 2025-01-31T00:00:00Z",
        has: |text| chrono::DateTime::parse_from_rfc3339(text).is_ok(),
    },
];

static UUID: LazyLock<Result<Regex, regex::Error>> =
    LazyLock::new(|| Regex::new("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"));

fn completed(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) => format!("{rest}a"),
        None => prefix.to_owned(),
    }
}

fn label_1123(text: &str) -> bool {
    text.len() <= 63 && part_of_subdomain(text)
}

fn part_of_subdomain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(plain) && text.bytes().last().is_some_and(plain);
    ends && text.bytes().all(|byte| plain(byte) || byte == b'-')
}

fn subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(part_of_subdomain)
}

fn label_1035(text: &str) -> bool {
    label_1123(text) && text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    let ends = text.bytes().next().is_some_and(plain) && text.bytes().last().is_some_and(plain);
    ends && text.len() <= 63 && text.bytes().all(|byte| plain(byte) || b"-_.".contains(&byte))
}

fn qualified_name(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, rest)) => subdomain(prefix) && name(rest),
        None => name(text),
    }
}

fn uri(text: &str) -> bool {
    super::url::is_uri(text)
}

/// A date of the calendar; the length keeps out years of other than four digits.
fn date(text: &str) -> bool {
    text.len() == 10 && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

fn by_name<'d>(cx: &mut Context<'d>, name: &str) -> Outcome<'d> {
    let format = find(name).ok_or(Cause::Overload)?;
    Ok(Value::Extended(cx.arena.alloc(Extended::Format(format))))
}

fn named<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Str(name)] = arguments else {
        return Err(Cause::Overload);
    };
    match find(name) {
        Some(format) => {
            let format = Value::Extended(cx.arena.alloc(Extended::Format(format)));
            Ok(cx.some(format))
        }
        None => Ok(Value::Optional(None)),
    }
}

fn validate<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Extended(Extended::Format(format)), Value::Str(text)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(text.len() / 16)?;
    if (format.has)(text) {
        return Ok(Value::Optional(None));
    }
    let complaint = Value::Str(say!(cx, "must be {}", format.shape));
    let complaints = list(cx.arena, [complaint]);
    Ok(cx.some(complaints))
}
