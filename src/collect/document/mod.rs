//! Texts to values: YAML as Kubernetes reads it, JSON, and the line each value stands on.
//!
//! Own code over the events of a parser, because three things are needed together that no typed reader gives: the key order and the
//! lines of the source, the scalar rules of Kubernetes' YAML (version 1.1), and bounds that hold against hostile files.

mod bound;
mod json;
mod node;
mod scalar;
mod split;
mod yaml;

pub use bound::most_resources;
pub use json::{Stream, parse_json};
pub use node::{Node, Number, Value};
pub use split::{Part, split};
pub use yaml::parse_yaml;

/// How large one document may grow in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Values, after aliases are expanded.
    pub nodes: usize,
    /// Levels of lists and maps.
    pub nesting: usize,
}

/// Why a text is no document. The message never quotes the text, which may hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Line, counted from one.
    pub line: u32,
    /// What is wrong, in one clause.
    pub message: String,
}

impl Malformed {
    /// A mistake on a line.
    #[must_use]
    pub fn new(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}
