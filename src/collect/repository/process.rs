//! Runs a renderer of the user's: absolute path, empty environment, no network, bounded in time and output.

use crate::model::Outcome;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Why a run gave nothing, and what that means to the ledger. Never quotes what the program said: it may repeat values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) outcome: Outcome,
    pub(super) message: String,
}

/// A folder that is gone when this is.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A new folder that nobody else can have prepared.
    pub(super) fn new() -> std::io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let parent = std::env::temp_dir();
        loop {
            let path = parent.join(format!("assize-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            match builder.create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A program on PATH, by absolute path. Folders inside of the tree do not count: the tree must not choose what is run.
pub(super) fn find(name: &str, path: &std::ffi::OsStr, tree: &Path) -> Option<PathBuf> {
    std::env::split_paths(path).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)).find(|program| {
        let outside = program.canonicalize().is_ok_and(|real| !real.starts_with(tree));
        outside && program.metadata().is_ok_and(|metadata| metadata.is_file() && is_executable(&metadata))
    })
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_metadata: &fs::Metadata) -> bool {
    true
}

/// Runs a program to its end and gives what it wrote.
///
/// Proxies point to a closed port and PATH is an empty folder, so that a renderer neither fetches anything nor starts another program.
pub(super) fn run(program: &Path, arguments: &[&str], home: &Path, timeout: Duration, max_bytes: u64) -> Result<Vec<u8>, Refused> {
    let failed = |message: String| Refused { outcome: Outcome::Failed, message };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(home).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    for name in [
        "HOME",
        "PATH",
        "TMPDIR",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "HELM_CACHE_HOME",
        "HELM_CONFIG_HOME",
        "HELM_DATA_HOME",
        "HELM_PLUGINS",
    ] {
        command.env(name, home);
    }
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env(name, "http://127.0.0.1:9");
    }
    command.env("KUBECONFIG", home.join("none")).env("GIT_TERMINAL_PROMPT", "0");
    let mut child = command.spawn().map_err(|error| failed(format!("cannot be started: {}", error.kind())))?;
    let Some(output) = child.stdout.take().map(|stdout| read_in_background(stdout, max_bytes)) else {
        stop(&mut child);
        return Err(failed("has no output".to_owned()));
    };
    let deadline = Instant::now() + timeout;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
            Ok(None) => {
                stop(&mut child);
                return Err(failed(format!("did not end within {} s", timeout.as_secs_f32())));
            }
            Err(error) => {
                stop(&mut child);
                return Err(failed(format!("cannot be waited for: {}", error.kind())));
            }
        }
    };
    // A grandchild that keeps the pipe open must not keep us.
    let text = output.recv_timeout(deadline.saturating_duration_since(Instant::now()).max(Duration::from_secs(1)));
    let text = text.map_err(|_| failed("left its output open".to_owned()))?;
    if text.len() as u64 > max_bytes {
        return Err(Refused { outcome: Outcome::Truncated, message: format!("wrote more than {max_bytes} bytes") });
    }
    match status.code() {
        Some(0) => Ok(text),
        Some(code) => Err(failed(format!("ended with exit code {code}"))),
        None => Err(failed("was ended by a signal".to_owned())),
    }
}

fn read_in_background(stdout: impl Read + Send + 'static, max_bytes: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        let _ = stdout.take(max_bytes.saturating_add(1)).read_to_end(&mut text);
        let _ = sender.send(text);
    });
    receiver
}

fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shell(script: &str, timeout: u64, max_bytes: u64) -> Result<String, Refused> {
        let home = Scratch::new().unwrap();
        run(Path::new("/bin/sh"), &["-c", script], home.path(), Duration::from_millis(timeout), max_bytes)
            .map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn time_and_output_are_bounded() {
        assert_eq!(shell("echo a", 5000, 10).unwrap(), "a\n");
        assert!(shell("while :; do :; done", 200, 10).unwrap_err().message.contains("did not end"));
        assert_eq!(shell("while :; do echo aaaaaaaaaaaaaaaa; done", 5000, 1000).unwrap_err().outcome, Outcome::Truncated);
        let refused = shell("echo geheim >&2; exit 3", 5000, 10).unwrap_err();
        assert_eq!(refused.message, "ended with exit code 3");
    }

    #[test]
    fn nothing_of_our_environment_is_passed_on() {
        let seen = shell("echo $PATH $HOME $USER $CARGO_TARGET_DIR", 5000, 1000).unwrap();
        let words: Vec<_> = seen.split_whitespace().collect();
        assert!(words.len() == 2 && words[0] == words[1], "{seen}");
    }

    #[test]
    fn the_tree_does_not_choose_the_program() {
        use std::os::unix::fs::PermissionsExt;
        let tree = Scratch::new().unwrap();
        let planted = tree.path().join("helm");
        fs::write(&planted, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&planted, fs::Permissions::from_mode(0o755)).unwrap();
        let real = tree.path().canonicalize().unwrap();
        assert_eq!(find("helm", tree.path().as_os_str(), &real), None);
        assert_eq!(find("helm", tree.path().as_os_str(), Path::new("/elsewhere")), Some(planted));
        assert_eq!(find("helm", "relative".as_ref(), &real), None);
    }
}
