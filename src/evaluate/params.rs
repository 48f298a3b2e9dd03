//! Parameters in force: the control's defaults under the user's values.

use super::cel::{self, Value};
use crate::catalog::Control;
use crate::model::{ParamValue, Settings};
use bumpalo::Bump;

/// The value of `params` for a control. A parameter with neither value nor default is left out: reading it is an error, so the verdict is
/// unknown.
pub(super) fn in_force<'a>(control: &Control, settings: &Settings, arena: &'a Bump) -> Value<'a> {
    let set = settings.params.get(&control.id);
    let entries: Vec<(&'a str, Value<'a>)> = control
        .params
        .iter()
        .filter_map(|(name, param)| {
            let value = set.and_then(|set| set.get(name)).or(param.default.as_ref())?;
            let name: &'a str = arena.alloc_str(name);
            Some((name, to_value(value, arena)))
        })
        .collect();
    cel::map(arena, entries)
}

fn to_value<'a>(value: &ParamValue, arena: &'a Bump) -> Value<'a> {
    match value {
        ParamValue::Bool(truth) => Value::Bool(*truth),
        ParamValue::Int(number) => Value::Int(*number),
        ParamValue::String(text) => cel::text(arena, text),
        ParamValue::Strings(texts) => cel::list(arena, texts.iter().map(|text| cel::text(arena, text))),
    }
}
