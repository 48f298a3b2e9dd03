//! The population of exceptions of a period: accepted risks and human evidence, and for what part of it each counted.

use super::attestation::last_day;
use super::period::Span;
use crate::catalog::Catalog;
use crate::model::{Attestation, Settings, Waiver};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

/// What people had decided when a snapshot was judged.
#[derive(Debug, Clone, Copy)]
pub struct Recorded<'a> {
    /// The snapshot's time.
    pub at: DateTime<Utc>,
    /// The settings sealed with its evaluation.
    pub settings: &'a Settings,
}

/// A waiver over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverSpan {
    /// As written.
    pub waiver: Waiver,
    /// First and last scan whose own evaluation knew it.
    pub recorded: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The part of the period in which it was in force.
    pub in_force: Option<Span>,
    /// At the end of the period: `in_force`, `expired`, `withdrawn`, or `not_recorded` (today's file has it, no evaluation of the period does).
    pub state: &'static str,
}

/// An attestation over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationSpan {
    /// As written.
    pub attestation: Attestation,
    /// The part of the period for which it counts, by the topic's usual validity.
    pub valid: Option<Span>,
    /// `throughout`, `part`, `outside` or `unreadable` (its file was not there, so it never counts).
    pub state: &'static str,
    /// Whether today's file still has it.
    pub given_today: bool,
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The midnight after a last day.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    midnight(day.checked_add_days(Days::new(1)).unwrap_or(day))
}

/// Every waiver that an evaluation of the period or today's file knows, by id. `recorded` must be in order of time. It is in
/// force from the first scan whose evaluation knew it, or from its own first day when that is later, until it expires or an evaluation no longer
/// knows it.
#[must_use]
pub fn waivers(recorded: &[Recorded<'_>], today: &Settings, period: &Span) -> Vec<WaiverSpan> {
    let known = recorded.iter().flat_map(|recorded| &recorded.settings.waivers).chain(&today.waivers);
    let mut found: Vec<WaiverSpan> = Vec::new();
    for waiver in known {
        if found.iter().any(|other| other.waiver == *waiver) {
            continue;
        }
        let mut holders = recorded.iter().filter(|recorded| recorded.settings.waivers.contains(waiver)).map(|recorded| recorded.at);
        let first = holders.next();
        let last = holders.next_back().or(first);
        let withdrawn = last.and_then(|last| recorded.iter().map(|recorded| recorded.at).find(|at| *at > last));
        let expiry = end_of(waiver.expires);
        let ends = withdrawn.map_or(expiry, |withdrawn| withdrawn.min(expiry));
        let begins = |first: DateTime<Utc>| waiver.created.map_or(first, |created| first.max(midnight(created)));
        let in_force = first.and_then(|first| Span { from: begins(first), until: ends }.within(period));
        let state = match (first, withdrawn) {
            (None, _) => "not_recorded",
            _ if ends >= period.until => "in_force",
            (_, Some(withdrawn)) if withdrawn <= expiry => "withdrawn",
            _ => "expired",
        };
        found.push(WaiverSpan { waiver: waiver.clone(), recorded: first.zip(last), in_force, state });
    }
    found.sort_by(|a, b| (&a.waiver.id, a.waiver.expires, a.recorded).cmp(&(&b.waiver.id, b.waiver.expires, b.recorded)));
    found
}

/// Every attestation that an evaluation of the period or today's file knows, by topic and day.
#[must_use]
pub fn attestations(catalog: &Catalog, recorded: &[Recorded<'_>], today: &Settings, period: &Span) -> Vec<AttestationSpan> {
    let known = recorded.iter().flat_map(|recorded| &recorded.settings.attestations).chain(&today.attestations);
    let mut found: Vec<AttestationSpan> = Vec::new();
    for attestation in known {
        if found.iter().any(|other| other.attestation == *attestation) {
            continue;
        }
        let days = catalog.topics.get(&attestation.topic).map_or(0, |topic| topic.valid_days);
        let counts = Span { from: midnight(attestation.performed_at), until: end_of(last_day(attestation, days)) };
        let valid = counts.within(period).filter(|_| attestation.is_intact());
        let state = match valid {
            _ if !attestation.is_intact() && attestation.hash.is_some() => "changed",
            _ if !attestation.is_intact() => "unreadable",
            None => "outside",
            Some(span) if span == *period => "throughout",
            Some(_) => "part",
        };
        let given_today = today.attestations.contains(attestation);
        found.push(AttestationSpan { attestation: attestation.clone(), valid, state, given_today });
    }
    found.sort_by(|a, b| {
        let key = |span: &AttestationSpan| (span.attestation.topic.clone(), span.attestation.performed_at, span.attestation.owner.clone());
        key(a).cmp(&key(b))
    });
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
    }

    fn waiver(id: &str, expires: u32) -> Waiver {
        let text = |word: &str| word.to_owned();
        Waiver {
            id: text(id),
            control: text("c"),
            resources: text("*"),
            owner: text("a"),
            approver: text("b"),
            reason: text("r"),
            expires: day(expires),
            created: None,
            ticket: None,
        }
    }

    fn with(waivers: &[Waiver]) -> Settings {
        Settings { waivers: waivers.to_vec(), ..Settings::default() }
    }

    #[test]
    fn a_waiver_counts_from_its_first_record_until_it_expires_or_is_withdrawn() {
        let (kept, short, gone, new) = (waiver("kept", 31), waiver("short", 4), waiver("gone", 31), waiver("new", 31));
        let states =
            [with(&[kept.clone(), short.clone(), gone.clone()]), with(&[kept.clone(), short, gone]), with(std::slice::from_ref(&kept))];
        let recorded: Vec<Recorded<'_>> =
            states.iter().zip([2, 5, 8]).map(|(settings, on)| Recorded { at: midnight(day(on)), settings }).collect();
        let period = Span { from: midnight(day(1)), until: midnight(day(20)) };
        let spans = waivers(&recorded, &with(&[kept, new]), &period);
        let said: Vec<_> = spans
            .iter()
            .map(|span| {
                use chrono::Datelike;
                (span.waiver.id.as_str(), span.state, span.in_force.map(|s| (s.from.day(), s.until.day())))
            })
            .collect();
        let expected = [
            ("gone", "withdrawn", Some((2, 8))),
            ("kept", "in_force", Some((2, 20))),
            ("new", "not_recorded", None),
            ("short", "expired", Some((2, 5))),
        ];
        assert_eq!(said, expected);
    }
}
