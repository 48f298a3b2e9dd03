//! Score changes as the JSON formats promise them: percentage points with one decimal, whole multiples of 0.1, so that parts which are
//! added in tenths give the change exactly.

use crate::model::{Interval, Percent};
use crate::posture::change::{Delta, FrameworkChange, Parts, ScoreChange};
use crate::posture::score::points;
use serde::{Deserialize, Serialize};

/// From the own evaluation of the snapshot before, of the same sources, to this one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeView {
    /// The snapshot before.
    pub snapshot: i64,
    /// When it was taken, RFC 3339.
    pub taken_at: String,
    /// Scores before and after, with the parts of each change.
    pub frameworks: Vec<FrameworkChange>,
    /// What could not be told apart, in words.
    pub notes: Vec<String>,
}

/// How the scores of a framework changed.
#[derive(Debug, Clone, Serialize)]
pub struct FrameworkScores {
    /// The framework.
    pub framework: String,
    /// Configuration score.
    pub configuration: Pair,
    /// Programme score.
    pub programme: Pair,
}

/// Without and with waivers.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// Without: the headline.
    pub gross: ScoreRow,
    /// With accepted failures counted as passing.
    pub net: ScoreRow,
}

/// One score.
#[derive(Debug, Clone, Serialize)]
pub struct ScoreRow {
    /// In the earlier evaluation.
    pub before: Option<Interval>,
    /// In the later one.
    pub after: Option<Interval>,
    /// The difference.
    pub change: Option<Points>,
    /// The difference by cause.
    pub parts: Option<PartRows>,
}

/// A difference of both ends.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Points {
    /// Of what is proved.
    pub low: Percent,
    /// Of what is possible.
    pub high: Percent,
}

/// The causes.
#[derive(Debug, Clone, Serialize)]
pub struct PartRows {
    /// What is configured.
    pub configuration: Points,
    /// Rules and parameters; `null`: not separable.
    pub catalog: Option<Points>,
    /// Declared scope.
    pub scope: Points,
    /// What could be read.
    pub access: Points,
    /// Accepted risks.
    pub waivers: Points,
    /// Human evidence.
    pub attestations: Points,
}

impl From<Delta> for Points {
    fn from(delta: Delta) -> Self {
        Self { low: points(delta.low), high: points(delta.high) }
    }
}

impl From<&Parts> for PartRows {
    fn from(parts: &Parts) -> Self {
        Self {
            configuration: parts.configuration.into(),
            catalog: parts.catalog.map(Points::from),
            scope: parts.scope.into(),
            access: parts.access.into(),
            waivers: parts.waivers.into(),
            attestations: parts.attestations.into(),
        }
    }
}

impl From<&ScoreChange> for ScoreRow {
    fn from(change: &ScoreChange) -> Self {
        Self {
            before: change.before,
            after: change.after,
            change: change.parts.as_ref().map(|parts| parts.total().into()),
            parts: change.parts.as_ref().map(PartRows::from),
        }
    }
}

impl From<&FrameworkChange> for FrameworkScores {
    fn from(change: &FrameworkChange) -> Self {
        let pair = |[gross, net]: &[ScoreChange; 2]| Pair { gross: gross.into(), net: net.into() };
        Self { framework: change.framework.clone(), configuration: pair(&change.configuration), programme: pair(&change.programme) }
    }
}

/// The parts that are not zero, in words: `configuration -3.2, access -1.0`; the low end, and the high end where it differs.
#[must_use]
pub fn in_words(parts: &Parts) -> String {
    let named = [
        ("configuration", Some(parts.configuration)),
        ("catalog and parameters", parts.catalog),
        ("scope", Some(parts.scope)),
        ("access", Some(parts.access)),
        ("waivers", Some(parts.waivers)),
        ("attestations", Some(parts.attestations)),
    ];
    let mut words: Vec<String> = named
        .iter()
        .filter_map(|(name, delta)| Some((name, (*delta)?)))
        .filter(|(_, delta)| *delta != Delta::default())
        .map(|(name, delta)| format!("{name} {}", delta_in_words(delta)))
        .collect();
    if parts.catalog.is_none() {
        words.push("catalog not separable".to_owned());
    }
    words.join(", ")
}

/// `-3.2`, or `-3.2 to +0.4` for the two ends.
#[must_use]
pub fn delta_in_words(delta: Delta) -> String {
    let one = |tenths: i64| if tenths == 0 { "0.0".to_owned() } else { format!("{:+.1}", points(tenths).0) };
    if delta.low == delta.high { one(delta.low) } else { format!("{} to {}", one(delta.low), one(delta.high)) }
}
