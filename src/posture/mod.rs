//! Verdicts to what they mean.
mod status;
pub use status::Status;
