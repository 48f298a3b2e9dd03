//! Timestamps and durations.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::{Instant, Value};
use super::conversions::unreadable;
use super::signature::{DURATION, INT, STRING, TIMESTAMP, sig};
use super::{Function, Outcome, global, method, say};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, Timelike};

pub const FUNCTIONS: &[Function] = &[
    global("timestamp", &[sig(&[TIMESTAMP], TIMESTAMP), sig(&[INT], TIMESTAMP), sig(&[STRING], TIMESTAMP)], timestamp),
    global("duration", &[sig(&[DURATION], DURATION), sig(&[STRING], DURATION)], duration),
    method("getFullYear", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.year()))
    }),
    method("getMonth", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.month0()))
    }),
    method("getDayOfYear", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.ordinal0()))
    }),
    method("getDayOfMonth", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.day0()))
    }),
    method("getDate", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.day()))
    }),
    method("getDayOfWeek", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.weekday().num_days_from_sunday()))
    }),
    method("getHours", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.hour()))
    }),
    method("getMinutes", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.minute()))
    }),
    method("getSeconds", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.second()))
    }),
    method("getMilliseconds", &[sig(&[TIMESTAMP], INT), sig(&[TIMESTAMP, STRING], INT)], |cx, arguments| {
        part(cx, arguments, |time| i64::from(time.nanosecond() / 1_000_000))
    }),
    method("getHours", &[sig(&[DURATION], INT)], |_, arguments| whole(arguments, 3_600 * NANOS)),
    method("getMinutes", &[sig(&[DURATION], INT)], |_, arguments| whole(arguments, 60 * NANOS)),
    method("getSeconds", &[sig(&[DURATION], INT)], |_, arguments| whole(arguments, NANOS)),
    method("getMilliseconds", &[sig(&[DURATION], INT)], |_, arguments| whole(arguments, 1_000_000)),
];

/// Nanoseconds of a second.
const NANOS: i64 = 1_000_000_000;

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the ends of CEL's timestamps.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

fn timestamp<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Timestamp(instant)] => Ok(Value::Timestamp(*instant)),
        [Value::Int(seconds)] => instant(*seconds, 0),
        [Value::Str(text)] => match DateTime::parse_from_rfc3339(text) {
            Ok(time) => instant(time.timestamp(), time.timestamp_subsec_nanos().min(999_999_999)),
            Err(_) => Err(unreadable(cx, text, "timestamp (RFC 3339, such as 2025-01-31T00:00:00Z)")),
        },
        _ => Err(Cause::Overload),
    }
}

fn instant<'d>(seconds: i64, nanos: u32) -> Outcome<'d> {
    match (FIRST..=LAST).contains(&seconds) {
        true => Ok(Value::Timestamp(Instant { seconds, nanos })),
        false => Err(Cause::Overflow),
    }
}

/// Nanoseconds since 1970.
pub fn nanos(instant: Instant) -> i128 {
    i128::from(instant.seconds) * i128::from(NANOS) + i128::from(instant.nanos)
}

/// A timestamp so many nanoseconds later.
pub fn shift<'d>(start: Instant, by: i128) -> Outcome<'d> {
    let nanos = nanos(start) + by;
    let seconds = i64::try_from(nanos.div_euclid(i128::from(NANOS))).map_err(|_| Cause::Overflow)?;
    instant(seconds, u32::try_from(nanos.rem_euclid(i128::from(NANOS))).unwrap_or(0))
}

/// RFC 3339 in UTC, with as many decimals as there are.
pub fn timestamp_text(instant: Instant) -> String {
    let date = DateTime::from_timestamp(instant.seconds, 0).map(|time| time.format("%Y-%m-%dT%H:%M:%S").to_string()).unwrap_or_default();
    format!("{date}{}Z", fraction(u64::from(instant.nanos)))
}

/// Seconds, with as many decimals as there are, and `s`.
pub fn duration_text(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let (seconds, rest) = (nanos.unsigned_abs() / NANOS as u64, nanos.unsigned_abs() % NANOS as u64);
    format!("{sign}{seconds}{}s", fraction(rest))
}

fn fraction(nanos: u64) -> String {
    if nanos == 0 { String::new() } else { format!(".{nanos:09}").trim_end_matches('0').to_owned() }
}

fn duration<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Duration(nanos)] => Ok(Value::Duration(*nanos)),
        [Value::Str(text)] => match parse_duration(text) {
            Some(nanos) => i64::try_from(nanos).map(Value::Duration).map_err(|_| Cause::Overflow),
            None => Err(unreadable(cx, text, "duration (such as 1h30m or 90s)")),
        },
        _ => Err(Cause::Overload),
    }
}

/// Reads a sign and numbers with units, as Go's `time.ParseDuration` does: `-1h30m`, `1.5s`, `100us`.
fn parse_duration(text: &str) -> Option<i128> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() || rest.len() > 200 {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len()));
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len()));
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && decimals.is_empty() || decimals.contains('.') {
            return None;
        }
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        // Decimals finer than a nanosecond of any unit cannot show.
        let decimals = decimals.get(..decimals.len().min(18))?;
        let numerator: i128 = if decimals.is_empty() { 0 } else { decimals.parse().ok()? };
        let fraction = numerator.checked_mul(unit)? / 10_i128.pow(u32::try_from(decimals.len()).ok()?);
        total = total.checked_add(whole.checked_mul(unit)?)?.checked_add(fraction)?;
        rest = after;
    }
    Some(if negative { -total } else { total })
}

/// A part of a timestamp's date and time in UTC or the zone given.
fn part<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], part: fn(NaiveDateTime) -> i64) -> Outcome<'d> {
    let (instant, offset) = match arguments {
        [Value::Timestamp(instant)] => (instant, 0),
        [Value::Timestamp(instant), Value::Str(zone)] => match zone_offset(zone) {
            Some(offset) => (instant, offset),
            None => return Err(Cause::Argument(say!(cx, "unknown time zone '{zone}': only UTC and offsets such as +02:00 are supported"))),
        },
        _ => return Err(Cause::Overload),
    };
    let zone = FixedOffset::east_opt(offset).ok_or(Cause::Overflow)?;
    let time = DateTime::from_timestamp(instant.seconds, instant.nanos).ok_or(Cause::Overflow)?;
    Ok(Value::Int(part(time.with_timezone(&zone).naive_local())))
}

/// Seconds east of UTC of `UTC`, `Z`, `+02:00`, `-09:30`, `02:00`.
fn zone_offset(zone: &str) -> Option<i32> {
    if matches!(zone, "UTC" | "Z" | "" | "GMT") {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+').unwrap_or(zone)),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str, limit: i32| text.parse::<i32>().ok().filter(|n| text.len() == 2 && (0..limit).contains(n));
    Some(sign * (number(hours, 24)? * 3_600 + number(minutes, 60)? * 60))
}

/// A duration in whole units.
fn whole<'d>(arguments: &[Value<'d>], unit: i64) -> Outcome<'d> {
    match arguments {
        [Value::Duration(nanos)] => Ok(Value::Int(nanos / unit)),
        _ => Err(Cause::Overload),
    }
}
