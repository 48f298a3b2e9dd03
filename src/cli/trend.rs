//! `trend`: how scores developed, and the indicators that follow from the history.

use super::Failure;
use super::args::{Global, SettingsArgs, TrendArgs, TrendFormat};
use super::evaluate::gross_and_net;
use super::exit::Exit;
use super::plan::{Plan, known_framework};
use super::report::put;
use super::terminal::{Terminal, table, to_json};
use crate::pipeline::{self, trend::Request};
use crate::report::indicators;
use crate::report::trend::TrendView;
use crate::snapshot::{Database, Selector};
use chrono::TimeDelta;

/// The format asked for, by name or by the file's ending.
fn format(args: &TrendArgs) -> Result<TrendFormat, Failure> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let Some(file) = &args.output else { return Ok(TrendFormat::Table) };
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase().as_str() {
        "json" => Ok(TrendFormat::Json),
        "csv" => Ok(TrendFormat::Csv),
        "svg" => Ok(TrendFormat::Svg),
        "txt" => Ok(TrendFormat::Table),
        _ => Err(Failure::Usage(format!("cannot tell the format of {} by its ending (json, csv, svg, txt): add --format", file.display()))),
    }
}

pub(super) fn run(global: &Global, args: &TrendArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    for id in &args.framework {
        known_framework(&plan.bench.catalog, id)?;
    }
    if let (Some(from), Some(until)) = (args.from, args.to)
        && from >= until
    {
        return Err(Failure::Usage(format!("the stretch ends before it begins: --from {from}, --to {until}")));
    }
    let format = format(args)?;
    let database = Database::open_read_only(&plan.db)?;
    if args.indicators {
        return of_indicators(&plan, &database, args, format, terminal);
    }
    let request = Request { frameworks: args.framework.clone(), from: args.from, until: args.to };
    let view = pipeline::trend::build(&database, &plan.bench, plan.config.settings.organisation.clone(), &request)?;
    if view.points.is_empty() {
        let stretch = if args.from.is_some() || args.to.is_some() { " in this stretch of time" } else { "" };
        terminal.note(&format!("no snapshot of this database has been evaluated yet{stretch}"));
    }
    let bytes = match format {
        TrendFormat::Json => to_json(&view.points)?,
        TrendFormat::Csv => view.csv().into_bytes(),
        TrendFormat::Svg => view.svg().into_bytes(),
        TrendFormat::Table => text(&view).into_bytes(),
    };
    put(&bytes, args.output.as_deref(), terminal)
}

fn text(view: &TrendView) -> String {
    let rows: Vec<Vec<String>> = view
        .points
        .iter()
        .flat_map(|point| {
            view.frameworks.iter().zip(0..).map(move |((id, _), index)| {
                let once = |text: String| if index == 0 { text } else { String::new() };
                let scores = point.scores.get(id).copied().unwrap_or_default();
                vec![
                    once(point.snapshot.to_string()),
                    once(point.taken_at.chars().take(10).collect()),
                    once(point.fail.to_string()),
                    once(point.unknown.to_string()),
                    id.clone(),
                    gross_and_net(scores.configuration, scores.configuration_net),
                    gross_and_net(scores.programme, scores.programme_net),
                ]
            })
        })
        .collect();
    table(&["snapshot", "taken", "fail", "unknown", "framework", "configuration", "programme"], &rows)
}

fn of_indicators(plan: &Plan, database: &Database, args: &TrendArgs, format: TrendFormat, terminal: &Terminal) -> Result<Exit, Failure> {
    let settings = plan.settings(&SettingsArgs { framework: args.framework.clone(), waivers: None, attestations: None })?;
    let which = args.to.map_or(Selector::Latest, |until| Selector::At(until - TimeDelta::seconds(1)));
    let snapshot = database.snapshot(&which)?;
    let judged = pipeline::judge(&snapshot, &plan.bench, &settings)?;
    let found = pipeline::indicators::at(database, &snapshot.info, &plan.bench, &settings, &judged, args.from)?;
    let Some(found) = found else {
        let id = snapshot.info.id;
        return Err(Failure::Usage(format!("snapshot {id} has not been evaluated: run `assize evaluate --snapshot {id}` first")));
    };
    let bytes = match format {
        TrendFormat::Json => to_json(&found)?,
        TrendFormat::Csv => indicators::csv(&found).into_bytes(),
        TrendFormat::Table => indicators::text(&found).into_bytes(),
        TrendFormat::Svg => {
            return Err(Failure::Usage("indicators are not drawn: use table, json or csv, or leave out --indicators".to_owned()));
        }
    };
    put(&bytes, args.output.as_deref(), terminal)
}
