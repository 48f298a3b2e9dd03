//! What a control says of a resource.

use super::{ReadRef, ResourceRef};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The five verdicts, worst first; `min` of several is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The condition does not hold, and more data could not change that.
    Fail,
    /// Something the condition depends on was not read, or evaluating it broke.
    Unknown,
    /// Configuration cannot tell; a person must.
    Manual,
    /// The condition holds.
    Pass,
    /// The control does not speak of this resource.
    NotApplicable,
}

impl Verdict {
    /// All, worst first.
    pub const ALL: [Self; 5] = [Self::Fail, Self::Unknown, Self::Manual, Self::Pass, Self::NotApplicable];

    /// The word of every machine format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Manual => "manual",
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// Reads [`Verdict::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == word)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How bad a failure of a control is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Control of a whole system is lost at once.
    Critical,
    /// One step from that.
    High,
    /// A real weakness that needs another one beside it.
    Medium,
    /// Hygiene.
    Low,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// All, worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// The word of every machine format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How much a control says about a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// If it fails, an assessor would say that the requirement is not met for that resource.
    Strong,
    /// A real part of the requirement; lowers the score.
    Supporting,
    /// Informs, never decides.
    Indicative,
}

impl Strength {
    /// The word of files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Supporting => "supporting",
            Self::Indicative => "indicative",
        }
    }

    /// Whether the edge takes part in status and score.
    #[must_use]
    pub fn decides(self) -> bool {
        self != Self::Indicative
    }
}

/// One verdict with its grounds. What many verdicts have in common they share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Id of the control.
    pub control: Arc<str>,
    /// What it says.
    pub verdict: Verdict,
    /// Severity of the control.
    pub severity: Severity,
    /// Of what. For what could not be read: the source itself, or the file.
    pub resource: Arc<ResourceRef>,
    /// The value seen, naming container and field; only for `fail`.
    pub observed: Option<Arc<str>>,
    /// The value expected.
    pub expected: Arc<str>,
    /// Why, for `unknown`, `manual` and `not_applicable`.
    pub reason: Option<Arc<str>>,
    /// Ledger rows behind it.
    pub reads: Arc<[ReadRef]>,
}
