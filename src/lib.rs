//! Assize: a compliance posture scanner whose every number can be re-derived from sealed evidence.
//!
//! # Floor plan
//!
//! Data flows one way, and every room returns plain values that [`pipeline`] carries to the next:
//!
//! ```text
//! cli -> pipeline -> collect -> snapshot -> evaluate -> posture -> report
//!                    catalog (controls/, frameworks/) feeds evaluate and posture; model is the vocabulary of all
//! ```
//!
//! * [`model`]: ids, resources, the ledger, verdicts, severities, settings. No I/O.
//! * [`catalog`]: `controls/` and `frameworks/` as checked values; lint; content hash.
//! * [`collect`]: the only room that looks outside. Writes a ledger row for every read it tries and takes secrets out before anything leaves it.
//! * [`snapshot`]: one SQLite file. A writer that seals, a reader of what is sealed, evaluations, `verify`. No other room holds SQL.
//! * [`evaluate`]: pure. CEL compiler and evaluator, what Kubernetes makes of a document, the verdicts.
//! * [`posture`]: pure. Requirement statuses, interval scores, coverage, waivers, attestations. `score.rs` is the only place of a percentage.
//! * [`report`]: one prepared view; renderers that return bytes.
//! * [`pipeline`]: scan, evaluate, report as a story.
//! * [`cli`]: arguments, configuration, one file per verb, terminal, exit codes. The only room that knows the clock and the environment.
//!
//! | room | may import |
//! | --- | --- |
//! | model | nothing of ours |
//! | catalog, collect, snapshot | model |
//! | evaluate | model, catalog, snapshot's reader |
//! | posture | model, catalog |
//! | report | model, posture |
//! | pipeline | all above |
//! | cli | pipeline; model, catalog, collect, snapshot and report for what it opens, asks for and lists |
//!
//! `tests/architecture` reads this folder and refuses anything else.
//!
//! # Laws
//!
//! No data is never a pass. Losing access never helps. One number, one place. The score is an interval. Same snapshot, same catalog, same
//! bytes. Nothing altered unseen. Secrets stay out. Read only. `tests/laws.rs` holds them.

pub mod catalog;
pub mod cli;
pub mod collect;
pub mod evaluate;
pub mod model;
pub mod pipeline;
pub mod posture;
pub mod report;
pub mod snapshot;
