//! Format `html`: one self-contained page without scripts; each requirement's time is a strip that can be read without colour.

use super::strip::{self, Look};
use super::view::{AttestationPeriod, FrameworkPeriod, PeriodView, RequirementPeriod, SegmentView, SpanView, Standing, WaiverPeriod};
use super::{PeriodRenderer, causes_in, moment, share_in, status_in};
use crate::model::{Diagnostic, Diagnostics};
use crate::report::html::Set;
use crate::report::presentation::{Presentation, Words};
use crate::report::view::edition_in_words;
use crate::report::{RenderError, html};
use serde::Serialize;
use std::borrow::Cow;
use tera::{Context, Value};

const PAGE: Set = Set { folder: "period", ours: &[("page.html", include_str!("../../../templates/period/page.html"))], below: "period." };
const BASE: &str = include_str!("../../../templates/html/css/base.css");
const STYLE: &str = include_str!("../../../templates/period/style.css");

/// The renderer of format `html`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Html;

impl PeriodRenderer for Html {
    fn format(&self) -> &'static str {
        "html"
    }

    fn extension(&self) -> &'static str {
        "html"
    }

    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        self.present(view, &Presentation::default())
    }

    fn present(&self, view: &PeriodView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        let style = style(presentation)?;
        let mut context = Context::from_serialize(&Page::of(view, presentation)).map_err(html::template_error)?;
        let policy = html::policy(&style, &[]);
        for (name, ready) in [("policy", &policy), ("style", &style)] {
            context.insert_value(name, Value::safe_string(ready));
        }
        let engine = html::engine(PAGE, presentation)?;
        let page = engine.render("page.html", &context).map_err(|error| html::place(error, PAGE, presentation))?;
        let page = page.trim_start();
        html::guarded(page, &policy, PAGE, presentation)?;
        Ok(page.as_bytes().to_vec())
    }
}

/// See [`super::check`].
pub(super) fn check(presentation: &Presentation) -> Result<(), RenderError> {
    style(presentation)?;
    html::engine(PAGE, presentation).map(drop)
}

/// The common style sheet and this page's own, each with the user's in its place, and the brand's colours.
fn style(presentation: &Presentation) -> Result<String, Diagnostics> {
    let mut mistakes = Vec::new();
    for (path, file) in presentation.templates.iter().filter(|(path, _)| path.starts_with("period/") && path.ends_with(".css")) {
        mistakes.extend(html::ends_its_element(path, file));
        if path != "period/style.css" {
            mistakes.push(Diagnostic::general(format!("{}: the page has no such file, so nothing reads it", file.name)));
        }
    }
    if !mistakes.is_empty() {
        return Err(Diagnostics(mistakes));
    }
    let text = |name: &str, ours: &str| presentation.templates.get(name).map_or_else(|| ours.to_owned(), |file| file.text.clone());
    let sheets = [text("html/css/base.css", BASE), text("period/style.css", STYLE), html::colours(&presentation.brand)];
    Ok(html::unix_lines(&sheets.concat()))
}

#[derive(Serialize)]
struct Page<'a> {
    view: &'a PeriodView,
    language: &'a str,
    company: Option<&'a str>,
    logo: Option<String>,
    title: String,
    first_day: Cow<'a, str>,
    last_day: Cow<'a, str>,
    length: String,
    headline: Cow<'a, str>,
    schedule: Cow<'a, str>,
    judged_by: Cow<'a, str>,
    notes: Vec<Cow<'a, str>>,
    method: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    kept: String,
    frameworks: Vec<Framework<'a>>,
    unobserved: Vec<String>,
    holes: Vec<Part>,
    ticks: Vec<String>,
    missed: Vec<String>,
    scans_alt: String,
    waivers: Vec<Waiver<'a>>,
    attestations: Vec<Attestation<'a>>,
}

#[derive(Serialize)]
struct Framework<'a> {
    anchor: String,
    title: &'a str,
    edition: Cow<'a, str>,
    met: String,
    not_met: String,
    not_known: String,
    in_scope: u64,
    met_when_observed: u64,
    ever_not_met: u64,
    never_known: u64,
    never_count: String,
    rows: Vec<Row<'a>>,
    never: String,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    title: &'a str,
    met: String,
    not_met: String,
    not_known: String,
    parts: Vec<Part>,
    alt: String,
    gaps: Vec<Gap>,
}

#[derive(Serialize)]
struct Part {
    x: String,
    width: String,
    look: &'static str,
}

#[derive(Serialize)]
struct Gap {
    when: String,
    status: String,
    class: &'static str,
    causes: String,
}

#[derive(Serialize)]
struct Waiver<'a> {
    given: &'a WaiverPeriod,
    when: String,
    state: String,
}

#[derive(Serialize)]
struct Attestation<'a> {
    given: &'a AttestationPeriod,
    when: String,
    share: String,
}

fn part(from: f64, until: f64, look: &'static str) -> Part {
    Part { x: format!("{:.2}", from * WIDE), width: format!("{:.2}", (until - from) * WIDE), look }
}

/// Width of a strip in its own units.
const WIDE: f64 = 1000.0;

fn between(words: &Words, span: &SpanView) -> String {
    words.fill("period.span", &[("from", &moment(&span.from)), ("until", &moment(&span.until))])
}

impl<'a> Page<'a> {
    fn of(view: &'a PeriodView, presentation: &'a Presentation) -> Self {
        let words = &presentation.words;
        let told = |text: &'a str| words.retell(&view.phrases, text);
        let (first_day, last_day) = (told(&view.first_day), told(&view.last_day));
        let days = [("first", first_day.as_ref()), ("last", last_day.as_ref())];
        let at = |moment: &String| strip::place(moment, &view.period).map(|share| format!("{:.2}", share * WIDE));
        let holes = view
            .unobserved
            .iter()
            .filter_map(|span| Some(part(strip::place(&span.from, &view.period)?, strip::place(&span.until, &view.period)?, "open")));
        let title = match &view.organisation {
            Some(name) => words.fill("period.heading", &[&days[..], &[("organisation", name)]].concat()),
            None => words.fill("period.heading_plain", &days),
        };
        let stretch =
            |span: &SpanView| words.fill("period.stretch", &[("span", &between(words, span)), ("length", &words.duration(span.seconds))]);
        let unobserved = view.unobserved.iter().map(stretch).collect::<Vec<_>>();
        Self {
            view,
            language: words.language(),
            company: presentation.brand.company.as_deref(),
            logo: html::logo(&presentation.brand),
            title,
            length: words.duration(view.period.seconds),
            headline: told(&view.headline),
            schedule: told(&view.schedule.sentence),
            judged_by: told(&view.judged_by),
            notes: view.notes.iter().map(|note| told(note)).collect(),
            method: view.method.iter().map(|(title, text)| (told(title), told(text))).collect(),
            kept: view.schedule.kept.map_or_else(String::new, |kept| {
                let made = words.count(view.schedule.expected.saturating_sub(view.schedule.missed));
                let share = words.percent(kept);
                words.fill("period.in_time", &[("made", &made), ("expected", &words.count(view.schedule.expected)), ("share", &share)])
            }),
            frameworks: view.frameworks.iter().map(|one| framework(words, one)).collect(),
            holes: holes.collect(),
            ticks: view.scans.iter().filter_map(|scan| at(&scan.taken_at)).collect(),
            missed: view.schedule.missed_at.iter().filter_map(at).collect(),
            scans_alt: words.fill(
                "period.scans_alt",
                &[
                    ("taken", &words.plural("number.scan", view.schedule.taken)),
                    ("missed", &words.count(view.schedule.missed)),
                    ("unobserved", &words.plural("number.stretch", unobserved.len() as u64)),
                ],
            ),
            unobserved,
            first_day,
            last_day,
            waivers: view
                .waivers
                .iter()
                .map(|given| Waiver {
                    given,
                    when: given.in_force.as_ref().map_or_else(|| words.say("period.not_in_force").to_owned(), |span| between(words, span)),
                    state: status_in(words, &given.state),
                })
                .collect(),
            attestations: view
                .attestations
                .iter()
                .map(|given| Attestation {
                    given,
                    when: match (&given.valid, given.state.as_str()) {
                        (Some(span), _) => between(words, span),
                        (None, "unreadable") => words.say("period.unreadable").to_owned(),
                        (None, _) => words.say("period.not_in_period").to_owned(),
                    },
                    share: given.share.map_or_else(String::new, |share| words.percent(share)),
                })
                .collect(),
        }
    }
}

fn framework<'a>(words: &Words, framework: &'a FrameworkPeriod) -> Framework<'a> {
    let known = |requirement: &&RequirementPeriod| requirement.met_seconds + requirement.not_met_seconds > 0;
    let never: Vec<&str> = framework.requirements.iter().filter(|one| !known(one)).map(|one| one.id.as_str()).collect();
    let text = |pick: fn(crate::posture::score::TimeShares) -> crate::model::Percent| share_in(words, framework.shares.map(pick));
    Framework {
        anchor: format!("framework-{}", framework.id),
        title: &framework.title,
        edition: edition_in_words(&framework.edition),
        met: text(|shares| shares.met),
        not_met: text(|shares| shares.not_met),
        not_known: text(|shares| shares.not_known),
        in_scope: framework.in_scope,
        met_when_observed: framework.met_when_observed,
        ever_not_met: framework.ever_not_met,
        never_known: framework.never_known,
        never_count: words.plural("number.requirement", framework.never_known),
        rows: framework.requirements.iter().filter(known).map(|one| row(words, one)).collect(),
        never: never.join(", "),
    }
}

fn row<'a>(words: &Words, requirement: &'a RequirementPeriod) -> Row<'a> {
    let shares = requirement.shares;
    let text = |pick: fn(crate::posture::score::TimeShares) -> crate::model::Percent| share_in(words, shares.map(pick));
    let (met, not_met, not_known) = (text(|s| s.met), text(|s| s.not_met), text(|s| s.not_known));
    let look = |look: Look| match look {
        Look::Met => "met",
        Look::NotMet => "bad",
        Look::NotKnown => "open",
        Look::NotObserved => "none",
    };
    Row {
        id: &requirement.id,
        title: &requirement.title,
        alt: words.fill("period.strip", &[("id", &requirement.id), ("met", &met), ("not_met", &not_met), ("not_known", &not_known)]),
        parts: strip::parts(&requirement.timeline).iter().map(|one| part(one.from, one.until, look(one.look))).collect(),
        gaps: requirement.gaps().map(|one| gap(words, one)).collect(),
        met,
        not_met,
        not_known,
    }
}

fn gap(words: &Words, segment: &SegmentView) -> Gap {
    Gap {
        when: words.fill("period.span", &[("from", &moment(&segment.from)), ("until", &moment(&segment.until))]),
        status: status_in(words, &segment.status),
        class: if segment.standing == Standing::NotMet { "bad" } else { "open" },
        causes: causes_in(words, segment),
    }
}
