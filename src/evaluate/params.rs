//! Parameters in force: the control's defaults under the user's values, and what follows from them alone.

use super::cel::{self, Settled, Value};
use super::rules::{Compiled, PARAMS, ROOTS, Rules};
use crate::catalog::Control;
use crate::model::{ParamValue, Settings};
use bumpalo::Bump;

/// What is the same for every document of a run.
#[derive(Debug, Default)]
pub struct InForce<'a> {
    /// `params` of every control, by its index.
    params: Vec<Value<'a>>,
    /// Variables that read nothing but parameters.
    pub(super) settled: Settled<'a>,
}

impl<'a> InForce<'a> {
    /// The parameters of every control; variables of all, or of one control by its index.
    pub(super) fn new(rules: &'a Rules, settings: &Settings, only: Option<usize>, arena: &'a Bump) -> Self {
        let mut in_force = Self::default();
        for (index, Compiled { control, variables, .. }) in rules.controls.iter().enumerate() {
            let params = in_force_of(control, settings, arena);
            in_force.params.push(params);
            if only.is_none_or(|only| only == index) {
                let mut roots = [Value::Null; ROOTS.len()];
                roots[PARAMS] = params;
                in_force.settled.settle(&rules.library, arena, variables, &[ROOTS[PARAMS]], &roots);
            }
        }
        in_force
    }

    /// `params` of a control.
    pub(super) fn of(&self, control: usize) -> Value<'a> {
        self.params.get(control).copied().unwrap_or(Value::Null)
    }
}

/// The value of `params` for a control. A parameter with neither value nor default is left out: reading it is an error, so the verdict is
/// unknown.
fn in_force_of<'a>(control: &Control, settings: &Settings, arena: &'a Bump) -> Value<'a> {
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
