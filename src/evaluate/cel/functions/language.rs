//! The functions of the language itself: size, type, text tests, optionals.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::{Function, Outcome, global, method};

pub const FUNCTIONS: &[Function] = &[
    global("size", 1, 1, size),
    method("size", 0, 0, size),
    global("type", 1, 1, type_of),
    // The compiler leaves `dyn` out; it is here for its number of arguments.
    global("dyn", 1, 1, identity),
    method("startsWith", 1, 1, starts_with),
    method("endsWith", 1, 1, ends_with),
    method("contains", 1, 1, contains),
    method("matches", 1, 1, matches),
    global("matches", 2, 2, matches),
    method("find", 1, 1, find),
    method("findAll", 1, 2, find_all),
    global("optional.of", 1, 1, optional_of),
    global("optional.none", 0, 0, optional_none),
    global("optional.ofNonZeroValue", 1, 1, optional_of_non_zero),
    method("hasValue", 0, 0, has_value),
    method("value", 0, 0, value),
    // The evaluator knows these two itself, for their argument is evaluated only if needed.
    method("or", 1, 1, identity),
    method("orValue", 1, 1, identity),
];

fn identity<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    arguments.first().copied().ok_or(Cause::Overload)
}

fn size<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let size = match arguments {
        [Value::Str(text)] => {
            cx.spend(text.len() / 64)?;
            text.chars().count()
        }
        [Value::Bytes(bytes)] => bytes.len(),
        [Value::List(items)] => items.len(),
        [Value::Map(_, entries)] => {
            // Nobody knows whether a key with an unknown value is there.
            if let Some(Value::Unknown(id)) = entries.iter().map(|entry| entry.value).find(|value| matches!(value, Value::Unknown(_))) {
                return Err(Cause::Unknown(id));
            }
            entries.len()
        }
        _ => return Err(Cause::Overload),
    };
    Ok(Value::Int(size as i64))
}

fn type_of<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    arguments.first().map(|value| Value::Type(value.type_name())).ok_or(Cause::Overload)
}

fn starts_with<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text), Value::Str(part)] => Ok(Value::Bool(text.starts_with(part))),
        _ => Err(Cause::Overload),
    }
}

fn ends_with<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text), Value::Str(part)] => Ok(Value::Bool(text.ends_with(part))),
        _ => Err(Cause::Overload),
    }
}

fn contains<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text), Value::Str(part)] => {
            cx.spend(text.len() / 64)?;
            Ok(Value::Bool(text.contains(part)))
        }
        _ => Err(Cause::Overload),
    }
}

fn matches<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text), Value::Str(pattern)] => {
            cx.spend(text.len() / 16)?;
            Ok(Value::Bool(cx.pattern(pattern)?.is_match(text)))
        }
        _ => Err(Cause::Overload),
    }
}

fn find<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text), Value::Str(pattern)] => {
            cx.spend(text.len() / 16)?;
            Ok(Value::Str(cx.pattern(pattern)?.find(text).map_or("", |found| found.as_str())))
        }
        _ => Err(Cause::Overload),
    }
}

/// All matches, or the first so many; a negative limit is none.
fn find_all<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (text, pattern, limit) = match arguments {
        [Value::Str(text), Value::Str(pattern)] => (*text, *pattern, usize::MAX),
        [Value::Str(text), Value::Str(pattern), Value::Int(limit)] => (*text, *pattern, usize::try_from(*limit).unwrap_or(usize::MAX)),
        _ => return Err(Cause::Overload),
    };
    cx.spend(text.len() / 4)?;
    let arena = cx.arena;
    let found = cx.pattern(pattern)?.find_iter(text).take(limit).map(|found| Value::Str(found.as_str()));
    Ok(super::super::document::list(arena, found))
}

fn optional_of<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    arguments.first().map(|value| cx.some(*value)).ok_or(Cause::Overload)
}

fn optional_none<'d>(_: &mut Context<'d>, _: &[Value<'d>]) -> Outcome<'d> {
    Ok(Value::Optional(None))
}

fn optional_of_non_zero<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let value = arguments.first().copied().ok_or(Cause::Overload)?;
    let zero = match value {
        Value::Null | Value::Optional(None) | Value::Duration(0) => true,
        Value::Bool(truth) => !truth,
        Value::Int(number) => number == 0,
        Value::UInt(number) => number == 0,
        Value::Double(number) => number == 0.0,
        Value::Str(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(_, entries) => entries.is_empty(),
        _ => false,
    };
    Ok(if zero { Value::Optional(None) } else { cx.some(value) })
}

fn has_value<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Optional(optional)] => Ok(Value::Bool(optional.is_some())),
        _ => Err(Cause::Overload),
    }
}

fn value<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Optional(Some(value))] => Ok(**value),
        [Value::Optional(None)] => Err(Cause::EmptyOptional),
        _ => Err(Cause::Overload),
    }
}
