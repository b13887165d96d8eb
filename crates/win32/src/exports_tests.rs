//! The lists of [`super`] against the sources of this crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{EXPORTS, Export, LP64, WITHOUT_METADATA};

/// An exported function as it stands in the sources.
struct Written {
    place: String,
    symbol: String,
}

/// Every `.rs` file under `folder`.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The functions of one file that carry an export attribute, as `dll/room/name`.
fn written(root: &Path, file: &Path) -> Vec<Written> {
    let text = fs::read_to_string(file).expect("a source file");
    let room = file.strip_prefix(root).expect("inside").with_extension("");
    let mut found = Vec::new();
    let mut symbol = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[unsafe(no_mangle)]") {
            symbol = Some(None);
        } else if let Some(rest) = line.strip_prefix("#[unsafe(export_name = \"") {
            symbol = Some(Some(rest.split('"').next().expect("a name").to_owned()));
        } else if line.starts_with("pub ") && symbol.is_some() {
            let rest = line.split_once(" fn ").expect("a function follows the attribute").1;
            let name = rest.split(['(', '<']).next().expect("a name").to_owned();
            let place = format!("{}/{name}", room.display());
            let symbol = symbol.take().expect("seen above").unwrap_or(name);
            found.push(Written { place, symbol });
        }
    }
    found
}

fn place(export: &Export) -> String {
    format!(
        "{}/{}/{}",
        export.dll,
        export.room.replace(" :: ", "/").replace("::", "/"),
        export.name
    )
}

#[test]
fn every_exported_function_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources: BTreeMap<String, String> = rust_files(&root)
        .iter()
        .filter(|file| !file.ends_with("exports_tests.rs"))
        .flat_map(|file| written(&root, file))
        .map(|function| (function.place, function.symbol))
        .collect();
    let lists = EXPORTS.iter().chain(WITHOUT_METADATA).chain(LP64);
    let listed: BTreeMap<String, &Export> =
        lists.flat_map(|group| group.iter()).map(|export| (place(export), export)).collect();

    let forgotten: Vec<_> = sources.keys().filter(|place| !listed.contains_key(*place)).collect();
    assert!(forgotten.is_empty(), "add to the lists of exports.rs: {forgotten:?}");
    let unexported: Vec<_> = listed.keys().filter(|place| !sources.contains_key(*place)).collect();
    assert!(unexported.is_empty(), "listed in exports.rs, without an export: {unexported:?}");
}

#[test]
fn a_symbol_is_the_name_or_lapwing_and_the_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for function in rust_files(&root).iter().flat_map(|file| written(&root, file)) {
        let name = function.place.rsplit('/').next().expect("a name");
        let symbol = &function.symbol;
        let lp64 = function.place.contains("/lp64/");
        let bare = name.trim_end_matches("_lp64").trim_start_matches("lapwing_");
        let expected = match lp64 {
            true => vec![format!("lapwing_{bare}_lp64")],
            false => vec![name.to_owned(), format!("lapwing_{name}")],
        };
        assert!(expected.contains(symbol), "{}: the symbol {symbol}", function.place);
    }
}

#[test]
fn no_name_is_listed_twice() {
    let mut names = std::collections::BTreeSet::new();
    for export in EXPORTS.iter().chain(WITHOUT_METADATA).flat_map(|group| group.iter()) {
        assert!(names.insert(export.name), "{} is listed twice", export.name);
    }
}
