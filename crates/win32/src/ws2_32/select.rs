//! `select` and `__WSAFDIsSet`.
//!
//! A Windows `fd_set` is a counted list of sockets.  The program chooses how many fit, so that only
//! the count says how long a list is.
#![allow(unsafe_code)]

use core::time::Duration;
use std::collections::HashSet;

use lapwing_abi::{FD_SET, SOCKET, TIMEVAL, WSAEFAULT, WSAEINVAL, WSAENOTSOCK};
use lapwing_executive::afd::level::LOCAL_CLOSE;
use lapwing_executive::afd::poll::{self, FOR_EXCEPTION, FOR_RECEIVE, FOR_SEND, Polled};
use lapwing_executive::ke::apc;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::status::Status;

use super::lookup::{self, FoundSocket};
use super::startup;
use crate::entry::{is_wild, socket_fail};
use crate::{error, last_error};

/// No process has more handles; a larger count is no count.
const COUNT_MAX: u32 = 1 << 22;

/// The sockets of a program's set, none for NULL.  `WSAEFAULT` (10014) for a wild pointer and for a
/// count that nobody has written.
///
/// # Safety
/// `set` must be NULL or point to a set whose list has as many sockets as its count says, until the
/// iterator goes.
unsafe fn members(set: *const FD_SET) -> Result<impl Iterator<Item = SOCKET>, i32> {
    let count = if set.is_null() {
        0
    } else if is_wild(set) {
        return Err(WSAEFAULT);
    } else {
        // SAFETY: the caller's promise; a program's set may be unaligned.
        unsafe { (&raw const (*set).fd_count).read_unaligned() }
    };
    if count > COUNT_MAX {
        return Err(WSAEFAULT);
    }
    let list = set.wrapping_byte_add(core::mem::offset_of!(FD_SET, fd_array)).cast::<SOCKET>();
    // SAFETY: the caller's promise.
    Ok((0..count as usize).map(move |index| unsafe { list.add(index).read_unaligned() }))
}

/// Replaces the list of a program's set by a shorter one.
///
/// # Safety
/// `set` must be a set whose list has room for `sockets`.
unsafe fn write_set(set: *mut FD_SET, sockets: &[SOCKET]) {
    // SAFETY: the caller's promise.
    unsafe {
        (&raw mut (*set).fd_count).write_unaligned(sockets.len() as u32);
        let list = (&raw mut (*set).fd_array).cast::<SOCKET>();
        for (index, &socket) in sockets.iter().enumerate() {
            list.add(index).write_unaligned(socket);
        }
    }
}

/// What membership in each of the three sets asks.
const MEANING: [u32; 3] = [FOR_RECEIVE, FOR_SEND, FOR_EXCEPTION];

/// The three lists of a call: to receive, to send, exceptional.
type Lists = [Vec<SOCKET>; 3];

/// What is asked about each socket of the lists, once for each socket.
struct Questions {
    /// The sockets, and the bits that are asked for.
    list: Vec<(SOCKET, u32)>,
    /// For each entry of the lists its place in that.
    places: [Vec<u32>; 3],
}

impl Questions {
    fn new(lists: &Lists) -> Questions {
        const NOWHERE: u32 = u32::MAX;
        /// Fibonacci's: neighbouring handles go far from each other.
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        let entries: usize = lists.iter().map(Vec::len).sum();
        // At most half full, and found by the socket: programs with long sets ask for thousands.
        let size = (2 * entries).next_power_of_two();
        let mut table = vec![NOWHERE; size];
        let mut list: Vec<(SOCKET, u32)> = Vec::with_capacity(entries);
        let mut place = |socket: SOCKET, bits: u32| {
            let spread = (socket as u64).wrapping_mul(SPREAD) >> 32;
            let mut at = spread as usize & (size - 1);
            while table[at] != NOWHERE && list[table[at] as usize].0 != socket {
                at = (at + 1) & (size - 1);
            }
            if table[at] == NOWHERE {
                table[at] = list.len() as u32;
                list.push((socket, 0));
            }
            list[table[at] as usize].1 |= bits;
            table[at]
        };
        let places = core::array::from_fn(|which| {
            lists[which].iter().map(|&socket| place(socket, MEANING[which])).collect()
        });
        Questions { list, places }
    }
}

/// Waits until something is so of a socket, and says what is of each.
fn ask(questions: &Questions, deadline: Deadline) -> Result<Vec<u32>, i32> {
    let mut routines_ran = false;
    loop {
        let found: Result<Vec<FoundSocket>, i32> =
            questions.list.iter().map(|one| lookup::find(one.0)).collect();
        if routines_ran && found.is_err() {
            // A routine has closed one: as if another thread had.
            let of = |one: &(SOCKET, u32)| lookup::find(one.0).map_or(LOCAL_CLOSE, |_| 0);
            return Ok(questions.list.iter().map(of).collect());
        }
        let found = found?;
        let mut polled = Vec::with_capacity(found.len());
        for (found, &(_, wanted)) in found.iter().zip(&questions.list) {
            polled.push(Polled::new(found.socket().map_err(error::winsock)?, wanted));
        }
        match poll::wait(&mut polled, deadline) {
            Ok(_) => return Ok(polled.iter().map(|one| one.found).collect()),
            Err(Status::USER_APC) => {
                drop(polled);
                drop(found);
                apc::deliver();
                routines_ran = true;
            }
            Err(status) => return Err(error::winsock(status)),
        }
    }
}

/// Why nothing can be told.
struct Failure {
    code: i32,
    /// What becomes of the sets.
    empties_sets: bool,
}

impl From<i32> for Failure {
    /// Most leave them as they were.
    fn from(code: i32) -> Self {
        Failure { code, empties_sets: false }
    }
}

/// Waits, and keeps in each list what is ready, without duplicates.
///
/// `WSAENOTSOCK` (10038) for what is no socket, and when a socket is closed meanwhile that is not
/// asked to receive.
fn keep_ready(lists: &mut Lists, deadline: Deadline) -> Result<(), Failure> {
    let questions = Questions::new(lists);
    let mut answers = ask(&questions, deadline)?;
    let is_lost = |(&found, &(_, wanted)): (&u32, &(SOCKET, u32))| {
        found & LOCAL_CLOSE != 0 && wanted & FOR_RECEIVE == 0
    };
    if answers.iter().zip(&questions.list).any(is_lost) {
        return Err(Failure { code: WSAENOTSOCK, empties_sets: true });
    }
    for (which, list) in lists.iter_mut().enumerate() {
        let mut places = questions.places[which].iter();
        list.retain(|_| {
            let Some(&place) = places.next() else { return false };
            let found = &mut answers[place as usize];
            let is = *found & MEANING[which] != 0;
            // The same socket once more is one too many.
            *found &= !MEANING[which];
            is
        });
    }
    Ok(())
}

/// The lists of the places where this set stands, as one.  The program may pass a set twice: what
/// is ready in either way stays in it.
fn merged(lists: &Lists, sets: [*mut FD_SET; 3], set: *mut FD_SET) -> Vec<SOCKET> {
    let mut known = HashSet::new();
    let all = lists.iter().zip(sets).filter(|(_, other)| *other == set);
    all.flat_map(|(list, _)| list).copied().filter(|&socket| known.insert(socket)).collect()
}

/// The body of `select`; the number of memberships that are left.
///
/// # Safety
/// Each set must be NULL or one whose list has as many sockets as its count says.
unsafe fn select_sets(sets: [*mut FD_SET; 3], deadline: Deadline) -> Result<i32, i32> {
    startup::check()?;
    let mut lists = Lists::default();
    for (list, set) in lists.iter_mut().zip(sets) {
        // SAFETY: the caller's promise.
        *list = unsafe { members(set) }?.collect();
    }
    if lists.iter().all(Vec::is_empty) {
        return Err(WSAEINVAL);
    }
    let ended = keep_ready(&mut lists, deadline);
    match ended {
        Err(Failure { code, empties_sets: false }) => return Err(code),
        Err(_) => lists = Lists::default(),
        Ok(()) => {}
    }
    let mut memberships = 0;
    for (which, set) in sets.into_iter().enumerate().filter(|(_, set)| !set.is_null()) {
        if sets[..which].contains(&set) {
            continue;
        }
        let stands_twice = sets[which + 1..].contains(&set);
        let merged = stands_twice.then(|| merged(&lists, sets, set));
        let ready = merged.as_ref().unwrap_or(&lists[which]);
        // SAFETY: the list has not become longer.
        unsafe { write_set(set, ready) };
        memberships += ready.len();
    }
    ended.map(|()| i32::try_from(memberships).unwrap_or(i32::MAX)).map_err(|failure| failure.code)
}

/// When a call with this time-out ends; `WSAEINVAL` (10022) for a negative one.
fn deadline(seconds: i64, microseconds: i64) -> Result<Deadline, i32> {
    let seconds = u64::try_from(seconds).map_err(|_| WSAEINVAL)?;
    let microseconds = u64::try_from(microseconds).map_err(|_| WSAEINVAL)?;
    let timeout = Duration::from_secs(seconds).checked_add(Duration::from_micros(microseconds));
    // What Rust's clock cannot add is for ever.
    const LONGEST: Duration = Duration::from_secs(1 << 32);
    Ok(Deadline::after(timeout.unwrap_or(LONGEST).min(LONGEST)))
}

/// `select` with a time-out in seconds and microseconds; none waits for ever.
///
/// # Safety
/// As for `select`.
pub(super) unsafe fn select_until(sets: [*mut FD_SET; 3], timeout: Option<(i64, i64)>) -> i32 {
    let deadline =
        timeout.map_or(Ok(Deadline::Never), |(seconds, micros)| deadline(seconds, micros));
    // SAFETY: the caller's promise.
    let result = deadline.and_then(|deadline| unsafe { select_sets(sets, deadline) });
    match result {
        Ok(memberships) => {
            last_error::set(0);
            memberships
        }
        Err(code) => socket_fail(code),
    }
}

/// Waits until a socket of the first set can receive, one of the second send, or one of the third
/// is exceptional, and leaves those in the sets; the sum of their memberships, or 0 at the end of
/// the time-out, which stays as it was.  `nfds` is ignored.  The wait is alertable; if something is
/// ready, no APC runs.  (T:sock:test_select)
///
/// # Errors
/// −1 with `WSAEINVAL` (no socket in any set, a negative time-out), `WSAENOTSOCK` (the sets stay
/// as they were), `WSAEFAULT`, `WSANOTINITIALISED`.
///
/// # Safety
/// Each set must be NULL or one whose list has as many sockets as its count says; `timeout` must
/// be NULL or readable.
#[unsafe(export_name = "lapwing_select")]
pub unsafe extern "system" fn select(
    _nfds: i32,
    readfds: *mut FD_SET,
    writefds: *mut FD_SET,
    exceptfds: *mut FD_SET,
    timeout: *const TIMEVAL,
) -> i32 {
    if !timeout.is_null() && is_wild(timeout) {
        return socket_fail(WSAEFAULT);
    }
    let timeout = (!timeout.is_null()).then(|| {
        // SAFETY: readable by the caller's promise.
        let timeout = unsafe { timeout.read_unaligned() };
        (i64::from(timeout.tv_sec), i64::from(timeout.tv_usec))
    });
    // SAFETY: the caller's promise.
    unsafe { select_until([readfds, writefds, exceptfds], timeout) }
}

/// True when the socket is in the set: what `FD_ISSET` calls.
///
/// # Safety
/// `set` must be NULL or point to a set whose list has as many sockets as its count says.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn __WSAFDIsSet(socket: SOCKET, set: *mut FD_SET) -> i32 {
    // SAFETY: the caller's promise.
    let members = unsafe { members(set) };
    i32::from(members.is_ok_and(|mut members| members.any(|member| member == socket)))
}

#[cfg(test)]
#[path = "select_tests.rs"]
mod tests;
