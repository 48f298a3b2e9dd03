//! Compiled expressions and the table of shared variables.
use super::check::Wanted;
use super::compile::compile;
use super::context::Context;
use super::error::{CompileError, EvaluationError};
use super::node::Node;
use super::scope::Scope;
use super::types::Type;
use super::value::Value;

/// A variable of a [`Library`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub(super) u32);

/// What follows from a condition that never changes, in words: `the control can never fail`.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// If it is always true
    pub always: &'static str,
    /// If it is always false
    pub never: &'static str,
}

/// The variables that programs may share. Evaluated when first needed, once per [`Context`].
#[derive(Debug, Default)]
pub struct Library {
    pub(super) variables: Vec<(String, Program)>,
}

impl Library {
    /// An empty library.
    pub fn new() -> Self {
        Self::default()
    }

    /// Compiles an expression.
    ///
    /// # Errors
    /// Everything wrong with the source, in order of place; never empty.
    pub fn compile(&self, source: &str, scope: &Scope) -> Result<Program, Vec<CompileError>> {
        compile(self, source, scope, Wanted::Any)
    }

    /// Compiles a condition. With [`Checks::Types`](super::Checks::Types) it must be able to be a truth value, with
    /// [`Checks::Conditions`](super::Checks::Conditions) it must not be the same truth value always; the messages say what would follow.
    ///
    /// # Errors
    /// As [`Library::compile`].
    pub fn compile_condition(&self, source: &str, scope: &Scope, condition: Condition) -> Result<Program, Vec<CompileError>> {
        compile(self, source, scope, Wanted::Truth(condition))
    }

    /// Compiles an expression that gives text. With [`Checks::Types`](super::Checks::Types) it must be able to.
    ///
    /// # Errors
    /// As [`Library::compile`].
    pub fn compile_text(&self, source: &str, scope: &Scope) -> Result<Program, Vec<CompileError>> {
        compile(self, source, scope, Wanted::Text)
    }

    /// Compiles the expression of a variable and adds it; [`Scope::declare`] then makes it visible. Since the scope knows only variables that were
    /// added before, no variable can depend on itself. The name is for messages.
    ///
    /// # Errors
    /// As [`Library::compile`].
    pub fn add_variable(&mut self, name: &str, source: &str, scope: &Scope) -> Result<VariableId, Vec<CompileError>> {
        let program = self.compile(source, scope)?;
        let id = VariableId(u32::try_from(self.variables.len()).unwrap_or(u32::MAX));
        self.variables.push((name.to_owned(), program));
        Ok(id)
    }

    /// The expression of a variable, e.g. for [`Program::reads`].
    pub fn variable(&self, id: VariableId) -> Option<&Program> {
        self.variables.get(id.0 as usize).map(|(_, program)| program)
    }
}

/// A path that an expression reads from a root: `object.spec.containers[].image` is root `object`, keys `spec`, `containers`, `[]`, `image`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadPath {
    /// The root, or `variables.NAME`
    pub root: String,
    /// Keys from the root; `[]` is any element of a list or any value of a map
    pub keys: Vec<String>,
}

/// A compiled expression. Evaluate it in contexts of the library that compiled it.
#[derive(Debug, Default)]
pub struct Program {
    pub(super) node: Node,
    /// Locals that it needs at once
    pub(super) locals: usize,
    /// Levels of nodes, those of its variables included
    pub(super) depth: usize,
    pub(super) source: Box<str>,
    pub(super) reads: Vec<ReadPath>,
    pub(super) variables: Vec<VariableId>,
    pub(super) roots: Vec<String>,
    /// What is certain of its result
    pub(super) gives: Type,
    /// Whether it reads nothing
    pub(super) constant: bool,
}

impl Program {
    /// Evaluates to a truth value.
    ///
    /// # Errors
    /// [`ErrorKind::WrongResult`](super::ErrorKind::WrongResult) if it is anything else, or what went wrong on the way.
    pub fn eval_bool<'d>(&'d self, context: &mut Context<'d>) -> Result<bool, EvaluationError> {
        context.start(self.locals);
        context.holds(&self.node).map_err(|fault| context.report(self, fault))
    }

    /// Evaluates to any value. Never [`Value::Unknown`] itself, though a list or map may contain it.
    ///
    /// # Errors
    /// What went wrong on the way.
    pub fn eval<'d>(&'d self, context: &mut Context<'d>) -> Result<Value<'d>, EvaluationError> {
        context.start(self.locals);
        context.value(&self.node).map_err(|fault| context.report(self, fault))
    }

    /// Evaluates to a string.
    ///
    /// # Errors
    /// [`ErrorKind::WrongResult`](super::ErrorKind::WrongResult) if it is anything else, or what went wrong on the way.
    pub fn eval_string<'d>(&'d self, context: &mut Context<'d>) -> Result<&'d str, EvaluationError> {
        match self.eval(context)? {
            Value::Str(text) => Ok(text),
            other => Err(context.report(self, context.wrong_result(&self.node, "string", other))),
        }
    }

    /// The source it was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The paths it reads, sorted, without those of its variables.
    pub fn reads(&self) -> &[ReadPath] {
        &self.reads
    }

    /// The variables it names itself, sorted.
    pub fn variables(&self) -> &[VariableId] {
        &self.variables
    }

    /// Whether it reads a root, directly or through a variable: `uses_root("snapshot")`.
    pub fn uses_root(&self, name: &str) -> bool {
        self.roots.iter().any(|root| root == name)
    }
}
