//! `trend`: how scores developed.

use super::Failure;
use super::args::{Global, TableFormat, TrendArgs};
use super::exit::Exit;
use super::plan::{Plan, known_framework};
use super::terminal::{Terminal, table};
use crate::model::{Interval, Percent};
use crate::snapshot::{Database, EvaluationRecord};
use serde_json::json;

fn score(record: &EvaluationRecord, framework: &str, kind: &str, waivers: &str) -> Option<Interval> {
    let row = record.scores.iter().find(|row| row.framework == framework && row.kind == kind && row.waivers == waivers)?;
    Some(Interval { low: Percent(row.low), high: Percent(row.high) })
}

fn both(record: &EvaluationRecord, framework: &str, kind: &str) -> String {
    super::evaluate::gross_and_net(score(record, framework, kind, "gross"), score(record, framework, kind, "net"))
}

pub(super) fn run(global: &Global, args: &TrendArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    for id in &args.framework {
        known_framework(&plan.bench.catalog, id)?;
    }
    let database = Database::open_read_only(&plan.db)?;
    let records = database.history(i64::MAX)?;
    let wanted = |framework: &str| args.framework.is_empty() || args.framework.iter().any(|id| id == framework);
    let frameworks: Vec<&str> = {
        let mut ids: Vec<&str> = records.iter().flat_map(|record| &record.scores).map(|row| row.framework.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().filter(|id| wanted(id)).collect()
    };
    match args.format {
        TableFormat::Json => {
            let points: Vec<_> = records
                .iter()
                .map(|record| {
                    let scores: serde_json::Map<String, serde_json::Value> = frameworks
                        .iter()
                        .map(|id| {
                            let value = json!({
                                "configuration": score(record, id, "configuration", "gross"),
                                "configuration_net": score(record, id, "configuration", "net"),
                                "programme": score(record, id, "programme", "gross"),
                                "programme_net": score(record, id, "programme", "net"),
                            });
                            ((*id).to_owned(), value)
                        })
                        .collect();
                    json!({
                        "snapshot": record.snapshot,
                        "taken_at": record.taken_at,
                        "evaluation": { "id": record.id, "root": record.root, "catalog": record.catalog },
                        "fail": record.fail,
                        "unknown": record.unknown,
                        "scores": scores,
                    })
                })
                .collect();
            terminal.json(&points)
        }
        TableFormat::Table => {
            let rows: Vec<Vec<String>> = records
                .iter()
                .flat_map(|record| {
                    frameworks.iter().zip(0..).map(move |(id, index)| {
                        let first = index == 0;
                        let once = |text: String| if first { text } else { String::new() };
                        vec![
                            once(record.snapshot.to_string()),
                            once(record.taken_at.format("%Y-%m-%d").to_string()),
                            once(record.fail.to_string()),
                            once(record.unknown.to_string()),
                            (*id).to_owned(),
                            both(record, id, "configuration"),
                            both(record, id, "programme"),
                        ]
                    })
                })
                .collect();
            if rows.is_empty() {
                terminal.note("no snapshot of this database has been evaluated yet");
            }
            terminal.line(&table(&["snapshot", "taken", "fail", "unknown", "framework", "configuration", "programme"], &rows))
        }
    }
}
