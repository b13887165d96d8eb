//! A file object as what it is open to.

use super::file::{Device, File};
use crate::afd::socket::Socket;
use crate::fs::disk_file::DiskFile;
use crate::msfs::mailslot::Mailslot;
use crate::msfs::writer::Writer;
use crate::npfs::anonymous::AnonymousPipe;
use crate::npfs::end::End;
use crate::status::{Result, Status};
use crate::sys::file::are_one;
use rustix::fd::BorrowedFd;

impl File {
    /// The socket.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` when it is open to something else.
    pub fn socket(&self) -> Result<&Socket> {
        match self.device() {
            Device::Socket(socket) => Ok(socket),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The end of an anonymous pipe.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it is open to something else.
    pub fn anonymous_pipe(&self) -> Result<&AnonymousPipe> {
        match self.device() {
            Device::AnonymousPipe(end) => Ok(end),
            _ => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }

    /// True when it is open to what the descriptor is open to, by the same opening.
    pub fn is_descriptor(&self, fd: BorrowedFd<'_>) -> bool {
        match self.device() {
            Device::Disk(disk) => disk.is_descriptor(fd),
            Device::AnonymousPipe(end) => are_one(end.fd(), fd),
            _ => false,
        }
    }

    /// The file on a disk.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it is open to something else.
    pub fn disk(&self) -> Result<&DiskFile> {
        match self.device() {
            Device::Disk(disk) => Ok(disk),
            _ => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }

    /// The end of a pipe.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it is open to something else.
    pub fn pipe(&self) -> Result<&End> {
        match self.device() {
            Device::Pipe(end) => Ok(end),
            _ => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }

    /// The reading end of a mailslot.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when it is open to something else.
    pub fn mailslot(&self) -> Result<&Mailslot> {
        match self.device() {
            Device::Mailslot(mailslot) => Ok(mailslot),
            _ => Err(Status::INVALID_PARAMETER),
        }
    }

    /// A writing end of a mailslot.
    ///
    /// # Errors
    /// As for [`File::mailslot`].
    pub fn mailslot_writer(&self) -> Result<&Writer> {
        match self.device() {
            Device::MailslotWriter(writer) => Ok(writer),
            _ => Err(Status::INVALID_PARAMETER),
        }
    }
}
