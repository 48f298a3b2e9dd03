//! A report with something in every chapter.

use super::{ROOT, SEED, counts, empty, score, severities};
use assize::model::{Outcome, Percent, Severity, SourceKind, Strength, Verdict};
use assize::posture::Status;
use assize::posture::change::{Delta, FrameworkChange, Parts, ScoreChange};
use assize::posture::indicators::{Ages, MeanTime, ScheduleKept};
use assize::report::view::*;

pub(super) const CONTROLS: [(&str, &str, Severity, &str); 12] = [
    ("k8s-privileged-container", "Containers do not run privileged", Severity::Critical, "Deployment"),
    ("k8s-host-network", "Pods do not share the network of their node", Severity::High, "Deployment"),
    ("k8s-run-as-non-root", "Containers run as a user other than root", Severity::High, "StatefulSet"),
    ("k8s-image-digest", "Images are named by digest", Severity::Medium, "Deployment"),
    ("k8s-network-policy", "Every namespace denies ingress unless a policy allows it", Severity::High, "Namespace"),
    ("k8s-resource-limits", "Containers declare memory limits", Severity::Low, "Deployment"),
    ("k8s-rbac-wildcard", "Roles grant no wildcard verbs or resources", Severity::Critical, "ClusterRole"),
    ("aws-s3-public-access", "Buckets block public access", Severity::Critical, "Bucket"),
    ("aws-kms-rotation", "Customer keys are rotated every year", Severity::Medium, "Key"),
    ("repo-branch-protection", "Changes to the default branch need a review by somebody else than their author", Severity::High, "Branch"),
    ("repo-secret-in-history", "No credentials stand in the repository", Severity::Critical, "File"),
    ("k8s-audit-log", "The API server keeps an audit log for the retention time that is required", Severity::Medium, "APIServer"),
];

fn control(index: usize, (id, title, severity, kind): (&str, &str, Severity, &str)) -> ControlView {
    let (source, area) = id.split_once('-').unwrap_or((id, "general"));
    ControlView {
        id: id.into(),
        title: title.into(),
        severity,
        source: match source {
            "k8s" => "kubernetes",
            "repo" => "repository",
            other => other,
        }
        .into(),
        area: area.into(),
        kinds: vec![format!("{kind}.apps"), "Pod".into()],
        status: if index.is_multiple_of(3) { Verdict::Fail } else { Verdict::Unknown },
        fail: 3,
        unknown: 2,
        manual: 0,
        pass: 40 + index as u64,
        not_applicable: 4,
        waived: u64::from(index == 0),
        expected: format!("{title}, in every container of every pod, including init containers."),
        rationale: "Whoever breaks out of such a container holds the node, and with it every secret that the node may read.".into(),
        remediation: "Remove `privileged: true` from the security context. Where a driver needs more rights, name the single capability."
            .into(),
        references: vec!["https://kubernetes.io/docs/concepts/security/pod-security-standards/".into()],
        expressions: vec![
            "object.spec.template.spec.containers.all(c,\n  !has(c.securityContext) ||\n  !has(c.securityContext.privileged) ||\n  \
             c.securityContext.privileged == false)"
                .into(),
        ],
        params: if index.is_multiple_of(2) {
            vec![("retention_days".into(), "365".into(), true), ("allowed".into(), "[\"kube-system\"]".into(), false)]
        } else {
            Vec::new()
        },
        requirements: vec![
            ("pci-dss".into(), format!("{}.{}", index % 4 + 1, index % 3 + 1), Strength::Strong),
            ("soc2".into(), format!("{}.{}", index % 4 + 1, index % 3 + 1), Strength::Supporting),
        ],
    }
}

pub(super) fn finding(number: u64, kind: &str, index: usize, verdict: Verdict) -> FindingView {
    let (id, title, severity, _) = CONTROLS[index % CONTROLS.len()];
    let name = match number % 7 {
        0 => "payments-api".to_owned(),
        1 => format!("web-{number}"),
        2 => "北京生产数据库".to_owned(),
        3 => "مخزن-السجلات".to_owned(),
        4 => format!("batch-{}", "very-long-name-".repeat(6)),
        5 => "Zürich-Ёлка-λ".to_owned(),
        _ => String::new(),
    };
    let file = number
        .is_multiple_of(2)
        .then(|| format!("deploy/production/eu-central-1/{}/deployment.yaml", "overlays/".repeat(number as usize % 5)));
    FindingView {
        number,
        fingerprint: format!("{number:016x}"),
        control: id.into(),
        title: title.into(),
        severity,
        verdict,
        source: if number.is_multiple_of(2) { "platform" } else { "prod-eu" }.into(),
        kind: kind.into(),
        namespace: if number.is_multiple_of(3) { String::new() } else { "shop".into() },
        name,
        resource: format!(
            "arn:aws:eks:eu-central-1:123456789012:cluster/prod-eu/{kind}/shop/{number}/0f8c7d6e-5b4a-3928-1716-05f4e3d2c1b0"
        ),
        line: file.is_some().then_some(u32::try_from(number).unwrap_or(1)),
        file,
        observed: (verdict == Verdict::Fail).then(|| "container `app`: securityContext.privileged is true".to_owned()),
        expected: format!("{title}, in every container of every pod, including init containers."),
        reason: (verdict == Verdict::Unknown).then(|| "the list of pods was denied: the role lacks `list` on pods".to_owned()),
        first_seen: (!number.is_multiple_of(5)).then(|| "2026-06-01".to_owned()),
        last_seen: None,
        reopened: Vec::new(),
        waiver: (number == 1).then(|| "W-1".to_owned()),
        reads: vec![1, 3],
    }
}

fn requirement(id: &str, title: &str, depth: u64, parent: Option<&str>) -> RequirementView {
    RequirementView {
        id: id.into(),
        title: title.into(),
        parent: parent.map(str::to_owned),
        depth,
        level: if depth == 0 { "group" } else { "requirement" }.into(),
        evidence: if depth == 0 { "manual" } else { "partial" }.into(),
        note: None,
        in_scope: depth > 0,
        excluded: None,
        status: Status::NotAssessed,
        automated: None,
        attested: None,
        score: None,
        controls: Vec::new(),
        attestations: Vec::new(),
    }
}

fn framework(id: &str, title: &str, edition: &str, shift: usize) -> FrameworkView {
    let mut requirements = Vec::new();
    for group in 1..=4_usize {
        let parent = group.to_string();
        let mut head = requirement(&parent, ["Access", "Network and boundary", "Change", "Logging and response"][group - 1], 0, None);
        head.status = Status::ALL[(group + shift) % 4];
        requirements.push(head);
        for member in 1..=3_usize {
            let place = group * 3 + member + shift;
            let status = Status::ALL[place % Status::ALL.len()];
            let mut made =
                requirement(&format!("{group}.{member}"), "Access to systems is limited to what a person's duties need", 1, Some(&parent));
            made.status = status;
            if place.is_multiple_of(5) {
                made.in_scope = false;
                made.excluded = Some("The organisation is no service provider.".into());
                requirements.push(made);
                continue;
            }
            if status != Status::NotAssessed {
                made.automated = Some(status);
                made.score = score(40.0 + place as f64, 60.0 + place as f64);
                made.controls = (0..=place % 3)
                    .map(|offset| {
                        let (control, title, ..) = CONTROLS[(place + offset) % CONTROLS.len()];
                        EdgeView {
                            control: control.into(),
                            title: title.into(),
                            strength: [Strength::Strong, Strength::Supporting, Strength::Indicative][offset],
                            why: "A container that holds the node can reach every account on it.".into(),
                            group: (offset == 2).then(|| "boundary".to_owned()),
                            status: Verdict::ALL[(place + offset) % 5],
                            score: score(75.5, 88.0),
                            fail: place as u64 % 4,
                            unknown: 2,
                            pass: 40,
                        }
                    })
                    .collect();
            }
            if member == 2 {
                made.attested = Some(Status::Manual);
                made.note = Some("Service providers only, every six months.".into());
                made.attestations = vec![TopicView {
                    topic: "access-review".into(),
                    description: "Review of who has access to what".into(),
                    valid_days: 180,
                    status: Status::Manual,
                    evidence: None,
                }];
            }
            requirements.push(made);
        }
    }
    let low = 60.0 + shift as f64 * 3.1;
    FrameworkView {
        id: id.into(),
        title: title.into(),
        edition: edition.into(),
        configuration: ScorePair { gross: score(low, low + 12.7), net: score(low + 2.0, low + 12.7) },
        programme: ScorePair { gross: score(low / 2.0, low), net: score(low / 2.0, low) },
        coverage: Some(Percent(62.5)),
        assessed: 5,
        in_scope: 8,
        statuses: counts(Status::ALL.map(Status::as_str), [2, 2, 1, 1, 1, 3, 0]),
        scope: vec![("Categories".into(), "security, availability".into())],
        requirements,
    }
}

pub(super) fn ledger(seq: i64) -> LedgerView {
    let broken = seq % 6 == 2;
    LedgerView {
        seq,
        source: if seq % 2 == 0 { "platform" } else { "prod-eu" }.into(),
        operation: if seq % 2 == 0 { "read file" } else { "list deployments.apps" }.into(),
        parameters: if seq % 2 == 0 { "path=charts/web/values.yaml".into() } else { "limit=500, resourceVersion=0".into() },
        identity: "system:serviceaccount:assize:reader".into(),
        started_at: "2026-11-24T05:59:01Z".into(),
        ended_at: "2026-11-24T05:59:03Z".into(),
        pages: 2,
        items: if broken { 0 } else { 1_204 },
        outcome: if broken { Outcome::Failed } else { Outcome::Complete },
        error: broken.then(|| "mapping values are not allowed in this context".to_owned()),
        file: broken.then(|| "deploy/bad.yaml".to_owned()),
        line: broken.then_some(14),
    }
}

pub(super) fn evidence(number: u64) -> EvidenceView {
    let finding = finding(number, "Deployment", 0, Verdict::Pass);
    EvidenceView {
        source: finding.source,
        display: format!("Deployment shop/{}", finding.name),
        resource: finding.resource,
        place: finding.file.map(|file| format!("{file}:{number}")),
        read: 1 + i64::try_from(number % 34).unwrap(),
        hash: format!("{number:064x}"),
    }
}

/// Every cause once, and a score that only one end of the change has.
fn change(frameworks: &[FrameworkView]) -> ChangeView {
    let delta = |low: i64, high: i64| Delta { low, high };
    let score = |after, parts: Option<Parts>| ScoreChange { before: score(41.2, 74.0), after, parts };
    let parts = Parts {
        configuration: delta(37, -4),
        catalog: Some(delta(-11, 0)),
        scope: delta(0, 0),
        access: delta(-120, 38),
        waivers: delta(0, 0),
        attestations: delta(5, 5),
    };
    let changed = frameworks.iter().enumerate().map(|(index, framework)| {
        let catalog = parts.catalog.filter(|_| index != 2);
        let made = score(framework.configuration.gross, (index != 3).then_some(Parts { catalog, ..parts }));
        let still = score(framework.programme.gross, Some(Parts { catalog: Some(delta(0, 0)), ..Parts::default() }));
        FrameworkChange { framework: framework.id.clone(), configuration: [made; 2], programme: [still; 2] }
    });
    ChangeView {
        snapshot: 11,
        taken_at: "2026-10-24T06:00:00Z".into(),
        frameworks: changed.collect(),
        notes: vec!["The catalog of the snapshot before is not stored here.".into()],
    }
}

fn indicators(frameworks: &[FrameworkView]) -> Indicators {
    let by_severity = |made: fn(u64) -> MeanTime| {
        let all = Severity::ALL.iter().zip(0..);
        all.map(|(severity, index)| (severity.as_str().to_owned(), made(index))).collect::<std::collections::BTreeMap<_, _>>()
    };
    let day = 86_400;
    Indicators {
        from: "2026-08-26T06:00:00Z".into(),
        until: "2026-11-24T06:00:00Z".into(),
        open: Severity::ALL
            .iter()
            .zip(1..)
            .map(|(severity, number)| (severity.as_str().to_owned(), Ages { days_0_7: number, days_8_30: 0, days_31_90: 3, days_91: 12 }))
            .collect(),
        time_to_detect: by_severity(|index| MeanTime {
            findings: 4 - index,
            unknown: index,
            at_least: (index < 4).then_some(0),
            at_most: (index < 4).then_some(30 * 86_400),
        }),
        time_to_resolve: by_severity(|index| MeanTime {
            findings: index,
            unknown: 0,
            at_least: (index > 0).then_some(12 * 86_400),
            at_most: (index > 0).then_some(31 * 86_400),
        }),
        coverage: frameworks.iter().map(|framework| (framework.id.clone(), framework.coverage)).collect(),
        schedule: ScheduleKept { expected: 12, made: 9, kept: Some(Percent(75.0)) },
        schedule_basis: format!("One scan every {} days, as the configuration says.", 7 * day / day),
        expired_waivers: 1,
        expired_attestations: 1,
        formulas: vec![("open".into(), "Failing findings, waived ones too, not yet seen gone. Age: whole days from the first scan that saw the finding to the newest scan.".into())],
    }
}

/// Six frameworks, some forty findings, something in every chapter.
pub fn small() -> ReportView {
    let mut view = empty();
    view.organisation = Some("Acme Payments GmbH".into());
    view.snapshot.id = 12;
    view.snapshot.previous_root = Some(SEED.into());
    view.snapshot.resources = 1_204;
    view.snapshot.kinds = [("ClusterRole.rbac.authorization.k8s.io", 44), ("Deployment.apps", 310), ("Namespace", 18), ("Pod", 832)]
        .map(|(kind, count)| (kind.to_owned(), count))
        .to_vec();
    view.snapshot.sources = vec![
        SourceView {
            kind: SourceKind::Repository,
            name: "platform".into(),
            details: vec![
                ("commit".into(), "4be1f0a9c2d3e4f5061728394a5b6c7d8e9f0a1b".into()),
                ("branch".into(), "main".into()),
                ("dirty".into(), "no".into()),
            ],
            resources: 372,
            reads: 20,
            incomplete: 2,
        },
        SourceView {
            kind: SourceKind::Kubernetes,
            name: "prod-eu".into(),
            details: vec![("version".into(), "v1.33.2".into()), ("distribution".into(), "EKS".into())],
            resources: 832,
            reads: 14,
            incomplete: 1,
        },
    ];
    view.catalog.controls = CONTROLS.len() as u64;
    view.catalog.overrides = vec!["k8s-image-digest: severity raised from low to medium by catalog/acme.toml.".into()];
    view.controls = CONTROLS.iter().enumerate().map(|(index, made)| control(index, *made)).collect();
    view.frameworks = [
        ("soc2", "SOC 2", "2017 (2022 points of focus)"),
        ("iso27001", "ISO/IEC 27001", "2022"),
        ("gdpr", "GDPR", "2016/679"),
        ("hipaa", "HIPAA Security Rule", "2013"),
        ("pci-dss", "PCI DSS", "4.0.1"),
        ("security-baseline", "Security baseline", "Acme 3"),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (id, title, edition))| framework(id, title, edition, index))
    .collect();
    view.findings = (1..=41_u64)
        .map(|number| {
            let index = (number as usize - 1) / 4;
            let verdict = if number.is_multiple_of(4) { Verdict::Unknown } else { Verdict::Fail };
            finding(number, CONTROLS[index % CONTROLS.len()].3, index, verdict)
        })
        .collect();
    view.summary = SummaryView {
        verdicts: counts(Verdict::ALL.map(Verdict::as_str), [31, 10, 2, 1_112, 203]),
        failures: severities([9, 12, 6, 4, 0]),
        unknowns: severities([3, 4, 2, 1, 0]),
        waived: 1,
        incomplete_reads: 3,
        headline: "31 resources fail and 10 could not be judged. The worst are four privileged containers in shop and a role that grants \
                   everything; two Helm charts could not be read, so 44 controls stay open for them."
            .into(),
    };
    view.waivers = vec![
        WaiverView {
            id: "W-1".into(),
            control: "k8s-privileged-container".into(),
            resources: "prod-eu/*/kube-system/*".into(),
            owner: "Platform team".into(),
            approver: "M. Keller, CISO".into(),
            reason: "The storage driver needs the device; the vendor's fix is due in January.".into(),
            expires: "2027-01-31".into(),
            matches: 1,
            state: "valid".into(),
        },
        WaiverView {
            id: "W-2".into(),
            control: "k8s-retired-control".into(),
            resources: "*".into(),
            owner: "Platform team".into(),
            approver: "M. Keller, CISO".into(),
            reason: "Accepted during the migration.".into(),
            expires: "2026-03-31".into(),
            matches: 0,
            state: "expired".into(),
        },
    ];
    view.attestations = vec![AttestationView {
        topic: "access-review".into(),
        description: "Review of who has access to what".into(),
        owner: "Security office".into(),
        performed_at: "2026-02-03".into(),
        valid_until: Some("2026-08-03".into()),
        file: Some("evidence/access-review-2026-02.pdf".into()),
        hash: Some(ROOT.into()),
        note: Some("Covers production only.".into()),
        state: "expired".into(),
    }];
    view.ledger = (1..=34).map(ledger).collect();
    view.left_out = vec![("nis2".into(), "NIS 2".into())];
    view.evidence = (1..=60_u64).map(evidence).collect();
    view.change = Some(change(&view.frameworks));
    view.indicators = Some(indicators(&view.frameworks));
    view.unread = vec![
        UnreadView {
            seq: 2,
            resource: "platform/unread/render-chart@charts/web".into(),
            source: "platform".into(),
            what: "charts/web: Helm chart".into(),
            why: "Charts are not rendered unless asked for.".into(),
            leaves_open: "44 controls cannot be proved for this source".into(),
            next: "Run with --render, or commit the rendered manifests.".into(),
        },
        UnreadView {
            seq: 8,
            resource: "platform/unread/read-file@deploy/bad.yaml:14".into(),
            source: "platform".into(),
            what: "deploy/bad.yaml:14".into(),
            why: "mapping values are not allowed in this context".into(),
            leaves_open: "At most 2 resources stay unjudged".into(),
            next: "Mend the file.".into(),
        },
    ];
    view.exclusions = vec![ExclusionView {
        framework: "pci-dss".into(),
        requirement: "1.1".into(),
        title: "Access to systems is limited".into(),
        reason: "The organisation is no service provider.".into(),
    }];
    view.trend = (0..9_u8)
        .map(|index| {
            let step = f64::from(index);
            let scores = view
                .frameworks
                .iter()
                .enumerate()
                .map(|(shift, framework)| {
                    let low = 38.0 + step * 2.6 + shift as f64 * 2.0;
                    let configuration = if shift == 3 && index == 4 { None } else { score(low, low + 20.0 - step) };
                    (framework.id.clone(), TrendScore { configuration, programme: score(low / 2.0, low / 2.0 + 9.0) })
                })
                .collect();
            TrendPoint {
                snapshot: i64::from(index) + 4,
                taken_at: format!("2026-{:02}-24T06:00:00Z", index + 3),
                label: format!("24 {}", ["Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"][usize::from(index)]),
                scores,
                fail: 60 - u64::from(index) * 3,
                unknown: 18 - u64::from(index),
            }
        })
        .collect();
    view.redactions = vec![("private key".into(), 2), ("value of a Secret".into(), 118)];
    view
}
