//! Verdicts to what they mean: requirement statuses, scores, coverage, waivers, attestations. Pure; "now" is the snapshot's time.

mod attestation;
pub mod exceptions;
pub mod indicators;
pub mod life;
mod mapping;
pub mod period;
pub mod sample;
pub mod schedule;
pub mod score;
pub mod standing;
mod status;
mod waiver;

pub use attestation::{AttestationResult, TopicResult, attestations};
pub use mapping::{EdgeResult, FrameworkResult, Inputs, RequirementResult, ScorePair, frameworks};
pub use status::Status;
pub use waiver::{Waived, WaiverResult, apply as apply_waivers};
