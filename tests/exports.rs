//! What the library exports, what the headers declare, what `docs/api.md` tells: all one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use lapwing_tests::{api, command, profile_folder, source_tree, surface};

/// The symbols that a shared library defines for others.
fn dynamic_symbols(library: &Path) -> BTreeSet<String> {
    let output = Command::new("nm")
        .args(["--dynamic", "--defined-only", "--format=posix"])
        .arg(library)
        .output()
        .expect("nm is part of the compiler's binutils");
    assert!(output.status.success(), "nm {}", library.display());
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.split([' ', '@']).next());
    names.map(str::to_owned).collect()
}

/// Our library's symbols, of this build.
fn our_symbols() -> BTreeSet<String> {
    command::path();
    dynamic_symbols(&profile_folder().join("deps/liblapwing_win32.so"))
}

/// What a program on windows-sys calls is ours, and not the C library's function of this name.
#[test]
fn windows_link_knows_every_name_that_is_another_in_the_library() {
    let ours = surface::exported().into_iter().map(|function| function.symbol);
    let ours: BTreeSet<String> =
        ours.filter(|it| it.starts_with("lapwing_") && !it.ends_with("_lp64")).collect();
    let text = source_tree().join("crates/windows-link/src/lib.rs");
    let text = fs::read_to_string(text).expect("the crate windows-link");
    let known: BTreeSet<String> =
        text.split('"').filter(|it| it.starts_with("lapwing_")).map(str::to_owned).collect();
    assert_eq!(known, ours);
}

#[test]
fn the_shared_library_exports_what_the_sources_say() {
    let written: BTreeSet<String> =
        surface::exported().into_iter().map(|function| function.symbol).collect();
    let built = our_symbols();
    let only_written: Vec<_> = written.difference(&built).collect();
    let only_built: Vec<_> = built.difference(&written).collect();
    assert!(only_written.is_empty(), "in the sources only: {only_written:?}");
    assert!(only_built.is_empty(), "in the library only: {only_built:?}");
}

#[test]
fn no_symbol_is_one_of_glibcs() {
    // It would capture the calls of every library in the process, Rust's own among them.
    let compiler = Command::new("gcc").arg("-print-file-name=libc.so.6").output().expect("gcc");
    let libc = String::from_utf8(compiler.stdout).expect("a path in UTF-8");
    let glibc = dynamic_symbols(Path::new(libc.trim()));
    assert!(glibc.contains("socket"), "that is not glibc: {libc}");
    let clashes: Vec<_> = our_symbols().intersection(&glibc).cloned().collect();
    assert!(clashes.is_empty(), "export these as lapwing_<name>: {clashes:?}");
}

#[test]
fn every_declared_function_is_exported() {
    let exported: BTreeSet<String> =
        surface::exported().into_iter().map(|function| function.symbol).collect();
    let lacking: Vec<_> = surface::declared()
        .into_iter()
        .filter(|declared| !exported.contains(&declared.symbol))
        .map(|declared| format!("{} ({})", declared.symbol, declared.header))
        .collect();
    assert!(lacking.is_empty(), "declared and not exported: {lacking:#?}");
}

#[test]
fn every_exported_function_is_declared() {
    // A function with two exports is declared once, and the header chooses between them.
    let declared: BTreeMap<String, String> =
        surface::declared().into_iter().map(|d| (d.name, d.symbol)).collect();
    let mut lacking = Vec::new();
    for function in surface::exported() {
        match declared.get(function.windows_name()) {
            None => lacking.push(format!("{}: no declaration", function.windows_name())),
            Some(symbol) if function.is_lp64() && *symbol != function.symbol => {
                lacking.push(format!("{}: declared as {symbol}", function.symbol));
            }
            Some(_) => {}
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn the_generated_types_are_those_of_the_list() {
    let abi = source_tree().join("crates/abi");
    let read = |file: &str| fs::read_to_string(abi.join(file)).expect("a file of crates/abi");
    let generated = read("src/types.rs") + &read("src/signature.rs");
    let words: BTreeSet<&str> =
        generated.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let list = read("names.txt");
    let names = list.lines().map(str::trim).filter(|l| !l.starts_with('#') && !l.contains('*'));
    let lacking: Vec<_> = names.filter(|n| !n.is_empty() && !words.contains(n)).collect();
    assert!(lacking.is_empty(), "run the generator (crates/abi/generate): {lacking:?}");
}

#[test]
fn every_signature_is_that_of_an_export() {
    let path = source_tree().join("crates/abi/src/signature.rs");
    let text = fs::read_to_string(path).expect("a generated file");
    let exported: BTreeSet<String> =
        surface::exported().into_iter().map(|function| function.name).collect();
    let unused: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub type ")?.split([' ', '=']).next())
        .filter(|name| !exported.contains(*name))
        .collect();
    assert!(unused.is_empty(), "in names.txt, and not exported: {unused:?}");
}

#[test]
fn the_page_of_functions_is_current() {
    let page = fs::read_to_string(source_tree().join(api::PAGE)).unwrap_or_default();
    assert!(page == api::page(), "run `cargo run -p lapwing-tests --bin api-docs`");
}
