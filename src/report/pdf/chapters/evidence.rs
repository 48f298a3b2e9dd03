//! Where the evidence comes from: what could not be read, every read, what was taken out before it was stored.

use super::{About, Report};
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, Mark};
use crate::report::view::LedgerView;

impl Report<'_> {
    pub(super) fn unread(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("unread.title"), "unread", false);
        if view.unread.is_empty() {
            let sentence = if view.ledger.is_empty() { words.say("unread.no_reads") } else { words.say("unread.none") };
            self.nothing(sentence);
            return;
        }
        self.intro(words.say("unread.intro"));
        let columns = [
            text(words.say("head.read"), 36.0),
            text(words.say("head.what"), 124.0),
            text(words.say("head.why"), 0.0),
            text(words.say("head.leaves_open"), 108.0),
            text(words.say("head.next"), 96.0),
        ];
        let known: std::collections::BTreeSet<i64> = view.ledger.iter().map(|read| read.seq).collect();
        let rows: Vec<Row> = view
            .unread
            .iter()
            .map(|unread| {
                let seq = unread.seq.to_string();
                let read = if known.contains(&unread.seq) {
                    let alt = words.fill("link.read", &[("read", &seq)]);
                    Part::Link(seq, theme::tint(theme::CELL, theme::ACCENT), format!("read:{}", unread.seq), alt)
                } else {
                    Part::Text(seq, theme::CELL)
                };
                Row::plain(vec![
                    Cell::of(vec![read]).header(),
                    Cell::of(vec![
                        Part::Text(unread.what.clone(), theme::CELL),
                        Part::Text(words.fill("findings.source", &[("source", &unread.source)]), theme::CELL_NOTE),
                    ]),
                    Cell::text(unread.why.clone(), theme::CELL),
                    Cell::text(self.told(&unread.leaves_open), theme::CELL),
                    Cell::text(self.told(&unread.next), theme::CELL),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    pub(super) fn provenance(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("provenance.title"), "provenance", false);
        if view.ledger.is_empty() {
            self.nothing(words.say("provenance.none"));
        } else {
            self.intro(words.say("provenance.intro"));
            let columns = [
                text(words.say("head.read"), 32.0),
                text(words.say("head.operation"), 0.0),
                text(words.say("head.identity"), 64.0),
                text(words.say("head.period"), 92.0),
                number(words.say("head.pages_items"), 50.0),
                text(words.say("head.outcome"), 92.0),
            ];
            self.flow.table(&columns, view.ledger.iter().map(|read| self.about.read(read)));
        }
        if let Some(size) = self.attached {
            self.subsection(words.say("provenance.attached"), None);
            let sentence =
                words.fill("provenance.attachment", &[("file", super::super::ATTACHMENT), ("bytes", &words.plural("number.byte", size))]);
            self.body(&sentence);
        }
    }

    pub(super) fn redactions(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("redactions.title"), "redactions", false);
        self.body(words.say("redactions.intro"));
        if view.redactions.is_empty() {
            self.nothing(words.say("redactions.none"));
            return;
        }
        let columns = [text(words.say("head.class"), 260.0), number(words.say("head.values"), 60.0)];
        let rows: Vec<Row> = view
            .redactions
            .iter()
            .map(|(class, values)| Row::plain(vec![Cell::text(class.clone(), theme::CELL).header(), self.count(*values)]))
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }
}

impl About<'_> {
    fn read(&self, read: &LedgerView) -> Row {
        let words = self.words;
        let mark = if read.outcome.is_complete() { Mark::Pass } else { Mark::Unknown };
        let word = self.listed("outcome", read.outcome.as_str());
        let mut outcome = vec![Part::Mark(mark, word, theme::tint(theme::CELL, mark.colour()))];
        if let Some(error) = &read.error {
            outcome.push(Part::Text(error.clone(), theme::CELL_NOTE));
        }
        let mut operation = vec![Part::Text(read.operation.clone(), theme::CELL), Part::Text(read.parameters.clone(), theme::CELL_CODE)];
        if let Some(file) = &read.file {
            let at = read.line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
            operation.push(Part::Text(at, theme::CELL_CODE));
        }
        Row {
            anchor: Some(format!("read:{}", read.seq)),
            ..Row::plain(vec![
                Cell::text(read.seq.to_string(), theme::CELL).header(),
                Cell::of(operation),
                Cell::of(vec![Part::Text(read.source.clone(), theme::CELL), Part::Text(read.identity.clone(), theme::CELL_CODE)]),
                Cell::of(vec![Part::Text(read.started_at.clone(), theme::CELL_CODE), Part::Text(read.ended_at.clone(), theme::CELL_CODE)]),
                Cell::text(
                    words.fill("provenance.pages_items", &[("pages", &words.count(read.pages)), ("items", &words.count(read.items))]),
                    theme::CELL,
                ),
                Cell::of(outcome),
            ])
        }
    }
}
