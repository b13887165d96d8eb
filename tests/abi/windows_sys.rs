//! The constants of windows-sys, read from its sources: a value there is always a literal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A constant of windows-sys.  Its Win32 namespaces sometimes have several of one name.
pub struct Constant {
    /// The value, as the literal says it.
    pub value: i128,
    /// Whether the literal has 64 bits; all others are compared in their low 32.
    pub is_wide: bool,
}

impl Constant {
    /// Whether a value of C is this one.
    pub fn is(&self, value: i64) -> bool {
        match self.is_wide {
            true => self.value as i64 == value,
            false => self.value as i32 == value as i32,
        }
    }
}

/// Every integer constant of windows-sys, by name.
pub fn constants() -> BTreeMap<String, Vec<Constant>> {
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for file in rust_files(&sources()) {
        let text = fs::read_to_string(file).expect("a source file");
        for line in text.lines() {
            if let Some((name, constant)) = constant(line) {
                found.entry(name).or_default().push(constant);
            }
        }
    }
    assert!(found.len() > 10_000, "windows-sys writes its constants in another way now");
    found
}

/// `pub const NAME: TYPE = 0x103_u32 as _;`
fn constant(line: &str) -> Option<(String, Constant)> {
    let (name, rest) = line.trim().strip_prefix("pub const ")?.split_once(": ")?;
    let literal = rest.split_once(" = ")?.1.trim_end_matches(';').split(' ').next()?;
    let is_wide = literal.ends_with("64");
    let mut digits = literal.replace('_', "");
    for suffix in ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"] {
        if let Some(bare) = digits.strip_suffix(suffix) {
            digits = bare.to_owned();
            break;
        }
    }
    let value = match digits.strip_prefix("0x") {
        Some(hexadecimal) => i128::from_str_radix(hexadecimal, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((name.to_owned(), Constant { value, is_wide }))
}

/// Where cargo keeps the sources of the windows-sys that this package depends on.
fn sources() -> PathBuf {
    let output = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["metadata", "--offline", "--format-version", "1", "--filter-platform"])
        .args(["x86_64-unknown-linux-gnu", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let manifest = text
        .split("\"manifest_path\":\"")
        .filter_map(|part| part.split('"').next())
        .find(|path| path.contains("/windows-sys-0.61."))
        .expect("windows-sys 0.61 is a dependency of these tests");
    Path::new(manifest).parent().expect("a folder").join("src/Windows")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files.extend(rust_files(&path)),
            false => files.push(path),
        }
    }
    files
}
