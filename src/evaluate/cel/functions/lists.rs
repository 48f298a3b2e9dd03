//! Functions of lists: those of Kubernetes and of the lists extension.
use super::super::context::Context;
use super::super::document::{collect, list};
use super::super::equality::{numbers, order};
use super::super::fault::Cause;
use super::super::node::Arithmetic;
use super::super::value::Value;
use super::signature::{
    A, BOOL, BYTES, DOUBLE, DURATION, INT, LIST, LIST_OF_A, OPTIONAL_A, Param, STRING, Signature, TIMESTAMP, UINT, sig,
};
use super::{Function, Outcome, arithmetic, global, known, method, say};
use std::cmp::Ordering;

/// Lists whose elements have an order, and an element.
const ORDERED: [Signature; 8] = [
    sig(&[Param::List(&INT)], INT),
    sig(&[Param::List(&UINT)], UINT),
    sig(&[Param::List(&DOUBLE)], DOUBLE),
    sig(&[Param::List(&STRING)], STRING),
    sig(&[Param::List(&BOOL)], BOOL),
    sig(&[Param::List(&BYTES)], BYTES),
    sig(&[Param::List(&TIMESTAMP)], TIMESTAMP),
    sig(&[Param::List(&DURATION)], DURATION),
];
/// The same, and a list like it.
const SORTABLE: [Signature; 8] = [
    sig(&[Param::List(&INT)], Param::List(&INT)),
    sig(&[Param::List(&UINT)], Param::List(&UINT)),
    sig(&[Param::List(&DOUBLE)], Param::List(&DOUBLE)),
    sig(&[Param::List(&STRING)], Param::List(&STRING)),
    sig(&[Param::List(&BOOL)], Param::List(&BOOL)),
    sig(&[Param::List(&BYTES)], Param::List(&BYTES)),
    sig(&[Param::List(&TIMESTAMP)], Param::List(&TIMESTAMP)),
    sig(&[Param::List(&DURATION)], Param::List(&DURATION)),
];

pub const FUNCTIONS: &[Function] = &[
    method("indexOf", &[sig(&[LIST_OF_A, A], INT)], |cx, arguments| position(cx, arguments, false)),
    method("lastIndexOf", &[sig(&[LIST_OF_A, A], INT)], |cx, arguments| position(cx, arguments, true)),
    method(
        "isSorted",
        &[
            sig(&[Param::List(&INT)], BOOL),
            sig(&[Param::List(&UINT)], BOOL),
            sig(&[Param::List(&DOUBLE)], BOOL),
            sig(&[Param::List(&STRING)], BOOL),
            sig(&[Param::List(&BOOL)], BOOL),
            sig(&[Param::List(&BYTES)], BOOL),
            sig(&[Param::List(&TIMESTAMP)], BOOL),
            sig(&[Param::List(&DURATION)], BOOL),
        ],
        is_sorted,
    ),
    method(
        "sum",
        &[
            sig(&[Param::List(&INT)], INT),
            sig(&[Param::List(&UINT)], UINT),
            sig(&[Param::List(&DOUBLE)], DOUBLE),
            sig(&[Param::List(&DURATION)], DURATION),
        ],
        sum,
    ),
    method("min", &ORDERED, |cx, arguments| extreme(cx, arguments, Ordering::Less)),
    method("max", &ORDERED, |cx, arguments| extreme(cx, arguments, Ordering::Greater)),
    method("flatten", &[sig(&[LIST], LIST), sig(&[LIST, INT], LIST)], flatten),
    method("distinct", &[sig(&[LIST_OF_A], LIST_OF_A)], distinct),
    method("slice", &[sig(&[LIST_OF_A, INT, INT], LIST_OF_A)], slice),
    method("sort", &SORTABLE, sort),
    method("reverse", &[sig(&[LIST_OF_A], LIST_OF_A)], reverse),
    method("first", &[sig(&[LIST_OF_A], OPTIONAL_A)], |cx, arguments| end(cx, arguments, |items| items.first())),
    method("last", &[sig(&[LIST_OF_A], OPTIONAL_A)], |cx, arguments| end(cx, arguments, |items| items.last())),
    global("lists.range", &[sig(&[INT], Param::List(&INT))], range),
];

/// Most elements of `lists.range`; fuel would stop it only after the memory is taken.
const MAX_RANGE: i64 = 1_000_000;

/// The first or last place of an element equal to a value, or -1. An unknown element before it leaves it open.
fn position<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], last: bool) -> Outcome<'d> {
    let [Value::List(items), wanted] = arguments else {
        return Err(Cause::Overload);
    };
    for step in 0..items.len() {
        let index = if last { items.len() - 1 - step } else { step };
        let item = items.get(index).copied().unwrap_or(Value::Null);
        if cx.equal(item, *wanted)? {
            return Ok(Value::Int(index as i64));
        }
    }
    Ok(Value::Int(-1))
}

fn is_sorted<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(items.len())?;
    for pair in items.windows(2) {
        if let [left, right] = pair
            && order(*left, *right)? == Some(Ordering::Greater)
        {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

/// The sum of ints, uints, doubles or durations; 0 of no elements.
fn sum<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(items.len())?;
    let mut total = None;
    for item in items.iter() {
        let item = known(*item)?;
        if !matches!(item, Value::Int(_) | Value::UInt(_) | Value::Double(_) | Value::Duration(_)) {
            return Err(Cause::Types(say!(cx, "'sum' cannot add a value of type {}", item.type_name())));
        }
        total = Some(match total {
            None => item,
            Some(total) => arithmetic::apply(cx, Arithmetic::Add, total, item)?,
        });
    }
    Ok(total.unwrap_or(Value::Int(0)))
}

fn extreme<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], wanted: Ordering) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(items.len())?;
    let mut best: Option<Value<'d>> = None;
    for item in items.iter() {
        let item = known(*item)?;
        best = Some(match best {
            Some(best) if order(item, best)? != Some(wanted) => best,
            Some(_) => item,
            None => {
                order(item, item)?;
                item
            }
        });
    }
    best.ok_or(Cause::Argument("an empty list has no least or greatest element"))
}

/// One level of nested lists taken out, or as many as asked for.
fn flatten<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let (items, depth) = match arguments {
        [Value::List(items)] => (*items, 1),
        [Value::List(items), Value::Int(depth)] => (*items, *depth),
        _ => return Err(Cause::Overload),
    };
    if depth < 0 {
        return Err(Cause::Argument("the depth of flatten() is negative"));
    }
    let mut flat = bumpalo::collections::Vec::new_in(cx.arena);
    flatten_into(cx, items, depth, &mut flat)?;
    Ok(Value::List(flat.into_bump_slice()))
}

fn flatten_into<'d>(
    cx: &mut Context<'d>,
    items: &'d [Value<'d>],
    depth: i64,
    flat: &mut bumpalo::collections::Vec<'d, Value<'d>>,
) -> Result<(), Cause<'d>> {
    cx.spend(1 + items.len())?;
    for item in items {
        match item {
            Value::List(inner) if depth > 0 => flatten_into(cx, inner, depth - 1, flat)?,
            // It may be a list.
            Value::Unknown(id) if depth > 0 => return Err(Cause::Unknown(*id)),
            item => flat.push(*item),
        }
    }
    Ok(())
}

fn distinct<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    let mut kept: bumpalo::collections::Vec<'d, Value<'d>> = bumpalo::collections::Vec::new_in(cx.arena);
    'items: for item in items.iter() {
        for other in &kept {
            if cx.equal(*item, *other)? {
                continue 'items;
            }
        }
        kept.push(known(*item)?);
    }
    Ok(Value::List(kept.into_bump_slice()))
}

fn slice<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items), Value::Int(start), Value::Int(end)] = arguments else {
        return Err(Cause::Overload);
    };
    let start_index = usize::try_from(*start).map_err(|_| Cause::Index(*start))?;
    let end_index = usize::try_from(*end).map_err(|_| Cause::Index(*end))?;
    if start_index > end_index {
        return Err(Cause::Argument("the slice ends before it starts"));
    }
    items.get(start_index..end_index).map(Value::List).ok_or(Cause::Index(*end))
}

fn sort<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    let keyed = bumpalo::collections::Vec::from_iter_in(items.iter().map(|item| (*item, *item)), cx.arena);
    cx.sorted(keyed)
}

fn reverse<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(items.len())?;
    Ok(Value::List(collect(cx.arena, items.iter().rev().copied())))
}

/// An end of a list as an optional.
fn end<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], pick: for<'a> fn(&'a [Value<'d>]) -> Option<&'a Value<'d>>) -> Outcome<'d> {
    let [Value::List(items)] = arguments else {
        return Err(Cause::Overload);
    };
    match pick(items) {
        Some(item) => Ok(cx.some(known(*item)?)),
        None => Ok(Value::Optional(None)),
    }
}

/// `[0, 1, ..., n - 1]`.
fn range<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::Int(count)] = arguments else {
        return Err(Cause::Overload);
    };
    cx.spend(usize::try_from(*count).unwrap_or(0))?;
    if *count > MAX_RANGE {
        return Err(Cause::Fuel);
    }
    Ok(list(cx.arena, (0..*count).map(Value::Int)))
}

/// Whether a value is a number.
pub fn is_number(value: Value<'_>) -> bool {
    numbers(value, value).is_some()
}
