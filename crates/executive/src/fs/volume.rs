//! Drives: which there are, what they are, how much room they have.

use super::error::general;
use super::path;
use crate::status::{Result, Status};
use crate::sys::configuration;
use rustix::fs;

/// `DRIVE_NO_ROOT_DIR`
pub const NO_ROOT: u32 = 1;
/// `DRIVE_FIXED`
const FIXED: u32 = 3;
/// `DRIVE_REMOTE`
const REMOTE: u32 = 4;
/// `DRIVE_CDROM`
const CD_ROM: u32 = 5;
/// `DRIVE_RAMDISK`
const RAM_DISK: u32 = 6;

/// What Linux calls the file systems that are not on a disk of this machine.
const KINDS: [(u32, u32); 9] = [
    (0x6969, REMOTE),
    (0x517B, REMOTE),
    (0xFF53_4D42, REMOTE),
    (0xFE53_4D42, REMOTE),
    (0x0102_1997, REMOTE),
    (0x9660, CD_ROM),
    (0x1501_3346, CD_ROM),
    (0x0102_1994, RAM_DISK),
    (0x8584_58F6, RAM_DISK),
];

/// How much room a volume has; bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Free for this user.
    pub available: u64,
    /// Altogether.
    pub total: u64,
    /// Free.
    pub free: u64,
    /// Bytes that are given out at once.
    pub cluster: u64,
}

/// A bit for each drive, the lowest for `A:`.
pub fn drives() -> u32 {
    let letters = configuration::get().drives().map(|(letter, _)| letter as u32 - 'A' as u32);
    letters.fold(0, |all, letter| all | 1 << letter)
}

/// What kind of drive has this root, which ends in a backslash; of the current one without a name.
pub fn kind(root: Option<&str>) -> u32 {
    let place = match root {
        Some(root) => path::resolve(root),
        None => path::resolve(r"\"),
    };
    let Some(place) = place.ok().filter(|place| place.of_directory && place.path.is_dir()) else {
        return NO_ROOT;
    };
    let Ok(found) = fs::statfs(&place.path) else { return NO_ROOT };
    let magic = found.f_type as u32;
    KINDS.iter().find(|(number, _)| *number == magic).map_or(FIXED, |(_, kind)| *kind)
}

/// The room of the volume that a directory is on; the current one's without a name.
///
/// # Errors
/// `OBJECT_PATH_NOT_FOUND`, `NOT_A_DIRECTORY`, those of a path and of Linux.
pub fn room(directory: Option<&str>) -> Result<Room> {
    let place = path::resolve(directory.unwrap_or(r"\"))?;
    if !place.path.exists() {
        return Err(Status::OBJECT_PATH_NOT_FOUND);
    }
    if !place.path.is_dir() {
        return Err(Status::NOT_A_DIRECTORY);
    }
    let found = fs::statvfs(&place.path).map_err(general)?;
    let cluster = found.f_frsize;
    let bytes = |blocks: u64| blocks.saturating_mul(cluster);
    let (available, total) = (bytes(found.f_bavail), bytes(found.f_blocks));
    Ok(Room { available, total, free: bytes(found.f_bfree), cluster })
}
