//! The program in a folder of its own, at a time of its own.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A pod with flaws that waivers can accept.
pub const BAD_POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: shop}\nspec:\n  hostNetwork: true\n  hostPID: true\n  containers:\n  - name: c\n    image: nginx\n    securityContext: {privileged: true}\n";

/// What a run left.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A folder, and the day on which the program believes to run.
pub struct Place {
    pub folder: TempDir,
    pub now: String,
}

impl Place {
    /// 24 November 2026, 06:00 UTC.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), now: "2026-11-24".to_owned() };
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    /// The same folder, scanned once.
    pub fn scanned(files: &[(&str, &str)]) -> Self {
        let place = Self::new(files);
        place.ok(&["scan", "t"]);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let day = chrono::NaiveDate::parse_from_str(&self.now, "%Y-%m-%d").unwrap();
        let epoch = day.and_hms_opt(6, 0, 0).unwrap().and_utc().timestamp();
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_assize"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("SOURCE_DATE_EPOCH", epoch.to_string())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }

    /// Must succeed; standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out
    }

    /// Must end with this code; its JSON.
    pub fn json(&self, code: i32, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", ran.out))
    }

    /// Must be refused as wrong usage, with words that hold this.
    pub fn refused(&self, arguments: &[&str], words: &str) {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(words), "{arguments:?} says: {}", ran.err);
    }
}
