//! `verify`: is everything as it was sealed, signed by whom it should be, and is a report what the database gives?

use super::args::{Global, TableFormat, VerifyArgs};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::Terminal;
use super::{Failure, presentation, sign};
use crate::pipeline::{self, Outcome, Rechecked};
use crate::report::pdf::{Pdf, Profile};
use crate::report::{
    Renderer,
    compare::{is_executive, sniff},
};
use crate::snapshot::signature::Signature;
use crate::snapshot::{Database, Problem};
use serde_json::json;
use std::path::Path;

/// Differences that a terminal shows; JSON has them all.
const SHOWN: usize = 40;

pub(super) fn run(global: &Global, args: &VerifyArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    let demanded = args.public_key.as_deref().map(sign::public_key).transpose()?;
    let database = Database::open_read_only(&plan.db)?;
    let mut problems = database.verify()?;
    // A file so damaged that not even its list of snapshots can be read has been reported by `verify` already.
    let snapshots = database.snapshots().unwrap_or_default();
    let from = match &args.from {
        Some(selector) => database.snapshot(selector)?.info.id,
        None => i64::MIN,
    };
    problems.extend(database.verify_signatures(demanded, from)?);
    let signatures = database.signatures()?;
    if let Some(folder) = &args.export_signatures {
        let wanted = |signature: &&Signature| demanded.is_none_or(|key| signature.public_key == key.to_bytes());
        let number = sign::export(&signatures.iter().filter(wanted).cloned().collect::<Vec<_>>(), folder)?;
        terminal.note(&format!("{number} signatures written to {}", folder.display()));
    }
    if let Some(report) = &args.report {
        return verify_report(&plan, args, report, &database, &problems, terminal);
    }
    match args.format {
        TableFormat::Json => {
            let last = snapshots.last().map(|info| info.root);
            terminal.json(&json!({
                "snapshots": snapshots.len(), "root": last, "problems": rows(&problems), "signatures": sign::to_json(&signatures),
            }))?;
        }
        TableFormat::Table => {
            list(&problems, terminal)?;
            if problems.is_empty() {
                let root = snapshots.last().map_or_else(String::new, |info| format!("; the newest root is {}", info.root));
                let signed = demanded.map_or_else(String::new, |key| format!("; signed by {key}"));
                terminal.line(&format!("{} snapshots, all as they were sealed{root}{signed}", snapshots.len()))?;
            }
        }
    }
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn rows(problems: &[Problem]) -> Vec<serde_json::Value> {
    problems.iter().map(|problem| json!({ "place": problem.place, "what": problem.what })).collect()
}

fn list(problems: &[Problem], terminal: &Terminal) -> Result<(), Failure> {
    problems.iter().try_for_each(|problem| terminal.line(&format!("{}: {}", problem.place, problem.what)).map(drop))
}

/// The renderer that made a report: by what the file begins with, else by its ending.
fn renderer(report: &Path, bytes: &[u8]) -> Result<&'static dyn Renderer, Failure> {
    match sniff(bytes) {
        Some("pdf") if is_executive(bytes) => Ok(&Pdf(Profile::Executive)),
        Some(format) => super::format::named(format).map_err(Failure::Usage),
        None => super::format::by_ending(report),
    }
}

fn verify_report(
    plan: &Plan,
    args: &VerifyArgs,
    report: &Path,
    database: &Database,
    problems: &[Problem],
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    plan.announce(terminal);
    let bytes = std::fs::read(report).map_err(|error| Failure::Usage(format!("cannot read {}: {error}", report.display())))?;
    let renderer = renderer(report, &bytes)?;
    let settings = plan.settings(&args.settings)?;
    let dress = presentation::load(&args.presentation, &plan.config, |text| terminal.note(text))?;
    let found = pipeline::recheck(database, &plan.bench, &settings, (renderer, &dress), &bytes)?;
    match args.format {
        TableFormat::Json => {
            let differences: Vec<_> =
                found.differences.iter().map(|d| json!({ "place": d.place, "report": d.report, "database": d.database })).collect();
            terminal.json(&json!({
                "report": report.display().to_string(), "format": renderer.format(), "outcome": found.outcome.as_str(),
                "snapshot": found.snapshot, "evaluation": found.evaluation, "notes": found.notes, "differences": differences,
                "problems": rows(problems),
            }))?;
        }
        TableFormat::Table => {
            list(problems, terminal)?;
            terminal.line(&words(report, &found))?;
        }
    }
    Ok(match found.outcome {
        _ if !problems.is_empty() => Exit::Findings,
        Outcome::Identical => Exit::Clean,
        Outcome::Unrepeatable => Exit::Incomplete,
        Outcome::Differs | Outcome::Foreign => Exit::Findings,
    })
}

fn words(report: &Path, found: &Rechecked) -> String {
    let name = report.display();
    let snapshot = found.snapshot.map_or_else(String::new, |id| format!(" for snapshot {id}"));
    let mut text = match found.outcome {
        Outcome::Identical => format!("{name}: this report is exactly what the database gives{snapshot}\n"),
        Outcome::Differs => format!("{name}: this report is not what the database gives{snapshot}\n"),
        Outcome::Foreign => format!("{name}: this report does not come from this database\n"),
        Outcome::Unrepeatable => format!("{name}: this report cannot be made again with this program{snapshot}\n"),
    };
    for note in &found.notes {
        text += &format!("note: {note}\n");
    }
    for difference in found.differences.iter().take(SHOWN) {
        text += &format!("{}: the report says {}, the database gives {}\n", difference.place, difference.report, difference.database);
    }
    if let Some(more) = found.differences.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text += &format!("and {more} more; --format json has them all\n");
    }
    text
}
