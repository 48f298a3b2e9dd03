//! One prepared view of a period. Its serialised form is the format `assize.period/v1`: a field that stands here keeps its name, type and
//! meaning until the schema's version changes; others may be added. Times are RFC 3339 in UTC, an end is not part of its stretch.

use crate::model::Percent;
pub use crate::posture::score::TimeShares;
pub use crate::posture::standing::{Cause, Standing};
use crate::report::view::Phrase;
use serde::{Deserialize, Serialize};

/// Name and version of the schema.
pub const SCHEMA: &str = "assize.period/v1";

/// Everything a period report says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PeriodView {
    /// [`SCHEMA`].
    pub schema: String,
    /// `Assize 0.1.0`.
    pub tool: String,
    /// Name of the organisation; `None` when the configuration names none.
    pub organisation: Option<String>,
    /// The period.
    pub period: SpanView,
    /// `1 March 2026`.
    pub first_day: String,
    /// The last day that is part of it.
    pub last_day: String,
    /// The state in one or two sentences.
    pub headline: String,
    /// `today` (every scan by today's catalog and settings) or `as_evaluated` (each by its own evaluation).
    pub judged: String,
    /// The same in a sentence.
    pub judged_by: String,
    /// The catalog that maps controls to requirements.
    pub catalog: CatalogView,
    /// Scans due and made.
    pub schedule: ScheduleView,
    /// The scans that speak, oldest first.
    pub scans: Vec<ScanView>,
    /// When nothing was observed.
    pub unobserved: Vec<SpanView>,
    /// Share of the period in which something was observed; `met` is observed time, `not_met` is always 0.
    pub observed: Option<TimeShares>,
    /// In the order of the catalog; only those in scope.
    pub frameworks: Vec<FrameworkPeriod>,
    /// Accepted risks.
    pub waivers: Vec<WaiverPeriod>,
    /// Human evidence.
    pub attestations: Vec<AttestationPeriod>,
    /// What a reader must know besides.
    pub notes: Vec<String>,
    /// How the numbers are made: title and text.
    pub method: Vec<(String, String)>,
    /// Texts above that a report can say in another language; no part of the schema.
    #[serde(skip)]
    pub phrases: Vec<Phrase>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanView {
    /// Begin.
    pub from: String,
    /// End, not part of it.
    pub until: String,
    /// Length.
    pub seconds: u64,
    /// Length for people.
    pub length: String,
}

/// The rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CatalogView {
    /// Version of the embedded catalog.
    pub version: String,
    /// Content hash.
    pub hash: String,
}

/// Scans due and made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScheduleView {
    /// `declared`, `median` or `unknown`.
    pub basis: String,
    /// In a sentence.
    pub sentence: String,
    /// Seconds meant between scans.
    pub every: Option<u32>,
    /// Seconds of grace.
    pub grace: Option<u32>,
    /// Scans taken in the period.
    pub taken: u64,
    /// Scans due in the period.
    pub expected: u64,
    /// Those that did not come in time.
    pub missed: u64,
    /// When the missed ones were due.
    pub missed_at: Vec<String>,
    /// Made of those due, in percent; `None` when none was due.
    pub kept: Option<Percent>,
}

/// One scan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanView {
    /// Number of the snapshot.
    pub snapshot: i64,
    /// When.
    pub taken_at: String,
    /// Merkle root of the evidence.
    pub root: String,
    /// Root of the snapshot sealed before it.
    pub previous_root: Option<String>,
    /// Resources.
    pub resources: u64,
    /// Reads that were not complete and may hide something.
    pub incomplete: u64,
    /// Where its statuses come from: `stored` (counts of a stored evaluation), `again` (judged again) or `none` (never judged).
    pub judged: String,
    /// Root of the stored evaluation that gave the counts.
    pub evaluation: Option<String>,
    /// Hash of the catalog that judged it.
    pub catalog: String,
    /// Sources that other scans looked at before and after, and this one did not.
    pub left_out: Vec<String>,
}

/// One framework over the period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrameworkPeriod {
    /// `soc2`.
    pub id: String,
    /// `SOC 2`.
    pub title: String,
    /// `2017 (2022)`.
    pub edition: String,
    /// Requirements in scope.
    pub in_scope: u64,
    /// Requirements met throughout.
    pub met_throughout: u64,
    /// Requirements that were met whenever something was observed, and something was.
    pub met_when_observed: u64,
    /// Requirements that were not met at some time.
    pub ever_not_met: u64,
    /// Requirements of which nothing was known at any time.
    pub never_known: u64,
    /// Requirement-time: all requirements in scope together.
    pub shares: Option<TimeShares>,
    /// In the standard's order.
    pub requirements: Vec<RequirementPeriod>,
}

/// One requirement in scope over the period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequirementPeriod {
    /// `CC6.1`.
    pub id: String,
    /// Our own short title.
    pub title: String,
    /// Shares of the period.
    pub shares: Option<TimeShares>,
    /// Seconds met.
    pub met_seconds: u64,
    /// Seconds not met.
    pub not_met_seconds: u64,
    /// Seconds not known, unobserved ones among them.
    pub not_known_seconds: u64,
    /// Every stretch, met ones too, without holes, oldest first.
    pub timeline: Vec<SegmentView>,
}

impl RequirementPeriod {
    /// The stretches in which it was not met, or not known although somebody looked.
    pub fn gaps(&self) -> impl Iterator<Item = &SegmentView> {
        self.timeline.iter().filter(|segment| segment.standing != Standing::Met && segment.status != NOT_OBSERVED)
    }
}

/// The status of time in which nothing was observed.
pub const NOT_OBSERVED: &str = "not_observed";

/// One stretch of one requirement's time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SegmentView {
    /// Begin.
    pub from: String,
    /// End, not part of it.
    pub until: String,
    /// Length.
    pub seconds: u64,
    /// A status, or `not_observed`.
    pub status: String,
    /// What it means.
    pub standing: Standing,
    /// What was behind it at any time of it.
    pub causes: Vec<Cause>,
    /// First and last scan that say so.
    pub snapshots: Option<(i64, i64)>,
}

/// One accepted risk over the period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WaiverPeriod {
    /// The user's name for it.
    pub id: String,
    /// Control.
    pub control: String,
    /// Glob.
    pub resources: String,
    /// Who carries the risk.
    pub owner: String,
    /// Who accepted it.
    pub approver: String,
    /// Why.
    pub reason: String,
    /// Last day.
    pub expires: String,
    /// First scan whose evaluation knew it.
    pub first_recorded: Option<String>,
    /// Last scan whose evaluation knew it.
    pub last_recorded: Option<String>,
    /// The part of the period in which it was in force.
    pub in_force: Option<SpanView>,
    /// `in_force`, `expired`, `withdrawn` or `not_recorded`, at the end of the period.
    pub state: String,
    /// Different failures it accepted in the period's own evaluations.
    pub accepted: u64,
}

/// One piece of human evidence over the period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AttestationPeriod {
    /// Topic.
    pub topic: String,
    /// What the evidence is.
    pub description: String,
    /// Who.
    pub owner: String,
    /// When.
    pub performed_at: String,
    /// File.
    pub file: Option<String>,
    /// Hash of the file.
    pub hash: Option<String>,
    /// The part of the period for which it counts.
    pub valid: Option<SpanView>,
    /// The same as a share of the period.
    pub share: Option<Percent>,
    /// `throughout`, `part`, `outside` or `unreadable`.
    pub state: String,
    /// Whether today's file still has it.
    pub given_today: bool,
}
