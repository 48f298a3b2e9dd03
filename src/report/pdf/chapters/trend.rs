//! Scores over time: one small panel a framework, so that six of them can be told apart without colour.

use super::Report;
use crate::model::Interval;
use crate::report::pdf::layout::chart::{self, Series};
use crate::report::pdf::layout::table::{Cell, Row, number, text};
use crate::report::pdf::page::NodeId;
use crate::report::pdf::theme::{self, LEFT, MEASURE};
use crate::report::pdf::typeset::{Style, draw};
use crate::report::view::{FrameworkView, TrendScore};
use chrono::DateTime;

const ABREAST: usize = 3;
const PANEL: f32 = 56.0;
const GUTTER: f32 = 18.0;
const AXIS: f32 = 20.0;

impl Report<'_> {
    pub(super) fn trend(&mut self) {
        let (view, words) = (self.view, self.words);
        if !view.frameworks.is_empty() {
            self.flow.lead_in(words.say("trend.legend"), theme::NOTE, 8.0);
        }
        let places = self.places();
        #[allow(clippy::cast_precision_loss)]
        let width = (MEASURE - GUTTER * (ABREAST - 1) as f32) / ABREAST as f32;
        for (index, row) in view.frameworks.chunks(ABREAST).enumerate() {
            // An executive report has two rows of panels and no table: it must fit its page whatever the history.
            if self.executive() && index > 1 {
                break;
            }
            let title = row.iter().map(|framework| self.flow.setter.set(&framework.title, theme::bold(theme::CELL), width).height());
            let title = title.fold(0.0, f32::max);
            let height = title + PANEL + 34.0;
            self.flow.open(if index == 0 { height + 30.0 } else { height });
            let top = self.flow.y;
            for (column, framework) in [0.0, 1.0, 2.0].into_iter().zip(row) {
                self.panel(framework, &places, LEFT + column * (width + GUTTER), top, title, width);
            }
            self.flow.y = top + height;
        }
        if self.executive() {
            self.more(view.frameworks.len(), 2 * ABREAST);
            return;
        }
        let columns = [
            text(words.say("head.snapshot"), 60.0),
            text(words.say("head.taken"), 120.0),
            number(words.say("head.failing"), 70.0),
            number(words.say("head.unknown"), 70.0),
        ];
        let rows: Vec<Row> = view
            .trend
            .iter()
            .map(|point| {
                Row::plain(vec![
                    Cell::text(point.snapshot.to_string(), theme::CELL).header(),
                    Cell::text(point.taken_at.replace('T', " "), theme::CELL),
                    self.count(point.fail),
                    self.count(point.unknown),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    /// Where on the axis each point stands: by time, or evenly where a time cannot be read.
    #[allow(clippy::cast_precision_loss)]
    fn places(&self) -> Vec<f32> {
        let moments: Option<Vec<i64>> = self
            .view
            .trend
            .iter()
            .map(|point| DateTime::parse_from_rfc3339(&point.taken_at).ok().map(|moment| moment.timestamp()))
            .collect();
        let steps = self.view.trend.len().saturating_sub(1).max(1) as f32;
        let even = || (0..self.view.trend.len()).map(|index| index as f32 / steps).collect();
        let Some(moments) = moments else { return even() };
        let (Some(first), Some(last)) = (moments.first(), moments.last()) else { return even() };
        if last <= first {
            return even();
        }
        moments.iter().map(|moment| ((moment - first) as f64 / (last - first) as f64) as f32).collect()
    }

    fn panel(&mut self, framework: &FrameworkView, places: &[f32], x: f32, top: f32, title: f32, width: f32) {
        let scores: Vec<Option<&TrendScore>> = self.view.trend.iter().map(|point| point.scores.get(&framework.id)).collect();
        let series = |pick: fn(&TrendScore) -> Option<Interval>| -> Series {
            places.iter().zip(&scores).map(|(place, score)| (*place, score.and_then(pick))).collect()
        };
        let (configuration, programme) = (series(|score| score.configuration), series(|score| score.programme));
        let alt = self.words.fill(
            "trend.alt",
            &[
                ("framework", &framework.title),
                ("points", &places.len().to_string()),
                ("configuration", &self.first_and_last(&configuration)),
                ("programme", &self.first_and_last(&programme)),
            ],
        );
        let bounds = [x, top, x + width, top + title + PANEL + 20.0];
        let figure = self.flow.document.figure(self.flow.section, alt, bounds);
        self.label(&framework.title, theme::bold(theme::CELL), x, top, width, figure);
        let (left, inner, y) = (x + AXIS, width - AXIS - 4.0, top + title + 6.0);
        for item in chart::frame(left, y, inner, PANEL) {
            self.flow.document.place(Some(figure), item);
        }
        for (text, part) in [("100", 0.0), ("50", 0.5), ("0", 1.0)] {
            self.label(text, theme::right(theme::CELL_NOTE), x, y + PANEL * part - 5.4, AXIS - 5.0, figure);
        }
        for (series, main) in [(&programme, false), (&configuration, true)] {
            for item in chart::trend(series, left, y, inner, PANEL, main) {
                self.flow.document.place(Some(figure), item);
            }
        }
        let (first, last) = (self.view.trend.first(), self.view.trend.last());
        let first = first.map(|point| super::actions::day(&point.taken_at).to_owned()).unwrap_or_default();
        let last = last.map(|point| super::actions::day(&point.taken_at).to_owned()).unwrap_or_default();
        self.label(&first, theme::CELL_NOTE, left, y + PANEL + 3.0, inner / 2.0, figure);
        self.label(&last, theme::right(theme::CELL_NOTE), left + inner / 2.0, y + PANEL + 3.0, inner / 2.0, figure);
    }

    fn first_and_last(&self, series: &Series) -> String {
        let ends = [series.first(), series.last()].map(|end| self.interval(end.and_then(|(_, score)| *score)));
        self.words.fill("trend.from_to", &[("first", &ends[0]), ("last", &ends[1])])
    }

    fn label(&mut self, text: &str, style: Style, x: f32, y: f32, width: f32, node: NodeId) {
        let block = self.flow.setter.set(text, style, width);
        draw(&mut self.flow.document, &block, x, y, Some(node));
    }
}
