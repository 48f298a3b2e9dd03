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
    /// The evidence is incomplete: something in scope could not be read; for `attest check`, a topic in scope has no valid attestation; for
    /// `verify REPORT`, the report was made with a catalog that is not at hand.
    Incomplete = 4,
    /// Findings at or above `--fail-on`; for `verify`, something was changed or is not signed as demanded; for `waiver check` and
    /// `attest check`, an entry needs somebody; for `control test`, an example came out wrong.
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
   4  evidence incomplete (see --accept-incomplete); attest check: topics in scope that nobody attested;
      verify REPORT: made with a catalog that is not at hand
  10  findings at or above --fail-on; verify: a changed database or report, a missing or wrong signature;
      waiver check, attest check: an entry that needs somebody; control test: an example that came out wrong";
