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
use kinds::kinds;
use left::{Traces, documents, left};
use places::{malformed, places};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Writes a file of the tree, with its folder.
fn plant(folder: &Path, place: &str, file: &str, text: &str) {
    let path = folder.join("tree").join(place);
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join(file), text).unwrap();
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("tmp")).unwrap();
    folder
}

#[test]
fn no_credential_of_any_kind_is_left_anywhere() {
    let kinds = kinds();
    assert!(kinds.len() >= 60, "{}", kinds.len());
    let folder = folder();
    let mut planted = BTreeSet::new();
    for kind in &kinds {
        for (place, document) in places(kind) {
            plant(folder.path(), place, &format!("{}.yaml", kind.name), &document(kind));
            planted.insert(format!("{place}/{}.yaml", kind.name));
        }
        for (number, text) in malformed(kind).iter().enumerate() {
            plant(
                folder.path(),
                "malformed",
                &format!("{}-{number}.{}", kind.name, if text.starts_with('{') { "json" } else { "yaml" }),
                text,
            );
        }
    }
    let traces = Traces::of(&kinds);
    let found: Vec<_> = (left(folder.path()).iter())
        .map(|(place, bytes)| (place.clone(), traces.found(bytes)))
        .filter(|(_, kinds)| !kinds.is_empty())
        .collect();
    assert!(found.is_empty(), "{} places hold traces of {} planted credentials: {found:#?}", found.len(), planted.len());

    // What was taken out is said, document by document: as many values as there are markers in it, and one at least.
    let said = left::said(folder.path());
    let mut silent = Vec::new();
    for (file, text) in documents(folder.path()) {
        if planted.remove(&file) {
            let markers = text.matches("<redacted:").count();
            let said = said.get(&file).copied().unwrap_or_default();
            if markers == 0 || markers != said {
                silent.push(format!("{file}: {markers} markers, {said} said"));
            }
        }
    }
    assert!(silent.is_empty(), "{} documents: {silent:#?}", silent.len());
    assert!(planted.is_empty(), "not read: {planted:?}");
    let database = Database::open_read_only(&folder.path().join("assize.db")).unwrap();
    let total: u64 = database.snapshot(&Selector::Latest).unwrap().redactions().unwrap().iter().map(|(_, number)| number).sum();
    assert!(total >= u64::try_from(said.len()).unwrap());
}

#[test]
fn what_is_no_secret_stays() {
    let innocents = innocents::innocents();
    let folder = folder();
    for (number, (_, document)) in innocents.iter().enumerate() {
        plant(folder.path(), "", &format!("{number}.json"), &document.to_string());
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
