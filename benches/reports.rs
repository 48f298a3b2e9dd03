//! Time, size and peak memory of each report of 10,000 findings: `cargo bench --bench reports [-- findings] [format]`. With a format,
//! the peak is that of this one alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../tests/support/view/mod.rs"]
#[allow(dead_code)]
mod view;

use std::time::Instant;

fn main() {
    let findings = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(10_000);
    let view = view::large(findings);
    let names: Vec<&str> = assize::report::ALL.iter().map(|renderer| renderer.format()).collect();
    println!("{findings} findings, {:.0} MB before any report", peak_megabytes());
    let wanted = |format: &str| !std::env::args().any(|word| names.contains(&word.as_str())) || std::env::args().any(|word| word == format);
    for renderer in assize::report::ALL.into_iter().filter(|renderer| wanted(renderer.format())) {
        let started = Instant::now();
        let bytes = renderer.render(&view).expect("the report renders");
        let megabytes = bytes.len() as f64 / 1e6;
        println!(
            "{:<16} {:>6.2} s  {megabytes:>7.2} MB written, peak so far {:.0} MB",
            renderer.format(),
            started.elapsed().as_secs_f64(),
            peak_megabytes()
        );
    }
}

/// Peak resident memory of this process, where the kernel tells it (Linux); else zero.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}
