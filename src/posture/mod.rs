//! Verdicts to what they mean: requirement statuses, scores, coverage, waivers, attestations. Pure; "now" is the snapshot's time.

mod attestation;
pub mod change;
pub mod comparison;
pub mod exceptions;
pub mod indicators;
pub mod lives;
mod mapping;
pub mod period;
pub mod sample;
pub mod schedule;
pub mod score;
mod sight;
pub mod standing;
mod status;
pub mod stays;
mod waiver;

pub use attestation::{AttestationResult, TopicResult, attestations};
pub use mapping::{EdgeResult, FrameworkResult, Inputs, RequirementResult, ScorePair, frameworks};
pub use sight::{Blind, NotSeen, Sight};
pub use status::Status;
pub use waiver::{Waived, WaiverResult, apply as apply_waivers};
