//! Sentences of the view that a report can say in another language.

use serde::{Deserialize, Serialize};

/// A text of the view, taken apart into what the reports' words have: `templates/words/en.toml` under these keys gives the text again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// As it stands in the view, in English.
    pub text: String,
    /// Its sentences, joined by spaces.
    pub parts: Vec<PhrasePart>,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhrasePart {
    /// Key of the words.
    pub key: String,
    /// What is filled in.
    pub values: Vec<(String, PhraseValue)>,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhraseValue {
    /// As it is: a name, a root.
    Text(String),
    /// A day, `2026-11-24`.
    Day(String),
    /// A number.
    Count(u64),
    /// A percentage as the model prints it, `61.4 %`.
    Percent(String),
    /// Parts of a sentence, joined by commas.
    List(Vec<PhrasePart>),
    /// A length of time in seconds.
    Duration(u64),
    /// A number with its noun, by the key of the noun: `number.control`.
    Counted(String, u64),
    /// A sentence's part of its own.
    Part(Box<PhrasePart>),
}

impl PhrasePart {
    /// A sentence.
    #[must_use]
    pub fn new<const N: usize>(key: &str, values: [(&str, PhraseValue); N]) -> Self {
        Self { key: key.to_owned(), values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
    }
}
