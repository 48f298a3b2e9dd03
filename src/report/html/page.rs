//! The page as its templates read it: everything that is static, in the order of the page.

use super::assets;
use super::change::Change;
use super::indicators::Indicators;
use super::lists::{ControlRow, Group, Groups};
use super::requirements::RequirementSection;
use super::trend::Trend;
use super::words::Score;
use crate::model::{Severity, Verdict};
use crate::posture::Status;
use crate::report::exclusions::{LeftOut, by_reason};
use crate::report::presentation::{Presentation, Words};
use crate::report::view::{
    AttestationView, CatalogView, EvaluationView, FrameworkView, ReportView, ScorePair, SnapshotView, UnreadView, WaiverView,
};
use serde::Serialize;
use std::borrow::Cow;

/// Controls shown under "Fix first"; the findings show all.
const FIX_FIRST: usize = 10;
/// Findings listed for a reader without scripts, who cannot unfold the groups.
const WITHOUT_SCRIPT: usize = 100;

/// The whole page.
#[derive(Debug, Serialize)]
pub(super) struct Page<'a> {
    language: &'a str,
    company: Option<&'a str>,
    logo: Option<String>,
    title: String,
    organisation: Option<&'a str>,
    tool: &'a str,
    headline: Cow<'a, str>,
    snapshot: &'a SnapshotView,
    evaluation: &'a EvaluationView,
    catalog: &'a CatalogView,
    severities: Vec<SeverityCount>,
    totals: Totals,
    frameworks: Vec<Card<'a>>,
    trend: Option<Trend<'a>>,
    change: Option<Change<'a>>,
    indicators: Option<Indicators<'a>>,
    fix_first: Vec<&'a Group<'a>>,
    fix_first_left: u64,
    groups: &'a [Group<'a>],
    controls_found: u64,
    sources: Vec<&'a str>,
    shown_without_script: Vec<PlainFinding<'a>>,
    requirements: Vec<RequirementSection<'a>>,
    controls: Vec<ControlRow<'a>>,
    waivers: &'a [WaiverView],
    attestations: &'a [AttestationView],
    exclusions: Vec<LeftOut<'a>>,
    unread: Vec<Unread<'a>>,
    ledger: Vec<LedgerCount<'a>>,
    method: Method<'a>,
    redactions: &'a [(String, u64)],
}

/// Numbers of the whole page.
#[derive(Debug, Serialize)]
struct Totals {
    findings: u64,
    fail: u64,
    unknown: u64,
    waived: u64,
    incomplete_reads: u64,
    reads: u64,
    /// Verdicts of any kind: zero says that nothing was assessed.
    decided: u64,
}

/// One severity's failures and unknowns.
#[derive(Debug, Serialize)]
struct SeverityCount {
    key: &'static str,
    fail: u64,
    unknown: u64,
}

/// One framework's card.
#[derive(Debug, Serialize)]
struct Card<'a> {
    id: &'a str,
    title: &'a str,
    edition: Cow<'a, str>,
    configuration: Option<Score>,
    configuration_net: Option<Score>,
    programme: Option<Score>,
    programme_net: Option<Score>,
    coverage: Option<String>,
    assessed: u64,
    in_scope: u64,
    statuses: Vec<(&'static str, u64)>,
    scope: &'a [(String, String)],
}

/// One finding for a reader without scripts.
#[derive(Debug, Serialize)]
struct PlainFinding<'a> {
    number: String,
    severity: &'static str,
    verdict: &'static str,
    title: &'a str,
    resource: String,
    place: Option<String>,
    said: &'a str,
}

/// Reads of one source with one outcome.
#[derive(Debug, Serialize)]
struct LedgerCount<'a> {
    source: &'a str,
    outcome: &'static str,
    reads: u64,
    items: u64,
}

/// One thing that was not read.
#[derive(Debug, Serialize)]
struct Unread<'a> {
    seq: i64,
    source: &'a str,
    what: &'a str,
    why: &'a str,
    leaves_open: Cow<'a, str>,
    next: Cow<'a, str>,
    /// Id of the group of its findings on the page; `None` when it leaves no control open.
    anchor: Option<&'a str>,
}

/// How the numbers are made.
#[derive(Debug, Serialize)]
struct Method<'a> {
    severities: &'a [(String, f64)],
    strengths: &'a [(String, f64)],
    paragraphs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// A page, with the groups its borrowed parts stand on.
pub(super) fn with<T>(view: &ReportView, presentation: &Presentation, render: impl FnOnce(&Page<'_>) -> T) -> T {
    let groups = Groups::of(view, &presentation.words);
    render(&Page::of(view, presentation, &groups.0))
}

impl<'a> Page<'a> {
    fn of(view: &'a ReportView, presentation: &'a Presentation, groups: &'a [Group<'a>]) -> Self {
        let words = &presentation.words;
        let retold = |text: &'a str| words.retell(&view.phrases, text);
        let failing = || groups.iter().filter(|group| group.fail > group.waived);
        let organisation = view.organisation.as_deref();
        let count = |key: Verdict| view.summary.verdicts.get(key.as_str()).copied().unwrap_or(0);
        Self {
            language: words.language(),
            company: presentation.brand.company.as_deref(),
            logo: assets::logo(&presentation.brand),
            title: organisation.map_or_else(
                || words.say("html.header.title").to_owned(),
                |name| words.fill("html.header.title_of", &[("organisation", name)]),
            ),
            organisation,
            tool: &view.tool,
            headline: retold(&view.summary.headline),
            snapshot: &view.snapshot,
            evaluation: &view.evaluation,
            catalog: &view.catalog,
            severities: severities(view),
            totals: Totals {
                findings: view.findings.len() as u64,
                fail: count(Verdict::Fail),
                unknown: count(Verdict::Unknown),
                waived: view.summary.waived,
                incomplete_reads: view.summary.incomplete_reads,
                reads: view.ledger.len() as u64,
                decided: view.summary.verdicts.values().sum(),
            },
            frameworks: view.frameworks.iter().map(|framework| card(framework, words)).collect(),
            trend: Trend::of(view, words),
            change: Change::of(view, words),
            indicators: Indicators::of(view, words),
            fix_first: failing().take(FIX_FIRST).collect(),
            fix_first_left: failing().count().saturating_sub(FIX_FIRST) as u64,
            groups,
            controls_found: Groups::controls(view),
            sources: finding_sources(view),
            shown_without_script: view.findings.iter().take(WITHOUT_SCRIPT).map(plain).collect(),
            requirements: RequirementSection::all(view, words),
            controls: ControlRow::all(view),
            waivers: &view.waivers,
            attestations: &view.attestations,
            exclusions: by_reason(view),
            unread: view.unread.iter().map(|unread| not_read(unread, groups, &retold)).collect(),
            ledger: ledger(view),
            method: Method {
                severities: &view.method.severities,
                strengths: &view.method.strengths,
                paragraphs: view.method.paragraphs.iter().map(|(title, text)| (retold(title), retold(text))).collect(),
            },
            redactions: &view.redactions,
        }
    }
}

fn severities(view: &ReportView) -> Vec<SeverityCount> {
    Severity::ALL
        .into_iter()
        .map(|severity| SeverityCount {
            key: severity.as_str(),
            fail: view.summary.failures.get(severity.as_str()).copied().unwrap_or(0),
            unknown: view.summary.unknowns.get(severity.as_str()).copied().unwrap_or(0),
        })
        .collect()
}

fn not_read<'a>(unread: &'a UnreadView, groups: &'a [Group<'a>], retold: &impl Fn(&'a str) -> Cow<'a, str>) -> Unread<'a> {
    let key = super::lists::unread_key(unread);
    Unread {
        seq: unread.seq,
        source: &unread.source,
        what: &unread.what,
        why: &unread.why,
        leaves_open: retold(&unread.leaves_open),
        next: retold(&unread.next),
        anchor: groups.iter().find(|group| group.key == key).map(|group| group.anchor.as_str()),
    }
}

fn card<'a>(framework: &'a FrameworkView, words: &Words) -> Card<'a> {
    let score = |interval| Score::of(interval, words);
    let differing = |pair: ScorePair| if pair.net == pair.gross { None } else { pair.net.map(score) };
    Card {
        id: &framework.id,
        title: &framework.title,
        edition: framework.edition_in_words(),
        configuration: framework.configuration.gross.map(score),
        configuration_net: differing(framework.configuration),
        programme: framework.programme.gross.map(score),
        programme_net: differing(framework.programme),
        coverage: framework.coverage.map(|percent| words.percent(percent)),
        assessed: framework.assessed,
        in_scope: framework.in_scope,
        statuses: Status::ALL
            .into_iter()
            .map(|status| (status.as_str(), framework.statuses.get(status.as_str()).copied().unwrap_or(0)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        scope: &framework.scope,
    }
}

/// Names of the sources that findings come from, each once, in order.
fn finding_sources(view: &ReportView) -> Vec<&str> {
    let names: std::collections::BTreeSet<&str> = view.findings.iter().map(|finding| finding.source.as_str()).collect();
    names.into_iter().collect()
}

fn plain(finding: &crate::report::view::FindingView) -> PlainFinding<'_> {
    PlainFinding {
        number: format!("F-{:04}", finding.number),
        severity: finding.severity.as_str(),
        verdict: finding.verdict.as_str(),
        title: &finding.title,
        resource: finding.subject(),
        place: finding.file.as_ref().map(|file| match finding.line {
            Some(line) => format!("{file}:{line}"),
            None => file.clone(),
        }),
        said: finding.observed.as_deref().or(finding.reason.as_deref()).unwrap_or_default(),
    }
}

fn ledger(view: &ReportView) -> Vec<LedgerCount<'_>> {
    let mut counts = std::collections::BTreeMap::<(&str, &'static str), (u64, u64)>::new();
    for read in &view.ledger {
        let (reads, items) = counts.entry((read.source.as_str(), read.outcome.as_str())).or_default();
        *reads += 1;
        *items += read.items;
    }
    counts.into_iter().map(|((source, outcome), (reads, items))| LedgerCount { source, outcome, reads, items }).collect()
}
