//! `init`: a configuration that explains itself.

use super::Failure;
use super::args::InitArgs;
use super::exit::Exit;
use super::terminal::{Terminal, write_file};

const TEMPLATE: &str = include_str!("../../templates/assize.toml");

pub(super) fn run(args: &InitArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let file = args.folder.join("assize.toml");
    if file.exists() && !args.force {
        return Err(Failure::Usage(format!("{} is there already; --force replaces it", file.display())));
    }
    write_file(&file, TEMPLATE.as_bytes())?;
    terminal.note(&format!("wrote {}; `assize scan` reads it", file.display()));
    Ok(Exit::Clean)
}
