//! How a report is dressed: the language of its own words, a user's templates, the company that hands it over. It never changes what a
//! report says: verdicts, scores and names come from the view alone, and formats for machines know nothing of it.

mod brand;
mod words;

pub use brand::{Brand, Colour, Logo, LogoKind};
pub use words::Words;

use crate::model::SourceText;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Passed to [`Renderer::present`](super::Renderer::present) beside the view. The default is English, our templates and no company.
#[derive(Debug, Clone, Default)]
pub struct Presentation {
    /// The report's own words.
    pub words: Words,
    /// A user's files by their path below the folder of templates (`html/page.html`, `html/css/base.css`): each stands for ours of that
    /// name, or is one more for them to include.
    pub templates: BTreeMap<String, Arc<SourceText>>,
    /// Who hands the report over.
    pub brand: Brand,
}

impl Presentation {
    /// In a language that is part of the program; `None` when it is not.
    #[must_use]
    pub fn in_language(language: &str) -> Option<Self> {
        Some(Self { words: Words::bundled(language)?, ..Self::default() })
    }
}
