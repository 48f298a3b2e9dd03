//! The HTML report: one self-contained page, for the engineer who mends and for the reader who wants the state.
//!
//! The page is static where it can be (frameworks, requirements, controls, every table) and carries the long lists
//! (findings, bearings, ledger) as data that its script draws when somebody unfolds them, so fifty thousand findings stay
//! readable. Nothing is fetched: a strict policy in the page allows the one style sheet and the two scripts by their hash.

mod data;
mod digest;
mod lists;
mod page;
mod requirements;
mod trend;
mod words;

use super::presentation::{Colour, Presentation};
use super::view::ReportView;
use super::{RenderError, Renderer};
use crate::model::Diagnostics;
use tera::{Context, Tera};

/// The lightest and the darkest ground that text of the accent's colour stands on: `--sunken` of the style sheet.
pub const GROUND: Colour = Colour([0xf1, 0xf1, 0xee]);
/// The same of the dark theme.
pub const DARK_GROUND: Colour = Colour([0x20, 0x24, 0x28]);

/// The templates, by the name other templates call them.
const TEMPLATES: [(&str, &str); 11] = [
    ("parts.html", include_str!("../../templates/html/parts.html")),
    ("sprites.html", include_str!("../../templates/html/sprites.html")),
    ("header.html", include_str!("../../templates/html/header.html")),
    ("frameworks.html", include_str!("../../templates/html/frameworks.html")),
    ("trend.html", include_str!("../../templates/html/trend.html")),
    ("findings.html", include_str!("../../templates/html/findings.html")),
    ("requirements.html", include_str!("../../templates/html/requirements.html")),
    ("controls.html", include_str!("../../templates/html/controls.html")),
    ("decisions.html", include_str!("../../templates/html/decisions.html")),
    ("evidence.html", include_str!("../../templates/html/evidence.html")),
    ("page.html", include_str!("../../templates/html/page.html")),
];

/// The style sheet, in order.
const STYLES: [&str; 4] = [
    include_str!("../../templates/html/css/base.css"),
    include_str!("../../templates/html/css/summary.css"),
    include_str!("../../templates/html/css/lists.css"),
    include_str!("../../templates/html/css/print.css"),
];

/// Runs before the first paint: the reader's colour theme, and the mark that scripts run.
const EARLY: &str = include_str!("../../templates/html/js/early.js");

/// One module, in order: later files use what earlier ones declare.
const SCRIPTS: [&str; 6] = [
    include_str!("../../templates/html/js/data.js"),
    include_str!("../../templates/html/js/details.js"),
    include_str!("../../templates/html/js/findings.js"),
    include_str!("../../templates/html/js/ledger.js"),
    include_str!("../../templates/html/js/requirements.js"),
    include_str!("../../templates/html/js/navigate.js"),
];

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
        let _ = presentation;
        let style = unix_lines(&STYLES.concat());
        let early = unix_lines(EARLY);
        let script = unix_lines(&SCRIPTS.concat());
        let data = data::Data::of(view);
        let data = serde_json::to_string(&data)
            .map_err(|error| RenderError::Writer { format: "html", message: error.to_string() })
            .map(|json| script_safe(&json))?;

        let mut context = page::with(view, |page| Context::from_serialize(page)).map_err(template_error)?;
        context.insert("policy", &policy(&style, &[&early, &script]));
        context.insert("style", &style);
        context.insert("early", &early);
        context.insert("script", &script);
        context.insert("data", &data);
        engine()?.render("page.html", &context).map(String::into_bytes).map_err(template_error)
    }
}

/// Looks at a user's templates before anything is rendered.
///
/// # Errors
/// Every file that is no template, with its line.
pub fn check(presentation: &Presentation) -> Result<(), Diagnostics> {
    let _ = presentation;
    Ok(())
}

/// The engine with our templates and the words of the page as filters. All names end in `.html`, so all are escaped.
fn engine() -> Result<Tera, RenderError> {
    let mut tera = Tera::new();
    tera.register_filter("label", |key: &str, _: tera::Kwargs, _: &tera::State| words::label(key));
    tera.register_filter("count", |number: u64, _: tera::Kwargs, _: &tera::State| words::count(number));
    tera.add_raw_templates(TEMPLATES).map_err(template_error)?;
    Ok(tera)
}

/// The whole chain of an engine error, in one line.
pub(super) fn template_error(error: tera::Error) -> RenderError {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        message.push_str(": ");
        message.push_str(&cause.to_string());
        source = cause.source();
    }
    RenderError::Template { format: "html", message }
}

/// A browser turns CR LF into LF before it hashes; a checkout that made them must not break the policy.
pub(super) fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Content security policy: nothing, except this style sheet, these scripts and the icon inside the page.
pub(super) fn policy(style: &str, scripts: &[&str]) -> String {
    let scripts: Vec<String> = scripts.iter().map(|script| digest::source(script)).collect();
    let scripts = if scripts.is_empty() { vec!["'none'".to_owned()] } else { scripts };
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        digest::source(style)
    )
}

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
    fn the_templates_parse() {
        let tera = engine().unwrap();
        assert!(tera.contains_template("page.html"));
    }

    #[test]
    fn nothing_embedded_can_end_its_element() {
        assert!(!STYLES.concat().to_lowercase().contains("</style"));
        let scripts = SCRIPTS.concat().to_lowercase() + &EARLY.to_lowercase();
        assert!(!scripts.contains("</script") && !scripts.contains("<!--"));
    }

    #[test]
    fn data_cannot_leave_its_script_element() {
        let hostile = serde_json::to_string("</script><!-- <script> \u{2028}\u{2029} & ]]>").unwrap();
        let safe = script_safe(&hostile);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), serde_json::from_str::<String>(&hostile).unwrap());
    }

    #[test]
    fn the_policy_names_every_script_and_allows_nothing_inline() {
        let policy = policy("a{}", &["1", "2"]);
        assert_eq!(policy.matches("'sha256-").count(), 3);
        assert!(!policy.contains("unsafe"));
    }
}
