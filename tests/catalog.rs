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

/// Each mistake that lint exists for, made in a copy of the catalog, is found and told with its place.
#[test]
fn lint_finds_what_no_single_file_can_know() {
    use assize::catalog::{Catalog, lint::lint};
    use assize::model::Strength;
    let told = |change: &dyn Fn(&mut Catalog)| -> Vec<String> {
        let mut catalog = BENCH.catalog.clone();
        change(&mut catalog);
        lint(&catalog).into_iter().map(|mistake| mistake.message).collect()
    };
    let soc2 = |catalog: &mut Catalog, id: &str, change: &dyn Fn(&mut assize::catalog::Requirement)| {
        let framework = catalog.frameworks.get_mut("soc2").unwrap();
        change(framework.requirements.iter_mut().find(|requirement| requirement.id.value == id).unwrap());
    };
    assert_eq!(told(&|_| ()), Vec::<String>::new());
    type Case<'c> = (&'c dyn Fn(&mut Catalog), &'c str);
    let cases: [Case<'_>; 13] = [
        (&|c| soc2(c, "CC6.1", &|r| r.controls[0].control.value = "k8s-gone".into()), "no control has the id `k8s-gone`"),
        (&|c| soc2(c, "CC6.1", &|r| r.attestations[0].topic.value = "gone".into()), "no topic has the id `gone`"),
        (&|c| soc2(c, "CC6.1", &|r| r.controls.push(r.controls[0].clone())), "bears on CC6.1 twice"),
        (&|c| soc2(c, "CC6.1", &|r| r.id.value = "CC6.9".into()), "SOC 2 has no requirement `CC6.9`"),
        (&|c| soc2(c, "CC6.1", &|r| r.id.value = "CC6.9".into()), "requirement `CC6.1` is missing"),
        (&|c| soc2(c, "CC6.1", &|r| r.parent.as_mut().unwrap().value = "CC66".into()), "no row above `CC6.1` has the id `CC66`"),
        (
            &|c| {
                soc2(c, "CC6.1", &|r| {
                    r.attestations.clear();
                    r.controls.iter_mut().for_each(|edge| edge.strength = Strength::Indicative);
                });
            },
            "`CC6.1` cannot fail",
        ),
        (
            &|c| {
                let edge = c.frameworks["soc2"].requirements.iter().find(|r| !r.controls.is_empty()).unwrap().controls[0].clone();
                soc2(c, "CC6", &|r| r.controls = vec![edge.clone()]);
            },
            "`CC6` is a group, which cannot be met or failed",
        ),
        (&|c| c.frameworks.clear(), "no framework uses control `k8s-host-network`"),
        (&|c| c.frameworks.clear(), "no framework asks for topic `access-review`"),
        (
            &|c| {
                let title = c.controls["k8s-host-network"].title.clone();
                c.controls.get_mut("k8s-host-port").unwrap().title = title;
            },
            "is there twice",
        ),
        (
            &|c| c.controls.get_mut("k8s-host-network").unwrap().examples.retain(|e| e.expect != Verdict::Fail),
            "no example with verdict `fail`",
        ),
        (&|c| c.frameworks.get_mut("soc2").unwrap().requirements.swap(3, 4), "not in the standard's order"),
    ];
    for (change, words) in cases {
        let told = told(change);
        assert!(told.iter().any(|message| message.contains(words)), "{words} is not among {told:#?}");
    }
}
