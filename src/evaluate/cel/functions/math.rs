//! The math extension.
use super::super::context::Context;
use super::super::equality::order;
use super::super::fault::Cause;
use super::super::value::Value;
use super::lists::is_number;
use super::signature::{BOOL, DOUBLE, DYN, INT, NUMBER, Param, Signature, UINT, many, sig};
use super::{Function, Outcome, global, known};
use std::cmp::Ordering;

/// Numbers of one type, a list of them, or numbers of several types.
const EXTREME: [Signature; 8] = [
    many(&[INT], INT),
    many(&[UINT], UINT),
    many(&[DOUBLE], DOUBLE),
    many(&[NUMBER], DYN),
    sig(&[Param::List(&INT)], INT),
    sig(&[Param::List(&UINT)], UINT),
    sig(&[Param::List(&DOUBLE)], DOUBLE),
    sig(&[Param::List(&NUMBER)], DYN),
];

pub const FUNCTIONS: &[Function] = &[
    global("math.greatest", &EXTREME, |_, arguments| extreme(arguments, Ordering::Greater)),
    global("math.least", &EXTREME, |_, arguments| extreme(arguments, Ordering::Less)),
    global("math.ceil", &[sig(&[DOUBLE], DOUBLE)], |_, arguments| double(arguments, f64::ceil)),
    global("math.floor", &[sig(&[DOUBLE], DOUBLE)], |_, arguments| double(arguments, f64::floor)),
    // Half away from zero, as Go's math.Round.
    global("math.round", &[sig(&[DOUBLE], DOUBLE)], |_, arguments| double(arguments, f64::round)),
    global("math.trunc", &[sig(&[DOUBLE], DOUBLE)], |_, arguments| double(arguments, f64::trunc)),
    global("math.sqrt", &[sig(&[DOUBLE], DOUBLE), sig(&[INT], DOUBLE), sig(&[UINT], DOUBLE)], sqrt),
    global("math.abs", &[sig(&[DOUBLE], DOUBLE), sig(&[INT], INT), sig(&[UINT], UINT)], abs),
    global("math.sign", &[sig(&[DOUBLE], DOUBLE), sig(&[INT], INT), sig(&[UINT], UINT)], sign),
    global("math.isNaN", &[sig(&[DOUBLE], BOOL)], |_, arguments| test(arguments, f64::is_nan)),
    global("math.isInf", &[sig(&[DOUBLE], BOOL)], |_, arguments| test(arguments, f64::is_infinite)),
    global("math.isFinite", &[sig(&[DOUBLE], BOOL)], |_, arguments| test(arguments, f64::is_finite)),
    global("math.bitAnd", &[sig(&[INT, INT], INT), sig(&[UINT, UINT], UINT)], |_, arguments| bits(arguments, |a, b| a & b)),
    global("math.bitOr", &[sig(&[INT, INT], INT), sig(&[UINT, UINT], UINT)], |_, arguments| bits(arguments, |a, b| a | b)),
    global("math.bitXor", &[sig(&[INT, INT], INT), sig(&[UINT, UINT], UINT)], |_, arguments| bits(arguments, |a, b| a ^ b)),
    global("math.bitNot", &[sig(&[INT], INT), sig(&[UINT], UINT)], not),
    global("math.bitShiftLeft", &[sig(&[INT, INT], INT), sig(&[UINT, INT], UINT)], |_, arguments| {
        shift(arguments, |bits, by| bits.checked_shl(by).unwrap_or(0))
    }),
    global("math.bitShiftRight", &[sig(&[INT, INT], INT), sig(&[UINT, INT], UINT)], |_, arguments| {
        shift(arguments, |bits, by| bits.checked_shr(by).unwrap_or(0))
    }),
];

/// The greatest or least of the arguments or, if there is one only and it is a list, of its elements.
fn extreme<'d>(arguments: &[Value<'d>], wanted: Ordering) -> Outcome<'d> {
    let numbers = match arguments {
        [Value::List(items)] => items,
        arguments => arguments,
    };
    let mut best = None;
    for number in numbers {
        let number = known(*number)?;
        if !is_number(number) {
            return Err(Cause::Overload);
        }
        best = Some(match best {
            Some(best) if order(number, best)? != Some(wanted) => best,
            _ => number,
        });
    }
    best.ok_or(Cause::Argument("no numbers are given"))
}

fn double<'d>(arguments: &[Value<'d>], function: fn(f64) -> f64) -> Outcome<'d> {
    match arguments {
        [Value::Double(number)] => Ok(Value::Double(function(*number))),
        _ => Err(Cause::Overload),
    }
}

fn test<'d>(arguments: &[Value<'d>], function: fn(f64) -> bool) -> Outcome<'d> {
    match arguments {
        [Value::Double(number)] => Ok(Value::Bool(function(*number))),
        _ => Err(Cause::Overload),
    }
}

fn sqrt<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Double(number)] => Ok(Value::Double(number.sqrt())),
        [Value::Int(number)] => Ok(Value::Double((*number as f64).sqrt())),
        [Value::UInt(number)] => Ok(Value::Double((*number as f64).sqrt())),
        _ => Err(Cause::Overload),
    }
}

fn abs<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Double(number)] => Ok(Value::Double(number.abs())),
        [Value::Int(number)] => number.checked_abs().map(Value::Int).ok_or(Cause::Overflow),
        [Value::UInt(number)] => Ok(Value::UInt(*number)),
        _ => Err(Cause::Overload),
    }
}

fn sign<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Double(number)] if number.is_nan() || *number == 0.0 => Ok(Value::Double(*number)),
        [Value::Double(number)] => Ok(Value::Double(number.signum())),
        [Value::Int(number)] => Ok(Value::Int(number.signum())),
        [Value::UInt(number)] => Ok(Value::UInt(u64::from(*number > 0))),
        _ => Err(Cause::Overload),
    }
}

fn bits<'d>(arguments: &[Value<'d>], function: fn(u64, u64) -> u64) -> Outcome<'d> {
    match arguments {
        [Value::Int(left), Value::Int(right)] => Ok(Value::Int(function(left.cast_unsigned(), right.cast_unsigned()).cast_signed())),
        [Value::UInt(left), Value::UInt(right)] => Ok(Value::UInt(function(*left, *right))),
        _ => Err(Cause::Overload),
    }
}

fn not<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Int(number)] => Ok(Value::Int(!number)),
        [Value::UInt(number)] => Ok(Value::UInt(!number)),
        _ => Err(Cause::Overload),
    }
}

/// Shifts bits; those of an int as if it were unsigned.
fn shift<'d>(arguments: &[Value<'d>], function: fn(u64, u32) -> u64) -> Outcome<'d> {
    let by = match arguments {
        [_, Value::Int(by)] => u32::try_from(*by.min(&64)).map_err(|_| Cause::Argument("a shift by a negative number of bits"))?,
        _ => return Err(Cause::Overload),
    };
    match arguments {
        [Value::Int(number), _] => Ok(Value::Int(function(number.cast_unsigned(), by).cast_signed())),
        [Value::UInt(number), _] => Ok(Value::UInt(function(*number, by))),
        _ => Err(Cause::Overload),
    }
}
