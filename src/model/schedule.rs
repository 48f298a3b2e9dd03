//! How often somebody means to scan.

use serde::{Deserialize, Serialize};

/// A declared schedule, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The longest distance meant between two scans.
    pub every: u32,
    /// How much later than that a scan still counts as on time.
    pub grace: u32,
}

impl Schedule {
    /// A schedule whose grace, when nobody says another, is a quarter of the distance.
    #[must_use]
    pub fn new(every: u32, grace: Option<u32>) -> Self {
        Self { every, grace: grace.unwrap_or(every / 4) }
    }

    /// Reads `90m`, `6h`, `1d`, `2w`: a whole number and a unit. Zero and anything above ten years is refused.
    ///
    /// # Errors
    ///
    /// A sentence that says what is accepted.
    pub fn parse_duration(text: &str) -> Result<u32, String> {
        let seconds = text.trim().char_indices().next_back().and_then(|(at, unit)| {
            let number: u32 = text.trim().get(..at)?.parse().ok()?;
            let scale = match unit {
                'm' => 60,
                'h' => 3_600,
                'd' => 86_400,
                'w' => 604_800,
                _ => return None,
            };
            number.checked_mul(scale)
        });
        seconds
            .filter(|seconds| (1..=315_360_000).contains(seconds))
            .ok_or_else(|| "a whole number with m, h, d or w behind it, like 6h or 1d, at most ten years".to_owned())
    }
}

/// About how long: `3 days`, `1 day 6 hours`, `5 hours 10 minutes`, `40 seconds`. Rounded down to what people compare.
#[must_use]
pub fn about_in_words(seconds: u64) -> String {
    let unit = |(number, word): (u64, &str)| if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") };
    about(seconds).into_iter().map(unit).collect::<Vec<_>>().join(" ")
}

/// The one or two units in which people would say so many seconds, with their numbers.
#[must_use]
pub fn about(seconds: u64) -> Vec<(u64, &'static str)> {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => vec![(seconds, "second")],
        (0, 0, minutes) => vec![(minutes, "minute")],
        (0, hours, 0) => vec![(hours, "hour")],
        (0, hours, minutes) => vec![(hours, "hour"), (minutes, "minute")],
        (days, 0, _) => vec![(days, "day")],
        (days, _, _) if days >= 14 => vec![(days, "day")],
        (days, hours, _) => vec![(days, "day"), (hours, "hour")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_said() {
        assert_eq!(Schedule::parse_duration("1d"), Ok(86_400));
        assert_eq!(Schedule::parse_duration("90m"), Ok(5_400));
        assert_eq!(Schedule::parse_duration("2w"), Ok(1_209_600));
        for wrong in ["", "d", "0d", "1", "1y", "-1d", "1.5h", "9999999w", "1 é"] {
            assert!(Schedule::parse_duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(about_in_words(108_061), "1 day 6 hours");
        assert_eq!(about_in_words(2_678_460), "31 days");
        assert_eq!(about_in_words(3_900), "1 hour 5 minutes");
        assert_eq!(Schedule::new(86_400, None).grace, 21_600);
        assert_eq!(Schedule::new(86_400, Some(60)).grace, 60);
    }
}
