//! `sign`, `scan --sign-key`, `verify --public-key`: who stands for a snapshot, also to somebody who has nothing but openssl.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod program;

use assize::snapshot::signature::{SecretKey, Signature, Subject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use program::{BAD_POD, Place};
use proptest::prelude::*;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A private key as openssl writes it, of 32 bytes that all say `byte`.
fn pem(byte: u8) -> String {
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend([byte; 32]);
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

fn write_keys(place: &Place, name: &str, byte: u8) {
    place.write(&format!("{name}.pem"), pem(byte));
    std::fs::set_permissions(place.path(&format!("{name}.pem")), PermissionsExt::from_mode(0o600)).unwrap();
    place.write(&format!("{name}.pub"), SecretKey::from_pem(&pem(byte)).unwrap().public().to_pem());
}

/// Three snapshots; the second and the third are signed.
fn place() -> Place {
    let place = Place::new(&[("t/a.yaml", BAD_POD)]);
    write_keys(&place, "ours", 1);
    write_keys(&place, "theirs", 2);
    place.ok(&["scan", "t"]);
    place.ok(&["scan", "t"]);
    place.ok(&["sign", "--key", "ours.pem"]);
    let ran = place.run(&["scan", "t", "--sign-key", "ours.pem"]);
    assert!(ran.code == 0 && ran.err.contains("signed 2 roots"), "{}", ran.err);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    place
}

fn sql(place: &Place, statement: &str) -> usize {
    let raw = rusqlite::Connection::open(place.path("assize.db")).unwrap();
    raw.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    raw.execute(statement, []).unwrap()
}

#[test]
fn unsigned_wrongly_signed_and_broken_snapshots_are_told_apart() {
    let place = place();
    let lines = |arguments: &[&str]| {
        let ran = place.run(&[&["verify"], arguments].concat());
        (ran.code, ran.out.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(lines(&[]).0, 0, "signatures are optional");
    assert_eq!(lines(&["--public-key", "ours.pub"]), (10, vec!["snapshot 1: is not signed".to_owned()]));
    assert_eq!(lines(&["--public-key", "ours.pub", "--from", "2"]).0, 0);
    assert_eq!(lines(&["--public-key", "ours.pub", "--from", "latest"]).0, 0);
    let (code, wrong) = lines(&["--public-key", "theirs.pub", "--from", "3"]);
    let ours = SecretKey::from_pem(&pem(1)).unwrap().public();
    assert_eq!((code, wrong), (10, vec![format!("snapshot 3: is signed with another key: {ours}")]));
    // A second signature beside the first.
    place.ok(&["sign", "--key", "theirs.pem", "--snapshot", "3"]);
    assert_eq!(lines(&["--public-key", "theirs.pub", "--from", "3"]).0, 0);
    let again = place.ok(&["sign", "--key", "ours.pem"]);
    assert!(again.contains("was signed with this key before"), "{again}");
    // Whose root was moved has no signature that fits.
    assert_eq!(
        sql(&place, "UPDATE signatures SET signature = zeroblob(64) WHERE public_key = (SELECT max(public_key) FROM signatures)"),
        2 + 2 * usize::from(ours.to_bytes() > SecretKey::from_pem(&pem(2)).unwrap().public().to_bytes())
    );
    let (code, broken) = lines(&[]);
    assert!(code == 10 && broken.iter().all(|line| line.contains("is broken")), "{broken:?}");
    assert!(broken[0].starts_with("signature of snapshot "), "{broken:?}");
}

#[test]
fn every_changed_cell_of_a_signature_is_found() {
    let place = place();
    let pristine = place.bytes("assize.db");
    for (column, value) in [
        ("subject", "CASE subject WHEN 'snapshot' THEN 'evaluation' ELSE 'snapshot' END"),
        ("root", "randomblob(32)"),
        ("algorithm", "'rsa'"),
        ("public_key", "randomblob(32)"),
        ("signed_at", "'2026-11-23T06:00:00Z'"),
        ("signature", "randomblob(64)"),
    ] {
        place.write("assize.db", &pristine);
        let row = "WHERE root = (SELECT root FROM snapshots WHERE id = 2)";
        assert_eq!(sql(&place, &format!("UPDATE signatures SET {column} = {value} {row}")), 1);
        let found = place.run(&["verify", "--public-key", "ours.pub", "--from", "2"]);
        assert!(found.code == 10 && found.out.contains("is broken"), "{column}: {}", found.out);
    }
}

#[test]
fn keys_that_lie_badly_are_warned_of_and_never_leave_their_file() {
    let place = place();
    place.write("t/key.pem", pem(3));
    std::fs::set_permissions(place.path("t/key.pem"), PermissionsExt::from_mode(0o644)).unwrap();
    let ran = place.run(&["scan", "t", "--sign-key", "t/key.pem"]);
    assert!(ran.err.contains("lies in the scanned tree") && ran.err.contains("others may read"), "{}", ran.err);
    place.ok(&["report", "--format", "json", "-o", "r.json"]);
    let seed = [3_u8; 32];
    let texts = [STANDARD.encode(seed), "03".repeat(32)];
    for file in ["assize.db", "r.json"] {
        let bytes = place.bytes(file);
        assert!(!bytes.windows(32).any(|window| window == seed), "{file}");
        assert!(!texts.iter().any(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes())), "{file}");
    }
    assert!(!texts.iter().any(|text| ran.err.contains(text) || ran.out.contains(text)));
    place.refused(&["sign", "--key", "none.pem"], "cannot read the key");
    place.refused(&["sign", "--key", "ours.pub"], "not an unencrypted ed25519 key");
    place.refused(&["sign", "--key", "t/a.yaml"], "BEGIN PRIVATE KEY");
    place.refused(&["verify", "--public-key", "ours.pem"], "not an unencrypted ed25519 key");
    place.refused(&["sign"], "no key");
    place.write("assize.toml", "[signing]\nkey_file = \"ours.pem\"\n");
    assert!(place.run(&["scan", "t"]).err.contains("signed 2 roots"));
}

#[test]
fn an_older_database_has_no_signatures_and_gets_the_table_when_it_is_signed() {
    let place = place();
    std::fs::copy(format!("{}/examples/acme/history.db", env!("CARGO_MANIFEST_DIR")), place.path("old.db")).unwrap();
    assert_eq!(place.run(&["verify", "--db", "old.db"]).code, 0);
    assert_eq!(place.run(&["verify", "--db", "old.db", "--public-key", "ours.pub"]).code, 10);
    place.ok(&["sign", "--db", "old.db", "--key", "ours.pem"]);
    place.ok(&["verify", "--db", "old.db", "--public-key", "ours.pub", "--from", "latest"]);
}

fn openssl(folder: &Path, arguments: &[&str]) -> Option<(bool, String)> {
    let done = Command::new("openssl").args(arguments).current_dir(folder).output().ok()?;
    Some((done.status.success(), String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)))
}

#[test]
fn openssl_makes_our_keys_and_checks_our_signatures_and_we_check_its_own() {
    let place = place();
    let folder = place.folder.path().to_path_buf();
    if openssl(&folder, &["version"]).is_none() {
        return;
    }
    let run = |arguments: &[&str]| openssl(&folder, arguments).unwrap();
    assert!(run(&["genpkey", "-algorithm", "ed25519", "-out", "fresh.pem"]).0);
    assert!(run(&["pkey", "-in", "fresh.pem", "-pubout", "-out", "fresh.pub"]).0);
    place.ok(&["sign", "--key", "fresh.pem"]);
    place.ok(&["verify", "--public-key", "fresh.pub", "--from", "latest", "--export-signatures", "fresh"]);
    assert_eq!(std::fs::read_dir(place.path("fresh")).unwrap().count(), 2 * 3, "those of the key alone, three files each");
    place.ok(&["verify", "--export-signatures", "out"]);
    let public = place.read("fresh.pub");
    let mut checked = 0;
    for entry in std::fs::read_dir(place.path("out")).unwrap() {
        let stem = entry.unwrap().path().with_extension("");
        let name = |ending: &str| stem.with_extension(ending).to_str().unwrap().to_owned();
        let verify =
            |text: &str| run(&["pkeyutl", "-verify", "-pubin", "-inkey", &name("pem"), "-rawin", "-in", text, "-sigfile", &name("sig")]).0;
        assert!(verify(&name("txt")), "{stem:?}");
        let text = std::fs::read_to_string(name("txt")).unwrap();
        place.write("other.txt", text.replacen("assize", "Assize", 1));
        assert!(!verify("other.txt"));
        // The other direction: what openssl signs with the same key is byte for byte what we stored.
        if std::fs::read_to_string(name("pem")).unwrap() == public {
            assert!(run(&["pkeyutl", "-sign", "-inkey", "fresh.pem", "-rawin", "-in", &name("txt"), "-out", "own.sig"]).0);
            assert_eq!(place.bytes("own.sig"), std::fs::read(name("sig")).unwrap());
            checked += 1;
        }
    }
    assert_eq!(checked, 2 * 3, "three files each of a snapshot and an evaluation");
    assert_eq!(std::fs::read_dir(place.path("out")).unwrap().count(), 6 * 3, "and those of the other key");
}

proptest! {
    #[test]
    fn any_changed_byte_of_root_time_key_or_signature_is_refused(root in any::<[u8; 32]>(), at in 0_usize..32, bit in 0_u8..8, seconds in 0_i64..4_000_000_000) {
        let key = SecretKey::from_pem(&pem(9)).unwrap();
        let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
        let good = Signature::new(&key, Subject::Snapshot, assize::model::Hash(root), time);
        prop_assert!(good.is_intact());
        let flip = |bytes: &mut [u8], at: usize| bytes[at] ^= 1 << bit;
        let mut bad = good.clone();
        flip(&mut bad.root.0, at);
        prop_assert!(!bad.is_intact());
        let mut bad = good.clone();
        flip(&mut bad.public_key, at);
        prop_assert!(!bad.is_intact());
        for half in [0, 32] {
            let mut bad = good.clone();
            flip(&mut bad.signature, at + half);
            prop_assert!(!bad.is_intact());
        }
        let mut bad = good.clone();
        bad.subject = Subject::Evaluation;
        prop_assert!(!bad.is_intact());
        let mut bad = good;
        bad.signed_at = chrono::DateTime::from_timestamp(seconds + 1, 0).unwrap().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        prop_assert!(!bad.is_intact());
    }
}
