//! The catalog's expressions, compiled.

use super::cel::{Checks, CompileError, Condition, Library, Program, Scalar, Scope, Type, VariableId};
use crate::catalog::{Catalog, Control, ParamType, Rule, Text, Variable};
use crate::model::{Diagnostic, Diagnostics, KindRef, REDACTED};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Roots of every expression, in the order of their slots.
pub(super) const ROOTS: [&str; 4] = ["object", "params", "namespaceObject", "snapshot"];
/// Slot of `params`, the one root that differs from control to control.
pub(super) const PARAMS: usize = 1;

/// Roots that tell of the resource judged.
const RESOURCE: [&str; 2] = ["object", "namespaceObject"];

const REQUIRE: Condition = Condition { always: "the control can never fail", never: "the control can never pass" };
const APPLIES_WHEN: Condition = Condition { always: "it can be left out", never: "the rule never applies" };
const MANUAL_WHEN: Condition = Condition { always: "the rule can never pass", never: "it can be left out" };

/// All controls, ready to run.
#[derive(Debug)]
pub struct Rules {
    pub(super) library: Library,
    /// In the order of their ids.
    pub(super) controls: Vec<Compiled>,
    /// Which rules judge a kind: indices of control and rule.
    pub(super) by_kind: BTreeMap<KindRef, Vec<(usize, usize)>>,
}

/// One control.
#[derive(Debug)]
pub(super) struct Compiled {
    pub control: Control,
    /// Its id, as every verdict of it names it.
    pub id: Arc<str>,
    /// What each rule expects, as every verdict of it says.
    expected: Vec<Arc<str>>,
    pub rules: Vec<CompiledRule>,
    /// Its own variables, in each rule's version.
    pub variables: Vec<VariableId>,
}

impl Compiled {
    /// What a rule expects.
    pub fn expected(&self, rule: usize) -> Arc<str> {
        self.expected.get(rule).map_or_else(|| Arc::from(""), Arc::clone)
    }
}

/// One of its rules.
#[derive(Debug)]
pub(super) struct CompiledRule {
    pub require: Program,
    pub observed: Option<Program>,
    pub applies_when: Option<Program>,
    pub manual_when: Option<Program>,
    /// Whether it asks for the markers of redaction themselves, so that they are shown to it as text.
    pub reads_markers: bool,
}

impl Rules {
    /// Compiles every expression of the catalog.
    ///
    /// # Errors
    ///
    /// Every mistake of every expression, with its place in the file.
    pub fn compile(catalog: &Catalog) -> Result<Self, Diagnostics> {
        let mut compiler = Compiler { library: Library::new(), mistakes: Vec::new() };
        let mut controls = Vec::new();
        let mut by_kind: BTreeMap<KindRef, Vec<(usize, usize)>> = BTreeMap::new();
        // Shared variables are compiled once, so that every control finds the value that the first one computed.
        let shared: BTreeMap<&str, Vec<(&Variable, VariableId)>> =
            catalog.shared.iter().map(|(source, variables)| (source.as_str(), compiler.shared(variables))).collect();
        for control in catalog.controls.values() {
            let shared = shared.get(control.source.as_str()).map_or(&[][..], Vec::as_slice);
            let mut variables = Vec::new();
            let mut refused = Refused::new();
            let rules = control.rules.iter().filter_map(|rule| compiler.rule(control, rule, shared, &mut variables, &mut refused));
            let rules: Vec<CompiledRule> = rules.collect();
            compiler.note_refused(control, refused);
            if rules.len() != control.rules.len() {
                continue;
            }
            for (index, rule) in control.rules.iter().enumerate() {
                for (kind, _) in &rule.kinds {
                    by_kind.entry(kind.clone()).or_default().push((controls.len(), index));
                }
            }
            let expected = control.rules.iter().map(|rule| rule.expected.value.as_str().into()).collect();
            controls.push(Compiled { control: control.clone(), id: control.id.as_str().into(), expected, rules, variables });
        }
        let Compiler { library, mistakes } = compiler;
        if mistakes.is_empty() { Ok(Self { library, controls, by_kind }) } else { Err(Diagnostics(mistakes)) }
    }

    /// Every kind that some control judges.
    pub fn kinds(&self) -> impl Iterator<Item = &KindRef> {
        self.by_kind.keys()
    }
}

/// What is wrong with the variables of a control, by the variable's place, in each rule that has it so.
type Refused = BTreeMap<usize, Vec<Vec<CompileError>>>;

struct Compiler {
    library: Library,
    mistakes: Vec<Diagnostic>,
}

impl Compiler {
    fn shared<'v>(&mut self, variables: &'v [Variable]) -> Vec<(&'v Variable, VariableId)> {
        let mut known: Vec<(&Variable, VariableId)> = Vec::new();
        for variable in variables {
            let mut scope = Scope::new(ROOTS).with_params(Vec::<String>::new()).with_checks(Checks::Conditions);
            // A shared variable sees the earlier ones that every one of its kinds has too.
            for (earlier, id) in known.iter().filter(|(earlier, _)| variable.kinds.iter().all(|kind| earlier.kinds.contains(kind))) {
                scope.declare(&earlier.name.value, *id);
            }
            match self.library.add_variable(&variable.name.value, &variable.expression.value, &scope) {
                Ok(id) => known.push((variable, id)),
                Err(errors) => self.note(&variable.expression, errors),
            }
        }
        known
    }

    /// Compiles a rule and its version of the control's variables, whose ids are added to `own`.
    fn rule(
        &mut self,
        control: &Control,
        rule: &Rule,
        shared: &[(&Variable, VariableId)],
        own: &mut Vec<VariableId>,
        refused: &mut Refused,
    ) -> Option<CompiledRule> {
        let params = control.params.iter().map(|(name, param)| (name.clone(), type_of(param.kind)));
        let mut scope = Scope::new(ROOTS).with_typed_params(params).with_checks(Checks::Conditions);
        for (variable, id) in shared {
            if rule.kinds.iter().all(|(kind, _)| variable.kinds.contains(kind)) {
                scope.declare(&variable.name.value, *id);
            }
        }
        for (place, variable) in control.variables.iter().enumerate() {
            match self.library.add_variable(&variable.name.value, &variable.expression.value, &scope) {
                Ok(id) => {
                    scope.declare(&variable.name.value, id);
                    own.push(id);
                }
                Err(errors) => refused.entry(place).or_default().push(errors),
            }
        }
        let require = self.require(&rule.require, &scope);
        let observed = self.optional(rule.observed.as_ref(), |library, source| library.compile_text(source, &scope));
        let applies_when =
            self.optional(rule.applies_when.as_ref(), |library, source| library.compile_condition(source, &scope, APPLIES_WHEN));
        let manual_when =
            self.optional(rule.manual_when.as_ref(), |library, source| library.compile_condition(source, &scope, MANUAL_WHEN));
        let (require, applies_when, manual_when) = (require?, applies_when?, manual_when?);
        let conditions = [Some(&require), applies_when.as_ref(), manual_when.as_ref()];
        let reads_markers = conditions.into_iter().flatten().any(|program| mentions(&self.library, program, REDACTED));
        Some(CompiledRule { require, observed: observed?, applies_when, manual_when, reads_markers })
    }

    /// The condition for a pass, which must depend on the resource: otherwise all resources pass together or fail together.
    fn require(&mut self, text: &Text, scope: &Scope) -> Option<Program> {
        let program = self.expression(text, |library, source| library.compile_condition(source, scope, REQUIRE))?;
        if RESOURCE.iter().any(|root| program.uses_root(root)) {
            return Some(program);
        }
        let error = CompileError {
            range: 0..text.value.trim_end().len(),
            message: "this reads nothing of the resource, so the control passes or fails for all alike".into(),
            hint: Some("read object, or a variable that does".into()),
        };
        self.note(text, vec![error]);
        None
    }

    /// The outer option is "it compiled", the inner one "there is one".
    #[allow(clippy::option_option)]
    fn optional(
        &mut self,
        text: Option<&Text>,
        compile: impl FnOnce(&Library, &str) -> Result<Program, Vec<CompileError>>,
    ) -> Option<Option<Program>> {
        match text {
            None => Some(None),
            Some(text) => self.expression(text, compile).map(Some),
        }
    }

    fn expression(&mut self, text: &Text, compile: impl FnOnce(&Library, &str) -> Result<Program, Vec<CompileError>>) -> Option<Program> {
        match compile(&self.library, &text.value) {
            Ok(program) => Some(program),
            Err(errors) => {
                self.note(text, errors);
                None
            }
        }
    }

    /// Notes what is wrong with a control's variables. A variable that only some rules can use does not compile for the others, whose kinds
    /// lack what it reads; that is a mistake only if they name it, and then their own expressions say so. What is wrong for every rule is the
    /// variable's own.
    fn note_refused(&mut self, control: &Control, refused: Refused) {
        for (place, rules) in refused {
            let Some(variable) = control.variables.get(place).filter(|_| rules.len() == control.rules.len()) else { continue };
            let Some((first, others)) = rules.split_first() else { continue };
            let common = first.iter().filter(|error| others.iter().all(|rule| rule.contains(error)));
            let common: Vec<CompileError> = common.cloned().collect();
            self.note(&variable.expression, common);
        }
    }

    fn note(&mut self, text: &Text, errors: Vec<CompileError>) {
        for error in errors {
            let mut mistake = Diagnostic::at(text.locate(&error.range), error.message, "in this expression");
            mistake.help = error.hint.unwrap_or_default();
            if !self.mistakes.contains(&mistake) {
                self.mistakes.push(mistake);
            }
        }
    }
}

/// Whether an expression, or a variable that it uses, has a text in its source.
fn mentions(library: &Library, program: &Program, text: &str) -> bool {
    let variables = program.variables().iter().filter_map(|id| library.variable(*id));
    program.source().contains(text) || variables.into_iter().any(|program| mentions(library, program, text))
}

/// The type that a parameter's value has.
fn type_of(kind: ParamType) -> Type {
    match kind {
        ParamType::Bool => Scalar::Bool.into(),
        ParamType::Int => Scalar::Int.into(),
        ParamType::String => Scalar::String.into(),
        ParamType::Strings => Type::list(Scalar::String),
    }
}
