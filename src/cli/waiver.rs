//! `waiver`: accepted risks, added and kept tidy.

use super::args::{Global, ListArgs, ListFormat, WaiverAddArgs, WaiverVerb};
use super::exit::Exit;
use super::plan::{Clock, Plan};
use super::terminal::{Terminal, table};
use super::{Failure, decisions};
use crate::model::{Diagnostics, Judgement, Settings, Waiver};
use crate::pipeline::{self, WaiverReview};
use crate::report::separated;
use crate::snapshot::{Database, Selector};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;
use std::path::{Path, PathBuf};
use toml::Value;

/// Longest life of a waiver when `[waivers] max_days` says nothing: a year, a leap year too.
const MAX_DAYS: i64 = 366;
/// What a new file begins with.
const HEAD: &str = "# Accepted risks. They change no verdict: scores are printed without them (gross) and with them (net).\n";

pub(super) fn run(global: &Global, verb: &WaiverVerb, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    match verb {
        WaiverVerb::Add(args) => add(&plan, args, terminal),
        WaiverVerb::List(args) => list(&plan, args, terminal),
        WaiverVerb::Check(args) => check(&plan, args, terminal),
    }
}

fn file(plan: &Plan, given: Option<&PathBuf>) -> PathBuf {
    given.cloned().unwrap_or_else(|| plan.beside("waivers.toml"))
}

fn max_days(plan: &Plan) -> i64 {
    plan.config.waiver_days.unwrap_or(MAX_DAYS)
}

/// Waivers over the failures of a snapshot, on the day of the clock.
fn review(plan: &Plan, waivers: Vec<Waiver>, snapshot: &Selector, now: DateTime<Utc>) -> Result<Vec<WaiverReview>, Failure> {
    let settings = Settings { waivers, ..plan.config.settings.clone() };
    let database = Database::open_read_only(&plan.db)?;
    let snapshot = database.snapshot(snapshot)?;
    Ok(pipeline::review_waivers(&snapshot, &plan.bench, &settings, now)?)
}

/// The word that people read for a state.
fn words(state: &str) -> &str {
    match state {
        "valid" => "in force",
        "too_broad" => "too broad",
        "not_yet" => "not yet",
        other => other,
    }
}

/// The longest day that a waiver may name.
fn limit(from: NaiveDate, days: i64) -> NaiveDate {
    from.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(NaiveDate::MAX)
}

/// What is wrong with a waiver; `None` when it is tidy.
fn problem(review: &WaiverReview, days: i64, today: NaiveDate) -> Option<String> {
    let waiver = &review.waiver;
    match review.state {
        "expired" => Some(format!("expired on {}", waiver.expires)),
        "unused" => Some("accepts nothing in this snapshot: delete it, or mend its pattern".to_owned()),
        "too_broad" => Some(format!("too broad: {}", review.note.as_deref().unwrap_or("its pattern"))),
        _ if waiver.expires > limit(waiver.created.unwrap_or(today), days) => {
            Some(format!("expires on {}, more than {days} days after it began", waiver.expires))
        }
        _ => None,
    }
}

fn place(judgement: &Judgement) -> String {
    let resource = &judgement.resource;
    resource.file.as_ref().map_or_else(|| resource.display(), |file| format!("{} ({file})", resource.display()))
}

fn list(plan: &Plan, args: &ListArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let path = file(plan, args.waivers.as_ref());
    let waivers = if path.is_file() { decisions::read_waivers(&path, &plan.bench.catalog)? } else { Vec::new() };
    let clock = Clock::new()?;
    let reviews = review(plan, waivers, &args.snapshot.snapshot, clock.now())?;
    show(plan, &reviews, &[], args.format, clock.now().date_naive(), terminal)
}

fn check(plan: &Plan, args: &ListArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let path = file(plan, args.waivers.as_ref());
    if args.waivers.is_some() && !path.is_file() {
        return Err(Failure::Usage(format!("there is no file {}", path.display())));
    }
    let clock = Clock::new()?;
    let today = clock.now().date_naive();
    let waivers = if path.is_file() { decisions::read_waivers(&path, &plan.bench.catalog) } else { Ok(Vec::new()) };
    let waivers = match waivers {
        Ok(waivers) => waivers,
        Err(mistakes) => {
            // A file that cannot be read whole is the worst waiver of all; a pipeline hears it by the same code.
            terminal.diagnostics(&mistakes);
            return malformed(&mistakes, args.format, terminal);
        }
    };
    let reviews = review(plan, waivers, &args.snapshot.snapshot, clock.now())?;
    let problems: Vec<Option<String>> = reviews.iter().map(|review| problem(review, max_days(plan), today)).collect();
    let bad = problems.iter().flatten().count();
    show(plan, &reviews, &problems, args.format, today, terminal)?;
    if bad == 0 {
        terminal.note(&format!("{} waivers, all tidy", reviews.len()));
        return Ok(Exit::Clean);
    }
    terminal.note(&format!("{bad} of {} waivers need somebody", reviews.len()));
    Ok(Exit::Findings)
}

fn malformed(mistakes: &Diagnostics, format: ListFormat, terminal: &Terminal) -> Result<Exit, Failure> {
    if format == ListFormat::Json {
        let rows: Vec<_> = mistakes
            .0
            .iter()
            .map(|mistake| json!({ "state": "malformed", "line": mistake.span.as_ref().map(|span| span.line_column().0), "problem": mistake.message }))
            .collect();
        terminal.json(&rows)?;
    }
    Ok(Exit::Findings)
}

fn show(
    plan: &Plan,
    reviews: &[WaiverReview],
    problems: &[Option<String>],
    format: ListFormat,
    today: NaiveDate,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let days = max_days(plan);
    let why = |review: &WaiverReview| problem(review, days, today);
    match format {
        ListFormat::Json => {
            let rows: Vec<_> = reviews
                .iter()
                .map(|review| {
                    let waiver = &review.waiver;
                    let accepts: Vec<_> = review
                        .accepts
                        .iter()
                        .map(|judgement| json!({ "resource": judgement.resource, "severity": judgement.severity, "observed": judgement.observed }))
                        .collect();
                    json!({
                        "id": waiver.id, "control": waiver.control, "resources": waiver.resources, "owner": waiver.owner,
                        "approver": waiver.approver, "reason": waiver.reason, "ticket": waiver.ticket, "created": waiver.created,
                        "expires": waiver.expires, "state": review.state, "problem": why(review), "accepts": accepts,
                    })
                })
                .collect();
            terminal.json(&rows)
        }
        ListFormat::Csv => {
            let head = [
                "id",
                "state",
                "control",
                "resources",
                "owner",
                "approver",
                "reason",
                "ticket",
                "created",
                "expires",
                "accepts",
                "problem",
            ];
            let rows: Vec<Vec<String>> = reviews
                .iter()
                .map(|review| {
                    let waiver = review.waiver.clone();
                    let created = waiver.created.map(|day| day.to_string()).unwrap_or_default();
                    vec![
                        waiver.id,
                        review.state.to_owned(),
                        waiver.control,
                        waiver.resources,
                        waiver.owner,
                        waiver.approver,
                        waiver.reason,
                        waiver.ticket.unwrap_or_default(),
                        created,
                        waiver.expires.to_string(),
                        review.accepts.len().to_string(),
                        why(review).unwrap_or_default(),
                    ]
                })
                .collect();
            terminal.out(separated::table(&head, &rows).as_bytes())
        }
        ListFormat::Table => {
            let rows = reviews.iter().enumerate().map(|(index, review)| {
                let waiver = &review.waiver;
                let problem = problems.get(index).cloned().flatten();
                let accepts = review.accepts.iter().map(|judgement| place(judgement)).collect::<Vec<_>>().join(", ");
                vec![
                    waiver.id.clone(),
                    words(review.state).to_owned(),
                    waiver.expires.to_string(),
                    waiver.control.clone(),
                    review.accepts.len().to_string(),
                    problem.unwrap_or(if accepts.is_empty() { waiver.resources.clone() } else { accepts }),
                ]
            });
            let last = if problems.is_empty() { "resources" } else { "resources, or what is wrong" };
            terminal.line(&table(&["waiver", "state", "expires", "control", "accepts", last], &rows.collect::<Vec<_>>()))
        }
    }
}

fn refuse(args: &WaiverAddArgs, plan: &Plan, today: NaiveDate) -> Result<(), Failure> {
    let usage = |text: String| Err(Failure::Usage(text));
    if let Some(id) = args.control.iter().find(|id| !plan.bench.catalog.controls.contains_key(*id)) {
        return Err(super::control::unknown(&plan.bench.catalog, id));
    }
    for (name, value) in [("the id", &args.id), ("--owner", &args.owner), ("--approver", &args.approver), ("--reason", &args.reason)] {
        if value.trim().is_empty() {
            return usage(format!("{name} is empty; a waiver says who accepts what and why"));
        }
    }
    if decisions::is_same_person(&args.owner, &args.approver) {
        return usage("owner and approver are the same; somebody else must accept the risk".to_owned());
    }
    let expires = args.expires.from(today);
    if expires < today {
        return usage(format!("{expires} is over; a waiver that has expired accepts nothing"));
    }
    let (days, last) = (max_days(plan), limit(today, max_days(plan)));
    if expires > last {
        return usage(format!(
            "a waiver counts for at most {days} days, so until {last}; `max_days` under [waivers] of the configuration says so"
        ));
    }
    Ok(())
}

fn written(args: &WaiverAddArgs, today: NaiveDate) -> String {
    let text = |text: &str| Some(Value::String(text.to_owned()));
    let control = match args.control.as_slice() {
        [one] => text(one),
        several => Some(Value::Array(several.iter().cloned().map(Value::String).collect())),
    };
    decisions::entry(
        "waiver",
        &[
            ("id", text(&args.id)),
            ("control", control),
            ("resources", text(&args.resources)),
            ("owner", text(&args.owner)),
            ("approver", text(&args.approver)),
            ("reason", text(&args.reason)),
            ("ticket", args.ticket.as_deref().and_then(text)),
            ("created", decisions::day(today)),
            ("expires", decisions::day(args.expires.from(today))),
        ],
    )
}

/// What the new waiver alone would accept, or why nobody can say.
fn tried(
    plan: &Plan,
    args: &WaiverAddArgs,
    new: Vec<Waiver>,
    now: DateTime<Utc>,
    terminal: &Terminal,
) -> Result<Vec<WaiverReview>, Failure> {
    let reviews = match review(plan, new, &args.snapshot.snapshot, now) {
        Ok(reviews) => reviews,
        Err(Failure::Usage(why)) if args.unused_ok => {
            terminal.note(&format!("the pattern was not tried: {why}"));
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    for review in reviews.iter().filter(|review| review.accepts.is_empty()) {
        let (pattern, control) = (&review.waiver.resources, &review.waiver.control);
        let sentence = format!("no failure of {control} is at `{pattern}` in this snapshot");
        if !args.unused_ok {
            return Err(Failure::Usage(format!("{sentence}; `assize verdicts --control {control}` lists them (--unused-ok accepts it)")));
        }
        terminal.note(&sentence);
    }
    for review in &reviews {
        if let Some(why) = review.note.as_ref().filter(|_| review.state == "too_broad") {
            terminal.note(&format!("warning: too broad for `waiver check`: {why}"));
        }
    }
    Ok(reviews)
}

fn add(plan: &Plan, args: &WaiverAddArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let clock = Clock::new()?;
    let today = clock.now().date_naive();
    refuse(args, plan, today)?;
    let path = file(plan, args.waivers.as_ref());
    let catalog = &plan.bench.catalog;
    if Path::exists(&path) && decisions::read_waivers(&path, catalog)?.iter().any(|waiver| waiver.id == args.id) {
        return Err(Failure::Usage(format!("{} has a waiver `{}` already; an id is for ever", path.display(), args.id)));
    }
    let entry = written(args, today);
    // Read back before anything is written: what Assize writes, Assize reads.
    let text = decisions::with_entry(&path, HEAD, &entry)?;
    let new: Vec<Waiver> = decisions::waivers_in(&text, catalog)?.into_iter().filter(|waiver| waiver.id == args.id).collect();
    let reviews = tried(plan, args, new, clock.now(), terminal)?;
    let mut lines = String::new();
    for judgement in reviews.iter().flat_map(|review| &review.accepts) {
        lines += &format!("accepts  {:8}  {}  {}\n", judgement.severity.as_str(), judgement.control, place(judgement));
    }
    if args.dry_run {
        lines += &format!("\n{entry}");
        terminal.note(&format!("nothing was written to {}", path.display()));
    } else {
        decisions::replace(&path, &text.text)?;
        terminal.note(&format!("waiver {} stands in {}; it counts for snapshots from {today} on", args.id, path.display()));
    }
    if lines.is_empty() { Ok(Exit::Clean) } else { terminal.line(&lines) }
}
