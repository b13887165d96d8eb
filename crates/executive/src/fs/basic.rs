//! The attributes and times that a program may change, and where an open file's name is.
//!
//! Linux cannot be told when a file was made; a time that a program has set is kept in the extended
//! attribute `user.lapwing.created`, if the file system has such.

use super::error::general;
use super::information::{self, Information, REPARSE_POINT};
use super::kept::{self, CREATED};
use crate::status::{Result, Status};
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::fs::{self, AtFlags, Timespec, Timestamps, XattrFlags};
use std::path::{Path, PathBuf};

/// A time as Windows has it: units of 100 ns since the beginning of 1601.
pub type FileTime = u64;

const UNITS_PER_SECOND: i64 = 10_000_000;
/// Seconds from 1601 to 1970.
const TO_UNIX: i64 = 11_644_473_600;

fn to_linux(time: FileTime) -> Timespec {
    let units = time.min(i64::MAX as u64) as i64;
    Timespec { tv_sec: units / UNITS_PER_SECOND - TO_UNIX, tv_nsec: units % UNITS_PER_SECOND * 100 }
}

/// A path that leads to an open file, whatever its descriptor may do.
pub fn path_of(fd: BorrowedFd<'_>) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd()))
}

/// Where an open file's name is by now.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when it has none any more.
pub fn name_of(fd: BorrowedFd<'_>) -> Result<PathBuf> {
    let name = std::fs::read_link(path_of(fd)).map_err(|_| Status::OBJECT_NAME_NOT_FOUND)?;
    let own = fs::fstat(fd).map_err(general)?;
    let named = fs::lstat(&name).map_err(|_| Status::OBJECT_NAME_NOT_FOUND)?;
    let is_it = (named.st_dev, named.st_ino) == (own.st_dev, own.st_ino);
    if is_it { Ok(name) } else { Err(Status::OBJECT_NAME_NOT_FOUND) }
}

/// About an open file, with what is kept beside Linux' own.
///
/// # Errors
/// Those of Linux.
pub fn of_descriptor(fd: BorrowedFd<'_>) -> Result<Information> {
    let found = information::of_file(fd)?;
    if found.attributes & REPARSE_POINT != 0 {
        // Where it leads its name tells, not the descriptor.
        return name_of(fd).and_then(|name| of_path(&name)).or(Ok(found));
    }
    Ok(kept::complete(found, &path_of(fd)))
}

/// About what stands at a path, with what is kept beside Linux' own.
///
/// # Errors
/// Those of Linux.
pub fn of_path(path: &Path) -> Result<Information> {
    information::of_name(fs::CWD, path).map(|found| kept::complete(found, path))
}

/// Times that a file is to have; those that are None stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was made; passed over where the file system cannot keep it.
    pub created: Option<FileTime>,
    /// When it was last read.
    pub accessed: Option<FileTime>,
    /// When it was last written.
    pub written: Option<FileTime>,
}

/// Gives an open file other times.
///
/// # Errors
/// `ACCESS_DENIED`, those of Linux.
pub fn set_times(fd: BorrowedFd<'_>, times: Times) -> Result<()> {
    let path = path_of(fd);
    if times.accessed.is_some() || times.written.is_some() {
        let omitted = Timespec { tv_sec: 0, tv_nsec: fs::UTIME_OMIT };
        let stamps = Timestamps {
            last_access: times.accessed.map_or(omitted, to_linux),
            last_modification: times.written.map_or(omitted, to_linux),
        };
        fs::utimensat(fs::CWD, &path, &stamps, AtFlags::empty()).map_err(general)?;
    }
    if let Some(created) = times.created {
        let kept = fs::setxattr(&path, CREATED, &created.to_le_bytes(), XattrFlags::empty());
        // As on Windows' file systems that do not know it.
        let _passed_over = kept;
    }
    Ok(())
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_worlds() {
        let back = to_linux(116_444_736_010_000_001);
        assert_eq!((back.tv_sec, back.tv_nsec), (1, 100));
        assert_eq!(to_linux(0).tv_sec, -TO_UNIX);
        assert_eq!(information::file_time(1, 199), 116_444_736_010_000_001);
    }
}
