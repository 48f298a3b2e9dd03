//! Fuzzing in one process on the stable compiler: the stored inputs, and then changes of them until the time is over.
//!
//! `assize-fuzz TARGET SECONDS SEED`, started by `tests/fuzz/run` in the folder `tests/fuzz/`. This is not libFuzzer on purpose: instrumenting every
//! dependency takes longer of building on a small machine, and so nobody would run it with the other tests. In place of
//! coverage, a target says in words what came of an input; inputs with an outcome that is new are changed further.
//!
//! A panic, an input that takes over [`SLOWEST`] and one that takes over [`MOST_MEMORY`] end the run with exit code 1, and the input lies in
//! `artifacts/TARGET/`. What kills the process itself (a stack that overflows) leaves it in the file `current` there.

mod compile;
mod document;
mod evaluate;
mod mutate;
mod snapshot;

use mutate::Mutator;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest that one input may take, on a machine that does other things too.
const SLOWEST: Duration = Duration::from_secs(5);
/// The most memory, in KiB of resident pages.
const MOST_MEMORY: u64 = 2 << 20;
/// Inputs kept to be changed; the stored ones stay, later ones replace each other.
const POOL: usize = 4_000;

/// One target: what it does with an input (it says in words what came of it), and tokens worth inserting.
struct Target {
    name: &'static str,
    run: fn(&[u8]) -> String,
    prepare: fn(),
    tokens: &'static [&'static str],
}

const TARGETS: [Target; 4] = [
    Target { name: "compile", run: compile::run, prepare: || (), tokens: mutate::EXPRESSIONS },
    Target { name: "evaluate", run: evaluate::run, prepare: || (), tokens: mutate::EXPRESSIONS },
    Target { name: "document", run: document::run, prepare: || (), tokens: mutate::DOCUMENTS },
    Target { name: "snapshot", run: snapshot::run, prepare: snapshot::prepare, tokens: &[] },
];

/// The input at work, for the watchdog.
type Current = Arc<Mutex<Option<(Instant, Vec<u8>)>>>;

fn save(folder: &Path, what: &str, input: &[u8]) -> PathBuf {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    input.iter().for_each(|byte| hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let path = folder.join(format!("{what}-{hash:016x}"));
    if let Err(error) = std::fs::write(&path, input) {
        eprintln!("cannot save {}: {error}", path.display());
    }
    path
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Ends the process when an input takes too long or too much: nothing else can stop a loop.
fn watch(current: Current, folder: PathBuf) {
    loop {
        std::thread::sleep(Duration::from_millis(20));
        let now = current.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((started, input)) = now.as_ref() else { continue };
        let what = if started.elapsed() > SLOWEST {
            "slow"
        } else if resident() > MOST_MEMORY {
            "memory"
        } else {
            continue;
        };
        eprintln!("{what}: {}", save(&folder, what, input).display());
        std::process::exit(1);
    }
}

/// An outcome without what changes from input to input: quoted parts and digits.
fn shape(outcome: &str) -> String {
    let unquoted = outcome.split(['\'', '"', '`']).step_by(2);
    unquoted.flat_map(str::chars).filter(|letter| letter.is_ascii_alphabetic()).take(160).collect()
}

fn fuzz(target: &Target, seconds: u64, seed: u64) -> std::io::Result<bool> {
    let folder = PathBuf::from("artifacts").join(target.name);
    std::fs::create_dir_all(&folder)?;
    let mut stored = BTreeMap::new();
    for entry in std::fs::read_dir(Path::new("corpus").join(target.name))? {
        let path = entry?.path();
        stored.insert(path.clone(), std::fs::read(path)?);
    }
    let mut pool: Vec<Vec<u8>> = stored.into_values().collect();
    let count = pool.len();
    (target.prepare)();

    let current: Current = Arc::default();
    let (watched, place) = (Arc::clone(&current), folder.clone());
    std::thread::spawn(move || watch(watched, place));
    let last = folder.join("current");
    let mut file = File::create(&last)?;
    let mut mutator = Mutator::new(seed, target.tokens);
    let mut seen = BTreeSet::new();
    let (began, limit, mut runs) = (Instant::now(), Duration::from_secs(seconds), 0_usize);
    while runs < count || began.elapsed() < limit {
        let input = if runs < count { pool[runs].clone() } else { mutator.change(&pool) };
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&input)?;
        *current.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), input.clone()));
        let outcome = std::panic::catch_unwind(|| (target.run)(&input));
        *current.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let Ok(outcome) = outcome else {
            eprintln!("panic: {}", save(&folder, "panic", &input).display());
            return Ok(false);
        };
        if seen.insert(shape(&outcome)) && runs >= count {
            if pool.len() < POOL { pool.push(input) } else { pool[count + runs % (POOL - count)] = input }
        }
        runs += 1;
    }
    std::fs::remove_file(last)?;
    let per_second = runs as f64 / began.elapsed().as_secs_f64().max(0.001);
    println!("{}: {count} stored, {runs} run, {per_second:.0} a second, {} outcomes", target.name, seen.len());
    Ok(true)
}

fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, seed] = words.as_slice() else {
        eprintln!("assize-fuzz TARGET SECONDS SEED");
        return 2.into();
    };
    let (target, seconds, seed) = (TARGETS.iter().find(|target| target.name == name), seconds.parse(), seed.parse());
    let (Some(target), Ok(seconds), Ok(seed)) = (target, seconds, seed) else {
        eprintln!("no such target, or no number: {words:?}");
        return 2.into();
    };
    match fuzz(target, seconds, seed) {
        Ok(true) => 0.into(),
        Ok(false) => 1.into(),
        Err(error) => {
            eprintln!("{name}: {error}");
            1.into()
        }
    }
}
