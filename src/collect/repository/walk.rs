//! Walks a tree: which files may hold manifests, and what kept the walk from seeing more.
//!
//! Only names and types are looked at here. Links are never followed: one that stays in the tree leads to a file that is read anyway, and
//! one that leaves it leads to somebody else's file.

use super::options::Options;
use crate::collect::CollectError;
use crate::model::Outcome;
use globset::{Glob, GlobSet, GlobSetBuilder};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// Files that may hold manifests, by their name relative to the tree, with `/`.
    pub(super) files: BTreeMap<String, PathBuf>,
    /// What could not be seen, sorted by name.
    pub(super) problems: Vec<Problem>,
    /// Why the walk ended early.
    pub(super) cut: Option<String>,
    /// Candidates that an exclude pattern matched.
    pub(super) excluded: u64,
    /// Links that were not followed because what they lead to is read anyway, or holds no manifests.
    pub(super) links: u64,
}

/// Something in the tree that was not read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Problem {
    pub(super) path: String,
    pub(super) operation: &'static str,
    pub(super) outcome: Outcome,
    pub(super) message: String,
}

/// Whether a name is one of a file that may hold manifests.
pub(super) fn is_candidate(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("yaml" | "yml" | "json")) || name.rsplit('/').next() == Some("Kustomization")
}

/// What an error of the operating system means to the ledger.
pub(super) fn outcome_of(error: &io::Error) -> (Outcome, String) {
    match error.kind() {
        io::ErrorKind::PermissionDenied => (Outcome::Denied, "permission denied".to_owned()),
        io::ErrorKind::NotFound => (Outcome::Failed, "vanished while the tree was read".to_owned()),
        _ => (Outcome::Failed, error.to_string()),
    }
}

/// Compiles the exclude patterns.
pub(super) fn excludes(patterns: &[String]) -> Result<GlobSet, CollectError> {
    let wrong =
        |pattern: &str, error: &globset::Error| CollectError::Exclude { pattern: pattern.to_owned(), reason: error.kind().to_string() };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| wrong(pattern, &error))?);
    }
    set.build().map_err(|error| wrong("", &error))
}

/// Walks a folder. `tracked` are files that Git holds although an ignore rule matches them: they belong to the tree all the same.
pub(super) fn walk(root: &Path, options: &Options, excludes: &GlobSet, tracked: &[String]) -> Tree {
    let mut tree = Tree::default();
    let limits = &options.limits;
    let mut links = Vec::new();
    let mut bytes = 0_u64;
    let entries = ignore::WalkBuilder::new(root)
        .standard_filters(false)
        .git_ignore(true)
        .require_git(false)
        .follow_links(false)
        .max_depth(Some(limits.max_depth.saturating_add(1)))
        .sort_by_file_path(Path::cmp)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                tree.problems.push(problem_of(root, &error));
                continue;
            }
        };
        let Some(kind) = entry.file_type() else { continue };
        let name = relative(root, entry.path());
        if kind.is_dir() {
            if entry.depth() > limits.max_depth {
                let message = format!("folders deeper than {} levels are not read", limits.max_depth);
                tree.problems.push(Problem { path: name, operation: "list folder", outcome: Outcome::Truncated, message });
            }
            continue;
        }
        if kind.is_symlink() {
            links.push((name, entry.into_path()));
            continue;
        }
        if !is_candidate(&name) {
            continue;
        }
        if excludes.is_match(&name) {
            tree.excluded += 1;
        } else if !kind.is_file() {
            let message = "not a regular file: never opened".to_owned();
            tree.problems.push(Problem { path: name, operation: "read file", outcome: Outcome::Unsupported, message });
        } else if tree.files.len() >= limits.max_files {
            tree.cut = Some(format!("more than {} candidate files", limits.max_files));
            break;
        } else {
            bytes = bytes.saturating_add(entry.metadata().map_or(0, |metadata| metadata.len().min(limits.max_file_bytes)));
            if bytes > limits.max_total_bytes {
                tree.cut = Some(format!("more than {} bytes of candidate files", limits.max_total_bytes));
                break;
            }
            tree.files.insert(name, entry.into_path());
        }
    }
    add_tracked(root, excludes, tracked, limits.max_files, &mut tree);
    judge_links(root, excludes, links, &mut tree);
    tree.problems.sort();
    tree
}

fn problem_of(root: &Path, error: &ignore::Error) -> Problem {
    let (outcome, message) = match error.io_error() {
        Some(error) => outcome_of(error),
        None => (Outcome::Failed, "the folder could not be listed".to_owned()),
    };
    Problem { path: path_of(error).map_or_else(String::new, |path| relative(root, path)), operation: "list folder", outcome, message }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}

fn add_tracked(root: &Path, excludes: &GlobSet, tracked: &[String], max_files: usize, tree: &mut Tree) {
    let unknown: Vec<&String> = tracked.iter().filter(|name| is_candidate(name) && !tree.files.contains_key(*name)).collect();
    for name in unknown {
        let path = root.join(name);
        // Regular files only, and not through a linked folder, which would leave the tree.
        let plain = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file())
            && path.parent().is_some_and(|parent| parent.canonicalize().is_ok_and(|real| real == parent));
        if !plain || tree.problems.iter().any(|problem| &problem.path == name) {
            continue;
        }
        if excludes.is_match(name) {
            tree.excluded += 1;
        } else if tree.files.len() < max_files {
            tree.files.insert(name.clone(), path);
        }
    }
}

/// A link is harmless when what it leads to is read anyway; else its content is missing from what was read, and that is said.
fn judge_links(root: &Path, excludes: &GlobSet, links: Vec<(String, PathBuf)>, tree: &mut Tree) {
    for (name, path) in links {
        let real = path.canonicalize();
        let folder = real.as_ref().is_ok_and(|real| real.is_dir());
        if excludes.is_match(&name) || (!is_candidate(&name) && !folder) {
            tree.links += 1;
            continue;
        }
        let (outcome, message) = match &real {
            Ok(real) if real.starts_with(root) && (folder || tree.files.contains_key(&relative(root, real))) => {
                tree.links += 1;
                continue;
            }
            Ok(real) if real.starts_with(root) => (Outcome::Unsupported, "a link to a file that is not read: not followed"),
            Ok(_) => (Outcome::Unsupported, "a link out of the tree: not followed"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Outcome::Absent, "a link to nothing"),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => (Outcome::Denied, "a link that may not be looked at"),
            Err(_) => (Outcome::Absent, "a link that leads in a circle"),
        };
        tree.problems.push(Problem { path: name, operation: "read link", outcome, message: message.to_owned() });
    }
}

/// A path relative to the tree, with `/`, and with replacement characters where it is not UTF-8.
pub(super) fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_become_outcomes() {
        assert_eq!(outcome_of(&io::Error::from(io::ErrorKind::PermissionDenied)).0, Outcome::Denied);
        assert_eq!(outcome_of(&io::Error::from(io::ErrorKind::NotFound)).0, Outcome::Failed);
        let error = ignore::Error::WithDepth {
            depth: 1,
            err: Box::new(ignore::Error::WithPath {
                path: PathBuf::from("/t/a/b"),
                err: Box::new(ignore::Error::Io(io::Error::from(io::ErrorKind::PermissionDenied))),
            }),
        };
        let problem = problem_of(Path::new("/t"), &error);
        assert_eq!((problem.path.as_str(), problem.outcome), ("a/b", Outcome::Denied));
    }

    #[test]
    fn candidates_are_known_by_name() {
        for (name, expected) in
            [("a.yaml", true), ("a/b.YML", true), ("x.json", true), ("k/Kustomization", true), ("yaml", false), ("a.yaml.tpl", false)]
        {
            assert_eq!(is_candidate(name), expected, "{name}");
        }
    }
}
