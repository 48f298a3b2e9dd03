//! Errors inside the evaluator: one word wide and cheap, since `||` and `exists` throw most of them away.
use super::error::ErrorKind;
use super::functions::conversions;
use super::node::Span;
use super::value::Key;

/// What went wrong, without the place.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'d> {
    NoSuchKey(Key<'d>),
    /// No overload for these arguments; the call names them
    Overload,
    /// As above, in words
    Types(&'d str),
    Index(i64),
    Overflow,
    DivideByZero,
    Conversion(&'d str),
    Regex(&'d str),
    Argument(&'d str),
    EmptyOptional,
    DuplicateKey(Key<'d>),
    Unknown(u32),
    Fuel,
    WrongResult {
        expected: &'static str,
        found: &'static str,
    },
}

/// What went wrong, where, and in which variable's expression (`None`: the program's own).
#[derive(Clone, Copy, Debug)]
pub struct Fault<'d> {
    pub cause: Cause<'d>,
    pub span: Span,
    pub variable: Option<usize>,
}

/// The result of evaluating a node.
pub type Evaluated<'d, T> = Result<T, &'d Fault<'d>>;

/// Which of two failures to tell: the first, unless only the second is about a part that was not read.
pub fn telling<'d>(first: Option<&'d Fault<'d>>, second: &'d Fault<'d>) -> &'d Fault<'d> {
    match first {
        Some(first) if matches!(first.cause, Cause::Unknown(_)) || !matches!(second.cause, Cause::Unknown(_)) => first,
        _ => second,
    }
}

impl Cause<'_> {
    /// The same as the public kind.
    pub fn kind(&self) -> ErrorKind {
        let name = |key: &Key<'_>| conversions::plain(key.value()).unwrap_or_default();
        match self {
            Cause::NoSuchKey(key) => ErrorKind::NoSuchKey(name(key)),
            Cause::Overload => ErrorKind::NoOverload("no such overload".into()),
            Cause::Types(what) => ErrorKind::NoOverload((*what).into()),
            Cause::Index(index) => ErrorKind::IndexOutOfRange(*index),
            Cause::Overflow => ErrorKind::Overflow,
            Cause::DivideByZero => ErrorKind::DivideByZero,
            Cause::Conversion(what) => ErrorKind::BadConversion((*what).into()),
            Cause::Regex(what) => ErrorKind::BadRegex((*what).into()),
            Cause::Argument(what) => ErrorKind::InvalidArgument((*what).into()),
            Cause::EmptyOptional => ErrorKind::EmptyOptional,
            Cause::DuplicateKey(key) => ErrorKind::DuplicateKey(name(key)),
            Cause::Unknown(id) => ErrorKind::Unknown(*id),
            Cause::Fuel => ErrorKind::Fuel,
            Cause::WrongResult { expected, found } => ErrorKind::WrongResult { expected, found },
        }
    }
}
