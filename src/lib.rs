//! Assize.
pub mod catalog;
pub mod evaluate;
pub mod model;
pub mod posture;
pub mod report;
pub mod snapshot;
