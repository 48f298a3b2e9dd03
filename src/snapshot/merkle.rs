//! Hash trees: one root that changes when any row changes, is added or is lost.

use crate::model::Hash;
use rayon::prelude::*;
use serde::Serialize;

/// Pairs that one worker hashes in a row.
const PAIRS: usize = 2048;
/// Rows that one worker hashes in a row.
const CHUNK: usize = 256;

/// Appends what the hash of a row is over: its fields as a JSON array, behind a byte that no inner node begins with.
pub(super) fn write_row(bytes: &mut Vec<u8>, fields: &impl Serialize) {
    bytes.push(0);
    // Rows are made of text, numbers and lists of them, which JSON can always say.
    let written = serde_json::to_writer(bytes, fields);
    debug_assert!(written.is_ok());
}

/// The hash of a row.
pub(super) fn leaf(fields: &impl Serialize) -> Hash {
    let mut bytes = Vec::with_capacity(512);
    write_row(&mut bytes, fields);
    Hash::of(&bytes)
}

/// Rows that are hashed together, on all cores: what their hashes are over, one behind the other.
#[derive(Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    /// Where each row ends; `false` for one that could not be written.
    ends: Vec<(usize, bool)>,
}

impl Batch {
    /// Rows that fill it.
    pub(super) const FULL: usize = 8192;

    /// Adds a row by what [`write_row`] writes.
    pub(super) fn push<E>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        let written = write(&mut self.bytes);
        self.ends.push((self.bytes.len(), written.is_ok()));
        written
    }

    pub(super) fn is_full(&self) -> bool {
        self.ends.len() >= Self::FULL
    }

    /// The hashes of its rows, in order; `None` for one that could not be written. Empties it.
    pub(super) fn hashes(&mut self) -> Vec<Option<Hash>> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        let rows: Vec<Option<&[u8]>> =
            begins.zip(&self.ends).map(|(begin, (end, written))| self.bytes.get(begin..*end).filter(|_| *written)).collect();
        let hashes = rows.par_iter().with_min_len(CHUNK).map(|row| row.map(Hash::of)).collect();
        self.bytes.clear();
        self.ends.clear();
        hashes
    }
}

/// The root over leaves in order. An odd one moves up as it is; the number of leaves is hashed in, so that no two lists share a root.
pub(super) fn root(leaves: &[Hash]) -> Hash {
    let above = |level: &[Hash]| -> Vec<Hash> { level.par_chunks(2).with_min_len(PAIRS).map(pair).collect() };
    let mut level = Vec::new();
    if leaves.len() > 1 {
        level = above(leaves);
    }
    while level.len() > 1 {
        level = above(&level);
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[2]);
    hasher.update(&u64::try_from(leaves.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(level.first().or(leaves.first()).map_or(&[0; 32], |hash| &hash.0));
    Hash(*hasher.finalize().as_bytes())
}

/// The node over one or two.
fn pair(pair: &[Hash]) -> Hash {
    match pair {
        [left, right] => {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&[1]);
            hasher.update(&left.0);
            hasher.update(&right.0);
            Hash(*hasher.finalize().as_bytes())
        }
        [single] => *single,
        _ => Hash::of(b""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_change_of_the_list_changes_the_root() {
        let leaves: Vec<Hash> = (0..7).map(|n| leaf(&json!([n]))).collect();
        let whole = root(&leaves);
        assert_eq!(whole, root(&leaves.clone()));
        for n in 0..7 {
            let mut fewer = leaves.clone();
            fewer.remove(n);
            assert_ne!(root(&fewer), whole, "leaf {n} lost");
            let mut other = leaves.clone();
            other[n] = leaf(&json!(["x"]));
            assert_ne!(root(&other), whole, "leaf {n} changed");
        }
        let mut swapped = leaves.clone();
        swapped.swap(0, 6);
        assert_ne!(root(&swapped), whole);
        assert_ne!(root(&[]), root(&[leaf(&json!([]))]));
    }

    #[test]
    fn an_odd_leaf_cannot_be_passed_off_as_a_pair() {
        let (a, b) = (leaf(&json!([1])), leaf(&json!([2])));
        assert_ne!(root(&[a, b, b]), root(&[a, b]));
    }
}
