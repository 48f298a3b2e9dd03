//! What people added to the machine's word: accepted risks and attestations, valid or not.

use super::Report;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme;

impl Report<'_> {
    pub(super) fn waivers(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("waivers.title"), "waivers", false);
        if view.waivers.is_empty() {
            self.nothing(words.say("waivers.none"));
            return;
        }
        self.intro(words.say("waivers.intro"));
        let columns = [
            text(words.say("head.exception"), 106.0),
            text(words.say("head.reason"), 0.0),
            text(words.say("head.people"), 102.0),
            text(words.say("head.expires"), 60.0),
            text(words.say("head.state"), 48.0),
            number(words.say("head.matches"), 44.0),
        ];
        let rows: Vec<Row> = view
            .waivers
            .iter()
            .map(|waiver| Row {
                anchor: Some(format!("waiver:{}", waiver.id)),
                ..Row::plain(vec![
                    Cell::of(vec![
                        Part::Text(waiver.id.clone(), theme::bold(theme::CELL)),
                        self.control_link(&waiver.control, waiver.control.clone(), theme::CELL_CODE),
                        Part::Text(waiver.resources.clone(), theme::CELL_CODE),
                    ])
                    .header(),
                    Cell::text(waiver.reason.clone(), theme::CELL),
                    Cell::of(vec![
                        Part::Text(words.fill("waivers.owner", &[("name", &waiver.owner)]), theme::CELL),
                        Part::Text(words.fill("waivers.approver", &[("name", &waiver.approver)]), theme::CELL),
                    ]),
                    Cell::text(waiver.expires.clone(), theme::CELL),
                    Cell::text(self.listed("state", &waiver.state), theme::CELL),
                    self.count(waiver.matches),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    pub(super) fn attestations(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("attestations.title"), "attestations", false);
        if view.attestations.is_empty() {
            self.nothing(words.say("attestations.none"));
            return;
        }
        self.intro(words.say("attestations.intro"));
        let columns = [
            text(words.say("head.topic"), 140.0),
            text(words.say("head.evidence"), 0.0),
            text(words.say("head.owner"), 80.0),
            text(words.say("head.performed"), 74.0),
            text(words.say("head.state"), 56.0),
        ];
        let rows: Vec<Row> = view
            .attestations
            .iter()
            .map(|attestation| {
                let mut about =
                    vec![Part::Text(attestation.description.clone(), theme::CELL), Part::Text(attestation.topic.clone(), theme::CELL_CODE)];
                if let Some(note) = &attestation.note {
                    about.push(Part::Text(note.clone(), theme::CELL_NOTE));
                }
                let mut evidence =
                    vec![Part::Text(attestation.file.clone().unwrap_or_else(|| words.say("attestations.no_file").to_owned()), theme::CELL)];
                if let Some(hash) = &attestation.hash {
                    evidence.push(Part::Text(hash.clone(), theme::CELL_CODE));
                }
                let mut dates = vec![Part::Text(attestation.performed_at.clone(), theme::CELL)];
                if let Some(until) = &attestation.valid_until {
                    dates.push(Part::Text(words.fill("attestations.until", &[("day", until)]), theme::CELL_NOTE));
                }
                Row::plain(vec![
                    Cell::of(about).header(),
                    Cell::of(evidence),
                    Cell::text(attestation.owner.clone(), theme::CELL),
                    Cell::of(dates),
                    Cell::text(self.listed("state", &attestation.state), theme::CELL),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }
}
