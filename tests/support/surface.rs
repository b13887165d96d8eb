//! The surface of Lapwing as its files tell it: what the sources of `crates/win32` export and what
//! the headers in `include/` declare.
//!
//! Both are read as text.  The forms are narrow: an export attribute followed by a `pub` function,
//! and a declaration that begins in column 0 with the word for its DLL.

use std::fs;
use std::path::{Path, PathBuf};

use crate::source_tree;

/// A function with an export attribute in `crates/win32/src`.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The function's name in Rust, which is Windows' name.
    pub name: String,
    /// The name in the object file.
    pub symbol: String,
    /// The DLL's folder.
    pub dll: String,
    /// The source file, relative to the tree.
    pub file: PathBuf,
    /// What its docstring says after `Missing:`.
    pub missing: Option<String>,
}

/// A function that a header declares and the library exports.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The name in C.
    pub name: String,
    /// The name in the object file.
    pub symbol: String,
    /// The header that a program includes, relative to `include/`.
    pub header: String,
}

impl Exported {
    /// Whether it is the second export of a function, for C programs whose `wchar_t` and
    /// `struct timeval` are larger than Windows'.
    pub fn is_lp64(&self) -> bool {
        self.symbol.ends_with("_lp64")
    }

    /// Windows' name without the decoration of the second export.
    pub fn windows_name(&self) -> &str {
        self.symbol.trim_start_matches("lapwing_").trim_end_matches("_lp64")
    }
}

/// The words with which `include/` begins the declaration of an exported function
/// (`include/_lapwing.h` defines them); bcrypt.h has no such word.
const DLL_WORDS: [&str; 10] = [
    "WINBASEAPI",
    "WINSOCK_API_LINKAGE",
    "WINMMAPI",
    "WINADVAPI",
    "WINUSERAPI",
    "WINGDIAPI",
    "SHSTDAPI",
    "NTSYSAPI",
    "_CRTIMP",
    "NTSTATUS",
];

/// Every file below `folder`, in order; build products and hidden folders are left out.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && (!name.starts_with('.') || name == ".ci") {
                found.extend(files(&path));
            }
        } else {
            found.push(path);
        }
    }
    found
}

/// The path below the source tree, with forward slashes.
pub fn relative(path: &Path) -> String {
    path.strip_prefix(source_tree()).unwrap_or(path).display().to_string()
}

/// Every exported function in the sources.
pub fn exported() -> Vec<Exported> {
    let root = source_tree().join("crates/win32/src");
    let sources =
        files(&root).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"));
    sources
        .filter(|path| !path.ends_with("exports_tests.rs"))
        .flat_map(|p| in_source(&root, &p))
        .collect()
}

fn in_source(root: &Path, path: &Path) -> Vec<Exported> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let dll = path.strip_prefix(root).ok().and_then(|p| p.iter().next()).unwrap_or_default();
    let mut found = Vec::new();
    let mut missing: Option<String> = None;
    let mut in_missing = false;
    let mut symbol = None;
    for line in text.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            let doc = doc.trim();
            if let Some(rest) = doc.strip_prefix("Missing:") {
                missing = Some(rest.trim().to_owned());
                in_missing = true;
            } else if in_missing && !doc.is_empty() {
                let sentence = missing.get_or_insert_default();
                sentence.push(' ');
                sentence.push_str(doc);
            } else {
                in_missing = false;
            }
        } else if line.starts_with("#[unsafe(no_mangle)]") {
            symbol = Some(None);
        } else if let Some(rest) = line.strip_prefix("#[unsafe(export_name = \"") {
            symbol = Some(rest.split('"').next().map(str::to_owned));
        } else if let (true, Some(symbol)) = (line.starts_with("pub "), symbol.take()) {
            let name = line.split_once(" fn ").and_then(|(_, rest)| rest.split(['(', '<']).next());
            let name = name.unwrap_or_default().to_owned();
            found.push(Exported {
                symbol: symbol.unwrap_or_else(|| name.clone()),
                name,
                dll: dll.to_string_lossy().into_owned(),
                file: relative(path).into(),
                missing: missing.take(),
            });
        } else if !line.starts_with("#[") {
            missing = None;
            in_missing = false;
        }
    }
    found
}

/// Every exported function that a header declares.
pub fn declared() -> Vec<Declared> {
    let root = source_tree().join("include");
    let headers = files(&root);
    headers.iter().flat_map(|path| in_header(&root, path, &headers)).collect()
}

/// Which header a program includes for this one: a piece in `include/lapwing/` belongs to the
/// header that includes it.
fn for_programs(piece: &str, headers: &[PathBuf]) -> String {
    let line = format!("#include \"{piece}\"");
    let includes =
        |path: &&PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains(&line));
    let owner = headers.iter().find(includes).filter(|_| piece.contains('/'));
    let name = owner.and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
    name.map_or_else(|| piece.to_owned(), |name| name.into_owned())
}

fn in_header(root: &Path, path: &Path, headers: &[PathBuf]) -> Vec<Declared> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let header = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let header = for_programs(&header, headers);
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_once('\n').unwrap_or((rest, ""));
        if DLL_WORDS.iter().any(|word| line.starts_with(&format!("{word} "))) {
            let end = rest.find([';', '{']).unwrap_or(rest.len());
            found.push(declaration(&rest[..end], &header));
        }
        rest = next;
    }
    found
}

/// `WINBASEAPI BOOL WINAPI CloseHandle(HANDLE hObject)` and what may follow.
fn declaration(text: &str, header: &str) -> Declared {
    let before = text.split('(').next().unwrap_or_default().trim_end();
    let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let symbol = if text.contains("LAPWING_LP64(") {
        format!("lapwing_{name}_lp64")
    } else if text.contains("LAPWING_SYMBOL(") {
        format!("lapwing_{name}")
    } else {
        name.to_owned()
    };
    Declared { name: name.to_owned(), symbol, header: header.to_owned() }
}
