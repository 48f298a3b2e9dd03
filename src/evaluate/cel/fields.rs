//! What documents are asked for: fields, elements, and whether they are there.
use super::context::Context;
use super::fault::{Cause, Evaluated};
use super::hidden::HIDDEN;
use super::node::{Name, Node, PathOr, Span, Step};
use super::value::{Entry, Key, Keys, Value, find};

impl<'d> Context<'d> {
    /// The value under a key, unless it was not read. The search is linear, so large maps cost fuel.
    #[inline]
    pub(super) fn look_up(&mut self, keys: Keys, entries: &'d [Entry<'d>], key: Key<'_>, span: Span) -> Evaluated<'d, Option<Value<'d>>> {
        if !keys.may_have(key) {
            return Ok(None);
        }
        self.pay_for(entries, span)?;
        find(keys, entries, key).map(|value| self.known(value, span)).transpose()
    }

    /// The same for a name that the expression gives.
    #[inline]
    fn field(&mut self, keys: Keys, entries: &'d [Entry<'d>], name: &Name, span: Span) -> Evaluated<'d, Option<&'d Value<'d>>> {
        if !name.may_be_of(keys) {
            return Ok(None);
        }
        self.pay_for(entries, span)?;
        match entries.iter().find(|entry| name.is(entry.key)) {
            Some(Entry { value: Value::Unknown(id), .. }) => Err(self.fault(Cause::Unknown(*id), span)),
            found => Ok(found.map(|entry| &entry.value)),
        }
    }

    #[inline]
    fn pay_for(&mut self, entries: &[Entry<'d>], span: Span) -> Evaluated<'d, ()> {
        if entries.len() > 64 {
            self.spend(entries.len() / 64).map_err(|cause| self.fault(cause, span))?;
        }
        Ok(())
    }

    /// A path with a literal for the case that it leads nowhere.
    #[inline(never)]
    pub(super) fn path_or(&mut self, path: &'d PathOr) -> Evaluated<'d, Value<'d>> {
        Ok(match self.path(&path.base, &path.steps)? {
            Some(value) => *value,
            None => path.default.value(),
        })
    }

    /// `base.?a.?b`
    #[inline(always)]
    fn path(&mut self, base: &'d Node, steps: &'d [Step]) -> Evaluated<'d, Option<&'d Value<'d>>> {
        let mut value = match base {
            // Most paths begin at what a macro binds.
            Node::Local(slot, span) => match self.known(self.local(*slot), *span)? {
                Value::Optional(optional) => optional.copied().unwrap_or(Value::Null),
                plain => plain,
            },
            base => self.operand(base)?.unwrap_or(Value::Null),
        };
        let mut found = None;
        for step in steps {
            match value {
                Value::Map(keys, entries) => match self.field(keys, entries, &step.name, step.span)? {
                    Some(field) => {
                        value = *field;
                        found = Some(field);
                    }
                    None => return Ok(None),
                },
                Value::Null => return Ok(None),
                other => return Err(self.no_field(step.name.key(), other, step.span)),
            }
        }
        Ok(found)
    }

    #[inline]
    pub(super) fn some(&self, value: Value<'d>) -> Value<'d> {
        Value::Optional(Some(self.arena.alloc(value)))
    }

    #[inline]
    pub(super) fn select(&mut self, operand: Value<'d>, name: &'d Name, span: Span) -> Evaluated<'d, Value<'d>> {
        match operand {
            Value::Map(keys, entries) => match self.field(keys, entries, name, span)? {
                Some(value) => Ok(*value),
                None => Err(self.fault(Cause::NoSuchKey(name.key()), span)),
            },
            Value::Optional(None) => Ok(Value::Optional(None)),
            Value::Optional(Some(Value::Map(keys, entries))) => Ok(Value::Optional(self.field(*keys, entries, name, span)?)),
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

    /// `has(operand.name)`. As in cel-go, null has no fields, and an optional is looked into.
    pub(super) fn has(&mut self, operand: Value<'d>, name: &'d Name, span: Span) -> Evaluated<'d, bool> {
        match operand {
            Value::Map(keys, entries) => Ok(self.field(keys, entries, name, span)?.is_some()),
            Value::Null | Value::Optional(None) => Ok(false),
            Value::Optional(Some(inner)) => self.has(*inner, name, span),
            other => Err(self.no_field(name.key(), other, span)),
        }
    }

    /// Evaluates a node that gives an optional, without making one where the node allows.
    pub(super) fn optional(&mut self, node: &'d Node, method: &str, span: Span) -> Evaluated<'d, Option<Value<'d>>> {
        match node {
            Node::SelectOptional(base, steps) => Ok(self.path(base, steps)?.copied()),
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
    pub(super) fn index(&mut self, operand: Value<'d>, index: Value<'d>, span: Span) -> Evaluated<'d, Value<'d>> {
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

    /// `element in container`. An unknown element of the container leaves it open only if no other is equal.
    #[inline(never)]
    pub(super) fn member(&mut self, pair: &'d [Node; 2], span: Span) -> Option<bool> {
        let (element, container) = self.both(pair)?;
        let found = self.is_member(element, container, span);
        self.noted(found)
    }

    fn is_member(&mut self, element: Value<'d>, container: Value<'d>, span: Span) -> Evaluated<'d, bool> {
        match container {
            Value::Map(..) if matches!(element, Value::Hidden(_)) => Err(self.fault(Cause::Unknown(HIDDEN), span)),
            Value::Map(keys, entries) => match super::equality::key(element) {
                Some(key) => Ok(self.look_up(keys, entries, key, span)?.is_some()),
                None => Ok(false),
            },
            Value::List(items) => self.contains(items, element).map_err(|cause| self.fault(cause, span)),
            other => Err(self.types("in", &[element, other], span)),
        }
    }

    /// Refuses a part that was not read.
    #[inline]
    pub(super) fn known(&self, value: Value<'d>, span: Span) -> Evaluated<'d, Value<'d>> {
        match value {
            Value::Unknown(id) => Err(self.fault(Cause::Unknown(id), span)),
            value => Ok(value),
        }
    }
}
