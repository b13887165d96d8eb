//! What a program has as a descriptor of Linux' already, as files: 0, 1 and 2, with which it
//! begins, and those of the C run-time.

use super::disk_file::{DiskFile, Kind};
use super::error::general;
use super::rights::{READ_DATA, WRITES};
use crate::io::file::Device;
use crate::npfs::anonymous::AnonymousPipe;
use crate::status::{Result, Status};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::fs::{self, FileType, OFlags};
use rustix::io::Errno;

/// Copies stay behind the three that a program begins with.
const FIRST: i32 = 3;

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Descriptor 0
    Input,
    /// Descriptor 1
    Output,
    /// Descriptor 2
    Error,
}

/// A file for what the stream leads to, open as long as the file is; None when there is nothing.
///
/// # Errors
/// As for [`of_descriptor`].
pub fn open(stream: Stream) -> Result<Option<Device>> {
    let file = match stream {
        Stream::Input => of_descriptor(std::io::stdin().as_fd()),
        Stream::Output => of_descriptor(std::io::stdout().as_fd()),
        Stream::Error => of_descriptor(std::io::stderr().as_fd()),
    };
    match file {
        Err(Status::INVALID_HANDLE) => Ok(None),
        file => file.map(Some),
    }
}

/// The descriptor of a stream, by its number.
pub fn descriptor(stream: usize) -> BorrowedFd<'static> {
    match stream {
        0 => rustix::stdio::stdin(),
        1 => rustix::stdio::stdout(),
        _ => rustix::stdio::stderr(),
    }
}

/// A file for what the descriptor is open to; the position is one with the descriptor's.
///
/// # Errors
/// `INVALID_HANDLE` when it is not open, `TOO_MANY_OPENED_FILES`, `NOT_SUPPORTED` for a directory.
pub fn of_descriptor(fd: BorrowedFd<'_>) -> Result<Device> {
    let fd = rustix::io::fcntl_dupfd_cloexec(fd, FIRST).map_err(|error| match error {
        Errno::BADF => Status::INVALID_HANDLE,
        error => general(error),
    })?;
    let stat = fs::fstat(&fd).map_err(general)?;
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile | FileType::BlockDevice => Kind::Disk,
        FileType::CharacterDevice => Kind::Character,
        FileType::Fifo | FileType::Socket => Kind::Pipe,
        _ => return Err(Status::NOT_SUPPORTED),
    };
    let flags = fs::fcntl_getfl(&fd).map_err(general)?;
    let reads = if flags.contains(OFlags::WRONLY) { 0 } else { READ_DATA };
    let writes = if flags.intersects(OFlags::WRONLY | OFlags::RDWR) { WRITES } else { 0 };
    Ok(match kind {
        Kind::Pipe => Device::AnonymousPipe(AnonymousPipe::new(fd, reads | writes)),
        _ => Device::Disk(DiskFile::of_descriptor(fd, kind, reads | writes)),
    })
}
