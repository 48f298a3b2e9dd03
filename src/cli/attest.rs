//! `attest`: human evidence, kept by content and checked against it.

use super::args::{AttestAddArgs, AttestCheckArgs, AttestListArgs, AttestVerb, Global, ListFormat};
use super::exit::Exit;
use super::plan::{Clock, Plan, known_framework};
use super::terminal::{Terminal, table, write_file};
use super::{Failure, decisions};
use crate::catalog::read::nearest;
use crate::model::{Attestation, Diagnostics, Hash, Settings};
use crate::pipeline::{self, AttestationReview, OpenTopic};
use crate::report::separated;
use chrono::{Days, NaiveDate};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use toml::Value;

/// What a new file begins with.
const HEAD: &str =
    "# Human evidence: what no configuration shows. `file` is a copy under its BLAKE3 hash; another content is no evidence.\n";
/// Longest file ending that is kept.
const ENDING: usize = 8;

pub(super) fn run(global: &Global, verb: &AttestVerb, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    match verb {
        AttestVerb::Add(args) => add(&plan, args, terminal),
        AttestVerb::List(args) => list(&plan, args, terminal),
        AttestVerb::Check(args) => check(&plan, args, terminal),
    }
}

fn file(plan: &Plan, given: Option<&PathBuf>) -> PathBuf {
    given.cloned().unwrap_or_else(|| plan.beside("attestations.toml"))
}

fn read(plan: &Plan, path: &Path, named: bool) -> Result<Result<Vec<Attestation>, Diagnostics>, Failure> {
    match (path.is_file(), named) {
        (true, _) => Ok(decisions::read_attestations(path, &plan.bench.catalog)),
        (false, false) => Ok(Ok(Vec::new())),
        (false, true) => Err(Failure::Usage(format!("there is no file {}", path.display()))),
    }
}

/// Everything that `list` and `check` say of one attestation.
struct Row {
    review: AttestationReview,
    problem: Option<String>,
    soon: Option<String>,
}

impl Row {
    fn new(review: AttestationReview, today: NaiveDate, within: Option<u32>) -> Self {
        let file = review.attestation.file.as_deref().unwrap_or("no file");
        let problem = match review.state {
            "changed" => Some(format!("{file} is not the file that was attested: its content was changed")),
            "unreadable" => Some(format!("{file} is missing or cannot be read")),
            "expired" if !review.superseded => Some(format!("expired on {}", review.until)),
            _ => None,
        };
        let limit = within.map(|days| today.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX));
        let soon = (review.state == "valid" && !review.superseded && limit.is_some_and(|limit| review.until <= limit))
            .then(|| format!("expires on {}", review.until));
        Self { review, problem, soon }
    }

    fn state(&self) -> &'static str {
        if self.review.state == "expired" && self.review.superseded { "superseded" } else { self.review.state }
    }

    fn said(&self) -> Option<String> {
        self.problem.clone().or_else(|| self.soon.clone())
    }

    fn json(&self) -> Json {
        let given = &self.review.attestation;
        json!({
            "topic": given.topic, "description": self.review.description, "owner": given.owner, "performed_at": given.performed_at,
            "until": self.review.until, "state": self.state(), "file": given.file, "name": given.name, "hash": given.hash,
            "expected_hash": given.sealed, "note": given.note, "problem": self.problem, "soon": self.soon,
        })
    }

    fn cells(&self) -> Vec<String> {
        let given = &self.review.attestation;
        let file = given.name.clone().or_else(|| given.file.clone()).unwrap_or_default();
        vec![
            given.topic.clone(),
            self.state().to_owned(),
            given.performed_at.to_string(),
            self.review.until.to_string(),
            given.owner.clone(),
            self.said().unwrap_or(file),
        ]
    }
}

const COLUMNS: [&str; 6] = ["topic", "state", "performed", "until", "owner", "evidence, or what is wrong"];

fn rows(
    plan: &Plan,
    attestations: Vec<Attestation>,
    frameworks: &[String],
    within: Option<u32>,
) -> Result<(Vec<Row>, Vec<OpenTopic>), Failure> {
    let clock = Clock::new()?;
    let mut settings = Settings { attestations, ..plan.config.settings.clone() };
    if !frameworks.is_empty() {
        frameworks.clone_into(&mut settings.frameworks);
    }
    let (reviews, open) = pipeline::review_attestations(&plan.bench, &settings, clock.now());
    Ok((reviews.into_iter().map(|review| Row::new(review, clock.now().date_naive(), within)).collect(), open))
}

fn list(plan: &Plan, args: &AttestListArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let attestations = read(plan, &file(plan, args.attestations.as_ref()), args.attestations.is_some())??;
    let (rows, _) = rows(plan, attestations, &[], None)?;
    let cells = || rows.iter().map(Row::cells).collect::<Vec<_>>();
    match args.format {
        ListFormat::Json => terminal.json(&rows.iter().map(Row::json).collect::<Vec<_>>()),
        ListFormat::Csv => terminal.out(separated::table(&COLUMNS, &cells()).as_bytes()),
        ListFormat::Table => terminal.line(&table(&COLUMNS, &cells())),
    }
}

fn check(plan: &Plan, args: &AttestCheckArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    for id in &args.framework {
        known_framework(&plan.bench.catalog, id)?;
    }
    let path = file(plan, args.list.attestations.as_ref());
    let attestations = match read(plan, &path, args.list.attestations.is_some())? {
        Ok(attestations) => attestations,
        Err(mistakes) => {
            // An unknown topic or a malformed entry is evidence that does not count: the same code tells a pipeline.
            terminal.diagnostics(&mistakes);
            return Ok(Exit::Findings);
        }
    };
    let (rows, open) = rows(plan, attestations, &args.framework, Some(args.within))?;
    let unanswered = |open: &OpenTopic| if open.given { "no longer counts" } else { "nobody attested it" };
    match args.list.format {
        ListFormat::Json => {
            let open: Vec<_> = open
                .iter()
                .map(|open| {
                    json!({
                        "framework": open.framework, "topic": open.topic, "description": open.description, "given": open.given,
                        "requirements": open.requirements,
                    })
                })
                .collect();
            terminal.json(&json!({ "attestations": rows.iter().map(Row::json).collect::<Vec<_>>(), "open": open }))?;
        }
        ListFormat::Csv => {
            let mut cells: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
            cells.iter_mut().for_each(|row| row.insert(0, String::new()));
            cells.extend(open.iter().map(|open| {
                let nothing = String::new;
                let asked = open.requirements.join(" ");
                vec![
                    open.framework.clone(),
                    open.topic.clone(),
                    "open".to_owned(),
                    nothing(),
                    nothing(),
                    nothing(),
                    format!("{}: {asked}", unanswered(open)),
                ]
            }));
            let head: Vec<&str> = std::iter::once("framework").chain(COLUMNS).collect();
            terminal.out(separated::table(&head, &cells).as_bytes())?;
        }
        ListFormat::Table => {
            let said: Vec<_> = rows.iter().filter(|row| row.said().is_some()).map(Row::cells).collect();
            let mut text = if said.is_empty() { String::new() } else { table(&COLUMNS, &said) + "\n" };
            let open: Vec<Vec<String>> = open
                .iter()
                .map(|open| vec![open.framework.clone(), open.topic.clone(), unanswered(open).to_owned(), open.requirements.join(", ")])
                .collect();
            if !open.is_empty() {
                text += &table(&["framework", "topic", "state", "asked for by"], &open);
            }
            if !text.is_empty() {
                terminal.line(&text)?;
            }
        }
    }
    let bad = rows.iter().filter(|row| row.problem.is_some()).count();
    terminal.note(&format!("{} attestations, {bad} of them no evidence; {} topics open", rows.len(), open.len()));
    Ok(match (bad, open.is_empty()) {
        (0, true) => Exit::Clean,
        (0, false) => Exit::Incomplete,
        _ => Exit::Findings,
    })
}

/// Where a copy lies below the folder of the file: by its content, with the ending that tells programs what it is.
fn place(hash: Hash, original: &Path) -> String {
    let hash = hash.to_string();
    let ending = original.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let fits = !ending.is_empty() && ending.len() <= ENDING && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ending = if fits { format!(".{ending}") } else { String::new() };
    format!("evidence/{}/{hash}{ending}", &hash[..2])
}

fn written(args: &AttestAddArgs, performed_at: NaiveDate, hash: Hash, copy: &str) -> String {
    let text = |text: &str| Some(Value::String(text.to_owned()));
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    decisions::entry(
        "attestation",
        &[
            ("topic", text(&args.topic)),
            ("owner", text(&args.owner)),
            ("performed_at", decisions::day(performed_at)),
            ("valid_days", args.valid_days.map(|days| Value::Integer(i64::from(days)))),
            ("file", text(copy)),
            ("hash", text(&hash.to_string())),
            ("name", name.as_deref().and_then(text)),
            ("note", args.note.as_deref().and_then(text)),
        ],
    )
}

fn add(plan: &Plan, args: &AttestAddArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let usage = |text: String| Err(Failure::Usage(text));
    let catalog = &plan.bench.catalog;
    let Some(topic) = catalog.topics.get(&args.topic) else {
        let near = nearest(&args.topic, catalog.topics.keys().map(String::as_str));
        let help = near.map_or_else(
            || format!("there are {}", catalog.topics.keys().cloned().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean '{near}'?"),
        );
        return usage(format!("no topic has the id '{}'; {help}", args.topic));
    };
    if args.owner.trim().is_empty() {
        return usage("--owner is empty; evidence has somebody who stands for it".to_owned());
    }
    let today = Clock::new()?.now().date_naive();
    let performed_at = args.performed_at.unwrap_or(today);
    if performed_at > today {
        return usage(format!("{performed_at} has not come yet; evidence is of what was done"));
    }
    let bytes = std::fs::read(&args.file).map_err(|error| Failure::Usage(format!("cannot read {}: {error}", args.file.display())))?;
    if bytes.is_empty() {
        return usage(format!("{} is empty, which is no evidence", args.file.display()));
    }
    let path = file(plan, args.attestations.as_ref());
    let folder = path.parent().unwrap_or(Path::new(""));
    let hash = Hash::of(&bytes);
    let copy = place(hash, &args.file);
    let known = read(plan, &path, false)??;
    if known.iter().any(|given| given.topic == args.topic && given.performed_at == performed_at && given.hash == Some(hash)) {
        return usage(format!("{} attests {} of {performed_at} with this very file already", path.display(), args.topic));
    }
    let entry = written(args, performed_at, hash, &copy);
    let text = decisions::with_entry(&path, HEAD, &entry)?;
    decisions::attestations_in(&text, folder, catalog)?;
    if let Some(days) = args.valid_days.map(i64::from).filter(|days| *days > topic.valid_days) {
        terminal.note(&format!("note: {} counts for {} days at most; {days} do not make it longer", args.topic, topic.valid_days));
    }
    if args.dry_run {
        terminal.note(&format!("nothing was written to {}", path.display()));
        return terminal.line(&entry);
    }
    // The copy first: an entry without its file would be worse than a file without its entry.
    let target = folder.join(&copy);
    if std::fs::read(&target).ok().is_none_or(|there| Hash::of(&there) != hash) {
        write_file(&target, &bytes)?;
    }
    decisions::replace(&path, &text.text)?;
    terminal.note(&format!("{} is attested in {}; evidence kept as {}", args.topic, path.display(), target.display()));
    Ok(Exit::Clean)
}
