//! Assembles the one view that every report is rendered from. No number is computed here: scores come from `posture`, counts from
//! `evaluate`; this file only lays them out in order and words.

use super::phrases::{self, Phrases};
use super::{Bench, Judged, PipelineError, evidence};
use crate::catalog::{Control, Level, Requirement};
use crate::evaluate::{engine::concerned, stand_in};
use crate::model::{ControlTally, Judgement, ParamValue, Read, Settings, Severity, Strength, Verdict};
use crate::posture::lives::{Life, Moment};
use crate::posture::{FrameworkResult, RequirementResult, Status, attestations, score};
use crate::report::view::{
    AttestationView, CatalogView, ControlView, EdgeView, EvaluationView, ExclusionView, FindingView, FrameworkView, LedgerView, MethodView,
    ReportView, RequirementView, SnapshotView, SourceView, SummaryView, TopicView, TrendPoint, TrendScore, UnreadView, WaiverView,
};
use crate::snapshot::{Database, Snapshot};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn build(
    database: &Database,
    snapshot: &Snapshot<'_>,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
) -> Result<ReportView, PipelineError> {
    let mut said = Phrases::default();
    let frameworks: Vec<FrameworkView> = judged.frameworks.iter().map(|result| framework(bench, result, &mut said)).collect();
    let told = super::lives::of_findings(database, snapshot, judged)?;
    let indicators = super::indicators::of(&told.stays, &told.scans, &snapshot.info, bench, settings, judged, None);
    // Without an earlier evaluation there is no history to tell.
    let findings = findings(&if snapshot.has_history()? { told.lives } else { BTreeMap::new() }, bench, judged);
    let exclusions = frameworks
        .iter()
        .flat_map(|framework| {
            framework.requirements.iter().filter_map(|requirement| {
                Some(ExclusionView {
                    framework: framework.id.clone(),
                    requirement: requirement.id.clone(),
                    title: requirement.title.clone(),
                    reason: requirement.excluded.clone()?,
                })
            })
        })
        .collect();
    if let Some((_, cadence)) = &indicators {
        said.say(phrases::cadence(cadence));
    }
    let (change, of_change) = super::change::since_previous(database, snapshot, bench, settings, judged)?.unzip();
    of_change.into_iter().flatten().for_each(|phrase| said.keep(phrase));
    let mut view = ReportView {
        organisation: settings.organisation.clone(),
        tool: format!("Assize {}", env!("CARGO_PKG_VERSION")),
        snapshot: snapshot_view(snapshot)?,
        evaluation: EvaluationView { root: judged.root().to_string(), settings: settings.hash().to_string() },
        catalog: CatalogView {
            version: bench.catalog.version.to_owned(),
            hash: bench.catalog.hash.to_string(),
            overrides: bench.catalog.overrides.clone(),
            controls: count(bench.catalog.controls.len()),
        },
        summary: summary(snapshot, judged),
        controls: bench.catalog.controls.values().map(|control| control_view(bench, settings, judged, control)).collect(),
        findings,
        waivers: waivers(judged),
        attestations: attestation_views(bench, settings, snapshot.info.taken_at),
        ledger: snapshot.reads.iter().map(ledger).collect(),
        evidence: evidence::documents(snapshot)?,
        left_out: evidence::left_out(bench, judged),
        unread: unread(snapshot, bench, settings, &mut said),
        exclusions,
        trend: trend(database, snapshot, judged)?,
        indicators: indicators.map(|(found, _)| found),
        change,
        method: method(&mut said),
        redactions: snapshot.redactions()?,
        phrases: Vec::new(),
        frameworks,
    };
    let open = snapshot.reads.iter().filter(|read| read.hides()).count();
    let mut headline = phrases::headline(&view, open);
    headline.extend(phrases::attention(&judged.waivers, settings));
    view.summary.headline = said.say(headline);
    view.phrases = said.into_list();
    Ok(view)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn snapshot_view(snapshot: &Snapshot<'_>) -> Result<SnapshotView, PipelineError> {
    let counts = snapshot.counts()?;
    let info = &snapshot.info;
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for (_, kind, number) in &counts {
        *kinds.entry(kind.to_string()).or_insert(0) += number;
    }
    let sources = snapshot
        .sources
        .iter()
        .map(|source| {
            let reads = || snapshot.reads.iter().filter(|read| read.source == source.name);
            SourceView {
                kind: source.kind,
                name: source.name.clone(),
                details: source.details.iter().map(|(label, value)| (in_words(label).to_owned(), value.clone())).collect(),
                resources: counts.iter().filter(|(name, _, _)| *name == source.name).map(|(_, _, number)| number).sum(),
                reads: count(reads().count()),
                incomplete: count(reads().filter(|read| !read.outcome.is_complete()).count()),
            }
        })
        .collect();
    Ok(SnapshotView {
        id: info.id,
        taken_at: rfc3339(info.taken_at),
        taken_on: info.taken_at.format("%-d %B %Y, %H:%M UTC").to_string(),
        clock: info.clock.clone(),
        root: info.root.to_string(),
        previous_root: info.previous_root.map(|root| root.to_string()),
        sources,
        resources: info.resources,
        kinds: kinds.into_iter().collect(),
    })
}

fn summary(snapshot: &Snapshot<'_>, judged: &Judged) -> SummaryView {
    let mut verdicts: BTreeMap<String, u64> = Verdict::ALL.iter().map(|verdict| (verdict.as_str().to_owned(), 0)).collect();
    for tally in judged.evaluation.tallies.values() {
        for (verdict, number) in Verdict::ALL.iter().zip(tally.counts.in_order()) {
            *verdicts.entry(verdict.as_str().to_owned()).or_insert(0) += number;
        }
    }
    let by_severity = |wanted: Verdict| {
        let mut counts: BTreeMap<String, u64> = Severity::ALL.iter().map(|severity| (severity.as_str().to_owned(), 0)).collect();
        for judgement in judged.evaluation.verdicts.iter().filter(|judgement| judgement.verdict == wanted) {
            *counts.entry(judgement.severity.as_str().to_owned()).or_insert(0) += 1;
        }
        counts
    };
    let failures = by_severity(Verdict::Fail);
    let waived = count(judged.waived.by_verdict.iter().flatten().count());
    let incomplete_reads = count(snapshot.reads.iter().filter(|read| !read.outcome.is_complete()).count());
    SummaryView { verdicts, failures, unknowns: by_severity(Verdict::Unknown), waived, incomplete_reads, headline: String::new() }
}

/// What collectors call a detail, as people say it.
fn in_words(label: &str) -> &str {
    if label == "dirty" { "uncommitted changes" } else { label }
}

fn framework(bench: &Bench, result: &FrameworkResult, said: &mut Phrases) -> FrameworkView {
    let mut statuses: BTreeMap<String, u64> = Status::ALL.iter().map(|status| (status.as_str().to_owned(), 0)).collect();
    for requirement in result.requirements.iter().filter(|requirement| requirement.in_scope) {
        *statuses.entry(requirement.status.as_str().to_owned()).or_insert(0) += 1;
    }
    let declared = bench.catalog.frameworks.get(&result.id);
    let requirements = declared.map(|framework| &framework.requirements[..]).unwrap_or_default();
    let mut depths: BTreeMap<&str, u64> = BTreeMap::new();
    let views = requirements
        .iter()
        .zip(&result.requirements)
        .map(|(declared, found)| {
            let depth = declared.parent.as_ref().and_then(|parent| depths.get(parent.value.as_str())).map_or(0, |depth| depth + 1);
            depths.insert(&declared.id.value, depth);
            requirement(bench, declared, found, depth, said)
        })
        .collect();
    FrameworkView {
        id: result.id.clone(),
        title: declared.map(|framework| framework.short.clone()).unwrap_or_default(),
        edition: declared.map(|framework| framework.edition.clone()).unwrap_or_default(),
        configuration: result.configuration,
        programme: result.programme,
        coverage: result.coverage,
        assessed: result.assessed,
        in_scope: result.in_scope,
        statuses,
        scope: result.scope.clone(),
        requirements: views,
    }
}

fn requirement(bench: &Bench, declared: &Requirement, found: &RequirementResult, depth: u64, said: &mut Phrases) -> RequirementView {
    let controls = declared.controls.iter().zip(&found.edges).map(|(edge, result)| EdgeView {
        control: result.control.clone(),
        title: bench.catalog.controls.get(&result.control).map(|control| control.title.value.clone()).unwrap_or_default(),
        strength: edge.strength,
        why: edge.why.clone(),
        group: edge.group.clone(),
        status: result.status,
        score: result.score,
        fail: result.counts.fail,
        unknown: result.counts.unknown,
        pass: result.counts.pass,
    });
    let topics = found.topics.iter().map(|topic| TopicView {
        topic: topic.topic.clone(),
        description: bench.catalog.topics.get(&topic.topic).map(|topic| topic.description.clone()).unwrap_or_default(),
        valid_days: u64::try_from(topic.valid_days).unwrap_or(0),
        status: topic.status,
        evidence: phrases::evidence(topic).map(|parts| said.say(parts)),
    });
    RequirementView {
        id: declared.id.value.clone(),
        title: declared.title.value.clone(),
        parent: declared.parent.as_ref().map(|parent| parent.value.clone()),
        depth,
        level: declared.level.as_str().to_owned(),
        evidence: declared.evidence.clone(),
        note: declared.note.clone(),
        in_scope: found.in_scope,
        excluded: found.excluded.clone().filter(|_| declared.level == Level::Requirement),
        status: found.status,
        automated: found.automated,
        attested: found.attested,
        score: found.score,
        controls: controls.collect(),
        attestations: topics.collect(),
    }
}

fn control_view(bench: &Bench, settings: &Settings, judged: &Judged, control: &Control) -> ControlView {
    let tally = judged.evaluation.tallies.get(&control.id).cloned().unwrap_or_else(ControlTally::default);
    let expected: Vec<&str> = control.rules.iter().map(|rule| rule.expected.value.as_str()).collect();
    let set = settings.params.get(&control.id);
    let params = control.params.iter().map(|(name, param)| {
        let chosen = set.and_then(|set| set.get(name));
        let value = chosen.or(param.default.as_ref()).map_or_else(|| "(not set)".to_owned(), param_in_words);
        (name.clone(), value, chosen.is_none())
    });
    let requirements = bench
        .catalog
        .requirements_of(&control.id)
        .into_iter()
        .map(|(framework, requirement, edge)| (framework.id.clone(), requirement.id.value.clone(), edge.strength));
    ControlView {
        id: control.id.clone(),
        title: control.title.value.clone(),
        severity: control.severity,
        source: control.source.clone(),
        area: control.area.clone(),
        kinds: control.kinds().iter().map(ToString::to_string).collect(),
        status: tally.status(),
        fail: tally.counts.fail,
        unknown: tally.counts.unknown,
        manual: tally.counts.manual,
        pass: tally.counts.pass,
        not_applicable: tally.counts.not_applicable,
        waived: judged.waived.per_control.get(&control.id).copied().unwrap_or(0),
        expected: expected.join("; "),
        rationale: control.rationale.clone(),
        remediation: control.remediation.clone(),
        references: control.references.iter().map(|link| link.value.clone()).collect(),
        expressions: control.rules.iter().map(|rule| rule.require.value.trim().to_owned()).collect(),
        params: params.collect(),
        requirements: requirements.collect(),
    }
}

fn param_in_words(value: &ParamValue) -> String {
    match value {
        ParamValue::Bool(truth) => truth.to_string(),
        ParamValue::Int(number) => number.to_string(),
        ParamValue::String(text) => text.clone(),
        ParamValue::Strings(texts) if texts.is_empty() => "(none)".to_owned(),
        ParamValue::Strings(texts) => texts.join(", "),
    }
}

fn findings(lives: &BTreeMap<Arc<str>, Life>, bench: &Bench, judged: &Judged) -> Vec<FindingView> {
    let day = |moment: &Moment| moment.taken_at.date_naive().to_string();
    let mut rows: Vec<(&Arc<Judgement>, &Option<Arc<str>>)> = judged
        .evaluation
        .verdicts
        .iter()
        .zip(&judged.waived.by_verdict)
        .filter(|(judgement, _)| matches!(judgement.verdict, Verdict::Fail | Verdict::Unknown))
        .collect();
    rows.sort_by(|(a, _), (b, _)| {
        (a.severity, a.verdict, &a.control, &a.resource.id).cmp(&(b.severity, b.verdict, &b.control, &b.resource.id))
    });
    let views = rows.into_iter().zip(1..).map(|((judgement, waiver), number)| {
        let fingerprint = super::fingerprint(judgement);
        let life = lives.get(fingerprint.as_str());
        FindingView {
            number,
            fingerprint,
            control: judgement.control.to_string(),
            title: bench.catalog.controls.get(&*judgement.control).map(|control| control.title.value.clone()).unwrap_or_default(),
            severity: judgement.severity,
            verdict: judgement.verdict,
            source: judgement.resource.source.clone(),
            kind: judgement.resource.kind.clone(),
            namespace: judgement.resource.namespace.clone(),
            name: judgement.resource.name.clone(),
            resource: judgement.resource.id.clone(),
            file: judgement.resource.file.clone(),
            line: judgement.resource.line,
            observed: judgement.observed.as_deref().map(str::to_owned),
            expected: judgement.expected.to_string(),
            reason: judgement.reason.as_deref().map(str::to_owned),
            first_seen: life.map(|life| day(&life.first_seen)),
            last_seen: life.map(|life| day(&life.last_seen)),
            reopened: life.map(|life| life.reopened.iter().map(day).collect()).unwrap_or_default(),
            waiver: waiver.as_deref().map(str::to_owned),
            reads: judgement.reads.to_vec(),
        }
    });
    views.collect()
}

fn waivers(judged: &Judged) -> Vec<WaiverView> {
    let views = judged.waivers.iter().map(|result| WaiverView {
        id: result.waiver.id.clone(),
        control: result.waiver.control.clone(),
        resources: result.waiver.resources.clone(),
        owner: result.waiver.owner.clone(),
        approver: result.waiver.approver.clone(),
        reason: result.waiver.ticket.as_ref().map_or_else(String::new, |ticket| format!("{ticket}: ")) + &result.waiver.reason,
        expires: result.waiver.expires.to_string(),
        matches: result.matches,
        state: result.state.to_owned(),
    });
    views.collect()
}

fn attestation_views(bench: &Bench, settings: &Settings, now: DateTime<Utc>) -> Vec<AttestationView> {
    let views = attestations(&bench.catalog, settings, now).into_iter().map(|result| {
        let given = result.attestation;
        AttestationView {
            description: bench.catalog.topics.get(&given.topic).map(|topic| topic.description.clone()).unwrap_or_default(),
            topic: given.topic,
            owner: given.owner,
            performed_at: given.performed_at.to_string(),
            valid_until: given.valid_until.map(|day| day.to_string()),
            file: given.file,
            hash: given.hash.map(|hash| hash.to_string()),
            note: given.note,
            state: result.state.to_owned(),
        }
    });
    views.collect()
}

fn parameters(read: &Read) -> String {
    read.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

fn ledger(read: &Read) -> LedgerView {
    LedgerView {
        seq: read.seq,
        source: read.source.clone(),
        operation: read.operation.clone(),
        parameters: parameters(read),
        identity: read.identity.clone(),
        started_at: rfc3339(read.started_at),
        ended_at: rfc3339(read.ended_at),
        pages: read.pages,
        items: read.items,
        outcome: read.outcome,
        error: read.error.clone(),
        file: read.file.clone(),
        line: read.line,
    }
}

fn unread(snapshot: &Snapshot<'_>, bench: &Bench, settings: &Settings, said: &mut Phrases) -> Vec<UnreadView> {
    let rows = snapshot.reads.iter().filter(|read| !read.outcome.is_complete()).map(|read| {
        let place = match (&read.file, read.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            (Some(file), None) => file.clone(),
            (None, _) => parameters(read),
        };
        UnreadView {
            seq: read.seq,
            resource: stand_in(read).id,
            source: read.source.clone(),
            what: format!("{place} ({})", read.operation),
            why: read.error.clone().unwrap_or_else(|| read.outcome.as_str().to_owned()),
            leaves_open: said.say(phrases::leaves_open(read, concerned(&bench.rules, read, settings))),
            next: said.fixed(phrases::next(read)),
        }
    });
    rows.collect()
}

fn trend(database: &Database, snapshot: &Snapshot<'_>, judged: &Judged) -> Result<Vec<TrendPoint>, PipelineError> {
    let point = |snapshot: i64, taken_at: DateTime<Utc>, rows: &[crate::snapshot::ScoreRow], fail, unknown| {
        let mut scores: BTreeMap<String, TrendScore> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.waivers == "gross") {
            let interval = crate::model::Interval { low: crate::model::Percent(row.low), high: crate::model::Percent(row.high) };
            let entry = scores.entry(row.framework.clone()).or_insert(TrendScore { configuration: None, programme: None });
            let place = if row.kind == "configuration" { &mut entry.configuration } else { &mut entry.programme };
            *place = Some(interval);
        }
        TrendPoint { snapshot, taken_at: rfc3339(taken_at), label: taken_at.format("%-d %b %Y").to_string(), scores, fail, unknown }
    };
    let mut points: Vec<TrendPoint> = database
        .history(snapshot.info.id)?
        .into_iter()
        .filter(|record| record.snapshot != snapshot.info.id)
        .map(|record| point(record.snapshot, record.taken_at, &record.scores, record.fail, record.unknown))
        .collect();
    let number = |verdict| count(judged.evaluation.verdicts.iter().filter(|judgement| judgement.verdict == verdict).count());
    let info = &snapshot.info;
    points.push(point(info.id, info.taken_at, &judged.record.new.scores, number(Verdict::Fail), number(Verdict::Unknown)));
    Ok(points)
}

/// The paragraphs of the method, by the key of their title; the text is under the same key with `_text`.
const METHOD: [&str; 7] = ["evidence", "verdicts", "status", "score", "interval", "waivers", "limits"];

fn method(phrases: &mut Phrases) -> MethodView {
    let paragraphs = METHOD.iter().map(|key| (phrases.fixed(&format!("method.{key}")), phrases.fixed(&format!("method.{key}_text"))));
    MethodView {
        paragraphs: paragraphs.collect(),
        severities: Severity::ALL.iter().map(|severity| (severity.as_str().to_owned(), score::severity_weight(*severity))).collect(),
        strengths: [Strength::Strong, Strength::Supporting, Strength::Indicative]
            .iter()
            .map(|strength| (strength.as_str().to_owned(), score::strength_weight(*strength)))
            .collect(),
    }
}
