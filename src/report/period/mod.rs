//! The report of a period: for how much of its time each requirement was met, the gaps, the scans, the exceptions.

mod html;
mod list;
mod markdown;
mod pdf;
pub(super) mod strip;
mod terminal;
pub mod view;

use super::RenderError;
use super::presentation::{Presentation, Words};
use view::PeriodView;

/// Every format of a period report. A new one is its file and its line here.
pub static ALL: [&dyn PeriodRenderer; 6] =
    [&terminal::Terminal { colour: false }, &html::Html, &pdf::Pdf, &Json, &markdown::Markdown, &list::Csv];

/// The terminal's format in colour.
pub static COLOURED: terminal::Terminal = terminal::Terminal { colour: true };

/// A format of a period report: the same view in, bytes out, and the same bytes every time.
pub trait PeriodRenderer: std::fmt::Debug + Sync {
    /// The name users give to `--format`.
    fn format(&self) -> &'static str;
    /// File extension, without the dot.
    fn extension(&self) -> &'static str;
    /// The bytes of the report, in English and without a company.
    ///
    /// # Errors
    /// When a template or the format's writer refuses; never for what the view holds.
    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError>;
    /// The bytes of the report in a language, by a user's templates, with a company's name and colours; as it is where a format has none.
    ///
    /// # Errors
    /// Those of [`PeriodRenderer::render`], and mistakes in a user's templates.
    fn present(&self, view: &PeriodView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        let _ = presentation;
        self.render(view)
    }
}

/// Format `json`: the view as it is, schema `assize.period/v1`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl PeriodRenderer for Json {
    fn format(&self) -> &'static str {
        "json"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        let mut bytes =
            serde_json::to_vec_pretty(view).map_err(|error| RenderError::Writer { format: "json", message: error.to_string() })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Looks at a user's templates before anything is rendered.
///
/// # Errors
/// Every file that is no template, with its line.
pub(super) fn check(presentation: &Presentation) -> Result<(), RenderError> {
    html::check(presentation)
}

/// The day of an RFC 3339 time, or all of it where the hour matters: `2026-03-04`, `2026-03-04 06:00`.
pub(super) fn moment(rfc3339: &str) -> String {
    let (day, hour) = (rfc3339.get(..10).unwrap_or(rfc3339), rfc3339.get(11..16).unwrap_or_default());
    if hour.is_empty() || hour == "00:00" { day.to_owned() } else { format!("{day} {hour}") }
}

/// What is behind a stretch: `k8s-host-network, attestation of access-review, source shop was not looked at`.
pub(super) fn causes(segment: &view::SegmentView) -> String {
    let words = segment.causes.iter().map(|cause| match cause.kind.as_str() {
        "attestation" => format!("attestation of {}", cause.id),
        "source" => format!("source {} was not looked at", cause.id),
        _ => cause.id.clone(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// [`causes`] in a language.
pub(super) fn causes_in(words: &Words, segment: &view::SegmentView) -> String {
    let said = segment.causes.iter().map(|cause| match cause.kind.as_str() {
        "attestation" => words.fill("period.cause_attestation", &[("id", &cause.id)]),
        "source" => words.fill("period.cause_source", &[("id", &cause.id)]),
        _ => cause.id.clone(),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// [`status`] in a language; of a waiver its state.
pub(super) fn status_in(words: &Words, word: &str) -> String {
    let own = [format!("period.{word}"), format!("period.state_{word}"), format!("status.{word}")];
    let said = own.iter().find_map(|key| words.find(key));
    said.map_or_else(|| status(word), str::to_lowercase)
}

/// A share as the language prints it, or that there is none.
pub(super) fn share_in(words: &Words, share: Option<crate::model::Percent>) -> String {
    share.map_or_else(|| words.say("period.none").to_owned(), |share| words.percent(share))
}

/// A status for people: `fail`, `not observed`, `not assessed`.
pub(super) fn status(word: &str) -> String {
    word.replace('_', " ")
}
