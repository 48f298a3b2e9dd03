//! URLs: what Kubernetes' `url()` takes apart.
use super::super::context::Context;
use super::super::document::{list, text};
use super::super::fault::Cause;
use super::super::value::{Entry, Key, Value};
use super::conversions::unreadable;
use super::extended::Extended;
use super::signature::{BOOL, Param, STRING, STRINGS, URL, sig};
use super::{Function, Outcome, global, method};
use std::fmt;

/// Names and the lists of their values.
const QUERY: Param = Param::Map(&STRING, &STRINGS);

pub const FUNCTIONS: &[Function] = &[
    global("url", &[sig(&[STRING], URL)], url),
    global("isURL", &[sig(&[STRING], BOOL)], is_url),
    method("getScheme", &[sig(&[URL], STRING)], |cx, arguments| part(cx, arguments, |url| url.scheme.to_ascii_lowercase())),
    method("getHost", &[sig(&[URL], STRING)], |cx, arguments| part(cx, arguments, |url| url.host.to_owned())),
    method("getHostname", &[sig(&[URL], STRING)], |cx, arguments| part(cx, arguments, |url| url.split_host().0.to_owned())),
    method("getPort", &[sig(&[URL], STRING)], |cx, arguments| part(cx, arguments, |url| url.split_host().1.to_owned())),
    method("getEscapedPath", &[sig(&[URL], STRING)], |cx, arguments| part(cx, arguments, |url| url.path.to_owned())),
    method("getQuery", &[sig(&[URL], QUERY)], query),
];

/// A URL in its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Url<'d> {
    whole: &'d str,
    scheme: &'d str,
    /// Host and port, without user
    host: &'d str,
    path: &'d str,
    query: &'d str,
}

impl<'d> Url<'d> {
    /// Reads an absolute URL or an absolute path.
    fn parse(whole: &'d str) -> Option<Self> {
        if whole.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') || !escapes_are_whole(whole) {
            return None;
        }
        let (rest, query) = whole.split_once('?').unwrap_or((whole, ""));
        if rest.starts_with('/') && !rest.starts_with("//") {
            return Some(Url { whole, scheme: "", host: "", path: rest, query });
        }
        let (scheme, rest) = rest.split_once(':')?;
        let scheme_is_plain = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme_is_plain {
            return None;
        }
        let Some(rest) = rest.strip_prefix("//") else {
            return Some(Url { whole, scheme, host: "", path: if rest.starts_with('/') { rest } else { "" }, query });
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let url = Url { whole, scheme, host, path, query };
        let (name, port) = url.split_host();
        let bracketed = !host.starts_with('[') || (host.contains(']') && host.len() >= name.len() + 2);
        let host_is_plain = name.bytes().all(|byte| !b"\"<>[]^`{}|\\#".contains(&byte));
        let colons = if host.starts_with('[') { 0 } else { name.matches(':').count() };
        (bracketed && host_is_plain && colons == 0 && port.bytes().all(|byte| byte.is_ascii_digit())).then_some(url)
    }

    /// Name or address, without brackets, and port.
    fn split_host(&self) -> (&'d str, &'d str) {
        if let Some((address, rest)) = self.host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            return (address, rest.strip_prefix(':').unwrap_or(rest));
        }
        self.host.rsplit_once(':').unwrap_or((self.host, ""))
    }
}

impl fmt::Display for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.whole)
    }
}

/// Whether every `%` is followed by two hexadecimal digits.
fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

/// The text that a part of a query stands for.
fn unescape(escaped: &str) -> String {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).unwrap_or(0) as u8;
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next()) << 4 | digit(rest.next()),
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn url<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => match Url::parse(text) {
            Some(url) => Ok(Value::Extended(cx.arena.alloc(Extended::Url(url)))),
            None => Err(unreadable(cx, text, "URL")),
        },
        _ => Err(Cause::Overload),
    }
}

fn is_url<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => Ok(Value::Bool(Url::parse(text).is_some())),
        _ => Err(Cause::Overload),
    }
}

fn part<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], part: fn(&Url<'d>) -> String) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Url(url))] => Ok(text(cx.arena, &part(url))),
        _ => Err(Cause::Overload),
    }
}

/// The query as a map from names to the list of their values.
fn query<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Extended(Extended::Url(url))] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(url.query.len())?;
    let pairs = url.query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(name, value)| (unescape(name), unescape(value)));
    let mut names: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in pairs {
        cx.spend(names.len() / 16)?;
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => names.push((name, vec![value])),
        }
    }
    let arena = cx.arena;
    let entries = names.iter().map(|(name, values)| {
        let values = values.iter().map(|value| text(arena, value));
        Entry { key: Key::new(arena.alloc_str(name)), value: list(arena, values) }
    });
    Ok(Value::of_entries(super::super::document::collect(arena, entries)))
}

/// Whether a text can be taken apart as a URL.
pub fn is_uri(text: &str) -> bool {
    Url::parse(text).is_some()
}
