//! A working tree on disk: its manifests as resources, and one ledger row for everything that was looked at.
//!
//! The tree is taken to be hostile. Nothing of it is run, links are not followed, only regular files are opened, and every file, document and
//! alias has a bound. What is not read is said, so that losing a file never raises a score.

mod git;
mod layout;
mod ledger;
mod manifest;
mod options;
mod process;
mod render;
mod walk;

pub use options::{Limits, Options, Render};

use super::redact::Redactor;
use super::{CollectError, Collector, Progress, Sink};
use crate::model::{Origin, Outcome, Source, SourceKind};
use chrono::{DateTime, Utc};
use layout::Layout;
use ledger::{Prepared, Rows, prepare};
use manifest::{Failure, Reading};
use rayon::prelude::*;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use walk::Tree;

/// Files read at once before their rows are written: bounds memory, and gives rows times that mean something.
const BATCH: usize = 256;

/// The collector of one working tree.
#[derive(Debug, Clone)]
pub struct Repository {
    /// What was asked for.
    pub options: Options,
}

impl Collector for Repository {
    fn collect(&self, clock: &dyn Fn() -> DateTime<Utc>, progress: &dyn Progress, sink: &mut dyn Sink) -> Result<(), CollectError> {
        let options = &self.options;
        let excludes = walk::excludes(&options.exclude)?;
        let redactor = Redactor::new(&options.redaction)?;
        let unreadable = |error: std::io::Error| CollectError::Path { path: options.path.clone(), reason: error.to_string() };
        let path = options.path.canonicalize().map_err(unreadable)?;
        let single = path.metadata().map_err(unreadable)?.is_file();
        let root = if single { path.parent().unwrap_or(&path).to_owned() } else { path.clone() };

        let start = clock();
        let facts = git::describe(&root);
        let name = options.name.clone().unwrap_or_else(|| folder_name(&root));
        let identity = options.identity.clone().unwrap_or_else(user_name);
        sink.source(Source { kind: SourceKind::Repository, name: name.clone(), details: facts.details });
        let rows = |started| Rows { source: &name, identity: &identity, started, ended: clock() };
        if let Some((outcome, reason)) = facts.failure {
            let mut row = rows(start).row("read git metadata", Vec::new());
            (row.outcome, row.error) = (outcome, Some(reason));
            sink.read(row);
        }

        let start = clock();
        progress.started("looking for manifests", None);
        let tree = if single {
            Tree { files: [(walk::relative(&root, &path), path.clone())].into(), ..Tree::default() }
        } else {
            walk::walk(&root, options, &excludes, &facts.tracked)
        };
        tree_rows(&tree, options, &rows(start), sink);
        let limit = options.limits.max_file_bytes;
        let layout = if single { Layout::default() } else { Layout::of(&tree, &|file| read_text_of(&tree, file, limit)) };
        let work = Work { root: &root, tree: &tree, layout: &layout, options, redactor: &redactor, source: &name };
        let consumed = work.renderings(&rows, clock, progress, sink);
        work.files(&consumed, &rows, clock, progress, sink);
        Ok(())
    }
}

/// Reads one text as if it were a file of a tree: same parsing, same bounds, same redaction, same ledger rows. No source is announced.
///
/// `source` is the name of the source, `file` the name the resources carry; a name ending in `.json` is read as JSON, any other as YAML.
pub fn read_text(
    source: &str,
    file: &str,
    text: &[u8],
    limits: &Limits,
    redactor: &Redactor,
    clock: &dyn Fn() -> DateTime<Utc>,
    sink: &mut dyn Sink,
) {
    let started = clock();
    let prepared = prepare_file(source, file, text, limits, redactor);
    let mut row = Rows { source, identity: "", started, ended: clock() }.row("read text", Vec::new());
    row.file = Some(file.to_owned());
    Rows { source, identity: "", started, ended: row.ended_at }.text(row, prepared, sink);
}

/// The rows of the walk itself: the tree, and everything in it that could not be seen.
fn tree_rows(tree: &Tree, options: &Options, rows: &Rows<'_>, sink: &mut dyn Sink) {
    let mut parameters = vec![("path".to_owned(), options.path.display().to_string()), ("files".to_owned(), tree.files.len().to_string())];
    if !options.exclude.is_empty() {
        parameters.push(("exclude".to_owned(), options.exclude.join(", ")));
        parameters.push(("excluded files".to_owned(), tree.excluded.to_string()));
    }
    if tree.links > 0 {
        parameters.push(("links not followed".to_owned(), tree.links.to_string()));
    }
    let mut row = rows.row("walk tree", parameters);
    if let Some(reason) = &tree.cut {
        (row.outcome, row.error, row.may_hide) = (Outcome::Truncated, Some(format!("{reason}; the rest is not read")), None);
    }
    sink.read(row);
    for problem in &tree.problems {
        let mut row = rows.row(problem.operation, Vec::new());
        row.file = Some(problem.path.clone());
        (row.outcome, row.error) = (problem.outcome, Some(problem.message.clone()));
        row.may_hide = problem.outcome.is_complete().then_some(0);
        sink.read(row);
    }
}

/// What the two stretches of reading share.
struct Work<'w> {
    root: &'w Path,
    tree: &'w Tree,
    layout: &'w Layout,
    options: &'w Options,
    redactor: &'w Redactor,
    source: &'w str,
}

impl Work<'_> {
    /// Rows and resources of charts and kustomizations; gives the files that are judged in rendered form.
    fn renderings<'r>(
        &self,
        rows: &dyn Fn(DateTime<Utc>) -> Rows<'r>,
        clock: &dyn Fn() -> DateTime<Utc>,
        progress: &dyn Progress,
        sink: &mut dyn Sink,
    ) -> std::collections::BTreeSet<String> {
        let start = clock();
        progress.started("rendering charts and kustomizations", None);
        let (renderings, consumed) = render::render(self.root, self.layout, self.options);
        let rows = rows(start);
        for rendering in renderings {
            let mut row = rows.row(rendering.operation, rendering.parameters.clone());
            row.file = Some(rendering.file.clone());
            match &rendering.text {
                Ok(text) => {
                    let reading = manifest::read(text, false, &self.options.limits);
                    let prepared = prepare(self.source, reading, self.redactor, &rendering.origins());
                    rows.text(row, prepared, sink);
                }
                Err(refused) => {
                    let limit = self.options.limits.max_file_bytes;
                    let home = layout::folder(&rendering.file);
                    // What a chart makes depends on its values; what a kustomization makes can be counted.
                    row.may_hide = (rendering.operation == render::KUSTOMIZATION)
                        .then(|| self.layout.most_resources(&home, &|file| read_text_of(self.tree, file, limit)))
                        .flatten();
                    (row.outcome, row.error) = (refused.outcome, Some(refused.message.clone()));
                    sink.read(row);
                }
            }
        }
        consumed
    }

    /// Rows and resources of the files, in the order of their names.
    fn files<'r>(
        &self,
        consumed: &std::collections::BTreeSet<String>,
        rows: &dyn Fn(DateTime<Utc>) -> Rows<'r>,
        clock: &dyn Fn() -> DateTime<Utc>,
        progress: &dyn Progress,
        sink: &mut dyn Sink,
    ) {
        let files: Vec<(&String, &PathBuf)> = self.tree.files.iter().filter(|(file, _)| !self.layout.templates.contains(*file)).collect();
        progress.started("reading files", Some(files.len() as u64));
        for batch in files.chunks(BATCH) {
            let start = clock();
            let prepared: Vec<(Option<String>, Prepared)> = batch.par_iter().map(|(file, path)| self.file(file, path, consumed)).collect();
            let rows = rows(start);
            for ((file, _), (role, prepared)) in batch.iter().zip(prepared) {
                let parameters = role.map(|role| ("as".to_owned(), role)).into_iter().collect();
                let mut row = rows.row("read file", parameters);
                row.file = Some((*file).clone());
                rows.text(row, prepared, sink);
            }
            progress.advanced(batch.len() as u64);
        }
    }

    fn file(&self, file: &str, path: &Path, consumed: &std::collections::BTreeSet<String>) -> (Option<String>, Prepared) {
        let role = render::rendered_role(file, self.layout, consumed).or_else(|| self.layout.roles.get(file).cloned());
        if role.is_some() {
            return (role, Prepared::default());
        }
        let limits = &self.options.limits;
        let prepared = match read_bounded(path, limits.max_file_bytes) {
            Ok(text) => prepare_file(self.source, file, &text, limits, self.redactor),
            Err((outcome, message)) => {
                let failure = Failure { line: None, message, outcome, may_hide: None };
                Prepared { failures: vec![failure], ..Prepared::default() }
            }
        };
        (None, prepared)
    }
}

fn prepare_file(source: &str, file: &str, text: &[u8], limits: &Limits, redactor: &Redactor) -> Prepared {
    let json = file.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("json"));
    let reading: Reading = manifest::read(text, json, limits);
    let origin = |line| Origin { file: file.to_owned(), line, rendered_by: None };
    prepare(source, reading, redactor, &origin)
}

/// The bytes of a regular file that is not too large.
fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, (Outcome, String)> {
    let failed = |error: std::io::Error| walk::outcome_of(&error);
    // Asked again here, without following links: a tree may change while it is read, and opening a pipe would wait for ever.
    if !path.symlink_metadata().map_err(failed)?.is_file() {
        return Err((Outcome::Unsupported, "not a regular file: never opened".to_owned()));
    }
    let file = File::open(path).map_err(failed)?;
    let too_large = || (Outcome::Truncated, format!("the file is larger than {limit} bytes"));
    let length = file.metadata().map_err(failed)?.len();
    if length > limit {
        return Err(too_large());
    }
    let mut text = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(limit.saturating_add(1)).read_to_end(&mut text).map_err(failed)?;
    if text.len() as u64 > limit { Err(too_large()) } else { Ok(text) }
}

fn read_text_of(tree: &Tree, file: &str, limit: u64) -> Result<Vec<u8>, String> {
    let path = tree.files.get(file).ok_or_else(|| "no such file".to_owned())?;
    read_bounded(path, limit).map_err(|(_, message)| message)
}

fn folder_name(root: &Path) -> String {
    root.file_name().map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The name of who runs this, as the system's user list has it.
fn user_name() -> String {
    user_of_process().unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(unix)]
fn user_of_process() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let uid = Path::new("/proc/self").metadata().ok()?.uid().to_string();
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields.get(2) == Some(&uid.as_str()));
    Some(named.and_then(|fields| fields.first().map(|name| (*name).to_owned())).unwrap_or_else(|| format!("uid {uid}")))
}

#[cfg(not(unix))]
fn user_of_process() -> Option<String> {
    None
}
