//! The report of a period: for how much of its time each requirement was met, the gaps, the scans, the exceptions.

mod html;
mod list;
mod markdown;
mod pdf;
pub(super) mod strip;
mod terminal;
pub mod view;

use super::RenderError;
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
    /// The bytes of the report.
    ///
    /// # Errors
    /// When a template or the format's writer refuses; never for what the view holds.
    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError>;
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

/// A status for people: `fail`, `not observed`, `not assessed`.
pub(super) fn status(word: &str) -> String {
    word.replace('_', " ")
}
