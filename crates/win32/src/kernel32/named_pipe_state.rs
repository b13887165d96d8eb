//! Named pipes: what they can be asked, and how reading them is changed.
#![allow(unsafe_code)]

use super::named_pipe::modes;
use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use crate::text::{self, Fit, Unit};
use core::ffi::c_void;
use lapwing_abi::{
    BOOL, ERROR_INSUFFICIENT_BUFFER, ERROR_INVALID_PARAMETER, ERROR_NOACCESS, ERROR_PIPE_LOCAL,
    FALSE, HANDLE, NAMED_PIPE_MODE, PIPE_NOWAIT, PIPE_READMODE_MESSAGE, PIPE_SERVER_END,
    PIPE_TYPE_MESSAGE, PSTR, PWSTR,
};
use lapwing_executive::io::file::File;
use lapwing_executive::io::user_memory::{UserBuffer, UserPointer};
use lapwing_executive::npfs::anonymous::{information, peek, set_modes, state};
use lapwing_executive::npfs::end::End;
use lapwing_executive::npfs::instance::Modes;
use lapwing_executive::npfs::queue::ReadMode;
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// The one session of this machine, as Windows counts them.
const SESSION: u32 = 0;

fn with_file<R>(pipe: HANDLE, ask: impl FnOnce(&File) -> Result<R>) -> Result<R> {
    handle::lookup(number(pipe)).and_then(|object| ask(object.file()?))
}

fn with_end<R>(pipe: HANDLE, ask: impl FnOnce(&End) -> Result<R>) -> Result<R> {
    with_file(pipe, |file| ask(file.pipe()?))
}

/// Copies what could be read, and counts it: the bytes copied, all bytes there, and what the first
/// message still has after those copied (for a byte pipe that is 0 minus those).  Every pointer may
/// be NULL.
///
/// # Errors
/// FALSE, and nothing written, with `ERROR_BAD_PIPE` (230) at a server's end without a client,
/// `ERROR_PIPE_NOT_CONNECTED` (233) at a client's end that was disconnected, `ERROR_BROKEN_PIPE`
/// (109) when the other end has gone and everything has been read, `ERROR_ACCESS_DENIED` (5)
/// without the right to read, `ERROR_INVALID_FUNCTION` (1) for what is no pipe,
/// `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointers are NULL or writable, the buffer as long as is said.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn PeekNamedPipe(
    hnamedpipe: HANDLE,
    lpbuffer: *mut c_void,
    nbuffersize: u32,
    lpbytesread: *mut u32,
    lptotalbytesavail: *mut u32,
    lpbytesleftthismessage: *mut u32,
) -> BOOL {
    if is_wild(lpbuffer) && nbuffersize > 0 && !lpbuffer.is_null() {
        last_error::set(ERROR_NOACCESS);
        return FALSE;
    }
    let length = if lpbuffer.is_null() { 0 } else { nbuffersize as usize };
    // SAFETY: the caller's promises.
    let (buffer, copied, available, left) = unsafe {
        (
            UserBuffer::new(lpbuffer.cast(), length),
            UserPointer::new(lpbytesread),
            UserPointer::new(lptotalbytesavail),
            UserPointer::new(lpbytesleftthismessage),
        )
    };
    match with_file(hnamedpipe, |file| peek(file, buffer)) {
        Ok(peeked) => {
            copied.write(peeked.copied as u32);
            available.write(peeked.available as u32);
            left.write((peeked.message as u32).wrapping_sub(peeked.copied as u32));
            1
        }
        Err(status) => fail(status),
    }
}

/// Changes how this end reads (`PIPE_READMODE_BYTE`, `PIPE_READMODE_MESSAGE`) and whether its calls
/// wait (`PIPE_WAIT`, `PIPE_NOWAIT`).  A NULL mode changes nothing.
///
/// # Errors
/// FALSE with `ERROR_INVALID_PARAMETER` (87) for what is no pipe, for other bits, for messages from
/// a byte pipe, and for the two parameters that only mean something when the other end is on
/// another computer;
/// `ERROR_ACCESS_DENIED` (5) without `FILE_WRITE_ATTRIBUTES`, `ERROR_PIPE_NOT_CONNECTED` (233),
/// `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointers are NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetNamedPipeHandleState(
    hnamedpipe: HANDLE,
    lpmode: *const NAMED_PIPE_MODE,
    lpmaxcollectioncount: *const u32,
    lpcollectdatatimeout: *const u32,
) -> BOOL {
    if !lpmode.is_null() && is_wild(lpmode) {
        last_error::set(ERROR_NOACCESS);
        return FALSE;
    }
    // SAFETY: the caller's promise.
    let wanted = (!lpmode.is_null()).then(|| unsafe { lpmode.read_unaligned() });
    let is_for_networks = !lpmaxcollectioncount.is_null() || !lpcollectdatatimeout.is_null();
    succeed(with_file(hnamedpipe, |file| {
        let known = PIPE_NOWAIT | PIPE_READMODE_MESSAGE;
        if is_for_networks || wanted.is_some_and(|wanted| wanted & !known != 0) {
            return Err(Status::INVALID_PARAMETER);
        }
        wanted.map_or(Ok(()), |wanted| set_modes(file, modes(wanted)))
    }))
}

/// Type and end, the sizes that the server gave, and how many instances there may be; of anonymous
/// pipes too.
///
/// # Errors
/// FALSE with `ERROR_PIPE_NOT_CONNECTED` (233) at a client's end that was disconnected,
/// `ERROR_INVALID_PARAMETER` (87) for what is no pipe, `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointers are NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeInfo(
    hnamedpipe: HANDLE,
    lpflags: *mut NAMED_PIPE_MODE,
    lpoutbuffersize: *mut u32,
    lpinbuffersize: *mut u32,
    lpmaxinstances: *mut u32,
) -> BOOL {
    succeed(with_file(hnamedpipe, |file| {
        let told = information(file)?;
        let server = if told.is_server { PIPE_SERVER_END } else { 0 };
        let kind = if told.in_messages { PIPE_TYPE_MESSAGE } else { 0 };
        // SAFETY: the caller's promises.
        unsafe {
            UserPointer::new(lpflags).write(server | kind);
            UserPointer::new(lpoutbuffersize).write(told.outbound as u32);
            UserPointer::new(lpinbuffersize).write(told.inbound as u32);
            UserPointer::new(lpmaxinstances).write(told.most);
        }
        Ok(())
    }))
}

/// Where `GetNamedPipeHandleState` writes to.
pub(super) struct Places<U> {
    pub state: *mut NAMED_PIPE_MODE,
    pub instances: *mut u32,
    pub collection_count: *mut u32,
    pub collection_timeout: *mut u32,
    pub user: *mut U,
    pub user_size: u32,
}

fn mode_bits(modes: Modes) -> NAMED_PIPE_MODE {
    let read = if modes.read == ReadMode::Message { PIPE_READMODE_MESSAGE } else { 0 };
    read | if modes.no_wait { PIPE_NOWAIT } else { 0 }
}

/// `GetNamedPipeHandleState…` in any alphabet.
///
/// # Safety
/// As for [`GetNamedPipeHandleStateA`].
pub(super) unsafe fn handle_state<U: Unit>(pipe: HANDLE, places: &Places<U>) -> BOOL {
    let asked = with_file(pipe, |file| {
        if !places.collection_count.is_null() || !places.collection_timeout.is_null() {
            return Err(Status::INVALID_PARAMETER);
        }
        let (modes, instances) = state(file)?;
        let user = if places.user.is_null() { None } else { Some(file.pipe()?.client_user()?) };
        Ok((modes, instances, user))
    });
    let (modes, instances, user) = match asked {
        Ok(asked) => asked,
        Err(status) => return fail(status),
    };
    if let Some(user) = user {
        // SAFETY: the caller's promise.
        let fit = unsafe { text::into_buffer(&user, places.user, places.user_size as usize) };
        if matches!(fit, Fit::Needed(_)) {
            last_error::set(ERROR_INSUFFICIENT_BUFFER);
            return FALSE;
        }
    }
    // SAFETY: the caller's promises.
    unsafe {
        UserPointer::new(places.state).write(mode_bits(modes));
        UserPointer::new(places.instances).write(instances);
    }
    1
}

/// How this end reads and whether its calls wait, how many instances there are, and (at the
/// server's end) the name of the client's user; of anonymous pipes all but the user.
///
/// # Errors
/// FALSE with `ERROR_INVALID_PARAMETER` (87) for what is no pipe, for the two values that only a
/// pipe to another computer has, and for the user at the client's end; `ERROR_CANNOT_IMPERSONATE`
/// (1368) for the user before anything was read; `ERROR_INSUFFICIENT_BUFFER` (122),
/// `ERROR_PIPE_NOT_CONNECTED` (233), `ERROR_INVALID_HANDLE`, and `ERROR_INVALID_FUNCTION` (1) for
/// the user of an anonymous pipe.
///
/// # Safety
/// The pointers are NULL or writable, the name as long as is said.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeHandleStateA(
    hnamedpipe: HANDLE,
    lpstate: *mut NAMED_PIPE_MODE,
    lpcurinstances: *mut u32,
    lpmaxcollectioncount: *mut u32,
    lpcollectdatatimeout: *mut u32,
    lpusername: PSTR,
    nmaxusernamesize: u32,
) -> BOOL {
    let places = Places {
        state: lpstate,
        instances: lpcurinstances,
        collection_count: lpmaxcollectioncount,
        collection_timeout: lpcollectdatatimeout,
        user: lpusername,
        user_size: nmaxusernamesize,
    };
    // SAFETY: the caller's promises.
    unsafe { handle_state(hnamedpipe, &places) }
}

/// As [`GetNamedPipeHandleStateA`], in UTF-16.
///
/// # Safety
/// As for [`GetNamedPipeHandleStateA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeHandleStateW(
    hnamedpipe: HANDLE,
    lpstate: *mut NAMED_PIPE_MODE,
    lpcurinstances: *mut u32,
    lpmaxcollectioncount: *mut u32,
    lpcollectdatatimeout: *mut u32,
    lpusername: PWSTR,
    nmaxusernamesize: u32,
) -> BOOL {
    let places = Places {
        state: lpstate,
        instances: lpcurinstances,
        collection_count: lpmaxcollectioncount,
        collection_timeout: lpcollectdatatimeout,
        user: lpusername,
        user_size: nmaxusernamesize,
    };
    // SAFETY: the caller's promises.
    unsafe { handle_state(hnamedpipe, &places) }
}

/// Writes what a question gives.
///
/// # Safety
/// `to` must be NULL or writable.
unsafe fn tell(pipe: HANDLE, to: *mut u32, ask: impl FnOnce(&End) -> Result<u32>) -> BOOL {
    match with_end(pipe, ask) {
        Err(status) => fail(status),
        Ok(_) if is_wild(to) => {
            let code = if to.is_null() { ERROR_INSUFFICIENT_BUFFER } else { ERROR_NOACCESS };
            last_error::set(code);
            FALSE
        }
        Ok(value) => {
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(to) }.write(value);
            1
        }
    }
}

/// The process that opened the client's end, even if it has closed it again.
///
/// # Errors
/// FALSE with `ERROR_NOT_FOUND` (1168) at a server's end without a client,
/// `ERROR_PIPE_NOT_CONNECTED` (233) at a client's end that was disconnected,
/// `ERROR_INSUFFICIENT_BUFFER` (122) for NULL, `ERROR_INVALID_FUNCTION` (1),
/// `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointer must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeClientProcessId(
    pipe: HANDLE,
    clientprocessid: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { tell(pipe, clientprocessid, End::client_process_id) }
}

/// The process that made the instance.
///
/// # Errors
/// As for [`GetNamedPipeClientProcessId`], but that a server's end always has one.
///
/// # Safety
/// As for [`GetNamedPipeClientProcessId`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeServerProcessId(
    pipe: HANDLE,
    serverprocessid: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { tell(pipe, serverprocessid, End::server_process_id) }
}

/// The session of the client's process; there is one, number 0.
///
/// # Errors
/// As for [`GetNamedPipeClientProcessId`].
///
/// # Safety
/// As for [`GetNamedPipeClientProcessId`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeClientSessionId(
    pipe: HANDLE,
    clientsessionid: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { tell(pipe, clientsessionid, |end| end.client_process_id().map(|_| SESSION)) }
}

/// The session of the server's process; there is one, number 0.
///
/// # Errors
/// As for [`GetNamedPipeServerProcessId`].
///
/// # Safety
/// As for [`GetNamedPipeClientProcessId`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNamedPipeServerSessionId(
    pipe: HANDLE,
    serversessionid: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { tell(pipe, serversessionid, |end| end.server_process_id().map(|_| SESSION)) }
}

/// The computer of a client is this one, which Windows does not name.
pub(super) fn client_computer(pipe: HANDLE, is_nowhere: bool) -> BOOL {
    match with_end(pipe, End::client_process_id) {
        Ok(_) => {
            last_error::set(if is_nowhere { ERROR_INVALID_PARAMETER } else { ERROR_PIPE_LOCAL });
            FALSE
        }
        Err(status) => fail(status),
    }
}

/// The name of the client's computer, if that is another one.  No pipe leads to another computer,
/// so this always fails, as on Windows for a client of this one.
///
/// # Errors
/// FALSE with `ERROR_PIPE_LOCAL` (229), `ERROR_INVALID_PARAMETER` (87) without a buffer, and those
/// of [`GetNamedPipeClientProcessId`].
#[unsafe(no_mangle)]
pub extern "system" fn GetNamedPipeClientComputerNameA(
    pipe: HANDLE,
    clientcomputername: PSTR,
    _clientcomputernamelength: u32,
) -> BOOL {
    client_computer(pipe, clientcomputername.is_null())
}

/// As [`GetNamedPipeClientComputerNameA`], in UTF-16.
#[unsafe(no_mangle)]
pub extern "system" fn GetNamedPipeClientComputerNameW(
    pipe: HANDLE,
    clientcomputername: PWSTR,
    _clientcomputernamelength: u32,
) -> BOOL {
    client_computer(pipe, clientcomputername.is_null())
}
