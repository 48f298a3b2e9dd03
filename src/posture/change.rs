//! Why a score changed: the difference of two evaluations, split by cause so that the parts add up to it exactly.
//!
//! Between evaluation A and evaluation B lie five counterfactual ones, each with one more cause taken from B, in this fixed order:
//!
//! 1. **catalog** and parameters: B's rules over A's evidence;
//! 2. **scope**: B's declared scope;
//! 3. **waivers**: B's waivers on B's day;
//! 4. **attestations**: B's human evidence on B's day;
//! 5. **access**: what only one of both could see is taken as B has it; everything else stays as A saw it;
//! 6. **configuration**: what is left, B itself.
//!
//! A part is the step from one evaluation to the next, in whole tenths of a percentage point of the printed scores. The steps of a
//! staircase add up to its height, and a step whose cause did not change has no height.

use super::score::tenths;
use super::{FrameworkResult, ScorePair};
use crate::model::Interval;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Evaluations of the staircase, both ends included.
pub const STAGES: usize = 7;

/// A difference of both ends of a score, in tenths of a percentage point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Delta {
    /// Of what is proved.
    pub low: i64,
    /// Of what is possible.
    pub high: i64,
}

impl std::ops::Add for Delta {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }
}

/// A change by cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parts {
    /// What is configured, and time's effect on it.
    pub configuration: Delta,
    /// Rules and their parameters. `None`: not separable, because A's score under A's own rules is not known; A is then judged by B's.
    pub catalog: Option<Delta>,
    /// Declared scope.
    pub scope: Delta,
    /// What could be read.
    pub access: Delta,
    /// Accepted risks, given, withdrawn or expired. Gross scores have none.
    pub waivers: Delta,
    /// Human evidence, given, withdrawn or expired.
    pub attestations: Delta,
}

impl Parts {
    /// All parts together: the change.
    #[must_use]
    pub fn total(&self) -> Delta {
        let catalog = self.catalog.unwrap_or_default();
        self.configuration + catalog + self.scope + self.access + self.waivers + self.attestations
    }
}

/// How one score changed.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ScoreChange {
    /// In A; where A's own is not known, as B's rules judge A.
    pub before: Option<Interval>,
    /// In B.
    pub after: Option<Interval>,
    /// `None` when one end has no score.
    pub parts: Option<Parts>,
}

/// How the scores of one framework changed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FrameworkChange {
    /// Its id.
    pub framework: String,
    /// Configuration score, gross and net.
    pub configuration: [ScoreChange; 2],
    /// Programme score, gross and net.
    pub programme: [ScoreChange; 2],
}

/// Configuration gross and net, programme gross and net.
pub type Scores = [Option<Interval>; 4];

/// The scores of an evaluation, by framework.
#[must_use]
pub fn scores(results: &[FrameworkResult]) -> BTreeMap<String, Scores> {
    let both = |pair: ScorePair| [pair.gross, pair.net];
    let four = |result: &FrameworkResult| {
        let ([a, b], [c, d]) = (both(result.configuration), both(result.programme));
        [a, b, c, d]
    };
    results.iter().map(|result| (result.id.clone(), four(result))).collect()
}

/// Splits one score's way through the stages. Where the first stage is not `known` (A was not asked for this framework), the second one
/// stands for it, and the catalog's part is not separable.
///
/// A stage in between without a score (everything out of scope) keeps the one before it, so that the sum holds.
#[must_use]
pub fn split(stages: [Option<Interval>; STAGES], known_start: bool) -> ScoreChange {
    let [first, second, .., last] = stages;
    let (before, after) = (if known_start { first } else { second }, last);
    let ends = |interval: Interval| Delta { low: tenths(interval.low), high: tenths(interval.high) };
    let mut parts = [Delta::default(); STAGES - 1];
    let mut known = before.map(ends).unwrap_or_default();
    for (part, stage) in parts.iter_mut().zip(&stages[1..]) {
        let next = stage.map_or(known, ends);
        *part = Delta { low: next.low - known.low, high: next.high - known.high };
        known = next;
    }
    let [catalog, scope, waivers, attestations, access, configuration] = parts;
    let catalog = known_start.then_some(catalog);
    let parts = Parts { configuration, catalog, scope, access, waivers, attestations };
    ScoreChange { before, after, parts: before.and(after).map(|_| parts) }
}

/// The changes of every framework that the last stage has.
#[must_use]
pub fn changes(stages: &[BTreeMap<String, Scores>; STAGES]) -> Vec<FrameworkChange> {
    let [.., last] = stages;
    let of = |id: &str, index: usize| {
        let known = stages[0].contains_key(id);
        split(std::array::from_fn(|stage| stages[stage].get(id).and_then(|scores| scores[index])), known)
    };
    let change =
        |id: &String| FrameworkChange { framework: id.clone(), configuration: [of(id, 0), of(id, 1)], programme: [of(id, 2), of(id, 3)] };
    last.keys().map(change).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::super::score::points;
    use super::*;
    use proptest::prelude::*;

    fn interval() -> impl Strategy<Value = Option<Interval>> {
        prop::option::weighted(0.9, (0..=1000_i64, 0..=1000_i64))
            .prop_map(|ends| ends.map(|(a, b)| Interval { low: points(a.min(b)), high: points(a.max(b)) }))
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_change(stages in prop::array::uniform7(interval())) {
            let change = split(stages, true);
            let (Some(before), Some(after)) = (change.before, change.after) else {
                prop_assert_eq!(change.parts, None);
                return Ok(());
            };
            let total = change.parts.unwrap().total();
            prop_assert_eq!(total.low, tenths(after.low) - tenths(before.low));
            prop_assert_eq!(total.high, tenths(after.high) - tenths(before.high));
        }

        #[test]
        fn one_step_is_one_part(before in interval(), after in interval(), step in 1..STAGES) {
            let change = split(std::array::from_fn(|stage| if stage < step { before } else { after }), true);
            let Some(parts) = change.parts else { return Ok(()) };
            let all = [parts.catalog.unwrap(), parts.scope, parts.waivers, parts.attestations, parts.access, parts.configuration];
            for (part, number) in all.iter().zip(1..) {
                prop_assert_eq!(*part, if number == step { parts.total() } else { Delta::default() });
            }
        }
    }

    #[test]
    fn an_unknown_start_is_said_to_be_so() {
        let score = |low| Some(Interval { low: points(low), high: points(1000) });
        let change = split([None, score(500), score(500), score(500), score(500), score(500), score(620)], false);
        assert_eq!(change.before, score(500));
        let parts = change.parts.unwrap();
        assert_eq!((parts.catalog, parts.configuration.low, parts.total().low), (None, 120, 120));
        assert_eq!(split([None, score(1), score(1), score(1), score(1), score(1), score(1)], true).parts, None, "it had no score");
    }
}
