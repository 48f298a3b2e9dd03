//! Scores over time, for machines and for people: JSON, CSV, SVG; and the drawing that the HTML report shares.

pub mod drawing;
mod svg;

use super::separated::row;
use crate::model::Interval;
use serde::Serialize;
use std::collections::BTreeMap;

/// Scores of some frameworks over time.
#[derive(Debug, Clone)]
pub struct TrendView {
    /// Name of the organisation.
    pub organisation: Option<String>,
    /// Framework and how people call it, in the catalog's order.
    pub frameworks: Vec<(String, String)>,
    /// Oldest first.
    pub points: Vec<Point>,
}

/// One snapshot's own evaluation.
#[derive(Debug, Clone, Serialize)]
pub struct Point {
    /// Snapshot.
    pub snapshot: i64,
    /// RFC 3339.
    pub taken_at: String,
    /// The evaluation.
    pub evaluation: EvaluationRef,
    /// Failing verdicts, waived ones included.
    pub fail: u64,
    /// Unknown verdicts.
    pub unknown: u64,
    /// By framework.
    pub scores: BTreeMap<String, Scores>,
}

/// An evaluation by number and hashes.
#[derive(Debug, Clone, Serialize)]
pub struct EvaluationRef {
    /// Number.
    pub id: i64,
    /// Root.
    pub root: String,
    /// Hash of the catalog.
    pub catalog: String,
}

/// Both scores of a framework, without and with accepted risks.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Scores {
    /// Gross.
    pub configuration: Option<Interval>,
    /// With accepted risks.
    pub configuration_net: Option<Interval>,
    /// Gross.
    pub programme: Option<Interval>,
    /// With accepted risks.
    pub programme_net: Option<Interval>,
}

impl TrendView {
    /// One row a snapshot, framework and score.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text =
            row(["snapshot", "taken_at", "framework", "score", "waivers", "low", "high", "fail", "unknown", "evaluation_root", "catalog"]);
        for point in &self.points {
            for (id, scores) in &point.scores {
                let all = [
                    ("configuration", "gross", scores.configuration),
                    ("configuration", "net", scores.configuration_net),
                    ("programme", "gross", scores.programme),
                    ("programme", "net", scores.programme_net),
                ];
                for (kind, waivers, score) in all {
                    let end = |of: fn(Interval) -> f64| score.map_or_else(String::new, |score| format!("{:.1}", of(score)));
                    text += &row([
                        point.snapshot.to_string().as_str(),
                        &point.taken_at,
                        id,
                        kind,
                        waivers,
                        &end(|score| score.low.0),
                        &end(|score| score.high.0),
                        &point.fail.to_string(),
                        &point.unknown.to_string(),
                        &point.evaluation.root,
                        &point.evaluation.catalog,
                    ]);
                }
            }
        }
        text
    }

    /// A drawing that needs nothing else: both scores of each framework as bands, light or dark as the reader's system is.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::draw(self)
    }
}
