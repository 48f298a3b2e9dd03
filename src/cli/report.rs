//! `report`, and writing reports for `scan`.

use super::Failure;
use super::args::{Global, OutputArgs, ReportArgs};
use super::exit::Exit;
use super::format::{by_ending, named};
use super::plan::Plan;
use super::terminal::{Terminal, write_file};
use crate::pipeline;
use crate::report::view::ReportView;
use crate::report::{Renderer, terminal::Terminal as Summary};
use crate::snapshot::Database;
use std::path::Path;

/// The renderer asked for, by name or by the file's ending.
pub(super) fn chosen(args: &OutputArgs) -> Result<&'static dyn Renderer, Failure> {
    match (args.format, &args.output) {
        (Some(renderer), _) => Ok(renderer),
        (None, Some(file)) => by_ending(file),
        (None, None) => named("terminal").map_err(Failure::Usage),
    }
}

/// Renders into a file or onto standard output.
pub(super) fn emit(view: &ReportView, renderer: &dyn Renderer, file: Option<&Path>, terminal: &Terminal) -> Result<Exit, Failure> {
    let coloured = Summary { colour: true };
    let on_screen = file.is_none() && terminal.colour && renderer.format() == coloured.format();
    let renderer = if on_screen { &coloured } else { renderer };
    let bytes = renderer.render(view).map_err(|error| Failure::Tool(error.to_string()))?;
    match file {
        Some(file) => write_file(file, &bytes).map(|()| Exit::Clean),
        None => terminal.out(&bytes),
    }
}

pub(super) fn run(global: &Global, args: &ReportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    let renderer = chosen(&args.output)?;
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let snapshot = database.snapshot(&args.snapshot.snapshot)?;
    let judged = pipeline::judge(&snapshot, &plan.bench, &settings)?;
    if database.evaluation_by_root(judged.root())?.is_none() {
        terminal.note("note: catalog or settings differ from every stored evaluation of this snapshot; `assize evaluate` stores this one");
    }
    let view = pipeline::view(&database, &snapshot, &plan.bench, &settings, &judged)?;
    emit(&view, renderer, args.output.output.as_deref(), terminal)
}
