//! Writes the list that `lapwing err` shows: which function reports which code.
//!
//! The docstrings of the surface say it under `# Errors`; nothing is typed in twice.  A function
//! that says "as for [`recv`]" reports what `recv` does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What a docstring says of errors.
#[derive(Default)]
struct Said {
    codes: BTreeSet<String>,
    like: BTreeSet<String>,
}

fn main() {
    let surface = Path::new(env!("CARGO_MANIFEST_DIR")).join("../win32/src");
    println!("cargo::rerun-if-changed={}", surface.display());
    let mut functions = BTreeMap::new();
    for file in sources(&surface) {
        read(&fs::read_to_string(&file).expect("a source file"), &mut functions);
    }
    let mut calls: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in functions.keys() {
        for code in resolve(name, &functions, &mut BTreeSet::new()) {
            calls.entry(code).or_default().insert(name);
        }
    }
    let mut text = String::from("/// The functions that report a code, by its name.\n");
    text.push_str("pub const CALLS: &[(&str, &[&str])] = &[\n");
    for (code, names) in calls {
        let names: Vec<_> = names.into_iter().collect();
        text.push_str(&format!("    ({code:?}, &{names:?}),\n"));
    }
    text.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo's folder"));
    fs::write(out.join("calls.rs"), text).expect("the generated file");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the surface's folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|suffix| suffix == "rs") {
            found.push(path);
        }
    }
    found
}

fn read(text: &str, functions: &mut BTreeMap<String, Said>) {
    let mut said = Said::default();
    let mut in_errors = false;
    for line in text.lines() {
        if let Some(doc) = line.strip_prefix("///") {
            if doc.trim_start().starts_with("# ") {
                in_errors = doc.trim() == "# Errors";
            } else if in_errors || doc.trim_start().starts_with("As [`") {
                quoted(doc, &mut said);
            }
            continue;
        }
        if let Some((_, rest)) = line.split_once("extern \"system\" fn ")
            && line.starts_with("pub ")
        {
            let name = rest.split('(').next().unwrap_or_default();
            if !name.ends_with("_lp64") {
                functions.insert(name.to_owned(), std::mem::take(&mut said));
            }
        }
        if !line.starts_with("#[") {
            (said, in_errors) = (Said::default(), false);
        }
    }
}

/// The codes and the functions that a line names between backticks.
fn quoted(line: &str, said: &mut Said) {
    for word in line.split('`').skip(1).step_by(2) {
        let is_code = ["WSA", "ERROR_", "WAIT_"].iter().any(|start| word.starts_with(start))
            && word
                .chars()
                .all(|letter| letter.is_ascii_uppercase() || "_0123456789".contains(letter));
        if is_code {
            said.codes.insert(word.to_owned());
        } else if word.chars().all(|letter| letter.is_alphanumeric() || letter == '_') {
            said.like.insert(word.to_owned());
        }
    }
}

fn resolve(
    name: &str,
    functions: &BTreeMap<String, Said>,
    seen: &mut BTreeSet<String>,
) -> BTreeSet<String> {
    let Some(said) = functions.get(name).filter(|_| seen.insert(name.to_owned())) else {
        return BTreeSet::new();
    };
    let mut codes = said.codes.clone();
    for other in &said.like {
        codes.extend(resolve(other, functions, seen));
    }
    codes
}
