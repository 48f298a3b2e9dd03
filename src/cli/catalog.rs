//! `catalog lint`.

use super::Failure;
use super::args::{Global, TableFormat};
use super::exit::Exit;
use super::terminal::Terminal;
use crate::model::{Diagnostic, Diagnostics};
use crate::pipeline::Bench;
use serde_json::{Value, json};

fn mistake(diagnostic: &Diagnostic) -> Value {
    let place = diagnostic.span.as_ref().map(|span| (span.file.name.clone(), span.line_column()));
    json!({
        "message": diagnostic.message,
        "file": place.as_ref().map(|(file, _)| file),
        "line": place.as_ref().map(|(_, (line, _))| line),
        "column": place.as_ref().map(|(_, (_, column))| column),
        "help": diagnostic.help,
    })
}

pub(super) fn lint(global: &Global, format: TableFormat, terminal: &Terminal) -> Result<Exit, Failure> {
    let result = Bench::load(global.catalog.as_deref());
    match (result, format) {
        (Ok(bench), TableFormat::Table) => {
            let catalog = &bench.catalog;
            for sentence in &catalog.overrides {
                terminal.note(&format!("catalog: {sentence}"));
            }
            let examples: usize = catalog.controls.values().map(|control| control.examples.len()).sum();
            let requirements: usize = catalog.frameworks.values().map(|framework| framework.requirements.len()).sum();
            terminal.line(&format!(
                "{} controls with {examples} examples, {} frameworks with {requirements} rows, {} topics: no mistakes\ncatalog {}",
                catalog.controls.len(),
                catalog.frameworks.len(),
                catalog.topics.len(),
                catalog.hash
            ))
        }
        (Ok(bench), TableFormat::Json) => terminal.json(&json!({
            "catalog": { "version": bench.catalog.version, "hash": bench.catalog.hash, "overrides": bench.catalog.overrides },
            "mistakes": [],
        })),
        (Err(mistakes), TableFormat::Table) => Err(mistakes.into()),
        (Err(Diagnostics(mistakes)), TableFormat::Json) => {
            terminal.json(&json!({ "catalog": null, "mistakes": mistakes.iter().map(mistake).collect::<Vec<_>>() }))?;
            Ok(Exit::Usage)
        }
    }
}
