//! Puts the measured programs' sources into the library, so that `lapwing bench` has them wherever
//! it is installed: a list of paths below this folder, each with its text.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// What is source and what a build has left there.
const SUFFIXES: [&str; 7] = ["c", "cpp", "h", "rs", "toml", "lock", "md"];

fn main() {
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo's folder"));
    let mut found = Vec::new();
    for folder in ["servers", "peers"] {
        println!("cargo::rerun-if-changed={}", home.join(folder).display());
        collect(&home.join(folder), &mut found);
    }
    found.sort();
    let mut text = String::from("/// The sources, by their paths.\n");
    text.push_str("pub static SOURCES: &[(&str, &str)] = &[\n");
    for path in found {
        let name = path.strip_prefix(&home).expect("it is below").display().to_string();
        let path = path.display().to_string();
        text.push_str(&format!("    ({name:?}, include_str!({path:?})),\n"));
    }
    text.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo's folder"));
    fs::write(out.join("sources.rs"), text).expect("the generated file");
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if entry.file_name() != "target" {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|suffix| SUFFIXES.iter().any(|it| suffix == *it)) {
            found.push(path);
        }
    }
}
