//! Every document that verdicts rest on: which read gave it, and the hash by which anybody can tell whether it was changed.

use super::Report;
use crate::report::pdf::layout::table::{Cell, Part, Row, text};
use crate::report::pdf::theme;
use crate::report::view::EvidenceView;

impl<'a> Report<'a> {
    pub(super) fn documents(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("documents.title"), "documents", false);
        if view.evidence.is_empty() {
            self.nothing(words.say("documents.none"));
            return;
        }
        self.intro(words.say("documents.intro"));
        let columns = [text(words.say("head.resource"), 0.0), text(words.say("head.read"), 34.0), text(words.say("head.hash"), 258.0)];
        self.flow.table(&columns, view.evidence.iter().map(|item| document(item, words)));
    }
}

fn document(item: &EvidenceView, words: &crate::report::pdf::words::Words) -> Row {
    let place = item.place.as_ref().unwrap_or(&item.resource);
    let seq = item.read.to_string();
    let alt = words.fill("link.read", &[("read", &seq)]);
    Row::plain(vec![
        Cell::of(vec![
            Part::Text(item.display.clone(), theme::CELL),
            Part::Text(words.fill("findings.source", &[("source", &item.source)]), theme::CELL_NOTE),
            Part::Text(place.clone(), theme::CELL_CODE),
        ])
        .header(),
        Cell::of(vec![Part::Link(seq, theme::tint(theme::CELL, theme::ACCENT), format!("read:{}", item.read), alt)]),
        Cell::text(item.hash.clone(), theme::CELL_CODE),
    ])
}
