//! The last page: what the fonts could not print, and room for the people who answer for the report.

use super::Report;
use crate::report::pdf::layout::shapes;
use crate::report::pdf::page::Role;
use crate::report::pdf::theme::{self, LEFT, MEASURE};
use crate::report::pdf::typeset::draw;

const FIELDS: f32 = 44.0;

impl Report<'_> {
    pub(super) fn closing(&mut self) {
        let words = self.words;
        self.flow.chapter(words.say("closing.title"), "closing", true);
        self.body(words.say("closing.intro"));
        for role in [words.say("closing.prepared"), words.say("closing.reviewed"), words.say("closing.approved")] {
            self.signature(role);
        }
        self.replaced();
    }

    /// Characters no bundled face covers. Everything printed before this sentence has been set by now.
    fn replaced(&mut self) {
        let words = self.words;
        self.subsection(words.say("closing.characters"), None);
        self.body(words.say("closing.scripts"));
        if self.flow.setter.fonts.replaced.is_empty() {
            self.nothing(words.say("closing.none_replaced"));
            return;
        }
        let replaced = &self.flow.setter.fonts.replaced;
        let distinct = u64::try_from(replaced.len()).unwrap_or(u64::MAX);
        let codes: Vec<String> = replaced.iter().map(|(c, times)| format!("U+{:04X}\u{a0}×{times}", u32::from(*c))).collect();
        let sentence = words.fill("closing.replaced", &[("distinct", &words.plural("number.character", distinct))]);
        self.body(&sentence);
        self.flow.paragraph(&codes.join("  "), theme::NOTE, 10.0);
    }

    /// Four lines to write on. The labels are text, the lines decoration.
    fn signature(&mut self, role: &str) {
        let words = self.words;
        self.flow.open(FIELDS * 2.0 + 40.0);
        self.flow.space(16.0);
        let title = self.flow.setter.set(role, theme::bold(theme::BODY), MEASURE);
        let node = self.flow.document.node(Role::Paragraph, self.flow.section);
        self.flow.y += draw(&mut self.flow.document, &title, LEFT, self.flow.y, Some(node));
        let gap = 28.0;
        let width = (MEASURE - gap) / 2.0;
        let fields =
            [[words.say("closing.name"), words.say("closing.function")], [words.say("closing.date"), words.say("closing.signature")]];
        for row in fields {
            let line = self.flow.y + FIELDS - 12.0;
            for (column, label) in [0.0, 1.0].into_iter().zip(row) {
                let x = LEFT + column * (width + gap);
                self.flow.document.place(None, shapes::line(x, line, x + width, line, theme::INK, 0.5));
                let block = self.flow.setter.set(label, theme::CELL_NOTE, width);
                let node = self.flow.document.node(Role::Paragraph, self.flow.section);
                draw(&mut self.flow.document, &block, x, line + 2.0, Some(node));
            }
            self.flow.y += FIELDS;
        }
    }
}
