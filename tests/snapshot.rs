//! The database: sealed or not there, every change found, foreign files left alone (laws 5 and 6).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use assize::model::{Document, Outcome, Read, Resource, ResourceRef, Settings, Source, SourceKind};
use assize::pipeline::{self, Bench};
use assize::snapshot::{Database, Selector, SnapshotError};
use chrono::{DateTime, Utc};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

fn now(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000 + day * 86_400, 0).unwrap()
}

fn read(file: &str) -> Read {
    Read {
        seq: 0,
        source: "tree".into(),
        operation: "read file".into(),
        parameters: vec![("as".into(), "manifest".into())],
        identity: "tester".into(),
        started_at: now(0),
        ended_at: now(0),
        pages: 1,
        items: 1,
        outcome: Outcome::Complete,
        error: None,
        file: Some(file.into()),
        line: None,
        kinds: Vec::new(),
        may_hide: Some(0),
    }
}

fn service(name: &str, kind: &str, read: i64) -> Resource {
    Resource {
        reference: ResourceRef {
            source: "tree".into(),
            kind: "Service".into(),
            group: String::new(),
            namespace: "shop".into(),
            name: name.into(),
            id: format!("tree/core/Service/shop/{name}@{name}.yaml:1"),
            file: Some(format!("{name}.yaml")),
            line: Some(1),
        },
        version: "v1".into(),
        origin: None,
        document: Document {
            json: format!(
                r#"{{"apiVersion":"v1","kind":"Service","metadata":{{"name":"{name}","namespace":"shop"}},"spec":{{"type":"{kind}"}}}}"#
            ),
        },
        redactions: vec![("jwt".into(), 2)],
        read,
    }
}

fn add_snapshot(database: &mut Database, day: i64, names: &[&str]) {
    let mut writer = database.writer(now(day), "fixed").unwrap();
    writer.source(&Source { kind: SourceKind::Repository, name: "tree".into(), details: vec![("commit".into(), "abc".into())] }).unwrap();
    for name in names {
        let seq = writer.read(read(&format!("{name}.yaml"))).unwrap();
        writer.resource(&service(name, "NodePort", seq)).unwrap();
    }
    writer.seal().unwrap();
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn db(&self) -> PathBuf {
        self.folder.path().join("assize.db")
    }

    /// Two snapshots, both evaluated.
    fn filled() -> Self {
        let place = Self::new();
        let mut database = Database::open(&place.db()).unwrap();
        add_snapshot(&mut database, 0, &["a", "b"]);
        add_snapshot(&mut database, 1, &["b", "c", "d"]);
        let bench = Bench::load(None).unwrap();
        for id in 1..=2 {
            pipeline::evaluate(&mut database, id, &bench, &Settings::default()).unwrap();
        }
        place
    }
}

impl Place {
    /// A third snapshot, large enough that a dictionary is trained on its documents.
    fn add_large(&self) {
        let mut database = Database::open(&self.db()).unwrap();
        let mut writer = database.writer(now(2), "fixed").unwrap();
        writer.source(&Source { kind: SourceKind::Repository, name: "tree".into(), details: Vec::new() }).unwrap();
        let seq = writer.read(read("large.yaml")).unwrap();
        for number in 0..2500 {
            let mut resource = service(&format!("service-{number}"), "ClusterIP", seq);
            let notes: Vec<String> = (0..60).map(|line| format!("note {line} of service {}", number * line % 97)).collect();
            resource.document.json = resource.document.json.replace(r#""spec""#, &format!(r#""notes":{notes:?},"spec""#));
            writer.resource(&resource).unwrap();
        }
        writer.seal().unwrap();
        pipeline::evaluate(&mut database, 3, &Bench::load(None).unwrap(), &Settings::default()).unwrap();
    }
}

fn problems(path: &Path) -> Vec<String> {
    let database = Database::open_read_only(path).unwrap();
    database.verify().unwrap().into_iter().map(|problem| format!("{}: {}", problem.place, problem.what)).collect()
}

#[test]
fn what_is_not_sealed_is_not_there() {
    let place = Place::new();
    let mut database = Database::open(&place.db()).unwrap();
    {
        let mut writer = database.writer(now(0), "fixed").unwrap();
        let seq = writer.read(read("a.yaml")).unwrap();
        writer.resource(&service("a", "NodePort", seq)).unwrap();
        let elsewhere = Database::open_read_only(&place.db()).unwrap();
        assert!(elsewhere.snapshots().unwrap().is_empty(), "invisible while it is written");
    }
    assert!(database.snapshots().unwrap().is_empty(), "a run that ends early leaves nothing");
    add_snapshot(&mut database, 0, &["a"]);
    assert_eq!(database.snapshots().unwrap()[0].id, 1, "and takes no number");
}

#[test]
fn snapshots_form_a_chain_and_share_documents() {
    let place = Place::filled();
    let database = Database::open_read_only(&place.db()).unwrap();
    let all = database.snapshots().unwrap();
    assert_eq!((all[0].previous_root, all[1].previous_root), (None, Some(all[0].root)));
    assert_eq!((all[1].resources, all[1].reads), (3, 3));
    let raw = Connection::open(place.db()).unwrap();
    let documents: i64 = raw.query_row("SELECT count(*) FROM documents", [], |row| row.get(0)).unwrap();
    assert_eq!(documents, 4, "b stands in both and is stored once");
    let modes: (i64, i64) = raw
        .query_row("SELECT (SELECT count(*) FROM resource), (SELECT count(*) FROM ledger)", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(modes, (5, 5), "the documented views");
    let finding: i64 = raw
        .query_row("SELECT count(*) FROM finding WHERE control = 'k8s-service-node-port' AND snapshot = 2", [], |row| row.get(0))
        .unwrap();
    assert_eq!(finding, 3);
    assert!(
        raw.query_row("SELECT count(*) FROM score WHERE framework = 'soc2' AND kind = 'configuration'", [], |row| row.get::<_, i64>(0))
            .unwrap()
            >= 4
    );
    for (selector, id) in [("latest", 2), ("1", 1), ("2026-05-28", 1), ("2026-05-29T20:26:41Z", 2)] {
        assert_eq!(database.snapshot(&Selector::parse(selector).unwrap()).unwrap().info.id, id, "{selector}");
    }
    assert!(matches!(database.snapshot(&Selector::Id(7)), Err(SnapshotError::NoSnapshot(_))));
    assert!(problems(&place.db()).is_empty());
}

#[test]
fn an_old_finding_keeps_the_day_it_was_first_seen() {
    let place = Place::filled();
    let database = Database::open_read_only(&place.db()).unwrap();
    let bench = Bench::load(None).unwrap();
    let snapshot = database.snapshot(&Selector::Latest).unwrap();
    let judged = pipeline::judge(&snapshot, &bench, &Settings::default()).unwrap();
    let view = pipeline::view(&database, &snapshot, &bench, &Settings::default(), &judged).unwrap();
    let first_seen = |name: &str| {
        let finding = view.findings.iter().find(|finding| finding.name == name && finding.control == "k8s-service-node-port").unwrap();
        finding.first_seen.clone().unwrap()
    };
    assert_eq!((first_seen("b"), first_seen("c")), ("2026-05-28".to_owned(), "2026-05-29".to_owned()));
    assert_eq!(view.trend.len(), 2);
}

/// Every column of every table, changed one at a time.
#[test]
fn every_changed_cell_is_found() {
    let place = Place::filled();
    place.add_large();
    let pristine = std::fs::read(place.db()).unwrap();
    let tables: Vec<(String, Vec<(String, String)>)> = {
        let raw = Connection::open(place.db()).unwrap();
        // Signatures hold for themselves: `tests/signatures.rs` changes their cells.
        let mut names = raw
            .prepare(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'signatures' ORDER BY name",
            )
            .unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        names
            .into_iter()
            .map(|table| {
                let mut columns = raw.prepare(&format!("SELECT name, type FROM pragma_table_info('{table}')")).unwrap();
                let columns = columns.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
                (table, columns)
            })
            .collect()
    };
    assert_eq!(tables.len(), 15);
    let mut changed = 0;
    for (table, columns) in &tables {
        for (column, kind) in columns {
            // What a program wrote into the row without judging by it, and numbers that only order evaluations.
            if ["evaluations.tool_version", "evaluations.id"].contains(&format!("{table}.{column}").as_str()) {
                continue;
            }
            std::fs::write(place.db(), &pristine).unwrap();
            for leftover in ["assize.db-wal", "assize.db-shm"] {
                let _ = std::fs::remove_file(place.folder.path().join(leftover));
            }
            {
                let raw = Connection::open(place.db()).unwrap();
                raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
                let value = match kind.as_str() {
                    "INTEGER" => format!("coalesce({column}, 0) + 7000"),
                    "REAL" => format!("{column} + 1.0"),
                    "BLOB" => {
                        format!("CASE WHEN typeof({column}) = 'blob' AND length({column}) = 32 THEN randomblob(32) ELSE randomblob(8) END")
                    }
                    _ if ["details", "parameters", "kinds", "redactions", "reads"].contains(&column.as_str()) => {
                        if column == "reads" {
                            r#"'["0000000000000009"]'"#.to_owned()
                        } else if column == "kinds" {
                            r#"'[{"kind":"X","group":""}]'"#.to_owned()
                        } else if column == "redactions" {
                            r#"'[["x",1]]'"#.to_owned()
                        } else {
                            r#"'[["x","y"]]'"#.to_owned()
                        }
                    }
                    _ if column.ends_with("_at") => "'2001-01-01T00:00:00Z'".to_owned(),
                    _ if column == "outcome" => "'denied'".to_owned(),
                    _ if column == "verdict" => "'manual'".to_owned(),
                    _ if column == "severity" => "'info'".to_owned(),
                    _ if table == "sources" && column == "kind" => "'aws'".to_owned(),
                    _ => format!("coalesce({column}, '') || 'x'"),
                };
                let key = columns
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .find(|name| ["seq", "id", "hash", "control", "framework"].contains(name))
                    .unwrap();
                let sql =
                    format!("UPDATE {table} SET {column} = {value} WHERE {key} = (SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT 1)");
                let rows = raw.execute(&sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
                assert!(rows > 0, "{sql}");
            }
            let found = Database::open_read_only(&place.db()).unwrap().verify();
            assert!(found.as_ref().is_ok_and(|problems| !problems.is_empty()) || found.is_err(), "{table}.{column} was changed unseen");
            changed += 1;
        }
    }
    assert!(changed > 70, "{changed}");
}

#[test]
fn missing_and_added_rows_are_found() {
    for (sql, told) in [
        ("DELETE FROM resource_runs WHERE snapshot = 2 AND seq = 1", "snapshot 2: 3 resources were sealed and 0 are there"),
        ("DELETE FROM resource_rows WHERE id = 3", "snapshot 2, resources 1 to 3: rows of this list are gone"),
        ("UPDATE resource_runs SET first = 1 WHERE snapshot = 2", "snapshot 2, resources 1 to 3: these rows are not those"),
        ("DELETE FROM ledger_lines WHERE snapshot = 2 AND seq = 3", "snapshot 2: 3 ledger rows were sealed and 2 are there"),
        ("DELETE FROM verdict_runs WHERE evaluation = 2 AND seq = 1", "evaluation 2: its verdicts, counts and scores do not give"),
        ("DELETE FROM verdict_rows WHERE id = 1", "evaluation 1, verdict"),
        ("DELETE FROM tallies WHERE evaluation = 1 AND control = 'k8s-service-node-port'", "evaluation 1: its verdicts, counts"),
        ("DELETE FROM snapshots WHERE id = 1", "snapshot 2: does not name the root of the snapshot before it"),
        ("DELETE FROM documents WHERE id = 1", "table resource_rows: a row names a row of documents that is gone"),
        ("DELETE FROM catalogs", "table evaluations: a row names a row of catalogs that is gone"),
        ("DELETE FROM catalog_files WHERE hash = (SELECT min(hash) FROM catalog_files)", "of a stored catalog was changed"),
        (
            "INSERT INTO resource_rows SELECT 99, randomblob(32), source, kind, api_group, version, namespace, 'extra', resource, file, line, \
             rendered_by, redactions, read, document FROM resource_rows WHERE id = 1",
            "resource 99 (tree/core/Service/shop/a@a.yaml:1): no snapshot",
        ),
        ("INSERT INTO resource_runs VALUES (2, 4, 1, 1, 0)", "snapshot 2, resource 4: these rows are not those"),
        ("INSERT INTO documents SELECT 99, randomblob(32), size, dictionary, body FROM documents WHERE id = 1", "nothing names it"),
    ] {
        let place = Place::filled();
        let raw = Connection::open(place.db()).unwrap();
        raw.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        assert_eq!(raw.execute(sql, []).unwrap(), 1, "{sql}");
        drop(raw);
        let found = problems(&place.db());
        assert!(found.iter().any(|problem| problem.contains(told)), "{sql}: {found:#?}");
    }
}

#[test]
fn what_did_not_change_is_stored_once() {
    let place = Place::new();
    let mut database = Database::open(&place.db()).unwrap();
    let names: Vec<String> = (0..40).map(|number| format!("s{number:02}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    add_snapshot(&mut database, 0, &names);
    // Another one before them all moves the number of every ledger row.
    names.insert(0, "first");
    add_snapshot(&mut database, 1, &names);
    let bench = Bench::load(None).unwrap();
    for id in 1..=2 {
        pipeline::evaluate(&mut database, id, &bench, &Settings::default()).unwrap();
    }
    let raw = Connection::open(place.db()).unwrap();
    let count = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM resource_rows"), 41);
    assert_eq!(count("SELECT count(*) FROM read_rows"), 41);
    assert_eq!(count("SELECT count(*) FROM resource_runs"), 3);
    let controls = count("SELECT count(DISTINCT control) FROM verdict_rows");
    assert_eq!(count("SELECT count(*) FROM verdict_rows"), controls * 41);
    assert_eq!(count("SELECT count(*) FROM resources WHERE snapshot = 2 AND read = seq"), 41, "the view finds each one's ledger row");
    assert_eq!(count("SELECT count(*) FROM verdicts WHERE evaluation = 2 AND reads = '[1]'"), controls);
    assert!(problems(&place.db()).is_empty());
}

#[test]
fn verdicts_and_outcomes_come_back_as_they_were_sealed() {
    let place = Place::filled();
    place.add_large();
    let database = Database::open_read_only(&place.db()).unwrap();
    let bench = Bench::load(None).unwrap();
    for id in 1..=3 {
        let snapshot = database.snapshot(&Selector::Id(id)).unwrap();
        let judged = pipeline::judge(&snapshot, &bench, &Settings::default()).unwrap();
        let evaluation = database.evaluation_of(id).unwrap().unwrap().id;
        assert_eq!(database.verdicts(evaluation).unwrap(), judged.stored().collect::<Vec<_>>());
        assert_eq!(database.outcomes(evaluation).unwrap(), judged.evaluation.outcomes);
    }
}

#[test]
fn the_catalog_of_an_evaluation_is_kept() {
    let place = Place::filled();
    let database = Database::open_read_only(&place.db()).unwrap();
    let bench = Bench::load(None).unwrap();
    let files = database.stored_catalog(bench.catalog.hash).unwrap().unwrap();
    let again = assize::catalog::load_files(&files).unwrap();
    assert_eq!((again.hash, again.controls.len()), (bench.catalog.hash, bench.catalog.controls.len()));
    assert_eq!(database.stored_catalog(assize::model::Hash::of(b"")).unwrap(), None);
}

#[test]
fn pruning_keeps_the_chain_and_the_scores() {
    let place = Place::filled();
    place.add_large();
    let mut database = Database::open(&place.db()).unwrap();
    let before = database.history(3).unwrap();
    let pruned = database.prune(&[2]).unwrap();
    assert_eq!((pruned.snapshots, pruned.documents), (vec![1, 3], 2501));
    assert!(pruned.bytes_after < pruned.bytes_before);
    assert_eq!(database.history(3).unwrap(), before, "the trend is the same");
    let last = database.snapshot(&Selector::Latest).unwrap();
    let judged = pipeline::judge(&last, &Bench::load(None).unwrap(), &Settings::default());
    assert!(matches!(judged, Err(pipeline::PipelineError::Snapshot(SnapshotError::Pruned(3)))), "an empty population has no failures");
    drop(last);
    assert_eq!(database.snapshot(&Selector::Id(2)).unwrap().info.resources, 3);
    assert!(database.prune(&[2]).unwrap().snapshots.is_empty(), "nothing is left to remove");
    assert!(problems(&place.db()).is_empty(), "{:#?}", problems(&place.db()));
    add_snapshot(&mut database, 5, &["z"]);
    assert_eq!(database.snapshots().unwrap()[3].previous_root, Some(database.snapshots().unwrap()[2].root));
    drop(database);
    for (sql, told) in [
        ("UPDATE snapshots SET root = randomblob(32) WHERE id = 1", "snapshot 2: does not name the root"),
        ("UPDATE snapshots SET pruned = randomblob(32) WHERE id = 1", "snapshot 1: its rows do not give the root"),
        ("UPDATE snapshots SET pruned = NULL WHERE id = 1", "snapshot 1: 2 resources were sealed and 0 are there"),
        ("UPDATE scores SET low = low + 1 WHERE evaluation = 1 AND framework = 'soc2'", "evaluation 1, configuration score of soc2"),
        ("INSERT INTO resource_runs VALUES (1, 1, 3, 1, 0)", "snapshot 1: it was pruned, and has resources"),
    ] {
        let copy = place.folder.path().join("copy.db");
        std::fs::copy(place.db(), &copy).unwrap();
        let raw = Connection::open(&copy).unwrap();
        assert!(raw.execute(sql, []).unwrap() > 0, "{sql}");
        drop(raw);
        let found = problems(&copy);
        assert!(found.iter().any(|problem| problem.contains(told)), "{sql}: {found:#?}");
    }
}

#[test]
fn foreign_newer_and_broken_files_are_refused_and_left_alone() {
    let place = Place::new();
    let refuse = |bytes: &[u8], expected: &str| {
        std::fs::write(place.db(), bytes).unwrap();
        for error in [Database::open(&place.db()).err(), Database::open_read_only(&place.db()).err()] {
            let error = error.expect("refused").to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert_eq!(std::fs::read(place.db()).unwrap(), bytes, "left as it was");
    };
    refuse(
        b"this is a text file, and a long enough one to be looked at as a database header by SQLite........................",
        "not an Assize database",
    );
    let other = place.folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    refuse(&std::fs::read(&other).unwrap(), "not an Assize database");
    let newer = place.folder.path().join("newer.db");
    drop(Database::open(&newer).unwrap());
    Connection::open(&newer).unwrap().execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99").unwrap();
    refuse(&std::fs::read(&newer).unwrap(), "use a newer Assize");
    assert!(matches!(Database::open_read_only(Path::new("/nonexistent/x.db")), Err(SnapshotError::Missing(_))));
    assert!(Database::open(Path::new("/nonexistent/x.db")).is_err());
}

#[test]
fn a_truncated_file_is_an_error_or_a_problem_never_silence() {
    let place = Place::filled();
    let whole = std::fs::read(place.db()).unwrap();
    for part in [1, 3, 6, 9] {
        std::fs::write(place.db(), &whole[..whole.len() * part / 10]).unwrap();
        let found = Database::open_read_only(&place.db()).and_then(|database| database.verify());
        assert!(found.as_ref().map_or(true, |problems| !problems.is_empty()), "{part}/10 of the file passed as whole");
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::filled();
    assert_eq!(std::fs::metadata(place.db()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_second_run_waits_for_the_first() {
    let place = Place::new();
    let path = place.db();
    drop(Database::open(&path).unwrap());
    let runs: Vec<_> = (0..4)
        .map(|run| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut database = Database::open(&path).unwrap();
                add_snapshot(&mut database, run, &["a", "b"]);
            })
        })
        .collect();
    for run in runs {
        run.join().unwrap();
    }
    let database = Database::open_read_only(&path).unwrap();
    assert_eq!(database.snapshots().unwrap().len(), 4);
    assert!(problems(&path).is_empty());
}
