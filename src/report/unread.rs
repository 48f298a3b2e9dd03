//! Unknown findings that stand for something nobody could read.
//!
//! One unread file leaves every control of its kinds unknown. Told control by control, a single broken file would drown what
//! really fails, so reports list these findings once, below the thing that was not read. They count like any other.

use super::view::{FindingView, ReportView, UnreadView};
use std::collections::{BTreeMap, BTreeSet};

/// Which finding stands for which unread thing.
#[derive(Debug)]
pub struct StandIns<'a>(BTreeMap<(&'a str, i64), &'a UnreadView>);

impl<'a> StandIns<'a> {
    /// Of a view.
    #[must_use]
    pub fn of(view: &'a ReportView) -> Self {
        Self(view.unread.iter().map(|unread| ((unread.resource.as_str(), unread.seq), unread)).collect())
    }

    /// The unread thing a finding stands for; `None` for a finding about a resource that was seen.
    #[must_use]
    pub fn behind(&self, finding: &FindingView) -> Option<&'a UnreadView> {
        let [read] = finding.reads.as_slice() else { return None };
        self.0.get(&(finding.resource.as_str(), *read)).copied()
    }
}

/// The findings about resources that were seen, and for each unread thing those that stand for it; both in the view's order.
/// An unread thing that leaves no control open is not listed.
#[must_use]
pub fn apart(view: &ReportView) -> (Vec<&FindingView>, Vec<(&UnreadView, Vec<&FindingView>)>) {
    let stand_ins = StandIns::of(view);
    let mut seen = Vec::new();
    let mut open: BTreeMap<i64, Vec<&FindingView>> = BTreeMap::new();
    for finding in &view.findings {
        match stand_ins.behind(finding) {
            Some(unread) => open.entry(unread.seq).or_default().push(finding),
            None => seen.push(finding),
        }
    }
    let unread = view.unread.iter().filter_map(|unread| Some((unread, open.remove(&unread.seq)?))).collect();
    (seen, unread)
}

/// How many unknowns of each control stand for unread things: what a count of resources that were seen leaves out.
#[must_use]
pub fn per_control(view: &ReportView) -> BTreeMap<&str, u64> {
    let stand_ins = StandIns::of(view);
    let mut counts = BTreeMap::new();
    for finding in view.findings.iter().filter(|finding| stand_ins.behind(finding).is_some()) {
        *counts.entry(finding.control.as_str()).or_insert(0) += 1;
    }
    counts
}

/// A read that was not complete, in sentences: what, why, what it leaves open, what to do.
#[must_use]
pub fn told(unread: &UnreadView) -> String {
    let open = sentence(&format!("left open: {}", unread.leaves_open));
    format!("{}: {} {open} {}", unread.what, sentence(&unread.why), sentence(&unread.next))
}

/// The id of an unread thing without the line at which it broke: the same in the next scan.
#[must_use]
pub fn stable_id(unread: &UnreadView) -> &str {
    match unread.resource.rsplit_once(':') {
        Some((id, line)) if line.bytes().all(|byte| byte.is_ascii_digit()) => id,
        _ => &unread.resource,
    }
}

/// Text as a sentence: it begins with a capital letter and ends with a full stop.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let begun: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if begun.ends_with(['.', '!', '?', ':']) { begun } else { format!("{begun}.") }
}

/// How many controls these findings speak of.
#[must_use]
pub fn controls(findings: &[&FindingView]) -> u64 {
    findings.iter().map(|finding| finding.control.as_str()).collect::<BTreeSet<_>>().len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence(" a b "), "A b.");
        assert_eq!(sentence("éa?"), "Éa?");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn an_unread_thing_keeps_its_id_when_lines_move() {
        let mut unread = UnreadView {
            seq: 1,
            resource: "acme/unread/read-file@a.yaml:24".into(),
            source: "acme".into(),
            what: "a.yaml".into(),
            why: "it broke".into(),
            leaves_open: "2 controls cannot be proved".into(),
            next: "Mend the file.".into(),
        };
        assert_eq!(stable_id(&unread), "acme/unread/read-file@a.yaml");
        assert_eq!(told(&unread), "a.yaml: It broke. Left open: 2 controls cannot be proved. Mend the file.");
        unread.resource = "acme/unread/list:x".into();
        assert_eq!(stable_id(&unread), "acme/unread/list:x");
    }
}
