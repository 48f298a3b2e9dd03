//! What the binary does when it is killed, when the disk is full, and when the file is not what it should be: nothing that was sealed is lost, and
//! the message says what to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MANIFEST: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {hostNetwork: true, containers: [{name: c, image: i}]}\n";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A tree, and a database with one snapshot of it.
    fn scanned() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.tree()).unwrap();
        std::fs::write(place.tree().join("pod.yaml"), MANIFEST).unwrap();
        assert_eq!(code(&place.scan()), 0);
        place
    }

    fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("assize.db")
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        self.complete(&mut command, verb);
        command
    }

    fn complete(&self, command: &mut Command, verb: &str) {
        command.arg("--db").arg(self.db()).arg(verb).current_dir(self.folder.path());
        if verb == "scan" {
            command.arg(self.tree());
        }
    }

    fn run(&self, verb: &str) -> Output {
        self.command(verb).output().unwrap()
    }

    fn scan(&self) -> Output {
        self.run("scan")
    }

    /// Every snapshot there is, read by the binary.
    fn snapshots(&self) -> i64 {
        let raw = rusqlite::Connection::open(self.db()).unwrap();
        raw.query_row("SELECT count(*) FROM snapshots", [], |row| row.get(0)).unwrap()
    }

    /// `verify` is clean and the first snapshot says what it always said.
    fn is_sound(&self, first: &[u8], when: &str) {
        let verified = self.run("verify");
        assert_eq!(code(&verified), 0, "{when}: {}", said(&verified));
        let verdicts = self.command("verdicts").args(["--snapshot", "1", "--format", "json"]).output().unwrap();
        assert_eq!(verdicts.stdout, first, "{when}: the first snapshot reads differently");
    }

    fn first(&self) -> Vec<u8> {
        let output = self.command("verdicts").args(["--snapshot", "1", "--format", "json"]).output().unwrap();
        assert!(output.stdout.len() > 100, "{}", said(&output));
        output.stdout
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Whether `strace` is there and may trace.
fn can_trace() -> bool {
    Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// How often a whole scan makes each of these calls.
fn calls_of_a_scan(place: &Place) -> BTreeMap<&'static str, usize> {
    let log = place.folder.path().join("calls");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", &format!("trace={}", CALLS.join(",")), "-o"]).arg(&log).arg(env!("CARGO_BIN_EXE_assize"));
    place.complete(&mut command, "scan");
    assert_eq!(code(&command.output().unwrap()), 0);
    let log = std::fs::read_to_string(log).unwrap();
    CALLS.iter().map(|&call| (call, log.lines().filter(|line| line.contains(&format!(" {call}("))).count())).collect()
}

/// What a scan does to its files.
const CALLS: [&str; 5] = ["pwrite64", "fdatasync", "fsync", "ftruncate", "unlink"];
/// So many points of each series, the first and the last among them: every point would take minutes.
const POINTS: usize = 8;

#[test]
fn a_scan_killed_at_any_write_loses_nothing() {
    if !can_trace() {
        // Past the capture of the test's output: a skipped test must be seen.
        let _ = writeln!(std::io::stderr(), "SKIPPED a_scan_killed_at_any_write_loses_nothing: strace is not here or may not trace");
        return;
    }
    let place = Place::scanned();
    let first = place.first();
    let calls = calls_of_a_scan(&place);
    assert!(calls["pwrite64"] > 3 && calls["fdatasync"] + calls["fsync"] > 0, "a scan that writes and syncs so little: {calls:?}");
    for (call, count) in calls.into_iter().filter(|(_, count)| *count > 0) {
        let points: BTreeSet<usize> = (0..POINTS).map(|n| 1 + n * (count - 1) / (POINTS - 1)).collect();
        let mut killed = 0;
        for n in points {
            let before = place.snapshots();
            let mut command = Command::new("strace");
            command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e"]);
            command.arg(format!("inject={call}:signal=KILL:when={n}")).arg(env!("CARGO_BIN_EXE_assize"));
            place.complete(&mut command, "scan");
            let output = command.output().unwrap();
            let when = format!("killed at {call} {n} of {count}");
            let after = place.snapshots();
            assert!(after == before || after == before + 1, "{when}: {before} snapshots became {after}");
            place.is_sound(&first, &when);
            if output.status.success() {
                assert_eq!(after, before + 1, "{when}: it succeeded and stored nothing");
            } else {
                killed += 1;
            }
        }
        assert!(killed > 0, "no scan was killed at {call}, which a scan calls {count} times");
        assert_eq!(code(&place.scan()), 0, "the next scan works");
    }
}

#[test]
fn two_scans_at_once_both_succeed() {
    let place = Place::scanned();
    let first = place.first();
    let start = || place.command("scan").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let children = [start(), start()];
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 0, "{}", said(&output));
    }
    assert_eq!(place.snapshots(), 3);
    place.is_sound(&first, "after two at once");
}

/// A limit of the file size stands for a full disk: SQLite meets an error on write at every place it can.
#[test]
fn a_full_disk_stops_the_scan_and_loses_nothing() {
    let place = Place::scanned();
    let first = place.first();
    let mut stopped = 0;
    for blocks in (0..=256).step_by(16) {
        let before = place.snapshots();
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\" 2>&1 | cat");
        let mut command = Command::new("bash");
        command.args(["-o", "pipefail", "-c", &script, env!("CARGO_BIN_EXE_assize")]);
        place.complete(&mut command, "scan");
        let output = command.output().unwrap();
        let when = format!("at most {blocks} KiB");
        if code(&output) != 0 {
            stopped += 1;
            assert_eq!(code(&output), 1, "{when}: {}", said(&output));
            assert!(said(&output).contains("free some space"), "{when}: {}", said(&output));
        }
        assert!(place.snapshots() - before <= 1);
        place.is_sound(&first, &when);
    }
    assert!(stopped > 0, "no limit was low enough");
    assert_eq!(code(&place.scan()), 0, "the next scan works");
}

fn refused(place: &Place, verb: &str, exit: i32, words: &[&str]) {
    let before = std::fs::read(place.db()).unwrap();
    let output = place.run(verb);
    assert_eq!(code(&output), exit, "{verb}: {}", said(&output));
    for word in words {
        assert!(said(&output).contains(word), "{verb} does not say '{word}': {}", said(&output));
    }
    assert!(!said(&output).contains("panicked"), "{verb}");
    assert_eq!(std::fs::read(place.db()).unwrap(), before, "{verb} changed the file");
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    let place = Place::scanned();
    for verb in ["scan", "verdicts", "verify", "report", "trend"] {
        std::fs::write(place.db(), "a letter to somebody, long enough to be no header at all".repeat(20)).unwrap();
        refused(&place, verb, 2, &["not an Assize database", "left as it is"]);
        std::fs::remove_file(place.db()).unwrap();
        rusqlite::Connection::open(place.db()).unwrap().execute_batch("CREATE TABLE songs(title)").unwrap();
        refused(&place, verb, 2, &["not an Assize database", "left as it is"]);
        std::fs::remove_file(place.db()).unwrap();
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let place = Place::scanned();
    rusqlite::Connection::open(place.db()).unwrap().pragma_update(None, "user_version", 999).unwrap();
    for verb in ["scan", "verdicts", "verify"] {
        refused(&place, verb, 1, &["999", "use a newer Assize"]);
    }
}

#[test]
fn a_file_cut_short_is_an_error_at_any_length() {
    let place = Place::scanned();
    let whole = std::fs::read(place.db()).unwrap();
    for part in [1, 10, 50, 120, 200, 250, 255] {
        std::fs::write(place.db(), &whole[..whole.len() * part / 256]).unwrap();
        for name in ["assize.db-wal", "assize.db-shm"] {
            drop(std::fs::remove_file(place.folder.path().join(name)));
        }
        let output = place.run("verify");
        assert_ne!(code(&output), 0, "{part}/256: {}", said(&output));
        assert!(matches!(code(&output), 1 | 2 | 10) && !said(&output).contains("panicked"), "{part}/256: {}", said(&output));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_in_the_place_of_the_database_says_so() {
    let place = Place::scanned();
    std::fs::remove_file(place.db()).unwrap();
    std::fs::create_dir(place.db()).unwrap();
    let output = place.run("scan");
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(said(&output).contains(Path::new("assize.db").to_str().unwrap()), "{}", said(&output));
}
