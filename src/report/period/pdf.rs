//! Format `pdf`: the period on paper, with the JSON report attached.

use super::view::PeriodView;
use super::{Json, PeriodRenderer};
use crate::report::RenderError;
use crate::report::presentation::Presentation;

/// The renderer of format `pdf`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pdf;

impl PeriodRenderer for Pdf {
    fn format(&self) -> &'static str {
        "pdf"
    }

    fn extension(&self) -> &'static str {
        "pdf"
    }

    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        self.present(view, &Presentation::default())
    }

    fn present(&self, view: &PeriodView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        let attachment = Json.render(view)?;
        crate::report::pdf::period::render(view, presentation, &attachment)
            .map_err(|message| RenderError::Writer { format: "pdf", message })
    }
}
