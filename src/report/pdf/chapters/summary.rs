//! The page a manager reads: the state in words, the scores with what is unknown in them, findings by severity.

use super::Report;
use crate::model::{Severity, Verdict};
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, Mark};
use std::collections::BTreeMap;

/// Frameworks that fit on a page of an executive report, with everything else it has to hold.
pub(super) const FEW: usize = 6;

impl Report<'_> {
    pub(super) fn summary(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("summary.title"), "summary", true);
        let headline = self.told(&view.summary.headline);
        self.flow.paragraph(&headline, theme::LEAD, 10.0);
        let reads = u64::try_from(view.ledger.len()).unwrap_or(u64::MAX);
        let sentence = match view.summary.incomplete_reads {
            0 if view.ledger.is_empty() => words.say("summary.no_reads").to_owned(),
            0 => words.fill("summary.all_read", &[("reads", &words.plural("number.read", reads))]),
            incomplete => words.fill(
                if self.executive() { "summary.not_read_in_short" } else { "summary.not_read" },
                &[("incomplete", &words.plural("number.read", incomplete)), ("reads", &words.count(reads.max(incomplete)))],
            ),
        };
        self.body(&sentence);
        self.subsection(words.say("summary.scores"), None);
        self.scores();
        self.subsection(words.say("summary.severities"), None);
        self.severities();
        self.actions();
        if self.executive() && (view.trend.len() > 1 || view.change.is_some() || view.indicators.is_some()) {
            self.flow.close();
            self.flow.new_page();
        }
        if view.trend.len() > 1 {
            self.section(words.say("summary.trend"));
            self.trend();
        }
        self.change();
        self.indicators();
    }

    fn scores(&mut self) {
        let words = self.words;
        if self.view.frameworks.is_empty() {
            self.nothing(words.say("summary.no_frameworks"));
            return;
        }
        let columns = [
            text(words.say("head.framework"), 124.0),
            text(words.say("head.score"), 62.0),
            text(words.say("head.scale"), 0.0),
            number(words.say("head.proved_possible"), 76.0),
            number(words.say("head.net"), 72.0),
        ];
        let shown = if self.executive() { FEW } else { usize::MAX };
        let rows: Vec<Row> = self
            .view
            .frameworks
            .iter()
            .take(shown)
            .map(|framework| {
                let coverage = words.fill(
                    "summary.coverage",
                    &[
                        ("edition", &framework.edition_in_words()),
                        ("assessed", &words.count(framework.assessed)),
                        ("in_scope", &words.count(framework.in_scope)),
                    ],
                );
                let pairs = [framework.configuration, framework.programme];
                let several = |part: &dyn Fn(usize) -> Part| Cell::of(vec![part(0), part(1)]);
                let gross = |index: usize| pairs.get(index).and_then(|pair| pair.gross);
                let net = |index: usize| pairs.get(index).and_then(|pair| pair.net);
                Row::plain(vec![
                    Cell::of(vec![Part::Text(framework.title.clone(), theme::bold(theme::CELL)), Part::Text(coverage, theme::CELL_NOTE)])
                        .header(),
                    Cell::of(vec![
                        Part::Text(words.say("head.configuration").to_owned(), theme::CELL),
                        Part::Text(words.say("head.programme").to_owned(), theme::CELL),
                    ]),
                    several(&|index| self.bar(gross(index))),
                    several(&|index| Part::Text(self.interval(gross(index)), theme::bold(theme::CELL))),
                    several(&|index| {
                        let same = gross(index) == net(index);
                        let text = if same { words.say("score.same").to_owned() } else { self.interval(net(index)) };
                        Part::Text(text, theme::tint(theme::CELL, theme::GREY))
                    }),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
        self.note(words.say("summary.legend"));
        self.more(self.view.frameworks.len(), shown);
    }

    fn severities(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.findings.is_empty() {
            let total: u64 = view.summary.verdicts.values().sum();
            let key = if total == 0 { words.say("summary.nothing_judged") } else { words.say("summary.no_findings") };
            self.nothing(key);
            return;
        }
        let titles: Vec<String> = Severity::ALL.into_iter().map(|severity| self.severity_word(severity)).collect();
        let mut columns = vec![text(words.say("head.status"), 0.0)];
        columns.extend(titles.iter().map(|title| number(title, 62.0)));
        columns.push(number(words.say("summary.total"), 62.0));
        let rows = [(Verdict::Fail, &view.summary.failures), (Verdict::Unknown, &view.summary.unknowns)].map(|(verdict, counts)| {
            let of = |severity: Severity| counts.get(severity.as_str()).copied().unwrap_or(0);
            let colour = Mark::from(verdict).colour();
            let mut cells = vec![Cell::of(vec![self.verdict(verdict)]).header()];
            cells.extend(Severity::ALL.into_iter().map(|severity| self.count_in(of(severity), colour)));
            cells.push(Cell::text(words.count(total(counts)), theme::bold(theme::CELL)));
            Row::plain(cells)
        });
        self.flow.table(&columns, rows.into_iter());
        if view.summary.waived > 0 {
            let sentence = words.fill("summary.waived", &[("waived", &words.plural("number.failure", view.summary.waived))]);
            self.flow.paragraph(&sentence, theme::NOTE, 8.0);
        }
    }
}

fn total(counts: &BTreeMap<String, u64>) -> u64 {
    counts.values().sum()
}
