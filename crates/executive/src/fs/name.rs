//! What is done to a file by its name: deleting it, finding a temporary one.

use super::error::general;
use super::open;
use super::path::{self, Place};
use super::rights::DELETE;
use super::share::{SHARE_ALL, Sharing};
use crate::status::{Result, Status};
use rustix::fd::OwnedFd;
use rustix::fs::{self, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::path::{Path, PathBuf};

/// What stands at a path; a link is not followed.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, `OBJECT_PATH_NOT_FOUND` when its folder is not there either, those of
/// Linux.
pub(super) fn look(place: &Place) -> Result<Stat> {
    fs::lstat(&place.path).map_err(|error| match error {
        Errno::NOENT if place.path.parent().is_some_and(Path::is_dir) => general(error),
        Errno::NOENT => Status::OBJECT_PATH_NOT_FOUND,
        other => general(other),
    })
}

/// Keeps what stands at a path in being, whatever is done to its name: while it is there, Linux
/// gives its number to no new file, which would be taken for it and refused for its sake.  A link
/// is not followed.  None when there is nothing, or no descriptor for it.
pub(super) fn hold(path: &Path) -> Option<OwnedFd> {
    fs::open(path, OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// Deletes a file.  Whoever has it open and shares that keeps what is in it.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, `OBJECT_PATH_NOT_FOUND`, `SHARING_VIOLATION`; `ACCESS_DENIED` also for
/// a read-only file; `FILE_IS_A_DIRECTORY`.
pub fn delete(name: &str) -> Result<()> {
    let place = path::resolve(name)?;
    let _held = hold(&place.path);
    let stat = look(&place)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => return Err(Status::FILE_IS_A_DIRECTORY),
        _ if place.of_directory => return Err(Status::OBJECT_NAME_INVALID),
        FileType::RegularFile if stat.st_mode & 0o222 == 0 => return Err(Status::ACCESS_DENIED),
        _ => {}
    }
    let _sharing = Sharing::enter(open::identity(&stat), DELETE, SHARE_ALL)?;
    fs::unlink(&place.path).map_err(general)
}

/// The folder for temporary files: `TMP`, `TEMP`, `TMPDIR`, or Linux' own.
pub fn temporary_folder() -> PathBuf {
    let named = ["TMP", "TEMP", "TMPDIR"].iter().find_map(|name| std::env::var(name).ok());
    let named = named.filter(|name| !name.is_empty()).and_then(|name| path::resolve(&name).ok());
    named.map_or_else(|| PathBuf::from("/tmp"), |place| place.path)
}

/// What a temporary file is called.
fn temporary_name(prefix: &str, number: u16) -> String {
    format!("{prefix}{number:X}.tmp")
}

/// A name for a temporary file in a folder, as the program sees it, and its number.  With the
/// number 0 one is chosen, and an empty file is made under the name.
///
/// # Errors
/// `NOT_A_DIRECTORY` when there is no such folder, `ACCESS_DENIED`, `OBJECT_NAME_COLLISION` when
/// all 65,535 are taken.
pub fn temporary(folder: &str, prefix: &str, number: u16) -> Result<(String, u16)> {
    let place = path::resolve(folder).map_err(|_| Status::NOT_A_DIRECTORY)?;
    if !place.path.is_dir() {
        return Err(Status::NOT_A_DIRECTORY);
    }
    let whole = |number| {
        let separator = if place.of_directory { "" } else { r"\" };
        (format!("{folder}{separator}{}", temporary_name(prefix, number)), number)
    };
    if number != 0 {
        return Ok(whole(number));
    }
    let first = rustix::process::getpid().as_raw_nonzero().get() as u16;
    for step in 0..=u16::MAX {
        let number = first.wrapping_add(step);
        if number == 0 {
            continue;
        }
        let path = path::resolve(&whole(number).0)?.path;
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
        match fs::open(path, flags, Mode::from(0o600)) {
            Ok(_made) => return Ok(whole(number)),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(general(error)),
        }
    }
    Err(Status::OBJECT_NAME_COLLISION)
}
