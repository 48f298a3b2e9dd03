//! Text of strangers in formats of ours: what each format would take for more than text is written so that it stays text.

use super::terminal::plain;
use std::fmt::Write as _;

/// Text of an XML element or attribute. What XML cannot hold at all becomes the replacement character.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Breaks a word without being seen.
const BREAK: &str = "&#8203;";

/// A line of Markdown, also within a table's cell: nothing in it ends the cell, begins a tag, a link or an emphasis.
///
/// GitHub makes links of addresses, calls people and refers to issues in the finished text, where no escape is left; an invisible break
/// (`https:`, `www`, `@`, `#`) keeps such words apart.
#[must_use]
pub fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in plain(text).chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.extend(["@", BREAK]),
            '#' => safe.extend(["\\#", BREAK]),
            '/' if safe.ends_with(':') => safe.extend([BREAK, "/"]),
            '.' if ends_with_www(&safe) => safe.extend([BREAK, "."]),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '~' | '$' => {
                safe.push('\\');
                safe.push(letter);
            }
            other => safe.push(other),
        }
    }
    safe
}

fn ends_with_www(text: &str) -> bool {
    text.len().checked_sub(3).and_then(|from| text.get(from..)).is_some_and(|tail| tail.eq_ignore_ascii_case("www"))
}

/// A path as a relative URI reference (RFC 3986): segments stay apart, everything else that is not unreserved is percent-encoded.
#[must_use]
pub fn uri_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            other => drop(write!(out, "%{other:02X}")),
        }
    }
    if out.is_empty() { ".".to_owned() } else { out }
}

/// The value of a Prometheus label.
#[must_use]
pub fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// At most so many characters, the last one an ellipsis if there were more.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_no_markup_and_nothing_it_cannot_hold() {
        assert_eq!(xml("<a b=\"c\">&\u{0}\u{1b}\u{ffff}é"), "&lt;a b=&quot;c&quot;&gt;&amp;\u{fffd}\u{fffd}\u{fffd}é");
    }

    #[test]
    fn markdown_stays_text() {
        assert_eq!(markdown("a|b\n[x](y) *z* <b> &"), "a\\|b \\[x\\](y) \\*z\\* &lt;b&gt; &amp;");
        assert_eq!(markdown("@me #1"), "@&#8203;me \\#&#8203;1");
        assert_eq!(markdown("https://e.example WWW.e.example"), "https:&#8203;//e.example WWW&#8203;.e.example");
        assert_eq!(markdown("é.é \u{202e}x"), "é.é \u{fffd}x");
    }

    #[test]
    fn paths_are_relative_references() {
        assert_eq!(uri_path("/deploy/a b#1?é%.yaml"), "deploy/a%20b%231%3F%C3%A9%25.yaml");
        assert_eq!(uri_path("a:b/c"), "a%3Ab/c");
        assert_eq!(uri_path(""), ".");
    }

    #[test]
    fn labels_end_where_they_should() {
        assert_eq!(label("a\\b\"c\nd"), "a\\\\b\\\"c\\nd");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
    }
}
