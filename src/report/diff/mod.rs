//! The comparison of two snapshots, schema `assize.diff/v1`: a promised surface for programs, in the shapes of this file.
//!
//! A field may be added; one that stands here keeps its name, type and meaning until the schema's version changes. An absent value is
//! `null`, never a missing field.

mod markdown;
mod terminal;

pub use markdown::markdown;
pub use terminal::terminal;

use super::RenderError;
use super::change::FrameworkScores;
use super::resource::ResourceRow;
use crate::model::{Severity, Verdict};
use crate::posture::change::FrameworkChange;
use crate::posture::comparison::Class;
use crate::posture::{Blind, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name and version of the schema.
pub const SCHEMA: &str = "assize.diff/v1";

/// Everything a comparison says.
#[derive(Debug, Clone, Serialize)]
pub struct DiffView {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// `Assize 0.1.0`.
    pub tool: String,
    /// `today`: both sides by today's catalog and settings; `as_evaluated`: each by its own stored evaluation.
    pub judged: &'static str,
    /// The earlier side.
    pub from: DiffSide,
    /// The later side.
    pub to: DiffSide,
    /// Numbers of findings.
    pub summary: Summary,
    /// Every finding of either side.
    pub findings: Findings,
    /// What was looked at.
    pub resources: Resources,
    /// Controls whose status over their population changed.
    pub controls: Vec<ControlRow>,
    /// Requirements in scope whose status changed.
    pub requirements: Vec<RequirementRow>,
    /// From the earlier snapshot's own evaluation to the later side: scores, changes and their causes.
    pub scores: Vec<FrameworkScores>,
    /// The same before it is put in words.
    #[serde(skip)]
    pub changes: Vec<FrameworkChange>,
    /// What could not be compared or told apart, in words.
    pub notes: Vec<String>,
}

/// One side.
#[derive(Debug, Clone, Serialize)]
pub struct DiffSide {
    /// Number of the snapshot in its database.
    pub snapshot: i64,
    /// RFC 3339.
    pub taken_at: String,
    /// Its root.
    pub root: String,
    /// Sources it looked at.
    pub sources: Vec<String>,
    /// Root of the evaluation whose findings are compared.
    pub evaluation: String,
    /// Hash of the catalog that judged.
    pub catalog: String,
}

/// Findings by verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Failures.
    pub fail: u64,
    /// Unknowns.
    pub unknown: u64,
}

/// Findings by class; the later side's verdict counts, else the earlier one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Summary {
    /// Only the later side holds it, and the earlier one could see it.
    pub new: Count,
    /// Both hold it; verdict or value seen differ.
    pub changed: Count,
    /// Only the earlier side holds it, and the later one could see it.
    pub fixed: Count,
    /// One side could not see it.
    pub incomparable: Count,
    /// Both hold it, unchanged.
    pub still: Count,
}

/// Findings by class, worst first.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Findings {
    /// See [`Summary::new`].
    pub new: Vec<FindingRow>,
    /// See [`Summary::changed`].
    pub changed: Vec<FindingRow>,
    /// See [`Summary::fixed`].
    pub fixed: Vec<FindingRow>,
    /// See [`Summary::incomparable`].
    pub incomparable: Vec<FindingRow>,
    /// See [`Summary::still`].
    pub still: Vec<FindingRow>,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingRow {
    /// Stable across runs.
    pub fingerprint: String,
    /// The control.
    pub control: String,
    /// Its severity.
    pub severity: Severity,
    /// Where it is, or was.
    pub resource: ResourceRow,
    /// What the earlier side says; `null` when it holds no such finding.
    pub from: Option<StateRow>,
    /// What the later side says.
    pub to: Option<StateRow>,
    /// Why one side could not see it.
    pub not_seen: Option<NotSeenRow>,
}

/// A finding on one side.
#[derive(Debug, Clone, Serialize)]
pub struct StateRow {
    /// `fail` or `unknown`.
    pub verdict: Verdict,
    /// The value seen.
    pub observed: Option<String>,
    /// The value expected.
    pub expected: String,
    /// Why, when unknown.
    pub reason: Option<String>,
    /// The valid waiver that accepts it.
    pub waiver: Option<String>,
}

/// Why one side could not see a finding.
#[derive(Debug, Clone, Serialize)]
pub struct NotSeenRow {
    /// `from` or `to`.
    pub side: &'static str,
    /// For programs.
    pub reason: Blind,
    /// For people.
    pub words: String,
}

/// Resources of both sides, known by source, kind, name and file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Resources {
    /// On the earlier side.
    pub before: u64,
    /// On the later side.
    pub after: u64,
    /// Only on the later side, and the earlier one could see them.
    pub added: u64,
    /// Only on the earlier side, and the later one could see them.
    pub removed: u64,
    /// On both, with another document.
    pub changed: u64,
    /// Only on the later side; the earlier one could not see them.
    pub not_seen_before: u64,
    /// Only on the earlier side; the later one could not see them.
    pub not_seen_after: u64,
}

/// A control whose status changed; `null` where it was not run, or its status is not stored.
#[derive(Debug, Clone, Serialize)]
pub struct ControlRow {
    /// Its id.
    pub id: String,
    /// Before.
    pub from: Option<Verdict>,
    /// After.
    pub to: Option<Verdict>,
}

/// A requirement whose status changed; `null` where it is not in scope.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementRow {
    /// The framework.
    pub framework: String,
    /// Its id.
    pub id: String,
    /// Before.
    pub from: Option<Status>,
    /// After.
    pub to: Option<Status>,
}

impl DiffView {
    /// Classes in the order in which they matter, with their numbers and findings.
    #[must_use]
    pub fn classes(&self) -> [(Class, Count, &[FindingRow]); 5] {
        let (summary, findings) = (&self.summary, &self.findings);
        [
            (Class::New, summary.new, &findings.new),
            (Class::Changed, summary.changed, &findings.changed),
            (Class::Fixed, summary.fixed, &findings.fixed),
            (Class::Incomparable, summary.incomparable, &findings.incomparable),
            (Class::Still, summary.still, &findings.still),
        ]
    }

    /// Failures of the later side that no waiver accepts and the earlier side did not have: new ones, and unknowns that turned out to fail.
    pub fn new_failures(&self) -> impl Iterator<Item = &FindingRow> {
        let known = |row: &FindingRow| row.from.as_ref().is_some_and(|from| from.verdict == Verdict::Fail && from.waiver.is_none());
        let candidates = self.findings.new.iter().chain(&self.findings.changed).filter(move |row| !known(row));
        candidates.filter(|row| row.to.as_ref().is_some_and(|to| to.verdict == Verdict::Fail && to.waiver.is_none()))
    }

    /// What may be a new failure and cannot be told: failures that the earlier side could not see, and unknowns that it did not have.
    pub fn undecided(&self) -> impl Iterator<Item = &FindingRow> {
        let open = |row: &&FindingRow| row.to.as_ref().is_some_and(|to| to.verdict == Verdict::Unknown || to.waiver.is_none());
        let unknown = |row: &&FindingRow| row.to.as_ref().is_some_and(|to| to.verdict == Verdict::Unknown);
        self.findings.incomparable.iter().filter(open).chain(self.findings.new.iter().filter(unknown))
    }
}

impl FindingRow {
    /// The later side's state, else the earlier one's.
    #[must_use]
    pub fn state(&self) -> Option<&StateRow> {
        self.to.as_ref().or(self.from.as_ref())
    }

    /// The resource and its place on one line.
    fn subject(&self) -> String {
        let text = format!("{}  {}", self.resource.display, self.resource.place());
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
    }
}

/// A line about one finding; or about all of one resource that have one cause: unknowns of what was not read, and what one side could not see.
struct Line<'a> {
    row: &'a FindingRow,
    verdict: Verdict,
    /// How many controls.
    number: u64,
    /// What was seen, or why it is not known.
    why: String,
}

impl Line<'_> {
    /// The control, or how many.
    fn control(&self) -> String {
        if self.number == 1 { self.row.control.clone() } else { format!("{} controls", self.number) }
    }
}

fn lines(rows: &[FindingRow]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut known: BTreeMap<(Verdict, &str, String), usize> = BTreeMap::new();
    for row in rows {
        let Some(state) = row.state() else { continue };
        let seen = |state: &StateRow| state.observed.clone().or_else(|| state.reason.clone()).unwrap_or_default();
        let why = match (&row.not_seen, &row.from, &row.to) {
            (Some(not_seen), _, _) => {
                let side = if not_seen.side == "from" { "earlier" } else { "later" };
                format!("the {side} side could not see it: {}", not_seen.words)
            }
            (None, Some(from), Some(to)) if from.verdict != to.verdict || from.observed != to.observed => {
                format!("was {}: {}; now {}: {}", from.verdict, seen(from), to.verdict, seen(to))
            }
            _ => seen(state),
        };
        // Names and values come from documents: nothing in them may move the cursor or end a line.
        let why: String = why.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        let one_cause = state.verdict == Verdict::Unknown || row.not_seen.is_some();
        if one_cause {
            let next = lines.len();
            let index = *known.entry((state.verdict, &row.resource.id, why.clone())).or_insert(next);
            if let Some(line) = lines.get_mut(index) {
                line.number += 1;
                continue;
            }
        }
        lines.push(Line { row, verdict: state.verdict, number: 1, why });
    }
    lines
}

fn heading(class: Class) -> &'static str {
    match class {
        Class::New => "new",
        Class::Changed => "changed",
        Class::Fixed => "fixed",
        Class::Incomparable => "incomparable",
        Class::Still => "still",
    }
}

/// `judged` in a sentence.
fn judged_in_words(view: &DiffView) -> &'static str {
    match view.judged {
        "today" => "both sides judged by today's catalog and settings",
        _ => "each side as its own evaluation judged it",
    }
}

/// The JSON text.
///
/// # Errors
///
/// When the writer refuses; never for what the view holds.
pub fn json(view: &DiffView) -> Result<Vec<u8>, RenderError> {
    let mut bytes = serde_json::to_vec_pretty(view).map_err(|error| RenderError::Writer { format: "json", message: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}
