//! What a snapshot could have seen, asked of its ledger: the database's side of [`crate::posture::lives::Witness`].

use super::PipelineError;
use super::lives::Current;
use crate::model::{Read, ReadKey, SnapshotId};
use crate::posture::lives::Witness;
use crate::posture::{NotSeen, Sight};
use crate::snapshot::{Database, FindingPlace, Inventory, OwnScan};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What is remembered from one snapshot to the next.
pub(super) struct Memory<'db> {
    database: &'db Database,
    inventory: Inventory<'db>,
    /// Findings that were held once: the row they had last, and the last snapshot that held them.
    left: HashMap<Arc<str>, (i64, SnapshotId)>,
    /// Places of rows.
    places: HashMap<i64, Arc<FindingPlace>>,
    /// Reads that gave findings, by the snapshot that held them last.
    reads: HashMap<(SnapshotId, ReadKey), Option<Arc<Read>>>,
}

/// What a snapshot looked at and an evaluation ran, as far as it was asked.
struct Scanned {
    scan: OwnScan,
    /// Its sources, and those that may hide something.
    looked_at: Option<(BTreeSet<String>, BTreeSet<String>)>,
    ran: HashMap<String, bool>,
}

/// One snapshot as a witness.
pub(super) struct Look<'db, 'a> {
    memory: &'a mut Memory<'db>,
    current: &'a Current,
    this: Scanned,
    before: Option<Scanned>,
}

impl<'db> Memory<'db> {
    pub(super) fn new(database: &'db Database) -> Self {
        let inventory = database.inventory();
        Self { database, inventory, left: HashMap::new(), places: HashMap::new(), reads: HashMap::new() }
    }

    /// A finding is not held any more.
    pub(super) fn left(&mut self, fingerprint: &Arc<str>, row: i64, last: SnapshotId) {
        self.left.insert(Arc::clone(fingerprint), (row, last));
    }

    /// The witness of a scan; `current` is what its evaluation holds.
    pub(super) fn look<'a>(&'a mut self, scan: OwnScan, before: Option<OwnScan>, current: &'a Current) -> Look<'db, 'a> {
        let of = |scan| Scanned { scan, looked_at: None, ran: HashMap::new() };
        Look { memory: self, current, this: of(scan), before: before.map(of) }
    }

    fn place(&mut self, row: i64) -> Result<Arc<FindingPlace>, PipelineError> {
        if let Some(place) = self.places.get(&row) {
            return Ok(Arc::clone(place));
        }
        let place = Arc::new(self.database.finding_place(row)?);
        self.places.insert(row, Arc::clone(&place));
        Ok(place)
    }

    fn read(&mut self, snapshot: SnapshotId, key: ReadKey) -> Result<Option<Arc<Read>>, PipelineError> {
        if let Some(read) = self.reads.get(&(snapshot, key)) {
            return Ok(read.clone());
        }
        let read = self.database.read_named(snapshot, key)?.map(Arc::new);
        self.reads.insert((snapshot, key), read.clone());
        Ok(read)
    }
}

impl Scanned {
    fn ran(&mut self, database: &Database, control: &str) -> Result<bool, PipelineError> {
        if let Some(ran) = self.ran.get(control) {
            return Ok(*ran);
        }
        let ran = database.ran(self.scan.evaluation, control)?;
        self.ran.insert(control.to_owned(), ran);
        Ok(ran)
    }

    fn looked(&mut self, memory: &mut Memory<'_>, place: &FindingPlace) -> Result<bool, PipelineError> {
        let snapshot = self.scan.snapshot;
        let looked_at = match self.looked_at.take() {
            Some(known) => known,
            None => memory.database.looked_at(snapshot)?,
        };
        let (sources, hiding) = self.looked_at.insert(looked_at);
        if !sources.contains(&place.resource.source)
            || (hiding.contains(&place.resource.source) && !memory.inventory.holds(snapshot, &place.resource)?)
        {
            return Ok(false);
        }
        self.ran(memory.database, &place.control)
    }
}

impl Witness for Look<'_, '_> {
    type Error = PipelineError;

    fn blind(&mut self, absent: &BTreeSet<Arc<str>>) -> Result<BTreeMap<Arc<str>, NotSeen>, PipelineError> {
        let Self { memory, this, .. } = self;
        let snapshot = this.scan.snapshot;
        let (sources, reads) = memory.database.ledger(snapshot)?;
        let sight = Sight::new(&sources, &reads);
        let mut blind = BTreeMap::new();
        for fingerprint in absent {
            let Some((row, last)) = memory.left.get(fingerprint).copied() else { continue };
            let place = memory.place(row)?;
            if !this.ran(memory.database, &place.control)? {
                blind.insert(Arc::clone(fingerprint), NotSeen::control(&place.control));
                continue;
            }
            let read = match place.read {
                Some(key) => memory.read(last, key)?,
                None => None,
            };
            if let Err(why) = sight.check(&place.resource, read.as_deref())
                // A resource that is there was judged, wherever it was read.
                && !memory.inventory.holds(snapshot, &place.resource)?
            {
                blind.insert(Arc::clone(fingerprint), why);
            }
        }
        Ok(blind)
    }

    fn looked(&mut self, fingerprint: &str) -> Result<bool, PipelineError> {
        let Some((row, _)) = self.memory.left.get(fingerprint).copied() else { return Ok(false) };
        let place = self.memory.place(row)?;
        self.this.looked(self.memory, &place)
    }

    fn looked_before(&mut self, fingerprint: &str) -> Result<bool, PipelineError> {
        let (Some(row), Some(before)) = (self.current.row(fingerprint), &mut self.before) else { return Ok(false) };
        let place = self.memory.place(row)?;
        before.looked(self.memory, &place)
    }
}
