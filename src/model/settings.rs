//! What the user decides beside the catalog: parameters, declared scope, waivers, attestations.
//!
//! Together with the catalog's hash, the hash of these settings makes an evaluation repeatable.

use super::{Hash, Schedule};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value of a control's parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `string`
    String(String),
    /// `list<string>`
    Strings(Vec<String>),
}

/// A value of a framework's scope question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ScopeValue {
    /// Yes or no.
    Bool(bool),
    /// One choice.
    One(String),
    /// Several choices.
    Many(Vec<String>),
}

/// Declared scope of one framework.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FrameworkScope {
    /// Answers to the framework's own scope questions (`categories`, `service_provider`, `role`).
    pub answers: BTreeMap<String, ScopeValue>,
    /// Single requirements left out, each with its reason.
    pub excluded: BTreeMap<String, String>,
}

/// An accepted risk for one control; an entry of the file that names several becomes one of these for each, under the same id.
///
/// It never changes a verdict: scores are printed without it (gross) and with it (net).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The user's name for it.
    pub id: String,
    /// The control whose failures are accepted.
    pub control: String,
    /// Glob over the resource's id and over `namespace/name`.
    pub resources: String,
    /// Who carries the risk.
    pub owner: String,
    /// Who accepted it: somebody else.
    pub approver: String,
    /// Why it is acceptable.
    pub reason: String,
    /// Last day on which it counts.
    pub expires: NaiveDate,
    /// First day on which it counts; without one, it always did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<NaiveDate>,
    /// Where it was discussed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// From where on a waiver accepts more than a person can have looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverLimits {
    /// Most failures of one control that one waiver may accept without being called too broad.
    pub max_resources: u64,
}

impl Default for WaiverLimits {
    fn default() -> Self {
        Self { max_resources: 20 }
    }
}

impl WaiverLimits {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Dated human evidence for what no configuration shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// Topic of the catalog.
    pub topic: String,
    /// Who stands for it.
    pub owner: String,
    /// Day on which it was done.
    pub performed_at: NaiveDate,
    /// Last day on which it counts, when the user wants it shorter than the framework allows.
    pub valid_until: Option<NaiveDate>,
    /// Evidence file, relative to the attestations file.
    pub file: Option<String>,
    /// Content of the file; `None` when the file could not be read, and then the attestation does not count.
    pub hash: Option<Hash>,
    /// A sentence about what was done.
    pub note: Option<String>,
    /// The content that the entry says the file has; another content is no evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Hash>,
    /// What the file was called before it was copied by content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Attestation {
    /// Whether its evidence is what it says it is: the file was there, with the content that the entry names. One that names no file
    /// has nothing that could differ.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        match (&self.file, self.sealed) {
            (None, sealed) => sealed.is_none(),
            (Some(_), None) => self.hash.is_some(),
            (Some(_), sealed) => self.hash == sealed,
        }
    }
}

/// Everything about one evaluation that is neither evidence nor catalog.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settings {
    /// Name to print on reports.
    pub organisation: Option<String>,
    /// Control id, then parameter, then value.
    pub params: BTreeMap<String, BTreeMap<String, ParamValue>>,
    /// Frameworks to report; empty means all.
    pub frameworks: Vec<String>,
    /// Framework id to its scope.
    pub scopes: BTreeMap<String, FrameworkScope>,
    /// Custom kinds that carry a pod template: kind and path of the template.
    pub workloads: BTreeMap<String, String>,
    /// Accepted risks.
    pub waivers: Vec<Waiver>,
    /// When one of them is too broad.
    #[serde(default, skip_serializing_if = "WaiverLimits::is_default")]
    pub waiver_limits: WaiverLimits,
    /// Human evidence.
    pub attestations: Vec<Attestation>,
    /// How often somebody means to scan; what does not say so leaves the hash of older settings as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
}

impl Settings {
    /// Its content address: part of an evaluation's root.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// Whether a waiver counts on the day of the snapshot.
    #[must_use]
    pub fn is_waiver_valid(waiver: &Waiver, now: DateTime<Utc>) -> bool {
        let today = now.date_naive();
        waiver.expires >= today && waiver.created.is_none_or(|first| first <= today)
    }
}
