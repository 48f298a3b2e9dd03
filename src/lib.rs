//! Assize.
pub mod catalog;
pub mod collect;
pub mod evaluate;
pub mod model;
pub mod pipeline;
pub mod posture;
pub mod report;
pub mod snapshot;
