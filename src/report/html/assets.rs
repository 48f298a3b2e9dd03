//! Style sheet, scripts, logo and policy of the page: what stands in it unescaped, made ready here.

use super::digest;
use crate::model::{Diagnostic, Diagnostics, SourceText, nearest};
use crate::report::presentation::{Brand, Presentation};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

/// The style sheet, in order.
const STYLES: [(&str, &str); 5] = [
    ("css/base.css", include_str!("../../../templates/html/css/base.css")),
    ("css/summary.css", include_str!("../../../templates/html/css/summary.css")),
    ("css/lists.css", include_str!("../../../templates/html/css/lists.css")),
    ("css/details.css", include_str!("../../../templates/html/css/details.css")),
    ("css/print.css", include_str!("../../../templates/html/css/print.css")),
];

/// Runs before the first paint: the reader's colour theme, and the mark that scripts run.
const EARLY: (&str, &str) = ("js/early.js", include_str!("../../../templates/html/js/early.js"));

/// One module, in order: later files use what earlier ones declare.
const SCRIPTS: [(&str, &str); 9] = [
    ("js/data.js", include_str!("../../../templates/html/js/data.js")),
    ("js/build.js", include_str!("../../../templates/html/js/build.js")),
    ("js/expression.js", include_str!("../../../templates/html/js/expression.js")),
    ("js/details.js", include_str!("../../../templates/html/js/details.js")),
    ("js/window.js", include_str!("../../../templates/html/js/window.js")),
    ("js/findings.js", include_str!("../../../templates/html/js/findings.js")),
    ("js/ledger.js", include_str!("../../../templates/html/js/ledger.js")),
    ("js/requirements.js", include_str!("../../../templates/html/js/requirements.js")),
    ("js/navigate.js", include_str!("../../../templates/html/js/navigate.js")),
];

/// Style and scripts as they stand in the page.
pub(super) struct Assets {
    pub style: String,
    pub early: String,
    pub script: String,
}

impl Assets {
    /// Ours, each file with the user's in its place, further style sheets of the user's, and the brand's colours.
    ///
    /// # Errors
    ///
    /// A user's file that would end its element or that nothing reads.
    pub(super) fn of(presentation: &Presentation) -> Result<Self, Diagnostics> {
        let mut mistakes = Vec::new();
        let known = || STYLES.iter().chain(&SCRIPTS).chain([&EARLY]).map(|(name, _)| *name);
        let mut more = String::new();
        for (path, file) in &presentation.templates {
            let Some(name) = path.strip_prefix("html/").filter(|name| name.starts_with("css/") || name.starts_with("js/")) else {
                continue;
            };
            mistakes.extend(ends_its_element(name, file));
            if known().any(|known| known == name) {
                continue;
            }
            if name.starts_with("css/") && name.ends_with(".css") {
                more.push_str(&file.text);
            } else {
                let mut mistake = Diagnostic::general(format!("{}: the page has no such file, so nothing reads it", file.name));
                mistake.help = nearest(name, known()).map_or_else(String::new, |near| format!("did you mean {near}?"));
                mistakes.push(mistake);
            }
        }
        if !mistakes.is_empty() {
            return Err(Diagnostics(mistakes));
        }
        let text = |(name, ours): &(&str, &'static str)| {
            presentation.templates.get(&format!("html/{name}")).map_or((*ours).to_owned(), |file| file.text.clone())
        };
        let style: String = STYLES.iter().map(text).chain([more, colours(&presentation.brand)]).collect();
        Ok(Self {
            style: unix_lines(&style),
            early: unix_lines(&text(&EARLY)),
            script: unix_lines(&SCRIPTS.iter().map(text).collect::<String>()),
        })
    }

    /// The policy that allows exactly these.
    pub(super) fn policy(&self) -> String {
        policy(&self.style, &[&self.early, &self.script])
    }
}

/// What in a file would end the element that it stands in, or make a comment of what follows.
pub(in crate::report) fn ends_its_element(name: &str, file: &Arc<SourceText>) -> Option<Diagnostic> {
    let endings: &[&str] = if name.ends_with(".css") { &["</style"] } else { &["</script", "<script", "<!--"] };
    let text = file.text.to_ascii_lowercase();
    endings.iter().find_map(|ending| {
        let start = text.find(ending)?;
        let span = crate::model::Span { file: Arc::clone(file), range: start..start + ending.len() };
        Some(Diagnostic::at(span, format!("`{ending}` cannot stand in the page's own style or script"), "would end it"))
    })
}

/// The brand's colours as declarations that come last.
pub(in crate::report) fn colours(brand: &Brand) -> String {
    if brand.accent.is_none() && brand.accent_dark.is_none() {
        return String::new();
    }
    let of =
        |colour: Option<crate::report::presentation::Colour>, ours: &str| colour.map_or_else(|| ours.to_owned(), |colour| colour.hex());
    format!(
        "\n:root {{ --accent: light-dark({}, {}); --accent-soft: color-mix(in srgb, var(--accent) 12%, var(--surface)); }}\n",
        of(brand.accent, "#1b5aa3"),
        of(brand.accent_dark, "#8fbcf5")
    )
}

/// The logo as an address that holds it.
pub(in crate::report) fn logo(brand: &Brand) -> Option<String> {
    brand.logo.as_ref().map(|logo| format!("data:{};base64,{}", logo.media_type(), STANDARD.encode(&logo.bytes)))
}

/// A browser turns CR LF into LF before it hashes; a checkout that made them must not break the policy.
pub(in crate::report) fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Content security policy: nothing, except this style sheet, these scripts and pictures inside the page.
pub(in crate::report) fn policy(style: &str, scripts: &[&str]) -> String {
    let scripts: Vec<String> = scripts.iter().map(|script| digest::source(script)).collect();
    let scripts = if scripts.is_empty() { vec!["'none'".to_owned()] } else { scripts };
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        digest::source(style)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::report::presentation::Colour;

    fn given(name: &str, text: &str) -> Presentation {
        let mut presentation = Presentation::default();
        presentation.templates.insert(format!("html/{name}"), Arc::new(SourceText { name: name.to_owned(), text: text.to_owned() }));
        presentation
    }

    #[test]
    fn nothing_embedded_can_end_its_element() {
        let ours = Assets::of(&Presentation::default()).unwrap();
        assert!(!ours.style.to_lowercase().contains("</style"));
        let scripts = (ours.script + &ours.early).to_lowercase();
        assert!(!scripts.contains("</script") && !scripts.contains("<!--"));
    }

    #[test]
    fn a_users_style_is_part_of_the_policy_and_cannot_leave_its_element() {
        let plain = Assets::of(&Presentation::default()).unwrap();
        let more = Assets::of(&given("css/ours.css", "h1 { color: red }")).unwrap();
        assert!(more.style.ends_with("h1 { color: red }") && more.style.starts_with(&plain.style));
        assert_ne!(plain.policy(), more.policy());
        let mut branded = Presentation::default();
        branded.brand.accent = Colour::parse("#123456");
        assert!(Assets::of(&branded).unwrap().style.contains("--accent: light-dark(#123456, #8fbcf5)"));
        for (name, text) in [("css/ours.css", "a{}\n</STYLE><img>"), ("js/data.js", "x\n</script>"), ("js/more.js", "x")] {
            let mistakes = Assets::of(&given(name, text)).err().unwrap();
            assert_eq!(mistakes.0.len(), 1, "{name}");
            assert!(mistakes.0[0].span.as_ref().is_none_or(|span| span.line_column().0 == 2), "{name}");
        }
    }

    #[test]
    fn the_policy_names_every_script_and_allows_nothing_inline() {
        let policy = policy("a{}", &["1", "2"]);
        assert_eq!(policy.matches("'sha256-").count(), 3);
        assert!(!policy.contains("unsafe"));
    }
}
