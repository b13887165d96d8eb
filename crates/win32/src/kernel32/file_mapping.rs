//! File mappings: sections of files or of memory, and views of them.
#![allow(unsafe_code)]

use super::named;
use crate::entry::{fail, number, succeed};
use crate::text::Unit;
use core::ffi::c_void;
use core::ptr::{null_mut, with_exposed_provenance_mut};
use lapwing_abi::{
    BOOL, FILE_MAP, FILE_MAP_COPY, FILE_MAP_EXECUTE, FILE_MAP_READ, FILE_MAP_WRITE, HANDLE,
    MEMORY_MAPPED_VIEW_ADDRESS, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY,
    PAGE_PROTECTION_FLAGS, PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY, PCSTR, PCWSTR,
    SEC_COMMIT, SEC_FILE, SEC_IMAGE, SEC_LARGE_PAGES, SEC_NOCACHE, SEC_RESERVE, SEC_WRITECOMBINE,
    SECURITY_ATTRIBUTES,
};
use lapwing_executive::mm::section::{Rights, Section};
use lapwing_executive::mm::view::{self, Access, Wanted};
use lapwing_executive::ob::access::{MAP_EXECUTE, MAP_READ, MAP_WRITE, SECTION_REQUIRED};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::status::{Result, Status};

/// What a call says beside the name.
pub(super) struct Wishes {
    pub file: HANDLE,
    pub protection: PAGE_PROTECTION_FLAGS,
    pub size_high: u32,
    pub size_low: u32,
}

impl Wishes {
    /// True for memory of the section's own.
    fn is_memory(&self) -> bool {
        // INVALID_HANDLE_VALUE
        matches!(self.file.addr(), 0 | usize::MAX)
    }

    /// What the protection comes to.
    fn rights(&self) -> Result<Rights> {
        const KINDS: u32 = SEC_COMMIT | SEC_RESERVE | SEC_IMAGE;
        const MORE: u32 = SEC_NOCACHE | SEC_LARGE_PAGES | SEC_WRITECOMBINE;
        const PROTECTION: u32 = 0xFF;
        let flags = self.protection & !PROTECTION;
        let (kind, more) = (flags & KINDS, flags & MORE);
        let rights = |write, execute| Rights { write, execute };
        let rights = match self.protection & PROTECTION {
            PAGE_READONLY | PAGE_WRITECOPY => rights(false, false),
            PAGE_READWRITE => rights(true, false),
            PAGE_EXECUTE_READ | PAGE_EXECUTE_WRITECOPY => rights(false, true),
            PAGE_EXECUTE_READWRITE => rights(true, true),
            _ => return Err(Status::INVALID_PARAMETER),
        };
        let is_known = flags & !(KINDS | MORE) == 0 && flags & SEC_FILE == 0;
        let large = more & SEC_LARGE_PAGES != 0;
        match kind {
            _ if !is_known => Err(Status::INVALID_PARAMETER),
            0 if more != 0 => Err(Status::INVALID_PARAMETER),
            SEC_IMAGE if more & !SEC_NOCACHE == 0 => Err(Status::INVALID_IMAGE_FORMAT),
            SEC_COMMIT if large && self.is_memory() => Err(Status::PRIVILEGE_NOT_HELD),
            0 | SEC_COMMIT | SEC_RESERVE if !large => Ok(rights),
            _ => Err(Status::INVALID_PARAMETER),
        }
    }

    fn section(&self, rights: Rights) -> Result<Section> {
        let size = u64::from(self.size_high) << 32 | u64::from(self.size_low);
        if self.is_memory() {
            return Section::of_memory(size, rights);
        }
        let object = handle::lookup(number(self.file))?;
        let disk = object.file()?.disk().map_err(|_| Status::INVALID_FILE_FOR_SECTION)?;
        Section::of_file(disk, size, rights)
    }
}

/// The rights of the handle that a `CreateFileMapping` with this protection returns.
fn rights_of_creator(rights: Rights) -> u32 {
    let write = if rights.write { MAP_WRITE } else { 0 };
    let execute = if rights.execute { MAP_EXECUTE } else { 0 };
    SECTION_REQUIRED | MAP_READ | write | execute
}

/// What an `OpenFileMapping` asks for.
fn section_access(access: FILE_MAP) -> u32 {
    let access = if access == FILE_MAP_COPY { FILE_MAP_READ } else { access };
    let execute = if access & FILE_MAP_EXECUTE != 0 { MAP_EXECUTE } else { 0 };
    access | execute
}

fn is_section(object: &Object) -> bool {
    object.section().is_ok()
}

/// # Safety
/// As for [`CreateFileMappingA`], in units of `U`.
pub(super) unsafe fn create<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    wishes: &Wishes,
    name: *const U,
) -> HANDLE {
    let made = wishes.rights().and_then(|rights| Ok((wishes.section(rights)?, rights)));
    match made {
        // SAFETY: the caller's promises.
        Ok((section, rights)) => unsafe {
            named::create_section(attributes, name, section, rights_of_creator(rights))
        },
        Err(status) => named::no_handle(status),
    }
}

/// # Safety
/// As for [`OpenFileMappingA`], in units of `U`.
pub(super) unsafe fn open<U: Unit>(access: FILE_MAP, inherit: BOOL, name: *const U) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { named::open(inherit, name, is_section, section_access(access)) }
}

/// A section of a file, or of memory that is all zero (`INVALID_HANDLE_VALUE`); opens the one of
/// this name if there is one (last error 183).  A file that is shorter grows if the protection
/// lets views write; a size of 0 is the file's.  As long as the section or a view of it is there
/// the file cannot be cut off before its end (1224).
///
/// `SEC_RESERVE` memory is there from the first touch on; `SEC_NOCACHE` and `SEC_WRITECOMBINE`
/// change nothing.
///
/// Another process opens the section of a file by the path that the file had then.
///
/// Missing: `SEC_IMAGE` (no file has the format, 193) and `SEC_LARGE_PAGES` (1314).
///
/// # Errors
/// NULL with `ERROR_INVALID_PARAMETER` (87: protection, flags, memory without a size),
/// `ERROR_INVALID_HANDLE` (6: no file, or the name is of something else), `ERROR_ACCESS_DENIED`
/// (5: the file is not open for that), `ERROR_FILE_INVALID` (1006: it is empty),
/// `ERROR_NOT_ENOUGH_MEMORY` (8: it is shorter, and may not grow), `ERROR_DISK_FULL` (112),
/// `ERROR_BAD_EXE_FORMAT` (193: it is on no disk), `ERROR_COMMITMENT_LIMIT` (1455).
///
/// # Safety
/// The attributes must be NULL or readable, the name NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateFileMappingA(
    file: HANDLE,
    attributes: *const SECURITY_ATTRIBUTES,
    protection: PAGE_PROTECTION_FLAGS,
    size_high: u32,
    size_low: u32,
    name: PCSTR,
) -> HANDLE {
    let wishes = Wishes { file, protection, size_high, size_low };
    // SAFETY: the caller's promises.
    unsafe { create(attributes, &wishes, name) }
}

/// As [`CreateFileMappingA`], the name in UTF-16.
///
/// # Safety
/// As for [`CreateFileMappingA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateFileMappingW(
    file: HANDLE,
    attributes: *const SECURITY_ATTRIBUTES,
    protection: PAGE_PROTECTION_FLAGS,
    size_high: u32,
    size_low: u32,
    name: PCWSTR,
) -> HANDLE {
    let wishes = Wishes { file, protection, size_high, size_low };
    // SAFETY: the caller's promises.
    unsafe { create(attributes, &wishes, name) }
}

/// Opens the section of this name, for views of the kinds that `access` names.
///
/// # Errors
/// NULL with `ERROR_FILE_NOT_FOUND` (2), `ERROR_INVALID_HANDLE` (6: the name is of something
/// else), `ERROR_INVALID_PARAMETER` (87: NULL).
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenFileMappingA(
    access: FILE_MAP,
    inherit: BOOL,
    name: PCSTR,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(access, inherit, name) }
}

/// As [`OpenFileMappingA`], in UTF-16.
///
/// # Safety
/// As for [`OpenFileMappingA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenFileMappingW(
    access: FILE_MAP,
    inherit: BOOL,
    name: PCWSTR,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(access, inherit, name) }
}

fn map(mapping: HANDLE, access: FILE_MAP, wanted: Wanted) -> MEMORY_MAPPED_VIEW_ADDRESS {
    let (read, write) = (access & FILE_MAP_READ != 0, access & FILE_MAP_WRITE != 0);
    let kind = match access & !FILE_MAP_EXECUTE {
        FILE_MAP_COPY => Access::Copy,
        _ if write => Access::Write,
        _ if read => Access::Read,
        _ => Access::Nothing,
    };
    let execute = access & FILE_MAP_EXECUTE != 0;
    let wanted = Wanted { access: kind, execute, ..wanted };
    let mapped = handle::lookup(number(mapping)).and_then(|object| {
        let section = object.section()?;
        let view = if kind == Access::Write { MAP_WRITE } else { MAP_READ };
        object.require(if execute { view | MAP_EXECUTE } else { view })?;
        view::map(section, &wanted)
    });
    match mapped {
        Ok(base) => with_exposed_provenance_mut(base),
        Err(status) => {
            fail(status);
            null_mut()
        }
    }
}

/// Maps a part of a section: from a multiple of 64 KiB on, so many bytes or (0) to its end.  The
/// view stays when the handle is closed, until [`UnmapViewOfFile`].  `FILE_MAP_COPY` alone gives a
/// view of which nobody else sees what is written.
///
/// # Errors
/// NULL with `ERROR_INVALID_HANDLE` (6), `ERROR_ACCESS_DENIED` (5: more than the handle or the
/// section may, or a part that is not in it), `ERROR_MAPPED_ALIGNMENT` (1132),
/// `ERROR_NOT_ENOUGH_MEMORY` (8).
#[unsafe(no_mangle)]
pub extern "system" fn MapViewOfFile(
    mapping: HANDLE,
    access: FILE_MAP,
    offset_high: u32,
    offset_low: u32,
    size: usize,
) -> MEMORY_MAPPED_VIEW_ADDRESS {
    MapViewOfFileEx(mapping, access, offset_high, offset_low, size, core::ptr::null())
}

/// As [`MapViewOfFile`], at this address, which is a multiple of 64 KiB.
///
/// # Errors
/// `ERROR_INVALID_ADDRESS` (487) when something else is there, and those of [`MapViewOfFile`].
#[unsafe(no_mangle)]
pub extern "system" fn MapViewOfFileEx(
    mapping: HANDLE,
    access: FILE_MAP,
    offset_high: u32,
    offset_low: u32,
    size: usize,
    base: *const c_void,
) -> MEMORY_MAPPED_VIEW_ADDRESS {
    let offset = u64::from(offset_high) << 32 | u64::from(offset_low);
    let (at, execute) = (base.addr(), false);
    map(mapping, access, Wanted { access: Access::Nothing, execute, offset, size, at })
}

/// Takes a view away, by any address in it.
///
/// # Errors
/// FALSE with `ERROR_INVALID_ADDRESS` (487) when it is in none.
#[unsafe(no_mangle)]
pub extern "system" fn UnmapViewOfFile(view: MEMORY_MAPPED_VIEW_ADDRESS) -> BOOL {
    succeed(view::unmap(view.addr()))
}

/// Writes what has changed in a part of a view to its file, and waits for that; 0 bytes: to the
/// view's end.
///
/// # Errors
/// FALSE with `ERROR_INVALID_ADDRESS` (487) when it is in no view.
#[unsafe(no_mangle)]
pub extern "system" fn FlushViewOfFile(base: *const c_void, size: usize) -> BOOL {
    succeed(view::flush(base.addr(), size))
}
