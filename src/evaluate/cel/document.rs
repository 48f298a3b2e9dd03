//! Documents: JSON into the arena, and building and changing values there.
use super::functions::conversions::plain;
use super::value::{Entry, Key, Keys, Value};
use base64::Engine;
use bumpalo::Bump;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Levels of nesting that a document may have. Real ones stay below 30; the deserializer, which is recursive, itself stops at 254. An optimised
/// build needs less than 1 kB of stack per level, an unoptimised one some 15 kB.
const MAX_DEPTH: usize = 250;

/// What to do with null entries of maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// Leave the key out, as the Kubernetes API server does
    Drop,
    /// Keep them
    Keep,
}

/// A document that is no JSON, nests too deep or names a key twice.
#[derive(Debug, thiserror::Error)]
#[error("not a readable JSON document: {0}")]
pub struct DocumentError(String);

/// Parses JSON (UTF-8) into the arena. Strings without escapes are borrowed from the input.
///
/// # Errors
/// [`DocumentError`] for anything but one JSON value of at most 250 levels in which no map has a key twice.
pub fn parse_document<'d>(json: &'d [u8], arena: &'d Bump, nulls: Nulls) -> Result<Value<'d>, DocumentError> {
    let text = std::str::from_utf8(json).map_err(|error| DocumentError(error.to_string()))?;
    let mut deserializer = sonic_rs::Deserializer::from_str(text);
    let value = Part { arena, nulls, depth: 0 }.deserialize(&mut deserializer).map_err(|error| DocumentError(error.to_string()))?;
    deserializer.end().map_err(|error| DocumentError(error.to_string()))?;
    Ok(value)
}

/// Copies a JSON value into the arena, null entries of maps included.
pub fn from_json<'d>(json: &serde_json::Value, arena: &'d Bump) -> Value<'d> {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::UInt(number),
            (None, None) => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(string) => text(arena, string),
        serde_json::Value::Array(items) => list(arena, items.iter().map(|item| from_json(item, arena))),
        serde_json::Value::Object(fields) => {
            let entries = fields.iter().map(|(name, value)| Entry { key: Key::new(arena.alloc_str(name)), value: from_json(value, arena) });
            Value::of_entries(collect(arena, entries))
        }
    }
}

/// A string in the arena.
pub fn text<'d>(arena: &'d Bump, text: &str) -> Value<'d> {
    Value::Str(arena.alloc_str(text))
}

/// A list of values.
pub fn list<'d>(arena: &'d Bump, items: impl IntoIterator<Item = Value<'d>>) -> Value<'d> {
    Value::List(collect(arena, items))
}

/// A map from names to values. Of a name given twice the last value counts.
pub fn map<'d>(arena: &'d Bump, entries: impl IntoIterator<Item = (&'d str, Value<'d>)>) -> Value<'d> {
    with_entries(arena, Value::of_entries(&[]), entries)
}

/// A copy of a map with entries replaced or added, which shares all other parts with the original. Anything but a map counts as an empty one.
pub fn with_entries<'d>(arena: &'d Bump, original: Value<'d>, changes: impl IntoIterator<Item = (&'d str, Value<'d>)>) -> Value<'d> {
    let mut entries = bumpalo::collections::Vec::new_in(arena);
    entries.extend_from_slice(original.as_map().unwrap_or_default());
    for (name, value) in changes {
        let key = Key::new(name);
        match entries.iter_mut().find(|entry: &&mut Entry<'d>| entry.key == key) {
            Some(entry) => entry.value = value,
            None => entries.push(Entry { key, value }),
        }
    }
    Value::of_entries(entries.into_bump_slice())
}

/// The value as JSON, for messages: `None` if it contains a part that was not read, or has more than a million parts. (An expression can build
/// a list that holds the same list many times over.) Bytes become base64; types, timestamps and the like their text.
pub fn to_json(value: Value<'_>) -> Option<serde_json::Value> {
    to_json_within(value, &mut 1_000_000)
}

fn to_json_within(value: Value<'_>, parts: &mut u32) -> Option<serde_json::Value> {
    *parts = parts.checked_sub(1)?;
    Some(match value {
        Value::Unknown(_) | Value::Hidden(_) => return None,
        Value::Null | Value::Optional(None) => serde_json::Value::Null,
        Value::Optional(Some(value)) => return to_json_within(*value, parts),
        Value::Bool(truth) => truth.into(),
        Value::Int(number) => number.into(),
        Value::UInt(number) => number.into(),
        Value::Double(number) => number.into(),
        Value::Str(text) => text.into(),
        Value::List(items) => serde_json::Value::Array(items.iter().map(|item| to_json_within(*item, parts)).collect::<Option<_>>()?),
        Value::Map(_, entries) => {
            let fields = entries.iter().map(|entry| Some((plain(entry.key.value())?, to_json_within(entry.value, parts)?)));
            serde_json::Value::Object(fields.collect::<Option<_>>()?)
        }
        Value::Bytes(bytes) => base64::engine::general_purpose::STANDARD.encode(bytes).into(),
        value => plain(value)?.into(),
    })
}

/// Collects into the arena.
pub(super) fn collect<T>(arena: &Bump, items: impl IntoIterator<Item = T>) -> &[T] {
    bumpalo::collections::Vec::from_iter_in(items, arena).into_bump_slice()
}

/// Builds one part of a document.
#[derive(Clone, Copy)]
struct Part<'d> {
    arena: &'d Bump,
    nulls: Nulls,
    depth: usize,
}

impl<'d> Part<'d> {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth < MAX_DEPTH {
            true => Ok(Part { depth: self.depth + 1, ..self }),
            false => Err(E::custom(format_args!("nested deeper than {MAX_DEPTH} levels"))),
        }
    }
}

impl<'d> DeserializeSeed<'d> for Part<'d> {
    type Value = Value<'d>;

    #[inline]
    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<Value<'d>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'d> Visitor<'d> for Part<'d> {
    type Value = Value<'d>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value<'d>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value<'d>, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'d>, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'d>, E> {
        Ok(i64::try_from(number).map_or(Value::UInt(number), Value::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'d>, E> {
        Ok(Value::Double(number))
    }

    fn visit_borrowed_str<E>(self, text: &'d str) -> Result<Value<'d>, E> {
        Ok(Value::Str(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'d>, E> {
        Ok(Value::Str(self.arena.alloc_str(text)))
    }

    fn visit_seq<A: SeqAccess<'d>>(self, mut access: A) -> Result<Value<'d>, A::Error> {
        let inner = self.inner()?;
        let mut items = bumpalo::collections::Vec::with_capacity_in(4, self.arena);
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::List(items.into_bump_slice()))
    }

    fn visit_map<A: MapAccess<'d>>(self, mut access: A) -> Result<Value<'d>, A::Error> {
        let inner = self.inner()?;
        let mut entries: bumpalo::collections::Vec<'d, Entry<'d>> = bumpalo::collections::Vec::with_capacity_in(4, self.arena);
        let mut seen = Seen::default();
        let mut nulls = false;
        while let Some(key) = access.next_key_seed(Name(self.arena))? {
            // A key that occurs twice means different things to different readers, so nobody may judge such a document.
            if seen.again(key, &entries) {
                return Err(serde::de::Error::custom("a key occurs twice in one map"));
            }
            let value = access.next_value_seed(inner)?;
            nulls |= matches!(value, Value::Null);
            entries.push(Entry { key, value });
        }
        if nulls && self.nulls == Nulls::Drop {
            entries.retain(|entry| !matches!(entry.value, Value::Null));
        }
        Ok(Value::Map(seen.keys, entries.into_bump_slice()))
    }
}

/// The keys of a map so far: their hashes in 64 bits, so that a small map is hardly ever searched, and the names themselves of a large one.
#[derive(Default)]
struct Seen<'d> {
    keys: Keys,
    hashes: u64,
    names: rustc_hash::FxHashSet<&'d str>,
}

impl<'d> Seen<'d> {
    /// Adds a key; whether it was there.
    #[inline]
    fn again(&mut self, key: Key<'d>, entries: &[Entry<'d>]) -> bool {
        self.keys.add(key);
        let Key::Str(hash, name) = key else {
            return false;
        };
        let bit = 1 << (hash % 64);
        let possible = self.hashes & bit != 0;
        self.hashes |= bit;
        (possible || !self.names.is_empty()) && self.search(key, name, entries)
    }

    #[inline(never)]
    fn search(&mut self, key: Key<'d>, name: &'d str, entries: &[Entry<'d>]) -> bool {
        if entries.len() <= 32 {
            return entries.iter().any(|entry| entry.key == key);
        }
        if self.names.is_empty() {
            self.names.extend(entries.iter().filter_map(|entry| match entry.key {
                Key::Str(_, name) => Some(name),
                _ => None,
            }));
        }
        !self.names.insert(name)
    }
}

/// Reads a key.
struct Name<'d>(&'d Bump);

impl<'d> DeserializeSeed<'d> for Name<'d> {
    type Value = Key<'d>;

    #[inline]
    fn deserialize<D: Deserializer<'d>>(self, deserializer: D) -> Result<Key<'d>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'d> Visitor<'d> for Name<'d> {
    type Value = Key<'d>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, name: &'d str) -> Result<Key<'d>, E> {
        Ok(Key::new(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Key<'d>, E> {
        Ok(Key::new(self.0.alloc_str(name)))
    }
}
