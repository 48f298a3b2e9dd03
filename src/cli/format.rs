//! Formats of reports by name and by file ending, out of the one list that the reports keep.

use super::Failure;
use crate::report::{ALL, Renderer};
use std::path::Path;

/// The renderer that `--format` names.
pub(super) fn named(format: &str) -> Result<&'static dyn Renderer, String> {
    let known = || ALL.iter().map(|renderer| renderer.format()).collect::<Vec<_>>().join(", ");
    ALL.into_iter().find(|renderer| renderer.format() == format).ok_or_else(|| format!("there are the formats {}", known()))
}

/// The renderer that a file's ending names.
pub(super) fn by_ending(file: &Path) -> Result<&'static dyn Renderer, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    ALL.into_iter().find(|renderer| renderer.extension() == ending).ok_or_else(|| {
        let known = ALL.iter().map(|renderer| format!(".{}", renderer.extension())).collect::<Vec<_>>().join(", ");
        Failure::Usage(format!("cannot tell the format of {} by its ending ({known}): add --format", file.display()))
    })
}
