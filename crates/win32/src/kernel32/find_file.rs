//! FindFirstFile and its relatives: what is in a directory.
//!
//! Written once for the three alphabets; the structure that is filled is larger in each.
#![allow(unsafe_code)]

use crate::entry::{fail, is_wild, succeed};
use crate::last_error;
use crate::text::{self, Unit};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, ERROR_NOT_SUPPORTED, FIND_FIRST_EX_CASE_SENSITIVE, FIND_FIRST_EX_FLAGS,
    FIND_FIRST_EX_LARGE_FETCH, FIND_FIRST_EX_ON_DISK_ENTRIES_ONLY, FINDEX_INFO_LEVELS,
    FINDEX_SEARCH_OPS, FindExInfoBasic, FindExInfoStandard, FindExSearchLimitToDevices,
    FindExSearchMaxSearchOp, FindExSearchNameMatch, HANDLE, MAX_PATH, PCSTR, PCWSTR,
    WIN32_FIND_DATAA, WIN32_FIND_DATAW,
};
use lapwing_executive::fs::information::{REPARSE_POINT, SYMBOLIC_LINK};
use lapwing_executive::fs::search::{self, Found, Search};
use lapwing_executive::status::{Result, Status};

/// A `WIN32_FIND_DATA` in units of `U`.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct FindData<U> {
    attributes: u32,
    /// Created, accessed, written: each a FILETIME, low half first.
    times: [[u32; 2]; 3],
    /// High half, low half.
    size: [u32; 2],
    /// The tag of a reparse point, and nothing.
    reserved: [u32; 2],
    name: [U; MAX_PATH as usize],
    short_name: [U; 14],
}

const _: () = assert!(size_of::<FindData<u8>>() == size_of::<WIN32_FIND_DATAA>());
const _: () = assert!(size_of::<FindData<u16>>() == size_of::<WIN32_FIND_DATAW>());

/// A search's handle has this bit, which no handle of an object has.
const SEARCH: usize = 1 << 32;

fn number(handle: HANDLE) -> Result<u32> {
    match handle.addr() {
        number if number & SEARCH != 0 && number >> 33 == 0 => Ok(number as u32),
        _ => Err(Status::INVALID_HANDLE),
    }
}

/// # Safety
/// The data must be writable; there need be no alignment.
unsafe fn write<U: Unit>(data: *mut FindData<U>, found: &Found<'_>) {
    let Found { name, information } = found;
    let is_link = information.attributes & REPARSE_POINT != 0;
    let times = [information.created, information.accessed, information.written].map(u64::to_le);
    let size = information.size.rotate_left(32).to_le();
    // SAFETY: the caller's promise.
    unsafe {
        (&raw mut (*data).attributes).write_unaligned(information.attributes);
        (&raw mut (*data).times).cast::<[u64; 3]>().write_unaligned(times);
        (&raw mut (*data).size).cast::<u64>().write_unaligned(size);
        let tag = if is_link { SYMBOLIC_LINK } else { 0 };
        (&raw mut (*data).reserved).write_unaligned([tag, 0]);
        let place = (&raw mut (*data).name).cast::<U>();
        // Linux' names have at most 255 bytes, which are never more units.
        let _fits = text::into_buffer(name, place, MAX_PATH as usize);
        (&raw mut (*data).short_name).cast::<U>().write_unaligned(U::NUL);
    }
}

/// INVALID_HANDLE_VALUE, with the status as the last error.
fn no_search(status: Status) -> HANDLE {
    fail(status);
    ptr::without_provenance_mut(usize::MAX)
}

/// # Safety
/// As for [`FindFirstFileA`], in units of `U`.
pub(super) unsafe fn first<U: Unit>(
    name: *const U,
    data: *mut FindData<U>,
    case_sensitive: bool,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let Some(name) = (unsafe { text::from_terminated(name) }) else {
        return no_search(Status::OBJECT_PATH_NOT_FOUND);
    };
    if is_wild(data) {
        return no_search(Status::ACCESS_VIOLATION);
    }
    let begun = Search::open(&name, case_sensitive).and_then(|mut search| {
        let found = search.next_found().ok_or(Status::NO_SUCH_FILE)?;
        // SAFETY: the caller's promise, and not NULL.
        unsafe { write(data, &found) };
        search::keep(search)
    });
    match begun {
        Ok(number) => ptr::without_provenance_mut(SEARCH | number as usize),
        Err(status) => no_search(status),
    }
}

/// What FindFirstFileEx is asked for beside the name.
pub(super) struct Terms {
    pub level: FINDEX_INFO_LEVELS,
    pub operation: FINDEX_SEARCH_OPS,
    pub flags: FIND_FIRST_EX_FLAGS,
}

/// # Safety
/// As for [`FindFirstFileExA`], in units of `U`.
pub(super) unsafe fn first_extended<U: Unit>(
    name: *const U,
    terms: &Terms,
    data: *mut c_void,
) -> HANDLE {
    let Terms { level, operation, flags } = *terms;
    let known = FIND_FIRST_EX_CASE_SENSITIVE
        | FIND_FIRST_EX_LARGE_FETCH
        | FIND_FIRST_EX_ON_DISK_ENTRIES_ONLY;
    if operation == FindExSearchLimitToDevices {
        last_error::set(ERROR_NOT_SUPPORTED);
        return ptr::without_provenance_mut(usize::MAX);
    }
    if !(level == FindExInfoStandard || level == FindExInfoBasic)
        || !(FindExSearchNameMatch..FindExSearchMaxSearchOp).contains(&operation)
        || flags & !known != 0
    {
        return no_search(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's promise.
    unsafe { first(name, data.cast::<FindData<U>>(), flags & FIND_FIRST_EX_CASE_SENSITIVE != 0) }
}

/// # Safety
/// As for [`FindNextFileA`], in units of `U`.
pub(super) unsafe fn next<U: Unit>(handle: HANDLE, data: *mut FindData<U>) -> BOOL {
    let search = match number(handle).and_then(search::lookup) {
        Ok(search) => search,
        Err(status) => return fail(status),
    };
    if is_wild(data) {
        return fail(Status::ACCESS_VIOLATION);
    }
    let mut search = search.lock();
    match search.next_found() {
        Some(found) => {
            // SAFETY: the caller's promise, and not NULL.
            unsafe { write(data, &found) };
            1
        }
        None => fail(Status::NO_MORE_FILES),
    }
}

/// Begins a search for what has this name, in which `*` and `?` may stand behind the last
/// separator; tells of the first.  The search's handle is closed by [`FindClose`] alone.  The
/// directory's names are those at this moment, in NTFS' order (`.`, `..`, then by upper case);
/// there are no short names, neither to be told nor to be matched.
///
/// Case does not matter in the name behind the last separator.  A symbolic link is told of itself:
/// `FILE_ATTRIBUTE_REPARSE_POINT`.
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_FILE_NOT_FOUND` (2: nothing matches, a separator ends the
/// name, a drive's root), `ERROR_PATH_NOT_FOUND` (3: no such directory, NULL, an empty name),
/// `ERROR_ACCESS_DENIED` (5), `ERROR_INVALID_NAME` (123), `ERROR_DIRECTORY` (267: a file where a
/// directory must be), `ERROR_NOACCESS` (998), and the others of a path.
///
/// # Safety
/// The name must be NULL or terminated, the data NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindFirstFileA(
    lpfilename: PCSTR,
    lpfindfiledata: *mut WIN32_FIND_DATAA,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { first(lpfilename, lpfindfiledata.cast(), false) }
}

/// As [`FindFirstFileA`], in UTF-16.
///
/// # Safety
/// As for [`FindFirstFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindFirstFileW(
    lpfilename: PCWSTR,
    lpfindfiledata: *mut WIN32_FIND_DATAW,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { first(lpfilename, lpfindfiledata.cast(), false) }
}

/// As [`FindFirstFileA`]; both levels tell the same, and `FindExSearchLimitToDirectories` is a hint
/// that NTFS does not follow either.  With `FIND_FIRST_EX_CASE_SENSITIVE` case matters.
///
/// # Errors
/// `ERROR_INVALID_PARAMETER` (87) for other levels, operations and flags, `ERROR_NOT_SUPPORTED`
/// (50) for `FindExSearchLimitToDevices`; else as [`FindFirstFileA`].
///
/// # Safety
/// As for [`FindFirstFileA`]; the data is a `WIN32_FIND_DATAA`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindFirstFileExA(
    lpfilename: PCSTR,
    finfolevelid: FINDEX_INFO_LEVELS,
    lpfindfiledata: *mut c_void,
    fsearchop: FINDEX_SEARCH_OPS,
    _lpsearchfilter: *const c_void,
    dwadditionalflags: FIND_FIRST_EX_FLAGS,
) -> HANDLE {
    let terms = Terms { level: finfolevelid, operation: fsearchop, flags: dwadditionalflags };
    // SAFETY: the caller's promise.
    unsafe { first_extended(lpfilename, &terms, lpfindfiledata) }
}

/// As [`FindFirstFileExA`], in UTF-16.
///
/// # Safety
/// As for [`FindFirstFileA`]; the data is a `WIN32_FIND_DATAW`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindFirstFileExW(
    lpfilename: PCWSTR,
    finfolevelid: FINDEX_INFO_LEVELS,
    lpfindfiledata: *mut c_void,
    fsearchop: FINDEX_SEARCH_OPS,
    _lpsearchfilter: *const c_void,
    dwadditionalflags: FIND_FIRST_EX_FLAGS,
) -> HANDLE {
    let terms = Terms { level: finfolevelid, operation: fsearchop, flags: dwadditionalflags };
    // SAFETY: the caller's promise.
    unsafe { first_extended(lpfilename, &terms, lpfindfiledata) }
}

/// Tells of the next one that is found; the data stays as it is when there is none.
///
/// # Errors
/// FALSE with `ERROR_NO_MORE_FILES` (18), `ERROR_INVALID_HANDLE` (6: what is no search),
/// `ERROR_NOACCESS` (998).
///
/// # Safety
/// The data must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindNextFileA(
    hfindfile: HANDLE,
    lpfindfiledata: *mut WIN32_FIND_DATAA,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { next::<u8>(hfindfile, lpfindfiledata.cast()) }
}

/// As [`FindNextFileA`], in UTF-16.
///
/// # Safety
/// As for [`FindNextFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FindNextFileW(
    hfindfile: HANDLE,
    lpfindfiledata: *mut WIN32_FIND_DATAW,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { next::<u16>(hfindfile, lpfindfiledata.cast()) }
}

/// Ends a search.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE` (6).
#[unsafe(no_mangle)]
pub extern "system" fn FindClose(hfindfile: HANDLE) -> BOOL {
    succeed(number(hfindfile).and_then(search::close))
}
