//! Conversions between the scalar types.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::signature::{BOOL, BYTES, CIDR, DOUBLE, DURATION, FORMAT, INT, IP, QUANTITY, SEMVER, STRING, TIMESTAMP, TYPE, UINT, URL, sig};
use super::{Function, Outcome, global, say, time};

pub const FUNCTIONS: &[Function] = &[
    global(
        "int",
        &[sig(&[INT], INT), sig(&[UINT], INT), sig(&[DOUBLE], INT), sig(&[STRING], INT), sig(&[TIMESTAMP], INT), sig(&[DURATION], INT)],
        int,
    ),
    global("uint", &[sig(&[UINT], UINT), sig(&[INT], UINT), sig(&[DOUBLE], UINT), sig(&[STRING], UINT)], uint),
    global("double", &[sig(&[DOUBLE], DOUBLE), sig(&[INT], DOUBLE), sig(&[UINT], DOUBLE), sig(&[STRING], DOUBLE)], double),
    global(
        "string",
        &[
            sig(&[STRING], STRING),
            sig(&[BYTES], STRING),
            sig(&[BOOL], STRING),
            sig(&[INT], STRING),
            sig(&[UINT], STRING),
            sig(&[DOUBLE], STRING),
            sig(&[TIMESTAMP], STRING),
            sig(&[DURATION], STRING),
            sig(&[TYPE], STRING),
            sig(&[IP], STRING),
            sig(&[CIDR], STRING),
            sig(&[QUANTITY], STRING),
            sig(&[URL], STRING),
            sig(&[SEMVER], STRING),
            sig(&[FORMAT], STRING),
        ],
        string,
    ),
    global("bytes", &[sig(&[BYTES], BYTES), sig(&[STRING], BYTES)], bytes),
    global("bool", &[sig(&[BOOL], BOOL), sig(&[STRING], BOOL)], boolean),
];

/// The smallest double above all of `i64`.
const ABOVE_I64: f64 = 9_223_372_036_854_775_808.0;

/// The smallest double above all of `u64`.
const ABOVE_U64: f64 = 18_446_744_073_709_551_616.0;

fn int<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Int(number)] => Ok(Value::Int(*number)),
        [Value::UInt(number)] => i64::try_from(*number).map(Value::Int).map_err(|_| Cause::Overflow),
        // cel-go refuses the two ends as well, where doubles are too coarse to tell.
        [Value::Double(number)] if number.abs() < ABOVE_I64 => Ok(Value::Int(*number as i64)),
        [Value::Double(_)] => Err(Cause::Overflow),
        [Value::Str(text)] => text.parse().map(Value::Int).map_err(|_| unreadable(cx, text, "int")),
        [Value::Timestamp(instant)] => Ok(Value::Int(instant.seconds)),
        [Value::Duration(nanos)] => Ok(Value::Int(*nanos)),
        _ => Err(Cause::Overload),
    }
}

fn uint<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::UInt(number)] => Ok(Value::UInt(*number)),
        [Value::Int(number)] => u64::try_from(*number).map(Value::UInt).map_err(|_| Cause::Overflow),
        [Value::Double(number)] if *number > -1.0 && *number < ABOVE_U64 => Ok(Value::UInt(*number as u64)),
        [Value::Double(_)] => Err(Cause::Overflow),
        [Value::Str(text)] => text.parse().map(Value::UInt).map_err(|_| unreadable(cx, text, "uint")),
        _ => Err(Cause::Overload),
    }
}

fn double<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Double(number)] => Ok(Value::Double(*number)),
        [Value::Int(number)] => Ok(Value::Double(*number as f64)),
        [Value::UInt(number)] => Ok(Value::Double(*number as f64)),
        [Value::Str(text)] => text.parse().map(Value::Double).map_err(|_| unreadable(cx, text, "double")),
        _ => Err(Cause::Overload),
    }
}

pub fn string<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => Ok(Value::Str(text)),
        [Value::Bytes(bytes)] => std::str::from_utf8(bytes).map(Value::Str).map_err(|_| Cause::Conversion("the bytes are not UTF-8 text")),
        [value] => match plain(*value) {
            Some(text) => Ok(super::super::document::text(cx.arena, &text)),
            None => Err(Cause::Overload),
        },
        _ => Err(Cause::Overload),
    }
}

fn bytes<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Bytes(bytes)] => Ok(Value::Bytes(bytes)),
        [Value::Str(text)] => Ok(Value::Bytes(text.as_bytes())),
        _ => Err(Cause::Overload),
    }
}

fn boolean<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Bool(truth)] => Ok(Value::Bool(*truth)),
        [Value::Str("1" | "t" | "T" | "true" | "TRUE" | "True")] => Ok(Value::Bool(true)),
        [Value::Str("0" | "f" | "F" | "false" | "FALSE" | "False")] => Ok(Value::Bool(false)),
        [Value::Str(text)] => Err(unreadable(cx, text, "bool")),
        _ => Err(Cause::Overload),
    }
}

/// A string that a conversion cannot read.
#[cold]
pub fn unreadable<'d>(cx: &Context<'d>, text: &str, kind: &str) -> Cause<'d> {
    let shown: std::borrow::Cow<'_, str> = match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    };
    Cause::Conversion(say!(cx, "cannot read '{shown}' as {kind}"))
}

/// What `string(x)` gives for a value that is not text, bytes or made of several values.
pub fn plain(value: Value<'_>) -> Option<String> {
    Some(match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Double(number) => number_text(number),
        Value::Str(text) => text.to_owned(),
        Value::Timestamp(instant) => time::timestamp_text(instant),
        Value::Duration(nanos) => time::duration_text(nanos),
        Value::Type(name) => name.to_owned(),
        Value::Extended(extended) => extended.to_string(),
        Value::Bytes(_) | Value::Null | Value::List(_) | Value::Map(..) | Value::Optional(_) | Value::Unknown(_) | Value::Hidden(_) => {
            return None;
        }
    })
}

/// A double with as few digits as tell it apart, in the notation of Go's `%g`, which cel-go uses.
fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return if number.is_nan() { "NaN".into() } else { format!("{}Inf", if number > 0.0 { '+' } else { '-' }) };
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
