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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::{ErrorKind, Scope};
    use super::*;

    /// A library with one variable `x` in sight of the scope, and its id.
    fn library(source: &str) -> (Library, Scope, VariableId) {
        let mut library = Library::new();
        let mut scope = Scope::new(["object", "params"]);
        let id = library.add_variable("x", source, &scope).unwrap();
        scope.declare("x", id);
        (library, scope, id)
    }

    #[test]
    fn a_variable_of_parameters_keeps_the_value_it_was_settled_with() {
        let (library, scope, id) = library("params + '/'");
        let program = library.compile("variables.x", &scope).unwrap();
        let arena = Bump::new();
        let mut settled = Settled::default();
        settled.settle(&library, &arena, &[id], &["params"], &[Value::Null, Value::Str("a")]);
        let mut context = Context::with_settled(&library, &settled, &arena, &[Value::Null, Value::Str("b")]);
        assert_eq!(program.eval_string(&mut context).unwrap(), "a/");
    }

    #[test]
    fn a_variable_of_the_document_is_evaluated_for_every_document() {
        let (library, scope, id) = library("object + params");
        let program = library.compile("variables.x", &scope).unwrap();
        let arena = Bump::new();
        let mut settled = Settled::default();
        settled.settle(&library, &arena, &[id], &["params"], &[Value::Str("a"), Value::Str("!")]);
        for object in ["b", "c"] {
            let mut context = Context::with_settled(&library, &settled, &arena, &[Value::Str(object), Value::Str("!")]);
            assert_eq!(program.eval_string(&mut context).unwrap(), format!("{object}!"));
        }
    }

    #[test]
    fn an_error_is_settled_too_and_tells_its_place() {
        let (library, scope, id) = library("1 + params.minor");
        let program = library.compile("object || variables.x > 1", &scope).unwrap();
        let arena = Bump::new();
        let mut settled = Settled::default();
        settled.settle(&library, &arena, &[id], &["params"], &[Value::Null, Value::of_entries(&[])]);
        assert!(settled.get(0).is_some_and(|value| value.is_err()));
        let mut context = Context::with_settled(&library, &settled, &arena, &[Value::Bool(false)]);
        let error = program.eval_bool(&mut context).unwrap_err();
        assert_eq!((error.kind, error.range, error.variable.as_deref()), (ErrorKind::NoSuchKey("minor".into()), 11..16, Some("x")));
        let mut context = Context::with_settled(&library, &settled, &arena, &[Value::Bool(true)]);
        assert_eq!(program.eval_bool(&mut context), Ok(true));
    }

    #[test]
    fn what_takes_too_many_steps_is_not_settled() {
        let tens = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
        let source = (0..8).fold("true".to_owned(), |inner, level| format!("{tens}.all(x{level}, {inner})"));
        let (library, _, id) = library(&source);
        let arena = Bump::new();
        let mut settled = Settled::default();
        settled.settle(&library, &arena, &[id], &["params"], &[]);
        assert!(settled.get(0).is_none());
    }

    #[test]
    fn a_pattern_with_a_name_is_compiled_with_the_expression() {
        let (library, scope, _) = library("'('");
        let errors = library.compile("object.matches(variables.x)", &scope).unwrap_err();
        assert!(errors[0].message.starts_with("not a regular expression"), "{errors:?}");
    }
}
