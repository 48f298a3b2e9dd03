//! Words and numbers as the page prints them.

use crate::model::{Interval, Percent};
use serde::Serialize;

/// The word people read for the word machines read: `not_assessed` is `Not assessed`.
pub(super) fn label(key: &str) -> String {
    let known = match key {
        "not_applicable" => "Not applicable",
        "not_assessed" => "Not assessed",
        "aws" => "AWS",
        "github" => "GitHub",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let spaced = key.replace('_', " ");
    let mut characters = spaced.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A number with a comma after every third digit from the right.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
    pub(super) fn of(interval: Interval) -> Self {
        let width = |percent: Percent| format!("{:.1}%", percent.0);
        Self {
            low: interval.low.to_string(),
            high: interval.high.to_string(),
            text: interval.to_string(),
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
        assert_eq!(label("fail"), "Fail");
        assert_eq!(label("not_assessed"), "Not assessed");
        assert_eq!(label("aws"), "AWS");
        assert_eq!(label(""), "");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
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
        let score = Score::of(Interval { low: Percent(62.44), high: Percent(81.0) });
        assert_eq!((score.text.as_str(), score.low_width.as_str(), score.exact), ("62.4 to 81.0 %", "62.4%", false));
    }
}
