//! The one value type: a part of a document and a result of an expression alike, small and `Copy`, everything larger in the arena.
use super::functions::extended::Extended;
use std::hash::Hasher;

/// A CEL value. Documents are made of the variants of JSON and [`Value::Unknown`]; expressions make the others.
#[derive(Clone, Copy, Debug)]
pub enum Value<'d> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// 64-bit signed integer
    Int(i64),
    /// 64-bit unsigned integer; in documents only for numbers above `i64::MAX`
    UInt(u64),
    /// 64-bit floating point number
    Double(f64),
    /// Unicode text
    Str(&'d str),
    /// Bytes
    Bytes(&'d [u8]),
    /// Values in order
    List(&'d [Value<'d>]),
    /// Entries in the order written, no key twice, and which keys they can have; made by [`Value::of_entries`]
    Map(Keys, &'d [Entry<'d>]),
    /// `optional.of(x)` or `optional.none()`
    Optional(Option<&'d Value<'d>>),
    /// A type, by its CEL name
    Type(&'static str),
    /// Nanoseconds since 1970-01-01T00:00:00Z, within the years 1 to 9999
    Timestamp(Instant),
    /// A span of time in nanoseconds
    Duration(i64),
    /// A value of a Kubernetes library: quantity, IP address, CIDR, URL, version, format
    Extended(&'d Extended<'d>),
    /// A part that was not read. Whoever touches it, presence test included, gets [`ErrorKind::Unknown`](super::ErrorKind::Unknown) with this id;
    /// `false && unknown` is still false.
    Unknown(u32),
    /// Text that is there and of which a part was taken out before it was stored, as it is stored: with its marker. Whoever asks for more than the rest
    /// can tell gets [`ErrorKind::Unknown`](super::ErrorKind::Unknown) with [`HIDDEN`](super::HIDDEN).
    Hidden(&'d str),
}

/// Seconds and nanoseconds since 1970-01-01T00:00:00Z. (A 64-bit count of nanoseconds would end in 2262.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant {
    /// Whole seconds, rounded down
    pub seconds: i64,
    /// 0 to 999,999,999
    pub nanos: u32,
}

/// Which keys a map can have: one bit for each part of the keys' hashes. Most questions asked of a map are for a key that it does not have, and
/// nearly all of those are answered here, without a look at its entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys(u32);

impl Keys {
    /// Adds a key.
    #[inline]
    pub(super) fn add(&mut self, key: Key<'_>) {
        self.0 |= match key {
            Key::Str(hash, _) => 1 << (hash % u32::BITS),
            Key::Int(_) | Key::UInt(_) | Key::Bool(_) => u32::MAX,
        };
    }

    /// Whether some key may be in both; `false` is certain.
    #[inline]
    pub(super) fn may_share(self, other: Keys) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a key may be there; `false` is certain.
    #[inline]
    pub(super) fn may_have(self, key: Key<'_>) -> bool {
        match key {
            Key::Str(hash, _) => self.0 & 1 << (hash % u32::BITS) != 0,
            Key::Int(_) | Key::UInt(_) | Key::Bool(_) => true,
        }
    }
}

/// One key and value of a map.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'d> {
    /// Unique in its map
    pub key: Key<'d>,
    /// The value; [`Value::Unknown`] also stands for "nobody knows whether this key is present"
    pub value: Value<'d>,
}

/// A map key. CEL's key types are string, int, uint and bool; a uint that fits is kept as int, for `1` and `1u` are the same key.
#[derive(Clone, Copy, Debug)]
pub enum Key<'d> {
    /// A string with its hash, so that nearly every comparison of two keys is one of two integers
    Str(u32, &'d str),
    /// An integer
    Int(i64),
    /// An integer above `i64::MAX`
    UInt(u64),
    /// A truth value
    Bool(bool),
}

impl<'d> Key<'d> {
    /// The key for a string.
    #[inline]
    pub fn new(name: &'d str) -> Self {
        Key::Str(hash(name), name)
    }

    /// The key as the value that a macro variable is bound to.
    pub fn value(self) -> Value<'d> {
        match self {
            Key::Str(_, name) => Value::Str(name),
            Key::Int(number) => Value::Int(number),
            Key::UInt(number) => Value::UInt(number),
            Key::Bool(truth) => Value::Bool(truth),
        }
    }
}

impl PartialEq for Key<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Key::Str(a, x), Key::Str(b, y)) => a == b && x == y,
            (Key::Int(a), Key::Int(b)) => a == b,
            (Key::UInt(a), Key::UInt(b)) => a == b,
            (Key::Bool(a), Key::Bool(b)) => a == b,
            _ => false,
        }
    }
}

/// A fast hash of a key's name; never stored or shown, so its quality is a matter of speed only.
#[inline]
fn hash(name: &str) -> u32 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(name.as_bytes());
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

impl<'d> Value<'d> {
    /// A map of these entries, no two of which have the same key.
    pub fn of_entries(entries: &'d [Entry<'d>]) -> Self {
        let mut keys = Keys::default();
        entries.iter().for_each(|entry| keys.add(entry.key));
        Value::Map(keys, entries)
    }

    /// The value under `name` of a map; `None` if this is no map or has no such key.
    #[inline]
    pub fn get(&self, name: &str) -> Option<Value<'d>> {
        match self {
            Value::Map(keys, entries) => find(*keys, entries, Key::new(name)),
            _ => None,
        }
    }

    /// The string, if it is one.
    #[inline]
    pub fn as_str(&self) -> Option<&'d str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_list(&self) -> Option<&'d [Value<'d>]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, if it is a map.
    pub fn as_map(&self) -> Option<&'d [Entry<'d>]> {
        match self {
            Value::Map(_, entries) => Some(entries),
            _ => None,
        }
    }

    /// The CEL name of the value's type, as `type(x)` gives it and as messages use it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null_type",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::UInt(_) => "uint",
            Value::Double(_) => "double",
            Value::Str(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Map(..) => "map",
            Value::Optional(_) => "optional_type",
            Value::Type(_) => "type",
            Value::Timestamp(_) => "google.protobuf.Timestamp",
            Value::Duration(_) => "google.protobuf.Duration",
            Value::Extended(extended) => extended.type_name(),
            Value::Hidden(_) => "string",
            Value::Unknown(_) => "unknown",
        }
    }
}

/// The value under a key among a map's entries.
#[inline]
pub(super) fn find<'d>(keys: Keys, entries: &[Entry<'d>], key: Key<'_>) -> Option<Value<'d>> {
    match key {
        key if !keys.may_have(key) => None,
        Key::Str(hash, name) => {
            entries.iter().find(|entry| matches!(entry.key, Key::Str(h, n) if h == hash && n == name)).map(|entry| entry.value)
        }
        key => entries.iter().find(|entry| entry.key == key).map(|entry| entry.value),
    }
}
