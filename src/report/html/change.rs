//! Why the scores changed since the snapshot before: each framework's two scores, split by cause.

use super::words::interval;
use crate::posture::change::{Delta, FrameworkChange, Parts, ScoreChange};
use crate::posture::score::points;
use crate::report::presentation::Words;
use crate::report::view::ReportView;
use serde::Serialize;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Change<'a> {
    snapshot: String,
    taken_at: &'a str,
    /// Whether any score moved by anything.
    moved: bool,
    frameworks: Vec<Framework<'a>>,
    notes: &'a [String],
}

/// One framework's two scores.
#[derive(Debug, Serialize)]
struct Framework<'a> {
    title: &'a str,
    configuration: Row,
    programme: Row,
}

/// One score.
#[derive(Debug, Serialize)]
struct Row {
    before: Option<String>,
    after: Option<String>,
    change: Option<Cell>,
    /// In the order of the table's columns; empty where one end has no score.
    parts: Vec<Option<Cell>>,
}

/// A difference: of the low end, and of the high end where that differs.
#[derive(Debug, Serialize)]
struct Cell {
    low: String,
    high: Option<String>,
    zero: bool,
    /// The bar: where it begins and how wide it is, in percent of the cell, from a middle that is zero.
    x: String,
    width: String,
    down: bool,
}

impl<'a> Change<'a> {
    pub(super) fn of(view: &'a ReportView, words: &Words) -> Option<Self> {
        let change = view.change.as_ref()?;
        let all = || change.frameworks.iter().flat_map(|framework| [&framework.configuration[0], &framework.programme[0]]);
        let deltas = || {
            all().filter_map(|score| score.parts.as_ref()).flat_map(|parts| in_order(parts).into_iter().flatten().chain([parts.total()]))
        };
        let widest = deltas().map(|delta| delta.low.abs()).max().unwrap_or(0).max(1);
        let frameworks = change.frameworks.iter().map(|framework| Framework {
            title: title(view, framework),
            configuration: row(&framework.configuration[0], widest, words),
            programme: row(&framework.programme[0], widest, words),
        });
        Some(Self {
            snapshot: change.snapshot.to_string(),
            taken_at: &change.taken_at,
            moved: deltas().any(|delta| delta != Delta::default()),
            frameworks: frameworks.collect(),
            notes: &change.notes,
        })
    }
}

fn title<'a>(view: &'a ReportView, change: &'a FrameworkChange) -> &'a str {
    view.frameworks
        .iter()
        .find(|framework| framework.id == change.framework)
        .map_or(change.framework.as_str(), |framework| &framework.title)
}

/// The causes in the order of the table; `None` where one is not separable.
fn in_order(parts: &Parts) -> [Option<Delta>; 6] {
    [Some(parts.configuration), parts.catalog, Some(parts.scope), Some(parts.access), Some(parts.waivers), Some(parts.attestations)]
}

fn row(score: &ScoreChange, widest: i64, words: &Words) -> Row {
    Row {
        before: score.before.map(|score| interval(words, score)),
        after: score.after.map(|score| interval(words, score)),
        change: score.parts.as_ref().map(|parts| cell(parts.total(), widest, words)),
        parts: score
            .parts
            .as_ref()
            .map(|parts| in_order(parts).map(|delta| delta.map(|delta| cell(delta, widest, words))).into())
            .unwrap_or_default(),
    }
}

fn cell(delta: Delta, widest: i64, words: &Words) -> Cell {
    let said = |tenths: i64| {
        let number = if tenths == 0 { "0.0".to_owned() } else { format!("{:+.1}", points(tenths).0).replace('-', "\u{2212}") };
        words.decimal(&number)
    };
    // A part of a cell's half, in whole thousandths, so that no rounding differs between machines.
    let width = delta.low.abs() * 500 / widest;
    let x = if delta.low < 0 { 500 - width } else { 500 };
    Cell {
        low: said(delta.low),
        high: (delta.high != delta.low).then(|| said(delta.high)),
        zero: delta == Delta::default(),
        x: format!("{}.{}%", x / 10, x % 10),
        width: format!("{}.{}%", width / 10, width % 10),
        down: delta.low < 0,
    }
}
