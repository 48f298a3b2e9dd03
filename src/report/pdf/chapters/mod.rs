//! What stands in the report, one file a part, in the order of reading.

mod actions;
mod change;
mod checking;
mod closing;
pub mod contents;
mod controls;
mod cover;
mod documents;
mod evidence;
mod exceptions;
mod findings;
mod framework;
mod method;
mod scope;
mod summary;
mod trend;

pub(super) use cover::brand;

use super::Profile;
use super::layout::table::{Cell, Part, Row, Tone};
use super::layout::{Flow, Heading};
use super::page::{Colour, Image};
use super::theme::{self, Mark};
use super::typeset::Style;
use super::words::Words;
use crate::model::{Interval, Severity, Verdict};
use crate::posture::Status;
use crate::report::unread::apart;
use crate::report::view::{ControlView, FrameworkView, ReportView};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A report in the making.
pub struct Report<'a> {
    /// What it says.
    pub about: About<'a>,
    /// Where it goes.
    pub flow: Flow,
}

/// What a report says and in which words; apart from where it goes, so that a table can be filled row by row.
pub struct About<'a> {
    view: &'a ReportView,
    words: &'a Words,
    profile: Profile,
    attached: Option<u64>,
    company: Option<&'a str>,
    logo: Option<Arc<Image>>,
    controls: BTreeMap<&'a str, &'a ControlView>,
    with_findings: BTreeSet<&'a str>,
    requirements: BTreeSet<(&'a str, &'a str)>,
    titles: BTreeMap<&'a str, &'a str>,
}

impl<'a> std::ops::Deref for Report<'a> {
    type Target = About<'a>;

    fn deref(&self) -> &Self::Target {
        &self.about
    }
}

impl<'a> About<'a> {
    /// Of a view.
    #[must_use]
    pub fn new(view: &'a ReportView, words: &'a Words, profile: Profile) -> Self {
        let controls = view.controls.iter().map(|control| (control.id.as_str(), control)).collect();
        let with_findings = apart(view).0.into_iter().map(|finding| finding.control.as_str()).collect();
        let listed = |framework: &'a FrameworkView| {
            framework.requirements.iter().map(|requirement| (framework.id.as_str(), requirement.id.as_str()))
        };
        let requirements = view.frameworks.iter().flat_map(listed).collect();
        let titles = view.frameworks.iter().map(|framework| (framework.id.as_str(), framework.title.as_str())).collect();
        Self { view, words, profile, attached: None, company: None, logo: None, controls, with_findings, requirements, titles }
    }

    /// With an attachment of so many bytes.
    #[must_use]
    pub fn attached(self, attached: Option<u64>) -> Self {
        Self { attached, ..self }
    }

    /// Handed over by a company.
    #[must_use]
    pub fn by(self, company: Option<&'a str>, logo: Option<Arc<Image>>) -> Self {
        Self { company, logo, ..self }
    }
}

impl Report<'_> {
    /// Title of the document.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.view.organisation {
            Some(name) => self.words.fill("report.title_of", &[("organisation", name)]),
            None => self.words.say("report.title").to_owned(),
        }
    }

    /// Author of the document.
    #[must_use]
    pub fn author(&self) -> String {
        self.view.organisation.clone().unwrap_or_else(|| "Assize".to_owned())
    }

    /// Lays everything out.
    ///
    /// # Errors
    /// When a page cannot be printed.
    pub fn compose(&mut self) -> Result<(), String> {
        self.cover();
        let cover_pages = self.flow.document.pages();
        // The contents come second and are known last.
        self.flow.open_section();
        let contents = self.flow.section;
        self.summary();
        if self.executive() {
            self.flow.close();
        } else {
            self.details();
            contents::contents(&mut self.flow, self.about.words, contents, cover_pages);
        }
        let title = self.words.say("report.title");
        let title = self.company.map_or_else(|| title.to_owned(), |company| format!("{title} · {company}"));
        let author = self.view.organisation.clone().unwrap_or_default();
        let root: String = self.view.snapshot.root.chars().take(16).collect();
        let foot = self.words.fill("page.foot", &[("number", &self.view.snapshot.id.to_string()), ("root", &root)]);
        contents::furniture(&mut self.flow, self.about.words, (&title, &author, &foot), cover_pages)
    }

    /// Everything an auditor asks for after the summary.
    fn details(&mut self) {
        self.scope();
        self.method();
        self.checking();
        let view = self.view;
        for framework in &view.frameworks {
            self.framework(framework);
        }
        self.findings();
        self.waivers();
        self.attestations();
        self.unread();
        self.provenance();
        self.documents();
        self.redactions();
        self.catalog();
        self.closing();
    }

    fn section(&mut self, title: &str) {
        self.flow.heading(Heading { level: 2, number: None, text: title, anchor: None, in_contents: true });
    }

    /// A section known to bookmarks and links, too small for the contents page.
    fn subsection(&mut self, title: &str, anchor: Option<String>) {
        self.flow.heading(Heading { level: 2, number: None, text: title, anchor, in_contents: false });
    }

    fn body(&mut self, text: &str) {
        self.flow.paragraph(text, theme::BODY, 8.0);
    }

    /// A sentence that belongs to the table or list below it.
    fn intro(&mut self, text: &str) {
        self.flow.lead_in(text, theme::BODY, 8.0);
    }

    /// The sentence that stands where a table would be empty.
    fn nothing(&mut self, text: &str) {
        self.flow.paragraph(text, theme::tint(theme::BODY, theme::GREY), 10.0);
    }

    fn note(&mut self, text: &str) {
        self.flow.paragraph(text, theme::NOTE, 10.0);
    }
}

impl About<'_> {
    /// Whether this is the report of four pages.
    fn executive(&self) -> bool {
        self.profile == Profile::Executive
    }

    /// A text of the view in the language of the report.
    fn told<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.words.retell(&self.view.phrases, text)
    }

    fn status_word(&self, status: Status) -> String {
        self.words.say(&format!("status.{}", status.as_str())).to_owned()
    }

    fn verdict_word(&self, verdict: Verdict) -> String {
        self.words.say(&format!("status.{}", verdict.as_str())).to_owned()
    }

    fn severity_word(&self, severity: Severity) -> String {
        self.words.say(&format!("severity.{}", severity.as_str())).to_owned()
    }

    /// A word of a closed list; a word the list does not know is printed as it came.
    fn listed(&self, list: &str, word: &str) -> String {
        let key = format!("{list}.{word}");
        let said = self.words.say(&key);
        if said == key { word.to_owned() } else { said.to_owned() }
    }

    fn status(&self, status: Status) -> Part {
        let mark = Mark::from(status);
        Part::Mark(mark, self.status_word(status), theme::tint(theme::CELL, mark.colour()))
    }

    fn verdict(&self, verdict: Verdict) -> Part {
        let mark = Mark::from(verdict);
        Part::Mark(mark, self.verdict_word(verdict), theme::tint(theme::CELL, mark.colour()))
    }

    /// `3 fail, 1 unknown`: the counts that are not zero, worst first.
    fn tally(&self, counts: &[(&str, u64)]) -> String {
        let said = counts.iter().filter(|(_, count)| *count > 0).map(|(word, count)| {
            let key = format!("counted.{word}");
            self.words.fill(&key, &[("count", &self.words.count(*count))])
        });
        said.collect::<Vec<_>>().join(", ")
    }

    /// A score in a cell; no score is said quietly.
    fn score(&self, interval: Option<Interval>, style: Style) -> Cell {
        let style = if interval.is_some() { style } else { theme::tint(theme::CELL, theme::GREY) };
        Cell::text(self.interval(interval), style)
    }

    fn interval(&self, interval: Option<Interval>) -> String {
        match interval {
            None => self.words.say("score.none").to_owned(),
            Some(interval) if interval.low == interval.high => self.words.percent(interval.low),
            Some(interval) => {
                let [low, high] = [interval.low, interval.high].map(|end| self.words.decimal(&format!("{:.1}", end.0)));
                self.words.fill("score.interval", &[("low", &low), ("high", &high)])
            }
        }
    }

    /// What a score bar shows, for those who cannot see it.
    fn bar(&self, interval: Option<Interval>) -> Part {
        let alt = match interval {
            None => self.words.say("score.bar_none").to_owned(),
            Some(Interval { low, high }) => {
                self.words.fill("score.bar", &[("low", &self.words.percent(low)), ("high", &self.words.percent(high))])
            }
        };
        Part::Bar(interval, alt)
    }

    /// Words that lead to a control of the catalog, where it is in there.
    fn control_link(&self, id: &str, text: String, style: Style) -> Part {
        if self.controls.contains_key(id) {
            let alt = self.words.fill("link.control", &[("control", id)]);
            Part::Link(text, theme::tint(style, theme::ACCENT), format!("control:{id}"), alt)
        } else {
            Part::Text(text, style)
        }
    }

    fn requirement_link(&self, framework: &str, id: &str, style: Style) -> Part {
        let text = format!("{} {id}", self.titles.get(framework).copied().unwrap_or(framework));
        if self.requirements.contains(&(framework, id)) {
            let alt = self.words.fill("link.requirement", &[("requirement", &text)]);
            Part::Link(text, theme::tint(style, theme::ACCENT), format!("requirement:{framework}:{id}"), alt)
        } else {
            Part::Text(text, style)
        }
    }

    fn count(&self, number: u64) -> Cell {
        self.count_in(number, theme::INK)
    }

    /// A number; zero is grey, so that the others are seen.
    fn count_in(&self, number: u64, colour: Colour) -> Cell {
        let colour = if number == 0 { theme::GREY } else { colour };
        Cell::text(self.words.count(number), theme::tint(theme::CELL, colour))
    }
}

/// A row that heads the rows below it.
fn group_row(title: String, columns: u16) -> Row {
    let cell = Cell::text(title, theme::bold(theme::CELL)).header().across(columns);
    Row { cells: vec![cell], anchor: None, keep: true, tone: Tone::Group, indent: 0.0, bookmark: None }
}
