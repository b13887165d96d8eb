//! The writing end of a mailslot.

use super::place;
use crate::fs::error::general;
use crate::fs::rights::{READS, WRITES, granted};
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Outcome, Overlapped, Started};
use crate::io::read_write::Way;
use crate::io::user_memory::UserBuffers;
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::Thread;
use crate::status::{Result, Status};
use crate::sys::datagram::{self, IpAddress};
use crate::sys::file::{self as linux, Patience};
use core::mem::MaybeUninit;
use rustix::event::PollFlags;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{Errno, IoSlice};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

/// What fits into one datagram whatever the system's limits are.
const DATAGRAM: usize = 64 * 1024;

/// The writing end.
pub struct Writer {
    fd: OwnedFd,
    limit: u32,
    access: u32,
}

impl Writer {
    /// Opens the mailslot of this name for writing.  Rights beyond that are given, and useless.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND`, `OBJECT_NAME_INVALID`, `ACCESS_DENIED`.
    pub fn open(name: &str, access: u32) -> Result<Writer> {
        let (fd, limit) = place::find(name)?;
        Ok(Writer { fd, limit, access: granted(access) })
    }

    /// Refuses what the end cannot do: reading always, writing if it was not opened for that.
    ///
    /// # Errors
    /// `ACCESS_DENIED`, or `INVALID_PARAMETER` for reading with the right to.
    pub fn permit(&self, way: Way) -> Result<()> {
        match way {
            Way::Read if self.access & READS != 0 => Err(Status::INVALID_PARAMETER),
            Way::Write if self.access & WRITES != 0 => Ok(()),
            _ => Err(Status::ACCESS_DENIED),
        }
    }

    /// Writes one message, which waits for nobody to read it.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for a message that is longer than the mailslot takes,
    /// `FILE_FORCED_CLOSED` after the mailslot's end, `ACCESS_VIOLATION` for wild memory,
    /// `CANCELLED` (CancelSynchronousIo, while nobody fetches messages).
    pub fn perform(&self, buffers: &UserBuffers) -> Result<Outcome> {
        let length = buffers.length();
        if self.limit != 0 && length > self.limit as usize {
            return Err(Status::INVALID_PARAMETER);
        }
        let long = if length > DATAGRAM { Some(in_memory(buffers)?) } else { None };
        loop {
            let sent = match &long {
                None => datagram::send(self.fd.as_fd(), buffers, 0, &IpAddress::NONE, None),
                Some(file) => self.send_file(file),
            };
            match sent {
                Ok(_) => return Ok(Outcome::bytes(length)),
                // Ten messages lie in the socket; somebody of the reader's process fetches them.
                Err(Errno::AGAIN) => {
                    let fd = self.fd.as_fd();
                    let thread = Thread::current();
                    let ended = thread.wait_for_fd(fd, PollFlags::OUT, Deadline::Never, false);
                    if ended == FdWait::Cancelled {
                        return Err(Status::CANCELLED);
                    }
                }
                Err(Errno::CONNREFUSED | Errno::NOTCONN | Errno::PIPE | Errno::CONNRESET) => {
                    return Err(Status::FILE_FORCED_CLOSED);
                }
                Err(error) => return Err(general(error)),
            }
        }
    }

    /// As [`Writer::perform`], told also to whom the OVERLAPPED names.
    ///
    /// # Errors
    /// As for [`Writer::perform`]; then nobody else is told.
    pub fn start(
        &self,
        file: &File,
        buffers: &UserBuffers,
        overlapped: &Overlapped,
    ) -> Result<Started> {
        overlapped.start(file);
        let outcome = self.perform(buffers)?;
        complete::deliver(file, overlapped, outcome, Timing::INLINE);
        Ok(Started::Done(outcome))
    }

    fn send_file(&self, file: &OwnedFd) -> core::result::Result<usize, Errno> {
        let files = [file.as_fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        control.push(SendAncillaryMessage::ScmRights(&files));
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        sendmsg(&self.fd, &[IoSlice::new(b"f")], &mut control, flags)
    }
}

/// The message as a file without a name.
fn in_memory(buffers: &UserBuffers) -> Result<OwnedFd> {
    let file = memfd_create("mailslot", MemfdFlags::CLOEXEC).map_err(general)?;
    let mut done = 0;
    while done < buffers.length() {
        let place = linux::Place::Next;
        done +=
            linux::write(file.as_fd(), buffers, done, place, Patience::Waits).map_err(general)?;
    }
    Ok(file)
}
