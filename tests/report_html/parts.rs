//! The parts that views of the report tests are put together from.

use assize::model::{Interval, Outcome, Percent, Severity, SourceKind, Strength, Verdict};
use assize::posture::Status;
use assize::report::view::*;
use std::collections::BTreeMap;

/// Id, title, edition, and low, high of the configuration and the programme score.
pub type FrameworkSeed = (&'static str, &'static str, &'static str, [f64; 4]);

pub const FRAMEWORKS: [FrameworkSeed; 6] = [
    ("soc2", "SOC 2", "2017, revised 2022", [61.4, 78.9, 38.2, 71.0]),
    ("iso27001", "ISO/IEC 27001", "2022, Amd 1:2024", [58.0, 74.5, 22.7, 69.3]),
    ("gdpr", "GDPR", "2016/679", [70.2, 70.2, 31.0, 77.8]),
    ("hipaa", "HIPAA Security Rule", "2013", [55.1, 81.6, 29.9, 80.0]),
    ("pci-dss", "PCI DSS", "4.0.1", [49.7, 66.0, 20.3, 58.4]),
    ("security-baseline", "Security baseline", "1.0", [66.6, 83.1, 66.6, 83.1]),
];

/// Id, title, severity, area, kind, fails, unknowns, observed, expected.
pub type ControlSeed = (&'static str, &'static str, Severity, &'static str, &'static str, u64, u64, &'static str, &'static str);

#[rustfmt::skip]
pub const CONTROLS: [ControlSeed; 12] = [
    ("k8s-privileged-container", "Containers do not run privileged", Severity::Critical, "kubernetes", "Deployment", 3, 1, "container web: securityContext.privileged is true", "securityContext.privileged is absent or false on every container"),
    ("aws-iam-root-mfa", "The root user of the account has multi-factor authentication", Severity::Critical, "aws", "Account", 0, 1, "", "AccountMFAEnabled is 1"),
    ("k8s-host-network", "Pods do not share the network of their node", Severity::High, "kubernetes", "DaemonSet", 4, 1, "spec.hostNetwork is true", "spec.hostNetwork is absent or false"),
    ("k8s-run-as-root", "Containers do not run as root", Severity::High, "kubernetes", "Deployment", 9, 0, "container api: runAsNonRoot is absent, runAsUser is absent", "runAsNonRoot is true, or runAsUser is not 0"),
    ("aws-s3-public-access", "Buckets block public access", Severity::High, "aws", "Bucket", 2, 2, "BlockPublicPolicy is false", "all four settings of the public access block are true"),
    ("repo-branch-protection", "The default branch asks for a review before a merge", Severity::High, "github", "Repository", 1, 0, "required_approving_review_count is 0", "at least one approving review"),
    ("k8s-resource-limits", "Containers have a memory limit", Severity::Medium, "kubernetes", "Deployment", 8, 0, "container worker: resources.limits.memory is absent", "resources.limits.memory is set on every container"),
    ("k8s-network-policy", "Every pod is selected by a network policy", Severity::Medium, "kubernetes", "StatefulSet", 4, 2, "no NetworkPolicy selects it", "at least one NetworkPolicy selects the pod for ingress"),
    ("repo-lockfile", "Dependencies are pinned by a lock file", Severity::Low, "repository", "Package", 2, 0, "package.json without a lock file beside it", "a lock file beside every manifest"),
    ("k8s-image-digest", "Images are named by digest", Severity::Info, "kubernetes", "CronJob", 1, 0, "container job: image acme/job:latest", "image ends in @sha256:..."),
    ("k8s-automount-token", "Service account tokens are mounted only where they are used", Severity::Medium, "kubernetes", "Pod", 0, 0, "", "automountServiceAccountToken is false"),
    ("aws-kms-rotation", "Customer keys rotate", Severity::Low, "aws", "Key", 0, 0, "", "KeyRotationEnabled is true"),
];

const NAMES: [&str; 9] = ["web", "api", "worker", "checkout", "ledger-sync", "node-exporter", "search", "mailer", "postgres"];

pub fn interval(low: f64, high: f64) -> Option<Interval> {
    Some(Interval { low: Percent(low), high: Percent(high) })
}

pub fn counts<const N: usize>(keys: [&str; N]) -> BTreeMap<String, u64> {
    keys.into_iter().map(|key| (key.to_owned(), 0)).collect()
}

fn pick<T: Copy>(of: &[T], at: u64) -> T {
    of[usize::try_from(at).unwrap() % of.len()]
}

/// The common part; one pair of failing and unknown resources for each control.
pub fn with_findings(numbers: Vec<(u64, u64)>) -> ReportView {
    let controls: Vec<ControlView> =
        CONTROLS.iter().enumerate().map(|(at, seed)| control(seed, numbers.get(at).copied().unwrap_or((0, 0)))).collect();
    let findings = findings(&numbers);
    let mut summary = SummaryView {
        verdicts: counts(Verdict::ALL.map(Verdict::as_str)),
        failures: counts(Severity::ALL.map(Severity::as_str)),
        unknowns: counts(Severity::ALL.map(Severity::as_str)),
        waived: 0,
        incomplete_reads: 3,
        headline: "Three containers run privileged and nobody could tell whether the root user has a second factor. Of 183 requirements in scope, 41 are proved."
            .to_owned(),
    };
    summary.verdicts.insert("pass".to_owned(), controls.iter().map(|control| control.pass).sum());
    for finding in &findings {
        let by_severity = if finding.verdict == Verdict::Fail { &mut summary.failures } else { &mut summary.unknowns };
        *by_severity.entry(finding.severity.as_str().to_owned()).or_default() += 1;
        *summary.verdicts.entry(finding.verdict.as_str().to_owned()).or_default() += 1;
    }
    ReportView {
        organisation: Some("Acme Payments Ltd".to_owned()),
        tool: "Assize 0.1.0".to_owned(),
        snapshot: snapshot(),
        evaluation: EvaluationView { root: "5e".repeat(32), settings: "77".repeat(32) },
        catalog: CatalogView { version: "2026.11".to_owned(), hash: "c4".repeat(32), overrides: vec![], controls: controls.len() as u64 },
        summary,
        frameworks: FRAMEWORKS.iter().map(|seed| framework(seed, 4)).collect(),
        controls,
        findings,
        waivers: vec![],
        attestations: attestations(),
        ledger: (1..=260).map(read).collect(),
        evidence: vec![],
        left_out: vec![],
        unread: unread(),
        exclusions: vec![ExclusionView {
            framework: "PCI DSS".to_owned(),
            requirement: "12.4.1".to_owned(),
            title: "Executive responsibility is assigned".to_owned(),
            reason: "service_provider = false".to_owned(),
        }],
        trend: (0..9).map(trend_point).collect(),
        change: None,
        method: method(),
        indicators: None,
        redactions: vec![("credential".to_owned(), 14), ("private key".to_owned(), 2), ("token".to_owned(), 1_204)],
    }
}

fn snapshot() -> SnapshotView {
    let source = |kind, name: &str, details: &[(&str, &str)], resources, reads, incomplete| SourceView {
        kind,
        name: name.to_owned(),
        details: details.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect(),
        resources,
        reads,
        incomplete,
    };
    SnapshotView {
        id: 12,
        taken_at: "2026-11-24T06:00:00Z".to_owned(),
        taken_on: "24 November 2026, 06:00 UTC".to_owned(),
        clock: "system".to_owned(),
        root: "9f3c1a7be2d45c60".repeat(4),
        previous_root: Some("0b7e4d12a96f83c5".repeat(4)),
        sources: vec![
            source(SourceKind::Repository, "shop", &[("commit", "4f2a9c1"), ("branch", "main"), ("dirty", "no")], 214, 214, 1),
            source(SourceKind::Kubernetes, "production", &[("version", "1.34.2")], 3_120, 42, 1),
            source(SourceKind::Aws, "1234-eu-central-1", &[("account", "123456789012"), ("region", "eu-central-1")], 877, 96, 1),
            source(SourceKind::Github, "acme", &[], 0, 4, 0),
        ],
        resources: 4_211,
        kinds: vec![("Deployment.apps".to_owned(), 41), ("Pod".to_owned(), 2_040), ("Bucket.aws".to_owned(), 19)],
    }
}

fn control(seed: &ControlSeed, (fail, unknown): (u64, u64)) -> ControlView {
    let (id, title, severity, source, kind, .., expected) = *seed;
    let pass = if id == "aws-kms-rotation" { 0 } else { 12 };
    ControlView {
        id: id.to_owned(),
        title: title.to_owned(),
        severity,
        source: source.to_owned(),
        area: "workloads".to_owned(),
        kinds: vec![kind.to_owned()],
        status: match (fail, unknown, pass) {
            (1.., ..) => Verdict::Fail,
            (0, 1.., _) => Verdict::Unknown,
            (0, 0, 0) => Verdict::NotApplicable,
            _ => Verdict::Pass,
        },
        fail,
        unknown,
        manual: 0,
        pass,
        not_applicable: 3,
        waived: u64::from(id == "k8s-host-network" && fail == 4),
        expected: expected.to_owned(),
        rationale: "A process that breaks out of such a container is root on the node, and with that holds every other workload there.".to_owned(),
        remediation: "Set `securityContext.privileged` to `false`, or remove it:\n\n```yaml\nsecurityContext:\n  privileged: false\n```\n\nIf the container needs one capability, grant that one under `capabilities.add`.".to_owned(),
        references: vec!["https://kubernetes.io/docs/concepts/security/pod-security-standards/".to_owned()],
        expressions: vec!["variables.containers.all(c, !c.?securityContext.?privileged.orValue(false))".to_owned()],
        params: vec![("allowed".to_owned(), "[]".to_owned(), true)],
        requirements: FRAMEWORKS.iter().flat_map(|f| (1..=3).map(move |n| (f.0.to_owned(), format!("{n}.1"), Strength::Strong))).collect(),
    }
}

fn findings(numbers: &[(u64, u64)]) -> Vec<FindingView> {
    let mut findings = Vec::new();
    for severity in Severity::ALL {
        for verdict in [Verdict::Fail, Verdict::Unknown] {
            for (seed, (fail, unknown)) in CONTROLS.iter().zip(numbers).filter(|(seed, _)| seed.2 == severity) {
                let wanted = if verdict == Verdict::Fail { *fail } else { *unknown };
                findings.extend((0..wanted).map(|at| (seed, verdict, at)));
            }
        }
    }
    findings.into_iter().zip(1..).map(|((seed, verdict, at), number)| finding(seed, verdict, at, number)).collect()
}

fn finding(seed: &ControlSeed, verdict: Verdict, at: u64, number: u64) -> FindingView {
    let (control, title, severity, area, kind, _, _, observed, expected) = *seed;
    let declared = area == "kubernetes" && at % 3 != 2;
    let source = if declared { "shop" } else { pick(&["production", "1234-eu-central-1"], at) };
    let namespace = if area == "kubernetes" { pick(&["shop", "payments", "monitoring"], at) } else { "" };
    let name = if at < 9 { pick(&NAMES, at).to_owned() } else { format!("{}-{at}", pick(&NAMES, at)) };
    let file = declared.then(|| format!("deploy/{namespace}/{name}.yaml"));
    FindingView {
        number,
        fingerprint: format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        control: control.to_owned(),
        title: title.to_owned(),
        severity,
        verdict,
        source: source.to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        resource: format!("{source}/apps/{kind}/{namespace}/{name}{}", file.as_deref().map_or(String::new(), |f| format!("#{f}:14"))),
        name,
        line: file.is_some().then_some(14),
        file,
        observed: (verdict == Verdict::Fail).then(|| observed.to_owned()),
        expected: expected.to_owned(),
        reason: (verdict == Verdict::Unknown).then(|| "list pods was denied for the namespace (403 Forbidden)".to_owned()),
        first_seen: Some("2026-06-01".to_owned()),
        last_seen: None,
        reopened: Vec::new(),
        waiver: None,
        reads: vec![1 + i64::try_from(at % 250).unwrap(), 258],
    }
}

pub fn framework(seed: &FrameworkSeed, chapters: u64) -> FrameworkView {
    let (id, title, edition, [low, high, programme_low, programme_high]) = *seed;
    let net = if id == "soc2" { interval(low + 2.0, high + 2.0) } else { interval(low, high) };
    let requirements: Vec<RequirementView> = (1..=chapters).flat_map(requirements).collect();
    let mut statuses = counts(Status::ALL.map(Status::as_str));
    for requirement in requirements.iter().filter(|requirement| requirement.in_scope) {
        *statuses.entry(requirement.status.as_str().to_owned()).or_default() += 1;
    }
    let in_scope = statuses.values().sum();
    FrameworkView {
        id: id.to_owned(),
        title: title.to_owned(),
        edition: edition.to_owned(),
        configuration: ScorePair { gross: interval(low, high), net },
        programme: ScorePair { gross: interval(programme_low, programme_high), net: interval(programme_low, programme_high) },
        coverage: Some(Percent(67.8)),
        assessed: in_scope * 2 / 3,
        in_scope,
        statuses,
        scope: if id == "soc2" { vec![("Categories".to_owned(), "security, availability".to_owned())] } else { vec![] },
        requirements,
    }
}

/// One chapter: a heading and its requirements.
fn requirements(chapter: u64) -> Vec<RequirementView> {
    let titles = [
        "Access to systems is granted by role and reviewed",
        "Data is encrypted where it is stored and while it travels",
        "Workloads are kept apart from each other and from their node",
        "Changes are reviewed before they reach production",
        "Incidents are detected, recorded and answered in time",
        "Suppliers are assessed before they are relied on",
        "General rule that the others implement",
    ];
    let heading = RequirementView {
        level: "group".to_owned(),
        status: Status::Fail,
        ..requirement(&chapter.to_string(), pick(&["Access", "Protection of data", "Operations", "Governance"], chapter - 1), None)
    };
    let mut list = vec![heading];
    for (title, at) in titles.into_iter().zip(1..) {
        let mut row = requirement(&format!("{chapter}.{at}"), title, Some(chapter.to_string()));
        let status = pick(&Status::ALL, at - 1);
        row.status = status;
        if at == 7 {
            (row.level, row.in_scope) = ("context".to_owned(), false);
        } else if status == Status::NotAssessed {
            row.note = Some("service providers only".to_owned());
        } else {
            row.automated = Some(if status == Status::Manual { Status::Pass } else { status });
            row.score = interval([0.0, 20.5, 50.0, 100.0, 0.0, 100.0][usize::try_from(at - 1).unwrap()], 100.0);
            row.controls = edges(at);
            if at % 2 == 0 {
                row.attested = Some(Status::Manual);
                row.attestations = vec![topic()];
            }
        }
        list.push(row);
    }
    list
}

fn requirement(id: &str, title: &str, parent: Option<String>) -> RequirementView {
    RequirementView {
        id: id.to_owned(),
        title: title.to_owned(),
        depth: u64::from(parent.is_some()),
        parent,
        level: "requirement".to_owned(),
        evidence: "partial".to_owned(),
        note: None,
        in_scope: true,
        excluded: None,
        status: Status::NotAssessed,
        automated: None,
        attested: None,
        score: None,
        controls: vec![],
        attestations: vec![],
    }
}

fn edges(at: u64) -> Vec<EdgeView> {
    let edge = |seed: &ControlSeed, strength, group: Option<&str>| EdgeView {
        control: seed.0.to_owned(),
        title: seed.1.to_owned(),
        strength,
        why: "shows directly whether the workload can leave its box".to_owned(),
        group: group.map(str::to_owned),
        status: if seed.5 > 0 { Verdict::Fail } else { Verdict::Pass },
        score: interval(60.0, 80.0),
        fail: seed.5,
        unknown: seed.6,
        pass: 12,
    };
    let first = usize::try_from(at).unwrap();
    vec![
        edge(&CONTROLS[first], Strength::Strong, None),
        edge(&CONTROLS[first + 1], Strength::Supporting, Some("limits")),
        edge(&CONTROLS[first + 2], Strength::Indicative, None),
    ]
}

fn topic() -> TopicView {
    TopicView {
        topic: "access-review".to_owned(),
        description: "Record of the last review of access rights".to_owned(),
        valid_days: 90,
        status: Status::Manual,
        evidence: None,
    }
}

pub fn waiver(id: &str, control: &str, state: &str, matches: u64) -> WaiverView {
    WaiverView {
        id: id.to_owned(),
        control: control.to_owned(),
        resources: "monitoring/*".to_owned(),
        owner: "platform@acme.example".to_owned(),
        approver: "ciso@acme.example".to_owned(),
        reason: "The exporter reads counters of the node; the namespace is closed to users and reviewed each quarter.".to_owned(),
        expires: "2027-02-28".to_owned(),
        matches,
        state: state.to_owned(),
    }
}

fn attestations() -> Vec<AttestationView> {
    let attestation = |topic: &str, description: &str, file: Option<&str>, state: &str| AttestationView {
        topic: topic.to_owned(),
        description: description.to_owned(),
        owner: "Dana Ortiz".to_owned(),
        performed_at: "2026-09-14".to_owned(),
        valid_until: None,
        file: file.map(str::to_owned),
        hash: file.map(|_| "ab12".repeat(16)),
        note: Some("All 214 accounts reviewed; 9 removed.".to_owned()),
        state: state.to_owned(),
    };
    vec![
        attestation("access-review", "Record of the last review of access rights", Some("evidence/access-review.pdf"), "valid"),
        attestation("restore-test", "Report of the last restore from backup", Some("evidence/restore.pdf"), "expired"),
        attestation("awareness-training", "List of people trained this year", None, "unused"),
    ]
}

fn read(seq: i64) -> LedgerView {
    let (outcome, error) = match seq {
        258 => (Outcome::Denied, Some("403 Forbidden: pods is forbidden for user scanner")),
        259 => (Outcome::Failed, Some("found a tab where indentation was expected")),
        260 => (Outcome::Throttled, Some("ThrottlingException after 6 tries")),
        _ => (Outcome::Complete, None),
    };
    let file = seq < 200 || seq == 259;
    LedgerView {
        seq,
        source: if file { "shop" } else { "production" }.to_owned(),
        operation: if file { "read file" } else { "list pods" }.to_owned(),
        parameters: if file { String::new() } else { "namespace=payments limit=500".to_owned() },
        identity: "scanner".to_owned(),
        started_at: "2026-11-24T06:00:00Z".to_owned(),
        ended_at: "2026-11-24T06:00:01Z".to_owned(),
        pages: 1,
        items: u64::from(error.is_none()),
        outcome,
        error: error.map(str::to_owned),
        file: file.then(|| format!("deploy/part-{seq}.yaml")),
        line: (seq == 259).then_some(14),
    }
}

fn unread() -> Vec<UnreadView> {
    let entry = |seq, source: &str, what: &str, why: &str, leaves_open: &str, next: &str| UnreadView {
        seq,
        resource: format!("{source}/unread/{seq}"),
        source: source.to_owned(),
        what: what.to_owned(),
        why: why.to_owned(),
        leaves_open: leaves_open.to_owned(),
        next: next.to_owned(),
    };
    vec![
        entry(
            258,
            "production",
            "Pods of namespace payments",
            "denied: 403 Forbidden",
            "44 controls cannot be proved for this namespace.",
            "Apply the role that assize permissions kubernetes prints.",
        ),
        entry(
            259,
            "shop",
            "deploy/part-259.yaml:14",
            "not YAML: found a tab where indentation was expected",
            "Up to 2 manifests, for 31 controls.",
            "Mend the file, or exclude it with a reason.",
        ),
        entry(
            260,
            "1234-eu-central-1",
            "Account summary",
            "throttled after 6 tries",
            "1 control: the second factor of the root user.",
            "Run again outside of the nightly window.",
        ),
    ]
}

fn trend_point(at: i64) -> TrendPoint {
    let step = at as f64;
    let scores = FRAMEWORKS.iter().map(|(id, _, _, [low, high, p_low, p_high])| {
        let back = (8.0 - step) * 2.5;
        let score = |low: f64, high: f64| interval((low - back).max(0.0), (high - back * 0.4).max(0.0));
        ((*id).to_owned(), TrendScore { configuration: score(*low, *high), programme: if at < 3 { None } else { score(*p_low, *p_high) } })
    });
    TrendPoint {
        snapshot: 4 + at,
        taken_at: format!("2026-11-{:02}T06:00:00Z", 16 + at),
        label: format!("{} Nov", 16 + at),
        scores: scores.collect(),
        fail: u64::try_from(60 - 3 * at).unwrap(),
        unknown: 9,
    }
}

fn method() -> MethodView {
    let paragraph = |title: &str, text: &str| (title.to_owned(), text.to_owned());
    MethodView {
        severities: vec![
            ("critical".to_owned(), 10.0),
            ("high".to_owned(), 6.0),
            ("medium".to_owned(), 3.0),
            ("low".to_owned(), 1.0),
            ("info".to_owned(), 0.5),
        ],
        strengths: vec![("strong".to_owned(), 1.0), ("supporting".to_owned(), 0.5), ("indicative".to_owned(), 0.0)],
        paragraphs: vec![
            paragraph(
                "Status",
                "A requirement fails when a strong control fails for any resource, and is unknown when a strong control could not be decided.",
            ),
            paragraph(
                "Intervals",
                "The low end counts every unknown as failing, the high end as passing. The low end is the headline: it is what was proved.",
            ),
        ],
    }
}
