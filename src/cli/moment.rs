//! Days and moments as users give them: where a stretch of time begins and where it ends.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

fn read(text: &str, days_later: u64) -> Result<DateTime<Utc>, String> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.with_timezone(&Utc));
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .and_then(|day| day.checked_add_days(Days::new(days_later)))
        .map(|day| day.and_time(NaiveTime::MIN).and_utc())
        .ok_or_else(|| "expected a date (2026-11-24) or a time (2026-11-24T06:00:00Z)".to_owned())
}

/// The begin of a stretch: a day means its midnight, UTC.
///
/// # Errors
///
/// A sentence that says what is accepted.
pub fn begin(text: &str) -> Result<DateTime<Utc>, String> {
    read(text, 0)
}

/// The end of a stretch, which is not part of it: a day means the midnight after it, UTC, so that the day is part of it.
///
/// # Errors
///
/// A sentence that says what is accepted.
pub fn end(text: &str) -> Result<DateTime<Utc>, String> {
    read(text, 1)
}
