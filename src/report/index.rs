//! A view by its ids: what renderers look up for each finding, found once.

use super::view::{ControlView, FindingView, FrameworkView, LedgerView, ReportView, WaiverView};
use std::collections::{BTreeMap, BTreeSet};

/// The lists of a view by id.
#[derive(Debug)]
pub struct Index<'a> {
    controls: BTreeMap<&'a str, (usize, &'a ControlView)>,
    frameworks: BTreeMap<&'a str, &'a FrameworkView>,
    /// Requirements that count: framework and id.
    in_scope: BTreeSet<(&'a str, &'a str)>,
    waivers: BTreeMap<&'a str, &'a WaiverView>,
    reads: BTreeMap<i64, &'a LedgerView>,
}

impl<'a> Index<'a> {
    /// Of a view.
    #[must_use]
    pub fn of(view: &'a ReportView) -> Self {
        let requirements = view.frameworks.iter().flat_map(|framework| {
            let counted = framework.requirements.iter().filter(|requirement| requirement.in_scope);
            counted.map(|requirement| (framework.id.as_str(), requirement.id.as_str()))
        });
        Self {
            controls: view.controls.iter().enumerate().map(|(at, control)| (control.id.as_str(), (at, control))).collect(),
            frameworks: view.frameworks.iter().map(|framework| (framework.id.as_str(), framework)).collect(),
            in_scope: requirements.collect(),
            waivers: view.waivers.iter().map(|waiver| (waiver.id.as_str(), waiver)).collect(),
            reads: view.ledger.iter().map(|read| (read.seq, read)).collect(),
        }
    }

    /// The control of a finding.
    #[must_use]
    pub fn control(&self, id: &str) -> Option<&'a ControlView> {
        self.controls.get(id).map(|(_, control)| *control)
    }

    /// Its place in the view's list.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.controls.get(id).map(|(at, _)| *at)
    }

    /// The frameworks of the report that a control bears on, and the requirements in scope: in the order of the control's list.
    pub fn bearings(&self, control: &'a ControlView) -> impl Iterator<Item = (&'a FrameworkView, &'a str)> {
        control.requirements.iter().filter_map(|(framework, requirement, _)| {
            let view = self.frameworks.get(framework.as_str())?;
            self.in_scope.contains(&(framework.as_str(), requirement.as_str())).then_some((*view, requirement.as_str()))
        })
    }

    /// The waiver that accepts a finding.
    #[must_use]
    pub fn waiver(&self, finding: &FindingView) -> Option<&'a WaiverView> {
        finding.waiver.as_ref().and_then(|id| self.waivers.get(id.as_str())).copied()
    }

    /// The reads behind a finding.
    pub fn reads(&self, finding: &FindingView) -> impl Iterator<Item = &'a LedgerView> {
        finding.reads.iter().filter_map(|seq| self.reads.get(seq).copied())
    }
}

/// What each finding is called, where several have one fingerprint: the number of the occurrence, from one.
#[derive(Debug, Default)]
pub struct Occurrences<'a>(BTreeMap<&'a str, u64>);

impl<'a> Occurrences<'a> {
    /// The number of this one; findings are asked about in the view's order.
    pub fn next(&mut self, fingerprint: &'a str) -> u64 {
        let count = self.0.entry(fingerprint).or_insert(0);
        *count += 1;
        *count
    }
}
