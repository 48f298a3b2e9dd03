//! A sample that anybody can draw again: without replacement, independent of the order of rows and of the machine.
//!
//! Every item of the population gets a rank: BLAKE3 over seed, snapshot root, control and resource id, one a line. The items with the lowest
//! ranks, compared as hexadecimal text, are the sample. So the sample of size N is the beginning of the sample of size N + 1, and whether an
//! item comes before another depends on these two alone.

use crate::model::{Hash, Judgement};

/// What the ranks are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The seed, as given or derived.
    pub seed: String,
    /// Root of the snapshot.
    pub root: Hash,
    /// The control.
    pub control: String,
}

impl Draw {
    /// The seed of who gives none: the first sixteen digits of the snapshot's root. Nobody chose it, and everybody can find it again.
    #[must_use]
    pub fn default_seed(root: Hash) -> String {
        root.to_string().chars().take(16).collect()
    }

    /// The text whose hash is an item's rank: four lines, the last one without an end of line.
    #[must_use]
    pub fn text(&self, resource: &str) -> String {
        format!("{}\n{}\n{}\n{resource}", self.seed, self.root, self.control)
    }

    /// An item's rank.
    #[must_use]
    pub fn rank(&self, resource: &str) -> Hash {
        Hash::of(self.text(resource).as_bytes())
    }

    /// The sample, lowest rank first; all of the population when it is smaller.
    #[must_use]
    pub fn sample<'p>(&self, population: &[&'p Judgement], size: usize) -> Vec<(Hash, &'p Judgement)> {
        let mut ranked: Vec<(Hash, &Judgement)> =
            population.iter().map(|judgement| (self.rank(&judgement.resource.id), *judgement)).collect();
        // Two things with one id have one rank; what else is known of them orders them.
        ranked.sort_by(|(a, one), (b, other)| {
            let rest = |judgement: &Judgement| {
                let resource = &judgement.resource;
                (resource.kind.clone(), resource.group.clone(), resource.namespace.clone(), resource.name.clone(), judgement.verdict)
            };
            a.cmp(b).then_with(|| rest(one).cmp(&rest(other))).then_with(|| one.observed.cmp(&other.observed))
        });
        ranked.truncate(size);
        ranked
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{ResourceRef, Severity, Verdict};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn judgement(id: &str) -> Judgement {
        let text = |word: &str| word.to_owned();
        Judgement {
            control: "c".into(),
            verdict: Verdict::Pass,
            severity: Severity::Low,
            resource: std::sync::Arc::new(ResourceRef {
                source: text("s"),
                kind: text("Pod"),
                group: String::new(),
                namespace: String::new(),
                name: text(id),
                id: text(id),
                file: None,
                line: None,
            }),
            observed: None,
            expected: "".into(),
            reason: None,
            reads: std::sync::Arc::default(),
        }
    }

    fn draw(seed: &str) -> Draw {
        Draw { seed: seed.to_owned(), root: Hash::of(b"snapshot"), control: "c".to_owned() }
    }

    fn ids(draw: &Draw, population: &[Judgement], size: usize) -> Vec<String> {
        let population: Vec<&Judgement> = population.iter().collect();
        draw.sample(&population, size).into_iter().map(|(_, judgement)| judgement.resource.id.clone()).collect()
    }

    fn population() -> impl Strategy<Value = Vec<Judgement>> {
        prop::collection::btree_set("[a-z]{1,6}", 0..60).prop_map(|ids| ids.iter().map(|id| judgement(id)).collect())
    }

    proptest! {
        #[test]
        fn a_sample_is_a_subset_without_duplicates_and_the_same_every_time(
            all in population(), size in 0_usize..80, seed in ".{0,12}", turn in 0_usize..60,
        ) {
            let drawn = ids(&draw(&seed), &all, size);
            prop_assert_eq!(drawn.len(), size.min(all.len()));
            let known: BTreeSet<&str> = all.iter().map(|judgement| judgement.resource.id.as_str()).collect();
            let distinct: BTreeSet<&str> = drawn.iter().map(String::as_str).collect();
            prop_assert_eq!(distinct.len(), drawn.len());
            prop_assert!(distinct.is_subset(&known));
            let mut turned = all.clone();
            if !turned.is_empty() {
                let places = turn % turned.len();
                turned.rotate_left(places);
            }
            prop_assert_eq!(ids(&draw(&seed), &turned, size), drawn, "the order of rows does not matter");
        }

        #[test]
        fn one_more_resource_does_not_reorder_the_others(all in population(), new in "[A-Z]{1,6}", seed in ".{0,12}") {
            let before = ids(&draw(&seed), &all, all.len());
            let mut more = all.clone();
            more.push(judgement(&new));
            let after: Vec<String> = ids(&draw(&seed), &more, more.len()).into_iter().filter(|id| *id != new).collect();
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn another_seed_draws_another_sample() {
        let all: Vec<Judgement> = (0..200).map(|number| judgement(&format!("r{number}"))).collect();
        let samples: BTreeSet<Vec<String>> = (0..20).map(|seed| ids(&draw(&seed.to_string()), &all, 10)).collect();
        assert_eq!(samples.len(), 20);
        // And none is drawn more often than chance allows: over many seeds every item comes up.
        let seen: BTreeSet<String> = (0..200).flat_map(|seed| ids(&draw(&seed.to_string()), &all, 20)).collect();
        assert_eq!(seen.len(), all.len());
    }

    #[test]
    fn a_rank_can_be_computed_by_hand() {
        let draw = draw("2026-q1");
        let text = format!("2026-q1\n{}\nc\nshop/Pod/web", Hash::of(b"snapshot"));
        assert_eq!(draw.text("shop/Pod/web"), text);
        assert_eq!(draw.rank("shop/Pod/web"), Hash::of(text.as_bytes()));
        assert_eq!(Draw::default_seed(draw.root).len(), 16);
    }
}
