//! Lists of rows, stored as runs: `count` rows from `first` on.

use super::SnapshotError;
use crate::model::Hash;
use rusqlite::Connection;
use std::ops::Range;

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

/// The rows of a list without their order: runs that neither touch nor overlap, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Members(Vec<Range<i64>>);

impl Members {
    /// Reads the runs of a list.
    pub(super) fn load(connection: &Connection, table: &str, owner: &str, id: i64) -> Result<Self, SnapshotError> {
        let sql = format!("SELECT first, count FROM {table} WHERE {owner} = ? ORDER BY first");
        let mut statement = connection.prepare_cached(&sql)?;
        let runs = statement.query_map([id], |row| {
            let (first, count): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(first..first.saturating_add(count))
        })?;
        let mut members = Self::default();
        for run in runs {
            members.add(run?);
        }
        Ok(members)
    }

    /// Adds a run that begins nowhere before the last one.
    fn add(&mut self, run: Range<i64>) {
        match self.0.last_mut() {
            Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
            _ => self.0.push(run),
        }
    }

    /// Those that another list does not have.
    pub(super) fn without(&self, other: &Self) -> Self {
        let mut rest = Self::default();
        let mut others = other.0.iter().peekable();
        for run in &self.0 {
            let mut from = run.start;
            while from < run.end {
                match others.peek() {
                    Some(hole) if hole.end <= from => drop(others.next()),
                    Some(hole) if hole.start < run.end => {
                        if hole.start > from {
                            rest.add(from..hole.start);
                        }
                        from = hole.end;
                    }
                    _ => {
                        rest.add(from..run.end);
                        from = run.end;
                    }
                }
            }
        }
        rest
    }

    /// Whether a row is among them.
    pub(super) fn contains(&self, row: i64) -> bool {
        let after = self.0.partition_point(|run| run.start <= row);
        after.checked_sub(1).and_then(|index| self.0.get(index)).is_some_and(|run| run.contains(&row))
    }

    /// The runs.
    pub(super) fn runs(&self) -> impl Iterator<Item = &Range<i64>> {
        self.0.iter()
    }

    /// The rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(Clone::clone)
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

    #[test]
    fn what_one_list_has_and_the_other_has_not() {
        let of = |bits: u32| {
            let mut members = Members::default();
            (0..12).filter(|bit| bits >> bit & 1 == 1).for_each(|row| members.add(row..row + 1));
            members
        };
        for (a, b) in (0..4000).step_by(7).zip((0..4096).rev().step_by(5)) {
            assert_eq!(of(a).without(&of(b)), of(a & !b), "{a:b} without {b:b}");
            assert_eq!(of(a).rows().count(), a.count_ones() as usize);
            assert!((-1..13).all(|row| of(a).contains(row) == (row >= 0 && a >> row & 1 == 1)));
        }
    }
}
