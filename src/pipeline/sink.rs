//! Carries what collectors see into the snapshot's writer.

use crate::collect::Sink;
use crate::model::{Read, ReadRef, Resource, SnapshotInfo, Source};
use crate::snapshot::{SnapshotError, Writer};

/// What a run saw, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Resources.
    pub resources: u64,
    /// Reads tried.
    pub reads: u64,
    /// Reads that were not complete.
    pub incomplete: u64,
}

/// A collector's calls cannot fail, a database's can: the first failure is kept and ends the run at [`SnapshotSink::seal`].
pub(super) struct SnapshotSink<'db> {
    writer: Writer<'db>,
    summary: Summary,
    failure: Option<SnapshotError>,
}

impl<'db> SnapshotSink<'db> {
    pub(super) fn new(writer: Writer<'db>) -> Self {
        Self { writer, summary: Summary::default(), failure: None }
    }

    pub(super) fn seal(self) -> Result<(SnapshotInfo, Summary), SnapshotError> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok((self.writer.seal()?, self.summary)),
        }
    }

    fn keep<T>(&mut self, result: Result<T, SnapshotError>) -> Option<T> {
        result
            .map_err(|error| {
                self.failure.get_or_insert(error);
            })
            .ok()
    }
}

impl Sink for SnapshotSink<'_> {
    fn source(&mut self, source: Source) {
        let result = self.writer.source(&source);
        self.keep(result);
    }

    fn read(&mut self, read: Read) -> ReadRef {
        self.summary.reads += 1;
        self.summary.incomplete += u64::from(!read.outcome.is_complete());
        let result = self.writer.read(read);
        self.keep(result).unwrap_or(0)
    }

    fn resource(&mut self, resource: Resource) {
        self.summary.resources += 1;
        let result = self.writer.resource(&resource);
        self.keep(result);
    }
}
