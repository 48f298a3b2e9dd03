//! A requirement's time as a strip: what is drawn where, as shares of the period. Shapes tell the parts apart without colour.

use super::view::{NOT_OBSERVED, SegmentView, SpanView, Standing};

/// What a part of a strip shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Solid.
    Met,
    /// Solid and taller.
    NotMet,
    /// Hatched.
    NotKnown,
    /// Only a line: nobody looked.
    NotObserved,
}

/// A part of a strip, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub until: f64,
    /// What it shows.
    pub look: Look,
}

/// The parts of a timeline, which fills its period without holes; neighbours of one look are one part.
#[must_use]
pub fn parts(timeline: &[SegmentView]) -> Vec<Part> {
    let whole = timeline.iter().map(|segment| segment.seconds).sum::<u64>().max(1) as f64;
    let mut at = 0_u64;
    let mut parts: Vec<Part> = Vec::new();
    for segment in timeline {
        let look = match segment.standing {
            _ if segment.status == NOT_OBSERVED => Look::NotObserved,
            Standing::Met => Look::Met,
            Standing::NotMet => Look::NotMet,
            Standing::NotKnown => Look::NotKnown,
        };
        let from = at as f64 / whole;
        at += segment.seconds;
        let until = at as f64 / whole;
        match parts.last_mut() {
            Some(last) if last.look == look => last.until = until,
            _ => parts.push(Part { from, until, look }),
        }
    }
    parts
}

/// Where a moment lies in the period, from 0 to 1; `None` outside it, or when a time cannot be read.
#[must_use]
pub fn place(moment: &str, period: &SpanView) -> Option<f64> {
    let time = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
    let seconds = (time(moment)? - time(&period.from)?).num_seconds();
    let share = seconds as f64 / period.seconds.max(1) as f64;
    (0.0..=1.0).contains(&share).then_some(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(seconds: u64, status: &str, standing: Standing) -> SegmentView {
        let text = String::new;
        SegmentView { from: text(), until: text(), seconds, status: status.to_owned(), standing, causes: Vec::new(), snapshots: None }
    }

    #[test]
    fn parts_fill_the_strip_and_neighbours_of_one_look_are_one() {
        let timeline = [
            segment(10, NOT_OBSERVED, Standing::NotKnown),
            segment(20, "unknown", Standing::NotKnown),
            segment(10, "manual", Standing::NotKnown),
            segment(60, "pass", Standing::Met),
        ];
        let part = |from, until, look| Part { from, until, look };
        assert_eq!(parts(&timeline), [part(0.0, 0.1, Look::NotObserved), part(0.1, 0.4, Look::NotKnown), part(0.4, 1.0, Look::Met)]);
        assert!(parts(&[]).is_empty());
    }
}
