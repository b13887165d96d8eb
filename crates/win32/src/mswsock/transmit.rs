//! TransmitFile, and TransmitPackets, which Windows exports by its GUID only.
#![allow(unsafe_code)]

use super::accept::pending_or;
use crate::entry::{is_wild, number};
use crate::ws2_32::lookup::FoundSocket;
use crate::ws2_32::transfer::user_range;
use crate::ws2_32::{lookup, overlapped};
use crate::{error, last_error};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, HANDLE, OVERLAPPED, SOCKET, TF_DISCONNECT, TF_REUSE_SOCKET, TF_USE_KERNEL_APC,
    TF_USE_SYSTEM_THREAD, TF_WRITE_BEHIND, TP_ELEMENT_EOP, TP_ELEMENT_FILE, TP_ELEMENT_MEMORY,
    TRANSMIT_FILE_BUFFERS, TRANSMIT_PACKETS_ELEMENT, WSAEFAULT, WSAEINVAL,
};
use lapwing_executive::afd::connect::DisconnectCall;
use lapwing_executive::afd::outgoing::Outgoing;
use lapwing_executive::afd::request;
use lapwing_executive::afd::transmit::{Start, TransmitCall};
use lapwing_executive::io::user_memory::UserBuffers;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ob::handle;

type Code<T> = Result<T, i32>;

/// A call that sends nothing yet; checks the socket and the flags.
fn begin(found: &FoundSocket, flags: u32) -> Code<TransmitCall> {
    let known = TF_DISCONNECT
        | TF_REUSE_SOCKET
        | TF_WRITE_BEHIND
        | TF_USE_SYSTEM_THREAD
        | TF_USE_KERNEL_APC;
    // Without TF_DISCONNECT the other one means nothing.
    let disconnect = (flags & TF_DISCONNECT != 0).then(|| {
        let reuse = flags & TF_REUSE_SOCKET != 0;
        DisconnectCall::new(reuse.then(|| found.object().to_arc()))
    });
    let socket = found.socket().map_err(error::winsock)?;
    let call = TransmitCall::new(socket, disconnect).map_err(error::winsock)?;
    if flags & !known != 0 { Err(WSAEINVAL) } else { Ok(call) }
}

/// Adds the program's memory.
///
/// # Safety
/// The memory lasts as long as the request.
unsafe fn add_memory(
    call: &mut TransmitCall,
    address: *const c_void,
    length: u32,
    ends_packet: bool,
) -> Code<()> {
    // SAFETY: the caller's promise; sending only reads.
    let buffer = unsafe { user_range(address.cast_mut().cast(), length as usize) }?;
    call.add_memory(UserBuffers::One(buffer), ends_packet);
    Ok(())
}

fn add_file(
    call: &mut TransmitCall,
    file: HANDLE,
    start: Start,
    length: u32,
    ends_packet: bool,
) -> Code<()> {
    let object = handle::lookup(number(file)).map_err(error::winsock)?.to_arc();
    call.add_file(object, start, u64::from(length), ends_packet).map_err(error::winsock)
}

/// Sends what `build` puts together: pending with an OVERLAPPED, blocking without one.
///
/// # Safety
/// The OVERLAPPED is NULL or stays valid until the request has completed.
unsafe fn transmit(
    s: SOCKET,
    lpoverlapped: *mut OVERLAPPED,
    build: impl Fn(&FoundSocket) -> Code<TransmitCall>,
) -> BOOL {
    if lpoverlapped.is_null() {
        let done = || {
            let call = lookup::find(s).and_then(|found| build(&found))?;
            let mut call = Outgoing::from(call.complete().map_err(error::winsock)?);
            lookup::with_socket_blocking(s, |object, file| {
                request::perform(object, file, &mut call, Deadline::Never)
            })
        };
        let done = done();
        last_error::set(done.err().unwrap_or(0).cast_unsigned());
        return BOOL::from(done.is_ok());
    }
    let begun = || {
        let found = lookup::find(s)?;
        let call = build(&found)?.complete().map_err(error::winsock)?;
        let file = found.file().map_err(error::winsock)?;
        // SAFETY: the caller's promise.
        let request = unsafe { overlapped::take(file, lpoverlapped, None) }?.keeping_offset();
        request::start::<Outgoing>(found.object(), file, call, request).map_err(error::winsock)?;
        Ok(())
    };
    pending_or(begun())
}

/// Sends a file, with memory before and after it; nothing of the file passes through the program.
/// Begins at the place in the OVERLAPPED, or without one at the file's position, which moves.  A
/// length of 0 means the whole rest of the file; of a file that is shorter than the length what
/// there is.  Without a file only the memory is sent.
///
/// Without an OVERLAPPED it blocks until everything has been taken, alertably, also on a
/// non-blocking socket.  With one it is always pending, and file, memory and OVERLAPPED belong to
/// the request until it has completed; the file's handle may be closed.  The result counts
/// everything that was sent.
///
/// With `TF_DISCONNECT` sending ends behind it, and with `TF_REUSE_SOCKET` too the socket can then
/// be given to AcceptEx or ConnectEx.  The size of each block and the other flags are advice, which
/// sendfile does not need.
///
/// # Errors
/// FALSE with `ERROR_IO_PENDING`, `WSAENOTSOCK` (also for a handle that is no file's),
/// `WSAENOTCONN` (also for a datagram socket), `WSAESHUTDOWN`, `WSAEFAULT`, `WSAEINVAL` (unknown
/// flags, a negative place, more than 2,147,483,646 bytes), `WSAEACCES` (the file was not opened
/// for reading), `WSAEOPNOTSUPP` (it is on no disk), `WSAECONNRESET`, `WSAEINTR` (closed
/// meanwhile).
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TransmitFile(
    hsocket: SOCKET,
    hfile: HANDLE,
    nnumberofbytestowrite: u32,
    _nnumberofbytespersend: u32,
    lpoverlapped: *mut OVERLAPPED,
    lptransmitbuffers: *const TRANSMIT_FILE_BUFFERS,
    dwreserved: u32,
) -> BOOL {
    let build = |found: &FoundSocket| {
        let mut call = begin(found, dwreserved)?;
        let buffers = match lptransmitbuffers.is_null() {
            true => TRANSMIT_FILE_BUFFERS::default(),
            false if is_wild(lptransmitbuffers) => return Err(WSAEFAULT),
            // SAFETY: readable by the caller's promise.
            false => unsafe { lptransmitbuffers.read_unaligned() },
        };
        // SAFETY: the caller's promise.
        unsafe { add_memory(&mut call, buffers.Head, buffers.HeadLength, false) }?;
        if !hfile.is_null() {
            let start = if is_wild(lpoverlapped) {
                Start::Position
            } else {
                // SAFETY: readable by the caller's promise.
                let place = unsafe { (&raw const (*lpoverlapped).Anonymous).read_unaligned() };
                // SAFETY: both forms are plain numbers.
                let place = unsafe { place.Anonymous };
                Start::Offset(u64::from(place.OffsetHigh) << 32 | u64::from(place.Offset))
            };
            add_file(&mut call, hfile, start, nnumberofbytestowrite, false)?;
        }
        // SAFETY: the caller's promise.
        unsafe { add_memory(&mut call, buffers.Tail, buffers.TailLength, false) }?;
        Ok(call)
    };
    // SAFETY: the caller's promise.
    unsafe { transmit(hsocket, lpoverlapped, build) }
}

/// Sends stretches of memory and of files, one after the other, as [`TransmitFile`] does.  An
/// element with `TP_ELEMENT_EOP` does not share a segment with the next.  A file's place of −1 is
/// its position, a length of 0 everything behind the place.
///
/// Missing: datagram sockets.
///
/// # Errors
/// As for [`TransmitFile`]; `WSAEINVAL` also for an element that is neither memory nor file, or
/// both.
///
/// # Safety
/// `lppacketarray` must have `nelementcount` readable elements, whose memory and files belong to
/// the request until it has completed; the OVERLAPPED is NULL or stays valid until then.
pub unsafe extern "system" fn TransmitPackets(
    hsocket: SOCKET,
    lppacketarray: *const TRANSMIT_PACKETS_ELEMENT,
    nelementcount: u32,
    _nsendsize: u32,
    lpoverlapped: *mut OVERLAPPED,
    dwflags: u32,
) -> BOOL {
    let build = |found: &FoundSocket| {
        let mut call = begin(found, dwflags)?;
        if nelementcount > 0 && is_wild(lppacketarray) {
            return Err(WSAEFAULT);
        }
        for index in 0..nelementcount as usize {
            // SAFETY: as many elements as the caller promises.
            let element = unsafe { lppacketarray.add(index).read_unaligned() };
            let ends_packet = element.dwElFlags & TP_ELEMENT_EOP != 0;
            match element.dwElFlags & !TP_ELEMENT_EOP {
                TP_ELEMENT_MEMORY => {
                    // SAFETY: an address and numbers are alike; the memory is the caller's promise.
                    unsafe {
                        let address = element.Anonymous.pBuffer;
                        add_memory(&mut call, address, element.cLength, ends_packet)
                    }?;
                }
                TP_ELEMENT_FILE => {
                    // SAFETY: as above.
                    let file = unsafe { element.Anonymous.Anonymous };
                    let start = match file.nFileOffset {
                        -1 => Start::Position,
                        offset => Start::Offset(offset.cast_unsigned()),
                    };
                    add_file(&mut call, file.hFile, start, element.cLength, ends_packet)?;
                }
                _ => return Err(WSAEINVAL),
            }
        }
        Ok(call)
    };
    // SAFETY: the caller's promise.
    unsafe { transmit(hsocket, lpoverlapped, build) }
}
