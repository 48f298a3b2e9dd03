//! The sentences of a view: keys of the reports' words with what is filled in, so that a report can say them in its own language.

use crate::model::{Outcome, Read, Settings};
use crate::posture::schedule::{Basis, Cadence};
use crate::posture::{Status, TopicResult, WaiverResult};
use crate::report::presentation::Words;
use crate::report::view::{Phrase, PhrasePart as Part, PhraseValue as Value, ReportView};
use std::collections::BTreeMap;

/// Says sentences in English and keeps what they are made of.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    words: Words,
    said: BTreeMap<String, Vec<Part>>,
}

impl Phrases {
    /// The English text.
    pub(super) fn say(&mut self, parts: Vec<Part>) -> String {
        let text = self.words.tell(&parts);
        self.said.insert(text.clone(), parts);
        text
    }

    /// The English text of a key in which nothing is filled in.
    pub(super) fn fixed(&mut self, key: &str) -> String {
        self.say(vec![Part::new(key, [])])
    }

    /// Keeps what was said elsewhere.
    pub(super) fn keep(&mut self, phrase: Phrase) {
        self.said.insert(phrase.text, phrase.parts);
    }

    /// All that was said.
    pub(super) fn into_list(self) -> Vec<Phrase> {
        self.said.into_iter().map(|(text, parts)| Phrase { text, parts }).collect()
    }
}

fn part<const N: usize>(key: &str, values: [(&str, Value); N]) -> Value {
    Value::Part(Box::new(Part::new(key, values)))
}

pub(super) fn counted(noun: &str, number: u64) -> Value {
    Value::Counted(format!("number.{noun}"), number)
}

fn nothing() -> Value {
    Value::Text(String::new())
}

/// The state in a few sentences: what fails, and how many reads (`open`) may hide something.
pub(super) fn headline(view: &ReportView, open: usize) -> Vec<Part> {
    let failures = &view.summary.failures;
    let total: u64 = failures.values().sum();
    let failing = view.controls.iter().filter(|control| control.fail > 0).count() as u64;
    let resources = counted("resource", view.snapshot.resources);
    let first = if view.snapshot.resources == 0 {
        Part::new("headline.no_resource", [])
    } else if total == 0 {
        Part::new("headline.none_fails", [("resources", resources)])
    } else {
        let number = |severity: &str| failures.get(severity).copied().unwrap_or(0);
        let grave = match (number("critical"), number("high")) {
            (0, 0) => nothing(),
            (critical, 0) => part("headline.critical", [("critical", Value::Count(critical))]),
            (0, high) => part("headline.high", [("high", Value::Count(high))]),
            (critical, high) => part("headline.critical_high", [("critical", Value::Count(critical)), ("high", Value::Count(high))]),
        };
        let waived = match view.summary.waived {
            0 => nothing(),
            number => part("headline.waived", [("n", Value::Count(number))]),
        };
        let key = if failing == 1 { "headline.fail_one" } else { "headline.fail_many" };
        let (controls, failures) = (counted("control", failing), counted("failure", total));
        Part::new(key, [("controls", controls), ("resources", resources), ("failures", failures), ("grave", grave), ("waived", waived)])
    };
    let mut parts = vec![first];
    parts.extend(one_or_many("headline.open", open));
    parts
}

/// `key_one` or `key_many`, or nothing for none.
fn one_or_many(key: &str, number: usize) -> Option<Part> {
    match number {
        0 => None,
        1 => Some(Part::new(&format!("{key}_one"), [])),
        number => Some(Part::new(&format!("{key}_many"), [("n", Value::Count(number as u64))])),
    }
}

/// What needs attention, for the head of a report; empty when nothing does.
pub(super) fn attention(waivers: &[WaiverResult], settings: &Settings) -> Vec<Part> {
    let count = |state: &str| waivers.iter().filter(|result| result.state == state).count();
    let mut parts = Vec::new();
    let wrong: Vec<(&str, usize)> =
        ["expired", "unused", "too_broad"].into_iter().map(|state| (state, count(state))).filter(|(_, number)| *number > 0).collect();
    if let ([(state, _)], 1) = (wrong.as_slice(), waivers.len()) {
        parts.push(Part::new(&format!("attention.only_{state}"), []));
    } else {
        let of = |(state, number): &(&str, usize)| {
            one_or_many(&format!("attention.{state}"), *number).map_or_else(nothing, |part| Value::Part(Box::new(part)))
        };
        let list = match wrong.as_slice() {
            [] => None,
            [a] => Some(of(a)),
            [a, b] => Some(part("attention.two", [("a", of(a)), ("b", of(b))])),
            [a, b, c, ..] => Some(part("attention.three", [("a", of(a)), ("b", of(b)), ("c", of(c))])),
        };
        parts.extend(list.map(|list| Part::new("attention.waivers", [("n", Value::Count(waivers.len() as u64)), ("list", list)])));
    }
    parts.extend(one_or_many("attention.changed", settings.attestations.iter().filter(|attestation| !attestation.is_intact()).count()));
    parts
}

/// Where the schedule comes from; in English what [`Cadence::sentence`] says.
pub(super) fn cadence(cadence: &Cadence) -> Vec<Part> {
    let Some(schedule) = cadence.schedule else { return vec![Part::new("cadence.unknown", [])] };
    let (every, grace) = (Value::Duration(schedule.every.into()), Value::Duration(schedule.grace.into()));
    vec![match cadence.basis {
        Basis::Median(1) => Part::new("cadence.one", [("every", every), ("grace", grace)]),
        Basis::Median(number) => Part::new("cadence.median", [("n", Value::Count(number as u64)), ("every", every), ("grace", grace)]),
        Basis::Declared | Basis::Unknown => Part::new("cadence.declared", [("every", every), ("grace", grace)]),
    }]
}

/// What an incomplete read leaves open, over so many controls.
pub(super) fn leaves_open(read: &Read, controls: usize) -> Vec<Part> {
    let controls = counted("control", controls as u64);
    vec![match read.may_hide {
        Some(0) => Part::new("unread.leaves_nothing", []),
        Some(1) => Part::new("unread.leaves_one", [("controls", controls)]),
        Some(number) => Part::new("unread.leaves_many", [("n", Value::Count(number)), ("controls", controls)]),
        None => Part::new("unread.leaves_any", [("controls", controls)]),
    }]
}

/// What to do about it.
pub(super) fn next(read: &Read) -> &'static str {
    match read.outcome {
        Outcome::Unsupported => "unread.next_unsupported",
        Outcome::Denied => "unread.next_denied",
        Outcome::Throttled => "unread.next_throttled",
        Outcome::Truncated => "unread.next_truncated",
        _ if read.may_hide == Some(0) => "unread.next_convenient",
        _ => "unread.next_mend",
    }
}

/// Why the split of a change uses today's settings.
pub(super) fn unreadable_settings(evaluation: i64) -> Vec<Part> {
    vec![Part::new("change_note.settings", [("evaluation", Value::Text(evaluation.to_string()))])]
}

/// Why rules and decisions cannot be told apart.
pub(super) fn never_evaluated(snapshot: i64) -> Vec<Part> {
    vec![Part::new("change_note.never_evaluated", [("snapshot", Value::Text(snapshot.to_string()))])]
}

/// Where the catalog's part cannot be told apart.
pub(super) fn no_score(frameworks: &str) -> Vec<Part> {
    vec![Part::new("change_note.no_score", [("frameworks", Value::Text(frameworks.to_owned()))])]
}

/// Who gave evidence for a topic, when, and until when it counts; `None` when nobody did.
pub(super) fn evidence(topic: &TopicResult) -> Option<Vec<Part>> {
    let (attestation, until) = topic.evidence.as_ref()?;
    let key = match topic.status {
        Status::Pass => "evidence_given.counts",
        _ if attestation.is_intact() => "evidence_given.expired",
        _ if attestation.hash.is_some() => "evidence_given.changed",
        _ => "evidence_given.unreadable",
    };
    let file = attestation.file.as_deref().map_or_else(String::new, |file| format!(", {file}"));
    let until = if matches!(key, "evidence_given.counts" | "evidence_given.expired") {
        vec![("until", Value::Day(until.to_string()))]
    } else {
        Vec::new()
    };
    let given = [
        ("owner", Value::Text(attestation.owner.clone())),
        ("day", Value::Day(attestation.performed_at.to_string())),
        ("file", Value::Text(file)),
    ];
    let values = given.into_iter().chain(until).map(|(name, value)| (name.to_owned(), value)).collect();
    Some(vec![Part { key: key.to_owned(), values }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schedule;

    #[test]
    fn a_schedule_is_told_as_posture_tells_it() {
        let daily = Some(Schedule { every: 86_400, grace: 21_600 });
        for (schedule, basis) in [(daily, Basis::Declared), (daily, Basis::Median(1)), (daily, Basis::Median(6)), (None, Basis::Unknown)] {
            let given = Cadence { schedule, basis };
            assert_eq!(Words::default().tell(&cadence(&given)), given.sentence());
        }
    }

    #[test]
    fn a_text_is_said_again_in_another_language() {
        let mut said = Phrases::default();
        let text = said.say(one_or_many("headline.open", 3).into_iter().collect());
        let german = Words::bundled("de").unwrap_or_default();
        assert_eq!(text, "3 things in scope could not be read, so what they may hold is unknown.");
        assert!(german.retell(&said.into_list(), &text).starts_with("3 Dinge im Umfang"));
        assert_eq!(german.retell(&[], "as it stands"), "as it stands");
    }
}
