//! Programs of the host that some tests need beyond Rust and gcc.  Where one is missing the test is
//! ignored, and said so; CI has them all and runs with `--include-ignored`.

use libtest_mimic::{Failed, Trial};
use std::path::PathBuf;

/// Those of the tools that are not on the path.
pub fn missing<'a>(tools: &[&'a str]) -> Vec<&'a str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let there = |tool: &str| folders.iter().any(|folder| folder.join(tool).exists());
    tools.iter().copied().filter(|tool| !there(tool)).collect()
}

/// A test that needs these tools.
pub fn trial(
    name: &str,
    needs: &'static [&'static str],
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let absent = missing(needs);
    if !absent.is_empty() {
        eprintln!("IGNORED: {name} (missing here: {})", absent.join(", "));
    }
    let run = move || match missing(needs).as_slice() {
        [] => test(),
        absent => Err(format!("missing here: {}", absent.join(", ")).into()),
    };
    Trial::test(name, run).with_ignored_flag(!absent.is_empty())
}
