//! A folder with trees to scan, day after day, into one database.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// 2026-06-01T06:00:00Z.
const FIRST_DAY: i64 = 1_780_293_600;

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

pub struct Place {
    folder: TempDir,
    day: i64,
}

/// A pod that fails `k8s-host-network` if `bad`, and a known set of others in any case.
pub fn pod(name: &str, bad: bool) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  hostNetwork: {bad}\n  containers:\n  - name: c\n    \
         image: registry.example/app@sha256:{}\n",
        "0".repeat(64)
    )
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), day: 0 }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_assize"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("SOURCE_DATE_EPOCH", (FIRST_DAY + 86_400 * self.day).to_string())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Scans a folder on the next day.
    pub fn scan(&mut self, arguments: &[&str]) {
        self.day += 1;
        let ran = self.run(&[&["scan"], arguments, &["--accept-incomplete"]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--format", "json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.err);
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{}", ran.out))
    }

    /// Names of the resources of one class whose finding is by this control.
    pub fn class(diff: &Value, class: &str, control: &str) -> Vec<String> {
        let rows = diff["findings"][class].as_array().unwrap().iter().filter(|row| row["control"] == control);
        rows.map(|row| row["resource"]["name"].as_str().unwrap().to_owned()).collect()
    }

    /// The parts of a score's change that are not zero, after a check that all add up.
    pub fn parts(score: &Value) -> Vec<String> {
        let tenths = |value: &Value| (value.as_f64().unwrap() * 10.0).round() as i64;
        let Some(parts) = score["parts"].as_object() else { panic!("no parts in {score}") };
        for end in ["low", "high"] {
            let sum: i64 = parts.values().filter(|part| !part.is_null()).map(|part| tenths(&part[end])).sum();
            assert_eq!(sum, tenths(&score["after"][end]) - tenths(&score["before"][end]), "{score}");
            assert_eq!(sum, tenths(&score["change"][end]), "{score}");
        }
        let moved = |part: &Value| !part.is_null() && (tenths(&part["low"]) != 0 || tenths(&part["high"]) != 0);
        parts.iter().filter(|(_, part)| moved(part)).map(|(name, _)| name.clone()).collect()
    }

    /// Every cause that moved any score of any framework.
    pub fn causes(scores: &Value) -> Vec<String> {
        let mut causes: Vec<String> = Vec::new();
        for framework in scores.as_array().unwrap() {
            for kind in ["configuration", "programme"] {
                for waivers in ["gross", "net"] {
                    let score = &framework[kind][waivers];
                    if !score["before"].is_null() && !score["after"].is_null() {
                        causes.extend(Self::parts(score));
                    }
                }
            }
        }
        causes.sort();
        causes.dedup();
        causes
    }
}
