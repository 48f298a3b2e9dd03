//! Lines, boxes, hatching and status marks as paths.

use crate::report::pdf::page::{Colour, Item, Stroke};
use crate::report::pdf::theme::Mark;

/// A straight line.
#[must_use]
pub fn line(x0: f32, y0: f32, x1: f32, y1: f32, colour: Colour, width: f32) -> Item {
    polyline(vec![(x0, y0), (x1, y1)], colour, width, None)
}

/// An open line through points.
#[must_use]
pub fn polyline(points: Vec<(f32, f32)>, colour: Colour, width: f32, dash: Option<(f32, f32)>) -> Item {
    Item::Path { points, closed: false, fill: None, stroke: Some(Stroke { colour, width, dash }) }
}

/// A rectangle.
#[must_use]
pub fn rectangle(x: f32, y: f32, width: f32, height: f32, fill: Option<Colour>, outline: Option<(Colour, f32)>) -> Item {
    let points = vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
    let stroke = outline.map(|(colour, width)| Stroke { colour, width, dash: None });
    Item::Path { points, closed: true, fill, stroke }
}

/// Diagonal lines clipped to a rectangle: what is not known.
#[must_use]
pub fn hatch(x: f32, y: f32, width: f32, height: f32, step: f32, colour: Colour, thickness: f32) -> Vec<Item> {
    let mut lines = Vec::new();
    // The line through (x + offset, y + height) rises to (x + offset + height, y).
    let mut offset = step - height;
    while offset < width {
        let (from, to) = (offset.max(0.0), (offset + height).min(width));
        if to > from {
            lines.push(line(x + from, y + height - (from - offset), x + to, y + height - (to - offset), colour, thickness));
        }
        offset += step;
    }
    lines
}

/// Part of a disc from angle `start`, clockwise from the top, over `sweep` turns.
#[must_use]
pub fn disc(x: f32, y: f32, radius: f32, start: f32, sweep: f32, fill: Option<Colour>, stroke: Option<Stroke>) -> Item {
    let steps = 24_u8;
    let mut points: Vec<(f32, f32)> = (0..=steps)
        .map(|step| {
            let angle = std::f32::consts::TAU * (start + sweep * f32::from(step) / f32::from(steps));
            (x + radius * angle.sin(), y - radius * angle.cos())
        })
        .collect();
    if sweep >= 1.0 {
        points.pop();
    }
    Item::Path { points, closed: true, fill, stroke }
}

/// Width a status mark takes, with the gap to its word.
pub const MARK: f32 = 10.0;

/// A status mark, its centre at height `y`.
#[must_use]
pub fn mark(mark: Mark, x: f32, y: f32) -> Vec<Item> {
    let colour = mark.colour();
    let (side, radius) = (5.2, 2.9);
    let thin = Stroke { colour, width: 0.9, dash: None };
    let centre = x + radius;
    match mark {
        Mark::Fail => vec![rectangle(centre - side / 2.0, y - side / 2.0, side, side, Some(colour), None)],
        Mark::Unknown => {
            let mut items = hatch(centre - side / 2.0, y - side / 2.0, side, side, 1.7, colour, 0.6);
            items.push(rectangle(centre - side / 2.0, y - side / 2.0, side, side, None, Some((colour, 0.7))));
            items
        }
        Mark::Partial => {
            vec![disc(centre, y, radius - 0.4, 0.0, 1.0, None, Some(thin)), disc(centre, y, radius - 0.4, 0.5, 0.5, Some(colour), None)]
        }
        Mark::Manual => vec![disc(centre, y, radius - 0.4, 0.0, 1.0, None, Some(thin))],
        Mark::Pass => vec![disc(centre, y, radius, 0.0, 1.0, Some(colour), None)],
        Mark::Nothing => vec![line(centre - radius, y, centre + radius, y, colour, 1.0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside_its_box() {
        let lines = hatch(10.0, 20.0, 37.0, 6.0, 2.4, Colour(0, 0, 0), 0.5);
        assert!(lines.len() > 14);
        for item in lines {
            if let Item::Path { points, .. } = item {
                for (x, y) in points {
                    assert!((10.0..=47.001).contains(&x) && (19.999..=26.001).contains(&y), "{x} {y}");
                }
            }
        }
        assert_eq!(hatch(0.0, 0.0, 0.0, 6.0, 2.0, Colour(0, 0, 0), 0.5).len(), 0);
    }
}
