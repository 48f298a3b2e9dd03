//! Reports as lines and as bytes.

use super::Difference;
use crate::model::Hash;

/// Longest part of a line that is quoted.
const QUOTED: usize = 160;

/// Every run of exactly 64 lower-case hexadecimal digits.
pub(super) fn hashes(bytes: &[u8]) -> Vec<Hash> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    bytes
        .split(|byte| !is_digit(byte))
        .filter(|run| run.len() == 64)
        .filter_map(|run| std::str::from_utf8(run).ok().and_then(Hash::parse))
        .collect()
}

/// The lines that differ, one against one.
pub(super) fn differences(report: &[u8], again: &[u8]) -> Vec<Difference> {
    let (report, again) = (String::from_utf8_lossy(report), String::from_utf8_lossy(again));
    let (mut ours, mut theirs) = (again.lines(), report.lines());
    let mut found = Vec::new();
    for number in 1.. {
        match (theirs.next(), ours.next()) {
            (None, None) => break,
            (given, made) if given == made => {}
            (given, made) => {
                let (given, made) = (given.unwrap_or("(nothing)"), made.unwrap_or("(nothing)"));
                let at = given.chars().zip(made.chars()).take_while(|(a, b)| a == b).count();
                let place = format!("line {number}, column {}", at + 1);
                found.push(Difference::new(place, quoted(given, at), quoted(made, at)));
            }
        }
    }
    found
}

/// What stands around the first difference, in quotation marks.
pub(super) fn quoted(line: &str, at: usize) -> String {
    let from = at.saturating_sub(QUOTED / 4);
    let part: String = line.chars().skip(from).take(QUOTED).collect();
    let (before, after) = (if from > 0 { "..." } else { "" }, if line.chars().count() > from + QUOTED { "..." } else { "" });
    format!("`{before}{part}{after}`")
}

/// Where the bytes part.
pub(super) fn first_byte(report: &[u8], again: &[u8]) -> Difference {
    let at = report.iter().zip(again).take_while(|(a, b)| a == b).count();
    let say = |bytes: &[u8]| bytes.get(at).map_or_else(|| format!("its end ({} bytes)", bytes.len()), |byte| format!("0x{byte:02x}"));
    Difference::new(format!("byte {at}"), say(report), say(again))
}
