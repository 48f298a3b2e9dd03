//! Conditions: what must be a truth value, and what never changes.
use super::super::compile::constant_truth;
use super::super::library::Condition;
use super::super::scope::Checks;
use super::super::types::Scalar;
use super::{Checker, Known, complaint};
use ::cel::common::ast::{Expr, IdedExpr, operators};

impl<'a> Checker<'a> {
    /// Whether conditions that never change are wanted to be told.
    fn tells_idle(&self) -> bool {
        self.scope.checks >= Checks::Conditions
    }

    /// The condition that an expression is as a whole.
    pub(super) fn whole_condition(&mut self, expression: &'a IdedExpr, condition: Condition) -> Known {
        let known = self.truth(expression);
        if let Some(result) = self.settled(expression, &known) {
            let told = match result {
                Ok(true) => (format!("this is always true, so {}", condition.always), "it must depend on the resource"),
                Ok(false) => (format!("this is always false, so {}", condition.never), "it must depend on the resource"),
                Err(why) => (format!("this can never be evaluated: {why}"), "every verdict would be unknown"),
            };
            self.idle = vec![complaint(self.parsed.whole(), told.0, Some(told.1))];
        }
        known
    }

    /// A condition inside of an expression.
    pub(super) fn condition(&mut self, expression: &'a IdedExpr) -> Known {
        let inner = self.idle.len();
        let known = self.truth(expression);
        if let Some(result) = self.settled(expression, &known) {
            let told = match result {
                Ok(truth) => format!("this condition is always {truth}"),
                Err(why) => format!("this condition can never be evaluated: {why}"),
            };
            self.idle.truncate(inner);
            self.idle.push(complaint(self.parsed.place(expression), told, None));
        }
        known
    }

    /// An expression that must be able to be a truth value.
    fn truth(&mut self, expression: &'a IdedExpr) -> Known {
        let known = self.infer(expression);
        if !known.of.may_be(Scalar::Bool) {
            self.refuse(self.parsed.place(expression), format!("this is {}, not a condition", known.of), None);
        }
        known
    }

    /// The one value of a condition that reads nothing.
    fn settled(&self, expression: &IdedExpr, known: &Known) -> Option<Result<bool, String>> {
        if !self.tells_idle() || !self.sound || !known.is_constant() || !known.of.may_be(Scalar::Bool) {
            return None;
        }
        constant_truth(self.library, self.scope, self.parsed, expression).map(|result| result.map_err(|kind| kind.to_string()))
    }

    /// `&&` or `||`: the terms of the whole chain, each a condition.
    pub(super) fn chain(&mut self, whole: &'a IdedExpr, operator: &str) -> Known {
        let mut terms = Vec::new();
        collect_terms(whole, operator, &mut terms);
        let known = terms.iter().fold(Known::constant(Scalar::Bool), |known, term| known.reading(&self.condition(term)));
        for (i, term) in terms.iter().enumerate() {
            let opposed = terms.iter().take(i).any(|other| is_opposite(term, other) || is_opposite(other, term));
            if opposed && self.tells_idle() {
                let truth = operator == operators::LOGICAL_OR;
                let told = format!("this and its opposite make the whole condition always {truth}");
                self.idle.push(complaint(self.parsed.place(term), told, None));
            }
        }
        known
    }

    /// A comparison of an expression with itself.
    pub(super) fn compared(&mut self, whole: &'a IdedExpr, symbol: &str, left: &IdedExpr, right: &IdedExpr, known: &Known) {
        if self.tells_idle() && !known.is_constant() && same(left, right) {
            let truth = matches!(symbol, "==" | "<=" | ">=");
            let told = format!("both sides of '{symbol}' are the same, so this is always {truth}");
            self.idle.push(complaint(self.parsed.place(whole), told, None));
        }
    }
}

fn collect_terms<'a>(expression: &'a IdedExpr, operator: &str, terms: &mut Vec<&'a IdedExpr>) {
    match &expression.expr {
        Expr::Call(call) if call.func_name == operator && call.target.is_none() => {
            call.args.iter().for_each(|argument| collect_terms(argument, operator, terms));
        }
        _ => terms.push(expression),
    }
}

/// Whether the first is `!` and the second.
fn is_opposite(left: &IdedExpr, right: &IdedExpr) -> bool {
    match &left.expr {
        Expr::Call(call) if call.func_name == operators::LOGICAL_NOT => call.args.first().is_some_and(|inner| same(inner, right)),
        _ => false,
    }
}

/// Whether two expressions are written the same, wherever they stand.
fn same(left: &IdedExpr, right: &IdedExpr) -> bool {
    match (&left.expr, &right.expr) {
        (Expr::Ident(left), Expr::Ident(right)) => left == right,
        (Expr::Literal(left), Expr::Literal(right)) => left == right,
        (Expr::Select(left), Expr::Select(right)) => left.field == right.field && same(&left.operand, &right.operand),
        (Expr::Call(left), Expr::Call(right)) => {
            let targets = match (&left.target, &right.target) {
                (Some(left), Some(right)) => same(left, right),
                (None, None) => true,
                _ => false,
            };
            let arguments = left.args.len() == right.args.len() && left.args.iter().zip(&right.args).all(|(left, right)| same(left, right));
            targets && arguments && left.func_name == right.func_name
        }
        _ => false,
    }
}
