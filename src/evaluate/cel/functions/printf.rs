//! `"...%s...".format([...])`.
use super::super::context::Context;
use super::super::document::text;
use super::super::fault::Cause;
use super::super::value::Value;
use super::conversions::plain;
use super::signature::{LIST, STRING, sig};
use super::{Function, Outcome, method, say};

pub const FUNCTIONS: &[Function] = &[method("format", &[sig(&[STRING, LIST], STRING)], format)];

/// Most decimals that a clause may ask for.
const MAX_PRECISION: usize = 1_000;

fn format<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Str(template), Value::List(values)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(template.len() / 16)?;
    let mut result = String::new();
    let mut next = 0;
    let mut rest = *template;
    while let Some((before, after)) = rest.split_once('%') {
        result.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            result.push('%');
            rest = after;
            continue;
        }
        let (precision, after) = precision(cx, after)?;
        let Some(clause) = after.chars().next() else {
            return Err(Cause::Argument("the format ends in the middle of a clause"));
        };
        rest = after.get(clause.len_utf8()..).unwrap_or_default();
        let value = values.get(next).copied().ok_or(Cause::Index(next as i64))?;
        next += 1;
        let formatted = one(cx, clause, precision, value)?;
        cx.spend(formatted.len() / 16)?;
        result.push_str(&formatted);
    }
    result.push_str(rest);
    Ok(text(cx.arena, &result))
}

/// `.3` in `%.3f`.
fn precision<'d, 't>(cx: &Context<'d>, clause: &'t str) -> Result<(Option<usize>, &'t str), Cause<'d>> {
    let Some(after) = clause.strip_prefix('.') else {
        return Ok((None, clause));
    };
    let (digits, rest) = after.split_at(after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len()));
    match digits.parse() {
        Ok(precision) if precision <= MAX_PRECISION => Ok((Some(precision), rest)),
        _ => Err(Cause::Argument(say!(cx, "'.{digits}' is no precision"))),
    }
}

fn one<'d>(cx: &mut Context<'d>, clause: char, precision: Option<usize>, value: Value<'d>) -> Result<String, Cause<'d>> {
    let decimals = precision.unwrap_or(6);
    Ok(match (clause, value) {
        (_, Value::Unknown(id)) => return Err(Cause::Unknown(id)),
        ('s', value) => {
            let mut shown = String::new();
            show(cx, value, &mut shown)?;
            shown
        }
        ('d', Value::Int(number)) => number.to_string(),
        ('d', Value::UInt(number)) => number.to_string(),
        ('d' | 'f' | 'e', Value::Double(number)) if !number.is_finite() => special(number).to_owned(),
        ('d', Value::Double(number)) => number.to_string(),
        ('f', Value::Double(number)) => format!("{number:.decimals$}"),
        ('f', Value::Int(number)) => format!("{:.decimals$}", number as f64),
        ('f', Value::UInt(number)) => format!("{:.decimals$}", number as f64),
        ('e', Value::Double(number)) => scientific(number, decimals),
        ('e', Value::Int(number)) => scientific(number as f64, decimals),
        ('e', Value::UInt(number)) => scientific(number as f64, decimals),
        ('b', Value::Bool(truth)) => u8::from(truth).to_string(),
        ('b', Value::Int(number)) => format!("{}{:b}", sign(number), number.unsigned_abs()),
        ('b', Value::UInt(number)) => format!("{number:b}"),
        ('o', Value::Int(number)) => format!("{}{:o}", sign(number), number.unsigned_abs()),
        ('o', Value::UInt(number)) => format!("{number:o}"),
        ('x', Value::Int(number)) => format!("{}{:x}", sign(number), number.unsigned_abs()),
        ('x', Value::UInt(number)) => format!("{number:x}"),
        ('X', Value::Int(number)) => format!("{}{:X}", sign(number), number.unsigned_abs()),
        ('X', Value::UInt(number)) => format!("{number:X}"),
        ('x' | 'X', Value::Str(text)) => hex(cx, text.as_bytes(), clause == 'X')?,
        ('x' | 'X', Value::Bytes(bytes)) => hex(cx, bytes, clause == 'X')?,
        ('d' | 'f' | 'e' | 'b' | 'o' | 'x' | 'X', other) => {
            return Err(Cause::Types(say!(cx, "'%{clause}' cannot format a value of type {}", other.type_name())));
        }
        (clause, _) => return Err(Cause::Argument(say!(cx, "'%{clause}' is no formatting clause"))),
    })
}

fn sign(number: i64) -> &'static str {
    if number < 0 { "-" } else { "" }
}

fn special(number: f64) -> &'static str {
    match number {
        number if number.is_nan() => "NaN",
        number if number > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// `1.052033e+03`: an exponent of at least two digits.
fn scientific(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{mantissa}e-{exponent:0>2}"),
            None => format!("{mantissa}e+{exponent:0>2}"),
        },
        None => text,
    }
}

fn hex<'d>(cx: &mut Context<'d>, bytes: &[u8], upper: bool) -> Result<String, Cause<'d>> {
    cx.spend(bytes.len() / 4)?;
    Ok(bytes.iter().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect())
}

/// `%s`: lists and maps with their elements, maps in the order of their keys' texts.
fn show<'d>(cx: &mut Context<'d>, value: Value<'d>, shown: &mut String) -> Result<(), Cause<'d>> {
    cx.spend(1)?;
    match value {
        Value::Null => shown.push_str("null"),
        Value::Double(number) if !number.is_finite() => shown.push_str(special(number)),
        Value::Double(number) => shown.push_str(&number.to_string()),
        Value::Str(text) => {
            cx.spend(text.len() / 16)?;
            shown.push_str(text);
        }
        Value::Bytes(bytes) => {
            cx.spend(bytes.len() / 16)?;
            shown.push_str(&String::from_utf8_lossy(bytes));
        }
        Value::List(items) => {
            shown.push('[');
            for (i, item) in items.iter().enumerate() {
                shown.push_str(if i > 0 { ", " } else { "" });
                show(cx, *item, shown)?;
            }
            shown.push(']');
        }
        Value::Map(_, entries) => {
            cx.spend(entries.len())?;
            let mut sorted: Vec<_> = entries.iter().map(|entry| (plain(entry.key.value()).unwrap_or_default(), entry.value)).collect();
            sorted.sort_by(|left, right| left.0.cmp(&right.0));
            shown.push('{');
            for (i, (key, value)) in sorted.into_iter().enumerate() {
                shown.push_str(if i > 0 { ", " } else { "" });
                shown.push_str(&key);
                shown.push_str(": ");
                show(cx, value, shown)?;
            }
            shown.push('}');
        }
        Value::Unknown(id) => return Err(Cause::Unknown(id)),
        value => match plain(value) {
            Some(text) => shown.push_str(&text),
            None => return Err(Cause::Types(say!(cx, "'%s' cannot format a value of type {}", value.type_name()))),
        },
    }
    Ok(())
}
