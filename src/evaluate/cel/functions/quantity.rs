//! Amounts of resources, as Kubernetes writes them: `250m`, `1.5Gi`, `2e3`.
use super::super::context::Context;
use super::super::fault::Cause;
use super::super::value::Value;
use super::conversions::unreadable;
use super::extended::Extended;
use super::signature::{BOOL, DOUBLE, INT, QUANTITY, STRING, sig};
use super::{Function, Outcome, global, method};
use std::cmp::Ordering;
use std::fmt;

pub const FUNCTIONS: &[Function] = &[
    global("quantity", &[sig(&[STRING], QUANTITY), sig(&[QUANTITY], QUANTITY)], quantity),
    global("isQuantity", &[sig(&[STRING], BOOL)], is_quantity),
    method("isGreaterThan", &[sig(&[QUANTITY, QUANTITY], BOOL)], |_, arguments| compare(arguments, |order| Value::Bool(order.is_gt()))),
    method("isLessThan", &[sig(&[QUANTITY, QUANTITY], BOOL)], |_, arguments| compare(arguments, |order| Value::Bool(order.is_lt()))),
    method("compareTo", &[sig(&[QUANTITY, QUANTITY], INT)], |_, arguments| compare(arguments, |order| Value::Int(order as i64))),
    method("add", &[sig(&[QUANTITY, QUANTITY], QUANTITY), sig(&[QUANTITY, INT], QUANTITY)], |cx, arguments| {
        combine(cx, arguments, i128::checked_add)
    }),
    method("sub", &[sig(&[QUANTITY, QUANTITY], QUANTITY), sig(&[QUANTITY, INT], QUANTITY)], |cx, arguments| {
        combine(cx, arguments, i128::checked_sub)
    }),
    method("sign", &[sig(&[QUANTITY], INT)], sign),
    method("isInteger", &[sig(&[QUANTITY], BOOL)], is_integer),
    method("asInteger", &[sig(&[QUANTITY], INT)], as_integer),
    method("asApproximateFloat", &[sig(&[QUANTITY], DOUBLE)], as_float),
];

/// An exact amount, counted in billionths: the finest that Kubernetes keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

/// Billionths of 1.
const ONE: i128 = 1_000_000_000;

/// The largest amount; Kubernetes caps what is above.
const LARGEST: i128 = i64::MAX as i128 * ONE;

/// Digits that a number may have in its whole or decimal part: enough for what is above the cap or below a billionth.
const MAX_DIGITS: usize = 18;

impl Quantity {
    /// Reads a quantity. Parts below a billionth round away from zero, amounts beyond 2^63 - 1 count as that, both as in Kubernetes.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (number, suffix) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len()));
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && decimals.is_empty() || decimals.contains('.') {
            return None;
        }
        let (two, ten) = exponents(suffix)?;
        let billionths = billionths(whole.trim_start_matches('0'), decimals.trim_end_matches('0'), two, ten);
        Some(Quantity(if negative { -billionths } else { billionths }))
    }
}

/// The powers of two and ten that a suffix stands for.
fn exponents(suffix: &str) -> Option<(u32, i32)> {
    Some(match suffix {
        "" => (0, 0),
        "n" => (0, -9),
        "u" => (0, -6),
        "m" => (0, -3),
        "k" => (0, 3),
        "M" => (0, 6),
        "G" => (0, 9),
        "T" => (0, 12),
        "P" => (0, 15),
        "E" => (0, 18),
        "Ki" => (10, 0),
        "Mi" => (20, 0),
        "Gi" => (30, 0),
        "Ti" => (40, 0),
        "Pi" => (50, 0),
        "Ei" => (60, 0),
        suffix => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            // Beyond a thousand every amount is 0 or at the cap.
            let size = digits.parse().unwrap_or(1_000).min(1_000);
            (0, if exponent.starts_with('-') { -size } else { size })
        }
    })
}

/// `whole.decimals * 2^two * 10^ten` in billionths; the digits without leading and trailing zeros.
fn billionths(whole: &str, decimals: &str, two: u32, ten: i32) -> i128 {
    if whole.is_empty() && decimals.is_empty() {
        return 0;
    }
    // The value is `digits * 10^shift * 2^two` billionths.
    let shift = ten + 9 - i32::try_from(decimals.len()).unwrap_or(i32::MAX / 2);
    let mut digits = whole.bytes().chain(decimals.bytes());
    let number = digits.by_ref().take(2 * MAX_DIGITS).fold(0_i128, |number, digit| 10 * number + i128::from(digit - b'0'));
    let dropped = (whole.len() + decimals.len()).saturating_sub(2 * MAX_DIGITS);
    let inexact = digits.any(|digit| digit != b'0');
    let shift = shift + i32::try_from(dropped).unwrap_or(i32::MAX / 2);
    if let Ok(shift) = u32::try_from(shift) {
        let factor = 10_i128.checked_pow(shift).and_then(|factor| factor.checked_mul(1 << two));
        return factor.and_then(|factor| number.checked_mul(factor)).map_or(LARGEST, |product| product.min(LARGEST));
    }
    let Some(divisor) = 10_i128.checked_pow(shift.unsigned_abs()) else {
        return 1;
    };
    // Doubles quotient and rest together: the product itself may not fit.
    let (mut quotient, mut rest) = (number / divisor, number % divisor);
    for _ in 0..two {
        let carry = rest >= divisor - rest;
        rest = if carry { rest - (divisor - rest) } else { 2 * rest };
        quotient = (2 * quotient + i128::from(carry)).min(LARGEST);
    }
    (quotient + i128::from(rest != 0 || inexact)).min(LARGEST)
}

impl fmt::Display for Quantity {
    /// The plain decimal number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / ONE, self.0.abs() % ONE);
        write!(f, "{sign}{whole}")?;
        match rest {
            0 => Ok(()),
            rest => write!(f, ".{}", format!("{rest:09}").trim_end_matches('0')),
        }
    }
}

fn quantity<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => match Quantity::parse(text) {
            Some(quantity) => Ok(Value::Extended(cx.arena.alloc(Extended::Quantity(quantity)))),
            None => Err(unreadable(cx, text, "quantity")),
        },
        [value @ Value::Extended(Extended::Quantity(_))] => Ok(*value),
        _ => Err(Cause::Overload),
    }
}

fn is_quantity<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Str(text)] => Ok(Value::Bool(Quantity::parse(text).is_some())),
        _ => Err(Cause::Overload),
    }
}

fn compare<'d>(arguments: &[Value<'d>], result: fn(Ordering) -> Value<'d>) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Quantity(left)), Value::Extended(Extended::Quantity(right))] => Ok(result(left.cmp(right))),
        _ => Err(Cause::Overload),
    }
}

/// Adds or subtracts a quantity or a whole number.
fn combine<'d>(cx: &mut Context<'d>, arguments: &[Value<'d>], operation: fn(i128, i128) -> Option<i128>) -> Outcome<'d> {
    let (left, right) = match arguments {
        [Value::Extended(Extended::Quantity(left)), Value::Extended(Extended::Quantity(right))] => (left.0, right.0),
        [Value::Extended(Extended::Quantity(left)), Value::Int(right)] => (left.0, i128::from(*right) * ONE),
        _ => return Err(Cause::Overload),
    };
    let result = operation(left, right).ok_or(Cause::Overflow)?;
    Ok(Value::Extended(cx.arena.alloc(Extended::Quantity(Quantity(result)))))
}

fn sign<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Quantity(quantity))] => Ok(Value::Int(quantity.0.signum() as i64)),
        _ => Err(Cause::Overload),
    }
}

fn is_integer<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Quantity(quantity))] => {
            Ok(Value::Bool(quantity.0 % ONE == 0 && i64::try_from(quantity.0 / ONE).is_ok()))
        }
        _ => Err(Cause::Overload),
    }
}

fn as_integer<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Quantity(quantity))] if quantity.0 % ONE == 0 => {
            i64::try_from(quantity.0 / ONE).map(Value::Int).map_err(|_| Cause::Overflow)
        }
        [Value::Extended(Extended::Quantity(_))] => Err(Cause::Conversion("the quantity is not a whole number")),
        _ => Err(Cause::Overload),
    }
}

fn as_float<'d>(_: &mut Context<'d>, arguments: &[Value<'d>]) -> Outcome<'d> {
    match arguments {
        [Value::Extended(Extended::Quantity(quantity))] => Ok(Value::Double(quantity.0 as f64 / ONE as f64)),
        _ => Err(Cause::Overload),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[track_caller]
    fn reads(text: &str, plain: &str) {
        assert_eq!(Quantity::parse(text).map(|quantity| quantity.to_string()).as_deref(), Some(plain), "{text}");
    }

    #[test]
    fn suffixes_and_exponents() {
        reads("250m", "0.25");
        reads("1.5Gi", "1610612736");
        reads("1E", "1000000000000000000");
        reads("1E3", "1000");
        reads("2e-3", "0.002");
        reads(".5", "0.5");
        reads("1.", "1");
        reads("-128Mi", "-134217728");
        reads("100n", "0.0000001");
        reads("0", "0");
        reads("0Ei", "0");
        reads("0.000001Ki", "0.001024");
    }

    #[test]
    fn rounding_goes_away_from_zero_and_the_cap_holds() {
        reads("0.1n", "0.000000001");
        reads("-0.1n", "-0.000000001");
        reads("16Ei", "9223372036854775807");
        reads("1e400", "9223372036854775807");
        reads("1e-400", "0.000000001");
        reads("99999999999999999999999999999999999999999999", "9223372036854775807");
        reads("0.3333333333333333333333333333333333333333333333Ki", "341.333333334");
    }

    #[test]
    fn what_is_no_quantity() {
        for text in ["", "-", ".", "1.2.3", "1mi", "1 Gi", "Gi", "1e", "1e+", "1K", "0x10", "１", "1ki"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
