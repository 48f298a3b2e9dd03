//! One prepared view; renderers that return bytes.
pub mod badge;
pub mod change;
pub mod compare;
pub mod csv;
pub mod diff;
pub mod escape;
mod exclusions;
pub mod html;
mod index;
pub mod indicators;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod ocsf;
pub mod oscal;
pub mod pdf;
pub mod period;
pub mod presentation;
pub mod prometheus;
pub mod resource;
pub mod sample;
pub mod sarif;
pub mod separated;
mod sparse;
pub mod terminal;
pub mod trend;
mod unread;
pub mod view;

use crate::model::Diagnostics;
use presentation::Presentation;
use view::ReportView;

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A template is wrong.
    #[error("the {format} template failed: {message}")]
    Template {
        /// Which format.
        format: &'static str,
        /// What the engine said.
        message: String,
    },
    /// A user's template is wrong, here and there.
    #[error(transparent)]
    Given(#[from] Diagnostics),
    /// The writer of the format refused.
    #[error("the {format} report could not be written: {message}")]
    Writer {
        /// Which format.
        format: &'static str,
        /// What it said.
        message: String,
    },
}

/// Every format, in the order in which help lists them. A new one is its file and its line here.
pub static ALL: [&dyn Renderer; 13] = [
    &terminal::Terminal { colour: false },
    &html::Html,
    &pdf::Pdf(pdf::Profile::Full),
    &json::Json,
    &sarif::Sarif,
    &junit::Junit,
    &markdown::Markdown,
    &csv::Csv,
    &oscal::AssessmentResults,
    &oscal::ComponentDefinition,
    &ocsf::Ocsf,
    &prometheus::Prometheus,
    &badge::Badge,
];

/// A format: the same view in, bytes out. No clock, no I/O; two calls give identical bytes.
pub trait Renderer: std::fmt::Debug + Sync {
    /// The name users give to `--format`.
    fn format(&self) -> &'static str;
    /// File ending, without the dot before it; may hold one: of two that a file's name ends with, the longer one counts.
    fn extension(&self) -> &'static str;
    /// Other endings that files of this format are known by.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }
    /// The bytes of the report, in English and without a company.
    ///
    /// # Errors
    /// When a template or the format's writer refuses; never for what the view holds.
    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError>;
    /// The bytes of the report in a language, by a user's templates, with a company's name and colours. A format for programs has none of
    /// these and leaves this as it is.
    ///
    /// # Errors
    /// Those of [`Renderer::render`], and mistakes in a user's templates.
    fn present(&self, view: &ReportView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        let _ = presentation;
        self.render(view)
    }
}
