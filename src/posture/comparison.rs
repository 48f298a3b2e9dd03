//! Two lists of findings side by side: new, fixed, still there, changed, incomparable.

use super::NotSeen;
use crate::model::Judgement;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A finding on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held<'a> {
    /// The same for the same control and resource on both sides.
    pub fingerprint: &'a str,
    /// The verdict, `fail` or `unknown`.
    pub judgement: &'a Judgement,
    /// The valid waiver that accepts it.
    pub waiver: Option<&'a str>,
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Only the later side holds it, and the earlier one could see it.
    New,
    /// Both hold it; verdict or value seen differ.
    Changed,
    /// Only the earlier side holds it, and the later one could see it.
    Fixed,
    /// One side could not see it.
    Incomparable,
    /// Both hold it, and nothing about it changed.
    Still,
}

/// One finding of either side or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'a> {
    /// What became of it.
    pub class: Class,
    /// On the earlier side.
    pub from: Option<Held<'a>>,
    /// On the later side.
    pub to: Option<Held<'a>>,
    /// Why the side that does not hold it could not see it.
    pub not_seen: Option<NotSeen>,
}

impl<'a> Compared<'a> {
    /// The later side's finding, else the earlier one's.
    #[must_use]
    pub fn held(&self) -> Option<&Held<'a>> {
        self.to.as_ref().or(self.from.as_ref())
    }
}

/// Pairs the findings of two sides by fingerprint, and asks each side whether it could see what only the other holds. In the order of
/// class, severity, control and resource.
#[must_use]
pub fn compare<'a>(
    from: &[Held<'a>],
    to: &[Held<'a>],
    from_sees: &dyn Fn(&Held<'_>) -> Result<(), NotSeen>,
    to_sees: &dyn Fn(&Held<'_>) -> Result<(), NotSeen>,
) -> Vec<Compared<'a>> {
    // Two objects of one name in one file share a fingerprint: they are paired in their order.
    let mut earlier: BTreeMap<&str, std::collections::VecDeque<Held<'a>>> = BTreeMap::new();
    for held in from {
        earlier.entry(held.fingerprint).or_default().push_back(*held);
    }
    let alone = |seen: Result<(), NotSeen>, class| match seen {
        Ok(()) => (class, None),
        Err(why) => (Class::Incomparable, Some(why)),
    };
    let mut found = Vec::new();
    for held in to {
        let before = earlier.get_mut(held.fingerprint).and_then(std::collections::VecDeque::pop_front);
        let (class, not_seen) = match &before {
            None => alone(from_sees(held), Class::New),
            Some(before) => {
                let (one, two) = (before.judgement, held.judgement);
                let same = one.verdict == two.verdict && one.observed == two.observed;
                (if same { Class::Still } else { Class::Changed }, None)
            }
        };
        found.push(Compared { class, from: before, to: Some(*held), not_seen });
    }
    for held in earlier.into_values().flatten() {
        let (class, not_seen) = alone(to_sees(&held), Class::Fixed);
        found.push(Compared { class, from: Some(held), to: None, not_seen });
    }
    found.sort_by(|one, two| order(one).cmp(&order(two)));
    found
}

fn order<'c>(compared: &'c Compared<'_>) -> impl Ord + use<'c> {
    let judgement = compared.held().map(|held| held.judgement);
    (compared.class, judgement.map(|judgement| (judgement.severity, judgement.verdict, &judgement.control, &judgement.resource.id)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::model::{ResourceRef, Severity, Verdict};

    fn judgement(control: &str, verdict: Verdict, observed: &str) -> Judgement {
        Judgement {
            control: control.into(),
            verdict,
            severity: Severity::High,
            resource: std::sync::Arc::new(ResourceRef {
                source: "s".into(),
                kind: "Pod".into(),
                group: String::new(),
                namespace: String::new(),
                name: "p".into(),
                id: format!("s/{control}"),
                file: None,
                line: None,
            }),
            observed: Some(observed.into()),
            expected: "".into(),
            reason: None,
            reads: std::sync::Arc::default(),
        }
    }

    #[test]
    fn twins_are_paired_in_their_order_and_blindness_decides_the_rest() {
        let (one, two) = (judgement("twin", Verdict::Fail, "x"), judgement("twin", Verdict::Fail, "y"));
        let (gone, hidden) = (judgement("gone", Verdict::Fail, ""), judgement("hidden", Verdict::Unknown, ""));
        fn held(judgement: &Judgement) -> Held<'_> {
            Held { fingerprint: &judgement.control, judgement, waiver: None }
        }
        let to_sees = |held: &Held<'_>| if held.fingerprint == "hidden" { Err(NotSeen::control("c")) } else { Ok(()) };
        let found = compare(&[held(&one), held(&gone), held(&hidden)], &[held(&one), held(&two)], &|_| Ok(()), &to_sees);
        let classes: Vec<(Class, &str)> = found.iter().map(|one| (one.class, one.held().unwrap().fingerprint)).collect();
        assert_eq!(classes, [(Class::New, "twin"), (Class::Fixed, "gone"), (Class::Incomparable, "hidden"), (Class::Still, "twin")]);
        let found = compare(&[held(&one)], &[held(&two)], &|_| Ok(()), &to_sees);
        assert_eq!(found.first().map(|one| one.class), Some(Class::Changed), "another value was seen");
    }
}
