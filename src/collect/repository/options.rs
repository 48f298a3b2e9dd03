//! What may be asked of the repository collector: where, how much, and whether renderers may run.

use crate::collect::redact::Redaction;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Everything a scan of a working tree can be told.
#[derive(Debug, Clone)]
pub struct Options {
    /// A folder, or a single manifest file.
    pub path: PathBuf,
    /// Name of the source; the folder's name when absent.
    pub name: Option<String>,
    /// Globs over paths relative to the tree (`vendor/**`, `**/testdata/**`); a match is not read, and the ledger says how many matched.
    pub exclude: Vec<String>,
    /// Bounds.
    pub limits: Limits,
    /// Which renderers of the user's PATH may be run.
    pub render: Render,
    /// Where renderers are looked for, written as PATH is; nowhere when absent.
    pub search_path: Option<OsString>,
    /// What counts as a secret beside the built-in table.
    pub redaction: Redaction,
    /// Name to write into the ledger as the caller's; the name of the process's user when absent.
    pub identity: Option<String>,
}

impl Options {
    /// The defaults for a path: nothing excluded, nothing run.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            name: None,
            exclude: Vec::new(),
            limits: Limits::default(),
            render: Render::default(),
            search_path: None,
            redaction: Redaction::default(),
            identity: None,
        }
    }
}

/// Bounds on what one tree may cost. A bound that is hit is a `truncated` ledger row, never silence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file. Default 10 MiB: the API server takes objects up to 1.5 MiB, so a file of this size is a long list of them.
    pub max_file_bytes: u64,
    /// Bytes of all files together. Default 2 GiB.
    pub max_total_bytes: u64,
    /// Levels of folders below the tree. Default 64.
    pub max_depth: usize,
    /// Candidate files (`.yaml`, `.yml`, `.json`). Default 200,000.
    pub max_files: usize,
    /// Documents of one file, list items included. Default 20,000.
    pub max_documents: usize,
    /// Values of one document after aliases are expanded. Default 1,000,000: the largest custom resource definitions have some 50,000.
    pub max_nodes: usize,
    /// Levels of nesting of one document. Default 120, below the 128 at which common JSON readers stop; values above 200 count as 200.
    pub max_nesting: usize,
    /// Time for one run of a renderer. Default 20 s.
    pub render_timeout: Duration,
    /// Bytes of output of one run of a renderer. Default 64 MiB.
    pub max_render_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_bytes: 10 << 20,
            max_total_bytes: 2 << 30,
            max_depth: 64,
            max_files: 200_000,
            max_documents: 20_000,
            max_nodes: 1_000_000,
            max_nesting: 120,
            render_timeout: Duration::from_secs(20),
            max_render_bytes: 64 << 20,
        }
    }
}

/// Renderers found on PATH that may be run. Both off unless asked for: a tool on PATH is not evidence of what it will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Render {
    /// `helm template` for every chart.
    pub helm: bool,
    /// `kubectl kustomize`, else `kustomize build`, for every kustomization that no other one includes.
    pub kustomize: bool,
}
