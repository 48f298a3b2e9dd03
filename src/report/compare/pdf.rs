//! PDF reports: what their metadata names, their attached data, their pages.

use super::{Claims, Difference, json, text};
use crate::model::Hash;
use crate::report::pdf::{ATTACHMENT, PROFILE, Profile};
use lopdf::{Document, Object};

/// The metadata stand in the file as they are, uncompressed, so that they can be found even when the rest is damaged.
pub(super) fn claims(bytes: &[u8]) -> Claims {
    let packet = packet(bytes);
    let named = |name: &str| named(&packet, name);
    let hash = |name: &str| named(name).as_deref().and_then(Hash::parse);
    let metadata = Claims {
        snapshot: hash("snapshotRoot"),
        evaluation: hash("evaluationRoot"),
        catalog: hash("catalogHash"),
        settings: hash("settingsHash"),
        tool: between(packet.as_bytes(), "<pdf:Producer>", "</pdf:Producer>"),
        hashes: Vec::new(),
    };
    if metadata.snapshot.is_some() || metadata.evaluation.is_some() {
        return metadata;
    }
    let attached = Document::load_mem(bytes).ok().and_then(|file| attachment(&file));
    attached.map_or(metadata, |data| json::claims(&data))
}

/// Whether a PDF report is the one of four pages, so that it can be made again as it was.
#[must_use]
pub fn is_executive(bytes: &[u8]) -> bool {
    named(&packet(bytes), PROFILE).as_deref() == Some(Profile::Executive.as_str())
}

fn packet(bytes: &[u8]) -> String {
    between(bytes, "<x:xmpmeta", "</x:xmpmeta>").unwrap_or_default()
}

fn named(packet: &str, name: &str) -> Option<String> {
    between(packet.as_bytes(), &format!("<assize:{name}>"), "</assize:")
}

fn between(bytes: &[u8], before: &str, after: &str) -> Option<String> {
    let find = |haystack: &[u8], needle: &str| haystack.windows(needle.len()).position(|window| window == needle.as_bytes());
    let rest = bytes.get(find(bytes, before)? + before.len()..)?;
    Some(String::from_utf8_lossy(rest.get(..find(rest, after)?)?).into_owned())
}

/// The attached JSON report.
fn attachment(file: &Document) -> Option<Vec<u8>> {
    file.objects.values().find_map(|object| {
        let stream = object.as_stream().ok()?;
        let is_file = stream.dict.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name == b"EmbeddedFile");
        is_file.then(|| stream.get_plain_content().unwrap_or_else(|_| stream.content.clone()))
    })
}

pub(super) fn differences(report: &[u8], again: &[u8]) -> Vec<Difference> {
    let Ok(made) = Document::load_mem(again) else { return Vec::new() };
    let given = match Document::load_mem(report) {
        Ok(given) => given,
        Err(error) => {
            return vec![Difference::new("the file", format!("no readable PDF: {error}"), "a PDF"), text::first_byte(report, again)];
        }
    };
    let mut found = Vec::new();
    let (ours, theirs) = (claims(again), claims(report));
    for (place, given, made) in [
        ("metadata, snapshot root", theirs.snapshot, ours.snapshot),
        ("metadata, evaluation root", theirs.evaluation, ours.evaluation),
        ("metadata, catalog hash", theirs.catalog, ours.catalog),
        ("metadata, settings hash", theirs.settings, ours.settings),
    ] {
        if given != made {
            let say = |hash: Option<Hash>| hash.map_or_else(|| "nothing".to_owned(), |hash| hash.to_string());
            found.push(Difference::new(place, say(given), say(made)));
        }
    }
    match (attachment(&given), attachment(&made)) {
        (Some(given), Some(made)) if given != made => {
            let mut inside = json::differences(&given, &made);
            if inside.is_empty() {
                inside = text::differences(&given, &made);
            }
            found.extend(inside.into_iter().map(|d| Difference { place: format!("attached {ATTACHMENT}, {}", d.place), ..d }));
        }
        (None, Some(_)) => found.push(Difference::new(format!("attached {ATTACHMENT}"), "nothing", "the data of the report")),
        _ => {}
    }
    pages(&given, &made, &mut found);
    if found.is_empty() {
        objects(&given, &made, &mut found);
    }
    found
}

fn pages(given: &Document, made: &Document, found: &mut Vec<Difference>) {
    let (theirs, ours) = (given.get_pages(), made.get_pages());
    if theirs.len() != ours.len() {
        found.push(Difference::new("the pages", format!("{} pages", theirs.len()), format!("{} pages", ours.len())));
    }
    for (number, id) in &ours {
        let Some(other) = theirs.get(number) else { continue };
        if made.get_page_content(*id) == given.get_page_content(*other) {
            continue;
        }
        let words = |file: &Document| file.extract_text(&[*number]).unwrap_or_default();
        let lines = text::differences(words(given).as_bytes(), words(made).as_bytes());
        match lines.into_iter().next() {
            Some(line) => found.push(Difference { place: format!("page {number}, {}", line.place), ..line }),
            None => found.push(Difference::new(format!("page {number}"), "other drawing", "the same text, drawn as it was")),
        }
    }
}

/// What no reader sees: fonts, structure, links. One broken container of objects takes hundreds with it, so they are told as one.
fn objects(given: &Document, made: &Document, found: &mut Vec<Difference>) {
    let mut names = made.objects.iter().filter(|(id, object)| given.objects.get(id) != Some(object)).map(|(id, object)| {
        let dictionary = object.as_dict().or_else(|_| object.as_stream().map(|stream| &stream.dict)).ok();
        let kind = dictionary.and_then(|d| d.get(b"Type").and_then(Object::as_name).ok()).map(String::from_utf8_lossy);
        kind.map_or_else(|| format!("object {}", id.0), |kind| format!("object {} ({kind})", id.0))
    });
    if let Some(first) = names.next() {
        let more = names.count();
        let place = if more == 0 { first } else { format!("{first} and {more} more") };
        found.push(Difference::new(format!("{place}: fonts, structure or links, not text"), "other content", "its content"));
    }
    let added = given.objects.keys().filter(|id| !made.objects.contains_key(*id)).count();
    if added > 0 {
        found.push(Difference::new("the file", format!("{added} objects more"), "none of them"));
    }
}
