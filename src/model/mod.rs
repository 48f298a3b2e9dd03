//! The vocabulary every room shares: plain values, no I/O, nothing of ours imported.
//!
//! The words are the field's own: a *source* holds *resources*; one run's resources and the *ledger* of every read that was
//! tried are a *snapshot*; a *control* judged over a resource is a *verdict*; an *evaluation* is all verdicts of one snapshot.

mod diagnostic;
mod evidence;
mod interval;
mod ledger;
mod nearest;
mod outcomes;
mod redacted;
mod resource;
mod schedule;
mod settings;
mod tally;
mod texts;
mod verdict;

pub use diagnostic::{Diagnostic, Diagnostics, SourceText, Span};
pub use evidence::{EvaluationId, Hash, SnapshotId, SnapshotInfo};
pub use interval::{Interval, Percent};
pub use ledger::{Outcome, Read, ReadKey, ReadKeys, ReadRef};
pub use nearest::nearest;
pub use outcomes::{Outcomes, OutcomesBuilder};
pub use redacted::REDACTED;
pub use resource::{Document, KindRef, Origin, Resource, ResourceRef, Source, SourceKind, resource_in_words, stable_id};
pub use schedule::{Schedule, about, about_in_words};
pub use settings::{Attestation, FrameworkScope, ParamValue, ScopeValue, Settings, Waiver, WaiverLimits};
pub use tally::{ControlTally, Counts, Hidden};
pub use texts::Texts;
pub use verdict::{Judgement, Severity, Strength, Verdict};
