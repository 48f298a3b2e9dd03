//! Macros over lists and maps.
use super::context::Context;
use super::fault::{Cause, Evaluated, telling};
use super::node::{Comprehension, Walk};
use super::value::{Entry, Key, Value};
use std::cmp::Ordering;

impl Comprehension {
    /// Whether the result is a truth value.
    #[inline]
    pub fn is_truth(&self) -> bool {
        matches!(self.walk, Walk::All | Walk::Exists | Walk::ExistsOne)
    }
}

/// What a macro walks over.
#[derive(Clone, Copy)]
enum Range<'d> {
    List(&'d [Value<'d>]),
    Map(&'d [Entry<'d>]),
}

impl<'d> Range<'d> {
    #[inline]
    fn len(self) -> usize {
        match self {
            Range::List(items) => items.len(),
            Range::Map(entries) => entries.len(),
        }
    }

    /// The unknown part that an entry of a map is, if it is one: nobody knows whether its key is there at all. (An element of a list is there.)
    #[inline]
    fn doubt(self, index: usize) -> Option<u32> {
        match self {
            Range::List(_) => None,
            Range::Map(entries) => match entries.get(index) {
                Some(Entry { value: Value::Unknown(id), .. }) => Some(*id),
                _ => None,
            },
        }
    }

    /// Index and element, or key and value. Nobody knows whether a key with an unknown value is there, so it is unknown too.
    #[inline]
    fn at(self, index: usize) -> (Value<'d>, Value<'d>) {
        match self {
            Range::List(items) => (Value::Int(index as i64), items.get(index).copied().unwrap_or(Value::Null)),
            Range::Map(entries) => match entries.get(index) {
                Some(Entry { value: Value::Unknown(id), .. }) => (Value::Unknown(*id), Value::Unknown(*id)),
                Some(entry) => (entry.key.value(), entry.value),
                None => (Value::Null, Value::Null),
            },
        }
    }
}

impl<'d> Context<'d> {
    fn range(&mut self, comprehension: &'d Comprehension) -> Evaluated<'d, Range<'d>> {
        match self.value(&comprehension.range)? {
            Value::List(items) => Ok(Range::List(items)),
            Value::Map(_, entries) => Ok(Range::Map(entries)),
            other => Err(self.types(name(comprehension.walk), &[other], comprehension.span)),
        }
    }

    /// Binds the names of the macro to the element at an index, and returns what a macro with one name binds.
    #[inline]
    fn step(&mut self, comprehension: &'d Comprehension, range: Range<'d>, index: usize) -> Evaluated<'d, Value<'d>> {
        self.spend(1).map_err(|cause| self.fault(cause, comprehension.span))?;
        let (key, value) = range.at(index);
        let single = if matches!(range, Range::List(_)) { value } else { key };
        match comprehension.second {
            Some(second) => {
                self.set_local(comprehension.first, key);
                self.set_local(second, value);
            }
            None => self.set_local(comprehension.first, single),
        }
        Ok(single)
    }

    /// `all`, `exists` and `existsOne`. The first two are chains of `&&` and `||`, so one element may decide in spite of others that fail.
    #[inline(never)]
    pub(super) fn walk_truth(&mut self, comprehension: &'d Comprehension) -> Option<bool> {
        let range = match self.range(comprehension) {
            Ok(range) => range,
            Err(fault) => return self.fail(fault),
        };
        match (range, comprehension.second, comprehension.walk) {
            (Range::List(items), None, Walk::All | Walk::Exists) => self.walk_items(comprehension, items),
            _ => {
                let truth = self.walk_range(comprehension, range);
                self.noted(truth)
            }
        }
    }

    fn walk_range(&mut self, comprehension: &'d Comprehension, range: Range<'d>) -> Evaluated<'d, bool> {
        let mut failure = None;
        let mut hits = 0;
        for index in 0..range.len() {
            self.step(comprehension, range, index)?;
            let truth = self.holds(&comprehension.body);
            // A key that may be absent decides nothing; it only leaves open what it would change.
            if let Some(id) = range.doubt(index) {
                let harmless = matches!((&truth, comprehension.walk), (Ok(true), Walk::All) | (Ok(false), Walk::Exists | Walk::ExistsOne));
                if !harmless {
                    failure = Some(telling(failure, self.fault(Cause::Unknown(id), comprehension.span)));
                }
                continue;
            }
            match (truth, comprehension.walk) {
                (Ok(false), Walk::All) => return Ok(false),
                (Ok(true), Walk::Exists) => return Ok(true),
                (Ok(true), Walk::ExistsOne) => hits += 1,
                (Ok(_), _) => {}
                (Err(fault), Walk::ExistsOne) => return Err(fault),
                (Err(fault), _) => failure = Some(telling(failure, fault)),
            }
        }
        match failure {
            Some(fault) => Err(fault),
            None => Ok(match comprehension.walk {
                Walk::All => true,
                Walk::ExistsOne => hits == 1,
                _ => false,
            }),
        }
    }

    /// `list.all(x, ...)` and `list.exists(x, ...)`, which is what most controls spend their time in.
    fn walk_items(&mut self, comprehension: &'d Comprehension, items: &'d [Value<'d>]) -> Option<bool> {
        let decisive = comprehension.walk == Walk::Exists;
        let mut failure = None;
        for item in items {
            if let Err(cause) = self.spend(1) {
                return self.fail(self.fault(cause, comprehension.span));
            }
            self.set_local(comprehension.first, *item);
            if self.decides(&comprehension.body, decisive, &mut failure) {
                return Some(decisive);
            }
        }
        self.undecided(decisive, failure)
    }

    /// The macros that make a list or map.
    #[inline(never)]
    pub(super) fn walk(&mut self, comprehension: &'d Comprehension) -> Evaluated<'d, Value<'d>> {
        let range = self.range(comprehension)?;
        match comprehension.walk {
            Walk::TransformMap | Walk::TransformMapEntry => self.walk_map(comprehension, range),
            Walk::SortBy => self.sort_by(comprehension, range),
            _ => self.walk_list(comprehension, range),
        }
    }

    /// `filter`, `map` and `transformList`.
    fn walk_list(&mut self, comprehension: &'d Comprehension, range: Range<'d>) -> Evaluated<'d, Value<'d>> {
        let most = if comprehension.walk == Walk::List && comprehension.filter.is_none() { range.len() } else { 0 };
        let mut results = bumpalo::collections::Vec::with_capacity_in(most, self.arena);
        if let (Range::List(items), None) = (range, comprehension.second) {
            for item in items {
                self.spend(1).map_err(|cause| self.fault(cause, comprehension.span))?;
                self.set_local(comprehension.first, *item);
                results.extend(self.gather(comprehension, *item)?);
            }
            return Ok(Value::List(results.into_bump_slice()));
        }
        for index in 0..range.len() {
            let element = self.step(comprehension, range, index)?;
            match range.doubt(index) {
                Some(id) => self.left_out(comprehension, id)?,
                None => results.extend(self.gather(comprehension, element)?),
            }
        }
        Ok(Value::List(results.into_bump_slice()))
    }

    /// What the element that is bound adds to the list.
    #[inline]
    fn gather(&mut self, comprehension: &'d Comprehension, element: Value<'d>) -> Evaluated<'d, Option<Value<'d>>> {
        Ok(match comprehension.walk {
            Walk::Filter => self.holds(&comprehension.body)?.then_some(element),
            _ if self.passes(comprehension)? => Some(self.value(&comprehension.body)?),
            _ => None,
        })
    }

    /// `transformMap` and `transformMapEntry`.
    fn walk_map(&mut self, comprehension: &'d Comprehension, range: Range<'d>) -> Evaluated<'d, Value<'d>> {
        let mut entries: bumpalo::collections::Vec<'d, Entry<'d>> = bumpalo::collections::Vec::new_in(self.arena);
        for index in 0..range.len() {
            self.step(comprehension, range, index)?;
            if let Some(id) = range.doubt(index) {
                self.left_out(comprehension, id)?;
                continue;
            }
            if !self.passes(comprehension)? {
                continue;
            }
            match (comprehension.walk, self.value(&comprehension.body)?) {
                (Walk::TransformMap, value) => {
                    let key = match range {
                        Range::List(_) => Key::Int(index as i64),
                        Range::Map(original) => original.get(index).map_or(Key::Int(0), |entry| entry.key),
                    };
                    entries.push(Entry { key, value });
                }
                (_, Value::Map(_, added)) => {
                    for entry in added {
                        self.spend(1 + entries.len() / 16).map_err(|cause| self.fault(cause, comprehension.span))?;
                        if entries.iter().any(|known| known.key == entry.key) {
                            return Err(self.fault(Cause::DuplicateKey(entry.key), comprehension.span));
                        }
                        entries.push(*entry);
                    }
                }
                (_, other) => return Err(self.wrong_result(&comprehension.body, "map", other)),
            }
        }
        Ok(Value::of_entries(entries.into_bump_slice()))
    }

    /// Makes sure that an element which may be absent does not show in the result: the condition for elements is false of it.
    fn left_out(&mut self, comprehension: &'d Comprehension, id: u32) -> Evaluated<'d, ()> {
        let condition = match comprehension.walk {
            Walk::Filter => Some(&comprehension.body),
            _ => comprehension.filter.as_ref(),
        };
        match condition.map(|condition| self.holds(condition)) {
            Some(Ok(false)) => Ok(()),
            _ => Err(self.fault(Cause::Unknown(id), comprehension.span)),
        }
    }

    fn sort_by(&mut self, comprehension: &'d Comprehension, range: Range<'d>) -> Evaluated<'d, Value<'d>> {
        let mut keyed = bumpalo::collections::Vec::new_in(self.arena);
        for index in 0..range.len() {
            let element = self.step(comprehension, range, index)?;
            if let Some(id) = range.doubt(index) {
                return Err(self.fault(Cause::Unknown(id), comprehension.span));
            }
            keyed.push((self.value(&comprehension.body)?, element));
        }
        match self.sorted(keyed) {
            Ok(sorted) => Ok(sorted),
            Err(Cause::Overload) => Err(self.types("sortBy", &[Value::List(&[])], comprehension.span)),
            Err(cause) => Err(self.fault(cause, comprehension.span)),
        }
    }

    /// The elements in the order of their keys; equal ones keep their order.
    pub(super) fn sorted(&mut self, mut keyed: bumpalo::collections::Vec<'d, (Value<'d>, Value<'d>)>) -> Result<Value<'d>, Cause<'d>> {
        self.spend(keyed.len() * (1 + keyed.len().ilog2_or_zero()))?;
        // Sorting needs a total order, so it is only begun when every pair of neighbours can be compared: then all keys are of one comparable type.
        for pair in keyed.windows(2) {
            if let [(left, _), (right, _)] = pair {
                super::equality::order(*left, *right)?;
            }
        }
        if let [(only, _)] = keyed.as_slice() {
            super::equality::order(*only, *only)?;
        }
        keyed.sort_by(|(left, _), (right, _)| super::equality::order(*left, *right).ok().flatten().unwrap_or(Ordering::Equal));
        Ok(super::document::list(self.arena, keyed.into_iter().map(|(_, element)| element)))
    }

    fn passes(&mut self, comprehension: &'d Comprehension) -> Evaluated<'d, bool> {
        match &comprehension.filter {
            Some(filter) => self.holds(filter),
            None => Ok(true),
        }
    }
}

/// The binary logarithm, for sizing work.
trait Magnitude {
    fn ilog2_or_zero(self) -> usize;
}

impl Magnitude for usize {
    fn ilog2_or_zero(self) -> usize {
        self.checked_ilog2().unwrap_or(0) as usize
    }
}

/// The name of a macro, for messages.
fn name(walk: Walk) -> &'static str {
    match walk {
        Walk::All => "all",
        Walk::Exists => "exists",
        Walk::ExistsOne => "existsOne",
        Walk::Filter => "filter",
        Walk::List => "map",
        Walk::TransformMap => "transformMap",
        Walk::TransformMapEntry => "transformMapEntry",
        Walk::SortBy => "sortBy",
    }
}
