//! `#pragma comment(lib, "ws2_32.lib");` with the semicolon that Visual C++ and gcc pass over, and
//! that clang takes for an error.  Clang is shown such a file without it: a copy in the cache, by
//! the file's own name and with its own lines and columns.

use super::host::Host;
use crate::Failure;
use crate::cache;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The list of files that clang is to read as others (`-ivfsoverlay`), if there are any.
pub fn overlay(files: &[PathBuf], host: &Host) -> Result<Option<PathBuf>, Failure> {
    let is_clang =
        |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("clang"));
    let program = std::fs::canonicalize(&host.program).unwrap_or_default();
    if !is_clang(&host.program) && !is_clang(&program) {
        return Ok(None);
    }
    let mut roots = String::new();
    for file in files {
        let text = std::fs::read(file).unwrap_or_default();
        let Some(without) = without_semicolons(&text) else { continue };
        let copy = kept(&without, "c")?;
        let file = std::path::absolute(file).unwrap_or(file.clone());
        let (name, contents) = (quoted(&file), quoted(&copy));
        let _ = write!(
            roots,
            "{{\"type\": \"file\", \"name\": {name}, \"external-contents\": {contents}}},"
        );
    }
    if roots.is_empty() {
        return Ok(None);
    }
    let list = format!("{{\"version\": 0, \"use-external-names\": false, \"roots\": [{roots}]}}");
    kept(list.as_bytes(), "yaml").map(Some)
}

/// A file of the cache with this text, named by it.
fn kept(text: &[u8], suffix: &str) -> Result<PathBuf, Failure> {
    let mut key = cache::Key::default();
    key.add(text);
    let path = cache::folder("pragmas")?.join(key.name()).with_extension(suffix);
    if !path.exists() {
        let temporary = cache::temporary_name(&path);
        std::fs::write(&temporary, text)
            .and_then(|()| std::fs::rename(&temporary, &path))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(path)
}

fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
}

/// The text with a blank for each such semicolon; none if there is none.
fn without_semicolons(text: &[u8]) -> Option<Vec<u8>> {
    let mut found = None;
    let mut begin = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if let Some(at) = semicolon(line) {
            found.get_or_insert_with(|| text.to_vec())[begin + at] = b' ';
        }
        begin += line.len();
    }
    found
}

/// The place of the semicolon that ends a `#pragma comment(…)`.
fn semicolon(line: &[u8]) -> Option<usize> {
    let mut rest = line.trim_ascii_start();
    for word in ["#", "pragma", "comment", "("] {
        rest = rest.strip_prefix(word.as_bytes())?.trim_ascii_start();
    }
    let close = rest.iter().position(|&byte| byte == b')')?;
    let behind = rest[close + 1..].trim_ascii_start();
    behind.starts_with(b";").then(|| line.len() - behind.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_semicolon_behind_the_pragma_goes() {
        let seen = |text: &str| {
            let found = without_semicolons(text.as_bytes());
            found.map(|text| String::from_utf8(text).unwrap())
        };
        assert_eq!(
            seen("x;\r\n# pragma\tcomment (lib, \"a.lib\") ; // b;\r\ny;").as_deref(),
            Some("x;\r\n# pragma\tcomment (lib, \"a.lib\")   // b;\r\ny;")
        );
        for text in ["#pragma comment(lib, \"a\")\nx;", "#pragma once;\n", "comment(lib);", ""] {
            assert_eq!(seen(text), None, "{text}");
        }
    }
}
