//! The names of the extended attributes that a file has.
#![allow(unsafe_code)]

use super::net::keep_errno;
use crate::sync::{AtomicBool, Ordering};
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::fs;
use rustix::io::Errno;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes that the names of most files fit into.
pub const ROOM: usize = 256;

/// Linux has had the call since 6.13; its number is the same everywhere.
const SYS_LISTXATTRAT: libc::c_long = 465;

static IS_MISSING: AtomicBool = AtomicBool::new(false);

/// The names, each with its terminator, of what has a name in an open directory; a link is asked
/// itself.  The directory's path serves where Linux cannot be asked by the descriptor.
///
/// # Errors
/// `RANGE` when there are more, those of Linux' listxattr.
pub fn of_entry<'room>(
    directory: BorrowedFd<'_>,
    folder: &Path,
    name: &CStr,
    room: &'room mut [u8; ROOM],
) -> Result<&'room [u8], Errno> {
    if !IS_MISSING.load(Ordering::Relaxed) {
        match list_at(directory, name, room) {
            // A sandbox may say that it is not permitted.
            Err(Errno::NOSYS | Errno::PERM) => IS_MISSING.store(true, Ordering::Relaxed),
            Ok(length) => return Ok(&room[..length]),
            Err(error) => return Err(error),
        }
    }
    let path = folder.join(OsStr::from_bytes(name.to_bytes()));
    let length = fs::llistxattr(path, &mut room[..])?;
    Ok(&room[..length])
}

fn list_at(directory: BorrowedFd<'_>, name: &CStr, room: &mut [u8; ROOM]) -> Result<usize, Errno> {
    // SAFETY: the name is terminated, and the room as large as it is said to be.
    keep_errno(|| unsafe {
        libc::syscall(
            SYS_LISTXATTRAT,
            directory.as_raw_fd(),
            name.as_ptr(),
            libc::AT_SYMLINK_NOFOLLOW,
            room.as_mut_ptr(),
            ROOM,
        ) as isize
    })
}
