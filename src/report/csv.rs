//! Format `csv`: every finding as a row, for spreadsheets. RFC 4180, with no cell that a spreadsheet would run as a formula.

use super::index::Index;
use super::separated::row;
use super::view::{FindingView, ReportView};
use super::{RenderError, Renderer};

/// The renderer of format `csv`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Csv;

const HEAD: [&str; 20] = [
    "number",
    "fingerprint",
    "verdict",
    "severity",
    "control",
    "title",
    "source",
    "kind",
    "namespace",
    "name",
    "resource",
    "file",
    "line",
    "observed",
    "expected",
    "reason",
    "waiver",
    "first_seen",
    "last_seen",
    "requirements",
];

impl Renderer for Csv {
    fn format(&self) -> &'static str {
        "csv"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let index = Index::of(view);
        let mut text = row(HEAD);
        for finding in &view.findings {
            text += &line(&index, finding);
        }
        Ok(text.into_bytes())
    }
}

fn line(index: &Index<'_>, finding: &FindingView) -> String {
    let bearings = index.control(&finding.control).into_iter().flat_map(|control| index.bearings(control));
    let requirements: Vec<String> = bearings.map(|(framework, requirement)| format!("{} {requirement}", framework.id)).collect();
    let number = finding.number.to_string();
    let at = finding.line.map_or_else(String::new, |line| line.to_string());
    let cells: [&str; 20] = [
        &number,
        &finding.fingerprint,
        finding.verdict.as_str(),
        finding.severity.as_str(),
        &finding.control,
        &finding.title,
        &finding.source,
        &finding.kind,
        &finding.namespace,
        &finding.name,
        &finding.resource,
        finding.file.as_deref().unwrap_or_default(),
        &at,
        finding.observed.as_deref().unwrap_or_default(),
        &finding.expected,
        finding.reason.as_deref().unwrap_or_default(),
        finding.waiver.as_deref().unwrap_or_default(),
        finding.first_seen.as_deref().unwrap_or_default(),
        finding.last_seen.as_deref().unwrap_or_default(),
        &requirements.join("; "),
    ];
    row(cells)
}
