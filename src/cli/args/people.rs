//! Arguments of the verbs about what people decide, sign and check.

use super::{PresentationArgs, SettingsArgs, SnapshotArgs, TableFormat};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// To read in a terminal
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

/// A last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// By the calendar.
    Day(chrono::NaiveDate),
    /// So many days from now.
    Days(u64),
}

impl Until {
    fn parse(text: &str) -> Result<Self, String> {
        let days = text.strip_suffix('d').and_then(|number| number.parse().ok()).map(Self::Days);
        let day = || chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Self::Day);
        days.or_else(day).ok_or_else(|| "expected a date (2027-06-30) or a number of days (90d)".to_owned())
    }

    /// The day, counted from a day.
    #[must_use]
    pub fn from(self, today: chrono::NaiveDate) -> chrono::NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Days(days) => today.checked_add_days(chrono::Days::new(days)).unwrap_or(chrono::NaiveDate::MAX),
        }
    }
}

/// `verify`
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Report (PDF, JSON, HTML, ...) to check against the database it came from [default: check the database]
    #[arg(value_name = "REPORT", value_hint = ValueHint::FilePath)]
    pub report: Option<PathBuf>,
    /// Demand a valid signature of every snapshot by this key (PEM, as `openssl pkey -pubout` writes it)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub public_key: Option<PathBuf>,
    /// Demand signatures from this snapshot on [default: the first]
    #[arg(long, value_name = "WHICH", requires = "public_key", value_parser = crate::snapshot::Selector::parse)]
    pub from: Option<crate::snapshot::Selector>,
    /// Write signatures (with --public-key: those of that key) into this folder, as text, signature and public key that openssl reads
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub export_signatures: Option<PathBuf>,
    /// How to judge, for a report of an evaluation that was not stored.
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// How the report was dressed.
    #[command(flatten)]
    pub presentation: PresentationArgs,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
}

/// `sign`
#[derive(Debug, Clone, Args)]
pub struct SignArgs {
    /// Which snapshot.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// Private key (PEM, as `openssl genpkey -algorithm ed25519` writes it) [default: `key_file` under [signing] of the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: Option<PathBuf>,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: TableFormat,
}

/// `waiver ...`
#[derive(Debug, Subcommand)]
pub enum WaiverVerb {
    /// Write a new waiver into waivers.toml
    Add(Box<WaiverAddArgs>),
    /// List waivers with their state and what they accept
    List(ListArgs),
    /// Exit 10 when a waiver is expired, unused, too broad, too long or malformed
    Check(ListArgs),
}

/// `waiver list`, `waiver check`
#[derive(Debug, Clone, Args)]
pub struct ListArgs {
    /// Which snapshot.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// Accepted risks [default: waivers.toml beside the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub waivers: Option<PathBuf>,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

/// `waiver add`
#[derive(Debug, Clone, Args)]
pub struct WaiverAddArgs {
    /// Name of the waiver, unlike every other one's
    pub id: String,
    /// Control whose failures are accepted; may be given several times
    #[arg(long, value_name = "ID", required = true)]
    pub control: Vec<String>,
    /// Which resources: a glob over `namespace/name`, or over the resource's id
    #[arg(long, value_name = "GLOB")]
    pub resources: String,
    /// Who carries the risk
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// Who accepts it: somebody else
    #[arg(long, value_name = "NAME")]
    pub approver: String,
    /// Why it is acceptable
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Last day on which it counts, like 2027-06-30, or how many days from now, like 90d
    #[arg(long, value_name = "DATE", value_parser = Until::parse)]
    pub expires: Until,
    /// Where it was discussed
    #[arg(long, value_name = "TEXT")]
    pub ticket: Option<String>,
    /// Accept a pattern that matches no failure of the snapshot
    #[arg(long)]
    pub unused_ok: bool,
    /// Say what it would accept, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Which snapshot the pattern is tried on.
    #[command(flatten)]
    pub snapshot: SnapshotArgs,
    /// File to write into [default: waivers.toml beside the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub waivers: Option<PathBuf>,
}

/// `attest ...`
#[derive(Debug, Subcommand)]
pub enum AttestVerb {
    /// Write a new attestation into attestations.toml and keep a copy of its evidence file
    Add(AttestAddArgs),
    /// List attestations with their state
    List(AttestListArgs),
    /// Exit 10 when evidence is changed, missing, expired or soon to expire, or was never given
    Check(AttestCheckArgs),
}

/// `attest add`
#[derive(Debug, Clone, Args)]
pub struct AttestAddArgs {
    /// Topic of the catalog, like access-review
    pub topic: String,
    /// Evidence file; it is copied, by content, into a folder beside attestations.toml
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Who stands for it
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// Day on which it was done [default: today]
    #[arg(long, value_name = "DATE")]
    pub performed_at: Option<chrono::NaiveDate>,
    /// Days for which it counts, when that is fewer than the framework allows
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub valid_days: Option<u32>,
    /// A sentence about what was done
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// File to write into [default: attestations.toml beside the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub attestations: Option<PathBuf>,
}

/// `attest list`
#[derive(Debug, Clone, Args)]
pub struct AttestListArgs {
    /// Human evidence [default: attestations.toml beside the configuration]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub attestations: Option<PathBuf>,
    /// Format of the result
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ListFormat,
}

/// `attest check`
#[derive(Debug, Clone, Args)]
pub struct AttestCheckArgs {
    /// What to list.
    #[command(flatten)]
    pub list: AttestListArgs,
    /// Days before its last one from which on an attestation is called soon to expire
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub within: u32,
    /// Only topics that this framework asks for; may be given several times [default: those of the configuration, else all]
    #[arg(long, value_name = "ID")]
    pub framework: Vec<String>,
}
