//! Assize.
pub mod evaluate;
pub mod model;
pub mod posture;
pub mod report;
