//! Assize.
pub mod model;
pub mod posture;
pub mod report;
