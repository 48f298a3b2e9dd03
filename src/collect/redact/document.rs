//! Secrets inside of one document: by where they stand, by the name beside them, and by their format.

use super::marker::{Marker, is_marker};
use super::table::Table;
use crate::collect::document::{Node, Value};
use base64::Engine;
use chrono::DateTime;

/// Walks one document.
pub(super) struct Walk<'t> {
    pub(super) table: &'t Table,
    pub(super) marker: Marker,
}

impl Walk<'_> {
    /// Any value; `field` is the key it stands under.
    pub(super) fn node(&mut self, node: &mut Node, field: &str) {
        match &mut node.value {
            Value::String(text) => self.string(text, field),
            Value::List(items) => {
                if matches!(field, "args" | "command") {
                    self.command_line(items);
                }
                items.iter_mut().for_each(|item| self.node(item, field));
            }
            Value::Map(_) => self.map(node),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn map(&mut self, node: &mut Node) {
        // Nested manifests (templates, object lists of other tools) keep the rules of their kind.
        let core = node.get("apiVersion").and_then(Node::as_str) == Some("v1");
        match node.get("kind").and_then(Node::as_str) {
            Some("Secret") if core => self.secret(node),
            Some("ConfigMap") if core => self.config_map(node),
            _ => {}
        }
        self.pair(node);
        if let Some(annotations) = node.get_mut("annotations")
            && let Value::Map(entries) = &mut annotations.value
        {
            for (_, value) in entries.iter_mut().filter(|(name, _)| self.table.annotations.contains(name)) {
                self.hide("last-applied-configuration", value);
            }
        }
        let Value::Map(entries) = &mut node.value else { return };
        for (key, value) in entries {
            if self.table.user_data.contains(key) {
                self.hide("user-data", value);
            } else if let Value::String(text) = &mut value.value
                && let Some(class) = self.table.class_of_field(key)
            {
                let class = class.to_owned();
                self.named(&class, text);
            }
            self.node(value, key);
            // A format may stand in a key as well.
            if let Some(redacted) = self.table.formats(key, &mut self.marker) {
                *key = redacted;
            }
        }
    }

    /// `data` and `stringData` of a Secret: every value, whatever it looks like.
    fn secret(&mut self, node: &mut Node) {
        let bootstrap = node.get("type").and_then(Node::as_str) == Some("bootstrap.kubernetes.io/token");
        for field in ["data", "stringData"] {
            let Some(data) = node.get_mut(field) else { continue };
            let encoded = field == "data";
            let Value::Map(entries) = &mut data.value else {
                self.hide("secret-value", data);
                continue;
            };
            for (key, value) in entries {
                // When a bootstrap token expires is what controls ask of it.
                let is_time = |text: &str| {
                    let decoded =
                        if encoded { decode(text).and_then(|bytes| String::from_utf8(bytes).ok()) } else { Some(text.to_owned()) };
                    decoded.is_some_and(|time| DateTime::parse_from_rfc3339(time.trim()).is_ok())
                };
                if bootstrap && key == "expiration" && value.as_str().is_some_and(is_time) {
                    continue;
                }
                match &mut value.value {
                    Value::String(text) if text.is_empty() || is_marker(text) => {}
                    Value::String(text) if encoded => {
                        let bytes = decode(text).unwrap_or_else(|| text.as_bytes().to_vec());
                        *text = self.marker.mark("secret-value", &bytes);
                    }
                    _ => self.hide("secret-value", value),
                }
            }
        }
    }

    /// Values of a ConfigMap: whole under a credential-like key, else line by line.
    fn config_map(&mut self, node: &mut Node) {
        for field in ["data", "binaryData"] {
            let Some(Node { value: Value::Map(entries), .. }) = node.get_mut(field) else { continue };
            for (key, value) in entries {
                if let Value::Number(number) = &value.value {
                    value.value = Value::String(number.to_string());
                }
                let Value::String(text) = &mut value.value else { continue };
                let (stem, extension) = key.rsplit_once('.').unwrap_or((key, ""));
                let is_file = self.table.files.contains(&extension.to_lowercase()) && text.trim().contains('\n');
                let class = self.table.class_of_name(if self.table.files.contains(&extension.to_lowercase()) { stem } else { key });
                if field == "binaryData" {
                    self.binary(text);
                } else if let Some(class) = class.filter(|_| !is_file).map(str::to_owned) {
                    self.named(&class, text);
                } else {
                    self.configuration(text);
                }
            }
        }
    }

    /// Base64 whose content holds a credential is hidden whole: a part of it cannot be replaced.
    fn binary(&mut self, text: &mut String) {
        let Some(bytes) = decode(text) else { return };
        let content = String::from_utf8_lossy(&bytes).into_owned();
        let mut probe = Marker::new(None);
        if self.table.configuration(&content, &mut probe).is_some()
            && let Some((class, _)) = probe.counts().into_iter().next()
        {
            *text = self.marker.mark(&class, &bytes);
        }
    }

    /// `{name, value}`, as in environment variables and parameters of other tools.
    fn pair(&mut self, node: &mut Node) {
        let Some(name) = node.get("name").or_else(|| node.get("key")).and_then(Node::as_str).map(str::to_owned) else { return };
        let Some(value) = node.get_mut("value") else { return };
        let class = self.table.class_of_name(&name).map(str::to_owned);
        match (&mut value.value, class) {
            (Value::String(text), Some(class)) => self.named(&class, text),
            (Value::String(text), None) => self.configuration(text),
            (Value::Number(number), Some(class)) => {
                let text = number.to_string();
                if self.table.is_literal(&text) {
                    value.value = Value::String(self.marker.mark(&class, text.as_bytes()));
                }
            }
            _ => {}
        }
    }

    /// Flags of a command, whose value may be the next item.
    fn command_line(&mut self, items: &mut [Node]) {
        let mut class_of_next: Option<String> = None;
        for item in items {
            let Value::String(text) = &mut item.value else {
                class_of_next = None;
                continue;
            };
            if let Some(class) = class_of_next.take().filter(|_| !text.starts_with('-')) {
                self.named(&class, text);
                continue;
            }
            let flag = text.strip_prefix('-').map(|rest| rest.trim_start_matches('-'));
            match flag.map(|flag| (flag.split_once('='), flag)) {
                Some((Some((name, value)), _)) if !name.contains(char::is_whitespace) && self.table.class_of_name(name).is_some() => {
                    let class = self.table.class_of_name(name).unwrap_or_default().to_owned();
                    let mut value = value.to_owned();
                    self.named(&class, &mut value);
                    let keep = text.find('=').map_or(0, |at| at + 1);
                    text.truncate(keep);
                    text.push_str(&value);
                }
                Some((None, flag)) if !flag.contains(char::is_whitespace) => {
                    class_of_next = self.table.class_of_name(flag).map(str::to_owned)
                }
                _ => self.configuration(text),
            }
        }
    }

    /// The value of a credential-like name. A known format says more than the name when it is the whole value; when it is a part, the rest
    /// may be the credential, and all of it goes.
    fn named(&mut self, class: &str, text: &mut String) {
        if is_marker(text) {
            return;
        }
        let mut probe = Marker::new(None);
        let whole = self.table.formats(text, &mut probe).is_none_or(|redacted| is_marker(&redacted));
        if whole && let Some(redacted) = self.table.formats(text, &mut self.marker) {
            *text = redacted;
        } else if !whole || self.table.is_literal(text) {
            *text = self.marker.mark(class, text.as_bytes());
        }
    }

    fn configuration(&mut self, text: &mut String) {
        // A manifest within a text: its values may be base64, which no format shows.
        let secret = text.contains("kind") && text.lines().any(is_secret_kind);
        if secret && !is_marker(text) {
            *text = self.marker.mark("secret-value", text.as_bytes());
        } else if let Some(redacted) = self.table.configuration(text, &mut self.marker) {
            *text = redacted;
        }
    }

    fn string(&mut self, text: &mut String, field: &str) {
        if self.table.text.contains(field) && text.contains(['\n', '=', ':']) {
            self.configuration(text);
        } else if let Some(redacted) = self.table.formats(text, &mut self.marker) {
            *text = redacted;
        }
    }

    /// Replaces a whole value, whatever it is.
    fn hide(&mut self, class: &str, node: &mut Node) {
        let secret = match &node.value {
            Value::Null => return,
            Value::String(text) if text.is_empty() || is_marker(text) => return,
            Value::String(text) => text.clone(),
            _ => node.to_json(),
        };
        node.value = Value::String(self.marker.mark(class, secret.as_bytes()));
    }
}

fn is_secret_kind(line: &str) -> bool {
    let compact: String = line.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | ',')).collect();
    compact == "kind:Secret" || compact.contains("{kind:Secret") || compact.contains("kind:Secret}") || compact.contains("v1kind:Secret")
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.split_ascii_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(compact).ok()
}
