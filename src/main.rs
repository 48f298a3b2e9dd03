//! Decides nothing: hands the arguments to the command line and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    assize::cli::run(std::env::args_os())
}
