//! Lists as sets.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::signature::{BOOL, LIST, sig};
use super::{Function, Outcome, global};

pub const FUNCTIONS: &[Function] = &[
    global("sets.contains", &[sig(&[LIST, LIST], BOOL)], contains),
    global("sets.equivalent", &[sig(&[LIST, LIST], BOOL)], equivalent),
    global("sets.intersects", &[sig(&[LIST, LIST], BOOL)], intersects),
];

/// Whether every element of the second is in the first. One that is surely missing decides; otherwise a part that was not read leaves it open.
fn covers<'d>(cx: &mut Context<'d>, list: &'d [Value<'d>], part: &'d [Value<'d>]) -> Result<bool, Cause<'d>> {
    let mut doubt = None;
    for item in part {
        match cx.contains(list, *item) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(cause @ Cause::Unknown(_)) => doubt = Some(cause),
            Err(cause) => return Err(cause),
        }
    }
    doubt.map_or(Ok(true), Err)
}

fn contains<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::List(list), Value::List(part)] => covers(cx, list, part).map(Value::Bool),
        _ => Err(Cause::Overload),
    }
}

fn equivalent<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(left), Value::List(right)] = arguments else {
        return Err(Cause::Overload);
    };
    match (covers(cx, left, right), covers(cx, right, left)) {
        (Ok(false), _) | (_, Ok(false)) => Ok(Value::Bool(false)),
        (Err(cause), _) | (_, Err(cause)) => Err(cause),
        _ => Ok(Value::Bool(true)),
    }
}

fn intersects<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    let [Value::List(left), Value::List(right)] = arguments else {
        return Err(Cause::Overload);
    };
    let mut doubt = None;
    for item in left.iter() {
        match cx.contains(right, *item) {
            Ok(true) => return Ok(Value::Bool(true)),
            Ok(false) => {}
            Err(cause @ Cause::Unknown(_)) => doubt = Some(cause),
            Err(cause) => return Err(cause),
        }
    }
    doubt.map_or(Ok(Value::Bool(false)), Err)
}
