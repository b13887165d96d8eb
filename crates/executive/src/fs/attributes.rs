//! The attributes that Windows keeps for a file.
//!
//! Read-only is that nobody may write (mode `a-w`); the others are kept in the extended attribute
//! `user.DOSATTRIB`, as Wine and Samba do, and for a directory read-only too, for there it forbids
//! nothing.  A file without it has the archive attribute, which Windows gives every new file.

use super::error::general;
use super::information::{ARCHIVE, DIRECTORY, READ_ONLY};
use super::kept::{ATTRIBUTES, Kept};
use crate::status::{Result, Status};
use rustix::fs::{self, FileType, Mode, Stat, XattrFlags};
use rustix::io::Errno;
use std::path::Path;

/// `FILE_ATTRIBUTE_HIDDEN`
pub const HIDDEN: u32 = 0x2;
/// `FILE_ATTRIBUTE_SYSTEM`
pub const SYSTEM: u32 = 0x4;
/// `FILE_ATTRIBUTE_NORMAL`: none of the others.
pub const NORMAL: u32 = 0x80;
/// `FILE_ATTRIBUTE_TEMPORARY`
pub const TEMPORARY: u32 = 0x100;
/// `FILE_ATTRIBUTE_OFFLINE` and `FILE_ATTRIBUTE_NOT_CONTENT_INDEXED`
const OTHERS: u32 = 0x1000 | 0x2000;

/// Those that are kept beside the mode.
const KEPT: u32 = HIDDEN | SYSTEM | ARCHIVE | TEMPORARY | OTHERS;

/// Linux' attributes that a template gives to a new file.
const FOR_USERS: &str = "user.";

/// Anybody may write.
const WRITABLE: u32 = 0o222;

/// The attributes of a file with those that are kept, if any are.
pub(super) fn with_kept(attributes: u32, kept: Option<u32>) -> u32 {
    let attributes = if attributes & DIRECTORY != 0 {
        attributes | kept.unwrap_or(0) & (KEPT | READ_ONLY)
    } else if attributes & ARCHIVE != 0 {
        attributes & !KEPT | kept.unwrap_or(ARCHIVE) & KEPT
    } else {
        attributes
    };
    if attributes == 0 { NORMAL } else { attributes }
}

/// True when nobody may write to a file.
pub fn is_read_only(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode).is_file() && stat.st_mode & WRITABLE == 0
}

/// The mode of a file with or without the attribute.
fn with_read_only(mode: u32, read_only: bool) -> u32 {
    if read_only {
        return mode & !WRITABLE;
    }
    // The owner may write; the others who may read, unless the mask for new files forbids it.
    mode | (0o200 | (mode & 0o044) >> 1) & !new_file_mask()
}

/// The process's umask, which can be asked for safely only here.
fn new_file_mask() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    mask.and_then(|mask| u32::from_str_radix(mask.trim(), 8).ok()).unwrap_or(0o022)
}

/// Keeps what the mode does not tell.
fn keep(path: &Path, wanted: u32, default: u32) -> Result<()> {
    let done = if wanted == default {
        match fs::removexattr(path, ATTRIBUTES) {
            Err(Errno::NODATA | Errno::OPNOTSUPP) => Ok(()),
            done => done,
        }
    } else {
        let text = format!("0x{wanted:x}");
        match fs::setxattr(path, ATTRIBUTES, text.as_bytes(), XattrFlags::empty()) {
            // A file that was not changed since is no more than one that was.
            Err(Errno::OPNOTSUPP) if (wanted ^ default) & !ARCHIVE == 0 => Ok(()),
            done => done,
        }
    };
    done.map_err(|error| match error {
        Errno::OPNOTSUPP => Status::NOT_SUPPORTED,
        other => general(other),
    })
}

/// Gives what stands at a path these attributes instead of those it has; a link is followed.
///
/// # Errors
/// `INVALID_PARAMETER` for attributes that it cannot have, `ACCESS_DENIED`, `NOT_SUPPORTED` when
/// the file system does not keep them, those of Linux.
pub fn set(path: &Path, stat: &Stat, attributes: u32) -> Result<()> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory if attributes & TEMPORARY != 0 => Err(Status::INVALID_PARAMETER),
        FileType::Directory => keep(path, attributes & (KEPT | READ_ONLY), 0),
        _ if attributes & DIRECTORY != 0 => Err(Status::INVALID_PARAMETER),
        FileType::RegularFile => {
            let change = |mode: u32| {
                let differs = mode & 0o7777 != stat.st_mode & 0o7777;
                let mode = Mode::from(mode & 0o7777);
                if differs { fs::chmod(path, mode).map_err(general) } else { Ok(()) }
            };
            let writable = with_read_only(stat.st_mode, false);
            if Kept::beside(path).attributes.unwrap_or(ARCHIVE) != attributes & KEPT {
                // Linux keeps nothing for a file to which its owner cannot write.
                let was_writable = stat.st_mode & 0o200 != 0;
                if !was_writable {
                    change(writable)?;
                }
                let done = keep(path, attributes & KEPT, ARCHIVE);
                if !was_writable {
                    fs::chmod(path, Mode::from(stat.st_mode & 0o7777)).map_err(general)?;
                }
                done?;
            }
            match (is_read_only(stat), attributes & READ_ONLY != 0) {
                (true, false) => change(writable),
                (false, true) => change(with_read_only(stat.st_mode, true)),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Gives a new file everything that is kept beside a template, its attributes among it.
///
/// # Errors
/// Those of Linux.
pub fn copy_kept(template: &Path, new: &Path) -> Result<()> {
    let mut names = vec![0_u8; 65_536];
    let length = match fs::listxattr(template, &mut names[..]) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => return Ok(()),
        Err(error) => return Err(general(error)),
    };
    let mut value = vec![0_u8; 65_536];
    for name in names[..length].split(|&byte| byte == 0) {
        let Ok(name) = core::str::from_utf8(name) else { continue };
        if !name.starts_with(FOR_USERS) {
            continue;
        }
        let length = fs::getxattr(template, name, &mut value[..]).map_err(general)?;
        match fs::setxattr(new, name, &value[..length], XattrFlags::empty()) {
            Ok(()) | Err(Errno::OPNOTSUPP) => {}
            Err(error) => return Err(general(error)),
        }
    }
    Ok(())
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;

    #[test]
    fn they_are_kept_and_come_back() {
        let path = std::env::temp_dir().join(format!("attributes-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        let of = || crate::fs::basic::of_path(&path).unwrap().attributes;
        let set = |attributes| set(&path, &fs::stat(&path).unwrap(), attributes);
        assert_eq!(of(), ARCHIVE);
        set(READ_ONLY).unwrap();
        assert_eq!(of() & READ_ONLY, READ_ONLY);
        match set(HIDDEN | READ_ONLY) {
            Ok(()) => {
                assert_eq!(of(), HIDDEN | READ_ONLY);
                set(NORMAL).unwrap();
                assert_eq!(of(), NORMAL);
            }
            Err(status) => assert_eq!(status, Status::NOT_SUPPORTED),
        }
        assert_eq!(set(DIRECTORY), Err(Status::INVALID_PARAMETER));
        set(ARCHIVE).unwrap();
        assert_eq!(of(), ARCHIVE);
        std::fs::remove_file(&path).unwrap();
    }
}
