//! Time travel: lives of findings, comparisons, re-evaluation, and score changes split by cause.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "history/causes.rs"]
mod causes;
#[path = "history/lives.rs"]
mod lives;
#[path = "history/naive.rs"]
mod naive;
#[path = "history/place.rs"]
mod place;
#[path = "history/verbs.rs"]
mod verbs;
