//! Format `markdown`: the report as the comment of a pull request. What matters first, the rest folded, and never longer than GitHub takes:
//! what does not fit is counted, and where it stands is said.
//!
//! The first line is a comment by which a pipeline finds its earlier comment again, to replace it.

use super::escape::{cut, markdown as text};
use super::unread::{apart, told};
use super::view::{ControlView, FindingView, FrameworkView, ReportView, UnreadView};
use super::{RenderError, Renderer};
use crate::model::{Interval, Severity, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// GitHub refuses a comment of more characters. Bytes are counted here, which are never fewer.
const LIMIT: usize = 65_536;
/// Kept free for the sentence that says what was left out, and for the foot.
const RESERVE: usize = 1_200;
/// Findings of one control that are listed.
const ROWS: usize = 25;
/// Unread things that are listed; they come before the findings and may not crowd them out.
const UNREAD: usize = 15;
/// Frameworks that are listed.
const FRAMEWORKS: usize = 40;
/// Characters of a name, a value or a sentence from outside.
const CELL: usize = 160;

/// The line that marks the comment.
pub const MARK: &str = "<!-- assize report -->";

/// The renderer of format `markdown`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Markdown;

impl Renderer for Markdown {
    fn format(&self) -> &'static str {
        "markdown"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let (seen, unread) = apart(view);
        let mut out = head(view);
        frameworks(&view.frameworks, &mut out);
        counts(view, &mut out);
        not_read(view, &unread, &mut out);
        findings(view, &seen, &mut out);
        foot(view, &mut out);
        Ok(out.into_bytes())
    }
}

fn cell(value: &str) -> String {
    text(&cut(value, CELL))
}

/// `1 resource`, `3 resources`.
fn plural(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

fn head(view: &ReportView) -> String {
    let of = view.organisation.as_deref().map_or_else(String::new, |name| format!(" of {}", cell(name)));
    format!("{MARK}\n## Compliance posture{of}\n\n{}\n", text(&cut(&view.summary.headline, 1_000)))
}

fn score(score: Option<Interval>) -> String {
    score.map_or_else(|| "nothing scored".to_owned(), |score| score.to_string())
}

fn frameworks(frameworks: &[FrameworkView], out: &mut String) {
    if frameworks.is_empty() {
        *out += "\nNo framework was evaluated.\n";
        return;
    }
    *out += "\n| Framework | Configuration | Programme | Coverage |\n| --- | --- | --- | ---: |\n";
    for framework in frameworks.iter().take(FRAMEWORKS) {
        let coverage = framework.coverage.map_or_else(|| "none".to_owned(), |percent| percent.to_string());
        let (configuration, programme) = (score(framework.configuration.gross), score(framework.programme.gross));
        // Writing to a string cannot fail; the same below.
        let _ = writeln!(out, "| {} | {configuration} | {programme} | {coverage} |", cell(&framework.title));
    }
    if let Some(more) = frameworks.len().checked_sub(FRAMEWORKS).filter(|more| *more > 0) {
        let _ = writeln!(out, "\n{} more in the other formats.", plural(more, "framework"));
    }
    *out += "\nFrom what is proved to what is possible, without waivers: the low end counts every unknown as failed.\n";
}

fn counts(view: &ReportView, out: &mut String) {
    if view.findings.is_empty() {
        let assessed = view.summary.verdicts.values().any(|count| *count > 0);
        *out += if assessed { "\nNo findings.\n" } else { "\nNo findings, because nothing was assessed.\n" };
        return;
    }
    *out += "\n| Findings | critical | high | medium | low | info |\n| --- | ---: | ---: | ---: | ---: | ---: |\n";
    for (verdict, numbers) in [(Verdict::Fail, &view.summary.failures), (Verdict::Unknown, &view.summary.unknowns)] {
        let numbers = Severity::ALL.map(|severity| numbers.get(severity.as_str()).copied().unwrap_or(0).to_string());
        let _ = writeln!(out, "| {verdict} | {} |", numbers.join(" | "));
    }
    if view.summary.waived > 0 {
        let waived = view.summary.waived;
        let _ = writeln!(out, "\n{waived} of the failures {} accepted by a valid waiver.", if waived == 1 { "is" } else { "are" });
    }
}

fn not_read(view: &ReportView, open: &[(&UnreadView, Vec<&FindingView>)], out: &mut String) {
    if view.unread.is_empty() {
        return;
    }
    let unknown: usize = open.iter().map(|(_, findings)| findings.len()).sum();
    let behind = if unknown > 0 { format!(" ({})", plural(unknown, "unknown")) } else { String::new() };
    let _ = write!(out, "\n<details><summary>Could not be read: {}{behind}</summary>\n\n", plural(view.unread.len(), "thing"));
    for unread in view.unread.iter().take(UNREAD) {
        let _ = writeln!(out, "- {}", text(&cut(&told(unread), 4 * CELL)));
    }
    if let Some(more) = view.unread.len().checked_sub(UNREAD).filter(|more| *more > 0) {
        let _ = writeln!(out, "- and {more} more, in the other formats");
    }
    *out += "\n</details>\n";
}

fn findings(view: &ReportView, seen: &[&FindingView], out: &mut String) {
    let mut groups: BTreeMap<&str, Vec<&FindingView>> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for finding in seen {
        let group = groups.entry(&finding.control).or_default();
        if group.is_empty() {
            order.push(&finding.control);
        }
        group.push(finding);
    }
    if order.is_empty() {
        return;
    }
    *out += "\n### Findings, the worst first\n\n";
    let controls: BTreeMap<&str, &ControlView> = view.controls.iter().map(|control| (control.id.as_str(), control)).collect();
    let (mut left_out, mut hidden) = (0, 0);
    for id in order {
        let found = groups.remove(id).unwrap_or_default();
        let block = if left_out == 0 { group(id, controls.get(id).copied(), &found) } else { String::new() };
        // Once one does not fit, no later one is shown before it: what is cut off is the end of the list.
        if left_out > 0 || out.len() + block.len() + RESERVE > LIMIT {
            left_out += 1;
            hidden += found.len();
        } else {
            *out += &block;
        }
    }
    if left_out > 0 {
        let (controls, findings) = (plural(left_out, "control"), plural(hidden, "finding"));
        let _ = write!(
            out,
            "\n**Cut here: {controls} with {findings} left out, because a comment may not be longer.** The other formats hold everything.\n"
        );
    }
}

fn group(id: &str, control: Option<&ControlView>, found: &[&FindingView]) -> String {
    let Some(first) = found.first() else { return String::new() };
    let of = |verdict: Verdict| found.iter().filter(|finding| finding.verdict == verdict).count();
    let waived = found.iter().filter(|finding| finding.waiver.is_some()).count();
    let parts = [(of(Verdict::Fail), "fail"), (waived, "of them waived"), (of(Verdict::Unknown), "unknown")];
    let parts: Vec<String> = parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let mut block = format!(
        "<details><summary><b>{}</b>: {} ({})</summary>\n\n<code>{}</code>\n",
        first.severity,
        cell(&first.title),
        parts.join(", "),
        cell(id)
    );
    if let Some(control) = control {
        // The first paragraph says what to do; examples stand below it, and in the other formats.
        let remedy = control.remediation.split("\n\n").next().unwrap_or_default();
        let _ = write!(block, "\n**Expected:** {}\n\n**What to do:** {}\n", text(&cut(&control.expected, 400)), text(&cut(remedy, 600)));
    }
    block += "\n| | Resource | Where | Seen |\n| --- | --- | --- | --- |\n";
    for finding in found.iter().take(ROWS) {
        let verdict = match (&finding.verdict, &finding.waiver) {
            (Verdict::Fail, Some(waiver)) => format!("fail, waived by {}", cell(waiver)),
            (verdict, _) => verdict.to_string(),
        };
        let said = finding.observed.as_deref().or(finding.reason.as_deref()).unwrap_or_default();
        let _ = writeln!(block, "| {verdict} | {} | <code>{}</code> | {} |", cell(&finding.subject()), cell(&finding.place()), cell(said));
    }
    if let Some(more) = found.len().checked_sub(ROWS).filter(|more| *more > 0) {
        let _ = writeln!(block, "\n{} more in the other formats.", plural(more, "finding"));
    }
    block += "\n</details>\n";
    block
}

fn foot(view: &ReportView, out: &mut String) {
    let snapshot = &view.snapshot;
    let _ = write!(
        out,
        "\n<sub>{}, catalog {}. Snapshot {} of {}, root <code>{}</code>; evaluation root <code>{}</code>.</sub>\n",
        cell(&view.tool),
        cell(&view.catalog.version),
        snapshot.id,
        cell(&snapshot.taken_on),
        cell(&snapshot.root),
        cell(&view.evaluation.root)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_one() {
        assert_eq!(plural(1, "finding"), "1 finding");
        assert_eq!(plural(0, "finding"), "0 findings");
    }
}
