//! Formats of reports by name and by file ending, out of the one list that the reports keep.

use super::Failure;
use crate::report::{ALL, Renderer};
use std::path::{Path, PathBuf};

/// The renderer that `--format` names.
pub(super) fn named(format: &str) -> Result<&'static dyn Renderer, String> {
    let known = || ALL.iter().map(|renderer| renderer.format()).collect::<Vec<_>>().join(", ");
    ALL.into_iter().find(|renderer| renderer.format() == format).ok_or_else(|| format!("there are the formats {}", known()))
}

/// The renderer that a file's ending names: of several that fit, the longest, so that `x.oscal.json` is no `json`. A file that is called
/// like an ending (`oscal.json`) has it.
pub(super) fn by_ending(file: &Path) -> Result<&'static dyn Renderer, Failure> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let fits = |ending: &str| name == ending || name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'));
    let endings = ALL.iter().flat_map(|renderer| {
        let all = [renderer.extension()].into_iter().chain(renderer.aliases().iter().copied());
        all.map(move |ending| (ending, *renderer))
    });
    let found = endings.filter(|(ending, _)| fits(ending)).max_by_key(|(ending, _)| ending.len());
    found.map(|(_, renderer)| renderer).ok_or_else(|| {
        let known = ALL.iter().map(|renderer| format!(".{}", renderer.extension())).collect::<Vec<_>>().join(", ");
        Failure::Usage(format!(
            "cannot tell the format of {} by its ending ({known}): use --format FORMAT, or --report FORMAT=FILE",
            file.display()
        ))
    })
}

/// The format that is named before a file, and the file.
fn split(text: &str) -> Option<(&'static dyn Renderer, &str)> {
    let (format, file) = text.split_once('=')?;
    Some((named(format).ok()?, file))
}

/// A report to write that is named relative to a folder.
pub(super) fn below(folder: &Path, text: &str) -> PathBuf {
    match split(text) {
        Some((renderer, file)) => PathBuf::from(format!("{}={}", renderer.format(), folder.join(file).display())),
        None => folder.join(text),
    }
}

/// A report to write: `FILE`, whose ending names the format, or `FORMAT=FILE`.
pub(super) fn wanted(text: &Path) -> Result<(PathBuf, &'static dyn Renderer), Failure> {
    match text.to_str().and_then(split) {
        Some((_, "")) => Err(Failure::Usage(format!("`{}` names no file", text.display()))),
        Some((renderer, file)) => Ok((PathBuf::from(file), renderer)),
        None => by_ending(text).map(|renderer| (text.to_path_buf(), renderer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(name: &str) -> String {
        match wanted(Path::new(name)) {
            Ok((file, renderer)) => format!("{} {}", renderer.format(), file.display()),
            Err(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn the_longest_ending_names_the_format() {
        for (name, wanted) in [
            ("a/x.json", "json a/x.json"),
            ("x.oscal.json", "oscal x.oscal.json"),
            ("a/oscal.json", "oscal a/oscal.json"),
            ("notoscal.json", "json notoscal.json"),
            ("component-definition.json", "oscal-component component-definition.json"),
            ("assessment-results.json", "oscal assessment-results.json"),
            ("x.ocsf.json", "ocsf x.ocsf.json"),
            ("x.SARIF", "sarif x.SARIF"),
            ("x.sarif.json", "sarif x.sarif.json"),
            ("junit.xml", "junit junit.xml"),
            ("TEST-x.xml", "junit TEST-x.xml"),
            ("x.prom", "prometheus x.prom"),
            ("x.svg", "badge x.svg"),
            ("x.zip", "refused"),
            ("json", "json json"),
            (".json", "json .json"),
        ] {
            assert_eq!(format(name), wanted, "{name}");
        }
    }

    #[test]
    fn a_name_before_the_file_beats_its_ending() {
        assert_eq!(format("oscal=out/results.json"), "oscal out/results.json");
        assert_eq!(format("prometheus=metrics"), "prometheus metrics");
        assert_eq!(format("a=b.json"), "json a=b.json");
        assert_eq!(format("json="), "refused");
        assert_eq!(below(Path::new("a"), "oscal=b.json"), Path::new("oscal=a/b.json"));
        assert_eq!(below(Path::new("a"), "b.json"), Path::new("a/b.json"));
    }
}
