//! What CreateFile decides before there is an open file: whether one may be made, must be there, is
//! emptied, and whether its other users agree.
//!
//! Missing: alternate streams, attributes other than read-only, unbuffered I/O
//! (`FILE_FLAG_NO_BUFFERING` reads and writes through the cache all the same).

use super::disk_file::{DiskFile, Doomed, Kind};
use super::error::general;
use super::path::Place;
use super::rights::{self, APPEND_DATA, DELETE, READS, WRITE_DATA, WRITES};
use super::share::{Identity, Sharing};
use crate::io::create::{Disposition, Opened, Options, Request};
use crate::io::file::Device;
use crate::status::{Result, Status};
use rustix::fd::OwnedFd;
use rustix::fs::{self, Advice, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::path::{Path, PathBuf};

/// `FILE_ATTRIBUTE_READONLY`
const ATTRIBUTE_READONLY: u32 = 1;
/// So often a file that comes and goes is looked for.
const ATTEMPTS: usize = 8;

/// Opens or makes a file.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` and `OBJECT_PATH_NOT_FOUND`, `OBJECT_NAME_COLLISION` (there is one, and
/// it should be new), `SHARING_VIOLATION`, `ACCESS_DENIED`, `FILE_IS_A_DIRECTORY`,
/// `OBJECT_NAME_INVALID` and the others of a path, those of Linux' open.
pub fn open(request: &Request<'_>, place: Place) -> Result<Opened> {
    let delete = if request.options.delete_on_close { DELETE } else { 0 };
    let access = rights::granted(request.access) | delete;
    for _ in 0..ATTEMPTS {
        let found = match request.disposition {
            Disposition::CreateNew => None,
            _ => open_existing(request, &place, access)?,
        };
        let (fd, existed) = match found {
            Some(fd) => (fd, true),
            None => match make(request, &place, access)? {
                Some(fd) => (fd, false),
                // Somebody else has made it meanwhile.
                None => continue,
            },
        };
        let file = admit(request, place, access, fd, existed)?;
        return Ok(Opened { device: Device::Disk(file), existed });
    }
    Err(Status::OBJECT_NAME_NOT_FOUND)
}

/// Opens the null device, which is always there.
///
/// # Errors
/// Those of Linux' open.
pub fn null_device(request: &Request<'_>) -> Result<Opened> {
    device(request, PathBuf::from("/dev/null"))
}

/// Opens a disk as a whole, or another block device, which is there already.
///
/// # Errors
/// `INVALID_PARAMETER` when it should be made or emptied, `OBJECT_NAME_NOT_FOUND` when it is not
/// there or no block device, those of Linux' open.
pub fn physical_drive(request: &Request<'_>, path: &Path) -> Result<Opened> {
    if request.disposition != Disposition::OpenExisting {
        return Err(Status::INVALID_PARAMETER);
    }
    let stat = fs::stat(path).map_err(general)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::BlockDevice {
        return Err(Status::OBJECT_NAME_NOT_FOUND);
    }
    device(request, path.to_path_buf())
}

fn device(request: &Request<'_>, path: PathBuf) -> Result<Opened> {
    let options = Options { delete_on_close: false, ..request.options };
    let request = Request { disposition: Disposition::OpenExisting, options, ..*request };
    open(&request, Place { path, of_directory: false })
}

fn flags(request: &Request<'_>, access: u32, empties: bool) -> OFlags {
    let reads = access & READS != 0;
    let writes = access & WRITES != 0 || empties;
    let mode = match (reads, writes) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        (true, false) => OFlags::RDONLY,
        (false, false) => OFlags::PATH,
    };
    // A pipe of Linux' would keep us waiting for its other end.
    let mut flags = mode | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    if request.options.write_through {
        flags |= OFlags::DSYNC;
    }
    flags
}

/// None when there is no such file and one may be made.
fn open_existing(request: &Request<'_>, place: &Place, access: u32) -> Result<Option<OwnedFd>> {
    let flags = flags(request, access, request.disposition.empties());
    match fs::open(&place.path, flags, Mode::empty()) {
        Ok(fd) => Ok(Some(fd)),
        Err(Errno::NOENT) if !place.path.parent().is_none_or(|parent| parent.is_dir()) => {
            Err(Status::OBJECT_PATH_NOT_FOUND)
        }
        Err(Errno::NOENT) if request.disposition.makes() => Ok(None),
        Err(error) => Err(general(error)),
    }
}

/// None when there is one by now.
fn make(request: &Request<'_>, place: &Place, access: u32) -> Result<Option<OwnedFd>> {
    if place.of_directory {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    // The descriptor of a file that was made cannot be one for the path alone.
    let flags = flags(request, access, false).difference(OFlags::PATH);
    let mode = if request.attributes & ATTRIBUTE_READONLY != 0 { 0o444 } else { 0o666 };
    match fs::open(&place.path, flags | OFlags::CREATE | OFlags::EXCL, Mode::from(mode)) {
        Ok(fd) => Ok(Some(fd)),
        Err(Errno::EXIST) if request.disposition != Disposition::CreateNew => Ok(None),
        Err(Errno::NOENT) => Err(Status::OBJECT_PATH_NOT_FOUND),
        Err(error) => Err(general(error)),
    }
}

/// Looks at what has been opened; nothing of it is changed before everybody agrees.
fn admit(
    request: &Request<'_>,
    place: Place,
    access: u32,
    fd: OwnedFd,
    existed: bool,
) -> Result<DiskFile> {
    let stat = fs::fstat(&fd).map_err(general)?;
    let kind = kind_of(request, &place, &stat)?;
    let empties = existed && request.disposition.empties() && kind == Kind::Disk;
    let changes = access & WRITES != 0 || empties;
    if existed && kind == Kind::Disk && changes && stat.st_mode & 0o222 == 0 {
        // Linux asks the superuser for no permission; the attribute binds everybody.
        return Err(Status::ACCESS_DENIED);
    }
    let identity = identity(&stat);
    let sharing = match kind {
        Kind::Disk => {
            let emptied = if empties { WRITE_DATA } else { 0 };
            // To empty it is to write; afterwards only what was asked for counts.
            let writing = Sharing::enter(identity, access | emptied, request.share)?;
            drop(writing);
            Sharing::enter(identity, access, request.share)?
        }
        Kind::Directory | Kind::Character | Kind::Pipe => None,
    };
    if empties {
        fs::ftruncate(&fd, 0).map_err(general)?;
    }
    if kind == Kind::Character && access & (READS | WRITES) != 0 {
        let flags = fs::fcntl_getfl(&fd).map_err(general)?;
        fs::fcntl_setfl(&fd, flags.difference(OFlags::NONBLOCK)).map_err(general)?;
    }
    advise(request.options, &fd);
    let appends = access & (WRITE_DATA | APPEND_DATA) == APPEND_DATA;
    let doomed = request.options.delete_on_close.then_some(Doomed { path: place.path, identity });
    Ok(DiskFile::new(fd, kind, access, appends, sharing, doomed))
}

fn kind_of(request: &Request<'_>, place: &Place, stat: &Stat) -> Result<Kind> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory if !request.options.directories => Err(Status::FILE_IS_A_DIRECTORY),
        FileType::Directory => Ok(Kind::Directory),
        _ if place.of_directory => Err(Status::OBJECT_NAME_INVALID),
        FileType::RegularFile | FileType::BlockDevice => Ok(Kind::Disk),
        FileType::CharacterDevice => Ok(Kind::Character),
        _ => Err(Status::NOT_SUPPORTED),
    }
}

/// A file's device and inode.
pub(super) fn identity(stat: &Stat) -> Identity {
    Identity { device: stat.st_dev, inode: stat.st_ino }
}

fn advise(options: Options, fd: &OwnedFd) {
    let advice = match options {
        Options { sequential: true, .. } => Advice::Sequential,
        Options { random: true, .. } => Advice::Random,
        _ => return,
    };
    // It is a hint; a device that takes none works all the same.
    let _not_taken = fs::fadvise(fd, 0, None, advice);
}
