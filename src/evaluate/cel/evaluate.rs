//! The evaluator: walks the node tree.
use super::context::Context;
use super::fault::{Cause, Evaluated};
use super::functions::{Function, arithmetic};
use super::node::{Comparison, Literal, Name, Node, Search, Span};
use super::value::{Entry, Key, Keys, Value, find};
use regex::Regex;

impl<'d> Context<'d> {
    /// Evaluates to a truth value, without a detour over [`Value`] where the node allows.
    pub(super) fn truth(&mut self, node: &'d Node) -> Evaluated<'d, bool> {
        match node {
            Node::Literal(Literal::Bool(truth)) => Ok(*truth),
            Node::And(terms) => self.logic(terms, false),
            Node::Or(terms) => self.logic(terms, true),
            Node::Not(operand, _) => Ok(!self.truth(operand)?),
            Node::Conditional(nodes) => {
                let [condition, yes, no] = &**nodes;
                if self.truth(condition)? { self.truth(yes) } else { self.truth(no) }
            }
            Node::Has(operand, name, span) => {
                let operand = self.value(operand)?;
                self.has(operand, name.key(), *span)
            }
            Node::EqualStr(operand, text, wanted) => Ok(matches!(self.value(operand)?, Value::Str(found) if *found == **text) == *wanted),
            Node::EqualBool(operand, truth) => Ok(matches!(self.value(operand)?, Value::Bool(found) if found == *truth)),
            Node::Equal(pair, wanted, span) => {
                let [left, right] = &**pair;
                let (left, right) = (self.value(left)?, self.value(right)?);
                match self.equal(left, right) {
                    Ok(equal) => Ok(equal == *wanted),
                    Err(cause) => Err(self.fault(cause, *span)),
                }
            }
            Node::Compare(comparison, pair, span) => self.compare(*comparison, pair, *span),
            Node::In(pair, span) => self.member(pair, *span),
            Node::InStrings(element, texts) => {
                Ok(matches!(self.value(element)?, Value::Str(found) if texts.iter().any(|text| **text == *found)))
            }
            Node::Search(Search::Matches, subject, regex, span) => match self.value(subject)? {
                Value::Str(text) => {
                    self.spend(text.len() / 16).map_err(|cause| self.fault(cause, *span))?;
                    Ok(regex.is_match(text))
                }
                other => Err(self.types("matches", &[other, Value::Str("")], *span)),
            },
            Node::Comprehension(comprehension) if comprehension.is_truth() => self.walk_truth(comprehension),
            node => match self.value(node)? {
                Value::Bool(truth) => Ok(truth),
                other => Err(self.wrong_result(node, "bool", other)),
            },
        }
    }

    /// `&&` (decided by a false term) or `||` (by a true one); a term that fails counts only if no other decides. Of several failures an unknown
    /// part is told first, for it says more.
    fn logic(&mut self, terms: &'d [Node], decisive: bool) -> Evaluated<'d, bool> {
        let mut failure = None;
        for term in terms {
            match self.truth(term) {
                Ok(truth) if truth == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(fault) => failure = Some(super::fault::telling(failure, fault)),
            }
        }
        failure.map_or(Ok(!decisive), Err)
    }

    /// Evaluates to any value but [`Value::Unknown`].
    pub(super) fn value(&mut self, node: &'d Node) -> Evaluated<'d, Value<'d>> {
        match node {
            Node::Local(slot, span) => self.known(self.local(*slot), *span),
            Node::Root(slot, span) => self.known(self.roots.get(*slot).copied().unwrap_or(Value::Null), *span),
            Node::Variable(id, span) => {
                let value = self.variable(*id)?;
                self.known(value, *span)
            }
            Node::Select(operand, steps) => {
                let mut value = self.value(operand)?;
                for step in steps {
                    value = self.select(value, &step.name, step.span)?;
                }
                Ok(value)
            }
            Node::Literal(literal) => Ok(match literal {
                Literal::Null => Value::Null,
                Literal::Bool(truth) => Value::Bool(*truth),
                Literal::Int(number) => Value::Int(*number),
                Literal::UInt(number) => Value::UInt(*number),
                Literal::Double(number) => Value::Double(*number),
                Literal::Str(text) => Value::Str(text),
                Literal::Bytes(bytes) => Value::Bytes(bytes),
                Literal::Type(name) => Value::Type(name),
            }),
            Node::OptionalOrValue(pair, span) => {
                let [optional, default] = &**pair;
                match self.optional(optional, "orValue", *span)? {
                    Some(value) => self.known(value, *span),
                    None => self.value(default),
                }
            }
            Node::SelectOptional(..) | Node::IndexOptional(..) | Node::OptionalOr(..) => {
                Ok(match self.optional(node, "", node.span())? {
                    Some(value) => self.some(value),
                    None => Value::Optional(None),
                })
            }
            Node::Index(pair, span) => {
                let [operand, index] = &**pair;
                let (operand, index) = (self.value(operand)?, self.value(index)?);
                self.index(operand, index, *span)
            }
            Node::Conditional(nodes) => {
                let [condition, yes, no] = &**nodes;
                if self.truth(condition)? { self.value(yes) } else { self.value(no) }
            }
            Node::Call(overloads, arguments, span) => self.call(overloads, arguments, *span),
            Node::Arithmetic(operation, pair, span) => {
                let [left, right] = &**pair;
                let (left, right) = (self.value(left)?, self.value(right)?);
                match arithmetic::apply(self, *operation, left, right) {
                    Ok(value) => Ok(value),
                    Err(Cause::Overload) => Err(self.types(arithmetic::symbol(*operation), &[left, right], *span)),
                    Err(cause) => Err(self.fault(cause, *span)),
                }
            }
            Node::Sum(terms, spans) => self.sum(terms, spans),
            Node::Negate(operand, span) => match self.value(operand)? {
                Value::Int(number) => number.checked_neg().map(Value::Int).ok_or_else(|| self.fault(Cause::Overflow, *span)),
                Value::Double(number) => Ok(Value::Double(-number)),
                other => Err(self.types("-", &[other], *span)),
            },
            Node::Comprehension(comprehension) if !comprehension.is_truth() => self.walk(comprehension),
            Node::List(items, span) => self.list(items, *span),
            Node::Map(entries, span) => self.map(entries, *span),
            Node::Bind(pair, slot) => {
                let [value, body] = &**pair;
                let value = self.value(value)?;
                self.set_local(*slot, value);
                self.value(body)
            }
            Node::OptionalMap(pair, slot, flat, span) => self.optional_map(pair, *slot, *flat, *span),
            Node::Search(Search::Find, subject, regex, span) => self.find(subject, regex, false, *span),
            Node::Search(Search::FindAll, subject, regex, span) => self.find(subject, regex, true, *span),
            node => Ok(Value::Bool(self.truth(node)?)),
        }
    }

    /// `optMap` and, flat, `optFlatMap`.
    #[inline(never)]
    fn optional_map(&mut self, pair: &'d [Node; 2], slot: usize, flat: bool, span: Span) -> Evaluated<'d, Value<'d>> {
        let [optional, body] = pair;
        let Some(value) = self.optional(optional, if flat { "optFlatMap" } else { "optMap" }, span)? else {
            return Ok(Value::Optional(None));
        };
        self.set_local(slot, value);
        match (self.value(body)?, flat) {
            (value, false) => Ok(self.some(value)),
            (Value::Optional(inner), true) => Ok(Value::Optional(inner)),
            (other, true) => Err(self.wrong_result(body, "optional_type", other)),
        }
    }

    /// The first match of a pattern, or all of them.
    #[inline(never)]
    fn find(&mut self, subject: &'d Node, regex: &Regex, all: bool, span: Span) -> Evaluated<'d, Value<'d>> {
        let text = match self.value(subject)? {
            Value::Str(text) => text,
            other => return Err(self.types(if all { "findAll" } else { "find" }, &[other, Value::Str("")], span)),
        };
        self.spend(text.len() / 4).map_err(|cause| self.fault(cause, span))?;
        Ok(match all {
            true => super::document::list(self.arena, regex.find_iter(text).map(|found| Value::Str(found.as_str()))),
            false => Value::Str(regex.find(text).map_or("", |found| found.as_str())),
        })
    }

    /// Refuses a part that was not read.
    #[inline]
    fn known(&self, value: Value<'d>, span: Span) -> Evaluated<'d, Value<'d>> {
        match value {
            Value::Unknown(id) => Err(self.fault(Cause::Unknown(id), span)),
            value => Ok(value),
        }
    }

    /// The value under a key, unless it was not read. The search is linear, so large maps cost fuel.
    #[inline]
    fn look_up(&mut self, keys: Keys, entries: &'d [Entry<'d>], key: Key<'_>, span: Span) -> Evaluated<'d, Option<Value<'d>>> {
        if !keys.may_have(key) {
            return Ok(None);
        }
        self.search_for(keys, entries, key, span)
    }

    fn search_for(&mut self, keys: Keys, entries: &'d [Entry<'d>], key: Key<'_>, span: Span) -> Evaluated<'d, Option<Value<'d>>> {
        if entries.len() > 64 {
            self.spend(entries.len() / 64).map_err(|cause| self.fault(cause, span))?;
        }
        match find(keys, entries, key) {
            Some(value) => self.known(value, span).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    pub(super) fn some(&self, value: Value<'d>) -> Value<'d> {
        Value::Optional(Some(self.arena.alloc(value)))
    }

    #[inline]
    fn select(&mut self, operand: Value<'d>, name: &'d Name, span: Span) -> Evaluated<'d, Value<'d>> {
        match operand {
            Value::Map(keys, entries) => match self.look_up(keys, entries, name.key(), span)? {
                Some(value) => Ok(value),
                None => Err(self.fault(Cause::NoSuchKey(name.key()), span)),
            },
            Value::Optional(None) => Ok(Value::Optional(None)),
            Value::Optional(Some(Value::Map(keys, entries))) => Ok(match self.look_up(*keys, entries, name.key(), span)? {
                Some(value) => self.some(value),
                None => Value::Optional(None),
            }),
            Value::Optional(Some(other)) => Err(self.no_field(name.key(), *other, span)),
            other => Err(self.no_field(name.key(), other, span)),
        }
    }

    #[cold]
    fn no_field(&self, key: Key<'d>, operand: Value<'d>, span: Span) -> &'d super::fault::Fault<'d> {
        let key = super::functions::conversions::plain(key.value()).unwrap_or_default();
        let text = format!("cannot select '{key}' from a value of type {}", operand.type_name());
        self.fault(Cause::Types(self.arena.alloc_str(&text)), span)
    }

    /// `has(operand.key)`. As in cel-go, null has no fields, and an optional is looked into.
    fn has(&mut self, operand: Value<'d>, key: Key<'d>, span: Span) -> Evaluated<'d, bool> {
        match operand {
            Value::Map(keys, entries) => Ok(self.look_up(keys, entries, key, span)?.is_some()),
            Value::Null | Value::Optional(None) => Ok(false),
            Value::Optional(Some(inner)) => self.has(*inner, key, span),
            other => Err(self.no_field(key, other, span)),
        }
    }

    /// Evaluates a node that gives an optional, without making one where the node allows.
    fn optional(&mut self, node: &'d Node, method: &str, span: Span) -> Evaluated<'d, Option<Value<'d>>> {
        match node {
            Node::SelectOptional(operand, steps) => {
                let mut value = match &**operand {
                    // Most paths begin at what a macro binds.
                    Node::Local(slot, span) => match self.known(self.local(*slot), *span)? {
                        Value::Optional(optional) => optional.copied(),
                        plain => Some(plain),
                    },
                    operand => self.operand(operand)?,
                };
                for step in steps {
                    value = match value {
                        None | Some(Value::Null) => return Ok(None),
                        Some(Value::Map(keys, entries)) => self.look_up(keys, entries, step.name.key(), step.span)?,
                        Some(other) => return Err(self.no_field(step.name.key(), other, step.span)),
                    };
                }
                Ok(value)
            }
            Node::IndexOptional(pair, span) => {
                let [operand, index] = &**pair;
                let Some(operand) = self.operand(operand)? else {
                    return Ok(None);
                };
                let index = self.value(index)?;
                if let (Value::Map(keys, entries), Some(key)) = (operand, super::equality::key(index)) {
                    return self.look_up(keys, entries, key, *span);
                }
                match self.index(operand, index, *span) {
                    Ok(value) => Ok(Some(value)),
                    Err(fault) if matches!(fault.cause, Cause::NoSuchKey(_) | Cause::Index(_)) => Ok(None),
                    Err(fault) => Err(fault),
                }
            }
            Node::OptionalOr(pair, span) => {
                let [optional, other] = &**pair;
                match (self.optional(optional, "or", *span)?, other) {
                    (Some(value), _) => Ok(Some(value)),
                    (None, Node::SelectOptional(..) | Node::IndexOptional(..) | Node::OptionalOr(..)) => self.optional(other, "or", *span),
                    (None, other) => match self.value(other)? {
                        Value::Optional(optional) => Ok(optional.copied()),
                        other => Err(self.types("or", &[Value::Optional(None), other], *span)),
                    },
                }
            }
            node => match self.value(node)? {
                Value::Optional(optional) => Ok(optional.copied()),
                other => Err(self.types(method, &[other], span)),
            },
        }
    }

    /// What an optional selection selects from: a plain value, or what an optional holds.
    fn operand(&mut self, node: &'d Node) -> Evaluated<'d, Option<Value<'d>>> {
        match node {
            Node::SelectOptional(..) | Node::IndexOptional(..) | Node::OptionalOr(..) => self.optional(node, "", node.span()),
            node => Ok(match self.value(node)? {
                Value::Optional(optional) => optional.copied(),
                plain => Some(plain),
            }),
        }
    }

    #[inline(never)]
    fn index(&mut self, operand: Value<'d>, index: Value<'d>, span: Span) -> Evaluated<'d, Value<'d>> {
        match (operand, index) {
            (Value::List(items), index) => {
                let Some(index) = super::equality::integer(index) else {
                    return Err(self.types("[]", &[operand, index], span));
                };
                match usize::try_from(index).ok().and_then(|index| items.get(index)) {
                    Some(value) => self.known(*value, span),
                    None => Err(self.fault(Cause::Index(index), span)),
                }
            }
            (Value::Map(keys, entries), index) => match super::equality::key(index) {
                Some(key) => match self.look_up(keys, entries, key, span)? {
                    Some(value) => Ok(value),
                    None => Err(self.fault(Cause::NoSuchKey(key), span)),
                },
                None if matches!(index, Value::Double(_)) => {
                    let text = super::functions::conversions::plain(index).unwrap_or_default();
                    Err(self.fault(Cause::NoSuchKey(Key::new(self.arena.alloc_str(&text))), span))
                }
                None => Err(self.types("[]", &[operand, index], span)),
            },
            (Value::Optional(None), _) => Ok(Value::Optional(None)),
            (Value::Optional(Some(inner)), index) => match self.index(*inner, index, span) {
                Ok(value) => Ok(self.some(value)),
                Err(fault) if matches!(fault.cause, Cause::NoSuchKey(_) | Cause::Index(_)) => Ok(Value::Optional(None)),
                Err(fault) => Err(fault),
            },
            (operand, index) => Err(self.types("[]", &[operand, index], span)),
        }
    }

    fn compare(&mut self, comparison: Comparison, pair: &'d [Node; 2], span: Span) -> Evaluated<'d, bool> {
        let [left, right] = pair;
        let (left, right) = (self.value(left)?, self.value(right)?);
        let symbol = match comparison {
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        };
        match super::equality::order(left, right) {
            // NaN is neither less nor greater than anything.
            Ok(None) => Ok(false),
            Ok(Some(order)) => Ok(match comparison {
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
            }),
            Err(_) => Err(self.types(symbol, &[left, right], span)),
        }
    }

    /// `element in container`. An unknown element of the container leaves it open only if no other is equal.
    #[inline(never)]
    fn member(&mut self, pair: &'d [Node; 2], span: Span) -> Evaluated<'d, bool> {
        let [element, container] = pair;
        let (element, container) = (self.value(element)?, self.value(container)?);
        match container {
            Value::Map(keys, entries) => match super::equality::key(element) {
                Some(key) => Ok(self.look_up(keys, entries, key, span)?.is_some()),
                None => Ok(false),
            },
            Value::List(items) => self.contains(items, element).map_err(|cause| self.fault(cause, span)),
            other => Err(self.types("in", &[element, other], span)),
        }
    }

    #[inline(never)]
    fn list(&mut self, items: &'d [(Node, bool)], span: Span) -> Evaluated<'d, Value<'d>> {
        let mut values = bumpalo::collections::Vec::with_capacity_in(items.len(), self.arena);
        for (item, optional) in items {
            match *optional {
                false => values.push(self.value(item)?),
                true => values.extend(self.optional(item, "?", span)?),
            }
        }
        Ok(Value::List(values.into_bump_slice()))
    }

    #[inline(never)]
    fn map(&mut self, parts: &'d [(Node, Node, bool)], span: Span) -> Evaluated<'d, Value<'d>> {
        let mut entries: bumpalo::collections::Vec<'d, Entry<'d>> = bumpalo::collections::Vec::with_capacity_in(parts.len(), self.arena);
        for (key, value, optional) in parts {
            let key = match self.value(key)? {
                key @ (Value::Double(_) | Value::Null) => return Err(self.types("map key", &[key], span)),
                key => super::equality::key(key).ok_or_else(|| self.types("map key", &[key], span))?,
            };
            let value = match *optional {
                false => self.value(value)?,
                true => match self.optional(value, "?", span)? {
                    Some(value) => value,
                    None => continue,
                },
            };
            if entries.iter().any(|entry| entry.key == key) {
                return Err(self.fault(Cause::DuplicateKey(key), span));
            }
            entries.push(Entry { key, value });
        }
        Ok(Value::of_entries(entries.into_bump_slice()))
    }

    /// A call. Most have one argument or two, the receiver counted, and need no list of them in the arena.
    #[inline(never)]
    fn call(&mut self, overloads: &'d [&'static Function], nodes: &'d [Node], span: Span) -> Evaluated<'d, Value<'d>> {
        match nodes {
            [one] => {
                let arguments = [self.value(one)?];
                self.apply(overloads, &arguments, span)
            }
            [one, two] => {
                let arguments = [self.value(one)?, self.value(two)?];
                self.apply(overloads, &arguments, span)
            }
            nodes => {
                let mut arguments = bumpalo::collections::Vec::with_capacity_in(nodes.len(), self.arena);
                for node in nodes {
                    arguments.push(self.value(node)?);
                }
                self.apply(overloads, arguments.into_bump_slice(), span)
            }
        }
    }

    /// Tries the functions of a name in turn.
    #[inline]
    fn apply(&mut self, overloads: &'d [&'static Function], arguments: &[Value<'d>], span: Span) -> Evaluated<'d, Value<'d>> {
        for function in overloads {
            match (function.call)(self, arguments) {
                Err(Cause::Overload) => {}
                Ok(value) => return Ok(value),
                Err(cause) => return Err(self.fault(cause, span)),
            }
        }
        Err(self.types(overloads.first().map_or("", |function| function.name), arguments, span))
    }

    /// `a + b + c ...`. As long as all are text they are gathered, and put together once.
    #[inline(never)]
    fn sum(&mut self, terms: &'d [Node], spans: &'d [Span]) -> Evaluated<'d, Value<'d>> {
        let Some((first, rest)) = terms.split_first() else { return Ok(Value::Null) };
        let mut sum = self.value(first)?;
        let mut texts = match sum {
            Value::Str(text) => {
                // Room for a message of usual length, so that it seldom moves.
                let mut texts = bumpalo::collections::String::with_capacity_in(text.len() + 96, self.arena);
                texts.push_str(text);
                Some(texts)
            }
            _ => None,
        };
        for (term, span) in rest.iter().zip(spans) {
            let term = self.value(term)?;
            if let (Some(text), Value::Str(more)) = (&mut texts, term) {
                self.spend(more.len() / 16).map_err(|cause| self.fault(cause, *span))?;
                text.push_str(more);
                continue;
            }
            if let Some(text) = texts.take() {
                sum = Value::Str(text.into_bump_str());
            }
            sum = match arithmetic::apply(self, super::node::Arithmetic::Add, sum, term) {
                Ok(value) => value,
                Err(Cause::Overload) => return Err(self.types("+", &[sum, term], *span)),
                Err(cause) => return Err(self.fault(cause, *span)),
            };
        }
        Ok(texts.map_or(sum, |text| Value::Str(text.into_bump_str())))
    }

    /// An error because an operator or function does not take these types.
    #[cold]
    pub(super) fn types(&self, what: &str, operands: &[Value<'d>], span: Span) -> &'d super::fault::Fault<'d> {
        let mut text = format!("'{what}' cannot be applied to ");
        for (i, operand) in operands.iter().enumerate() {
            text.push_str(if i > 0 { ", " } else { "" });
            text.push_str(operand.type_name());
        }
        self.fault(Cause::Types(self.arena.alloc_str(&text)), span)
    }
}
