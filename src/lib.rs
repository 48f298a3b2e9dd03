//! Assize.
pub mod collect;
pub mod model;
pub mod posture;
pub mod report;
