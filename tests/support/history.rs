//! A scripted history: one folder, one database, the program run at given moments.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A pod on the network of its node.
pub const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  hostNetwork: true\n  containers: [{name: c, image: nginx}]\n";
/// The same pod, off it.
pub const GOOD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers: [{name: c, image: nginx}]\n";

/// What a run said.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// The folder.
pub struct History {
    folder: TempDir,
}

impl History {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name)).unwrap()
    }

    /// Runs at an hour of a day of March 2026, UTC.
    pub fn at(&self, day: u32, hour: u32, arguments: &[&str]) -> Ran {
        let moment = chrono::NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, 0, 0).unwrap().and_utc();
        self.go(arguments, Some(moment.timestamp()))
    }

    /// Runs whenever.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.go(arguments, None)
    }

    fn go(&self, arguments: &[&str], moment: Option<i64>) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().env("PATH", "/usr/bin:/bin").env("USER", "scanner");
        if let Some(moment) = moment {
            command.env("SOURCE_DATE_EPOCH", moment.to_string());
        }
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", ran.out))
    }
}
