//! Windows' paths and Linux' paths.
//!
//! A drive's root is where the configuration says; `C:` is `/` unless it says otherwise.  `.` and
//! `..` are resolved in the text, before anything is looked up.  What a name means at all, a path
//! or something else, is decided by [`classify`].
//!
//! Missing: streams (`file:stream`); names are looked up as they are written, while Windows does
//! not tell `A` from `a`; a drive other than the current one has no current directory of its own.

use crate::io::create::{Target, classify};
use crate::status::{Result, Status};
use crate::sys::configuration;
use std::path::{Path, PathBuf};

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

/// Linux' path for a name of the program's, of a file on a disk.
///
/// # Errors
/// Those of [`classify`]; `ACCESS_DENIED` (5) for a name of something else.
pub fn resolve(name: &str) -> Result<Place> {
    match classify(name)? {
        Target::Disk(place) => Ok(place),
        _ => Err(Status::ACCESS_DENIED),
    }
}

/// True for a letter and a colon.
pub fn is_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// Splits `C:` off.
fn split_drive(name: &str) -> Option<(char, &str)> {
    let drive = name.get(..2).filter(|drive| is_drive(drive))?;
    drive.chars().next().map(|letter| (letter, &name[2..]))
}

fn root_of(drive: char) -> Result<&'static Path> {
    configuration::get().drive(drive).ok_or(Status::OBJECT_PATH_NOT_FOUND)
}

/// A path with backslashes: from a drive's root or the current directory.
pub fn of_drive(name: &str) -> Result<Place> {
    let (drive, rest) = match split_drive(name) {
        Some((drive, rest)) => (Some(drive), rest),
        None => (None, name),
    };
    let current = std::env::current_dir().map_err(|_| Status::OBJECT_PATH_NOT_FOUND)?;
    let (current_drive, current_root) = drive_of(&current).unwrap_or(('C', Path::new("/")));
    let root = drive.map_or(Ok(current_root), root_of)?;
    let is_current = drive.is_none_or(|drive| drive.eq_ignore_ascii_case(&current_drive));
    let from = if rest.starts_with('\\') || !is_current { root } else { &current };
    build(root, from, rest, true)
}

/// A path that begins with a drive and its root.
///
/// # Errors
/// As for [`classify`].
pub fn rooted(name: &str, rearranged: bool) -> Result<Place> {
    let (drive, rest) = split_drive(name).ok_or(Status::OBJECT_PATH_NOT_FOUND)?;
    let root = root_of(drive)?;
    build(root, root, rest, rearranged)
}

/// A path of Linux', with backslashes: there are more than the drives show.
///
/// # Errors
/// As for [`classify`].
pub fn of_linux(name: &str) -> Result<Place> {
    build(Path::new("/"), Path::new("/"), name, false)
}

/// Walks from a directory along the names, not above the root.
fn build(root: &Path, from: &Path, names: &str, rearranged: bool) -> Result<Place> {
    let mut path = from.to_path_buf();
    let of_directory = names.ends_with('\\');
    let mut names = names.split('\\').filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        match name {
            "." if rearranged => continue,
            ".." if rearranged => {
                if path != root {
                    path.pop();
                }
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

/// The drive that shows a path, and its root: the one that shows least besides.
fn drive_of(path: &Path) -> Option<(char, &'static Path)> {
    let shows = configuration::get().drives().filter(|(_, root)| path.starts_with(root));
    // Of several that are as good the first letter counts.
    shows.min_by_key(|(_, root)| usize::MAX - root.as_os_str().len())
}

/// The name under which a program knows a path of Linux': behind `\\?\unix` if no drive shows it.
pub fn to_windows(path: &Path) -> String {
    let (start, rest) = match drive_of(path) {
        Some((drive, root)) => (format!("{drive}:"), path.strip_prefix(root).unwrap_or(path)),
        None => (r"\\?\unix".to_owned(), path.strip_prefix("/").unwrap_or(path)),
    };
    format!(r"{start}\{}", rest.to_string_lossy().replace('/', r"\"))
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
        assert_eq!(path(r"\\.\pipe\a"), Err(Status::ACCESS_DENIED));
    }
}
