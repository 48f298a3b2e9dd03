//! Findings by control, and the table of controls.

use super::words::Anchors;
use crate::model::{Severity, Verdict};
use crate::report::presentation::Words;
use crate::report::unread::{self, apart};
use crate::report::view::{ControlView, FindingView, ReportView, UnreadView};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Every group of findings: what fails, then what is only unknown, each worst first; last, thing by thing, what was not read.
#[derive(Debug)]
pub(super) struct Groups<'a>(pub Vec<Group<'a>>);

/// The findings of one control, or those that stand for one unread thing.
#[derive(Debug, Serialize)]
pub(super) struct Group<'a> {
    /// What the data of the page names the group by: the control, or see [`unread_key`].
    pub key: String,
    /// Empty for an unread thing.
    pub control: &'a str,
    pub title: &'a str,
    /// What an unread thing leaves open.
    pub price: Option<Cow<'a, str>>,
    pub severity: &'static str,
    /// Id of the group on the page.
    pub anchor: String,
    /// Failing resources, waived ones included.
    pub fail: u64,
    pub unknown: u64,
    pub waived: u64,
    pub total: u64,
    /// Requirements the control bears on, and of how many frameworks.
    pub requirements: u64,
    pub frameworks: u64,
    #[serde(skip)]
    rank: Severity,
}

impl<'a> Groups<'a> {
    /// Within failing and unknown controls ordered by severity, failures, unknowns, id: what to mend first stands first.
    pub(super) fn of(view: &'a ReportView, words: &Words) -> Self {
        let (seen, unread) = apart(view);
        let controls: BTreeMap<&str, &ControlView> = view.controls.iter().map(|control| (control.id.as_str(), control)).collect();
        let mut by_control = BTreeMap::<&str, Group<'a>>::new();
        for finding in seen {
            let id = finding.control.as_str();
            let group = by_control.entry(id).or_insert_with(|| empty(finding, controls.get(id).copied()));
            group.total += 1;
            match finding.verdict {
                Verdict::Fail => group.fail += 1,
                _ => group.unknown += 1,
            }
            group.waived += u64::from(finding.waiver.is_some());
        }
        let mut groups: Vec<_> = by_control.into_values().collect();
        groups
            .sort_by(|a, b| (a.fail == 0, a.rank, b.fail, b.unknown, a.control).cmp(&(b.fail == 0, b.rank, a.fail, a.unknown, b.control)));
        let mut anchors = Anchors::default();
        for group in &mut groups {
            group.anchor = anchors.make("G", &[group.control]);
        }
        groups.extend(unread.iter().filter_map(|(thing, findings)| {
            let worst = findings.first()?;
            let (anchor, total) = (anchors.make("U", &[&thing.seq.to_string()]), findings.len() as u64);
            Some(Group {
                key: unread_key(thing),
                control: "",
                title: &thing.what,
                price: Some(words.retell(&view.phrases, &thing.leaves_open)),
                unknown: total,
                total,
                anchor,
                ..empty(worst, None)
            })
        }));
        Self(groups)
    }

    /// Controls that have findings of any sort.
    pub(super) fn controls(view: &ReportView) -> u64 {
        unread::controls(&view.findings.iter().collect::<Vec<_>>())
    }
}

/// The key of the group of an unread thing; no control is called so.
pub(super) fn unread_key(unread: &UnreadView) -> String {
    format!("unread {}", unread.seq)
}

fn empty<'a>(finding: &'a FindingView, control: Option<&'a ControlView>) -> Group<'a> {
    let bearings = control.map(|control| control.requirements.as_slice()).unwrap_or_default();
    let frameworks: BTreeSet<&str> = bearings.iter().map(|(framework, ..)| framework.as_str()).collect();
    Group {
        key: finding.control.clone(),
        control: &finding.control,
        title: &finding.title,
        price: None,
        severity: finding.severity.as_str(),
        anchor: String::new(),
        fail: 0,
        unknown: 0,
        waived: 0,
        total: 0,
        requirements: bearings.len() as u64,
        frameworks: frameworks.len() as u64,
        rank: finding.severity,
    }
}

/// One row of the table of controls.
#[derive(Debug, Serialize)]
pub(super) struct ControlRow<'a> {
    id: &'a str,
    anchor: String,
    title: &'a str,
    severity: &'static str,
    source: &'a str,
    status: &'static str,
    fail: u64,
    unknown: u64,
    manual: u64,
    pass: u64,
    not_applicable: u64,
    waived: u64,
}

impl<'a> ControlRow<'a> {
    /// Every control, in the view's order.
    pub(super) fn all(view: &'a ReportView) -> Vec<Self> {
        let mut anchors = Anchors::default();
        view.controls
            .iter()
            .map(|control| ControlRow {
                id: &control.id,
                anchor: anchors.make("C", &[&control.id]),
                title: &control.title,
                severity: control.severity.as_str(),
                source: &control.source,
                status: control.status.as_str(),
                fail: control.fail,
                unknown: control.unknown,
                manual: control.manual,
                pass: control.pass,
                not_applicable: control.not_applicable,
                waived: control.waived,
            })
            .collect()
    }
}
