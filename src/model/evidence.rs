//! Names of sealed things: hashes, snapshots, evaluations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A BLAKE3 hash, printed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The hash of named texts in order, each part with its length before it so that no two lists run together.
    #[must_use]
    pub fn of_files<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for (name, text) in files {
            for part in [name, text] {
                hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The first twelve digits, enough for people to compare.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }

    /// Reads 64 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|h| Self(*h.as_bytes()))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a BLAKE3 hash of 64 hexadecimal digits"))
    }
}

/// Number of a snapshot within its database, counted from one.
pub type SnapshotId = i64;
/// Number of an evaluation within its database, counted from one.
pub type EvaluationId = i64;

/// What a sealed snapshot says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotInfo {
    /// Its number.
    pub id: SnapshotId,
    /// When the run began: the only "now" that evaluation and rendering know.
    pub taken_at: DateTime<Utc>,
    /// `system` for the machine's clock, `SOURCE_DATE_EPOCH` when the time was given from outside; printed in every report.
    pub clock: String,
    /// Version of Assize that collected it.
    pub tool_version: String,
    /// Merkle root over documents, ledger and scope.
    pub root: Hash,
    /// Root of the snapshot sealed before it in the same database.
    pub previous_root: Option<Hash>,
    /// Number of resources.
    pub resources: u64,
    /// Number of ledger rows.
    pub reads: u64,
    /// Whether its resources were removed by retention. Everything else remains, so that the chain can be checked.
    pub pruned: bool,
}
