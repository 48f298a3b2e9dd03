//! Every finding, grouped by control: what is expected once, then each resource with what was seen.

use super::Report;
use crate::model::Verdict;
use crate::report::pdf::layout::table::{Cell, Part, Row, text};
use crate::report::pdf::theme;
use crate::report::view::FindingView;
use std::collections::BTreeMap;

/// Room for the head of a table and its first two rows, which belong below their explanation.
const FIRST_ROWS: f32 = 125.0;

impl<'a> Report<'a> {
    pub(super) fn findings(&mut self) {
        let (view, words) = (self.view, self.words);
        self.begin_chapter(words.say("findings.title"), "findings", !view.findings.is_empty());
        if view.findings.is_empty() {
            let judged: u64 = view.summary.verdicts.values().sum();
            let sentence = if judged == 0 { words.say("findings.nothing_judged") } else { words.say("findings.none") };
            self.nothing(sentence);
            return;
        }
        self.body(words.say("findings.intro"));
        // Worst first stays worst first: a group stands where its first finding does.
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<&'a FindingView>> = Vec::new();
        for finding in &view.findings {
            let place = *places.entry(finding.control.as_str()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.push(finding),
                None => groups.push(vec![finding]),
            }
        }
        for group in &groups {
            self.group(group);
        }
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
                (words.say("control.expected"), expected, theme::BODY),
                (words.say("control.rationale"), control.map_or("", |control| &control.rationale), theme::BODY),
                (words.say("control.remediation"), control.map_or("", |control| &control.remediation), theme::BODY),
            ],
            78.0,
            FIRST_ROWS,
        );
        self.flow.space(5.0);
        let columns = [
            text(words.say("head.finding"), 44.0),
            text(words.say("head.status"), 56.0),
            text(words.say("head.resource"), 176.0),
            text(words.say("head.seen"), 0.0),
            text(words.say("head.since"), 66.0),
        ];
        let rows: Vec<Row> = group.iter().map(|finding| self.finding(finding, expected)).collect();
        self.flow.table(&columns, rows.into_iter());
    }

    fn finding(&self, finding: &FindingView, expected: &str) -> Row {
        let words = self.words;
        let mut place = vec![
            Part::Text(display(finding), theme::CELL),
            Part::Text(words.fill("findings.source", &[("source", &finding.source)]), theme::CELL_NOTE),
        ];
        if let Some(file) = &finding.file {
            let at = finding.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
            place.push(Part::Text(at, theme::CELL_CODE));
        } else {
            place.push(Part::Text(finding.resource.clone(), theme::CELL_CODE));
        }
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
        let mut since =
            vec![Part::Text(finding.first_seen.clone().unwrap_or_else(|| words.say("findings.first_snapshot").to_owned()), theme::CELL)];
        if let Some(waiver) = &finding.waiver {
            let alt = words.fill("link.waiver", &[("waiver", waiver)]);
            let said = words.fill("findings.waived", &[("waiver", waiver)]);
            since.push(if self.view.waivers.iter().any(|known| known.id == *waiver) {
                Part::Link(said, theme::tint(theme::CELL_NOTE, theme::ACCENT), format!("waiver:{waiver}"), alt)
            } else {
                Part::Text(said, theme::CELL_NOTE)
            });
        }
        Row {
            anchor: Some(format!("finding:{}", finding.number)),
            ..Row::plain(vec![
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
}

fn display(finding: &FindingView) -> String {
    match (finding.namespace.is_empty(), finding.name.is_empty()) {
        (_, true) => finding.kind.clone(),
        (true, false) => format!("{} {}", finding.kind, finding.name),
        (false, false) => format!("{} {}/{}", finding.kind, finding.namespace, finding.name),
    }
}
