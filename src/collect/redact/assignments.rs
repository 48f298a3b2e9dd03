//! Names with a value inside of one text: `name=value`, `name: value`, `--name value`, YAML blocks, and `name: K` with its `value: V`.

use super::marker::Marker;
use super::name::is_opaque;
use super::table::Table;
use super::text::replace;
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// How much a credential-like name proves about the value beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Settings and command lines: what stands under such a name is the credential.
    Configuration,
    /// Objects of any kind: few names of fields are enough.
    Document,
    /// Any other text, where `token: the token of the user` is a description: the value must look like one as well.
    Prose,
}

impl Reading {
    /// How the texts of such an object are read.
    pub(super) fn of_texts(self) -> Self {
        if self == Self::Document { Self::Prose } else { self }
    }
}

/// A name and what separates it from its value. The value is matched apart, and only where the name is of interest: so a text of any
/// shape is read in one pass.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:[?&]|--?)?(?P<name>[A-Za-z_][A-Za-z0-9_./-]*)\\*["']?(?:[ \t]*(?P<sign>=>|:=|[:=])[ \t]*|(?P<space>[ \t]+))"#).ok()
});
/// What may stand before the name on a line that is one `name = value` as a whole.
static BEFORE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"^[ \t]*(?:-[ \t]+)?(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?["']?$"#).ok());
/// The value of such a line: to its end.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^(?:"(?P<double>(?:[^"\\\n]|\\.)*)"|'(?P<single>[^'\n]*)'|(?P<bare>[^\s"'{\[][^\r\n]*?))[ \t]*[,;]?[ \t]*(?:\r?\n|\r?$)"#)
        .ok()
});
/// A value within a line. A quote that is not closed is taken to reach to the end of the line.
static INLINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?x)^(?:\\+"(?P<escaped>(?:[^"\\\n]|\\[^"])*?)\\+" | "(?P<double>(?:[^"\\]|\\(?s:.))*)" | '(?P<single>[^']*)' | \\*["'](?P<open>[^\n]+)
        | (?P<bare>(?:\$\{[^}\n]*\}|\$\([^)\n]*\)|\{\{.*?\}\}|[^\s"',;&\\])+))"#,
    )
    .ok()
});
/// The head of a YAML block.
static BLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[|>][+0-9-]{0,2}[ \t]*(?:#[^\n]*)?\r?\n").ok());

/// Bytes of a value up to which names are looked for within it, if it is none itself: `a=a=a=...` must not cost the square of its length.
const LOOKED_INTO: usize = 512;
/// Bytes before a name that may hold the start of its line, for the same reason.
const LOOKED_BACK: usize = 256;

impl Table {
    /// Replaces the values of credential-like names.
    pub(super) fn assignments(&self, text: &str, reading: Reading, marker: &mut Marker) -> Option<String> {
        if !self.stems.is_match(text) {
            return None;
        }
        let name = NAME.as_ref()?;
        let mut secrets: Vec<(Range<usize>, &str)> = Vec::new();
        let mut pending: Option<&str> = None;
        let mut at = 0;
        while let Some(found) = name.captures_at(text, at) {
            let (Some(whole), Some(word)) = (found.get(0), found.name("name")) else { break };
            at = whole.end();
            if found.name("space").is_some() && !whole.as_str().starts_with('-') {
                // Two words; the second may be a name itself.
                continue;
            }
            let paired = pending.take().filter(|_| matches!(word.as_str(), "value" | "Value"));
            if matches!(word.as_str(), "name" | "key" | "Name" | "Key") {
                pending = inline(head(text, at + LOOKED_INTO), at).and_then(|value| self.class_of_name(text.get(value)?));
            }
            let sure = paired.or_else(|| self.class_of_name(word.as_str()));
            let Some(class) = sure.or_else(|| self.vague_class(word.as_str())) else { continue };
            let Some(range) = value(text, &found, reading) else { continue };
            let value = text.get(range.clone()).unwrap_or_default();
            let end = at.max(range.end);
            if self.is_credential(value, word.as_str(), &found, reading) && (sure.is_some() || is_opaque(value)) {
                secrets.push((range, class));
                at = end;
            } else if value.len() > LOOKED_INTO && !value.contains('\n') {
                at = end;
            }
        }
        replace(text, secrets.into_iter(), marker)
    }

    fn is_credential(&self, value: &str, name: &str, found: &Captures<'_>, reading: Reading) -> bool {
        if value.contains("<redacted:") || !self.is_literal(value) {
            return false;
        }
        let whole = found.get(0).map_or("", |whole| whole.as_str());
        let sign = found.name("sign").map_or("", |sign| sign.as_str());
        // Written so closely, it is an assignment and no sentence.
        let assigned = sign == "=" && whole.ends_with('=') && self.class_of_field(name).is_some();
        reading == Reading::Configuration || assigned || whole.starts_with(['?', '&']) || is_opaque(value)
    }
}

/// Where the value of a name stands.
fn value(text: &str, found: &Captures<'_>, reading: Reading) -> Option<Range<usize>> {
    let (word, end) = (found.name("name")?, found.get(0)?.end());
    let rest = text.get(end..)?;
    if found.name("space").is_some() {
        return if rest.starts_with('-') { None } else { inline(text, end) };
    }
    let window = word.start().saturating_sub(LOOKED_BACK);
    let before = text.as_bytes().get(window..word.start())?;
    let line = before.iter().rposition(|byte| *byte == b'\n').map(|at| window + at + 1).or((window == 0).then_some(0));
    let alone =
        line.is_some_and(|line| BEFORE.as_ref().is_some_and(|regex| regex.is_match(text.get(line..word.start()).unwrap_or_default())));
    if let Some(line) = line.filter(|_| alone && BLOCK.as_ref().is_some_and(|block| block.is_match(rest))) {
        return block(text, line, end + rest.find('\n')? + 1);
    }
    if alone
        && reading == Reading::Configuration
        && let Some(value) = LINE.as_ref()?.captures(rest)
    {
        let value = value.name("double").or_else(|| value.name("single")).or_else(|| value.name("bare"))?;
        return Some(end + value.start()..end + value.end());
    }
    inline(text, end)
}

/// The first bytes of a text, whole characters.
fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

fn inline(text: &str, start: usize) -> Option<Range<usize>> {
    let found = INLINE.as_ref()?.captures(text.get(start..)?)?;
    let value = ["escaped", "double", "single", "open", "bare"].iter().find_map(|group| found.name(group))?;
    Some(start + value.start()..start + value.end())
}

/// The lines from `start` that are indented deeper than the line at `head`, without the first indent and the last line break.
fn block(text: &str, head: usize, start: usize) -> Option<Range<usize>> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let outer = indent(text.get(head..)?.lines().next()?);
    let mut end = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        if !line.trim().is_empty() && line.len() - line.trim_start_matches(' ').len() <= outer.min(indent(line)) {
            break;
        }
        end += line.len();
    }
    let lines = text.get(start..end)?;
    let first = start + lines.len() - lines.trim_start().len();
    let last = start + lines.trim_end().len();
    (first < last).then_some(first..last)
}
