//! A database that somebody changed is opened, listed, read, verified and evaluated: errors, never a panic.
//!
//! The input is a list of changes to a sound database: five bytes each, an offset (little endian, modulo the length) and the new byte. The offset
//! `0xFFFF_FFxx` cuts the file at `xx`/256 of its length. An input that begins as SQLite files do is taken as the whole file.

use assize::collect::Collector;
use assize::collect::repository::{Options, Repository};
use assize::model::Settings;
use assize::pipeline::{self, Bench, Moment};
use assize::snapshot::{Database, Selector, SnapshotError};
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::sync::LazyLock;

const MANIFEST: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {hostNetwork: true, containers: [{name: c, image: i}]}\n---\n\
    apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {key: dmFsdWU=}\n";

struct Base {
    folder: PathBuf,
    bytes: Vec<u8>,
    bench: Bench,
}

static BASE: LazyLock<Base> = LazyLock::new(|| base().unwrap_or_else(|error| unreachable!("no sound database: {error}")));

fn base() -> Result<Base, Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("assize-fuzz-{}", std::process::id()));
    let tree = folder.join("tree");
    std::fs::create_dir_all(&tree)?;
    std::fs::write(tree.join("all.yaml"), MANIFEST)?;
    std::fs::write(tree.join("broken.yaml"), "apiVersion: v1\nkind: Pod\n bad: [\n")?;
    let bench = Bench::load(None).map_err(|mistakes| mistakes.to_string())?;
    let path = folder.join("base.db");
    let mut database = Database::open(&path)?;
    let now = || DateTime::<Utc>::UNIX_EPOCH;
    let moment = Moment { taken_at: now(), clock: "fixed", now: &now };
    let mut options = Options::new(tree);
    options.identity = Some("fuzzer".into());
    let tree = Repository { options };
    let collectors: [&dyn Collector; 1] = [&tree];
    for _ in 0..2 {
        let (info, _) = pipeline::collect(&mut database, &collectors, &moment, &())?;
        pipeline::evaluate(&mut database, info.id, &bench, &Settings::default())?;
    }
    // Closing writes the log back into the one file.
    drop(database);
    let bytes = std::fs::read(path)?;
    Ok(Base { folder, bytes, bench })
}

fn changed(base: &[u8], input: &[u8]) -> Vec<u8> {
    if input.starts_with(b"SQLite format 3\0") {
        return input.to_vec();
    }
    let mut bytes = base.to_vec();
    for change in input.chunks_exact(5) {
        let offset = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        if offset >= 0xFFFF_FF00 {
            bytes.truncate(bytes.len() * (offset & 0xFF) / 256);
        } else if !bytes.is_empty() {
            let at = offset % bytes.len();
            bytes[at] = change[4];
        }
    }
    bytes
}

fn read(database: &Database) -> Result<(), Box<dyn std::error::Error>> {
    let _ = database.verify();
    for info in database.snapshots()? {
        let snapshot = database.snapshot(&Selector::Id(info.id))?;
        let _ = snapshot.batches::<SnapshotError>(10, |batch| batch.iter().try_for_each(|resource| resource.json().map(drop)));
        let _ = (snapshot.counts(), snapshot.redactions(), snapshot.has_history());
        let _ = database.history(info.id);
        let settings = Settings::default();
        let judged = pipeline::judge(&snapshot, &BASE.bench, &settings)?;
        pipeline::view(database, &snapshot, &BASE.bench, &settings, &judged)?;
    }
    Ok(())
}

/// Makes the sound database before the first input, whose time is limited.
pub fn prepare() {
    LazyLock::force(&BASE);
}

pub fn run(input: &[u8]) -> String {
    let path = BASE.folder.join("changed.db");
    if std::fs::write(&path, changed(&BASE.bytes, input)).is_err() {
        return "not written".into();
    }
    let outcome = match Database::open_read_only(&path) {
        Ok(database) => format!("{:?}", read(&database)),
        Err(error) => format!("{error:?}"),
    };
    // To write into it migrates it first.
    drop(Database::open(&path));
    for ending in ["-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(BASE.folder.join(format!("changed.db{ending}")));
    }
    outcome
}
