//! What CreateFile decides before there is an open file: whether one may be made, must be there, is
//! emptied, and whether its other users agree.
//!
//! Missing: alternate streams; `FILE_FLAG_NO_BUFFERING` keeps to sectors everywhere, but goes past
//! the cache only where the file system can.

use super::attributes::{self, HIDDEN, SYSTEM};
use super::basic;
use super::disk_file::{DiskFile, Kind, Parts};
use super::error::general;
use super::information::{ARCHIVE, DIRECTORY, READ_ONLY};
use super::kept::Kept;
use super::path::Place;
use super::rights::{self, DELETE, READS, WRITE_DATA, WRITES};
use super::rundown;
use super::share::{Identity, Sharing};
use crate::io::create::{Disposition, Opened, Options, Request};
use crate::io::file::Device;
use crate::mm::section;
use crate::status::{Result, Status};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, Advice, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use std::path::{Path, PathBuf};

/// Bytes of a sector of a disk.
const SECTOR: u32 = 512;
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
    match attempt(request, &place, access) {
        // As much as there is to be had.
        Err(Status::ACCESS_DENIED) if rights::wants_maximum(request.access) => {
            attempt(request, &place, rights::READING | delete)
        }
        opened => opened,
    }
}

fn attempt(request: &Request<'_>, place: &Place, access: u32) -> Result<Opened> {
    for _ in 0..ATTEMPTS {
        let found = match request.disposition {
            Disposition::CreateNew => None,
            _ => open_existing(request, place, access)?,
        };
        let (fd, existed) = match found {
            Some(fd) => (fd, true),
            None => match make(request, place, access)? {
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
    if request.options.reparse_point {
        flags |= OFlags::NOFOLLOW;
    }
    flags
}

/// None when there is no such file and one may be made.
fn open_existing(request: &Request<'_>, place: &Place, access: u32) -> Result<Option<OwnedFd>> {
    let flags = flags(request, access, request.disposition.empties());
    let always = flags & (OFlags::CLOEXEC | OFlags::NOFOLLOW);
    let opened = match fs::open(&place.path, flags, Mode::empty()) {
        // Linux lets nobody write to a directory; Windows means by it that files may be made there.
        Err(Errno::ISDIR) if request.options.directories && !request.disposition.empties() => {
            fs::open(&place.path, always | OFlags::DIRECTORY, Mode::empty())
        }
        Err(Errno::LOOP) if request.options.reparse_point => {
            fs::open(&place.path, always | OFlags::PATH, Mode::empty())
        }
        opened => opened,
    };
    match opened {
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
    let flags = flags(request, access, false).difference(OFlags::PATH) | OFlags::CREATE;
    let mode = Mode::from(if request.attributes & READ_ONLY != 0 { 0o444 } else { 0o666 });
    match fs::open(&place.path, flags | OFlags::EXCL, mode) {
        Ok(fd) => Ok(Some(fd)),
        // A link to nothing: the file is made where it leads.
        Err(Errno::EXIST) if !flags.contains(OFlags::NOFOLLOW) && is_dangling(&place.path) => {
            fs::open(&place.path, flags, mode).map(Some).map_err(|error| match error {
                Errno::NOENT => Status::OBJECT_PATH_NOT_FOUND,
                other => general(other),
            })
        }
        Err(Errno::EXIST) if request.disposition != Disposition::CreateNew => Ok(None),
        Err(Errno::NOENT) => Err(Status::OBJECT_PATH_NOT_FOUND),
        Err(error) => Err(general(error)),
    }
}

fn is_dangling(path: &Path) -> bool {
    let is_link =
        fs::lstat(path).is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode).is_symlink());
    is_link && matches!(fs::stat(path), Err(Errno::NOENT))
}

/// Looks at what has been opened; nothing of it is changed before everybody agrees.
fn admit(
    request: &Request<'_>,
    place: &Place,
    access: u32,
    fd: OwnedFd,
    existed: bool,
) -> Result<DiskFile> {
    let stat = fs::fstat(&fd).map_err(general)?;
    let kind = kind_of(request, place, &stat)?;
    let is_regular = FileType::from_raw_mode(stat.st_mode).is_file();
    let empties = existed && request.disposition.empties() && is_regular;
    if existed && is_regular {
        permit(request, access, &fd, &stat)?;
    }
    let identity = identity(&stat);
    let sharing = match kind {
        Kind::Disk | Kind::Directory => {
            rundown::expect();
            // To empty it is to write; afterwards only what was asked for counts.
            let emptied = if empties { WRITE_DATA } else { 0 };
            let mut sharing = Sharing::enter(identity, access | emptied, request.share)?;
            if emptied & !access != 0 {
                sharing = sharing.and_then(|sharing| sharing.narrowed(access, request.share));
            }
            sharing
        }
        Kind::Character | Kind::Pipe => None,
    };
    if empties {
        section::check_size(fd.as_fd(), 0)?;
        fs::ftruncate(&fd, 0).map_err(general)?;
    }
    if is_regular && (!existed || request.disposition == Disposition::CreateAlways) {
        give_attributes(request, &fd, &stat)?;
    }
    let waits = kind == Kind::Character || request.options.overlapped && kind == Kind::Disk;
    if waits && access & (READS | WRITES) != 0 {
        let flags = fs::fcntl_getfl(&fd).map_err(general)?;
        fs::fcntl_setfl(&fd, flags.difference(OFlags::NONBLOCK)).map_err(general)?;
    }
    advise(request.options, &fd);
    let sector = sector(request.options, &fd, &stat)?;
    let delete_on_close = request.options.delete_on_close;
    Ok(DiskFile::new(Parts { fd, kind, access, sharing, delete_on_close, sector }))
}

/// Refuses what the attributes of a file that is there forbid.
fn permit(request: &Request<'_>, access: u32, fd: &OwnedFd, stat: &Stat) -> Result<()> {
    let changes = access & WRITES != 0 || request.disposition.empties();
    if changes && attributes::is_read_only(stat) {
        // Linux asks the superuser for no permission; the attribute binds everybody.
        return Err(Status::ACCESS_DENIED);
    }
    if request.options.delete_on_close && attributes::is_read_only(stat) {
        return Err(Status::CANNOT_DELETE);
    }
    if request.disposition == Disposition::CreateAlways {
        // Who wants another file in the place of a hidden one has to know that it is hidden.
        let kept = Kept::beside(&basic::path_of(fd.as_fd())).attributes.unwrap_or(0);
        if kept & (HIDDEN | SYSTEM) & !request.attributes != 0 {
            return Err(Status::ACCESS_DENIED);
        }
    }
    Ok(())
}

/// A file that is new, or as good as new, gets the attributes of the call or of the template.
fn give_attributes(request: &Request<'_>, fd: &OwnedFd, stat: &Stat) -> Result<()> {
    let path = basic::path_of(fd.as_fd());
    if let Some(template) = request.template {
        return attributes::copy_kept(template, &path);
    }
    let wanted = request.attributes & !DIRECTORY | ARCHIVE;
    match attributes::set(&path, stat, wanted) {
        // As on Windows' file systems that keep fewer.
        Err(Status::NOT_SUPPORTED) => Ok(()),
        done => done,
    }
}

fn kind_of(request: &Request<'_>, place: &Place, stat: &Stat) -> Result<Kind> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory if !request.options.directories => Err(Status::FILE_IS_A_DIRECTORY),
        FileType::Directory | FileType::Symlink => Ok(Kind::Directory),
        _ if place.of_directory => Err(Status::OBJECT_NAME_INVALID),
        FileType::RegularFile | FileType::BlockDevice => Ok(Kind::Disk),
        FileType::CharacterDevice => Ok(Kind::Character),
        _ => Err(Status::NOT_SUPPORTED),
    }
}

/// The size of the sectors to which transfers have to keep; 0 for none.
fn sector(options: Options, fd: &OwnedFd, stat: &Stat) -> Result<u32> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::BlockDevice => fs::ioctl_blksszget(fd).map_err(general),
        FileType::RegularFile if options.no_buffering => {
            let flags = fs::fcntl_getfl(fd).map_err(general)?;
            // Not every file system can go past the cache; the rules hold all the same.
            let _through_cache = fs::fcntl_setfl(fd, flags | OFlags::DIRECT);
            Ok(SECTOR)
        }
        _ => Ok(0),
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
