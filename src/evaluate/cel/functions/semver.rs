//! Versions: semver.org 2.0.0.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::conversions::unreadable;
use super::extended::Extended;
use super::signature::{BOOL, INT, SEMVER, STRING, sig};
use super::{Function, Outcome, global, method};
use std::cmp::Ordering;
use std::fmt;

pub const FUNCTIONS: &[Function] = &[
    global("semver", &[sig(&[STRING], SEMVER), sig(&[STRING, BOOL], SEMVER)], semver),
    global("isSemver", &[sig(&[STRING], BOOL), sig(&[STRING, BOOL], BOOL)], is_semver),
    method("major", &[sig(&[SEMVER], INT)], |_, arguments| number(arguments, |version| version.numbers[0])),
    method("minor", &[sig(&[SEMVER], INT)], |_, arguments| number(arguments, |version| version.numbers[1])),
    method("patch", &[sig(&[SEMVER], INT)], |_, arguments| number(arguments, |version| version.numbers[2])),
    method("isGreaterThan", &[sig(&[SEMVER, SEMVER], BOOL)], |_, arguments| compare(arguments, |order| Value::Bool(order.is_gt()))),
    method("isLessThan", &[sig(&[SEMVER, SEMVER], BOOL)], |_, arguments| compare(arguments, |order| Value::Bool(order.is_lt()))),
    method("compareTo", &[sig(&[SEMVER, SEMVER], INT)], |_, arguments| compare(arguments, |order| Value::Int(order as i64))),
];

/// A version. Its build metadata is checked and left out, for it has no part in the order.
#[derive(Clone, Copy, Debug)]
pub struct Semver<'d> {
    numbers: [u64; 3],
    /// What follows the hyphen; empty if it is a release
    pre: &'d str,
}

impl PartialEq for Semver<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.order(other).is_eq()
    }
}

impl<'d> Semver<'d> {
    /// Reads `1.2.3-rc.1+build`. Normalizing, a leading `v` is skipped, missing numbers are 0, and leading zeros are allowed.
    fn parse(text: &'d str, normalize: bool) -> Option<Self> {
        let text = if normalize { text.strip_prefix('v').unwrap_or(text) } else { text };
        let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
        let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = [0; 3];
        let mut parts = core.split('.');
        for (i, number) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) => *number = whole(part, normalize)?,
                None if normalize && i > 0 => {}
                None => return None,
            }
        }
        if parts.next().is_some() {
            return None;
        }
        let identifier = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let leading_zero = |part: &str| part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit());
        let pre_is_good = pre.is_none_or(|pre| pre.split('.').all(|part| identifier(part) && !leading_zero(part)));
        let build_is_good = build.is_none_or(|build| build.split('.').all(identifier));
        (pre_is_good && build_is_good).then_some(Semver { numbers, pre: pre.unwrap_or_default() })
    }

    fn order(&self, other: &Self) -> Ordering {
        let pre = match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            // A release comes after its previews.
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => order_of_previews(self.pre, other.pre),
        };
        self.numbers.cmp(&other.numbers).then(pre)
    }
}

fn whole(text: &str, leading_zeros: bool) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (plain && (leading_zeros || text.len() == 1 || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

/// Part by part: numbers by value and before words, words by their bytes, fewer parts before more.
fn order_of_previews(left: &str, right: &str) -> Ordering {
    for (left, right) in left.split('.').zip(right.split('.')) {
        let order = match (left.parse::<u64>(), right.parse::<u64>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => left.cmp(right),
        };
        if order.is_ne() {
            return order;
        }
    }
    left.split('.').count().cmp(&right.split('.').count())
}

impl fmt::Display for Semver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if self.pre.is_empty() { Ok(()) } else { write!(f, "-{}", self.pre) }
    }
}

fn read<'d>(arguments: &[Value<'d>]) -> Result<(&'d str, Option<Semver<'d>>), Cause<'d>> {
    match arguments {
        [Value::Str(text)] => Ok((text, Semver::parse(text, false))),
        [Value::Str(text), Value::Bool(normalize)] => Ok((text, Semver::parse(text, *normalize))),
        _ => Err(Cause::Overload),
    }
}

fn semver<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match read(arguments)? {
        (_, Some(version)) => Ok(Value::Extended(cx.arena.alloc(Extended::Semver(version)))),
        (text, None) => Err(unreadable(cx, text, "version")),
    }
}

fn is_semver<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    Ok(Value::Bool(read(arguments)?.1.is_some()))
}

fn number<'d>(arguments: &[Value<'d>], part: fn(&Semver<'d>) -> u64) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Semver(version))] => i64::try_from(part(version)).map(Value::Int).map_err(|_| Cause::Overflow),
        _ => Err(Cause::Overload),
    }
}

fn compare<'d>(arguments: &[Value<'d>], result: fn(Ordering) -> Value<'d>) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Semver(left)), Value::Extended(Extended::Semver(right))] => Ok(result(left.order(right))),
        _ => Err(Cause::Overload),
    }
}
