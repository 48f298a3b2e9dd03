//! The floor plan, enforced: who may import whom, how long a file may be, what belongs to one room only.
//!
//! The rules read the text of `src/`, not the compiler's view of it, so they also hold for code behind a `cfg`. Each rule is a
//! function from one file to the sentences that say what is wrong with it, and each has a test on a snippet that breaks it.
//! Items under `#[cfg(test)]` may reach further than their room (a test of the catalog may evaluate); length counts everything.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod source;

use source::{Source, find, is_word, root_paths};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Room, and what it may import. `main` is the binary, `lib` the crate root that only names the rooms.
const ROOMS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("catalog", &["model"]),
    ("collect", &["model"]),
    ("snapshot", &["model"]),
    ("evaluate", &["model", "catalog", "snapshot"]),
    ("posture", &["model", "catalog"]),
    ("report", &["model", "posture"]),
    ("pipeline", &["model", "catalog", "collect", "snapshot", "evaluate", "posture", "report"]),
    ("cli", &["model", "catalog", "collect", "snapshot", "report", "pipeline"]),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Most lines a Rust file may have. Tables are data and live in TOML.
const CEILING: usize = 500;

/// Everything that may lie at the top of the repository and is not ignored by git.
const TOP_LEVEL: [&str; 24] = [
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "NOTICE",
    "README.md",
    "benches",
    "SECURITY.md",
    "clippy.toml",
    "controls",
    "deny.toml",
    "examples",
    "frameworks",
    "rustfmt.toml",
    "src",
    "templates",
    "tests",
    "typos.toml",
];

/// Imports follow the table of rooms; of the snapshot, `evaluate` sees the reader only.
fn imports(source: &Source) -> Vec<String> {
    let room = source.room();
    if source.is_build_script() {
        return Vec::new();
    }
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("{}: `{room}` is no room of the design", source.path)];
    };
    let mut wrong = Vec::new();
    for (name, path, at) in root_paths(source) {
        let place = format!("{}:{}", source.path, source.line(at));
        if name != room && !allowed.contains(&name.as_str()) {
            wrong.push(format!("{place}: `{room}` may not import `{name}`"));
        } else if room == "evaluate" && name == "snapshot" && path.to_lowercase().contains("writer") {
            wrong.push(format!("{place}: `evaluate` reads snapshots and never writes one"));
        }
    }
    wrong
}

/// A file can be read in one sitting and says first what it is.
fn shape(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = source.raw.lines().count();
    if lines > CEILING {
        wrong.push(format!("{}: {lines} lines, more than {CEILING}", source.path));
    }
    if !source.raw.starts_with("//!") {
        wrong.push(format!("{}: does not open with `//!`", source.path));
    }
    if let Some(name) = source.module().into_iter().find(|name| ["util", "utils", "helper", "helpers", "common", "misc"].contains(name)) {
        wrong.push(format!("{}: `{name}` does not say what is inside", source.path));
    }
    wrong
}

/// Text that belongs to one room only: where it may stand, what it is, and why nowhere else.
fn belongings(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut refuse = |bytes: &[u8], needles: &[&str], why: &str| {
        for needle in needles {
            let mut at = 0;
            while let Some(found) = find(bytes, needle.as_bytes(), at) {
                at = found + needle.len();
                let inside_word = is_word(needle.as_bytes()[0]) && found > 0 && is_word(bytes[found - 1]);
                if !inside_word {
                    wrong.push(format!("{}:{}: `{}` {why}", source.path, source.line(found), needle.trim()));
                }
            }
        }
    };
    let room = source.room();
    if room != "cli" && !source.is_build_script() {
        refuse(&source.code, &["println!", "eprintln!", "print!", "eprint!"], "is for cli/ alone: return the value instead");
    }
    if room != "snapshot" {
        refuse(&source.text, &["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "], "is SQL and belongs to snapshot/");
    }
    if source.path != "posture/score.rs" {
        let percent = ["* 100.0", "*100.0", "100.0 *", "100.0*", "* 100 /", "* 100_f64", "* 100f64"];
        refuse(&source.code, &percent, "makes a percentage: only posture/score.rs does (law 3)");
    }
    let reads_files = ["collect", "snapshot", "cli"].contains(&room) || source.path == "catalog/load.rs" || source.is_build_script();
    if !reads_files {
        refuse(
            &source.code,
            &["fs::", "std::fs;", "File::open", "File::create"],
            "touches the file system: collect/ does that, or the caller",
        );
    }
    if room != "collect" && !source.is_build_script() {
        refuse(&source.code, &["process::Command", "TcpStream", "TcpListener"], "reaches outside: only collect/ does");
    }
    wrong
}

const RULES: [fn(&Source) -> Vec<String>; 3] = [imports, shape, belongings];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, below: &str) -> Vec<Source> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            found.extend(sources(&entry.path(), &format!("{path}/")));
        } else if path.ends_with(".rs") {
            found.push(Source::new(&path, &std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    found
}

#[test]
fn the_source_follows_the_floor_plan() {
    let sources = sources(&root().join("src"), "");
    assert!(sources.iter().any(|source| source.path == "model/mod.rs"), "src/ was not read");
    let wrong: Vec<String> = sources.iter().flat_map(|source| RULES.iter().flat_map(|rule| rule(source))).collect();
    assert!(wrong.is_empty(), "{} breaches of the floor plan:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_top_level_is_the_users() {
    let mut walk = ignore::WalkBuilder::new(root());
    walk.hidden(false).max_depth(Some(1)).require_git(false);
    let names = walk.build().filter_map(Result::ok).filter(|entry| entry.depth() == 1).map(|entry| entry.file_name().to_owned());
    let names: BTreeSet<String> = names.map(|name| name.to_string_lossy().into_owned()).filter(|name| name != ".git").collect();
    assert!(names.contains("Cargo.toml"), "the top level was not read");
    let strange: Vec<&String> = names.iter().filter(|name| !TOP_LEVEL.contains(&name.as_str())).collect();
    assert!(strange.is_empty(), "at the top of the repository, and not of the design: {strange:?}");
}

/// What the rules say of a snippet that stands at `path`.
fn breaches(path: &str, snippet: &str) -> String {
    let source = Source::new(path, &format!("//! A snippet.\n{snippet}\n"));
    RULES.iter().flat_map(|rule| rule(&source)).collect::<Vec<_>>().join("\n")
}

#[test]
fn imports_against_the_table_are_refused() {
    for (path, snippet, breach) in [
        ("model/x.rs", "use crate::catalog::Control;", "model/x.rs:2: `model` may not import `catalog`"),
        ("catalog/load.rs", "use crate::{model::{Hash, Span}, evaluate};", "may not import `evaluate`"),
        ("collect/kubernetes/yaml.rs", "fn f() { crate::snapshot::Writer::new() }", "may not import `snapshot`"),
        ("evaluate/run.rs", "use crate::snapshot::{Reader, Writer};", "never writes one"),
        ("evaluate/run.rs", "use crate::snapshot::writer::Batch;", "never writes one"),
        ("posture/mod.rs", "use super::report::ReportView;", "may not import `report`"),
        ("posture/score.rs", "use super::super::snapshot;", "may not import `snapshot`"),
        ("report/html/page.rs", "use super::super::super::{model::Hash, catalog::Control};", "may not import `catalog`"),
        ("report/view.rs", "mod inner { use super::super::super::pipeline; }", "may not import `pipeline`"),
        ("cli/scan.rs", "use crate::posture::score;", "may not import `posture`"),
        ("main.rs", "fn main() { assize::pipeline::scan() }", "may not import `pipeline`"),
        ("model/x.rs", "use crate::nowhere::Thing;", "may not import `nowhere`"),
        ("attic/x.rs", "", "no room of the design"),
    ] {
        assert!(breaches(path, snippet).contains(breach), "{path}: {snippet} gave {:?}", breaches(path, snippet));
    }
}

#[test]
fn imports_of_the_table_pass() {
    for (path, snippet) in [
        ("evaluate/run.rs", "use crate::{catalog::Control, model::{Hash, Verdict}, snapshot::Reader};"),
        ("report/html/page.rs", "use super::super::view::ReportView; use crate::posture::Status; use super::sheet;"),
        ("posture/score.rs", "use crate::posture::Status;"),
        ("posture/mod.rs", "mod score; pub use score::Score; pub(crate) fn f() {}"),
        ("model/x.rs", "// use crate::catalog::Control;\n/* crate::cli /* nested */ crate::cli */ const S: &str = \"crate::cli\";"),
        (
            "model/x.rs",
            "const S: &str = r#\"crate::cli \" crate::cli\"#; fn f<'a>(c: char, s: &'a str) -> bool { c == '\"' || c == '\\'' || c == 'é' }",
        ),
        ("catalog/lint.rs", "#[cfg(test)]\n#[allow(dead_code)]\nmod tests { use crate::evaluate::run; fn f() { println!() } }"),
        ("catalog/tests.rs", "use crate::evaluate::run;"),
        ("main.rs", "fn main() -> std::process::ExitCode { assize::cli::run() }"),
        ("catalog/build.rs", "fn main() { println!(\"cargo::rerun-if-changed=controls\"); std::fs::read(\"x\"); }"),
    ] {
        assert_eq!(breaches(path, snippet), "", "{path}: {snippet}");
    }
}

#[test]
fn code_after_a_test_item_is_still_judged() {
    let snippet = "#[cfg(test)]\nmod tests;\nuse crate::cli;\n#[cfg(test)]\nfn f() { let c = '}'; }\nuse crate::pipeline;";
    assert_eq!(
        breaches("model/x.rs", snippet),
        "model/x.rs:4: `model` may not import `cli`\nmodel/x.rs:7: `model` may not import `pipeline`"
    );
}

#[test]
fn shapeless_files_are_refused() {
    let long = Source::new("model/x.rs", &format!("//! Long.\n{}", "\n".repeat(CEILING)));
    assert_eq!(shape(&long), ["model/x.rs: 501 lines, more than 500"]);
    assert_eq!(shape(&Source::new("model/x.rs", "// Not a module comment.\n")), ["model/x.rs: does not open with `//!`"]);
    for path in ["model/utils.rs", "report/helpers/page.rs", "cli/common.rs", "collect/misc/mod.rs"] {
        assert!(breaches(path, "").contains("does not say what is inside"), "{path}");
    }
}

#[test]
fn what_belongs_to_one_room_is_refused_elsewhere() {
    for (path, snippet, breach) in [
        ("report/json.rs", "fn f() { println!(\"x\") }", "report/json.rs:2: `println!` is for cli/ alone"),
        ("pipeline.rs", "fn f() { eprintln!(\"x\") }", "`eprintln!` is for cli/ alone"),
        ("posture/trend.rs", "const Q: &str = \"SELECT id FROM score\";", "`SELECT` is SQL"),
        ("cli/init.rs", "const Q: &str = r\"INSERT INTO t VALUES (1)\";", "`INSERT INTO` is SQL"),
        ("report/html.rs", "fn f(x: f64) -> f64 { x * 100.0 }", "only posture/score.rs does (law 3)"),
        ("model/interval.rs", "fn f(x: f64) -> f64 { 100.0 * x }", "only posture/score.rs does (law 3)"),
        ("cli/trend.rs", "fn f(a: u64, b: u64) -> u64 { a * 100 / b }", "only posture/score.rs does (law 3)"),
        ("report/pdf.rs", "fn f() { std::fs::read(\"font\") }", "touches the file system"),
        ("evaluate/run.rs", "use std::fs;", "touches the file system"),
        ("cli/scan.rs", "use std::process::Command;", "only collect/ does"),
    ] {
        assert!(breaches(path, snippet).contains(breach), "{path}: {snippet} gave {:?}", breaches(path, snippet));
    }
    for (path, snippet) in [
        ("cli/terminal.rs", "fn f() { println!(\"x\") }"),
        ("snapshot/reader.rs", "const Q: &str = \"SELECT id FROM score\";"),
        ("posture/score.rs", "fn f(x: f64) -> f64 { 100.0 * x }"),
        ("collect/repository/walk.rs", "use std::fs; use std::process::Command;"),
        ("report/pdf.rs", "// println! and 100.0 * x and SELECT are words here\nfn offs() { vfs::open() }"),
    ] {
        assert_eq!(breaches(path, snippet), "", "{path}: {snippet}");
    }
}
