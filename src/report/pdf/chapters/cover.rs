//! The first page: who, what, when, and the numbers in words.

use super::Report;
use crate::report::pdf::layout::Flow;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::page::{Image, Item, Role};
use crate::report::pdf::theme::{self, LEFT, MEASURE, RIGHT};
use crate::report::pdf::typeset::{Style, draw};
use crate::report::pdf::words::Words;
use std::sync::Arc;

impl Report<'_> {
    pub(super) fn cover(&mut self) {
        self.flow.new_page();
        self.flow.open_section();
        self.flow.y = 64.0;
        brand(&mut self.flow, self.about.words, self.about.company, self.about.logo.clone());
        let words = self.words;
        let owner = match &self.view.organisation {
            Some(name) => name.clone(),
            None => words.say("cover.no_organisation").to_owned(),
        };
        self.flow.paragraph(&owner, Style { size: 12.0, ..theme::bold(theme::LEAD) }, 0.0);
        self.flow.y = (self.flow.y + 40.0).max(168.0);
        self.flow.rect(LEFT, self.flow.y, 40.0, 4.0, theme::ACCENT);
        self.flow.y += 20.0;
        let title = self.flow.setter.set(words.say("report.title"), Style { size: 34.0, ..theme::heading(1) }, MEASURE);
        let node = self.flow.document.node(Role::Heading(1), self.flow.section);
        self.flow.y += draw(&mut self.flow.document, &title, LEFT, self.flow.y, Some(node)) + 8.0;
        let snapshot = &self.view.snapshot;
        let line = words.fill("cover.snapshot", &[("number", &snapshot.id.to_string()), ("moment", &words.moment(&snapshot.taken_at))]);
        self.flow.paragraph(&line, theme::tint(theme::LEAD, theme::GREY), 30.0);
        self.cover_facts();
        self.flow.space(18.0);
        self.cover_scores();
    }

    fn cover_facts(&mut self) {
        let (view, words) = (self.view, self.words);
        let sources: Vec<String> = view
            .snapshot
            .sources
            .iter()
            .map(|source| {
                let kind = self.listed("source", source.kind.as_str());
                words.fill("cover.source", &[("kind", &kind), ("name", &source.name)])
            })
            .collect();
        let sources = if sources.is_empty() { words.say("cover.no_sources").to_owned() } else { sources.join("\n") };
        let catalog = words.fill(
            "cover.catalog",
            &[("version", &view.catalog.version), ("controls", &words.plural("number.control", view.catalog.controls))],
        );
        let read = words.fill(
            "cover.read",
            &[
                ("resources", &words.plural("number.resource", view.snapshot.resources)),
                ("reads", &words.plural("number.read", u64::try_from(view.ledger.len()).unwrap_or(u64::MAX))),
            ],
        );
        let left_out: Vec<&str> = view.left_out.iter().map(|(_, title)| title.as_str()).collect();
        self.flow.definitions(
            &[
                (words.say("cover.sources"), &sources, theme::BODY),
                (words.say("cover.evidence"), &read, theme::BODY),
                (words.say("cover.rules"), &catalog, theme::BODY),
                (words.say("cover.edition"), if self.executive() { words.say("cover.executive") } else { "" }, theme::BODY),
                (words.say("cover.left_out"), &left_out.join(", "), theme::BODY),
                (words.say("cover.root"), &view.snapshot.root, theme::CODE),
                (words.say("cover.evaluation"), &view.evaluation.root, theme::CODE),
                (words.say("cover.tool"), &view.tool, theme::BODY),
            ],
            96.0,
            0.0,
        );
    }

    fn cover_scores(&mut self) {
        let words = self.words;
        if self.view.frameworks.is_empty() {
            self.nothing(words.say("cover.no_frameworks"));
            return;
        }
        let columns = [
            text(words.say("head.framework"), 0.0),
            number(words.say("head.configuration"), 96.0),
            number(words.say("head.programme"), 96.0),
            number(words.say("head.coverage"), 62.0),
        ];
        let rows: Vec<Row> = self
            .view
            .frameworks
            .iter()
            .map(|framework| {
                let coverage = framework.coverage.map_or_else(|| words.say("score.none").to_owned(), |coverage| words.percent(coverage));
                Row::plain(vec![
                    Cell::of(vec![
                        Part::Text(framework.title.clone(), theme::bold(theme::CELL)),
                        Part::Text(framework.edition_in_words().into_owned(), theme::CELL_NOTE),
                    ])
                    .header(),
                    self.score(framework.configuration.gross, theme::CELL),
                    self.score(framework.programme.gross, theme::CELL),
                    Cell::text(coverage, theme::CELL),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
        self.note(words.say("cover.explain"));
    }
}

const LOGO_HEIGHT: f32 = 34.0;
const LOGO_WIDTH: f32 = 170.0;

/// Width and height of a logo within its place.
#[allow(clippy::cast_precision_loss)]
fn fit(image: &Image) -> [f32; 2] {
    let (width, height) = (image.width as f32, image.height as f32);
    let scale = (LOGO_WIDTH / width).min(LOGO_HEIGHT / height);
    [width * scale, height * scale]
}

/// Who hands a report over, at the head of its cover.
pub fn brand(flow: &mut Flow, words: &Words, company: Option<&str>, logo: Option<Arc<Image>>) {
    if logo.is_none() && company.is_none() {
        return;
    }
    let (mut x, top) = (LEFT, 48.0);
    if let Some(image) = logo {
        let [width, height] = fit(&image);
        let rect = [x, top, x + width, top + height];
        let alt = words.fill("cover.logo", &[("company", company.unwrap_or(""))]);
        let node = flow.document.figure(flow.section, alt.trim_end().to_owned(), rect);
        flow.document.place(Some(node), Item::Picture { rect, image });
        x += width + 12.0;
    }
    if let Some(company) = company {
        let block = flow.setter.set(company, theme::bold(theme::BODY), RIGHT - x);
        let node = flow.document.node(Role::Paragraph, flow.section);
        draw(&mut flow.document, &block, x, top + (LOGO_HEIGHT - block.height()).max(0.0) / 2.0, Some(node));
    }
    flow.y = top + LOGO_HEIGHT + 24.0;
}
