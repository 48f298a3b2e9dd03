//! The status of a requirement.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Worst first; `min` of two parts is the status of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A strong control fails.
    Fail,
    /// A strong control is unknown, or the evidence has expired.
    Unknown,
    /// A supporting control fails or is unknown.
    Partial,
    /// A person must tell, and nobody has yet.
    Manual,
    /// No control and no attestation topic bears on it: shown, never hidden.
    NotAssessed,
    /// Everything that decides passes.
    Pass,
    /// Nothing it speaks of exists, after complete reads.
    NotApplicable,
}

impl Status {
    /// All, worst first.
    pub const ALL: [Self; 7] = [Self::Fail, Self::Unknown, Self::Partial, Self::Manual, Self::NotAssessed, Self::Pass, Self::NotApplicable];

    /// The word of every machine format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Partial => "partial",
            Self::Manual => "manual",
            Self::NotAssessed => "not_assessed",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
