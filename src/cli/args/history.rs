//! Arguments of verbs that look at more than one snapshot, or at a population: `sample`, `diff`, `trend`, `prune`.

use super::{FailOn, SettingsArgs, SnapshotArgs, TableFormat, VerdictArg};
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `sample`
#[derive(Debug, Clone, Args)]
pub struct SampleArgs {
    /// Which snapshot.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// How to judge.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// The control whose population is sampled
    #[arg(long, value_name = "ID")]
    pub control: String,
    /// How many items
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub size: u32,
    /// Any text: the same seed draws the same sample [default: derived from the snapshot's root]
    #[arg(long, value_name = "TEXT")]
    pub seed: Option<String>,
    /// Draw from these verdicts only [default: all]
    #[arg(long, value_name = "VERDICT", value_delimiter = ',')]
    pub verdict: Vec<VerdictArg>,
    /// Hand over each document too, byte by byte as it was hashed; JSON only
    #[arg(long)]
    pub with_documents: bool,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: SampleFormat,
    /// Write the result to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Exit 0 although the population is incomplete; the sample still says so
    #[arg(long)]
    pub accept_incomplete: bool,
}

/// Formats of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SampleFormat {
    /// To read in a terminal
    Terminal,
    /// For programs: schema assize.sample/v1
    Json,
    /// For a working paper: one row an item
    Csv,
}

/// `diff`
#[derive(Debug, Clone, Args)]
#[command(after_help = crate::cli::diff::HELP)]
pub struct DiffArgs {
    /// Earlier snapshot: latest, a number, a date or an RFC 3339 time [default: the one before TO that looked at the same sources]
    #[arg(value_parser = crate::snapshot::Selector::parse)]
    pub from: Option<crate::snapshot::Selector>,
    /// Later snapshot
    #[arg(default_value = "latest", value_parser = crate::snapshot::Selector::parse)]
    pub to: crate::snapshot::Selector,
    /// Take the earlier snapshot from this database [default: its latest]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub against: Option<PathBuf>,
    /// Compare what each snapshot's own evaluation found, instead of judging both by today's catalog and settings
    #[arg(long, conflicts_with_all = ["framework", "waivers", "attestations"])]
    pub as_evaluated: bool,
    /// How to judge.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: DiffFormat,
    /// Write the result to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Exit 10 when a new failure that no waiver accepts is at least this severe [default: none]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// With --fail-on: exit 0 although something may have become a failure that could not be seen
    #[arg(long)]
    pub accept_incomplete: bool,
}

/// Formats of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// To read in a terminal
    Terminal,
    /// For programs: schema assize.diff/v1
    Json,
    /// For the comment of a pull request
    Markdown,
}

/// `trend`
#[derive(Debug, Clone, Args)]
pub struct TrendArgs {
    /// Only this framework; may be given several times
    #[arg(long, value_name = "ID")]
    pub framework: Vec<String>,
    /// Only scans from this day (2026-01-01) or moment (RFC 3339) on
    #[arg(long, value_name = "DATE", value_parser = crate::cli::moment::begin)]
    pub from: Option<DateTime<Utc>>,
    /// Only scans until this day, which is part of it, or moment, which is not
    #[arg(long, value_name = "DATE", value_parser = crate::cli::moment::end)]
    pub to: Option<DateTime<Utc>>,
    /// Show indicators instead of scores: findings by age, times to detect and resolve, schedule; by default of the last 90 days
    #[arg(long)]
    pub indicators: bool,
    /// Format of the result [default: by the ending of --output, else table]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<TrendFormat>,
    /// Write the result to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// Formats of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrendFormat {
    /// To read in a terminal
    #[value(alias = "terminal")]
    Table,
    /// For programs
    Json,
    /// For a spreadsheet: one row a snapshot, framework and score
    Csv,
    /// A drawing of scores, light or dark as the reader's system is
    Svg,
}

/// `prune`
#[derive(Debug, Clone, Args)]
pub struct PruneArgs {
    /// Keep this many of the newest snapshots
    #[arg(long, value_name = "N")]
    pub keep: Option<u32>,
    /// Keep snapshots taken within so many days before the newest one
    #[arg(long, value_name = "N")]
    pub keep_days: Option<u32>,
    /// Keep the last snapshot of each of so many months
    #[arg(long, value_name = "N")]
    pub keep_monthly: Option<u32>,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
}
