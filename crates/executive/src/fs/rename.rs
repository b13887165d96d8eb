//! Giving a file another name, and putting one in another's place.

use super::attributes;
use super::copy::{self, Existing};
use super::error::general;
use super::name::{hold, look};
use super::open::identity;
use super::path::{self, Place};
use super::rights::DELETE;
use super::share::{SHARE_ALL, Sharing};
use crate::status::{Result, Status};
use rustix::fs::{self, CWD, FileType, RenameFlags};
use rustix::io::Errno;
use std::path::Path;

/// How a file is moved.
#[derive(Clone, Copy, Debug, Default)]
pub struct How {
    /// A file that has the name already goes.
    pub replace: bool,
    /// To another volume it is copied.
    pub copy: bool,
    /// It keeps its old name too.
    pub link: bool,
    /// The call returns when the disk has it.
    pub write_through: bool,
}

/// Moves a file or a directory.
///
/// # Errors
/// `OBJECT_NAME_COLLISION` when something has the new name and should not go; `ACCESS_DENIED` when
/// that cannot go (a directory, a read-only file, one that is open), `SHARING_VIOLATION` when
/// somebody has the old one open and does not share that, `NOT_SAME_DEVICE`, those of a path and of
/// Linux.
pub fn rename(old: &str, new: &str, how: How) -> Result<()> {
    let old = path::resolve(old)?;
    let _held = hold(&old.path);
    let stat = look(&old)?;
    let new = path::resolve(new)?;
    let _sharing = Sharing::enter(identity(&stat), DELETE, SHARE_ALL)?;
    let is_directory = FileType::from_raw_mode(stat.st_mode).is_dir();
    if how.link {
        return fs::link(&old.path, &new.path).map_err(general);
    }
    match exchange(&old.path, &new, is_directory, how.replace) {
        Err(Status::NOT_SAME_DEVICE) if how.copy && !is_directory => {
            let existing = if how.replace { Existing::Replaced } else { Existing::Refused };
            copy::copy_path(&old.path, &new.path, existing, &mut |_| true)?;
            fs::unlink(&old.path).map_err(general)?;
        }
        done => done?,
    }
    if how.write_through
        && let Some(folder) = new.path.parent().and_then(|folder| std::fs::File::open(folder).ok())
    {
        fs::fsync(&folder).map_err(general)?;
    }
    Ok(())
}

/// Gives what stands at a path another name on the same volume.
///
/// # Errors
/// As for [`rename`].
pub(super) fn exchange(old: &Path, new: &Place, is_directory: bool, replace: bool) -> Result<()> {
    if new.of_directory && !is_directory {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    let _held = if replace { hold(&new.path) } else { None };
    let mut _target = None;
    if replace && let Ok(found) = fs::lstat(&new.path) {
        let own = fs::lstat(old).map_err(general)?;
        if identity(&own) != identity(&found) {
            if is_directory
                || FileType::from_raw_mode(found.st_mode).is_dir()
                || attributes::is_read_only(&found)
            {
                return Err(Status::ACCESS_DENIED);
            }
            // Who has it open has to agree, and NTFS says no more than that it cannot be done.
            _target = Sharing::enter(identity(&found), DELETE, SHARE_ALL)
                .map_err(|_| Status::ACCESS_DENIED)?;
        }
    }
    let renamed = if replace {
        fs::rename(old, &new.path)
    } else {
        match fs::renameat_with(CWD, old, CWD, &new.path, RenameFlags::NOREPLACE) {
            // Not every file system can do it at one go.
            Err(Errno::INVAL | Errno::NOSYS) if is_free(&new.path) => fs::rename(old, &new.path),
            // Another case of the name, or the name itself: it is the same file.
            Err(Errno::EXIST) if is_same(old, &new.path) => fs::rename(old, &new.path),
            renamed => renamed,
        }
    };
    renamed.map_err(|error| match error {
        Errno::NOENT if fs::lstat(old).is_ok() => Status::OBJECT_PATH_NOT_FOUND,
        // Into itself.
        Errno::INVAL => Status::SHARING_VIOLATION,
        Errno::BUSY => Status::SHARING_VIOLATION,
        other => general(other),
    })
}

/// True when nothing has the name.
fn is_free(path: &Path) -> bool {
    matches!(fs::lstat(path), Err(Errno::NOENT))
}

fn is_same(left: &Path, right: &Path) -> bool {
    matches!((fs::lstat(left), fs::lstat(right)), (Ok(left), Ok(right))
        if identity(&left) == identity(&right))
}

/// Puts a file in another's place, which may be kept under a third name; the attributes stay those
/// of the place.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, `ACCESS_DENIED`, `SHARING_VIOLATION`, those of a path and of Linux.
pub fn replace(replaced: &str, replacement: &str, backup: Option<&str>) -> Result<()> {
    let (old, new) = (path::resolve(replaced)?, path::resolve(replacement)?);
    let backup = backup.map(path::resolve).transpose()?;
    let _held = (hold(&old.path), hold(&new.path));
    let (old_stat, new_stat) = (look(&old)?, look(&new)?);
    let is_file = |mode| FileType::from_raw_mode(mode).is_file();
    if !is_file(old_stat.st_mode) || !is_file(new_stat.st_mode) {
        return Err(Status::ACCESS_DENIED);
    }
    if attributes::is_read_only(&old_stat) {
        return Err(Status::ACCESS_DENIED);
    }
    if identity(&old_stat) == identity(&new_stat) {
        return Err(Status::SHARING_VIOLATION);
    }
    let _old_sharing = Sharing::enter(identity(&old_stat), DELETE, SHARE_ALL)?;
    let _new_sharing = Sharing::enter(identity(&new_stat), DELETE, SHARE_ALL)?;
    attributes::copy_kept(&old.path, &new.path)?;
    fs::chmod(&new.path, fs::Mode::from(old_stat.st_mode & 0o7777)).map_err(general)?;
    if let Some(backup) = backup {
        // The name is never without a file: first it is kept, then replaced.
        match fs::unlink(&backup.path) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(general(error)),
        }
        fs::link(&old.path, &backup.path).map_err(general)?;
    }
    fs::rename(&new.path, &old.path).map_err(general)
}
