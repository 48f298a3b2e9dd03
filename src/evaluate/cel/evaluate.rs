//! The evaluator: walks the node tree.
//!
//! What controls consist of stands in [`Context::truth`] and [`Context::value`], the rest in functions of its own: the less of the stack these two
//! need, the faster is every node.
use super::context::Context;
use super::fault::{Cause, Evaluated, Fault, telling};
use super::functions::arithmetic;
use super::hidden::HIDDEN;
use super::node::{Comparison, Name, Node, PathOr, Search, Span, Step, TextTest};
use super::value::Value;
use memchr::memmem::Finder;
use regex::Regex;

impl<'d> Context<'d> {
    /// Evaluates to a truth value, without a detour over [`Value`] where the node allows. `None`: it failed, and [`Context::failed`] says how. (An
    /// answer that fits into a register is what half of the speed of this function comes from.)
    pub(super) fn truth(&mut self, node: &'d Node) -> Option<bool> {
        match node {
            Node::And(terms) => self.logic(terms, false),
            Node::Or(terms) => self.logic(terms, true),
            Node::Not(operand, _) => self.truth(operand).map(|truth| !truth),
            Node::EqualStr(operand, text, wanted) => self.is_text(operand, text, *wanted),
            Node::EqualBool(operand, truth) => self.is_bool(operand, *truth),
            Node::EqualInt(operand, number, wanted) => self.is_integer(operand, *number, *wanted),
            Node::InStrings(element, texts) => self.is_one_of(element, texts),
            Node::PathOr(path, _) => self.true_path(path, node),
            Node::Has(operand, name, span) => self.has_field(operand, name, *span),
            Node::Comprehension(comprehension) if comprehension.is_truth() => self.walk_truth(comprehension),
            Node::TextTest(test, subject, part, span) => self.test(*test, subject, part, *span),
            Node::Search(Search::Matches, subject, regex, span) => self.is_match(subject, regex, *span),
            Node::Equal(pair, wanted, span) => self.equal_nodes(pair, *wanted, *span),
            Node::Compare(comparison, pair, span) => self.compare(*comparison, pair, *span),
            Node::In(pair, span) => self.member(pair, *span),
            Node::Conditional(nodes) => {
                let [condition, yes, no] = &**nodes;
                let branch = if self.truth(condition)? { yes } else { no };
                self.truth(branch)
            }
            node => self.true_value(node),
        }
    }

    /// The same as a result.
    #[inline]
    pub(super) fn holds(&mut self, node: &'d Node) -> Evaluated<'d, bool> {
        match self.truth(node) {
            Some(truth) => Ok(truth),
            None => Err(self.failed()),
        }
    }

    /// `&&` (decided by a false term) or `||` (by a true one); a term that fails counts only if no other decides. Of several failures an unknown
    /// part is told first, for it says more.
    #[inline(never)]
    fn logic(&mut self, terms: &'d [Node], decisive: bool) -> Option<bool> {
        let mut failure = None;
        for term in terms {
            if self.decides(term, decisive, &mut failure) {
                return Some(decisive);
            }
        }
        self.undecided(decisive, failure)
    }

    /// Whether a term decides a chain; a failure is noted.
    #[inline]
    pub(super) fn decides(&mut self, term: &'d Node, decisive: bool, failure: &mut Option<&'d Fault<'d>>) -> bool {
        match self.truth(term) {
            Some(truth) => truth == decisive,
            None => {
                *failure = Some(telling(*failure, self.failed()));
                false
            }
        }
    }

    /// What a chain is that no term decided.
    #[inline]
    pub(super) fn undecided(&mut self, decisive: bool, failure: Option<&'d Fault<'d>>) -> Option<bool> {
        match failure {
            None => Some(!decisive),
            Some(fault) => self.fail(fault),
        }
    }

    /// A question about the value of a node: asked of the value, or of what is left of a text that holds a marker.
    #[inline]
    fn about(&mut self, node: &'d Node, of_rest: impl Fn(&str) -> Option<bool>, of_value: impl Fn(Value<'d>) -> bool) -> Option<bool> {
        match self.simple(node) {
            Ok(Value::Hidden(text)) => self.certain(of_rest(text), node.span()),
            Ok(value) => Some(of_value(value)),
            Err(fault) => self.fail(fault),
        }
    }

    #[inline(never)]
    fn is_text(&mut self, operand: &'d Node, text: &str, wanted: bool) -> Option<bool> {
        let of_rest = |found: &str| super::hidden::equal(found, text).map(|equal| equal == wanted);
        self.about(operand, of_rest, |value| matches!(value, Value::Str(found) if found == text) == wanted)
    }

    #[inline(never)]
    fn is_bool(&mut self, operand: &'d Node, truth: bool) -> Option<bool> {
        self.about(operand, |_| None, |value| matches!(value, Value::Bool(found) if found == truth))
    }

    #[inline(never)]
    fn is_integer(&mut self, operand: &'d Node, number: i64, wanted: bool) -> Option<bool> {
        self.about(operand, |_| None, |value| super::equality::is_integer(value, number) == wanted)
    }

    #[inline(never)]
    fn is_one_of(&mut self, element: &'d Node, texts: &[Box<str>]) -> Option<bool> {
        let of_rest = |found: &str| texts.iter().all(|text| super::hidden::equal(found, text).is_some()).then_some(false);
        self.about(element, of_rest, |value| matches!(value, Value::Str(found) if texts.iter().any(|text| **text == *found)))
    }

    #[inline(never)]
    fn true_path(&mut self, path: &'d PathOr, node: &'d Node) -> Option<bool> {
        match self.path_or(path) {
            Ok(Value::Bool(truth)) => Some(truth),
            Ok(other) => self.fail(self.wrong_result(node, "bool", other)),
            Err(fault) => self.fail(fault),
        }
    }

    #[inline(never)]
    fn true_value(&mut self, node: &'d Node) -> Option<bool> {
        match self.value(node) {
            Ok(Value::Bool(truth)) => Some(truth),
            Ok(other) => self.fail(self.wrong_result(node, "bool", other)),
            Err(fault) => self.fail(fault),
        }
    }

    #[inline(never)]
    fn has_field(&mut self, operand: &'d Node, name: &'d Name, span: Span) -> Option<bool> {
        let has = match self.simple(operand) {
            Ok(operand) => self.has(operand, name, span),
            Err(fault) => Err(fault),
        };
        self.noted(has)
    }

    /// An answer that may depend on what was taken out of a text.
    #[cold]
    fn certain(&mut self, truth: Option<bool>, span: Span) -> Option<bool> {
        truth.or_else(|| self.fail(self.fault(Cause::Unknown(HIDDEN), span)))
    }

    /// A result as [`Context::truth`] gives it.
    #[inline]
    pub(super) fn noted(&mut self, result: Evaluated<'d, bool>) -> Option<bool> {
        match result {
            Ok(truth) => Some(truth),
            Err(fault) => self.fail(fault),
        }
    }

    /// The value of a node that is likely to be a name or a path: without a call for the first, with one for the second.
    #[inline]
    pub(super) fn simple(&mut self, node: &'d Node) -> Evaluated<'d, Value<'d>> {
        match node {
            Node::Local(slot, span) => self.known(self.local(*slot), *span),
            Node::PathOr(path, _) => self.path_or(path),
            node => self.value(node),
        }
    }

    /// The same for a node that may be `string(x)`, which most tests of texts ask of.
    #[inline]
    fn spelled(&mut self, node: &'d Node) -> Evaluated<'d, Value<'d>> {
        match node {
            Node::Text(operand, span) => self.text_of(operand, *span),
            node => self.simple(node),
        }
    }

    /// Evaluates to any value but [`Value::Unknown`].
    pub(super) fn value(&mut self, node: &'d Node) -> Evaluated<'d, Value<'d>> {
        match node {
            Node::Local(slot, span) => self.known(self.local(*slot), *span),
            Node::Literal(literal) => Ok(literal.value()),
            Node::PathOr(path, _) => self.path_or(path),
            Node::Root(slot, span) => self.known(self.roots.get(*slot).copied().unwrap_or(Value::Null), *span),
            Node::Variable(id, span) => self.known_variable(*id, *span),
            Node::Select(operand, steps) => self.select_path(operand, steps),
            Node::Call(overloads, arguments, span) => self.call(overloads, arguments, *span),
            Node::Text(operand, span) => self.text_of(operand, *span),
            Node::OptionalOrValue(pair, span) => self.or_value(pair, *span),
            Node::SelectOptional(..) | Node::IndexOptional(..) | Node::OptionalOr(..) => self.optional_value(node),
            Node::Conditional(nodes) => self.conditional(nodes),
            Node::Comprehension(comprehension) if !comprehension.is_truth() => self.walk(comprehension),
            Node::Sum(terms, spans) => self.sum(terms, spans),
            Node::List(items, span) => self.list(items, *span),
            Node::Index(pair, span) => self.index_nodes(pair, *span),
            Node::Arithmetic(operation, pair, span) => self.arithmetic(*operation, pair, *span),
            Node::Negate(operand, span) => self.negate(operand, *span),
            Node::Map(entries, span) => self.map(entries, *span),
            Node::Bind(pair, slot) => self.bind(pair, *slot),
            Node::OptionalMap(pair, slot, flat, span) => self.optional_map(pair, *slot, *flat, *span),
            Node::Search(Search::Find, subject, regex, span) => self.find(subject, regex, false, *span),
            Node::Search(Search::FindAll, subject, regex, span) => self.find(subject, regex, true, *span),
            node => self.truth_value(node),
        }
    }

    #[inline(never)]
    fn truth_value(&mut self, node: &'d Node) -> Evaluated<'d, Value<'d>> {
        self.holds(node).map(Value::Bool)
    }

    #[inline(never)]
    fn known_variable(&mut self, id: usize, span: Span) -> Evaluated<'d, Value<'d>> {
        let value = self.variable(id)?;
        self.known(value, span)
    }

    #[inline(never)]
    fn select_path(&mut self, operand: &'d Node, steps: &'d [Step]) -> Evaluated<'d, Value<'d>> {
        let mut value = self.simple(operand)?;
        for step in steps {
            value = self.select(value, &step.name, step.span)?;
        }
        Ok(value)
    }

    #[inline(never)]
    fn text_of(&mut self, operand: &'d Node, span: Span) -> Evaluated<'d, Value<'d>> {
        match self.simple(operand)? {
            text @ (Value::Str(_) | Value::Hidden(_)) => Ok(text),
            other => self.text(other, span),
        }
    }

    #[inline(never)]
    fn or_value(&mut self, pair: &'d [Node; 2], span: Span) -> Evaluated<'d, Value<'d>> {
        let [optional, default] = pair;
        match self.optional(optional, "orValue", span)? {
            Some(value) => self.known(value, span),
            None => self.value(default),
        }
    }

    #[inline(never)]
    fn optional_value(&mut self, node: &'d Node) -> Evaluated<'d, Value<'d>> {
        Ok(match self.optional(node, "", node.span())? {
            Some(value) => self.some(value),
            None => Value::Optional(None),
        })
    }

    #[inline(never)]
    fn conditional(&mut self, nodes: &'d [Node; 3]) -> Evaluated<'d, Value<'d>> {
        let [condition, yes, no] = nodes;
        let branch = if self.holds(condition)? { yes } else { no };
        self.value(branch)
    }

    #[inline(never)]
    fn bind(&mut self, pair: &'d [Node; 2], slot: usize) -> Evaluated<'d, Value<'d>> {
        let [value, body] = pair;
        let value = self.value(value)?;
        self.set_local(slot, value);
        self.value(body)
    }

    #[inline(never)]
    fn equal_nodes(&mut self, pair: &'d [Node; 2], wanted: bool, span: Span) -> Option<bool> {
        let (left, right) = self.both(pair)?;
        match (left, right) {
            (Value::Str(left), Value::Str(right)) => Some((left == right) == wanted),
            (left, right) => match self.equal(left, right) {
                Ok(equal) => Some(equal == wanted),
                Err(cause) => self.fail(self.fault(cause, span)),
            },
        }
    }

    #[inline]
    pub(super) fn both(&mut self, [left, right]: &'d [Node; 2]) -> Option<(Value<'d>, Value<'d>)> {
        let left = match self.simple(left) {
            Ok(left) => left,
            Err(fault) => return self.fail(fault),
        };
        match self.simple(right) {
            Ok(right) => Some((left, right)),
            Err(fault) => self.fail(fault),
        }
    }

    #[inline(never)]
    fn test(&mut self, test: TextTest, subject: &'d Node, part: &Finder<'_>, span: Span) -> Option<bool> {
        let text = match self.spelled(subject) {
            Ok(Value::Str(text)) => text.as_bytes(),
            Ok(Value::Hidden(text)) => {
                // The part was a string before it became bytes.
                let part = std::str::from_utf8(part.needle()).unwrap_or_default();
                let truth = match test {
                    TextTest::StartsWith => super::hidden::starts_with(text, part),
                    TextTest::EndsWith => super::hidden::ends_with(text, part),
                    TextTest::Contains => super::hidden::contains(text, part),
                };
                return self.certain(truth, span);
            }
            Ok(other) => return self.fail(self.types(test.name(), &[other, Value::Str("")], span)),
            Err(fault) => return self.fail(fault),
        };
        match test {
            TextTest::StartsWith => Some(text.starts_with(part.needle())),
            TextTest::EndsWith => Some(text.ends_with(part.needle())),
            TextTest::Contains => match self.spend(text.len() / 64) {
                Ok(()) => Some(contains(text, part)),
                Err(cause) => self.fail(self.fault(cause, span)),
            },
        }
    }

    #[inline(never)]
    fn is_match(&mut self, subject: &'d Node, regex: &Regex, span: Span) -> Option<bool> {
        match self.simple(subject) {
            Ok(Value::Str(text)) => match self.spend(text.len() / 16) {
                Ok(()) => Some(regex.is_match(text)),
                Err(cause) => self.fail(self.fault(cause, span)),
            },
            Ok(other) => self.fail(self.types("matches", &[other, Value::Str("")], span)),
            Err(fault) => self.fail(fault),
        }
    }

    #[inline(never)]
    fn arithmetic(&mut self, operation: super::node::Arithmetic, pair: &'d [Node; 2], span: Span) -> Evaluated<'d, Value<'d>> {
        let [left, right] = pair;
        let (left, right) = (self.value(left)?, self.value(right)?);
        match arithmetic::apply(self, operation, left, right) {
            Ok(value) => Ok(value),
            Err(Cause::Overload) => Err(self.types(arithmetic::symbol(operation), &[left, right], span)),
            Err(cause) => Err(self.fault(cause, span)),
        }
    }

    #[inline(never)]
    fn negate(&mut self, operand: &'d Node, span: Span) -> Evaluated<'d, Value<'d>> {
        match self.value(operand)? {
            Value::Int(number) => number.checked_neg().map(Value::Int).ok_or_else(|| self.fault(Cause::Overflow, span)),
            Value::Double(number) => Ok(Value::Double(-number)),
            other => Err(self.types("-", &[other], span)),
        }
    }

    #[inline(never)]
    fn index_nodes(&mut self, pair: &'d [Node; 2], span: Span) -> Evaluated<'d, Value<'d>> {
        let [operand, index] = pair;
        let (operand, index) = (self.value(operand)?, self.value(index)?);
        self.index(operand, index, span)
    }

    #[inline(never)]
    fn compare(&mut self, comparison: Comparison, pair: &'d [Node; 2], span: Span) -> Option<bool> {
        let (left, right) = self.both(pair)?;
        match super::equality::order(left, right) {
            // NaN is neither less nor greater than anything.
            Ok(order) => Some(order.is_some_and(|order| comparison.holds(order))),
            Err(_) => self.fail(self.types(comparison.symbol(), &[left, right], span)),
        }
    }

    /// An error because an operator or function does not take these types.
    #[cold]
    pub(super) fn types(&self, what: &str, operands: &[Value<'d>], span: Span) -> &'d super::fault::Fault<'d> {
        if operands.iter().any(|operand| matches!(operand, Value::Hidden(_))) {
            return self.fault(Cause::Unknown(HIDDEN), span);
        }
        let mut text = format!("'{what}' cannot be applied to ");
        for (i, operand) in operands.iter().enumerate() {
            text.push_str(if i > 0 { ", " } else { "" });
            text.push_str(operand.type_name());
        }
        self.fault(Cause::Types(self.arena.alloc_str(&text)), span)
    }
}

/// Whether a text contains a part. In a short text the part's first byte is looked for, which it seldom has: a search costs more to begin than that.
#[inline]
fn contains(text: &[u8], part: &Finder<'_>) -> bool {
    match part.needle().first() {
        Some(first) if text.len() < 64 => {
            memchr::memchr(*first, text).is_some_and(|at| part.find(text.get(at..).unwrap_or_default()).is_some())
        }
        _ => part.find(text).is_some(),
    }
}
