//! Format `junit`: JUnit XML as Jenkins' schema has it, for the test pages of CI systems.
//!
//! A suite is a control. Each failing resource is a test case with a `<failure>`, each unknown one has an `<error>`: the check could not be
//! done, and no CI system takes that for success. What was not read at all is an error of a suite of its own, once for all controls that it
//! leaves open; those say so in a skipped test case. An accepted failure is `<skipped>` with its waiver, and so is what only a person can
//! tell and what does not apply. Passing resources are one test case that says how many they are, since a report counts and does not list them.

use super::escape::xml;
use super::index::{Index, Occurrences};
use super::unread::{apart, stable_id, told};
use super::view::{ControlView, FindingView, ReportView, UnreadView};
use super::{RenderError, Renderer};
use crate::model::Verdict;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const NOT_READ: &str = "assize-not-read";

/// The renderer of format `junit`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Junit;

impl Renderer for Junit {
    fn format(&self) -> &'static str {
        "junit"
    }

    fn extension(&self) -> &'static str {
        "junit.xml"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn render(&self, view: &ReportView) -> Result<Vec<u8>, RenderError> {
        let index = Index::of(view);
        let (seen, unread) = apart(view);
        let mut findings: BTreeMap<&str, Vec<&FindingView>> = BTreeMap::new();
        for finding in seen {
            findings.entry(&finding.control).or_default().push(finding);
        }
        let mut suites: Vec<Suite> = Vec::new();
        if !unread.is_empty() {
            suites.push(Suite::not_read(&unread));
        }
        for control in &view.controls {
            suites.push(Suite::of(control, &findings.remove(control.id.as_str()).unwrap_or_default(), &index));
        }
        // A finding whose control is in no list is told all the same.
        for (control, found) in findings {
            let mut suite = Suite { name: control.to_owned(), ..Suite::default() };
            suite.findings(&found, &index);
            suites.push(suite);
        }
        if suites.iter().all(|suite| suite.tests == suite.skipped) {
            let mut suite = Suite { name: "assize".to_owned(), ..Suite::default() };
            suite.error("something was assessed", "assize", &view.summary.headline, &view.summary.headline);
            suites.insert(0, suite);
        }
        // Jenkins reads the time of a suite without its zone; it is UTC like every time here.
        let moment = view.snapshot.taken_at.trim_end_matches('Z');
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        let sum = |of: fn(&Suite) -> u64| suites.iter().map(of).sum::<u64>();
        // Writing to a string cannot fail; the same below.
        let _ = writeln!(
            out,
            "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">",
            xml(&view.tool),
            sum(|suite| suite.tests),
            sum(|suite| suite.failures),
            sum(|suite| suite.errors)
        );
        for (suite, id) in suites.iter().zip(0_u64..) {
            let _ = write!(
                out,
                "  <testsuite id=\"{id}\" name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\" timestamp=\"{}\">\n    \
                 <properties>\n      <property name=\"snapshot\" value=\"{}\"/>\n      <property name=\"evaluation\" value=\"{}\"/>\n    \
                 </properties>\n{}  </testsuite>\n",
                xml(&suite.name),
                suite.tests,
                suite.failures,
                suite.errors,
                suite.skipped,
                xml(moment),
                xml(&view.snapshot.root),
                xml(&view.evaluation.root),
                suite.cases
            );
        }
        out += "</testsuites>\n";
        Ok(out.into_bytes())
    }
}

#[derive(Default)]
struct Suite {
    name: String,
    tests: u64,
    failures: u64,
    errors: u64,
    skipped: u64,
    cases: String,
}

impl Suite {
    fn not_read(unread: &[(&UnreadView, Vec<&FindingView>)]) -> Self {
        let mut suite = Self { name: format!("{NOT_READ}: everything in scope was read"), ..Self::default() };
        for (thing, open) in unread {
            let controls: Vec<&str> = open.iter().map(|finding| finding.control.as_str()).collect();
            let text = format!("{}\nleft open: {}", told(thing), controls.join(", "));
            suite.error(&format!("{} [{}]", thing.what, stable_id(thing)), &class(&thing.source, NOT_READ), &thing.why, &text);
        }
        suite
    }

    fn of(control: &ControlView, findings: &[&FindingView], index: &Index<'_>) -> Self {
        let mut suite = Self { name: format!("{}: {}", control.id, control.title), ..Self::default() };
        suite.findings(findings, index);
        let class = class(&control.source, &control.id);
        if control.pass > 0 {
            suite.case(&format!("resources that pass: {}", control.pass), &class, "");
        }
        if control.manual > 0 {
            let text = format!("configuration cannot tell of {} resources; a person must", control.manual);
            suite.skip(&format!("resources that wait for a person: {}", control.manual), &class, &text);
        }
        if control.unknown > suite.errors {
            let text = format!("{} unknown verdicts are for what was not read, see the suite {NOT_READ}", control.unknown - suite.errors);
            suite.skip("what was not read may fail", &class, &text);
        }
        if suite.tests == 0 {
            suite.skip("no resource to judge", &class, "nothing that this control speaks of was found");
        }
        suite
    }

    fn findings(&mut self, findings: &[&FindingView], index: &Index<'_>) {
        let mut occurrences = Occurrences::default();
        for finding in findings {
            // CI systems tell test cases apart by their names.
            let again = match occurrences.next(&finding.fingerprint) {
                1 => String::new(),
                number => format!(" ({number})"),
            };
            let name = format!("{} in {} [{}]{again}", finding.subject(), finding.place(), finding.fingerprint);
            let class = class(&finding.source, &finding.control);
            let said = finding.observed.as_deref().or(finding.reason.as_deref()).unwrap_or(&finding.title);
            let text = format!(
                "severity: {}\nseen: {said}\nexpected: {}\nresource: {}\nwhere: {}\n{}",
                finding.severity,
                finding.expected,
                finding.resource,
                finding.place(),
                index.control(&finding.control).map_or_else(String::new, |control| format!("what to do: {}\n", control.remediation))
            );
            match (finding.verdict, &finding.waiver) {
                (Verdict::Fail, None) => self.fail(&name, &class, (finding.severity.as_str(), said, &text)),
                (Verdict::Fail, Some(waiver)) => {
                    let accepted = index
                        .waiver(finding)
                        .map_or_else(String::new, |waiver| format!(" until {} by {}: {}", waiver.expires, waiver.approver, waiver.reason));
                    self.skip(&name, &class, &format!("fails, and waiver {waiver} accepts it{accepted}\n{text}"));
                }
                _ => self.error(&name, &class, said, &text),
            }
        }
    }

    fn case(&mut self, name: &str, class: &str, inner: &str) {
        self.tests += 1;
        let (name, class) = (xml(name), xml(class));
        let _ = if inner.is_empty() {
            writeln!(self.cases, "    <testcase name=\"{name}\" classname=\"{class}\" time=\"0\"/>")
        } else {
            writeln!(self.cases, "    <testcase name=\"{name}\" classname=\"{class}\" time=\"0\">{inner}</testcase>")
        };
    }

    fn fail(&mut self, name: &str, class: &str, (kind, message, text): (&str, &str, &str)) {
        self.failures += 1;
        self.case(name, class, &format!("<failure type=\"{kind}\" message=\"{}\">{}</failure>", xml(message), lines(text)));
    }

    fn error(&mut self, name: &str, class: &str, message: &str, text: &str) {
        self.errors += 1;
        let message = xml(&format!("could not be judged: {message}"));
        self.case(name, class, &format!("<error type=\"unknown\" message=\"{message}\">{}</error>", lines(text)));
    }

    fn skip(&mut self, name: &str, class: &str, text: &str) {
        self.skipped += 1;
        self.case(name, class, &format!("<skipped>{}</skipped>", lines(text)));
    }
}

/// CI systems make a tree of the parts between full stops.
fn class(source: &str, control: &str) -> String {
    format!("assize.{}.{control}", source.replace('.', "_"))
}

/// Text of several lines.
fn lines(text: &str) -> String {
    text.trim_end().lines().map(xml).collect::<Vec<_>>().join("\n")
}
