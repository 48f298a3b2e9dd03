//! Format `badge`: a line of SVG for each framework, for a README or a wiki: name, bar, and both ends of its configuration score.
//!
//! A bare number would hide what nobody looked at, so the bar shows proved, unknown and not met apart, the unknown part hatched, and the
//! text is a range. There are no colours of praise or blame: what is good enough is not ours to say.

use super::escape::{cut, xml};
use super::view::{FrameworkView, ReportView};
use super::{RenderError, Renderer};
use crate::model::Interval;
use std::fmt::Write as _;

/// The renderer of format `badge`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Badge;

impl Renderer for Badge {
    fn format(&self) -> &'static str {
        "badge"
    }

    fn extension(&self) -> &'static str {
        "svg"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let mut lines: Vec<Line> = view.frameworks.iter().map(Line::of).collect();
        if lines.is_empty() {
            lines.push(Line { label: "compliance".to_owned(), score: None });
        }
        Ok(draw(&lines, &view.snapshot.taken_on).into_bytes())
    }
}

const HEIGHT: f64 = 20.0;
const GAP: f64 = 4.0;
const PAD: f64 = 7.0;
const BAR: f64 = 64.0;
/// Letters of a label before it is cut.
const LABEL: usize = 40;

const STYLE: &str = "text{font:11px Verdana,'DejaVu Sans',Geneva,sans-serif}.name{fill:#fff}.score{fill:#1c1e21}.dark{fill:#3f444a}\
.light{fill:#eceeea}.track{fill:#fff;stroke:#9aa0a6}.low{fill:#0a6650}.open{fill:url(#unknown)}";

struct Line {
    label: String,
    score: Option<Interval>,
}

impl Line {
    fn of(framework: &FrameworkView) -> Self {
        Self { label: cut(&framework.title, LABEL), score: framework.configuration.gross }
    }

    /// `62.0–74.7 %`, short enough for a badge.
    fn value(&self) -> String {
        match self.score {
            None => "nothing scored".to_owned(),
            Some(Interval { low, high }) if low == high => format!("{low}"),
            Some(Interval { low, high }) => format!("{:.1}–{high}", low.0),
        }
    }

    fn sentence(&self) -> String {
        match self.score {
            None => format!("{}: nothing scored", self.label),
            Some(Interval { low, high }) => format!("{}: {low} proved, {high} possible", self.label),
        }
    }
}

/// About how wide Verdana sets it; `textLength` makes it exactly so.
fn width(text: &str) -> f64 {
    let letter = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | '/' | ' ' | '(' | ')' => 4.3,
        'm' | 'w' | 'M' | 'W' | '%' => 10.4,
        c if c.is_ascii_lowercase() => 6.6,
        c if c.is_ascii_digit() => 7.0,
        c if c.is_ascii() => 7.6,
        '–' => 7.0,
        _ => 11.0,
    };
    text.chars().map(letter).sum::<f64>().ceil()
}

fn draw(lines: &[Line], taken_on: &str) -> String {
    let widest = |of: fn(&Line) -> String| lines.iter().map(|line| width(&of(line))).fold(0.0, f64::max);
    let name = widest(|line| line.label.clone()) + 2.0 * PAD;
    let score = widest(Line::value);
    let total = name + PAD + BAR + PAD + score + PAD;
    let height = lines.len() as f64 * (HEIGHT + GAP) - GAP;
    let said: Vec<String> = lines.iter().map(Line::sentence).collect();
    let title = xml(&format!("Configuration on {taken_on}. {}", said.join(". ")));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {total:.0} {height:.0}\" \
         role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <defs><pattern id=\"unknown\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect width=\"5\" height=\"5\" fill=\"#e4dcf3\"/><rect width=\"2\" height=\"5\" fill=\"#6a3fb0\"/></pattern></defs>\n"
    );
    for (line, row) in lines.iter().zip(0_u32..) {
        let top = f64::from(row) * (HEIGHT + GAP);
        let _ = writeln!(
            svg,
            "<g transform=\"translate(0 {top:.0})\"><rect class=\"light\" width=\"{total:.0}\" height=\"20\" rx=\"3\"/>\
             <path class=\"dark\" d=\"M3 0H{name:.0}V20H3A3 3 0 0 1 0 17V3A3 3 0 0 1 3 0Z\"/>"
        );
        text(&mut svg, "name", PAD, &line.label);
        if let Some(Interval { low, high }) = line.score {
            let (x, of) = (name + PAD, |percent: f64| BAR * percent.clamp(0.0, 100.0) / 100.0);
            let _ = writeln!(
                svg,
                "<rect class=\"track\" x=\"{:.1}\" y=\"5.5\" width=\"{:.1}\" height=\"9\"/>\
                 <rect class=\"low\" x=\"{x:.1}\" y=\"6\" width=\"{:.1}\" height=\"8\"/>\
                 <rect class=\"open\" x=\"{:.1}\" y=\"6\" width=\"{:.1}\" height=\"8\"/>",
                x - 0.5,
                BAR + 1.0,
                of(low.0),
                x + of(low.0),
                of(high.0) - of(low.0),
            );
        }
        text(&mut svg, "score", name + PAD + BAR + PAD, &line.value());
        svg += "</g>\n";
    }
    svg += "</svg>\n";
    svg
}

fn text(svg: &mut String, class: &str, x: f64, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"14\" textLength=\"{:.0}\">{}</text>", width(text), xml(text));
}
