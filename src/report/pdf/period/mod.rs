//! The period report on paper: what an auditor files. Attached to it is the same as JSON, with every stretch of every requirement's time.

mod exceptions;
mod frameworks;
mod scans;

use super::layout::table::{Cell, Row, number, text};
use super::layout::{Flow, Heading};
use super::page::{Colour, Image, Role};
use super::theme::{self, LEFT, MEASURE};
use super::typeset::{Style, Typesetter, draw};
use super::words::Words;
use super::{archive, chapters::brand, chapters::contents, picture};
use crate::posture::score::TimeShares;
use crate::report::period::view::PeriodView;
use crate::report::presentation::{self, Presentation};
use std::borrow::Cow;
use std::sync::Arc;

/// Name of the attached file.
pub const ATTACHMENT: &str = "assize-period.json";

/// Lays the period out and writes the file, with the JSON report attached.
///
/// # Errors
/// When a part of the writer refuses; never for what the view holds.
pub fn render(view: &PeriodView, presentation: &Presentation, attachment: &[u8]) -> Result<Vec<u8>, String> {
    let words = Words::of(&presentation.words);
    let brand = &presentation.brand;
    let logo = brand.logo.as_ref().map(picture::read).transpose()?.flatten().map(Arc::new);
    let accent = brand.accent.map(|accent| Colour(accent.0[0], accent.0[1], accent.0[2]));
    let mut report = Period { view, words: &words, shared: &presentation.words, flow: Flow::new(Typesetter::bundled()?, accent) };
    report.compose(brand.company.as_deref(), logo)?;
    let Flow { mut setter, document, .. } = report.flow;
    let title = match &view.organisation {
        Some(name) => words.fill("period.title_of", &[("organisation", name)]),
        None => words.say("period.title").to_owned(),
    };
    let author = view.organisation.clone().unwrap_or_else(|| "Assize".to_owned());
    let (title, author) = (setter.fonts.visible(&title), setter.fonts.visible(&author));
    // The moment of the evidence: the last scan that speaks, or the end of the period when none does.
    let moment = view.scans.last().map_or(&view.period.until, |scan| &scan.taken_at);
    let facts = archive::Facts {
        title: &title,
        author: &author,
        producer: &view.tool,
        language: words.language(),
        moment,
        provenance: &[("snapshotRoot", view.scans.last().map_or("none", |scan| scan.root.as_str())), ("catalogHash", &view.catalog.hash)],
        attachment: Some((ATTACHMENT, words.say("attachment.description"), attachment)),
    };
    archive::finish(document, &setter, &facts)
}

/// A period report in the making.
struct Period<'a> {
    view: &'a PeriodView,
    words: &'a Words,
    /// The same for what all formats of a period say alike.
    shared: &'a presentation::Words,
    flow: Flow,
}

impl Period<'_> {
    fn compose(&mut self, company: Option<&str>, logo: Option<Arc<Image>>) -> Result<(), String> {
        self.cover(company, logo);
        let cover_pages = self.flow.document.pages();
        self.flow.open_section();
        let section = self.flow.section;
        self.scans();
        let view = self.view;
        for framework in &view.frameworks {
            self.framework(framework);
        }
        self.exceptions();
        self.method();
        let words = self.words;
        contents::contents(&mut self.flow, words, section, cover_pages);
        let catalog: String = view.catalog.hash.chars().take(16).collect();
        let foot = words.fill("period.foot", &[("from", &view.period.from), ("until", &view.period.until), ("catalog", &catalog)]);
        let author = view.organisation.clone().unwrap_or_default();
        let title = words.say("period.title");
        let title = company.map_or_else(|| title.to_owned(), |company| format!("{title} · {company}"));
        contents::furniture(&mut self.flow, words, (&title, &author, &foot), cover_pages)
    }

    fn section(&mut self, title: &str, in_contents: bool) {
        self.flow.heading(Heading { level: 2, number: None, text: title, anchor: None, in_contents });
    }

    fn body(&mut self, text: &str) {
        self.flow.paragraph(text, theme::BODY, 8.0);
    }

    fn quiet(&mut self, text: &str) {
        self.flow.paragraph(text, theme::tint(theme::BODY, theme::GREY), 10.0);
    }

    /// A text of the view in the language of the report.
    fn told<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.words.retell(&self.view.phrases, text)
    }

    fn cover(&mut self, company: Option<&str>, logo: Option<Arc<Image>>) {
        let (view, words) = (self.view, self.words);
        self.flow.new_page();
        self.flow.open_section();
        self.flow.y = 64.0;
        brand(&mut self.flow, words, company, logo);
        let owner = view.organisation.clone().unwrap_or_else(|| words.say("cover.no_organisation").to_owned());
        self.flow.paragraph(&owner, Style { size: 12.0, ..theme::bold(theme::LEAD) }, 0.0);
        self.flow.y = (self.flow.y + 40.0).max(168.0);
        self.flow.rect(LEFT, self.flow.y, 40.0, 4.0, theme::ACCENT);
        self.flow.y += 20.0;
        let title = self.flow.setter.set(words.say("period.title"), Style { size: 34.0, ..theme::heading(1) }, MEASURE);
        let node = self.flow.document.node(Role::Heading(1), self.flow.section);
        self.flow.y += draw(&mut self.flow.document, &title, LEFT, self.flow.y, Some(node)) + 8.0;
        let (first, last, length) = (self.told(&view.first_day), self.told(&view.last_day), words.duration(view.period.seconds));
        let dates = words.fill("period.dates", &[("first", &first), ("last", &last), ("length", &length)]);
        self.flow.paragraph(&dates, theme::tint(theme::LEAD, theme::GREY), 22.0);
        let headline = self.told(&view.headline);
        self.flow.paragraph(&headline, theme::LEAD, 18.0);
        let schedule = &view.schedule;
        let sentence = self.told(&schedule.sentence);
        let kept = schedule.kept.map_or_else(
            || sentence.to_string(),
            |kept| {
                let made = (schedule.expected - schedule.missed.min(schedule.expected)).to_string();
                let values = [("made", made.as_str()), ("expected", &schedule.expected.to_string()), ("share", &words.percent(kept))];
                words.fill("period.kept", &[&[("sentence", sentence.as_ref())], &values[..]].concat())
            },
        );
        let exact = words.fill("period.exact", &[("from", &view.period.from), ("until", &view.period.until)]);
        let observed = view.observed.map(|shares| words.fill("period.observed_share", &[("share", &words.percent(shares.met))]));
        let judged_by = self.told(&view.judged_by);
        let catalog = format!("{}\n{}", view.catalog.version, view.catalog.hash);
        self.flow.definitions(
            &[
                (words.say("period.period"), &exact, theme::BODY),
                (words.say("period.observed"), &observed.unwrap_or_default(), theme::BODY),
                (words.say("period.schedule"), &kept, theme::BODY),
                (words.say("period.judged"), &judged_by, theme::BODY),
                (words.say("cover.rules"), &catalog, theme::CODE),
                (words.say("cover.tool"), &view.tool, theme::BODY),
            ],
            96.0,
            0.0,
        );
        self.flow.space(18.0);
        self.shares();
        if !view.notes.is_empty() {
            self.section(words.say("period.notes"), false);
            for note in &view.notes {
                let note = self.told(note);
                self.body(&note);
            }
        }
    }

    fn shares(&mut self) {
        let (view, words) = (self.view, self.words);
        if view.frameworks.is_empty() {
            self.quiet(words.say("cover.no_frameworks"));
            return;
        }
        let columns = [
            text(words.say("head.framework"), 0.0),
            number(words.say("period.met"), 48.0),
            number(words.say("period.not_met"), 50.0),
            number(words.say("period.not_known"), 58.0),
            number(words.say("period.in_scope"), 48.0),
            number(words.say("period.when_observed"), 62.0),
            number(words.say("period.ever"), 62.0),
            number(words.say("period.never"), 46.0),
        ];
        let rows: Vec<Row> = view
            .frameworks
            .iter()
            .map(|one| {
                let [met, not_met, not_known] = self.percents(one.shares);
                let count = |number: u64| Cell::text(words.count(number), theme::CELL);
                Row::plain(vec![
                    Cell::text(one.title.clone(), theme::bold(theme::CELL)).header(),
                    Cell::text(met, theme::bold(theme::CELL)),
                    Cell::text(not_met, theme::CELL),
                    Cell::text(not_known, theme::CELL),
                    count(one.in_scope),
                    count(one.met_when_observed),
                    count(one.ever_not_met),
                    count(one.never_known),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
        self.flow.paragraph(words.say("period.explain"), theme::NOTE, 10.0);
    }

    fn percents(&self, shares: Option<TimeShares>) -> [String; 3] {
        match shares {
            Some(shares) => [shares.met, shares.not_met, shares.not_known].map(|share| self.words.percent(share)),
            None => ["score.none"; 3].map(|key| self.words.say(key).to_owned()),
        }
    }

    fn method(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("period.method"), "method", false);
        for (title, text) in &view.method {
            let (title, text) = (self.told(title), self.told(text));
            self.section(&title, false);
            self.body(&text);
        }
    }
}
