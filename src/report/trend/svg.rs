//! The trend as one SVG file. The low line is solid and the high one dashed, the band between them is hatched: nothing hangs on colour.

use super::drawing::Area;
use super::{Point, Scores, TrendView};
use crate::model::Interval;
use crate::report::escape::{cut, xml as escaped};
use chrono::DateTime;
use std::fmt::Write as _;

const WIDTH: f64 = 920.0;
const MARGIN: f64 = 28.0;
/// Room for the numbers of the axis.
const AXIS: f64 = 40.0;
const GUTTER: f64 = 36.0;
const HEAD: f64 = 104.0;
const ROW: f64 = 196.0;
const PLOT: f64 = 104.0;

/// Colours are said outright and again for the dark, because not every program that shows drawings knows variables.
const STYLE: &str = "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',Arial,sans-serif;fill:#1c1e21;font-size:13px}\
.ground{fill:#fff}.title{font-size:20px;font-weight:650}.name{font-size:15px;font-weight:650}.muted{fill:#565c64;font-size:12px}\
.value{font-weight:600;font-size:13px}.grid{stroke:#e1e2de}.base{stroke:#8a8f96}.band{fill:#e4dcf3}.hatch{stroke:#a98fd6}\
.low{stroke:#0a6650;stroke-width:2;fill:none}.high{stroke:#6a3fb0;stroke-width:1.4;stroke-dasharray:4 3;fill:none}\
.at-low{fill:#0a6650}.at-high{fill:#fff;stroke:#6a3fb0;stroke-width:1.2}\
@media (prefers-color-scheme:dark){text{fill:#e7e8ea}.ground{fill:#121416}.muted{fill:#a6adb5}.grid{stroke:#2d3237}.base{stroke:#747c85}\
.band{fill:#352b4a}.hatch{stroke:#8a70bd}.low{stroke:#4fbf9f}.high{stroke:#c1a3f7}.at-low{fill:#4fbf9f}.at-high{fill:#121416;stroke:#c1a3f7}}";

pub(super) fn draw(view: &TrendView) -> String {
    let rows = view.frameworks.len().max(1) as f64;
    let height = HEAD + ROW * rows + 8.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" width=\"{WIDTH:.0}\" height=\"{height:.0}\" \
         role=\"group\" aria-labelledby=\"title what\">\n"
    );
    let title = view.organisation.as_deref().map_or_else(|| "Scores over time".to_owned(), |name| format!("Scores of {name} over time"));
    let what = "Configuration and programme score of each framework at each scan, from 0 to 100 %, without waivers. The solid line is what was \
                proved, the dashed line what was possible; the band between them is what nobody could see.";
    // Writing to a string cannot fail; the same below.
    let _ = writeln!(svg, "<title id=\"title\">{}</title>\n<desc id=\"what\">{what}</desc>\n<style>{STYLE}</style>", escaped(&title));
    svg += "<defs><pattern id=\"unknown\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
            <rect class=\"band\" width=\"6\" height=\"6\"/><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke-width=\"1.6\"/>\
            </pattern></defs>\n";
    let _ = writeln!(svg, "<rect class=\"ground\" width=\"{WIDTH:.0}\" height=\"{height:.0}\"/>");
    let _ = writeln!(svg, "<text class=\"title\" x=\"{MARGIN}\" y=\"42\">{}</text>", escaped(&cut(&title, 76)));
    legend(&mut svg);
    if view.frameworks.is_empty() {
        let _ = writeln!(svg, "<text class=\"muted\" x=\"{MARGIN}\" y=\"{:.0}\">Nothing has been evaluated yet.</text>", HEAD + 20.0);
    }
    for ((id, name), row) in view.frameworks.iter().zip(0..) {
        framework(&mut svg, view, id, name, HEAD + ROW * f64::from(row));
    }
    svg += "</svg>\n";
    svg
}

fn legend(svg: &mut String) {
    let y = 70.0;
    let _ = writeln!(
        svg,
        "<g aria-hidden=\"true\"><line class=\"low\" x1=\"{MARGIN}\" y1=\"{y}\" x2=\"{:.0}\" y2=\"{y}\"/><text class=\"muted\" x=\"{:.0}\" \
         y=\"{:.0}\">proved</text><rect x=\"{:.0}\" y=\"{:.0}\" width=\"24\" height=\"12\" fill=\"url(#unknown)\"/><text class=\"muted\" \
         x=\"{:.0}\" y=\"{:.0}\">unknown: may pass or fail</text><line class=\"high\" x1=\"{:.0}\" y1=\"{y}\" x2=\"{:.0}\" y2=\"{y}\"/>\
         <text class=\"muted\" x=\"{:.0}\" y=\"{:.0}\">possible at best; all in %</text></g>",
        MARGIN + 24.0,
        MARGIN + 32.0,
        y + 4.0,
        MARGIN + 92.0,
        y - 6.0,
        MARGIN + 124.0,
        y + 4.0,
        MARGIN + 300.0,
        MARGIN + 324.0,
        MARGIN + 332.0,
        y + 4.0,
    );
}

fn framework(svg: &mut String, view: &TrendView, id: &str, name: &str, top: f64) {
    let _ = writeln!(svg, "<text class=\"name\" x=\"{MARGIN}\" y=\"{:.0}\">{}</text>", top + 14.0, escaped(&cut(name, 80)));
    let half = (WIDTH - 2.0 * MARGIN - GUTTER) / 2.0;
    panel(svg, view, (id, name), ("Configuration", |scores| scores.configuration), (MARGIN, half, top + 22.0));
    panel(svg, view, (id, name), ("Programme", |scores| scores.programme), (MARGIN + half + GUTTER, half, top + 22.0));
}

type Pick = fn(&Scores) -> Option<Interval>;

fn panel(svg: &mut String, view: &TrendView, (id, name): (&str, &str), (kind, pick): (&str, Pick), (x, width, top): (f64, f64, f64)) {
    let area = Area { left: x + AXIS + 6.0, right: x + width - 6.0, top: top + 26.0, bottom: top + 26.0 + PLOT };
    let times: Vec<Option<i64>> =
        view.points.iter().map(|point| DateTime::parse_from_rfc3339(&point.taken_at).ok().map(|time| time.timestamp())).collect();
    let points: Vec<(f64, Option<Interval>)> =
        area.positions(&times).into_iter().zip(view.points.iter().map(|point| point.scores.get(id).and_then(pick))).collect();
    let paths = area.paths(&points);
    let said = paths.as_ref().map_or_else(|| "never scored".to_owned(), |paths| paths.last.to_string());
    let alt = match (&paths, view.points.first(), view.points.last()) {
        (Some(paths), Some(first), Some(last)) => format!(
            "{kind} score of {name}: {} on {}, {} on {}, {} scans.",
            paths.first,
            day(first),
            paths.last,
            day(last),
            view.points.len()
        ),
        _ => format!("{kind} score of {name}: never scored."),
    };
    let _ = writeln!(svg, "<g role=\"img\" aria-label=\"{}\">", escaped(&alt));
    let _ = writeln!(
        svg,
        "<text class=\"muted\" x=\"{x:.1}\" y=\"{:.1}\">{kind}</text><text class=\"value\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{said}</text>",
        top + 13.0,
        x + width,
        top + 13.0
    );
    for percent in [0.0, 50.0, 100.0] {
        let y = area.height(percent);
        let class = if percent == 0.0 { "base" } else { "grid" };
        let _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"muted\" x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{percent:.0}</text>",
            x + AXIS,
            x + width,
            x + AXIS - 8.0,
            y + 4.0
        );
    }
    if let Some(paths) = paths {
        let _ = writeln!(
            svg,
            "<path d=\"{}\" fill=\"url(#unknown)\"/><path class=\"high\" d=\"{}\"/><path class=\"low\" d=\"{}\"/>",
            paths.band, paths.high, paths.low
        );
        // From a certain number on marks would only thicken the line; the last one stays.
        let every = if paths.marks.len() > 60 { paths.marks.len() } else { 1 };
        let scored = view.points.iter().zip(&points).filter_map(|(point, (_, score))| Some((point, (*score)?)));
        let last = paths.marks.len().saturating_sub(1);
        for (((cx, low, high), (point, score)), at) in paths.marks.iter().zip(scored).zip(0..) {
            if at % every == 0 || at == last {
                let _ = writeln!(
                    svg,
                    "<g><title>{}: {score}</title><circle class=\"at-high\" cx=\"{cx:.1}\" cy=\"{high:.1}\" r=\"2.4\"/><circle class=\"at-low\" \
                     cx=\"{cx:.1}\" cy=\"{low:.1}\" r=\"3\"/></g>",
                    day(point)
                );
            }
        }
    }
    if let (Some(first), Some(last)) = (view.points.first(), view.points.last()) {
        let y = area.bottom + 18.0;
        if view.points.len() > 1 {
            let _ = writeln!(
                svg,
                "<text class=\"muted\" x=\"{:.1}\" y=\"{y:.1}\">{}</text><text class=\"muted\" x=\"{:.1}\" y=\"{y:.1}\" text-anchor=\"end\">{}</text>",
                x + AXIS,
                day(first),
                x + width,
                day(last)
            );
        } else {
            let middle = (area.left + area.right) / 2.0;
            let _ = writeln!(svg, "<text class=\"muted\" x=\"{middle:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>", day(first));
        }
    }
    svg.push_str("</g>\n");
}

/// `24 Nov 2026`.
fn day(point: &Point) -> String {
    DateTime::parse_from_rfc3339(&point.taken_at).map_or_else(|_| escaped(&point.taken_at), |time| time.format("%-d %b %Y").to_string())
}
