//! The population of exceptions: accepted risks and human evidence, and for what part of the period each counted.

use super::Period;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme;
use crate::report::period::view::SpanView;
use crate::report::period::{moment, status_in};

impl Period<'_> {
    pub(super) fn exceptions(&mut self) {
        let words = self.words;
        self.flow.chapter(words.say("period.exceptions"), "exceptions", true);
        self.section(words.say("period.waivers"), false);
        self.waivers();
        self.section(words.say("period.attestations"), false);
        self.attestations();
    }

    fn span(&self, span: &SpanView) -> String {
        self.words.fill("period.span", &[("from", &moment(&span.from)), ("until", &moment(&span.until))])
    }

    fn waivers(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.waivers.is_empty() {
            self.quiet(words.say("period.no_waivers"));
            return;
        }
        let columns = [
            text(words.say("period.waiver"), 112.0),
            text(words.say("period.reason"), 0.0),
            text(words.say("period.people"), 84.0),
            text(words.say("period.in_force"), 82.0),
            text(words.say("period.at_end"), 56.0),
            number(words.say("period.accepted"), 48.0),
        ];
        let rows: Vec<Row> = view
            .waivers
            .iter()
            .map(|waiver| {
                let when = waiver.in_force.as_ref().map_or_else(|| words.say("period.not_in_force").to_owned(), |span| self.span(span));
                Row::plain(vec![
                    Cell::of(vec![
                        Part::Text(waiver.id.clone(), theme::bold(theme::CELL)),
                        Part::Text(waiver.control.clone(), theme::CELL_CODE),
                        Part::Text(waiver.resources.clone(), theme::CELL_CODE),
                    ])
                    .header(),
                    Cell::text(waiver.reason.clone(), theme::CELL),
                    Cell::of(vec![Part::Text(waiver.owner.clone(), theme::CELL), Part::Text(waiver.approver.clone(), theme::CELL)]),
                    Cell::of(vec![
                        Part::Text(when, theme::CELL),
                        Part::Text(words.fill("period.expires", &[("day", &waiver.expires)]), theme::CELL_NOTE),
                    ]),
                    Cell::text(status_in(self.shared, &waiver.state), theme::CELL),
                    Cell::text(words.count(waiver.accepted), theme::CELL),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    fn attestations(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.attestations.is_empty() {
            self.quiet(words.say("period.no_attestations"));
            return;
        }
        let columns = [
            text(words.say("period.topic"), 128.0),
            text(words.say("head.evidence"), 0.0),
            text(words.say("period.owner"), 72.0),
            text(words.say("period.performed"), 54.0),
            text(words.say("period.counts"), 78.0),
            number(words.say("period.share"), 40.0),
        ];
        let rows: Vec<Row> = view
            .attestations
            .iter()
            .map(|given| {
                let when = match (&given.valid, given.state.as_str()) {
                    (Some(span), _) => self.span(span),
                    (None, "unreadable") => words.say("period.unreadable").to_owned(),
                    (None, _) => words.say("period.not_in_period").to_owned(),
                };
                let mut counts = vec![Part::Text(when, theme::CELL)];
                if !given.given_today {
                    counts.push(Part::Text(words.say("period.gone").to_owned(), theme::CELL_NOTE));
                }
                let file = given.file.clone().unwrap_or_else(|| words.say("period.no_file").to_owned());
                let mut evidence = vec![Part::Text(file, theme::CELL)];
                evidence.extend(given.hash.iter().map(|hash| Part::Text(hash.clone(), theme::CELL_CODE)));
                Row::plain(vec![
                    Cell::of(vec![Part::Text(given.description.clone(), theme::CELL), Part::Text(given.topic.clone(), theme::CELL_CODE)])
                        .header(),
                    Cell::of(evidence),
                    Cell::text(given.owner.clone(), theme::CELL),
                    Cell::text(given.performed_at.clone(), theme::CELL),
                    Cell::of(counts),
                    Cell::text(given.share.map_or_else(String::new, |share| words.percent(share)), theme::CELL),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }
}
