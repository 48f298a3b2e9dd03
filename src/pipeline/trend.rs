//! Scores over time out of a database: each snapshot by its own evaluation.

use super::{Bench, PipelineError};
use crate::model::{Interval, Percent};
use crate::report::trend::{EvaluationRef, Point, Scores, TrendView};
use crate::snapshot::Database;
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Only these frameworks; empty means all.
    pub frameworks: Vec<String>,
    /// Only scans from here on.
    pub from: Option<DateTime<Utc>>,
    /// Only scans before.
    pub until: Option<DateTime<Utc>>,
}

/// Builds the view.
///
/// # Errors
///
/// A damaged database.
pub fn build(database: &Database, bench: &Bench, organisation: Option<String>, request: &Request) -> Result<TrendView, PipelineError> {
    let wanted = |id: &str| request.frameworks.is_empty() || request.frameworks.iter().any(|framework| framework == id);
    let within = |at: DateTime<Utc>| request.from.is_none_or(|from| at >= from) && request.until.is_none_or(|until| at < until);
    let mut points = Vec::new();
    let mut frameworks = BTreeSet::new();
    for record in database.history(i64::MAX)?.into_iter().filter(|record| within(record.taken_at)) {
        let mut scores: BTreeMap<String, Scores> = BTreeMap::new();
        for row in record.scores.iter().filter(|row| wanted(&row.framework)) {
            let entry = scores.entry(row.framework.clone()).or_default();
            let place = match (row.kind.as_str(), row.waivers.as_str()) {
                ("configuration", "gross") => &mut entry.configuration,
                ("configuration", _) => &mut entry.configuration_net,
                (_, "gross") => &mut entry.programme,
                _ => &mut entry.programme_net,
            };
            *place = Some(Interval { low: Percent(row.low), high: Percent(row.high) });
        }
        frameworks.extend(scores.keys().cloned());
        points.push(Point {
            snapshot: record.snapshot,
            taken_at: record.taken_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            evaluation: EvaluationRef { id: record.id, root: record.root.to_string(), catalog: record.catalog.to_string() },
            fail: record.fail,
            unknown: record.unknown,
            scores,
        });
    }
    let titled = frameworks.into_iter().map(|id| {
        let title = bench.catalog.frameworks.get(&id).map_or_else(|| id.clone(), |framework| framework.short.clone());
        (id, title)
    });
    let frameworks: Vec<(String, String)> = titled.collect();
    // A framework that one evaluation scored and another did not has a hole there, and says so.
    for point in &mut points {
        for (id, _) in &frameworks {
            point.scores.entry(id.clone()).or_default();
        }
    }
    Ok(TrendView { organisation, frameworks, points })
}
