//! Writes `crates/win32/src/namespaces.rs`: every name again, under the path that `windows-sys`
//! gives it (`Win32::System::IO::CreateIoCompletionPort`).
//!
//! The text of windows-bindgen without `--flat` is what says where a name is; nothing else of it is
//! used.

use std::collections::{BTreeMap, BTreeSet};

/// The names of a namespace.
#[derive(Default)]
struct Names {
    types: BTreeSet<String>,
    functions: BTreeSet<String>,
}

/// What stands outside every namespace is `windows_sys::core`'s.
const CORE: &str = "core";

/// The text of the file.  A function is named if `exported` has it.
pub fn text(nested: &str, exported: &BTreeSet<String>) -> String {
    let mut namespaces: BTreeMap<Vec<String>, Names> = BTreeMap::new();
    let mut path: Vec<String> = Vec::new();
    for line in nested.lines() {
        let depth = (line.len() - line.trim_start().len()) / 4;
        let line = line.trim_start();
        if depth < path.len() {
            path.truncate(depth);
        }
        if depth > path.len() {
            continue;
        }
        if let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(" {")) {
            path.push(name.to_owned());
        } else if let Some(name) = function(line) {
            if exported.contains(name) {
                names_of(&mut namespaces, &path).functions.insert(name.to_owned());
            }
        } else if let Some(name) = item(line) {
            names_of(&mut namespaces, &path).types.insert(name.to_owned());
        }
    }
    let mut text = String::new();
    let mut open: &[String] = &[];
    for (path, names) in &namespaces {
        let common = open.iter().zip(path).take_while(|(one, other)| one == other).count();
        text.push_str(&"}\n".repeat(open.len() - common));
        for name in &path[common..] {
            text.push_str(&format!("pub mod {name} {{\n"));
        }
        text.push_str(&reexport("lapwing_abi", &names.types));
        text.push_str(&reexport("crate::exports", &names.functions));
        open = path;
    }
    text.push_str(&"}\n".repeat(open.len()));
    text
}

/// The first two modules are `Windows` and `Win32` or `Wdk`; windows-sys begins with the second.
fn names_of<'a>(
    namespaces: &'a mut BTreeMap<Vec<String>, Names>,
    path: &[String],
) -> &'a mut Names {
    let path = match path.split_first() {
        Some((_, rest)) => rest.to_vec(),
        None => vec![CORE.to_owned()],
    };
    namespaces.entry(path).or_default()
}

/// The name of the function that a line imports.
fn function(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("crate::link::link!(")?.split_once(" fn ")?.1;
    Some(rest.split_once('(')?.0)
}

/// The name of the constant or type that begins here.
fn item(line: &str) -> Option<&str> {
    let rest = ["pub const ", "pub type ", "pub struct ", "pub union "]
        .iter()
        .find_map(|word| line.strip_prefix(word))?;
    rest.split(|mark: char| !(mark.is_alphanumeric() || mark == '_')).next()
}

fn reexport(from: &str, names: &BTreeSet<String>) -> String {
    match names.is_empty() {
        true => String::new(),
        false => {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            format!("pub use {from}::{{{}}};\n", names.join(", "))
        }
    }
}
