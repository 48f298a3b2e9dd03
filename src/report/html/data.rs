//! What the page's script draws on demand: findings, bearings of controls on requirements, the ledger.
//!
//! Texts stand once in `strings` and are named by their index; rows are arrays. That keeps ten thousand findings near three
//! megabytes. The script that reads it, `templates/html/js/data.js`, names the columns again.

use super::lists::unread_key;
use super::words::{Anchors, interval, labels};
use crate::model::Interval;
use crate::report::presentation::Words;
use crate::report::unread::StandIns;
use crate::report::view::{ControlView, EvidenceView, FindingView, LedgerView, ReportView, RequirementView, SourceView};
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// The data block.
#[derive(Debug, Serialize)]
pub(super) struct Data<'a> {
    /// The words that the page's script says, by key.
    words: BTreeMap<String, String>,
    /// The words for what machines name by a key.
    labels: BTreeMap<String, String>,
    /// The snapshot's number, for commands.
    snapshot: i64,
    strings: Vec<&'a str>,
    controls: Vec<Value>,
    frameworks: Vec<Value>,
    findings: Vec<Value>,
    ledger: Vec<Value>,
    /// Source to the commit of its working tree.
    commits: BTreeMap<&'a str, &'a str>,
}

impl<'a> Data<'a> {
    /// Of a view.
    pub(super) fn of(view: &'a ReportView, words: &Words) -> Self {
        let mut pool = Pool::default();
        let mut anchors = Anchors::default();
        let stand_ins = StandIns::of(view);
        let documents: HashMap<&str, &EvidenceView> = view.evidence.iter().map(|document| (document.resource.as_str(), document)).collect();
        let commits = view.snapshot.sources.iter().filter_map(|source| Some((source.name.as_str(), commit(source)?))).collect();
        let findings = view
            .findings
            .iter()
            .map(|finding| finding_row(finding, &stand_ins, documents.get(finding.resource.as_str()).copied(), &mut pool))
            .collect();
        let ledger = view.ledger.iter().map(|read| ledger_row(read, &mut pool)).collect();
        let tell = |text: &'a str| words.retell(&view.phrases, text);
        let frameworks = view
            .frameworks
            .iter()
            .map(|framework| {
                let requirements: Vec<Value> = framework
                    .requirements
                    .iter()
                    .map(|requirement| requirement_row(&framework.id, requirement, &mut anchors, &mut pool, &tell, words))
                    .collect();
                json!({"id": framework.id, "title": framework.title, "requirements": requirements})
            })
            .collect();
        let controls = view.controls.iter().map(|control| control_row(control, &mut anchors)).collect();
        Self {
            words: words.below("html.script.").into_iter().chain(words.below("number.")).collect(),
            labels: labels(words),
            snapshot: view.snapshot.id,
            commits,
            strings: pool.strings,
            controls,
            frameworks,
            findings,
            ledger,
        }
    }
}

/// Texts, each once.
#[derive(Debug, Default)]
struct Pool<'a> {
    strings: Vec<&'a str>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Pool<'a> {
    fn put(&mut self, text: &'a str) -> usize {
        let next = self.strings.len();
        let index = *self.index.entry(text).or_insert(next);
        if index == next {
            self.strings.push(text);
        }
        index
    }

    /// Minus one stands for nothing.
    fn maybe(&mut self, text: Option<&'a str>) -> i64 {
        text.map_or(-1, |text| i64::try_from(self.put(text)).unwrap_or(-1))
    }
}

/// The commit among the details of a source.
fn commit(source: &SourceView) -> Option<&str> {
    source.details.iter().find(|(label, _)| label == "commit").map(|(_, value)| value.as_str())
}

/// Both ends for the drawing, and the text.
fn score(score: Option<Interval>, words: &Words) -> Value {
    score.map_or(Value::Null, |score| json!([score.low.0, score.high.0, interval(words, score)]))
}

fn finding_row<'a>(finding: &'a FindingView, stand_ins: &StandIns<'a>, document: Option<&'a EvidenceView>, pool: &mut Pool<'a>) -> Value {
    json!([
        finding.number,
        finding.fingerprint,
        pool.put(&finding.control),
        pool.put(&finding.title),
        pool.put(finding.severity.as_str()),
        pool.put(finding.verdict.as_str()),
        pool.put(&finding.source),
        pool.put(&finding.kind),
        pool.put(&finding.namespace),
        pool.put(&finding.name),
        pool.put(&finding.resource),
        pool.maybe(finding.file.as_deref()),
        finding.line,
        pool.maybe(finding.observed.as_deref()),
        pool.put(&finding.expected),
        pool.maybe(finding.reason.as_deref()),
        pool.maybe(finding.first_seen.as_deref()),
        pool.maybe(finding.waiver.as_deref()),
        finding.reads,
        stand_ins.behind(finding).map(unread_key),
        pool.maybe(document.map(|document| document.hash.as_str())),
        finding.reopened,
    ])
}

fn ledger_row<'a>(read: &'a LedgerView, pool: &mut Pool<'a>) -> Value {
    json!([
        read.seq,
        pool.put(&read.source),
        pool.put(&read.operation),
        pool.put(&read.parameters),
        pool.put(&read.identity),
        pool.put(&read.started_at),
        pool.put(&read.ended_at),
        read.pages,
        read.items,
        pool.put(read.outcome.as_str()),
        pool.maybe(read.error.as_deref()),
        pool.maybe(read.file.as_deref()),
        read.line,
    ])
}

fn requirement_row<'a>(
    framework: &str,
    requirement: &'a RequirementView,
    anchors: &mut Anchors,
    pool: &mut Pool<'a>,
    tell: &dyn Fn(&'a str) -> Cow<'a, str>,
    words: &Words,
) -> Value {
    let controls: Vec<Value> = requirement
        .controls
        .iter()
        .map(|edge| {
            json!([
                pool.put(&edge.control),
                pool.put(&edge.title),
                pool.put(edge.strength.as_str()),
                pool.put(&edge.why),
                pool.maybe(edge.group.as_deref()),
                pool.put(edge.status.as_str()),
                score(edge.score, words),
                edge.fail,
                edge.unknown,
                edge.pass,
            ])
        })
        .collect();
    let topics: Vec<Value> = requirement
        .attestations
        .iter()
        .map(|topic| {
            json!([
                pool.put(&topic.topic),
                pool.put(&topic.description),
                topic.valid_days,
                pool.put(topic.status.as_str()),
                topic.evidence.as_deref().map(tell),
            ])
        })
        .collect();
    json!({
        "id": requirement.id,
        "title": requirement.title,
        "anchor": anchors.make("R", &[framework, &requirement.id]),
        "note": requirement.note,
        "excluded": requirement.excluded,
        "controls": controls,
        "topics": topics,
    })
}

fn control_row(control: &ControlView, anchors: &mut Anchors) -> Value {
    json!({
        "id": control.id,
        "anchor": anchors.make("C", &[&control.id]),
        "title": control.title,
        "severity": control.severity.as_str(),
        "kinds": control.kinds,
        "area": control.area,
        "expected": control.expected,
        "rationale": control.rationale,
        "remediation": control.remediation,
        "references": control.references,
        "expressions": control.expressions,
        "params": control.params,
        "requirements": control.requirements.iter().map(|(f, r, s)| json!([f, r, s.as_str()])).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_once() {
        let mut pool = Pool::default();
        assert_eq!((pool.put("a"), pool.put("b"), pool.put("a"), pool.maybe(None)), (0, 1, 0, -1));
        assert_eq!(pool.strings, ["a", "b"]);
    }
}
