//! Why the scores changed since the snapshot before: each framework's two scores, split by cause.

use super::words::interval;
use crate::posture::change::{Delta, FrameworkChange, Parts, ScoreChange};
use crate::posture::score::points;
use crate::report::presentation::Words;
use crate::report::view::ReportView;
use serde::Serialize;
use std::borrow::Cow;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Change<'a> {
    snapshot: String,
    taken_at: &'a str,
    /// Whether any score moved by anything.
    moved: bool,
    /// Keys of the causes that have a part in any change, and of those that have none.
    causes: Vec<&'static str>,
    without: Vec<&'static str>,
    frameworks: Vec<Framework<'a>>,
    notes: Vec<Cow<'a, str>>,
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
    /// Columns of the change and its parts together.
    span: usize,
    /// Of the causes that have a part in any change, in their order; empty where one end has no score.
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
        let parts = || all().filter_map(|score| score.parts.as_ref()).map(in_order);
        let speaks: [bool; 6] = std::array::from_fn(|cause| parts().any(|parts| parts[cause] != Some(Delta::default())));
        let causes = |wanted: bool| CAUSES.into_iter().zip(speaks).filter(|(_, speaks)| *speaks == wanted).map(|(key, _)| key).collect();
        let frameworks = change.frameworks.iter().map(|framework| Framework {
            title: title(view, framework),
            configuration: row(&framework.configuration[0], speaks, widest, words),
            programme: row(&framework.programme[0], speaks, widest, words),
        });
        Some(Self {
            snapshot: change.snapshot.to_string(),
            taken_at: &change.taken_at,
            causes: causes(true),
            without: causes(false),
            moved: deltas().any(|delta| delta != Delta::default()),
            frameworks: frameworks.collect(),
            notes: change.notes.iter().map(|note| words.retell(&view.phrases, note)).collect(),
        })
    }
}

fn title<'a>(view: &'a ReportView, change: &'a FrameworkChange) -> &'a str {
    view.frameworks
        .iter()
        .find(|framework| framework.id == change.framework)
        .map_or(change.framework.as_str(), |framework| &framework.title)
}

/// Keys of the causes, in the order of [`in_order`].
const CAUSES: [&str; 6] = ["configuration", "catalog", "scope", "access", "waivers", "attestations"];

/// The causes in the order of the table; `None` where one is not separable.
fn in_order(parts: &Parts) -> [Option<Delta>; 6] {
    [Some(parts.configuration), parts.catalog, Some(parts.scope), Some(parts.access), Some(parts.waivers), Some(parts.attestations)]
}

fn row(score: &ScoreChange, speaks: [bool; 6], widest: i64, words: &Words) -> Row {
    Row {
        before: score.before.map(|score| interval(words, score)),
        after: score.after.map(|score| interval(words, score)),
        span: 1 + speaks.into_iter().filter(|speaks| *speaks).count(),
        change: score.parts.as_ref().map(|parts| cell(parts.total(), widest, words)),
        parts: score.parts.as_ref().map_or_else(Vec::new, |parts| {
            let speaking = in_order(parts).into_iter().zip(speaks).filter(|(_, speaks)| *speaks);
            speaking.map(|(delta, _)| delta.map(|delta| cell(delta, widest, words))).collect()
        }),
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
