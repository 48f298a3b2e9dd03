//! `report`, of a snapshot or of a period, and writing reports for `scan`.

use super::Failure;
use super::args::{Global, OutputArgs, ProfileArg, ReportArgs};
use super::exit::Exit;
use super::format::{by_ending, named};
use super::plan::Plan;
use super::presentation;
use super::terminal::{Terminal, write_file};
use crate::pipeline::{self, period::Request};
use crate::report::period::{self, PeriodRenderer};
use crate::report::presentation::Presentation;
use crate::report::view::ReportView;
use crate::report::{Renderer, json, pdf, terminal::Terminal as Summary};
use crate::snapshot::Database;
use chrono::{DateTime, Utc};
use std::path::Path;

/// The renderer asked for, by name or by the file's ending.
pub(super) fn chosen(args: &OutputArgs) -> Result<&'static dyn Renderer, Failure> {
    match (args.format, &args.output) {
        (Some(renderer), _) => Ok(renderer),
        (None, Some(file)) => by_ending(file),
        (None, None) => named("terminal").map_err(Failure::Usage),
    }
}

static EXECUTIVE: pdf::Pdf = pdf::Pdf(pdf::Profile::Executive);

/// The renderer of the profile asked for; only PDF has more than one.
fn profiled(renderer: &'static dyn Renderer, profile: ProfileArg) -> Result<&'static dyn Renderer, Failure> {
    match profile {
        ProfileArg::Full => Ok(renderer),
        ProfileArg::Executive if renderer.format() == EXECUTIVE.format() => Ok(&EXECUTIVE),
        ProfileArg::Executive => {
            let message = format!("only PDF has the profile executive, and {} was asked for: add --format pdf", renderer.format());
            Err(Failure::Usage(message))
        }
    }
}

/// Renders into a file or onto standard output.
pub(super) fn emit(
    view: &ReportView,
    renderer: &dyn Renderer,
    presentation: &Presentation,
    file: Option<&Path>,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let coloured = Summary { colour: true };
    let on_screen = file.is_none() && terminal.colour && renderer.format() == coloured.format();
    let renderer = if on_screen { &coloured } else { renderer };
    let bytes = renderer.present(view, presentation)?;
    put(&bytes, file, terminal)
}

/// Bytes into a file or onto standard output.
pub(super) fn put(bytes: &[u8], file: Option<&Path>, terminal: &Terminal) -> Result<Exit, Failure> {
    match file {
        Some(file) => write_file(file, bytes).map(|()| Exit::Clean),
        None => terminal.out(bytes),
    }
}

pub(super) fn run(global: &Global, args: &ReportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    if args.schema {
        return put(json::JSON_SCHEMA.as_bytes(), args.output.as_deref(), terminal);
    }
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    if let (Some(from), Some(until)) = (args.from, args.to) {
        return of_period(&plan, args, from, until, terminal);
    }
    let format = args.format.as_deref().map(named).transpose().map_err(Failure::Usage)?;
    let renderer = profiled(chosen(&OutputArgs { format, output: args.output.clone() })?, args.profile)?;
    let presentation = presentation::load(&args.presentation, &plan.config, |text| terminal.note(text))?;
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let snapshot = database.snapshot(&args.snapshot.snapshot)?;
    let judged = pipeline::judge(&snapshot, &plan.bench, &settings)?;
    if database.evaluation_by_root(judged.root())?.is_none() {
        terminal.note("note: catalog or settings differ from every stored evaluation of this snapshot; `assize evaluate` stores this one");
    }
    let view = pipeline::view(&database, &snapshot, &plan.bench, &settings, &judged)?;
    emit(&view, renderer, &presentation, args.output.as_deref(), terminal)
}

/// The period's renderer, by name or by the file's ending.
fn period_format(args: &ReportArgs) -> Result<&'static dyn PeriodRenderer, Failure> {
    let all = || period::ALL.into_iter();
    let list = |word: fn(&dyn PeriodRenderer) -> &'static str| all().map(word).collect::<Vec<_>>().join(", ");
    match (&args.format, &args.output) {
        (Some(name), _) => all()
            .find(|renderer| renderer.format() == name)
            .ok_or_else(|| Failure::Usage(format!("a period has no format '{name}'; there are {}", list(|renderer| renderer.format())))),
        (None, Some(file)) => {
            let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
            all().find(|renderer| renderer.extension() == ending).ok_or_else(|| {
                let known = list(|renderer| renderer.extension());
                Failure::Usage(format!("cannot tell the format of {} by its ending ({known}): add --format", file.display()))
            })
        }
        (None, None) => all().next().ok_or_else(|| Failure::Tool("there is no format".to_owned())),
    }
}

fn of_period(plan: &Plan, args: &ReportArgs, from: DateTime<Utc>, until: DateTime<Utc>, terminal: &Terminal) -> Result<Exit, Failure> {
    if from >= until {
        return Err(Failure::Usage(format!("the period ends before it begins: --from {from}, --to {until}")));
    }
    let renderer = period_format(args)?;
    let presentation = presentation::load(&args.presentation, &plan.config, |text| terminal.note(text))?;
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let request = Request { span: crate::pipeline::period::Span { from, until }, as_evaluated: args.as_evaluated };
    let view = pipeline::period::build(&database, &plan.bench, &settings, &request)?;
    if view.scans.is_empty() {
        terminal.note("note: no scan speaks of this period; `assize trend` lists those there are");
    }
    let on_screen = args.output.is_none() && terminal.colour && renderer.format() == "terminal";
    let renderer = if on_screen { &period::COLOURED } else { renderer };
    let bytes = renderer.present(&view, &presentation)?;
    put(&bytes, args.output.as_deref(), terminal)
}
