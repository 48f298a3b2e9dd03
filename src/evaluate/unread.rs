//! What an incomplete read leaves open, and for whom.

use crate::catalog::Control;
use crate::model::{KindRef, Outcome, Read, ResourceRef};

/// Kinds whose objects hold pod templates and are therefore judged as Pods too.
fn concerns(read: &Read, kind: &KindRef, templates: &[KindRef]) -> bool {
    let shows = |wanted: &KindRef| read.kinds.is_empty() || read.kinds.contains(wanted);
    shows(kind) || (*kind == KindRef::new("Pod", "") && templates.iter().any(shows))
}

/// Whether a read would have shown resources that a control judges.
pub(super) fn bears_on(read: &Read, control: &Control, templates: &[KindRef]) -> bool {
    control.rules.iter().flat_map(|rule| &rule.kinds).any(|(kind, _)| concerns(read, kind, templates))
}

/// What stands in a verdict for the resources that nobody saw: the file, or the source.
#[must_use]
pub fn stand_in(read: &Read) -> ResourceRef {
    let (kind, name) = match &read.file {
        Some(file) => ("File", file.clone()),
        None => ("Source", read.source.clone()),
    };
    ResourceRef {
        source: read.source.clone(),
        kind: kind.to_owned(),
        group: String::new(),
        namespace: String::new(),
        id: match (&read.file, read.line) {
            (Some(file), Some(line)) => format!("{}/unread/{}@{file}:{line}", read.source, read.operation.replace(' ', "-")),
            (Some(file), None) => format!("{}/unread/{}@{file}", read.source, read.operation.replace(' ', "-")),
            (None, _) => format!("{}/unread/{}", read.source, read.operation.replace(' ', "-")),
        },
        name,
        file: read.file.clone(),
        line: read.line,
    }
}

/// Why, in words.
pub(super) fn reason(read: &Read) -> String {
    let error = read.error.as_deref().unwrap_or("no reason was given");
    match read.outcome {
        Outcome::Unsupported => format!("not read: {error}"),
        outcome => format!("{} {}: {error}", read.operation, outcome.as_str()),
    }
}
