//! Lists of rows, stored as runs: `count` rows from `first` on.

use crate::model::Hash;

/// Rows that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// Number of its first member in the list, counted from one.
    pub(super) seq: i64,
    /// Number of the first row in its table.
    pub(super) first: i64,
    /// How many.
    pub(super) count: i64,
    /// Beginning of a hash over all of this and the rows' own hashes.
    pub(super) mark: i64,
}

/// Joins rows to runs as they come.
#[derive(Default)]
pub(super) struct Runs {
    seq: i64,
    open: Option<(i64, i64, i64, blake3::Hasher)>,
}

impl Runs {
    /// A list whose next member has this number.
    pub(super) fn starting_at(seq: i64) -> Self {
        Self { seq: seq.saturating_sub(1), open: None }
    }

    /// Adds a row. Gives the run before it, when the row does not continue it.
    pub(super) fn push(&mut self, row: i64, leaf: Hash) -> Option<Run> {
        self.seq += 1;
        if let Some((_, first, count, hasher)) = &mut self.open
            && *first + *count == row
        {
            *count += 1;
            hasher.update(&leaf.0);
            return None;
        }
        let done = self.finish();
        let mut hasher = blake3::Hasher::new();
        hasher.update(&leaf.0);
        self.open = Some((self.seq, row, 1, hasher));
        done
    }

    /// The last run.
    pub(super) fn finish(&mut self) -> Option<Run> {
        let (seq, first, count, mut hasher) = self.open.take()?;
        for number in [seq, first, count] {
            hasher.update(&number.to_le_bytes());
        }
        Some(Run { seq, first, count, mark: mark(Hash(*hasher.finalize().as_bytes())) })
    }
}

/// The beginning of a hash as a number.
pub(super) fn mark(hash: Hash) -> i64 {
    let Hash(bytes) = hash;
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_follow_each_other_are_one_run() {
        let mut runs = Runs::default();
        let mut done: Vec<Run> = [4, 5, 6, 2, 3, 9].into_iter().filter_map(|row| runs.push(row, Hash::of(b"x"))).collect();
        done.extend(runs.finish());
        let shape: Vec<(i64, i64, i64)> = done.iter().map(|run| (run.seq, run.first, run.count)).collect();
        assert_eq!(shape, [(1, 4, 3), (4, 2, 2), (6, 9, 1)]);
        assert_eq!(runs.finish(), None);
    }
}
