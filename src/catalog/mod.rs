//! Controls and frameworks as checked values: the rules of the house, embedded in the binary and overridable with a folder.
//!
//! What a file cannot know of itself (does this control exist? does anybody use it?) is asked by [`lint`]. Expressions stay text here;
//! `evaluate` compiles them and points its errors through [`Text`] into the file.

pub mod control;
pub mod framework;
pub mod kinds;
pub mod lint;
mod load;
pub mod read;

pub use control::{Control, Example, Param, ParamType, Rule, Variable};
pub use framework::{Edge, Framework, Level, Question, QuestionKind, Requirement, Topic, Topicality};
pub use load::{load, load_files};
pub use read::Text;

use crate::model::{Hash, ScopeValue};
use std::collections::BTreeMap;

/// The catalog in force.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Version of the embedded catalog: that of the program.
    pub version: &'static str,
    /// Content hash over every file in force.
    pub hash: Hash,
    /// Every file in force: its place in a catalog folder, and its text. What the hash is over.
    pub files: Vec<(String, String)>,
    /// By id.
    pub controls: BTreeMap<String, Control>,
    /// By id.
    pub frameworks: BTreeMap<String, Framework>,
    /// By id.
    pub topics: BTreeMap<String, Topic>,
    /// Variables that every control of their kinds sees, by source folder.
    pub shared: BTreeMap<String, Vec<Variable>>,
    /// Identifiers that an edition really has, by framework id, for those that are known.
    pub identifiers: BTreeMap<String, Vec<String>>,
    /// What a folder replaced or added, one sentence each.
    pub overrides: Vec<String>,
}

impl Catalog {
    /// Frameworks that a control bears on, by id, each with the requirements.
    #[must_use]
    pub fn requirements_of(&self, control: &str) -> Vec<(&Framework, &Requirement, &Edge)> {
        self.frameworks
            .values()
            .flat_map(|framework| framework.requirements.iter().map(move |requirement| (framework, requirement)))
            .flat_map(|(framework, requirement)| requirement.controls.iter().map(move |edge| (framework, requirement, edge)))
            .filter(|(_, _, edge)| edge.control.value == control)
            .collect()
    }
}

impl Framework {
    /// Why a requirement does not count under the declared answers; `None` when it does.
    ///
    /// An answer that the user did not give is the question's default.
    #[must_use]
    pub fn left_out(&self, requirement: &Requirement, answers: &BTreeMap<String, ScopeValue>) -> Option<String> {
        requirement.when.iter().find_map(|(key, (wanted, _))| {
            let question = self.questions.get(key)?;
            let answer = answers.get(key).unwrap_or(&question.default);
            let holds = match (wanted, answer) {
                (ScopeValue::Bool(wanted), ScopeValue::Bool(given)) => wanted == given,
                (ScopeValue::One(wanted), ScopeValue::One(given)) => wanted == given,
                (ScopeValue::One(wanted), ScopeValue::Many(given)) => given.contains(wanted),
                _ => true,
            };
            (!holds).then(|| format!("{} {}", question.question, answer_in_words(answer)))
        })
    }
}

/// `yes`, `controller`, `security, availability`.
#[must_use]
pub fn answer_in_words(answer: &ScopeValue) -> String {
    match answer {
        ScopeValue::Bool(true) => "Yes.".to_owned(),
        ScopeValue::Bool(false) => "No.".to_owned(),
        ScopeValue::One(word) => word.clone(),
        ScopeValue::Many(words) if words.is_empty() => "none".to_owned(),
        ScopeValue::Many(words) => words.join(", "),
    }
}
