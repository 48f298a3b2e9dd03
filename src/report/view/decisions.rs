//! What people decided: accepted risks and evidence of their own.

use serde::{Deserialize, Serialize};

/// One accepted risk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaiverView {
    /// The user's name for it.
    pub id: String,
    /// Control.
    pub control: String,
    /// Glob.
    pub resources: String,
    /// Who carries the risk.
    pub owner: String,
    /// Who accepted it.
    pub approver: String,
    /// Why.
    pub reason: String,
    /// Last day.
    pub expires: String,
    /// Failures it accepts in this snapshot.
    pub matches: u64,
    /// `valid`, `too_broad`, `unused`, `expired` or `not_yet`.
    pub state: String,
}

/// One piece of human evidence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AttestationView {
    /// Topic.
    pub topic: String,
    /// What the evidence is.
    pub description: String,
    /// Who.
    pub owner: String,
    /// When.
    pub performed_at: String,
    /// The user's own last day, if set.
    pub valid_until: Option<String>,
    /// File.
    pub file: Option<String>,
    /// Hash of the file.
    pub hash: Option<String>,
    /// The user's note.
    pub note: Option<String>,
    /// `valid`, `expired`, `unreadable`, `changed` or `unused` (no requirement in scope asks for the topic).
    pub state: String,
}
