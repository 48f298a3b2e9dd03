//! Reports built by hand, from nothing at all to ten thousand findings, for the tests of the renderers.

mod small;

use assize::model::{Interval, Percent, Severity, Verdict};
use assize::posture::Status;
use assize::report::view::*;
pub use small::small;
use small::{CONTROLS, finding, ledger};
use std::collections::BTreeMap;

const ROOT: &str = "3f2a9c1d7be04581a6c9d2e8f70b1c4455aa90ee12f3c6b7d8091a2b3c4d5e6f";
const SEED: &str = "b71c0a55d2e94f3388aa6e1f09c7d45b2f3e6a7788c9d0e1f2a3b4c5d6e7f809";

fn counts<const N: usize>(keys: [&str; N], values: [u64; N]) -> BTreeMap<String, u64> {
    keys.into_iter().map(str::to_owned).zip(values).collect()
}

fn severities(values: [u64; 5]) -> BTreeMap<String, u64> {
    counts(Severity::ALL.map(Severity::as_str), values)
}

fn score(low: f64, high: f64) -> Option<Interval> {
    Some(Interval { low: Percent(low), high: Percent(high) })
}

/// Nothing was looked at and nothing was asked.
pub fn empty() -> ReportView {
    ReportView {
        organisation: None,
        tool: "Assize 0.1.0".into(),
        snapshot: SnapshotView {
            id: 1,
            taken_at: "2026-11-24T06:00:00Z".into(),
            taken_on: "24 November 2026, 06:00 UTC".into(),
            clock: "system".into(),
            root: ROOT.into(),
            previous_root: None,
            sources: Vec::new(),
            resources: 0,
            kinds: Vec::new(),
        },
        evaluation: EvaluationView { root: SEED.into(), settings: ROOT.chars().rev().collect() },
        catalog: CatalogView { version: "2026.11".into(), hash: SEED.chars().rev().collect(), overrides: Vec::new(), controls: 0 },
        summary: SummaryView {
            verdicts: counts(Verdict::ALL.map(Verdict::as_str), [0; 5]),
            failures: severities([0; 5]),
            unknowns: severities([0; 5]),
            waived: 0,
            incomplete_reads: 0,
            headline: "Nothing was assessed: no source was given and no framework asked for.".into(),
        },
        frameworks: Vec::new(),
        controls: Vec::new(),
        findings: Vec::new(),
        waivers: Vec::new(),
        attestations: Vec::new(),
        ledger: Vec::new(),
        evidence: Vec::new(),
        left_out: Vec::new(),
        unread: Vec::new(),
        exclusions: Vec::new(),
        trend: Vec::new(),
        change: None,
        method: method(),
        indicators: None,
        redactions: Vec::new(),
    }
}

fn method() -> MethodView {
    let weights = |pairs: &[(&str, f64)]| pairs.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect();
    MethodView {
        severities: weights(&[("critical", 10.0), ("high", 6.0), ("medium", 3.0), ("low", 1.0), ("info", 0.5)]),
        strengths: weights(&[("strong", 1.0), ("supporting", 0.5), ("indicative", 0.0)]),
        paragraphs: vec![
            (
                "Verdicts and statuses".into(),
                "Each control is judged over every resource of its kind. A verdict is fail, unknown, manual, pass or not applicable. A control \
                 fails if any resource fails; it is unknown if any is unknown or a read it depends on was not complete.\n\nThe status of a \
                 requirement is the worse of its automated and its attested part."
                    .into(),
            ),
            (
                "Scores".into(),
                "The score of a requirement is the share of passing resources per control, weighted by severity and strength: \
                 Σ(weight × share) / Σ(weight). A framework's configuration score is the mean over requirements in scope that have a deciding \
                 control; its programme score is the mean over all requirements in scope."
                    .into(),
            ),
            (
                "Ranges".into(),
                "Every score has two ends. For the low end each unknown counts as failed, for the high end as passed. Losing access can \
                 therefore only widen a range downwards, never raise it."
                    .into(),
            ),
            (
                "Limits".into(),
                "The report reads configuration. It does not test that a control works in operation over a period, and it is no legal advice."
                    .into(),
            ),
        ],
    }
}

/// Nothing could be read: every range is as wide as it can be.
pub fn all_unknown() -> ReportView {
    let mut view = small();
    let wide = ScorePair { gross: score(0.0, 100.0), net: score(0.0, 100.0) };
    for framework in &mut view.frameworks {
        framework.configuration = wide;
        framework.programme = wide;
        framework.coverage = Some(Percent(0.0));
        framework.assessed = 0;
        framework.statuses = counts(Status::ALL.map(Status::as_str), [0, 8, 0, 0, 0, 0, 0]);
        for requirement in framework.requirements.iter_mut().filter(|requirement| requirement.in_scope) {
            requirement.status = Status::Unknown;
            requirement.automated = Some(Status::Unknown);
            requirement.score = score(0.0, 100.0);
            for edge in &mut requirement.controls {
                (edge.status, edge.fail, edge.pass, edge.unknown, edge.score) = (Verdict::Unknown, 0, 0, 1, score(0.0, 100.0));
            }
        }
    }
    for finding in &mut view.findings {
        finding.verdict = Verdict::Unknown;
        finding.observed = None;
        finding.reason = Some("the cluster could not be reached: connection refused".into());
        finding.waiver = None;
    }
    view.summary.failures = severities([0; 5]);
    view.summary.unknowns = severities([12, 16, 8, 5, 0]);
    view.summary.waived = 0;
    view.summary.headline = "Nothing could be judged: the cluster could not be reached.".into();
    view.trend.truncate(1);
    view
}

/// Names nobody would choose and every cloud allows.
pub fn hostile() -> ReportView {
    let mut view = small();
    view.organisation = Some(format!("{} & <Söhne> ({}) \u{202E}evil", "Very Long Holding Name ".repeat(14), "株式会社"));
    view.frameworks.truncate(1);
    view.trend.truncate(2);
    for (index, finding) in view.findings.iter_mut().enumerate() {
        finding.name = match index % 5 {
            0 => "n".repeat(300),
            1 => "名".repeat(300),
            2 => "إنتاج قاعدة البيانات".repeat(6),
            3 => "👩‍👩‍👧‍👦 e\u{301}q\u{323}\u{308} \u{0}\t\u{feff}".to_owned(),
            _ => "{organisation} $x$ \\( <b> %PDF endstream".to_owned(),
        };
        if index == 4 {
            finding.observed = Some("line of a very long value\n".repeat(140));
        }
        if index == 6 {
            finding.resource = format!("/subscriptions/{}", "0f8c7d6e-5b4a-3928".repeat(60));
            finding.file = None;
        }
    }
    view.waivers[0].id = "w".repeat(200);
    view
}

/// As [`small`], with `count` findings and as many reads as a large cluster needs.
pub fn large(count: u64) -> ReportView {
    let mut view = small();
    view.findings = (1..=count)
        .map(|number| {
            let index = usize::try_from(number * CONTROLS.len() as u64 / (count + 1)).unwrap_or(0);
            finding(number, CONTROLS[index].3, index, if number.is_multiple_of(4) { Verdict::Unknown } else { Verdict::Fail })
        })
        .collect();
    view.ledger = (1..=400).map(ledger).collect();
    view
}

/// One framework that only people can answer: no control, no finding, no score of configuration.
pub fn attested_only() -> ReportView {
    let mut view = small();
    view.frameworks.truncate(1);
    let framework = &mut view.frameworks[0];
    framework.configuration = ScorePair { gross: None, net: None };
    framework.programme = ScorePair { gross: score(0.0, 100.0), net: score(0.0, 100.0) };
    framework.coverage = None;
    framework.requirements.truncate(3);
    for requirement in &mut framework.requirements {
        requirement.controls.clear();
        requirement.automated = None;
        requirement.score = None;
    }
    view.controls.clear();
    view.findings.clear();
    view.waivers.clear();
    view.trend.clear();
    view.unread.clear();
    view.summary.failures = severities([0; 5]);
    view.summary.unknowns = severities([0; 5]);
    view.summary.incomplete_reads = 0;
    view.summary.waived = 0;
    view.summary.headline = "Nothing fails. Three requirements wait for people's evidence.".into();
    view
}
