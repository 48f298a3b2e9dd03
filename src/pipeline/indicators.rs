//! Indicators out of a database: every snapshot's own evaluation gives the findings' stays, the newest one the rest.

use super::{Bench, Judged, PipelineError};
use crate::model::{Settings, SnapshotInfo};
use crate::posture::indicators::{Indicators, Inputs};
use crate::posture::stays::Stay;
use crate::posture::{attestations, schedule::Cadence};
use crate::snapshot::Database;
use chrono::{DateTime, TimeDelta, Utc};

/// How far back they look when nobody says otherwise: a quarter.
pub const WINDOW: TimeDelta = TimeDelta::days(90);

/// The indicators at a snapshot, over a window that ends with it; `None` for a snapshot without a stored evaluation, of which nobody could
/// say which findings were open.
///
/// # Errors
///
/// A damaged database.
pub fn at(
    database: &Database,
    snapshot: &SnapshotInfo,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
    from: Option<DateTime<Utc>>,
) -> Result<Option<Indicators>, PipelineError> {
    let (stays, scans) = super::lives::stays(database, snapshot)?;
    Ok(of(&stays, &scans, snapshot, bench, settings, judged, from).map(|(found, _)| found))
}

/// The same from stays and times of scans that are known already, with the schedule they are measured by.
pub(super) fn of(
    stays: &[Stay],
    scans: &[DateTime<Utc>],
    snapshot: &SnapshotInfo,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
    from: Option<DateTime<Utc>>,
) -> Option<(Indicators, Cadence)> {
    if scans.last() != Some(&snapshot.taken_at) {
        return None;
    }
    let now = snapshot.taken_at;
    let expired = |state: &str| state == "expired";
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let cadence = Cadence::of(settings.schedule, scans);
    let found = Indicators::of(&Inputs {
        stays,
        scans,
        cadence: &cadence,
        // A window that begins before the first scan would only count scans that nobody could have made.
        from: from.unwrap_or_else(|| (now - WINDOW).max(scans.first().copied().unwrap_or(now))),
        now,
        coverage: judged.frameworks.iter().map(|framework| (framework.id.clone(), framework.coverage)).collect(),
        expired_waivers: count(judged.waivers.iter().filter(|result| expired(result.state)).count()),
        expired_attestations: count(attestations(&bench.catalog, settings, now).iter().filter(|result| expired(result.state)).count()),
    });
    Some((found, cadence))
}
