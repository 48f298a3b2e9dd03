//! Format `oscal-component`: what the catalog can show of each framework, as a component definition.
//!
//! The program is a component of type `validation`; for each framework it has a control implementation, and for each requirement that
//! controls or people's evidence bear on, an implemented requirement. Rules are named in the way of Compliance Trestle (properties
//! `Rule_Id`, `Rule_Description`, `Check_Id`, `Check_Description` that share a remark), which is what tools read.
//! It says what could be shown, not what was: results stand in the assessment results.

use super::ids::{Ids, Tokens, line, prop, string, token};
use super::results::metadata;
use super::written;
use crate::report::sparse::without_empty;
use crate::report::view::{ControlView, FrameworkView, ReportView, RequirementView};
use crate::report::{RenderError, Renderer};
use serde_json::{Value, json};

/// Namespace of the rule properties.
const TRESTLE: &str = "https://oscal-compass.github.io/compliance-trestle/schemas/oscal";

/// The renderer of format `oscal-component`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ComponentDefinition;

impl Renderer for ComponentDefinition {
    fn format(&self) -> &'static str {
        "oscal-component"
    }

    fn extension(&self) -> &'static str {
        "component-definition.json"
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let ids = Ids::below(&format!("{} {}", view.catalog.hash, view.evaluation.settings));
        let tokens = Tokens::of(view);
        let implementations: Vec<Value> = view.frameworks.iter().filter_map(|framework| implementation(&ids, &tokens, framework)).collect();
        let resources = view.frameworks.iter().map(|framework| {
            json!({
                "uuid": ids.of("resource", &framework.id),
                "title": line(&framework.title),
                "description": line(&format!("{} {}", framework.title, framework.edition_in_words())),
                "props": [prop("framework", &framework.id), prop("edition", &framework.edition)],
            })
        });
        let component = json!({
            "uuid": ids.of("component", "tool"),
            "type": "validation",
            "title": line(&view.tool),
            "description": line(&format!("Controls of the catalog {} as rules, and the requirements they bear on.", view.catalog.version)),
            "props": view.controls.iter().flat_map(rule).chain([prop("catalog-hash", &view.catalog.hash)]).collect::<Vec<_>>(),
            "control-implementations": implementations,
        });
        let document = without_empty(json!({"component-definition": {
            "uuid": ids.of("component-definition", ""),
            "metadata": metadata(view, &ids, "Component definition"),
            "components": [component],
            "back-matter": {"resources": resources.collect::<Vec<_>>()},
        }}));
        written(self.format(), &document)
    }
}

fn set(control: &str) -> String {
    format!("rule_set_{}", token(control))
}

/// A control as a rule and its check: properties that belong together share a remark.
fn rule(control: &ControlView) -> Vec<Value> {
    let names = [
        ("Rule_Id", &control.id),
        ("Rule_Description", &control.title),
        ("Check_Id", &control.id),
        ("Check_Description", &control.expected),
    ];
    let named = names.map(|(name, value)| json!({"ns": TRESTLE, "name": name, "value": string(value), "remarks": set(&control.id)}));
    let ours = json!({
        "ns": super::ids::OURS, "name": "severity", "value": control.severity.as_str(), "remarks": set(&control.id),
    });
    named.into_iter().chain([ours]).collect()
}

fn implementation(ids: &Ids, tokens: &Tokens<'_>, framework: &FrameworkView) -> Option<Value> {
    let shown = framework.requirements.iter().filter(|requirement| {
        requirement.level == "requirement" && !(requirement.controls.is_empty() && requirement.attestations.is_empty())
    });
    let requirements: Vec<Value> = shown.map(|requirement| implemented(ids, tokens, framework, requirement)).collect();
    (!requirements.is_empty()).then(|| {
        json!({
            "uuid": ids.of("control-implementation", &framework.id),
            "source": format!("#{}", ids.of("resource", &framework.id)),
            "description": line(&format!("What can be shown of {} {}", framework.title, framework.edition_in_words())),
            "props": [prop("framework", &framework.id), prop("edition", &framework.edition)],
            "implemented-requirements": requirements,
        })
    })
}

fn implemented(ids: &Ids, tokens: &Tokens<'_>, framework: &FrameworkView, requirement: &RequirementView) -> Value {
    let id = tokens.get(framework, requirement);
    let rules = requirement.controls.iter().map(|edge| {
        json!({
            "ns": TRESTLE,
            "name": "Rule_Id",
            "value": string(&edge.control),
            "class": token(edge.strength.as_str()),
            "remarks": line(&edge.why),
        })
    });
    let topics = requirement.attestations.iter().map(|topic| prop("attestation", &topic.topic));
    let props = [prop("requirement", &requirement.id), prop("evidence", &requirement.evidence)];
    json!({
        "uuid": ids.of("implemented-requirement", id),
        "control-id": id,
        "description": line(&requirement.title),
        "props": props.into_iter().chain(rules).chain(topics).collect::<Vec<_>>(),
        "remarks": requirement.note.as_deref().map(line),
    })
}
