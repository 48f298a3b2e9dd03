//! How reports are dressed, out of arguments and configuration: every file is read here, and every mistake told before work begins.

use super::Failure;
use super::args::PresentationArgs;
use super::config::Config;
use crate::model::{Diagnostics, SourceText};
use crate::report::html;
use crate::report::presentation::{Logo, Presentation, Words};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The folders below a folder of templates that are read.
const FOLDERS: [&str; 3] = ["html", "period", "words"];
/// Largest file of a template in bytes.
const LARGEST: u64 = 1 << 20;
/// Deepest folder below a folder of templates.
const DEEPEST: usize = 4;

/// Reads what the arguments and the configuration name. `note` is told what a language lacks.
pub(super) fn load(args: &PresentationArgs, config: &Config, note: impl Fn(&str)) -> Result<Presentation, Failure> {
    let language = args.lang.as_deref().or(config.language.as_deref()).unwrap_or("en");
    let mut presentation = Presentation { brand: config.brand.clone(), ..Presentation::default() };
    if let Some(folder) = args.templates.as_deref().or(config.templates.as_deref()) {
        presentation.templates = read_folder(folder)?;
    }
    let tag = language.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if !tag {
        return Err(Failure::Usage(format!("'{language}' is no tag of a language, like en, de or pt-br")));
    }
    presentation.words = match presentation.templates.get(&format!("words/{language}.toml")) {
        Some(file) => {
            let (words, missing) = Words::laid_over(language, file).map_err(Diagnostics)?;
            if let Some(first) = missing.first() {
                note(&format!("note: {} lacks {} texts, which stay English; the first is {first}", file.name, missing.len()));
            }
            words
        }
        None => Words::bundled(language).ok_or_else(|| {
            let known = Words::languages().collect::<Vec<_>>().join(", ");
            Failure::Usage(format!(
                "no language '{language}'; there are {known}; another is a file words/{language}.toml in the folder of --templates"
            ))
        })?,
    };
    if let Some(file) = &config.logo {
        let bytes = std::fs::read(file).map_err(|error| Failure::Usage(format!("cannot read the logo {}: {error}", file.display())))?;
        presentation.brand.logo = Some(Logo::read(bytes).map_err(|what| Failure::Usage(format!("{} {what}", file.display())))?);
    }
    html::check(&presentation)?;
    Ok(presentation)
}

/// Every file of a folder of templates by its path below it, with `/`.
fn read_folder(folder: &Path) -> Result<BTreeMap<String, Arc<SourceText>>, Failure> {
    let mut files = BTreeMap::new();
    let mut seen = false;
    for name in FOLDERS {
        let below = folder.join(name);
        if below.is_dir() {
            seen = true;
            read_below(&below, name, 0, &mut files)?;
        }
    }
    if seen {
        Ok(files)
    } else {
        Err(Failure::Usage(format!("{} holds no templates: neither {}/ is there", folder.display(), FOLDERS.join("/ nor "))))
    }
}

fn read_below(folder: &Path, prefix: &str, depth: usize, files: &mut BTreeMap<String, Arc<SourceText>>) -> Result<(), Failure> {
    let fail = |path: &Path, error: std::io::Error| Failure::Usage(format!("cannot read {}: {error}", path.display()));
    for entry in std::fs::read_dir(folder).map_err(|error| fail(folder, error))? {
        let path = entry.map_err(|error| fail(folder, error))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.')) else { continue };
        let name = format!("{prefix}/{name}");
        let meta = path.metadata().map_err(|error| fail(&path, error))?;
        if meta.is_dir() {
            if depth < DEEPEST {
                read_below(&path, &name, depth + 1, files)?;
            }
        } else if meta.len() > LARGEST {
            return Err(Failure::Usage(format!("{} has {} bytes; a template may have {LARGEST}", path.display(), meta.len())));
        } else {
            let text = std::fs::read_to_string(&path).map_err(|error| fail(&path, error))?;
            files.insert(name, Arc::new(SourceText { name: path.display().to_string(), text }));
        }
    }
    Ok(())
}
