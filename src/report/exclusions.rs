//! Requirements left out, reason by reason: one answer about scope often leaves out many, and its reason is said once.

use super::view::{ExclusionView, ReportView};
use serde::Serialize;

/// Requirements of one framework that one reason leaves out.
#[derive(Debug, Serialize)]
pub struct LeftOut<'a> {
    /// Short name of the framework, or its id where the report does not show it.
    pub framework: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Which, in the standard's order.
    pub requirements: Vec<&'a ExclusionView>,
}

/// Every exclusion of a view, groups in the order of their first one.
#[must_use]
pub fn by_reason(view: &ReportView) -> Vec<LeftOut<'_>> {
    let mut groups: Vec<LeftOut<'_>> = Vec::new();
    for exclusion in &view.exclusions {
        let named = view.frameworks.iter().find(|framework| framework.id == exclusion.framework);
        let framework = named.map_or(exclusion.framework.as_str(), |framework| framework.title.as_str());
        match groups.iter_mut().find(|group| group.framework == framework && group.reason == exclusion.reason) {
            Some(group) => group.requirements.push(exclusion),
            None => groups.push(LeftOut { framework, reason: &exclusion.reason, requirements: vec![exclusion] }),
        }
    }
    groups
}
