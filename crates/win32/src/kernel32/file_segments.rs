//! ReadFileScatter and WriteFileGather: a transfer whose memory is a list of pages.
#![allow(unsafe_code)]

use super::file::{finish, given};
use crate::entry::{fail, is_wild, number};
use lapwing_abi::{BOOL, FILE_SEGMENT_ELEMENT, HANDLE, OVERLAPPED};
use lapwing_executive::io::read_write::{Way, read_write_pages};
use lapwing_executive::io::user_memory::{UserBuffer, UserBuffers, UserPointer};
use lapwing_executive::status::{Result, Status};

/// Bytes of a page, and of each element's memory.
const PAGE: usize = 4096;

/// Takes the list; the memory of each element is one page, of the last one what is left.
///
/// # Safety
/// As for [`ReadFileScatter`].
unsafe fn pages(
    way: Way,
    elements: *const FILE_SEGMENT_ELEMENT,
    length: u32,
) -> Result<UserBuffers> {
    let length = length as usize;
    if length > 0 && is_wild(elements) {
        return Err(Status::ACCESS_VIOLATION);
    }
    let page = |index: usize| {
        // SAFETY: the caller's promise; both readings of the union are the address.
        let address = unsafe { elements.add(index).read_unaligned().Alignment } as usize;
        if !address.is_multiple_of(PAGE) {
            return Err(Status::INVALID_PARAMETER);
        }
        let address = core::ptr::with_exposed_provenance_mut(address);
        if is_wild(address) {
            let reads = way == Way::Read;
            return Err(if reads { Status::ACCESS_VIOLATION } else { Status::INVALID_USER_BUFFER });
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { UserBuffer::new(address, PAGE.min(length - index * PAGE)) })
    };
    let pages: Result<_> = (0..length.div_ceil(PAGE)).map(page).collect();
    pages.map(UserBuffers::Many)
}

/// What both functions share.
///
/// # Safety
/// As for [`ReadFileScatter`].
unsafe fn transfer(
    way: Way,
    file: HANDLE,
    elements: *const FILE_SEGMENT_ELEMENT,
    length: u32,
    overlapped: *mut OVERLAPPED,
) -> BOOL {
    if overlapped.is_null() {
        return fail(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's promise.
    let list = || unsafe { pages(way, elements, length) };
    // SAFETY: the caller's promise, and not NULL.
    let given = || unsafe { given(overlapped) };
    finish(read_write_pages(number(file), way, list, given), UserPointer::null())
}

/// Reads into a list of pages of memory, from a file that was opened with
/// `FILE_FLAG_OVERLAPPED` and `FILE_FLAG_NO_BUFFERING`, at the Offset in the OVERLAPPED.  The list
/// itself may go when the call has returned; its pages belong to the request.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`; `ERROR_INVALID_PARAMETER` when there is no OVERLAPPED, the file
/// was opened otherwise or is no file on a disk, the length is not in whole sectors, or an element
/// is not the address of a page; `ERROR_NOACCESS` for a list or a page that is nowhere; those of
/// `ReadFile`.
///
/// # Safety
/// There are as many elements as the length has pages, and each is the address of a page of memory;
/// the OVERLAPPED is as for `ReadFile`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReadFileScatter(
    hfile: HANDLE,
    asegmentarray: *const FILE_SEGMENT_ELEMENT,
    nnumberofbytestoread: u32,
    _lpreserved: *const u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { transfer(Way::Read, hfile, asegmentarray, nnumberofbytestoread, lpoverlapped) }
}

/// Writes a list of pages of memory, as [`ReadFileScatter`] reads.
///
/// # Errors
/// As for [`ReadFileScatter`] and `WriteFile`.
///
/// # Safety
/// As for [`ReadFileScatter`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WriteFileGather(
    hfile: HANDLE,
    asegmentarray: *const FILE_SEGMENT_ELEMENT,
    nnumberofbytestowrite: u32,
    _lpreserved: *const u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { transfer(Way::Write, hfile, asegmentarray, nnumberofbytestowrite, lpoverlapped) }
}
