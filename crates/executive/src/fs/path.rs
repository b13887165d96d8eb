//! Windows' paths and Linux' paths.
//!
//! `C:` is `/`, and there is no other drive.  Both slashes separate, except behind `\\?\`, where
//! nothing is rearranged.  `.` and `..` are resolved in the text, before anything is looked up.
//!
//! Missing: other drives, streams (`file:stream`), devices other than `NUL`, and names are looked
//! up as they are written, while Windows does not tell `A` from `a`.

use crate::status::{Result, Status};
use std::path::{Path, PathBuf};

/// Windows' longest path, in UTF-16 units.
const LONGEST_PATH: usize = 32_767;
/// The longest name between two separators.
const LONGEST_NAME: usize = 255;

/// Where a name of the program's leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Linux' path.
    pub path: PathBuf,
    /// The name ends in a separator, so it can only be a directory.
    pub of_directory: bool,
}

/// Linux' path for a name of the program's.
///
/// # Errors
/// `OBJECT_PATH_NOT_FOUND` (3) for an empty name or another drive, `OBJECT_NAME_INVALID` (123) for
/// characters that no name has, `NAME_TOO_LONG` (206), `BAD_NETWORK_PATH` (53) for another
/// computer's, `OBJECT_NAME_NOT_FOUND` (2) for devices that we do not have.
pub fn resolve(name: &str) -> Result<Place> {
    if name.is_empty() {
        return Err(Status::OBJECT_PATH_NOT_FOUND);
    }
    if name.encode_utf16().count() >= LONGEST_PATH {
        return Err(Status::NAME_TOO_LONG);
    }
    if let Some(verbatim) = name.strip_prefix(r"\\?\").or_else(|| name.strip_prefix(r"\??\")) {
        return match drive(verbatim) {
            Some((true, rest)) => build(Path::new("/"), rest, &['\\']),
            _ if verbatim.starts_with(r"UNC\") => Err(Status::BAD_NETWORK_PATH),
            _ => Err(Status::OBJECT_PATH_NOT_FOUND),
        };
    }
    let is_separator = |character| matches!(character, Some('\\' | '/'));
    let mut start = name.chars();
    if is_separator(start.next()) && is_separator(start.next()) {
        return match start.as_str().strip_prefix(['.', '?']) {
            Some(device) if is_separator(device.chars().next()) => self::device(&device[1..]),
            _ => Err(Status::BAD_NETWORK_PATH),
        };
    }
    if name.eq_ignore_ascii_case("NUL") {
        return device(name);
    }
    let rest = match drive(name) {
        Some((true, rest)) => rest,
        Some((false, _)) => return Err(Status::OBJECT_PATH_NOT_FOUND),
        None => name,
    };
    if rest.starts_with(['\\', '/']) {
        return build(Path::new("/"), rest, &['\\', '/']);
    }
    let current = std::env::current_dir().map_err(|_| Status::OBJECT_PATH_NOT_FOUND)?;
    build(&current, rest, &['\\', '/'])
}

/// Splits `C:` off; the flag says whether it is ours.
fn drive(name: &str) -> Option<(bool, &str)> {
    let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let rest = name[1..].strip_prefix(':')?;
    Some((letter.eq_ignore_ascii_case(&'c'), rest))
}

fn device(name: &str) -> Result<Place> {
    if name.eq_ignore_ascii_case("NUL") {
        return Ok(Place { path: PathBuf::from("/dev/null"), of_directory: false });
    }
    Err(Status::OBJECT_NAME_NOT_FOUND)
}

/// Walks from a directory along the names.
fn build(from: &Path, names: &str, separators: &[char]) -> Result<Place> {
    let rearranged = separators.len() > 1;
    let mut path = from.to_path_buf();
    let of_directory = names.ends_with(separators);
    let mut names = names.split(separators).filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        match name {
            "." if rearranged => continue,
            ".." if rearranged => {
                path.pop();
                continue;
            }
            _ => {}
        }
        let is_last = names.peek().is_none();
        // What stands behind the last letter of a name is no part of it.
        let name = if rearranged && is_last { name.trim_end_matches(['.', ' ']) } else { name };
        let is_wrong = |character: char| {
            character < ' ' || matches!(character, '<' | '>' | '"' | '|' | '?' | '*' | ':' | '/')
        };
        if name.contains(is_wrong) || name.encode_utf16().count() > LONGEST_NAME {
            return Err(Status::OBJECT_NAME_INVALID);
        }
        if !name.is_empty() {
            path.push(name);
        }
    }
    Ok(Place { path, of_directory })
}

/// The name under which a program knows a path of Linux'.
pub fn to_windows(path: &Path) -> String {
    format!("C:{}", path.to_string_lossy().replace('/', r"\"))
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    fn path(name: &str) -> Result<String> {
        resolve(name).map(|place| place.path.to_string_lossy().into_owned())
    }

    #[test]
    fn drives_and_separators() {
        for name in [r"C:\a\b", "c:/a/b", r"\a\b", "/a/b", r"\\?\C:\a\b", r"C:\.\a\x\..\\b. ."] {
            assert_eq!(path(name).as_deref(), Ok("/a/b"), "{name}");
        }
        assert_eq!(path(r"D:\a"), Err(Status::OBJECT_PATH_NOT_FOUND));
        assert_eq!(path(r"\\?\D:\a"), Err(Status::OBJECT_PATH_NOT_FOUND));
        assert_eq!(path(r"C:\..\..\a").as_deref(), Ok("/a"));
        assert_eq!(resolve(r"C:\a\").map(|place| place.of_directory), Ok(true));
        assert_eq!(to_windows(Path::new("/a/b")), r"C:\a\b");
    }

    #[test]
    fn relative_names_start_in_the_current_directory() {
        let current = std::env::current_dir().unwrap();
        for name in [r"a\b", "C:a/b", r".\a\b"] {
            assert_eq!(resolve(name).unwrap().path, current.join("a/b"), "{name}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        assert_eq!(path(""), Err(Status::OBJECT_PATH_NOT_FOUND));
        for name in ["a?b", r"C:\a*", "a<b", "a|b", "ab:c", "a\tb", r"\\?\C:\a/b"] {
            assert_eq!(path(name), Err(Status::OBJECT_NAME_INVALID), "{name}");
        }
        assert_eq!(path(&"x".repeat(256)), Err(Status::OBJECT_NAME_INVALID));
        assert_eq!(path(&r"\a".repeat(20_000)), Err(Status::NAME_TOO_LONG));
        assert_eq!(path(r"\\server\share\a"), Err(Status::BAD_NETWORK_PATH));
        assert_eq!(path(r"\\?\UNC\server\share"), Err(Status::BAD_NETWORK_PATH));
    }

    #[test]
    fn the_null_device() {
        for name in ["NUL", "nul", r"\\.\NUL", "//./nul"] {
            assert_eq!(path(name).as_deref(), Ok("/dev/null"), "{name}");
        }
        assert_eq!(path(r"\\.\COM1"), Err(Status::OBJECT_NAME_NOT_FOUND));
    }
}
