//! One framework: a standard, its numbered requirements, and which controls and topics bear on each.

use super::read::{Reader, Text, Value};
use crate::model::{Diagnostic, ScopeValue, Strength};
use std::collections::BTreeMap;

/// A framework as its file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// The file's name without `.toml`.
    pub id: String,
    /// The standard's name.
    pub title: String,
    /// For cards and tables.
    pub short: String,
    /// Which edition the identifiers follow.
    pub edition: String,
    /// Who publishes it.
    pub publisher: String,
    /// Where; a programme of the user's own has no address.
    pub address: Option<String>,
    /// Traps of the edition.
    pub note: Option<String>,
    /// Questions about declared scope, by key.
    pub questions: BTreeMap<String, Question>,
    /// Every requirement and heading, in the standard's order.
    pub requirements: Vec<Requirement>,
}

/// A question about declared scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// In words.
    pub question: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// The answers there are; empty for yes or no.
    pub choices: Vec<String>,
    /// The answer of a user who says nothing.
    pub default: ScopeValue,
}

/// How a scope question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    /// Several of the choices.
    Many,
    /// One of them.
    One,
    /// Yes or no.
    Bool,
}

/// What a row of a framework is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Counts.
    Requirement,
    /// A heading.
    Group,
    /// A numbered paragraph that puts no duty on the assessed party.
    Context,
    /// Still printed in the standard, no longer assessed.
    Superseded,
}

impl Level {
    /// As written in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requirement => "requirement",
            Self::Group => "group",
            Self::Context => "context",
            Self::Superseded => "superseded",
        }
    }
}

/// A requirement or heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// As the standard cites it.
    pub id: Text,
    /// Heading above it.
    pub parent: Option<Text>,
    /// Our own short title.
    pub title: Text,
    /// What the row is.
    pub level: Level,
    /// `technical`, `process` or `physical`; empty on headings.
    pub kind: String,
    /// `auto`, `partial` or `manual`; empty on headings.
    pub evidence: String,
    /// Editor's note.
    pub note: Option<String>,
    /// In scope only if the declared answers include these.
    pub when: BTreeMap<String, (ScopeValue, Text)>,
    /// Controls that bear on it.
    pub controls: Vec<Edge>,
    /// Human evidence it asks for.
    pub attestations: Vec<Topicality>,
}

/// One control's bearing on a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The control.
    pub control: Text,
    /// How much it says.
    pub strength: Strength,
    /// Why.
    pub why: String,
    /// Alternatives of which one suffices share a group.
    pub group: Option<String>,
    /// Speaks of the resources that match only.
    pub resources: Option<Text>,
}

/// One topic of human evidence under a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topicality {
    /// The topic.
    pub topic: Text,
    /// Days it counts here.
    pub valid_days: i64,
    /// Why it is asked for.
    pub why: Option<String>,
}

/// A topic of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: Text,
    /// Usual validity.
    pub valid_days: i64,
    /// What the evidence is.
    pub description: String,
}

impl Topic {
    pub(super) fn read(mut reader: Reader<'_>) -> Self {
        let topic = Self {
            id: reader.required_text("id"),
            valid_days: days(&mut reader).unwrap_or(0),
            description: reader.required_text("description").value,
        };
        reader.finish();
        topic
    }
}

fn days(reader: &mut Reader<'_>) -> Option<i64> {
    let value = reader.value("valid_days")?;
    let days = value.as_integer().filter(|days| *days > 0);
    if days.is_none() {
        value.wrong_type("valid_days", "a number of days above zero");
    }
    days
}

impl Framework {
    /// Reads the root table of a framework file.
    pub(super) fn read(mut reader: Reader<'_>, id: &str) -> Self {
        let title = reader.required_text("title").value;
        let framework = Self {
            id: id.to_owned(),
            short: reader.text("short").map_or_else(|| title.clone(), |text| text.value),
            title,
            edition: reader.required_text("edition").value,
            publisher: reader.text("publisher").map(|text| text.value).unwrap_or_default(),
            address: reader.text("source").map(|text| text.value),
            note: reader.text("note").map(|text| text.value),
            questions: read_questions(&mut reader),
            requirements: reader.tables("requirement", "requirement").into_iter().map(Requirement::read).collect(),
        };
        reader.finish();
        framework
    }
}

fn read_questions(reader: &mut Reader<'_>) -> BTreeMap<String, Question> {
    let mut questions = BTreeMap::new();
    let Some(table) = reader.table("scope", "scope") else { return questions };
    for (name, value) in table.entries() {
        let Some(mut reader) = value.as_table("scope question") else {
            value.wrong_type(&name.value, "a table with question, type and default");
            continue;
        };
        let question = reader.required_text("question").value;
        let word = reader.required_text("type");
        let kind = match word.value.as_str() {
            "many" => QuestionKind::Many,
            "one" => QuestionKind::One,
            "bool" => QuestionKind::Bool,
            other => {
                reader.mistake(Diagnostic::at(
                    word.span.clone(),
                    format!("unknown type `{other}` of a scope question"),
                    "many, one or bool",
                ));
                QuestionKind::Many
            }
        };
        let choices = reader.texts("choices").unwrap_or_default().into_iter().map(|text| text.value).collect();
        let mut question = Question { question, kind, choices, default: ScopeValue::Many(Vec::new()) };
        match reader.value("default") {
            Some(value) => {
                if let Some(default) = question.answer(&name.value, &value) {
                    question.default = default;
                }
            }
            None => reader.mistake(Diagnostic::at(reader.place(), "a scope question needs `default`", "what if the user says nothing?")),
        }
        reader.finish();
        questions.insert(name.value, question);
    }
    questions
}

impl Question {
    /// An answer, checked against the choices. A single word answers a question with several choices too.
    pub fn answer(&self, key: &str, value: &Value<'_>) -> Option<ScopeValue> {
        let answer = match self.kind {
            QuestionKind::Bool => value.as_bool().map(ScopeValue::Bool),
            QuestionKind::One => value.as_str().map(|word| ScopeValue::One(word.to_owned())),
            QuestionKind::Many => value.as_strings().or_else(|| value.as_str().map(|word| vec![word.to_owned()])).map(ScopeValue::Many),
        };
        let Some(answer) = answer else {
            let wanted = match self.kind {
                QuestionKind::Bool => "true or false",
                QuestionKind::One => "a string",
                QuestionKind::Many => "a list of strings",
            };
            value.wrong_type(key, wanted);
            return None;
        };
        let given: Vec<&String> = match &answer {
            ScopeValue::Bool(_) => Vec::new(),
            ScopeValue::One(word) => vec![word],
            ScopeValue::Many(words) => words.iter().collect(),
        };
        for word in given {
            if !self.choices.contains(word) {
                value.mistake(format!("`{word}` is no answer to `{key}`"), format!("choose from {}", self.choices.join(", ")));
                return None;
            }
        }
        Some(answer)
    }
}

impl Requirement {
    fn read(mut reader: Reader<'_>) -> Self {
        let id = reader.required_text("id");
        let parent = reader.text("parent");
        let title = reader.required_text("title");
        let level = match reader.text("level") {
            None => Level::Requirement,
            Some(word) => [Level::Requirement, Level::Group, Level::Context, Level::Superseded]
                .into_iter()
                .find(|level| level.as_str() == word.value)
                .unwrap_or_else(|| {
                    let label = "requirement, group, context or superseded";
                    reader.mistake(Diagnostic::at(word.span, format!("unknown level `{}`", word.value), label));
                    Level::Requirement
                }),
        };
        let kind = choice(&mut reader, "kind", &["technical", "process", "physical"], level);
        let evidence = choice(&mut reader, "evidence", &["auto", "partial", "manual"], level);
        let note = reader.text("note").map(|text| text.value);
        let mut when = BTreeMap::new();
        if let Some(table) = reader.table("when", "scope condition") {
            for (key, value) in table.entries() {
                let answer = value.as_bool().map(ScopeValue::Bool).or_else(|| value.as_str().map(|word| ScopeValue::One(word.to_owned())));
                match answer {
                    Some(answer) => drop(when.insert(key.value.clone(), (answer, key))),
                    None => value.wrong_type(&key.value, "true or a string"),
                }
            }
        }
        let controls = reader.tables("controls", "control edge").into_iter().map(Edge::read).collect();
        let attestations = reader.tables("attestations", "attestation edge").into_iter().map(Topicality::read).collect();
        reader.finish();
        Self { id, parent, title, level, kind, evidence, note, when, controls, attestations }
    }
}

/// A word out of a few: needed on requirements, not asked of headings.
fn choice(reader: &mut Reader<'_>, key: &'static str, words: &[&str], level: Level) -> String {
    let text = if level == Level::Requirement { Some(reader.required_text(key)) } else { reader.text(key) };
    let Some(text) = text else { return String::new() };
    if !text.value.is_empty() && !words.contains(&text.value.as_str()) {
        reader.mistake(Diagnostic::at(text.span, format!("unknown {key} `{}`", text.value), format!("one of {}", words.join(", "))));
    }
    text.value
}

impl Edge {
    fn read(mut reader: Reader<'_>) -> Self {
        let control = reader.required_text("id");
        let word = reader.required_text("strength");
        let strength = [Strength::Strong, Strength::Supporting, Strength::Indicative].into_iter().find(|s| s.as_str() == word.value);
        if strength.is_none() && !word.value.is_empty() {
            reader.mistake(Diagnostic::at(word.span, format!("unknown strength `{}`", word.value), "strong, supporting or indicative"));
        }
        let edge = Self {
            control,
            strength: strength.unwrap_or(Strength::Indicative),
            why: reader.required_text("why").value,
            group: reader.text("group").map(|text| text.value),
            resources: reader.text("resources"),
        };
        reader.finish();
        edge
    }
}

impl Topicality {
    fn read(mut reader: Reader<'_>) -> Self {
        let topic = reader.required_text("topic");
        let valid_days = days(&mut reader).unwrap_or(0);
        if valid_days == 0 {
            reader.mistake(Diagnostic::at(reader.place(), "an attestation edge needs `valid_days`", "how long does the evidence count?"));
        }
        let why = reader.text("why").map(|text| text.value);
        reader.finish();
        Self { topic, valid_days, why }
    }
}
