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
