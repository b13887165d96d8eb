//! The lists of [`super`] against the sources of this crate.

use std::collections::{BTreeMap, BTreeSet};

use lapwing_tests::surface::{self, Exported};

use super::{EXPORTS, Export, LP64, WITHOUT_METADATA};

/// `kernel32/error/GetLastError`, of a function in the sources.
fn written_place(function: &Exported) -> String {
    let file = function.file.display().to_string();
    let room = file.trim_start_matches("crates/win32/src/").trim_end_matches(".rs");
    format!("{room}/{}", function.name)
}

/// The same, of one in the lists.
fn listed_place(export: &Export) -> String {
    let room = export.room.replace(' ', "").replace("::", "/");
    format!("{}/{room}/{}", export.dll, export.name)
}

#[test]
fn every_exported_function_is_listed() {
    let written: BTreeSet<String> = surface::exported().iter().map(written_place).collect();
    let lists = EXPORTS.iter().chain(WITHOUT_METADATA).chain(LP64);
    let listed: BTreeSet<String> = lists.flat_map(|group| group.iter()).map(listed_place).collect();
    let forgotten: Vec<_> = written.difference(&listed).collect();
    assert!(forgotten.is_empty(), "add to the lists of exports.rs: {forgotten:?}");
    let unexported: Vec<_> = listed.difference(&written).collect();
    assert!(unexported.is_empty(), "listed in exports.rs, without an export: {unexported:?}");
}

#[test]
fn a_symbol_is_the_name_or_lapwing_and_the_name() {
    for function in surface::exported() {
        let (name, symbol) = (&function.name, &function.symbol);
        let bare = name.trim_end_matches("_lp64").trim_start_matches("lapwing_");
        let is_right = match written_place(&function).contains("lp64/") {
            true => *symbol == format!("lapwing_{bare}_lp64"),
            false => symbol == name || *symbol == format!("lapwing_{name}"),
        };
        assert!(is_right, "{}: the symbol {symbol}", written_place(&function));
    }
}

#[test]
fn no_name_is_listed_twice() {
    let mut rooms = BTreeMap::new();
    for export in EXPORTS.iter().chain(WITHOUT_METADATA).flat_map(|group| group.iter()) {
        let other = rooms.insert(export.name, export.room);
        assert_eq!(other, None, "{} is listed twice", export.name);
    }
}
