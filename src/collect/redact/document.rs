//! Secrets inside of one document: by where they stand, by the name beside them, and by their format.

use super::assignments::Reading;
use super::marker::{Marker, is_marker};
use super::nested::decode;
use super::table::Table;
use crate::collect::document::{Node, Value};
use chrono::DateTime;

/// Walks one document.
pub(super) struct Walk<'t> {
    pub(super) table: &'t Table,
    pub(super) marker: Marker,
    /// How much names prove here.
    pub(super) reading: Reading,
    /// How many texts this one lies in.
    pub(super) depth: u8,
}

impl<'t> Walk<'t> {
    pub(super) fn new(table: &'t Table, marker: Marker) -> Self {
        Self { table, marker, reading: Reading::Document, depth: 0 }
    }

    /// Any value; `field` is the key it stands under.
    pub(super) fn node(&mut self, node: &mut Node, field: &str) {
        match &mut node.value {
            Value::String(text) => {
                let reading = if self.table.text.contains(field) { Reading::Configuration } else { self.reading.of_texts() };
                self.text(text, reading);
            }
            Value::List(items) => {
                let command = matches!(field, "args" | "command");
                if command || items.iter().any(|item| item.as_str().is_some_and(|text| text.starts_with('-'))) {
                    self.command_line(items, if command { Reading::Configuration } else { self.reading.of_texts() });
                } else {
                    items.iter_mut().for_each(|item| self.node(item, field));
                }
            }
            Value::Map(_) => self.map(node),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn map(&mut self, node: &mut Node) {
        // Nested manifests (templates, object lists of other tools) keep the rules of their kind.
        let core = node.get("apiVersion").and_then(Node::as_str) == Some("v1");
        let config_map = core && node.get("kind").and_then(Node::as_str) == Some("ConfigMap");
        if config_map {
            self.config_map(node);
        } else if core && node.get("kind").and_then(Node::as_str) == Some("Secret") {
            self.secret(node);
        }
        let paired = self.pair(node);
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
            } else if key == "auths" {
                self.registries(value);
            } else if self.table.labels.contains(key) && !matches!(value.value, Value::String(_)) {
                self.labels(value);
                continue;
            }
            self.field(key, value);
            let read =
                (paired && matches!(key.as_str(), "value" | "Value")) || (config_map && matches!(key.as_str(), "data" | "binaryData"));
            if !read {
                self.node(value, key);
            }
            self.key(key);
        }
    }

    /// A value by the name of its field.
    fn field(&mut self, key: &str, value: &mut Node) {
        let table = self.table;
        let class = || match self.reading {
            Reading::Configuration => table.class_of_name(key).or_else(|| table.class_of_field(key)),
            Reading::Document => table.class_of_field(key),
            Reading::Prose => None,
        };
        match &mut value.value {
            Value::String(text) => {
                if let Some(class) = class().or_else(|| table.class_of_opaque(key, text)) {
                    self.named(class, text);
                }
            }
            Value::Number(number) => {
                let text = number.to_string();
                if let Some(class) = class().filter(|_| table.is_literal(&text)) {
                    value.value = Value::String(self.marker.mark(class, text.as_bytes()));
                }
            }
            _ => {}
        }
    }

    /// A format may stand in a key as well.
    fn key(&mut self, key: &mut String) {
        if let Some(redacted) = self.table.formats(key, &mut self.marker) {
            *key = redacted;
        }
    }

    /// Labels and what selects by them: they have to be equal to each other, so that only a known format is taken out.
    fn labels(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::String(text) => self.key(text),
            Value::List(items) => items.iter_mut().for_each(|item| self.labels(item)),
            Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                self.labels(value);
                self.key(key);
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The log-ins of a Docker configuration.
    fn registries(&mut self, node: &mut Node) {
        let Value::Map(registries) = &mut node.value else { return };
        for (_, registry) in registries {
            for field in ["auth", "identitytoken", "registrytoken"] {
                if let Some(Node { value: Value::String(text), .. }) = registry.get_mut(field) {
                    self.named("generic-credential", text);
                }
            }
        }
    }

    /// `data` and `stringData` of a Secret: every value, whatever it looks like. So is what stands under no field that a Secret has, for it is
    /// one of the two misspelt.
    fn secret(&mut self, node: &mut Node) {
        if let Value::Map(entries) = &mut node.value {
            for (key, value) in entries {
                match key.as_str() {
                    "apiVersion" | "kind" | "type" | "immutable" | "data" | "stringData" => {}
                    "metadata" if matches!(value.value, Value::Map(_)) => {}
                    _ => self.hide("secret-value", value),
                }
            }
        }
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

    /// Values of a ConfigMap: whole under a credential-like key, else as the text of a configuration.
    fn config_map(&mut self, node: &mut Node) {
        for field in ["data", "binaryData"] {
            let Some(Node { value: Value::Map(entries), .. }) = node.get_mut(field) else { continue };
            for (key, value) in entries {
                if let Value::Number(number) = &value.value {
                    value.value = Value::String(number.to_string());
                }
                if let Value::String(text) = &mut value.value {
                    let (stem, extension) = key.rsplit_once('.').unwrap_or((key, ""));
                    let is_file = self.table.files.contains(&extension.to_lowercase());
                    let class = self.table.class_of_name(if is_file { stem } else { key });
                    if field == "binaryData" {
                        self.binary(text);
                    } else if let Some(class) = class.filter(|_| !(is_file && text.trim().contains('\n'))) {
                        self.named(class, text);
                    } else if let Some(class) = self.table.class_of_opaque(key, text).filter(|_| !text.contains(char::is_whitespace)) {
                        self.named(class, text);
                    }
                    self.text(text, Reading::Configuration);
                } else {
                    self.node(value, key);
                }
                self.key(key);
            }
        }
    }

    /// `{name, value}`, as in environment variables and parameters of other tools. Gives back whether the value was read.
    fn pair(&mut self, node: &mut Node) -> bool {
        let name = ["name", "key", "Name", "Key"].iter().find_map(|key| node.get(key).and_then(Node::as_str)).map(str::to_owned);
        let value = if node.get("value").is_some() { "value" } else { "Value" };
        let (Some(name), Some(value)) = (name, node.get_mut(value)) else { return false };
        let table = self.table;
        match &mut value.value {
            Value::String(text) => {
                if let Some(class) = table.class_of_name(&name).or_else(|| table.class_of_opaque(&name, text)) {
                    self.named(class, text);
                }
                self.text(text, Reading::Configuration);
                true
            }
            Value::Number(number) => {
                let text = number.to_string();
                if let Some(class) = table.class_of_name(&name).filter(|_| table.is_literal(&text)) {
                    value.value = Value::String(self.marker.mark(class, text.as_bytes()));
                }
                true
            }
            _ => false,
        }
    }

    /// The value of a credential-like name. A known format says more than the name when it is the whole value; when it is a part, the rest
    /// may be the credential, and all of it goes.
    pub(super) fn named(&mut self, class: &str, text: &mut String) {
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
