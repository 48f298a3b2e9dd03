//! The page a manager reads: the state in words, the scores with what is unknown in them, findings by severity, the trend.

use super::Report;
use crate::model::Severity;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, Mark};

impl Report<'_> {
    pub(super) fn summary(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("summary.title"), "summary", true);
        self.flow.paragraph(&view.summary.headline, theme::LEAD, 10.0);
        let reads = u64::try_from(view.ledger.len()).unwrap_or(u64::MAX);
        let sentence = match view.summary.incomplete_reads {
            0 if view.ledger.is_empty() => words.say("summary.no_reads").to_owned(),
            0 => words.fill("summary.all_read", &[("reads", &words.plural("number.read", reads))]),
            incomplete => words.fill(
                "summary.not_read",
                &[("incomplete", &words.plural("number.read", incomplete)), ("reads", &words.count(reads.max(incomplete)))],
            ),
        };
        self.body(&sentence);
        self.section(words.say("summary.scores"));
        self.scores();
        self.section(words.say("summary.severities"));
        self.severities();
        if view.trend.len() > 1 {
            self.section(words.say("summary.trend"));
            self.trend();
        }
    }

    fn scores(&mut self) {
        let words = self.words;
        if self.view.frameworks.is_empty() {
            self.nothing(words.say("summary.no_frameworks"));
            return;
        }
        let columns = [
            text(words.say("head.framework"), 118.0),
            text(words.say("head.score"), 62.0),
            text(words.say("head.scale"), 0.0),
            number(words.say("head.proved_possible"), 76.0),
            number(words.say("head.net"), 72.0),
        ];
        let rows: Vec<Row> = self
            .view
            .frameworks
            .iter()
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
    }

    fn severities(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.findings.is_empty() {
            let total: u64 = view.summary.verdicts.values().sum();
            let key = if total == 0 { words.say("summary.nothing_judged") } else { words.say("summary.no_findings") };
            self.nothing(key);
            return;
        }
        let columns =
            [text(words.say("head.severity"), 180.0), number(words.say("head.failing"), 70.0), number(words.say("head.unknown"), 70.0)];
        let of = |counts: &std::collections::BTreeMap<String, u64>, severity: Severity| counts.get(severity.as_str()).copied().unwrap_or(0);
        let mut rows: Vec<Row> = Severity::ALL
            .into_iter()
            .map(|severity| {
                let cells = vec![
                    Cell::text(self.severity_word(severity), theme::severity(severity, theme::CELL)).header(),
                    self.count_in(of(&view.summary.failures, severity), Mark::Fail.colour()),
                    self.count_in(of(&view.summary.unknowns, severity), Mark::Unknown.colour()),
                ];
                Row { keep: true, ..Row::plain(cells) }
            })
            .collect();
        let total = |counts: &std::collections::BTreeMap<String, u64>| words.count(counts.values().sum());
        rows.push(Row::plain(vec![
            Cell::text(words.say("summary.total"), theme::bold(theme::CELL)).header(),
            Cell::text(total(&view.summary.failures), theme::bold(theme::CELL)),
            Cell::text(total(&view.summary.unknowns), theme::bold(theme::CELL)),
        ]));
        self.flow.table(&columns, rows.into_iter());
        if view.summary.waived > 0 {
            let sentence = words.fill("summary.waived", &[("waived", &words.plural("number.failure", view.summary.waived))]);
            self.body(&sentence);
        }
    }
}
