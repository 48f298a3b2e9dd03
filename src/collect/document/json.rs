//! JSON (RFC 8259), one document after another, with the line of every value.
//!
//! `serde_json` accepts the same texts but says neither lines nor duplicate keys.

use super::node::refuse_duplicates;
use super::{Bounds, Malformed, Node, Number, Value};

/// What a text of concatenated documents gave.
#[derive(Debug, Default)]
pub struct Stream {
    /// The documents before the first mistake.
    pub documents: Vec<Node>,
    /// The first mistake, and the offset at which its document begins. Nothing after it can be found again.
    pub broken: Option<(Malformed, usize)>,
}

/// Reads all documents of a text whose first line is number `first_line`.
#[must_use]
pub fn parse_json(text: &str, first_line: u32, bounds: &Bounds) -> Stream {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, line: first_line, nodes: bounds.nodes, bounds };
    let mut stream = Stream::default();
    loop {
        reader.skip_space();
        if reader.at >= reader.bytes.len() {
            return stream;
        }
        let start = reader.at;
        reader.nodes = bounds.nodes;
        match reader.value(0) {
            Ok(node) => stream.documents.push(node),
            Err(mistake) => {
                stream.broken = Some((mistake, start));
                return stream;
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
    nodes: usize,
    bounds: &'a Bounds,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => self.line = self.line.saturating_add(1),
                b' ' | b'\t' | b'\r' => {}
                _ => return,
            }
            self.at += 1;
        }
    }

    fn mistake(&self, message: &str) -> Malformed {
        Malformed::new(self.line, message)
    }

    fn expect(&mut self, byte: u8, message: &str) -> Result<(), Malformed> {
        self.skip_space();
        if self.peek() != Some(byte) {
            return Err(self.mistake(message));
        }
        self.at += 1;
        Ok(())
    }

    /// Recursion is as deep as the document, which `nesting` bounds.
    fn value(&mut self, depth: usize) -> Result<Node, Malformed> {
        self.skip_space();
        self.nodes =
            self.nodes.checked_sub(1).ok_or_else(|| self.mistake(&format!("the document has more than {} values", self.bounds.nodes)))?;
        if depth > self.bounds.nesting {
            return Err(self.mistake(&format!("the document is nested deeper than {} levels", self.bounds.nesting)));
        }
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            None => return Err(self.mistake("the text ends where a value should stand")),
            Some(_) => return Err(self.mistake("no JSON value starts with this character")),
        };
        Ok(Node { line, value })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Malformed> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err(self.mistake("no JSON value starts with this character"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Malformed> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::List(items));
                }
                _ => return Err(self.mistake("a list goes on with ',' or ends with ']'")),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Malformed> {
        self.at += 1;
        let (mut entries, mut lines) = (Vec::new(), Vec::new());
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(entries));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.mistake("a key of a map is a string in double quotes"));
            }
            lines.push(self.line);
            let key = self.string()?;
            self.expect(b':', "a key is followed by ':'")?;
            entries.push((key, self.value(depth + 1)?));
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    refuse_duplicates(&entries, &lines)?;
                    return Ok(Value::Map(entries));
                }
                _ => return Err(self.mistake("a map goes on with ',' or ends with '}'")),
            }
        }
    }

    fn string(&mut self) -> Result<String, Malformed> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            // Stops at ASCII only, so the slice always falls on character boundaries.
            out.push_str(self.text.get(start..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                Some(_) => return Err(self.mistake("a control character stands unescaped in a string")),
                None => return Err(self.mistake("a string does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let high = self.four_digits()?;
                let code = if (0xD800..0xDC00).contains(&high) && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
                    self.at += 2;
                    let low = self.four_digits()?;
                    if !(0xDC00..0xE000).contains(&low) {
                        return Err(self.mistake("half of a surrogate pair stands alone"));
                    }
                    0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                } else {
                    high
                };
                char::from_u32(code).ok_or_else(|| self.mistake("half of a surrogate pair stands alone"))?
            }
            _ => return Err(self.mistake("an unknown escape stands in a string")),
        })
    }

    fn four_digits(&mut self) -> Result<u32, Malformed> {
        let digits = self.text.get(self.at..self.at + 4).filter(|four| four.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|four| u32::from_str_radix(four, 16).ok());
        self.at += 4;
        code.ok_or_else(|| self.mistake("'\\u' is followed by four hexadecimal digits"))
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.mistake("a number lacks a digit")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<Number, Malformed> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let first_digit = self.at;
        self.digits()?;
        if leading_zero && self.at > first_digit + 1 {
            return Err(self.mistake("a number starts with a zero"));
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        if whole && let Ok(int) = digits.parse::<i64>() {
            return Ok(Number::Int(int));
        }
        if whole && let Ok(uint) = digits.parse::<u64>() {
            return Ok(Number::Uint(uint));
        }
        match digits.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(Number::Float(float)),
            _ => Err(self.mistake("a number is too large")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Bounds = Bounds { nodes: 1000, nesting: 20 };

    fn mistake(text: &str) -> (u32, String) {
        let (mistake, _) = parse_json(text, 1, &BOUNDS).broken.unwrap();
        (mistake.line, mistake.message)
    }

    #[test]
    fn documents_follow_each_other_and_know_their_lines() {
        let stream = parse_json("{\"a\": [1,\n {\"b\": \"\\u00e9\\ud83d\\ude00\"}]}\n\n{}", 5, &BOUNDS);
        assert!(stream.broken.is_none());
        let lines: Vec<_> = stream.documents.iter().map(|node| (node.line, node.to_json())).collect();
        assert_eq!(lines, [(5, "{\"a\":[1,{\"b\":\"é😀\"}]}".to_owned()), (8, "{}".to_owned())]);
    }

    #[test]
    fn what_precedes_a_mistake_is_kept_and_the_mistake_has_a_place() {
        let text = "{\"a\":1}\n{\"b\":\n tru}\n{\"c\":1}";
        let stream = parse_json(text, 1, &BOUNDS);
        let (mistake, start) = stream.broken.unwrap();
        assert_eq!((stream.documents.len(), mistake.line, &text[start..start + 4]), (1, 3, "{\"b\""));
    }

    #[test]
    fn duplicates_bounds_and_numbers_are_refused() {
        assert_eq!(mistake("{\"a\":1,\n\"b\":1,\n\"a\":2}").0, 3);
        let many: String = (0..20).map(|n| format!("\"k{n}\":1,")).collect();
        assert!(mistake(&format!("{{{many}\"k3\":2}}")).1.contains("already given"));
        assert!(mistake(&"[".repeat(10_000)).1.contains("deeper than 20"));
        assert!(mistake(&format!("[{}1]", "1,".repeat(2000))).1.contains("more than 1000 values"));
        assert!(mistake("1e999").1.contains("too large"));
        assert!(mistake("01").1.contains("zero"));
        assert!(mistake("\"\\ud800\"").1.contains("surrogate"));
    }

    proptest! {
        #[test]
        fn accepts_what_serde_json_accepts(text in r#"[\[\]{}",:0-9eE+\-. \\untrfalse\n]{0,24}"#) {
            let stream = parse_json(&text, 1, &BOUNDS);
            let mut theirs = serde_json::Deserializer::from_str(&text).into_iter::<serde_json::Value>();
            let first = theirs.next();
            if let (Some(Ok(_)), Some(document)) = (&first, stream.documents.first()) {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&document.to_json()).is_ok());
            }
            // A map with a duplicate key is the one thing we refuse and they take.
            if let Some(Err(_)) = first {
                prop_assert!(stream.documents.is_empty() || text.trim_start().starts_with(|c: char| c.is_alphanumeric() || c == '-'));
            }
        }
    }
}
