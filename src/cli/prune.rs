//! `prune`: retention.

use super::Failure;
use super::args::{Global, PruneArgs, TableFormat};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::Terminal;
use crate::model::{SnapshotId, SnapshotInfo};
use crate::snapshot::Database;
use chrono::{Datelike, TimeDelta};
use serde_json::json;
use std::collections::BTreeMap;

pub(super) fn run(global: &Global, args: &PruneArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    if args.keep.is_none() && args.keep_days.is_none() && args.keep_monthly.is_none() {
        let message = "say what to keep: --keep N, --keep-days N or --keep-monthly N; a snapshot stays when one of them keeps it";
        return Err(Failure::Usage(message.to_owned()));
    }
    let plan = Plan::new(global, None)?;
    // Opened to read first: a database that is not there must not be made by mistake.
    let whole: Vec<SnapshotInfo> = Database::open_read_only(&plan.db)?.snapshots()?.into_iter().filter(|info| !info.pruned).collect();
    let keep = kept(&whole, args);
    let remove: Vec<SnapshotId> = whole.iter().map(|info| info.id).filter(|id| !keep.contains(id)).collect();
    if args.dry_run {
        match args.format {
            TableFormat::Json => terminal.json(&json!({ "kept": keep, "would_prune": remove }))?,
            TableFormat::Table => {
                terminal.line(&format!("{} snapshots would stay; {} would be pruned: {}", keep.len(), remove.len(), list(&remove)))?
            }
        };
        return Ok(Exit::Clean);
    }
    let pruned = Database::open(&plan.db)?.prune(&keep)?;
    match args.format {
        TableFormat::Json => terminal.json(&json!({
            "kept": keep,
            "pruned": pruned.snapshots,
            "documents": pruned.documents,
            "bytes": { "before": pruned.bytes_before, "after": pruned.bytes_after },
        }))?,
        TableFormat::Table if pruned.snapshots.is_empty() => terminal.line(&format!("nothing to prune: all {} snapshots stay", keep.len()))?,
        TableFormat::Table => terminal.line(&format!(
            "pruned {} snapshots ({}) and {} documents; {} stay whole; the file went from {} to {} kB\nledgers, verdicts, scores and roots of all snapshots remain: chain, trend and periods can be verified as before",
            pruned.snapshots.len(),
            list(&pruned.snapshots),
            pruned.documents,
            keep.len(),
            pruned.bytes_before / 1000,
            pruned.bytes_after / 1000
        ))?,
    };
    Ok(Exit::Clean)
}

/// `1 to 5, 7`
fn list(ids: &[SnapshotId]) -> String {
    let mut ranges: Vec<(SnapshotId, SnapshotId)> = Vec::new();
    for id in ids {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *id => *last = *id,
            _ => ranges.push((*id, *id)),
        }
    }
    if ranges.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<String> =
        ranges.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") }).collect();
    words.join(", ")
}

/// What stays: the newest, and whatever one of the wishes keeps. Days are counted back from the newest snapshot, not from today, so that a
/// database that was not used for a while is not emptied.
fn kept(whole: &[SnapshotInfo], args: &PruneArgs) -> Vec<SnapshotId> {
    let Some(newest) = whole.iter().max_by_key(|info| (info.taken_at, info.id)) else { return Vec::new() };
    let count = usize::try_from(args.keep.unwrap_or(0)).unwrap_or(usize::MAX);
    let since = args.keep_days.and_then(|days| newest.taken_at.checked_sub_signed(TimeDelta::days(i64::from(days))));
    // The last snapshot of each month stands for it.
    let mut months: BTreeMap<(i32, u32), SnapshotId> = BTreeMap::new();
    whole.iter().for_each(|info| {
        months.insert((info.taken_at.year(), info.taken_at.month()), info.id);
    });
    let monthly: Vec<SnapshotId> =
        months.into_values().rev().take(usize::try_from(args.keep_monthly.unwrap_or(0)).unwrap_or(usize::MAX)).collect();
    whole
        .iter()
        .enumerate()
        .filter(|(index, info)| {
            info.id == newest.id
                || whole.len() - index <= count
                || since.is_some_and(|since| info.taken_at >= since)
                || monthly.contains(&info.id)
        })
        .map(|(_, info)| info.id)
        .collect()
}
