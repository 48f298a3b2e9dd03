//! `diff`: two snapshots side by side.

use super::Failure;
use super::args::{DiffArgs, DiffFormat, Global};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::{Terminal, write_file};
use crate::model::Severity;
use crate::pipeline::{self, Judges, Side};
use crate::report::diff::{self, DiffView};
use crate::snapshot::{Database, Selector};

/// Explains classes and exit codes.
pub(super) const HELP: &str = "\
Both snapshots are judged by today's catalog and settings, so that findings differ only where
configuration or access does:
  new           only TO holds it, and FROM could see it
  changed       both hold it; verdict or value seen differ (a failure that is unknown now, too)
  fixed         only FROM holds it, and TO could see it
  incomparable  one side could not see it: source not scanned, read incomplete, file left out
  still         both hold it, unchanged
Scores are compared from FROM's own evaluation to TO as judged here. Each change is split into
configuration, catalog and parameters, scope, access, waivers and attestations, in parts that add
up exactly.

Exit codes of diff:
   0  compared
   4  with --fail-on: nothing at least this severe is proved to be new, but something may be, and
      could not be seen (see --accept-incomplete)
  10  with --fail-on: a new failure at least this severe, which no waiver accepts; a former
      unknown that turned out to fail counts";

/// What `--fail-on` says of a comparison.
fn verdict_on(view: &DiffView, fail_on: Option<Severity>, accept_incomplete: bool) -> Exit {
    let Some(limit) = fail_on else { return Exit::Clean };
    if view.new_failures().any(|row| row.severity <= limit) {
        Exit::Findings
    } else if !accept_incomplete && view.undecided().any(|row| row.severity <= limit) {
        Exit::Incomplete
    } else {
        Exit::Clean
    }
}

pub(super) fn run(global: &Global, args: &DiffArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let other = args.against.as_deref().map(Database::open_read_only).transpose()?;
    let to = database.snapshot(&args.to)?;
    let earlier = other.as_ref().unwrap_or(&database);
    let which = match (&args.from, &other) {
        (Some(which), _) => which.clone(),
        (None, Some(_)) => Selector::Latest,
        (None, None) => Selector::Id(database.previous(&to, args.as_evaluated)?.ok_or_else(|| {
            let what = if args.as_evaluated { "evaluated snapshot" } else { "snapshot" };
            Failure::Usage(format!("no {what} lies before snapshot {}: scan again after a change, or name two snapshots", to.info.id))
        })?),
    };
    let from = earlier.snapshot(&which)?;
    let judges = if args.as_evaluated { Judges::AsEvaluated(&plan.bench) } else { Judges::Today(&plan.bench, &settings) };
    let view = pipeline::diff(Side { database: earlier, snapshot: &from }, Side { database: &database, snapshot: &to }, judges)?;
    let bytes = match args.format {
        DiffFormat::Json => diff::json(&view).map_err(|error| Failure::Tool(error.to_string()))?,
        DiffFormat::Markdown => diff::markdown(&view).into_bytes(),
        DiffFormat::Terminal => diff::terminal(&view, terminal.colour && args.output.is_none()).into_bytes(),
    };
    match &args.output {
        Some(file) => write_file(file, &bytes)?,
        None => drop(terminal.out(&bytes)?),
    }
    Ok(verdict_on(&view, plan.fail_on(args.fail_on), args.accept_incomplete || plan.config.accept_incomplete))
}
