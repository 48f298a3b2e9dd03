//! The functions, as tables: name, form, signatures, implementation. Adding one is adding a line to the table of its file: the compiler, the
//! static checks and the evaluator read nothing else.
pub mod arithmetic;
pub mod conversions;
mod encoders;
pub mod extended;
mod formats;
mod language;
mod lists;
mod math;
mod network;
mod printf;
mod quantity;
mod semver;
mod sets;
pub mod signature;
mod strings;
mod time;
mod url;

use super::context::Context;
use super::fault::Cause;
use super::value::Value;
use signature::Signature;

/// What a function gives; [`Cause::Overload`] lets the next function of the same name try.
pub type Outcome<'d> = Result<Value<'d>, Cause<'d>>;

/// The implementation: takes the receiver, if there is one, and the arguments.
pub type Implementation = for<'d> fn(&mut Context<'d>, &[Value<'d>]) -> Outcome<'d>;

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `f(x)`, `namespace.f(x)`
    Global,
    /// `x.f()`
    Method,
}

/// A line of the tables.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    form: Form,
    pub signatures: &'static [Signature],
    pub call: Implementation,
}

const fn global(name: &'static str, signatures: &'static [Signature], call: Implementation) -> Function {
    Function { name, form: Form::Global, signatures, call }
}

/// The first type of every signature is the receiver's.
const fn method(name: &'static str, signatures: &'static [Signature], call: Implementation) -> Function {
    Function { name, form: Form::Method, signatures, call }
}

/// All of them. Functions of one name are tried in this order.
const TABLES: &[&[Function]] = &[
    language::FUNCTIONS,
    conversions::FUNCTIONS,
    strings::FUNCTIONS,
    printf::FUNCTIONS,
    lists::FUNCTIONS,
    sets::FUNCTIONS,
    math::FUNCTIONS,
    encoders::FUNCTIONS,
    time::FUNCTIONS,
    quantity::FUNCTIONS,
    network::FUNCTIONS,
    url::FUNCTIONS,
    semver::FUNCTIONS,
    formats::FUNCTIONS,
];

/// Namespaces of functions; they are no values.
const NAMESPACES: &[&str] = &["cel", "optional", "strings", "lists", "sets", "math", "base64", "ip", "format"];

/// Names that stand for types.
const TYPES: &[&str] = &[
    "bool",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "list",
    "map",
    "null_type",
    "type",
    "optional_type",
    "google.protobuf.Timestamp",
    "google.protobuf.Duration",
    "net.IP",
    "net.CIDR",
    "kubernetes.Quantity",
    "kubernetes.URL",
    "kubernetes.Semver",
    "kubernetes.NamedFormat",
];

impl Function {
    /// Parameters that are no arguments: the receiver of a method.
    fn receivers(&self) -> usize {
        usize::from(self.form == Form::Method)
    }

    /// Whether it can be called with this many arguments, the receiver not counted.
    pub fn takes(&self, arguments: usize) -> bool {
        self.signatures.iter().any(|signature| signature.takes(arguments + self.receivers()))
    }

    /// `1 argument`, `1 to 2 arguments`.
    pub fn counts(&self) -> String {
        let counts = || self.signatures.iter().map(|signature| signature.takes.len() - self.receivers());
        let (fewest, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
        match (fewest, most) {
            (fewest, _) if self.signatures.iter().any(|signature| signature.more) => format!("at least {fewest}"),
            (1, 1) => "1 argument".into(),
            (fewest, most) if fewest == most => format!("{most} arguments"),
            (fewest, most) => format!("{fewest} to {most} arguments"),
        }
    }
}

/// The functions of a name.
pub fn named(name: &str, form: Form) -> impl Iterator<Item = &'static Function> {
    TABLES.iter().flat_map(|table| table.iter()).filter(move |function| function.form == form && function.name == name)
}

/// The names of all functions of a form.
pub fn names(form: Form) -> impl Iterator<Item = &'static str> {
    TABLES.iter().flat_map(|table| table.iter()).filter(move |function| function.form == form).map(|function| function.name)
}

/// Whether a name is a namespace of functions.
pub fn is_namespace(name: &str) -> bool {
    NAMESPACES.contains(&name)
}

/// The type that a name stands for.
pub fn type_name(name: &str) -> Option<&'static str> {
    TYPES.iter().find(|known| **known == name).copied()
}

/// An element of a list, unless it was not read.
fn known<'d>(value: Value<'d>) -> Outcome<'d> {
    match value {
        Value::Unknown(id) => Err(Cause::Unknown(id)),
        value => Ok(value),
    }
}

/// Text for an error, in the arena.
macro_rules! say {
    ($cx:expr, $($text:tt)*) => {
        &*$cx.arena.alloc_str(&format!($($text)*))
    };
}
use say;
