//! YAML to values, over the events of `saphyr-parser`: merge keys, anchors with a budget, duplicate keys, lines.

use super::node::refuse_duplicates;
use super::scalar::{resolve_plain, resolve_tagged};
use super::{Bounds, Malformed, Node, Value};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use std::collections::HashMap;

/// Bytes of text that the anchors and aliases of one document may copy.
const MAX_COPIED_BYTES: usize = 32 << 20;

/// Reads the documents of a text whose first line is number `first_line`; normally one, see [`super::split`].
///
/// # Errors
///
/// The first mistake. A text with a mistake gives nothing.
pub fn parse_yaml(text: &str, first_line: u32, bounds: &Bounds) -> Result<Vec<Node>, Malformed> {
    let mut parser = Parser::new_from_str(text);
    let mut documents = Vec::new();
    let mut builder = Builder::new(bounds);
    let number = |line: usize| first_line.saturating_add(u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX));
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            // The one message that quotes the text.
            let message = if error.info().starts_with("unexpected character") { "unexpected character" } else { error.info() };
            Malformed::new(number(error.marker().line()), message)
        })?;
        let line = number(span.start.line());
        match event {
            Event::DocumentStart(_) => builder = Builder::new(bounds),
            Event::DocumentEnd => documents.extend(builder.root.take()),
            Event::StreamEnd => break,
            other => builder.event(other, line)?,
        }
    }
    Ok(documents)
}

struct Builder<'b> {
    bounds: &'b Bounds,
    open: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    copied: usize,
    root: Option<Node>,
}

/// A list or map that has not ended.
struct Frame {
    line: u32,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<(String, Node)>, lines: Vec<u32>, merges: Vec<Node>, key: Option<Key> },
}

enum Key {
    Name(String, u32),
    Merge,
}

/// Size of a value that is about to be copied.
#[derive(Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

impl<'b> Builder<'b> {
    fn new(bounds: &'b Bounds) -> Self {
        Self { bounds, open: Vec::new(), anchors: HashMap::new(), nodes: 0, copied: 0, root: None }
    }

    fn event(&mut self, event: Event<'_>, line: u32) -> Result<(), Malformed> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), line),
            Event::Alias(anchor) => self.alias(anchor, line),
            Event::SequenceStart(anchor, _) => self.open(Content::List(Vec::new()), anchor, line),
            Event::MappingStart(anchor, _) => {
                let content = Content::Map { entries: Vec::new(), lines: Vec::new(), merges: Vec::new(), key: None };
                self.open(content, anchor, line)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(line),
            _ => Ok(()),
        }
    }

    fn count(&mut self, line: u32) -> Result<(), Malformed> {
        self.nodes += 1;
        if self.nodes > self.bounds.nodes {
            return Err(Malformed::new(line, format!("the document has more than {} values", self.bounds.nodes)));
        }
        Ok(())
    }

    fn open(&mut self, content: Content, anchor: usize, line: u32) -> Result<(), Malformed> {
        self.count(line)?;
        self.refuse_depth(self.open.len() + 1, line)?;
        self.open.push(Frame { line, anchor, content });
        Ok(())
    }

    fn refuse_depth(&self, depth: usize, line: u32) -> Result<(), Malformed> {
        if depth > self.bounds.nesting {
            return Err(Malformed::new(line, format!("the document is nested deeper than {} levels", self.bounds.nesting)));
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, line: u32) -> Result<(), Malformed> {
        self.count(line)?;
        let plain = style == ScalarStyle::Plain;
        let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
        let is_merge = core == Some("merge") || (plain && tag.is_none() && text == "<<");
        if is_merge && let Some(Frame { content: Content::Map { key: key @ None, .. }, .. }) = self.open.last_mut() {
            *key = Some(Key::Merge);
            return Ok(());
        }
        let value = match core {
            Some(tag) => resolve_tagged(tag, text),
            // A tag of the application's own (`!Ref`) leaves the text a string.
            None if plain && tag.is_none() => resolve_plain(text),
            None => Ok(Value::String(text.to_owned())),
        };
        let value = value.map_err(|message| Malformed::new(line, message))?;
        self.place(Node { line, value }, anchor)
    }

    fn alias(&mut self, anchor: usize, line: u32) -> Result<(), Malformed> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Malformed::new(line, "an alias stands inside of the value that it names"));
        };
        let weight = weigh(node);
        let node = node.clone();
        self.charge(&weight, line)?;
        self.refuse_depth(self.open.len() + weight.depth, line)?;
        self.place(node, 0)
    }

    /// Copies of anchored values count like values written out, so that nine lines cannot become a billion values.
    fn charge(&mut self, weight: &Weight, line: u32) -> Result<(), Malformed> {
        self.nodes = self.nodes.saturating_add(weight.nodes);
        self.copied = self.copied.saturating_add(weight.bytes);
        if self.nodes > self.bounds.nodes {
            return Err(Malformed::new(line, format!("aliases expand to more than {} nodes", self.bounds.nodes)));
        }
        if self.copied > MAX_COPIED_BYTES {
            return Err(Malformed::new(line, format!("aliases expand to more than {MAX_COPIED_BYTES} bytes")));
        }
        Ok(())
    }

    fn close(&mut self, line: u32) -> Result<(), Malformed> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let value = match frame.content {
            Content::List(items) => Value::List(items),
            Content::Map { mut entries, lines, merges, key } => {
                if key.is_some() {
                    return Err(Malformed::new(line, "a key has no value"));
                }
                refuse_duplicates(&entries, &lines)?;
                merge(&mut entries, merges);
                Value::Map(entries)
            }
        };
        self.place(Node { line: frame.line, value }, frame.anchor)
    }

    /// Puts a finished value where it belongs: the root, the open list, or key or value of the open map.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), Malformed> {
        if anchor > 0 {
            self.charge(&weigh(&node), node.line)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|frame| &mut frame.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, lines, merges, key }) => match key.take() {
                None => *key = Some(Key::Name(key_text(&node)?, node.line)),
                Some(Key::Name(name, line)) => {
                    entries.push((name, node));
                    lines.push(line);
                }
                Some(Key::Merge) => merges.extend(merge_sources(node)?),
            },
        }
        Ok(())
    }
}

/// Keys that are no strings become strings, as in Kubernetes.
fn key_text(node: &Node) -> Result<String, Malformed> {
    match &node.value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Null => Err(Malformed::new(node.line, "a key of a map is null")),
        Value::List(_) | Value::Map(_) => Err(Malformed::new(node.line, "a key of a map is itself a list or a map")),
    }
}

fn merge_sources(node: Node) -> Result<Vec<Node>, Malformed> {
    let wrong = |line| Malformed::new(line, "a merge key ('<<') takes a map or a list of maps");
    match node.value {
        Value::Map(_) => Ok(vec![node]),
        Value::List(items) => match items.iter().find(|item| !matches!(item.value, Value::Map(_))) {
            None => Ok(items),
            Some(item) => Err(wrong(item.line)),
        },
        _ => Err(wrong(node.line)),
    }
}

/// Adds what the map does not say itself; the first source that says it wins.
fn merge(entries: &mut Vec<(String, Node)>, sources: Vec<Node>) {
    for source in sources {
        let Value::Map(added) = source.value else { continue };
        let known: std::collections::HashSet<String> = entries.iter().map(|(key, _)| key.clone()).collect();
        entries.extend(added.into_iter().filter(|(key, _)| !known.contains(key)));
    }
}

fn weigh(node: &Node) -> Weight {
    let mut weight = Weight { nodes: 1, ..Weight::default() };
    let mut add = |child: Weight| {
        weight.nodes += child.nodes;
        weight.bytes += child.bytes;
        weight.depth = weight.depth.max(child.depth);
    };
    match &node.value {
        Value::String(text) => weight.bytes += text.len(),
        Value::List(items) => {
            items.iter().map(weigh).for_each(&mut add);
            weight.depth += 1;
        }
        Value::Map(entries) => {
            entries.iter().for_each(|(key, value)| {
                add(weigh(value));
                add(Weight { bytes: key.len(), ..Weight::default() });
            });
            weight.depth += 1;
        }
        _ => {}
    }
    weight
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const BOUNDS: Bounds = Bounds { nodes: 1000, nesting: 20 };

    fn json(text: &str) -> String {
        match parse_yaml(text, 1, &BOUNDS) {
            Ok(documents) => documents.iter().map(Node::to_json).collect::<Vec<_>>().join(" "),
            Err(mistake) => format!("line {}: {}", mistake.line, mistake.message),
        }
    }

    #[test]
    fn maps_keep_their_order_and_scalars_their_type() {
        assert_eq!(
            json("z: 1\na: [yes, 'yes', \"1\", 0x10]\n'on': |\n  x\n  y\n1: {}\non: >-\n  a\n  b\n"),
            r#"{"z":1,"a":[true,"yes","1",16],"on":"x\ny\n","1":{},"true":"a b"}"#
        );
    }

    #[test]
    fn tags_decide_over_the_form() {
        assert_eq!(json("[!!str 12, !!int '12', !Ref 12, ! 12, !!float 3]"), r#"[12,12,"12","12",3]"#.replacen("12", "\"12\"", 1));
    }

    #[test]
    fn merge_keys_add_what_is_not_said() {
        assert_eq!(
            json("base: &b {x: 1, w: 2}\nmore: &m {w: 3, z: 4}\none: {<<: *b, x: 9}\ntwo:\n  <<: [*m, *b]\n"),
            r#"{"base":{"x":1,"w":2},"more":{"w":3,"z":4},"one":{"x":9,"w":2},"two":{"w":3,"z":4,"x":1}}"#
        );
        assert_eq!(json("<<: 3"), "line 1: a merge key ('<<') takes a map or a list of maps");
        assert_eq!(json("'<<': 3"), r#"{"<<":3}"#);
    }

    #[test]
    fn bombs_are_refused_within_the_budget() {
        let bomb: String = (0..12).map(|n| format!("a{}: &a{n} [{}]\n", n, format!("*a{}, ", n.max(1) - 1).repeat(9))).collect();
        assert!(json(&bomb.replacen("*a0, ", "x, ", 9)).contains("aliases expand to more than 1000 nodes"));
        let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(100));
        assert!(json(&long).contains("aliases expand to more than 33554432 bytes"));
        assert!(json(&format!("{}{}", "[".repeat(50), "]".repeat(50))).contains("deeper than 20"));
        assert!(json(&"[".repeat(10_000)).contains("recursion limit"));
        assert!(json(&(0..1000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()).contains("deeper than 20"));
        assert!(json("a: &a [*a]").contains("inside of the value"));
    }

    #[test]
    fn mistakes_have_lines_and_quote_nothing() {
        assert!(json("a: 1\nb: 2\na: 3\n").starts_with("line 3: the key on line 3 was already given on line 1"));
        assert!(json("a:\n\t- hunter2\n").starts_with("line 2: tabs"));
        assert!(!json("a: `hunter2\nb: @hunter2").contains("hunter2"));
        assert!(json("? [a]\n: 1\n").contains("itself a list"));
        assert!(json("~: 1").contains("null"));
    }
}
