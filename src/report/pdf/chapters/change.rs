//! Why the scores moved since the snapshot before: parts that add up to the change.

use super::Report;
use crate::posture::change::{Delta, Parts, ScoreChange};
use crate::posture::score::points;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme;

impl Report<'_> {
    pub(super) fn change(&mut self) {
        let (view, words) = (self.view, self.words);
        let Some(change) = &view.change else { return };
        self.section(words.say("change.title"));
        let (snapshot, taken) = (change.snapshot.to_string(), super::actions::day(&change.taken_at));
        let key = if self.executive() { "change.intro_configuration" } else { "change.intro" };
        self.intro(&words.fill(key, &[("snapshot", &snapshot), ("taken", taken)]));
        let columns = [
            text(words.say("head.score"), 90.0),
            number(words.say("change.total"), 0.0),
            number(words.say("change.configuration"), 58.0),
            number(words.say("change.catalog"), 54.0),
            number(words.say("change.scope"), 44.0),
            number(words.say("change.access"), 58.0),
            number(words.say("change.waivers"), 50.0),
            number(words.say("change.attestations"), 58.0),
        ];
        let mut rows = Vec::new();
        let shown = if self.executive() { super::summary::FEW } else { usize::MAX };
        for framework in change.frameworks.iter().take(shown) {
            let title = self.titles.get(framework.framework.as_str()).copied().unwrap_or(&framework.framework);
            let mut scores = vec![(words.say("head.configuration"), framework.configuration)];
            if !self.executive() {
                scores.push((words.say("head.programme"), framework.programme));
            }
            for (name, [gross, _]) in scores {
                rows.push(self.changed(title, name, &gross));
            }
        }
        if rows.is_empty() {
            self.nothing(words.say("change.nothing"));
        } else {
            self.flow.table(&columns, rows.into_iter());
            self.more(change.frameworks.len(), shown);
        }
        for note in change.notes.iter().take(if self.executive() { 0 } else { usize::MAX }) {
            let note = self.told(note);
            self.flow.paragraph(&note, theme::NOTE, 4.0);
        }
    }

    fn changed(&self, title: &str, name: &str, score: &ScoreChange) -> Row {
        let mut head = vec![Part::Text(title.to_owned(), theme::bold(theme::CELL))];
        if !self.executive() {
            head.push(Part::Text(name.to_owned(), theme::CELL_NOTE));
        }
        let head = Cell::of(head);
        let Some(parts) = &score.parts else {
            let said = self.words.say("change.no_score").to_owned();
            return Row::plain(vec![head.header(), Cell::text(said, theme::tint(theme::CELL, theme::GREY)).across(7)]);
        };
        let Parts { configuration, catalog, scope, access, waivers, attestations } = *parts;
        let mut cells = vec![head.header(), self.delta(Some(parts.total()), true)];
        let causes = [Some(configuration), catalog, Some(scope), Some(access), Some(waivers), Some(attestations)];
        cells.extend(causes.into_iter().map(|delta| self.delta(delta, false)));
        Row::plain(cells)
    }

    /// Both ends on lines of their own; a cause that did nothing is grey.
    fn delta(&self, delta: Option<Delta>, total: bool) -> Cell {
        let grey = theme::tint(theme::CELL, theme::GREY);
        let Some(delta) = delta else { return Cell::text(self.words.say("change.inseparable"), theme::CELL_NOTE) };
        if delta == Delta::default() {
            return Cell::text(self.words.decimal("0.0"), grey);
        }
        let style = if total { theme::bold(theme::CELL) } else { theme::CELL };
        if delta.low == delta.high {
            return Cell::text(self.words.decimal(&signed(delta.low)), style);
        }
        Cell::text(
            self.words.fill(
                "change.span",
                &[("low", &self.words.decimal(&signed(delta.low))), ("high", &self.words.decimal(&signed(delta.high)))],
            ),
            style,
        )
    }
}

/// Tenths of a point with their sign.
fn signed(tenths: i64) -> String {
    if tenths == 0 { "0.0".to_owned() } else { format!("{:+.1}", points(tenths).0).replace('-', "\u{2212}") }
}
