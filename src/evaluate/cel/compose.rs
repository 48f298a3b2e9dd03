//! What expressions make: lists, maps, texts, and the results of functions.
use super::context::Context;
use super::fault::{Cause, Evaluated};
use super::functions::{Function, arithmetic};
use super::node::{Node, Span};
use super::value::{Entry, Value};
use regex::Regex;

impl<'d> Context<'d> {
    /// `optMap` and, flat, `optFlatMap`.
    #[inline(never)]
    pub(super) fn optional_map(&mut self, pair: &'d [Node; 2], slot: usize, flat: bool, span: Span) -> Evaluated<'d, Value<'d>> {
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
    pub(super) fn find(&mut self, subject: &'d Node, regex: &Regex, all: bool, span: Span) -> Evaluated<'d, Value<'d>> {
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

    #[inline(never)]
    pub(super) fn list(&mut self, items: &'d [(Node, bool)], span: Span) -> Evaluated<'d, Value<'d>> {
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
    pub(super) fn map(&mut self, parts: &'d [(Node, Node, bool)], span: Span) -> Evaluated<'d, Value<'d>> {
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
    pub(super) fn call(&mut self, overloads: &'d [&'static Function], nodes: &'d [Node], span: Span) -> Evaluated<'d, Value<'d>> {
        match nodes {
            [one] => {
                let arguments = [self.simple(one)?];
                self.apply(overloads, &arguments, span)
            }
            [one, two] => {
                let arguments = [self.simple(one)?, self.simple(two)?];
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
    pub(super) fn sum(&mut self, terms: &'d [Node], spans: &'d [Span]) -> Evaluated<'d, Value<'d>> {
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

    /// `string(x)` of anything but a string.
    #[inline(never)]
    pub(super) fn text(&mut self, value: Value<'d>, span: Span) -> Evaluated<'d, Value<'d>> {
        match super::functions::conversions::string(self, &[value]) {
            Ok(text) => Ok(text),
            Err(Cause::Overload) => Err(self.types("string", &[value], span)),
            Err(cause) => Err(self.fault(cause, span)),
        }
    }
}
