//! `WSAPoll`.
#![allow(unsafe_code)]

use lapwing_abi::{
    POLLERR, POLLHUP, POLLNVAL, POLLRDBAND, POLLRDNORM, POLLWRNORM, SOCKET, WSAEFAULT, WSAEINVAL,
    WSAENOBUFS, WSAENOTSOCK, WSAPOLLFD,
};
use lapwing_executive::afd::level::{
    ABORT, ACCEPT, CONNECT_FAIL, DISCONNECT, LOCAL_CLOSE, RECEIVE, RECEIVE_EXPEDITED, SEND,
};
use lapwing_executive::afd::poll::{self, Polled};
use lapwing_executive::ke::apc;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::status::Status;

use super::lookup::{self, FoundSocket};
use super::startup;
use crate::entry::{is_wild, socket_fail};
use crate::{error, last_error};

/// No process has more handles.
const COUNT_MAX: u32 = 1 << 22;

/// What may be asked for; the ends of a connection are told unasked.
const ASKABLE: i16 = POLLRDNORM | POLLRDBAND | POLLWRNORM;

/// What a question asks of the socket.
fn wanted(events: i16) -> u32 {
    let mut bits = DISCONNECT | ABORT | CONNECT_FAIL;
    for (event, meaning) in
        [(POLLRDNORM, RECEIVE | ACCEPT), (POLLRDBAND, RECEIVE_EXPEDITED), (POLLWRNORM, SEND)]
    {
        bits |= if events & event != 0 { meaning } else { 0 };
    }
    bits
}

/// What is told of what was found.
fn told(events: i16, found: u32) -> i16 {
    if found & LOCAL_CLOSE != 0 {
        return POLLNVAL;
    }
    let mut told = 0;
    for (bits, meaning) in [
        (RECEIVE | ACCEPT, POLLRDNORM),
        (RECEIVE_EXPEDITED, POLLRDBAND),
        (SEND, POLLWRNORM),
        (DISCONNECT, POLLHUP),
        (ABORT, POLLERR | POLLHUP),
        (CONNECT_FAIL, POLLERR | POLLHUP | events & POLLWRNORM),
    ] {
        told |= if found & bits != 0 { meaning } else { 0 };
    }
    told
}

/// What is no socket and would be no handle either: such an entry is passed over.
fn is_left_out(socket: SOCKET) -> bool {
    (socket as isize) < 0
}

/// Refuses what is wrong, and says in each entry what is told of it.
fn refusal(entries: &mut [WSAPOLLFD]) -> Result<(), i32> {
    if entries.is_empty() {
        return Err(WSAEINVAL);
    }
    if entries.iter().all(|entry| lookup::find(entry.fd).is_err()) {
        entries.iter_mut().for_each(|entry| entry.revents = POLLNVAL);
        return Err(WSAENOTSOCK);
    }
    if entries.iter().any(|entry| !is_left_out(entry.fd) && entry.events & !ASKABLE != 0) {
        entries.iter_mut().for_each(|entry| entry.revents = 0);
        return Err(WSAEINVAL);
    }
    Ok(())
}

/// Fills in what is so, and says for how many.
fn poll(entries: &mut [WSAPOLLFD], deadline: Deadline) -> Result<i32, i32> {
    startup::check()?;
    refusal(entries)?;
    let mut sockets_before = None;
    loop {
        let found: Vec<Option<FoundSocket>> =
            entries.iter().map(|entry| lookup::find(entry.fd).ok()).collect();
        let sockets = found.iter().flatten().count();
        if sockets == 0 || sockets_before.is_some_and(|before| before > sockets) {
            // A routine has closed one: as if another thread had.
            for (entry, found) in entries.iter_mut().zip(&found) {
                entry.revents = if found.is_some() { 0 } else { POLLNVAL };
            }
            let closed = sockets_before.unwrap_or(entries.len()) - sockets;
            return Ok(i32::try_from(closed).unwrap_or(i32::MAX));
        }
        let mut polled = Vec::with_capacity(sockets);
        for (entry, found) in entries.iter().zip(&found) {
            if let Some(Ok(socket)) = found.as_ref().map(FoundSocket::socket) {
                polled.push(Polled::new(socket, wanted(entry.events)));
            }
        }
        match poll::wait(&mut polled, deadline) {
            Ok(count) => {
                let mut answers = polled.iter();
                for (entry, found) in entries.iter_mut().zip(&found) {
                    let answer = found.as_ref().and_then(|_| answers.next());
                    entry.revents =
                        answer.map_or(POLLNVAL, |answer| told(entry.events, answer.found));
                }
                return Ok(i32::try_from(count).unwrap_or(i32::MAX));
            }
            Err(Status::USER_APC) => {
                drop(polled);
                drop(found);
                apc::deliver();
                sockets_before = Some(sockets);
            }
            Err(status) => return Err(error::winsock(status)),
        }
    }
}

/// Waits until something that is asked of one of the sockets is so, or the connection of one has
/// ended or could not be made; says in each entry what, and returns how many have something to say.
/// At the end of the time-out, in milliseconds, it is 0; a negative one waits for ever, alertably.
///
/// What is no socket has `POLLNVAL` and does not count.  (T:sock:test_WSAPoll)
///
/// # Errors
/// −1 with `WSAEINVAL` (no entries; events other than `POLLRDNORM`, `POLLRDBAND` and `POLLWRNORM`
/// in an entry whose socket is not negative), `WSAEFAULT`, `WSAENOTSOCK` (no entry has a socket),
/// `WSAENOBUFS` (more entries than a process has handles), `WSANOTINITIALISED`.
///
/// # Safety
/// `entries` must be NULL or point to `count` entries that are readable and writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAPoll(entries: *mut WSAPOLLFD, count: u32, timeout_ms: i32) -> i32 {
    if count > 0 && (is_wild(entries) || !entries.is_aligned()) {
        return socket_fail(WSAEFAULT);
    }
    if count > COUNT_MAX {
        return socket_fail(WSAENOBUFS);
    }
    let entries = match count {
        0 => &mut [],
        // SAFETY: the caller's promise, and not NULL.
        _ => unsafe { core::slice::from_raw_parts_mut(entries, count as usize) },
    };
    let deadline = match u64::try_from(timeout_ms) {
        Ok(milliseconds) => Deadline::after(core::time::Duration::from_millis(milliseconds)),
        Err(_) => Deadline::Never,
    };
    match poll(entries, deadline) {
        Ok(ready) => {
            last_error::set(0);
            ready
        }
        Err(code) => socket_fail(code),
    }
}
