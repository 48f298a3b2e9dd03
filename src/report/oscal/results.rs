//! Format `oscal`: the assessment results.

use super::ids::{Ids, OURS, Tokens, line, prop, string};
use super::{VERSION, findings, observations, written};
use crate::report::index::Index;
use crate::report::sparse::{Each, without_empty};
use crate::report::view::{FrameworkView, ReportView};
use crate::report::{RenderError, Renderer};
use serde::Serialize;
use serde_json::{Value, json};

/// The renderer of format `oscal`.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssessmentResults;

impl Renderer for AssessmentResults {
    fn format(&self) -> &'static str {
        "oscal"
    }

    fn extension(&self) -> &'static str {
        "oscal.json"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["assessment-results.json"]
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let scene = Scene { view, ids: Ids::below(&view.evaluation.root), index: Index::of(view), tokens: Tokens::of(view) };
        let observed = observations::Keys::of(view);
        let result = Outcome {
            uuid: scene.ids.of("result", ""),
            title: format!("Snapshot {} of {}", view.snapshot.id, view.snapshot.taken_on),
            description: line(&view.summary.headline),
            start: scene.started(),
            end: &view.snapshot.taken_at,
            props: scene.about(),
            local_definitions: scene.local_definitions(),
            reviewed_controls: reviewed(&scene),
            assessment_log: (!view.ledger.is_empty())
                .then_some(Log { entries: Each(|| view.ledger.iter().map(|read| observations::log_entry(&scene, read))) }),
            observations: Each(|| observations::all(&scene, &observed)),
            risks: Some(findings::risks(&scene, &observed)).filter(|risks| !risks.is_empty()),
            findings: Some(findings::all(&scene)).filter(|findings| !findings.is_empty()),
        };
        let document = Document {
            assessment_results: Results {
                uuid: scene.ids.of("assessment-results", ""),
                metadata: metadata(view, &scene.ids, "Assessment results"),
                import_ap: json!({
                    "href": format!("#{}", scene.ids.of("resource", "plan")),
                    "remarks": "There is no assessment plan in OSCAL: scope, catalog and settings stand in for it.",
                }),
                results: [result],
                back_matter: json!({"resources": [{
                    "uuid": scene.ids.of("resource", "plan"),
                    "title": "What was assessed, and by which rules",
                    "description": string(&format!(
                        "Catalog {} with hash {}, settings with hash {}.", view.catalog.version, view.catalog.hash, view.evaluation.settings
                    )),
                    "props": [prop("catalog-hash", &view.catalog.hash), prop("settings-hash", &view.evaluation.settings)],
                }]}),
            },
        };
        written(self.format(), &document)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<R> {
    assessment_results: R,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Results<R> {
    uuid: String,
    metadata: Value,
    import_ap: Value,
    results: [R; 1],
    back_matter: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Outcome<'a, L, O> {
    uuid: String,
    title: String,
    description: String,
    start: &'a str,
    end: &'a str,
    props: Vec<Value>,
    local_definitions: Value,
    reviewed_controls: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment_log: Option<Log<L>>,
    observations: O,
    #[serde(skip_serializing_if = "Option::is_none")]
    risks: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<Value>>,
}

#[derive(Serialize)]
struct Log<L> {
    entries: L,
}

/// What every part of the document is made from.
pub(super) struct Scene<'a> {
    pub(super) view: &'a ReportView,
    pub(super) ids: Ids,
    pub(super) index: Index<'a>,
    pub(super) tokens: Tokens<'a>,
}

/// Title, version and publisher of a document.
pub(super) fn metadata(view: &ReportView, ids: &Ids, what: &str) -> Value {
    let of = view.organisation.as_deref().map_or_else(String::new, |name| format!(" of {name}"));
    without_empty(json!({
        "title": line(&format!("{what}{of}")),
        "last-modified": view.snapshot.taken_at,
        "version": string(&format!("snapshot {}", view.snapshot.id)),
        "oscal-version": VERSION,
        "props": [prop("tool", &view.tool)],
        "parties": view.organisation.as_deref().map(|name| {
            vec![json!({"uuid": ids.of("party", "organisation"), "type": "organization", "name": string(name)})]
        }),
    }))
}

impl<'a> Scene<'a> {
    /// Begin of the first read; the snapshot's own time where nothing was read.
    fn started(&self) -> &'a str {
        let first = self.view.ledger.iter().map(|read| read.started_at.as_str()).min();
        first.unwrap_or(&self.view.snapshot.taken_at)
    }

    fn about(&self) -> Vec<Value> {
        let (snapshot, evaluation) = (&self.view.snapshot, &self.view.evaluation);
        vec![
            prop("snapshot-root", &snapshot.root),
            prop("evaluation-root", &evaluation.root),
            prop("settings-hash", &evaluation.settings),
            prop("catalog-hash", &self.view.catalog.hash),
            prop("catalog-version", &self.view.catalog.version),
            prop("incomplete-reads", &self.view.summary.incomplete_reads.to_string()),
        ]
    }

    /// The id of the program as an actor.
    pub(super) fn tool(&self) -> String {
        self.ids.of("component", "tool")
    }

    /// The origin of what the program saw.
    pub(super) fn origin(&self) -> Value {
        json!({"actors": [{"type": "tool", "actor-uuid": self.tool()}]})
    }

    /// Sources as components, resources with findings as inventory items, the program as the platform.
    fn local_definitions(&self) -> Value {
        let components = self.view.snapshot.sources.iter().map(|source| {
            json!({
                "uuid": self.ids.of("component", &format!("source {}", source.name)),
                "type": "system",
                "title": line(&source.name),
                "description": line(&format!("A {} that was read: {} resources.", source.kind.as_str(), source.resources)),
                "props": source.details.iter().map(|(label, value)| prop(&super::ids::token(label), value)).collect::<Vec<_>>(),
                "status": {"state": "operational"},
            })
        });
        without_empty(json!({
            "components": components.collect::<Vec<_>>(),
            "inventory-items": observations::inventory(self),
            "assessment-assets": {
                "components": [{
                    "uuid": self.tool(),
                    "type": "software",
                    "title": line(&self.view.tool),
                    "description": "The program that read the sources and judged what it read.",
                    "status": {"state": "operational"},
                }],
                "assessment-platforms": [{
                    "uuid": self.ids.of("platform", ""),
                    "title": line(&self.view.tool),
                    "uses-components": [{"component-uuid": self.tool()}],
                }],
            },
        }))
    }
}

/// What was reviewed: for each framework the requirements in scope; those that the declared scope leaves out, with their reason.
fn reviewed(scene: &Scene<'_>) -> Value {
    let selections: Vec<Value> = scene.view.frameworks.iter().filter_map(|framework| selection(scene, framework)).collect();
    if selections.is_empty() {
        return json!({"control-selections": [{
            "description": "No requirement was reviewed. The format asks for an id, and this one stands for none.",
            "include-controls": [{"control-id": "_none"}],
        }]});
    }
    json!({"control-selections": selections})
}

fn selection(scene: &Scene<'_>, framework: &FrameworkView) -> Option<Value> {
    let demands = || framework.requirements.iter().filter(|requirement| requirement.level == "requirement");
    let id = |requirement| json!({"control-id": scene.tokens.get(framework, requirement)});
    let included: Vec<Value> = demands().filter(|requirement| requirement.in_scope).map(id).collect();
    let excluded: Vec<Value> = demands().filter(|requirement| requirement.excluded.is_some()).map(id).collect();
    if included.is_empty() {
        return None;
    }
    let reasons = demands().filter_map(|requirement| Some((requirement, requirement.excluded.as_ref()?)));
    let left_out: Vec<String> = reasons.map(|(requirement, reason)| format!("- {}: {}", line(&requirement.id), line(reason))).collect();
    let mut props = vec![
        json!({"ns": OURS, "name": "framework", "value": string(&framework.id)}),
        prop("edition", &framework.edition),
        prop("requirements-assessed", &framework.assessed.to_string()),
        prop("requirements-in-scope", &framework.in_scope.to_string()),
    ];
    for (name, pair) in [("configuration", framework.configuration), ("programme", framework.programme)] {
        for (waivers, score) in [("", pair.gross), ("-with-waivers", pair.net)] {
            if let Some(score) = score {
                props.push(prop(&format!("{name}-low{waivers}"), &format!("{:.1}", score.low.0)));
                props.push(prop(&format!("{name}-high{waivers}"), &format!("{:.1}", score.high.0)));
            }
        }
    }
    if let Some(coverage) = framework.coverage {
        props.push(prop("coverage", &format!("{:.1}", coverage.0)));
    }
    Some(without_empty(json!({
        "description": line(&format!("{} {}", framework.title, framework.edition_in_words())),
        "props": props,
        "include-controls": included,
        "exclude-controls": excluded,
        "remarks": Some(left_out.join("\n")).filter(|text| !text.is_empty()).map(|text| format!("Left out by declared scope:\n\n{text}")),
    })))
}
