//! Finding the files: the embedded set, and the folder that may replace or add to it.

use super::control::Variable;
use super::read::{Mistakes, with_root};
use super::{Catalog, Control, Framework, Topic};
use crate::model::{Diagnostic, Diagnostics, Hash, SourceText, Span};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Name below the repository's root, and text.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalog_files.rs"));

/// What a file of the catalog holds, by where it lies.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
enum Holds {
    Control { source: String, area: String, id: String },
    Variables { source: String },
    Framework { id: String },
    Topics,
    Identifiers,
}

/// What is in force, by what it holds.
type Files = BTreeMap<(u8, String), (Holds, Arc<SourceText>)>;

impl Holds {
    /// `None` for a path that has no place in a catalog.
    fn of(name: &str) -> Option<Self> {
        let parts: Vec<&str> = name.strip_suffix(".toml")?.split('/').collect();
        match parts.as_slice() {
            ["controls", source, "variables"] => Some(Self::Variables { source: (*source).to_owned() }),
            ["controls", source, area, id] => {
                Some(Self::Control { source: (*source).to_owned(), area: (*area).to_owned(), id: (*id).to_owned() })
            }
            ["frameworks", "topics"] => Some(Self::Topics),
            ["frameworks", "identifiers"] => Some(Self::Identifiers),
            ["frameworks", id] => Some(Self::Framework { id: (*id).to_owned() }),
            _ => None,
        }
    }

    /// Files with the same key replace each other. A control keeps its id wherever it lies.
    fn key(&self) -> (u8, String) {
        match self {
            Self::Control { id, .. } => (0, id.clone()),
            Self::Variables { source } => (1, source.clone()),
            Self::Framework { id } => (2, id.clone()),
            Self::Topics => (3, String::new()),
            Self::Identifiers => (4, String::new()),
        }
    }

    /// Where it lies in a catalog folder.
    fn name(&self) -> String {
        match self {
            Self::Control { source, area, id } => format!("controls/{source}/{area}/{id}.toml"),
            Self::Variables { source } => format!("controls/{source}/variables.toml"),
            Self::Framework { id } => format!("frameworks/{id}.toml"),
            Self::Topics => "frameworks/topics.toml".to_owned(),
            Self::Identifiers => "frameworks/identifiers.toml".to_owned(),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Control { id, .. } => format!("control {id}"),
            Self::Variables { source } => format!("shared variables of {source}"),
            Self::Framework { id } => format!("framework {id}"),
            Self::Topics => "the list of topics".to_owned(),
            Self::Identifiers => "the list of identifiers".to_owned(),
        }
    }
}

/// Loads the embedded catalog, and `folder` over it.
///
/// # Errors
///
/// Every mistake of every file, with its place. A catalog with a mistake is never used in part.
pub fn load(folder: Option<&Path>) -> Result<Catalog, Diagnostics> {
    let mistakes = Mistakes::default();
    let mut files = Files::new();
    for (name, text) in EMBEDDED {
        if let Some(holds) = Holds::of(name) {
            let file = Arc::new(SourceText { name: (*name).to_owned(), text: (*text).to_owned() });
            files.insert(holds.key(), (holds, file));
        }
    }
    let mut overrides = Vec::new();
    if let Some(folder) = folder {
        for (holds, file) in read_folder(folder, &mistakes) {
            let what = holds.in_words();
            let name = file.name.clone();
            let verb = if files.insert(holds.key(), (holds, file)).is_some() { "replaced" } else { "added" };
            overrides.push(format!("{what} {verb} by {name}"));
        }
    }
    read_all(files, overrides, mistakes)
}

/// Loads a catalog from its files: place and text, as [`Catalog::files`] gives them. For one that an earlier evaluation used.
///
/// # Errors
///
/// What this version of the program does not understand any more, with its place.
pub fn load_files(given: &[(String, String)]) -> Result<Catalog, Diagnostics> {
    let mistakes = Mistakes::default();
    let mut files = BTreeMap::new();
    for (name, text) in given {
        match Holds::of(name) {
            Some(holds) => drop(files.insert(holds.key(), (holds, Arc::new(SourceText { name: name.clone(), text: text.clone() })))),
            None => mistakes.borrow_mut().push(Diagnostic::general(format!("{name} has no place in a catalog"))),
        }
    }
    read_all(files, Vec::new(), mistakes)
}

fn read_all(files: Files, overrides: Vec<String>, mistakes: Mistakes) -> Result<Catalog, Diagnostics> {
    let listed: Vec<(String, String)> = files.values().map(|(holds, file)| (holds.name(), file.text.clone())).collect();
    let mut catalog = Catalog {
        version: env!("CARGO_PKG_VERSION"),
        hash: Hash::of_files(listed.iter().map(|(name, text)| (name.as_str(), text.as_str()))),
        files: listed,
        controls: BTreeMap::new(),
        frameworks: BTreeMap::new(),
        topics: BTreeMap::new(),
        shared: BTreeMap::new(),
        identifiers: BTreeMap::new(),
        overrides,
    };
    for (holds, file) in files.into_values() {
        catalog.read(&holds, &file, &mistakes);
    }
    let mistakes = mistakes.into_inner();
    if mistakes.is_empty() { Ok(catalog) } else { Err(Diagnostics(mistakes)) }
}

impl Catalog {
    fn read(&mut self, holds: &Holds, file: &Arc<SourceText>, mistakes: &Mistakes) {
        match holds {
            Holds::Control { source, area, id } => {
                let control = with_root(file, "control", mistakes, |reader| Control::read(reader, id, source, area));
                self.controls.insert(id.clone(), control);
            }
            Holds::Variables { source } => {
                let variables = with_root(file, "file of shared variables", mistakes, |mut reader| {
                    let variables =
                        reader.tables("variable", "shared variable").into_iter().map(|table| Variable::read(table, true)).collect();
                    reader.finish();
                    variables
                });
                self.shared.insert(source.clone(), variables);
            }
            Holds::Framework { id } => {
                let framework = with_root(file, "framework", mistakes, |reader| Framework::read(reader, id));
                self.frameworks.insert(id.clone(), framework);
            }
            Holds::Topics => {
                let topics: Vec<Topic> = with_root(file, "list of topics", mistakes, |mut reader| {
                    let topics = reader.tables("topic", "topic").into_iter().map(Topic::read).collect();
                    reader.finish();
                    topics
                });
                for topic in topics {
                    let place = topic.id.span.clone();
                    if let Some(earlier) = self.topics.insert(topic.id.value.clone(), topic) {
                        let message = format!("topic `{}` is there twice", earlier.id.value);
                        mistakes.borrow_mut().push(Diagnostic::at(place, message, "again here"));
                    }
                }
            }
            Holds::Identifiers => with_root(file, "list of identifiers", mistakes, |reader| {
                for (id, value) in reader.entries() {
                    match value.as_strings() {
                        Some(list) => drop(self.identifiers.insert(id.value, list)),
                        None => value.wrong_type(&id.value, "a list of strings"),
                    }
                }
            }),
        }
    }
}

/// Every TOML file below a folder, sorted by path.
fn read_folder(folder: &Path, mistakes: &Mistakes) -> Vec<(Holds, Arc<SourceText>)> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    let general = |message: String| mistakes.borrow_mut().push(Diagnostic::general(message));
    while let Some((path, name)) = open.pop() {
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => {
                general(format!("cannot read the catalog folder {}: {error}", path.display()));
                continue;
            }
        };
        for entry in entries.flatten() {
            let child = entry.file_name().to_string_lossy().into_owned();
            let below = if name.is_empty() { child } else { format!("{name}/{child}") };
            if entry.path().is_dir() {
                open.push((entry.path(), below));
            } else if below.ends_with(".toml") {
                found.push((entry.path(), below));
            }
        }
    }
    found.sort();
    let mut files = Vec::new();
    for (path, name) in found {
        let shown = path.display().to_string();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                general(format!("cannot read {shown}: {error}"));
                continue;
            }
        };
        let file = Arc::new(SourceText { name: shown.clone(), text });
        match Holds::of(&name) {
            Some(holds) => files.push((holds, file)),
            None => mistakes.borrow_mut().push(
                Diagnostic::at(Span { file, range: 0..0 }, format!("{shown} has no place in a catalog"), "this file")
                    .help("controls lie at controls/<source>/<area>/<id>.toml, frameworks at frameworks/<id>.toml"),
            ),
        }
    }
    if files.is_empty() && mistakes.borrow().is_empty() {
        general(format!("the catalog folder {} holds no controls/ and no frameworks/", folder.display()));
    }
    files
}
