//! The state of judging one document.
use super::error::EvaluationError;
use super::fault::{Cause, Evaluated, Fault};
use super::library::{Library, Program};
use super::node::{Node, Span};
use super::settled::Settled;
use super::value::Value;
use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use regex::Regex;

/// Steps that one evaluation may take unless the caller says otherwise: some 100 ms.
pub const DEFAULT_FUEL: u64 = 2_000_000;

/// Regular expressions that a context keeps of those that are known at evaluation only.
const KEPT_PATTERNS: usize = 16;

/// Evaluates programs over one document: the values of the roots, the variables evaluated so far, and the fuel.
///
/// `'d` is the life of the arena, in which all results live, and of the library. Cheap to make: one per document.
pub struct Context<'d> {
    pub(super) arena: &'d Bump,
    library: &'d Library,
    pub(super) roots: BumpVec<'d, Value<'d>>,
    /// Locals of the program and, above it, of the variables being evaluated
    locals: BumpVec<'d, Value<'d>>,
    /// Start and length of the part of `locals` in use
    frame: (usize, usize),
    settled: &'d Settled<'d>,
    variables: &'d mut [Option<Evaluated<'d, Value<'d>>>],
    /// The variable being evaluated
    variable: Option<usize>,
    /// Why the last truth value could not be told
    failure: Option<&'d Fault<'d>>,
    fuel: u64,
    fuel_limit: u64,
    patterns: Vec<(&'d str, Regex)>,
}

impl<'d> Context<'d> {
    /// A context with the roots' values in the order of [`Scope::new`](super::Scope::new); a missing one is null.
    pub fn new(library: &'d Library, arena: &'d Bump, roots: &[Value<'d>]) -> Self {
        Self::with_settled(library, &super::settled::NONE, arena, roots)
    }

    /// The same, where some variables have their values already.
    pub fn with_settled(library: &'d Library, settled: &'d Settled<'d>, arena: &'d Bump, roots: &[Value<'d>]) -> Self {
        Context {
            arena,
            library,
            settled,
            roots: BumpVec::from_iter_in(roots.iter().copied(), arena),
            locals: BumpVec::with_capacity_in(8, arena),
            frame: (0, 0),
            variables: arena.alloc_slice_fill_copy(library.variables.len(), None),
            variable: None,
            failure: None,
            fuel: DEFAULT_FUEL,
            fuel_limit: DEFAULT_FUEL,
            patterns: Vec::new(),
        }
    }

    /// Gives a root another value. Variables evaluated before keep their value, so only a root that no shared variable reads may change
    /// between two programs: `params`, which differs per control.
    pub fn set_root(&mut self, slot: usize, value: Value<'d>) {
        if slot >= self.roots.len() {
            self.roots.resize(slot + 1, Value::Null);
        }
        if let Some(root) = self.roots.get_mut(slot) {
            *root = value;
        }
    }

    /// Steps that each evaluation may take from now on; a variable counts for the evaluation that first needs it.
    pub fn set_fuel(&mut self, steps: u64) {
        self.fuel_limit = steps;
    }

    /// The arena in which this context's values live.
    pub fn arena(&self) -> &'d Bump {
        self.arena
    }

    /// Prepares for a program with this many locals.
    #[inline]
    pub(super) fn start(&mut self, locals: usize) {
        self.fuel = self.fuel_limit;
        self.frame = (0, locals);
        self.variable = None;
        if self.locals.len() < locals {
            self.locals.resize(locals, Value::Null);
        }
    }

    #[inline]
    pub(super) fn local(&self, slot: usize) -> Value<'d> {
        self.locals.get(self.frame.0 + slot).copied().unwrap_or(Value::Null)
    }

    #[inline]
    pub(super) fn set_local(&mut self, slot: usize, value: Value<'d>) {
        if let Some(local) = self.locals.get_mut(self.frame.0 + slot) {
            *local = value;
        }
    }

    /// Takes steps off the fuel.
    #[inline]
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Cause<'d>> {
        match self.fuel.checked_sub(steps as u64) {
            Some(rest) => {
                self.fuel = rest;
                Ok(())
            }
            None => {
                self.fuel = 0;
                Err(Cause::Fuel)
            }
        }
    }

    /// The value of a variable, evaluated the first time.
    #[inline]
    pub(super) fn variable(&mut self, id: usize) -> Evaluated<'d, Value<'d>> {
        match self.variables.get(id) {
            Some(Some(known)) => *known,
            _ => self.settled.get(id).unwrap_or_else(|| self.first_use(id)),
        }
    }

    #[inline(never)]
    fn first_use(&mut self, id: usize) -> Evaluated<'d, Value<'d>> {
        let Some((_, program)) = self.library.variables.get(id) else {
            return Err(self.fault(Cause::Argument("this variable belongs to another library"), Span::default()));
        };
        let frame = self.frame;
        self.frame = (frame.0 + frame.1, program.locals);
        let needed = self.frame.0 + self.frame.1;
        if self.locals.len() < needed {
            self.locals.resize(needed, Value::Null);
        }
        let outer = self.variable.replace(id);
        let result = self.value(&program.node);
        self.variable = outer;
        self.frame = frame;
        // Another evaluation has its own fuel, so this failure is not the variable's value.
        if !matches!(result, Err(Fault { cause: Cause::Fuel, .. }))
            && let Some(slot) = self.variables.get_mut(id)
        {
            *slot = Some(result);
        }
        result
    }

    /// The value of a variable, for other contexts: `None` if it takes more steps than the fuel allows.
    pub(super) fn settle(&mut self, id: usize) -> Option<Evaluated<'d, Value<'d>>> {
        self.start(0);
        let result = self.variable(id);
        (!matches!(result, Err(Fault { cause: Cause::Fuel, .. }))).then_some(result)
    }

    /// Notes why a truth value cannot be told.
    #[cold]
    pub(super) fn fail<T>(&mut self, fault: &'d Fault<'d>) -> Option<T> {
        self.failure = Some(fault);
        None
    }

    /// Why the last truth value could not be told.
    #[cold]
    pub(super) fn failed(&mut self) -> &'d Fault<'d> {
        self.failure.take().unwrap_or_else(|| self.fault(Cause::Overload, Span::default()))
    }

    /// An error at a place of the expression being evaluated.
    #[cold]
    pub(super) fn fault(&self, cause: Cause<'d>, span: Span) -> &'d Fault<'d> {
        self.arena.alloc(Fault { cause, span, variable: self.variable })
    }

    /// An error because a value is not of the type needed.
    #[cold]
    pub(super) fn wrong_result(&self, node: &Node, expected: &'static str, found: Value<'d>) -> &'d Fault<'d> {
        self.fault(Cause::WrongResult { expected, found: found.type_name() }, node.span())
    }

    /// The error for the caller.
    #[cold]
    pub(super) fn report(&self, program: &Program, fault: &Fault<'d>) -> EvaluationError {
        let variable = fault.variable.and_then(|id| self.library.variables.get(id));
        let source = variable.map_or(program.source(), |(_, program)| program.source());
        let (start, end) = (fault.span.start as usize, fault.span.end as usize);
        let before = source.get(..start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        EvaluationError {
            kind: fault.cause.kind(),
            range: start..end,
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            variable: variable.map(|(name, _)| name.clone()),
        }
    }

    /// A regular expression that is known at evaluation only.
    pub(super) fn pattern(&mut self, pattern: &'d str) -> Result<&Regex, Cause<'d>> {
        self.spend(1 + pattern.len())?;
        let known = match self.patterns.iter().position(|(known, _)| *known == pattern) {
            Some(known) => known,
            None => {
                let regex = regex::RegexBuilder::new(pattern).size_limit(super::compile::MAX_DYNAMIC_REGEX).build();
                let regex = regex.map_err(|error| Cause::Regex(self.arena.alloc_str(&super::compile::one_line(&error.to_string()))))?;
                if self.patterns.len() >= KEPT_PATTERNS {
                    self.patterns.remove(0);
                }
                self.patterns.push((pattern, regex));
                self.patterns.len() - 1
            }
        };
        self.patterns.get(known).map(|(_, regex)| regex).ok_or(Cause::Overload)
    }
}
