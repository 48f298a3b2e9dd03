//! Words and numbers as the page prints them.

use crate::model::{Interval, Percent};
use crate::report::presentation::Words;
use serde::Serialize;
use std::collections::BTreeMap;

/// The sections of the words that name what machines name by a key.
const LABELS: [&str; 9] = ["status", "verdict", "severity", "strength", "outcome", "evidence", "level", "state", "source"];

/// The word people read for the word machines read: `not_assessed` is `Not assessed`. What no section names stays, with its first letter large.
pub(super) fn label(words: &Words, key: &str) -> String {
    if let Some(known) = LABELS.iter().find_map(|section| words.find(&format!("{section}.{key}"))) {
        return known.to_owned();
    }
    let spaced = key.replace('_', " ");
    let mut characters = spaced.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Every key that [`label`] knows, with its word.
pub(super) fn labels(words: &Words) -> BTreeMap<String, String> {
    // Backwards, so that of two sections that know a key the first one has it.
    LABELS.iter().rev().flat_map(|section| words.below(&format!("{section}."))).collect()
}

/// `62.4 to 81.0 %`, or one number.
pub(super) fn interval(words: &Words, interval: Interval) -> String {
    if interval.low == interval.high {
        return words.percent(interval.low);
    }
    let one = |percent: Percent| words.decimal(&format!("{:.1}", percent.0));
    words.fill("score.interval", &[("low", &one(interval.low)), ("high", &one(interval.high))])
}

/// `Deployment shop/web`, as [`crate::model::ResourceRef::display`] writes it.
pub(super) fn resource(kind: &str, namespace: &str, name: &str) -> String {
    match (namespace.is_empty(), name.is_empty()) {
        (_, true) => kind.to_owned(),
        (true, false) => format!("{kind} {name}"),
        (false, false) => format!("{kind} {namespace}/{name}"),
    }
}

/// Makes ids for links out of any text, each one different.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    taken: std::collections::BTreeSet<String>,
}

impl Anchors {
    /// An id that a link can name without escapes.
    pub(super) fn make(&mut self, prefix: &str, parts: &[&str]) -> String {
        let mut base = prefix.to_owned();
        for part in parts {
            base.push('-');
            base.extend(part.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' }));
        }
        let mut anchor = base.clone();
        let mut number = 2;
        while !self.taken.insert(anchor.clone()) {
            anchor = format!("{base}~{number}");
            number += 1;
        }
        anchor
    }
}

/// A score, ready to print and to draw.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Score {
    /// `62.4 %`
    pub low: String,
    /// `81.0 %`
    pub high: String,
    /// `62.4 to 81.0 %`, or one number.
    pub text: String,
    /// Whether both ends are one.
    pub exact: bool,
    /// Widths of the bar, in percent.
    pub low_width: String,
    /// The same for what is still possible.
    pub high_width: String,
}

impl Score {
    /// Of an interval.
    pub(super) fn of(interval: Interval, words: &Words) -> Self {
        let width = |percent: Percent| format!("{:.1}%", percent.0);
        Self {
            low: words.percent(interval.low),
            high: words.percent(interval.high),
            text: self::interval(words, interval),
            exact: interval.low == interval.high,
            low_width: width(interval.low),
            high_width: width(interval.high),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_read_like_words() {
        let words = Words::default();
        for (key, label) in [("fail", "Fail"), ("not_assessed", "Not assessed"), ("github", "GitHub"), ("my_word", "My word"), ("", "")] {
            assert_eq!(super::label(&words, key), label);
        }
        assert_eq!(labels(&words).get("partial").map(String::as_str), Some("Partial"));
    }

    #[test]
    fn anchors_are_safe_and_never_repeat() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.make("R", &["gdpr", "5(1)(a)"]), "R-gdpr-5_1__a_");
        assert_eq!(anchors.make("R", &["gdpr", "5[1][a]"]), "R-gdpr-5_1__a_~2");
        assert_eq!(anchors.make("C", &["\"><script>"]), "C-___script_");
    }

    #[test]
    fn a_score_prints_as_the_model_prints_it() {
        let score = Score::of(Interval { low: Percent(62.44), high: Percent(81.0) }, &Words::default());
        assert_eq!((score.text.as_str(), score.low_width.as_str(), score.exact), ("62.4 to 81.0 %", "62.4%", false));
    }
}
