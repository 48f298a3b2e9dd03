//! Format `html`: one self-contained page without scripts; each requirement's time is a strip that can be read without colour.

use super::strip::{self, Look};
use super::view::{AttestationPeriod, FrameworkPeriod, PeriodView, RequirementPeriod, SegmentView, SpanView, Standing, WaiverPeriod};
use super::{PeriodRenderer, causes, moment, status};
use crate::report::view::edition_in_words;
use crate::report::{RenderError, html};
use serde::Serialize;
use std::borrow::Cow;
use tera::Context;

const PAGE: &str = include_str!("../../../templates/period/page.html");
const STYLES: [&str; 2] = [include_str!("../../../templates/html/css/base.css"), include_str!("../../../templates/period/style.css")];

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
        let style = html::unix_lines(&STYLES.concat());
        let mut tera = tera::Tera::new();
        tera.add_raw_templates([("page.html", PAGE)]).map_err(html::template_error)?;
        let mut context = Context::from_serialize(&Page::of(view)).map_err(html::template_error)?;
        context.insert("policy", &html::policy(&style, &[]));
        context.insert("style", &style);
        tera.render("page.html", &context).map(|page| page.trim_start().to_owned().into_bytes()).map_err(html::template_error)
    }
}

#[derive(Serialize)]
struct Page<'a> {
    view: &'a PeriodView,
    title: String,
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

fn between(span: &SpanView) -> String {
    format!("{} to {}", moment(&span.from), moment(&span.until))
}

impl<'a> Page<'a> {
    fn of(view: &'a PeriodView) -> Self {
        let at = |moment: &String| strip::place(moment, &view.period).map(|share| format!("{:.2}", share * WIDE));
        let holes = view
            .unobserved
            .iter()
            .filter_map(|span| Some(part(strip::place(&span.from, &view.period)?, strip::place(&span.until, &view.period)?, "open")));
        let name = view.organisation.as_deref().unwrap_or("Compliance");
        Self {
            view,
            title: format!("{name}, {} to {}", view.first_day, view.last_day),
            kept: view.schedule.kept.map_or_else(String::new, |kept| kept.to_string()),
            frameworks: view.frameworks.iter().map(framework).collect(),
            unobserved: view.unobserved.iter().map(|span| format!("{} ({})", between(span), span.length)).collect(),
            holes: holes.collect(),
            ticks: view.scans.iter().filter_map(|scan| at(&scan.taken_at)).collect(),
            missed: view.schedule.missed_at.iter().filter_map(at).collect(),
            scans_alt: format!(
                "{} scans in the period, {} missed, {} stretches not observed",
                view.schedule.taken,
                view.schedule.missed,
                view.unobserved.len()
            ),
            waivers: view
                .waivers
                .iter()
                .map(|given| Waiver {
                    given,
                    when: given.in_force.as_ref().map_or_else(|| "not in force".to_owned(), between),
                    state: status(&given.state),
                })
                .collect(),
            attestations: view
                .attestations
                .iter()
                .map(|given| Attestation {
                    given,
                    when: match (&given.valid, given.state.as_str()) {
                        (Some(span), _) => between(span),
                        (None, "unreadable") => "never: its file could not be read".to_owned(),
                        (None, _) => "not in the period".to_owned(),
                    },
                    share: given.share.map_or_else(String::new, |share| share.to_string()),
                })
                .collect(),
        }
    }
}

fn framework(framework: &FrameworkPeriod) -> Framework<'_> {
    let known = |requirement: &&RequirementPeriod| requirement.met_seconds + requirement.not_met_seconds > 0;
    let never: Vec<&str> = framework.requirements.iter().filter(|one| !known(one)).map(|one| one.id.as_str()).collect();
    let text = |pick: fn(crate::posture::score::TimeShares) -> crate::model::Percent| {
        framework.shares.map_or_else(|| "none".to_owned(), |shares| pick(shares).to_string())
    };
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
        rows: framework.requirements.iter().filter(known).map(row).collect(),
        never: never.join(", "),
    }
}

fn row(requirement: &RequirementPeriod) -> Row<'_> {
    let shares = requirement.shares;
    let text = |pick: fn(crate::posture::score::TimeShares) -> crate::model::Percent| {
        shares.map_or_else(|| "none".to_owned(), |shares| pick(shares).to_string())
    };
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
        alt: format!("{}: met {met}, not met {not_met}, not known {not_known}", requirement.id),
        parts: strip::parts(&requirement.timeline).iter().map(|one| part(one.from, one.until, look(one.look))).collect(),
        gaps: requirement.gaps().map(gap).collect(),
        met,
        not_met,
        not_known,
    }
}

fn gap(segment: &SegmentView) -> Gap {
    Gap {
        when: format!("{} to {}", moment(&segment.from), moment(&segment.until)),
        status: status(&segment.status),
        class: if segment.standing == Standing::NotMet { "bad" } else { "open" },
        causes: causes(segment),
    }
}
