//! One prepared view of an evaluation. Every renderer reads this and nothing else, so all formats say the same thing.
//!
//! Plain data: no number here is computed by a renderer again. Scores arrive as [`Interval`]s from `posture/score.rs`.

mod decisions;
mod evidence;
mod phrase;

pub use super::change::ChangeView;
use crate::model::{Interval, Outcome, Severity, SourceKind, Strength, Verdict};
pub use crate::posture::ScorePair;
use crate::posture::Status;
pub use crate::posture::indicators::Indicators;
pub use decisions::{AttestationView, WaiverView};
pub use evidence::EvidenceView;
pub use phrase::{Phrase, PhrasePart, PhraseValue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything a report says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportView {
    /// Name of the organisation; `None` when the configuration names none.
    pub organisation: Option<String>,
    /// `Assize 0.1.0`.
    pub tool: String,
    /// The evidence.
    pub snapshot: SnapshotView,
    /// The judgement.
    pub evaluation: EvaluationView,
    /// The rules.
    pub catalog: CatalogView,
    /// Counts over everything.
    pub summary: SummaryView,
    /// In the order of the catalog; only those the settings ask for.
    pub frameworks: Vec<FrameworkView>,
    /// Frameworks of the catalog that this report leaves out: id and short name.
    #[serde(default)]
    pub left_out: Vec<(String, String)>,
    /// Every control of the catalog, by id.
    pub controls: Vec<ControlView>,
    /// Every `fail` and `unknown`, worst first: severity, then verdict, then control, then resource. Never capped.
    pub findings: Vec<FindingView>,
    /// Accepted risks, all of them, valid or not.
    pub waivers: Vec<WaiverView>,
    /// Human evidence given, valid or not.
    pub attestations: Vec<AttestationView>,
    /// Every read.
    pub ledger: Vec<LedgerView>,
    /// Every document, in the order of collection.
    #[serde(default)]
    pub evidence: Vec<EvidenceView>,
    /// The reads that were not complete, and what each leaves open.
    pub unread: Vec<UnreadView>,
    /// Requirements left out by declared scope.
    pub exclusions: Vec<ExclusionView>,
    /// Scores of this snapshot and of those before it, oldest first.
    pub trend: Vec<TrendPoint>,
    /// Findings by age, times to detect and resolve, schedule; `None` where nobody counted them.
    #[serde(default)]
    pub indicators: Option<Indicators>,
    /// How the scores changed since the previous evaluation, and why; `None` when there is none.
    pub change: Option<ChangeView>,
    /// How the numbers are made.
    pub method: MethodView,
    /// What was taken out of documents before they were stored: class and number of values.
    pub redactions: Vec<(String, u64)>,
    /// Texts above that a report can say in another language.
    #[serde(default)]
    pub phrases: Vec<Phrase>,
}

/// The evidence of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SnapshotView {
    /// Number in its database.
    pub id: i64,
    /// RFC 3339, UTC, seconds: `2026-11-24T06:00:00Z`.
    pub taken_at: String,
    /// For people: `24 November 2026, 06:00 UTC`.
    pub taken_on: String,
    /// `system`, or how else the time was given.
    pub clock: String,
    /// Merkle root, 64 hexadecimal digits.
    pub root: String,
    /// Root of the snapshot before it.
    pub previous_root: Option<String>,
    /// What was looked at.
    pub sources: Vec<SourceView>,
    /// Number of resources.
    pub resources: u64,
    /// Number of resources per kind (`Deployment.apps`), by kind.
    pub kinds: Vec<(String, u64)>,
}

/// One source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceView {
    /// What it is.
    pub kind: SourceKind,
    /// Its name.
    pub name: String,
    /// Label and value: commit, branch, dirty.
    pub details: Vec<(String, String)>,
    /// Number of resources.
    pub resources: u64,
    /// Reads tried.
    pub reads: u64,
    /// Reads that were not complete.
    pub incomplete: u64,
}

/// The judgement of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EvaluationView {
    /// Root over snapshot, catalog, settings and verdicts.
    pub root: String,
    /// Hash of the settings.
    pub settings: String,
}

/// The rules of the report.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CatalogView {
    /// Version of the embedded catalog.
    pub version: String,
    /// Content hash of the catalog in force.
    pub hash: String,
    /// What `--catalog` replaced or added, one sentence each.
    pub overrides: Vec<String>,
    /// Number of controls.
    pub controls: u64,
}

/// Counts over the whole evaluation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SummaryView {
    /// Verdicts by [`Verdict::as_str`], all five keys present.
    pub verdicts: BTreeMap<String, u64>,
    /// Failing verdicts by [`Severity::as_str`], all five keys present, waived ones included.
    pub failures: BTreeMap<String, u64>,
    /// Unknown verdicts by severity, all five keys present.
    pub unknowns: BTreeMap<String, u64>,
    /// Failures under a valid waiver.
    pub waived: u64,
    /// Reads that were not complete.
    pub incomplete_reads: u64,
    /// One or two plain sentences: the state, in words.
    pub headline: String,
}

/// One framework.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FrameworkView {
    /// `pci-dss`.
    pub id: String,
    /// `PCI DSS`.
    pub title: String,
    /// `4.0.1`.
    pub edition: String,
    /// What configuration proves.
    pub configuration: ScorePair,
    /// What configuration and people's evidence prove.
    pub programme: ScorePair,
    /// Requirements with a definite answer, of those in scope, in percent.
    pub coverage: Option<crate::model::Percent>,
    /// Requirements with a definite answer.
    pub assessed: u64,
    /// Requirements in scope.
    pub in_scope: u64,
    /// Requirements in scope by [`Status::as_str`], all keys present.
    pub statuses: BTreeMap<String, u64>,
    /// What the user declared: question and answer, in words.
    pub scope: Vec<(String, String)>,
    /// Every requirement, headings too, in the standard's order.
    pub requirements: Vec<RequirementView>,
}

impl FrameworkView {
    /// The edition as people read it: a lone number says that it is one.
    #[must_use]
    pub fn edition_in_words(&self) -> std::borrow::Cow<'_, str> {
        edition_in_words(&self.edition)
    }
}

/// An edition as people read it: a lone number says that it is one.
#[must_use]
pub fn edition_in_words(edition: &str) -> std::borrow::Cow<'_, str> {
    let number = !edition.is_empty() && edition.len() < 3 && edition.bytes().all(|byte| byte.is_ascii_digit());
    if number { format!("edition {edition}").into() } else { edition.into() }
}

/// One requirement or heading.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequirementView {
    /// `CC6.1`.
    pub id: String,
    /// Our own short title.
    pub title: String,
    /// Id of the heading above it.
    pub parent: Option<String>,
    /// Depth below the top, from zero.
    pub depth: u64,
    /// `requirement`, `group` (a heading), `context` (puts no duty on the assessed party) or `superseded`.
    pub level: String,
    /// `auto`, `partial`, `manual`: what configuration can show of it.
    pub evidence: String,
    /// Editor's note: service providers only, addressable, ...
    pub note: Option<String>,
    /// Whether it counts. Headings and context never do.
    pub in_scope: bool,
    /// Why not, when the user's scope leaves it out.
    pub excluded: Option<String>,
    /// The worse of both parts; `not_assessed` where there is neither. For a heading: the worst of its requirements.
    pub status: Status,
    /// The automated part; `None` where no control decides.
    pub automated: Option<Status>,
    /// The attested part; `None` where no topic is asked for.
    pub attested: Option<Status>,
    /// Score of the automated part, gross.
    pub score: Option<Interval>,
    /// The controls that bear on it.
    pub controls: Vec<EdgeView>,
    /// The human evidence it asks for.
    pub attestations: Vec<TopicView>,
}

impl RequirementView {
    /// Its id as people read it: the standard's own number, or, where the standard names a part without numbering it in one
    /// system with the rest (`chapter-II`), that name (`Chapter II`).
    #[must_use]
    pub fn label(&self) -> String {
        let mut letters = self.id.chars();
        match letters.next() {
            Some(first) if first.is_ascii_lowercase() && self.level == "group" => {
                first.to_ascii_uppercase().to_string() + &letters.as_str().replace('-', " ")
            }
            _ => self.id.clone(),
        }
    }
}

/// One control's bearing on one requirement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EdgeView {
    /// Id of the control.
    pub control: String,
    /// Its title.
    pub title: String,
    /// How much it says.
    pub strength: Strength,
    /// Why it bears on the requirement.
    pub why: String,
    /// Alternatives share a group.
    pub group: Option<String>,
    /// Its status over its population.
    pub status: Verdict,
    /// Its share of passing resources; `None` when nothing applies.
    pub score: Option<Interval>,
    /// Failing resources.
    pub fail: u64,
    /// Unknown resources.
    pub unknown: u64,
    /// Passing resources.
    pub pass: u64,
}

/// One topic of human evidence under one requirement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TopicView {
    /// `access-review`.
    pub topic: String,
    /// What the evidence is.
    pub description: String,
    /// How many days it counts here.
    pub valid_days: u64,
    /// `pass` (valid), `unknown` (expired, or its file unreadable) or `manual` (none given).
    pub status: Status,
    /// Who, when, until when, in words; `None` when none was given.
    pub evidence: Option<String>,
}

/// One control.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ControlView {
    /// `k8s-privileged-container`.
    pub id: String,
    /// A sentence that states what is true when it passes.
    pub title: String,
    /// How bad a failure is.
    pub severity: Severity,
    /// `kubernetes`.
    pub source: String,
    /// `pod-security`.
    pub area: String,
    /// Kinds it judges.
    pub kinds: Vec<String>,
    /// Status over its population.
    pub status: Verdict,
    /// Resources per verdict.
    pub fail: u64,
    /// Resources per verdict.
    pub unknown: u64,
    /// Resources per verdict.
    pub manual: u64,
    /// Resources per verdict.
    pub pass: u64,
    /// Resources per verdict.
    pub not_applicable: u64,
    /// Failing resources under a valid waiver.
    pub waived: u64,
    /// The condition, in words.
    pub expected: String,
    /// Why it matters.
    pub rationale: String,
    /// What to do.
    pub remediation: String,
    /// Where to read on.
    pub references: Vec<String>,
    /// The CEL expression (several for a control with several rules).
    pub expressions: Vec<String>,
    /// Parameters in force: name, value, whether it is the default.
    pub params: Vec<(String, String, bool)>,
    /// Requirements it bears on: framework id, requirement id, strength.
    pub requirements: Vec<(String, String, Strength)>,
}

/// One finding.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindingView {
    /// Number in this report, from one: `F-0001` is made of it.
    pub number: u64,
    /// Stable across runs: a hash over control and resource id, 16 hexadecimal digits.
    pub fingerprint: String,
    /// Id of the control.
    pub control: String,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// `fail` or `unknown`.
    pub verdict: Verdict,
    /// Source, kind, namespace, name.
    pub source: String,
    /// `Deployment`.
    pub kind: String,
    /// May be empty.
    pub namespace: String,
    /// May be empty.
    pub name: String,
    /// The resource's id.
    pub resource: String,
    /// Path in the source.
    pub file: Option<String>,
    /// Line in the file.
    pub line: Option<u32>,
    /// The value seen.
    pub observed: Option<String>,
    /// The value expected.
    pub expected: String,
    /// Why, when unknown.
    pub reason: Option<String>,
    /// First seen, `2026-06-01`; `None` in the first snapshot.
    pub first_seen: Option<String>,
    /// Last seen: the day of this snapshot, which holds it; `None` in the first snapshot.
    pub last_seen: Option<String>,
    /// The days on which it came back after a snapshot that could see it did not hold it.
    pub reopened: Vec<String>,
    /// Id of the valid waiver that accepts it.
    pub waiver: Option<String>,
    /// Ledger rows behind it.
    pub reads: Vec<i64>,
}

impl FindingView {
    /// `Deployment shop/web`, for people.
    #[must_use]
    pub fn subject(&self) -> String {
        crate::model::resource_in_words(&self.kind, &self.namespace, &self.name)
    }

    /// Where to look: file and line, or else the source.
    #[must_use]
    pub fn place(&self) -> String {
        super::resource::place(&self.source, self.file.as_deref(), self.line)
    }
}

/// One read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LedgerView {
    /// Number within the snapshot.
    pub seq: i64,
    /// Source.
    pub source: String,
    /// What was done.
    pub operation: String,
    /// With what.
    pub parameters: String,
    /// As whom.
    pub identity: String,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub ended_at: String,
    /// Pages.
    pub pages: u64,
    /// Resources given.
    pub items: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// Why not.
    pub error: Option<String>,
    /// File and line, when it is about one.
    pub file: Option<String>,
    /// Line at which it broke.
    pub line: Option<u32>,
}

/// One incomplete read and its price.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnreadView {
    /// Ledger row.
    pub seq: i64,
    /// Id of the resource that findings name in its place.
    pub resource: String,
    /// Source.
    pub source: String,
    /// `charts/web: Helm chart`, `deploy/bad.yaml:14`.
    pub what: String,
    /// Why it could not be read.
    pub why: String,
    /// What it leaves open, in words: `44 controls cannot be proved for this source`.
    pub leaves_open: String,
    /// What to do next.
    pub next: String,
}

/// One requirement that does not count.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExclusionView {
    /// Framework.
    pub framework: String,
    /// Requirement.
    pub requirement: String,
    /// Its title.
    pub title: String,
    /// The user's reason, or the scope answer that leaves it out.
    pub reason: String,
}

/// Scores at one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrendPoint {
    /// Snapshot.
    pub snapshot: i64,
    /// RFC 3339.
    pub taken_at: String,
    /// `24 Nov`.
    pub label: String,
    /// Framework id to its gross configuration and programme score.
    pub scores: BTreeMap<String, TrendScore>,
    /// Failing verdicts, waived ones included.
    pub fail: u64,
    /// Unknown verdicts.
    pub unknown: u64,
}

/// Both scores of one framework at one moment.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TrendScore {
    /// Gross.
    pub configuration: Option<Interval>,
    /// Gross.
    pub programme: Option<Interval>,
}

/// How the numbers are made, for the method section.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MethodView {
    /// Severity and its weight.
    pub severities: Vec<(String, f64)>,
    /// Strength and its weight.
    pub strengths: Vec<(String, f64)>,
    /// Short paragraphs: statuses, formula, intervals, waivers, limits.
    pub paragraphs: Vec<(String, String)>,
}
