//! `waivers.toml` and `attestations.toml`: read with every mistake in its place, and added to without touching what is there.

use super::Failure;
use super::config::{done, read_file, unknown};
use super::terminal::write_file;
use crate::catalog::Catalog;
use crate::catalog::read::{Mistakes, Reader, with_root};
use crate::model::{Attestation, Diagnostic, Diagnostics, Hash, SourceText, Waiver};
use chrono::{Days, NaiveDate};
use std::path::Path;
use std::sync::Arc;

/// Reads a file of waivers. An entry that names several controls becomes several waivers with one id.
///
/// # Errors
///
/// Every mistake in it, at once.
pub fn read_waivers(path: &Path, catalog: &Catalog) -> Result<Vec<Waiver>, Diagnostics> {
    waivers_in(&read_file(path)?, catalog)
}

/// The same of a text that may not be a file yet.
///
/// # Errors
///
/// Every mistake in it, at once.
pub fn waivers_in(file: &Arc<SourceText>, catalog: &Catalog) -> Result<Vec<Waiver>, Diagnostics> {
    let mistakes = Mistakes::default();
    let waivers = with_root(file, "file of waivers", &mistakes, |mut reader| {
        let mut waivers: Vec<Waiver> = Vec::new();
        for table in reader.tables("waiver", "waiver") {
            let more = read_waiver(table, &waivers, catalog);
            waivers.extend(more);
        }
        reader.finish();
        waivers
    });
    done(waivers, mistakes)
}

fn read_waiver(mut table: Reader<'_>, before: &[Waiver], catalog: &Catalog) -> Vec<Waiver> {
    let id = table.required_text("id");
    if before.iter().any(|waiver| waiver.id == id.value) {
        table.mistake(Diagnostic::at(id.span.clone(), format!("waiver `{}` is there twice", id.value), "again here"));
    }
    let several = table.value("control").is_some_and(|value| value.as_strings().is_some());
    let controls = if several { table.required_texts("control") } else { vec![table.required_text("control")] };
    for (control, earlier) in controls.iter().zip(0..) {
        if !control.value.is_empty() && !catalog.controls.contains_key(&control.value) {
            table.mistake(unknown(control, "control", catalog.controls.keys()));
        }
        if controls.iter().take(earlier).any(|other| other.value == control.value) {
            table.mistake(Diagnostic::at(control.span.clone(), format!("`{}` is named twice", control.value), "again here"));
        }
    }
    let resources = table.required_text("resources");
    if let Err(error) = globset::Glob::new(&resources.value) {
        table.mistake(Diagnostic::at(resources.span.clone(), format!("not a glob: {error}"), "here"));
    }
    let owner = table.required_text("owner").value;
    let approver = table.required_text("approver");
    if !owner.is_empty() && is_same_person(&owner, &approver.value) {
        let message = "the approver of a waiver must be somebody else than its owner";
        table.mistake(Diagnostic::at(approver.span.clone(), message, "the owner again"));
    }
    let reason = table.required_text("reason").value;
    let expires = table.date("expires");
    if expires.is_none() {
        table.mistake(Diagnostic::at(table.place(), "a waiver needs `expires`, the last day on which it counts", "here"));
    }
    let created = table.date("created");
    if let (Some(first), Some(last)) = (created, expires)
        && first > last
    {
        table.mistake(Diagnostic::at(table.place(), format!("it expires on {last}, before it was created on {first}"), "here"));
    }
    let ticket = table.text("ticket").map(|text| text.value);
    table.finish();
    let one = |control: String| Waiver {
        id: id.value.clone(),
        control,
        resources: resources.value.clone(),
        owner: owner.clone(),
        approver: approver.value.clone(),
        reason: reason.clone(),
        expires: expires.unwrap_or_default(),
        created,
        ticket: ticket.clone(),
    };
    controls.into_iter().map(|control| one(control.value)).collect()
}

/// Names are the same whatever their case and white space.
pub(super) fn is_same_person(a: &str, b: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(a) == plain(b)
}

/// Reads a file of attestations and hashes the evidence files they name.
///
/// # Errors
///
/// Every mistake in it, at once. An evidence file that cannot be read is no error: the attestation does not count then, and reports say so.
pub fn read_attestations(path: &Path, catalog: &Catalog) -> Result<Vec<Attestation>, Diagnostics> {
    attestations_in(&read_file(path)?, path.parent().unwrap_or(Path::new("")), catalog)
}

/// The same of a text that may not be a file yet, for the folder that its paths are relative to.
///
/// # Errors
///
/// Every mistake in it, at once.
pub fn attestations_in(file: &Arc<SourceText>, folder: &Path, catalog: &Catalog) -> Result<Vec<Attestation>, Diagnostics> {
    let mistakes = Mistakes::default();
    let attestations = with_root(file, "file of attestations", &mistakes, |mut reader| {
        let attestations = reader.tables("attestation", "attestation").into_iter().map(|table| read_attestation(table, folder, catalog));
        let attestations = attestations.collect();
        reader.finish();
        attestations
    });
    done(attestations, mistakes)
}

fn read_attestation(mut table: Reader<'_>, folder: &Path, catalog: &Catalog) -> Attestation {
    let topic = table.required_text("topic");
    if !topic.value.is_empty() && !catalog.topics.contains_key(&topic.value) {
        table.mistake(unknown(&topic, "topic", catalog.topics.keys()));
    }
    let performed_at = table.date("performed_at");
    if performed_at.is_none() {
        table.mistake(Diagnostic::at(table.place(), "an attestation needs `performed_at`, the day on which it was done", "here"));
    }
    let performed_at = performed_at.unwrap_or_default();
    let file = table.text("file").map(|text| text.value);
    let hash = file.as_ref().and_then(|file| std::fs::read(folder.join(file)).ok()).map(|bytes| Hash::of(&bytes));
    let sealed = table.text("hash").and_then(|text| {
        let sealed = Hash::parse(&text.value);
        if sealed.is_none() {
            table.mistake(Diagnostic::at(text.span.clone(), "not a BLAKE3 hash", "64 hexadecimal digits"));
        } else if file.is_none() {
            table.mistake(Diagnostic::at(text.span, "a hash of nothing: the attestation names no `file`", "here"));
        }
        sealed
    });
    let mut valid_until = table.date("valid_until");
    if let Some(value) = table.value("valid_days") {
        let days = value.as_integer().and_then(|days| u64::try_from(days).ok()).filter(|days| *days > 0);
        match (days, valid_until) {
            (Some(_), Some(_)) => value.mistake("both `valid_days` and `valid_until` say how long it counts", "keep one of them"),
            (Some(days), None) => valid_until = Some(performed_at.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)),
            (None, _) => value.mistake("`valid_days` is a number of days, at least 1", "here"),
        }
    }
    let attestation = Attestation {
        topic: topic.value,
        owner: table.required_text("owner").value,
        performed_at,
        valid_until,
        file,
        hash,
        note: table.text("note").map(|text| text.value),
        sealed,
        name: table.text("name").map(|text| text.value),
    };
    table.finish();
    attestation
}

/// A new entry for one of the files: `[[waiver]]`, then one line for each key.
pub(super) fn entry(table: &str, lines: &[(&str, Option<toml::Value>)]) -> String {
    let given = lines.iter().filter_map(|(key, value)| Some((key, value.as_ref()?)));
    given.fold(format!("[[{table}]]\n"), |text, (key, value)| text + &format!("{key} = {value}\n"))
}

/// A day, as TOML writes it.
pub(super) fn day(day: NaiveDate) -> Option<toml::Value> {
    day.to_string().parse().ok().map(toml::Value::Datetime)
}

/// What a file would say with an entry behind all that it says now. What is there keeps every byte.
pub(super) fn with_entry(path: &Path, head: &str, entry: &str) -> Result<Arc<SourceText>, Failure> {
    let old = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => head.to_owned(),
        Err(error) => return Err(Failure::Usage(format!("cannot read {}: {error}", path.display()))),
    };
    let feed = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match old.as_str() {
        "" => "",
        text if text.ends_with('\n') => feed,
        _ => &feed.repeat(2),
    };
    Ok(Arc::new(SourceText { name: path.display().to_string(), text: format!("{old}{gap}{}", entry.replace('\n', feed)) }))
}

/// Replaces the file whole or not at all; it keeps its mode.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let mode = std::fs::metadata(path).ok().map(|meta| meta.permissions());
    // Behind a symbolic link lies the file that is meant.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    write_file(&target, text.as_bytes())?;
    let kept = mode.map_or(Ok(()), |mode| std::fs::set_permissions(&target, mode));
    kept.map_err(|error| Failure::Tool(format!("cannot keep the mode of {}: {error}", path.display())))
}
