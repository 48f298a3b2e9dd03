//! The embedded catalog: complete, sound, and proved by its own examples.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use assize::catalog::Level;
use assize::model::Verdict;
use assize::pipeline::{self, Bench};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static BENCH: LazyLock<Bench> = LazyLock::new(|| match Bench::load(None) {
    Ok(bench) => bench,
    Err(mistakes) => panic!(
        "{:#?}",
        mistakes.0.iter().map(|m| (&m.message, m.span.as_ref().map(|s| (s.file.name.clone(), s.line_column())))).collect::<Vec<_>>()
    ),
});

#[test]
fn every_example_of_every_control_comes_out_as_it_says() {
    let results = pipeline::run_examples(&BENCH, &[]).unwrap();
    let wrong: Vec<_> = results.iter().filter(|result| !result.passed).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let shown =
        |control: &str| results.iter().filter(|result| result.control == control).map(|result| result.expected).collect::<BTreeSet<_>>();
    for id in BENCH.catalog.controls.keys() {
        assert!(shown(id).contains(&Verdict::Pass) && shown(id).contains(&Verdict::Fail), "{id}");
    }
}

#[test]
fn every_failing_example_says_what_was_seen() {
    for result in pipeline::run_examples(&BENCH, &[]).unwrap().iter().filter(|result| result.expected == Verdict::Fail) {
        assert!(!result.detail.is_empty(), "{} {}", result.control, result.name);
        assert!(!result.detail.starts_with("the condition does not hold"), "{} '{}': {}", result.control, result.name, result.detail);
    }
}

/// Counts of rows that are assessed, as the editions have them (frameworks/README.md).
#[test]
fn frameworks_hold_every_requirement_of_their_edition() {
    let counts: Vec<(&str, usize)> = BENCH
        .catalog
        .frameworks
        .values()
        .map(|framework| (framework.id.as_str(), framework.requirements.iter().filter(|r| r.level == Level::Requirement).count()))
        .collect();
    assert_eq!(counts, [("gdpr", 156), ("hipaa", 102), ("iso27001", 123), ("pci-dss", 277), ("security-baseline", 106), ("soc2", 61)]);
    let prefixes = |framework: &str, prefix: &str| {
        let rows = BENCH.catalog.frameworks[framework].requirements.iter();
        rows.filter(|r| r.level == Level::Requirement && r.id.value.starts_with(prefix)).count()
    };
    for (prefix, number) in [
        ("CC1.", 5),
        ("CC2.", 3),
        ("CC3.", 4),
        ("CC4.", 2),
        ("CC5.", 3),
        ("CC6.", 8),
        ("CC7.", 5),
        ("CC8.", 1),
        ("CC9.", 2),
        ("A1.", 3),
        ("C1.", 2),
        ("PI1.", 5),
    ] {
        assert_eq!(prefixes("soc2", prefix), number, "{prefix}");
    }
    for (prefix, number) in [("A.5.", 37), ("A.6.", 8), ("A.7.", 14), ("A.8.", 34)] {
        assert_eq!(prefixes("iso27001", prefix), number, "{prefix}");
    }
}

#[test]
fn every_framework_uses_controls_and_asks_for_evidence() {
    for framework in BENCH.catalog.frameworks.values() {
        assert!(framework.requirements.iter().any(|r| !r.controls.is_empty()), "{}", framework.id);
        assert!(framework.requirements.iter().any(|r| !r.attestations.is_empty()), "{}", framework.id);
        assert!(BENCH.catalog.identifiers.contains_key(&framework.id), "{}", framework.id);
    }
}

#[test]
fn no_embedded_text_carries_a_marker_of_unfinished_work() {
    for control in BENCH.catalog.controls.values() {
        for text in [&control.rationale, &control.remediation, &control.title.value] {
            for word in ["TODO", "FIXME", "XXX", "lorem"] {
                assert!(!text.contains(word), "{}: {word}", control.id);
            }
        }
    }
}
