//! The command line: arguments in, exit code out. The only room that reads the environment and the clock, and that prints.

mod args;
mod attest;
mod catalog;
mod config;
mod control;
mod decisions;
mod diff;
mod evaluate;
mod exit;
mod format;
mod framework;
mod init;
mod moment;
mod plan;
mod presentation;
mod prune;
mod report;
mod sample;
mod scan;
mod sign;
mod terminal;
mod trend;
mod verdicts;
mod verify;
mod waiver;

use args::{Cli, Verb};
use clap::{CommandFactory, Parser};
use exit::Exit;
use std::ffi::OsString;
use std::process::ExitCode;
use terminal::Terminal;

/// Why a verb did not finish.
#[derive(Debug)]
enum Failure {
    /// Data files, the configuration or arguments are wrong.
    Data(crate::model::Diagnostics),
    /// A sentence about wrong usage.
    Usage(String),
    /// Assize, the database or the machine failed.
    Tool(String),
}

impl From<crate::model::Diagnostics> for Failure {
    fn from(mistakes: crate::model::Diagnostics) -> Self {
        Self::Data(mistakes)
    }
}

impl From<crate::pipeline::PipelineError> for Failure {
    fn from(error: crate::pipeline::PipelineError) -> Self {
        use crate::collect::CollectError;
        use crate::pipeline::PipelineError;
        match error {
            PipelineError::Data(mistakes) => Self::Data(mistakes),
            PipelineError::Collect(error @ (CollectError::Path { .. } | CollectError::Exclude { .. })) => Self::Usage(error.to_string()),
            PipelineError::Collect(error) => Self::Tool(error.to_string()),
            PipelineError::Snapshot(error) => error.into(),
            PipelineError::Render(error) => error.into(),
            error @ PipelineError::NotEvaluated(_) => Self::Usage(error.to_string()),
        }
    }
}

impl From<crate::report::RenderError> for Failure {
    fn from(error: crate::report::RenderError) -> Self {
        match error {
            crate::report::RenderError::Given(mistakes) => Self::Data(mistakes),
            error => Self::Tool(error.to_string()),
        }
    }
}

impl From<crate::snapshot::SnapshotError> for Failure {
    fn from(error: crate::snapshot::SnapshotError) -> Self {
        use crate::snapshot::SnapshotError;
        match error {
            SnapshotError::Missing(_) | SnapshotError::NoSnapshot(_) | SnapshotError::Foreign => Self::Usage(error.to_string()),
            error => Self::Tool(error.to_string()),
        }
    }
}

/// Runs a command line, program name first, and gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // `--help` and `--version` are errors to clap, but print to standard output and succeed.
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Clean };
            let _ = error.print();
            return code.into();
        }
    };
    let terminal = Terminal::new(&cli.global);
    match dispatch(&cli, &terminal) {
        Ok(exit) => exit.into(),
        Err(Failure::Data(mistakes)) => {
            terminal.diagnostics(&mistakes);
            Exit::Usage.into()
        }
        Err(Failure::Usage(message)) => {
            terminal.error(&message);
            Exit::Usage.into()
        }
        Err(Failure::Tool(message)) => {
            terminal.error(&message);
            Exit::Tool.into()
        }
    }
}

fn dispatch(cli: &Cli, terminal: &Terminal) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.verb {
        Verb::Scan(args) => scan::scan(global, args, terminal),
        Verb::Collect(args) => scan::collect(global, args, terminal),
        Verb::Evaluate(args) => evaluate::run(global, args, terminal),
        Verb::Verdicts(args) => verdicts::run(global, args, terminal),
        Verb::Report(args) => report::run(global, args, terminal),
        Verb::Sample(args) => sample::run(global, args, terminal),
        Verb::Diff(args) => diff::run(global, args, terminal),
        Verb::Trend(args) => trend::run(global, args, terminal),
        Verb::Verify(args) => verify::run(global, args, terminal),
        Verb::Prune(args) => prune::run(global, args, terminal),
        Verb::Sign(args) => sign::run(global, args, terminal),
        Verb::Waiver(verb) => waiver::run(global, verb, terminal),
        Verb::Attest(verb) => attest::run(global, verb, terminal),
        Verb::Control(verb) => control::run(global, verb, terminal),
        Verb::Framework(verb) => framework::run(global, verb, terminal),
        Verb::Catalog(args::CatalogVerb::Lint { format }) => catalog::lint(global, *format, terminal),
        Verb::Init(args) => init::run(args, terminal),
        Verb::Completions { shell } => {
            let mut bytes = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "assize", &mut bytes);
            terminal.out(&bytes)
        }
        Verb::Man => {
            let mut bytes = Vec::new();
            let manual = clap_mangen::Man::new(Cli::command());
            manual.render(&mut bytes).map_err(|error| Failure::Tool(error.to_string()))?;
            terminal.out(&bytes)
        }
    }
}
