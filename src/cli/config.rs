//! `assize.toml`, `waivers.toml`, `attestations.toml`: read once, checked against the catalog, every mistake with its place.

use crate::catalog::control::read_param_value;
use crate::catalog::read::{Mistakes, Reader, nearest, with_root};
use crate::catalog::{Catalog, Text};
use crate::model::{Attestation, Diagnostic, Diagnostics, FrameworkScope, Hash, Schedule, Settings, SourceText, Waiver};
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
    /// Everything an evaluation needs.
    pub settings: Settings,
}

fn read_file(path: &Path) -> Result<Arc<SourceText>, Diagnostics> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Diagnostics::from(Diagnostic::general(format!("cannot read {}: {error}", path.display()))))?;
    Ok(Arc::new(SourceText { name: path.display().to_string(), text }))
}

fn done<T>(value: T, mistakes: Mistakes) -> Result<T, Diagnostics> {
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

fn one_of(reader: &mut Reader<'_>, key: &'static str, words: &[&str]) -> Option<String> {
    let text = reader.text(key)?;
    if words.contains(&text.value.as_str()) {
        return Some(text.value);
    }
    reader.mistake(Diagnostic::at(text.span, format!("`{key}` cannot be `{}`", text.value), format!("one of {}", words.join(", "))));
    None
}

fn unknown<'k>(text: &Text, what: &str, known: impl Iterator<Item = &'k String>) -> Diagnostic {
    let near = nearest(&text.value, known.map(String::as_str));
    let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
    Diagnostic::at(text.span.clone(), format!("no {what} has the id `{}`", text.value), format!("unknown {what}")).help(help)
}

/// Reads a file of waivers.
///
/// # Errors
///
/// Every mistake in it, at once.
pub fn read_waivers(path: &Path, catalog: &Catalog) -> Result<Vec<Waiver>, Diagnostics> {
    let file = read_file(path)?;
    let mistakes = Mistakes::default();
    let waivers = with_root(&file, "file of waivers", &mistakes, |mut reader| {
        let mut waivers: Vec<Waiver> = Vec::new();
        for mut table in reader.tables("waiver", "waiver") {
            let id = table.required_text("id");
            if waivers.iter().any(|waiver| waiver.id == id.value) {
                table.mistake(Diagnostic::at(id.span.clone(), format!("waiver `{}` is there twice", id.value), "again here"));
            }
            let control = table.required_text("control");
            if !control.value.is_empty() && !catalog.controls.contains_key(&control.value) {
                table.mistake(unknown(&control, "control", catalog.controls.keys()));
            }
            let resources = table.required_text("resources");
            if let Err(error) = globset::Glob::new(&resources.value) {
                table.mistake(Diagnostic::at(resources.span.clone(), format!("not a glob: {error}"), "here"));
            }
            let owner = table.required_text("owner").value;
            let approver = table.required_text("approver");
            if !owner.is_empty() && owner.eq_ignore_ascii_case(approver.value.trim()) {
                let message = "the approver of a waiver must be somebody else than its owner";
                table.mistake(Diagnostic::at(approver.span.clone(), message, "the owner again"));
            }
            let reason = table.required_text("reason").value;
            let expires = table.date("expires");
            if expires.is_none() {
                table.mistake(Diagnostic::at(table.place(), "a waiver needs `expires`, the last day on which it counts", "here"));
            }
            waivers.push(Waiver {
                id: id.value,
                control: control.value,
                resources: resources.value,
                owner,
                approver: approver.value,
                reason,
                expires: expires.unwrap_or_default(),
            });
            table.finish();
        }
        reader.finish();
        waivers
    });
    done(waivers, mistakes)
}

/// Reads a file of attestations and hashes the evidence files they name.
///
/// # Errors
///
/// Every mistake in it, at once. An evidence file that cannot be read is no error: the attestation does not count then, and reports say so.
pub fn read_attestations(path: &Path, catalog: &Catalog) -> Result<Vec<Attestation>, Diagnostics> {
    let file = read_file(path)?;
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let mistakes = Mistakes::default();
    let attestations = with_root(&file, "file of attestations", &mistakes, |mut reader| {
        let mut attestations = Vec::new();
        for mut table in reader.tables("attestation", "attestation") {
            let topic = table.required_text("topic");
            if !topic.value.is_empty() && !catalog.topics.contains_key(&topic.value) {
                table.mistake(unknown(&topic, "topic", catalog.topics.keys()));
            }
            let performed_at = table.date("performed_at");
            if performed_at.is_none() {
                table.mistake(Diagnostic::at(table.place(), "an attestation needs `performed_at`, the day on which it was done", "here"));
            }
            let evidence = table.text("file").map(|text| text.value);
            let hash = evidence.as_ref().and_then(|file| std::fs::read(folder.join(file)).ok()).map(|bytes| Hash::of(&bytes));
            attestations.push(Attestation {
                topic: topic.value,
                owner: table.required_text("owner").value,
                performed_at: performed_at.unwrap_or_default(),
                valid_until: table.date("valid_until"),
                file: evidence,
                hash,
                note: table.text("note").map(|text| text.value),
            });
            table.finish();
        }
        reader.finish();
        attestations
    });
    done(attestations, mistakes)
}
