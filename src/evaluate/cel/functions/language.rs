//! The functions of the language itself: size, type, text tests, optionals.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::signature::{A, BOOL, BYTES, DYN, INT, LIST, LIST_OF_A, MAP, OPTIONAL_A, Param, STRING, STRINGS, TYPE, sig};
use super::{Function, Outcome, global, method};

/// A list of optionals.
const OPTIONALS: Param = Param::List(&OPTIONAL_A);

pub const FUNCTIONS: &[Function] = &[
    global("size", &[sig(&[STRING], INT), sig(&[BYTES], INT), sig(&[LIST], INT), sig(&[MAP], INT)], size),
    method("size", &[sig(&[STRING], INT), sig(&[BYTES], INT), sig(&[LIST], INT), sig(&[MAP], INT)], size),
    global("type", &[sig(&[DYN], TYPE)], type_of),
    // The compiler leaves `dyn` out; it is here for its number of arguments.
    global("dyn", &[sig(&[DYN], DYN)], identity),
    method("startsWith", &[sig(&[STRING, STRING], BOOL)], starts_with),
    method("endsWith", &[sig(&[STRING, STRING], BOOL)], ends_with),
    method("contains", &[sig(&[STRING, STRING], BOOL)], contains),
    method("matches", &[sig(&[STRING, STRING], BOOL)], matches),
    global("matches", &[sig(&[STRING, STRING], BOOL)], matches),
    method("find", &[sig(&[STRING, STRING], STRING)], find),
    method("findAll", &[sig(&[STRING, STRING], STRINGS), sig(&[STRING, STRING, INT], STRINGS)], find_all),
    global("optional.of", &[sig(&[A], OPTIONAL_A)], optional_of),
    global("optional.none", &[sig(&[], OPTIONAL_A)], optional_none),
    global("optional.ofNonZeroValue", &[sig(&[A], OPTIONAL_A)], optional_of_non_zero),
    method("hasValue", &[sig(&[OPTIONAL_A], BOOL)], has_value),
    method("value", &[sig(&[OPTIONAL_A], A)], value),
    global("optional.unwrap", &[sig(&[OPTIONALS], LIST_OF_A)], unwrap),
    method("unwrapOpt", &[sig(&[OPTIONALS], LIST_OF_A)], unwrap),
    // The evaluator knows these two itself, for their argument is evaluated only if needed.
    method("or", &[sig(&[OPTIONAL_A, OPTIONAL_A], OPTIONAL_A)], identity),
    method("orValue", &[sig(&[OPTIONAL_A, A], A)], identity),
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
        Value::Map(_, entries) => match entries.first().map(|entry| entry.value) {
            None => true,
            // Nobody knows whether a key with an unknown value is there; one that is surely there decides.
            Some(Value::Unknown(id)) if entries.iter().all(|entry| matches!(entry.value, Value::Unknown(_))) => {
                return Err(Cause::Unknown(id));
            }
            Some(_) => false,
        },
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

/// What the optionals of a list hold; those that hold nothing are left out.
fn unwrap<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(items.len())?;
    let mut held = bumpalo::collections::Vec::new_in(cx.arena);
    for item in items.iter() {
        match item {
            Value::Optional(Some(value)) => held.push(**value),
            Value::Optional(None) => {}
            Value::Unknown(id) => return Err(Cause::Unknown(*id)),
            _ => return Err(Cause::Overload),
        }
    }
    Ok(Value::List(held.into_bump_slice()))
}
