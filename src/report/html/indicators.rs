//! Indicators: open findings by age, times to detect and to resolve, what was late or has expired.

use crate::model::Severity;
use crate::posture::indicators::MeanTime;
use crate::report::presentation::Words;
use crate::report::view::ReportView;
use serde::Serialize;
use std::borrow::Cow;

/// The section.
#[derive(Debug, Serialize)]
pub(super) struct Indicators<'a> {
    from: &'a str,
    until: &'a str,
    rows: Vec<Row>,
    kept: Option<String>,
    made: u64,
    expected: u64,
    basis: Cow<'a, str>,
    expired_waivers: u64,
    expired_attestations: u64,
    /// Key of an indicator and how it is made.
    formulas: Vec<(String, String)>,
}

/// One severity.
#[derive(Debug, Serialize)]
struct Row {
    severity: &'static str,
    /// Youngest first.
    ages: [u64; 4],
    /// Where each part of the drawing begins and how wide it is, in percent.
    bar: Vec<(String, String)>,
    detect: Mean,
    resolve: Mean,
}

/// A mean time in words.
#[derive(Debug, Serialize)]
struct Mean {
    /// `None` when no finding has one.
    text: Option<String>,
    findings: u64,
    left_out: u64,
}

impl<'a> Indicators<'a> {
    pub(super) fn of(view: &'a ReportView, words: &Words) -> Option<Self> {
        let found = view.indicators.as_ref()?;
        let ages = |severity: Severity| found.open.get(severity.as_str()).copied().unwrap_or_default().in_order();
        let most = Severity::ALL.into_iter().map(|severity| ages(severity).iter().sum::<u64>()).max().unwrap_or(0).max(1);
        let rows = Severity::ALL.into_iter().map(|severity| {
            let mean = |means: &std::collections::BTreeMap<String, MeanTime>| {
                mean(means.get(severity.as_str()).copied().unwrap_or_default(), words)
            };
            Row {
                severity: severity.as_str(),
                ages: ages(severity),
                bar: bar(ages(severity), most),
                detect: mean(&found.time_to_detect),
                resolve: mean(&found.time_to_resolve),
            }
        });
        let formulas = found.formulas.iter().map(|(key, english)| {
            let own = words.find(&format!("formula.{key}")).unwrap_or(english);
            (words.find(&format!("html.indicators.name_{key}")).unwrap_or(key).to_owned(), own.to_owned())
        });
        Some(Self {
            from: &found.from,
            until: &found.until,
            rows: rows.collect(),
            kept: found.schedule.kept.map(|kept| words.percent(kept)),
            made: found.schedule.made,
            expected: found.schedule.expected,
            basis: words.retell(&view.phrases, &found.schedule_basis),
            expired_waivers: found.expired_waivers,
            expired_attestations: found.expired_attestations,
            formulas: formulas.collect(),
        })
    }
}

/// Parts beside each other, in whole thousandths of the longest bar.
fn bar(ages: [u64; 4], most: u64) -> Vec<(String, String)> {
    let text = |thousandths: u64| format!("{}.{}%", thousandths / 10, thousandths % 10);
    let mut sum = 0;
    ages.into_iter()
        .map(|number| {
            let from = sum * 1000 / most;
            sum += number;
            (text(from), text(sum * 1000 / most - from))
        })
        .collect()
}

fn mean(mean: MeanTime, words: &Words) -> Mean {
    let text = match (mean.at_least, mean.at_most) {
        (Some(least), Some(most)) if least == most => Some(words.duration(least)),
        (Some(0), Some(most)) => Some(words.fill("html.indicators.at_most", &[("most", &words.duration(most))])),
        (Some(least), Some(most)) => {
            Some(words.fill("html.indicators.between", &[("least", &words.duration(least)), ("most", &words.duration(most))]))
        }
        _ => None,
    };
    Mean { text, findings: mean.findings, left_out: mean.unknown }
}
