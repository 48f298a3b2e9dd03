//! The report's own words, one language a file: `templates/pdf/en.toml`. What the view says is never among them.

use std::collections::BTreeMap;

/// Sections of keys, each key with its text.
pub struct Words {
    texts: BTreeMap<String, BTreeMap<String, String>>,
}

impl Words {
    /// The bundled English.
    ///
    /// # Errors
    /// When the file is not TOML of sections and texts.
    pub fn english() -> Result<Self, String> {
        let texts = toml::from_str(include_str!("../../../templates/pdf/en.toml")).map_err(|error| error.to_string())?;
        Ok(Self { texts })
    }

    /// The text of `section.key`; the key itself where the file has none, so that a gap is seen and harms nothing else.
    #[must_use]
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        key.split_once('.').and_then(|(section, name)| self.texts.get(section)?.get(name)).map_or(key, String::as_str)
    }

    /// [`Words::say`] with `{name}` replaced; values are taken literally.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.say(key);
        let mut out = String::with_capacity(rest.len() + 32);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => out.push_str(value),
                None => {
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// A number with the language's group separator: `10,000`.
    #[must_use]
    pub fn count(&self, number: u64) -> String {
        let digits = number.to_string();
        let separator = self.say("number.group");
        let mut out = String::with_capacity(digits.len() + 4);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push_str(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A number with its noun: `1 finding`, `3 findings`. The file has `key_one` and `key_many`.
    #[must_use]
    pub fn plural(&self, key: &str, number: u64) -> String {
        let form = if number == 1 { format!("{key}_one") } else { format!("{key}_many") };
        self.fill(&form, &[("n", &self.count(number))])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::Words;
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
        let words = Words::english().unwrap();
        let asked = regex::Regex::new(r#"(say|fill|plural)\(\s*"([a-z_.]+)""#).unwrap();
        let mut used = BTreeSet::new();
        for found in asked.captures_iter(&code) {
            let key = &found[2];
            let keys = if &found[1] == "plural" { vec![format!("{key}_one"), format!("{key}_many")] } else { vec![key.to_owned()] };
            for key in keys {
                assert_ne!(words.say(&key), key, "templates/pdf/en.toml has no {key}");
                used.insert(key);
            }
        }
        for (section, texts) in &words.texts {
            // Words of statuses and the like are asked for by the value's own name.
            if ["number", "status", "severity", "verdict", "strength", "outcome", "evidence", "level", "state", "source", "counted"]
                .contains(&section.as_str())
            {
                continue;
            }
            for key in texts.keys() {
                assert!(used.contains(&format!("{section}.{key}")), "{section}.{key} is not used");
            }
        }
    }

    #[test]
    fn fills_literally_and_counts_in_groups() {
        let words = Words::english().unwrap();
        assert_eq!(words.count(7), "7");
        assert_eq!(words.count(1000), "1,000");
        assert_eq!(words.count(12_345_678), "12,345,678");
        assert_eq!(words.fill("page.of", &[("page", "{pages}"), ("pages", "9")]), "Page {pages} of 9");
    }
}
