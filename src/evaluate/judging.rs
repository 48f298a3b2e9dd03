//! One rule over one document: its conditions, and the value seen of what fails them.

use super::cel::{self, Context, Value};
use super::kubernetes;
use super::rules::{Compiled, CompiledRule, PARAMS};
use crate::catalog::Rule;
use crate::model::Verdict;

/// A document as conditions see it, and as messages show it.
pub(super) struct Contexts<'d> {
    /// With the markers of what was taken out, as text.
    pub shown: Context<'d>,
    /// With every text that holds a marker hidden; `None` if there is none.
    pub hidden: Option<Context<'d>>,
}

impl<'d> Contexts<'d> {
    pub fn set_params(&mut self, params: Value<'d>) {
        self.shown.set_root(PARAMS, params);
        if let Some(hidden) = &mut self.hidden {
            hidden.set_root(PARAMS, params);
        }
    }

    /// What the conditions of a rule are evaluated in.
    fn of_conditions(&mut self, rule: &CompiledRule) -> &mut Context<'d> {
        match &mut self.hidden {
            Some(hidden) if !rule.reads_markers => hidden,
            _ => &mut self.shown,
        }
    }
}

/// A verdict before it is written down.
pub(super) struct Finding {
    pub verdict: Verdict,
    pub observed: Option<String>,
    pub reason: Option<String>,
    pub rule: usize,
}

/// One rule over one document, with the value seen of a failure if `messages` are wanted. `None`: the index points nowhere, which a compiled catalog does not do.
pub(super) fn judge_rule<'d>(compiled: &'d Compiled, index: usize, contexts: &mut Contexts<'d>, messages: bool) -> Option<Finding> {
    let (rule, programs) = (compiled.control.rules.get(index)?, compiled.rules.get(index)?);
    let context = contexts.of_conditions(programs);
    let finding = |verdict, observed, reason| Some(Finding { verdict, observed, reason, rule: index });
    let unknown = |error: &cel::EvaluationError| {
        let malformed = match error.kind {
            cel::ErrorKind::Unknown(id) => kubernetes::malformed(id),
            _ => None,
        };
        let reason = match &rule.unknown {
            _ if matches!(error.kind, cel::ErrorKind::Unknown(cel::HIDDEN)) => format!("the condition {error}"),
            _ if malformed.is_some() => malformed.unwrap_or_default(),
            Some(words) => format!("{words} ({error})"),
            None => format!("the condition could not be evaluated: {error}"),
        };
        finding(Verdict::Unknown, None, Some(reason))
    };
    match programs.applies_when.as_ref().map(|program| program.eval_bool(context)) {
        Some(Ok(false)) => return finding(Verdict::NotApplicable, None, rule.not_applicable.clone()),
        Some(Err(error)) => return unknown(&error),
        Some(Ok(true)) | None => {}
    }
    match programs.require.eval_bool(context) {
        Ok(true) => {}
        Ok(false) => return finding(Verdict::Fail, messages.then(|| observed(rule, programs, &mut contexts.shown)), None),
        Err(error) => return unknown(&error),
    }
    match programs.manual_when.as_ref().map(|program| program.eval_bool(context)) {
        Some(Ok(true)) => finding(Verdict::Manual, None, rule.manual.clone()),
        Some(Err(error)) => unknown(&error),
        Some(Ok(false)) | None => finding(Verdict::Pass, None, None),
    }
}

/// The value seen. A failure stays a failure when its message cannot be made.
fn observed<'d>(rule: &Rule, programs: &'d CompiledRule, context: &mut Context<'d>) -> String {
    match programs.observed.as_ref().map(|program| program.eval_string(context)) {
        Some(Ok(text)) => text.to_owned(),
        Some(Err(error)) => format!("the condition does not hold; the value seen cannot be shown: {error}"),
        None => format!("not: {}", rule.expected.value),
    }
}
