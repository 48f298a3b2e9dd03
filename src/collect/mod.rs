//! The only room that looks outside: each collector reads one kind of source and hands plain values to a [`Sink`].
//!
//! A collector never decides what a failure means. It writes one ledger row per read it tried, says what came of it and how much the
//! read can hide at most, and goes on. What leaves this room has been through [`redact`]: no value of a secret passes the sink.

pub mod document;
pub mod redact;
pub mod repository;

use crate::model::{Read, ReadRef, Resource, Source};
use chrono::{DateTime, Utc};
use std::path::PathBuf;

/// Where a collector puts what it saw. Calls come in a fixed order: the source, then each ledger row followed by its resources.
pub trait Sink {
    /// A source that is about to be read.
    fn source(&mut self, source: Source);
    /// A read that was tried. Gives the row's number, which goes into [`Resource::read`]; [`Read::seq`] of the argument is ignored.
    fn read(&mut self, read: Read) -> ReadRef;
    /// A resource, after redaction.
    fn resource(&mut self, resource: Resource);
}

/// Who is told how far a collector is. Called from several threads.
pub trait Progress: Sync {
    /// A stretch of work begins; `total` is in the same unit as [`Progress::advanced`], and unknown at first for some work.
    fn started(&self, what: &str, total: Option<u64>);
    /// So many more units are done.
    fn advanced(&self, by: u64);
}

/// Tells nobody.
impl Progress for () {
    fn started(&self, _what: &str, _total: Option<u64>) {}
    fn advanced(&self, _by: u64) {}
}

/// What reads one source.
pub trait Collector {
    /// Reads the whole source into the sink.
    ///
    /// `clock` gives the times of the ledger; nothing else depends on it.
    ///
    /// # Errors
    ///
    /// Only what makes the whole source unreadable because of how it was asked for: a path that does not exist, a glob that does
    /// not parse. Everything that goes wrong later is a ledger row.
    fn collect(&self, clock: &dyn Fn() -> DateTime<Utc>, progress: &dyn Progress, sink: &mut dyn Sink) -> Result<(), CollectError>;
}

/// Why a source could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The path is not there, or may not be looked at.
    #[error("cannot read {}: {reason}", path.display())]
    Path {
        /// As the user gave it.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// An exclude pattern is no glob.
    #[error("exclude pattern '{pattern}' is not a glob: {reason}")]
    Exclude {
        /// As the user gave it.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A table this program carries does not load: a mistake of ours, never of the user's files.
    #[error("built-in table {table} is broken: {reason}")]
    Table {
        /// Its file name.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// A sink that keeps everything in memory: for single texts, and for tests.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Sources, in the order seen.
    pub sources: Vec<Source>,
    /// Ledger rows, numbered from one.
    pub reads: Vec<Read>,
    /// Resources, in the order seen.
    pub resources: Vec<Resource>,
}

impl Sink for Gathered {
    fn source(&mut self, source: Source) {
        self.sources.push(source);
    }

    fn read(&mut self, mut read: Read) -> ReadRef {
        let number = ReadRef::try_from(self.reads.len() + 1).unwrap_or(ReadRef::MAX);
        read.seq = number;
        self.reads.push(read);
        number
    }

    fn resource(&mut self, resource: Resource) {
        self.resources.push(resource);
    }
}
