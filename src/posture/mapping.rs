//! Controls to requirements, requirements to frameworks: statuses, parts, groups, declared scope.

use super::attestation::{TopicResult, topic};
use super::score::{Share, coverage, mean, severity_weight, share, strength_weight, weighted_mean};
use super::{Status, Waived};
use crate::catalog::{Catalog, Edge, Framework, Level, Requirement};
use crate::model::{ControlTally, Counts, Interval, Percent, ScopeValue, Settings, Strength, Verdict};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A score without and with accepted risks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScorePair {
    /// Without waivers: the headline. `None`: nothing in scope could be scored.
    pub gross: Option<Interval>,
    /// With failures under a valid waiver counted as accepted.
    pub net: Option<Interval>,
}

/// One framework.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkResult {
    /// Its id.
    pub id: String,
    /// What configuration proves: mean over the requirements in scope that have a deciding control.
    pub configuration: ScorePair,
    /// What configuration and people's evidence prove: mean over all requirements in scope.
    pub programme: ScorePair,
    /// Requirements in scope with a definite answer.
    pub assessed: u64,
    /// Requirements in scope.
    pub in_scope: u64,
    /// The first over the second.
    pub coverage: Option<Percent>,
    /// Declared scope: question and answer in force.
    pub scope: Vec<(String, String)>,
    /// Every row, in the standard's order.
    pub requirements: Vec<RequirementResult>,
}

/// One row of a framework.
#[derive(Debug, Clone, PartialEq)]
pub struct RequirementResult {
    /// Its id.
    pub id: String,
    /// Whether it counts.
    pub in_scope: bool,
    /// Why the user's scope leaves it out.
    pub excluded: Option<String>,
    /// The worse of both parts.
    pub status: Status,
    /// The automated part; `None` when no control decides and configuration could not show it anyway.
    pub automated: Option<Status>,
    /// The attested part; `None` when no topic is asked for.
    pub attested: Option<Status>,
    /// Score of the automated part, gross.
    pub score: Option<Interval>,
    /// Its controls.
    pub edges: Vec<EdgeResult>,
    /// Its topics.
    pub topics: Vec<TopicResult>,
}

/// One control under one requirement.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgeResult {
    /// The control.
    pub control: String,
    /// Its status over its population, or over the slice the edge speaks of.
    pub status: Verdict,
    /// Its counts.
    pub counts: Counts,
    /// Its share, gross.
    pub score: Option<Interval>,
}

/// What the mapping reads.
pub struct Inputs<'a> {
    /// The rules.
    pub catalog: &'a Catalog,
    /// Scope and attestations.
    pub settings: &'a Settings,
    /// Controls over their populations.
    pub tallies: &'a BTreeMap<String, ControlTally>,
    /// Controls over slices, by control and glob.
    pub slices: &'a BTreeMap<(String, String), ControlTally>,
    /// Accepted failures.
    pub waived: &'a Waived,
    /// The snapshot's time.
    pub now: DateTime<Utc>,
}

/// Every framework that the settings ask for, in the order of their ids.
#[must_use]
pub fn frameworks(inputs: &Inputs<'_>) -> Vec<FrameworkResult> {
    let wanted = &inputs.settings.frameworks;
    inputs.catalog.frameworks.values().filter(|f| wanted.is_empty() || wanted.contains(&f.id)).map(|f| inputs.framework(f)).collect()
}

/// Scores of one requirement on the way to those of the framework.
struct Parts {
    /// Score of the automated part, gross and net.
    configuration: Option<(Share, Share)>,
    /// Score of both parts together, gross and net; `None` when nothing applies.
    programme: Option<(Share, Share)>,
    /// Whether the status is a definite answer.
    definite: bool,
}

impl Inputs<'_> {
    fn framework(&self, framework: &Framework) -> FrameworkResult {
        let scope = self.settings.scopes.get(&framework.id).cloned().unwrap_or_default();
        let mut results = Vec::new();
        let (mut configuration, mut programme) = (Vec::new(), Vec::new());
        let (mut assessed, mut in_scope) = (0, 0);
        for requirement in &framework.requirements {
            let excluded = scope.excluded.get(&requirement.id.value).cloned().or_else(|| framework.left_out(requirement, &scope.answers));
            let (mut result, parts) = self.requirement(requirement);
            result.in_scope = requirement.level == Level::Requirement && excluded.is_none();
            result.excluded = excluded;
            if result.in_scope {
                in_scope += 1;
                assessed += u64::from(parts.definite);
                configuration.extend(parts.configuration);
                programme.extend(parts.programme);
            }
            results.push(result);
        }
        roll_up(framework, &mut results);
        let pair = |scores: &[(Share, Share)]| {
            let end = |of: fn(&(Share, Share)) -> Share| mean(&scores.iter().map(of).collect::<Vec<_>>()).map(Share::percent);
            ScorePair { gross: end(|scores| scores.0), net: end(|scores| scores.1) }
        };
        FrameworkResult {
            id: framework.id.clone(),
            configuration: pair(&configuration),
            programme: pair(&programme),
            assessed,
            in_scope,
            coverage: coverage(assessed, in_scope),
            scope: answers(framework, &scope.answers),
            requirements: results,
        }
    }

    fn tally(&self, edge: &Edge) -> ControlTally {
        let found = match &edge.resources {
            Some(glob) => self.slices.get(&(edge.control.value.clone(), glob.value.clone())),
            None => self.tallies.get(&edge.control.value),
        };
        // A control that was not run is one that nobody looked with.
        found.cloned().unwrap_or_default()
    }

    fn requirement(&self, requirement: &Requirement) -> (RequirementResult, Parts) {
        let members: Vec<Member<'_>> = requirement
            .controls
            .iter()
            .map(|edge| {
                let tally = self.tally(edge);
                let accepted = if edge.resources.is_none() { self.waived.per_control.get(&edge.control.value).copied() } else { None };
                let shares = share(&tally, 0).zip(share(&tally, accepted.unwrap_or(0)));
                let severity = self.catalog.controls.get(&edge.control.value).map_or(0.0, |control| severity_weight(control.severity));
                Member { edge, status: tally.status(), shares, weight: severity * strength_weight(edge.strength), counts: tally.counts }
            })
            .collect();
        let units = units(&members);
        let decided = !units.is_empty();
        let automated = if decided {
            Some(automated_status(&units))
        } else if requirement.evidence == "auto" || requirement.evidence == "partial" {
            // Configuration could show something here, and no control of the catalog looks yet: said, not passed over.
            Some(Status::NotAssessed)
        } else {
            None
        };
        let topics: Vec<TopicResult> = requirement.attestations.iter().map(|edge| topic(edge, self.settings, self.now)).collect();
        let attested = topics.iter().map(|topic| topic.status).min();
        let status = [automated, attested].into_iter().flatten().min().unwrap_or(Status::NotAssessed);

        let weighted = |of: fn(&(Share, Share)) -> Share| {
            weighted_mean(&units.iter().filter_map(|unit| Some((of(&unit.shares?), unit.weight))).collect::<Vec<_>>())
        };
        let configuration = weighted(|shares| shares.0).zip(weighted(|shares| shares.1));
        let evidence = topics.iter().map(|topic| if topic.status == Status::Pass { Share::WHOLE } else { Share::OPEN });
        let evidence = evidence.reduce(Share::and);
        let programme = match (automated, configuration, evidence) {
            (Some(Status::NotAssessed), _, _) | (None, _, None) => Some((Share::OPEN, Share::OPEN)),
            (_, Some((gross, net)), Some(evidence)) => Some((gross.and(evidence), net.and(evidence))),
            (_, Some(scores), None) => Some(scores),
            (_, None, Some(evidence)) => Some((evidence, evidence)),
            (Some(_), None, None) => None,
        };
        let open = units.iter().any(|unit| matches!(unit.status, Verdict::Unknown | Verdict::Manual));
        let definite = match status {
            Status::Fail | Status::Pass | Status::NotApplicable => true,
            Status::Partial => !open && attested.is_none_or(|status| status == Status::Pass),
            Status::Unknown | Status::Manual | Status::NotAssessed => false,
        };
        let result = RequirementResult {
            id: requirement.id.value.clone(),
            in_scope: true,
            excluded: None,
            status,
            automated,
            attested,
            score: configuration.map(|(gross, _)| gross.percent()),
            edges: members
                .iter()
                .map(|member| EdgeResult {
                    control: member.edge.control.value.clone(),
                    status: member.status,
                    counts: member.counts,
                    score: member.shares.map(|(gross, _)| gross.percent()),
                })
                .collect(),
            topics,
        };
        (result, Parts { configuration, programme, definite })
    }
}

/// One edge with its control's outcome.
struct Member<'a> {
    edge: &'a Edge,
    status: Verdict,
    shares: Option<(Share, Share)>,
    weight: f64,
    counts: Counts,
}

/// What decides: a control of its own, or a group of alternatives for which the best member speaks.
struct Unit {
    strength: Strength,
    status: Verdict,
    shares: Option<(Share, Share)>,
    weight: f64,
}

/// Strength and weight of a group are those of its heaviest member, applicable or not: were they those of the member that happens to speak,
/// an unread member could shift weight onto a passing one, and the score would rise with lost access.
fn units(members: &[Member<'_>]) -> Vec<Unit> {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    let mut units: Vec<Unit> = Vec::new();
    for member in members.iter().filter(|member| member.edge.strength.decides()) {
        let known = member.edge.group.as_deref().map(|name| *groups.entry(name).or_insert(units.len()));
        if let Some(unit) = known.and_then(|index| units.get_mut(index)) {
            unit.strength = unit.strength.min(member.edge.strength);
            unit.weight = unit.weight.max(member.weight);
            unit.shares = match (unit.shares, member.shares) {
                (Some((gross, net)), Some((other, other_net))) => Some((gross.or(other), net.or(other_net))),
                (one, other) => one.or(other),
            };
            unit.status = match (unit.status, member.status) {
                (Verdict::NotApplicable, other) | (other, Verdict::NotApplicable) => other,
                (one, other) => one.max(other),
            };
        } else {
            units.push(Unit { strength: member.edge.strength, status: member.status, shares: member.shares, weight: member.weight });
        }
    }
    units
}

fn automated_status(units: &[Unit]) -> Status {
    let any = |strong: Option<bool>, verdicts: &[Verdict]| {
        units
            .iter()
            .any(|unit| strong.is_none_or(|strong| strong == (unit.strength == Strength::Strong)) && verdicts.contains(&unit.status))
    };
    if any(Some(true), &[Verdict::Fail]) {
        Status::Fail
    } else if any(Some(true), &[Verdict::Unknown]) {
        Status::Unknown
    } else if any(Some(false), &[Verdict::Fail, Verdict::Unknown]) {
        Status::Partial
    } else if any(None, &[Verdict::Manual]) {
        Status::Manual
    } else if any(None, &[Verdict::Pass]) {
        Status::Pass
    } else {
        Status::NotApplicable
    }
}

/// A heading shows the worst status below it that counts.
fn roll_up(framework: &Framework, results: &mut [RequirementResult]) {
    let mut worst: BTreeMap<&str, Status> = BTreeMap::new();
    // Children stand below their parents, so that one pass from the end sees every child before its parent.
    for (requirement, result) in framework.requirements.iter().zip(results.iter_mut()).rev() {
        if requirement.level == Level::Group {
            result.status = worst.get(requirement.id.value.as_str()).copied().unwrap_or(Status::NotApplicable);
            result.automated = None;
        } else if !result.in_scope {
            continue;
        }
        if let Some(parent) = &requirement.parent {
            let counts = requirement.level == Level::Requirement || worst.contains_key(requirement.id.value.as_str());
            if counts {
                worst.entry(&parent.value).and_modify(|status| *status = (*status).min(result.status)).or_insert(result.status);
            }
        }
    }
}

fn answers(framework: &Framework, given: &BTreeMap<String, ScopeValue>) -> Vec<(String, String)> {
    framework
        .questions
        .iter()
        .map(|(key, question)| {
            let answer = given.get(key);
            let words = crate::catalog::answer_in_words(answer.unwrap_or(&question.default));
            (
                question.question.clone(),
                if answer.is_some() { words } else { format!("{} (not declared; the default)", words.trim_end_matches('.')) },
            )
        })
        .collect()
}
