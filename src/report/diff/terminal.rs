//! A comparison to read in a terminal: what is new first, unchanged findings only as a number.

use super::{DiffView, heading, judged_in_words, lines};
use crate::model::{Interval, Verdict};
use crate::posture::change::ScoreChange;
use crate::posture::comparison::Class;
use crate::report::change::{delta_in_words, in_words};
use std::fmt::Write as _;

/// The text; with colour for a screen.
#[must_use]
pub fn terminal(view: &DiffView, colour: bool) -> String {
    let mut text = format!(
        "snapshot {} ({}) -> snapshot {} ({})\n{}\n\n",
        view.from.snapshot,
        view.from.taken_at,
        view.to.snapshot,
        view.to.taken_at,
        judged_in_words(view)
    );
    let paint = |text: String, code: &str| if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text };
    for (class, count, _) in view.classes() {
        let _ = writeln!(text, "{:<13}{:>5} fail {:>5} unknown", heading(class), count.fail, count.unknown);
    }
    for (class, _, rows) in view.classes() {
        if rows.is_empty() || class == Class::Still {
            continue;
        }
        let _ = write!(text, "\n{}\n", paint(heading(class).to_owned(), "1"));
        for line in lines(rows) {
            let waived = if line.row.state().is_some_and(|state| state.waiver.is_some()) { " (waived)" } else { "" };
            let code = match (class, line.verdict) {
                (Class::Fixed, _) => "32",
                (_, Verdict::Fail) => "31",
                _ => "33",
            };
            let verdict = paint(format!("{:<8}", line.verdict.as_str()), code);
            let (severity, subject) = (line.row.severity.as_str(), line.row.subject());
            let _ = writeln!(text, "  {verdict}{severity:<9}{}{waived}  {subject}", line.control());
            if !line.why.is_empty() {
                let _ = writeln!(text, "          {}", line.why);
            }
        }
    }
    scores(view, &mut text);
    let resources = &view.resources;
    let _ = write!(
        text,
        "\nresources: {} before, {} after; {} added, {} removed, {} changed",
        resources.before, resources.after, resources.added, resources.removed, resources.changed
    );
    if resources.not_seen_before + resources.not_seen_after > 0 {
        let _ =
            write!(text, "; not seen by the earlier side {}, by the later side {}", resources.not_seen_before, resources.not_seen_after);
    }
    text.push('\n');
    statuses(view, &mut text);
    for note in &view.notes {
        let _ = writeln!(text, "\nnote: {note}");
    }
    text
}

/// `71.3 to 84.0 %`, or that there is none.
pub(super) fn score(score: Option<Interval>) -> String {
    score.map_or_else(|| "not scored".to_owned(), |score| score.to_string())
}

fn scores(view: &DiffView, text: &mut String) {
    if view.changes.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nscores, from the earlier snapshot's own evaluation");
    for framework in &view.changes {
        for (kind, [gross, _]) in [("configuration", &framework.configuration), ("programme", &framework.programme)] {
            let _ = writeln!(text, "  {:<18}{kind:<15}{}", framework.framework, change(gross));
        }
    }
}

fn change(change: &ScoreChange) -> String {
    let ends = format!("{} -> {}", score(change.before), score(change.after));
    match &change.parts {
        Some(parts) if parts.total() == Default::default() && in_words(parts).is_empty() => format!("{ends}, unchanged"),
        Some(parts) => format!("{ends} ({}): {}", delta_in_words(parts.total()), in_words(parts)),
        None => ends,
    }
}

fn statuses(view: &DiffView, text: &mut String) {
    let word = |status: Option<&str>| status.unwrap_or("none").to_owned();
    if !view.controls.is_empty() {
        let _ = writeln!(text, "\ncontrols whose status changed");
        for row in &view.controls {
            let (from, to) = (row.from.map(Verdict::as_str), row.to.map(Verdict::as_str));
            let _ = writeln!(text, "  {}: {} -> {}", row.id, word(from), word(to));
        }
    }
    if !view.requirements.is_empty() {
        let _ = writeln!(text, "\nrequirements whose status changed");
        for row in &view.requirements {
            let (from, to) = (row.from.map(|status| status.as_str()), row.to.map(|status| status.as_str()));
            let _ = writeln!(text, "  {} {}: {} -> {}", row.framework, row.id, word(from), word(to));
        }
    }
}
