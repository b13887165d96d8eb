//! Drives: which there are, what they are, how much room they have.
#![allow(unsafe_code)]

use crate::entry::succeed;
use crate::text::{self, Unit};
use lapwing_abi::{BOOL, PCSTR, PCWSTR, PSTR, PWSTR};
use lapwing_executive::fs::volume;
use lapwing_executive::io::user_memory::UserPointer;

/// Bytes of a sector, whatever the disk has.
const SECTOR: u64 = 512;

/// # Safety
/// As for [`GetDriveTypeA`], in units of `U`.
pub(super) unsafe fn kind<U: Unit>(root: *const U) -> u32 {
    // SAFETY: the caller's promise.
    volume::kind(unsafe { text::from_terminated(root) }.as_deref())
}

/// What kind of drive has this root, which ends in a backslash; of the current drive for NULL:
/// `DRIVE_FIXED`, `DRIVE_REMOTE`, `DRIVE_CDROM`, `DRIVE_RAMDISK`, or `DRIVE_NO_ROOT_DIR` when there
/// is no such root.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetDriveTypeA(root: PCSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { kind(root) }
}

/// As [`GetDriveTypeA`], in UTF-16.
///
/// # Safety
/// As for [`GetDriveTypeA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetDriveTypeW(root: PCWSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { kind(root) }
}

/// # Safety
/// As for [`GetDiskFreeSpaceExA`], in units of `U`.
pub(super) unsafe fn room<U: Unit>(directory: *const U, places: [*mut u64; 3]) -> BOOL {
    // SAFETY: the caller's promise.
    let directory = unsafe { text::from_terminated(directory) };
    succeed(volume::room(directory.as_deref()).map(|room| {
        let numbers = [room.available, room.total, room.free];
        for (place, number) in places.into_iter().zip(numbers) {
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(place) }.write(number);
        }
    }))
}

/// How many bytes the volume of a directory has for the caller, altogether, and free; each that is
/// not NULL is told.
///
/// # Errors
/// FALSE with `ERROR_PATH_NOT_FOUND`, `ERROR_DIRECTORY` (267: it is a file), `ERROR_INVALID_NAME`.
///
/// # Safety
/// The name must be NULL or terminated, the pointers NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetDiskFreeSpaceExA(
    directory: PCSTR,
    available: *mut u64,
    total: *mut u64,
    free: *mut u64,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { room(directory, [available, total, free]) }
}

/// As [`GetDiskFreeSpaceExA`], in UTF-16.
///
/// # Safety
/// As for [`GetDiskFreeSpaceExA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetDiskFreeSpaceExW(
    directory: PCWSTR,
    available: *mut u64,
    total: *mut u64,
    free: *mut u64,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe { room(directory, [available, total, free]) }
}

/// # Safety
/// As for [`GetDiskFreeSpaceA`], in units of `U`.
pub(super) unsafe fn clusters<U: Unit>(root: *const U, places: [*mut u32; 4]) -> BOOL {
    // SAFETY: the caller's promise.
    let root = unsafe { text::from_terminated(root) };
    succeed(volume::room(root.as_deref()).map(|room| {
        let cluster = room.cluster.max(SECTOR);
        let numbers = [cluster / SECTOR, SECTOR, room.available / cluster, room.total / cluster];
        for (place, number) in places.into_iter().zip(numbers) {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(place) }.write(number);
        }
    }))
}

/// How large a volume's clusters are, and how many it has; each number that is not NULL is told,
/// the largest if it has more than 32 bits.
///
/// # Errors
/// As for [`GetDiskFreeSpaceExA`].
///
/// # Safety
/// The name must be NULL or terminated, the pointers NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetDiskFreeSpaceA(
    root: PCSTR,
    sectors_per_cluster: *mut u32,
    bytes_per_sector: *mut u32,
    free_clusters: *mut u32,
    clusters: *mut u32,
) -> BOOL {
    let places = [sectors_per_cluster, bytes_per_sector, free_clusters, clusters];
    // SAFETY: the caller's promises.
    unsafe { self::clusters(root, places) }
}

/// As [`GetDiskFreeSpaceA`], in UTF-16.
///
/// # Safety
/// As for [`GetDiskFreeSpaceA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetDiskFreeSpaceW(
    root: PCWSTR,
    sectors_per_cluster: *mut u32,
    bytes_per_sector: *mut u32,
    free_clusters: *mut u32,
    clusters: *mut u32,
) -> BOOL {
    let places = [sectors_per_cluster, bytes_per_sector, free_clusters, clusters];
    // SAFETY: the caller's promises.
    unsafe { self::clusters(root, places) }
}

/// A bit for each drive that there is, the lowest for `A:`.
#[unsafe(no_mangle)]
pub extern "system" fn GetLogicalDrives() -> u32 {
    volume::drives()
}

/// # Safety
/// As for [`GetLogicalDriveStringsA`], in units of `U`.
pub(super) unsafe fn roots<U: Unit>(size: u32, buffer: *mut U) -> u32 {
    let letters = (b'A'..=b'Z').filter(|letter| volume::drives() & 1 << (letter - b'A') != 0);
    let list: String = letters.map(|letter| format!("{}:\\\0", letter as char)).collect();
    let needed = list.len() as u32 + 1;
    if size < needed {
        return needed;
    }
    // SAFETY: the caller's promise.
    let _fits = unsafe { text::into_buffer(&list, buffer, size as usize) };
    needed - 1
}

/// The roots of all drives, each terminated, and one terminator more.  Returns their length without
/// the last terminator, or the size that the buffer needs.
///
/// # Safety
/// `buffer` must have `size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetLogicalDriveStringsA(size: u32, buffer: PSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { roots(size, buffer) }
}

/// As [`GetLogicalDriveStringsA`], in UTF-16.
///
/// # Safety
/// As for [`GetLogicalDriveStringsA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetLogicalDriveStringsW(size: u32, buffer: PWSTR) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { roots(size, buffer) }
}
