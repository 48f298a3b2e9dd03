//! One framework: every requirement in the standard's order, and below it whatever speaks of it.

use super::{Report, group_row};
use crate::posture::Status;
use crate::report::pdf::layout::table::{Cell, Part, Row, Tone, number, text};
use crate::report::pdf::theme::{self, Mark};
use crate::report::view::{EdgeView, FrameworkView, RequirementView, TopicView};

const COLUMNS: u16 = 7;
const INDENT: f32 = 8.0;

impl Report<'_> {
    pub(super) fn framework(&mut self, framework: &FrameworkView) {
        let words = self.words;
        self.flow.chapter(&framework.title, &format!("framework:{}", framework.id), true);
        if !framework.edition.is_empty() {
            self.flow.lead_in(&framework.edition_in_words(), theme::tint(theme::LEAD, theme::GREY), 14.0);
        }
        let columns = [
            text(words.say("head.score"), 96.0),
            text(words.say("head.scale"), 0.0),
            number(words.say("head.proved_possible"), 90.0),
            number(words.say("head.net"), 90.0),
        ];
        let pairs = [(words.say("head.configuration"), framework.configuration), (words.say("head.programme"), framework.programme)];
        let rows: Vec<Row> = pairs
            .into_iter()
            .map(|(name, pair)| {
                Row::plain(vec![
                    Cell::text(name, theme::bold(theme::CELL)).header(),
                    Cell::of(vec![self.bar(pair.gross)]),
                    self.score(pair.gross, theme::bold(theme::CELL)),
                    self.score(pair.net, theme::CELL),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
        self.counts(framework);
        if framework.requirements.is_empty() {
            self.nothing(words.say("framework.empty"));
            return;
        }
        let columns = [
            text(words.say("head.requirement_control"), 0.0),
            text(words.say("head.strength"), 54.0),
            text(words.say("head.status"), 68.0),
            number(words.say("head.fail"), 27.0),
            number(words.say("head.unknown"), 42.0),
            number(words.say("head.pass"), 33.0),
            number(words.say("head.proved_possible"), 66.0),
        ];
        let mut rows = Vec::new();
        for requirement in &framework.requirements {
            self.requirement(framework, requirement, &mut rows);
        }
        self.flow.table(&columns, rows.into_iter());
    }

    /// `12 fail, 3 unknown, 40 pass`, with what coverage makes of it.
    fn counts(&mut self, framework: &FrameworkView) {
        let words = self.words;
        let counts = Status::ALL.map(|status| (status.as_str(), framework.statuses.get(status.as_str()).copied().unwrap_or(0)));
        let counted = self.tally(&counts);
        let sentence = match framework.coverage {
            Some(coverage) => words.fill(
                "framework.coverage",
                &[
                    ("assessed", &words.count(framework.assessed)),
                    ("in_scope", &words.plural("number.requirement", framework.in_scope)),
                    ("coverage", &words.percent(coverage)),
                ],
            ),
            None => words.say("framework.no_coverage").to_owned(),
        };
        let tally = if counted.is_empty() { String::new() } else { words.fill("framework.tally", &[("counts", &counted)]) };
        self.body(format!("{sentence} {tally}").trim_end());
    }

    fn requirement(&self, framework: &FrameworkView, requirement: &RequirementView, rows: &mut Vec<Row>) {
        let heading = requirement.level == "group";
        let anchor = Some(format!("requirement:{}:{}", framework.id, requirement.id));
        let text = format!("{} {}", requirement.label(), requirement.title);
        if heading && requirement.controls.is_empty() && requirement.attestations.is_empty() {
            let level = if requirement.depth == 0 { 2 } else { 3 };
            let mut row = group_row(text.clone(), COLUMNS);
            row.bookmark = Some((level, text.clone()));
            if requirement.status != Status::NotAssessed {
                let title = Cell::text(text, theme::bold(theme::CELL)).header().across(2);
                row.cells = vec![title, Cell::of(vec![self.status(requirement.status)]), Cell::of(Vec::new()).across(4)];
            }
            row.anchor = anchor;
            rows.push(row);
            return;
        }
        let mut row =
            Row { cells: self.requirement_cells(requirement, text), anchor, keep: false, tone: Tone::Strong, indent: 0.0, bookmark: None };
        row.keep = !(requirement.controls.is_empty() && requirement.attestations.is_empty());
        rows.push(row);
        let shown = requirement.controls.iter().map(|edge| self.edge(edge));
        let topics = requirement.attestations.iter().map(|topic| self.topic(topic));
        rows.extend(shown.chain(topics));
    }

    fn requirement_cells(&self, requirement: &RequirementView, text: String) -> Vec<Cell> {
        let words = self.words;
        let mut title = vec![Part::Text(text, theme::bold(theme::CELL))];
        let kind = if requirement.in_scope { self.listed("evidence", &requirement.evidence) } else { String::new() };
        let notes = [kind, requirement.note.clone().unwrap_or_default()];
        let notes: Vec<&str> = notes.iter().map(String::as_str).filter(|note| !note.is_empty()).collect();
        title.push(Part::Text(notes.join(" · "), theme::CELL_NOTE));
        if let Some(reason) = &requirement.excluded {
            title.push(Part::Text(words.fill("framework.excluded", &[("reason", reason)]), theme::CELL_NOTE));
        }
        let status = if requirement.in_scope {
            self.status(requirement.status)
        } else {
            let word = if requirement.level == "requirement" { "out_of_scope" } else { requirement.level.as_str() };
            Part::Mark(Mark::Nothing, self.listed("level", word), theme::tint(theme::CELL, theme::GREY))
        };
        let word =
            |status: Option<Status>| status.map_or_else(|| words.say("framework.no_part").to_owned(), |status| self.status_word(status));
        let parts = if requirement.in_scope {
            let automated = words.fill("framework.automated", &[("status", &word(requirement.automated))]);
            let attested = words.fill("framework.attested", &[("status", &word(requirement.attested))]);
            vec![Part::Text(automated, theme::CELL_NOTE), Part::Text(attested, theme::CELL_NOTE)]
        } else {
            Vec::new()
        };
        vec![
            Cell::of(title).header().across(2),
            Cell::of(vec![status]),
            Cell::of(parts).across(3),
            self.score(requirement.score, theme::bold(theme::CELL)),
        ]
    }

    fn edge(&self, edge: &EdgeView) -> Row {
        let words = self.words;
        let mut about = vec![
            self.control_link(&edge.control, edge.title.clone(), theme::CELL),
            Part::Text(edge.control.clone(), theme::CELL_CODE),
            Part::Text(edge.why.clone(), theme::CELL_NOTE),
        ];
        if let Some(group) = &edge.group {
            about.push(Part::Text(words.fill("framework.alternative", &[("group", group)]), theme::CELL_NOTE));
        }
        let cells = vec![
            Cell::of(about),
            Cell::text(self.listed("strength", edge.strength.as_str()), theme::CELL),
            Cell::of(vec![self.verdict(edge.status)]),
            self.count_in(edge.fail, Mark::Fail.colour()),
            self.count_in(edge.unknown, Mark::Unknown.colour()),
            self.count(edge.pass),
            self.score(edge.score, theme::CELL),
        ];
        Row { indent: INDENT, ..Row::plain(cells) }
    }

    fn topic(&self, topic: &TopicView) -> Row {
        let words = self.words;
        let valid = words.fill("framework.valid", &[("days", &words.plural("number.day", topic.valid_days))]);
        let evidence =
            topic.evidence.as_deref().map_or_else(|| words.say("framework.no_evidence").to_owned(), |given| self.told(given).into_owned());
        let about = words.fill("framework.topic", &[("topic", &topic.topic)]);
        let cells = vec![
            Cell::of(vec![Part::Text(topic.description.clone(), theme::CELL), Part::Text(about, theme::CELL_NOTE)]).across(2),
            Cell::of(vec![self.status(topic.status)]),
            Cell::of(vec![Part::Text(evidence, theme::CELL_NOTE), Part::Text(valid, theme::CELL_NOTE)]).across(4),
        ];
        Row { indent: INDENT, ..Row::plain(cells) }
    }
}
