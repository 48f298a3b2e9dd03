//! Runs the conformance cases of the CEL specification (github.com/google/cel-spec, `tests/simple`, converted to JSON) against the evaluator.
//!
//! The cases lie in `cel_spec/`; `CEL_SPEC_DIR` names another folder with cases of the same form. Each runs without static checks of types, as
//! the evaluator is meant to behave; then those are listed which the static checks refuse (`cel_conformance_refused.txt`).
//! `cel_conformance_misses.txt` lists every case that is not as specified, with the reason; a new miss and an unexpected pass both fail the test.
//! `CEL_SPEC_WRITE=1` rewrites both lists, keeping the reasons that are there.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use assize::evaluate::cel::{Checks, Context, Entry, Key, Library, Scope, Value};
use base64::Engine;
use bumpalo::Bump;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const MISSES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cel_conformance_misses.txt");
const REFUSED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cel_conformance_refused.txt");

/// All cases with their names. That there are none is a failure, not a reason to skip.
fn cases() -> Vec<(String, Json)> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cel_spec");
    let folder = std::env::var_os("CEL_SPEC_DIR").map_or(own, PathBuf::from);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("no conformance cases in {}: {error}", folder.display()));
    let mut files: Vec<PathBuf> =
        files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        for (i, case) in cases.into_iter().enumerate() {
            all.push((format!("{stem}/{}/{}#{i}", case["section"].as_str().unwrap(), case["name"].as_str().unwrap()), case));
        }
    }
    assert!(all.len() > 1_700, "only {} conformance cases in {}", all.len(), folder.display());
    all
}

/// Compares what was found with a list of what is known.
fn compare(list: &str, found: &BTreeMap<String, String>) {
    let known: BTreeMap<String, String> = std::fs::read_to_string(list).unwrap_or_default().lines().filter_map(parse_line).collect();
    if std::env::var_os("CEL_SPEC_WRITE").is_some() {
        let lines = found.iter().map(|(name, detail)| format!("{name}: {}\n", known.get(name).unwrap_or(detail)));
        std::fs::write(list, lines.collect::<String>()).unwrap();
        return;
    }
    let new: Vec<_> = found.iter().filter(|(name, _)| !known.contains_key(*name)).collect();
    let gone: Vec<_> = known.keys().filter(|name| !found.contains_key(*name)).collect();
    assert!(new.is_empty() && gone.is_empty(), "new in {list}: {new:#?}\nno longer: {gone:#?}");
}

#[test]
fn the_specification_holds_but_for_the_known_misses() {
    let cases = cases();
    let mut misses = BTreeMap::new();
    for (name, case) in &cases {
        if let Err(reason) = run(case) {
            misses.insert(name.clone(), format!("{} -- {reason}", case["expr"].as_str().unwrap()).replace('\n', " "));
        }
    }
    eprintln!("{} of {} conformance cases as specified", cases.len() - misses.len(), cases.len());
    compare(MISSES, &misses);
}

/// The static checks refuse no case that evaluates as specified, except where types can never match.
#[test]
fn the_static_checks_refuse_only_what_is_known() {
    let mut refused = BTreeMap::new();
    for (name, case) in cases() {
        if case["matcher"] == "eval_error" || (case["check_only"].as_bool() != Some(true) && run(&case).is_err()) {
            continue;
        }
        let empty = serde_json::Map::new();
        let roots: Vec<String> = case["bindings"].as_object().unwrap_or(&empty).keys().cloned().collect();
        let source = case["expr"].as_str().unwrap();
        let library = Library::new();
        // What the compiler itself refuses is no matter of types.
        if library.compile(source, &Scope::new(roots.clone())).is_err() {
            continue;
        }
        if let Err(errors) = library.compile(source, &Scope::new(roots).with_checks(Checks::Types)) {
            refused.insert(name, format!("{source} -- {}", errors[0].message).replace('\n', " "));
        }
    }
    eprintln!("{} cases refused by the static checks", refused.len());
    compare(REFUSED, &refused);
}

fn parse_line(line: &str) -> Option<(String, String)> {
    let (name, reason) = line.split_once(": ")?;
    Some((name.into(), reason.into()))
}

fn run(case: &Json) -> Result<(), String> {
    let expected = &case["value"];
    if case["check_only"].as_bool() == Some(true) {
        return Err("tests the type checker alone".into());
    }
    let arena = Bump::new();
    let empty = serde_json::Map::new();
    let bindings = case["bindings"].as_object().unwrap_or(&empty);
    let values: Vec<Value<'_>> = bindings.values().map(|value| build(value, &arena)).collect();
    let library = Library::new();
    let scope = Scope::new(bindings.keys().cloned());
    let fails = case["matcher"] == "eval_error";
    let program = match library.compile(case["expr"].as_str().unwrap(), &scope) {
        Ok(program) => program,
        Err(errors) => {
            // A type checker would refuse such calls too, so a refusal counts as the error expected; not knowing a name does not.
            let unknown =
                errors.iter().any(|error| error.message.starts_with("unknown function") || error.message.contains("not supported"));
            return if fails && !unknown { Ok(()) } else { Err(format!("refused: {}", errors[0])) };
        }
    };
    let mut context = Context::new(&library, &arena, &values);
    match (program.eval(&mut context), fails) {
        (Err(_), true) => Ok(()),
        (Err(error), false) => Err(format!("error: {error}")),
        (Ok(value), true) => Err(format!("gives {value:?} instead of an error")),
        (Ok(value), false) if same(value, expected) => Ok(()),
        (Ok(value), false) => Err(format!("gives {value:?} instead of {expected}")),
    }
}

/// The value that a tagged JSON value stands for.
fn build<'d>(tagged: &Json, arena: &'d Bump) -> Value<'d> {
    let (tag, value) = tagged.as_object().unwrap().iter().next().unwrap();
    let text = || &*arena.alloc_str(value.as_str().unwrap());
    match tag.as_str() {
        "null" => Value::Null,
        "bool" => Value::Bool(value.as_bool().unwrap()),
        "int" => Value::Int(text().parse().unwrap()),
        "uint" => Value::UInt(text().parse().unwrap()),
        "double" => Value::Double(text().parse().unwrap()),
        "string" => Value::Str(text()),
        "bytes" => Value::Bytes(arena.alloc_slice_copy(&base64::engine::general_purpose::STANDARD.decode(text()).unwrap())),
        "list" => assize::evaluate::cel::list(arena, value.as_array().unwrap().iter().map(|item| build(item, arena))),
        "map" => {
            let entry = |pair: &Json| Entry { key: key(build(&pair[0], arena)), value: build(&pair[1], arena) };
            Value::of_entries(arena.alloc_slice_copy(&value.as_array().unwrap().iter().map(entry).collect::<Vec<_>>()))
        }
        tag => panic!("unknown tag {tag}"),
    }
}

fn key(value: Value<'_>) -> Key<'_> {
    match value {
        Value::Str(name) => Key::new(name),
        Value::Int(number) => Key::Int(number),
        Value::UInt(number) => i64::try_from(number).map_or(Key::UInt(number), Key::Int),
        Value::Bool(truth) => Key::Bool(truth),
        value => panic!("no key: {value:?}"),
    }
}

/// Whether a value is the one expected, types included.
fn same(value: Value<'_>, expected: &Json) -> bool {
    if let Some(name) = expected.get("type") {
        return matches!(value, Value::Type(found) if name == found);
    }
    let arena = Bump::new();
    identical(value, build(expected, &arena))
}

fn identical(left: Value<'_>, right: Value<'_>) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::UInt(left), Value::UInt(right)) => left == right,
        (Value::Double(left), Value::Double(right)) => left.to_bits() == right.to_bits() || (left.is_nan() && right.is_nan()),
        (Value::Str(left), Value::Str(right)) => left == right,
        (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| identical(*left, *right))
        }
        (Value::Map(_, left), Value::Map(_, right)) => {
            let has = |entry: &Entry<'_>| right.iter().any(|other| other.key == entry.key && identical(entry.value, other.value));
            left.len() == right.len() && left.iter().all(has)
        }
        // Messages of optional values are unwrapped in the expected results.
        (Value::Optional(Some(left)), right) => identical(*left, right),
        _ => false,
    }
}
