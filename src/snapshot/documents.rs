//! Documents: stored once per content hash, packed by zstd with a dictionary that was trained on their like.
//!
//! Two manifests have most of their words in common and each is too small to be packed well alone: a dictionary holds those words once.

use super::SnapshotError;
use crate::model::Hash;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// zstd level: 3 is the library's default and costs less than reading the document did.
const LEVEL: i32 = 3;
/// Text that is gathered before a dictionary is trained on it.
const SAMPLE: usize = 4 << 20;
/// Below this much new text a dictionary costs more than it saves.
const WORTHWHILE: usize = 512 << 10;
/// Size of a dictionary, bytes: zstd's own default.
const DICTIONARY: usize = 110 << 10;
/// A new dictionary replaces the one in use when it packs the sample to less than this share of what that one gives, itself included.
const BETTER: f64 = 0.85;

/// The dictionaries of a database, by number.
#[derive(Debug, Default)]
pub(super) struct Dictionaries(BTreeMap<i64, Vec<u8>>);

impl Dictionaries {
    pub(super) fn load(connection: &Connection) -> Result<Self, SnapshotError> {
        let mut statement = connection.prepare("SELECT id, body FROM dictionaries ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }
}

/// Unpacks documents; one per thread, for making one costs more than using it.
pub struct Unpacker {
    dictionaries: Arc<Dictionaries>,
    ready: BTreeMap<Option<i64>, zstd::bulk::Decompressor<'static>>,
}

/// A document as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    pub(super) body: Vec<u8>,
    pub(super) size: usize,
    pub(super) dictionary: Option<i64>,
}

impl Unpacker {
    pub(super) fn new(dictionaries: &Arc<Dictionaries>) -> Self {
        Self { dictionaries: Arc::clone(dictionaries), ready: BTreeMap::new() }
    }

    /// The text; an error in words when the stored bytes do not give it.
    pub(super) fn unpack(&mut self, packed: &Packed) -> Result<Vec<u8>, String> {
        let decompressor = match self.ready.entry(packed.dictionary) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let made = match packed.dictionary {
                    None => zstd::bulk::Decompressor::new(),
                    Some(id) => match self.dictionaries.0.get(&id) {
                        Some(body) => zstd::bulk::Decompressor::with_dictionary(body),
                        None => return Err(format!("dictionary {id} is gone")),
                    },
                };
                entry.insert(made.map_err(|error| error.to_string())?)
            }
        };
        // The size is stored beside the body, so a changed one must not be believed: the frame itself says how much it gives.
        let frame = zstd::zstd_safe::get_frame_content_size(&packed.body).ok().flatten();
        if frame != u64::try_from(packed.size).ok() {
            return Err("the packed bytes do not have the length that was stored".to_owned());
        }
        decompressor.decompress(&packed.body, packed.size).map_err(|error| error.to_string())
    }
}

/// Adds documents to a database. A few are held back until a dictionary can be trained on them; [`Packer::finish`] stores those.
pub(super) struct Packer {
    next: i64,
    dictionary: Option<i64>,
    compressor: zstd::bulk::Compressor<'static>,
    /// Documents of this run by hash.
    known: HashMap<Hash, i64>,
    held: Vec<(i64, Hash, String)>,
    held_bytes: usize,
    trained: bool,
}

impl Packer {
    pub(super) fn new(connection: &Connection) -> Result<Self, SnapshotError> {
        let next: i64 = connection.query_row("SELECT coalesce(max(id), 0) + 1 FROM documents", [], |row| row.get(0))?;
        let newest: Option<(i64, Vec<u8>)> = connection
            .query_row("SELECT id, body FROM dictionaries ORDER BY id DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(Self {
            next,
            dictionary: newest.as_ref().map(|(id, _)| *id),
            compressor: compressor(newest.as_ref().map(|(_, body)| body.as_slice()))?,
            known: HashMap::new(),
            held: Vec::new(),
            held_bytes: 0,
            trained: false,
        })
    }

    /// The number of a document, which is stored if it is new.
    pub(super) fn add(&mut self, connection: &Connection, hash: Hash, text: &str) -> Result<i64, SnapshotError> {
        if let Some(id) = self.known.get(&hash) {
            return Ok(*id);
        }
        let stored: Option<i64> =
            connection.prepare_cached("SELECT id FROM documents WHERE hash = ?")?.query_row([hash.0], |row| row.get(0)).optional()?;
        let id = stored.unwrap_or(self.next);
        self.known.insert(hash, id);
        if stored.is_some() {
            return Ok(id);
        }
        self.next += 1;
        if self.trained {
            self.store(connection, id, hash, text)?;
            return Ok(id);
        }
        self.held.push((id, hash, text.to_owned()));
        self.held_bytes += text.len();
        if self.held_bytes >= SAMPLE {
            self.finish(connection)?;
        }
        Ok(id)
    }

    /// Stores what was held back.
    pub(super) fn finish(&mut self, connection: &Connection) -> Result<(), SnapshotError> {
        if !self.trained && self.held_bytes >= WORTHWHILE {
            self.train(connection)?;
        }
        self.trained = true;
        for (id, hash, text) in std::mem::take(&mut self.held) {
            self.store(connection, id, hash, &text)?;
        }
        Ok(())
    }

    fn store(&mut self, connection: &Connection, id: i64, hash: Hash, text: &str) -> Result<(), SnapshotError> {
        let body = self.compressor.compress(text.as_bytes()).map_err(packing)?;
        connection.prepare_cached("INSERT INTO documents (id, hash, size, dictionary, body) VALUES (?, ?, ?, ?, ?)")?.execute(params![
            id,
            hash.0,
            i64::try_from(text.len()).unwrap_or(i64::MAX),
            self.dictionary,
            body
        ])?;
        Ok(())
    }

    /// Trains a dictionary on the held documents, and takes it if it is enough better than the one in use.
    fn train(&mut self, connection: &Connection) -> Result<(), SnapshotError> {
        let sizes: Vec<usize> = self.held.iter().map(|(_, _, text)| text.len()).collect();
        let sample: Vec<u8> = self.held.iter().flat_map(|(_, _, text)| text.bytes()).collect();
        let most = DICTIONARY.min(self.held_bytes / 10);
        // A sample that has nothing in common gives no dictionary: then none is used.
        let Ok(body) = zstd::dict::from_continuous(&sample, &sizes, most) else { return Ok(()) };
        let mut trained = compressor(Some(&body))?;
        let packed = |with: &mut zstd::bulk::Compressor<'static>| -> Result<usize, SnapshotError> {
            let mut total = 0;
            for (_, _, text) in &self.held {
                total += with.compress(text.as_bytes()).map_err(packing)?.len();
            }
            Ok(total)
        };
        let (before, after) = (packed(&mut self.compressor)?, packed(&mut trained)? + body.len());
        #[allow(clippy::cast_precision_loss)]
        if after as f64 >= before as f64 * BETTER {
            return Ok(());
        }
        connection.execute("INSERT OR IGNORE INTO dictionaries (hash, body) VALUES (?, ?)", params![Hash::of(&body).0, body])?;
        self.dictionary = Some(connection.query_row("SELECT id FROM dictionaries WHERE hash = ?", [Hash::of(&body).0], |row| row.get(0))?);
        self.compressor = trained;
        Ok(())
    }
}

fn compressor(dictionary: Option<&[u8]>) -> Result<zstd::bulk::Compressor<'static>, SnapshotError> {
    match dictionary {
        Some(body) => zstd::bulk::Compressor::with_dictionary(LEVEL, body),
        None => zstd::bulk::Compressor::new(LEVEL),
    }
    .map_err(packing)
}

pub(super) fn packing(error: std::io::Error) -> SnapshotError {
    SnapshotError::Damaged(format!("zstd: {error}"))
}

/// Packs a text that stands alone.
pub(super) fn pack(text: &[u8]) -> Result<Vec<u8>, SnapshotError> {
    zstd::bulk::compress(text, LEVEL).map_err(packing)
}

/// Unpacks what [`pack`] packed; `None` when the bytes do not give it.
pub(super) fn unpack(body: &[u8]) -> Option<Vec<u8>> {
    let size = zstd::zstd_safe::get_frame_content_size(body).ok().flatten()?;
    zstd::bulk::decompress(body, usize::try_from(size).ok()?).ok()
}
