//! Variables that are the same for many documents: those that read parameters at most.
use super::context::Context;
use super::fault::Evaluated;
use super::library::{Library, VariableId};
use super::value::Value;
use bumpalo::Bump;

/// Values of variables, evaluated once and shared by contexts.
#[derive(Debug, Default)]
pub struct Settled<'a> {
    values: Vec<Option<Evaluated<'a, Value<'a>>>>,
}

/// No variable has its value yet.
pub(super) static NONE: Settled<'static> = Settled { values: Vec::new() };

impl<'a> Settled<'a> {
    /// Evaluates those of the variables that read no root but the named ones, whose values are given in the order of
    /// [`Scope::new`](super::Scope::new). An error is a value too; only a variable that takes too many steps is left for each document to try.
    pub fn settle(&mut self, library: &'a Library, arena: &'a Bump, variables: &[VariableId], names: &[&str], roots: &[Value<'a>]) {
        let mut context = Context::new(library, arena, roots);
        for id in variables {
            if !library.variable(*id).is_some_and(|program| program.roots.iter().all(|root| names.contains(&root.as_str()))) {
                continue;
            }
            let slot = id.0 as usize;
            if self.values.len() <= slot {
                self.values.resize(slot + 1, None);
            }
            if let Some(value) = self.values.get_mut(slot) {
                *value = context.settle(slot);
            }
        }
    }

    /// The value of a variable, if it has one.
    #[inline]
    pub(super) fn get(&self, slot: usize) -> Option<Evaluated<'a, Value<'a>>> {
        self.values.get(slot).copied().flatten()
    }
}
