//! The reports' own words, one language a file: `templates/words/<language>.toml`. What a scan says is never among them.

use crate::model::{Diagnostic, Percent, SourceText, Span, about, nearest};
use crate::report::view::{Phrase, PhrasePart, PhraseValue};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};
use toml::de::{DeTable, DeValue};

/// The languages that are part of the program: file name and text.
static BUNDLED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/word_files.rs"));

/// English as it is built in: what every key is looked up in when a language lacks it.
static ENGLISH: LazyLock<Words> =
    LazyLock::new(|| Words::bundled("en").unwrap_or_else(|| Words { language: "en".to_owned(), texts: BTreeMap::new() }));

/// The one detail of a source whose value is a word of ours.
const UNCOMMITTED: &str = "uncommitted changes";

/// Texts by dotted key (`status.fail`, `html.findings.title`).
#[derive(Debug, Clone)]
pub struct Words {
    language: String,
    texts: BTreeMap<String, String>,
}

impl Default for Words {
    fn default() -> Self {
        ENGLISH.clone()
    }
}

impl Words {
    /// The languages that are part of the program, by their tags.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        BUNDLED.iter().filter_map(|(name, _)| name.strip_suffix(".toml"))
    }

    /// A language that is part of the program.
    #[must_use]
    pub fn bundled(language: &str) -> Option<Self> {
        let (name, text) = BUNDLED.iter().find(|(name, _)| name.strip_suffix(".toml") == Some(language))?;
        let file = Arc::new(SourceText { name: format!("templates/words/{name}"), text: (*text).to_owned() });
        let texts = flatten(&file).0.into_iter().map(|(key, (text, _))| (key, text)).collect();
        Some(Self { language: language.to_owned(), texts })
    }

    /// A language with a user's file laid over it. Keys that the file lacks are taken from the program's own file of that language, else
    /// from English; the second value names those of them that had to be English.
    ///
    /// # Errors
    ///
    /// Every mistake in the file: what is no text, a key that no report reads, a `{name}` that is not filled in there.
    pub fn laid_over(language: &str, file: &Arc<SourceText>) -> Result<(Self, Vec<String>), Vec<Diagnostic>> {
        let (given, mut mistakes) = flatten(file);
        for (key, (text, span)) in &given {
            let Some(english) = ENGLISH.texts.get(key) else {
                let near = nearest(key, ENGLISH.texts.keys().map(String::as_str));
                let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
                mistakes.push(Diagnostic::at(span.clone(), format!("no report has the words `{key}`"), "nothing reads this").help(help));
                continue;
            };
            let known = names(english);
            if let Some(name) = names(text).into_iter().find(|name| !known.contains(name)) {
                let help = if known.is_empty() {
                    "nothing is filled in here".to_owned()
                } else {
                    format!("filled in here: {}", known.into_iter().collect::<Vec<_>>().join(", "))
                };
                mistakes.push(Diagnostic::at(span.clone(), format!("`{key}` has nothing called {{{name}}}"), "not filled in").help(help));
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let mut words = Self::bundled(language).unwrap_or_else(|| Self { language: language.to_owned(), texts: BTreeMap::new() });
        words.texts.extend(given.into_iter().map(|(key, (text, _))| (key, text)));
        let missing = ENGLISH.texts.keys().filter(|key| !words.texts.contains_key(*key)).cloned().collect();
        Ok((words, missing))
    }

    /// The tag of the language (BCP 47): `en`, `de`.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Every key with its text, in this language alone.
    #[must_use]
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// The text of a key: in this language, else in English; the key itself where no file has it, so that a gap is seen and harms nothing.
    #[must_use]
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.find(key).unwrap_or(key)
    }

    /// [`Words::say`] for a key that may not exist.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.texts.get(key).or_else(|| ENGLISH.texts.get(key)).map(String::as_str)
    }

    /// [`Words::say`] with `{name}` replaced; values are taken literally.
    #[must_use]
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        filled(self.say(key), |name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    /// A whole number with the language's group separator: `10,000`.
    #[must_use]
    pub fn count(&self, number: u64) -> String {
        let digits = number.to_string();
        let separator = self.say("language.group");
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

    /// Every text below a prefix (`html.script.`), by the rest of its key.
    #[must_use]
    pub fn below(&self, prefix: &str) -> BTreeMap<String, String> {
        let keys = ENGLISH.texts.keys().filter_map(|key| key.strip_prefix(prefix));
        keys.map(|key| (key.to_owned(), self.say(&format!("{prefix}{key}")).to_owned())).collect()
    }

    /// A length of time in the one or two units that people would say it in.
    #[must_use]
    pub fn duration(&self, seconds: u64) -> String {
        let units = about(seconds).into_iter().map(|(number, unit)| self.plural(&format!("number.{unit}"), number));
        units.collect::<Vec<_>>().join(" ")
    }

    /// Sentences, joined by spaces.
    #[must_use]
    pub fn tell(&self, parts: &[PhrasePart]) -> String {
        parts.iter().map(|part| self.sentence(part)).collect::<Vec<_>>().join(" ")
    }

    fn sentence(&self, part: &PhrasePart) -> String {
        filled(self.say(&part.key), |name| {
            let (_, value) = part.values.iter().find(|(known, _)| known == name)?;
            Some(match value {
                PhraseValue::Text(text) => text.clone(),
                PhraseValue::Day(day) => self.day(day),
                PhraseValue::Count(number) => self.count(*number),
                PhraseValue::Duration(seconds) => self.duration(*seconds),
                PhraseValue::Counted(noun, number) => self.plural(noun, *number),
                PhraseValue::Percent(percent) => self.printed_percent(percent),
                PhraseValue::List(parts) => parts.iter().map(|part| self.sentence(part)).collect::<Vec<_>>().join(", "),
                PhraseValue::Part(part) => self.sentence(part),
            })
        })
    }

    /// A text of a view in this language; as it stands where the view does not say what it is made of.
    #[must_use]
    pub fn retell<'a>(&self, phrases: &[Phrase], text: &'a str) -> std::borrow::Cow<'a, str> {
        match phrases.binary_search_by(|phrase| phrase.text.as_str().cmp(text)).ok().and_then(|at| phrases.get(at)) {
            Some(phrase) => self.tell(&phrase.parts).into(),
            None => text.into(),
        }
    }

    /// What a collector calls a detail of a source, and its value, as people say them; names stay as they are.
    #[must_use]
    pub fn detail<'a>(&'a self, label: &'a str, value: &'a str) -> (&'a str, &'a str) {
        let say = |word: &'a str| self.find(&format!("detail.{}", word.replace(' ', "_"))).unwrap_or(word);
        (say(label), if label == UNCOMMITTED { say(value) } else { value })
    }

    /// A number of one decimal as the language writes it: `61.4`, `61,4`. What prints elsewhere with a point is passed here, so that
    /// both are the same number.
    #[must_use]
    pub fn decimal(&self, number: &str) -> String {
        number.replace('.', self.say("language.decimal"))
    }

    /// `61.4 %`
    #[must_use]
    pub fn percent(&self, percent: Percent) -> String {
        self.printed_percent(&percent.to_string())
    }

    fn printed_percent(&self, percent: &str) -> String {
        self.fill("language.percent", &[("n", &self.decimal(percent.trim_end_matches([' ', '%'])))])
    }

    /// A day, from `2026-11-24` or the beginning of an RFC 3339 time; what is neither stays as it is.
    #[must_use]
    pub fn day(&self, text: &str) -> String {
        let Some(day) = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok()) else { return text.to_owned() };
        let month = format!("date.month_{}", day.month());
        self.fill("date.day", &[("day", &day.day().to_string()), ("month", self.say(&month)), ("year", &day.year().to_string())])
    }

    /// A moment, from RFC 3339; what is not stays as it is.
    #[must_use]
    pub fn moment(&self, text: &str) -> String {
        let Ok(time) = DateTime::parse_from_rfc3339(text) else { return text.to_owned() };
        let time = time.to_utc();
        let month = format!("date.month_{}", time.month());
        let (day, year) = (time.day().to_string(), time.year().to_string());
        let (hour, minute) = (format!("{:02}", time.hour()), format!("{:02}", time.minute()));
        self.fill("date.moment", &[("day", &day), ("month", self.say(&month)), ("year", &year), ("hour", &hour), ("minute", &minute)])
    }
}

/// A text with each `{name}` replaced by what `value` gives; a name it does not know stays.
pub(in crate::report) fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(rest.len() + 32);
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match value(name) {
            Some(value) => out.push_str(&value),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = tail;
    }
    out + rest
}

/// The names in braces.
fn names(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|after| after.split_once('}').map(|(name, _)| name)).collect()
}

type Given = BTreeMap<String, (String, Span)>;

/// All texts of a file by dotted key, and what is wrong with it.
fn flatten(file: &Arc<SourceText>) -> (Given, Vec<Diagnostic>) {
    let (root, errors) = DeTable::parse_recoverable(&file.text);
    let at = |range| Span { file: Arc::clone(file), range };
    let mut mistakes: Vec<Diagnostic> = errors
        .into_iter()
        .map(|error| Diagnostic::at(at(error.span().unwrap_or(0..0)), format!("not valid TOML: {}", error.message()), "here"))
        .collect();
    let mut given = Given::new();
    let mut tables: Vec<(String, &DeTable<'_>)> = vec![(String::new(), root.get_ref())];
    while let Some((prefix, table)) = tables.pop() {
        for (name, value) in table {
            let key = if prefix.is_empty() { name.get_ref().to_string() } else { format!("{prefix}.{}", name.get_ref()) };
            match value.get_ref() {
                DeValue::String(text) => drop(given.insert(key, (text.to_string(), at(value.span())))),
                DeValue::Table(below) => tables.push((key, below)),
                other => {
                    let found = other.type_str();
                    mistakes.push(Diagnostic::at(
                        at(value.span()),
                        format!("`{key}` must be a text, not {found}"),
                        format!("this is {found}"),
                    ));
                }
            }
        }
    }
    (given, mistakes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn file(text: &str) -> Arc<SourceText> {
        Arc::new(SourceText { name: "words/xx.toml".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn every_language_has_every_key_and_fills_in_the_same_names() {
        for language in Words::languages() {
            let words = Words::bundled(language).unwrap();
            let (_, mistakes) = flatten(&file(BUNDLED.iter().find(|(name, _)| *name == format!("{language}.toml")).unwrap().1));
            assert_eq!(mistakes, [], "{language}");
            let missing: Vec<_> = ENGLISH.texts.keys().filter(|key| !words.texts.contains_key(*key)).collect();
            assert!(missing.is_empty(), "templates/words/{language}.toml lacks {missing:?}");
            for (key, text) in &words.texts {
                let english =
                    ENGLISH.texts.get(key).unwrap_or_else(|| panic!("templates/words/{language}.toml has {key}, which en.toml lacks"));
                assert_eq!(names(text), names(english), "{language}: {key}");
                assert!(!text.trim().is_empty() || key == "language.group", "{language}: {key} is empty");
            }
        }
        assert!(Words::languages().any(|language| language == "en") && Words::languages().any(|language| language == "de"));
    }

    #[test]
    fn fills_literally_and_counts_in_groups() {
        let words = Words::default();
        assert_eq!(words.count(7), "7");
        assert_eq!(words.count(12_345_678), "12,345,678");
        assert_eq!(words.fill("score.interval", &[("low", "{high}"), ("high", "9")]), "{high} to 9 %");
        assert_eq!(words.plural("number.finding", 1), "1 finding");
        assert_eq!(filled("a {b} {c", |_| Some("{x}".to_owned())), "a {x} {c");
    }

    #[test]
    fn numbers_and_dates_follow_the_language() {
        let german = Words::bundled("de").unwrap();
        assert_eq!(german.count(12_345), "12.345");
        assert_eq!(german.percent(Percent(61.44)), "61,4 %");
        assert_eq!(german.day("2026-03-01"), "1. März 2026");
        assert_eq!(german.moment("2026-03-01T06:05:00Z"), "1. März 2026, 06:05 UTC");
        assert_eq!(Words::default().moment("2026-03-01T06:05:00+02:00"), "1 March 2026, 04:05 UTC");
        assert_eq!(german.moment("yesterday"), "yesterday");
    }

    #[test]
    fn a_file_of_ones_own_may_lack_keys_but_not_invent_them() {
        let (words, missing) = Words::laid_over("xx", &file("[status]\nfail = 'Nope'\n")).unwrap();
        assert_eq!((words.language(), words.say("status.fail"), words.say("status.pass")), ("xx", "Nope", "Pass"));
        assert!(missing.contains(&"status.pass".to_owned()) && !missing.contains(&"status.fail".to_owned()));
        assert_eq!(Words::laid_over("de", &file("[status]\nfail = 'Nein'\n")).unwrap().1, Vec::<String>::new());
        let mistakes =
            Words::laid_over("xx", &file("[status]\nfial = 'x'\n[score]\ninterval = '{lo}'\n[number]\nday_one = 3\n")).unwrap_err();
        let said: Vec<_> = mistakes.iter().map(|m| (m.message.as_str(), m.span.as_ref().unwrap().line_column().0)).collect();
        assert!(said.contains(&("no report has the words `status.fial`", 2)), "{said:?}");
        assert!(said.contains(&("`score.interval` has nothing called {lo}", 4)), "{said:?}");
        assert!(said.contains(&("`number.day_one` must be a text, not integer", 6)), "{said:?}");
    }
}
