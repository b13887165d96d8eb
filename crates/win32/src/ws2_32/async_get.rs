//! The resolver of Winsock 1 with its answer as a message: `WSAAsyncGet…`.
//!
//! What is asked for is looked up by [`resolver_threads`].  A request is in [`WAITING`] until it is
//! answered or cancelled; whoever takes it out decides, and the buffer is written and the message
//! posted under that lock, so that neither comes after a cancellation.
#![allow(unsafe_code)]

use super::host::{self, Host};
use super::record::Place;
use super::resolver_threads;
use super::service::{self, Protocol, Service};
use super::startup;
use crate::entry::{is_wild, socket_succeed};
use crate::{last_error, text};
use core::net::IpAddr;
use core::ptr;
use lapwing_abi::{
    HANDLE, HWND, PCSTR, PSTR, WSAEALREADY, WSAEFAULT, WSAEINVAL, WSAENOBUFS, WSANO_DATA,
};
use lapwing_executive::win32k::{queue, window};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

/// What is asked for.
enum Question {
    HostByName(String),
    HostByAddress(IpAddr),
    ServiceByName(String, Option<String>),
    ServiceByPort(u16, Option<String>),
    ProtocolByName(String),
    ProtocolByNumber(i32),
}

/// What was found.
enum Answer {
    Host(Host),
    Service(&'static Service),
    Protocol(Protocol),
}

impl Question {
    /// May take as long as the network.
    fn answer(&self) -> Result<Answer, i32> {
        let service = |found: Option<_>| found.map(Answer::Service).ok_or(WSANO_DATA);
        let protocol = |found: Option<_>| found.map(Answer::Protocol).ok_or(WSANO_DATA);
        match self {
            Question::HostByName(name) => host::by_name(name).map(Answer::Host),
            Question::HostByAddress(ip) => host::by_address(*ip).map(Answer::Host),
            Question::ServiceByName(name, proto) => {
                service(service::by_name(name, proto.as_deref()))
            }
            Question::ServiceByPort(port, proto) => {
                service(service::by_port(*port, proto.as_deref()))
            }
            Question::ProtocolByName(name) => protocol(service::protocol_by_name(name)),
            Question::ProtocolByNumber(number) => protocol(service::protocol_by_number(*number)),
        }
    }
}

impl Answer {
    /// Writes the record; `Err` has the bytes that it needs.
    ///
    /// # Safety
    /// The place must be writable.
    unsafe fn store(&self, place: Place) -> Result<(), usize> {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Answer::Host(host) => host.store(place).map(drop),
                Answer::Service(service) => service.store(place).map(drop),
                Answer::Protocol(protocol) => protocol.store(place).map(drop),
            }
        }
    }
}

/// Who wants to know, and where the answer goes.
struct Request {
    task: u32,
    window: HWND,
    message: u32,
    buffer: PSTR,
    capacity: usize,
    /// Or what is wrong with it, which the message will say.
    question: Result<Question, i32>,
}

// SAFETY: the pointers are numbers to us until the answer is written, and the program has promised
// the buffer to whatever thread that is.
unsafe impl Send for Request {}

/// The requests that are neither answered nor cancelled, and the number of the last one.
static WAITING: Mutex<(BTreeSet<u32>, u32)> = Mutex::new((BTreeSet::new(), 0));

fn waiting() -> MutexGuard<'static, (BTreeSet<u32>, u32)> {
    WAITING.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Request {
    /// Looks up what is asked for and answers, unless the request has been cancelled.
    fn answer(self) {
        let answer = match self.question {
            Ok(_) if is_wild(self.buffer) => Err(WSAEFAULT),
            Ok(question) => question.answer(),
            Err(code) => Err(code),
        };
        let mut waiting = waiting();
        if !waiting.0.remove(&self.task) {
            return;
        }
        let place = Place::Buffer(self.buffer, self.capacity);
        let (error, length) = match answer {
            // SAFETY: the program has promised the buffer until it hears of its request.
            Ok(answer) => match unsafe { answer.store(place) } {
                Ok(()) => (0, self.capacity),
                Err(needed) => (WSAENOBUFS, needed),
            },
            Err(code) => (code, 0),
        };
        let lparam = (error.cast_unsigned() & 0xFFFF) << 16 | (length & 0xFFFF) as u32;
        let window = self.window.addr();
        // A window that has gone hears nothing.
        let _unheard = queue::post(window, self.message, self.task as usize, lparam as isize);
    }
}

/// Where an answer goes, as the functions take it.
struct Wish {
    window: HWND,
    message: u32,
    buffer: PSTR,
    capacity: i32,
}

/// Has a question answered; NULL with the code as the last error.
fn ask(wish: &Wish, question: Result<Question, i32>) -> HANDLE {
    let begin = || -> Result<u32, i32> {
        startup::check()?;
        window::lookup(wish.window.addr()).map_err(|_| WSAEINVAL)?;
        let capacity = usize::try_from(wish.capacity).unwrap_or(0);
        let task = {
            let mut waiting = waiting();
            waiting.1 = waiting.1.wrapping_add(1).max(1);
            let task = waiting.1;
            waiting.0.insert(task);
            task
        };
        let Wish { window, message, buffer, .. } = *wish;
        let request = Request { task, window, message, buffer, capacity, question };
        resolver_threads::submit(Box::new(move || request.answer()));
        Ok(task)
    };
    match begin() {
        Ok(task) => {
            last_error::set(0);
            ptr::without_provenance_mut(task as usize)
        }
        Err(code) => {
            last_error::set(code.cast_unsigned());
            ptr::null_mut()
        }
    }
}

/// Looks a host up by its name, as `gethostbyname` does, and posts the message when the record is
/// in the buffer: `wParam` is the handle that this returns, `lParam` has the length of the buffer
/// (`WSAGETASYNCBUFLEN`; with `WSAENOBUFS` the length that is needed) and the error code
/// (`WSAGETASYNCERROR`), 0 for success.
///
/// # Errors
/// NULL with `WSAEINVAL` (no window), `WSANOTINITIALISED`; no message comes then.  By message:
/// `WSAHOST_NOT_FOUND`, `WSATRY_AGAIN`, `WSANO_RECOVERY`, `WSANO_DATA`, `WSAENOBUFS`, `WSAEFAULT`
/// (a wild buffer).
///
/// # Safety
/// `name` must be NULL or a terminated string; the buffer must stay until the message has come or
/// the request is cancelled.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAsyncGetHostByName(
    window: HWND,
    message: u32,
    name: PCSTR,
    buffer: PSTR,
    capacity: i32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_ansi(name) }.unwrap_or_default();
    ask(&Wish { window, message, buffer, capacity }, Ok(Question::HostByName(name)))
}

/// [`WSAAsyncGetHostByName`] for an address, as `gethostbyaddr` takes it.
///
/// # Errors
/// As there; by message also `WSAEFAULT` (no address, or too short), `WSAEAFNOSUPPORT`.
///
/// # Safety
/// As there; `address` must be NULL or point to `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAsyncGetHostByAddr(
    window: HWND,
    message: u32,
    address: PCSTR,
    length: i32,
    family: i32,
    buffer: PSTR,
    capacity: i32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let address = unsafe { host::read_address(address, length, family) };
    ask(&Wish { window, message, buffer, capacity }, address.map(Question::HostByAddress))
}

/// [`WSAAsyncGetHostByName`] for a service, as `getservbyname` takes it.
///
/// # Errors
/// As there; by message: `WSANO_DATA`, `WSAENOBUFS`, `WSAEFAULT` (a wild buffer, no name).
///
/// # Safety
/// As there; `proto` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAsyncGetServByName(
    window: HWND,
    message: u32,
    name: PCSTR,
    proto: PCSTR,
    buffer: PSTR,
    capacity: i32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let (name, proto) = unsafe { (text::from_ansi(name), text::from_ansi(proto)) };
    let question = name.map(|name| Question::ServiceByName(name, proto)).ok_or(WSAEFAULT);
    ask(&Wish { window, message, buffer, capacity }, question)
}

/// [`WSAAsyncGetServByName`] by a port in network order.
///
/// # Errors
/// As there.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAsyncGetServByPort(
    window: HWND,
    message: u32,
    port: i32,
    proto: PCSTR,
    buffer: PSTR,
    capacity: i32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let proto = unsafe { text::from_ansi(proto) };
    // The upper half of the int is not looked at.
    let port = u16::from_be(port as u16);
    ask(&Wish { window, message, buffer, capacity }, Ok(Question::ServiceByPort(port, proto)))
}

/// [`WSAAsyncGetHostByName`] for a protocol, as `getprotobyname` takes it.
///
/// # Errors
/// As for [`WSAAsyncGetServByName`].
///
/// # Safety
/// As for [`WSAAsyncGetHostByName`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAsyncGetProtoByName(
    window: HWND,
    message: u32,
    name: PCSTR,
    buffer: PSTR,
    capacity: i32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let name = unsafe { text::from_ansi(name) };
    let question = name.map(Question::ProtocolByName).ok_or(WSAEFAULT);
    ask(&Wish { window, message, buffer, capacity }, question)
}

/// [`WSAAsyncGetProtoByName`] by a number.
///
/// # Errors
/// As there.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAAsyncGetProtoByNumber(
    window: HWND,
    message: u32,
    number: i32,
    buffer: PSTR,
    capacity: i32,
) -> HANDLE {
    ask(&Wish { window, message, buffer, capacity }, Ok(Question::ProtocolByNumber(number)))
}

/// Cancels a request of `WSAAsyncGet…`: no message comes, and the buffer is the program's again.
///
/// # Errors
/// −1 with `WSAEINVAL` (a handle that was never given), `WSAEALREADY` (the message has been posted,
/// or the request was cancelled before), `WSANOTINITIALISED`.
#[unsafe(no_mangle)]
pub extern "system" fn WSACancelAsyncRequest(request: HANDLE) -> i32 {
    let cancel = || -> Result<(), i32> {
        startup::check()?;
        let task = u32::try_from(request.addr()).map_err(|_| WSAEINVAL)?;
        let mut waiting = waiting();
        if waiting.0.remove(&task) {
            return Ok(());
        }
        let was_given = task != 0 && task <= waiting.1;
        Err(if was_given { WSAEALREADY } else { WSAEINVAL })
    };
    socket_succeed(cancel())
}
