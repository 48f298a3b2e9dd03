//! What was looked at, what the user declared, and what was left out, with reasons.

use super::{Report, group_row};
use crate::report::exclusions::by_reason;
use crate::report::pdf::layout::Heading;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, Mark};

impl Report<'_> {
    pub(super) fn scope(&mut self) {
        let words = self.words;
        self.flow.chapter(words.say("scope.title"), "scope", false);
        self.body(words.say("scope.intro"));
        self.section(words.say("scope.sources"));
        self.sources();
        self.section(words.say("scope.kinds"));
        self.kinds();
        self.section(words.say("scope.declared"));
        self.declared();
        self.flow.heading(Heading {
            level: 2,
            number: None,
            text: words.say("scope.exclusions"),
            anchor: Some("exclusions".to_owned()),
            in_contents: true,
        });
        self.exclusions();
    }

    fn sources(&mut self) {
        let words = self.words;
        if self.view.snapshot.sources.is_empty() {
            self.nothing(words.say("scope.no_sources"));
            return;
        }
        let columns = [
            text(words.say("head.source"), 96.0),
            text(words.say("head.details"), 0.0),
            number(words.say("head.resources"), 54.0),
            number(words.say("head.reads"), 38.0),
            number(words.say("head.incomplete"), 54.0),
        ];
        let rows: Vec<Row> = self
            .view
            .snapshot
            .sources
            .iter()
            .map(|source| {
                let details = source
                    .details
                    .iter()
                    .map(|(label, value)| {
                        let (label, value) = words.detail(label, value);
                        Part::Text(words.fill("scope.detail", &[("label", label), ("value", value)]), theme::CELL)
                    })
                    .collect();
                Row::plain(vec![
                    Cell::of(vec![
                        Part::Text(source.name.clone(), theme::bold(theme::CELL)),
                        Part::Text(self.listed("source", source.kind.as_str()), theme::CELL_NOTE),
                    ])
                    .header(),
                    Cell::of(details),
                    self.count(source.resources),
                    self.count(source.reads),
                    self.count_in(source.incomplete, Mark::Unknown.colour()),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    fn kinds(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.snapshot.kinds.is_empty() {
            self.nothing(words.say("scope.no_kinds"));
            return;
        }
        let columns = [text(words.say("head.kind"), 260.0), number(words.say("head.resources"), 60.0)];
        let rows = view.snapshot.kinds.iter().map(|(kind, count)| {
            Row::plain(vec![Cell::text(kind.clone(), theme::CELL).header(), Cell::text(words.count(*count), theme::CELL)])
        });
        self.flow.table(&columns, rows);
    }

    fn declared(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.frameworks.iter().all(|framework| framework.scope.is_empty()) {
            self.nothing(words.say("scope.nothing_declared"));
            return;
        }
        let columns =
            [text(words.say("head.framework"), 130.0), text(words.say("head.question"), 0.0), text(words.say("head.answer"), 120.0)];
        let rows = view.frameworks.iter().flat_map(|framework| {
            framework.scope.iter().map(|(question, answer)| {
                Row::plain(vec![
                    Cell::text(framework.title.clone(), theme::CELL).header(),
                    Cell::text(question.clone(), theme::CELL),
                    Cell::text(answer.clone(), theme::CELL),
                ])
            })
        });
        self.flow.table(&columns, rows);
    }

    fn exclusions(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.exclusions.is_empty() {
            self.nothing(words.say("scope.no_exclusions"));
            return;
        }
        let columns = [text(words.say("head.requirement"), 120.0), text(words.say("head.title"), 0.0)];
        let mut rows: Vec<Row> = Vec::new();
        for group in by_reason(view) {
            rows.push(group_row(words.fill("scope.left_out", &[("framework", group.framework), ("reason", group.reason)]), 2));
            rows.extend(group.requirements.into_iter().map(|exclusion| {
                Row::plain(vec![
                    Cell::of(vec![self.requirement_link(&exclusion.framework, &exclusion.requirement, theme::CELL)]).header(),
                    Cell::text(exclusion.title.clone(), theme::CELL),
                ])
            }));
        }
        self.flow.table(&columns, rows.into_iter());
    }
}
