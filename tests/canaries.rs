//! Law 7, proved by canaries: credentials of every common kind, in every place a document can hold one, and none of them anywhere afterwards.
//!
//! `tests/canaries/kinds.txt` lists the kinds. Their values are made up here, from parts, so that no value stands in the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use assize::snapshot::{Database, Selector, SnapshotError};
use base64::Engine;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A kind of credential with an invented value.
struct Kind {
    name: String,
    key: String,
    value: String,
    /// The parts that must be gone.
    secrets: Vec<String>,
    /// Whether only its key gives it away.
    named: bool,
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(alphabet[usize::try_from(self.0 >> 33).unwrap() % alphabet.len()])
            })
            .collect()
    }
}

fn kinds() -> Vec<Kind> {
    let mut dice = Dice(42);
    let part = regex::Regex::new(r"\{([AaUhbd])(\d+)\}").unwrap();
    let lines = include_str!("canaries/kinds.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let mut secrets = Vec::new();
            let value = part.replace_all(columns[2], |found: &regex::Captures<'_>| {
                let alphabet: &[u8] = match &found[1] {
                    "A" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                    "a" => b"abcdefghijklmnopqrstuvwxyz0123456789",
                    "U" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                    "h" => b"0123456789abcdef",
                    "b" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                    _ => b"0123456789",
                };
                let text = dice.text(alphabet, found[2].parse().unwrap());
                // Numbers of an account or a project are public, and so are short parts.
                if text.len() >= 12 && &found[1] != "d" {
                    secrets.push(text.clone());
                }
                text
            });
            let value = value.replace(r"\\n", "\u{1}").replace(r"\n", "\n").replace('\u{1}', r"\n");
            assert!(!secrets.is_empty(), "{line}");
            Kind { name: columns[0].into(), key: columns[1].into(), value, secrets, named: columns.get(3) == Some(&"named") }
        })
        .collect()
}

fn object(kind: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": "shop"}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

fn pod(name: &str, container: Value) -> Value {
    let mut whole = json!({"name": "c", "image": "registry.example.com/shop/web:1"});
    whole.as_object_mut().unwrap().extend(container.as_object().unwrap().clone());
    object("Pod", name, json!({"spec": {"containers": [whole]}}))
}

/// `AWS_SECRET_ACCESS_KEY` as `awsSecretAccessKey` and as `aws-secret-access-key`.
fn spelled(key: &str) -> (String, String) {
    let lower = key.to_ascii_lowercase();
    let mut words = lower.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    let camel = words.fold(first, |text, word| text + &word[..1].to_ascii_uppercase() + &word[1..]);
    (camel, lower.replace('_', "-"))
}

type Place = (&'static str, fn(&Kind) -> String);

/// Places of a manifest, each with a document that holds the credential there.
const PLACES: &[Place] = &[
    ("secret-string-data", |kind| object("Secret", &kind.name, json!({"stringData": {&kind.key: kind.value}})).to_string()),
    ("secret-data", |kind| {
        let text = base64::engine::general_purpose::STANDARD.encode(&kind.value);
        object("Secret", &kind.name, json!({"data": {&kind.key: text}})).to_string()
    }),
    ("config-map", |kind| object("ConfigMap", &kind.name, json!({"data": {&kind.key: kind.value}})).to_string()),
    ("config-map-properties", |kind| {
        let text = format!("# settings\nname=web\n{}={}\n", kind.key.to_ascii_lowercase().replace('_', "."), kind.value);
        object("ConfigMap", &kind.name, json!({"data": {"app.properties": text}})).to_string()
    }),
    ("config-map-env-file", |kind| {
        object("ConfigMap", &kind.name, json!({"data": {"settings.env": format!("NAME=web\n{}={}\n", kind.key, kind.value)}})).to_string()
    }),
    ("config-map-json", |kind| {
        let text = json!({"name": "web", "nested": {&spelled(&kind.key).0: kind.value}}).to_string();
        object("ConfigMap", &kind.name, json!({"data": {"config.json": text}})).to_string()
    }),
    ("environment", |kind| pod(&kind.name, json!({"env": [{"name": kind.key, "value": kind.value}]})).to_string()),
    ("flag", |kind| pod(&kind.name, json!({"args": ["--name=web", format!("--{}={}", spelled(&kind.key).1, kind.value)]})).to_string()),
    ("flag-and-value", |kind| pod(&kind.name, json!({"command": ["run", format!("--{}", spelled(&kind.key).1), kind.value]})).to_string()),
    ("last-applied", |kind| {
        let inner = pod(&kind.name, json!({"env": [{"name": kind.key, "value": kind.value}]})).to_string();
        let mut outer = pod(&kind.name, json!({}));
        outer["metadata"]["annotations"] = json!({"kubectl.kubernetes.io/last-applied-configuration": inner});
        outer.to_string()
    }),
    ("malformed", |kind| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {}}}\nstringData:\n  {}: {}\n    broken: [\n",
            kind.name,
            kind.key,
            json!(kind.value)
        )
    }),
];

/// Places where nothing but the value itself can give a credential away.
const FREE_TEXT: &[Place] = &[
    ("note", |kind| object("ConfigMap", &kind.name, json!({"data": {"note": format!("call it with {} please", kind.value)}})).to_string()),
    ("annotation", |kind| {
        let mut outer = pod(&kind.name, json!({}));
        outer["metadata"]["annotations"] = json!({"example.com/note": format!("use {}", kind.value)});
        outer.to_string()
    }),
    ("custom-resource", |kind| {
        let spec = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": kind.name, "namespace": "shop"},
            "spec": {"steps": [{"run": format!("connect {}", kind.value)}]}});
        spec.to_string()
    }),
];

fn places(kind: &Kind) -> impl Iterator<Item = &'static Place> {
    PLACES.iter().chain(if kind.named { &[] } else { FREE_TEXT })
}

fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_assize"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", folder.join("tmp"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    [output.stdout, output.stderr].concat()
}

/// Everything that is left after a scan: documents, the files of the database, reports, what was printed, temporary files.
fn left(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut left = vec![
        ("scan".to_owned(), run(folder, &["scan", "tree", "--accept-incomplete"])),
        ("verdicts".to_owned(), run(folder, &["verdicts", "--format", "json"])),
    ];
    let database = Database::open_read_only(&folder.join("assize.db")).unwrap();
    let snapshot = database.snapshot(&Selector::Latest).unwrap();
    let collected = snapshot.batches::<SnapshotError>(1024, |batch| {
        for stored in batch {
            left.push((format!("document of {}", stored.reference.id), stored.json()?));
        }
        Ok(())
    });
    collected.unwrap();
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(path).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("tree") {
                open.push(path);
            } else if path.is_file() {
                left.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    left
}

/// Twelve characters in a row are enough to look for: of a secret and of its base64.
fn traces(kinds: &[Kind]) -> BTreeMap<Vec<u8>, String> {
    let mut traces = BTreeMap::new();
    for kind in kinds {
        for secret in &kind.secrets {
            let coded = base64::engine::general_purpose::STANDARD.encode(secret);
            for text in [secret.as_str(), coded.trim_end_matches('=')] {
                for window in text.as_bytes().windows(12) {
                    traces.insert(window.to_vec(), kind.name.clone());
                }
            }
        }
    }
    traces
}

#[test]
fn no_credential_of_any_kind_is_left_anywhere() {
    let kinds = kinds();
    assert!(kinds.len() >= 60, "{}", kinds.len());
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("tmp")).unwrap();
    let mut planted = 0;
    for kind in &kinds {
        for (place, document) in places(kind) {
            let path = folder.path().join("tree").join(place);
            std::fs::create_dir_all(&path).unwrap();
            std::fs::write(path.join(format!("{}.yaml", kind.name)), document(kind)).unwrap();
            planted += 1;
        }
    }
    let traces = traces(&kinds);
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (place, bytes) in left(folder.path()) {
        for window in bytes.windows(12) {
            if let Some(kind) = traces.get(window) {
                *found.entry((kind.clone(), place.clone())).or_default() += 1;
            }
        }
    }
    assert!(found.is_empty(), "{} of {planted} planted credentials left traces: {:#?}", found.len(), found.keys().collect::<Vec<_>>());
    // What was taken out is said: one value at least for each document that could be read.
    let database = Database::open_read_only(&folder.path().join("assize.db")).unwrap();
    let said: u64 = database.snapshot(&Selector::Latest).unwrap().redactions().unwrap().iter().map(|(_, number)| number).sum();
    let readable = planted - kinds.len();
    assert!(said >= u64::try_from(readable).unwrap(), "{said} redactions are said, {readable} documents held a credential");
}

#[test]
fn what_is_no_secret_stays() {
    let innocents = [
        ("image", "registry.example.com/shop/web@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"),
        ("COMMIT", "3f786850e387550fdab836ed7e6dc881de23001b"),
        ("uid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        ("checksum/config", "5d41402abc4b2a76b9719d911017c592ae2b1f3f"),
        ("certificate", "-----BEGIN CERTIFICATE-----\nMIIBszCCARygAwIBAgIUQq3n\n-----END CERTIFICATE-----"),
        ("PUBLIC_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1n auditor@example.com"),
        ("TOKEN_TTL", "3600"),
        ("SECRET_NAME", "database-credentials"),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("API_URL", "https://api.example.com/v1/tokens"),
        ("KEYCLOAK_REALM", "shop"),
        ("DB_PASSWORD", "$(DB_PASSWORD_FROM_VAULT)"),
        ("timezone", "12:30:45"),
    ];
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("tree")).unwrap();
    std::fs::create_dir_all(folder.path().join("tmp")).unwrap();
    for (number, (key, value)) in innocents.iter().enumerate() {
        let key = key.replace('/', ".");
        let document = object("ConfigMap", &format!("c{number}"), json!({"data": {key: value}}));
        std::fs::write(folder.path().join("tree").join(format!("{number}.json")), document.to_string()).unwrap();
    }
    let left = left(folder.path());
    for (key, value) in innocents {
        let written = json!(value).to_string();
        let kept = left.iter().any(|(place, bytes)| place.starts_with("document") && String::from_utf8_lossy(bytes).contains(&written));
        assert!(kept, "{key}: {value} was taken out");
    }
}
