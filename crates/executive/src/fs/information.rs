//! What Windows tells of a file: attributes, times, sizes.

use super::error::general;
use super::open;
use super::share::Identity;
use crate::status::Result;
use crate::sys::file_status;
use core::mem::MaybeUninit;
use rustix::fd::BorrowedFd;
use rustix::fs::{self, AtFlags, FileType, Stat, Statx, StatxFlags};
use rustix::io::Errno;
use rustix::path::Arg;
use std::ffi::CStr;

/// `FILE_ATTRIBUTE_READONLY`
pub const READ_ONLY: u32 = 0x1;
/// `FILE_ATTRIBUTE_DIRECTORY`
pub const DIRECTORY: u32 = 0x10;
/// `FILE_ATTRIBUTE_ARCHIVE`: every file has it, as a new one on Windows.
pub const ARCHIVE: u32 = 0x20;
/// `FILE_ATTRIBUTE_DEVICE`
pub const DEVICE: u32 = 0x40;
/// `FILE_ATTRIBUTE_REPARSE_POINT`
pub const REPARSE_POINT: u32 = 0x400;
/// `IO_REPARSE_TAG_SYMLINK`
pub const SYMBOLIC_LINK: u32 = 0xA000_000C;

/// Seconds between 1601 and 1970.
const EPOCH: i64 = 11_644_473_600;
/// Bytes of a block, in which Linux counts what a file occupies.
const BLOCK: u64 = 512;

/// What Linux is asked for.
const WANTED: StatxFlags = StatxFlags::BASIC_STATS.union(StatxFlags::BTIME);

/// What is told of a file.  The times are FILETIMEs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Information {
    /// `FILE_ATTRIBUTE_` bits.
    pub attributes: u32,
    /// When it was made, if Linux knows; else the oldest time there is.
    pub created: u64,
    /// When it was last read.
    pub accessed: u64,
    /// When it was last written.
    pub written: u64,
    /// When anything about it last changed.
    pub changed: u64,
    /// Bytes in it; a directory and a link have none.
    pub size: u64,
    /// Bytes that it occupies.
    pub allocated: u64,
    /// Names.
    pub links: u32,
    /// Which file it is.
    pub identity: Identity,
}

impl Information {
    /// Of a device that has a name but is on no disk.
    pub fn of_device() -> Self {
        Information {
            attributes: ARCHIVE,
            created: 0,
            accessed: 0,
            written: 0,
            changed: 0,
            size: 0,
            allocated: 0,
            links: 1,
            identity: Identity { device: 0, inode: 0 },
        }
    }
}

/// A time of Linux' as a FILETIME; what is before 1601 is 0.
#[inline]
pub fn file_time(seconds: i64, nanoseconds: u32) -> u64 {
    let whole = seconds.saturating_add(EPOCH).max(0) as u64;
    whole.saturating_mul(10_000_000).saturating_add(u64::from(nanoseconds / 100))
}

/// The attributes that Linux' mode comes to.
fn attributes(mode: u32) -> u32 {
    let read_only = if mode & 0o222 == 0 { READ_ONLY } else { 0 };
    match FileType::from_raw_mode(mode) {
        FileType::Directory => DIRECTORY,
        FileType::Symlink => REPARSE_POINT,
        FileType::RegularFile => ARCHIVE | read_only,
        _ => DEVICE,
    }
}

/// Of the file of this name in a directory.  A symbolic link is told of itself; one to a directory
/// has that attribute too.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, `ACCESS_DENIED` and the others of Linux' statx.
#[inline]
pub fn of_name(directory: BorrowedFd<'_>, name: impl Arg + Copy) -> Result<Information> {
    let mut information = of_link(directory, name)?;
    if information.attributes & REPARSE_POINT != 0
        && of(directory, name, AtFlags::empty()).is_ok_and(|to| to.attributes & DIRECTORY != 0)
    {
        information.attributes |= DIRECTORY;
    }
    Ok(information)
}

/// As [`of_name`], where one after the other is asked for: it becomes part of the caller's code, so
/// that nothing is reckoned of which no use is made there.
///
/// # Errors
/// As for [`of_name`].
#[inline(always)]
pub(super) fn of_entry(directory: BorrowedFd<'_>, name: &CStr) -> Result<Information> {
    let (flags, mut place) = (AtFlags::SYMLINK_NOFOLLOW, MaybeUninit::uninit());
    match file_status::statx(directory, name, flags, WANTED, &mut place) {
        Ok(stat) if FileType::from_raw_mode(stat.stx_mode.into()) != FileType::Symlink => {
            Ok(of_statx(stat))
        }
        _ => of_seldom(directory, name),
    }
}

#[cold]
#[inline(never)]
fn of_seldom(directory: BorrowedFd<'_>, name: &CStr) -> Result<Information> {
    of_name(directory, name)
}

#[inline]
fn of_link(directory: BorrowedFd<'_>, name: impl Arg + Copy) -> Result<Information> {
    of(directory, name, AtFlags::SYMLINK_NOFOLLOW)
}

/// Of the open file.
///
/// # Errors
/// Those of Linux' statx.
pub fn of_file(file: BorrowedFd<'_>) -> Result<Information> {
    of(file, c"", AtFlags::EMPTY_PATH)
}

#[inline]
fn of(directory: BorrowedFd<'_>, name: impl Arg + Copy, flags: AtFlags) -> Result<Information> {
    let mut place = MaybeUninit::uninit();
    let found = name.into_with_c_str(|name| {
        file_status::statx(directory, name, flags, WANTED, &mut place).map(of_statx)
    });
    match found {
        Ok(found) => Ok(found),
        // An old sandbox knows the older call only.
        Err(Errno::NOSYS | Errno::PERM) => {
            fs::statat(directory, name, flags).map(|stat| of_stat(&stat)).map_err(general)
        }
        Err(error) => Err(general(error)),
    }
}

#[inline(always)]
fn of_statx(stat: &Statx) -> Information {
    let time = |time: &rustix::fs::StatxTimestamp| file_time(time.tv_sec, time.tv_nsec);
    let (written, changed) = (time(&stat.stx_mtime), time(&stat.stx_ctime));
    let knows_birth = StatxFlags::from_bits_retain(stat.stx_mask).contains(StatxFlags::BTIME);
    let attributes = attributes(stat.stx_mode.into());
    let device = fs::makedev(stat.stx_dev_major, stat.stx_dev_minor);
    Information {
        attributes,
        created: if knows_birth { time(&stat.stx_btime) } else { written.min(changed) },
        accessed: time(&stat.stx_atime),
        written,
        changed,
        size: size(attributes, stat.stx_size),
        allocated: size(attributes, stat.stx_blocks * BLOCK),
        links: stat.stx_nlink,
        identity: Identity { device, inode: stat.stx_ino },
    }
}

fn of_stat(stat: &Stat) -> Information {
    let time = |seconds: i64, nanoseconds: u64| file_time(seconds, nanoseconds as u32);
    let written = time(stat.st_mtime, stat.st_mtime_nsec);
    let changed = time(stat.st_ctime, stat.st_ctime_nsec);
    let attributes = attributes(stat.st_mode);
    Information {
        attributes,
        created: written.min(changed),
        accessed: time(stat.st_atime, stat.st_atime_nsec),
        written,
        changed,
        // Neither is ever negative.
        size: size(attributes, stat.st_size as u64),
        allocated: size(attributes, stat.st_blocks as u64 * BLOCK),
        links: u32::try_from(stat.st_nlink).unwrap_or(u32::MAX),
        identity: open::identity(stat),
    }
}

fn size(attributes: u32, bytes: u64) -> u64 {
    if attributes & (DIRECTORY | REPARSE_POINT) != 0 { 0 } else { bytes }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use rustix::fs::CWD;

    #[test]
    fn times_count_from_1601() {
        assert_eq!(file_time(0, 0), 116_444_736_000_000_000);
        assert_eq!(file_time(-EPOCH, 100), 1);
        assert_eq!(file_time(i64::MIN, 0), 0);
    }

    #[test]
    fn both_calls_of_linux_tell_the_same() {
        let new = of_name(CWD, "Cargo.toml").unwrap();
        let old = of_stat(&fs::stat("Cargo.toml").unwrap());
        assert_eq!(Information { created: old.created, ..new }, old);
        assert_eq!(new.attributes & (DIRECTORY | ARCHIVE), ARCHIVE);
        assert!(new.created <= new.changed && new.size > 0);
        assert_eq!(of_name(CWD, "src").unwrap().attributes, DIRECTORY);
    }
}
