//! The documents that verdicts rest on.

use serde::{Deserialize, Serialize};

/// One document: what it is about, which read gave it, and the hash by which anybody can tell whether it was changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvidenceView {
    /// Source.
    pub source: String,
    /// `Deployment shop/web`.
    pub display: String,
    /// The resource's id.
    pub resource: String,
    /// File and line, `deploy/web.yaml:12`; `None` for what no file declares.
    pub place: Option<String>,
    /// Ledger row of the read that gave it; operation, identity and time stand there.
    pub read: i64,
    /// Hash of the stored document, 64 hexadecimal digits.
    pub hash: String,
}
