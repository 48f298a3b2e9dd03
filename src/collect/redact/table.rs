//! Reads and compiles `detectors.toml`.

use crate::collect::CollectError;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::collections::HashSet;

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
    anchors: Vec<String>,
    regex: String,
    unless: Option<String>,
    requires: Option<String>,
    #[serde(default)]
    literal: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    pub(super) hit: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test of the table"))]
    pub(super) miss: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameRows {
    credential: String,
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
    text: HashSet<String>,
    annotations: HashSet<String>,
    files: HashSet<String>,
}

/// One format, compiled.
pub(super) struct Detector {
    pub(super) class: String,
    pub(super) anchor: Regex,
    pub(super) regex: Regex,
    pub(super) unless: Option<Regex>,
    pub(super) requires: Option<Regex>,
    pub(super) literal: bool,
}

/// The whole table, compiled.
pub(super) struct Table {
    pub(super) detectors: Vec<Detector>,
    /// Any anchor of any detector: most strings are dismissed by this one look.
    pub(super) anchors: Regex,
    pub(super) credential: Regex,
    pub(super) other: Regex,
    pub(super) field: Regex,
    pub(super) classes: Vec<(Regex, String)>,
    pub(super) placeholders: HashSet<String>,
    pub(super) reference: Regex,
    pub(super) harmless: regex::RegexSet,
    pub(super) user_data: HashSet<String>,
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
    /// Compiles the table with the user's placeholders.
    pub(super) fn load(placeholders: &[String]) -> Result<Self, CollectError> {
        let file = parse()?;
        let regex = |pattern: &str| Regex::new(pattern).map_err(broken);
        let any_of = |texts: &mut dyn Iterator<Item = &String>| {
            let pattern: Vec<String> = texts.map(|text| regex::escape(text)).collect();
            RegexBuilder::new(&pattern.join("|")).case_insensitive(true).build().map_err(broken)
        };
        let anchors = any_of(&mut file.detector.iter().flat_map(|row| &row.anchors))?;
        let detectors = file.detector.into_iter().map(|row| {
            Ok(Detector {
                anchor: any_of(&mut row.anchors.iter())?,
                regex: regex(&row.regex)?,
                unless: row.unless.as_deref().map(regex).transpose()?,
                requires: row.requires.as_deref().map(regex).transpose()?,
                literal: row.literal,
                class: row.class,
            })
        });
        Ok(Self {
            detectors: detectors.collect::<Result<_, CollectError>>()?,
            anchors,
            credential: regex(&file.names.credential)?,
            other: regex(&file.names.other)?,
            field: regex(&file.names.field)?,
            classes: file.names.classes.into_iter().map(|row| Ok((regex(&row.name)?, row.class))).collect::<Result<_, CollectError>>()?,
            placeholders: file.values.placeholders.iter().chain(placeholders).map(|text| text.trim().to_lowercase()).collect(),
            reference: regex(&file.values.reference)?,
            harmless: regex::RegexSet::new(&file.values.harmless).map_err(broken)?,
            user_data: file.fields.user_data,
            text: file.fields.text,
            annotations: file.fields.annotations,
            files: file.fields.files,
        })
    }
}
