//! Writes the list of embedded catalog files: `controls/` and `frameworks/` become part of the binary.
//!
//! A build script, because no macro of stable Rust can see a file that was added to a folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[expect(clippy::disallowed_methods, reason = "Cargo tells a build script everything through the environment")]
fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for folder in ["controls", "frameworks"] {
        println_cargo(&format!("rerun-if-changed={folder}"));
        gather(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        // Through the compiler's own variable and not as a path of this run: a target folder that two checkouts share keeps this list.
        let _ = writeln!(list, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),", format!("/{name}"));
    }
    list.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    std::fs::write(out.join("catalog_files.rs"), list)
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Cargo reads its instructions from standard output.
#[allow(clippy::print_stdout)]
fn println_cargo(instruction: &str) {
    println!("cargo::{instruction}");
}
