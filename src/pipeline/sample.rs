//! A sample of a control's population, with the evidence of each item.

use super::{Bench, PipelineError, fingerprint};
use crate::evaluate::{Keep, evaluate_control, stand_in};
use crate::model::{Hidden, Judgement, KindRef, Settings, Verdict};
use crate::posture::{self, sample::Draw};
use crate::report::sample::{BY_HAND, Control, Document, Evidence, Item, METHOD, Population, Read, SCHEMA, SampleView};
use crate::snapshot::{Snapshot, StoredResource};
use chrono::SecondsFormat;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// A control of the catalog.
    pub control: String,
    /// How many.
    pub size: usize,
    /// The seed; `None` derives it from the snapshot's root.
    pub seed: Option<String>,
    /// Only these verdicts; empty means all.
    pub only: Vec<Verdict>,
    /// Whether to hand over the documents too.
    pub documents: bool,
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Draws the sample. A control that the catalog does not know has an empty population.
///
/// # Errors
///
/// A damaged database.
pub fn draw(snapshot: &Snapshot<'_>, bench: &Bench, settings: &Settings, request: &Request) -> Result<SampleView, PipelineError> {
    let evaluation = evaluate_control(snapshot, &bench.catalog, &bench.rules, settings, &request.control, Keep::All)?;
    let (_, waived) = posture::apply_waivers(&evaluation.verdicts, settings, snapshot.info.taken_at);
    let waiver_of: Vec<(&Judgement, Option<&Arc<str>>)> =
        evaluation.verdicts.iter().map(|judgement| &**judgement).zip(waived.by_verdict.iter().map(Option::as_ref)).collect();
    let eligible: Vec<&Judgement> = evaluation
        .verdicts
        .iter()
        .map(|judgement| &**judgement)
        .filter(|judgement| request.only.is_empty() || request.only.contains(&judgement.verdict))
        .collect();
    let draw = Draw {
        seed: request.seed.clone().unwrap_or_else(|| Draw::default_seed(snapshot.info.root)),
        root: snapshot.info.root,
        control: request.control.clone(),
    };
    let chosen = draw.sample(&eligible, request.size);
    let documents = documents(snapshot, &chosen.iter().map(|(_, judgement)| *judgement).collect::<Vec<_>>())?;
    let mut items = Vec::new();
    for ((rank, judgement), place) in chosen.iter().zip(1..) {
        let waiver = waiver_of.iter().find(|(other, _)| std::ptr::eq(*other, *judgement)).and_then(|(_, waiver)| *waiver);
        let stored = documents.iter().find(|stored| stored.reference == judgement.resource);
        let document = stored
            .map(|stored| {
                let text = if request.documents { Some(String::from_utf8_lossy(&stored.json()?).into_owned()) } else { None };
                Ok::<_, PipelineError>(Document { hash: stored.document.to_string(), text })
            })
            .transpose()?;
        items.push(Item {
            number: place,
            rank: rank.to_string(),
            verdict: judgement.verdict.as_str(),
            observed: judgement.observed.as_deref().map(str::to_owned),
            expected: judgement.expected.to_string(),
            reason: judgement.reason.as_deref().map(str::to_owned),
            waiver: waiver.map(|id| id.to_string()),
            fingerprint: fingerprint(judgement),
            resource: (&*judgement.resource).into(),
            document,
            reads: judgement.reads.iter().filter_map(|seq| read(snapshot, *seq)).collect(),
        });
    }
    let tally = evaluation.tallies.get(&request.control).cloned().unwrap_or_default();
    let unread = evaluation.verdicts.iter().map(|judgement| &**judgement).filter(|judgement| is_stand_in(snapshot, judgement)).count();
    let complete = tally.looked && tally.hidden == Hidden::AtMost(0) && unread == 0;
    let mut notes = Vec::new();
    if !tally.looked {
        notes
            .push("No read would have shown a resource of this control's kinds: nobody looked, so the population is not known.".to_owned());
    } else if !complete {
        let reads = if unread == 1 { "1 read".to_owned() } else { format!("{unread} reads") };
        let more = match tally.hidden {
            Hidden::Unbounded => "any number of resources".to_owned(),
            Hidden::AtMost(more) => format!("up to {} resources", more.saturating_add(number(unread))),
        };
        notes.push(format!(
            "The population is incomplete: {reads} that could show more of it did not succeed and may hide {more}. Each stands in the \
             population once, as unknown."
        ));
    }
    if chosen.len() < request.size {
        notes.push(format!("{} were asked for and the population has {}: these are all of them.", request.size, eligible.len()));
    }
    let control = bench.catalog.controls.get(&request.control);
    Ok(SampleView {
        schema: SCHEMA,
        tool: format!("Assize {}", env!("CARGO_PKG_VERSION")),
        snapshot: Evidence {
            id: snapshot.info.id,
            taken_at: snapshot.info.taken_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            root: snapshot.info.root.to_string(),
        },
        catalog: bench.catalog.hash.to_string(),
        control: Control {
            id: request.control.clone(),
            title: control.map(|control| control.title.value.clone()).unwrap_or_default(),
            severity: control.map_or("", |control| control.severity.as_str()),
        },
        population: Population {
            size: number(evaluation.verdicts.len()),
            by_verdict: by_verdict(&evaluation.verdicts),
            only: request.only.iter().map(|verdict| verdict.as_str()).collect(),
            eligible: number(eligible.len()),
            complete,
        },
        seed: draw.seed,
        seed_from: if request.seed.is_some() { "given" } else { "snapshot root" },
        asked: number(request.size),
        method: METHOD,
        by_hand: BY_HAND,
        notes,
        items,
    })
}

/// The stored resources of some judgements: each kind is read once.
fn documents(snapshot: &Snapshot<'_>, chosen: &[&Judgement]) -> Result<Vec<StoredResource>, PipelineError> {
    let mut kinds: Vec<KindRef> =
        chosen.iter().map(|judgement| KindRef::new(&judgement.resource.kind, &judgement.resource.group)).collect();
    kinds.sort();
    kinds.dedup();
    let mut found = Vec::new();
    for kind in kinds {
        let stored = snapshot.of_kind(&kind)?;
        found.extend(stored.into_iter().filter(|stored| chosen.iter().any(|judgement| judgement.resource == stored.reference)));
    }
    Ok(found)
}

fn is_stand_in(snapshot: &Snapshot<'_>, judgement: &Judgement) -> bool {
    let rows = || judgement.reads.iter().filter_map(|seq| snapshot.reads.iter().find(|read| read.seq == *seq));
    judgement.verdict == Verdict::Unknown && rows().any(|read| !read.outcome.is_complete() && stand_in(read) == *judgement.resource)
}

fn by_verdict(verdicts: &[Arc<Judgement>]) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<&'static str, u64> = Verdict::ALL.iter().map(|verdict| (verdict.as_str(), 0)).collect();
    for judgement in verdicts {
        *counts.entry(judgement.verdict.as_str()).or_insert(0) += 1;
    }
    counts
}

fn read(snapshot: &Snapshot<'_>, seq: i64) -> Option<Read> {
    let read = snapshot.reads.iter().find(|read| read.seq == seq)?;
    Some(Read {
        seq,
        operation: read.operation.clone(),
        parameters: read.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "),
        identity: read.identity.clone(),
        started_at: read.started_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        ended_at: read.ended_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        outcome: read.outcome.as_str(),
        error: read.error.clone(),
    })
}
