//! Law 7, proved by canaries: credentials of every common kind, in every place a document can hold one, and none of them anywhere afterwards.
//!
//! `tests/canaries/kinds.txt` lists the kinds, `tests/canaries/places.rs` the places.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "canaries/innocents.rs"]
mod innocents;
#[path = "canaries/kinds.rs"]
mod kinds;
#[path = "canaries/left.rs"]
mod left;
#[path = "canaries/places.rs"]
mod places;

use assize::snapshot::{Database, Selector};
use kinds::{Kind, kinds};
use left::{Traces, documents, left};
use places::{malformed, places};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Writes a file of the tree, with its folder.
fn plant(folder: &Path, file: &str, text: &str) {
    let path = folder.join("tree").join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("tmp")).unwrap();
    folder
}

fn assert_clean(kinds: &[Kind], left: &[(String, Vec<u8>)]) {
    let traces = Traces::of(kinds);
    let found = left.iter().map(|(place, bytes)| (place, traces.found(bytes))).filter(|(_, kinds)| !kinds.is_empty());
    let found: Vec<_> = found.collect();
    assert!(found.is_empty(), "{} of {} places hold traces of credentials: {found:#?}", found.len(), left.len());
}

#[test]
fn no_credential_of_any_kind_is_left_in_any_document() {
    let kinds = kinds();
    assert!(kinds.len() >= 60, "{}", kinds.len());
    let folder = folder();
    let mut planted = BTreeSet::new();
    for kind in &kinds {
        for (place, document) in places(kind) {
            let file = format!("{place}/{}.yaml", kind.name);
            plant(folder.path(), &file, &document(kind));
            planted.insert(file);
        }
    }
    let documents = documents(folder.path());
    let mut left: Vec<_> = documents.iter().map(|(file, text)| (file.clone(), text.clone().into_bytes())).collect();
    left.extend(left::files(folder.path()));
    assert_clean(&kinds, &left);

    // What was taken out is said, document by document: as many values as there are markers in it, and one at least.
    let said = left::said(folder.path());
    let mut silent = Vec::new();
    for (file, text) in documents {
        let (markers, said) = (text.matches("<redacted:").count(), said.get(&file).copied().unwrap_or_default());
        if markers == 0 || markers != said {
            silent.push(format!("{file}: {markers} markers, {said} said"));
        }
        assert!(planted.remove(&file), "{file}");
    }
    assert!(silent.is_empty(), "{} documents: {silent:#?}", silent.len());
    assert!(planted.is_empty(), "not read: {planted:?}");
}

/// Every kind in some places, every place with some kinds, and every kind in texts with mistakes.
#[test]
fn no_credential_of_any_kind_is_said_by_any_verb() {
    let kinds = kinds();
    let folder = folder();
    for (number, kind) in kinds.iter().enumerate() {
        let places: Vec<_> = places(kind).collect();
        for (place, document) in places.iter().cycle().skip(number * 3).take(3) {
            plant(folder.path(), &format!("{place}/{}.yaml", kind.name), &document(kind));
        }
        for (number, text) in malformed(kind).iter().enumerate() {
            let ending = if text.starts_with('{') { "json" } else { "yaml" };
            plant(folder.path(), &format!("malformed/{}-{number}.{ending}", kind.name), text);
        }
    }
    assert_clean(&kinds, &left(folder.path()));
    let database = Database::open_read_only(&folder.path().join("assize.db")).unwrap();
    let total: u64 = database.snapshot(&Selector::Latest).unwrap().redactions().unwrap().iter().map(|(_, number)| number).sum();
    assert!(total >= 3 * u64::try_from(kinds.len()).unwrap(), "{total}");
}

#[test]
fn what_is_no_secret_stays() {
    let innocents = innocents::innocents();
    let folder = folder();
    for (number, (_, document)) in innocents.iter().enumerate() {
        plant(folder.path(), &format!("{number}.json"), &document.to_string());
    }
    let kept: BTreeMap<String, String> = documents(folder.path()).into_iter().collect();
    let changed: Vec<_> = (innocents.iter().enumerate())
        .filter_map(|(number, (name, document))| {
            let kept = &kept[&format!("{number}.json")];
            (serde_json::from_str::<serde_json::Value>(kept).unwrap() != *document).then(|| format!("{name}: {kept}"))
        })
        .collect();
    assert!(changed.is_empty(), "{} of {} innocents were changed: {changed:#?}", changed.len(), innocents.len());
}
