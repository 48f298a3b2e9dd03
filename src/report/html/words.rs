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
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::path::Path;

    /// All files of a kind below a folder of the checkout, as one text.
    fn text(folder: &str, kind: &str) -> String {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        let mut all = String::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == kind) {
                    all.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        all
    }

    #[test]
    fn the_script_asks_for_words_that_exist_and_every_word_is_used() {
        let words = Words::default();
        let (script, templates, code) = (text("templates/html/js", "js"), text("templates/html", "html"), text("src/report/html", "rs"));
        let asked = |pattern: &str| -> Vec<String> {
            regex::Regex::new(pattern).unwrap().captures_iter(&script).map(|found| found[1].to_owned()).collect()
        };
        for key in asked(r"say\('([a-z_]+)'") {
            assert!(words.find(&format!("html.script.{key}")).is_some(), "templates/words/en.toml has no html.script.{key}");
        }
        for noun in asked(r"many\([^;]*?, '([a-z_]+)'\)") {
            assert!(words.find(&format!("number.{noun}_many")).is_some(), "templates/words/en.toml has no number.{noun}_many");
        }
        for key in words.below("html.").keys() {
            let spoken = key.strip_prefix("script.").is_some_and(|key| script.contains(&format!("'{key}'")));
            // Causes, ages and indicators are asked for by the name of what they are about.
            let named = key.starts_with("change.") || key.starts_with("indicators.age_") || key.starts_with("indicators.name_");
            assert!(
                spoken || named || templates.contains(&format!("\"{key}\"")) || code.contains(&format!("html.{key}")),
                "html.{key} is not used"
            );
        }
    }

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
