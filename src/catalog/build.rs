//! Writes the lists of embedded files: `controls/` and `frameworks/` become part of the binary, and the languages in `templates/words/`.
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
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    std::fs::write(out.join("catalog_files.rs"), list(&root, "", &files))?;
    println_cargo(&format!("rerun-if-changed={WORDS}"));
    let mut words = Vec::new();
    gather(&root.join(WORDS), &mut words)?;
    words.sort();
    std::fs::write(out.join("word_files.rs"), list(&root, WORDS, &words))
}

/// Where the languages of the reports lie.
const WORDS: &str = "templates/words";

/// Rust that names each file, below a folder, beside its text.
fn list(root: &Path, below: &str, files: &[PathBuf]) -> String {
    let mut list = String::from("&[\n");
    for file in files {
        let path = file.strip_prefix(root).unwrap_or(file);
        let name = path.strip_prefix(below).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let path = path.to_string_lossy().replace('\\', "/");
        // Through the compiler's own variable and not as a path of this run: a target folder that two checkouts share keeps this list.
        let _ = writeln!(list, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),", format!("/{path}"));
    }
    list + "]\n"
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
