//! The section: a file, or memory without a name in any directory, that views can be made of.
//!
//! As long as a file has a section, in whatever process, it cannot be cut off (1224);
//! [`check_size`] is asked before.

use crate::fs::disk_file::{DiskFile, Kind};
use crate::fs::error::general;
use crate::fs::information;
use crate::fs::lock_file::{SectionLock, has_longer_section};
use crate::fs::rights::{EXECUTE, READ_DATA, WRITE_DATA};
use crate::fs::share::Identity;
use crate::ke::dispatcher::{self, Dispatcher};
use crate::status::{Result, Status};
use crate::sys::mapping::PAGE;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, FallocateFlags, MemfdFlags};
use rustix::io::Errno;

/// What its views may do, beside reading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Write to the memory itself.
    pub write: bool,
    /// Be executed.
    pub execute: bool,
}

/// A section.
pub struct Section {
    memory: OwnedFd,
    /// Where it begins in that: other processes' memory has something before it.
    start: u64,
    size: u64,
    rights: Rights,
    file: Option<Identity>,
    /// Keeps that from being cut off.
    _lock: Option<SectionLock>,
    signal: Dispatcher,
}

/// Bytes that a section of so many has: whole pages.
///
/// # Errors
/// `SECTION_TOO_BIG`.
fn whole_pages(size: u64) -> Result<u64> {
    let whole = size.checked_next_multiple_of(PAGE as u64);
    whole.filter(|&size| i64::try_from(size).is_ok()).ok_or(Status::SECTION_TOO_BIG)
}

impl Section {
    /// A section of memory or of a file that is at least so long.
    pub fn new(memory: OwnedFd, size: u64, rights: Rights) -> Self {
        let signal = Dispatcher::new(dispatcher::Kind::Notification, 1);
        Section { memory, start: 0, size, rights, file: None, _lock: None, signal }
    }

    /// A section that was made in another process: of a file, or of memory, in which it begins at
    /// `start`.
    pub fn of_another(
        memory: OwnedFd,
        start: u64,
        size: u64,
        rights: Rights,
        file: Option<Identity>,
    ) -> Self {
        let lock = file.and_then(|file| SectionLock::new(file, size));
        Section { start, file, _lock: lock, ..Section::new(memory, size, rights) }
    }

    /// A section of new memory, which is all zero.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` without a size, `SECTION_TOO_BIG`, `COMMITMENT_LIMIT`,
    /// `TOO_MANY_OPENED_FILES`.
    pub fn of_memory(size: u64, rights: Rights) -> Result<Self> {
        if size == 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        let size = whole_pages(size)?;
        let memory = fs::memfd_create("lapwing-section", MemfdFlags::CLOEXEC).map_err(general)?;
        fs::ftruncate(&memory, size).map_err(|_| Status::COMMITMENT_LIMIT)?;
        Ok(Section::new(memory, size, rights))
    }

    /// A section of an open file, which grows if it is shorter and its views may write; 0: as long
    /// as the file is.
    ///
    /// # Errors
    /// `INVALID_FILE_FOR_SECTION` for what is on no disk, `ACCESS_DENIED` when the file was opened
    /// for less, `MAPPED_FILE_SIZE_ZERO`, `SECTION_TOO_BIG` when it may not grow, `DISK_FULL`.
    pub fn of_file(file: &DiskFile, size: u64, rights: Rights) -> Result<Self> {
        if file.kind() != Kind::Disk {
            return Err(Status::INVALID_FILE_FOR_SECTION);
        }
        file.require(READ_DATA)?;
        if rights.write {
            file.require(WRITE_DATA)?;
        }
        if rights.execute {
            file.require(EXECUTE)?;
        }
        let memory = file.try_clone_descriptor()?;
        let known = information::of_file(memory.as_fd())?;
        let size = match (size, known.size) {
            (0, 0) => return Err(Status::MAPPED_FILE_SIZE_ZERO),
            (0, own) => own,
            (wanted, own) if wanted > own => {
                if !rights.write || i64::try_from(wanted).is_err() {
                    return Err(Status::SECTION_TOO_BIG);
                }
                grow(memory.as_fd(), wanted)?;
                wanted
            }
            (wanted, _) => wanted,
        };
        Ok(Section::of_another(memory, 0, size, rights, Some(known.identity)))
    }

    /// Bytes in it.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What its views may do.
    pub fn rights(&self) -> Rights {
        self.rights
    }

    /// The file that it is of; None for memory.
    pub fn file(&self) -> Option<Identity> {
        self.file
    }

    /// Where it begins in [`Section::memory`].
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The file, or the memory.
    pub fn memory(&self) -> BorrowedFd<'_> {
        self.memory.as_fd()
    }

    /// Always signalled: nothing waits for a section.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.signal
    }
}

/// A file gets longer, with room on the disk for all of it where the file system can say so.
fn grow(file: BorrowedFd<'_>, size: u64) -> Result<()> {
    match fs::fallocate(file, FallocateFlags::empty(), 0, size) {
        Ok(()) => Ok(()),
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => fs::ftruncate(file, size).map_err(general),
        Err(error) => Err(general(error)),
    }
}

/// Whether a file may have this size from now on.
///
/// # Errors
/// `USER_MAPPED_FILE` when a section of it is longer.
pub fn check_size(file: BorrowedFd<'_>, size: u64) -> Result<()> {
    let known = information::of_file(file)?;
    match size < known.size && has_longer_section(known.identity, size) {
        true => Err(Status::USER_MAPPED_FILE),
        false => Ok(()),
    }
}
