//! Writes `../src/types.rs`, `../src/signature.rs` and `../../win32/src/namespaces.rs` from
//! `../names.txt` and Microsoft's metadata.
//!
//! windows-bindgen does the work; here lives only the reading of the list, the patterns in it, and
//! the turning of imports into types.  `main` takes no arguments; the output depends on nothing
//! but the list and the pinned version of windows-bindgen.

mod namespaces;

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs, process};

/// What a line of the list may name by a pattern.
const PATTERN_NAMESPACES: [&str; 2] =
    ["Windows.Win32.Foundation", "Windows.Win32.Networking.WinSock"];

const HEAD: &str = "// Generated from names.txt by crates/abi/generate.  Not edited by hand.\n\n";

fn main() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent folder");
    let list = fs::read_to_string(crate_dir.join("names.txt")).expect("names.txt");
    let scratch = env::temp_dir().join(format!("lapwing-abi-{}.rs", process::id()));

    let constants = constants(&bindgen(&scratch, FLAT, &PATTERN_NAMESPACES.map(String::from)));
    let mut names = BTreeSet::new();
    for line in list.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let taken = match line.split_once('*') {
            Some((prefix, limit)) => matching(&constants, prefix, limit),
            None => vec![line.to_owned()],
        };
        assert!(!taken.is_empty(), "names.txt: `{line}` matches nothing");
        for name in taken {
            assert!(names.insert(name.clone()) || line.contains('*'), "names.txt: {name} twice");
        }
    }

    let names: Vec<_> = names.into_iter().collect();
    let nested = bindgen(&scratch, &[], &names);
    let text = bindgen(&scratch, FLAT, &names);
    fs::remove_file(&scratch).expect("the scratch file");
    let (imports, mut types): (Vec<_>, Vec<_>) =
        text.lines().partition(|line| line.starts_with("crate::link::link!("));
    // Two namespaces (the SDK's and the driver kit's) have some constants in common, first as a
    // bare u32 and then with the type that the functions use: the last one stays.
    types.reverse();
    types.dedup_by(|a, b| constant_name(a).is_some() && constant_name(a) == constant_name(b));
    types.reverse();
    write(&crate_dir.join("src/types.rs"), &types.join("\n"));
    write(&crate_dir.join("src/signature.rs"), &signatures(&imports));
    let surface = crate_dir.with_file_name("win32").join("src");
    let exports = fs::read_to_string(surface.join("exports.rs")).expect("the list of exports");
    let exported = exports.split_whitespace().map(String::from).collect();
    write(&surface.join("namespaces.rs"), &namespaces::text(&nested, &exported));
}

/// All names in one module, not in one for each namespace.
const FLAT: &[&str] = &["--flat"];

/// Runs windows-bindgen and returns the text it wrote, from the first item on.
fn bindgen(scratch: &Path, layout: &[&str], names: &[String]) -> String {
    let file = scratch.to_str().expect("a path in UTF-8");
    let fixed = ["--in", "default", "--out", file, "--sys", "--no-deps", "--no-comment"];
    let link = ["--link", "crate::link", "--filter"];
    let names = names.iter().map(String::as_str);
    let arguments = fixed.into_iter().chain(layout.iter().copied()).chain(link).chain(names);
    windows_bindgen::bindgen(arguments).unwrap();
    let text = fs::read_to_string(scratch).expect("windows-bindgen's output");
    // Its inner attributes have no place in a module that lib.rs declares with its own.
    match text.starts_with("#![allow(") {
        true => text.split_once(")]\n").expect("an attribute ends").1.to_owned(),
        false => text,
    }
}

/// The name, if the line is a constant.
fn constant_name(line: &str) -> Option<&str> {
    Some(line.strip_prefix("pub const ")?.split_once(": ")?.0)
}

/// Every constant of the generated text, with its value when that is a number.
fn constants(text: &str) -> Vec<(String, Option<i64>)> {
    text.lines()
        .filter_map(|line| {
            // That of a long name is on the next line.
            let value = line.split_once(" = ").and_then(|(_, value)| number(value));
            Some((constant_name(line)?.to_owned(), value))
        })
        .collect()
}

/// The number at the start of `14u32;` or of `0x103_u32 as _;`.
fn number(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(';').split(' ').next()?.replace('_', "");
    let text = text.trim_end_matches("u32").trim_end_matches("i32").trim_end_matches("u16");
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The constants with this prefix; `limit` is empty or ` <= N`.
fn matching(constants: &[(String, Option<i64>)], prefix: &str, limit: &str) -> Vec<String> {
    let limit: Option<i64> = limit
        .trim()
        .strip_prefix("<=")
        .map(|number| number.trim().parse().expect("a number after <="));
    constants
        .iter()
        .filter(|(name, value)| {
            name.starts_with(prefix)
                && limit.is_none_or(|limit| value.is_some_and(|value| value <= limit))
        })
        .map(|(name, _)| name.clone())
        .collect()
}

/// `crate::link::link!("ws2_32.dll" "system" fn socket(af : i32) -> SOCKET);` as the type of
/// the function.
fn signatures(imports: &[&str]) -> String {
    let mut text = String::from("use crate::types::*;\n");
    for import in imports {
        let inner = import
            .strip_prefix("crate::link::link!(")
            .and_then(|rest| rest.strip_suffix(");"))
            .expect("an import on one line");
        let quoted: Vec<&str> = inner.split('"').collect();
        let (dll, abi) = (quoted[1].to_lowercase(), quoted[3]);
        let function = inner.split_once(" fn ").expect("a function").1;
        let (name, rest) = function.split_once('(').expect("parameters");
        text.push_str(&format!(
            "/// `{name}`, {dll}.\npub type {name} =\n    unsafe extern \"{abi}\" fn({rest};\n"
        ));
    }
    text
}

/// Writes a generated file, formatted, with its head.
fn write(path: &Path, text: &str) {
    fs::write(path, format!("{HEAD}{text}")).expect("the output folder is writable");
    let status = process::Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=100,use_small_heuristics=Max"])
        .arg(path)
        .status()
        .expect("rustfmt runs");
    assert!(status.success(), "rustfmt refuses {}", path.display());
}
