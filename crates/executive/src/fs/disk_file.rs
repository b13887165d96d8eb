//! An open file: its position, its size, its end.  Reading and writing: [`super::transfer`].
//!
//! Only a file that is not overlapped has a position.  Its lock is held during the transfer, as NT
//! serialises the calls on a synchronous file object.

use super::basic;
use super::byte_range::Owner;
use super::directory_notify::DirectoryNotify;
use super::error::general;
use super::fcb::Fcb;
use super::open::identity;
use super::request::Engines;
use super::rights::{APPEND_DATA, READ_DATA, WRITE_DATA, WRITES};
use super::rundown;
use super::search::Search;
use super::share::Sharing;
use crate::io::complete::Timing;
use crate::io::file::File;
use crate::io::irp::Irp;
use crate::mm::section;
use crate::status::{Result, Status};
use crate::sync::{Arc, AtomicBool, AtomicU32, Mutex, MutexGuard, Ordering};
use crate::sys::file as linux;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, SeekFrom};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::OnceLock;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On a disk: it has a size, and places that can be read and written.
    Disk,
    /// A directory, or a link itself, which can be neither read nor written.
    Directory,
    /// A device that gives and takes bytes in their order.
    Character,
    /// A pipe of Linux', or a socket, that the program was given: it does the same.
    Pipe,
}

const KINDS: [Kind; 4] = [Kind::Disk, Kind::Directory, Kind::Character, Kind::Pipe];

/// What a child is told of a file: kind, rights, flags, size of sectors, the opening.
pub type Told = [u32; 5];

/// It may be written to, but only at its end.
const APPENDS: u32 = 1;
/// The name goes with the last handle.
const DELETES: u32 = 2;

/// What an open file is made of.
pub(super) struct Parts {
    pub(super) fd: OwnedFd,
    pub(super) kind: Kind,
    pub(super) access: u32,
    pub(super) sharing: Option<Sharing>,
    /// The name goes when all handles have gone.
    pub(super) delete_on_close: bool,
    /// Transfers keep to sectors of so many bytes; 0: to none.
    pub(super) sector: u32,
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

/// An open file on a disk, or what else a path leads to.
pub struct DiskFile {
    pub(super) fd: OwnedFd,
    pub(super) kind: Kind,
    access: u32,
    /// It may be written to, but only at its end.
    pub(super) appends: bool,
    /// The position is the descriptor's: others use it too, printf for one.
    shares_position: AtomicBool,
    position: Mutex<u64>,
    /// Where its requests are pending.
    pub(super) engines: Engines,
    /// What can be tried without waiting, once that has been looked at.
    pub(super) at_once: AtomicU32,
    sharing: Mutex<Option<Sharing>>,
    /// What it has in common with others; None for what somebody else has opened.
    fcb: Option<Arc<Fcb>>,
    owner: Owner,
    delete_on_close: bool,
    pub(super) sector: u32,
    /// A directory's, once it is watched.
    notify: OnceLock<Box<DirectoryNotify>>,
    /// What is left of the directory's listing by handle.
    pub(super) listing: Mutex<Option<Box<Search>>>,
}

impl DiskFile {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { fd, kind, access, sharing, delete_on_close, sector } = parts;
        DiskFile {
            fd,
            kind,
            access,
            appends: access & (WRITE_DATA | APPEND_DATA) == APPEND_DATA,
            shares_position: AtomicBool::new(false),
            position: Mutex::new(0),
            engines: Engines::default(),
            at_once: AtomicU32::new(0),
            fcb: sharing.as_ref().map(|sharing| sharing.fcb().clone()),
            owner: Owner::new(),
            sharing: Mutex::new(sharing),
            delete_on_close,
            sector,
            notify: OnceLock::new(),
            listing: Mutex::new(None),
        }
    }

    /// What somebody else has opened; its position stays the descriptor's.
    pub(super) fn of_descriptor(fd: OwnedFd, kind: Kind, access: u32) -> Self {
        let (sharing, delete_on_close, sector) = (None, false, 0);
        let parts = Parts { fd, kind, access, sharing, delete_on_close, sector };
        let file = DiskFile { appends: false, ..DiskFile::new(parts) };
        file.shares_position.store(true, Ordering::Relaxed);
        file
    }

    /// What a child is to know of it, beside its descriptor.
    pub fn tell(&self) -> Told {
        let kind = KINDS.iter().position(|kind| *kind == self.kind).unwrap_or_default();
        let opening = self.sharing().as_ref().map_or(0, Sharing::told);
        let flags = [(self.appends, APPENDS), (self.delete_on_close, DELETES)];
        let flags =
            flags.into_iter().filter(|(is_so, _)| *is_so).fold(0, |all, (_, flag)| all | flag);
        [kind as u32, self.access, flags, self.sector, opening]
    }

    /// A parent's file.  The position is common to both, and so is the opening; the locks are not.
    pub fn of_parent(fd: OwnedFd, told: Told) -> Option<Self> {
        let [kind, access, flags, sector, opening] = told;
        let kind = *KINDS.get(kind as usize)?;
        let sharing = fs::fstat(&fd).ok().and_then(|stat| Sharing::join(identity(&stat), opening));
        if sharing.is_some() {
            rundown::expect();
        }
        let delete_on_close = flags & DELETES != 0;
        let parts = Parts { fd, kind, access, sharing, delete_on_close, sector };
        let file = DiskFile { appends: flags & APPENDS != 0, ..DiskFile::new(parts) };
        file.shares_position.store(true, Ordering::Relaxed);
        Some(file)
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
    pub(super) fn shares_position(&self) -> bool {
        self.shares_position.load(Ordering::Relaxed) && self.kind == Kind::Disk
    }

    /// What waits for changes in the directory, if it is watched.
    pub fn notify(&self) -> Option<&DirectoryNotify> {
        self.notify.get().map(|notify| &**notify)
    }

    /// Has it watched; false when it is already.
    pub(super) fn set_notify(&self, notify: DirectoryNotify) -> bool {
        self.notify.set(Box::new(notify)).is_ok()
    }

    /// Something has happened in the directory.
    pub(crate) fn changed(&self, file: &File, timing: Timing) {
        if let Some(notify) = self.notify() {
            notify.ready(file, self.fd.as_fd(), timing);
        }
    }

    /// What sort of file it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// A path that leads to the open file as long as it is open, in this process.
    pub fn own_path(&self) -> PathBuf {
        basic::path_of(self.fd.as_fd())
    }

    /// The opening that the others respect; None once the last handle is closed.
    pub(super) fn sharing(&self) -> MutexGuard<'_, Option<Sharing>> {
        self.sharing.lock()
    }

    /// What it has in common with the file's other openings.
    pub(super) fn fcb(&self) -> Option<&Arc<Fcb>> {
        self.fcb.as_ref()
    }

    /// Whose its locks are.
    pub(super) fn owner(&self) -> Owner {
        self.owner
    }

    /// True for a terminal.
    pub fn is_console(&self) -> bool {
        self.kind == Kind::Character && self.fd.is_terminal()
    }

    /// True for a terminal that is read.
    pub fn is_console_input(&self) -> bool {
        self.permits(READ_DATA) && self.is_console()
    }

    /// The descriptor itself.
    pub(crate) fn own_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// True when the file was opened with one of these rights.
    pub(crate) fn permits(&self, rights: u32) -> bool {
        self.require(rights).is_ok()
    }

    /// The descriptor, for reading at a place.
    ///
    /// # Errors
    /// `ACCESS_DENIED` when the file was not opened for reading.
    pub fn readable(&self) -> Result<BorrowedFd<'_>> {
        self.require(READ_DATA).map(|()| self.fd.as_fd())
    }

    /// Another descriptor, for what is not transferred at a position.
    pub(crate) fn try_clone_descriptor(&self) -> Result<OwnedFd> {
        self.fd.try_clone().map_err(|_| Status::TOO_MANY_OPENED_FILES)
    }

    /// `ACCESS_DENIED` when the file was opened with none of these rights.
    pub(crate) fn require(&self, rights: u32) -> Result<()> {
        if self.access & rights == 0 { Err(Status::ACCESS_DENIED) } else { Ok(()) }
    }

    /// The position, and that nobody else moves it.
    pub(super) fn lock_position(&self) -> Result<MutexGuard<'_, u64>> {
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

    /// Bytes in the file.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it has no size.
    pub fn size(&self) -> Result<u64> {
        if matches!(self.kind, Kind::Character | Kind::Pipe) {
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        let stat = fs::fstat(&self.fd).map_err(general)?;
        if fs::FileType::from_raw_mode(stat.st_mode).is_block_device() {
            // As on Windows, where only a control code tells it.
            return Err(Status::INVALID_DEVICE_REQUEST);
        }
        // A size is never negative.
        Ok(stat.st_size as u64)
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
        section::check_size(self.fd.as_fd(), *position)?;
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

    /// Ends the chosen requests; how many there were.  Only those that wait for changes can end
    /// with any status.
    pub(crate) fn cancel_all(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let watches = self.notify().map_or(0, |notify| notify.cancel(status, chosen));
        watches + self.cancel(chosen) + self.cancel_locks(chosen)
    }

    /// The last handle of its file object is closed.
    pub(crate) fn cleanup(&self, file: &File) {
        if let Some(notify) = self.notify() {
            notify.close(file);
        }
        self.close();
    }

    /// The last handle is closed: the others need not respect it any more, and the name may go.
    pub(crate) fn close(&self) {
        self.close_requests();
        self.leave();
    }

    /// Its opening ends: the others need not respect it, nor its locks, any more.
    pub(super) fn leave(&self) {
        let Some(sharing) = self.sharing.lock().take() else { return };
        self.close_locks();
        if self.delete_on_close {
            sharing.set_doomed(true);
        }
        sharing.leave(|| {
            let Ok(name) = basic::name_of(self.fd.as_fd()) else { return };
            // Who may open a file may not always delete it; nobody is left to be told.
            let _stays = match self.kind {
                Kind::Directory => fs::rmdir(&name).or_else(|_| fs::unlink(&name)),
                _ => fs::unlink(&name),
            };
        });
    }
}
