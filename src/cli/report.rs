//! `report`, and writing reports for `scan`.

use super::Failure;
use super::args::{Global, OutputArgs, ReportArgs, ReportFormat};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::{Terminal, write_file};
use crate::pipeline;
use crate::report::view::ReportView;
use crate::report::{Renderer, html::Html, json::Json, pdf::PdfRenderer, terminal::Terminal as Summary};
use crate::snapshot::Database;
use std::path::Path;

/// A view, ready to be rendered.
pub(super) struct Prepared<'v> {
    view: &'v ReportView,
}

impl<'v> Prepared<'v> {
    pub(super) fn new(view: &'v ReportView) -> Self {
        Self { view }
    }

    fn render(&self, format: ReportFormat, colour: bool) -> Result<Vec<u8>, Failure> {
        let fail = |error: crate::report::RenderError| Failure::Tool(error.to_string());
        match format {
            ReportFormat::Terminal => Summary { colour }.render(self.view),
            ReportFormat::Html => Html.render(self.view),
            ReportFormat::Json => Json.render(self.view),
            // The PDF carries the machine-readable report, so that an auditor need not ask for it.
            ReportFormat::Pdf => PdfRenderer { attachment: Some(Json.render(self.view).map_err(fail)?) }.render(self.view),
        }
        .map_err(fail)
    }
}

/// The format that a file's ending names.
pub(super) fn format_of(file: &Path) -> Result<ReportFormat, Failure> {
    match file.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Ok(ReportFormat::Html),
        Some("pdf") => Ok(ReportFormat::Pdf),
        Some("json") => Ok(ReportFormat::Json),
        Some("txt") => Ok(ReportFormat::Terminal),
        _ => Err(Failure::Usage(format!("cannot tell the format of {} by its ending (.html, .pdf, .json, .txt): add --format", file.display()))),
    }
}

/// The format asked for, by name or by the file's ending.
pub(super) fn chosen(args: &OutputArgs) -> Result<ReportFormat, Failure> {
    match (args.format, &args.output) {
        (Some(format), _) => Ok(format),
        (None, Some(file)) => format_of(file),
        (None, None) => Ok(ReportFormat::Terminal),
    }
}

/// Renders into a file or onto standard output.
pub(super) fn emit(prepared: &Prepared<'_>, format: ReportFormat, file: Option<&Path>, terminal: &Terminal) -> Result<Exit, Failure> {
    let bytes = prepared.render(format, file.is_none() && terminal.colour)?;
    match file {
        Some(file) => write_file(file, &bytes).map(|()| Exit::Clean),
        None => terminal.out(&bytes),
    }
}

/// The same with the arguments of a verb.
pub(super) fn write(prepared: &Prepared<'_>, args: &OutputArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    emit(prepared, chosen(args)?, args.output.as_deref(), terminal)
}

pub(super) fn run(global: &Global, args: &ReportArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    chosen(&args.output)?;
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let snapshot = database.snapshot(&args.snapshot.snapshot)?;
    let judged = pipeline::judge(&snapshot, &plan.bench, &settings)?;
    if database.evaluation_by_root(judged.root())?.is_none() {
        terminal.note(
            "note: catalog or settings differ from every stored evaluation of this snapshot; `assize evaluate` stores this one",
        );
    }
    let view = pipeline::view(&database, &snapshot, &plan.bench, &settings, &judged)?;
    write(&Prepared::new(&view), &args.output, terminal)
}
