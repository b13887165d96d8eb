//! What a program is given when it begins: Linux' descriptors 0, 1 and 2, as files.

use super::disk_file::{DiskFile, Kind};
use super::error::general;
use super::rights::{READ_DATA, WRITES};
use crate::status::{Result, Status};
use rustix::fd::AsFd;
use rustix::fs::{self, FileType, OFlags};
use rustix::io::Errno;

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
/// `TOO_MANY_OPENED_FILES`; `NOT_SUPPORTED` for a directory.
pub fn open(stream: Stream) -> Result<Option<DiskFile>> {
    let copied = match stream {
        Stream::Input => std::io::stdin().as_fd().try_clone_to_owned(),
        Stream::Output => std::io::stdout().as_fd().try_clone_to_owned(),
        Stream::Error => std::io::stderr().as_fd().try_clone_to_owned(),
    };
    let fd = match copied {
        Ok(fd) => fd,
        Err(error) => {
            return match Errno::from_io_error(&error) {
                Some(Errno::BADF) | None => Ok(None),
                Some(error) => Err(general(error)),
            };
        }
    };
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
    Ok(Some(DiskFile::of_descriptor(fd, kind, reads | writes)))
}
