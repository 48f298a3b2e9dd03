//! When somebody looked, and when nobody did.

use super::Period;
use crate::report::pdf::layout::shapes;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, LEFT, MEASURE, Mark};
use crate::report::pdf::typeset::draw;
use crate::report::period::moment;
use crate::report::period::strip::place;

const HEIGHT: f32 = 16.0;

impl Period<'_> {
    pub(super) fn scans(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("period.scans"), "scans", true);
        self.axis();
        self.section(words.say("period.unobserved"), false);
        if view.unobserved.is_empty() {
            self.quiet(words.say("period.all_observed"));
        } else {
            let columns = [text(words.say("period.unobserved"), 220.0), number(words.say("period.length"), 110.0)];
            let rows = view.unobserved.iter().map(|span| {
                let when = words.fill("period.span", &[("from", &moment(&span.from)), ("until", &moment(&span.until))]);
                Row::plain(vec![Cell::text(when, theme::CELL).header(), Cell::text(words.duration(span.seconds), theme::CELL)])
            });
            self.flow.table(&columns, rows.collect::<Vec<_>>().into_iter());
        }
        self.section(words.say("period.missed"), false);
        if view.schedule.missed_at.is_empty() {
            self.quiet(words.say("period.none_missed"));
        } else {
            let missed: Vec<String> = view.schedule.missed_at.iter().map(|due| moment(due)).collect();
            self.body(&missed.join(", "));
        }
        self.section(words.say("period.scans"), false);
        if view.scans.is_empty() {
            self.quiet(words.say("period.no_scans"));
            return;
        }
        self.flow.lead_in(words.say("period.scans_intro"), theme::BODY, 8.0);
        let columns =
            [text(words.say("head.snapshot"), 42.0), text(words.say("period.taken"), 168.0), text(words.say("period.roots"), 0.0)];
        let rows: Vec<Row> = view
            .scans
            .iter()
            .map(|scan| {
                let judged = match scan.judged.as_str() {
                    "stored" => words.say("period.stored"),
                    "again" => words.say("period.again"),
                    _ => words.say("period.never_judged"),
                };
                let read = words.fill(
                    "period.read",
                    &[
                        ("resources", &words.plural("number.resource", scan.resources)),
                        ("incomplete", &words.count(scan.incomplete)),
                        ("judged", judged),
                    ],
                );
                let mut when = vec![Part::Text(scan.taken_at.clone(), theme::CELL), Part::Text(read, theme::CELL_NOTE)];
                when.extend(
                    scan.left_out.iter().map(|source| Part::Text(words.fill("period.left_out", &[("source", source)]), theme::CELL_NOTE)),
                );
                let roots = [Some(&scan.root), scan.evaluation.as_ref()].into_iter().flatten();
                Row::plain(vec![
                    Cell::text(scan.snapshot.to_string(), theme::CELL).header(),
                    Cell::of(when),
                    Cell::of(roots.map(|root| Part::Text(root.clone(), theme::CELL_CODE)).collect()),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    /// The period as a line: scans as ticks, missed ones as tall ticks, unobserved stretches hatched.
    #[allow(clippy::cast_possible_truncation)]
    fn axis(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.open(HEIGHT + 30.0);
        let top = self.flow.y;
        let base = top + HEIGHT;
        let at = |moment: &str| place(moment, &view.period).map(|share| LEFT + MEASURE * share as f32);
        let figure =
            self.flow.document.figure(self.flow.section, self.told(&view.headline).into_owned(), [LEFT, top, LEFT + MEASURE, base + 14.0]);
        let mut items = vec![shapes::line(LEFT, base, LEFT + MEASURE, base, theme::GREY, 0.6)];
        for span in &view.unobserved {
            if let (Some(from), Some(until)) = (at(&span.from), at(&span.until)) {
                let (colour, tall) = (Mark::Unknown.colour(), HEIGHT * 0.6);
                items.extend(shapes::hatch(from, base - tall, until - from, tall, 3.0, colour, 0.5));
                items.push(shapes::rectangle(from, base - tall, until - from, tall, None, Some((colour, 0.5))));
            }
        }
        items.extend(
            view.scans.iter().filter_map(|scan| at(&scan.taken_at)).map(|x| shapes::line(x, base - HEIGHT * 0.6, x, base, theme::INK, 1.2)),
        );
        items.extend(
            view.schedule.missed_at.iter().filter_map(|due| at(due)).map(|x| shapes::line(x, top, x, base, Mark::Fail.colour(), 1.2)),
        );
        for item in items {
            self.flow.document.place(Some(figure), item);
        }
        for (label, style) in [(&view.first_day, theme::CELL_NOTE), (&view.last_day, theme::right(theme::CELL_NOTE))] {
            let label = self.told(label);
            let block = self.flow.setter.set(&label, style, MEASURE);
            draw(&mut self.flow.document, &block, LEFT, base + 3.0, Some(figure));
        }
        self.flow.y = base + 22.0;
        self.flow.paragraph(words.say("period.axis"), theme::NOTE, 4.0);
    }
}
