//! The strings extension. Positions count characters.
use super::super::context::Context;
use super::super::document::{list, text};
use super::super::fault::Cause;
use super::super::value::Value;
use super::signature::{INT, STRING, STRINGS, sig};
use super::{Function, Outcome, global, known, method, say};

pub const FUNCTIONS: &[Function] = &[
    method("charAt", &[sig(&[STRING, INT], STRING)], char_at),
    method("indexOf", &[sig(&[STRING, STRING], INT), sig(&[STRING, STRING, INT], INT)], index_of),
    method("lastIndexOf", &[sig(&[STRING, STRING], INT), sig(&[STRING, STRING, INT], INT)], last_index_of),
    method("lowerAscii", &[sig(&[STRING], STRING)], |cx, arguments| {
        map(cx, arguments, |byte| byte.is_ascii_uppercase(), |text| text.to_ascii_lowercase())
    }),
    method("upperAscii", &[sig(&[STRING], STRING)], |cx, arguments| {
        map(cx, arguments, |byte| byte.is_ascii_lowercase(), |text| text.to_ascii_uppercase())
    }),
    method("reverse", &[sig(&[STRING], STRING)], |cx, arguments| map(cx, arguments, |_| true, |text| text.chars().rev().collect())),
    method("trim", &[sig(&[STRING], STRING)], trim),
    method("replace", &[sig(&[STRING, STRING, STRING], STRING), sig(&[STRING, STRING, STRING, INT], STRING)], replace),
    method("split", &[sig(&[STRING, STRING], STRINGS), sig(&[STRING, STRING, INT], STRINGS)], split),
    method("substring", &[sig(&[STRING, INT], STRING), sig(&[STRING, INT, INT], STRING)], substring),
    method("join", &[sig(&[STRINGS], STRING), sig(&[STRINGS, STRING], STRING)], join),
    global("strings.quote", &[sig(&[STRING], STRING)], quote),
];

/// The byte at which a character stands, the end included; the index as an error if it is outside.
fn offset<'d>(text: &str, index: i64) -> Result<usize, Cause<'d>> {
    let position = usize::try_from(index).map_err(|_| Cause::Index(index))?;
    if text.is_ascii() {
        return if position <= text.len() { Ok(position) } else { Err(Cause::Index(index)) };
    }
    let mut offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]);
    offsets.nth(position).ok_or(Cause::Index(index))
}

/// The number of the character that stands at a byte.
fn position(text: &str, offset: usize) -> i64 {
    text.get(..offset).map_or(0, |before| before.chars().count() as i64)
}

/// Changes a text, if any of its bytes is of those that the change concerns.
fn map<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], concerns: fn(u8) -> bool, change: fn(&str) -> String) -> Outcome<'d> {
    match arguments {
        [Value::Str(given)] => {
            cx.spend(given.len() / 16)?;
            Ok(if given.bytes().any(concerns) { text(cx.arena, &change(given)) } else { Value::Str(given) })
        }
        _ => Err(Cause::Overload),
    }
}

fn trim<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => Ok(Value::Str(text.trim())),
        _ => Err(Cause::Overload),
    }
}

fn char_at<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text), Value::Int(index)] => {
            cx.spend(text.len() / 64)?;
            let rest = text.get(offset(text, *index)?..).unwrap_or_default();
            Ok(Value::Str(rest.chars().next().and_then(|c| rest.get(..c.len_utf8())).unwrap_or_default()))
        }
        _ => Err(Cause::Overload),
    }
}

fn index_of<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (text, part, from) = match arguments {
        [Value::Str(text), Value::Str(part)] => (text, part, 0),
        [Value::Str(text), Value::Str(part), Value::Int(from)] => (text, part, offset(text, *from)?),
        _ => return Err(Cause::Overload),
    };
    cx.spend(text.len() / 32)?;
    let found = text.get(from..).and_then(|rest| rest.find(part)).map(|found| from + found);
    Ok(Value::Int(found.map_or(-1, |found| position(text, found))))
}

fn last_index_of<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (text, part, from) = match arguments {
        [Value::Str(text), Value::Str(part)] => (text, part, text.len()),
        [Value::Str(text), Value::Str(part), Value::Int(from)] => (text, part, offset(text, *from)?),
        _ => return Err(Cause::Overload),
    };
    cx.spend(text.len() / 32)?;
    // The last place at or before `from` where the part begins: it ends at most its own length later.
    let end = (from + part.len()).min(text.len());
    let end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let found = text.get(..end).and_then(|before| before.rfind(part));
    Ok(Value::Int(found.map_or(-1, |found| position(text, found))))
}

fn replace<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (given, old, new, limit) = match arguments {
        [Value::Str(given), Value::Str(old), Value::Str(new)] => (given, old, new, usize::MAX),
        [Value::Str(given), Value::Str(old), Value::Str(new), Value::Int(limit)] => {
            (given, old, new, usize::try_from(*limit).unwrap_or(usize::MAX))
        }
        _ => return Err(Cause::Overload),
    };
    let hits = given.matches(old).take(limit).count();
    cx.spend(given.len() / 16 + hits.saturating_mul(1 + new.len() / 16))?;
    Ok(text(cx.arena, &given.replacen(old, new, limit)))
}

/// Splits at a separator, at every character if it is empty; with a limit, into at most so many parts.
fn split<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (text, separator, limit) = match arguments {
        [Value::Str(text), Value::Str(separator)] => (*text, *separator, usize::MAX),
        [Value::Str(text), Value::Str(separator), Value::Int(limit)] => (*text, *separator, usize::try_from(*limit).unwrap_or(usize::MAX)),
        _ => return Err(Cause::Overload),
    };
    cx.spend(text.len() / 4)?;
    if limit == 0 {
        return Ok(Value::List(&[]));
    }
    // A search for one character needs less preparation than one for a text.
    if let [byte @ 0..=0x7f] = separator.as_bytes() {
        return Ok(list(cx.arena, text.splitn(limit, char::from(*byte)).map(Value::Str)));
    }
    if !separator.is_empty() {
        return Ok(list(cx.arena, text.splitn(limit, separator).map(Value::Str)));
    }
    let offsets: Vec<usize> = text.char_indices().map(|(offset, _)| offset).take(limit).collect();
    let ends = offsets.iter().skip(1).copied().chain([text.len()]);
    Ok(list(cx.arena, offsets.iter().zip(ends).map(|(start, end)| Value::Str(text.get(*start..end).unwrap_or_default()))))
}

fn substring<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (text, start, end) = match arguments {
        [Value::Str(text), Value::Int(start)] => (text, *start, None),
        [Value::Str(text), Value::Int(start), Value::Int(end)] => (text, *start, Some(*end)),
        _ => return Err(Cause::Overload),
    };
    cx.spend(text.len() / 32)?;
    let from = offset(text, start)?;
    let to = end.map_or(Ok(text.len()), |end| offset(text, end))?;
    match text.get(from..to) {
        Some(part) => Ok(Value::Str(part)),
        None => Err(Cause::Argument(say!(cx, "substring({start}, {}) ends before it starts", end.unwrap_or_default()))),
    }
}

fn join<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (items, separator) = match arguments {
        [Value::List(items)] => (items, ""),
        [Value::List(items), Value::Str(separator)] => (items, *separator),
        _ => return Err(Cause::Overload),
    };
    let mut joined = bumpalo::collections::String::new_in(cx.arena);
    for (i, item) in items.iter().enumerate() {
        let Value::Str(item) = known(*item)? else {
            return Err(Cause::Types(say!(cx, "'join' needs strings, not {}", item.type_name())));
        };
        cx.spend(1 + (item.len() + separator.len()) / 16)?;
        if i > 0 {
            joined.push_str(separator);
        }
        joined.push_str(item);
    }
    Ok(Value::Str(joined.into_bump_str()))
}

/// The text as a literal in double quotes.
fn quote<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Str(given)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(given.len() / 8)?;
    let mut quoted = bumpalo::collections::String::with_capacity_in(given.len() + 2, cx.arena);
    quoted.push('"');
    for c in given.chars() {
        match c {
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Ok(Value::Str(quoted.into_bump_str()))
}
