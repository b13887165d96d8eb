//! `docs/api.md`: every exported function with its header, its state and the tests that call it.
//!
//! The text is a function of the tree alone, so that a test can tell whether the file is current.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use crate::source_tree;
use crate::surface::{self, Declared, Exported};

/// Where the page lies, below the source tree.
pub const PAGE: &str = "docs/api.md";

/// At most so many tests are named for a function, the most specific first.
const TESTS_SHOWN: usize = 3;

const HEAD: &str = "# Functions

Written by `cargo run -p lapwing-tests --bin api-docs` from the sources; not edited by hand.

A function that is not here does not exist in the headers either, and a program that calls it does
not compile. *Complete* means: as Windows documents it, for the kinds of object that Lapwing has.
The tests are C programs that call the function, those with the narrowest subject first; *unit*
is a test beside the code.
";

/// A C test and the names it calls.
struct Caller {
    file: String,
    calls: BTreeSet<String>,
}

/// The page.
pub fn page() -> String {
    let exported = surface::exported();
    let headers: BTreeMap<String, Declared> =
        surface::declared().into_iter().map(|declared| (declared.name.clone(), declared)).collect();
    let callers = callers();
    let mut by_dll: BTreeMap<&str, BTreeMap<&str, &Exported>> = BTreeMap::new();
    for function in exported.iter().filter(|function| !function.is_lp64()) {
        by_dll.entry(&function.dll).or_default().insert(function.windows_name(), function);
    }

    let mut page = String::from(HEAD);
    for (dll, functions) in by_dll {
        let incomplete = functions.values().filter(|function| function.missing.is_some()).count();
        let _ = write!(
            page,
            "\n## {dll}\n\nFunctions: {}. With something missing: {incomplete}.\n\n\
             | function | header | state | tests |\n|---|---|---|---|\n",
            functions.len()
        );
        for (name, function) in functions {
            let header = headers.get(name).map_or("(none)", |declared| &declared.header);
            let state = function.missing.as_deref().map_or_else(
                || String::from("complete"),
                |missing| format!("missing: {}", missing.trim_end_matches('.')),
            );
            let tests = tests(name, function, &callers);
            let _ = writeln!(page, "| `{name}` | `{header}` | {state} | {tests} |");
        }
    }
    page
}

/// The links to the tests of a function.
fn tests(name: &str, function: &Exported, callers: &[Caller]) -> String {
    let mut calling: Vec<&Caller> =
        callers.iter().filter(|caller| caller.calls.contains(name)).collect();
    calling.sort_by_key(|caller| (caller.calls.len(), &caller.file));
    let mut links: Vec<String> = calling
        .iter()
        .take(TESTS_SHOWN)
        .map(|caller| {
            let subject = caller.file.trim_start_matches("tests/c/");
            format!("[{subject}](../{})", caller.file)
        })
        .collect();
    let source = fs::read_to_string(source_tree().join(&function.file)).unwrap_or_default();
    let unit = source.split_once("#[cfg(test)]").map(|(_, tests)| tests.to_owned());
    let beside = function.file.display().to_string().replace(".rs", "_tests.rs");
    let beside = fs::read_to_string(source_tree().join(beside)).ok();
    if unit.into_iter().chain(beside).any(|text| calls(&text).contains(&function.name)) {
        links.push(format!("[unit](../{})", function.file.display()));
    }
    match links.is_empty() {
        true => String::from("none"),
        false => links.join(", "),
    }
}

/// The C and C++ programs of the tests.
fn callers() -> Vec<Caller> {
    surface::files(&source_tree().join("tests"))
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| ["c", "cpp"].iter().any(|k| kind == *k)))
        .map(|path| {
            let text = fs::read_to_string(path).unwrap_or_default();
            let suffix = if text.contains("#define UNICODE") { 'W' } else { 'A' };
            let mut calls = calls(&text);
            // `CreateEvent(` is a macro for one of the two.
            let chosen: Vec<String> = calls.iter().map(|name| format!("{name}{suffix}")).collect();
            calls.extend(chosen);
            Caller { file: surface::relative(path), calls }
        })
        .collect()
}

/// Every identifier that a parenthesis follows.
fn calls(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices('(')
        .map(|(at, _)| {
            let before = text[..at].trim_end();
            before[before.rfind(|c| !word(c)).map_or(0, |end| end + 1)..].to_owned()
        })
        .filter(|name| !name.is_empty())
        .collect()
}
