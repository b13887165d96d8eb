//! Directories: making and removing them, and the current one.

use super::error::general;
use super::information::READ_ONLY;
use super::kept::Kept;
use super::name::{hold, look};
use super::open::identity;
use super::path;
use super::rights::DELETE;
use super::share::{SHARE_ALL, Sharing};
use crate::status::{Result, Status};
use rustix::fs::{self, FileType, Mode};
use rustix::io::Errno;

/// Makes a directory.
///
/// # Errors
/// `OBJECT_NAME_COLLISION` when something has the name, `OBJECT_PATH_NOT_FOUND`, those of a path
/// and of Linux.
pub fn create(name: &str) -> Result<()> {
    let place = path::resolve(name)?;
    fs::mkdir(&place.path, Mode::from(0o777)).map_err(|error| match error {
        Errno::NOENT => Status::OBJECT_PATH_NOT_FOUND,
        other => general(other),
    })
}

/// Removes an empty directory, or a link to one.
///
/// # Errors
/// `NOT_A_DIRECTORY`, `DIRECTORY_NOT_EMPTY`, `SHARING_VIOLATION` (somebody has it open and does not
/// share that, or it is the current one), `CANNOT_DELETE` when it is read-only, those of a path and
/// of Linux.
pub fn remove(name: &str) -> Result<()> {
    let place = path::resolve(name)?;
    let _held = hold(&place.path);
    let stat = look(&place)?;
    let is_link = FileType::from_raw_mode(stat.st_mode).is_symlink();
    if !place.path.is_dir() {
        return Err(Status::NOT_A_DIRECTORY);
    }
    if !is_link && Kept::beside(&place.path).attributes.unwrap_or(0) & READ_ONLY != 0 {
        return Err(Status::CANNOT_DELETE);
    }
    if !is_link && fs::stat(".").is_ok_and(|current| identity(&current) == identity(&stat)) {
        return Err(Status::SHARING_VIOLATION);
    }
    let _sharing = Sharing::enter(identity(&stat), DELETE, SHARE_ALL)?;
    if is_link {
        return fs::unlink(&place.path).map_err(general);
    }
    fs::rmdir(&place.path).map_err(|error| match error {
        // A file system's root.
        Errno::BUSY | Errno::INVAL => Status::SHARING_VIOLATION,
        other => general(other),
    })
}

/// The current directory, as the program names it.
///
/// # Errors
/// `OBJECT_PATH_NOT_FOUND` when it has been removed.
pub fn current() -> Result<String> {
    let current = std::env::current_dir().map_err(|_| Status::OBJECT_PATH_NOT_FOUND)?;
    Ok(path::to_windows(&current))
}

/// Changes the current directory.
///
/// # Errors
/// `NOT_A_DIRECTORY` for a file, `OBJECT_NAME_NOT_FOUND`, `OBJECT_PATH_NOT_FOUND`, those of a path
/// and of Linux.
pub fn set_current(name: &str) -> Result<()> {
    let place = path::resolve(name)?;
    look(&place)?;
    if !place.path.is_dir() {
        return Err(Status::NOT_A_DIRECTORY);
    }
    rustix::process::chdir(&place.path).map_err(general)
}
