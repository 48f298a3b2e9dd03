//! What stands where a secret stood: `<redacted:CLASS length=16-31>`, with a keyed hash where the user gave a key.

use crate::model::REDACTED;
use regex::Regex;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

static MARKER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^<redacted:[a-z0-9-]+ length=(?:1-7|8-15|16-31|32-63|64\+)(?: hash=[0-9a-f]{32})?>$").ok());

/// Writes markers and counts them by class.
pub(super) struct Marker {
    key: Option<[u8; 32]>,
    counts: BTreeMap<String, u64>,
    written: u64,
}

impl Marker {
    pub(super) fn new(key: Option<[u8; 32]>) -> Self {
        Self { key, counts: BTreeMap::new(), written: 0 }
    }

    /// The marker for a secret. The hash is over its bytes, so equal secrets show as equal only to who holds the key.
    ///
    /// Markers within it go with it, and are counted no longer.
    pub(super) fn mark(&mut self, class: &str, secret: &[u8]) -> String {
        for swallowed in std::str::from_utf8(secret).unwrap_or_default().split(REDACTED).skip(1) {
            if let Some(count) = swallowed.split(' ').next().and_then(|class| self.counts.get_mut(class)) {
                *count = count.saturating_sub(1);
            }
        }
        self.written += 1;
        *self.counts.entry(class.to_owned()).or_default() += 1;
        let mut marker = format!("{REDACTED}{class} length={}", length_class(secret.len()));
        if let Some(key) = &self.key {
            let hash = blake3::keyed_hash(key, secret);
            marker.push_str(" hash=");
            for byte in hash.as_bytes().iter().take(16) {
                // Writing into a String cannot fail.
                let _ = write!(marker, "{byte:02x}");
            }
        }
        marker.push('>');
        marker
    }

    /// A number that grows with every marker.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    pub(super) fn counts(self) -> Vec<(String, u64)> {
        self.counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// Turns the user's key, of any length, into one of the hash's.
pub(super) fn derive_key(secret: &[u8]) -> [u8; 32] {
    blake3::derive_key("assize 2026 keyed hash of redacted values", secret)
}

/// Whether a whole text is a marker already.
pub(super) fn is_marker(text: &str) -> bool {
    MARKER.as_ref().is_some_and(|marker| marker.is_match(text))
}

fn length_class(bytes: usize) -> &'static str {
    match bytes {
        0..=7 => "1-7",
        8..=15 => "8-15",
        16..=31 => "16-31",
        32..=63 => "32-63",
        _ => "64+",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_say_class_and_length_and_are_known_again() {
        let mut marker = Marker::new(None);
        assert_eq!(marker.mark("jwt", b"0123456789abcdef"), "<redacted:jwt length=16-31>");
        assert!(is_marker("<redacted:jwt length=16-31>") && !is_marker("<redacted:jwt length=16-31> and more"));
        marker.mark("azure-sas", b"one");
        marker.mark("generic-credential", b"a <redacted:azure-sas length=1-7> b");
        assert_eq!(marker.counts(), [("generic-credential".to_owned(), 1), ("jwt".to_owned(), 1)]);
    }

    #[test]
    fn hashes_depend_on_value_and_key() {
        let mut one = Marker::new(Some(derive_key(b"one")));
        let mut two = Marker::new(Some(derive_key(b"two")));
        let first = one.mark("jwt", b"a");
        assert!(is_marker(&first), "{first}");
        assert_eq!(first, one.mark("jwt", b"a"));
        assert_ne!(first, one.mark("jwt", b"b"));
        assert_ne!(first, two.mark("jwt", b"a"));
    }
}
