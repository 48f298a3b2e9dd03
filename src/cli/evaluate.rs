//! `evaluate`.

use super::Failure;
use super::args::{EvaluateArgs, Global, TableFormat};
use super::exit::Exit;
use super::plan::Plan;
use super::terminal::{Terminal, table};
use crate::model::{Interval, Severity};
use crate::pipeline::{self, Bench, Judged};
use crate::snapshot::{Database, Selector};
use serde_json::json;

/// Whether failures that nobody accepted are as severe as the user minds.
pub(super) fn verdict_on(judged: &Judged, fail_on: Option<Severity>) -> Exit {
    let grave = fail_on.is_some_and(|limit| pipeline::open_failures(judged).any(|judgement| judgement.severity <= limit));
    if grave { Exit::Findings } else { Exit::Clean }
}

/// `71.3 to 84.0 %`, or that there is none.
pub(super) fn words(score: Option<Interval>) -> String {
    score.map_or_else(|| "not scored".to_owned(), |score| score.to_string())
}

/// The score without waivers, and with them where that differs.
pub(super) fn gross_and_net(gross: Option<Interval>, net: Option<Interval>) -> String {
    if net == gross { words(gross) } else { format!("{} (with waivers {})", words(gross), words(net)) }
}

/// The catalog of a snapshot's own evaluation; `None` when it is the one in force.
fn earlier_bench(database: &Database, which: &Selector, today: &Bench) -> Result<Option<Bench>, Failure> {
    let snapshot = database.snapshot(which)?.info.id;
    let own = database.evaluation_of(snapshot)?.ok_or_else(|| {
        Failure::Usage(format!("snapshot {snapshot} was never evaluated, so it has no catalog: name another one with --catalog-of"))
    })?;
    if own.catalog == today.catalog.hash {
        return Ok(None);
    }
    pipeline::stored_bench(database, own.catalog)?.map(Some).ok_or_else(|| {
        Failure::Usage(format!(
            "snapshot {snapshot} was evaluated with the catalog {}, which this database does not keep: check out the release or the folder \
             it came from and give it with --catalog",
            own.catalog
        ))
    })
}

pub(super) fn run(global: &Global, args: &EvaluateArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    plan.announce(terminal);
    let settings = plan.settings(&args.settings)?;
    // Opened to read first: a database that is not there must not be made by mistake.
    let (snapshot, bench) = {
        let database = Database::open_read_only(&plan.db)?;
        let bench = args.catalog_of.as_ref().map(|which| earlier_bench(&database, which, &plan.bench)).transpose()?.flatten();
        (database.snapshot(&args.snapshot.snapshot)?.info, bench)
    };
    let bench = bench.as_ref().unwrap_or(&plan.bench);
    let mut database = Database::open(&plan.db)?;
    let (id, judged) = pipeline::evaluate(&mut database, snapshot.id, bench, &settings)?;
    let root = judged.root();
    match args.format {
        TableFormat::Json => terminal.json(&json!({
            "snapshot": { "id": snapshot.id, "root": snapshot.root },
            "evaluation": { "id": id, "root": root },
            "frameworks": judged.frameworks.iter().map(|framework| json!({
                "id": framework.id,
                "configuration": framework.configuration.gross,
                "configuration_net": framework.configuration.net,
                "programme": framework.programme.gross,
                "programme_net": framework.programme.net,
                "coverage": framework.coverage,
            })).collect::<Vec<_>>(),
        }))?,
        TableFormat::Table => {
            let rows: Vec<Vec<String>> = judged
                .frameworks
                .iter()
                .map(|framework| {
                    let coverage = framework.coverage.map_or_else(|| "none".to_owned(), |percent| percent.to_string());
                    let [configuration, programme] =
                        [framework.configuration, framework.programme].map(|score| gross_and_net(score.gross, score.net));
                    vec![framework.id.clone(), configuration, programme, coverage]
                })
                .collect();
            let head = format!("evaluation {id} of snapshot {} ({})\nroot {root}\n\n", snapshot.id, snapshot.taken_at);
            terminal.line(&(head + &table(&["framework", "configuration", "programme", "coverage"], &rows)))?
        }
    };
    let snapshot = database.snapshot(&Selector::Id(snapshot.id))?;
    let accept = args.accept_incomplete || plan.config.accept_incomplete;
    Ok(match verdict_on(&judged, plan.fail_on(args.fail_on)) {
        Exit::Clean if pipeline::is_incomplete(&snapshot) && !accept => Exit::Incomplete,
        other => other,
    })
}
