//! The auditor's PDF: complete, tagged (PDF/UA-1), fit for an archive (PDF/A-3a), the same bytes from the same view.
//!
//! `chapters` says what stands in the report, `layout` and `typeset` put it on pages without knowing the file format. `press` turns each
//! page into bytes as soon as it is full, `embed` adds the fonts, `archive` what the two standards ask for; `file` holds the bytes.

mod archive;
mod chapters;
mod embed;
mod file;
mod fonts;
mod layout;
mod page;
pub mod period;
mod picture;
mod press;
mod tags;
mod theme;
mod typeset;
mod words;

use super::presentation::Presentation;
use super::view::ReportView;
use super::{RenderError, Renderer};
use chapters::{About, Report};
use layout::Flow;
use page::Colour;
use std::sync::Arc;
use typeset::Typesetter;
use words::Words;

/// Name of the attached file.
pub const ATTACHMENT: &str = "assize-report.json";
/// The property of the metadata that says how much is printed.
pub const PROFILE: &str = "profile";

/// How much of a report is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Profile {
    /// Everything, for an auditor.
    #[default]
    Full,
    /// Four pages, for who decides: cover, state, what to do and what nobody looked at, development.
    Executive,
}

impl Profile {
    /// The word of arguments and metadata.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Executive => "executive",
        }
    }
}

/// Renders the view as PDF.
#[derive(Debug, Clone, Default)]
pub struct PdfRenderer {
    /// How much of it.
    pub profile: Profile,
    /// The machine-readable report (JSON) to attach as the data behind this one; `None` attaches nothing.
    pub attachment: Option<Vec<u8>>,
}

/// The format `pdf` as users get it: with the JSON report attached, so that an auditor need not ask for the data behind the pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pdf(pub Profile);

impl Renderer for Pdf {
    fn format(&self) -> &'static str {
        "pdf"
    }

    fn extension(&self) -> &'static str {
        "pdf"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        self.present(view, &Presentation::default())
    }

    fn present(&self, view: &ReportView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        PdfRenderer { profile: self.0, attachment: Some(super::json::Json.render(view)?) }.present(view, presentation)
    }
}

impl Renderer for PdfRenderer {
    fn format(&self) -> &'static str {
        "pdf"
    }

    fn extension(&self) -> &'static str {
        "pdf"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        self.present(view, &Presentation::default())
    }

    fn present(&self, view: &ReportView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        self.build(view, presentation).map_err(|message| RenderError::Writer { format: "pdf", message })
    }
}

impl PdfRenderer {
    fn build(&self, view: &ReportView, presentation: &Presentation) -> Result<Vec<u8>, String> {
        let words = Words::of(&presentation.words);
        let brand = &presentation.brand;
        let logo = brand.logo.as_ref().map(picture::read).transpose()?.flatten().map(Arc::new);
        let accent = brand.accent.map(|accent| Colour(accent.0[0], accent.0[1], accent.0[2]));
        let about = About::new(view, &words, self.profile)
            .attached(self.attachment.as_ref().map(|data| u64::try_from(data.len()).unwrap_or(u64::MAX)))
            .by(brand.company.as_deref(), logo);
        let mut report = Report { about, flow: Flow::new(Typesetter::bundled()?, accent) };
        report.compose()?;
        let (title, author) = (report.title(), report.author());
        let Flow { mut setter, document, .. } = report.flow;
        let (title, author) = (setter.fonts.visible(&title), setter.fonts.visible(&author));
        let facts = archive::Facts {
            title: &title,
            author: &author,
            producer: &view.tool,
            language: words.language(),
            moment: &view.snapshot.taken_at,
            provenance: &[
                ("snapshotRoot", &view.snapshot.root),
                ("evaluationRoot", &view.evaluation.root),
                ("catalogHash", &view.catalog.hash),
                ("settingsHash", &view.evaluation.settings),
                (PROFILE, self.profile.as_str()),
            ],
            attachment: self.attachment.as_deref().map(|data| (ATTACHMENT, words.say("attachment.description"), data)),
        };
        archive::finish(document, &setter, &facts)
    }
}
