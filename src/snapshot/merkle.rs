//! Hash trees: one root that changes when any row changes, is added or is lost.

use crate::model::Hash;
use serde::Serialize;

/// The hash of a row: its fields as a JSON array, behind a byte that no inner node begins with.
pub(super) fn leaf(fields: &impl Serialize) -> Hash {
    let mut bytes = Vec::with_capacity(512);
    bytes.push(0);
    // Rows are made of text, numbers and lists of them, which JSON can always say.
    let written = serde_json::to_writer(&mut bytes, fields);
    debug_assert!(written.is_ok());
    Hash::of(&bytes)
}

/// The root over leaves in order. An odd one moves up as it is; the number of leaves is hashed in, so that no two lists share a root.
pub(super) fn root(leaves: &[Hash]) -> Hash {
    let mut level: Vec<Hash> = leaves.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    let mut hasher = blake3::Hasher::new();
                    hasher.update(&[1]);
                    hasher.update(&left.0);
                    hasher.update(&right.0);
                    Hash(*hasher.finalize().as_bytes())
                }
                [single] => *single,
                _ => Hash::of(b""),
            })
            .collect();
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[2]);
    hasher.update(&u64::try_from(leaves.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(level.first().map_or(&[0; 32], |hash| &hash.0));
    Hash(*hasher.finalize().as_bytes())
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
