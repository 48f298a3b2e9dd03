//! Format `pdf`: the period on paper, with the JSON report attached.

use super::view::PeriodView;
use super::{Json, PeriodRenderer};
use crate::report::RenderError;

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
        let attachment = Json.render(view)?;
        crate::report::pdf::period::render(view, &attachment).map_err(|message| RenderError::Writer { format: "pdf", message })
    }
}
