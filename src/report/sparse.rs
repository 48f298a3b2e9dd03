//! JSON of formats in which an absent value is an absent field, and lists that are written item by item.

use serde::{Serialize, Serializer};
use serde_json::Value;

/// A list that is made while it is written: fifty thousand findings never stand in memory as JSON all at once.
pub struct Each<F>(pub F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Without fields that are `null`.
#[must_use]
pub fn without_nulls(value: Value) -> Value {
    pruned(value, &|value| value.is_null())
}

/// Without fields that are `null` or an empty list: OSCAL has neither.
#[must_use]
pub fn without_empty(value: Value) -> Value {
    pruned(value, &|value| value.is_null() || value.as_array().is_some_and(Vec::is_empty))
}

fn pruned(value: Value, drops: &dyn Fn(&Value) -> bool) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, value)| (name, pruned(value, drops))).filter(|(_, value)| !drops(value));
            Value::Object(kept.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| pruned(item, drops)).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn absent_is_absent() {
        let value = json!({"a": null, "b": [], "c": {"d": null, "e": [{"f": null}]}});
        assert_eq!(without_nulls(value.clone()), json!({"b": [], "c": {"e": [{}]}}));
        assert_eq!(without_empty(value), json!({"c": {"e": [{}]}}));
    }
}
