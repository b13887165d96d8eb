//! What is kept beside a file because Linux has no place for it: extended attributes.
//!
//! Most files have none, and whoever lists a directory asks for each of them; so the first question
//! is always which there are, and it costs one system call.  Nothing that stat tells says whether
//! there are any: not even that a file was not changed since it was made, for whoever copies one
//! with all that is beside it may be done before the clock's next tick.

use super::basic::FileTime;
use super::information::{Information, REPARSE_POINT};
use super::{attributes, basic};
use crate::sys::kept_names::{self, Asker};
use rustix::fd::BorrowedFd;
use rustix::fs;
use rustix::io::Errno;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// `FILE_ATTRIBUTE_` bits, as Wine and Samba keep them: `0x` and hexadecimal digits.
pub(super) const ATTRIBUTES: &str = "user.DOSATTRIB";
/// When the file was made, as a program has said it.
pub(super) const CREATED: &str = "user.lapwing.created";

/// What is kept beside one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) attributes: Option<u32>,
    pub(super) created: Option<FileTime>,
}

impl Kept {
    /// Beside what stands at a path; a link at its end is followed.
    pub(super) fn beside(path: &Path) -> Kept {
        let mut names = [0; kept_names::ROOM];
        let found = fs::listxattr(path, &mut names[..]).map(|length| &names[..length]);
        Kept::named(found, || path.to_path_buf())
    }

    /// Reads those that are among the names.
    fn named<P: AsRef<Path>>(names: Result<&[u8], Errno>, path: impl Fn() -> P) -> Kept {
        let has = |name: &str| match names {
            Ok(names) => names.split(|&byte| byte == 0).any(|other| other == name.as_bytes()),
            // There are many.
            Err(error) => error == Errno::RANGE,
        };
        Kept {
            attributes: if has(ATTRIBUTES) { read_attributes(path().as_ref()) } else { None },
            created: if has(CREATED) { read_created(path().as_ref()) } else { None },
        }
    }

    /// What is told of the file, with what is kept.
    #[inline]
    fn complete(self, found: Information) -> Information {
        let attributes = attributes::with_kept(found.attributes, self.attributes);
        Information { attributes, created: self.created.unwrap_or(found.created), ..found }
    }
}

fn read_attributes(path: &Path) -> Option<u32> {
    let mut text = [0_u8; 64];
    let length = fs::getxattr(path, ATTRIBUTES, &mut text[..]).ok()?;
    let text = text.get(..length)?.strip_prefix(b"0x")?;
    let end = text.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(text.len());
    u32::from_str_radix(core::str::from_utf8(&text[..end]).ok()?, 16).ok()
}

/// When the file at a path was made, if a program has said it.
pub(super) fn read_created(path: &Path) -> Option<FileTime> {
    let mut bytes = [0_u8; 8];
    let is_whole = fs::getxattr(path, CREATED, &mut bytes[..]) == Ok(bytes.len());
    is_whole.then(|| u64::from_le_bytes(bytes))
}

/// What is told of what stands at a path, with what is kept; beside a link nothing is.
pub(super) fn complete(found: Information, path: &Path) -> Information {
    match found.attributes & REPARSE_POINT {
        0 => Kept::beside(path).complete(found),
        _ => found,
    }
}

/// The same of what has a name in an open directory.
#[inline(always)]
pub(super) fn complete_entry(
    found: Information,
    asker: &mut Asker,
    directory: BorrowedFd<'_>,
    name: &CStr,
) -> Information {
    if found.attributes & REPARSE_POINT != 0 {
        return found;
    }
    match asker.names(directory, name) {
        Ok([]) => found,
        names => of_entry(names, directory, name).complete(found),
    }
}

#[cold]
#[inline(never)]
fn of_entry(names: Result<&[u8], Errno>, directory: BorrowedFd<'_>, name: &CStr) -> Kept {
    let path = || basic::path_of(directory).join(OsStr::from_bytes(name.to_bytes()));
    Kept::named(names, path)
}
