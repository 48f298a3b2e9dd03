//! `sample`: some of a control's population, drawn so that anybody can draw it again.

use super::Failure;
use super::args::{Global, SampleArgs, SampleFormat};
use super::exit::Exit;
use super::plan::Plan;
use super::report::put;
use super::terminal::{Terminal, to_json};
use super::verdicts::verdict;
use crate::pipeline::{self, sample::Request};
use crate::snapshot::Database;

pub(super) fn run(global: &Global, args: &SampleArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    if !plan.bench.catalog.controls.contains_key(&args.control) {
        return Err(super::control::unknown(&plan.bench.catalog, &args.control));
    }
    if args.with_documents && args.format != SampleFormat::Json {
        return Err(Failure::Usage("documents are handed over as JSON: add --format json to --with-documents".to_owned()));
    }
    let settings = plan.settings(&args.settings)?;
    let database = Database::open_read_only(&plan.db)?;
    let snapshot = database.snapshot(&args.snapshot.snapshot)?;
    let request = Request {
        control: args.control.clone(),
        size: usize::try_from(args.size).unwrap_or(usize::MAX),
        seed: args.seed.clone(),
        only: args.verdict.iter().map(|argument| verdict(*argument)).collect(),
        documents: args.with_documents,
    };
    let sample = pipeline::sample::draw(&snapshot, &plan.bench, &settings, &request)?;
    let bytes = match args.format {
        SampleFormat::Terminal => sample.text().into_bytes(),
        SampleFormat::Json => to_json(&sample)?,
        SampleFormat::Csv => sample.csv().into_bytes(),
    };
    put(&bytes, args.output.as_deref(), terminal)?;
    if args.format != SampleFormat::Terminal || args.output.is_some() {
        sample.notes.iter().for_each(|note| terminal.note(&format!("note: {note}")));
    }
    let accept = args.accept_incomplete || plan.config.accept_incomplete;
    Ok(if sample.population.complete || accept { Exit::Clean } else { Exit::Incomplete })
}
