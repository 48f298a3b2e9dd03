//! Format `terminal`: the state of the period on a screen or two, worst first.

use super::view::{FrameworkPeriod, PeriodView, RequirementPeriod, Standing, TimeShares};
use super::{PeriodRenderer, causes, moment, status};
use crate::report::RenderError;
use crate::report::terminal::{plain, wrapped};
use std::fmt::Write as _;

/// Requirements of a framework that are named before the rest is only counted.
const NAMED: usize = 12;
/// Stretches of a requirement that are named.
const STRETCHES: usize = 3;

/// The renderer of format `terminal`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal {
    /// Whether to emphasise with ANSI colours.
    pub colour: bool,
}

impl PeriodRenderer for Terminal {
    fn format(&self) -> &'static str {
        "terminal"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        let mut out = String::new();
        self.write(view, &mut out).map_err(|error| RenderError::Writer { format: "terminal", message: error.to_string() })?;
        Ok(out.into_bytes())
    }
}

/// `97.4 %`, or that there is nothing to divide.
fn percents(shares: Option<TimeShares>) -> [String; 3] {
    match shares {
        Some(shares) => [shares.met, shares.not_met, shares.not_known].map(|share| share.to_string()),
        None => ["none", "none", "none"].map(str::to_owned),
    }
}

impl Terminal {
    fn bold(self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn dim(self, text: &str) -> String {
        if self.colour { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn write(self, view: &PeriodView, out: &mut String) -> std::fmt::Result {
        let organisation = view.organisation.as_deref().map_or_else(|| "Compliance over a period".to_owned(), plain);
        writeln!(out, "{}", self.bold(&organisation))?;
        writeln!(out, "{}\n", self.dim(&format!("{} to {}, {}", view.first_day, view.last_day, view.period.length)))?;
        writeln!(out, "{}\n", wrapped(&plain(&view.headline), 0))?;
        writeln!(out, "{}", wrapped(&view.schedule.sentence, 0))?;
        writeln!(out, "{}\n", wrapped(&view.judged_by, 0))?;
        for span in &view.unobserved {
            writeln!(out, "Not observed from {} to {} ({})", moment(&span.from), moment(&span.until), span.length)?;
        }
        if !view.unobserved.is_empty() {
            writeln!(out)?;
        }
        let width = view.frameworks.iter().map(|framework| framework.title.chars().count()).max().unwrap_or(0).max(10);
        writeln!(
            out,
            "{}",
            self.bold(&format!("{:width$}  {:>8} {:>8} {:>9}  {}", "Frameworks", "met", "not met", "not known", "requirements"))
        )?;
        for framework in &view.frameworks {
            let [met, not_met, not_known] = percents(framework.shares);
            let counts = format!(
                "{} in scope: {} met whenever observed, {} not met at some time",
                framework.in_scope, framework.met_when_observed, framework.ever_not_met
            );
            writeln!(out, "{:width$}  {met:>8} {not_met:>8} {not_known:>9}  {counts}", plain(&framework.title))?;
        }
        for framework in &view.frameworks {
            self.gaps(framework, out)?;
        }
        self.exceptions(view, out)?;
        for note in &view.notes {
            writeln!(out, "\n{}", wrapped(&format!("Note: {}", plain(note)), 0))?;
        }
        Ok(())
    }

    fn gaps(self, framework: &FrameworkPeriod, out: &mut String) -> std::fmt::Result {
        let mut open: Vec<&RequirementPeriod> =
            framework.requirements.iter().filter(|requirement| requirement.gaps().any(|gap| gap.standing == Standing::NotMet)).collect();
        if open.is_empty() {
            return Ok(());
        }
        // Stable: of equally long ones the standard's order stays.
        open.sort_by_key(|requirement| std::cmp::Reverse(requirement.not_met_seconds));
        writeln!(out, "\n{}", self.bold(&format!("{}: not met at some time", plain(&framework.title))))?;
        for requirement in open.iter().take(NAMED) {
            let [met, not_met, not_known] = percents(requirement.shares);
            writeln!(out, "  {}  {}", plain(&requirement.id), plain(&requirement.title))?;
            writeln!(out, "    {}", self.dim(&format!("met {met}, not met {not_met}, not known {not_known}")))?;
            let failing = || requirement.gaps().filter(|gap| gap.standing == Standing::NotMet);
            for gap in failing().take(STRETCHES) {
                let line = format!("{} to {}: {}, {}", moment(&gap.from), moment(&gap.until), status(&gap.status), causes(gap));
                writeln!(out, "{}", wrapped(&plain(&line), 4))?;
            }
            let left = failing().count().saturating_sub(STRETCHES);
            if left > 0 {
                writeln!(out, "    and {left} more")?;
            }
        }
        let left = open.len().saturating_sub(NAMED);
        if left > 0 {
            writeln!(out, "  and {left} more requirements; --format json or pdf has all")?;
        }
        Ok(())
    }

    fn exceptions(self, view: &PeriodView, out: &mut String) -> std::fmt::Result {
        writeln!(out, "\n{}", self.bold("Exceptions"))?;
        if view.waivers.is_empty() {
            writeln!(out, "  no waiver is known to any evaluation of the period")?;
        }
        for waiver in &view.waivers {
            let when = waiver
                .in_force
                .as_ref()
                .map_or_else(|| "not in force".to_owned(), |span| format!("in force {} to {}", moment(&span.from), moment(&span.until)));
            let line = format!("{} ({}), {when}, {}: accepted {}", waiver.id, waiver.control, status(&waiver.state), waiver.accepted);
            writeln!(out, "{}", wrapped(&plain(&line), 2))?;
        }
        let counted = |state: &str| view.attestations.iter().filter(|attestation| attestation.state == state).count();
        let line = format!(
            "{} attestations: {} valid throughout, {} for a part, {} outside the period, {} unreadable",
            view.attestations.len(),
            counted("throughout"),
            counted("part"),
            counted("outside"),
            counted("unreadable")
        );
        writeln!(out, "  {line}")
    }
}
