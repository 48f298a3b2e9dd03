//! Signatures of roots: who stands for a snapshot or an evaluation, checkable with `openssl` alone.
//!
//! Signed is one line of text, its line feed included ([`Signature::text`]):
//!
//! ```text
//! assize snapshot 5e1f...64 hexadecimal digits... signed at 2026-11-24T06:00:00Z
//! ```

mod key;

pub use key::{KeyError, PublicKey, SecretKey};

use super::reader::parse_time;
use super::verify::Problem;
use super::{Database, SnapshotError};
use crate::model::{EvaluationId, Hash, SnapshotId};
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{OptionalExtension, params};
use std::fmt;

/// The only algorithm there is.
pub const ALGORITHM: &str = "ed25519";

/// What a signed root is the root of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// Evidence.
    Snapshot,
    /// Judgement.
    Evaluation,
}

impl Subject {
    /// The word in the signed text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Evaluation => "evaluation",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A signature as it is stored. The bytes may be anybody's: [`Signature::is_intact`] says whether they hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What was signed.
    pub subject: Subject,
    /// Its root.
    pub root: Hash,
    /// [`ALGORITHM`].
    pub algorithm: String,
    /// 32 bytes.
    pub public_key: [u8; 32],
    /// When; part of the signed text. As stored: a changed time must not be put right by parsing it.
    pub signed_at: String,
    /// 64 bytes.
    pub signature: [u8; 64],
}

fn text(subject: Subject, root: Hash, signed_at: &str) -> String {
    format!("assize {subject} {root} signed at {signed_at}\n")
}

impl Signature {
    /// Signs a root.
    #[must_use]
    pub fn new(key: &SecretKey, subject: Subject, root: Hash, at: DateTime<Utc>) -> Self {
        let signed_at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let signature = key.sign(&text(subject, root, &signed_at));
        Self { subject, root, algorithm: ALGORITHM.to_owned(), public_key: key.public().to_bytes(), signed_at, signature }
    }

    /// Exactly what was signed, with the line feed at its end.
    #[must_use]
    pub fn text(&self) -> String {
        text(self.subject, self.root, &self.signed_at)
    }

    /// The key it names; `None` for bytes that are no key.
    #[must_use]
    pub fn key(&self) -> Option<PublicKey> {
        PublicKey::from_bytes(self.public_key)
    }

    /// Whether it is a signature of its own root by the key that it names. Whose key that is, it cannot say.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.algorithm == ALGORITHM
            && parse_time(&self.signed_at).is_ok()
            && self.key().is_some_and(|key| key.verifies(&self.text(), &self.signature))
    }
}

impl Database {
    /// Stores a signature; `false` when this key has signed this root before, and the earlier signature stays.
    ///
    /// # Errors
    ///
    /// When the database refuses.
    pub fn add_signature(&mut self, new: &Signature) -> Result<bool, SnapshotError> {
        let rows = self.connection.execute(
            "INSERT INTO signatures (subject, root, algorithm, public_key, signed_at, signature) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (subject, root, public_key) DO NOTHING",
            params![new.subject.as_str(), new.root.0, new.algorithm, new.public_key, new.signed_at, new.signature],
        )?;
        Ok(rows == 1)
    }

    /// All signatures, in the order they were given.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn signatures(&self) -> Result<Vec<Signature>, SnapshotError> {
        // A database that an earlier version wrote, opened to read, has no such table.
        let table: Option<i64> =
            self.connection.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'signatures'", [], |row| row.get(0)).optional()?;
        if table.is_none() {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare(
            "SELECT subject, root, algorithm, public_key, signed_at, signature FROM signatures \
             ORDER BY signed_at, subject DESC, root, public_key",
        )?;
        statement
            .query_and_then([], |row| {
                let word: String = row.get(0)?;
                let subject = [Subject::Snapshot, Subject::Evaluation].into_iter().find(|subject| subject.as_str() == word);
                Ok(Signature {
                    subject: subject.ok_or_else(|| SnapshotError::Damaged(format!("a signature is of '{word}'")))?,
                    root: Hash(row.get(1)?),
                    algorithm: row.get(2)?,
                    public_key: row.get(3)?,
                    signed_at: row.get(4)?,
                    signature: row.get(5)?,
                })
            })?
            .collect()
    }

    /// Numbers and roots of the evaluations of one snapshot, in the order they were made.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn evaluations_of(&self, snapshot: SnapshotId) -> Result<Vec<(EvaluationId, Hash)>, SnapshotError> {
        let mut statement = self.connection.prepare("SELECT id, root FROM evaluations WHERE snapshot = ? ORDER BY id")?;
        let rows = statement.query_map([snapshot], |row| Ok((row.get(0)?, Hash(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is wrong with signatures. Each stored one must hold for the key it names. With a key, every snapshot from `from` on must be
    /// signed with that very key.
    ///
    /// # Errors
    ///
    /// A damaged database.
    pub fn verify_signatures(&self, demanded: Option<PublicKey>, from: SnapshotId) -> Result<Vec<Problem>, SnapshotError> {
        let signatures = self.signatures()?;
        let snapshots = self.snapshots()?;
        let mut problems = Vec::new();
        for signature in signatures.iter().filter(|signature| !signature.is_intact()) {
            let number = snapshots.iter().find(|info| info.root == signature.root).map(|info| info.id);
            let place = match (signature.subject, number) {
                (Subject::Snapshot, Some(number)) => format!("signature of snapshot {number}"),
                (subject, _) => format!("signature of {subject} root {}", signature.root),
            };
            problems.push(Problem { place, what: "is broken: it does not fit the root, time and key that it names".to_owned() });
        }
        let Some(key) = demanded else { return Ok(problems) };
        for info in snapshots.iter().filter(|info| info.id >= from) {
            let of_it: Vec<_> = signatures.iter().filter(|s| s.subject == Subject::Snapshot && s.root == info.root).collect();
            let what = if of_it.iter().any(|signature| signature.key() == Some(key)) {
                // One that does not hold has been named above.
                continue;
            } else if let Some(other) = of_it.first().and_then(|signature| signature.key()) {
                format!("is signed with another key: {other}")
            } else {
                "is not signed".to_owned()
            };
            problems.push(Problem { place: format!("snapshot {}", info.id), what });
        }
        Ok(problems)
    }
}
