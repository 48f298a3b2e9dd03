//! Equality and order of values; numbers of different types are compared by their value.
use super::context::Context;
use super::fault::Cause;
use super::hidden::HIDDEN;
use super::value::{Entry, Key, Keys, Value, find};
use std::cmp::Ordering;

/// Whether a value is the number.
#[inline]
pub fn is_integer(value: Value<'_>, number: i64) -> bool {
    match value {
        Value::Int(found) => found == number,
        Value::UInt(_) | Value::Double(_) => numbers(value, Value::Int(number)) == Some(Some(Ordering::Equal)),
        _ => false,
    }
}

impl<'d> Context<'d> {
    /// Whether two values are equal; values of different types are not, except numbers. A part that was not read leaves it open only if the
    /// other parts do.
    pub(super) fn equal(&mut self, left: Value<'d>, right: Value<'d>) -> Result<bool, Cause<'d>> {
        self.spend(1)?;
        match (left, right) {
            (Value::Unknown(id), _) | (_, Value::Unknown(id)) => Err(Cause::Unknown(id)),
            (Value::Hidden(text), Value::Str(other)) | (Value::Str(other), Value::Hidden(text)) => {
                super::hidden::equal(text, other).ok_or(Cause::Unknown(HIDDEN))
            }
            (Value::Hidden(_), _) | (_, Value::Hidden(_)) => Err(Cause::Unknown(HIDDEN)),
            (Value::Null, Value::Null) => Ok(true),
            (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
            (Value::Str(left), Value::Str(right)) => Ok(left == right),
            (Value::Bytes(left), Value::Bytes(right)) => Ok(left == right),
            (Value::Type(left), Value::Type(right)) => Ok(left == right),
            (Value::Timestamp(left), Value::Timestamp(right)) => Ok(left == right),
            (Value::Duration(left), Value::Duration(right)) => Ok(left == right),
            (Value::Extended(left), Value::Extended(right)) => Ok(left == right),
            (Value::Optional(None), Value::Optional(None)) => Ok(true),
            (Value::Optional(Some(left)), Value::Optional(Some(right))) => self.equal(*left, *right),
            (Value::List(left), Value::List(right)) => self.equal_lists(left, right),
            (Value::Map(left_keys, left), Value::Map(right_keys, right)) => self.equal_maps((left_keys, left), (right_keys, right)),
            (left, right) => Ok(numbers(left, right) == Some(Some(Ordering::Equal))),
        }
    }

    fn equal_lists(&mut self, left: &'d [Value<'d>], right: &'d [Value<'d>]) -> Result<bool, Cause<'d>> {
        if left.len() != right.len() {
            return Ok(false);
        }
        let mut doubt = None;
        for (left, right) in left.iter().zip(right) {
            match self.equal(*left, *right) {
                Ok(true) => {}
                Err(cause @ Cause::Unknown(_)) => doubt = Some(cause),
                decided => return decided,
            }
        }
        doubt.map_or(Ok(true), Err)
    }

    fn equal_maps(
        &mut self,
        (left_keys, left): (Keys, &'d [Entry<'d>]),
        (right_keys, right): (Keys, &'d [Entry<'d>]),
    ) -> Result<bool, Cause<'d>> {
        let mut doubt = None;
        let mut shared = 0;
        for entry in left {
            self.spend(right.len() / 16)?;
            match (entry.value, find(right_keys, right, entry.key)) {
                (Value::Unknown(id), found) => {
                    doubt = Some(Cause::Unknown(id));
                    shared += usize::from(found.is_some());
                }
                (_, None) => return Ok(false),
                (value, Some(found)) => {
                    shared += 1;
                    match self.equal(value, found) {
                        Ok(true) => {}
                        Err(cause @ Cause::Unknown(_)) => doubt = Some(cause),
                        decided => return decided,
                    }
                }
            }
        }
        if shared < right.len() {
            for entry in right {
                self.spend(left.len() / 16)?;
                match (entry.value, find(left_keys, left, entry.key)) {
                    (_, Some(_)) => {}
                    (Value::Unknown(id), None) => doubt = Some(Cause::Unknown(id)),
                    (_, None) => return Ok(false),
                }
            }
        }
        doubt.map_or(Ok(true), Err)
    }

    /// Whether a list has an element equal to this value.
    pub(super) fn contains(&mut self, items: &'d [Value<'d>], element: Value<'d>) -> Result<bool, Cause<'d>> {
        let mut doubt = None;
        for item in items {
            match self.equal(*item, element) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(cause @ Cause::Unknown(_)) => doubt = Some(cause),
                Err(cause) => return Err(cause),
            }
        }
        doubt.map_or(Ok(false), Err)
    }
}

/// The order of two values; `None` for NaN, an overload error if their types have no order.
pub fn order<'d>(left: Value<'_>, right: Value<'_>) -> Result<Option<Ordering>, Cause<'d>> {
    Ok(Some(match (left, right) {
        (Value::Int(left), Value::Int(right)) => left.cmp(&right),
        (Value::Str(left), Value::Str(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(&right),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        (Value::Timestamp(left), Value::Timestamp(right)) => left.cmp(&right),
        (Value::Duration(left), Value::Duration(right)) => left.cmp(&right),
        (Value::Unknown(id), _) | (_, Value::Unknown(id)) => return Err(Cause::Unknown(id)),
        (Value::Hidden(_), _) | (_, Value::Hidden(_)) => return Err(Cause::Unknown(HIDDEN)),
        (left, right) => return numbers(left, right).ok_or(Cause::Overload),
    }))
}

/// The order of two numbers; `None` if one is none, `Some(None)` if one is NaN. Beside a double an integer is rounded to one, as the conformance
/// cases want.
pub fn numbers(left: Value<'_>, right: Value<'_>) -> Option<Option<Ordering>> {
    Some(match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(&right)),
        (Value::UInt(left), Value::UInt(right)) => Some(left.cmp(&right)),
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(&right),
        (Value::Int(left), Value::UInt(right)) => Some(i128::from(left).cmp(&i128::from(right))),
        (Value::UInt(left), Value::Int(right)) => Some(i128::from(left).cmp(&i128::from(right))),
        (Value::Int(left), Value::Double(right)) => (left as f64).partial_cmp(&right),
        (Value::UInt(left), Value::Double(right)) => (left as f64).partial_cmp(&right),
        (Value::Double(left), Value::Int(right)) => left.partial_cmp(&(right as f64)),
        (Value::Double(left), Value::UInt(right)) => left.partial_cmp(&(right as f64)),
        _ => return None,
    })
}

/// The map key that a value is; doubles without fraction find the integer key. `None` if it cannot be one.
pub fn key(value: Value<'_>) -> Option<Key<'_>> {
    match value {
        Value::Str(name) => Some(Key::new(name)),
        Value::Bool(truth) => Some(Key::Bool(truth)),
        Value::Int(number) => Some(Key::Int(number)),
        Value::UInt(number) => Some(i64::try_from(number).map_or(Key::UInt(number), Key::Int)),
        Value::Double(number) if (9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&number) => {
            Some(Key::UInt(number as u64))
        }
        value => integer(value).map(Key::Int),
    }
}

/// The integer that a number is, if it is one.
pub fn integer(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Int(number) => Some(number),
        Value::UInt(number) => i64::try_from(number).ok(),
        Value::Double(number) if number.fract() == 0.0 && number.abs() < 9_223_372_036_854_775_808.0 => Some(number as i64),
        _ => None,
    }
}
