//! Verdicts of an earlier evaluation that still hold, because nothing that they depend on has changed: the resource with its document, the
//! objects around it, the parameters and the catalog. So the cost of judging a snapshot follows what changed.
//!
//! What a verdict may depend on is known here and nowhere else; [`Reuse::new`] refuses whatever is not the same.

use super::kubernetes::Index;
use super::rules::{Compiled, Rules};
use crate::catalog::Catalog;
use crate::model::{Outcomes, Settings};
use crate::snapshot::{Earlier, EarlierVerdict, Snapshot, SnapshotError, StoredResource};
use std::collections::{BTreeMap, HashMap};

/// Rows of the objects around a namespace's resources: of one source and namespace, in order.
type Around = BTreeMap<(String, String), Vec<i64>>;

/// An earlier evaluation, laid out by resource.
pub(super) struct Reuse {
    outcomes: Outcomes,
    verdicts: Vec<EarlierVerdict>,
    /// From a resource's row to its place in the earlier snapshot.
    places: HashMap<i64, usize>,
    /// For each place, the begin of its part of `of_place`.
    begins: Vec<usize>,
    /// Numbers of stored verdicts, place by place.
    of_place: Vec<u32>,
    before: Around,
    now: Around,
    /// Whether a control reads the time of the snapshot, by index.
    timely: Vec<bool>,
}

impl Reuse {
    /// What can be built upon: `None` when there is no earlier evaluation, or it was made under other parameters.
    pub(super) fn new(
        snapshot: &Snapshot<'_>,
        catalog: &Catalog,
        rules: &Rules,
        settings: &Settings,
    ) -> Result<Option<Self>, SnapshotError> {
        let Some(earlier) = snapshot.earlier(catalog.hash)? else { return Ok(None) };
        let same = earlier.settings.params == settings.params && earlier.settings.workloads == settings.workloads;
        let columns = rules.controls.iter().map(|compiled| &*compiled.id).eq(earlier.outcomes.controls.iter().map(String::as_str));
        if !(same && columns && earlier.rows.len() == earlier.outcomes.len()) {
            return Ok(None);
        }
        let Some((begins, of_place)) = lay_out(&earlier, rules) else { return Ok(None) };
        let around = |id| -> Result<Around, SnapshotError> {
            let mut around = Around::new();
            for (reference, row) in snapshot.rows_of(id, &Index::kinds())? {
                around.entry(Index::place(&reference)).or_default().push(row);
            }
            Ok(around)
        };
        Ok(Some(Self {
            before: around(earlier.snapshot)?,
            now: around(snapshot.info.id)?,
            places: earlier.rows.iter().enumerate().map(|(place, row)| (*row, place)).collect(),
            outcomes: earlier.outcomes,
            verdicts: earlier.verdicts,
            begins,
            of_place,
            timely: rules.controls.iter().map(timely).collect(),
        }))
    }

    /// The place of a resource in the earlier snapshot, if nothing about it and around it has changed.
    pub(super) fn place(&self, stored: &StoredResource) -> Option<usize> {
        let place = *self.places.get(&stored.row)?;
        let around = (stored.reference.source.clone(), stored.reference.namespace.clone());
        let judged_by_time = self.outcomes.row(place).iter().zip(&self.timely).any(|(code, timely)| *timely && *code != 0);
        (!judged_by_time && self.before.get(&around) == self.now.get(&around)).then_some(place)
    }

    /// The codes of all controls over the resource at a place.
    pub(super) fn codes(&self, place: usize) -> &[u8] {
        self.outcomes.row(place)
    }

    /// What the stored verdicts over the resource at a place say, by control.
    pub(super) fn verdicts(&self, place: usize) -> impl Iterator<Item = &EarlierVerdict> {
        let range = self.begins.get(place).copied().unwrap_or(0)..self.begins.get(place + 1).copied().unwrap_or(0);
        let numbers = self.of_place.get(range).into_iter().flatten();
        numbers.filter_map(|number| self.verdicts.get(usize::try_from(*number).unwrap_or(usize::MAX)))
    }
}

/// Whether a control reads the time of the snapshot.
fn timely(compiled: &Compiled) -> bool {
    compiled.rules.iter().any(|rule| {
        let programs = [Some(&rule.require), rule.observed.as_ref(), rule.applies_when.as_ref(), rule.manual_when.as_ref()];
        programs.into_iter().flatten().any(|program| program.uses_root("snapshot"))
    })
}

/// Finds for each resource its stored verdicts. Stored verdicts stand by control, then in the order of the resources: so those of one control
/// are taken in turn, wherever the outcomes say that there is one. `None`: they do not fit together.
fn lay_out(earlier: &Earlier, rules: &Rules) -> Option<(Vec<usize>, Vec<u32>)> {
    let mut queues: Vec<std::iter::Peekable<std::ops::Range<usize>>> = Vec::with_capacity(rules.controls.len());
    let mut begin = 0;
    for compiled in &rules.controls {
        let rest = earlier.verdicts.get(begin..)?;
        let count = rest.iter().take_while(|stored| stored.control == compiled.id).count();
        queues.push((begin..begin + count).peekable());
        begin += count;
    }
    if begin != earlier.verdicts.len() {
        return None;
    }
    let (mut begins, mut of_place) = (Vec::with_capacity(earlier.rows.len() + 1), Vec::new());
    for place in 0..earlier.rows.len() {
        begins.push(of_place.len());
        for (control, queue) in queues.iter_mut().enumerate() {
            if earlier.outcomes.verdict(place, control).is_some_and(super::engine::is_stored) {
                of_place.push(u32::try_from(queue.next()?).ok()?);
            }
        }
    }
    begins.push(of_place.len());
    Some((begins, of_place))
}
