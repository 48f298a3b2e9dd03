//! The JSON report, schema `assize.report/v1`: a promised surface for programs.
//!
//! The shapes here are frozen and apart from the view, which may change. A field may be added; a field that stands here
//! keeps its name, type and meaning until the schema's version changes. Scores are numbers in percent with one decimal,
//! lists stand in the order of the view, and an absent value is `null`, never a missing field.

mod framework;
mod rows;

use super::view::{self, ReportView};
use super::{RenderError, Renderer};
use crate::model::Interval;
use crate::posture::indicators::Indicators;
use framework::Framework;
use rows::{Attestation, Control, Exclusion, Finding, Read, Redaction, TrendPoint, Unread, Waiver};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name and version of the schema.
pub const SCHEMA: &str = "assize.report/v1";

/// The JSON Schema of it (draft 2020-12). It names every field there is; that a reader meets others, later, is part of the promise.
pub const JSON_SCHEMA: &str = include_str!("json/schema.json");

/// The renderer of format `json`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

impl Renderer for Json {
    fn format(&self) -> &'static str {
        "json"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let mut bytes = serde_json::to_vec_pretty(&Report::of(view))
            .map_err(|error| RenderError::Writer { format: "json", message: error.to_string() })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    tool: &'a str,
    organisation: Option<&'a str>,
    headline: &'a str,
    snapshot: Snapshot<'a>,
    evaluation: Evaluation<'a>,
    catalog: Catalog<'a>,
    summary: Summary<'a>,
    frameworks: Vec<Framework<'a>>,
    controls: Vec<Control<'a>>,
    findings: Vec<Finding<'a>>,
    waivers: Vec<Waiver<'a>>,
    attestations: Vec<Attestation<'a>>,
    exclusions: Vec<Exclusion<'a>>,
    unread: Vec<Unread<'a>>,
    ledger: Vec<Read<'a>>,
    trend: Vec<TrendPoint<'a>>,
    indicators: Option<&'a Indicators>,
    change: Option<Change<'a>>,
    redactions: Vec<Redaction<'a>>,
}

#[derive(Serialize)]
struct Snapshot<'a> {
    id: i64,
    taken_at: &'a str,
    clock: &'a str,
    root: &'a str,
    previous_root: Option<&'a str>,
    resources: u64,
    sources: Vec<Source<'a>>,
}

/// Since the previous evaluation; shapes in `report/change.rs`.
#[derive(Serialize)]
struct Change<'a> {
    snapshot: i64,
    taken_at: &'a str,
    frameworks: Vec<super::change::FrameworkScores>,
    notes: &'a [String],
}

impl<'a> Change<'a> {
    fn of(change: &'a view::ChangeView) -> Self {
        Self {
            snapshot: change.snapshot,
            taken_at: &change.taken_at,
            frameworks: change.frameworks.iter().map(Into::into).collect(),
            notes: &change.notes,
        }
    }
}

#[derive(Serialize)]
struct Source<'a> {
    kind: &'static str,
    name: &'a str,
    details: BTreeMap<&'a str, &'a str>,
    resources: u64,
    reads: u64,
    incomplete: u64,
}

#[derive(Serialize)]
struct Evaluation<'a> {
    root: &'a str,
    settings: &'a str,
}

#[derive(Serialize)]
struct Catalog<'a> {
    version: &'a str,
    hash: &'a str,
    overrides: &'a [String],
    controls: u64,
}

#[derive(Serialize)]
struct Summary<'a> {
    verdicts: &'a BTreeMap<String, u64>,
    failures: &'a BTreeMap<String, u64>,
    unknowns: &'a BTreeMap<String, u64>,
    waived: u64,
    incomplete_reads: u64,
}

#[derive(Serialize)]
struct Score {
    low: f64,
    high: f64,
}

fn score(interval: Option<Interval>) -> Option<Score> {
    interval.map(|interval| Score { low: interval.low.0, high: interval.high.0 })
}

impl<'a> Report<'a> {
    fn of(view: &'a ReportView) -> Self {
        Self {
            schema: SCHEMA,
            tool: &view.tool,
            organisation: view.organisation.as_deref(),
            headline: &view.summary.headline,
            snapshot: Snapshot::of(&view.snapshot),
            evaluation: Evaluation { root: &view.evaluation.root, settings: &view.evaluation.settings },
            catalog: Catalog {
                version: &view.catalog.version,
                hash: &view.catalog.hash,
                overrides: &view.catalog.overrides,
                controls: view.catalog.controls,
            },
            summary: Summary {
                verdicts: &view.summary.verdicts,
                failures: &view.summary.failures,
                unknowns: &view.summary.unknowns,
                waived: view.summary.waived,
                incomplete_reads: view.summary.incomplete_reads,
            },
            frameworks: view.frameworks.iter().map(Framework::of).collect(),
            controls: view.controls.iter().map(Control::of).collect(),
            findings: view.findings.iter().map(Finding::of).collect(),
            waivers: view.waivers.iter().map(Waiver::of).collect(),
            attestations: view.attestations.iter().map(Attestation::of).collect(),
            exclusions: view
                .exclusions
                .iter()
                .map(|e| Exclusion { framework: &e.framework, requirement: &e.requirement, reason: &e.reason })
                .collect(),
            unread: view.unread.iter().map(Unread::of).collect(),
            ledger: view.ledger.iter().map(Read::of).collect(),
            trend: view.trend.iter().map(TrendPoint::of).collect(),
            indicators: view.indicators.as_ref(),
            change: view.change.as_ref().map(Change::of),
            redactions: view.redactions.iter().map(|(class, values)| Redaction { class, values: *values }).collect(),
        }
    }
}

impl<'a> Snapshot<'a> {
    fn of(snapshot: &'a view::SnapshotView) -> Self {
        Self {
            id: snapshot.id,
            taken_at: &snapshot.taken_at,
            clock: &snapshot.clock,
            root: &snapshot.root,
            previous_root: snapshot.previous_root.as_deref(),
            resources: snapshot.resources,
            sources: snapshot
                .sources
                .iter()
                .map(|source| Source {
                    kind: source.kind.as_str(),
                    name: &source.name,
                    details: source.details.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect(),
                    resources: source.resources,
                    reads: source.reads,
                    incomplete: source.incomplete,
                })
                .collect(),
        }
    }
}
