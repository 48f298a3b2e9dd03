//! `scan` and `collect`.

use super::Failure;
use super::args::{CollectArgs, Global, ScanArgs};
use super::evaluate::verdict_on;
use super::exit::Exit;
use super::plan::{Clock, Plan};
use super::terminal::Terminal;
use super::{format, presentation, report, sign};
use crate::collect::Collector;
use crate::collect::repository::Repository;
use crate::model::SnapshotInfo;
use crate::pipeline::{self, Moment, Summary};
use crate::snapshot::{Database, Selector};

fn gather(plan: &Plan, args: &CollectArgs, terminal: &Terminal) -> Result<(Database, SnapshotInfo, Summary), Failure> {
    let options = plan.repository(args)?;
    if !options.path.exists() {
        return Err(Failure::Usage(format!("there is nothing at {}", options.path.display())));
    }
    let clock = Clock::new()?;
    plan.plant(terminal)?;
    let mut database = Database::open(&plan.db)?;
    let tree = Repository { options };
    let collectors: [&dyn Collector; 1] = [&tree];
    let now = || clock.now();
    let moment = Moment { taken_at: clock.now(), clock: clock.name(), now: &now };
    let (info, summary) = pipeline::collect(&mut database, &collectors, &moment, terminal.progress())?;
    Ok((database, info, summary))
}

pub(super) fn collect(global: &Global, args: &CollectArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, args.path.as_deref())?;
    plan.announce(terminal);
    let (database, info, summary) = gather(&plan, args, terminal)?;
    let snapshot = database.snapshot(&Selector::Id(info.id))?;
    let incomplete = pipeline::is_incomplete(&snapshot);
    terminal.line(&format!(
        "snapshot {} sealed in {}: {} resources, {} reads, {} incomplete\nroot {}",
        info.id,
        plan.db.display(),
        summary.resources,
        summary.reads,
        summary.incomplete,
        info.root
    ))?;
    Ok(outcome(&summary, incomplete && !args.accept_incomplete && !plan.config.accept_incomplete, Exit::Clean))
}

/// Nothing collected beats incomplete, findings beat incomplete.
fn outcome(summary: &Summary, incomplete: bool, findings: Exit) -> Exit {
    match (summary.resources, findings, incomplete) {
        (0, _, _) => Exit::Nothing,
        (_, Exit::Findings, _) => Exit::Findings,
        (_, _, true) => Exit::Incomplete,
        (_, other, false) => other,
    }
}

pub(super) fn scan(global: &Global, args: &ScanArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, args.collect.path.as_deref())?;
    plan.announce(terminal);
    let settings = plan.settings(&args.settings)?;
    let files = if args.report.is_empty() { plan.config.reports.clone() } else { args.report.clone() };
    let files: Vec<_> =
        files.into_iter().map(|file| format::by_ending(&file).map(|renderer| (file, renderer))).collect::<Result<_, _>>()?;
    let wanted = report::chosen(&args.output)?;
    let dress = presentation::load(&args.presentation, &plan.config, |text| terminal.note(text))?;
    // A key that cannot be read must stop the run before anything is collected.
    let tree = args.collect.path.clone().or_else(|| plan.tree());
    let key = args.sign_key.as_ref().or(plan.config.signing_key.as_ref());
    let key = key.map(|file| sign::secret_key(file, tree.as_deref(), terminal)).transpose()?;
    let (mut database, info, summary) = gather(&plan, &args.collect, terminal)?;
    let (_, judged) = pipeline::evaluate(&mut database, info.id, &plan.bench, &settings)?;
    if let Some(key) = &key {
        let signed = sign::sign(&mut database, key, info.id)?.len();
        terminal.note(&format!("signed {signed} roots with {}", key.public()));
    }
    let snapshot = database.snapshot(&Selector::Id(info.id))?;
    let view = pipeline::view(&database, &snapshot, &plan.bench, &settings, &judged)?;
    for (file, renderer) in &files {
        report::emit(&view, *renderer, &dress, Some(file), terminal)?;
        terminal.note(&format!("report: {}", file.display()));
    }
    report::emit(&view, wanted, &dress, args.output.output.as_deref(), terminal)?;
    if summary.resources == 0 {
        terminal.error("no Kubernetes manifest was found; is this the right path?");
    }
    let findings = verdict_on(&judged, plan.fail_on(args.fail_on));
    let accept = args.collect.accept_incomplete || plan.config.accept_incomplete;
    Ok(outcome(&summary, pipeline::is_incomplete(&snapshot) && !accept, findings))
}
