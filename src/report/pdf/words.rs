//! The words of the PDF reports: those that all reports share, and those under `pdf` that only these have.

use crate::report::presentation;

/// One language.
pub struct Words(presentation::Words);

impl Words {
    /// The words of a presentation.
    #[must_use]
    pub fn of(words: &presentation::Words) -> Self {
        Self(words.clone())
    }

    fn key(&self, key: &str) -> String {
        let own = format!("pdf.{key}");
        if self.0.find(&own).is_some() { own } else { key.to_owned() }
    }

    /// The text of `section.key`; the key itself where no language has it, so that a gap is seen and harms nothing else.
    #[must_use]
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.find(&format!("pdf.{key}")).unwrap_or_else(|| self.0.say(key))
    }

    /// [`Words::say`] with `{name}` replaced; values are taken literally.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.0.fill(&self.key(key), values)
    }

    /// A number with its noun: `1 finding`, `3 findings`. The file has `key_one` and `key_many`.
    #[must_use]
    pub fn plural(&self, key: &str, number: u64) -> String {
        let form = if number == 1 { format!("{key}_one") } else { format!("{key}_many") };
        self.fill(&form, &[("n", &self.count(number))])
    }
}

/// What has no key under `pdf` is asked of the words that all reports share.
impl std::ops::Deref for Words {
    type Target = presentation::Words;

    fn deref(&self) -> &presentation::Words {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::{Words, presentation};
    use std::collections::BTreeSet;
    use std::path::Path;

    fn sources(folder: &Path, into: &mut String) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                sources(&path, into);
            } else if path.file_name().is_some_and(|name| name != "words.rs") {
                into.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_key_asked_for_exists_and_every_key_there_is_used() {
        let mut code = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/pdf"), &mut code);
        let english = presentation::Words::default();
        let words = Words::of(&english);
        let asked = regex::Regex::new(r#"(say|fill|plural)\(\s*"([a-z0-9_.]+)""#).unwrap();
        let mut used = BTreeSet::new();
        for found in asked.captures_iter(&code) {
            let key = &found[2];
            let keys = if &found[1] == "plural" { vec![format!("{key}_one"), format!("{key}_many")] } else { vec![key.to_owned()] };
            for key in keys {
                assert_ne!(words.say(&key), key, "no file of words has {key}");
                used.insert(key.clone());
            }
        }
        // Keys that are chosen before they are asked for.
        let named = regex::Regex::new(r#""([a-z_]+\.[a-z0-9_]+)""#).unwrap();
        used.extend(named.captures_iter(&code).map(|found| found[1].to_owned()));
        for key in english.texts().keys().filter_map(|key| key.strip_prefix("pdf.")) {
            let section = key.split_once('.').map_or(key, |(section, _)| section);
            // Words of indicators and the like are asked for by the value's own name.
            if !["number", "counted", "indicator"].contains(&section) {
                assert!(used.contains(key), "{key} is not used");
            }
        }
    }
}
