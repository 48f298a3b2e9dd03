//! `assize.toml`, `waivers.toml`, `attestations.toml`: read once, checked against the catalog, every mistake with its place.

use crate::catalog::control::read_param_value;
use crate::catalog::read::{Mistakes, Reader, nearest, with_root};
use crate::catalog::{Catalog, Text};
use crate::model::{Diagnostic, Diagnostics, FrameworkScope, Schedule, Settings, SourceText};
use crate::report::html;
use crate::report::presentation::{Brand, Colour};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the configuration file says, with paths resolved against its folder.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, if there is one.
    pub file: Option<PathBuf>,
    /// Database.
    pub db: Option<PathBuf>,
    /// Database to copy when `db` does not exist yet.
    pub db_seed: Option<PathBuf>,
    /// Reports that `scan` writes.
    pub reports: Vec<PathBuf>,
    /// Severity that fails the run.
    pub fail_on: Option<String>,
    /// Exit 0 although something could not be read.
    pub accept_incomplete: bool,
    /// Working tree.
    pub path: Option<PathBuf>,
    /// Its name.
    pub name: Option<String>,
    /// Globs to leave out.
    pub exclude: Vec<String>,
    /// `helm`, `kustomize`.
    pub render: Vec<String>,
    /// File with the key of keyed hashes of secrets; lies outside the database.
    pub redaction_key: Option<PathBuf>,
    /// File with the private key that signs; lies outside the database and the scanned tree.
    pub signing_key: Option<PathBuf>,
    /// Longest life of a waiver in days.
    pub waiver_days: Option<i64>,
    /// Language of reports.
    pub language: Option<String>,
    /// Folder of templates laid over ours.
    pub templates: Option<PathBuf>,
    /// File of the logo.
    pub logo: Option<PathBuf>,
    /// Who hands reports over; its logo is read when a report is made.
    pub brand: Brand,
    /// Everything an evaluation needs.
    pub settings: Settings,
}

pub(super) fn read_file(path: &Path) -> Result<Arc<SourceText>, Diagnostics> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Diagnostics::from(Diagnostic::general(format!("cannot read {}: {error}", path.display()))))?;
    Ok(Arc::new(SourceText { name: path.display().to_string(), text }))
}

pub(super) fn done<T>(value: T, mistakes: Mistakes) -> Result<T, Diagnostics> {
    let mistakes = mistakes.into_inner();
    if mistakes.is_empty() { Ok(value) } else { Err(Diagnostics(mistakes)) }
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    ///
    /// Every mistake in it, at once.
    pub fn read(path: &Path, catalog: &Catalog) -> Result<Self, Diagnostics> {
        let file = read_file(path)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let mistakes = Mistakes::default();
        let mut config = with_root(&file, "configuration", &mistakes, |reader| Self::read_root(reader, &folder, catalog));
        config.file = Some(path.to_path_buf());
        done(config, mistakes)
    }

    fn read_root(mut reader: Reader<'_>, folder: &Path, catalog: &Catalog) -> Self {
        let path = |text: Option<Text>| text.map(|text| folder.join(text.value));
        let texts = |texts: Option<Vec<Text>>| texts.unwrap_or_default().into_iter().map(|text| text.value).collect::<Vec<_>>();
        let mut config = Self {
            db: path(reader.text("db")),
            db_seed: path(reader.text("db_seed")),
            reports: texts(reader.texts("reports")).into_iter().map(|file| folder.join(file)).collect(),
            fail_on: one_of(&mut reader, "fail_on", &["none", "critical", "high", "medium", "low", "info"]),
            accept_incomplete: reader.boolean("accept_incomplete").unwrap_or(false),
            ..Self::default()
        };
        config.settings.organisation = reader.text("organisation").map(|text| text.value);
        for text in reader.texts("report_frameworks").unwrap_or_default() {
            if catalog.frameworks.contains_key(&text.value) {
                config.settings.frameworks.push(text.value);
            } else {
                reader.mistake(unknown(&text, "framework", catalog.frameworks.keys()));
            }
        }
        if let Some(mut sources) = reader.table("source", "source table") {
            if let Some(mut tree) = sources.table("repository", "repository source") {
                config.path = path(tree.text("path"));
                config.name = tree.text("name").map(|text| text.value);
                config.exclude = texts(tree.texts("exclude"));
                for tool in tree.texts("render").unwrap_or_default() {
                    if ["helm", "kustomize"].contains(&tool.value.as_str()) {
                        config.render.push(tool.value);
                    } else {
                        tree.mistake(Diagnostic::at(tool.span, format!("`{}` renders nothing here", tool.value), "helm or kustomize"));
                    }
                }
                tree.finish();
            }
            sources.finish();
        }
        if let Some(mut redaction) = reader.table("redaction", "redaction table") {
            config.redaction_key = path(redaction.text("key_file"));
            redaction.finish();
        }
        if let Some(mut signing) = reader.table("signing", "signing table") {
            config.signing_key = path(signing.text("key_file"));
            signing.finish();
        }
        if let Some(mut report) = reader.table("report", "report table") {
            config.language = report.text("language").map(|text| text.value);
            config.templates = path(report.text("templates"));
            config.logo = path(report.text("logo"));
            config.brand.company = report.text("company").map(|text| text.value);
            if let Some(mut colours) = report.table("colours", "table of colours") {
                config.brand.accent = colour(&mut colours, "accent", html::GROUND);
                config.brand.accent_dark = colour(&mut colours, "accent_dark", html::DARK_GROUND);
                colours.finish();
            }
            report.finish();
        }
        if let Some(mut waivers) = reader.table("waivers", "waivers table") {
            config.waiver_days = at_least_one(&mut waivers, "max_days");
            if let Some(most) = at_least_one(&mut waivers, "max_resources") {
                config.settings.waiver_limits.max_resources = most.unsigned_abs();
            }
            waivers.finish();
        }
        if let Some(mut table) = reader.table("schedule", "schedule table") {
            let every = table.text("every");
            let grace = table.text("grace").and_then(|text| duration(&table, text));
            match every {
                Some(text) => {
                    config.settings.schedule = duration(&table, text).map(|every| Schedule::new(every, grace));
                }
                None => table.mistake(Diagnostic::at(table.place(), "a schedule needs `every`, the distance between scans", "here")),
            }
            table.finish();
        }
        config.read_controls(&mut reader, catalog);
        config.read_frameworks(&mut reader, catalog);
        if let Some(table) = reader.table("workloads", "workloads table") {
            for (kind, value) in table.entries() {
                match value.as_str() {
                    Some(path) if !path.is_empty() && path.split('.').all(|part| !part.is_empty()) => {
                        config.settings.workloads.insert(kind.value, path.to_owned());
                    }
                    Some(_) => value.mistake("a template path is field names joined by dots", "like spec.template"),
                    None => value.wrong_type(&kind.value, "the path of its pod template, like \"spec.template\""),
                }
            }
        }
        reader.finish();
        config
    }

    fn read_controls(&mut self, reader: &mut Reader<'_>, catalog: &Catalog) {
        let Some(table) = reader.table("controls", "controls table") else { return };
        for (id, value) in table.entries() {
            let Some(control) = catalog.controls.get(&id.value) else {
                reader.mistake(unknown(&id, "control", catalog.controls.keys()));
                continue;
            };
            let Some(mut entry) = value.as_table("control's settings") else {
                value.wrong_type(&id.value, "a table with params");
                continue;
            };
            if let Some(params) = entry.table("params", "control's params") {
                for (key, value) in params.entries() {
                    if let Some(value) = read_param_value(&key, &value, &control.params) {
                        self.settings.params.entry(id.value.clone()).or_default().insert(key.value, value);
                    }
                }
            }
            entry.finish();
        }
    }

    fn read_frameworks(&mut self, reader: &mut Reader<'_>, catalog: &Catalog) {
        let Some(table) = reader.table("frameworks", "frameworks table") else { return };
        for (id, value) in table.entries() {
            let Some(framework) = catalog.frameworks.get(&id.value) else {
                reader.mistake(unknown(&id, "framework", catalog.frameworks.keys()));
                continue;
            };
            let Some(entry) = value.as_table("framework's scope") else {
                value.wrong_type(&id.value, "a table");
                continue;
            };
            let mut scope = FrameworkScope::default();
            for (key, value) in entry.entries() {
                if let Some(question) = framework.questions.get(&key.value) {
                    if let Some(answer) = question.answer(&key.value, &value) {
                        scope.answers.insert(key.value, answer);
                    }
                } else if key.value == "exclude" {
                    let Some(exclude) = value.as_table("list of exclusions") else {
                        value.wrong_type("exclude", "a table of requirement = \"reason\"");
                        continue;
                    };
                    for (requirement, reason) in exclude.entries() {
                        let ids = framework.requirements.iter().map(|requirement| &requirement.id.value);
                        if !ids.clone().any(|known| *known == requirement.value) {
                            reader.mistake(unknown(&requirement, "requirement", ids));
                        }
                        match reason.as_str().filter(|reason| !reason.trim().is_empty()) {
                            Some(reason) => drop(scope.excluded.insert(requirement.value, reason.to_owned())),
                            None => reason.wrong_type(&requirement.value, "the reason why it is out of scope"),
                        }
                    }
                } else {
                    let known = framework.questions.keys().map(String::as_str).chain(["exclude"]).collect::<Vec<_>>().join(", ");
                    let message = format!("{} asks no scope question `{}`", framework.short, key.value);
                    reader.mistake(Diagnostic::at(key.span, message, "unknown question").help(format!("known: {known}")));
                }
            }
            self.settings.scopes.insert(id.value, scope);
        }
    }
}

/// Seconds of a duration, or a mistake where it stands.
fn duration(table: &Reader<'_>, text: Text) -> Option<u32> {
    Schedule::parse_duration(&text.value)
        .map_err(|what| table.mistake(Diagnostic::at(text.span, format!("`{}` is no duration", text.value), what)))
        .ok()
}

/// A colour that can be read on a ground, or a mistake where it stands.
fn colour(table: &mut Reader<'_>, key: &'static str, ground: Colour) -> Option<Colour> {
    let text = table.text(key)?;
    let Some(colour) = Colour::parse(&text.value) else {
        table.mistake(Diagnostic::at(text.span, format!("`{}` is no colour", text.value), "six digits, like #1b5aa3"));
        return None;
    };
    let contrast = colour.contrast(ground);
    if contrast >= 4.5 {
        return Some(colour);
    }
    let what = format!("{} cannot be read on {}: contrast {contrast:.1} to 1", colour.hex(), ground.hex());
    table.mistake(
        Diagnostic::at(text.span, what, "links are text, which needs 4.5 to 1")
            .help("take a darker shade for light ground, a lighter one for dark"),
    );
    None
}

fn one_of(reader: &mut Reader<'_>, key: &'static str, words: &[&str]) -> Option<String> {
    let text = reader.text(key)?;
    if words.contains(&text.value.as_str()) {
        return Some(text.value);
    }
    reader.mistake(Diagnostic::at(text.span, format!("`{key}` cannot be `{}`", text.value), format!("one of {}", words.join(", "))));
    None
}

fn at_least_one(reader: &mut Reader<'_>, key: &'static str) -> Option<i64> {
    let value = reader.value(key)?;
    match value.as_integer() {
        Some(number) if number >= 1 => return Some(number),
        Some(_) => value.mistake(format!("`{key}` must be at least 1"), "here"),
        None => value.wrong_type(key, "an integer"),
    }
    None
}

pub(super) fn unknown<'k>(text: &Text, what: &str, known: impl Iterator<Item = &'k String>) -> Diagnostic {
    let near = nearest(&text.value, known.map(String::as_str));
    let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
    Diagnostic::at(text.span.clone(), format!("no {what} has the id `{}`", text.value), format!("unknown {what}")).help(help)
}
