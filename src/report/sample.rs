//! A sample with its evidence, for an auditor's working papers: text, JSON (`assize.sample/v1`), CSV.

use super::resource::ResourceRow;
use super::separated::row;
use super::terminal::{plain, wrapped};
use serde::Serialize;
use std::collections::BTreeMap;

/// Name and version of the JSON schema.
pub const SCHEMA: &str = "assize.sample/v1";

/// How the sample was drawn, in words that suffice to draw it again.
pub const METHOD: &str = "Every item of the population gets a rank: BLAKE3 over four lines, joined by a line feed and with none at the end: seed, \
snapshot root, control, resource id. The items with the lowest ranks, compared as hexadecimal text, are the sample, without replacement.";

/// The command that computes the rank of one item.
pub const BY_HAND: &str = "printf '%s\\n%s\\n%s\\n%s' SEED SNAPSHOT_ROOT CONTROL RESOURCE_ID | b3sum";

/// Everything that is said about a sample.
#[derive(Debug, Clone, Serialize)]
pub struct SampleView {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// `Assize 0.1.0`.
    pub tool: String,
    /// The evidence it was drawn from.
    pub snapshot: Evidence,
    /// Hash of the catalog that judged.
    pub catalog: String,
    /// The control.
    pub control: Control,
    /// What it was drawn from.
    pub population: Population,
    /// The seed.
    pub seed: String,
    /// `given` or `snapshot root`.
    pub seed_from: &'static str,
    /// How many were asked for.
    pub asked: u64,
    /// [`METHOD`].
    pub method: &'static str,
    /// [`BY_HAND`].
    pub by_hand: &'static str,
    /// What a reader must know: a population that is incomplete, or smaller than the sample asked for.
    pub notes: Vec<String>,
    /// The sample, lowest rank first.
    pub items: Vec<Item>,
}

/// A snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Number.
    pub id: i64,
    /// RFC 3339.
    pub taken_at: String,
    /// Merkle root.
    pub root: String,
}

/// A control.
#[derive(Debug, Clone, Serialize)]
pub struct Control {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Severity.
    pub severity: &'static str,
}

/// What a sample is drawn from.
#[derive(Debug, Clone, Serialize)]
pub struct Population {
    /// Every resource the control speaks of, passes too, and one for each read that may hide some.
    pub size: u64,
    /// By verdict, all five keys present.
    pub by_verdict: BTreeMap<&'static str, u64>,
    /// Only these verdicts were drawn from; empty means all.
    pub only: Vec<&'static str>,
    /// Items of those verdicts.
    pub eligible: u64,
    /// Whether every read that could show more of it was complete.
    pub complete: bool,
}

/// One item of a sample.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// From one.
    pub number: u64,
    /// Its rank, 64 hexadecimal digits.
    pub rank: String,
    /// The verdict.
    pub verdict: &'static str,
    /// The value seen.
    pub observed: Option<String>,
    /// The value expected.
    pub expected: String,
    /// Why, when neither pass nor fail.
    pub reason: Option<String>,
    /// The valid waiver that accepts it.
    pub waiver: Option<String>,
    /// The same for the same control and resource in every run.
    pub fingerprint: String,
    /// The resource.
    pub resource: ResourceRow,
    /// Its document; `None` for what could not be read.
    pub document: Option<Document>,
    /// The ledger rows behind it.
    pub reads: Vec<Read>,
}

/// A stored document.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// BLAKE3 of its text.
    pub hash: String,
    /// The text, with secrets already taken out, byte by byte as it was hashed; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A ledger row.
#[derive(Debug, Clone, Serialize)]
pub struct Read {
    /// Number within the snapshot.
    pub seq: i64,
    /// What was done.
    pub operation: String,
    /// With what.
    pub parameters: String,
    /// As whom.
    pub identity: String,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339.
    pub ended_at: String,
    /// What came of it.
    pub outcome: &'static str,
    /// Why not.
    pub error: Option<String>,
}

impl Item {
    fn said(&self) -> &str {
        self.observed.as_deref().or(self.reason.as_deref()).unwrap_or_default()
    }
}

impl SampleView {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let population = &self.population;
        let counts = population.by_verdict.iter().filter(|(_, count)| **count > 0).map(|(verdict, count)| format!("{count} {verdict}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        let mut text = format!("{}: {}\n", self.control.id, plain(&self.control.title));
        text += &format!("Snapshot {}, taken {}\nroot {}\n\n", self.snapshot.id, self.snapshot.taken_at, self.snapshot.root);
        text += &format!("Population {} ({})", population.size, if counts.is_empty() { "nothing to judge" } else { &counts });
        if !population.only.is_empty() {
            text += &format!(", of which {} are {}", population.eligible, population.only.join(" or "));
        }
        text += &format!("\nSample     {} of {} asked for\n", self.items.len(), self.asked);
        text += &format!("Seed       {} ({})\n", plain(&self.seed), self.seed_from);
        for item in &self.items {
            let waived = item.waiver.as_ref().map_or_else(String::new, |id| format!(" (waived by {})", plain(id)));
            text += &format!("\n{:>3}  {}{waived}  {}\n", item.number, item.verdict, plain(&item.resource.id));
            let mut fact = |label: &str, value: &str| {
                if !value.is_empty() {
                    text += &format!("     {label:<9} {}\n", plain(value));
                }
            };
            fact("where", &item.resource.place());
            fact("seen", item.said());
            fact("expected", &item.expected);
            fact("document", item.document.as_ref().map_or("none: it could not be read", |document| &document.hash));
            for read in &item.reads {
                let error = read.error.as_deref().map_or_else(String::new, |error| format!(": {error}"));
                let row =
                    format!("row {}, {} as {}, {}, {}{error}", read.seq, read.operation, read.identity, read.started_at, read.outcome);
                fact("ledger", &row);
            }
            fact("rank", &item.rank);
        }
        text += &format!("\n{}\n  {}\n", wrapped(self.method, 0), self.by_hand);
        for note in &self.notes {
            text += &format!("\n{}\n", wrapped(&format!("Note: {}", plain(note)), 0));
        }
        text
    }

    /// One row an item, for a working paper. What holds for the whole sample stands in every row.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = row([
            "number",
            "rank",
            "control",
            "verdict",
            "source",
            "kind",
            "namespace",
            "name",
            "resource",
            "file",
            "line",
            "observed",
            "expected",
            "reason",
            "waiver",
            "document",
            "read",
            "operation",
            "identity",
            "read_at",
            "outcome",
            "snapshot_root",
            "seed",
            "population",
            "eligible",
            "complete",
        ]);
        for item in &self.items {
            let read = item.reads.first();
            let of = |pick: fn(&Read) -> String| read.map_or_else(String::new, pick);
            let resource = &item.resource;
            text += &row([
                item.number.to_string().as_str(),
                &item.rank,
                &self.control.id,
                item.verdict,
                &resource.source,
                &resource.kind,
                &resource.namespace,
                &resource.name,
                &resource.id,
                resource.file.as_deref().unwrap_or_default(),
                &resource.line.map(|line| line.to_string()).unwrap_or_default(),
                item.observed.as_deref().unwrap_or_default(),
                &item.expected,
                item.reason.as_deref().unwrap_or_default(),
                item.waiver.as_deref().unwrap_or_default(),
                item.document.as_ref().map_or("", |document| &document.hash),
                &of(|read| read.seq.to_string()),
                &of(|read| read.operation.clone()),
                &of(|read| read.identity.clone()),
                &of(|read| read.started_at.clone()),
                &of(|read| read.outcome.to_owned()),
                &self.snapshot.root,
                &self.seed,
                &self.population.size.to_string(),
                &self.population.eligible.to_string(),
                if self.population.complete { "yes" } else { "no" },
            ]);
        }
        text
    }
}
