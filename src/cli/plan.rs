//! Arguments and configuration together: a plan whose every path has been looked at before work begins.

use super::Failure;
use super::args::{CollectArgs, FailOn, Global, RenderTool, SettingsArgs};
use super::config::Config;
use super::decisions;
use crate::collect::repository::{Options, Render};
use crate::model::{ParamValue, Settings, Severity};
use crate::pipeline::Bench;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// What every verb that touches a database needs.
pub(super) struct Plan {
    pub bench: Bench,
    pub config: Config,
    pub db: PathBuf,
}

impl Plan {
    /// Loads catalog and configuration. The configuration is the one named, else the one in the current
    /// folder, in the scanned tree, beside the database: what a scan used, its later readings find again.
    pub(super) fn new(global: &Global, path: Option<&Path>) -> Result<Self, Failure> {
        let bench = Bench::load(global.catalog.as_deref())?;
        let here = PathBuf::from("assize.toml");
        let found = match &global.config {
            Some(file) => Some(file.clone()),
            None if here.is_file() => Some(here),
            None => {
                let beside_db = global.db.as_ref().and_then(|db| db.parent());
                path.into_iter().chain(beside_db).map(|folder| folder.join("assize.toml")).find(|file| file.is_file())
            }
        };
        let config = match found {
            Some(file) => Config::read(&file, &bench.catalog)?,
            None => Config::default(),
        };
        let db = global.db.clone().or_else(|| config.db.clone()).unwrap_or_else(|| PathBuf::from("assize.db"));
        Ok(Self { bench, config, db })
    }

    /// Says aloud what a catalog folder changed.
    pub(super) fn announce(&self, terminal: &super::terminal::Terminal) {
        for sentence in &self.bench.catalog.overrides {
            terminal.note(&format!("catalog: {sentence}"));
        }
    }

    /// Settings of an evaluation: the configuration's, with waivers and attestations read from their files.
    pub(super) fn settings(&self, args: &SettingsArgs) -> Result<Settings, Failure> {
        let catalog = &self.bench.catalog;
        let mut settings = self.config.settings.clone();
        if !args.framework.is_empty() {
            for id in &args.framework {
                known_framework(catalog, id)?;
            }
            settings.frameworks.clone_from(&args.framework);
        }
        let beside = |name: &str| Some(self.beside(name)).filter(|file| file.is_file());
        if let Some(file) = args.waivers.clone().or_else(|| beside("waivers.toml")) {
            settings.waivers = decisions::read_waivers(&file, catalog)?;
        }
        if let Some(file) = args.attestations.clone().or_else(|| beside("attestations.toml")) {
            settings.attestations = decisions::read_attestations(&file, catalog)?;
        }
        Ok(settings)
    }

    /// Where a file lies that has its place beside the configuration.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.config.file.as_ref().and_then(|file| file.parent()).unwrap_or(Path::new("")).join(name)
    }

    /// The working tree that the configuration names.
    pub(super) fn tree(&self) -> Option<PathBuf> {
        self.config.path.clone().or_else(|| {
            // A configuration that speaks of the tree it lies in means its own folder.
            let file = self.config.file.as_ref().filter(|_| self.config.name.is_some())?;
            file.parent().map(|folder| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() })
        })
    }

    /// What to collect.
    pub(super) fn repository(&self, args: &CollectArgs) -> Result<Options, Failure> {
        let Some(path) = args.path.clone().or_else(|| self.tree()) else {
            return Err(Failure::Usage(
                "nothing to scan: give a path (`assize scan .`), or name one under [source.repository] in assize.toml (`assize init` writes one)"
                    .to_owned(),
            ));
        };
        let mut options = Options::new(path);
        options.name = args.name.clone().or_else(|| self.config.name.clone());
        options.exclude = self.config.exclude.iter().chain(&args.exclude).cloned().collect();
        let asked = |tool: RenderTool, name: &str| args.render.contains(&tool) || self.config.render.iter().any(|word| word == name);
        options.render = Render { helm: asked(RenderTool::Helm, "helm"), kustomize: asked(RenderTool::Kustomize, "kustomize") };
        #[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
        {
            options.search_path = std::env::var_os("PATH");
            options.identity = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
        }
        if let Some(file) = &self.config.redaction_key {
            let key = std::fs::read(file).map_err(|error| Failure::Usage(format!("cannot read the key {}: {error}", file.display())))?;
            options.redaction.key = Some(key);
        }
        // Placeholders act when values are read, so the collector needs to know them.
        let placeholders = self.config.settings.params.get("k8s-plaintext-credential").and_then(|params| params.get("placeholders"));
        if let Some(ParamValue::Strings(words)) = placeholders {
            options.redaction.placeholders.clone_from(words);
        }
        Ok(options)
    }

    /// From which severity on failures fail the run.
    pub(super) fn fail_on(&self, argument: Option<FailOn>) -> Option<Severity> {
        let word = match argument {
            Some(FailOn::None) => return None,
            Some(FailOn::Critical) => "critical",
            Some(FailOn::High) => "high",
            Some(FailOn::Medium) => "medium",
            Some(FailOn::Low) => "low",
            Some(FailOn::Info) => "info",
            None => self.config.fail_on.as_deref()?,
        };
        Severity::ALL.into_iter().find(|severity| severity.as_str() == word)
    }

    /// Copies the seed where the database does not exist yet.
    pub(super) fn plant(&self, terminal: &super::terminal::Terminal) -> Result<(), Failure> {
        let Some(seed) = self.config.db_seed.as_ref().filter(|seed| !self.db.exists() && seed.is_file()) else { return Ok(()) };
        let fail = |error| Failure::Tool(format!("cannot copy {} to {}: {error}", seed.display(), self.db.display()));
        let bytes = std::fs::read(seed).map_err(fail)?;
        super::terminal::write_file(&self.db, &bytes)?;
        #[cfg(unix)]
        std::fs::set_permissions(&self.db, std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(fail)?;
        terminal.note(&format!("database: {} begins with the history in {}", self.db.display(), seed.display()));
        Ok(())
    }
}

/// Refuses a framework that does not exist.
pub(super) fn known_framework(catalog: &crate::catalog::Catalog, id: &str) -> Result<(), Failure> {
    if catalog.frameworks.contains_key(id) {
        return Ok(());
    }
    let known = catalog.frameworks.keys().cloned().collect::<Vec<_>>().join(", ");
    Err(Failure::Usage(format!("no framework has the id '{id}'; there are {known}")))
}

/// The machine's time, or the one that `SOURCE_DATE_EPOCH` gives (reproducible-builds.org/specs/source-date-epoch).
pub(super) struct Clock {
    fixed: Option<DateTime<Utc>>,
}

impl Clock {
    pub(super) fn new() -> Result<Self, Failure> {
        #[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
        let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(Self { fixed: None }) };
        let time = text.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        match time {
            Some(time) => Ok(Self { fixed: Some(time) }),
            None => Err(Failure::Usage(format!("SOURCE_DATE_EPOCH is '{text}', not a number of seconds since 1970"))),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        #[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
        self.fixed.unwrap_or_else(Utc::now)
    }

    pub(super) fn name(&self) -> &'static str {
        if self.fixed.is_some() { "SOURCE_DATE_EPOCH" } else { "system" }
    }
}
