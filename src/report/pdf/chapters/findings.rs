//! Every finding, grouped by control: what is expected once, then each resource with what was seen. What stands for an unread
//! thing comes last, once below that thing.

use super::{About, Report};
use crate::model::Verdict;
use crate::report::pdf::layout::Heading;
use crate::report::pdf::layout::table::{Cell, Part, Row, text};
use crate::report::pdf::theme;
use crate::report::unread::{apart, controls};
use crate::report::view::{FindingView, UnreadView};
use std::collections::BTreeMap;

/// Room for the head of a table and its first row, which belong below their explanation.
const FIRST_ROWS: f32 = 75.0;

impl<'a> Report<'a> {
    pub(super) fn findings(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("findings.title"), "findings", !view.findings.is_empty());
        if view.findings.is_empty() {
            let judged: u64 = view.summary.verdicts.values().sum();
            let sentence = if judged == 0 { words.say("findings.nothing_judged") } else { words.say("findings.none") };
            self.nothing(sentence);
            return;
        }
        self.intro(words.say("findings.intro"));
        let (seen, unread) = apart(view);
        // Failing controls come first; within them, and within those that are only unknown, worst first stays worst first: a group stands where its first finding does.
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<&'a FindingView>> = Vec::new();
        for finding in seen {
            let place = *places.entry(finding.control.as_str()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.push(finding),
                None => groups.push(vec![finding]),
            }
        }
        let fails = |group: &[&FindingView]| group.iter().any(|finding| finding.verdict == Verdict::Fail);
        groups.sort_by_key(|group| !fails(group));
        for group in &groups {
            self.group(group);
        }
        if !unread.is_empty() {
            self.section(words.say("findings.unread_title"));
            self.intro(words.say("findings.unread_intro"));
        }
        for (thing, findings) in &unread {
            self.left_open(thing, findings);
        }
    }

    /// What one unread thing leaves open: its price once, then the findings in one line each.
    fn left_open(&mut self, thing: &UnreadView, findings: &[&FindingView]) {
        let words = self.words;
        self.flow.heading(Heading { level: 3, number: None, text: &thing.what, anchor: None, in_contents: false });
        let (findings_said, controls_said) = (
            words.plural("number.finding", u64::try_from(findings.len()).unwrap_or(u64::MAX)),
            words.plural("number.control", controls(findings)),
        );
        let line = words
            .fill("findings.unread_line", &[("findings", &findings_said), ("controls", &controls_said), ("read", &thing.seq.to_string())]);
        self.flow.lead_in(&line, theme::tint(theme::CELL, theme::GREY), 6.0);
        self.flow.definitions(
            &[
                (words.say("head.why"), &thing.why, theme::BODY),
                (words.say("head.leaves_open"), &self.about.told(&thing.leaves_open), theme::BODY),
                (words.say("head.next"), &self.about.told(&thing.next), theme::BODY),
            ],
            108.0,
            FIRST_ROWS,
        );
        self.flow.space(5.0);
        let columns = [
            text(words.say("head.finding"), 114.0),
            text(words.say("head.status"), 56.0),
            text(words.say("head.severity"), 52.0),
            text(words.say("head.control"), 0.0),
            text(words.say("head.since"), 48.0),
        ];
        self.flow.table(&columns, findings.iter().map(|finding| self.about.unread_row(finding)));
    }

    fn group(&mut self, group: &[&FindingView]) {
        let words = self.words;
        let Some(first) = group.first() else { return };
        self.subsection(&first.title, Some(format!("findings:{}", first.control)));
        let of = |verdict: Verdict| u64::try_from(group.iter().filter(|finding| finding.verdict == verdict).count()).unwrap_or(0);
        let counts = [Verdict::Fail, Verdict::Unknown].map(|verdict| (verdict.as_str(), of(verdict)));
        let line = words.fill(
            "findings.line",
            &[("severity", &self.severity_word(first.severity)), ("counts", &self.tally(&counts)), ("control", &first.control)],
        );
        self.flow.lead_in(&line, theme::tint(theme::CELL, theme::GREY), 6.0);
        let control = self.controls.get(first.control.as_str()).copied();
        let expected = control.map_or(first.expected.as_str(), |control| control.expected.as_str());
        self.flow.definitions(
            &[
                (words.say("control.expected"), expected, theme::PROSE),
                (words.say("control.rationale"), control.map_or("", |control| &control.rationale), theme::PROSE),
                (words.say("control.remediation"), control.map_or("", |control| &control.remediation), theme::PROSE),
            ],
            78.0,
            FIRST_ROWS,
        );
        self.flow.space(5.0);
        let columns = [
            text(words.say("head.finding"), 44.0),
            text(words.say("head.status"), 56.0),
            text(words.say("head.resource"), 158.0),
            text(words.say("head.seen"), 0.0),
            text(words.say("head.since"), 60.0),
        ];
        self.flow.table(&columns, group.iter().map(|finding| self.about.finding(finding, expected)));
    }
}

impl About<'_> {
    fn unread_row(&self, finding: &FindingView) -> Row {
        Row::plain(vec![
            Cell::text(format!("F-{:04} {}", finding.number, finding.fingerprint), theme::CELL_CODE).header(),
            Cell::of(vec![self.verdict(finding.verdict)]),
            Cell::text(self.severity_word(finding.severity), theme::severity(finding.severity, theme::CELL)),
            Cell::of(vec![self.control_link(&finding.control, finding.title.clone(), theme::CELL)]),
            Cell::text(self.first_seen(finding), theme::CELL),
        ])
    }

    fn first_seen(&self, finding: &FindingView) -> String {
        finding.first_seen.clone().unwrap_or_else(|| self.words.say("findings.first_snapshot").to_owned())
    }

    fn finding(&self, finding: &FindingView, expected: &str) -> Row {
        let words = self.words;
        let mut place = vec![
            Part::Text(display(finding), theme::CELL),
            Part::Text(words.fill("findings.source", &[("source", &finding.source)]), theme::CELL_NOTE),
        ];
        place.push(Part::Text(self::place(finding).unwrap_or_else(|| finding.resource.clone()), theme::CELL_CODE));
        let mut seen = Vec::new();
        if let Some(observed) = &finding.observed {
            seen.push(Part::Text(observed.clone(), theme::CELL));
        }
        if let Some(reason) = &finding.reason {
            seen.push(Part::Text(reason.clone(), theme::CELL));
        }
        if finding.expected != expected {
            seen.push(Part::Text(words.fill("findings.expected", &[("expected", &finding.expected)]), theme::CELL_NOTE));
        }
        if !finding.reads.is_empty() {
            let reads: Vec<String> = finding.reads.iter().map(ToString::to_string).collect();
            seen.push(Part::Text(words.fill("findings.reads", &[("reads", &reads.join(", "))]), theme::CELL_NOTE));
        }
        let mut since = vec![Part::Text(self.first_seen(finding), theme::CELL)];
        if let Some(waiver) = &finding.waiver {
            let alt = words.fill("link.waiver", &[("waiver", waiver)]);
            let said = words.fill("findings.waived", &[("waiver", waiver)]);
            since.push(if self.view.waivers.iter().any(|known| known.id == *waiver) {
                Part::Link(said, theme::tint(theme::CELL_NOTE, theme::ACCENT), format!("waiver:{waiver}"), alt)
            } else {
                Part::Text(said, theme::CELL_NOTE)
            });
        }
        Row::plain(vec![
            Cell::of(vec![
                Part::Text(format!("F-{:04}", finding.number), theme::CELL),
                Part::Text(finding.fingerprint.clone(), theme::CELL_CODE),
            ])
            .header(),
            Cell::of(vec![self.verdict(finding.verdict)]),
            Cell::of(place),
            Cell::of(seen),
            Cell::of(since),
        ])
    }
}

/// File and line, where a file declares the resource.
pub(super) fn place(finding: &FindingView) -> Option<String> {
    let file = finding.file.as_ref()?;
    Some(finding.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}")))
}

/// `Deployment shop/web`.
pub(super) fn display(finding: &FindingView) -> String {
    match (finding.namespace.is_empty(), finding.name.is_empty()) {
        (_, true) => finding.kind.clone(),
        (true, false) => format!("{} {}", finding.kind, finding.name),
        (false, false) => format!("{} {}/{}", finding.kind, finding.namespace, finding.name),
    }
}
