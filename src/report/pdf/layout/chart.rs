//! Score bars and trend lines. What is not known is drawn, as hatching, never left out.

use super::shapes;
use crate::model::Interval;
use crate::report::pdf::page::Item;
use crate::report::pdf::theme::{ACCENT, ACCENT_WASH, GREY, INK, LINE, Mark, TRACK};

#[allow(clippy::cast_possible_truncation)]
fn share(percent: f64) -> f32 {
    if percent.is_finite() { (percent / 100.0).clamp(0.0, 1.0) as f32 } else { 0.0 }
}

/// A bar from 0 to 100: solid up to `low`, hatched from `low` to `high`, empty after that. No score: an empty dashed frame.
#[must_use]
pub fn bar(interval: Option<Interval>, x: f32, y: f32, width: f32, height: f32) -> Vec<Item> {
    let Some(interval) = interval else {
        let points = vec![(x, y + height / 2.0), (x + width, y + height / 2.0)];
        return vec![shapes::polyline(points, GREY, 0.6, Some((1.5, 2.5)))];
    };
    let (low, high) = (share(interval.low.0) * width, share(interval.high.0) * width);
    let mut items = vec![shapes::rectangle(x, y, width, height, Some(TRACK), None)];
    if high > low {
        items.push(shapes::rectangle(x + low, y, high - low, height, Some(ACCENT_WASH), None));
        items.extend(shapes::hatch(x + low, y, high - low, height, 2.6, ACCENT, 0.45));
        items.push(shapes::rectangle(x + low, y + 0.25, high - low, height - 0.5, None, Some((ACCENT, 0.5))));
    }
    if low > 0.0 {
        items.push(shapes::rectangle(x, y, low, height, Some(ACCENT), None));
    }
    // The end of the scale, so that an empty bar still has a length.
    items.push(shapes::line(x + width, y - 1.0, x + width, y + height + 1.0, GREY, 0.5));
    items.push(shapes::line(x, y - 1.0, x, y + height + 1.0, GREY, 0.5));
    items
}

/// What a part of a strip of time shows; parts differ in shape as well as in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Met: solid, half as tall.
    Met,
    /// Not met: solid and tall.
    NotMet,
    /// Not known: hatched.
    NotKnown,
    /// Not observed: a dotted line.
    NotObserved,
}

/// A part of a strip: where it begins and ends, from 0 to 1, and what it shows.
pub type Stretch = (f32, f32, Look);

/// A stretch of time on a base line.
#[must_use]
pub fn strip(stretches: &[Stretch], x: f32, y: f32, width: f32, height: f32) -> Vec<Item> {
    let base = y + height;
    let mut items = vec![shapes::line(x, base, x + width, base, LINE, 0.5)];
    for (from, until, look) in stretches {
        let (left, wide) = (x + width * from, (width * (until - from)).max(0.4));
        match look {
            Look::Met => items.push(shapes::rectangle(left, y + height / 2.0, wide, height / 2.0, Some(Mark::Pass.colour()), None)),
            Look::NotMet => items.push(shapes::rectangle(left, y, wide, height, Some(Mark::Fail.colour()), None)),
            Look::NotKnown => {
                let (top, tall) = (y + height * 0.3, height * 0.7);
                items.extend(shapes::hatch(left, top, wide, tall, 2.4, Mark::Unknown.colour(), 0.45));
                items.push(shapes::rectangle(left, top, wide, tall, None, Some((Mark::Unknown.colour(), 0.5))));
            }
            Look::NotObserved => {
                let middle = y + height * 0.7;
                items.push(shapes::polyline(vec![(left, middle), (left + wide, middle)], GREY, 0.6, Some((1.0, 2.0))));
            }
        }
    }
    items
}

/// One line of a trend: position along the time axis from 0 to 1, and the score there.
pub type Series = Vec<(f32, Option<Interval>)>;

/// The frame of a trend panel: lines at 0, 50 and 100.
#[must_use]
pub fn frame(x: f32, y: f32, width: f32, height: f32) -> Vec<Item> {
    [0.0, 0.5, 1.0]
        .into_iter()
        .map(|part| {
            let level = y + height * part;
            let colour = if part == 1.0 { GREY } else { LINE };
            shapes::line(x, level, x + width, level, colour, 0.5)
        })
        .collect()
}

/// Both ends of a score over time; the room between them is hatched where `main`.
#[must_use]
pub fn trend(series: &Series, x: f32, y: f32, width: f32, height: f32, main: bool) -> Vec<Item> {
    let at = |part: f32, percent: f64| (x + width * part, y + height * (1.0 - share(percent)));
    let mut items = Vec::new();
    // A missing score breaks the line: nothing is drawn between what was not measured.
    for stretch in series.split(|(_, score)| score.is_none()) {
        let ends: Vec<(f32, Interval)> = stretch.iter().filter_map(|(part, score)| Some((*part, (*score)?))).collect();
        if main {
            items.extend(between(&ends, &at));
        }
        let low: Vec<_> = ends.iter().map(|(part, score)| at(*part, score.low.0)).collect();
        let high: Vec<_> = ends.iter().map(|(part, score)| at(*part, score.high.0)).collect();
        let (colour, dash) = if main { (ACCENT, None) } else { (INK, Some((2.2, 1.8))) };
        if low.len() > 1 {
            items.push(shapes::polyline(high, colour, 0.5, dash));
            items.push(shapes::polyline(low.clone(), colour, 1.4, dash));
        }
        items.extend(low.iter().map(|(px, py)| shapes::disc(*px, *py, if main { 1.6 } else { 1.2 }, 0.0, 1.0, Some(colour), None)));
    }
    items
}

fn between(ends: &[(f32, Interval)], at: &impl Fn(f32, f64) -> (f32, f32)) -> Vec<Item> {
    let mut items = Vec::new();
    for pair in ends.windows(2) {
        let [(from, first), (to, second)] = pair else { continue };
        let (left, right) = (at(*from, 0.0).0, at(*to, 0.0).0);
        let steps = ((right - left) / 2.6).ceil().max(1.0);
        let mut step = 0.0;
        while step <= steps {
            let part = step / steps;
            let mix = |a: f64, b: f64| a + (b - a) * f64::from(part);
            let across = from + (to - from) * part;
            let (low, high) = (at(across, mix(first.low.0, second.low.0)), at(across, mix(first.high.0, second.high.0)));
            if low.1 - high.1 > 0.3 {
                items.push(shapes::line(low.0, low.1, high.0, high.1, ACCENT, 0.35));
            }
            step += 1.0;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::model::Percent;

    fn right_end(items: &[Item], wanted: Option<crate::report::pdf::page::Colour>) -> f32 {
        items
            .iter()
            .filter_map(|item| match item {
                Item::Path { points, fill, .. } if *fill == wanted => Some(points.iter().map(|(x, _)| *x).fold(0.0, f32::max)),
                _ => None,
            })
            .fold(0.0, f32::max)
    }

    #[test]
    fn the_unknown_part_of_a_bar_is_visible() {
        let score = |low, high| Some(Interval { low: Percent(low), high: Percent(high) });
        let items = bar(score(40.0, 75.0), 0.0, 0.0, 200.0, 8.0);
        assert_eq!(right_end(&items, Some(ACCENT)), 80.0);
        assert_eq!(right_end(&items, Some(ACCENT_WASH)), 150.0);
        let exact = bar(score(60.0, 60.0), 0.0, 0.0, 200.0, 8.0);
        assert_eq!(right_end(&exact, Some(ACCENT_WASH)), 0.0);
        assert_eq!(bar(None, 0.0, 0.0, 200.0, 8.0).len(), 1);
    }

    #[test]
    fn a_gap_in_the_scores_is_a_gap_in_the_line() {
        let score = Some(Interval { low: Percent(50.0), high: Percent(50.0) });
        let whole: Series = vec![(0.0, score), (0.5, score), (1.0, score)];
        let broken: Series = vec![(0.0, score), (0.5, None), (1.0, score)];
        let lines = |series: &Series| {
            trend(series, 0.0, 0.0, 100.0, 50.0, true).iter().filter(|item| matches!(item, Item::Path { closed: false, .. })).count()
        };
        assert_eq!(lines(&whole), 2);
        assert_eq!(lines(&broken), 0);
    }
}
