//! How a stranger checks the report: the commands, what they must answer, and what they cannot show.

use super::Report;
use crate::report::pdf::ATTACHMENT;
use crate::report::pdf::layout::Heading;
use crate::report::pdf::theme;

impl Report<'_> {
    pub(super) fn checking(&mut self) {
        let (view, words) = (self.view, self.words);
        self.flow.chapter(words.say("checking.title"), "checking", false);
        self.body(words.say("checking.intro"));
        let snapshot = view.snapshot.id.to_string();
        let steps = [
            (words.say("checking.report"), self.verify_command(), words.fill("checking.report_answer", &[("snapshot", &snapshot)])),
            (words.say("checking.database"), "assize verify --db assize.db".to_owned(), words.say("checking.database_answer").to_owned()),
            (
                words.say("checking.verdicts"),
                format!("assize verdicts --db assize.db --snapshot {snapshot} --format json"),
                words.say("checking.verdicts_answer").to_owned(),
            ),
            (
                words.say("checking.data"),
                "pdfdetach -saveall report.pdf".to_owned(),
                words.fill("checking.data_answer", &[("file", ATTACHMENT)]),
            ),
        ];
        for (question, command, answer) in steps {
            self.flow.heading(Heading { level: 3, number: None, text: question, anchor: None, in_contents: false });
            self.flow.code(&command, 0.0, 5.0);
            self.body(&answer);
        }
        self.subsection(words.say("checking.roots"), None);
        self.intro(words.say("checking.roots_intro"));
        let previous = view.snapshot.previous_root.clone().unwrap_or_else(|| words.say("method.no_previous").to_owned());
        let previous_style = if view.snapshot.previous_root.is_some() { theme::CODE } else { theme::BODY };
        self.flow.definitions(
            &[
                (words.say("cover.root"), &view.snapshot.root, theme::CODE),
                (words.say("cover.evaluation"), &view.evaluation.root, theme::CODE),
                (words.say("method.previous"), &previous, previous_style),
                (words.say("method.catalog"), &view.catalog.hash, theme::CODE),
                (words.say("method.settings"), &view.evaluation.settings, theme::CODE),
            ],
            110.0,
            0.0,
        );
        self.flow.space(8.0);
        self.body(words.say("checking.limits"));
    }
}
