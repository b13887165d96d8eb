//! Writes `crates/lapwing/public-api.txt`, or with `--check` says what has changed since.
//!
//! rustdoc tells programs what a crate offers in a format that changes with Rust's version; the
//! crate `public-api` understands one.  With another Rust nothing is compared, and that is said.
//! Then either Rust or the two crates in this package's Cargo.toml are to be changed.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

const PACKAGE: &str = "lapwing";
/// Below the source tree.
const SNAPSHOT: &str = "crates/lapwing/public-api.txt";
const ACCEPT: &str = "cargo run -p lapwing-public-api";
/// What every type is or is not without anybody's doing.  Which threads may have it is another
/// matter.
const OF_NO_INTEREST: [&str; 6] = [
    "::Freeze for ",
    "::RefUnwindSafe for ",
    "::StructuralPartialEq for ",
    "::Unpin for ",
    "::UnsafeUnpin for ",
    "::UnwindSafe for ",
];

fn main() -> ExitCode {
    let checks = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("lapwing-public-api: {other} is not --check");
            return ExitCode::from(2);
        }
    };
    match run(checks) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lapwing-public-api: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(checks: bool) -> Result<ExitCode, Box<dyn Error>> {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let json = document(&tree)?;
    let written = fs::read_to_string(&json)?;
    let format = serde_json::from_str::<serde_json::Value>(&written)?["format_version"].as_u64();
    if format != Some(u64::from(rustdoc_types::FORMAT_VERSION)) {
        let (format, known) = (format.unwrap_or(0), rustdoc_types::FORMAT_VERSION);
        eprintln!(
            "NOT RUN: this Rust describes a crate in format {format}, and what reads it here \
             knows {known}, which is Rust 1.95's: `cargo +1.95 run -p lapwing-public-api`"
        );
        return Ok(if checks { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let found = text(&json)?;
    let path = tree.join(SNAPSHOT);
    if !checks {
        fs::write(path, found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = fs::read_to_string(path).unwrap_or_default();
    let changes = changes(&known, &found);
    if changes.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprint!("What the crate {PACKAGE} offers is not what {SNAPSHOT} says:\n{changes}");
    eprintln!("Is that meant?  Then accept it: {ACCEPT}");
    Ok(ExitCode::FAILURE)
}

/// Lets rustdoc describe the crate with all its features, in a target folder of its own: the path
/// of what it has written.
fn document(tree: &Path) -> Result<std::path::PathBuf, Box<dyn Error>> {
    let target = tree.join("target/public-api");
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Command::new(cargo);
    command.args(["rustdoc", "--quiet", "--package", PACKAGE, "--lib", "--all-features"]);
    command.args(["--", "-Zunstable-options", "--output-format=json", "--cap-lints=allow"]);
    // Stable Rust has this format too, but promises nothing about it.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &target).current_dir(tree);
    if !command.status()?.success() {
        return Err("cargo rustdoc has failed".into());
    }
    Ok(target.join("doc").join(PACKAGE).with_extension("json"))
}

/// One line for each thing that the crate offers.
fn text(json: &Path) -> Result<String, Box<dyn Error>> {
    let builder = public_api::Builder::from_rustdoc_json(json).omit_blanket_impls(true);
    let mut text = String::new();
    for item in builder.build()?.items() {
        let line = item.to_string();
        let is_impl = line.starts_with("impl");
        if !(is_impl && OF_NO_INTEREST.iter().any(|it| line.contains(it))) {
            writeln!(text, "{line}")?;
        }
    }
    Ok(text)
}

/// What is only in one of both.
fn changes(known: &str, found: &str) -> String {
    let [before, after] = [known, found].map(|text| text.lines().collect::<BTreeSet<_>>());
    let gone = before.difference(&after).map(|line| format!("- {line}\n"));
    let new = after.difference(&before).map(|line| format!("+ {line}\n"));
    gone.chain(new).collect()
}
