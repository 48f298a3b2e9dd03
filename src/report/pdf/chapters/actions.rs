//! What to do with the report: what to fix first, what nobody looked at, how old things are, how to check that all of it is true.

use super::Report;
use crate::model::Verdict;
use crate::posture::Status;
use crate::posture::indicators::MeanTime;
use crate::report::pdf::layout::table::{Cell, Part, Row, number, text};
use crate::report::pdf::theme::{self, Mark};
use crate::report::presentation;
use crate::report::view::{ControlView, FindingView};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Longest first sentence of a remedy that still helps in a list.
const SHORT: usize = 220;
/// What the table of ages takes with its heading; an executive report has it where there is room.
const INDICATORS_ROOM: f32 = 172.0;
/// What the note below it takes.
const NOTE_ROOM: f32 = 24.0;
/// Longest name in a list.
const NAME: usize = 56;
const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl<'a> Report<'a> {
    /// A page of its own, whichever report this is: it answers the reader's next questions.
    pub(super) fn actions(&mut self) {
        let words = self.words;
        self.flow.close();
        self.flow.new_page();
        self.section(words.say("actions.first"));
        self.fix_first();
        self.section(words.say("actions.unseen"));
        self.not_looked_at();
        self.section(words.say("actions.check"));
        self.intro(words.say("actions.check_intro"));
        let command = self.verify_command();
        self.flow.definitions(
            &[
                (words.say("actions.command"), &command, theme::CODE),
                (words.say("cover.root"), &self.view.snapshot.root, theme::CODE),
                (words.say("cover.evaluation"), &self.view.evaluation.root, theme::CODE),
            ],
            96.0,
            0.0,
        );
    }

    /// Failing controls, worst first, each with where to begin.
    fn fix_first(&mut self) {
        let (view, words) = (self.view, self.words);
        let mut first: BTreeMap<&str, &FindingView> = BTreeMap::new();
        for finding in view.findings.iter().filter(|finding| finding.verdict == Verdict::Fail && finding.waiver.is_none()) {
            first.entry(finding.control.as_str()).or_insert(finding);
        }
        let mut order: Vec<(&ControlView, &FindingView)> =
            view.controls.iter().filter_map(|control| Some((control, *first.get(control.id.as_str())?))).collect();
        order.sort_by_key(|(control, _)| (control.severity, Reverse(control.fail.saturating_sub(control.waived)), &control.id));
        if order.is_empty() {
            let judged: u64 = view.summary.verdicts.values().sum();
            self.nothing(if judged == 0 { words.say("summary.nothing_judged") } else { words.say("actions.nothing_fails") });
            return;
        }
        self.intro(words.say("actions.order"));
        let columns = [
            text(words.say("head.control"), 0.0),
            text(words.say("head.severity"), 56.0),
            text(words.say("actions.begin"), 138.0),
            number(words.say("head.failing"), 40.0),
            number(words.say("actions.bears"), 60.0),
        ];
        let shown = if self.executive() { 4 } else { 6 };
        let rows: Vec<Row> = order
            .iter()
            .take(shown)
            .map(|(control, finding)| {
                let alt = words.fill("link.findings", &[("control", &control.id)]);
                let title = self.leads(format!("findings:{}", control.id), control.title.clone(), theme::bold(theme::CELL), alt);
                let bears = u64::try_from(control.requirements.len()).unwrap_or(u64::MAX);
                Row::plain(vec![
                    Cell::of(vec![title, Part::Text(first_sentence(&control.remediation), theme::marked(theme::CELL_NOTE))]).header(),
                    Cell::text(self.severity_word(control.severity), theme::severity(control.severity, theme::CELL)),
                    Cell::of(vec![
                        Part::Text(cut(&super::findings::display(finding), NAME), theme::CELL),
                        Part::Text(cut(&super::findings::place(finding).unwrap_or_default(), NAME), theme::CELL_CODE),
                    ]),
                    self.count_in(control.fail.saturating_sub(control.waived), Mark::Fail.colour()),
                    self.count(bears),
                ])
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
        self.more(order.len(), shown);
    }

    /// Where the report is blind, and why: nothing here is a pass.
    fn not_looked_at(&mut self) {
        let (view, words) = (self.view, self.words);
        let of = |status: Status| view.frameworks.iter().filter_map(|framework| framework.statuses.get(status.as_str())).sum::<u64>();
        let requirements: u64 = view.frameworks.iter().map(|framework| framework.in_scope).sum();
        let left_out: Vec<&str> = view.left_out.iter().map(|(_, title)| title.as_str()).collect();
        let length = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        let rows = [
            (view.summary.incomplete_reads, "actions.reads", "actions.reads_mean", "unread"),
            (of(Status::NotAssessed), "actions.not_assessed", "actions.not_assessed_mean", ""),
            (of(Status::Manual), "actions.manual", "actions.manual_mean", "attestations"),
            (length(view.exclusions.len()), "actions.exclusions", "actions.exclusions_mean", "exclusions"),
            (length(left_out.len()), "actions.frameworks", "actions.frameworks_mean", ""),
        ];
        let columns = [text(words.say("head.what"), 190.0), number(words.say("head.number"), 44.0), text(words.say("head.meaning"), 0.0)];
        let names = left_out.join(", ");
        let (reads, in_scope) = (words.count(length(view.ledger.len())), words.count(requirements));
        let filled = [("frameworks", names.as_str()), ("reads", &reads), ("requirements", &in_scope)];
        let rows: Vec<Row> = rows
            .iter()
            .map(|(count, what, meaning, target)| {
                let what = words.fill(what, &filled);
                let alt = words.fill("link.contents", &[("title", &what)]);
                let what = if target.is_empty() || *count == 0 {
                    Part::Text(what, theme::CELL)
                } else {
                    self.leads((*target).to_owned(), what, theme::CELL, alt)
                };
                let meaning = if *count == 0 { words.say("actions.none").to_owned() } else { words.fill(meaning, &filled) };
                let colour = if *count == 0 { theme::GREY } else { theme::INK };
                Row {
                    keep: true,
                    ..Row::plain(vec![
                        Cell::of(vec![what]).header(),
                        self.count_in(*count, Mark::Unknown.colour()),
                        Cell::text(meaning, theme::tint(theme::CELL, colour)),
                    ])
                }
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }

    /// How old what is open is, and how long finding and mending take.
    pub(super) fn indicators(&mut self) {
        let words = self.words;
        let Some(found) = &self.view.indicators else { return };
        if self.executive() && self.flow.room() < INDICATORS_ROOM {
            return;
        }
        self.section(words.say("indicators.title"));
        let columns = [
            text(words.say("head.severity"), 0.0),
            number(words.say("indicators.days_7"), 48.0),
            number(words.say("indicators.days_30"), 48.0),
            number(words.say("indicators.days_90"), 48.0),
            number(words.say("indicators.days_91"), 48.0),
            text("", 12.0),
            text(words.say("indicators.detect"), 112.0),
            text(words.say("indicators.resolve"), 92.0),
        ];
        let rows: Vec<Row> = crate::model::Severity::ALL
            .into_iter()
            .map(|severity| {
                let name = severity.as_str();
                let ages = found.open.get(name).copied().unwrap_or_default().in_order();
                let mut cells = vec![Cell::text(self.severity_word(severity), theme::severity(severity, theme::CELL)).header()];
                cells.extend(ages.map(|count| self.count(count)));
                cells.push(Cell::of(Vec::new()));
                for means in [&found.time_to_detect, &found.time_to_resolve] {
                    cells.push(self.mean_time(means.get(name)));
                }
                Row { keep: true, ..Row::plain(cells) }
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
        let schedule = &found.schedule;
        let kept = schedule.kept.map_or_else(
            || words.say("indicators.none_due").to_owned(),
            |kept| {
                let (made, expected) = (words.count(schedule.made), words.count(schedule.expected));
                words.fill("indicators.kept", &[("made", &made), ("expected", &expected), ("share", &words.percent(kept))])
            },
        );
        let expired = words.fill(
            "indicators.expired",
            &[
                ("waivers", &words.plural("number.waiver", found.expired_waivers)),
                ("attestations", &words.plural("number.attestation", found.expired_attestations)),
            ],
        );
        let window = match self.executive() {
            true => String::new(),
            false => words.fill("indicators.window", &[("from", day(&found.from)), ("until", day(&found.until))]),
        };
        let said = format!("{window} {kept} {} {expired}", self.told(&found.schedule_basis));
        if !self.executive() || self.flow.room() > NOTE_ROOM {
            self.flow.paragraph(said.trim_start(), theme::NOTE, 8.0);
        }
    }

    fn mean_time(&self, mean: Option<&MeanTime>) -> Cell {
        let words = self.words;
        let grey = theme::tint(theme::CELL, theme::GREY);
        let Some(mean) = mean else { return Cell::text(words.say("indicators.no_time"), grey) };
        let said = match (mean.at_least, mean.at_most) {
            (Some(least), Some(most)) => {
                let (least, most) = (self.span(least, false), self.span(most, true));
                if least == most { least } else { words.fill("indicators.between", &[("least", &least), ("most", &most)]) }
            }
            _ if mean.unknown > 0 => words.fill("indicators.left_out", &[("count", &words.count(mean.unknown))]),
            _ => return Cell::text(words.say("indicators.no_time"), grey),
        };
        Cell::text(said, theme::CELL)
    }

    /// A time in days, below one day in hours; `up` is for the end that must not be told too short.
    fn span(&self, seconds: u64, up: bool) -> String {
        let (unit, key) = if seconds >= DAY || (seconds == 0 && !up) { (DAY, "number.day") } else { (HOUR, "number.hour") };
        self.words.plural(key, if up { seconds.div_ceil(unit) } else { seconds / unit })
    }

    /// The command that compares this file with the database.
    pub(super) fn verify_command(&self) -> String {
        let mut command = "assize verify --db assize.db report.pdf".to_owned();
        if !self.view.left_out.is_empty() {
            for framework in &self.view.frameworks {
                command += &format!(" --framework {}", framework.id);
            }
        }
        if self.words.language() != presentation::Words::default().language() {
            command += &format!(" --lang {}", self.words.language());
        }
        command
    }

    /// Says that a list goes on in the full report, where it does.
    pub(super) fn more(&mut self, all: usize, shown: usize) {
        let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) else { return };
        let key = if self.executive() { "actions.more_in_full" } else { "actions.more" };
        let sentence = self.words.fill(key, &[("count", &self.words.count(u64::try_from(more).unwrap_or(u64::MAX)))]);
        self.flow.paragraph(&sentence, theme::NOTE, 6.0);
    }

    /// Words that lead to another chapter, where this report has it.
    pub(super) fn leads(&self, target: String, said: String, style: crate::report::pdf::typeset::Style, alt: String) -> Part {
        if self.executive() { Part::Text(said, style) } else { Part::Link(said, theme::tint(style, theme::ACCENT), target, alt) }
    }
}

/// The day of an RFC 3339 moment.
pub(super) fn day(moment: &str) -> &str {
    moment.split_once('T').map_or(moment, |(day, _)| day)
}

/// The first sentence of a remedy, or what of it a list has room for.
fn first_sentence(text: &str) -> String {
    let line = text.lines().next().unwrap_or("").trim();
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    let sentence = line.get(..end).unwrap_or(line).trim_end_matches(':');
    if sentence.chars().count() <= SHORT {
        return sentence.to_owned();
    }
    let cut: String = sentence.chars().take(SHORT).collect();
    cut.rsplit_once(' ').map_or(cut.clone(), |(whole, _)| whole.to_owned()) + " …"
}

/// A name with its middle left out where it is long: both ends tell names apart, and the chapter on findings has it whole. A letter that
/// no font has counts for as many as its code point takes.
fn cut(name: &str, length: usize) -> String {
    let taken = |letters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut used = 0;
        let fits = letters.take_while(|letter| {
            used += if *letter < '\u{530}' { 1 } else { 7 };
            used <= room
        });
        fits.collect::<Vec<char>>()
    };
    let letters = name.chars().count();
    if taken(&mut name.chars(), length).len() == letters {
        return name.to_owned();
    }
    let (head, tail) = (taken(&mut name.chars(), length / 2), taken(&mut name.chars().rev(), length / 2));
    head.into_iter().chain(['…']).chain(tail.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::{cut, first_sentence};

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(cut("shop/web", 20), "shop/web");
        assert_eq!(cut("abcdefghij", 6), "abc…hij");
        assert_eq!(cut("北京生产数据库", 28), "北京…据库");
    }

    #[test]
    fn a_remedy_is_cut_at_its_first_sentence() {
        assert_eq!(first_sentence("Remove it. Then go on."), "Remove it.");
        assert_eq!(first_sentence("Set this:\n\n    a: b\n"), "Set this");
        assert_eq!(first_sentence(""), "");
        assert!(first_sentence(&"word ".repeat(200)).ends_with("word …"));
    }
}
