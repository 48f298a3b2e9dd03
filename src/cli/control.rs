//! `control list`, `control show`, `control test`.

use super::Failure;
use super::args::{ControlVerb, Global, TableFormat};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::{Terminal, table};
use crate::catalog::{Catalog, Control, read::nearest};
use crate::pipeline::{self, ExampleResult};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Refuses a control that does not exist.
pub(super) fn unknown(catalog: &Catalog, id: &str) -> Failure {
    let near = nearest(id, catalog.controls.keys().map(String::as_str));
    let hint = near.map_or_else(|| "`assize control list` shows those there are".to_owned(), |near| format!("did you mean '{near}'?"));
    Failure::Usage(format!("no control has the id '{id}'; {hint}"))
}

pub(super) fn run(global: &Global, verb: &ControlVerb, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    let catalog = &plan.bench.catalog;
    match verb {
        ControlVerb::List { format: TableFormat::Json } => {
            terminal.json(&catalog.controls.values().map(|control| listed(catalog, control)).collect::<Vec<_>>())
        }
        ControlVerb::List { format: TableFormat::Table } => {
            let rows: Vec<Vec<String>> = catalog
                .controls
                .values()
                .map(|control| vec![control.id.clone(), control.severity.to_string(), control.area.clone(), control.title.value.clone()])
                .collect();
            terminal.line(&table(&["id", "severity", "area", "title"], &rows))
        }
        ControlVerb::Show { id, format } => {
            let control = catalog.controls.get(id).ok_or_else(|| unknown(catalog, id))?;
            match format {
                TableFormat::Json => terminal.json(&shown(catalog, control)),
                TableFormat::Table => terminal.line(&page(catalog, control)),
            }
        }
        ControlVerb::Test { ids, format } => {
            if let Some(id) = ids.iter().find(|id| !catalog.controls.contains_key(*id)) {
                return Err(unknown(catalog, id));
            }
            let results = pipeline::run_examples(&plan.bench, ids)?;
            report(&results, *format, terminal)
        }
    }
}

fn frameworks(catalog: &Catalog, control: &Control) -> Vec<String> {
    let mut ids: Vec<String> = catalog.requirements_of(&control.id).into_iter().map(|(framework, _, _)| framework.id.clone()).collect();
    ids.dedup();
    ids
}

fn kinds(control: &Control) -> Vec<String> {
    control.kinds().iter().map(ToString::to_string).collect()
}

fn listed(catalog: &Catalog, control: &Control) -> Value {
    json!({
        "id": control.id,
        "title": control.title.value,
        "severity": control.severity,
        "source": control.source,
        "area": control.area,
        "kinds": kinds(control),
        "frameworks": frameworks(catalog, control),
    })
}

fn shown(catalog: &Catalog, control: &Control) -> Value {
    let mut value = listed(catalog, control);
    let text = |text: &Option<crate::catalog::Text>| text.as_ref().map(|text| text.value.clone());
    let more = json!({
        "since": control.since,
        "rationale": control.rationale,
        "remediation": control.remediation,
        "references": control.references.iter().map(|link| &link.value).collect::<Vec<_>>(),
        "params": control.params.iter().map(|(name, param)| json!({
            "name": name, "type": param.kind.as_str(), "default": param.default, "description": param.description,
        })).collect::<Vec<_>>(),
        "rules": control.rules.iter().map(|rule| json!({
            "kinds": rule.kinds.iter().map(|(kind, _)| kind.to_string()).collect::<Vec<_>>(),
            "require": rule.require.value,
            "applies_when": text(&rule.applies_when),
            "manual_when": text(&rule.manual_when),
            "expected": rule.expected.value,
        })).collect::<Vec<_>>(),
        "requirements": catalog.requirements_of(&control.id).into_iter().map(|(framework, requirement, edge)| json!({
            "framework": framework.id, "requirement": requirement.id.value, "strength": edge.strength, "why": edge.why,
        })).collect::<Vec<_>>(),
        "examples": control.examples.iter().map(|example| json!({
            "name": example.name.value, "expect": example.expect, "given": example.given.value,
        })).collect::<Vec<_>>(),
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

fn page(catalog: &Catalog, control: &Control) -> String {
    let mut page = format!("{}\n{}\n\n", control.id, control.title.value);
    let _ = writeln!(page, "severity  {}\nkinds     {}\nsince     {}\n", control.severity, kinds(control).join(", "), control.since);
    let _ = writeln!(page, "Why\n{}\n", control.rationale);
    for rule in &control.rules {
        let _ = writeln!(page, "Expected\n{}\n", rule.expected.value);
        let _ = writeln!(page, "Condition (CEL)\n{}\n", rule.require.value.trim());
    }
    let _ = writeln!(page, "What to do\n{}\n", control.remediation);
    if !control.params.is_empty() {
        let rows: Vec<Vec<String>> = control
            .params
            .iter()
            .map(|(name, param)| {
                let default = param.default.as_ref().map_or_else(|| "(none)".to_owned(), |value| json!(value).to_string());
                vec![name.clone(), param.kind.as_str().to_owned(), default, param.description.clone()]
            })
            .collect();
        let _ = writeln!(page, "Parameters\n{}", table(&["name", "type", "default", "meaning"], &rows));
    }
    let rows: Vec<Vec<String>> = catalog
        .requirements_of(&control.id)
        .into_iter()
        .map(|(framework, requirement, edge)| {
            vec![framework.id.clone(), requirement.id.value.clone(), edge.strength.as_str().to_owned(), edge.why.clone()]
        })
        .collect();
    let _ = writeln!(page, "Requirements\n{}", table(&["framework", "requirement", "strength", "why"], &rows));
    let references: Vec<&str> = control.references.iter().map(|link| link.value.as_str()).collect();
    let _ = writeln!(page, "References\n{}", references.join("\n"));
    page
}

fn report(results: &[ExampleResult], format: TableFormat, terminal: &Terminal) -> Result<Exit, Failure> {
    let failed = results.iter().filter(|result| !result.passed).count();
    match format {
        TableFormat::Json => terminal.json(
            &results
                .iter()
                .map(|result| {
                    json!({
                        "control": result.control, "example": result.name, "expected": result.expected, "found": result.found,
                        "passed": result.passed, "detail": result.detail,
                    })
                })
                .collect::<Vec<_>>(),
        )?,
        TableFormat::Table => {
            for result in results.iter().filter(|result| !result.passed) {
                let found = result.found.map_or("no verdict", crate::model::Verdict::as_str);
                let (control, name) = (&result.control, &result.name);
                terminal.line(&format!("{control}: '{name}' should be {}, is {found}: {}", result.expected, result.detail))?;
            }
            terminal.line(&format!("{} examples passed, {failed} failed", results.len() - failed))?
        }
    };
    Ok(if failed == 0 { Exit::Clean } else { Exit::Findings })
}
