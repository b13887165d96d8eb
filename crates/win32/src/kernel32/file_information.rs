//! What an open file tells and is told in structures.
#![allow(unsafe_code)]
// Windows spells the classes so.
#![allow(non_upper_case_globals)]

use super::file_attributes::{file_time, meant};
use crate::entry::{fail, is_wild, number, succeed};
use crate::text::Unit;
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, BY_HANDLE_FILE_INFORMATION, FILE_ATTRIBUTE_TAG_INFO, FILE_BASIC_INFO, FILE_ID_128,
    FILE_ID_INFO, FILE_INFO_BY_HANDLE_CLASS, FILE_STANDARD_INFO, FileAllocationInfo,
    FileAttributeTagInfo, FileBasicInfo, FileDispositionInfo, FileDispositionInfoEx,
    FileEndOfFileInfo, FileFullDirectoryInfo, FileFullDirectoryRestartInfo,
    FileIdBothDirectoryInfo, FileIdBothDirectoryRestartInfo, FileIdInfo, FileNameInfo,
    FileRenameInfo, FileRenameInfoEx, FileStandardInfo, HANDLE,
};
use lapwing_executive::fs::basic::Times;
use lapwing_executive::fs::directory_query::Layout;
use lapwing_executive::fs::disk_file::DiskFile;
use lapwing_executive::fs::full_path::without_drive;
use lapwing_executive::fs::information::{DIRECTORY, REPARSE_POINT, SYMBOLIC_LINK};
use lapwing_executive::fs::wide::Wide;
use lapwing_executive::io::user_memory::{UserBuffer, UserPointer};
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// `FILE_DISPOSITION_FLAG_DELETE` and `FILE_DISPOSITION_FLAG_POSIX_SEMANTICS`
const DISPOSITION: (u32, u32) = (1, 2);
/// `FILE_RENAME_FLAG_REPLACE_IF_EXISTS`
const REPLACE: u32 = 1;
/// Bytes before the name of a FILE_RENAME_INFO, and where its parts are.
const RENAME_HEAD: usize = 20;
const RENAME_LENGTH: usize = 16;

fn with_disk<T>(file: HANDLE, call: impl FnOnce(&DiskFile) -> Result<T>) -> Result<T> {
    handle::lookup(number(file)).and_then(|object| call(object.file()?.disk()?))
}

/// Attributes, times, size, names and number of an open file.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_INVALID_FUNCTION` for what is no file,
/// `ERROR_NOACCESS`.
///
/// # Safety
/// `information` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileInformationByHandle(
    file: HANDLE,
    information: *mut BY_HANDLE_FILE_INFORMATION,
) -> BOOL {
    if is_wild(information) {
        return fail(Status::ACCESS_VIOLATION);
    }
    succeed(with_disk(file, DiskFile::information).map(|found| {
        let (volume, index) = (found.identity.device, found.identity.inode);
        let answer = BY_HANDLE_FILE_INFORMATION {
            dwFileAttributes: found.attributes,
            ftCreationTime: file_time(found.created),
            ftLastAccessTime: file_time(found.accessed),
            ftLastWriteTime: file_time(found.written),
            dwVolumeSerialNumber: (volume ^ volume >> 32) as u32,
            nFileSizeHigh: (found.size >> 32) as u32,
            nFileSizeLow: found.size as u32,
            nNumberOfLinks: found.links,
            nFileIndexHigh: (index >> 32) as u32,
            nFileIndexLow: index as u32,
        };
        // SAFETY: the caller's promise.
        unsafe { UserPointer::new(information) }.write(answer);
    }))
}

/// Writes a structure into a buffer.
///
/// # Errors
/// `INFO_LENGTH_MISMATCH` when it has no room.
///
/// # Safety
/// `buffer` must have `size` writable bytes.
unsafe fn put<T: Copy>(value: T, buffer: *mut c_void, size: u32) -> Result<()> {
    if (size as usize) < size_of::<T>() {
        return Err(Status::INFO_LENGTH_MISMATCH);
    }
    // SAFETY: long enough, by the caller's promise.
    unsafe { UserPointer::new(buffer.cast::<T>()) }.write(value);
    Ok(())
}

/// Writes a FILE_NAME_INFO: a length in bytes, and as much of the name as has room.
///
/// # Safety
/// `buffer` must have `size` writable bytes.
unsafe fn put_name<U: Unit>(name: &str, buffer: *mut c_void, size: u32) -> Result<()> {
    let head = size_of::<u32>();
    let room = (size as usize).checked_sub(head).filter(|&room| room >= size_of::<U>());
    let room = room.ok_or(Status::INFO_LENGTH_MISMATCH)? / size_of::<U>();
    let units = U::encode(name);
    let length = (units.len() * size_of::<U>()) as u32;
    // SAFETY: long enough for the length, by the caller's promise.
    unsafe { UserPointer::new(buffer.cast::<u32>()) }.write(length);
    let start = buffer.cast::<u8>().wrapping_add(head).cast::<U>();
    for (index, &unit) in units.iter().take(room).enumerate() {
        // SAFETY: below the room, by the caller's promise.
        unsafe { start.add(index).write_unaligned(unit) };
    }
    if units.len() > room { Err(Status::BUFFER_OVERFLOW) } else { Ok(()) }
}

/// Writes the next records of a directory.
///
/// # Safety
/// `buffer` must have `size` writable bytes.
unsafe fn list<U: Unit>(
    disk: &DiskFile,
    layout: Layout,
    restart: bool,
    buffer: *mut c_void,
    size: u32,
) -> Result<()> {
    let wide = if size_of::<U>() == size_of::<u32>() { Wide::Utf32 } else { Wide::Utf16 };
    let records = disk.records(layout, wide, restart, size as usize)?;
    // SAFETY: the caller's promise.
    unsafe { UserBuffer::new(buffer.cast(), size as usize) }.put(&records);
    Ok(())
}

/// # Safety
/// As for [`GetFileInformationByHandleEx`], in units of `U`.
pub(super) unsafe fn get<U: Unit>(
    file: HANDLE,
    class: FILE_INFO_BY_HANDLE_CLASS,
    buffer: *mut c_void,
    size: u32,
) -> BOOL {
    if is_wild(buffer) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise, in every arm.
    succeed(with_disk(file, |disk| unsafe {
        let found = disk.information()?;
        match class {
            FileBasicInfo => put(
                FILE_BASIC_INFO {
                    CreationTime: found.created as i64,
                    LastAccessTime: found.accessed as i64,
                    LastWriteTime: found.written as i64,
                    ChangeTime: found.changed as i64,
                    FileAttributes: found.attributes,
                },
                buffer,
                size,
            ),
            FileStandardInfo => put(
                FILE_STANDARD_INFO {
                    AllocationSize: found.allocated as i64,
                    EndOfFile: found.size as i64,
                    NumberOfLinks: found.links,
                    DeletePending: disk.is_doomed(),
                    Directory: found.attributes & DIRECTORY != 0,
                },
                buffer,
                size,
            ),
            FileAttributeTagInfo => {
                let is_link = found.attributes & REPARSE_POINT != 0;
                let tag = if is_link { SYMBOLIC_LINK } else { 0 };
                let answer =
                    FILE_ATTRIBUTE_TAG_INFO { FileAttributes: found.attributes, ReparseTag: tag };
                put(answer, buffer, size)
            }
            FileIdInfo => {
                let mut identifier = [0; 16];
                identifier[..8].copy_from_slice(&found.identity.inode.to_le_bytes());
                let answer = FILE_ID_INFO {
                    VolumeSerialNumber: found.identity.device,
                    FileId: FILE_ID_128 { Identifier: identifier },
                };
                put(answer, buffer, size)
            }
            FileNameInfo => put_name::<U>(without_drive(&disk.name()?), buffer, size),
            FileFullDirectoryInfo => list::<U>(disk, Layout::Full, false, buffer, size),
            FileFullDirectoryRestartInfo => list::<U>(disk, Layout::Full, true, buffer, size),
            FileIdBothDirectoryInfo => list::<U>(disk, Layout::IdBoth, false, buffer, size),
            FileIdBothDirectoryRestartInfo => list::<U>(disk, Layout::IdBoth, true, buffer, size),
            _ => Err(Status::INVALID_INFO_CLASS),
        }
    }))
}

/// Tells about an open file: `FileBasicInfo`, `FileStandardInfo`, `FileNameInfo`,
/// `FileAttributeTagInfo`, `FileIdInfo`; and what is in an open directory, as many records as there
/// is room for, then those behind them: `FileFullDirectoryInfo`, `FileIdBothDirectoryInfo`, and
/// from the first again `...RestartInfo`.
///
/// Missing: the other classes.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_BAD_LENGTH` (24) when the structure has no room,
/// `ERROR_MORE_DATA` (234) when the name has no room (as much as there is room for is told),
/// `ERROR_NO_MORE_FILES` (18),
/// `ERROR_INVALID_PARAMETER` (the class), `ERROR_INVALID_FUNCTION` for what is no file,
/// `ERROR_NOACCESS`.
///
/// # Safety
/// `buffer` must have `size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetFileInformationByHandleEx(
    file: HANDLE,
    class: FILE_INFO_BY_HANDLE_CLASS,
    buffer: *mut c_void,
    size: u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { get::<u16>(file, class, buffer, size) }
}

/// Reads a structure from a buffer.
///
/// # Safety
/// `buffer` must have `size` readable bytes.
unsafe fn take<T: Copy>(buffer: *const c_void, size: u32) -> Result<T> {
    if (size as usize) < size_of::<T>() {
        return Err(Status::INFO_LENGTH_MISMATCH);
    }
    // SAFETY: long enough, by the caller's promise.
    Ok(unsafe { buffer.cast::<T>().read_unaligned() })
}

/// Reads the name of a FILE_RENAME_INFO, and the number at its beginning.
///
/// # Safety
/// `buffer` must have `size` readable bytes.
unsafe fn take_rename<U: Unit>(buffer: *const c_void, size: u32) -> Result<(String, u32)> {
    if (size as usize) < RENAME_HEAD {
        return Err(Status::INFO_LENGTH_MISMATCH);
    }
    let at = |offset: usize| buffer.cast::<u8>().wrapping_add(offset);
    // SAFETY: within the head, by the caller's promise.
    let (flags, length) = unsafe {
        (at(0).cast::<u32>().read_unaligned(), at(RENAME_LENGTH).cast::<u32>().read_unaligned())
    };
    let length = length as usize;
    if length == 0 || length > size as usize - RENAME_HEAD {
        return Err(Status::INVALID_PARAMETER);
    }
    let name = at(RENAME_HEAD).cast::<U>();
    // SAFETY: within the buffer, as has been checked.
    let name = unsafe { crate::text::from_counted(name, length / size_of::<U>()) };
    Ok((name.unwrap_or_default(), flags))
}

/// # Safety
/// As for [`SetFileInformationByHandle`], in units of `U`.
pub(super) unsafe fn set<U: Unit>(
    file: HANDLE,
    class: FILE_INFO_BY_HANDLE_CLASS,
    buffer: *const c_void,
    size: u32,
) -> BOOL {
    if is_wild(buffer) {
        return fail(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise, in every arm.
    succeed(with_disk(file, |disk| unsafe {
        match class {
            FileBasicInfo => {
                let wanted: FILE_BASIC_INFO = take(buffer, size)?;
                let times = Times {
                    created: meant(wanted.CreationTime as u64),
                    accessed: meant(wanted.LastAccessTime as u64),
                    written: meant(wanted.LastWriteTime as u64),
                };
                let attributes = wanted.FileAttributes;
                disk.set_basic(times, (attributes != 0).then_some(attributes))
            }
            FileDispositionInfo => disk.set_doomed(take::<u8>(buffer, size)? != 0),
            FileDispositionInfoEx => {
                let flags: u32 = take(buffer, size)?;
                match (flags & DISPOSITION.0 != 0, flags & DISPOSITION.1 != 0) {
                    (true, true) => disk.remove_name(),
                    (deletes, _) => disk.set_doomed(deletes),
                }
            }
            FileEndOfFileInfo => disk.set_size(take(buffer, size)?),
            FileAllocationInfo => disk.set_allocation(take(buffer, size)?),
            FileRenameInfo => {
                let (name, flags) = take_rename::<U>(buffer, size)?;
                // A BOOLEAN, whatever stands beside it.
                disk.rename(&name, flags & 0xFF != 0)
            }
            FileRenameInfoEx => {
                let (name, flags) = take_rename::<U>(buffer, size)?;
                disk.rename(&name, flags & REPLACE != 0)
            }
            _ => Err(Status::INVALID_INFO_CLASS),
        }
    }))
}

/// Tells an open file something: its attributes and times (`FileBasicInfo`), that its name goes
/// with the last handle or at once (`FileDispositionInfo`, `FileDispositionInfoEx`), its end
/// (`FileEndOfFileInfo`, `FileAllocationInfo`), another name (`FileRenameInfo`,
/// `FileRenameInfoEx`).
///
/// Missing: the other classes; the root directory of a rename, and flags of `FileRenameInfoEx` and
/// `FileDispositionInfoEx` other than those for replacing, deleting and POSIX' semantics.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_ACCESS_DENIED` without the right (`DELETE`,
/// `FILE_WRITE_ATTRIBUTES`, `FILE_WRITE_DATA`) or for a read-only file that should go,
/// `ERROR_DIR_NOT_EMPTY` (145), `ERROR_ALREADY_EXISTS` (183), `ERROR_BAD_LENGTH` (24),
/// `ERROR_INVALID_PARAMETER`, `ERROR_DISK_FULL`, `ERROR_NOACCESS`.
///
/// # Safety
/// `buffer` must have `size` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetFileInformationByHandle(
    file: HANDLE,
    class: FILE_INFO_BY_HANDLE_CLASS,
    buffer: *const c_void,
    size: u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { set::<u16>(file, class, buffer, size) }
}
