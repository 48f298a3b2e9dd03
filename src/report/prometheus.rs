//! Format `prometheus`: the text exposition format, for the textfile collector or a push gateway. The names also hold in OpenMetrics, and
//! both parsers read the same bytes (to the older one the last line is a comment).
//!
//! A score that nothing gives is no sample. Labels are few: frameworks, controls, sources and words of ours, never resources.

use super::escape::label;
use super::view::{FrameworkView, ReportView};
use super::{RenderError, Renderer};
use crate::model::{Interval, Severity, Verdict};
use chrono::DateTime;
use std::fmt::Write as _;

/// The renderer of format `prometheus`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prometheus;

impl Renderer for Prometheus {
    fn format(&self) -> &'static str {
        "prometheus"
    }

    fn extension(&self) -> &'static str {
        "prom"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let mut out = Metrics(String::new());
        about(view, &mut out);
        scores(&view.frameworks, &mut out);
        counts(view, &mut out);
        out.0 += "# EOF\n";
        Ok(out.0.into_bytes())
    }
}

struct Metrics(String);

impl Metrics {
    fn family(&mut self, name: &str, help: &str) -> &mut Self {
        // Writing to a string cannot fail; the same below.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
        self
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", label(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

fn about(view: &ReportView, out: &mut Metrics) {
    let (snapshot, evaluation) = (&view.snapshot, &view.evaluation);
    out.family("assize_snapshot_info", "Snapshot and evaluation that these numbers are of.");
    out.sample(
        "assize_snapshot_info",
        &[
            ("snapshot", &snapshot.id.to_string()),
            ("root", &snapshot.root),
            ("evaluation", &evaluation.root),
            ("catalog", &view.catalog.version),
            ("tool", &view.tool),
        ],
        1,
    );
    if let Ok(moment) = DateTime::parse_from_rfc3339(&snapshot.taken_at) {
        out.family("assize_snapshot_timestamp_seconds", "When the snapshot was taken, in seconds since 1970.");
        out.sample("assize_snapshot_timestamp_seconds", &[], moment.timestamp());
    }
}

fn scores(frameworks: &[FrameworkView], out: &mut Metrics) {
    out.family(
        "assize_score_percent",
        "Score from 0 to 100. End low is what is proved, with every unknown counted as failed; end high is what is possible at best.",
    );
    for framework in frameworks {
        for (kind, pair) in [("configuration", framework.configuration), ("programme", framework.programme)] {
            for (waivers, score) in [("gross", pair.gross), ("net", pair.net)] {
                let Some(Interval { low, high }) = score else { continue };
                for (end, percent) in [("low", low), ("high", high)] {
                    let labels = [("framework", framework.id.as_str()), ("score", kind), ("waivers", waivers), ("end", end)];
                    out.sample("assize_score_percent", &labels, format_args!("{:.1}", percent.0));
                }
            }
        }
    }
    out.family("assize_coverage_percent", "Requirements with a definite answer, of those in scope, from 0 to 100.");
    for framework in frameworks {
        if let Some(coverage) = framework.coverage {
            out.sample("assize_coverage_percent", &[("framework", &framework.id)], format_args!("{:.1}", coverage.0));
        }
    }
    out.family("assize_requirements", "Requirements in scope by status.");
    for framework in frameworks {
        for (status, number) in &framework.statuses {
            out.sample("assize_requirements", &[("framework", &framework.id), ("status", status)], number);
        }
    }
}

fn counts(view: &ReportView, out: &mut Metrics) {
    let summary = &view.summary;
    out.family("assize_verdicts", "Judged pairs of control and resource by verdict.");
    for verdict in Verdict::ALL.map(Verdict::as_str) {
        out.sample("assize_verdicts", &[("verdict", verdict)], summary.verdicts.get(verdict).copied().unwrap_or(0));
    }
    out.family("assize_findings", "Findings by verdict and severity, those that a waiver accepts included.");
    for (verdict, numbers) in [("fail", &summary.failures), ("unknown", &summary.unknowns)] {
        for severity in Severity::ALL.map(Severity::as_str) {
            let number = numbers.get(severity).copied().unwrap_or(0);
            out.sample("assize_findings", &[("verdict", verdict), ("severity", severity)], number);
        }
    }
    out.family("assize_findings_waived", "Failures that a valid waiver accepts.").sample("assize_findings_waived", &[], summary.waived);
    out.family("assize_reads_incomplete", "Reads that were tried and not complete.");
    out.sample("assize_reads_incomplete", &[], summary.incomplete_reads);
    out.family("assize_source_resources", "Resources by source.");
    for source in &view.snapshot.sources {
        out.sample("assize_source_resources", &[("source", &source.name), ("kind", source.kind.as_str())], source.resources);
    }
    out.family("assize_source_reads", "Reads that were tried by source, and whether they were complete.");
    for source in &view.snapshot.sources {
        let complete = source.reads.saturating_sub(source.incomplete);
        for (word, number) in [("true", complete), ("false", source.incomplete)] {
            out.sample("assize_source_reads", &[("source", &source.name), ("complete", word)], number);
        }
    }
    out.family("assize_control_resources", "Resources by control and verdict.");
    for control in &view.controls {
        let numbers = [control.fail, control.unknown, control.manual, control.pass, control.not_applicable];
        for (verdict, number) in Verdict::ALL.iter().zip(numbers) {
            let labels = [("control", control.id.as_str()), ("severity", control.severity.as_str()), ("verdict", verdict.as_str())];
            out.sample("assize_control_resources", &labels, number);
        }
    }
}
