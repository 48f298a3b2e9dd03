//! Which files of a tree are not manifests of their own: templates of Helm charts, and files that kustomizations patch or configure with.

use super::walk::Tree;
use crate::collect::document::{Bounds, Node, Value, most_resources, parse_json, parse_yaml};
use std::collections::{BTreeMap, BTreeSet};

/// Names a kustomization may have, in Kustomize's own order.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Settings of a kustomization are small; this is far above any.
const BOUNDS: Bounds = Bounds { nodes: 200_000, nesting: 60 };

/// Charts and kustomizations of a tree, by folder (`.` is the tree itself).
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Charts that are not a dependency of another one.
    pub(super) charts: BTreeMap<String, Chart>,
    /// All kustomizations.
    pub(super) kustomizations: BTreeMap<String, Kustomization>,
    /// Files that are read for nothing, and why.
    pub(super) roles: BTreeMap<String, String>,
    /// Files below `templates/` of a chart: no YAML before rendering, and no row of their own.
    pub(super) templates: BTreeSet<String>,
}

/// A Helm chart.
#[derive(Debug, Default)]
pub(super) struct Chart {
    /// Its `Chart.yaml`.
    pub(super) file: String,
    /// `name`, which `# Source:` lines of the rendered text begin with.
    pub(super) name: String,
    /// Names of its dependencies.
    pub(super) dependencies: Vec<String>,
}

/// One kustomization.
#[derive(Debug, Default)]
pub(super) struct Kustomization {
    /// Its file.
    pub(super) file: String,
    /// Files and folders it takes in, relative to the tree.
    pub(super) includes: Vec<String>,
    /// Entries that lie outside of the tree or on another machine, as written.
    pub(super) remote: Vec<String>,
    /// Whether it is a component, which cannot be built by itself.
    pub(super) component: bool,
    /// Whether it wants to run Helm.
    pub(super) inflates_charts: bool,
    /// Why it could not be read.
    pub(super) broken: Option<String>,
    /// Whether another one takes it in.
    pub(super) included: bool,
    /// ConfigMaps and Secrets it generates.
    generated: u64,
    /// Whether it runs generators or transformers of its own, which may make anything.
    runs_plugins: bool,
    /// Files it patches or configures with.
    patches: Vec<String>,
}

impl Layout {
    /// Reads charts and kustomizations; `read` gives the text of a file, or why there is none.
    pub(super) fn of(tree: &Tree, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Self {
        let mut layout = Self::default();
        layout.find_charts(tree, read);
        let kustomizations =
            tree.files.keys().filter(|file| !layout.templates.contains(*file)).filter(|file| KUSTOMIZATIONS.contains(&base(file)));
        for file in kustomizations {
            let kustomization = Kustomization::read(file, read(file));
            layout.kustomizations.entry(folder(file)).or_insert(kustomization);
        }
        let included: BTreeSet<String> = layout.kustomizations.values().flat_map(|kustomization| kustomization.includes.clone()).collect();
        // Kustomizations that take in each other in a circle are taken in by nobody else, and none of them may be lost.
        let roots = layout.kustomizations.keys().filter(|folder| !included.contains(*folder));
        let reached: BTreeSet<String> = roots.flat_map(|root| layout.consumed(root).into_iter().filter(move |path| path != root)).collect();
        for (folder, kustomization) in &mut layout.kustomizations {
            kustomization.included = reached.contains(folder);
            layout.roles.insert(kustomization.file.clone(), "kustomization".to_owned());
        }
        for kustomization in layout.kustomizations.values() {
            // What another kustomization takes in as a resource is a manifest, whoever else patches with it.
            for patch in kustomization.patches.iter().filter(|patch| !included.contains(*patch) && tree.files.contains_key(*patch)) {
                layout.roles.insert(patch.clone(), format!("patch of {}", kustomization.file));
            }
        }
        layout
    }

    fn find_charts(&mut self, tree: &Tree, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) {
        let folders: BTreeSet<String> = tree.files.keys().filter(|file| base(file) == "Chart.yaml").map(|file| folder(file)).collect();
        let in_chart = |file: &str, part: &str| {
            ancestors(file).any(|above| folders.contains(above) && under(above, file).is_some_and(|rest| rest.starts_with(part)))
        };
        for file in tree.files.keys() {
            if in_chart(file, "templates/") {
                self.templates.insert(file.clone());
            }
        }
        for chart in &folders {
            let file = join(chart, "Chart.yaml");
            if self.templates.contains(&file) {
                continue;
            }
            self.roles.insert(file.clone(), "chart".to_owned());
            let requirements = join(chart, "requirements.yaml");
            if tree.files.contains_key(&requirements) {
                self.roles.insert(requirements.clone(), "chart".to_owned());
            }
            if in_chart(chart, "charts/") {
                continue;
            }
            let settings = read(&file).ok().and_then(|text| parse(&text).ok());
            let older =
                tree.files.contains_key(&requirements).then(|| read(&requirements).ok().and_then(|text| parse(&text).ok())).flatten();
            let name = settings.as_ref().and_then(|node| node.get("name")).and_then(Node::as_str).unwrap_or_default().to_owned();
            let dependencies = [settings, older].iter().flatten().flat_map(|node| texts(node, "dependencies", Some("name"))).collect();
            self.charts.insert(chart.clone(), Chart { file, name, dependencies });
        }
    }

    /// The most resources that a kustomization can build, or `None` where there is no bound: it takes in something from elsewhere, runs
    /// plug-ins or charts, or does not build at all. What it takes in twice counts twice.
    pub(super) fn most_resources(&self, folder: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Option<u64> {
        self.most_below(folder, read, &mut Vec::new())
    }

    fn most_below(&self, path: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, String>, above: &mut Vec<String>) -> Option<u64> {
        // A chain this long is a circle, or nothing that anybody builds.
        if above.len() > 32 || above.iter().any(|known| known == path) {
            return None;
        }
        let Some(kustomization) = self.kustomizations.get(path) else { return most_resources(&read(path).ok()?) };
        if kustomization.broken.is_some() || !kustomization.remote.is_empty() || kustomization.inflates_charts || kustomization.runs_plugins
        {
            return None;
        }
        above.push(path.to_owned());
        let mut most = kustomization.generated;
        for include in &kustomization.includes {
            most = most.saturating_add(self.most_below(include, read, above)?);
        }
        above.pop();
        Some(most)
    }

    /// Files and kustomizations that a kustomization takes in, directly or not, itself included.
    pub(super) fn consumed(&self, folder: &str) -> BTreeSet<String> {
        let mut consumed = BTreeSet::new();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            if consumed.insert(next.clone())
                && let Some(kustomization) = self.kustomizations.get(&next)
            {
                open.extend(kustomization.includes.iter().cloned());
            }
        }
        consumed
    }
}

impl Kustomization {
    fn read(file: &str, text: Result<Vec<u8>, String>) -> Self {
        let mut kustomization = Self { file: file.to_owned(), ..Self::default() };
        let node = match text.and_then(|text| parse(&text)) {
            Ok(node) => node,
            Err(reason) => {
                kustomization.broken = Some(reason);
                return kustomization;
            }
        };
        let home = folder(file);
        for entry in ["resources", "bases", "components"].iter().flat_map(|field| texts(&node, field, None)) {
            match resolve(&home, &entry) {
                Some(path) => kustomization.includes.push(path),
                None => kustomization.remote.push(entry),
            }
        }
        kustomization.component = node.get("kind").and_then(Node::as_str) == Some("Component");
        kustomization.inflates_charts = node.get("helmCharts").is_some() || node.get("helmChartInflationGenerator").is_some();
        let entries = |field: &str| match node.get(field) {
            Some(Node { value: Value::List(items), .. }) => items.len() as u64,
            _ => 0,
        };
        kustomization.generated = entries("configMapGenerator") + entries("secretGenerator");
        kustomization.runs_plugins = entries("generators") + entries("transformers") > 0;
        let plain = ["patches", "patchesStrategicMerge", "configurations", "transformers", "generators", "validators"];
        let with_path = ["patches", "patchesJson6902", "replacements"];
        let named = plain.iter().flat_map(|field| texts(&node, field, None));
        let named = named.chain(with_path.iter().flat_map(|field| texts(&node, field, Some("path"))));
        let named = named.chain(node.get("openapi").and_then(|openapi| openapi.get("path")).and_then(Node::as_str).map(str::to_owned));
        kustomization.patches = named.filter_map(|entry| resolve(&home, &entry)).collect();
        kustomization
    }
}

fn parse(text: &[u8]) -> Result<Node, String> {
    let text = std::str::from_utf8(text).map_err(|_| "invalid UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        return Err("a NUL byte".to_owned());
    }
    let json = text.trim_start().starts_with('{').then(|| parse_json(text, 1, &BOUNDS)).filter(|stream| stream.broken.is_none());
    let mut documents = match json {
        Some(stream) => stream.documents,
        None => parse_yaml(text, 1, &BOUNDS).map_err(|mistake| format!("line {}: {}", mistake.line, mistake.message))?,
    };
    if documents.is_empty() { Err("the file is empty".to_owned()) } else { Ok(documents.swap_remove(0)) }
}

/// The strings of a list: the items themselves, or one field of each.
fn texts(node: &Node, field: &str, inner: Option<&str>) -> Vec<String> {
    let Some(Node { value: Value::List(items), .. }) = node.get(field) else { return Vec::new() };
    items.iter().filter_map(|item| inner.map_or(Some(item), |inner| item.get(inner))).filter_map(Node::as_str).map(str::to_owned).collect()
}

/// An entry of a kustomization as a path of the tree; `None` for what leaves it.
fn resolve(home: &str, entry: &str) -> Option<String> {
    if entry.is_empty()
        || entry.starts_with('/')
        || entry.contains("://")
        || entry.contains("?ref=")
        || entry.starts_with("git@")
        || entry.contains('\n')
    {
        return None;
    }
    let mut parts: Vec<&str> = home.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    for part in entry.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    // `github.com/owner/repository` has no scheme and is no folder either.
    let is_host = |host: &str| {
        host.rsplit_once('.')
            .is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()))
    };
    let remote = entry.matches('/').count() >= 2 && entry.split('/').next().is_some_and(is_host);
    (!remote).then(|| if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// The folder of a file, `.` for the tree itself.
pub(super) fn folder(file: &str) -> String {
    file.rsplit_once('/').map_or_else(|| ".".to_owned(), |(folder, _)| folder.to_owned())
}

/// A file in a folder.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder == "." { name.to_owned() } else { format!("{folder}/{name}") }
}

fn base(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// Folders above a file, nearest first.
fn ancestors(file: &str) -> impl Iterator<Item = &str> {
    let above = file.rmatch_indices('/').map(|(at, _)| file.get(..at).unwrap_or_default());
    above.chain((file != ".").then_some("."))
}

fn under<'a>(folder: &str, file: &'a str) -> Option<&'a str> {
    if folder == "." { Some(file) } else { file.strip_prefix(folder)?.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::PathBuf;

    fn layout(files: &[(&str, &str)]) -> Layout {
        let mut tree = Tree::default();
        for (name, _) in files {
            tree.files.insert((*name).to_owned(), PathBuf::from(name));
        }
        Layout::of(&tree, &|name| Ok(files.iter().find(|(file, _)| *file == name).unwrap().1.as_bytes().to_vec()))
    }

    #[test]
    fn charts_own_their_templates_and_their_dependencies() {
        let layout = layout(&[
            ("c/Chart.yaml", "name: shop\ndependencies: [{name: redis}]\n"),
            ("c/templates/a.yaml", "{{"),
            ("c/crds/a.yaml", ""),
            ("c/charts/redis/Chart.yaml", "name: redis"),
            ("c/charts/redis/templates/x.yaml", "{{"),
            ("templates/free.yaml", ""),
        ]);
        assert_eq!(layout.charts.keys().collect::<Vec<_>>(), ["c"]);
        assert_eq!(
            (layout.charts["c"].name.as_str(), layout.charts["c"].dependencies.as_slice()),
            ("shop", ["redis".to_owned()].as_slice())
        );
        assert_eq!(layout.templates.iter().collect::<Vec<_>>(), ["c/charts/redis/templates/x.yaml", "c/templates/a.yaml"]);
        assert_eq!(layout.roles.len(), 2);
    }

    #[test]
    fn a_kustomization_of_local_files_has_a_bound_and_any_other_has_none() {
        let manifest = "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Service\n";
        let files = [
            ("base/kustomization.yaml", "resources: [a.yaml]\nconfigMapGenerator: [{name: x}, {name: y}]\n"),
            ("base/a.yaml", manifest),
            ("twice/kustomization.yaml", "resources: [../base, ../prod]\n"),
            ("prod/kustomization.yaml", "resources: [../base]\n"),
            ("far/kustomization.yaml", "resources: [../base, https://x.org/y.yaml]\n"),
            ("plug/kustomization.yaml", "resources: [../base]\ngenerators: [g.yaml]\n"),
            ("loop/kustomization.yaml", "resources: [../loop]\n"),
            ("gone/kustomization.yaml", "resources: [nowhere.yaml]\n"),
        ];
        let layout = layout(&files);
        let read =
            |name: &str| files.iter().find(|(file, _)| *file == name).map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(String::new);
        let most = |folder: &str| layout.most_resources(folder, &read);
        assert_eq!((most("base"), most("prod"), most("twice")), (Some(4), Some(4), Some(8)));
        assert_eq!([most("far"), most("plug"), most("loop"), most("gone")], [None; 4]);
    }

    #[test]
    fn a_circle_of_kustomizations_is_not_lost() {
        let layout = layout(&[("a/kustomization.yaml", "resources: [../b]"), ("b/kustomization.yaml", "resources: [../a]")]);
        assert!(layout.kustomizations.values().all(|kustomization| !kustomization.included));
    }

    #[test]
    fn kustomizations_know_what_they_take_in_and_patch_with() {
        let layout = layout(&[
            ("base/kustomization.yaml", "resources: [a.yaml, ./b.yaml]\n"),
            ("base/a.yaml", ""),
            ("base/b.yaml", ""),
            (
                "prod/kustomization.yaml",
                "resources: [../base, https://x.org/y.yaml, github.com/o/r/base, ../../out]\npatches: [{path: p.yaml}, {path: ../base/a.yaml}]\npatchesStrategicMerge: [q.yaml, \"a: |\\n  inline\"]\n",
            ),
            ("prod/p.yaml", ""),
            ("prod/q.yaml", ""),
            ("bad/kustomization.yaml", "a: ["),
        ]);
        assert!(layout.kustomizations["base"].included && !layout.kustomizations["prod"].included);
        assert_eq!(layout.kustomizations["prod"].remote, ["https://x.org/y.yaml", "github.com/o/r/base", "../../out"]);
        assert!(layout.kustomizations["bad"].broken.is_some());
        assert_eq!(layout.roles["prod/p.yaml"], "patch of prod/kustomization.yaml");
        assert!(layout.roles.contains_key("prod/q.yaml") && !layout.roles.contains_key("base/a.yaml"));
        assert_eq!(layout.consumed("prod").into_iter().collect::<Vec<_>>(), ["base", "base/a.yaml", "base/b.yaml", "prod"]);
    }
}
