//! The sentences of a period report: headline, what judged, notes, method.

use super::super::Bench;
use super::super::phrases::counted;
use crate::posture::score::TimeShares;
use crate::report::period::view::{FrameworkPeriod, ScheduleView};
use crate::report::view::{PhrasePart as Part, PhraseValue as Value};
use std::collections::{BTreeMap, BTreeSet};

/// The paragraphs of the method, by their keys.
pub(super) const METHOD: [&str; 6] = ["time", "standing", "frameworks", "schedule", "sources", "exceptions"];

fn said<const N: usize>(key: &str, values: [(&str, Value); N]) -> Part {
    Part::new(&format!("period_said.{key}"), values)
}

pub(super) fn headline(frameworks: &[FrameworkPeriod], schedule: &ScheduleView, observed: Option<TimeShares>) -> Vec<Part> {
    let observed = match observed {
        Some(shares) => Value::Percent(shares.met.to_string()),
        None => Value::Part(Box::new(Part::new("period.none", []))),
    };
    let mut parts = vec![said("observed", [("scans", counted("scan", schedule.taken)), ("observed", observed)])];
    let (due, missed) = (schedule.expected, schedule.missed);
    parts.extend(match (due, missed) {
        (0, _) => None,
        (1, 0) => Some(said("due_one", [])),
        (_, 0) => Some(said("due_all", [("n", Value::Count(due))])),
        _ if missed == due => Some(said("due_none", [("n", Value::Count(due))])),
        _ => Some(said("due_some", [("n", Value::Count(due)), ("missed", Value::Count(missed))])),
    });
    let ever: Vec<Part> = frameworks
        .iter()
        .filter(|framework| framework.ever_not_met > 0)
        .map(|one| said("of", [("n", Value::Count(one.ever_not_met)), ("framework", Value::Text(one.title.clone()))]))
        .collect();
    parts.push(if ever.is_empty() { said("all_met", []) } else { said("not_met", [("list", Value::List(ever))]) });
    parts
}

pub(super) fn judged_by(as_evaluated: bool) -> &'static str {
    if as_evaluated { "period_said.as_evaluated" } else { "period_said.today" }
}

/// What a reader must know besides: sources that come and go, other catalogs, snapshots that were never evaluated.
pub(super) fn notes(
    scans: &[(i64, &BTreeSet<String>)],
    bench: &Bench,
    catalogs: &[(i64, String)],
    never: &[i64],
    as_evaluated: bool,
) -> Vec<Part> {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut notes = Vec::new();
    let mut seen: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for (snapshot, sources) in scans {
        for source in *sources {
            seen.entry(source).or_default().push(*snapshot);
        }
    }
    for (source, snapshots) in &seen {
        let (Some(first), Some(last)) = (snapshots.first(), snapshots.last()) else { continue };
        if scans.first().is_some_and(|(snapshot, _)| snapshot != first) {
            notes.push(said("source_first", [("source", text(source)), ("snapshot", text(&first.to_string()))]));
        }
        if scans.last().is_some_and(|(snapshot, _)| snapshot != last) {
            notes.push(said("source_last", [("source", text(source)), ("snapshot", text(&last.to_string()))]));
        }
    }
    let today = bench.catalog.hash.to_string();
    let other: Vec<String> = catalogs.iter().filter(|(_, catalog)| *catalog != today).map(|(snapshot, _)| snapshot.to_string()).collect();
    if as_evaluated && !other.is_empty() {
        notes.push(said("other_catalog", [("snapshots", text(&other.join(", ")))]));
    }
    if !never.is_empty() {
        let ids = never.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        notes.push(said("never_judged", [("snapshots", text(&ids))]));
    }
    notes
}
