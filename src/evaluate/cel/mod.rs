//! The rule language: CEL (the Common Expression Language) with the libraries that Kubernetes' ValidatingAdmissionPolicy offers.
//!
//! The life of an expression: a [`Library`] compiles sources against a [`Scope`] (the names they may use) into [`Program`]s; a [`Context`],
//! one per judged document, evaluates any number of programs over [`Value`]s that live in one arena.
//!
//! ```
//! use assize::evaluate::cel::{self, Context, Library, Scope};
//!
//! let library = Library::new();
//! let scope = Scope::new(["object"]);
//! let program = library.compile("object.spec.replicas > 1", &scope).unwrap();
//!
//! let arena = bumpalo::Bump::new();
//! let object = cel::parse_document(br#"{"spec": {"replicas": 3}}"#, &arena, cel::Nulls::Drop).unwrap();
//! let mut context = Context::new(&library, &arena, &[object]);
//! assert_eq!(program.eval_bool(&mut context), Ok(true));
//! ```
//!
//! Programs and libraries are `Send + Sync` and shared by threads; a context belongs to one thread.
//!
//! Where CEL leaves room, the choices are those of cel-go as Kubernetes configures it. Integers of a document are `int`, and `uint` only above the
//! largest `int`. Types are dynamic; what a document holds may be anything. [`Checks`] says how much is refused before evaluation: names that
//! nothing has, operations that no types could satisfy, conditions that depend on nothing. What is not supported (protobuf messages,
//! `authorizer`) is always refused.
mod check;
mod compile;
mod compose;
mod context;
mod document;
mod equality;
mod error;
mod evaluate;
mod fault;
mod fields;
mod functions;
mod hidden;
mod library;
mod node;
mod parse;
mod scope;
mod settled;
mod types;
mod value;
mod walk;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use context::{Context, DEFAULT_FUEL};
pub use document::{DocumentError, Nulls, from_json, list, map, parse_document, text, to_json, with_entries};
pub use error::{CompileError, ErrorKind, EvaluationError};
pub use hidden::{HIDDEN, hide, holds_markers};
pub use library::{Condition, Library, Program, ReadPath, VariableId};
pub use scope::{Checks, Scope};
pub use settled::Settled;
pub use types::{Scalar, Type};
pub use value::{Entry, Instant, Key, Value};
