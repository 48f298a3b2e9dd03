//! The sentences of a period report: headline, what judged, notes, method.

use super::super::Bench;
use crate::posture::score::TimeShares;
use crate::report::period::view::{FrameworkPeriod, ScheduleView};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn headline(frameworks: &[FrameworkPeriod], schedule: &ScheduleView, observed: Option<TimeShares>) -> String {
    let observed = observed.map_or_else(|| "none".to_owned(), |shares| shares.met.to_string());
    let scans = if schedule.taken == 1 { "1 scan".to_owned() } else { format!("{} scans", schedule.taken) };
    let mut text = format!("{scans} in the period; {observed} of it was observed.");
    if schedule.expected > 0 {
        text += &match (schedule.expected, schedule.missed) {
            (1, 0) => " The one scan due came in time.".to_owned(),
            (due, 0) => format!(" All {due} scans due came in time."),
            (due, missed) if missed == due => format!(" Of {due} scans due, none came in time."),
            (due, missed) => format!(" Of {due} scans due, {missed} did not come in time."),
        };
    }
    let ever: Vec<String> = frameworks
        .iter()
        .filter(|framework| framework.ever_not_met > 0)
        .map(|framework| format!("{} of {}", framework.ever_not_met, framework.title))
        .collect();
    if ever.is_empty() {
        text += " No requirement in scope was seen not to be met.";
    } else {
        text += &format!(" Requirements that were not met at some time: {}.", ever.join(", "));
    }
    text
}

pub(super) fn judged_by(as_evaluated: bool) -> &'static str {
    if as_evaluated {
        "Each scan counts as its own evaluation found it then, with the attestations known then; scope and the mapping to requirements are today's."
    } else {
        "Every scan is judged by today's catalog, parameters, scope and attestations, so that one yardstick measures the whole period."
    }
}

/// What a reader must know besides: sources that come and go, other catalogs, snapshots that were never evaluated.
pub(super) fn notes(
    scans: &[(i64, &BTreeSet<String>)],
    bench: &Bench,
    catalogs: &[(i64, String)],
    never: &[i64],
    as_evaluated: bool,
) -> Vec<String> {
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
            notes.push(format!("Source {source} was first looked at in snapshot {first}; what is said before does not speak of it."));
        }
        if scans.last().is_some_and(|(snapshot, _)| snapshot != last) {
            notes.push(format!("Source {source} was last looked at in snapshot {last}; what is said after does not speak of it."));
        }
    }
    let today = bench.catalog.hash.to_string();
    let other: Vec<String> = catalogs.iter().filter(|(_, catalog)| *catalog != today).map(|(snapshot, _)| snapshot.to_string()).collect();
    if as_evaluated && !other.is_empty() {
        notes.push(format!(
            "Another catalog than today's judged snapshots {}. Their counts are as they were; today's framework files map them, and a control \
             that did not exist then is one that nobody looked with.",
            other.join(", ")
        ));
    }
    if !never.is_empty() {
        let ids = never.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        notes.push(format!(
            "Nobody judged these snapshots by these rules while their evidence was there, so nothing is known of their time: {ids}."
        ));
    }
    notes
}

pub(super) fn method() -> Vec<(String, String)> {
    let paragraphs = [
        (
            "Time",
            "What a scan saw counts from the scan until the next one, and at most for the schedule's interval and its grace. After that, and \
             before the first scan, nothing was observed. What was not observed is not known, and is never counted as met. Human evidence has \
             dates of its own: at each midnight (UTC) on which an attestation begins or ends to count, the requirement's status is taken anew.",
        ),
        (
            "Met, not met, not known",
            "Met: status pass or not applicable. Not met: a deciding control fails (status fail, or partial because a supporting control \
             fails). Not known: unknown, manual (no evidence given), not assessed (no control or topic bears on it), partial because something \
             could not be read, or not observed. The shares are time by one decimal: met is rounded down, not met up, not known is the rest.",
        ),
        (
            "Frameworks",
            "A framework's shares are those of all its requirements in scope together, each with the same weight: requirement-time met over \
             requirement-time.",
        ),
        (
            "Schedule",
            "A scan is due one interval after the scan before it, and was missed when none came by then or within the grace. Where no schedule \
             is declared, the median distance between the scans of the period stands in for it.",
        ),
        (
            "Sources",
            "A scan that left out a source which scans before and after it looked at cannot show that a requirement is met; it can show that \
             one is not.",
        ),
        (
            "Exceptions",
            "Waivers and attestations are all those that any evaluation of the period sealed, and those of today's files. A waiver is in force \
             from the first scan whose evaluation knew it until it expires or an evaluation no longer knows it. Waivers never change a status.",
        ),
    ];
    paragraphs.iter().map(|(title, text)| ((*title).to_owned(), (*text).to_owned())).collect()
}
