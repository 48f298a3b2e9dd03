//! `verify`: is everything as it was sealed?

use super::Failure;
use super::args::{Global, TableFormat, VerifyArgs};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::Terminal;
use crate::snapshot::Database;
use serde_json::json;

pub(super) fn run(global: &Global, args: &VerifyArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    let database = Database::open_read_only(&plan.db)?;
    let problems = database.verify()?;
    // A file so damaged that not even its list of snapshots can be read has been reported by `verify` already.
    let snapshots = database.snapshots().unwrap_or_default();
    match args.format {
        TableFormat::Json => {
            let last = snapshots.last().map(|info| info.root);
            let problems: Vec<_> = problems.iter().map(|problem| json!({ "place": problem.place, "what": problem.what })).collect();
            terminal.json(&json!({ "snapshots": snapshots.len(), "root": last, "problems": problems }))?;
        }
        TableFormat::Table => {
            for problem in &problems {
                terminal.line(&format!("{}: {}", problem.place, problem.what))?;
            }
            if problems.is_empty() {
                let root = snapshots.last().map_or_else(String::new, |info| format!("; the newest root is {}", info.root));
                terminal.line(&format!("{} snapshots, all as they were sealed{root}", snapshots.len()))?;
            }
        }
    }
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Findings })
}
