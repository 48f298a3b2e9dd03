//! Views made by code, as the report tests read them: ordinary, empty, all unknown, hostile, and large.

#[path = "parts.rs"]
mod parts;

use assize::model::{Percent, Verdict};
use assize::posture::Status;
use assize::report::view::*;
use parts::{CONTROLS, FRAMEWORKS, counts, framework, interval, waiver, with_findings};

/// About forty findings, six frameworks.
pub fn ordinary() -> ReportView {
    let mut view = with_findings(CONTROLS.iter().map(|seed| (seed.5, seed.6)).collect());
    view.waivers = vec![
        waiver("node-exporter-host", "k8s-host-network", "valid", 1),
        waiver("legacy-buckets", "aws-s3-public-access", "expired", 0),
        waiver("old-job", "k8s-image-digest", "unused", 0),
    ];
    view.summary.waived = 1;
    if let Some(finding) = view.findings.iter_mut().find(|finding| finding.control == "k8s-host-network") {
        finding.waiver = Some("node-exporter-host".to_owned());
    }
    view
}

/// Nothing evaluated and nothing read.
pub fn empty() -> ReportView {
    let mut view = with_findings(vec![]);
    view.organisation = None;
    view.frameworks.clear();
    view.controls.clear();
    view.attestations.clear();
    view.exclusions.clear();
    view.ledger.clear();
    view.unread.clear();
    view.trend.clear();
    view.redactions.clear();
    view.snapshot.sources.clear();
    view.snapshot.kinds.clear();
    view.snapshot.resources = 0;
    view.summary.incomplete_reads = 0;
    view.summary.verdicts = counts(Verdict::ALL.map(Verdict::as_str));
    view.summary.headline = "Nothing was assessed: no source was configured.".to_owned();
    view
}

/// Every read was denied: nothing fails, nothing passes. All findings but the last stand for one unread thing; the ledger is longer
/// than what is printed of it.
pub fn unknown() -> ReportView {
    let mut view = with_findings(CONTROLS.iter().map(|_| (0, 1)).collect());
    view.frameworks.truncate(1);
    for framework in &mut view.frameworks {
        framework.configuration = ScorePair { gross: interval(0.0, 100.0), net: interval(0.0, 100.0) };
        framework.programme = framework.configuration;
        framework.coverage = Some(Percent(0.0));
        framework.assessed = 0;
        framework.statuses = counts(Status::ALL.map(Status::as_str));
        framework.statuses.insert("unknown".to_owned(), framework.in_scope);
        for requirement in &mut framework.requirements {
            requirement.status = Status::Unknown;
            requirement.automated = requirement.automated.map(|_| Status::Unknown);
            requirement.score = requirement.score.and(interval(0.0, 100.0));
        }
    }
    view.trend.truncate(1);
    view.attestations.clear();
    view.exclusions.clear();
    let thing = view.unread[0].clone();
    let stand_ins = view.findings.len() - 1;
    for finding in view.findings.iter_mut().take(stand_ins) {
        (finding.resource, finding.reads) = (thing.resource.clone(), vec![thing.seq]);
    }
    let read = view.ledger[0].clone();
    view.ledger.extend((1000..3000).map(|seq| LedgerView { seq, ..read.clone() }));
    view.summary.headline = "Nothing could be read, so nothing is known: every check is unknown.".to_owned();
    view
}

/// Text that tries to leave its place, in every field a user or a source can name.
pub const HOSTILE: &str =
    "</script><script>globalThis.hacked=1</script><img src=x onerror=globalThis.hacked=1>\"'><!-- \u{2028}\u{202e}{{ 7*7 }} \u{1b}[31m";

/// The ordinary view, with hostile text everywhere.
pub fn hostile() -> ReportView {
    let mut view = ordinary();
    let hostile = || HOSTILE.to_owned();
    view.organisation = Some(hostile());
    view.summary.headline = hostile();
    view.snapshot.taken_on = hostile();
    view.snapshot.kinds.push((hostile(), 1));
    for source in &mut view.snapshot.sources {
        source.name = hostile();
        source.details = vec![(hostile(), hostile())];
    }
    for control in &mut view.controls {
        control.title = hostile();
        control.expected = hostile();
        control.rationale = hostile();
        control.remediation = format!("```\n{HOSTILE}\n```");
        control.references = vec!["javascript:globalThis.hacked=1".to_owned(), hostile()];
        control.expressions = vec![hostile()];
        control.params = vec![(hostile(), hostile(), false)];
    }
    for finding in &mut view.findings {
        (finding.title, finding.source, finding.namespace, finding.name) = (hostile(), hostile(), hostile(), hostile());
        (finding.file, finding.observed, finding.reason) = (Some(hostile()), Some(hostile()), Some(hostile()));
        (finding.resource, finding.expected) = (format!("{} {HOSTILE}", finding.number), hostile());
    }
    for framework in &mut view.frameworks {
        (framework.title, framework.edition) = (hostile(), hostile());
        framework.scope = vec![(hostile(), hostile())];
        for requirement in &mut framework.requirements {
            (requirement.title, requirement.note) = (hostile(), Some(hostile()));
        }
    }
    for waiver in &mut view.waivers {
        (waiver.id, waiver.reason, waiver.resources, waiver.owner) = (hostile(), hostile(), hostile(), hostile());
    }
    for attestation in &mut view.attestations {
        (attestation.owner, attestation.file, attestation.note) = (hostile(), Some(hostile()), Some(hostile()));
    }
    for read in &mut view.ledger {
        (read.source, read.parameters, read.identity, read.error) = (hostile(), hostile(), hostile(), Some(hostile()));
    }
    for unread in &mut view.unread {
        (unread.what, unread.why, unread.next) = (hostile(), hostile(), hostile());
    }
    for exclusion in &mut view.exclusions {
        exclusion.reason = hostile();
    }
    for point in &mut view.trend {
        point.label = hostile();
    }
    view.redactions.push((hostile(), 1));
    view.method.paragraphs.push((hostile(), hostile()));
    view.catalog.overrides.push(hostile());
    view
}

/// The ordinary view, with names as long as they may be and in scripts of many kinds, one framework alone.
pub fn names() -> ReportView {
    let mut view = ordinary();
    view.frameworks.truncate(1);
    view.organisation = Some("شركة الدفع الآمن 安全支付 🛡️".to_owned());
    let long = "a-very-long-name-that-nobody-would-choose-but-kubernetes-allows.".repeat(4)[..253].to_owned();
    let names = [long.as_str(), "خدمة-الدفع", "支付服务", "платёжный-сервис", "決済サービス", "पेमेंट", "🚀-launcher-👩‍🚀", "e\u{301}tat"];
    for (finding, name) in view.findings.iter_mut().zip(names.iter().cycle()) {
        finding.name = (*name).to_owned();
        finding.file = finding.file.as_ref().map(|_| format!("deploy/{name}/{name}.yaml"));
        finding.resource = format!("{}/{}/{name}", finding.source, finding.kind);
    }
    for (control, name) in view.controls.iter_mut().zip(names.iter().cycle()) {
        control.params = vec![(format!("allowed_{name}"), names.join(", "), false)];
        control.expressions = vec![format!(
            "variables.containers.all(c, !c.?securityContext.?privileged.orValue(false) || c.name in params.allowed) && object.metadata.name != '{name}' && !object.spec.?hostNetwork.orValue(false)"
        )];
    }
    for (waiver, name) in view.waivers.iter_mut().zip(names) {
        (waiver.id, waiver.owner, waiver.resources) = (name.to_owned(), name.to_owned(), format!("*/{name}"));
    }
    for source in &mut view.snapshot.sources {
        source.details.push(("branch".to_owned(), long.clone()));
    }
    view
}

/// Copies of the controls, and chapters of each framework, in the large view: about the size of a whole catalog.
const COPIES: u64 = 45;

/// As many findings as asked for, over a catalog of real size.
pub fn large(findings: u64) -> ReportView {
    let share = findings / CONTROLS.len() as u64;
    let rest = findings - share * CONTROLS.len() as u64;
    let numbers = CONTROLS.iter().enumerate().map(|(at, _)| (share - share / 8 + if at == 0 { rest } else { 0 }, share / 8));
    let mut view = with_findings(numbers.collect());
    view.frameworks = FRAMEWORKS.iter().map(|seed| framework(seed, COPIES)).collect();
    let first = view.controls.clone();
    let copy = |copy: u64| first.iter().map(move |control| ControlView { id: format!("{}-{copy}", control.id), ..control.clone() });
    view.controls.extend((1..COPIES).flat_map(copy));
    view.controls.sort_by(|a, b| a.id.cmp(&b.id));
    // The first control keeps all of its findings: one long group.
    for finding in view.findings.iter_mut().filter(|finding| finding.control != CONTROLS[0].0) {
        let copy = finding.number % COPIES;
        if copy > 0 {
            finding.control = format!("{}-{copy}", finding.control);
        }
    }
    view
}
