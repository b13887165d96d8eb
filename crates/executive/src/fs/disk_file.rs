//! An open file: reading, writing, its position, its size.
//!
//! Only a file that is not overlapped has a position.  Its lock is held during the transfer, as NT
//! serialises the calls on a synchronous file object.

use super::error::general;
use super::rights::{READ_DATA, WRITE_DATA, WRITES};
use super::share::{Identity, Sharing};
use crate::afd::request::Started;
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Outcome, Overlapped};
use crate::io::user_memory::UserBuffers;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, Mutex, MutexGuard, Ordering};
use crate::sys::file as linux;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, SeekFrom};
use std::io::IsTerminal;
use std::path::PathBuf;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On a disk: it has a size, and places that can be read and written.
    Disk,
    /// A directory, which can be neither read nor written.
    Directory,
    /// A device that gives and takes bytes in their order.
    Character,
    /// A pipe of Linux', or a socket, that the program was given: it does the same.
    Pipe,
}

/// A name that goes with the last handle.
pub(super) struct Doomed {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
}

/// A request for one transfer.
pub struct Transfer {
    /// The OVERLAPPED, and the place that stands in it.
    pub overlapped: Option<(Overlapped, u64)>,
    /// The program's memory.
    pub buffers: UserBuffers,
}

/// From where a distance is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `FILE_BEGIN`
    Begin,
    /// `FILE_CURRENT`
    Current,
    /// `FILE_END`
    End,
}

/// A place in an OVERLAPPED that stands for the end of the file, for a write.
const WRITE_TO_END: u64 = u64::MAX;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Read,
    Write,
}

/// An open file on a disk, or what else a path leads to.
pub struct DiskFile {
    fd: OwnedFd,
    kind: Kind,
    access: u32,
    /// It may be written to, but only at its end.
    appends: bool,
    /// The position is the descriptor's: others use it too, printf for one.
    shares_position: AtomicBool,
    position: Mutex<u64>,
    sharing: Mutex<Option<Sharing>>,
    doomed: Mutex<Option<Doomed>>,
}

impl DiskFile {
    pub(super) fn new(
        fd: OwnedFd,
        kind: Kind,
        access: u32,
        appends: bool,
        sharing: Option<Sharing>,
        doomed: Option<Doomed>,
    ) -> Self {
        let (sharing, doomed) = (Mutex::new(sharing), Mutex::new(doomed));
        let (position, shares_position) = (Mutex::new(0), AtomicBool::new(false));
        DiskFile { fd, kind, access, appends, shares_position, position, sharing, doomed }
    }

    /// What somebody else has opened; its position stays the descriptor's.
    pub(super) fn of_descriptor(fd: OwnedFd, kind: Kind, access: u32) -> Self {
        let file = DiskFile::new(fd, kind, access, false, None, None);
        file.shares_position.store(true, Ordering::Relaxed);
        file
    }

    /// Another descriptor for the file; from now on the position is one with the descriptors'.
    ///
    /// # Errors
    /// `TOO_MANY_OPENED_FILES`.
    pub fn descriptor(&self) -> Result<OwnedFd> {
        let mut position = self.lock_position()?;
        let fd = self.fd.try_clone().map_err(|_| Status::TOO_MANY_OPENED_FILES)?;
        let at = *position;
        // Under the position's lock, which orders it.
        self.shares_position.store(true, Ordering::Relaxed);
        self.move_to(&mut position, at)?;
        Ok(fd)
    }

    /// True when the descriptor is one with the file's own.
    pub fn is_descriptor(&self, fd: BorrowedFd<'_>) -> bool {
        linux::are_one(self.fd.as_fd(), fd)
    }

    /// The position is the descriptor's.
    fn shares_position(&self) -> bool {
        self.shares_position.load(Ordering::Relaxed) && self.kind == Kind::Disk
    }

    /// What sort of file it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// True for a terminal.
    pub fn is_console(&self) -> bool {
        self.kind == Kind::Character && self.fd.is_terminal()
    }

    /// The descriptor, for reading at a place.
    ///
    /// # Errors
    /// `ACCESS_DENIED` when the file was not opened for reading.
    pub fn readable(&self) -> Result<BorrowedFd<'_>> {
        self.require(READ_DATA).map(|()| self.fd.as_fd())
    }

    /// `ACCESS_DENIED` when the file was opened with none of these rights.
    fn require(&self, rights: u32) -> Result<()> {
        if self.access & rights == 0 { Err(Status::ACCESS_DENIED) } else { Ok(()) }
    }

    /// Reads what there is, at most as much as the buffers hold.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `INVALID_PARAMETER` for an overlapped file without an OVERLAPPED, or a
    /// place below zero; `END_OF_FILE` when an OVERLAPPED names a place at or behind the end;
    /// `ACCESS_VIOLATION` for wild memory.
    pub fn read(&self, file: &File, transfer: Transfer) -> Result<Started> {
        self.require(READ_DATA)?;
        self.transfer(Way::Read, file, transfer)
    }

    /// Writes everything.
    ///
    /// # Errors
    /// As for [`DiskFile::read`], and `DISK_FULL`.
    pub fn write(&self, file: &File, transfer: Transfer) -> Result<Started> {
        self.require(WRITES)?;
        self.transfer(Way::Write, file, transfer)
    }

    fn transfer(&self, way: Way, file: &File, transfer: Transfer) -> Result<Started> {
        let Transfer { overlapped, buffers } = transfer;
        if self.kind == Kind::Directory {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        let at = overlapped.as_ref().map(|(_, at)| *at);
        let to_end = way == Way::Write && (self.appends || at == Some(WRITE_TO_END));
        if !to_end && at.is_some_and(|at| i64::try_from(at).is_err()) {
            return Err(Status::INVALID_PARAMETER);
        }
        if file.is_overlapped() {
            let (request, at) = overlapped.ok_or(Status::INVALID_PARAMETER)?;
            let place = if to_end { linux::Place::End } else { self.place(Some(at)) };
            request.start(file);
            let outcome = match self.move_bytes(way, &buffers, place) {
                Ok(0) if way == Way::Read && buffers.length() > 0 => {
                    Outcome::of(Status::END_OF_FILE)
                }
                Ok(count) => Outcome::bytes(count),
                // NT looks at the memory before there is a request.
                Err(Status::ACCESS_VIOLATION) => return Err(Status::ACCESS_VIOLATION),
                Err(status) => Outcome::of(status),
            };
            complete::deliver(file, &request, outcome, Timing::Later);
            return Ok(Started::Pending);
        }
        let outcome = self.at_position(way, &buffers, at, to_end);
        if let Some((request, _)) = overlapped {
            request.start(file);
            let outcome = outcome.unwrap_or_else(Outcome::of);
            complete::deliver(file, &request, outcome, Timing::Inline);
            if outcome.status != Status::SUCCESS {
                return Err(outcome.status);
            }
        } else if outcome == Err(Status::END_OF_FILE) {
            return Ok(Started::Done(Outcome::bytes(0)));
        }
        outcome.map(Started::Done)
    }

    /// A transfer of a file with a position, which moves behind it.
    fn at_position(
        &self,
        way: Way,
        buffers: &UserBuffers,
        at: Option<u64>,
        to_end: bool,
    ) -> Result<Outcome> {
        let mut position = self.lock_position()?;
        if to_end {
            let count = self.move_bytes(way, buffers, linux::Place::End)?;
            // The descriptor's own place is used by nothing else, and is behind what was added.
            *position = fs::seek(&self.fd, SeekFrom::Current(0)).map_err(general)?;
            return Ok(Outcome::bytes(count));
        }
        let from = at.unwrap_or(*position);
        let own = (!self.shares_position()).then_some(from);
        let count = self.move_bytes(way, buffers, self.place(at.or(own)))?;
        *position = from + count as u64;
        if way == Way::Read && count == 0 && buffers.length() > 0 {
            let is_pipe = self.kind == Kind::Pipe;
            return Err(if is_pipe { Status::PIPE_BROKEN } else { Status::END_OF_FILE });
        }
        Ok(Outcome::bytes(count))
    }

    fn place(&self, at: Option<u64>) -> linux::Place {
        match (self.kind, at) {
            (Kind::Character | Kind::Pipe, _) | (_, None) => linux::Place::Next,
            (_, Some(at)) => linux::Place::At(at),
        }
    }

    /// The position, and that nobody else moves it.
    fn lock_position(&self) -> Result<MutexGuard<'_, u64>> {
        let mut position = self.position.lock();
        if self.shares_position() {
            *position = fs::seek(&self.fd, SeekFrom::Current(0)).map_err(general)?;
        }
        Ok(position)
    }

    fn move_to(&self, position: &mut MutexGuard<'_, u64>, new: u64) -> Result<()> {
        if self.shares_position() {
            fs::seek(&self.fd, SeekFrom::Start(new)).map_err(general)?;
        }
        **position = new;
        Ok(())
    }

    /// Reads once, or writes until everything is written.
    fn move_bytes(&self, way: Way, buffers: &UserBuffers, place: linux::Place) -> Result<usize> {
        let mut done = 0;
        let total = buffers.length();
        loop {
            let place = match place {
                linux::Place::At(at) => linux::Place::At(at + done as u64),
                other => other,
            };
            let moved = match way {
                Way::Read => linux::read(self.fd.as_fd(), buffers, done, place),
                Way::Write => linux::write(self.fd.as_fd(), buffers, done, place),
            };
            match moved {
                Ok(0) => return Ok(done),
                Ok(count) => done += count,
                Err(error) => return Err(general(error)),
            }
            // What a read leaves over is not there.
            if done >= total || way == Way::Read {
                return Ok(done);
            }
        }
    }

    /// Bytes in the file.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it has no size.
    pub fn size(&self) -> Result<u64> {
        if matches!(self.kind, Kind::Character | Kind::Pipe) {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        // A size is never negative.
        fs::fstat(&self.fd).map(|stat| stat.st_size as u64).map_err(general)
    }

    /// Where the next read or write without an OVERLAPPED begins.
    pub fn position(&self) -> u64 {
        *self.position.lock()
    }

    /// Where it begins from now on.
    pub fn set_position(&self, position: u64) {
        *self.position.lock() = position;
    }

    /// Moves the position, if the new one suits the caller; returns it.
    ///
    /// # Errors
    /// None when it would be before the beginning of the file; those of `suits`.
    pub fn seek(
        &self,
        origin: Origin,
        distance: i64,
        suits: impl FnOnce(u64) -> Result<()>,
    ) -> Result<Option<u64>> {
        let mut position = self.lock_position()?;
        let base = match origin {
            Origin::Begin => 0,
            Origin::Current => *position,
            Origin::End => self.size()?,
        };
        let Some(new) = base.checked_add_signed(distance).filter(|&new| new <= i64::MAX as u64)
        else {
            return Ok(None);
        };
        suits(new)?;
        self.move_to(&mut position, new)?;
        Ok(Some(new))
    }

    /// The file ends at the position from now on.
    ///
    /// # Errors
    /// `ACCESS_DENIED`, `DISK_FULL`, `INVALID_DEVICE_REQUEST` for what is on no disk.
    pub fn set_end(&self) -> Result<()> {
        self.require(WRITE_DATA)?;
        if self.kind != Kind::Disk {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        let position = self.lock_position()?;
        fs::ftruncate(&self.fd, *position).map_err(general)
    }

    /// Waits until everything written is on the disk.
    ///
    /// # Errors
    /// `ACCESS_DENIED` for a file that cannot be written to, `IO_DEVICE_ERROR`.
    pub fn flush(&self) -> Result<()> {
        self.require(WRITES)?;
        match self.kind {
            Kind::Disk => fs::fsync(&self.fd).map_err(general),
            Kind::Directory | Kind::Character | Kind::Pipe => Ok(()),
        }
    }

    /// The last handle is closed: the others need not respect it any more, and the name may go.
    pub(crate) fn close(&self) {
        drop(self.sharing.lock().take());
        let Some(doomed) = self.doomed.lock().take() else { return };
        // Another file may have the name by now.
        let is_it = fs::lstat(&doomed.path)
            .is_ok_and(|stat| super::open::identity(&stat) == doomed.identity);
        if is_it {
            // Who may open a file may not always delete it; nobody is left to be told.
            let _stays = fs::unlink(&doomed.path);
        }
    }
}
