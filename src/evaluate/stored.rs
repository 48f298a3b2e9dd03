//! An evaluation's tallies from its stored counts: the counts are sealed, and what an incomplete read may hide stands in the ledger.

use super::kubernetes::Templates;
use super::{Evaluation, Rules, unread};
use crate::catalog::Catalog;
use crate::model::{ControlTally, Counts, Read, Settings};

/// The tallies that judging a snapshot with these rules and settings gives, out of the counts that it gave: control, glob of the slice (empty
/// for all) and resources in the order of [`crate::model::Verdict::ALL`]. A control without a count is one that nobody looked with. Verdicts
/// are not among it.
#[must_use]
pub fn recount<'c>(
    counts: impl IntoIterator<Item = (&'c str, &'c str, [u64; 5])>,
    reads: &[Read],
    catalog: &Catalog,
    rules: &Rules,
    settings: &Settings,
) -> Evaluation {
    let templates = Templates::new(settings).kinds();
    let mut evaluation = Evaluation::default();
    for control in catalog.controls.keys() {
        evaluation.tallies.insert(control.clone(), ControlTally::default());
    }
    for (control, glob, [fail, unknown, manual, pass, not_applicable]) in counts {
        let Some(compiled) = rules.controls.iter().find(|compiled| compiled.control.id == control) else { continue };
        let mut tally = ControlTally { counts: Counts { fail, unknown, manual, pass, not_applicable }, ..ControlTally::default() };
        for read in reads.iter().filter(|read| unread::bears_on(read, &compiled.control, &templates)) {
            tally.looked = true;
            if read.hides() {
                tally.hidden = tally.hidden.and(read.may_hide.map(|most| most.saturating_sub(1)));
            }
        }
        if glob.is_empty() {
            evaluation.tallies.insert(control.to_owned(), tally);
        } else {
            evaluation.slices.insert((control.to_owned(), glob.to_owned()), tally);
        }
    }
    evaluation
}
