//! Command lines whose words are the items of a list.

use super::assignments::Reading;
use super::document::Walk;
use super::marker::is_marker;
use crate::collect::document::{Node, Value};

/// What joins the words, white space to the formats.
const JOINT: char = '\t';

impl Walk<'_> {
    /// Words of a command: flags whose value may be the next item, and programs whose own flags take a password. Gives back whether the
    /// list is one of words; then all of them were read.
    pub(super) fn command_line(&mut self, items: &mut [Node], reading: Reading) {
        self.programs(items);
        let table = self.table;
        let class_of = |flag: &str, value: &str| table.class_of_name(flag).or_else(|| table.class_of_opaque(flag, value));
        let mut flag_before: Option<String> = None;
        for item in items {
            let Value::String(text) = &mut item.value else {
                flag_before = None;
                self.node(item, "");
                continue;
            };
            if let Some(class) = flag_before.take().filter(|_| !text.starts_with('-')).and_then(|flag| class_of(&flag, text)) {
                self.named(class, text);
                self.text(text, reading);
                continue;
            }
            let flag = text.strip_prefix('-').map(|rest| rest.trim_start_matches('-')).unwrap_or_default();
            match flag.split_once('=') {
                Some((name, value)) if !name.contains(char::is_whitespace) => {
                    if let Some(class) = class_of(name, value) {
                        let mut value = value.to_owned();
                        self.named(class, &mut value);
                        text.truncate(text.find('=').map_or(0, |at| at + 1));
                        text.push_str(&value);
                    }
                }
                None if !flag.is_empty() && !flag.contains(char::is_whitespace) => flag_before = Some(flag.to_owned()),
                _ => {}
            }
            self.text(text, reading);
        }
    }

    /// Formats of whole command lines (`sshpass -p X`), over the words joined. What they find goes to the end of its word.
    fn programs(&mut self, items: &mut [Node]) {
        let words = || items.iter().filter_map(Node::as_str);
        let mut found: Vec<(usize, String)> = {
            if items.len() < 2 || !words().any(|word| self.table.detectors.iter().any(|row| row.command && row.may_match(word))) {
                return;
            }
            let mut joined = String::new();
            for item in items.iter() {
                joined.push_str(item.as_str().unwrap_or_default());
                joined.push(JOINT);
            }
            let rows = self.table.detectors.iter().filter(|row| row.command && row.may_match(&joined));
            rows.flat_map(|row| {
                let secrets = row.compiled().into_iter().flat_map(|compiled| compiled.regex.captures_iter(&joined));
                secrets
                    .filter_map(|found| found.name("secret").map(|secret| (secret.start(), secret.as_str().to_owned(), row)))
                    .filter(|(_, secret, row)| !row.literal || self.table.is_literal(secret))
                    .map(|(start, _, row)| (start, row.class.clone()))
                    .collect::<Vec<_>>()
            })
            .collect()
        };
        // From the last to the first, for what is replaced changes the places of what follows it.
        found.sort();
        for (start, class) in found.into_iter().rev() {
            let mut offset = 0;
            for item in items.iter_mut() {
                let length = item.as_str().map_or(0, str::len);
                if (offset..offset + length).contains(&start) {
                    if let Value::String(text) = &mut item.value
                        && let Some(secret) = text
                            .get(start - offset..)
                            .map(str::to_owned)
                            .filter(|secret| !secret.contains("<redacted:") && !is_marker(secret))
                    {
                        text.truncate(start - offset);
                        text.push_str(&self.marker.mark(&class, secret.as_bytes()));
                    }
                    break;
                }
                offset += length + JOINT.len_utf8();
            }
        }
    }
}
