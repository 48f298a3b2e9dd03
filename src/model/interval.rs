//! Two ends of what may be true. Arithmetic on them lives in `posture/score.rs` and nowhere else.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A percentage between 0 and 100 with one decimal, as every surface prints it.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(pub f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} %", self.0)
    }
}

/// A score: `low` if every unknown fails, `high` if every unknown passes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// What is proved.
    pub low: Percent,
    /// What is still possible.
    pub high: Percent,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.low == self.high { write!(f, "{}", self.low) } else { write!(f, "{:.1} to {}", self.low.0, self.high) }
    }
}
