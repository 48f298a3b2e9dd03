//! The names an expression may use.
use super::library::VariableId;
use super::types::Type;

/// What is checked before an expression is accepted; each level includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checks {
    /// Names, functions and numbers of arguments. Types are a matter of evaluation, as in an unchecked CEL environment.
    #[default]
    Names,
    /// Also types: operators, functions and comparisons that no value could satisfy.
    Types,
    /// Also conditions that are always true or always false: what an author of a control wants to hear.
    Conditions,
}

/// The roots, variables and parameters that are in sight of an expression.
///
/// Roots are numbered in the order given; [`Context::new`](super::Context::new) takes their values in the same order, so all scopes of programs that share
/// a context must list the same roots. `variables` is built in and not a root.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub(super) roots: Vec<String>,
    pub(super) variables: Vec<(String, VariableId)>,
    pub(super) params: Option<Vec<(String, Type)>>,
    pub(super) checks: Checks,
}

impl Scope {
    /// A scope with these roots and nothing else.
    pub fn new<S: Into<String>>(roots: impl IntoIterator<Item = S>) -> Self {
        Scope { roots: roots.into_iter().map(Into::into).collect(), variables: Vec::new(), params: None, checks: Checks::Names }
    }

    /// The same, where `params.NAME` is refused unless `NAME` is one of these. (Without this call the root `params`, if there is one, is open.)
    #[must_use]
    pub fn with_params<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        self.with_typed_params(names.into_iter().map(|name| (name, Type::Dyn)))
    }

    /// The same with the types of the parameters.
    #[must_use]
    pub fn with_typed_params<S: Into<String>>(mut self, params: impl IntoIterator<Item = (S, Type)>) -> Self {
        self.params = Some(params.into_iter().map(|(name, of)| (name.into(), of)).collect());
        self
    }

    /// The same with these checks.
    #[must_use]
    pub fn with_checks(mut self, checks: Checks) -> Self {
        self.checks = checks;
        self
    }

    /// Makes `variables.name` mean this variable from now on; a later declaration of the same name hides the earlier.
    pub fn declare(&mut self, name: impl Into<String>, variable: VariableId) {
        let name = name.into();
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, variable));
    }

    /// The slot of a root: its position in the list given to [`Scope::new`] and in [`Context::new`](super::Context::new).
    pub fn root(&self, name: &str) -> Option<usize> {
        self.roots.iter().position(|root| root == name)
    }

    /// The variable that `variables.name` means.
    pub fn variable(&self, name: &str) -> Option<VariableId> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, id)| *id)
    }
}
