//! What rustfmt and clippy cannot see of the house style (`docs/STYLE.md`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lapwing_tests::source_tree;
use lapwing_tests::surface::{files, relative};

/// Lines a hand-written file may have.
const FILE_LINES: usize = 500;
/// Characters a line may have.
const LINE_CHARACTERS: usize = 100;
/// What a generator wrote, and texts that are not ours.
const NOT_BY_HAND: [&str; 7] = [
    "crates/abi/src/types.rs",
    "crates/abi/src/signature.rs",
    "crates/win32/src/namespaces.rs",
    "docs/api.md",
    "docs/errors.md",
    "Cargo.lock",
    "LICENSE",
];
/// Sources of others, unmodified.
const NOT_OURS: &str = "tests/third_party/";
/// Where `#![allow(unsafe_code)]` may stand: the fence of `docs/STYLE.md`.
const UNSAFE_FILES: &[&str] = &[
    "crates/abi/",
    "crates/executive/src/io/status_block.rs",
    "crates/executive/src/io/tie.rs",
    "crates/executive/src/io/user_memory.rs",
    "crates/executive/src/ke/biased_mutex.rs",
    "crates/executive/src/ke/teb.rs",
    "crates/executive/src/ke/thread_start.rs",
    "crates/executive/src/ob/table.rs",
    "crates/executive/src/ob/table/",
    "crates/executive/src/sync/brief.rs",
    "crates/executive/src/sys/",
    "crates/lapwing/src/net/address.rs",
    "crates/lapwing/src/alertable.rs",
    "crates/lapwing/src/buffer.rs",
    "crates/lapwing/src/net/connect.rs",
    "crates/lapwing/src/console.rs",
    "crates/lapwing/src/event.rs",
    "crates/lapwing/src/readiness/event_set.rs",
    "crates/lapwing/src/file.rs",
    "crates/lapwing/src/task/future.rs",
    "crates/lapwing/src/handle.rs",
    "crates/lapwing/src/readiness/message_loop.rs",
    "crates/lapwing/src/readiness/network_event.rs",
    "crates/lapwing/src/readiness/non_blocking.rs",
    "crates/lapwing/src/operation.rs",
    "crates/lapwing/src/buffer/pool.rs",
    "crates/lapwing/src/pipe.rs",
    "crates/lapwing/src/pipe/requests.rs",
    "crates/lapwing/src/port.rs",
    "crates/lapwing/src/process.rs",
    "crates/lapwing/src/port/posted.rs",
    "crates/lapwing/src/net/socket.rs",
    "crates/lapwing/src/alertable/routine.rs",
    "crates/lapwing/src/readiness/select.rs",
    "crates/lapwing/src/sys/",
    "crates/lapwing/src/net/tcp.rs",
    "crates/lapwing/src/timer.rs",
    "crates/lapwing/src/operation/told.rs",
    "crates/lapwing/src/operation/ticket.rs",
    "crates/lapwing/src/net/transfer.rs",
    "crates/lapwing/src/net/transmit.rs",
    "crates/lapwing/src/net/udp.rs",
    "crates/lapwing/src/net/vectored.rs",
    "crates/lapwing/src/wait.rs",
    "crates/win32/",
    "tests/",
];

/// Every file of the tree written by hand whose name ends in one of `kinds`, with its text.
fn texts(kinds: &[&str]) -> Vec<(String, String)> {
    files(&source_tree())
        .into_iter()
        .filter(|path| has_kind(path, kinds))
        .map(|path| (relative(&path), path))
        .filter(|(name, _)| !NOT_BY_HAND.iter().any(|other| name.ends_with(other)))
        .filter(|(name, _)| !name.starts_with(NOT_OURS))
        .filter_map(|(name, path): (String, PathBuf)| Some((name, fs::read_to_string(path).ok()?)))
        .collect()
}

fn has_kind(path: &Path, kinds: &[&str]) -> bool {
    path.extension().is_some_and(|kind| kinds.iter().any(|k| kind == *k))
}

fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let long = texts(&["rs", "h", "c", "cpp", "py", "sh"])
        .into_iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(name, lines)| format!("{name}: {lines} lines; what are its halves called?"));
    none(long.collect());
}

#[test]
fn no_merge_was_left_half_done() {
    let ends = ["<<<<<<< ", ">>>>>>> "];
    let mut left = Vec::new();
    for (name, text) in texts(&["rs", "h", "c", "cpp", "py", "sh", "md", "txt", "toml"]) {
        for (number, line) in (1..).zip(text.lines()) {
            if ends.iter().any(|end| line.starts_with(end)) {
                left.push(format!("{name}:{number}: {line}"));
            }
        }
    }
    none(left);
}

#[test]
fn no_line_is_longer_than_100_characters() {
    let mut long = Vec::new();
    for (name, text) in texts(&["rs", "h", "c", "cpp", "py", "sh", "md"]) {
        for (number, line) in (1..).zip(text.lines()) {
            // A table or a link in Markdown cannot be broken.
            let unbreakable = name.ends_with(".md") && (line.contains('|') || line.contains("]("));
            if line.chars().count() > LINE_CHARACTERS && !unbreakable {
                long.push(format!("{name}:{number}"));
            }
        }
    }
    none(long);
}

#[test]
fn every_rust_file_has_a_head() {
    let headless = texts(&["rs"]).into_iter().filter(|(_, text)| {
        let first = text.lines().find(|line| !line.is_empty() && !line.starts_with("#!["));
        !first.is_some_and(|line| line.starts_with("//!"))
    });
    none(headless.map(|(name, _)| format!("{name}: begins without a `//!` head")).collect());
}

#[test]
fn every_header_says_what_it_holds() {
    let headers = texts(&["h"]).into_iter().filter(|(name, _)| name.starts_with("include/"));
    let silent = headers.filter(|(_, text)| !text.starts_with("/*"));
    none(silent.map(|(name, _)| format!("{name}: begins without a comment")).collect());
}

#[test]
fn nothing_is_put_off() {
    let words =
        ["TO DO", "FIX ME", "XX X", "un implemented!", "to do!"].map(|word| word.replace(' ', ""));
    let mut found = Vec::new();
    for (name, text) in texts(&["rs", "h", "c", "cpp", "py", "sh", "toml", "md"]) {
        for (number, line) in (1..).zip(text.lines()) {
            found.extend(
                words.iter().filter(|w| line.contains(*w)).map(|w| format!("{name}:{number}: {w}")),
            );
        }
    }
    none(found);
}

#[test]
fn no_path_of_a_developers_machine() {
    let roots = ["wo rk", "ho me", "ro ot"].map(|root| format!("/{}/", root.replace(' ', "")));
    let mut found = Vec::new();
    for path in files(&source_tree()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            if roots.iter().any(|root| line.contains(root)) {
                found.push(format!("{}:{number}", relative(&path)));
            }
        }
    }
    none(found);
}

#[test]
fn unsafe_code_stays_behind_its_fence() {
    let allowed = format!("allow({}_code)", "unsafe");
    let outside = texts(&["rs"]).into_iter().filter(|(name, text)| {
        text.contains(&allowed) && !UNSAFE_FILES.iter().any(|place| name.starts_with(place))
    });
    none(outside.map(|(name, _)| format!("{name}: unsafe code outside the fence")).collect());
}

/// `docs/wine.md` has a row for each exception that the crate's tests make for Wine, and the other
/// way round.
#[test]
fn the_table_of_what_wine_cannot_do_is_complete() {
    let page = fs::read_to_string(source_tree().join("docs/wine.md")).expect("docs/wine.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let rows: BTreeSet<(&str, &str)> = rows
        .flat_map(|(what, rest)| rest.split('`').map(move |word| (what, word)))
        .filter(|(_, word)| word.ends_with(".rs"))
        .collect();
    const TESTS: &str = "crates/lapwing/tests/";
    let mut exceptions = BTreeSet::new();
    let tests = texts(&["rs"]);
    for (name, text) in &tests {
        let Some(test) = name.strip_prefix(TESTS).filter(|name| !name.starts_with("wine/")) else {
            continue;
        };
        assert!(!text.contains("WINEPREFIX"), "{name}: `wine::cannot` asks (CONTRIBUTING.md)");
        for call in text.split(concat!("wine::cannot", "(")).skip(1) {
            let what = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let what = what.unwrap_or_else(|| panic!("{name}: `wine::cannot` wants the words"));
            exceptions.insert((what, test));
        }
    }
    let odd = rows.symmetric_difference(&exceptions);
    none(odd.map(|(what, test)| format!("in docs/wine.md or in {test} alone: {what}")).collect());
}

/// Tests build the command while cargo runs them.  If the library were another one then, with
/// another feature of a crate, it would take the place of the one that tests are linked with.
#[test]
fn the_library_is_the_same_whoever_builds_it() {
    let tree = |selection: &[&str]| {
        let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
        let mut command = std::process::Command::new(cargo);
        command.args(["tree", "--offline", "--prefix", "none", "--format", "{p} {f}"]);
        let output = command.args(selection).current_dir(source_tree()).output();
        let output = output.expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
        text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect::<BTreeSet<_>>()
    };
    let name = |line: &str| line.split(' ').next().unwrap_or(line).to_owned();
    let library = tree(&["--package", "lapwing-win32", "--edges", "normal"]);
    let parts: BTreeSet<_> = library.iter().map(|line| name(line)).collect();
    let of_library = |selection: &[&str]| {
        let all = tree(selection).into_iter();
        all.filter(|line| parts.contains(&name(line))).collect::<BTreeSet<_>>()
    };
    let alone = of_library(&["--package", "lapwing-cli", "--edges", "normal,build"]);
    let together = of_library(&["--workspace", "--edges", "normal,build,dev"]);
    none(alone.symmetric_difference(&together).cloned().collect());
}

#[test]
fn the_style_names_the_limits_that_hold() {
    let style = fs::read_to_string(source_tree().join("docs/STYLE.md")).expect("docs/STYLE.md");
    let limits = [format!("{FILE_LINES} lines"), format!("a line {LINE_CHARACTERS} characters")];
    none(limits.into_iter().filter(|limit| !style.contains(limit)).collect());
}
