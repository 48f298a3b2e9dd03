//! One framework over the period: each requirement's time as a strip, its shares, and below it when and why it was not met.

use super::Period;
use crate::report::pdf::layout::chart::{Look, Stretch};
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, Mark};
use crate::report::period::strip::{self, parts};
use crate::report::period::view::{FrameworkPeriod, RequirementPeriod, Standing};
use crate::report::period::{causes_in, moment, status_in};
use crate::report::view::edition_in_words;

impl Period<'_> {
    pub(super) fn framework(&mut self, framework: &FrameworkPeriod) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(&framework.title, &format!("framework:{}", framework.id), true);
        self.flow.lead_in(&edition_in_words(&framework.edition), theme::tint(theme::BODY, theme::GREY), 6.0);
        let known = |one: &&RequirementPeriod| one.met_seconds + one.not_met_seconds > 0;
        let rows: Vec<Row> = framework.requirements.iter().filter(known).flat_map(|one| self.rows(one)).collect();
        if rows.is_empty() {
            self.quiet(words.say("period.nothing"));
        } else {
            self.flow.lead_in(words.say("period.legend"), theme::NOTE, 8.0);
            let time = words.fill("period.time", &[("first", &self.told(&view.first_day)), ("last", &self.told(&view.last_day))]);
            let columns = [
                text(words.say("period.requirement"), 0.0),
                text(&time, 168.0),
                number(words.say("period.met"), 46.0),
                number(words.say("period.not_met"), 50.0),
                number(words.say("period.not_known"), 56.0),
            ];
            self.flow.table(&columns, rows.into_iter());
        }
        let never: Vec<&str> = framework.requirements.iter().filter(|one| !known(one)).map(|one| one.id.as_str()).collect();
        if !never.is_empty() {
            self.section(words.say("period.unknown_list"), false);
            let number = u64::try_from(never.len()).unwrap_or(u64::MAX);
            let intro = words.fill("period.unknown_intro", &[("requirements", &words.plural("number.requirement", number))]);
            self.flow.lead_in(&intro, theme::BODY, 6.0);
            self.flow.paragraph(&never.join(", "), theme::NOTE, 10.0);
        }
    }

    /// A requirement and, below it, its gaps.
    #[allow(clippy::cast_possible_truncation)]
    fn rows(&self, one: &RequirementPeriod) -> Vec<Row> {
        let words = self.words;
        let [met, not_met, not_known] = self.percents(one.shares);
        let stretches: Vec<Stretch> = parts(&one.timeline)
            .into_iter()
            .map(|part| {
                let look = match part.look {
                    strip::Look::Met => Look::Met,
                    strip::Look::NotMet => Look::NotMet,
                    strip::Look::NotKnown => Look::NotKnown,
                    strip::Look::NotObserved => Look::NotObserved,
                };
                (part.from as f32, part.until as f32, look)
            })
            .collect();
        let alt = words.fill("period.strip", &[("id", &one.id), ("met", &met), ("not_met", &not_met), ("not_known", &not_known)]);
        let gaps: Vec<Part> = one
            .gaps()
            .map(|gap| {
                let said = causes_in(self.shared, gap);
                let values = [
                    ("from", moment(&gap.from)),
                    ("until", moment(&gap.until)),
                    ("status", status_in(self.shared, &gap.status)),
                    ("causes", said),
                ];
                let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
                let colour = if gap.standing == Standing::NotMet { Mark::Fail.colour() } else { Mark::Unknown.colour() };
                Part::Text(words.fill("period.gap", &values), theme::tint(theme::CELL_NOTE, colour))
            })
            .collect();
        let first = Row {
            keep: !gaps.is_empty(),
            ..Row::plain(vec![
                Cell::of(vec![Part::Text(one.id.clone(), theme::bold(theme::CELL)), Part::Text(one.title.clone(), theme::CELL)]).header(),
                Cell::of(vec![Part::Strip(stretches, alt)]),
                Cell::text(met, theme::bold(theme::CELL)),
                Cell::text(not_met, theme::CELL),
                Cell::text(not_known, theme::CELL),
            ])
        };
        let mut rows = vec![first];
        if !gaps.is_empty() {
            rows.push(Row {
                tone: crate::report::pdf::layout::table::Tone::Bare,
                indent: 10.0,
                ..Row::plain(vec![Cell::of(gaps).across(5)])
            });
        }
        rows
    }
}
