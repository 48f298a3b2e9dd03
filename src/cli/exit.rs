//! Exit codes, the same for every verb.

use std::process::ExitCode;

/// What a run tells the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, and nothing to say.
    Clean = 0,
    /// Assize or the machine failed.
    Tool = 1,
    /// The arguments, the configuration or a data file are wrong.
    Usage = 2,
    /// Nothing could be collected: no resource was found.
    Nothing = 3,
    /// The evidence is incomplete: something in scope could not be read.
    Incomplete = 4,
    /// Findings at or above `--fail-on`; for `verify`, something was changed; for `control test`, an example came out wrong.
    Findings = 10,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The table of `--help`.
pub const TABLE: &str = "\
Exit codes:
   0  clean
   1  tool error
   2  usage: wrong arguments, configuration or data files
   3  nothing could be collected
   4  evidence incomplete (see --accept-incomplete)
  10  findings at or above --fail-on; a changed database; an example that came out wrong";
