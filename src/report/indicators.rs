//! Indicators for people and for spreadsheets, each with its formula.

use super::separated::row;
use super::terminal::{plain, wrapped};
use crate::model::{Severity, about_in_words};
use crate::posture::indicators::{Indicators, MeanTime};
use std::fmt::Write as _;

fn time(mean: &MeanTime) -> String {
    let said = match (mean.at_least, mean.at_most) {
        (Some(least), Some(most)) if least == most => about_in_words(least),
        (Some(0), Some(most)) => format!("at most {}", about_in_words(most)),
        (Some(least), Some(most)) => format!("{} to {}", about_in_words(least), about_in_words(most)),
        _ => "none".to_owned(),
    };
    let findings = match (mean.findings, mean.unknown) {
        (0, 0) => return said,
        (0, unknown) => return format!("unknown ({unknown} left out)"),
        (findings, 0) => format!("of {findings}"),
        (findings, unknown) => format!("of {findings}, {unknown} left out"),
    };
    format!("{said} ({findings})")
}

/// A page for the terminal.
#[must_use]
pub fn text(found: &Indicators) -> String {
    let mut out = format!("Indicators from {} to {}\n\n", found.from, found.until);
    // Writing to a string cannot fail; the same below.
    let _ = writeln!(
        out,
        "{:9} {:>9} {:>10} {:>11} {:>10}   {:34} time to resolve",
        "Open", "0-7 days", "8-30 days", "31-90 days", "91+ days", "time to detect"
    );
    for severity in Severity::ALL.map(Severity::as_str) {
        let [young, month, quarter, old] = found.open.get(severity).copied().unwrap_or_default().in_order();
        let mean = |means: &std::collections::BTreeMap<String, MeanTime>| means.get(severity).map_or_else(String::new, time);
        let line = format!(
            "{severity:9} {young:>9} {month:>10} {quarter:>11} {old:>10}   {:34} {}",
            mean(&found.time_to_detect),
            mean(&found.time_to_resolve)
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let schedule = &found.schedule;
    let kept = schedule
        .kept
        .map_or_else(|| "none was due".to_owned(), |kept| format!("{} of {} in time, {kept}", schedule.made, schedule.expected));
    let _ = writeln!(out, "\nScans      {kept}\n{}\n", wrapped(&found.schedule_basis, 11));
    let _ = writeln!(out, "Expired    {} waivers, {} attestations\n", found.expired_waivers, found.expired_attestations);
    for ((framework, coverage), at) in found.coverage.iter().zip(0..) {
        let label = if at == 0 { "Coverage" } else { "" };
        let percent = coverage.map_or_else(|| "none".to_owned(), |percent| percent.to_string());
        let _ = writeln!(out, "{label:10} {:20} {percent:>8}", plain(framework));
    }
    out += "\nHow they are made\n";
    for (name, formula) in &found.formulas {
        let _ = writeln!(out, "{}", wrapped(&format!("{}: {formula}", name.replace('_', " ")), 2));
    }
    out
}

/// One row a number: indicator, what of, value, unit.
#[must_use]
pub fn csv(found: &Indicators) -> String {
    let mut out = row(["until", "indicator", "of", "value", "unit"]);
    let mut add = |indicator: &str, of: &str, value: String, unit: &str| out += &row([found.until.as_str(), indicator, of, &value, unit]);
    for severity in Severity::ALL.map(Severity::as_str) {
        let ages = found.open.get(severity).copied().unwrap_or_default().in_order();
        for (age, number) in ["0-7 days", "8-30 days", "31-90 days", "91+ days"].iter().zip(ages) {
            add("open", &format!("{severity} {age}"), number.to_string(), "findings");
        }
        for (indicator, means) in [("time_to_detect", &found.time_to_detect), ("time_to_resolve", &found.time_to_resolve)] {
            let Some(mean) = means.get(severity) else { continue };
            let seconds = |bound: Option<u64>| bound.map_or_else(String::new, |seconds| seconds.to_string());
            add(indicator, &format!("{severity} at least"), seconds(mean.at_least), "seconds");
            add(indicator, &format!("{severity} at most"), seconds(mean.at_most), "seconds");
            add(indicator, &format!("{severity} counted"), mean.findings.to_string(), "findings");
            add(indicator, &format!("{severity} left out"), mean.unknown.to_string(), "findings");
        }
    }
    for (framework, coverage) in &found.coverage {
        add("coverage", framework, coverage.map_or_else(String::new, |percent| format!("{:.1}", percent.0)), "percent");
    }
    add("schedule", "expected", found.schedule.expected.to_string(), "scans");
    add("schedule", "made", found.schedule.made.to_string(), "scans");
    add("expired", "waivers", found.expired_waivers.to_string(), "waivers");
    add("expired", "attestations", found.expired_attestations.to_string(), "attestations");
    out
}
