//! How the numbers are made, and by which exact inputs they can be made again.

use super::Report;
use crate::report::pdf::layout::Heading;
use crate::report::pdf::layout::table::{Cell, Row, number, text};
use crate::report::pdf::theme;

impl Report<'_> {
    pub(super) fn method(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("method.title"), "method", false);
        for (title, paragraph) in &view.method.paragraphs {
            let (title, paragraph) = (self.told(title), self.told(paragraph));
            if !title.is_empty() {
                self.flow.heading(Heading { level: 3, number: None, text: &title, anchor: None, in_contents: false });
            }
            for part in paragraph.split("\n\n").filter(|part| !part.trim().is_empty()) {
                self.body(part);
            }
        }
        self.section(words.say("method.formulas"));
        self.flow.code(words.say("method.formula"), 0.0, 8.0);
        self.subsection(words.say("method.weights"), None);
        let weights = [
            (words.say("head.severity"), "severity", &view.method.severities),
            (words.say("head.strength"), "strength", &view.method.strengths),
        ];
        for (head, list, weights) in weights {
            let columns = [text(head, 140.0), number(words.say("head.weight"), 60.0)];
            let rows: Vec<Row> = weights
                .iter()
                .map(|(name, weight)| {
                    Row::plain(vec![Cell::text(self.listed(list, name), theme::CELL).header(), Cell::text(weight.to_string(), theme::CELL)])
                })
                .collect();
            self.flow.table(&columns, rows.into_iter());
        }
        self.section(words.say("method.inputs"));
        self.intro(words.say("method.repeat"));
        let previous = view.snapshot.previous_root.clone().unwrap_or_else(|| words.say("method.no_previous").to_owned());
        let previous_style = if view.snapshot.previous_root.is_some() { theme::CODE } else { theme::BODY };
        self.flow.definitions(
            &[
                (words.say("method.taken"), &view.snapshot.taken_at, theme::BODY),
                (words.say("method.clock"), &view.snapshot.clock, theme::BODY),
                (words.say("cover.root"), &view.snapshot.root, theme::CODE),
                (words.say("method.previous"), &previous, previous_style),
                (words.say("method.catalog"), &view.catalog.hash, theme::CODE),
                (words.say("method.settings"), &view.evaluation.settings, theme::CODE),
                (words.say("cover.evaluation"), &view.evaluation.root, theme::CODE),
                (words.say("method.version"), &view.catalog.version, theme::BODY),
                (words.say("cover.tool"), &view.tool, theme::BODY),
            ],
            110.0,
            0.0,
        );
        if let Some(found) = &view.indicators {
            self.subsection(words.say("method.indicators"), None);
            let names: Vec<(String, String)> = found
                .formulas
                .iter()
                .map(|(name, english)| {
                    let (key, formula) = (format!("formula.{name}"), self.listed("formula", name));
                    (self.listed("indicator", name), if formula == *name || formula == key { english.clone() } else { formula })
                })
                .collect();
            let entries: Vec<_> = names.iter().map(|(name, formula)| (name.as_str(), formula.as_str(), theme::BODY)).collect();
            self.flow.definitions(&entries, 110.0, 0.0);
        }
        if !view.catalog.overrides.is_empty() {
            self.section(words.say("method.overrides"));
            for sentence in &view.catalog.overrides {
                self.body(sentence);
            }
        }
    }
}
