//! The ledger: one row per read that was tried, whatever came of it.

use super::{Hash, KindRef};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// What came of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything asked for was read.
    Complete,
    /// The source answered that the thing does not exist.
    Absent,
    /// The source refused.
    Denied,
    /// The source refused for now.
    Throttled,
    /// The read broke: a timeout, a parse error, a lost connection.
    Failed,
    /// A bound of ours or of the source cut the answer short.
    Truncated,
    /// The thing exists and this collector cannot read it.
    Unsupported,
}

impl Outcome {
    /// All.
    pub const ALL: [Self; 7] =
        [Self::Complete, Self::Absent, Self::Denied, Self::Throttled, Self::Failed, Self::Truncated, Self::Unsupported];

    /// Whether the answer may be relied on: only then may "nothing of this kind exists" be said (law 1).
    #[must_use]
    pub fn is_complete(self) -> bool {
        matches!(self, Self::Complete | Self::Absent)
    }

    /// The word of the ledger and of every report.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Absent => "absent",
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::Truncated => "truncated",
            Self::Unsupported => "unsupported",
        }
    }

    /// Reads [`Outcome::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// Number of a ledger row within its snapshot, counted from one.
pub type ReadRef = i64;

/// One ledger row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Its number within the snapshot; zero until the snapshot's writer gives it one.
    pub seq: ReadRef,
    /// Name of the source, as in [`super::Source::name`].
    pub source: String,
    /// What was done, in the source's own words: `read file`, `list pods`, `s3:GetBucketPolicy`.
    pub operation: String,
    /// With what: name and value, in the order given.
    pub parameters: Vec<(String, String)>,
    /// As whom: the caller's name at the source. A working tree has the user's name of the operating system.
    pub identity: String,
    /// First byte asked for.
    pub started_at: DateTime<Utc>,
    /// Last byte seen.
    pub ended_at: DateTime<Utc>,
    /// Pages of the answer; 1 for an answer that has no pages.
    pub pages: u64,
    /// Resources it gave.
    pub items: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, when it is not `complete`: the source's code or the parser's words. Never a value of the document.
    pub error: Option<String>,
    /// The file, for a read of one.
    pub file: Option<String>,
    /// The line of the file at which it broke, counted from one.
    pub line: Option<u32>,
    /// Kinds this read would have shown. Empty means any kind of the source.
    pub kinds: Vec<KindRef>,
    /// The most resources that an incomplete read can hide, where a bound is known (a malformed file cannot hold more
    /// manifests than it has `kind` words). `None` is no bound. Zero for a complete read.
    pub may_hide: Option<u64>,
}

/// Names a read in every snapshot that tries it: a hash over source, operation, parameters and file, printed as 16 hexadecimal digits. Rows keep
/// it rather than the number of the ledger row, which shifts whenever something is read before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReadKey(pub u64);

impl fmt::Display for ReadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl ReadKey {
    /// Reads 16 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if digits { u64::from_str_radix(text, 16).ok().map(Self) } else { None }
    }
}

/// Gives the reads of a ledger their keys, in order. Reads that ask the same are told apart by their turn.
#[derive(Debug, Default)]
pub struct ReadKeys {
    turns: HashMap<Hash, u64>,
}

impl ReadKeys {
    /// The key of the next read.
    pub fn next(&mut self, read: &Read) -> ReadKey {
        let asked = Hash::of(serde_json::json!([read.source, read.operation, read.parameters, read.file]).to_string().as_bytes());
        let turn = self.turns.entry(asked).or_insert(0);
        *turn += 1;
        let Hash(bytes) = if *turn == 1 { asked } else { Hash::of(format!("{asked} {turn}").as_bytes()) };
        ReadKey(bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl Read {
    /// Whether it may hide resources: it was not complete, and what it asked for can hold some.
    #[must_use]
    pub fn hides(&self) -> bool {
        !self.outcome.is_complete() && self.may_hide != Some(0)
    }
}
