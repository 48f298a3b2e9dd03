//! How many resources a text that nobody could parse can hold at most.
//!
//! A file that does not parse must not make a score rise: its resources count as unknown. Without a bound one broken file would make a whole
//! repository unknown; with a bound that is too low it would hide failures. So the bound errs upward, and where the text can be written in a way
//! that defeats counting there is none.

use regex::bytes::Regex;
use std::sync::LazyLock;

/// Escapes that can spell an ASCII letter, and lines joined inside of double quotes: with them a key need not appear as written.
static DISGUISE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\\(?:u00[4-7]|x[4-7]|U000000[4-7]|[ \t]*\r?\n)").ok());
/// An alias of YAML.
static ALIAS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|[\s\[{,:-])\*[A-Za-z0-9_-]").ok());
/// A typed list (`kind: PodList`), whose items may leave out their own kind.
static TYPED_LIST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9]List\b").ok());

/// An upper bound on the resources in a text, or `None` when there is none.
///
/// * No `apiVersion` or no `kind` in the bytes: zero, for it cannot hold a manifest.
/// * Else every resource has a `kind` of its own, or comes in by an alias (`*name`, in a list or a merge key), or is an item of a typed list and then has
///   its own `metadata`; so it is at most the sum of these words.
/// * No bound when keys can be disguised by escapes, when the text is not UTF-8 of one byte per ASCII letter (a NUL byte), or when aliases and several
///   lists meet, since an alias can then repeat a whole list.
#[must_use]
pub fn most_resources(text: &[u8]) -> Option<u64> {
    let finds = |regex: &Option<Regex>| regex.as_ref().is_none_or(|regex| regex.is_match(text));
    if text.contains(&0) || finds(&DISGUISE) {
        return None;
    }
    let kinds = count(text, b"kind");
    if kinds == 0 || count(text, b"apiVersion") == 0 {
        return Some(0);
    }
    if count(text, b"items") > 1 && finds(&ALIAS) {
        return None;
    }
    let typed = if finds(&TYPED_LIST) { count(text, b"metadata") } else { 0 };
    Some(kinds + count(text, b"*") + typed)
}

fn count(text: &[u8], word: &[u8]) -> u64 {
    text.windows(word.len()).filter(|window| *window == word).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_never_below_what_the_text_can_hold() {
        assert_eq!(most_resources(b"apiVersion: v1\nkind: Pod\n"), Some(1));
        assert_eq!(most_resources(b"services: {web: {image: x}}"), Some(0));
        assert_eq!(most_resources(b"apiVersion: v2\nname: chart"), Some(0));
        assert_eq!(most_resources(b"apiVersion: v1\nkind: List\nitems: [*a, *a]"), Some(3));
        assert_eq!(most_resources(b"apiVersion: v1\nkind: PodList\nitems: [{metadata: {}}, {metadata: {}}]"), Some(3));
    }

    #[test]
    fn there_is_none_where_counting_can_be_defeated() {
        assert_eq!(most_resources(br#"{"apiVersion":"v1","\u006bind":"Pod","kind":"x"}"#), None);
        assert_eq!(most_resources(b"apiVersion: v1\n\"ki\\\n  nd\": Pod"), None);
        assert_eq!(most_resources(b"a\0p\0i\0"), None);
        assert_eq!(most_resources(b"apiVersion: v1\nkind: List\nx: &l {kind: List, items: [1]}\nitems: [*l, *l]"), None);
    }

    #[test]
    fn an_escape_that_spells_no_letter_keeps_the_bound() {
        assert_eq!(most_resources(br#"{"apiVersion":"v1","kind":"Pod","x":"caf\u00e9"}"#), Some(1));
    }
}
