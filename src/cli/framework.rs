//! `framework list`, `framework show`.

use super::Failure;
use super::args::{FrameworkVerb, Global, TableFormat};
use super::exit::Exit;
use super::plan::{Plan, known_framework};
use super::terminal::{Terminal, table};
use crate::catalog::{Framework, Level, Requirement};
use serde_json::{Value, json};

fn counted(framework: &Framework) -> impl Iterator<Item = &Requirement> {
    framework.requirements.iter().filter(|requirement| requirement.level == Level::Requirement)
}

pub(super) fn run(global: &Global, verb: &FrameworkVerb, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    let catalog = &plan.bench.catalog;
    match verb {
        FrameworkVerb::List { format: TableFormat::Json } => {
            let list: Vec<Value> = catalog
                .frameworks
                .values()
                .map(|framework| {
                    json!({
                        "id": framework.id,
                        "title": framework.title,
                        "edition": framework.edition,
                        "requirements": counted(framework).count(),
                        "with_controls": counted(framework).filter(|requirement| !requirement.controls.is_empty()).count(),
                    })
                })
                .collect();
            terminal.json(&list)
        }
        FrameworkVerb::List { format: TableFormat::Table } => {
            let rows: Vec<Vec<String>> = catalog
                .frameworks
                .values()
                .map(|framework| {
                    let with = counted(framework).filter(|requirement| !requirement.controls.is_empty()).count();
                    let number = counted(framework).count();
                    vec![framework.id.clone(), number.to_string(), with.to_string(), format!("{}, {}", framework.title, framework.edition)]
                })
                .collect();
            terminal.line(&table(&["id", "requirements", "with controls", "title"], &rows))
        }
        FrameworkVerb::Show { id, format } => {
            known_framework(catalog, id)?;
            let Some(framework) = catalog.frameworks.get(id) else { return Ok(Exit::Usage) };
            match format {
                TableFormat::Json => terminal.json(&shown(framework)),
                TableFormat::Table => terminal.line(&page(framework)),
            }
        }
    }
}

fn shown(framework: &Framework) -> Value {
    let requirement = |requirement: &Requirement| {
        json!({
            "id": requirement.id.value,
            "title": requirement.title.value,
            "parent": requirement.parent.as_ref().map(|parent| &parent.value),
            "level": requirement.level.as_str(),
            "kind": requirement.kind,
            "evidence": requirement.evidence,
            "note": requirement.note,
            "controls": requirement.controls.iter().map(|edge| json!({
                "id": edge.control.value, "strength": edge.strength, "why": edge.why, "group": edge.group,
                "resources": edge.resources.as_ref().map(|glob| &glob.value),
            })).collect::<Vec<_>>(),
            "attestations": requirement.attestations.iter().map(|edge| json!({
                "topic": edge.topic.value, "valid_days": edge.valid_days,
            })).collect::<Vec<_>>(),
        })
    };
    json!({
        "id": framework.id,
        "title": framework.title,
        "edition": framework.edition,
        "publisher": framework.publisher,
        "source": framework.address,
        "note": framework.note,
        "scope": framework.questions.iter().map(|(key, question)| json!({
            "key": key, "question": question.question, "choices": question.choices, "default": question.default,
        })).collect::<Vec<_>>(),
        "requirements": framework.requirements.iter().map(requirement).collect::<Vec<_>>(),
    })
}

fn page(framework: &Framework) -> String {
    let rows: Vec<Vec<String>> = framework
        .requirements
        .iter()
        .map(|requirement| {
            let bearing = match (requirement.controls.len(), requirement.attestations.len()) {
                (0, 0) => String::new(),
                (controls, 0) => format!("{controls} controls"),
                (0, topics) => format!("{topics} topics"),
                (controls, topics) => format!("{controls} controls, {topics} topics"),
            };
            let shown =
                if requirement.level == Level::Requirement { requirement.evidence.clone() } else { requirement.level.as_str().to_owned() };
            vec![requirement.id.value.clone(), shown, bearing, requirement.title.value.clone()]
        })
        .collect();
    let note = framework.note.as_ref().map_or_else(String::new, |note| format!("{note}\n\n"));
    format!("{}, {}\n{note}{}", framework.title, framework.edition, table(&["id", "evidence", "bearing on it", "title"], &rows))
}
