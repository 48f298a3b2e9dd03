//! Everything that is left after a scan, and what to look for in it.

use crate::kinds::Kind;
use assize::report;
use assize::snapshot::{Database, Selector, SnapshotError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::Command;

/// So many characters in a row are a trace.
const TRACE: usize = 12;

fn run(folder: &Path, arguments: &[&str]) -> (String, Vec<u8>) {
    let output = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", folder.join("tmp"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    (format!("output of {}", arguments.join(" ")), [output.stdout, output.stderr].concat())
}

fn scan(folder: &Path) -> (String, Vec<u8>) {
    run(folder, &["scan", "tree", "--accept-incomplete", "--report", "scan.html"])
}

/// The documents of the newest snapshot, by file; scans if there is no database yet.
pub fn documents(folder: &Path) -> Vec<(String, String)> {
    if !folder.join("assize.db").exists() {
        scan(folder);
    }
    let database = Database::open_read_only(&folder.join("assize.db")).unwrap();
    let snapshot = database.snapshot(&Selector::Latest).unwrap();
    let mut documents = Vec::new();
    let collected = snapshot.batches::<SnapshotError>(1024, |batch| {
        for stored in batch {
            documents.push((stored.reference.file.clone().unwrap_or_default(), String::from_utf8(stored.json()?).unwrap()));
        }
        Ok(())
    });
    collected.unwrap();
    documents
}

/// How many values were taken out, by file, as the database says it.
pub fn said(folder: &Path) -> BTreeMap<String, usize> {
    let database = rusqlite::Connection::open(folder.join("assize.db")).unwrap();
    let mut statement =
        database.prepare("SELECT file, redactions FROM resources WHERE snapshot = (SELECT max(snapshot) FROM resources)").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    let mut said = BTreeMap::new();
    for (file, redactions) in rows.map(Result::unwrap) {
        let counts: Vec<(String, usize)> = serde_json::from_str(&redactions).unwrap();
        *said.entry(file).or_default() += counts.iter().map(|(_, number)| number).sum::<usize>();
    }
    said
}

/// Documents, the files of the database, reports of every format, what every verb printed, the words of the PDF, temporary files.
pub fn left(folder: &Path) -> Vec<(String, Vec<u8>)> {
    // An earlier snapshot of a part of the tree, so that there is something to compare with.
    let earlier = ["scan", "tree", "--accept-incomplete", "--exclude", "malformed", "--exclude", "yaml*", "--exclude", "custom*"];
    let mut left = vec![run(folder, &earlier), scan(folder)];
    for renderer in report::ALL {
        let file = format!("report.{}", renderer.format());
        left.push(run(folder, &["report", "--format", renderer.format(), "-o", &file]));
    }
    if Path::new("/usr/bin/pdftotext").exists() {
        assert!(
            Command::new("/usr/bin/pdftotext").args(["report.pdf", "words-of-the-pdf.txt"]).current_dir(folder).status().unwrap().success()
        );
    }
    let sample = ["sample", "--control", "k8s-plaintext-credential", "--size", "200", "--seed", "1", "--accept-incomplete"];
    for arguments in [
        &["report", "--format", "terminal"][..],
        &["verdicts", "--format", "json"],
        &["verdicts", "--format", "table", "--control", "k8s-plaintext-credential"],
        &["trend", "--format", "csv"],
        &["diff", "1", "2", "--format", "json", "--accept-incomplete"],
        &["diff", "1", "2", "--format", "markdown", "--accept-incomplete"],
        &[&sample[..], &["--format", "json", "--with-documents"]].concat(),
        &[&sample[..], &["--format", "csv"]].concat(),
    ] {
        left.push(run(folder, arguments));
    }
    left.extend(documents(folder).into_iter().map(|(file, text)| (format!("document of {file}"), text.into_bytes())));
    left.extend(files(folder));
    left
}

/// The files that a scan leaves: database, reports, temporary files.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(path).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("tree") {
                open.push(path);
            } else if path.is_file() {
                files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    files
}

/// What to look for: every part of every credential.
pub struct Traces<'k> {
    kinds: HashMap<Vec<u8>, &'k str>,
    /// Whether any trace begins with these three bytes: nearly every place is dismissed by this look.
    beginnings: Vec<bool>,
}

fn beginning(window: &[u8]) -> usize {
    window.iter().take(3).fold(0, |number, byte| number << 8 | usize::from(*byte))
}

impl<'k> Traces<'k> {
    /// A credential leaves any part of it, as it is or in base64, wherever it stood in what was coded.
    pub fn of(kinds: &'k [Kind]) -> Self {
        let mut traces = Traces { kinds: HashMap::new(), beginnings: vec![false; 1 << 24] };
        for kind in kinds {
            for secret in &kind.secrets {
                traces.add(secret, &kind.name);
                for before in 0..3 {
                    let coded = STANDARD.encode(["x".repeat(before).as_str(), secret].concat());
                    // Characters that the neighbours have a part in say nothing.
                    let coded = coded.trim_end_matches('=');
                    traces.add(&coded[if before == 0 { 0 } else { 4 }..coded.len() - 1], &kind.name);
                }
            }
        }
        traces
    }

    fn add(&mut self, text: &str, kind: &'k str) {
        for window in text.as_bytes().windows(TRACE) {
            self.beginnings[beginning(window)] = true;
            self.kinds.insert(window.to_vec(), kind);
        }
    }

    /// The kinds that left a trace.
    pub fn found(&self, bytes: &[u8]) -> BTreeSet<&'k str> {
        let windows = bytes.windows(TRACE).filter(|window| self.beginnings[beginning(window)]);
        windows.filter_map(|window| self.kinds.get(window).copied()).collect()
    }
}
