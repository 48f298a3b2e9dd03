//! Whether a name says that its value is a credential, and whether a value is one rather than a reference, a path or a placeholder.

use super::table::Table;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Class of a value that only its name gives away.
const GENERIC: &str = "generic-credential";

impl Table {
    /// The class of values under this name, for a name that is credential-like.
    pub(super) fn class_of_name(&self, name: &str) -> Option<&str> {
        if !self.stems.is_match(name) {
            return None;
        }
        let words = words(name);
        (self.credential.is_match(&words) && !self.other.is_match(&words)).then(|| self.class(&words))
    }

    /// The class of values under a name that may as well refer to a credential or tell where one is (`keystore: jks`): the value must look
    /// like one.
    pub(super) fn vague_class(&self, name: &str) -> Option<&str> {
        if !self.stems.is_match(name) {
            return None;
        }
        let words = words(name);
        (self.vague.is_match(&words) && !self.other.is_match(&words)).then(|| self.class(&words))
    }

    /// The class of this value under this name, where the name alone does not decide: also `secret: my-tls` names a Secret.
    pub(super) fn class_of_opaque(&self, name: &str, value: &str) -> Option<&str> {
        if is_opaque(value) { self.class_of_name(name).or_else(|| self.vague_class(name)) } else { None }
    }

    /// The same for the field of any document, where fewer names count.
    pub(super) fn class_of_field(&self, name: &str) -> Option<&str> {
        if !self.stems.is_match(name) {
            return None;
        }
        let words = words(name);
        self.field.is_match(&words).then(|| self.class(&words))
    }

    fn class(&self, words: &str) -> &str {
        self.classes.iter().find(|(name, _)| name.is_match(words)).map_or(GENERIC, |(_, class)| class)
    }

    /// Whether a value under a credential-like name holds something, rather than pointing at it or standing in for it.
    pub(super) fn is_literal(&self, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() || self.placeholders.contains(&value.to_lowercase()) || self.harmless.is_match(value) || is_path(value) {
            return false;
        }
        // What is left beside references must be worth hiding: `$(A)-$(B)` is no literal, `hunter2$(A)` is one.
        let rest = self.reference.replace_all(value, "");
        rest.len() == value.len() || rest.chars().filter(|c| c.is_alphanumeric()).count() >= 4
    }
}

/// Whether a text holds what no person writes: 16 letters and digits in a row, of both kinds; 32 of base64; or a UUID. Names of things, versions
/// and sentences hold none of these.
pub(super) fn is_opaque(text: &str) -> bool {
    static UUID: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)(?-u:\b)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?-u:\b)").ok());
    let has = |run: &[u8], kind: fn(&u8) -> bool| run.iter().any(kind);
    let bytes = text.as_bytes();
    bytes.len() >= 16
        && (bytes
            .split(|byte| !byte.is_ascii_alphanumeric())
            .any(|run| run.len() >= 16 && has(run, u8::is_ascii_digit) && has(run, u8::is_ascii_alphabetic))
            || bytes.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'/')).any(|run| {
                run.len() >= 32 && has(run, u8::is_ascii_digit) && has(run, u8::is_ascii_lowercase) && has(run, u8::is_ascii_uppercase)
            })
            || (bytes.len() >= 36 && UUID.as_ref().is_some_and(|uuid| uuid.is_match(text))))
}

/// An absolute path. Base64 may start with a slash too, but then it has `+`, `=` or a long mixed run between its slashes.
fn is_path(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ' ' | '@' | '$' | '{' | '}' | '(' | ')');
    let mixed = |part: &str| {
        part.len() >= 20
            && part.contains(|c: char| c.is_ascii_uppercase())
            && part.contains(|c: char| c.is_ascii_lowercase())
            && part.contains(|c: char| c.is_ascii_digit())
    };
    value.starts_with('/') && value.chars().all(plain) && !value.split('/').any(mixed)
}

/// A name without the markers in it: what they say about a secret that stood there says nothing about the value under the name.
fn unmarked(name: &str) -> Cow<'_, str> {
    let mut name = Cow::Borrowed(name);
    while let Some((before, (_, after))) = name.split_once("<redacted:").and_then(|(before, rest)| Some((before, rest.split_once('>')?))) {
        name = Cow::Owned(format!("{before}x{after}"));
    }
    name
}

/// The words of a name, in lower case, joined by `_`.
pub(super) fn words(name: &str) -> String {
    let name = unmarked(name);
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (index, c) in chars.iter().copied().enumerate() {
        if !c.is_ascii_alphanumeric() {
            if !out.ends_with('_') && !out.is_empty() {
                out.push('_');
            }
            continue;
        }
        let previous = index.checked_sub(1).and_then(|i| chars.get(i));
        let starts_word = c.is_ascii_uppercase()
            && previous.is_some_and(|previous| {
                previous.is_ascii_lowercase()
                    || previous.is_ascii_digit()
                    || (previous.is_ascii_uppercase() && chars.get(index + 1).is_some_and(char::is_ascii_lowercase))
            });
        if starts_word && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_fall_into_words() {
        for (name, expected) in [("dbPassword", "db_password"), ("DB_PASSWORD", "db_password"), ("APIKey", "api_key"), ("a.b--c", "a_b_c")]
        {
            assert_eq!(words(name), expected);
        }
    }

    #[test]
    fn credential_like_names_are_told_from_their_neighbours() {
        let table = Table::load(&[]).unwrap();
        for name in [
            "password",
            "DB_PASSWORD",
            "PGPASSWORD",
            "mysql-root-password",
            "apiKey",
            "API_KEY",
            "apikey",
            "SECRET",
            "SECRET_KEY_BASE",
            "authToken",
            "GITHUB_TOKEN",
            "clientSecret",
            "private_key",
            "AWS_SECRET_ACCESS_KEY",
            "MYSQL_PWD",
            "DB_PASS",
            "credentials",
            "spring.datasource.password",
            "TOKEN_V2",
            "access_key",
        ] {
            assert!(table.class_of_name(name).is_some(), "{name}");
        }
        for name in [
            "secretName",
            "tokenSecretRef",
            "PASSWORD_FILE",
            "TOKEN_PATH",
            "SECRET_NAME",
            "token-ttl",
            "imagePullSecret",
            "tokenizer",
            "passenger",
            "bypass",
            "author",
            "monkey",
            "keyboard",
            "AWS_ACCESS_KEY_ID",
            "passwordPolicy",
            "public_key",
            "secretsNamespace",
        ] {
            assert!(table.class_of_name(name).is_none(), "{name}");
        }
        assert_eq!(table.class_of_name("AWS_SECRET_ACCESS_KEY"), Some("aws-secret-access-key"));
    }

    #[test]
    fn literals_are_told_from_what_stands_for_them() {
        let table = Table::load(&["TODO-later".to_owned()]).unwrap();
        for value in ["hunter2", "1234567", "p", "$ecret", "hunter2$(A)", "/aB3dE5gH7jK9mN1pQ3s5uV7x", "ab+/=="] {
            assert!(table.is_literal(value), "{value}");
        }
        for value in [
            "",
            " ",
            "true",
            "No",
            "123456",
            "-1",
            "/var/run/secrets/token",
            "./x",
            "$(VAR)",
            "${VAR}",
            "$(A)-$(B)",
            "{{ .Values.password }}",
            "<password>",
            "ChangeMe",
            "none",
            "XXX",
            "todo-LATER",
            "https://vault.example.org/v1",
            "30m",
            "****",
            "vault:secret/data/x#y",
            "<redacted:jwt length=64+>",
            "getPassword()",
        ] {
            assert!(!table.is_literal(value), "{value}");
        }
    }
}
