//! Indicators out of a database: every snapshot's own evaluation gives the findings' lives, the newest one the rest.

use super::{Bench, Judged, PipelineError};
use crate::model::{Settings, SnapshotInfo};
use crate::posture::indicators::{Indicators, Inputs, Life};
use crate::posture::life::{Failing, Lives, Scan};
use crate::posture::{attestations, schedule::Cadence};
use crate::snapshot::Database;
use chrono::{DateTime, TimeDelta, Utc};

/// How far back they look when nobody says otherwise: a quarter.
pub const WINDOW: TimeDelta = TimeDelta::days(90);

/// Lives of all failing findings up to a snapshot, by each snapshot's own evaluation, and the times of those scans.
fn lives(database: &Database, until: &SnapshotInfo) -> Result<(Vec<Life>, Vec<DateTime<Utc>>), PipelineError> {
    let mut lives = Lives::default();
    let mut times = Vec::new();
    let records = database.history(i64::MAX)?;
    for record in records.into_iter().filter(|record| (record.taken_at, record.snapshot) <= (until.taken_at, until.id)) {
        let found = database.found(record.snapshot, record.id)?;
        times.push(record.taken_at);
        lives.observe(Scan {
            at: record.taken_at,
            sources: found.sources,
            incomplete: found.incomplete,
            controls: found.controls,
            failing: found
                .failing
                .into_iter()
                .map(|row| Failing {
                    fingerprint: row.fingerprint,
                    severity: row.severity,
                    control: row.control,
                    source: row.source,
                    resource: row.resource,
                })
                .collect(),
            unknown: found.unknown,
        });
    }
    Ok((lives.finish(), times))
}

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
    Ok(with_cadence(database, snapshot, bench, settings, judged, from)?.map(|(found, _)| found))
}

/// The same, with the schedule they are measured by.
pub(super) fn with_cadence(
    database: &Database,
    snapshot: &SnapshotInfo,
    bench: &Bench,
    settings: &Settings,
    judged: &Judged,
    from: Option<DateTime<Utc>>,
) -> Result<Option<(Indicators, Cadence)>, PipelineError> {
    let (lives, scans) = lives(database, snapshot)?;
    if scans.last() != Some(&snapshot.taken_at) {
        return Ok(None);
    }
    let now = snapshot.taken_at;
    let expired = |state: &str| state == "expired";
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let cadence = Cadence::of(settings.schedule, &scans);
    let found = Indicators::of(&Inputs {
        lives: &lives,
        scans: &scans,
        cadence: &cadence,
        // A window that begins before the first scan would only count scans that nobody could have made.
        from: from.unwrap_or_else(|| (now - WINDOW).max(scans.first().copied().unwrap_or(now))),
        now,
        coverage: judged.frameworks.iter().map(|framework| (framework.id.clone(), framework.coverage)).collect(),
        expired_waivers: count(judged.waivers.iter().filter(|result| expired(result.state)).count()),
        expired_attestations: count(attestations(&bench.catalog, settings, now).iter().filter(|result| expired(result.state)).count()),
    });
    Ok(Some((found, cadence)))
}
