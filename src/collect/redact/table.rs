//! Reads and compiles `detectors.toml`.

use crate::collect::CollectError;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::OnceLock;

const TABLE: &str = "detectors.toml";
const TEXT: &str = include_str!("detectors.toml");

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    detector: Vec<DetectorRow>,
    names: NameRows,
    values: ValueRows,
    fields: FieldRows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DetectorRow {
    class: String,
    #[serde(default)]
    anchors: Vec<String>,
    #[serde(default)]
    shortest: usize,
    regex: String,
    unless: Option<String>,
    requires: Option<String>,
    #[serde(default)]
    literal: bool,
    #[serde(default)]
    opaque: bool,
    #[serde(default)]
    command: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    pub(super) hit: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    pub(super) miss: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameRows {
    stems: Vec<String>,
    credential: String,
    vague: String,
    other: String,
    field: String,
    classes: Vec<ClassRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRow {
    name: String,
    class: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueRows {
    placeholders: Vec<String>,
    reference: String,
    harmless: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRows {
    user_data: HashSet<String>,
    labels: HashSet<String>,
    text: HashSet<String>,
    annotations: HashSet<String>,
    files: HashSet<String>,
}

/// One format. Its expressions are compiled when an anchor is first seen: most runs meet few of the formats.
pub(super) struct Detector {
    pub(super) class: String,
    /// `None`: the format has no literal part, only a shortest length.
    anchor: Option<Regex>,
    shortest: usize,
    pub(super) literal: bool,
    pub(super) opaque: bool,
    /// Whether it is about a command line, whose words may be the items of a list.
    pub(super) command: bool,
    patterns: (String, Option<String>, Option<String>),
    compiled: OnceLock<Option<Compiled>>,
}

/// The expressions of one format.
pub(super) struct Compiled {
    pub(super) regex: Regex,
    pub(super) unless: Option<Regex>,
    pub(super) requires: Option<Regex>,
}

impl Detector {
    /// Whether the expressions are worth trying.
    pub(super) fn may_match(&self, text: &str) -> bool {
        text.len() >= self.shortest && self.anchor.as_ref().is_none_or(|anchor| anchor.is_match(text))
    }

    /// The expressions; `None` if one does not compile, which the test of the table rules out.
    pub(super) fn compiled(&self) -> Option<&Compiled> {
        let compile = || {
            let (regex, unless, requires) = &self.patterns;
            let optional = |pattern: &Option<String>| pattern.as_deref().map(Regex::new).transpose().ok();
            Some(Compiled { regex: Regex::new(regex).ok()?, unless: optional(unless)?, requires: optional(requires)? })
        };
        self.compiled.get_or_init(compile).as_ref()
    }
}

/// The whole table, compiled.
pub(super) struct Table {
    pub(super) detectors: Vec<Detector>,
    /// Any anchor of any detector: most strings are dismissed by this one look.
    anchors: Regex,
    /// Length of the shortest text in which a format without an anchor may stand.
    shortest: usize,
    /// Parts of which every name that counts has one.
    pub(super) stems: Regex,
    pub(super) credential: Regex,
    pub(super) vague: Regex,
    pub(super) other: Regex,
    pub(super) field: Regex,
    pub(super) classes: Vec<(Regex, String)>,
    pub(super) placeholders: HashSet<String>,
    pub(super) reference: Regex,
    pub(super) harmless: regex::RegexSet,
    pub(super) user_data: HashSet<String>,
    pub(super) labels: HashSet<String>,
    pub(super) text: HashSet<String>,
    pub(super) annotations: HashSet<String>,
    pub(super) files: HashSet<String>,
}

fn broken(reason: impl std::fmt::Display) -> CollectError {
    CollectError::Table { table: TABLE, reason: reason.to_string() }
}

fn parse() -> Result<File, CollectError> {
    toml::from_str(TEXT).map_err(broken)
}

/// Every row with its own examples.
#[cfg(test)]
pub(super) fn rows() -> Result<Vec<DetectorRow>, CollectError> {
    Ok(parse()?.detector)
}

impl Table {
    /// Whether any format is worth looking for in a text.
    pub(super) fn may_hold_a_format(&self, text: &str) -> bool {
        self.anchors.is_match(text) || text.len() >= self.shortest
    }

    /// Compiles the table with the user's placeholders.
    pub(super) fn load(placeholders: &[String]) -> Result<Self, CollectError> {
        let file = parse()?;
        let regex = |pattern: &str| Regex::new(pattern).map_err(broken);
        let any_of = |texts: &mut dyn Iterator<Item = &String>| {
            let pattern: Vec<String> = texts.map(|text| regex::escape(text)).collect();
            // Anchors are ASCII, and folding no other letters keeps the expression small.
            RegexBuilder::new(&pattern.join("|")).case_insensitive(true).unicode(false).build().map_err(broken)
        };
        let anchors = any_of(&mut file.detector.iter().flat_map(|row| &row.anchors))?;
        let shortest = file.detector.iter().filter(|row| row.anchors.is_empty()).map(|row| row.shortest).min().unwrap_or(usize::MAX);
        let detectors = file.detector.into_iter().map(|row| {
            Ok(Detector {
                anchor: if row.anchors.is_empty() { None } else { Some(any_of(&mut row.anchors.iter())?) },
                shortest: row.shortest,
                opaque: row.opaque,
                command: row.command,
                patterns: (row.regex, row.unless, row.requires),
                compiled: OnceLock::new(),
                literal: row.literal,
                class: row.class,
            })
        });
        Ok(Self {
            detectors: detectors.collect::<Result<_, CollectError>>()?,
            anchors,
            shortest,
            stems: any_of(&mut file.names.stems.iter())?,
            vague: regex(&file.names.vague)?,
            credential: regex(&file.names.credential)?,
            other: regex(&file.names.other)?,
            field: regex(&file.names.field)?,
            classes: file.names.classes.into_iter().map(|row| Ok((regex(&row.name)?, row.class))).collect::<Result<_, CollectError>>()?,
            placeholders: file.values.placeholders.iter().chain(placeholders).map(|text| text.trim().to_lowercase()).collect(),
            reference: regex(&file.values.reference)?,
            harmless: regex::RegexSet::new(&file.values.harmless).map_err(broken)?,
            user_data: file.fields.user_data,
            labels: file.fields.labels,
            text: file.fields.text,
            annotations: file.fields.annotations,
            files: file.fields.files,
        })
    }
}
