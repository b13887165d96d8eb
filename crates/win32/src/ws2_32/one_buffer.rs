//! WSASend and WSARecv as servers call them: one buffer, no flags, no routine.  What else is
//! unusual goes the general way ([`super::transfer`]) from here.
#![allow(unsafe_code)]

use super::startup;
use super::transfer::ADDRESS_END;
use crate::entry::{WILD_END, socket_fail};
use crate::error::winsock;
use crate::last_error;
use lapwing_abi::{OVERLAPPED, SOCKET, WSA_IO_PENDING, WSABUF};
use lapwing_executive::afd::fast_io::{self, Answer};
use lapwing_executive::io::status_block::OverlappedBlock;
use lapwing_executive::io::user_memory::{UserBuffer, UserPointer};
use lapwing_executive::status::Status;

/// The buffer and the OVERLAPPED of a call, if these are of the usual form: not empty, and without
/// an event.  Whatever is wrong with it is for the general way to say.
///
/// # Safety
/// The pointers are not NULL, and otherwise as Windows' documentation asks; the memory lasts as
/// long as the request.
#[inline(always)]
unsafe fn usual(
    buffers: *const WSABUF,
    overlapped: *mut OVERLAPPED,
) -> Option<(UserBuffer, OverlappedBlock)> {
    startup::check().ok()?;
    // SAFETY: the caller's promise.
    let block = unsafe { OverlappedBlock::new(overlapped.cast()) }.ok()?;
    // SAFETY: the caller's promise; aligned, as the status block has checked.
    if !unsafe { (*overlapped).hEvent }.is_null() {
        return None;
    }
    // SAFETY: the caller's promise; the structure is plain data and may be unaligned.
    let WSABUF { buf, len } = unsafe { buffers.read_unaligned() };
    let last_start = const { ADDRESS_END - WILD_END } - len as usize;
    if len == 0 || buf.addr().wrapping_sub(WILD_END) > last_start {
        return None;
    }
    // SAFETY: the caller's promise.
    Some((unsafe { UserBuffer::new(buf, len as usize) }, block))
}

/// The answer of a call with one buffer.
struct OfOne<G> {
    count: UserPointer<u32>,
    /// Makes the call in the general way.
    general: G,
}

impl<G: FnOnce() -> i32> Answer for OfOne<G> {
    type Result = i32;

    #[inline(always)]
    fn done(self, bytes: usize) -> i32 {
        self.count.write(bytes as u32);
        last_error::set(0);
        0
    }

    #[inline(always)]
    fn pending(self) -> i32 {
        socket_fail(WSA_IO_PENDING)
    }

    fn failed(self, status: Status) -> i32 {
        socket_fail(winsock(status))
    }

    fn unusual(self) -> i32 {
        (self.general)()
    }
}

/// Receives into one buffer, without flags and without a routine; what is unusual after all, in the
/// general way.
///
/// # Safety
/// As for [`super::transfer::WSARecv`]; only the pointer to the count may be NULL.
#[inline(always)]
pub(super) unsafe fn receive(
    s: SOCKET,
    buffers: *const WSABUF,
    received: *mut u32,
    overlapped: *mut OVERLAPPED,
    general: impl FnOnce() -> i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let (usual, count) = unsafe { (usual(buffers, overlapped), UserPointer::new(received)) };
    match usual {
        // There are no flags, nor were there.
        Some((buffer, block)) => fast_io::receive(s, buffer, block, OfOne { count, general }),
        None => general(),
    }
}

/// As [`receive`], but sends.
///
/// # Safety
/// As for [`super::transfer::WSASend`]; only the pointer to the count may be NULL.
#[inline(always)]
pub(super) unsafe fn send(
    s: SOCKET,
    buffers: *const WSABUF,
    sent: *mut u32,
    overlapped: *mut OVERLAPPED,
    general: impl FnOnce() -> i32,
) -> i32 {
    // SAFETY: the caller's promise.
    let (usual, count) = unsafe { (usual(buffers, overlapped), UserPointer::new(sent)) };
    match usual {
        Some((buffer, block)) => fast_io::send(s, buffer, block, OfOne { count, general }),
        None => general(),
    }
}
