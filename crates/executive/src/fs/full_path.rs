//! A path with everything that it leaves unsaid: the drive, the current directory, no `.` and `..`.
//!
//! Text only: nothing is looked up, and a name that no file can have is as good as another.

use super::path::{self, is_drive};
use crate::io::create::dos_device;
use crate::status::{Result, Status};

/// The whole path that a name means.
///
/// # Errors
/// `OBJECT_NAME_INVALID` for an empty name, `OBJECT_PATH_NOT_FOUND` when the current directory has
/// been removed.
pub fn full(name: &str) -> Result<String> {
    if name.is_empty() {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    if name.starts_with(r"\\?\") {
        return Ok(name.to_owned());
    }
    let name = name.replace('/', r"\");
    if name.starts_with(r"\\.\") || name.starts_with(r"\\?\") {
        return Ok(format!("{}{}", &name[..4], collapse(&name[4..])));
    }
    if let Some(rest) = name.strip_prefix(r"\\") {
        // The computer and what it shares are no folders.
        let mut parts = rest.splitn(3, '\\');
        let (server, share) = (parts.next().unwrap_or_default(), parts.next());
        let head = share.map_or(format!(r"\\{server}"), |share| format!(r"\\{server}\{share}"));
        return Ok(parts.next().map_or(head.clone(), |rest| format!(r"{head}\{}", collapse(rest))));
    }
    if let Some(device) = dos_device(&name) {
        return Ok(format!(r"\\.\{device}"));
    }
    let current = super::directory::current()?;
    let (drive, rest) = match name.get(..2).filter(|drive| is_drive(drive)) {
        Some(drive) => (drive, &name[2..]),
        None => (current.get(..2).filter(|drive| is_drive(drive)).unwrap_or("C:"), &name[..]),
    };
    if let Some(rest) = rest.strip_prefix('\\') {
        return Ok(format!(r"{drive}\{}", collapse(rest)));
    }
    match current.get(..2) {
        Some(of_current) if of_current.eq_ignore_ascii_case(drive) => {
            let folder = current[2..].trim_matches('\\');
            Ok(format!(r"{drive}\{}", collapse(&format!(r"{folder}\{rest}"))))
        }
        // Another drive has no current directory of its own.
        _ => Ok(format!(r"{drive}\{}", collapse(rest))),
    }
}

/// Without `.`, `..` and what stands behind the last letter of a name.
fn collapse(names: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let is_directory = names.ends_with('\\');
    for name in names.split('\\') {
        match name {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    if let Some(last) = kept.last_mut().filter(|_| !is_directory) {
        *last = last.trim_end_matches(['.', ' ']);
    }
    let mut whole = kept.join(r"\");
    if is_directory && !whole.is_empty() {
        whole.push('\\');
    }
    whole
}

/// Where a file's own name begins in a whole path; None when it ends with a directory's separator.
pub fn file_part(whole: &str) -> Option<usize> {
    let start = whole.rfind('\\')? + 1;
    (start < whole.len()).then_some(start)
}

/// A path without its drive.
pub fn without_drive(whole: &str) -> &str {
    match whole.get(..2) {
        Some(drive) if path::is_drive(drive) => &whole[2..],
        _ => whole,
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn whole_paths() {
        let pairs = [
            (r"C:\a\.\b\..\c", r"C:\a\c"),
            ("c:/a//b/", r"c:\a\b\"),
            (r"C:\..\..\a.. ", r"C:\a"),
            (r"C:\a*b?", r"C:\a*b?"),
            (r"\\?\C:\a\..\b", r"\\?\C:\a\..\b"),
            (r"\\server\share\a\..\b", r"\\server\share\b"),
            (r"C:\folder\nul.txt", r"\\.\NUL"),
            (r"\\.\pipe\a", r"\\.\pipe\a"),
        ];
        for (name, whole) in pairs {
            assert_eq!(full(name).as_deref(), Ok(whole), "{name}");
        }
        let current = super::super::directory::current().unwrap();
        assert_eq!(full("a.txt").unwrap(), format!(r"{}\a.txt", current.trim_end_matches('\\')));
        assert_eq!(full("").err(), Some(Status::OBJECT_NAME_INVALID));
        assert_eq!(file_part(r"C:\a\b"), Some(5));
        assert_eq!(file_part(r"C:\a\"), None);
        assert_eq!(without_drive(r"C:\a"), r"\a");
    }
}
