//! The file of a shared name: who may make it, who uses it, when it goes.
//!
//! Everything here is done under the gate, the lock of the file that has the name
//! ([`Directory::lock`]).  A process that has handles shares the lock of the byte USERS through an
//! opening of its own; it is lost with the process, and then the file is nobody's.  Such a file is
//! never used again, because a thread that waits without a handle may still have it mapped, but
//! removed by the next who comes across it.

use super::page::LENGTH;
use super::{is_byte_locked, try_lock_byte};
use crate::fs::error::general;
use crate::status::{Result, Status};
use crate::sys::range_lock::Hold;
use crate::sys::runtime_directory::{self, Directory, file_name};
use crate::sys::shared_memory::SharedMemory;
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags, open as open_path};
use rustix::io::fcntl_dupfd_cloexec;
use std::sync::OnceLock;

/// The byte whose lock the processes share that have handles.
const USERS: u64 = 1 << 40;
/// So many names at most are looked at for remains.
const SWEPT: usize = 500;

/// Where the names are; None when there is no such place.
pub(super) fn directory() -> Option<&'static Directory> {
    static DIRECTORY: OnceLock<Option<Directory>> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| runtime_directory::open("object").ok()).as_ref()?;
    static SWEEP: OnceLock<()> = OnceLock::new();
    SWEEP.get_or_init(|| sweep(directory));
    Some(directory)
}

/// A name in use by this process; dropping it ends that.
pub(in crate::ob) struct NameFile {
    directory: &'static Directory,
    name: String,
    file: OwnedFd,
}

impl NameFile {
    /// The file.
    pub(super) fn file(&self) -> &OwnedFd {
        &self.file
    }

    /// Another opening of the file, which uses the name by itself: for a child.
    ///
    /// # Errors
    /// `TOO_MANY_OPENED_FILES`.
    pub(super) fn reopen(&self) -> Result<OwnedFd> {
        let path = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        let file = open_path(path, OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
        let file = file.map_err(general)?;
        match try_lock_byte(&file, USERS, Hold::Shared) {
            true => fcntl_dupfd_cloexec(&file, 3).map_err(general),
            false => Err(Status::UNSUCCESSFUL),
        }
    }

    /// What the parent has opened so.
    pub(super) fn of_parent(directory: &'static Directory, name: &str, file: OwnedFd) -> Self {
        NameFile { directory, name: file_name(name), file }
    }
}

impl Drop for NameFile {
    fn drop(&mut self) {
        // Without the gate it stays as remains.
        if let Ok(_gate) = self.directory.lock(&self.name)
            && !is_byte_locked(&self.file, USERS)
        {
            self.directory.remove(&self.name);
        }
    }
}

/// The object of this name and true, or a new one, which `begin` writes into a page of zeros in a
/// file.
///
/// # Errors
/// `UNSUCCESSFUL` when what is there is no object, and those of the file system.
pub(super) fn create(
    directory: &'static Directory,
    name: &str,
    begin: impl FnOnce(&SharedMemory, &OwnedFd) -> Result<()>,
) -> Result<(NameFile, SharedMemory, bool)> {
    let name = file_name(name);
    loop {
        let _gate = directory.lock(&name)?;
        let file = directory.file(&name)?;
        if is_byte_locked(&file, USERS) {
            let (file, memory) = enter(directory, name, file)?;
            return Ok((file, memory, true));
        }
        if length(&file)? != 0 {
            directory.remove(&name);
            continue;
        }
        let begun = SharedMemory::map(file.as_fd(), LENGTH)
            .and_then(|memory| begin(&memory, &file).map(|()| memory));
        let memory = begun.inspect_err(|_| directory.remove(&name))?;
        let (file, memory) = enter_mapped(directory, name, file, memory)?;
        return Ok((file, memory, false));
    }
}

/// The object of this name.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, and those of [`create`].
pub(super) fn open(directory: &'static Directory, name: &str) -> Result<(NameFile, SharedMemory)> {
    let name = file_name(name);
    // The gate would make the file.
    drop(directory.existing_file(&name)?);
    let _gate = directory.lock(&name)?;
    let file = directory.file(&name)?;
    if !is_byte_locked(&file, USERS) {
        directory.remove(&name);
        return Err(Status::OBJECT_NAME_NOT_FOUND);
    }
    enter(directory, name, file)
}

fn length(file: &OwnedFd) -> Result<u64> {
    let stat = rustix::fs::fstat(file).map_err(general)?;
    Ok(u64::try_from(stat.st_size).unwrap_or(0))
}

/// Becomes a user of what others use.
fn enter(
    directory: &'static Directory,
    name: String,
    file: OwnedFd,
) -> Result<(NameFile, SharedMemory)> {
    if length(&file)? < LENGTH as u64 {
        return Err(Status::UNSUCCESSFUL);
    }
    let memory = SharedMemory::map(file.as_fd(), LENGTH)?;
    enter_mapped(directory, name, file, memory)
}

fn enter_mapped(
    directory: &'static Directory,
    name: String,
    file: OwnedFd,
    memory: SharedMemory,
) -> Result<(NameFile, SharedMemory)> {
    // Nobody locks it alone.
    if try_lock_byte(&file, USERS, Hold::Shared) {
        Ok((NameFile { directory, name, file }, memory))
    } else {
        Err(Status::UNSUCCESSFUL)
    }
}

/// Removes what the dead have left.
fn sweep(directory: &Directory) {
    for name in directory.names().unwrap_or_default().iter().take(SWEPT) {
        let unused =
            || directory.existing_file(name).is_ok_and(|file| !is_byte_locked(&file, USERS));
        if unused()
            && let Ok(_gate) = directory.lock(name)
            && unused()
        {
            directory.remove(name);
        }
    }
}
