//! What no single file can know of itself: whether ids exist, whether anybody uses a control, whether a requirement can fail.

use super::{Catalog, Control, Framework, Level, Requirement, Text};
use crate::model::{Diagnostic, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Every mistake of the catalog as a whole.
#[must_use]
pub fn lint(catalog: &Catalog) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    unique(catalog.controls.values().map(|control| &control.title), "title of a control", &mut mistakes);
    for control in catalog.controls.values() {
        lint_control(catalog, control, &mut mistakes);
    }
    for framework in catalog.frameworks.values() {
        lint_framework(catalog, framework, &mut mistakes);
    }
    let asked: BTreeSet<&str> = requirements(catalog).flat_map(|r| &r.attestations).map(|a| a.topic.value.as_str()).collect();
    for topic in catalog.topics.values().filter(|topic| !asked.contains(topic.id.value.as_str())) {
        mistakes.push(Diagnostic::at(topic.id.span.clone(), format!("no framework asks for topic `{}`", topic.id.value), "unused"));
    }
    mistakes
}

fn requirements(catalog: &Catalog) -> impl Iterator<Item = &Requirement> {
    catalog.frameworks.values().flat_map(|framework| &framework.requirements)
}

fn unique<'t>(texts: impl Iterator<Item = &'t Text>, what: &str, mistakes: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<&str, &Text> = BTreeMap::new();
    for text in texts {
        if let Some(first) = seen.insert(&text.value, text) {
            let (line, _) = first.span.line_column();
            mistakes.push(
                Diagnostic::at(text.span.clone(), format!("{what} `{}` is there twice", text.value), "again here")
                    .help(format!("the other one is at {}:{line}", first.span.file.name)),
            );
        }
    }
}

fn lint_control(catalog: &Catalog, control: &Control, mistakes: &mut Vec<Diagnostic>) {
    let title = &control.title;
    let kebab = control.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !kebab || control.id.starts_with('-') {
        let message = format!("control id `{}` is not lower-case words joined by dashes", control.id);
        mistakes.push(Diagnostic::at(title.span.clone(), message, "rename this file"));
    }
    if title.value.ends_with('.') || title.value.chars().count() > 90 {
        mistakes.push(Diagnostic::at(title.span.clone(), "a title has no full stop and at most 90 characters", "shorten this"));
    }
    for verdict in [Verdict::Pass, Verdict::Fail] {
        if !control.examples.iter().any(|example| example.expect == verdict) {
            let message = format!("{} has no example with verdict `{verdict}`", control.id);
            let help = "a control that cannot show both verdicts may not tell them apart: add an [[example]]";
            mistakes.push(Diagnostic::at(title.span.clone(), message, "this control").help(help));
        }
    }
    for (expression, verdict) in
        control.rules.iter().flat_map(|rule| [(&rule.manual_when, Verdict::Manual), (&rule.applies_when, Verdict::NotApplicable)])
    {
        let shown = control.examples.iter().any(|example| example.expect == verdict);
        if let (Some(text), false) = (expression, shown) {
            let message = format!("{} can say `{verdict}` but has no example of it", control.id);
            mistakes.push(Diagnostic::at(text.span.clone(), message, "nothing shows this"));
        }
    }
    unique(control.examples.iter().map(|example| &example.name), "name of an example", mistakes);
    let expressions: Vec<&str> = control
        .rules
        .iter()
        .flat_map(|rule| [Some(&rule.require), rule.observed.as_ref(), rule.applies_when.as_ref(), rule.manual_when.as_ref()])
        .flatten()
        .chain(control.variables.iter().map(|variable| &variable.expression))
        .map(|text| text.value.as_str())
        .collect();
    for (name, param) in &control.params {
        let used = expressions.iter().any(|expression| expression.contains(&format!("params.{name}")));
        if !used && !param.description.contains("collection") {
            let message = format!("no expression of {} reads params.{name}", control.id);
            let help = "remove it, or say in its description how it acts at collection";
            mistakes.push(Diagnostic::at(title.span.clone(), message, "this control").help(help));
        }
    }
    if catalog.requirements_of(&control.id).is_empty() {
        let message = format!("no framework uses control `{}`", control.id);
        mistakes.push(Diagnostic::at(title.span.clone(), message, "unused").help("add an edge to the requirement it bears on"));
    }
}

fn lint_framework(catalog: &Catalog, framework: &Framework, mistakes: &mut Vec<Diagnostic>) {
    unique(framework.requirements.iter().map(|requirement| &requirement.id), "requirement id", mistakes);
    let counted = framework.requirements.iter().filter(|requirement| requirement.level == Level::Requirement);
    unique(counted.map(|requirement| &requirement.title), "title of a requirement", mistakes);
    let mut above: BTreeSet<&str> = BTreeSet::new();
    for requirement in &framework.requirements {
        if let Some(parent) = requirement.parent.as_ref().filter(|parent| !above.contains(parent.value.as_str())) {
            let message = format!("no row above `{}` has the id `{}`", requirement.id.value, parent.value);
            mistakes.push(Diagnostic::at(parent.span.clone(), message, "unknown parent"));
        }
        above.insert(&requirement.id.value);
        lint_requirement(catalog, framework, requirement, mistakes);
    }
    let Some(identifiers) = catalog.identifiers.get(&framework.id) else { return };
    let real: BTreeSet<&str> = identifiers.iter().map(String::as_str).collect();
    for requirement in framework.requirements.iter().filter(|requirement| !real.contains(requirement.id.value.as_str())) {
        let message = format!("{} has no requirement `{}`", framework.short, requirement.id.value);
        mistakes.push(Diagnostic::at(requirement.id.span.clone(), message, "invented, or of another edition"));
    }
    for id in real.difference(&above) {
        mistakes.push(Diagnostic::general(format!("frameworks/{}.toml: requirement `{id}` is missing", framework.id)));
    }
    let order: Vec<&str> = framework.requirements.iter().map(|requirement| requirement.id.value.as_str()).collect();
    if above == real && order != identifiers.iter().map(String::as_str).collect::<Vec<_>>() {
        mistakes.push(Diagnostic::general(format!("frameworks/{}.toml: requirements are not in the standard's order", framework.id)));
    }
}

fn lint_requirement(catalog: &Catalog, framework: &Framework, requirement: &Requirement, mistakes: &mut Vec<Diagnostic>) {
    unique(requirement.attestations.iter().map(|edge| &edge.topic), "topic of a requirement", mistakes);
    let mut bearing: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
    for edge in &requirement.controls {
        let id = &edge.control;
        if !catalog.controls.contains_key(&id.value) {
            let near = super::read::nearest(&id.value, catalog.controls.keys().map(String::as_str));
            let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            let message = format!("no control has the id `{}`", id.value);
            mistakes.push(Diagnostic::at(id.span.clone(), message, "unknown control").help(help));
        }
        if !bearing.insert((&id.value, edge.resources.as_ref().map(|glob| glob.value.as_str()))) {
            let message = format!("`{}` bears on {} twice", id.value, requirement.id.value);
            mistakes.push(Diagnostic::at(id.span.clone(), message, "again here"));
        }
        if let Some(glob) = &edge.resources
            && let Err(error) = globset::Glob::new(&glob.value)
        {
            mistakes.push(Diagnostic::at(glob.span.clone(), format!("not a glob: {error}"), "here"));
        }
    }
    for edge in requirement.attestations.iter().filter(|edge| !catalog.topics.contains_key(&edge.topic.value)) {
        let near = super::read::nearest(&edge.topic.value, catalog.topics.keys().map(String::as_str));
        let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
        let message = format!("no topic has the id `{}`", edge.topic.value);
        mistakes.push(Diagnostic::at(edge.topic.span.clone(), message, "unknown topic").help(help));
    }
    for (key, (_, place)) in requirement.when.iter().filter(|(key, _)| !framework.questions.contains_key(*key)) {
        let message = format!("{} asks no scope question `{key}`", framework.short);
        mistakes.push(Diagnostic::at(place.span.clone(), message, "unknown question"));
    }
    let bears = !requirement.controls.is_empty() || !requirement.attestations.is_empty();
    if bears && requirement.level != Level::Requirement {
        let message = format!("`{}` is a {}, which cannot be met or failed", requirement.id.value, requirement.level.as_str());
        mistakes.push(Diagnostic::at(requirement.id.span.clone(), message, "move its edges to a requirement"));
    }
    let decides = requirement.controls.iter().any(|edge| edge.strength.decides()) || !requirement.attestations.is_empty();
    if bears && !decides && requirement.evidence != "manual" {
        let message = format!("`{}` cannot fail: its controls only inform, and no topic is asked for", requirement.id.value);
        mistakes.push(Diagnostic::at(requirement.id.span.clone(), message, "give it a deciding control or a topic"));
    }
}
