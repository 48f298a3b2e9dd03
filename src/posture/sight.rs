//! Whether a snapshot could have seen something that it does not hold: law 1 for history. What nobody looked at is neither gone nor mended.

use crate::model::{KindRef, Read, ResourceRef, Source};
use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why a snapshot says nothing about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blind {
    /// The snapshot did not look at the source.
    SourceNotScanned,
    /// A read that would have shown it was not complete.
    ReadIncomplete,
    /// No complete read of the source shows this kind.
    KindNotRead,
    /// The run left its file out.
    Excluded,
    /// The evaluation did not run the control.
    ControlNotRun,
}

/// That a snapshot could not see something, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSeen {
    /// For programs.
    pub reason: Blind,
    /// For people.
    pub words: String,
}

impl NotSeen {
    /// The evaluation did not run the control.
    #[must_use]
    pub fn control(id: &str) -> Self {
        Self { reason: Blind::ControlNotRun, words: format!("the control {id} was not run") }
    }
}

/// A read known by what it asks, so that the ledgers of two snapshots can be compared. Parameters of a file's read describe the file.
type Key<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>, &'a str);

fn key(read: &Read) -> Key<'_> {
    let parameters = read.file.is_none().then(|| read.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect());
    (&read.source, &read.operation, parameters.unwrap_or_default(), read.file.as_deref().unwrap_or_default())
}

/// What one ledger could see.
#[derive(Debug)]
pub struct Sight<'a> {
    sources: BTreeSet<&'a str>,
    incomplete: Vec<&'a Read>,
    complete: BTreeSet<Key<'a>>,
    /// Kinds of the complete reads of each source; an empty list is any kind.
    shown: BTreeMap<&'a str, BTreeSet<&'a [KindRef]>>,
    /// Globs that the run left out, by source.
    excluded: BTreeMap<&'a str, (&'a str, GlobSet)>,
}

impl<'a> Sight<'a> {
    /// Reads a ledger.
    #[must_use]
    pub fn new(sources: &'a [Source], reads: &'a [Read]) -> Self {
        let mut sight = Self {
            sources: sources.iter().map(|source| source.name.as_str()).collect(),
            incomplete: reads.iter().filter(|read| read.hides()).collect(),
            complete: BTreeSet::new(),
            shown: BTreeMap::new(),
            excluded: BTreeMap::new(),
        };
        for read in reads {
            if read.outcome.is_complete() {
                sight.complete.insert(key(read));
                sight.shown.entry(&read.source).or_default().insert(&read.kinds);
            }
            if let Some((_, globs)) = read.parameters.iter().find(|(name, _)| name == "exclude") {
                let mut set = GlobSetBuilder::new();
                globs.split(", ").filter_map(|glob| Glob::new(glob).ok()).for_each(|glob| {
                    set.add(glob);
                });
                if let Ok(set) = set.build() {
                    sight.excluded.insert(&read.source, (globs, set));
                }
            }
        }
        sight
    }

    /// Whether this ledger would have shown a resource that another snapshot holds; `read` is the read that gave it there.
    ///
    /// # Errors
    ///
    /// Why it would not.
    pub fn check(&self, resource: &ResourceRef, read: Option<&Read>) -> Result<(), NotSeen> {
        let no = |reason, words| Err(NotSeen { reason, words });
        if !self.sources.contains(resource.source.as_str()) {
            return no(Blind::SourceNotScanned, format!("the source {} was not scanned", resource.source));
        }
        // A finding about something unread stands for any kind.
        let stand_in = resource.id.starts_with(&format!("{}/unread/", resource.source));
        let kind = KindRef::new(&resource.kind, &resource.group);
        let shows = |kinds: &[KindRef]| stand_in || kinds.is_empty() || kinds.contains(&kind);
        let own = read.map(key);
        for hiding in self.incomplete.iter().filter(|hiding| hiding.source == resource.source && shows(&hiding.kinds)) {
            let same = own.as_ref() == Some(&key(hiding));
            let hidden = same
                || match &hiding.file {
                    Some(file) => resource.file.as_deref().is_some_and(|seen| is_below(seen, file)),
                    // The whole source may be short of something, but not of what its own complete read gave.
                    None => !own.as_ref().is_some_and(|own| self.complete.contains(own)),
                };
            if hidden {
                let place = hiding.file.as_deref().map(|file| format!(" {file}")).unwrap_or_default();
                let error = hiding.error.as_deref().map(|error| format!(": {error}")).unwrap_or_default();
                return no(Blind::ReadIncomplete, format!("{}{place}: {}{error}", hiding.operation, hiding.outcome.as_str()));
            }
        }
        if !self.shown.get(resource.source.as_str()).is_some_and(|kinds| kinds.iter().any(|kinds| shows(kinds))) {
            return no(Blind::KindNotRead, format!("no complete read of {} shows a {kind}", resource.source));
        }
        match (&resource.file, self.excluded.get(resource.source.as_str())) {
            (Some(file), Some((globs, set))) if set.is_match(file) => {
                no(Blind::Excluded, format!("{file} was left out by the exclude patterns {globs}"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a path is the other one or lies below it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::model::{Outcome, SourceKind};
    use chrono::DateTime;

    fn source() -> Vec<Source> {
        vec![Source { kind: SourceKind::Kubernetes, name: "s".into(), details: Vec::new() }]
    }

    fn read(operation: &str, file: Option<&str>, outcome: Outcome, kinds: &[&str]) -> Read {
        Read {
            seq: 0,
            source: "s".into(),
            operation: operation.into(),
            parameters: Vec::new(),
            identity: String::new(),
            started_at: DateTime::default(),
            ended_at: DateTime::default(),
            pages: 1,
            items: 0,
            outcome,
            error: None,
            file: file.map(str::to_owned),
            line: None,
            kinds: kinds.iter().map(|kind| KindRef::parse(kind)).collect(),
            may_hide: if outcome.is_complete() { Some(0) } else { None },
        }
    }

    fn pod(file: Option<&str>) -> ResourceRef {
        ResourceRef {
            source: "s".into(),
            kind: "Pod".into(),
            group: String::new(),
            namespace: "shop".into(),
            name: "web".into(),
            id: format!("s/core/Pod/shop/web@{}:1", file.unwrap_or_default()),
            file: file.map(str::to_owned),
            line: None,
        }
    }

    fn why(reads: &[Read], resource: &ResourceRef, own: Option<&Read>) -> Option<Blind> {
        Sight::new(&source(), reads).check(resource, own).err().map(|why| why.reason)
    }

    const WALK: &str = "walk tree";
    const FILE: &str = "read file";

    #[test]
    fn a_complete_walk_sees_that_a_file_is_gone() {
        let own = read(FILE, Some("a/b.yaml"), Outcome::Complete, &[]);
        let seen = |more: Read| why(&[read(WALK, None, Outcome::Complete, &[]), more], &pod(Some("a/b.yaml")), Some(&own));
        assert_eq!(seen(read(FILE, Some("a/c.yaml"), Outcome::Complete, &[])), None);
        assert_eq!(seen(read(FILE, Some("a/c.yaml"), Outcome::Failed, &[])), None, "another file hides nothing of this one");
        assert_eq!(seen(read(FILE, Some("a/b.yaml"), Outcome::Failed, &[])), Some(Blind::ReadIncomplete));
        assert_eq!(seen(read("read document", Some("a/b.yaml"), Outcome::Failed, &[])), Some(Blind::ReadIncomplete), "one document of it");
        assert_eq!(seen(read("read folder", Some("a"), Outcome::Denied, &[])), Some(Blind::ReadIncomplete), "a folder above it");
        assert_eq!(seen(read("read folder", Some("a/b"), Outcome::Denied, &[])), None, "a folder with a similar name");
    }

    #[test]
    fn a_gap_of_the_whole_source_hides_all_but_what_was_read_itself() {
        let own = read(FILE, Some("b.yaml"), Outcome::Complete, &[]);
        let cut = read(WALK, None, Outcome::Truncated, &[]);
        assert_eq!(
            why(&[cut.clone(), read(FILE, Some("c.yaml"), Outcome::Complete, &[])], &pod(Some("b.yaml")), Some(&own)),
            Some(Blind::ReadIncomplete)
        );
        assert_eq!(why(&[cut, own.clone()], &pod(Some("b.yaml")), Some(&own)), None);
    }

    #[test]
    fn live_kinds_are_seen_by_reads_of_their_kind_alone() {
        let own = read("list pods", None, Outcome::Complete, &["Pod"]);
        let pods = |outcome| read("list pods", None, outcome, &["Pod"]);
        let services = |outcome| read("list services", None, outcome, &["Service"]);
        assert_eq!(why(&[pods(Outcome::Complete), services(Outcome::Denied)], &pod(None), Some(&own)), None);
        assert_eq!(why(&[pods(Outcome::Denied), services(Outcome::Complete)], &pod(None), Some(&own)), Some(Blind::ReadIncomplete));
        assert_eq!(why(&[services(Outcome::Complete)], &pod(None), Some(&own)), Some(Blind::KindNotRead));
        assert_eq!(why(&[], &pod(None), Some(&own)), Some(Blind::KindNotRead), "a source without a complete read was not looked at");
        let elsewhere = ResourceRef { source: "other".into(), ..pod(None) };
        assert_eq!(why(&[pods(Outcome::Complete)], &elsewhere, None), Some(Blind::SourceNotScanned));
    }

    #[test]
    fn excluded_files_are_not_seen() {
        let mut walk = read(WALK, None, Outcome::Complete, &[]);
        walk.parameters = vec![("exclude".into(), "charts/**, tmp/*".into())];
        assert_eq!(why(&[walk.clone()], &pod(Some("charts/web/a.yaml")), None), Some(Blind::Excluded));
        assert_eq!(why(&[walk], &pod(Some("deploy/a.yaml")), None), None);
    }
}
