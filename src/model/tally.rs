//! How a control came out over its population, and how much of the population nobody saw.

use super::Verdict;
use serde::{Deserialize, Serialize};

/// Resources per verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// The condition does not hold.
    pub fail: u64,
    /// Not read, or evaluation broke; each incomplete read that may hide resources counts as one.
    pub unknown: u64,
    /// A person must tell.
    pub manual: u64,
    /// The condition holds.
    pub pass: u64,
    /// Out of the control's reach.
    pub not_applicable: u64,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Fail => self.fail += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Manual => self.manual += 1,
            Verdict::Pass => self.pass += 1,
            Verdict::NotApplicable => self.not_applicable += 1,
        }
    }

    /// In the order of [`Verdict::ALL`].
    #[must_use]
    pub fn in_order(&self) -> [u64; 5] {
        [self.fail, self.unknown, self.manual, self.pass, self.not_applicable]
    }

    /// Adds another count.
    pub fn merge(&mut self, other: &Self) {
        self.fail += other.fail;
        self.unknown += other.unknown;
        self.manual += other.manual;
        self.pass += other.pass;
        self.not_applicable += other.not_applicable;
    }
}

/// Resources that incomplete reads may hide, beyond the one `unknown` verdict that each such read already counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hidden {
    /// At most so many more.
    AtMost(u64),
    /// Nobody knows how many.
    Unbounded,
}

impl Default for Hidden {
    fn default() -> Self {
        Self::AtMost(0)
    }
}

impl Hidden {
    /// Together with what another read may hide; `None` is no bound.
    #[must_use]
    pub fn and(self, more: Option<u64>) -> Self {
        match (self, more) {
            (Self::AtMost(a), Some(b)) => Self::AtMost(a.saturating_add(b)),
            _ => Self::Unbounded,
        }
    }
}

/// One control over its whole population, or over the slice of it that a glob picks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ControlTally {
    /// Resources per verdict.
    pub counts: Counts,
    /// What may be missing from the counts.
    pub hidden: Hidden,
    /// Whether any read would have shown the control's kinds at all. If none would, nobody looked.
    pub looked: bool,
}

impl ControlTally {
    /// Status over the population: any fail, else any unknown or incomplete read, else any manual, else any pass; "not applicable" is said
    /// only when somebody looked and saw everything.
    #[must_use]
    pub fn status(&self) -> Verdict {
        let counts = &self.counts;
        if counts.fail > 0 {
            Verdict::Fail
        } else if counts.unknown > 0 || self.hidden != Hidden::AtMost(0) || !self.looked {
            Verdict::Unknown
        } else if counts.manual > 0 {
            Verdict::Manual
        } else if counts.pass > 0 {
            Verdict::Pass
        } else {
            Verdict::NotApplicable
        }
    }
}
