//! Reading TOML so that every mistake of a file is found at once, each with its place.
//!
//! `serde` stops at the first mistake; an author mends a list faster. So a [`Reader`] walks one spanned table, hands out typed values,
//! notes what is wrong, and at the end refuses every key that nobody asked for.

pub use crate::model::nearest;
use crate::model::{Diagnostic, SourceText, Span};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where the mistakes of a load gather.
pub type Mistakes = RefCell<Vec<Diagnostic>>;

/// A string of a data file that knows where it stands, so that an error inside it (an expression) can point into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The decoded value.
    pub value: String,
    /// The literal with its quotes.
    pub span: Span,
}

impl Text {
    /// The place of a byte range of the decoded value. Escapes of basic strings are walked; literal strings map one to one.
    #[must_use]
    pub fn locate(&self, range: &Range<usize>) -> Span {
        let literal = self.span.file.text.get(self.span.range.clone()).unwrap_or("");
        let quote = literal.chars().next().unwrap_or('"');
        let triple = literal.starts_with("\"\"\"") || literal.starts_with("'''");
        let mut at = if triple { 3 } else { 1 };
        if triple && literal[at.min(literal.len())..].starts_with("\r\n") {
            at += 2;
        } else if triple && literal[at.min(literal.len())..].starts_with('\n') {
            at += 1;
        }
        let body = literal.get(at..).unwrap_or("");
        let offset = |target: usize| {
            if quote == '\'' || !body.contains('\\') {
                return target.min(body.len());
            }
            let (mut raw, mut decoded) = (0, 0);
            let mut chars = body.char_indices().peekable();
            while let Some((index, c)) = chars.next() {
                raw = index;
                if decoded >= target {
                    return raw;
                }
                if c != '\\' {
                    decoded += c.len_utf8();
                    continue;
                }
                match chars.next().map(|(_, escape)| escape) {
                    Some(kind @ ('u' | 'U' | 'x')) => {
                        let digits = match kind {
                            'u' => 4,
                            'U' => 8,
                            _ => 2,
                        };
                        let hex: String = chars.by_ref().take(digits).map(|(_, digit)| digit).collect();
                        decoded += u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).map_or(1, char::len_utf8);
                    }
                    Some('\n' | ' ' | '\t' | '\r') => while chars.next_if(|(_, space)| space.is_whitespace()).is_some() {},
                    _ => decoded += 1,
                }
            }
            raw + 1
        };
        let start = self.span.range.start + at + offset(range.start);
        let end = (self.span.range.start + at + offset(range.end)).max(start);
        Span { file: Arc::clone(&self.span.file), range: start..end.min(self.span.range.end) }
    }
}

/// One table of a file, and which of its keys have been asked for.
pub struct Reader<'a> {
    file: &'a Arc<SourceText>,
    table: &'a DeTable<'a>,
    range: Range<usize>,
    what: &'static str,
    known: BTreeSet<&'static str>,
    mistakes: &'a Mistakes,
}

/// Reads a whole file and gives its root table to `read`. A syntax error is noted with its place, and what could be recovered is read on.
pub fn with_root<T>(file: &Arc<SourceText>, what: &'static str, mistakes: &Mistakes, read: impl FnOnce(Reader<'_>) -> T) -> T {
    let (root, errors) = DeTable::parse_recoverable(&file.text);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let span = Span { file: Arc::clone(file), range };
        mistakes.borrow_mut().push(Diagnostic::at(span, format!("not valid TOML: {}", error.message()), "here"));
    }
    // The root table spans the whole text, which is no place for a caret; what is missing at the root is shown at the first line.
    let first_line = file.text.find('\n').unwrap_or(file.text.len());
    read(Reader { file, table: root.get_ref(), range: 0..first_line, what, known: BTreeSet::new(), mistakes })
}

impl<'a> Reader<'a> {
    fn span(&self, range: Range<usize>) -> Span {
        Span { file: Arc::clone(self.file), range }
    }

    /// The place of the table itself.
    #[must_use]
    pub fn place(&self) -> Span {
        self.span(self.range.clone())
    }

    /// Notes a mistake at a place.
    pub fn mistake(&self, diagnostic: Diagnostic) {
        self.mistakes.borrow_mut().push(diagnostic);
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        self.mistake(Diagnostic::at(
            self.span(value.span()),
            format!("`{key}` of a {} must be {wanted}, not {found}", self.what),
            format!("this is {found}"),
        ));
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.insert(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// The value of a key when it is a string.
    pub fn text(&mut self, key: &'static str) -> Option<Text> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Text { value: text.to_string(), span: self.span(value.span()) }),
            _ => {
                self.wrong_type(key, value, "a string");
                None
            }
        }
    }

    /// A string that must be there and must say something.
    pub fn required_text(&mut self, key: &'static str) -> Text {
        if self.get(key).is_none() {
            self.mistake(Diagnostic::at(self.place(), format!("a {} needs `{key}`", self.what), format!("`{key}` is missing")));
            return self.nothing();
        }
        let Some(text) = self.text(key) else { return self.nothing() };
        if text.value.trim().is_empty() {
            self.mistake(Diagnostic::at(text.span.clone(), format!("`{key}` is empty"), "write something here"));
        }
        text
    }

    fn nothing(&self) -> Text {
        Text { value: String::new(), span: self.place() }
    }

    /// An integer.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.wrong_type(key, value, "an integer");
        }
        number
    }

    /// A boolean.
    pub fn boolean(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let answer = value.get_ref().as_bool();
        if answer.is_none() {
            self.wrong_type(key, value, "true or false");
        }
        answer
    }

    /// A local date (`2027-03-31`, with or without quotes).
    pub fn date(&mut self, key: &'static str) -> Option<chrono::NaiveDate> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let date = chrono::NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
        if date.is_none() {
            self.wrong_type(key, value, "a date like 2027-03-31");
        }
        date
    }

    /// A list of strings.
    pub fn texts(&mut self, key: &'static str) -> Option<Vec<Text>> {
        let value = self.get(key)?;
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of strings");
            return None;
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => texts.push(Text { value: text.to_string(), span: self.span(item.span()) }),
                _ => self.wrong_type(key, item, "a list of strings"),
            }
        }
        Some(texts)
    }

    /// A list of strings that must be there and hold at least one.
    pub fn required_texts(&mut self, key: &'static str) -> Vec<Text> {
        let texts = self.texts(key);
        if texts.as_ref().is_none_or(Vec::is_empty)
            && !self.mistakes.borrow().iter().any(|m| m.message.starts_with(&format!("`{key}` of a")))
        {
            self.mistake(Diagnostic::at(
                self.place(),
                format!("a {} needs at least one of `{key}`", self.what),
                format!("`{key}` is missing or empty"),
            ));
        }
        texts.unwrap_or_default()
    }

    /// A table below a key.
    pub fn table(&mut self, key: &'static str, what: &'static str) -> Option<Reader<'a>> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table");
            return None;
        };
        Some(self.below(table, value.span(), what))
    }

    /// The tables of an array of tables.
    pub fn tables(&mut self, key: &'static str, what: &'static str) -> Vec<Reader<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of tables");
            return Vec::new();
        };
        let mut readers = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => readers.push(self.below(table, item.span(), what)),
                None => self.wrong_type(key, item, "a list of tables"),
            }
        }
        readers
    }

    fn below(&self, table: &'a DeTable<'a>, range: Range<usize>, what: &'static str) -> Reader<'a> {
        let end = self.file.text.get(range.clone()).and_then(|text| text.find('\n')).map_or(range.end, |line| range.start + line);
        Reader { file: self.file, table, range: range.start..end, what, known: BTreeSet::new(), mistakes: self.mistakes }
    }

    /// Every key of a table whose keys are the user's (parameters, excluded requirements), with the place of the key.
    pub fn entries(&self) -> Vec<(Text, Value<'a>)> {
        self.table
            .iter()
            .map(|(name, value)| {
                let key = Text { value: name.get_ref().to_string(), span: self.span(name.span()) };
                (key, Value { file: self.file, value, what: self.what, mistakes: self.mistakes })
            })
            .collect()
    }

    /// A value below a key, of whatever type.
    pub fn value(&mut self, key: &'static str) -> Option<Value<'a>> {
        let value = self.get(key)?;
        Some(Value { file: self.file, value, what: self.what, mistakes: self.mistakes })
    }

    /// Refuses the keys that nobody asked for.
    pub fn finish(self) {
        for (name, _) in self.table {
            let key = name.get_ref().as_ref();
            if self.known.contains(key) {
                continue;
            }
            let mut mistake =
                Diagnostic::at(self.span(name.span()), format!("unknown key `{key}` in a {}", self.what), "nothing reads this");
            mistake.help = nearest(key, self.known.iter().copied()).map_or_else(
                || format!("known keys: {}", self.known.iter().copied().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.mistake(mistake);
        }
    }
}

/// A value of any type, for keys whose type is said elsewhere (a parameter's).
#[derive(Clone, Copy)]
pub struct Value<'a> {
    file: &'a Arc<SourceText>,
    value: &'a Spanned<DeValue<'a>>,
    what: &'static str,
    mistakes: &'a Mistakes,
}

impl<'a> Value<'a> {
    /// Its place.
    #[must_use]
    pub fn place(&self) -> Span {
        Span { file: Arc::clone(self.file), range: self.value.span() }
    }

    /// The word for its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        self.value.get_ref().type_str()
    }

    /// As a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&'a str> {
        self.value.get_ref().as_str()
    }

    /// As a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        self.value.get_ref().as_bool()
    }

    /// As an integer.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        self.value.get_ref().as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok())
    }

    /// As a list of strings.
    #[must_use]
    pub fn as_strings(&self) -> Option<Vec<String>> {
        self.value.get_ref().as_array()?.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
    }

    /// As a table.
    #[must_use]
    pub fn as_table(&self, what: &'static str) -> Option<Reader<'a>> {
        let table = self.value.get_ref().as_table()?;
        let range = self.value.span();
        Some(Reader { file: self.file, table, range, what, known: BTreeSet::new(), mistakes: self.mistakes })
    }

    /// Notes that it has the wrong type.
    pub fn wrong_type(&self, key: &str, wanted: &str) {
        let found = self.type_name();
        self.mistakes.borrow_mut().push(Diagnostic::at(
            self.place(),
            format!("`{key}` of a {} must be {wanted}, not {found}", self.what),
            format!("this is {found}"),
        ));
    }

    /// Notes another mistake at its place.
    pub fn mistake(&self, message: impl Into<String>, label: impl Into<String>) {
        self.mistakes.borrow_mut().push(Diagnostic::at(self.place(), message, label));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn file(text: &str) -> Arc<SourceText> {
        Arc::new(SourceText { name: "x.toml".into(), text: text.into() })
    }

    #[test]
    fn all_mistakes_are_reported_with_their_places() {
        let mistakes = Mistakes::default();
        with_root(&file("title = 3\nsevrity = \"high\"\nbroken = [1, 2\n"), "control", &mistakes, |mut reader| {
            assert!(reader.text("title").is_none());
            assert!(reader.text("severity").is_none());
            reader.finish();
        });
        let mistakes = mistakes.into_inner();
        let told: Vec<(usize, &str)> = mistakes.iter().map(|m| (m.span.as_ref().unwrap().line_column().0, m.message.as_str())).collect();
        assert!(told.iter().any(|(line, text)| *line >= 3 && text.starts_with("not valid TOML")), "{told:?}");
        assert!(told.contains(&(1, "`title` of a control must be a string, not integer")), "{told:?}");
        assert!(told.contains(&(2, "unknown key `sevrity` in a control")), "{told:?}");
        assert!(mistakes.iter().any(|m| m.help == "did you mean `severity`?"));
    }

    #[test]
    fn a_place_inside_a_string_is_found_behind_quotes_newlines_and_escapes() {
        for (literal, range, line, column) in
            [("x = \"ab+c\"", 2..3, 1, 8), ("x = '''\nab +\n c'''", 5..6, 3, 1), (r#"x = "a\"b\u00e9+c""#, 5..6, 1, 16)]
        {
            let mistakes = Mistakes::default();
            let text = with_root(&file(literal), "control", &mistakes, |mut reader| reader.text("x").unwrap());
            assert_eq!(text.locate(&range).line_column(), (line, column), "{literal} decodes to {:?}", text.value);
        }
    }
}
