//! The summary on the terminal: the state on one screen, and where to read on.
//!
//! Everything that users or sources named is stripped of control characters first: a file name may not move the cursor.

use super::escape::cut;
use super::unread::per_control;
use super::view::{FrameworkView, ReportView, ScorePair, UnreadView};
use super::{RenderError, Renderer};
use crate::model::{Interval, Severity};
use std::fmt::Write as _;

/// Cells of a score's bar.
const BAR: usize = 12;
/// Controls and unread things named before the rest is only counted.
const NAMED: usize = 10;
/// Width that titles of controls are cut to: room for the longest of ours, and for the counts behind it.
const TITLE: usize = 62;

/// Columns that running text is broken at.
const COLUMNS: usize = 96;

/// The renderer of format `terminal`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Whether to emphasise with ANSI colours. The words say the same without them.
    pub colour: bool,
}

impl Renderer for Terminal {
    fn format(&self) -> &'static str {
        "terminal"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let mut out = String::new();
        self.write(view, &mut out).map_err(|error| RenderError::Writer { format: "terminal", message: error.to_string() })?;
        Ok(out.into_bytes())
    }
}

/// ANSI styles, as select-graphic-rendition parameters.
#[derive(Clone, Copy)]
enum Style {
    Bold,
    Dim,
    Fail,
    Unknown,
}

impl Terminal {
    fn paint(self, text: &str, style: Style) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Fail => "31",
            Style::Unknown => "33",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    fn write(self, view: &ReportView, out: &mut String) -> std::fmt::Result {
        let organisation = view.organisation.as_deref().map_or_else(|| "Compliance posture".to_owned(), plain);
        writeln!(out, "{}", self.paint(&organisation, Style::Bold))?;
        let snapshot = &view.snapshot;
        let about = format!(
            "Snapshot {}, {}, {} {}",
            snapshot.id,
            plain(&snapshot.taken_on),
            snapshot.resources,
            if snapshot.resources == 1 { "resource" } else { "resources" }
        );
        writeln!(out, "{}\n", self.paint(&about, Style::Dim))?;
        writeln!(out, "{}\n", wrapped(&plain(&view.summary.headline), 0))?;
        self.frameworks(&view.frameworks, out)?;
        self.severities(view, out)?;
        self.worst(view, out)?;
        if view.ledger.is_empty() {
            return writeln!(out, "Nothing was read.");
        }
        self.unread(&view.unread, out)
    }

    fn frameworks(self, frameworks: &[FrameworkView], out: &mut String) -> std::fmt::Result {
        if frameworks.is_empty() {
            return writeln!(out, "No framework was evaluated.\n");
        }
        let titles: Vec<String> = frameworks.iter().map(|f| cut(&plain(&f.title), 26)).collect();
        let width = titles.iter().map(|title| title.chars().count()).max().unwrap_or(0).max(10);
        let columns = format!("{:width$}  {:28} {:28} {:>8}", "Frameworks", "configuration", "programme", "coverage");
        writeln!(out, "{}", self.paint(&columns, Style::Bold))?;
        for (framework, title) in frameworks.iter().zip(&titles) {
            let coverage = framework.coverage.map_or_else(|| "none".to_owned(), |percent| percent.to_string());
            let configuration = self.score(framework.configuration.gross);
            let programme = self.score(framework.programme.gross);
            writeln!(out, "{title:width$}  {configuration} {programme} {coverage:>8}")?;
            if framework.configuration.net != framework.configuration.gross || framework.programme.net != framework.programme.gross {
                let net = |pair: ScorePair| format!("{:BAR$}  {:14}", "", pair.net.map_or_else(String::new, |score| score.to_string()));
                let line = format!("{:width$}  {} {}", "  with waivers", net(framework.configuration), net(framework.programme));
                writeln!(out, "{}", self.paint(line.trim_end(), Style::Dim))?;
            }
        }
        let legend = "█ proved  ░ unknown, may pass or fail  · fails or missing";
        writeln!(out, "{}\n", self.paint(legend, Style::Dim))
    }

    /// A bar and both ends, 28 columns wide.
    fn score(self, score: Option<Interval>) -> String {
        let Some(score) = score else { return format!("{}  {:14}", self.paint(&" ".repeat(BAR), Style::Dim), "nothing scored") };
        let (proved, open) = cells(score);
        let rest = BAR - proved - open;
        format!(
            "{}{}{}  {:14}",
            "█".repeat(proved),
            self.paint(&"░".repeat(open), Style::Unknown),
            self.paint(&"·".repeat(rest), Style::Dim),
            score.to_string()
        )
    }

    fn severities(self, view: &ReportView, out: &mut String) -> std::fmt::Result {
        if view.findings.is_empty() {
            let assessed = view.summary.verdicts.values().any(|count| *count > 0);
            return writeln!(out, "{}\n", if assessed { "No findings." } else { "No findings, because nothing was assessed." });
        }
        writeln!(out, "{}", self.paint("Findings       fail  unknown", Style::Bold))?;
        for severity in Severity::ALL {
            let fail = view.summary.failures.get(severity.as_str()).copied().unwrap_or(0);
            let unknown = view.summary.unknowns.get(severity.as_str()).copied().unwrap_or(0);
            let (fail_text, unknown_text) = (format!("{fail:8}"), format!("{unknown:8}"));
            let fail_text = if fail > 0 { self.paint(&fail_text, Style::Fail) } else { fail_text };
            let unknown_text = if unknown > 0 { self.paint(&unknown_text, Style::Unknown) } else { unknown_text };
            writeln!(out, "  {:9}{fail_text} {unknown_text}", severity.as_str())?;
        }
        if view.summary.waived > 0 {
            let waived = view.summary.waived;
            writeln!(out, "  {waived} of the failures {} accepted by a valid waiver.", if waived == 1 { "is" } else { "are" })?;
        }
        let unread: u64 = per_control(view).values().sum();
        if unread > 0 {
            writeln!(out, "  {unread} of the unknowns {} for what could not be read.", if unread == 1 { "stands" } else { "stand" })?;
        }
        writeln!(out)
    }

    fn worst(self, view: &ReportView, out: &mut String) -> std::fmt::Result {
        let mut controls: Vec<_> = view.controls.iter().filter(|control| control.fail > control.waived).collect();
        if controls.is_empty() {
            return Ok(());
        }
        controls.sort_by(|a, b| (a.severity, b.fail, b.unknown, &a.id).cmp(&(b.severity, a.fail, a.unknown, &b.id)));
        writeln!(out, "{}", self.paint("Fix first", Style::Bold))?;
        // What was not read has its own part below; here it would stand behind every control alike.
        let unread = per_control(view);
        let width = controls.iter().take(NAMED).map(|control| cut(&plain(&control.title), TITLE).chars().count()).max().unwrap_or(0);
        for control in controls.iter().take(NAMED) {
            let mut counts = format!("{} fail", control.fail);
            let unknown = control.unknown.saturating_sub(unread.get(control.id.as_str()).copied().unwrap_or(0));
            if control.waived > 0 {
                let _ = write!(counts, ", {} of them waived", control.waived);
            }
            if unknown > 0 {
                let _ = write!(counts, ", {unknown} unknown");
            }
            let title = cut(&plain(&control.title), TITLE);
            let id = self.paint(&plain(&control.id), Style::Dim);
            writeln!(out, "  {:9}{title:width$}  {counts}\n           {id}", control.severity.as_str())?;
        }
        if let Some(left) = controls.len().checked_sub(NAMED).filter(|left| *left > 0) {
            writeln!(out, "  and {left} more failing {}.", if left == 1 { "control" } else { "controls" })?;
        }
        writeln!(out, "{}\n", self.paint("All of them: assize report --format html, or assize verdicts.", Style::Dim))
    }

    fn unread(self, unread: &[UnreadView], out: &mut String) -> std::fmt::Result {
        if unread.is_empty() {
            return writeln!(out, "Every read was complete.");
        }
        writeln!(out, "{}", self.paint("Could not be read", Style::Bold))?;
        for entry in unread.iter().take(NAMED) {
            let said = wrapped(&format!("{}: {}", plain(&entry.what), plain(&entry.why)), 4);
            writeln!(out, "  {} {}", self.paint("?", Style::Unknown), said.trim_start())?;
            writeln!(out, "{}", wrapped(&plain(&entry.leaves_open), 4))?;
            writeln!(out, "{}", self.paint(&wrapped(&plain(&entry.next), 4), Style::Dim))?;
        }
        if let Some(left) = unread.len().checked_sub(NAMED).filter(|left| *left > 0) {
            writeln!(out, "  and {left} more incomplete {}, in the reports.", if left == 1 { "read" } else { "reads" })?;
        }
        Ok(())
    }
}

/// Cells that are proved and cells that are open. What is proved is rounded down and what is possible up, and an interval
/// that is open at all shows at least one open cell.
fn cells(score: Interval) -> (usize, usize) {
    let cell = |percent: f64| percent.clamp(0.0, 100.0) * BAR as f64 / 100.0;
    let mut proved = cell(score.low.0).floor() as usize;
    let mut possible = cell(score.high.0).floor() as usize;
    if score.low < score.high {
        possible = cell(score.high.0).ceil() as usize;
        proved = proved.min(possible.saturating_sub(1));
    }
    (proved, possible.saturating_sub(proved))
}

/// Text without control characters and without those that turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let hides = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| {
            if c == '\n' || c == '\t' {
                ' '
            } else if hides(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Running text in lines of the usual width, each set in by so many columns. A word longer than a line keeps its own.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column == 0 {
            lines.push_str(&" ".repeat(indent));
            column = indent;
        } else if column + 1 + width > COLUMNS {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Percent;

    fn of(low: f64, high: f64) -> (usize, usize) {
        cells(Interval { low: Percent(low), high: Percent(high) })
    }

    #[test]
    fn bars_never_flatter() {
        assert_eq!(of(0.0, 0.0), (0, 0));
        assert_eq!(of(100.0, 100.0), (BAR, 0));
        assert_eq!(of(99.9, 99.9), (BAR - 1, 0));
        assert_eq!(of(50.0, 75.0), (6, 3));
    }

    #[test]
    fn what_is_unknown_can_always_be_seen() {
        assert_eq!(of(0.0, 0.1), (0, 1));
        assert_eq!(of(99.9, 100.0), (BAR - 1, 1));
        assert_eq!(of(50.0, 50.1), (6, 1));
        assert_eq!(of(0.0, 100.0), (0, BAR));
    }

    #[test]
    fn names_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\rc\u{202e}d\ne"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d e");
    }

    #[test]
    fn running_text_is_broken_between_words() {
        let text = "word ".repeat(30);
        let lines: Vec<String> = wrapped(&text, 4).lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.starts_with("    word") && line.chars().count() <= COLUMNS));
        assert_eq!(wrapped("", 4), "");
    }
}
