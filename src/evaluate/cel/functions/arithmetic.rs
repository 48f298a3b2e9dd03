//! `+ - * / %`.
use super::super::context::Context;
use super::super::document::collect;
use super::super::fault::Cause;
use super::super::node::Arithmetic;
use super::super::value::Value;
use super::signature::{BYTES, DOUBLE, DURATION, INT, LIST_OF_A, STRING, Signature, TIMESTAMP, UINT, sig};
use super::{Outcome, time};

const ADD: &[Signature] = &[
    sig(&[INT, INT], INT),
    sig(&[UINT, UINT], UINT),
    sig(&[DOUBLE, DOUBLE], DOUBLE),
    sig(&[STRING, STRING], STRING),
    sig(&[BYTES, BYTES], BYTES),
    sig(&[LIST_OF_A, LIST_OF_A], LIST_OF_A),
    sig(&[TIMESTAMP, DURATION], TIMESTAMP),
    sig(&[DURATION, TIMESTAMP], TIMESTAMP),
    sig(&[DURATION, DURATION], DURATION),
];
const SUBTRACT: &[Signature] = &[
    sig(&[INT, INT], INT),
    sig(&[UINT, UINT], UINT),
    sig(&[DOUBLE, DOUBLE], DOUBLE),
    sig(&[TIMESTAMP, DURATION], TIMESTAMP),
    sig(&[TIMESTAMP, TIMESTAMP], DURATION),
    sig(&[DURATION, DURATION], DURATION),
];
const MULTIPLY: &[Signature] = &[sig(&[INT, INT], INT), sig(&[UINT, UINT], UINT), sig(&[DOUBLE, DOUBLE], DOUBLE)];
const REMAINDER: &[Signature] = &[sig(&[INT, INT], INT), sig(&[UINT, UINT], UINT)];

/// The types that an operator takes and gives.
pub fn signatures(operation: Arithmetic) -> &'static [Signature] {
    match operation {
        Arithmetic::Add => ADD,
        Arithmetic::Subtract => SUBTRACT,
        Arithmetic::Multiply | Arithmetic::Divide => MULTIPLY,
        Arithmetic::Remainder => REMAINDER,
    }
}

/// The operator as it is written.
pub fn symbol(operation: Arithmetic) -> &'static str {
    match operation {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
    }
}

/// Applies an operator. Numbers of different types do not mix.
pub fn apply<'d>(cx: &mut Context<'d>, operation: Arithmetic, left: Value<'d>, right: Value<'d>) -> Outcome<'d> {
    use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
    match (left, right) {
        (Value::Int(_), Value::Int(0)) | (Value::UInt(_), Value::UInt(0)) if matches!(operation, Divide | Remainder) => {
            Err(Cause::DivideByZero)
        }
        (Value::Int(left), Value::Int(right)) => {
            let result = match operation {
                Add => left.checked_add(right),
                Subtract => left.checked_sub(right),
                Multiply => left.checked_mul(right),
                Divide => left.checked_div(right),
                Remainder => left.checked_rem(right),
            };
            result.map(Value::Int).ok_or(Cause::Overflow)
        }
        (Value::UInt(left), Value::UInt(right)) => {
            let result = match operation {
                Add => left.checked_add(right),
                Subtract => left.checked_sub(right),
                Multiply => left.checked_mul(right),
                Divide => left.checked_div(right),
                Remainder => left.checked_rem(right),
            };
            result.map(Value::UInt).ok_or(Cause::Overflow)
        }
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(match operation {
            Add => left + right,
            Subtract => left - right,
            Multiply => left * right,
            Divide => left / right,
            Remainder => return Err(Cause::Overload),
        })),
        (Value::Str(left), Value::Str(right)) if operation == Add => {
            cx.spend((left.len() + right.len()) / 16)?;
            let mut text = bumpalo::collections::String::with_capacity_in(left.len() + right.len(), cx.arena);
            text.push_str(left);
            text.push_str(right);
            Ok(Value::Str(text.into_bump_str()))
        }
        (Value::Bytes(left), Value::Bytes(right)) if operation == Add => {
            cx.spend((left.len() + right.len()) / 16)?;
            Ok(Value::Bytes(collect(cx.arena, left.iter().chain(right).copied())))
        }
        (Value::List(left), Value::List(right)) if operation == Add => {
            if left.is_empty() || right.is_empty() {
                return Ok(Value::List(if left.is_empty() { right } else { left }));
            }
            cx.spend(left.len() + right.len())?;
            Ok(Value::List(collect(cx.arena, left.iter().chain(right).copied())))
        }
        (Value::Timestamp(instant), Value::Duration(nanos)) | (Value::Duration(nanos), Value::Timestamp(instant)) if operation == Add => {
            time::shift(instant, i128::from(nanos))
        }
        (Value::Timestamp(instant), Value::Duration(nanos)) if operation == Subtract => time::shift(instant, -i128::from(nanos)),
        (Value::Timestamp(left), Value::Timestamp(right)) if operation == Subtract => {
            i64::try_from(time::nanos(left) - time::nanos(right)).map(Value::Duration).map_err(|_| Cause::Overflow)
        }
        (Value::Duration(left), Value::Duration(right)) if matches!(operation, Add | Subtract) => {
            let result = if operation == Add { left.checked_add(right) } else { left.checked_sub(right) };
            result.map(Value::Duration).ok_or(Cause::Overflow)
        }
        _ => Err(Cause::Overload),
    }
}
