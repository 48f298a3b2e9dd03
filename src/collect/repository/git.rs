//! What Git says of a tree: commit, branch, whether it is dirty, where it came from. Never a reason to stop.
//!
//! `libgit2` runs no hooks and no external filters. It refuses repositories of another owner, which is right and happens in every container; the
//! commit is then read from the files by hand, and whether the tree is dirty stays unknown.

use super::walk::relative;
use crate::model::Outcome;
use git2::{ErrorCode, Repository, StatusOptions};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Facts for the source, and what kept us from more.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Label and value, as in [`crate::model::Source::details`].
    pub(super) details: Vec<(String, String)>,
    /// Files in Git's index, relative to the tree that is read.
    pub(super) tracked: Vec<String>,
    /// Outcome and reason, when metadata is there but could not be read.
    pub(super) failure: Option<(Outcome, String)>,
}

/// Looks at the repository that holds a folder, if any. `root` is canonical.
pub(super) fn describe(root: &Path) -> Facts {
    match Repository::discover(root) {
        Ok(repository) => facts(&repository, root),
        Err(error) if error.code() == ErrorCode::NotFound => said("none: not a Git working tree", None),
        Err(error) => {
            let reason = match error.code() {
                ErrorCode::Owner => "the repository belongs to another user".to_owned(),
                _ => format!("Git metadata cannot be read ({:?}, {:?})", error.class(), error.code()),
            };
            let outcome = if error.code() == ErrorCode::Owner { Outcome::Denied } else { Outcome::Failed };
            let (commit, branch) = by_hand(root);
            let mut facts = said(commit.as_deref().unwrap_or("unknown"), branch.as_deref());
            facts.details.push(("dirty".to_owned(), "unknown".to_owned()));
            facts.details.push(("git".to_owned(), reason.clone()));
            facts.failure = Some((outcome, reason));
            facts
        }
    }
}

fn said(commit: &str, branch: Option<&str>) -> Facts {
    let mut details = vec![("commit".to_owned(), commit.to_owned())];
    details.extend(branch.map(|branch| ("branch".to_owned(), branch.to_owned())));
    Facts { details, ..Facts::default() }
}

fn facts(repository: &Repository, root: &Path) -> Facts {
    let head = repository.head().ok();
    let commit = head.as_ref().and_then(|head| head.peel_to_commit().ok()).map(|commit| commit.id().to_string());
    let branch = match &head {
        Some(head) if head.is_branch() => head.shorthand().ok().map(str::to_owned),
        Some(_) => Some("detached".to_owned()),
        None => None,
    };
    let mut facts = said(commit.as_deref().unwrap_or("none: no commit yet"), branch.as_deref());
    facts.details.push(("dirty".to_owned(), dirty(repository, root).to_owned()));
    if let Ok(remote) = repository.find_remote("origin")
        && let Ok(url) = remote.url()
    {
        facts.details.push(("remote".to_owned(), without_credentials(url)));
    }
    facts.tracked = tracked(repository, root);
    facts
}

/// Whether what is read here may differ from the commit: a tracked file below the folder was changed, or there is a file that would be read and
/// that Git does not know. Other untracked files (this program's own database, for one) change nothing of the evidence.
fn dirty(repository: &Repository, root: &Path) -> &'static str {
    let Some(workdir) = repository.workdir().and_then(|dir| dir.canonicalize().ok()) else { return "unknown" };
    let prefix = relative(&workdir, root);
    let mut options = StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false).exclude_submodules(true).update_index(false);
    let Ok(statuses) = repository.statuses(Some(&mut options)) else { return "unknown" };
    let counts = statuses.iter().any(|entry| {
        let path = String::from_utf8_lossy(entry.path_bytes());
        let below = prefix == "." || path.strip_prefix(&prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let known = !entry.status().is_wt_new();
        below && (known || super::walk::is_candidate(&path))
    });
    if counts { "yes" } else { "no" }
}

/// Files of the index that lie under the folder, relative to it.
fn tracked(repository: &Repository, root: &Path) -> Vec<String> {
    let (Some(workdir), Ok(index)) = (repository.workdir().and_then(|dir| dir.canonicalize().ok()), repository.index()) else {
        return Vec::new();
    };
    let prefix = relative(&workdir, root);
    index
        .iter()
        .filter_map(|entry| String::from_utf8(entry.path).ok())
        .filter_map(|path| if prefix == "." { Some(path) } else { path.strip_prefix(&format!("{prefix}/")).map(str::to_owned) })
        .filter(|path| path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.eq_ignore_ascii_case(".git")))
        .collect()
}

/// An address without user name and password; `git@host:path` is kept, it holds neither.
fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}/{path}")
}

/// Commit and branch from the files of a repository that `libgit2` refuses.
fn by_hand(root: &Path) -> (Option<String>, Option<String>) {
    let Some(git) = root.ancestors().map(|folder| folder.join(".git")).find(|path| path.exists()) else { return (None, None) };
    let linked = first_line(&git).and_then(|line| line.strip_prefix("gitdir: ").map(PathBuf::from));
    let git = linked.map_or(git.clone(), |target| git.parent().map_or(target.clone(), |parent| parent.join(&target)));
    let Some(head) = first_line(&git.join("HEAD")) else { return (None, None) };
    let Some(reference) = head.strip_prefix("ref: ").map(str::to_owned) else { return (hash(&head), Some("detached".to_owned())) };
    let branch = reference.strip_prefix("refs/heads/").map(str::to_owned);
    if !reference.starts_with("refs/") || reference.split('/').any(|part| part == "..") {
        return (None, None);
    }
    let shared = first_line(&git.join("commondir")).map_or(git.clone(), |common| git.join(common));
    let loose = [&git, &shared].into_iter().find_map(|folder| first_line(&folder.join(&reference)));
    let packed = || {
        let text = head_of(&shared.join("packed-refs"), 16 << 20)?;
        text.lines().find_map(|line| line.strip_suffix(&reference)?.strip_suffix(' ').map(str::to_owned))
    };
    (loose.or_else(packed).and_then(|text| hash(&text)), branch)
}

fn hash(text: &str) -> Option<String> {
    (matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| text.to_ascii_lowercase())
}

fn first_line(path: &Path) -> Option<String> {
    head_of(path, 4096)?.lines().next().map(|line| line.trim_end().to_owned())
}

fn head_of(path: &Path, limit: u64) -> Option<String> {
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(limit).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn addresses_lose_their_credentials() {
        for (url, expected) in [
            ("https://bot:geheim@git.example.org/a/b.git", "https://git.example.org/a/b.git"),
            ("https://ghp_x@git.example.org/a?token=geheim", "https://git.example.org/a"),
            ("ssh://git@h:22/a", "ssh://h:22/a"),
            ("git@h:a/b.git", "git@h:a/b.git"),
        ] {
            assert_eq!(without_credentials(url), expected);
        }
    }

    #[test]
    fn the_commit_is_found_without_libgit2() {
        let folder = tempfile::tempdir().unwrap();
        let git = folder.path().join(".git");
        std::fs::create_dir_all(git.join("refs/heads")).unwrap();
        std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        assert_eq!(by_hand(folder.path()), (None, Some("main".to_owned())));
        std::fs::write(git.join("packed-refs"), format!("# pack-refs\n{COMMIT} refs/heads/main\n")).unwrap();
        assert_eq!(by_hand(folder.path()).0.as_deref(), Some(COMMIT));
        std::fs::write(git.join("refs/heads/main"), "not a hash").unwrap();
        assert_eq!(by_hand(folder.path()).0, None);
        std::fs::write(git.join("HEAD"), "ref: ../../../etc/passwd\n").unwrap();
        assert_eq!(by_hand(folder.path()), (None, None));
        std::fs::write(git.join("HEAD"), COMMIT).unwrap();
        assert_eq!(by_hand(folder.path()), (Some(COMMIT.to_owned()), Some("detached".to_owned())));
    }
}
