//! Format `markdown`: the period for a wiki or a ticket: tables of frameworks, requirements, gaps and exceptions.

use super::view::{PeriodView, TimeShares};
use super::{PeriodRenderer, causes, moment, status};
use crate::report::RenderError;

/// The renderer of format `markdown`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Markdown;

impl PeriodRenderer for Markdown {
    fn format(&self) -> &'static str {
        "markdown"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        let mut text = String::new();
        let title = view
            .organisation
            .as_deref()
            .map_or_else(|| "Compliance over a period".to_owned(), |name| format!("Compliance of {name} over a period"));
        text += &format!(
            "# {}\n\n{} to {} ({}). {}\n\n",
            escaped(&title),
            view.first_day,
            view.last_day,
            view.period.length,
            escaped(&view.headline)
        );
        text += &format!("{} {}\n\n", view.schedule.sentence, view.judged_by);
        text += "| Framework | Met | Not met | Not known | In scope | Met whenever observed | Not met at some time |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n";
        for framework in &view.frameworks {
            text += &line([
                escaped(&framework.title),
                percents(framework.shares),
                framework.in_scope.to_string(),
                framework.met_when_observed.to_string(),
                framework.ever_not_met.to_string(),
            ]);
        }
        if !view.unobserved.is_empty() {
            text += "\n## Not observed\n\n";
            for span in &view.unobserved {
                text += &format!("- {} to {} ({})\n", moment(&span.from), moment(&span.until), span.length);
            }
        }
        for framework in &view.frameworks {
            text += &format!("\n## {}\n\n", escaped(&framework.title));
            text += "| Requirement | Met | Not met | Not known | Gaps |\n| --- | ---: | ---: | ---: | --- |\n";
            for requirement in framework.requirements.iter().filter(|requirement| requirement.met_seconds + requirement.not_met_seconds > 0)
            {
                let gaps = requirement
                    .gaps()
                    .map(|gap| format!("{} to {}: {} {}", moment(&gap.from), moment(&gap.until), status(&gap.status), causes(gap)));
                text += &line([
                    escaped(&format!("{} {}", requirement.id, requirement.title)),
                    percents(requirement.shares),
                    gaps.map(|gap| escaped(gap.trim_end())).collect::<Vec<_>>().join("<br>"),
                ]);
            }
            if framework.never_known > 0 {
                text += &format!("\nNothing is known at any time of {} further requirements.\n", framework.never_known);
            }
        }
        text += "\n## Exceptions\n\n";
        text += "| Waiver | Control | Resources | Owner, approver | In force | State | Accepted |\n| --- | --- | --- | --- | --- | --- | ---: |\n";
        for waiver in &view.waivers {
            let span =
                waiver.in_force.as_ref().map_or_else(|| "never".to_owned(), |s| format!("{} to {}", moment(&s.from), moment(&s.until)));
            let people = format!("{}, {}", waiver.owner, waiver.approver);
            let cells = [&waiver.id, &waiver.control, &waiver.resources, &people, &span].map(|cell| escaped(cell));
            text += &line(cells.into_iter().chain([status(&waiver.state), waiver.accepted.to_string()]));
        }
        text += "\n| Attestation | Owner | Performed | Counts | State |\n| --- | --- | --- | --- | --- |\n";
        for given in &view.attestations {
            let span = given.valid.as_ref().map_or_else(|| "never".to_owned(), |s| format!("{} to {}", moment(&s.from), moment(&s.until)));
            let cells = [&given.topic, &given.owner, &given.performed_at, &span, &given.state].map(|cell| escaped(cell));
            text += &line(cells);
        }
        text += "\n## Method\n\n";
        for (title, paragraph) in &view.method {
            text += &format!("**{title}.** {paragraph}\n\n");
        }
        for note in &view.notes {
            text += &format!("> {}\n\n", escaped(note));
        }
        Ok(text.trim_end().to_owned().into_bytes().into_iter().chain([b'\n']).collect())
    }
}

fn line(cells: impl IntoIterator<Item = String>) -> String {
    format!("| {} |\n", cells.into_iter().collect::<Vec<_>>().join(" | "))
}

/// Three cells in one string: their bars are part of the table.
fn percents(shares: Option<TimeShares>) -> String {
    shares.map_or_else(|| "none | none | none".to_owned(), |s| format!("{} | {} | {}", s.met, s.not_met, s.not_known))
}

/// Names come from outside: none may end a cell, begin a tag or a link.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => out.extend(['\\', c]),
            other => out.push(other),
        }
    }
    out
}
