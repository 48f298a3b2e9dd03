//! Judging a snapshot: pure, repeatable, without clock or network.
//!
//! [`Rules`] are the catalog's expressions, compiled once. [`evaluate`] runs them over a sealed snapshot: every resource in parallel,
//! results in the order of the snapshot. What could not be read speaks too: for every incomplete read, each control that it might have
//! concerned gets an `unknown` verdict (law 1), and the tally remembers how much may be hidden (law 2).

pub mod cel;
pub(crate) mod engine;
mod judging;
pub mod kubernetes;
mod params;
mod reuse;
mod rules;
mod stored;
mod unread;

pub use engine::{Evaluation, Keep, evaluate, evaluate_control};
pub use rules::Rules;
pub use stored::recount;
pub use unread::stand_in;
