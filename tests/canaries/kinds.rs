//! Kinds of credentials, with values that are made up from parts, so that none stands in the repository.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A kind of credential with an invented value.
pub struct Kind {
    pub name: String,
    pub key: String,
    pub value: String,
    /// The parts that must be gone.
    pub secrets: Vec<String>,
    /// Whether only its key gives it away.
    pub named: bool,
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(alphabet[usize::try_from(self.0 >> 33).unwrap() % alphabet.len()])
            })
            .collect()
    }
}

pub fn kinds() -> Vec<Kind> {
    let mut dice = Dice(42);
    let part = regex::Regex::new(r"\{([AaUhbd])(\d+)\}").unwrap();
    let lines = include_str!("kinds.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let mut secrets = Vec::new();
            let value = part.replace_all(columns[2], |found: &regex::Captures<'_>| {
                let alphabet: &[u8] = match &found[1] {
                    "A" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                    "a" => b"abcdefghijklmnopqrstuvwxyz0123456789",
                    "U" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                    "h" => b"0123456789abcdef",
                    "b" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                    _ => b"0123456789",
                };
                let text = dice.text(alphabet, found[2].parse().unwrap());
                // Numbers of an account or a project are public, and so are short parts.
                if text.len() >= 12 && &found[1] != "d" {
                    secrets.push(text.clone());
                }
                text
            });
            let value = value.replace(r"\\n", "\u{1}").replace(r"\n", "\n").replace('\u{1}', r"\n");
            assert!(!secrets.is_empty(), "{line}");
            let value = value.strip_prefix("base64:").map_or(value.clone(), |text| STANDARD.encode(text));
            Kind { name: columns[0].into(), key: columns[1].into(), value, secrets, named: columns.get(3) == Some(&"named") }
        })
        .collect()
}
