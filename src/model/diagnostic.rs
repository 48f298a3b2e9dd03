//! What is wrong with a file that somebody wrote, and where: the material of an error with file, line and caret.

use std::ops::Range;
use std::sync::Arc;

/// A file as it was read, kept so that a message can quote the line it speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The name to print: a path relative to the catalog, the working tree or the current directory.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A byte range of one [`SourceText`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: Arc<SourceText>,
    /// Byte offsets into its text.
    pub range: Range<usize>,
}

impl Span {
    /// Line and column of the start, both counted from one, the column in characters.
    #[must_use]
    pub fn line_column(&self) -> (usize, usize) {
        let text = &self.file.text;
        let start = (0..=self.range.start.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// One mistake in a data file (a control, a framework, the configuration), as its author needs to hear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where. A mistake that no single place shows (a missing file) has none.
    pub span: Option<Span>,
    /// What stands at the caret, in a few words.
    pub label: String,
    /// What to do next; empty when the message says it.
    pub help: String,
}

impl Diagnostic {
    /// A mistake at a place.
    #[must_use]
    pub fn at(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span), label: label.into(), help: String::new() }
    }

    /// A mistake without a place.
    #[must_use]
    pub fn general(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, label: String::new(), help: String::new() }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// All mistakes of one load: a user mends a list faster than a queue of single errors.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{} mistake(s) in data files", .0.len())]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl From<Diagnostic> for Diagnostics {
    fn from(one: Diagnostic) -> Self {
        Self(vec![one])
    }
}
