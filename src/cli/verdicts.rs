//! `verdicts`: every control over every resource.

use super::Failure;
use super::args::{Global, TableFormat, VerdictArg, VerdictsArgs};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::{Terminal, table, to_json, write_file};
use crate::model::{Judgement, Verdict};
use crate::pipeline;
use crate::snapshot::Database;
use serde::Serialize;

/// One verdict, by the promised names.
#[derive(Serialize)]
struct Row<'a> {
    control: &'a str,
    verdict: Verdict,
    severity: crate::model::Severity,
    resource: Resource<'a>,
    observed: Option<&'a str>,
    expected: &'a str,
    reason: Option<&'a str>,
    waived: bool,
    waiver: Option<&'a str>,
    fingerprint: String,
    reads: &'a [i64],
}

#[derive(Serialize)]
struct Resource<'a> {
    source: &'a str,
    kind: &'a str,
    group: &'a str,
    namespace: &'a str,
    name: &'a str,
    id: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
}

impl<'a> Row<'a> {
    fn of(judgement: &'a Judgement, waiver: Option<&'a str>) -> Self {
        let resource = &judgement.resource;
        Self {
            control: &judgement.control,
            verdict: judgement.verdict,
            severity: judgement.severity,
            resource: Resource {
                source: &resource.source,
                kind: &resource.kind,
                group: &resource.group,
                namespace: &resource.namespace,
                name: &resource.name,
                id: &resource.id,
                file: resource.file.as_deref(),
                line: resource.line,
            },
            observed: judgement.observed.as_deref(),
            expected: &judgement.expected,
            reason: judgement.reason.as_deref(),
            waived: waiver.is_some(),
            waiver,
            fingerprint: pipeline::fingerprint(judgement),
            reads: &judgement.reads,
        }
    }
}

pub(super) fn verdict(argument: VerdictArg) -> Verdict {
    match argument {
        VerdictArg::Fail => Verdict::Fail,
        VerdictArg::Unknown => Verdict::Unknown,
        VerdictArg::Manual => Verdict::Manual,
        VerdictArg::Pass => Verdict::Pass,
        VerdictArg::NotApplicable => Verdict::NotApplicable,
    }
}

pub(super) fn run(global: &Global, args: &VerdictsArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    if let Some(id) = args.control.iter().find(|id| !plan.bench.catalog.controls.contains_key(*id)) {
        return Err(super::control::unknown(&plan.bench.catalog, id));
    }
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let snapshot = database.snapshot(&args.snapshot.snapshot)?;
    let wanted: Vec<Verdict> = args.verdict.iter().map(|argument| verdict(*argument)).collect();
    let population = pipeline::population(&snapshot, &plan.bench, &settings)?;
    let rows: Vec<Row<'_>> = population
        .iter()
        .filter(|(judgement, _)| args.control.is_empty() || args.control.iter().any(|id| **id == *judgement.control))
        .filter(|(judgement, _)| wanted.is_empty() || wanted.contains(&judgement.verdict))
        .map(|(judgement, waiver)| Row::of(judgement, waiver.as_deref()))
        .collect();
    let bytes = match args.format {
        TableFormat::Json => to_json(&rows)?,
        TableFormat::Table => {
            let lines: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    let place = match (row.resource.file, row.resource.line) {
                        (Some(file), Some(line)) => format!("{file}:{line}"),
                        (Some(file), None) => file.to_owned(),
                        (None, _) => row.resource.source.to_owned(),
                    };
                    let waived = if row.waived { " (waived)" } else { "" };
                    let why = row.observed.or(row.reason).unwrap_or_default().replace('\n', " ");
                    vec![format!("{}{waived}", row.verdict), row.control.to_owned(), place, why]
                })
                .collect();
            table(&["verdict", "control", "resource", "why"], &lines).into_bytes()
        }
    };
    match &args.output {
        Some(file) => write_file(file, &bytes).map(|()| Exit::Clean),
        None => terminal.out(&bytes),
    }
}
