//! Named pipes: making, connecting, waiting, transacting.
#![allow(unsafe_code)]

use super::file::finish;
use super::io::take_overlapped;
use super::named::{inherits, with_inheritance};
use crate::advapi32::security_descriptor;
use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use crate::text::{self, Unit};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    BOOL, ERROR_NOACCESS, FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED,
    FILE_FLAG_WRITE_THROUGH, FILE_FLAGS_AND_ATTRIBUTES, HANDLE, NAMED_PIPE_MODE,
    NMPWAIT_USE_DEFAULT_WAIT, OVERLAPPED, PCSTR, PCWSTR, PIPE_ACCESS_DUPLEX, PIPE_ACCESS_INBOUND,
    PIPE_ACCESS_OUTBOUND, PIPE_NOWAIT, PIPE_READMODE_MESSAGE, PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_TYPE_MESSAGE, SECURITY_ATTRIBUTES,
};
use lapwing_executive::io::file::{Device, File};
use lapwing_executive::io::irp::{Overlapped, Started};
use lapwing_executive::io::user_memory::{UserBuffer, UserPointer};
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::npfs::call;
use lapwing_executive::npfs::instance::Modes;
use lapwing_executive::npfs::namespace::{self, Creation, Patience};
use lapwing_executive::npfs::pipe::Configuration;
use lapwing_executive::npfs::queue::{Kind, ReadMode};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::se::acl::Dacl;
use lapwing_executive::status::{Result, Status};

/// `WRITE_DAC` and `ACCESS_SYSTEM_SECURITY`, which dwOpenMode may hold; `WRITE_OWNER` is the bit of
/// `FILE_FLAG_FIRST_PIPE_INSTANCE`.
const RIGHTS_IN_OPEN_MODE: u32 = 0x0104_0000;
/// Where dwOpenMode has the direction.
const DIRECTION: u32 = 3;
/// Milliseconds where `nDefaultTimeOut` is 0.
const DEFAULT_TIMEOUT_MS: u32 = 50;

/// The read mode and whether calls wait, as `PIPE_` bits.
pub(super) fn modes(bits: NAMED_PIPE_MODE) -> Modes {
    let in_messages = bits & PIPE_READMODE_MESSAGE != 0;
    Modes {
        read: if in_messages { ReadMode::Message } else { ReadMode::Byte },
        no_wait: bits & PIPE_NOWAIT != 0,
    }
}

fn configuration(open_mode: FILE_FLAGS_AND_ATTRIBUTES) -> Result<Configuration> {
    let flags = FILE_FLAG_FIRST_PIPE_INSTANCE | FILE_FLAG_OVERLAPPED | FILE_FLAG_WRITE_THROUGH;
    if open_mode & !(flags | RIGHTS_IN_OPEN_MODE | DIRECTION) != 0 {
        return Err(Status::INVALID_PARAMETER);
    }
    match open_mode & DIRECTION {
        PIPE_ACCESS_INBOUND => Ok(Configuration::Inbound),
        PIPE_ACCESS_OUTBOUND => Ok(Configuration::Outbound),
        PIPE_ACCESS_DUPLEX => Ok(Configuration::Duplex),
        _ => Err(Status::INVALID_PARAMETER),
    }
}

/// What `CreateNamedPipe` says beside the name.
pub(super) struct Wishes {
    open_mode: FILE_FLAGS_AND_ATTRIBUTES,
    pipe_mode: NAMED_PIPE_MODE,
    maximum: u32,
    outbound_quota: u32,
    inbound_quota: u32,
    timeout_ms: u32,
}

impl Wishes {
    /// In `CreateNamedPipe`'s order.
    pub fn new(
        open_mode: FILE_FLAGS_AND_ATTRIBUTES,
        pipe_mode: NAMED_PIPE_MODE,
        maximum: u32,
        outbound_quota: u32,
        inbound_quota: u32,
        timeout_ms: u32,
    ) -> Self {
        Wishes { open_mode, pipe_mode, maximum, outbound_quota, inbound_quota, timeout_ms }
    }
}

fn make(name: Option<&str>, wishes: &Wishes, access: &Dacl) -> Result<u32> {
    let name = namespace::own_name(name.ok_or(Status::OBJECT_PATH_NOT_FOUND)?)?;
    let known =
        PIPE_NOWAIT | PIPE_READMODE_MESSAGE | PIPE_TYPE_MESSAGE | PIPE_REJECT_REMOTE_CLIENTS;
    if wishes.pipe_mode & !known != 0 {
        return Err(Status::INVALID_PARAMETER);
    }
    let in_messages = wishes.pipe_mode & PIPE_TYPE_MESSAGE != 0;
    let end = namespace::make(&Creation {
        name: &name,
        configuration: configuration(wishes.open_mode)?,
        kind: if in_messages { Kind::Message } else { Kind::Byte },
        modes: modes(wishes.pipe_mode),
        first: wishes.open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE != 0,
        rights_of_others: access.rights_of_others()?,
        maximum: wishes.maximum,
        outbound_quota: wishes.outbound_quota,
        inbound_quota: wishes.inbound_quota,
        default_timeout_ms: match wishes.timeout_ms {
            0 => DEFAULT_TIMEOUT_MS,
            some => some,
        },
    })?;
    let file = File::new(Device::Pipe(end), wishes.open_mode & FILE_FLAG_OVERLAPPED != 0);
    // Nothing is under way.
    let _was_set = file.signal().set();
    handle::insert(Object::new(Body::File(file)))
}

/// `CreateNamedPipe…` in any alphabet.
///
/// # Safety
/// As for [`CreateNamedPipeA`].
pub(super) unsafe fn create<U: Unit>(
    name: *const U,
    wishes: &Wishes,
    attributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's promises.
    let (name, inherit, access) = unsafe {
        (text::from_terminated(name), inherits(attributes), security_descriptor::access(attributes))
    };
    match access.and_then(|access| make(name.as_deref(), wishes, &access)) {
        Ok(number) => {
            last_error::set(0);
            with_inheritance(number, inherit)
        }
        Err(status) => {
            fail(status);
            // INVALID_HANDLE_VALUE
            ptr::without_provenance_mut(usize::MAX)
        }
    }
}

/// Makes an instance of a pipe, and the pipe with the first one; a client can open it at once.
/// The name begins `\\.\pipe\` and has up to 256 characters; capitals do not matter.  Later
/// instances, which other processes of the user can make too, must agree in the direction, and the
/// first one's limit holds for all.  The security attributes say whether the handle is inherited,
/// and the first instance's whom the pipe is open to: to all users of the machine if their
/// descriptor's list is NULL, or lets Everyone, Authenticated Users, Users or Interactive read and
/// write (in the directions that the pipe has); else to the processes of the user, and to nobody
/// else.  Each user has names of his own: a client finds its own user's pipe first, then open ones,
/// the administrator's before others', and can ask for the server's process.
///
/// Missing: pipes that are open to some other users, or to their clients in one of two directions.
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_PATH_NOT_FOUND` (3) without a name, `ERROR_INVALID_NAME`
/// (123) for one that is no pipe's, `ERROR_INVALID_PARAMETER` (87: unknown bits, no direction,
/// messages from a byte pipe, a limit that is not from 1 to 255), `ERROR_PIPE_BUSY` (231) when
/// there are as many as the limit says, `ERROR_ACCESS_DENIED` (5) for another direction, or when
/// `FILE_FLAG_FIRST_PIPE_INSTANCE` is not the first, `ERROR_UNKNOWN_REVISION` (1305),
/// `ERROR_INVALID_ACL` (1336), `ERROR_INVALID_SECURITY_DESCR` (1338) for a wrong descriptor.
///
/// # Safety
/// The name must be NULL or terminated, the attributes NULL or readable with what they point to.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateNamedPipeA(
    lpname: PCSTR,
    dwopenmode: FILE_FLAGS_AND_ATTRIBUTES,
    dwpipemode: NAMED_PIPE_MODE,
    nmaxinstances: u32,
    noutbuffersize: u32,
    ninbuffersize: u32,
    ndefaulttimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    let (outbound, inbound) = (noutbuffersize, ninbuffersize);
    let wishes =
        Wishes::new(dwopenmode, dwpipemode, nmaxinstances, outbound, inbound, ndefaulttimeout);
    // SAFETY: the caller's promises.
    unsafe { create(lpname, &wishes, lpsecurityattributes) }
}

/// As [`CreateNamedPipeA`], in UTF-16.
///
/// # Safety
/// As for [`CreateNamedPipeA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateNamedPipeW(
    lpname: PCWSTR,
    dwopenmode: FILE_FLAGS_AND_ATTRIBUTES,
    dwpipemode: NAMED_PIPE_MODE,
    nmaxinstances: u32,
    noutbuffersize: u32,
    ninbuffersize: u32,
    ndefaulttimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    let (outbound, inbound) = (noutbuffersize, ninbuffersize);
    let wishes =
        Wishes::new(dwopenmode, dwpipemode, nmaxinstances, outbound, inbound, ndefaulttimeout);
    // SAFETY: the caller's promises.
    unsafe { create(lpname, &wishes, lpsecurityattributes) }
}

/// The OVERLAPPED, if there is one.
///
/// # Safety
/// As for [`take_overlapped`]; NULL is allowed.
unsafe fn optional(overlapped: *mut OVERLAPPED) -> Result<Option<Overlapped>> {
    if overlapped.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { take_overlapped(overlapped) }.map(|taken| Some(taken.keeping_offset()))
}

/// Waits until a client has opened this instance, which listens from now on.
///
/// # Errors
/// FALSE with `ERROR_PIPE_CONNECTED` (535) when a client was faster, which is a good result;
/// `ERROR_NO_DATA` (232) when it has gone again, `ERROR_IO_PENDING` with an OVERLAPPED,
/// `ERROR_PIPE_LISTENING` (536) where calls do not wait (`PIPE_NOWAIT`), `ERROR_INVALID_FUNCTION`
/// (1) at the client's end and for what is no pipe, `ERROR_OPERATION_ABORTED` (995) when it was
/// cancelled or the handle closed, `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The OVERLAPPED is NULL or belongs to the request until it has completed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ConnectNamedPipe(
    hnamedpipe: HANDLE,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    let started = handle::lookup(number(hnamedpipe)).and_then(|object| {
        let file = object.file()?;
        // SAFETY: the caller's promise.
        file.pipe()?.listen(&object, file, unsafe { optional(lpoverlapped) }?)
    });
    finish(started, UserPointer::null())
}

/// Parts from the client: what it has not read is lost, and both ends' calls fail from now on with
/// `ERROR_PIPE_NOT_CONNECTED` (233).
///
/// # Errors
/// FALSE with `ERROR_PIPE_NOT_CONNECTED` when that was done before, `ERROR_INVALID_FUNCTION` (1)
/// at the client's end and for what is no pipe, `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn DisconnectNamedPipe(hnamedpipe: HANDLE) -> BOOL {
    succeed(handle::lookup(number(hnamedpipe)).and_then(|object| {
        let file = object.file()?;
        file.pipe()?.disconnect(file)
    }))
}

fn patience(milliseconds: u32) -> Patience {
    match milliseconds {
        NMPWAIT_USE_DEFAULT_WAIT => Patience::Default,
        // NMPWAIT_WAIT_FOREVER is INFINITE.
        some => Patience::Until(Deadline::after_milliseconds(some)),
    }
}

/// `WaitNamedPipe…` in any alphabet.
///
/// # Safety
/// As for [`WaitNamedPipeA`].
pub(super) unsafe fn wait<U: Unit>(name: *const U, timeout_ms: u32) -> BOOL {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) }.unwrap_or_default();
    succeed(
        namespace::any_name(&name).and_then(|name| namespace::wait(&name, patience(timeout_ms))),
    )
}

/// Waits until an instance of the pipe can be opened; another client may be faster to do it.  0
/// milliseconds leave the time to the pipe (`NMPWAIT_USE_DEFAULT_WAIT`).
///
/// # Errors
/// FALSE with `ERROR_FILE_NOT_FOUND` (2) without such a pipe, `ERROR_SEM_TIMEOUT` (121),
/// `ERROR_BAD_PATHNAME` (161) for what is no pipe's name, `ERROR_BAD_NETPATH` (53) for another
/// computer's.
///
/// # Safety
/// The name must be NULL or terminated.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WaitNamedPipeA(lpnamedpipename: PCSTR, ntimeout: u32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { wait(lpnamedpipename, ntimeout) }
}

/// As [`WaitNamedPipeA`], in UTF-16.
///
/// # Safety
/// As for [`WaitNamedPipeA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WaitNamedPipeW(lpnamedpipename: PCWSTR, ntimeout: u32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { wait(lpnamedpipename, ntimeout) }
}

/// A message to be written, and the memory for the answer.
pub(super) struct Exchange {
    pub message: UserBuffer,
    pub reply: UserBuffer,
}

impl Exchange {
    /// # Errors
    /// `ACCESS_VIOLATION` for memory that cannot be any.
    ///
    /// # Safety
    /// The memory is NULL or as long as said, and stays until the exchange has completed.
    pub unsafe fn new(
        message: *const c_void,
        message_length: u32,
        reply: *mut c_void,
        reply_length: u32,
    ) -> Result<Self> {
        if is_wild(message) && message_length > 0 || is_wild(reply) && reply_length > 0 {
            return Err(Status::ACCESS_VIOLATION);
        }
        // SAFETY: the caller's promise; the message is only read.
        unsafe {
            Ok(Exchange {
                message: UserBuffer::new(message.cast_mut().cast(), message_length as usize),
                reply: UserBuffer::new(reply.cast(), reply_length as usize),
            })
        }
    }
}

/// Writes a message, whatever the quota says, and reads the answer.  This end must read messages.
///
/// # Errors
/// FALSE with `ERROR_BAD_PIPE` (230) when it does not, or is not connected, `ERROR_PIPE_BUSY` (231)
/// while something is there to be read, `ERROR_MORE_DATA` (234) for a part of the answer,
/// `ERROR_IO_PENDING` with an OVERLAPPED, `ERROR_PIPE_NOT_CONNECTED` (233), `ERROR_BROKEN_PIPE`
/// (109), `ERROR_ACCESS_DENIED`, `ERROR_NOACCESS`, `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks; with an OVERLAPPED the memory belongs
/// to the request until it has completed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn TransactNamedPipe(
    hnamedpipe: HANDLE,
    lpinbuffer: *const c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    lpoverlapped: *mut OVERLAPPED,
) -> BOOL {
    if (lpoverlapped.is_null() || !lpbytesread.is_null()) && is_wild(lpbytesread) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    let started = handle::lookup(number(hnamedpipe)).and_then(|object| {
        let file = object.file()?;
        let end = file.pipe()?;
        // SAFETY: the caller's promises.
        let (exchange, overlapped) = unsafe {
            let exchange = Exchange::new(lpinbuffer, ninbuffersize, lpoutbuffer, noutbuffersize)?;
            (exchange, optional(lpoverlapped)?)
        };
        end.transact(&object, file, exchange.message, exchange.reply, overlapped)
    });
    // SAFETY: the caller's promise.
    finish(started, unsafe { UserPointer::new(lpbytesread) })
}

/// `CallNamedPipe…` in any alphabet.
///
/// # Safety
/// As for [`CallNamedPipeA`].
pub(super) unsafe fn call<U: Unit>(
    name: *const U,
    exchange: Result<Exchange>,
    count: *mut u32,
    timeout_ms: u32,
) -> BOOL {
    if is_wild(count) {
        last_error::set(ERROR_NOACCESS);
        return 0;
    }
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_terminated(name) }.unwrap_or_default();
    let called = exchange.and_then(|exchange| {
        let name = namespace::any_name(&name)?;
        call::call(&name, exchange.message, exchange.reply, patience(timeout_ms))
    });
    // SAFETY: the caller's promise.
    finish(called.map(Started::Done), unsafe { UserPointer::new(count) })
}

/// Opens a pipe, waiting for an instance if need be, writes a message, reads the answer and closes.
///
/// # Errors
/// FALSE with `ERROR_MORE_DATA` (234) for a part of the answer, whose rest is lost; those of
/// [`WaitNamedPipeA`] and [`TransactNamedPipe`]; `ERROR_INVALID_PARAMETER` (87) for a byte pipe.
///
/// # Safety
/// The pointers are NULL or as Windows' documentation asks.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CallNamedPipeA(
    lpnamedpipename: PCSTR,
    lpinbuffer: *const c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    ntimeout: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe {
        let exchange = Exchange::new(lpinbuffer, ninbuffersize, lpoutbuffer, noutbuffersize);
        call(lpnamedpipename, exchange, lpbytesread, ntimeout)
    }
}

/// As [`CallNamedPipeA`], in UTF-16.
///
/// # Safety
/// As for [`CallNamedPipeA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CallNamedPipeW(
    lpnamedpipename: PCWSTR,
    lpinbuffer: *const c_void,
    ninbuffersize: u32,
    lpoutbuffer: *mut c_void,
    noutbuffersize: u32,
    lpbytesread: *mut u32,
    ntimeout: u32,
) -> BOOL {
    // SAFETY: the caller's promises.
    unsafe {
        let exchange = Exchange::new(lpinbuffer, ninbuffersize, lpoutbuffer, noutbuffersize);
        call(lpnamedpipename, exchange, lpbytesread, ntimeout)
    }
}
