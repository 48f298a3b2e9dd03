//! What can go wrong, in words for the author of a control (compile) and for an auditor (evaluation).
use std::fmt;
use std::ops::Range;

/// A reason to refuse an expression, with the place in its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Bytes of the source that the message speaks of; may be empty at the end of the source
    pub range: Range<usize>,
    /// What is wrong, in one line, e.g. `unknown function 'startWith'`
    pub message: String,
    /// What to do, e.g. `did you mean 'startsWith'?`
    pub hint: Option<String>,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CompileError {}

/// Why an evaluation gave no value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError {
    /// What happened
    pub kind: ErrorKind,
    /// Bytes of the source that failed
    pub range: Range<usize>,
    /// Line of the range's start, from 1
    pub line: usize,
    /// Column of the range's start in characters, from 1
    pub column: usize,
    /// The variable in whose expression it happened; `None`: in the program itself
    pub variable: Option<String>,
}

impl fmt::Display for EvaluationError {
    /// E.g. `no such key 'namespace' (line 1, column 17)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (", self.kind)?;
        if let Some(variable) = &self.variable {
            write!(f, "in variable '{variable}', ")?;
        }
        write!(f, "line {}, column {})", self.line, self.column)
    }
}

impl std::error::Error for EvaluationError {}

/// The kinds of evaluation errors.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A map has no such key
    NoSuchKey(String),
    /// An operator or function does not take values of these types; the text says which
    NoOverload(String),
    /// A list has no such index
    IndexOutOfRange(i64),
    /// Integer, duration or timestamp arithmetic left its range
    Overflow,
    /// Division or remainder by zero
    DivideByZero,
    /// A conversion (`int`, `timestamp`, `quantity`, `ip`, ...) got a value that it cannot read; the text says which
    BadConversion(String),
    /// A pattern that is no regular expression
    BadRegex(String),
    /// A function got an argument outside what it accepts; the text says which
    InvalidArgument(String),
    /// `optional.none()` was asked for its value
    EmptyOptional,
    /// A map literal has a key twice
    DuplicateKey(String),
    /// The value depends on a part that was not read, by its id
    Unknown(u32),
    /// The evaluation took more steps than it may
    Fuel,
    /// A condition or the result is not of the type needed
    WrongResult {
        /// The type needed
        expected: &'static str,
        /// What it is
        found: &'static str,
    },
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ErrorKind::NoSuchKey(key) => write!(f, "no such key '{key}'"),
            ErrorKind::NoOverload(what) => f.write_str(what),
            ErrorKind::IndexOutOfRange(index) => write!(f, "index {index} is out of range"),
            ErrorKind::Overflow => f.write_str("the result of the arithmetic is out of range"),
            ErrorKind::DivideByZero => f.write_str("division by zero"),
            ErrorKind::BadConversion(what) | ErrorKind::InvalidArgument(what) => f.write_str(what),
            ErrorKind::BadRegex(what) => write!(f, "not a regular expression: {what}"),
            ErrorKind::EmptyOptional => f.write_str("the optional has no value"),
            ErrorKind::DuplicateKey(key) => write!(f, "the key '{key}' occurs twice"),
            ErrorKind::Unknown(super::HIDDEN) => f.write_str("depends on text that was redacted before it was stored"),
            ErrorKind::Unknown(_) => f.write_str("depends on something that could not be read"),
            ErrorKind::Fuel => f.write_str("the evaluation took too many steps and was stopped"),
            ErrorKind::WrongResult { expected, found } => write!(f, "expected {expected}, found {found}"),
        }
    }
}
