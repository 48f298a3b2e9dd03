//! The command line, as clap sees it. Nothing here reads a file.

mod history;
mod people;

pub use history::*;
pub use people::*;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Compliance posture scanner: evidence first, every number re-derivable, unknown is never a pass.
#[derive(Debug, Parser)]
#[command(name = "assize", version, about, after_help = super::exit::TABLE, help_expected = true, max_term_width = 100)]
pub struct Cli {
    /// What is asked of every verb.
    #[command(flatten)]
    pub global: Global,
    /// The verb.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Database file [default: assize.db, or `db` of the configuration]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, env = "ASSIZE_DB")]
    pub db: Option<PathBuf>,
    /// Configuration file [default: assize.toml in the current directory, the scanned path, or beside --db]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, env = "ASSIZE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder with controls/ and frameworks/ laid over the embedded catalog
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, env = "ASSIZE_CATALOG")]
    pub catalog: Option<PathBuf>,
    /// When to use colour; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
    /// Say nothing on standard error but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Collect, evaluate and report in one go
    Scan(ScanArgs),
    /// Collect evidence into a sealed snapshot, without judging it
    Collect(CollectArgs),
    /// Judge a sealed snapshot with the catalog and settings of today
    Evaluate(EvaluateArgs),
    /// Print every verdict, passes too: the auditor's population
    Verdicts(VerdictsArgs),
    /// Render a report of a snapshot
    Report(ReportArgs),
    /// Draw a reproducible sample from a control's whole population, with its evidence
    Sample(SampleArgs),
    /// Compare two snapshots: what is new, fixed, changed, and why the scores moved
    Diff(DiffArgs),
    /// Show how scores developed
    Trend(TrendArgs),
    /// Recompute every hash of the database, or check a report against it, and name what was changed
    Verify(Box<VerifyArgs>),
    /// Remove the evidence of old snapshots; roots and scores stay, so that chain and trend can be verified
    Prune(PruneArgs),
    /// Sign the roots of a snapshot and its evaluations
    Sign(SignArgs),
    /// Accept risks for a while, by name
    #[command(subcommand)]
    Waiver(WaiverVerb),
    /// Keep human evidence for what no configuration shows
    #[command(subcommand)]
    Attest(AttestVerb),
    /// List, show and test controls
    #[command(subcommand)]
    Control(ControlVerb),
    /// List and show frameworks
    #[command(subcommand)]
    Framework(FrameworkVerb),
    /// Check the catalog
    #[command(subcommand)]
    Catalog(CatalogVerb),
    /// Write a commented assize.toml
    Init(InitArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// What to collect.
#[derive(Debug, Clone, Args)]
pub struct CollectArgs {
    /// Working tree, or single manifest file, to read [default: what the configuration names]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub path: Option<PathBuf>,
    /// Name of the source in evidence and reports [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Leave out what matches this glob; may be given several times, and is printed in reports
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Render charts or kustomizations with the tools on PATH, without network
    #[arg(long, value_name = "TOOL", value_delimiter = ',')]
    pub render: Vec<RenderTool>,
    /// Exit 0 although something in scope could not be read; the report still says so
    #[arg(long)]
    pub accept_incomplete: bool,
}

/// Tools that render manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RenderTool {
    /// `helm template` for charts
    Helm,
    /// `kubectl kustomize` or `kustomize build` for kustomizations
    Kustomize,
}

/// What people decided beside the catalog.
#[derive(Debug, Clone, Args)]
pub struct SettingsArgs {
    /// Report this framework only; may be given several times [default: all]
    #[arg(long, value_name = "ID")]
    pub framework: Vec<String>,
    /// Accepted risks [default: waivers.toml beside the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub waivers: Option<PathBuf>,
    /// Human evidence [default: attestations.toml beside the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub attestations: Option<PathBuf>,
}

/// From which severity on failures fail the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Never
    None,
    /// Critical ones
    Critical,
    /// High or worse
    High,
    /// Medium or worse
    Medium,
    /// Low or worse
    Low,
    /// Any
    Info,
}

/// How reports are dressed.
#[derive(Debug, Clone, Args)]
pub struct PresentationArgs {
    /// Language of the report's own words: en, de, or words/TAG.toml of --templates [default: `language` under [report] of the configuration, else en]
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// Folder with html/ and words/ laid over the templates of reports
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub templates: Option<PathBuf>,
}

/// `scan`
#[derive(Debug, Clone, Args)]
pub struct ScanArgs {
    /// What to collect.
    #[command(flatten)]
    pub collect: CollectArgs,
    /// How to judge.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How reports are dressed.
    #[command(flatten)]
    pub presentation: PresentationArgs,
    /// Also write a report to this file; its ending names the format (FORMAT=FILE names it outright); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub report: Vec<PathBuf>,
    /// Exit 10 when a failure that no waiver accepts is at least this severe [default: none]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Sign snapshot and evaluation with this ed25519 key (PEM) [default: `key_file` under [signing] of the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub sign_key: Option<PathBuf>,
}

/// Where results go.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// Format of the result: terminal, html, pdf, json, sarif, junit, markdown, csv, oscal, oscal-component, ocsf, prometheus, badge
    /// [default: by the ending of --output, else terminal]
    #[arg(long, value_name = "FORMAT", value_parser = super::format::named)]
    pub format: Option<&'static dyn crate::report::Renderer>,
    /// Write the result to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// Formats of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// To read in a terminal
    Table,
    /// For programs
    Json,
}

/// Which snapshot.
#[derive(Debug, Clone, Args)]
pub struct SnapshotArgs {
    /// Snapshot: latest, a number, a date or an RFC 3339 time
    #[arg(long, value_name = "WHICH", default_value = "latest", value_parser = crate::snapshot::Selector::parse)]
    pub snapshot: crate::snapshot::Selector,
}

/// `evaluate`
#[derive(Debug, Clone, Args)]
pub struct EvaluateArgs {
    /// Which snapshot.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// Judge with the catalog that this snapshot's own evaluation used: the one in force, or one that the database keeps
    #[arg(long, value_name = "WHICH", value_parser = crate::snapshot::Selector::parse)]
    pub catalog_of: Option<crate::snapshot::Selector>,
    /// How to judge.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
    /// Exit 10 when a failure that no waiver accepts is at least this severe [default: none]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Exit 0 although something in scope could not be read
    #[arg(long)]
    pub accept_incomplete: bool,
}

/// `verdicts`
#[derive(Debug, Clone, Args)]
pub struct VerdictsArgs {
    /// Which snapshot.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// How to judge.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Only this control; may be given several times
    #[arg(long, value_name = "ID")]
    pub control: Vec<String>,
    /// Only this verdict; may be given several times
    #[arg(long, value_name = "VERDICT")]
    pub verdict: Vec<VerdictArg>,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
    /// Write the result to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// The verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum VerdictArg {
    /// The condition does not hold
    Fail,
    /// Not read, or not evaluable
    Unknown,
    /// A person must tell
    Manual,
    /// The condition holds
    Pass,
    /// Out of the control's reach
    NotApplicable,
}

/// `report`
#[derive(Debug, Clone, Args)]
pub struct ReportArgs {
    /// Which snapshot.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// How to judge.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// How the report is dressed.
    #[command(flatten)]
    pub presentation: PresentationArgs,
    /// Report a period instead of one snapshot: its first day (2026-01-01) or moment (RFC 3339)
    #[arg(long, value_name = "DATE", requires = "to", conflicts_with = "snapshot", value_parser = super::moment::begin)]
    pub from: Option<DateTime<Utc>>,
    /// Its last day, which is part of it, or its end (RFC 3339), which is not
    #[arg(long, value_name = "DATE", requires = "from", value_parser = super::moment::end)]
    pub to: Option<DateTime<Utc>>,
    /// Count each scan of the period as its own evaluation found it, instead of judging all by today's catalog and settings
    #[arg(long, requires = "from")]
    pub as_evaluated: bool,
    /// Print the JSON Schema of the format json, and nothing else
    #[arg(long, conflicts_with_all = ["from", "format"])]
    pub schema: bool,
    /// Format of the result: terminal, html, pdf, json, sarif, junit, markdown, csv, oscal, oscal-component, ocsf, prometheus, badge; of a
    /// period terminal, html, pdf, json, markdown, csv [default: by the ending of --output, else terminal]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// How much of a PDF report
    #[arg(long, value_name = "PROFILE", default_value = "full", conflicts_with = "from")]
    pub profile: ProfileArg,
    /// Write the result to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// How much of a report is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
    /// Everything, for an auditor
    Full,
    /// Four pages, for who decides
    Executive,
}

/// `control ...`
#[derive(Debug, Subcommand)]
pub enum ControlVerb {
    /// List every control
    List {
        /// Format of the result
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: TableFormat,
    },
    /// Show one control: condition, reason, remedy, parameters, requirements
    Show {
        /// Its id
        id: String,
        /// Format of the result
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: TableFormat,
    },
    /// Run the examples of controls
    Test {
        /// Their ids [default: all]
        ids: Vec<String>,
        /// Format of the result
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: TableFormat,
    },
}

/// `framework ...`
#[derive(Debug, Subcommand)]
pub enum FrameworkVerb {
    /// List every framework
    List {
        /// Format of the result
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: TableFormat,
    },
    /// Show one framework: every requirement with its controls and topics
    Show {
        /// Its id
        id: String,
        /// Format of the result
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: TableFormat,
    },
}

/// `catalog ...`
#[derive(Debug, Subcommand)]
pub enum CatalogVerb {
    /// Check every file and what no single file can know
    Lint {
        /// Format of the result
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: TableFormat,
    },
}

/// `init`
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// Folder to write into
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}
