//! Identifiers and texts as OSCAL's data types want them.

use crate::report::escape::markdown;
use crate::report::terminal::plain;
use crate::report::view::{FrameworkView, ReportView, RequirementView};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Namespace of our own properties: a name, not an address that anybody answers.
pub(super) const OURS: &str = "urn:assize:oscal:1";

/// UUIDs of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids(Uuid);

impl Ids {
    /// Below a root: everything of the same root has the same ids.
    pub(super) fn below(root: &str) -> Self {
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{OURS}:{root}").as_bytes()))
    }

    /// The id of a thing. `what` keeps kinds of things apart, `key` tells it from others of its kind.
    pub(super) fn of(&self, what: &str, key: &str) -> String {
        Uuid::new_v5(&self.0, format!("{what}\n{key}").as_bytes()).to_string()
    }
}

/// A token: letters, digits, `.`, `-`, `_`, beginning with a letter or `_`.
pub(super) fn token(text: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    if !out.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        out.insert(0, '_');
    }
    out
}

/// The ids of all requirements of a view. Two that would be one token are told apart by a number.
#[derive(Debug)]
pub(super) struct Tokens<'a>(BTreeMap<&'a str, BTreeMap<&'a str, String>>);

impl<'a> Tokens<'a> {
    pub(super) fn of(view: &'a ReportView) -> Self {
        let mut used = BTreeSet::new();
        let mut tokens: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        for framework in &view.frameworks {
            for requirement in &framework.requirements {
                let plain = token(&format!("{}_{}", framework.id, requirement.id));
                let mut wanted = plain.clone();
                for number in 2.. {
                    if used.insert(wanted.clone()) {
                        break;
                    }
                    wanted = format!("{plain}-{number}");
                }
                tokens.entry(&framework.id).or_default().insert(&requirement.id, wanted);
            }
        }
        Self(tokens)
    }

    pub(super) fn get(&self, framework: &FrameworkView, requirement: &RequirementView) -> &str {
        self.0.get(framework.id.as_str()).and_then(|all| all.get(requirement.id.as_str())).map_or("", String::as_str)
    }
}

/// One line that is no markup and not empty.
pub(super) fn line(text: &str) -> String {
    let line = words(text);
    if line.is_empty() { "(none)".to_owned() } else { markdown(&line) }
}

/// A string of OSCAL: one line, nothing around it, not empty. Not markup.
pub(super) fn string(text: &str) -> String {
    let line = words(text);
    if line.is_empty() { "(none)".to_owned() } else { line }
}

fn words(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A property in our namespace.
pub(super) fn prop(name: &str, value: &str) -> Value {
    json!({"ns": OURS, "name": name, "value": string(value)})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_root_gives_the_same_ids() {
        let (one, other) = (Ids::below("a"), Ids::below("b"));
        assert_eq!(one.of("risk", "x"), Ids::below("a").of("risk", "x"));
        assert_ne!(one.of("risk", "x"), one.of("finding", "x"));
        assert_ne!(one.of("risk", "x"), other.of("risk", "x"));
        // Version 5, variant 1.
        assert!(one.of("risk", "x").get(14..15) == Some("5") && one.of("risk", "x").get(19..20).is_some_and(|c| "89ab".contains(c)));
    }

    #[test]
    fn tokens_and_strings_have_their_form() {
        assert_eq!(token("gdpr_32(1)(a)"), "gdpr_32_1__a_");
        assert_eq!(token("1.2"), "_1.2");
        assert_eq!(string(" a\n b "), "a b");
        assert_eq!(string("\n"), "(none)");
        assert_eq!(line("a*b"), "a\\*b");
    }
}
