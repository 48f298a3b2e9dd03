//! Every control in force, with the exact condition and numbers it was judged by: what an assessor needs to judge again.

use super::Report;
use crate::report::pdf::layout::table::{Cell, Row, text};
use crate::report::pdf::theme;
use crate::report::view::ControlView;

const LABEL: f32 = 78.0;
/// Requirements that stand side by side.
const ABREAST: usize = 3;

impl Report<'_> {
    pub(super) fn catalog(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("catalog.title"), "catalog", false);
        if view.controls.is_empty() {
            self.nothing(words.say("catalog.none"));
            return;
        }
        self.intro(words.say("catalog.intro"));
        for control in &view.controls {
            self.control(control);
        }
    }

    fn control(&mut self, control: &ControlView) {
        let words = self.words;
        self.subsection(&control.title, Some(format!("control:{}", control.id)));
        let line = words.fill(
            "catalog.line",
            &[
                ("severity", &self.severity_word(control.severity)),
                ("source", &control.source),
                ("area", &control.area),
                ("control", &control.id),
            ],
        );
        self.flow.lead_in(&line, theme::tint(theme::CELL, theme::GREY), 6.0);
        let count = |count: u64| words.count(count);
        let result = words.fill(
            "catalog.result",
            &[
                ("status", &self.verdict_word(control.status)),
                ("fail", &count(control.fail)),
                ("unknown", &count(control.unknown)),
                ("pass", &count(control.pass)),
                ("manual", &count(control.manual)),
                ("not_applicable", &count(control.not_applicable)),
            ],
        );
        let result = match control.waived {
            0 => result,
            waived => words.fill("catalog.waived", &[("result", &result), ("waived", &words.plural("number.failure", waived))]),
        };
        let params: Vec<String> = control
            .params
            .iter()
            .map(|(name, value, default)| {
                let key = if *default { words.say("catalog.param_default") } else { words.say("catalog.param_set") };
                format!("{name} = {value} ({key})")
            })
            .collect();
        let params = params.join("\n");
        let (kinds, references) = (control.kinds.join(", "), control.references.join("\n"));
        let (body, prose, code) = (theme::CELL, theme::marked(theme::CELL), theme::CODE);
        // Roughly what stands below the list: a control that fits on a page is not torn in two.
        let lines = control.expressions.iter().map(|expression| expression.lines().count() + 2).sum::<usize>()
            + 2 * control.requirements.len().div_ceil(ABREAST)
            + 5;
        let below = f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * theme::CODE.size * theme::CODE.leading;
        // Why it matters and what to do stands above its findings already.
        let told = self.with_findings.contains(control.id.as_str());
        self.flow.definitions(
            &[
                (words.say("control.result"), &result, body),
                (words.say("control.kinds"), &kinds, body),
                (words.say("control.expected"), &control.expected, prose),
                (words.say("control.rationale"), if told { "" } else { &control.rationale }, prose),
                (words.say("control.remediation"), if told { "" } else { &control.remediation }, prose),
                (words.say("control.params"), &params, code),
                (words.say("control.references"), &references, body),
            ],
            LABEL,
            below,
        );
        for expression in &control.expressions {
            self.flow.space(3.0);
            self.flow.code(expression.trim_end(), LABEL, 3.0);
        }
        self.bearings(control);
        self.flow.space(6.0);
    }

    /// Where the findings of the control are, and where it counts.
    fn bearings(&mut self, control: &ControlView) {
        let words = self.words;
        if self.with_findings.contains(control.id.as_str()) {
            let alt = words.fill("link.findings", &[("control", &control.id)]);
            self.flow.space(3.0);
            self.flow.link_line(words.say("catalog.see_findings"), &format!("findings:{}", control.id), &alt, LABEL, 3.0);
        }
        self.flow.space(5.0);
        // Some controls bear on thirty requirements: three to a row, or they would fill the chapter.
        let pair = [text(words.say("head.bears_on"), 96.0), text(words.say("head.strength"), 61.0)];
        let columns = pair.repeat(ABREAST);
        let rows: Vec<Row> = control
            .requirements
            .chunks(ABREAST)
            .map(|chunk| {
                let mut cells: Vec<Cell> = chunk
                    .iter()
                    .flat_map(|(framework, requirement, strength)| {
                        [
                            Cell::of(vec![self.requirement_link(framework, requirement, theme::CELL)]).header(),
                            Cell::text(self.listed("strength", strength.as_str()), theme::CELL_NOTE),
                        ]
                    })
                    .collect();
                cells.resize_with(columns.len(), || Cell::of(Vec::new()));
                Row::plain(cells)
            })
            .collect();
        self.flow.table(&columns, rows.into_iter());
    }
}
