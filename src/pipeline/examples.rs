//! A control's own examples, run through the real parts: the collector's parser and redaction, a snapshot, the evaluator.

use super::{Bench, PipelineError};
use crate::catalog::{Control, Example};
use crate::collect::redact::{Redaction, Redactor};
use crate::collect::repository::{Limits, read_text};
use crate::model::{Judgement, Outcome, Read, Verdict};
use crate::snapshot::{Database, Selector};
use chrono::{DateTime, Utc};

/// What came of one example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleResult {
    /// The control.
    pub control: String,
    /// The example's name.
    pub name: String,
    /// What it expects.
    pub expected: Verdict,
    /// What came out: the worst verdict; `None` when the control judged nothing in it.
    pub found: Option<Verdict>,
    /// What was seen or why it is unknown, for people.
    pub detail: String,
    /// Whether verdict and observed text are as expected.
    pub passed: bool,
}

/// Runs the examples of some controls; none named means all.
///
/// # Errors
///
/// When a part refuses; an example that does not come out as expected is a result, not an error.
pub fn run(bench: &Bench, only: &[String]) -> Result<Vec<ExampleResult>, PipelineError> {
    // Compiled once: the detectors are regular expressions, and there are hundreds of examples.
    let redactor = Redactor::new(&Redaction::default())?;
    let mut results = Vec::new();
    for control in bench.catalog.controls.values().filter(|control| only.is_empty() || only.contains(&control.id)) {
        for example in &control.examples {
            results.push(run_one(bench, &redactor, control, example)?);
        }
    }
    Ok(results)
}

fn run_one(bench: &Bench, redactor: &Redactor, control: &Control, example: &Example) -> Result<ExampleResult, PipelineError> {
    // The day does not matter to any example but those that compare dates, and these leave decades on both sides.
    let now = || DateTime::<Utc>::from_timestamp(1_767_225_600, 0).unwrap_or_default();
    let mut database = Database::in_memory()?;
    let mut sink = super::sink::SnapshotSink::new(database.writer(now(), "fixed")?);
    let walk = Read {
        seq: 0,
        source: "example".to_owned(),
        operation: "walk tree".to_owned(),
        parameters: Vec::new(),
        identity: String::new(),
        started_at: now(),
        ended_at: now(),
        pages: 1,
        items: 0,
        outcome: Outcome::Complete,
        error: None,
        file: None,
        line: None,
        kinds: Vec::new(),
        may_hide: Some(0),
    };
    crate::collect::Sink::read(&mut sink, walk);
    read_text("example", "example.yaml", example.given.value.as_bytes(), &Limits::default(), redactor, &now, &mut sink);
    sink.seal()?;
    let snapshot = database.snapshot(&Selector::Latest)?;
    let evaluation = crate::evaluate::engine::evaluate_example(&snapshot, &bench.catalog, &bench.rules, &control.id, &example.params)?;
    let worst: Option<&Judgement> = evaluation.verdicts.iter().map(|judgement| &**judgement).min_by_key(|judgement| judgement.verdict);
    let seen = worst.and_then(|judgement| judgement.observed.clone().or_else(|| judgement.reason.clone())).unwrap_or_default();
    let found = worst.map(|judgement| judgement.verdict);
    let observed = example.observed.as_ref().is_none_or(|wanted| seen.contains(wanted));
    let passed = found == Some(example.expect) && observed;
    let detail = match (&found, observed) {
        (None, _) => "the control judges nothing in it".to_owned(),
        (_, false) => format!("expected to see '{}', saw: {seen}", example.observed.as_deref().unwrap_or_default()),
        _ => seen.to_string(),
    };
    Ok(ExampleResult { control: control.id.clone(), name: example.name.value.clone(), expected: example.expect, found, detail, passed })
}
