//! Format `csv`: one row a stretch of a requirement's time, met ones too, so that sums can be checked in a spreadsheet.

use super::PeriodRenderer;
use super::view::PeriodView;
use crate::report::RenderError;
use crate::report::separated::row;

/// The renderer of format `csv`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Csv;

impl PeriodRenderer for Csv {
    fn format(&self) -> &'static str {
        "csv"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn render(&self, view: &PeriodView) -> Result<Vec<u8>, RenderError> {
        let mut text = row([
            "framework",
            "requirement",
            "title",
            "from",
            "until",
            "seconds",
            "standing",
            "status",
            "causes",
            "first_snapshot",
            "last_snapshot",
        ]);
        for framework in &view.frameworks {
            for requirement in &framework.requirements {
                for segment in &requirement.timeline {
                    let snapshot =
                        |pick: fn(&(i64, i64)) -> i64| segment.snapshots.as_ref().map_or_else(String::new, |s| pick(s).to_string());
                    let causes =
                        segment.causes.iter().map(|cause| format!("{}:{}={}", cause.kind, cause.id, cause.status)).collect::<Vec<_>>();
                    text += &row([
                        framework.id.as_str(),
                        &requirement.id,
                        &requirement.title,
                        &segment.from,
                        &segment.until,
                        &segment.seconds.to_string(),
                        segment.standing.as_str(),
                        &segment.status,
                        &causes.join(" "),
                        &snapshot(|s| s.0),
                        &snapshot(|s| s.1),
                    ]);
                }
            }
        }
        Ok(text.into_bytes())
    }
}
