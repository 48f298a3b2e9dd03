//! Charts and kustomizations to plain manifests, by the renderer the user allowed; else one row that says what stays unseen.

use super::layout::{Chart, Kustomization, Layout, folder, join};
use super::options::{Limits, Options};
use super::process::{Refused, Scratch, find, run};
use crate::model::{Origin, Outcome};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Operation of a kustomization's ledger row.
pub(super) const KUSTOMIZATION: &str = "render kustomization";

/// One chart or kustomization, rendered or not.
pub(super) struct Rendering {
    /// `render chart` or `render kustomization`.
    pub(super) operation: &'static str,
    /// The file it is known by.
    pub(super) file: String,
    /// Tool and settings, for the ledger.
    pub(super) parameters: Vec<(String, String)>,
    /// The manifests, or why there are none.
    pub(super) text: Result<Vec<u8>, Refused>,
    /// What `Origin::rendered_by` says.
    pub(super) tool: String,
    /// Folder of a chart and its name: `# Source:` lines of the text begin with the name.
    chart: Option<(String, String)>,
}

/// A renderer that was found.
struct Tool {
    program: PathBuf,
    /// `helm 3.22.0`
    label: String,
    /// What comes before the folder on its command line.
    verb: &'static str,
}

impl Rendering {
    /// Where an object of the rendered text comes from, by its line in that text.
    ///
    /// Helm writes the template above each document. A line of the template itself is not known, so the line is the one of the rendered text.
    pub(super) fn origins(&self) -> impl Fn(u32) -> Origin + Sync + '_ {
        let mut templates: Vec<(u32, String)> = Vec::new();
        if let (Some((folder, name)), Ok(text)) = (&self.chart, &self.text) {
            let text = String::from_utf8_lossy(text);
            for (number, line) in (1_u32..).zip(text.lines()) {
                let path = line.strip_prefix("# Source: ").and_then(|source| source.strip_prefix(name.as_str())?.strip_prefix('/'));
                templates.extend(path.map(|path| (number, join(folder, path))));
            }
        }
        move |line| {
            let before = templates.partition_point(|(start, _)| *start <= line);
            let template = before.checked_sub(1).and_then(|last| templates.get(last)).map(|(_, path)| path.clone());
            Origin { file: template.unwrap_or_else(|| self.file.clone()), line, rendered_by: Some(self.tool.clone()) }
        }
    }
}

/// Renders what is asked for. Also gives the files that a rendered kustomization took in, which are not judged a second time.
pub(super) fn render(root: &Path, layout: &Layout, options: &Options) -> (Vec<Rendering>, BTreeSet<String>) {
    let (mut renderings, mut consumed) = (Vec::new(), BTreeSet::new());
    let path = options.search_path.clone().unwrap_or_default();
    let helm = if layout.charts.is_empty() || !options.render.helm { None } else { Tool::helm(&path, root, &options.limits) };
    for (home, chart) in &layout.charts {
        let text = match &helm {
            Some(tool) => tool.chart(root, home, chart, &options.limits),
            None => Err(unsupported(options.render.helm, "a chart is no manifest before it is rendered", "helm")),
        };
        renderings.push(Rendering {
            operation: "render chart",
            file: chart.file.clone(),
            parameters: parameters(home, helm.as_ref(), Some("values.yaml")),
            text,
            tool: helm.as_ref().map_or_else(String::new, |tool| tool.label.clone()),
            chart: Some((home.clone(), chart.name.clone())),
        });
    }
    let wanted = layout.kustomizations.values().any(|kustomization| !kustomization.included) && options.render.kustomize;
    let kustomize = if wanted { Tool::kustomize(&path, root, &options.limits) } else { None };
    for (home, kustomization) in layout.kustomizations.iter().filter(|(_, kustomization)| !kustomization.included) {
        let text = match &kustomize {
            Some(tool) => tool.kustomization(root, home, kustomization, &options.limits),
            None => {
                Err(unsupported(options.render.kustomize, "what a kustomization builds differs from the files it takes in", "kustomize"))
            }
        };
        if text.is_ok() {
            consumed.extend(layout.consumed(home));
        }
        renderings.push(Rendering {
            operation: KUSTOMIZATION,
            file: kustomization.file.clone(),
            parameters: parameters(home, kustomize.as_ref(), None),
            text,
            tool: kustomize.as_ref().map_or_else(String::new, |tool| tool.label.clone()),
            chart: None,
        });
    }
    (renderings, consumed)
}

fn parameters(home: &str, tool: Option<&Tool>, values: Option<&str>) -> Vec<(String, String)> {
    let mut parameters = vec![("folder".to_owned(), home.to_owned())];
    if let Some(tool) = tool {
        parameters.push(("tool".to_owned(), tool.label.clone()));
        parameters.extend(values.map(|values| ("values".to_owned(), values.to_owned())));
    }
    parameters
}

fn unsupported(asked: bool, why: &str, what: &str) -> Refused {
    let programs = if what == "helm" { "helm" } else { "kubectl or kustomize" };
    let message = if asked {
        format!("{why}; rendering was asked for, but no {programs} was found on PATH")
    } else {
        format!("{why}; render it with --render {what}, or scan the rendered output")
    };
    Refused { outcome: Outcome::Unsupported, message }
}

fn failed(message: String) -> Refused {
    Refused { outcome: Outcome::Failed, message }
}

impl Tool {
    fn helm(path: &OsStr, root: &Path, limits: &Limits) -> Option<Self> {
        let program = find("helm", path, root)?;
        let version = version(&program, &["version", "--short"], limits);
        Some(Self { program, label: format!("helm {version}"), verb: "template" })
    }

    fn kustomize(path: &OsStr, root: &Path, limits: &Limits) -> Option<Self> {
        let tools = [("kubectl", ["version", "--client"].as_slice(), "kustomize"), ("kustomize", ["version"].as_slice(), "build")];
        tools.into_iter().find_map(|(name, arguments, verb)| {
            let program = find(name, path, root)?;
            let version = version(&program, arguments, limits);
            Some(Self { program, label: format!("kustomize {version}"), verb })
        })
    }

    fn chart(&self, root: &Path, home: &str, chart: &Chart, limits: &Limits) -> Result<Vec<u8>, Refused> {
        let folder = root.join(home);
        let missing: Vec<&str> = chart.dependencies.iter().map(String::as_str).filter(|name| !is_vendored(&folder, name)).collect();
        if !missing.is_empty() {
            return Err(failed(format!(
                "dependencies are not in charts/: {} (run 'helm dependency build' first; nothing is fetched here)",
                missing.join(", ")
            )));
        }
        self.run(&[self.verb, "assize", &folder.to_string_lossy()], limits)
    }

    fn kustomization(&self, root: &Path, home: &str, kustomization: &Kustomization, limits: &Limits) -> Result<Vec<u8>, Refused> {
        if let Some(reason) = &kustomization.broken {
            return Err(failed(reason.clone()));
        }
        if !kustomization.remote.is_empty() {
            return Err(failed(format!(
                "{} of its resources lie outside of the tree, and nothing is fetched here",
                kustomization.remote.len()
            )));
        }
        if kustomization.inflates_charts {
            return Err(Refused {
                outcome: Outcome::Unsupported,
                message: "it inflates Helm charts, which needs programs run by Kustomize".to_owned(),
            });
        }
        if kustomization.component {
            return Err(Refused { outcome: Outcome::Unsupported, message: "a component that nothing takes in cannot be built".to_owned() });
        }
        self.run(&[self.verb, &root.join(home).to_string_lossy()], limits)
    }

    fn run(&self, arguments: &[&str], limits: &Limits) -> Result<Vec<u8>, Refused> {
        let scratch = Scratch::new().map_err(|error| failed(format!("no temporary folder: {}", error.kind())))?;
        let named = |refused: Refused| Refused { message: format!("{} {}", self.label, refused.message), ..refused };
        run(&self.program, arguments, scratch.path(), limits.render_timeout, limits.max_render_bytes).map_err(named)
    }
}

/// The last word of what a program says of itself that looks like a version, without `v` and build.
fn version(program: &Path, arguments: &[&str], limits: &Limits) -> String {
    version_said(program, arguments, limits).unwrap_or_else(|| "of unknown version".to_owned())
}

fn version_said(program: &Path, arguments: &[&str], limits: &Limits) -> Option<String> {
    let scratch = Scratch::new().ok()?;
    let text = run(program, arguments, scratch.path(), limits.render_timeout, 1 << 16).ok()?;
    let text = String::from_utf8_lossy(&text);
    let words = text.split_whitespace().rev().map(|word| word.trim_start_matches('v').split(['+', '-']).next().unwrap_or_default());
    words
        .filter(|word| matches!(word.matches('.').count(), 1 | 2) && !word.starts_with('.') && !word.ends_with('.'))
        .find(|word| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
        .map(str::to_owned)
}

/// Whether a dependency lies in `charts/`, as a folder or as an archive.
fn is_vendored(chart: &Path, name: &str) -> bool {
    let archive = format!("{name}-");
    std::fs::read_dir(chart.join("charts")).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let file = entry.file_name();
            let file = file.to_string_lossy();
            file == name || (file.starts_with(&archive) && file.ends_with(".tgz"))
        })
    })
}

/// What says that a file was judged in its rendered form.
pub(super) fn rendered_role(file: &str, layout: &Layout, consumed: &BTreeSet<String>) -> Option<String> {
    if !consumed.contains(file) {
        return None;
    }
    let takes =
        |home: &str, kustomization: &Kustomization| consumed.contains(home) && kustomization.includes.iter().any(|path| path == file);
    let by =
        layout.kustomizations.iter().find(|(home, kustomization)| takes(home, kustomization)).map(|(_, kustomization)| &kustomization.file);
    Some(by.map_or_else(|| format!("rendered in {}", folder(file)), |by| format!("rendered through {by}")))
}
