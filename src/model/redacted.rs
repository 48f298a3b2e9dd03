//! How a document says that something was taken out of it.

/// What every marker begins with: `<redacted:CLASS length=16-31>`. It ends with the next `>`.
pub const REDACTED: &str = "<redacted:";
