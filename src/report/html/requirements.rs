//! Every requirement of every framework, as rows of the page.

use super::words::{Anchors, Score};
use crate::posture::Status;
use crate::report::presentation::Words;
use crate::report::view::{FrameworkView, ReportView, RequirementView};
use serde::Serialize;
use std::borrow::Cow;

/// One framework's requirements.
#[derive(Debug, Serialize)]
pub(super) struct RequirementSection<'a> {
    id: &'a str,
    title: &'a str,
    edition: Cow<'a, str>,
    /// Status and how many requirements in scope have it.
    statuses: Vec<(&'static str, u64)>,
    in_scope: u64,
    rows: Vec<Row<'a>>,
}

/// One requirement or heading.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: String,
    title: &'a str,
    anchor: String,
    /// A heading of this level (4 to 6); zero for a requirement.
    heading: u64,
    depth: u64,
    level: &'a str,
    note: Option<&'a str>,
    in_scope: bool,
    excluded: Option<&'a str>,
    status: &'static str,
    automated: Option<&'static str>,
    attested: Option<&'static str>,
    score: Option<Score>,
    controls: u64,
    topics: u64,
    /// Whether there is something to unfold.
    opens: bool,
}

impl<'a> RequirementSection<'a> {
    /// Of every framework.
    pub(super) fn all(view: &'a ReportView, words: &Words) -> Vec<Self> {
        let mut anchors = Anchors::default();
        view.frameworks.iter().map(|framework| section(framework, &mut anchors, words)).collect()
    }
}

fn section<'a>(framework: &'a FrameworkView, anchors: &mut Anchors, words: &Words) -> RequirementSection<'a> {
    let mut above = 3;
    RequirementSection {
        id: &framework.id,
        title: &framework.title,
        edition: framework.edition_in_words(),
        statuses: Status::ALL
            .into_iter()
            .map(|status| (status.as_str(), framework.statuses.get(status.as_str()).copied().unwrap_or(0)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        in_scope: framework.in_scope,
        rows: framework
            .requirements
            .iter()
            .map(|requirement| row(requirement, anchors.make("R", &[&framework.id, &requirement.id]), &mut above, words))
            .collect(),
    }
}

fn row<'a>(requirement: &'a RequirementView, anchor: String, above: &mut u64, words: &Words) -> Row<'a> {
    // Levels of headings may not skip one, whatever depth the framework's own numbering has.
    let heading = if requirement.level == "group" { (requirement.depth + 4).min(6).min(*above + 1) } else { 0 };
    if heading > 0 {
        *above = heading;
    }
    let opens = !requirement.controls.is_empty() || !requirement.attestations.is_empty();
    Row {
        id: requirement.label(),
        title: &requirement.title,
        anchor,
        heading,
        depth: requirement.depth.min(4),
        level: &requirement.level,
        note: requirement.note.as_deref(),
        in_scope: requirement.in_scope,
        excluded: requirement.excluded.as_deref(),
        status: requirement.status.as_str(),
        automated: requirement.automated.map(Status::as_str),
        attested: requirement.attested.map(Status::as_str),
        score: requirement.score.map(|score| Score::of(score, words)),
        controls: requirement.controls.len() as u64,
        topics: requirement.attestations.len() as u64,
        opens,
    }
}
