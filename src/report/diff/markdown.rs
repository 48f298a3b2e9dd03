//! A comparison as Markdown, for the comment of a pull request.

use super::terminal::score;
use super::{DiffView, heading, judged_in_words, lines};
use crate::posture::comparison::Class;
use crate::report::change::{delta_in_words, in_words};
use crate::report::escape::markdown as cell;
use std::fmt::Write as _;

/// Rows of one table; the rest is counted. A comment has a bound, the JSON has none.
const MOST: usize = 100;

/// The text.
#[must_use]
pub fn markdown(view: &DiffView) -> String {
    let (from, to) = (&view.from, &view.to);
    let mut text = format!(
        "## Assize: snapshot {} to {}\n\n{} to {}, {}.\n\n| | fail | unknown |\n| --- | ---: | ---: |\n",
        from.snapshot,
        to.snapshot,
        from.taken_at,
        to.taken_at,
        judged_in_words(view)
    );
    for (class, count, _) in view.classes() {
        let _ = writeln!(text, "| {} | {} | {} |", heading(class), count.fail, count.unknown);
    }
    for (class, _, rows) in view.classes() {
        if rows.is_empty() || class == Class::Still {
            continue;
        }
        let _ = write!(
            text,
            "\n### {}\n\n| verdict | severity | control | resource | why |\n| --- | --- | --- | --- | --- |\n",
            heading(class)
        );
        let lines = lines(rows);
        for line in lines.iter().take(MOST) {
            let waived = if line.row.state().is_some_and(|state| state.waiver.is_some()) { " (waived)" } else { "" };
            let _ = writeln!(
                text,
                "| {}{waived} | {} | {} | {} | {} |",
                line.verdict,
                line.row.severity,
                cell(&line.control()),
                cell(&line.row.subject()),
                cell(&line.why)
            );
        }
        if lines.len() > MOST {
            let _ = writeln!(text, "\n{} more stand in the JSON format.", lines.len() - MOST);
        }
    }
    if !view.changes.is_empty() {
        text += "\n### scores\n\n| framework | score | before | after | change | because |\n| --- | --- | --- | --- | --- | --- |\n";
        for framework in &view.changes {
            for (kind, [gross, _]) in [("configuration", &framework.configuration), ("programme", &framework.programme)] {
                let (change, because) =
                    gross.parts.as_ref().map(|parts| (delta_in_words(parts.total()), in_words(parts))).unwrap_or_default();
                let (before, after) = (score(gross.before), score(gross.after));
                let _ = writeln!(text, "| {} | {kind} | {before} | {after} | {change} | {because} |", cell(&framework.framework));
            }
        }
    }
    for note in &view.notes {
        let _ = writeln!(text, "\n> {}", cell(note));
    }
    text
}
