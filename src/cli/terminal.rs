//! Standard output carries results, standard error everything else; colour and progress only where somebody watches.

use super::Failure;
use super::args::{ColorWhen, Global};
use super::exit::Exit;
use crate::collect::Progress;
use crate::model::{Diagnostic, Diagnostics};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// The two streams and how to write to them.
pub(super) struct Terminal {
    /// Colour on standard output.
    pub colour: bool,
    /// Colour on standard error.
    colour_errors: bool,
    quiet: bool,
    bar: ProgressBar,
}

impl Terminal {
    pub(super) fn new(global: &Global) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
        let plain =
            std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let wanted = |watched: bool| match global.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => watched && !plain,
        };
        let watched = std::io::stderr().is_terminal();
        let target = if watched && !global.quiet { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {human_pos}") {
            bar.set_style(style);
        }
        Self { colour: wanted(std::io::stdout().is_terminal()), colour_errors: wanted(watched), quiet: global.quiet, bar }
    }

    /// A result. A reader that stopped reading (`| head`) is no error.
    pub(super) fn out(&self, bytes: &[u8]) -> Result<Exit, Failure> {
        self.bar.finish_and_clear();
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(Exit::Clean),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Exit::Clean),
            Err(error) => Err(Failure::Tool(format!("cannot write to standard output: {error}"))),
        }
    }

    /// A result as text that ends its last line.
    pub(super) fn line(&self, text: &str) -> Result<Exit, Failure> {
        self.out(format!("{}\n", text.trim_end()).as_bytes())
    }

    /// A result as JSON.
    pub(super) fn json(&self, value: &impl serde::Serialize) -> Result<Exit, Failure> {
        self.out(&to_json(value)?)
    }

    /// A remark for the user, on standard error.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| {
                let _ = writeln!(std::io::stderr(), "{text}");
            });
        }
    }

    /// An error without a place.
    pub(super) fn error(&self, message: &str) {
        self.bar.finish_and_clear();
        self.diagnostic(&Diagnostic::general(message));
    }

    /// All mistakes, each with its line and caret.
    pub(super) fn diagnostics(&self, mistakes: &Diagnostics) {
        self.bar.finish_and_clear();
        for mistake in &mistakes.0 {
            self.diagnostic(mistake);
        }
        if mistakes.0.len() > 1 {
            self.error(&format!("{} mistakes found", mistakes.0.len()));
        }
    }

    fn diagnostic(&self, mistake: &Diagnostic) {
        let _ = writeln!(std::io::stderr(), "{}", self.draw(mistake));
    }

    fn draw(&self, mistake: &Diagnostic) -> String {
        let renderer = if self.colour_errors { Renderer::styled() } else { Renderer::plain() };
        let title = Level::ERROR.primary_title(&mistake.message);
        let mut group = match &mistake.span {
            Some(span) => {
                let end = span.range.end.min(span.file.text.len());
                let range = span.range.start.min(end)..end;
                let annotation = AnnotationKind::Primary.span(range).label(&mistake.label);
                title.element(Snippet::source(&span.file.text).path(&span.file.name).annotation(annotation))
            }
            None => Group::with_title(title),
        };
        if !mistake.help.is_empty() {
            group = group.element(Level::HELP.message(&mistake.help));
        }
        renderer.render(&[group])
    }

    /// Shows progress while something long runs.
    pub(super) fn progress(&self) -> &dyn Progress {
        self.bar.enable_steady_tick(Duration::from_millis(120));
        self
    }
}

impl Progress for Terminal {
    fn started(&self, what: &str, total: Option<u64>) {
        self.bar.set_message(what.to_owned());
        self.bar.set_position(0);
        if let Some(total) = total {
            self.bar.set_length(total);
        }
    }

    fn advanced(&self, by: u64) {
        self.bar.inc(by);
    }
}

/// JSON with two spaces, ending its last line.
pub(super) fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| Failure::Tool(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes a file whole or not at all: into a neighbour first, then renamed over it.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::Tool(format!("cannot write {}: {error}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(fail)?;
    }
    // A device or a pipe (`-o /dev/stdout`) cannot be replaced by renaming.
    if path.metadata().is_ok_and(|meta| !meta.is_file()) {
        return std::fs::write(path, bytes).map_err(fail);
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(|error| {
        let _ = std::fs::remove_file(&part);
        fail(error)
    })
}

/// A table of left-aligned columns, the last one as wide as it is.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>().join("  ");
        format!("{}\n", padded.trim_end())
    };
    let mut text = line(head.to_vec());
    for row in rows {
        text += &line(row.iter().map(String::as_str).collect());
    }
    text
}
