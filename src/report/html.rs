//! The HTML report: one self-contained page, for the engineer who mends and for the reader who wants the state.
//!
//! The page is static where it can be (frameworks, requirements, controls, every table) and carries the long lists
//! (findings, bearings, ledger) as data that its script draws when somebody unfolds them, so fifty thousand findings stay
//! readable. Nothing is fetched: a strict policy in the page allows the one style sheet and the two scripts by their hash.

mod assets;
mod change;
mod data;
mod digest;
mod engine;
mod indicators;
mod lists;
mod markup;
mod page;
mod requirements;
mod trend;
mod words;

use super::presentation::{Colour, Presentation};
use super::view::ReportView;
use super::{RenderError, Renderer};
use crate::model::{Diagnostic, Diagnostics};
use assets::Assets;
use tera::{Context, Value};

/// The lightest and the darkest ground that text of the accent's colour stands on: `--sunken` of the style sheet.
pub const GROUND: Colour = Colour([0xf1, 0xf1, 0xee]);
/// The same of the dark theme.
pub const DARK_GROUND: Colour = Colour([0x20, 0x24, 0x28]);

/// The renderer of format `html`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Html;

impl Renderer for Html {
    fn format(&self) -> &'static str {
        "html"
    }

    fn extension(&self) -> &'static str {
        "html"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        self.present(view, &Presentation::default())
    }

    fn present(&self, view: &ReportView, presentation: &Presentation) -> Result<Vec<u8>, RenderError> {
        let assets = Assets::of(presentation)?;
        let data = data::Data::of(view, &presentation.words);
        let data = serde_json::to_string(&data)
            .map_err(|error| RenderError::Writer { format: "html", message: error.to_string() })
            .map(|json| script_safe(&json))?;
        let policy = assets.policy();
        let mut context = page::with(view, presentation, |page| Context::from_serialize(page)).map_err(template_error)?;
        for (name, ready) in
            [("policy", &policy), ("style", &assets.style), ("early", &assets.early), ("script", &assets.script), ("data", &data)]
        {
            context.insert_value(name, Value::safe_string(ready));
        }
        let page = engine(PAGE, presentation)?.render("page.html", &context).map_err(|error| place(error, PAGE, presentation))?;
        guarded(&page, &policy, PAGE, presentation)?;
        Ok(page.into_bytes())
    }
}

/// A user's page must carry the policy, and before anything that the policy speaks of.
pub(super) fn guarded(page: &str, policy: &str, set: Set, presentation: &Presentation) -> Result<(), RenderError> {
    let Some(file) = presentation.templates.get(&format!("{}/page.html", set.folder)) else { return Ok(()) };
    let said = page.find(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"));
    let first = ["<script", "<style", "<link", "<body"].iter().filter_map(|tag| page.find(tag)).min();
    if said.is_some_and(|said| first.is_none_or(|first| said < first)) {
        return Ok(());
    }
    let mut mistake = Diagnostic::general(format!("{}: the page does not carry its security policy", file.name));
    mistake.help = "as the first thing in <head>: <meta http-equiv=\"Content-Security-Policy\" content=\"{{ policy }}\">".to_owned();
    Err(Diagnostics::from(mistake).into())
}

/// Looks at a user's templates before anything is rendered.
///
/// # Errors
/// Every file that is no template, with its line.
pub fn check(presentation: &Presentation) -> Result<(), RenderError> {
    Assets::of(presentation)?;
    engine(PAGE, presentation).map(drop)?;
    super::period::check(presentation)
}

/// An error of our own templates.
pub(super) fn template_error(error: tera::Error) -> RenderError {
    RenderError::Template { format: "html", message: engine::chain(&error) }
}

pub(super) use assets::{colours, ends_its_element, logo, policy, unix_lines};
pub(super) use engine::{PAGE, Set, engine, place};

/// JSON that may stand inside a `script` element: no character in it can end the element, open a comment, or break a line.
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + json.len() / 32);
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn data_cannot_leave_its_script_element() {
        let hostile = serde_json::to_string("</script><!-- <script> \u{2028}\u{2029} & ]]>").unwrap();
        let safe = script_safe(&hostile);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), serde_json::from_str::<String>(&hostile).unwrap());
    }

    #[test]
    fn the_grounds_of_colours_are_those_of_the_style_sheet() {
        let style = Assets::of(&Presentation::default()).unwrap().style;
        assert!(style.contains(&format!("--sunken: light-dark({}, {});", GROUND.hex(), DARK_GROUND.hex())));
        assert!(style.contains("--accent: light-dark(#1b5aa3, #8fbcf5);"));
    }
}
