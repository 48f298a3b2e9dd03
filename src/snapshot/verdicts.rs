//! Rows of verdicts: what stands in them, the hash over it, writing them and reading them back.

use super::SnapshotError;
use super::merkle::write_row;
use super::reader::parse_json;
use crate::model::{Hash, Judgement, ReadKey, ReadRef, ResourceRef, Severity, Verdict};
use rusqlite::types::{FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// A verdict as it is stored: fail, unknown or manual. Passes are counted in [`super::TallyRow`]s and can be derived again.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVerdict {
    /// The verdict.
    pub judgement: Arc<Judgement>,
    /// The valid waiver that accepts it.
    pub waiver: Option<String>,
    /// The same for the same control and resource in every run.
    pub fingerprint: String,
}

/// The columns that [`Fields::of_row`] reads, and behind them number and hash of the row.
pub(super) const VERDICT_COLUMNS: &str = "v.control, v.verdict, v.severity, v.source, v.kind, v.api_group, v.namespace, v.name, v.resource, \
                                          v.file, v.line, v.observed, v.expected, v.reason, v.waiver, v.reads, v.fingerprint, v.id, v.leaf";
/// The verdicts of an evaluation, in the order in which they were sealed.
pub(super) fn verdicts_of_evaluation() -> String {
    format!(
        "SELECT {VERDICT_COLUMNS} FROM verdict_runs u CROSS JOIN verdict_rows v ON v.id BETWEEN u.first AND u.first + u.count - 1 \
         WHERE u.evaluation = ?"
    )
}

/// Columns of a row's number and of its hash.
pub(super) const ID_AND_LEAF: (usize, usize) = (17, 18);

/// What a verdict's hash is over, borrowed from a row or from a verdict in memory.
pub(super) struct Fields<'f> {
    pub(super) control: &'f str,
    pub(super) verdict: Verdict,
    pub(super) severity: Severity,
    pub(super) resource: ResourceFields<'f>,
    pub(super) observed: Option<&'f str>,
    pub(super) expected: &'f str,
    pub(super) reason: Option<&'f str>,
    /// Names of the ledger rows behind it, whose numbers differ per snapshot.
    pub(super) reads: Vec<String>,
    pub(super) waiver: Option<&'f str>,
    pub(super) fingerprint: &'f str,
}

/// A [`ResourceRef`], borrowed: the same names in the same order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub(super) struct ResourceFields<'f> {
    source: &'f str,
    kind: &'f str,
    group: &'f str,
    namespace: &'f str,
    name: &'f str,
    id: &'f str,
    file: Option<&'f str>,
    line: Option<u32>,
}

impl<'f> ResourceFields<'f> {
    pub(super) fn of(reference: &'f ResourceRef) -> Self {
        let ResourceRef { source, kind, group, namespace, name, id, file, line } = reference;
        Self { source, kind, group, namespace, name, id, file: file.as_deref(), line: *line }
    }

    pub(super) fn owned(&self) -> ResourceRef {
        let Self { source, kind, group, namespace, name, id, file, line } = *self;
        ResourceRef {
            source: source.to_owned(),
            kind: kind.to_owned(),
            group: group.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            id: id.to_owned(),
            file: file.map(str::to_owned),
            line,
        }
    }
}

impl<'f> Fields<'f> {
    fn of(stored: &'f StoredVerdict, reads: Vec<String>) -> Self {
        let Judgement { control, verdict, severity, resource, observed, expected, reason, reads: _ } = &*stored.judgement;
        Self {
            control,
            verdict: *verdict,
            severity: *severity,
            resource: ResourceFields::of(resource),
            observed: observed.as_deref(),
            expected,
            reason: reason.as_deref(),
            reads,
            waiver: stored.waiver.as_deref(),
            fingerprint: &stored.fingerprint,
        }
    }

    /// Reads [`VERDICT_COLUMNS`].
    pub(super) fn of_row(row: &'f Row<'_>) -> Result<Self, SnapshotError> {
        let damaged = |what: &str, word: &str| SnapshotError::Damaged(format!("'{word}' is no {what}"));
        let (verdict, severity) = (text(row, 1)?, text(row, 2)?);
        Ok(Self {
            control: text(row, 0)?,
            verdict: Verdict::parse(verdict).ok_or_else(|| damaged("verdict", verdict))?,
            severity: Severity::ALL.into_iter().find(|s| s.as_str() == severity).ok_or_else(|| damaged("severity", severity))?,
            resource: ResourceFields {
                source: text(row, 3)?,
                kind: text(row, 4)?,
                group: text(row, 5)?,
                namespace: text(row, 6)?,
                name: text(row, 7)?,
                id: text(row, 8)?,
                file: maybe(row, 9)?,
                line: row.get(10)?,
            },
            observed: maybe(row, 11)?,
            expected: text(row, 12)?,
            reason: maybe(row, 13)?,
            waiver: maybe(row, 14)?,
            reads: parse_json(text(row, 15)?)?,
            fingerprint: text(row, 16)?,
        })
    }

    /// Appends the text that the hash is over.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let Self { control, verdict, severity, resource, observed, expected, reason, reads, waiver, fingerprint } = self;
        write_row(bytes, &("verdict", control, verdict, severity, resource, observed, expected, reason, reads, waiver, fingerprint));
    }
}

/// A text as it lies in the row.
pub(super) fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, SnapshotError> {
    read(row, column, |value| value.as_str())
}

/// The same where there may be none.
pub(super) fn maybe<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<&'r str>, SnapshotError> {
    read(row, column, |value| value.as_str_or_null())
}

fn read<'r, T>(row: &'r Row<'_>, column: usize, convert: impl FnOnce(&ValueRef<'r>) -> FromSqlResult<T>) -> Result<T, SnapshotError> {
    let value = row.get_ref(column)?;
    convert(&value).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, value.data_type(), Box::new(error)).into())
}

/// The names of the ledger rows behind a verdict, out of the names of all of them in order.
pub(super) fn read_names(judgement: &Judgement, keys: &[ReadKey]) -> Vec<String> {
    let name = |read: &ReadRef| usize::try_from(*read).ok().and_then(|seq| keys.get(seq.checked_sub(1)?));
    judgement.reads.iter().filter_map(name).map(ToString::to_string).collect()
}

/// The hash of a verdict; `reads` are the names of the ledger rows behind it.
pub(super) fn verdict_leaf(stored: &StoredVerdict, reads: Vec<String>) -> Hash {
    let mut bytes = Vec::with_capacity(1024);
    Fields::of(stored, reads).write(&mut bytes);
    Hash::of(&bytes)
}

/// A verdict with the names of the ledger rows behind it.
pub(super) fn verdict_of(row: &Row<'_>) -> Result<(StoredVerdict, Vec<String>), SnapshotError> {
    let fields = Fields::of_row(row)?;
    let judgement = Judgement {
        control: fields.control.into(),
        verdict: fields.verdict,
        severity: fields.severity,
        resource: Arc::new(fields.resource.owned()),
        observed: fields.observed.map(Into::into),
        expected: fields.expected.into(),
        reason: fields.reason.map(Into::into),
        reads: Arc::default(),
    };
    let (waiver, fingerprint) = (fields.waiver.map(str::to_owned), fields.fingerprint.to_owned());
    Ok((StoredVerdict { judgement: Arc::new(judgement), waiver, fingerprint }, fields.reads))
}

/// The number of a verdict's row, which is stored if it is new.
pub(super) fn verdict_row(connection: &Connection, stored: &StoredVerdict, keys: &[ReadKey], leaf: Hash) -> Result<i64, SnapshotError> {
    let known: Option<i64> =
        connection.prepare_cached("SELECT id FROM verdict_rows WHERE leaf = ?")?.query_row([leaf.0], |row| row.get(0)).optional()?;
    if let Some(row) = known {
        return Ok(row);
    }
    let (judgement, resource) = (&stored.judgement, &stored.judgement.resource);
    connection
        .prepare_cached(
            "INSERT INTO verdict_rows (leaf, control, verdict, severity, source, kind, api_group, namespace, name, resource, file, line, \
             observed, expected, reason, waiver, reads, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            leaf.0,
            &*judgement.control,
            judgement.verdict.as_str(),
            judgement.severity.as_str(),
            resource.source,
            resource.kind,
            resource.group,
            resource.namespace,
            resource.name,
            resource.id,
            resource.file,
            resource.line,
            judgement.observed,
            &*judgement.expected,
            judgement.reason,
            stored.waiver,
            json!(read_names(judgement, keys)).to_string(),
            stored.fingerprint
        ])?;
    Ok(connection.last_insert_rowid())
}
