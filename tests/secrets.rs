//! Law 7: secrets stay out of the database, of every report and of every message. Law 8: a scan changes nothing it looks at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use assize::collect::Collector;
use assize::collect::repository::{Options, Repository};
use assize::model::{Hash, Settings};
use assize::pipeline::{self, Bench, Moment};
use assize::report;
use assize::snapshot::{Database, Selector};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

static BENCH: LazyLock<Bench> = LazyLock::new(|| Bench::load(None).expect("the embedded catalog is sound"));

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap()
}

/// Every place of a manifest in which people leave a credential, with `@` where it stands.
const PLACES: &[(&str, &str)] = &[
    ("secret-data.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {key: '@'}\n"),
    ("secret-string.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  config.ini: |\n    a = @\n"),
    (
        "secret-in-list.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: s}\n  data: {key: '@'}\n",
    ),
    (
        "env.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: c, image: i, env: [{name: DB_PASSWORD, value: '@'}]}]}}}\n",
    ),
    (
        "init-env.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}], initContainers: [{name: i, image: i, env: [{name: api_key, value: '@'}]}]}\n",
    ),
    (
        "flag.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i, args: ['--password=@', '--v=2']}]}\n",
    ),
    (
        "flags.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i, command: [run, --auth-token, '@']}]}\n",
    ),
    ("config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {password: '@', other: fine}\n"),
    (
        "config-text.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  app.properties: |\n    user=app\n    db.password=@\n",
    ),
    ("url.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {DATABASE_URL: 'postgres://app:@@db.example:5432/app'}\n"),
    (
        "applied.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: s, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"x\":\"@\"}}'}}\nspec: {}\n",
    ),
    ("malformed.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  key: '@'\n bad: [\n"),
    ("twice.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: '@', key: '@'}\n"),
    (
        "list.json",
        r#"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"@"}}]}"#,
    ),
    ("broken.json", r#"{"apiVersion":"v1","kind":"Secret","stringData":{"k":"@"},}"#),
];

/// A value that no ordinary text holds, in the alphabet of base64 so that it may stand anywhere.
fn credential() -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{6}[0-9][A-Za-z0-9]{13,26}".prop_map(|text| format!("Zq{text}"))
}

/// Scans a folder and gives everything that was written down: documents, rows, reports.
fn everything_said(folder: &Path) -> Vec<u8> {
    let mut database = Database::open(&folder.join("assize.db")).unwrap();
    let mut options = Options::new(folder.join("tree"));
    options.identity = Some("tester".into());
    let tree = Repository { options };
    let collectors: [&dyn Collector; 1] = [&tree];
    let clock = now;
    let moment = Moment { taken_at: now(), clock: "fixed", now: &clock };
    let (info, _) = pipeline::collect(&mut database, &collectors, &moment, &()).unwrap();
    let settings = Settings::default();
    pipeline::evaluate(&mut database, info.id, &BENCH, &settings).unwrap();
    let mut said = Vec::new();
    let snapshot = database.snapshot(&Selector::Latest).unwrap();
    snapshot
        .batches::<assize::snapshot::SnapshotError>(100, |batch| {
            for resource in batch {
                said.extend(resource.json()?);
            }
            Ok(())
        })
        .unwrap();
    said.extend(format!("{:?}{:?}", snapshot.reads, snapshot.sources).into_bytes());
    let judged = pipeline::judge(&snapshot, &BENCH, &settings).unwrap();
    let view = pipeline::view(&database, &snapshot, &BENCH, &settings, &judged).unwrap();
    // The pages of the PDF are compressed; it is made from the same view, and its words are looked at elsewhere.
    for renderer in report::ALL.into_iter().filter(|renderer| renderer.format() != "pdf") {
        said.extend(renderer.render(&view).unwrap());
    }
    said.extend(format!("{view:?}").into_bytes());
    drop(database);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            said.extend(std::fs::read(path).unwrap());
        }
    }
    said
}

fn holds(said: &[u8], secret: &str) -> bool {
    said.windows(secret.len()).any(|window| window == secret.as_bytes())
}

fn plant(folder: &Path, secret: &str) {
    for (name, text) in PLACES {
        let path = folder.join("tree").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = if *name == "url.yaml" { text.replacen('@', secret, 1) } else { text.replace('@', secret) };
        std::fs::write(path, text).unwrap();
    }
}

/// Content of every file below a folder.
fn contents(folder: &Path) -> BTreeMap<String, Hash> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.display().to_string(), Hash::of(&std::fs::read(&path).unwrap()));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn no_credential_is_written_down_anywhere(secret in credential()) {
        let folder = tempfile::tempdir().unwrap();
        plant(folder.path(), &secret);
        let before = contents(&folder.path().join("tree"));
        let said = everything_said(folder.path());
        prop_assert!(said.len() > 10_000);
        if holds(&said, &secret) {
            // Which place was it? Told apart, so that the failure names it.
            for (name, _) in PLACES {
                let single = tempfile::tempdir().unwrap();
                plant(single.path(), &secret);
                for entry in std::fs::read_dir(single.path().join("tree")).unwrap() {
                    let path = entry.unwrap().path();
                    if path.file_name().unwrap() != *name {
                        std::fs::remove_file(path).unwrap();
                    }
                }
                prop_assert!(!holds(&everything_said(single.path()), &secret), "{} of {} was written down", secret, name);
            }
            prop_assert!(false, "{} was written down", secret);
        }
        prop_assert_eq!(before, contents(&folder.path().join("tree")), "the tree was changed");
    }
}

#[test]
fn what_was_taken_out_is_said() {
    let folder = tempfile::tempdir().unwrap();
    plant(folder.path(), "Zq7hT4vXw9pLm2sKd8fRb3nY");
    let said = String::from_utf8_lossy(&everything_said(folder.path())).into_owned();
    for class in ["secret-value", "generic-credential", "connection-string-password", "<redacted:"] {
        assert!(said.contains(class), "{class}");
    }
}
