//! Completion ports.
#![allow(unsafe_code)]

use crate::entry::{self, fail, is_one_wild, is_wild, number, succeed};
use crate::last_error;
use core::ptr;
use lapwing_abi::{
    BOOL, ERROR_ABANDONED_WAIT_0, ERROR_INVALID_PARAMETER, ERROR_NOACCESS, HANDLE, OVERLAPPED,
    OVERLAPPED_ENTRY, WAIT_IO_COMPLETION, WAIT_TIMEOUT,
};
use lapwing_executive::io::port::Port;
use lapwing_executive::io::tie;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ke::apc;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::queue::{Packet, Removed};
use lapwing_executive::ke::thread::Thread;
use lapwing_executive::ke::waiter::WaitTerms;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Body;
use lapwing_executive::status::{Result, Status};
use std::sync::Arc;

const INVALID_HANDLE_VALUE: usize = usize::MAX;
/// So many packets are taken in one go at the most.
const AT_ONCE: usize = 16;

fn find(port: HANDLE) -> Result<Arc<Port>> {
    handle::lookup(number(port))?.port().cloned()
}

/// Makes a completion port, associates a handle with one, or both.
///
/// * `filehandle` is `INVALID_HANDLE_VALUE`: a new port that lets `numberofconcurrentthreads`
///   threads run at once, 0 meaning one per processor.  The key is ignored.
/// * `existingcompletionport` is NULL: a new port, and the file associated with it.
/// * else: the file associated with the existing port, which is returned.
///
/// The association is for the file's life; requests that are pending complete to the port too.
///
/// # Errors
/// NULL with `ERROR_INVALID_PARAMETER` (the file has a port, or is not overlapped; an existing
/// port without a file), `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn CreateIoCompletionPort(
    filehandle: HANDLE,
    existingcompletionport: HANDLE,
    completionkey: usize,
    numberofconcurrentthreads: u32,
) -> HANDLE {
    let file = number(filehandle);
    let result = if file == INVALID_HANDLE_VALUE {
        if existingcompletionport.is_null() {
            create(numberofconcurrentthreads)
        } else {
            Err(Status::INVALID_PARAMETER)
        }
    } else if existingcompletionport.is_null() {
        create(numberofconcurrentthreads).and_then(|port| {
            associate(file, port, completionkey).inspect_err(|_| {
                // Ours alone, and open: closing it cannot fail.
                let _closed = handle::close(number(port));
            })
        })
    } else {
        associate(file, existingcompletionport, completionkey)
    };
    result.unwrap_or_else(|status| {
        fail(status);
        ptr::null_mut()
    })
}

fn create(concurrency: u32) -> Result<HANDLE> {
    let port = Port::new(concurrency)?;
    handle::create(Body::Port(port)).map(entry::handle)
}

fn associate(file: usize, port: HANDLE, key: usize) -> Result<HANDLE> {
    let object = handle::lookup(file)?;
    object.file()?.associate(find(port)?, key)?;
    Ok(port)
}

/// Runs the caller's APCs, with nothing held, and says so.
fn deliver_apcs() -> BOOL {
    apc::deliver();
    last_error::set(WAIT_IO_COMPLETION);
    0
}

/// Waits for a packet.  Bytes and key are written only when a packet was taken; `*lpoverlapped` is
/// NULL when none was.
///
/// # Errors
/// FALSE with a packet (`*lpoverlapped` is not NULL): the request's own error.  FALSE without:
/// `WAIT_TIMEOUT` (258), `ERROR_ABANDONED_WAIT_0` (735: the port was closed), or
/// `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointers are writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetQueuedCompletionStatus(
    completionport: HANDLE,
    lpnumberofbytestransferred: *mut u32,
    lpcompletionkey: *mut usize,
    lpoverlapped: *mut *mut OVERLAPPED,
    dwmilliseconds: u32,
) -> BOOL {
    if is_one_wild(lpnumberofbytestransferred, lpcompletionkey, lpoverlapped) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    let outputs = (lpnumberofbytestransferred, lpcompletionkey, lpoverlapped);
    let port = number(completionport);
    // SAFETY: the caller's promise.
    unsafe {
        match tie::next(port) {
            Some(packet) => take(packet, outputs),
            None => wait_for_packet(port, outputs.0, outputs.1, outputs.2, dwmilliseconds),
        }
    }
}

/// Waits for a packet.
///
/// # Safety
/// The pointers are writable.
#[inline(never)]
unsafe fn wait_for_packet(
    port: usize,
    bytes: *mut u32,
    key: *mut usize,
    overlapped: *mut *mut OVERLAPPED,
    milliseconds: u32,
) -> BOOL {
    let mut packets = [Packet::default()];
    let deadline = Deadline::after_milliseconds(milliseconds);
    let terms = WaitTerms { deadline, alertable: false };
    let failed = match tie::remove(port, &terms, &mut packets) {
        // SAFETY: the caller's promise.
        Ok(Removed::Packets(_)) => return unsafe { take(packets[0], (bytes, key, overlapped)) },
        Ok(none) => without_packet(none),
        Err(status) => fail(status),
    };
    // SAFETY: the caller's promise.
    unsafe { overlapped.write_unaligned(ptr::null_mut()) };
    failed
}

/// Takes a packet to the program, and says how its request ended.
///
/// # Safety
/// The pointers are writable.
#[inline]
unsafe fn take(
    packet: Packet,
    (bytes, key, overlapped): (*mut u32, *mut usize, *mut *mut OVERLAPPED),
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe {
        bytes.write_unaligned(packet.information as u32);
        key.write_unaligned(packet.key);
        overlapped.write_unaligned(ptr::with_exposed_provenance_mut(packet.overlapped));
    }
    if packet.status.is_success() { 1 } else { fail(packet.status) }
}

fn without_packet(removed: Removed) -> BOOL {
    match removed {
        Removed::Abandoned => {
            // Not what the table makes of the status, which is the wait's own 128.
            last_error::set(ERROR_ABANDONED_WAIT_0);
            0
        }
        Removed::Alerted => deliver_apcs(),
        Removed::TimedOut | Removed::Packets(_) => {
            last_error::set(WAIT_TIMEOUT);
            0
        }
    }
}

/// Waits for packets and takes as many as are queued and fit, in order.  Each entry's own result
/// is in its OVERLAPPED; a failed request does not make the call fail.
///
/// # Errors
/// FALSE with `WAIT_TIMEOUT` (258), `WAIT_IO_COMPLETION` (192: alertable, and APCs have run),
/// `ERROR_ABANDONED_WAIT_0` (735), `ERROR_INVALID_PARAMETER` (no room for an entry),
/// `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// `lpcompletionportentries` points to `ulcount` writable entries, `ulnumentriesremoved` is
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetQueuedCompletionStatusEx(
    completionport: HANDLE,
    lpcompletionportentries: *mut OVERLAPPED_ENTRY,
    ulcount: u32,
    ulnumentriesremoved: *mut u32,
    dwmilliseconds: u32,
    falertable: BOOL,
) -> BOOL {
    if is_wild(lpcompletionportentries) || is_wild(ulnumentriesremoved) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    if ulcount == 0 {
        last_error::set(ERROR_INVALID_PARAMETER);
        return 0;
    }
    let port = number(completionport);
    let room = ulcount as usize;
    let mut packets = [Packet::default(); AT_ONCE];
    let fitting = AT_ONCE.min(room);
    let mut taken = tie::next_some(port, &mut packets[..fitting]);
    if taken == 0 {
        let first = &mut packets[..fitting];
        taken = match wait_for_packets(port, first, dwmilliseconds, falertable != 0) {
            Ok(taken) => taken,
            Err(result) => return result,
        };
    }
    let mut count = 0;
    while taken > 0 {
        for (index, packet) in packets[..taken].iter().enumerate() {
            let entry = OVERLAPPED_ENTRY {
                lpCompletionKey: packet.key,
                lpOverlapped: ptr::with_exposed_provenance_mut(packet.overlapped),
                Internal: packet.status.0 as usize,
                dwNumberOfBytesTransferred: packet.information as u32,
            };
            // SAFETY: the caller's promise; so many were asked for at most.
            unsafe { lpcompletionportentries.add(count + index).write_unaligned(entry) };
        }
        count += taken;
        let left = AT_ONCE.min(room - count);
        taken = if taken < AT_ONCE { 0 } else { tie::next_some(port, &mut packets[..left]) };
    }
    // SAFETY: the caller's promise.
    unsafe { UserPointer::new(ulnumentriesremoved) }.write(count as u32);
    1
}

/// Waits for packets; how many there are.  Without one, what the call returns, with its last error
/// set.
#[inline(never)]
fn wait_for_packets(
    port: usize,
    packets: &mut [Packet],
    milliseconds: u32,
    alertable: bool,
) -> core::result::Result<usize, BOOL> {
    // A thread that works for this port takes packets first, a stranger its APCs (semantics 2.2).
    if alertable
        && !tie::leads_to_own_port(port).map_err(fail)?
        && Thread::current().apcs().is_due()
    {
        return Err(deliver_apcs());
    }
    let terms = WaitTerms { deadline: Deadline::after_milliseconds(milliseconds), alertable };
    match tie::remove(port, &terms, packets).map_err(fail)? {
        Removed::Packets(count) => Ok(count),
        none => Err(without_packet(none)),
    }
}

/// Queues a packet with any values.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn PostQueuedCompletionStatus(
    completionport: HANDLE,
    dwnumberofbytestransferred: u32,
    dwcompletionkey: usize,
    lpoverlapped: *const OVERLAPPED,
) -> BOOL {
    let overlapped = lpoverlapped.expose_provenance();
    let bytes = dwnumberofbytestransferred as usize;
    succeed(tie::post(number(completionport), dwcompletionkey, overlapped, bytes))
}

/// Says which notifications a file's requests may go without: 1 no packet when the call itself
/// succeeded, 2 no signal on the handle.  Modes add up and cannot be taken back.
///
/// # Errors
/// FALSE with `ERROR_INVALID_PARAMETER` (the handle is not overlapped), `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn SetFileCompletionNotificationModes(filehandle: HANDLE, flags: u8) -> BOOL {
    succeed(
        handle::lookup(number(filehandle))
            .and_then(|object| object.file()?.add_modes(u32::from(flags))),
    )
}
