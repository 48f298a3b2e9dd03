//! `sign`: somebody stands for a snapshot and its evaluations.

use super::Failure;
use super::args::{Global, SignArgs, TableFormat};
use super::exit::Exit;
use super::plan::{Clock, Plan};
use super::terminal::{Terminal, table, write_file};
use crate::model::SnapshotId;
use crate::snapshot::signature::{PublicKey, SecretKey, Signature, Subject};
use crate::snapshot::{Database, Selector};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::path::Path;

/// Reads a private key and says what is careless about where it lies.
pub(super) fn secret_key(file: &Path, tree: Option<&Path>, terminal: &Terminal) -> Result<SecretKey, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::Usage(format!("cannot read the key {}: {error}", file.display())))?;
    let key = SecretKey::from_pem(&text).map_err(|error| Failure::Usage(format!("{} {error}", file.display())))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).map_or(0, |meta| meta.permissions().mode());
        if mode & 0o044 != 0 {
            terminal.note(&format!("warning: others may read the key {} (mode {:03o}); chmod 600 it", file.display(), mode & 0o777));
        }
    }
    let real = |path: &Path| path.canonicalize().ok();
    if let (Some(key), Some(tree)) = (real(file), tree.and_then(real))
        && key.starts_with(&tree)
    {
        terminal.note(&format!("warning: the key {} lies in the scanned tree; keep it elsewhere", file.display()));
    }
    Ok(key)
}

/// Reads a public key.
pub(super) fn public_key(file: &Path) -> Result<PublicKey, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::Usage(format!("cannot read the key {}: {error}", file.display())))?;
    PublicKey::from_pem(&text).map_err(|error| Failure::Usage(format!("{} {error}", file.display())))
}

/// Signs a snapshot and every evaluation of it; what was signed by the key before is left as it is. The new signatures.
pub(super) fn sign(database: &mut Database, key: &SecretKey, snapshot: SnapshotId) -> Result<Vec<Signature>, Failure> {
    let now = Clock::new()?.now();
    let root = database.snapshot(&Selector::Id(snapshot))?.info.root;
    let mut subjects = vec![(Subject::Snapshot, root)];
    subjects.extend(database.evaluations_of(snapshot)?.into_iter().map(|(_, root)| (Subject::Evaluation, root)));
    let mut new = Vec::new();
    for (subject, root) in subjects {
        let signature = Signature::new(key, subject, root, now);
        if database.add_signature(&signature)? {
            new.push(signature);
        }
    }
    Ok(new)
}

fn row(signature: &Signature) -> serde_json::Value {
    json!({
        "subject": signature.subject.as_str(), "root": signature.root, "text": signature.text(), "algorithm": signature.algorithm,
        "public_key": signature.key().map(|key| key.to_string()), "signature": STANDARD.encode(signature.signature),
        "signed_at": signature.signed_at,
    })
}

/// Signatures for programs.
pub(super) fn to_json(signatures: &[Signature]) -> Vec<serde_json::Value> {
    signatures.iter().map(row).collect()
}

/// Writes each signature as three files, which is all that `openssl pkeyutl -verify` asks for.
pub(super) fn export(signatures: &[Signature], folder: &Path) -> Result<usize, Failure> {
    for (signature, number) in signatures.iter().zip(1..) {
        let name = format!("{number:04}-{}-{}", signature.subject, signature.root.short());
        write_file(&folder.join(format!("{name}.txt")), signature.text().as_bytes())?;
        write_file(&folder.join(format!("{name}.sig")), &signature.signature)?;
        if let Some(key) = signature.key() {
            write_file(&folder.join(format!("{name}.pem")), key.to_pem().as_bytes())?;
        }
    }
    Ok(signatures.len())
}

pub(super) fn run(global: &Global, args: &SignArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let plan = Plan::new(global, None)?;
    let Some(file) = args.key.as_ref().or(plan.config.signing_key.as_ref()) else {
        return Err(Failure::Usage(
            "no key: give --key FILE, or `key_file` under [signing] of the configuration; `openssl genpkey -algorithm ed25519` makes one"
                .to_owned(),
        ));
    };
    let key = secret_key(file, plan.tree().as_deref(), terminal)?;
    // Opened to read first: a database that is not there must not be made by mistake.
    let snapshot = Database::open_read_only(&plan.db)?.snapshot(&args.snapshot.snapshot)?.info;
    let mut database = Database::open(&plan.db)?;
    let new = sign(&mut database, &key, snapshot.id)?;
    let public = key.public();
    match args.format {
        TableFormat::Json => {
            terminal.json(&json!({ "snapshot": snapshot.id, "public_key": public.to_string(), "signatures": to_json(&new) }))
        }
        TableFormat::Table if new.is_empty() => terminal.line(&format!("snapshot {} was signed with this key before", snapshot.id)),
        TableFormat::Table => {
            let rows: Vec<_> = new.iter().map(|s| vec![s.subject.to_string(), s.root.to_string(), s.signed_at.clone()]).collect();
            terminal.line(&(table(&["signed", "root", "at"], &rows) + &format!("key {public}\n")))
        }
    }
}
