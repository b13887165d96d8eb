//! `GetAddrInfoEx`: names to addresses, also while the program goes on.
//!
//! An overlapped look-up is in [`PENDING`] until it ends: by its answer, its time-out or its
//! cancellation.  Whoever takes it out tells the end, so that nobody touches the program's memory
//! afterwards.  Routines run on a thread of ours, as on Windows.
#![allow(unsafe_code)]

use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard};

use lapwing_abi::{
    ADDRINFOEXA, ADDRINFOEXW, ERROR_IO_PENDING, GUID, HANDLE, LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    NS_ALL, NS_DNS, OVERLAPPED, PCSTR, PCWSTR, TIMEVAL, WSA_E_CANCELLED, WSA_INVALID_HANDLE,
    WSAEFAULT, WSAEINPROGRESS, WSAEINVAL, WSAETIMEDOUT, WSASERVICE_NOT_FOUND,
};
use lapwing_executive::io::status_block::StatusBlock;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::ke::thread::blocking;
use lapwing_executive::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::status::Status;

use super::connect_by::{duration, time};
use super::name::tell;
use super::resolve::{self, Hints, Resolved};
use super::{name_list, resolver_threads, startup};
use crate::entry::{self, is_wild};
use crate::text::{self, Unit};

/// A program's completion routine.
type Routine = unsafe extern "system" fn(u32, u32, *const OVERLAPPED);

/// Who hears of the end.
enum Hearer {
    Event(Arc<Object>),
    Routine(Routine),
    /// The program asks `GetAddrInfoExOverlappedResult`.
    Nobody,
}

/// A look-up that has not ended.
struct Pending {
    block: StatusBlock,
    result: UserPointer<*mut ADDRINFOEXW>,
    hearer: Hearer,
    /// Removes the time-out when the look-up ends.
    _alarm: Option<SetAlarm>,
}

/// The look-ups by their numbers, which as handles cancel them, and the number of the last one.
static PENDING: Mutex<(BTreeMap<usize, Pending>, usize)> = Mutex::new((BTreeMap::new(), 0));

fn pending() -> MutexGuard<'static, (BTreeMap<usize, Pending>, usize)> {
    PENDING.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn take(number: usize) -> Option<Pending> {
    pending().0.remove(&number)
}

impl Pending {
    /// Tells the end.  The routine is called, so nothing may be held.
    fn end(self, found: Result<*mut ADDRINFOEXW, i32>) {
        let code = found.err().unwrap_or(0).cast_unsigned();
        if let Ok(list) = found {
            self.result.write(list);
        }
        self.block.publish(Status(code), 0, 0);
        match self.hearer {
            Hearer::Nobody => {}
            Hearer::Event(event) => {
                let _was_set = event.dispatcher().set();
            }
            Hearer::Routine(routine) => {
                let overlapped = core::ptr::with_exposed_provenance(self.block.address());
                // SAFETY: the program's routine, and its OVERLAPPED, which is its own again.
                unsafe { routine(code, 0, overlapped) };
            }
        }
    }

    /// Ends it from elsewhere: a routine is called by a thread that may be kept.
    fn abort(self, code: i32) {
        match self.hearer {
            Hearer::Routine(_) => resolver_threads::submit(Box::new(move || self.end(Err(code)))),
            _ => self.end(Err(code)),
        }
    }
}

/// The time-out of a look-up.
struct TimeOut(usize);

impl Alarm for TimeOut {
    fn ring(&self) {
        if let Some(pending) = take(self.0) {
            pending.abort(WSAETIMEDOUT);
        }
    }
}

/// A question, in words of ours.
struct Question {
    node: Option<String>,
    service: Option<String>,
    hints: Hints,
}

impl Question {
    fn answer(&self) -> Result<Resolved, i32> {
        resolve::resolve(self.node.as_deref(), self.service.as_deref(), &self.hints)
    }
}

/// How the program wants to hear of the end.
pub(super) struct Overlapping {
    pub(super) time: Option<(i64, i64)>,
    pub(super) overlapped: *mut OVERLAPPED,
    pub(super) routine: LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    pub(super) handle: *mut HANDLE,
}

/// Names and hints as the program gives them.
pub(super) struct Asked<U, I> {
    pub(super) node: *const U,
    pub(super) service: *const U,
    pub(super) name_space: u32,
    pub(super) provider: *const GUID,
    pub(super) hints: *const I,
}

impl<U: Unit, I: name_list::Entry> Asked<U, I> {
    /// # Safety
    /// The strings are NULL or terminated, the hints NULL or readable.
    unsafe fn question(&self) -> Result<Question, i32> {
        if !matches!(self.name_space, NS_ALL | NS_DNS) || !self.provider.is_null() {
            return Err(WSASERVICE_NOT_FOUND);
        }
        // SAFETY: the caller's promise.
        let (node, service, hints) = unsafe {
            (
                text::from_terminated(self.node),
                text::from_terminated(self.service),
                name_list::read_hints(self.hints)?,
            )
        };
        hints.check()?;
        if node.is_none() && service.is_none() {
            return Err(lapwing_abi::WSAHOST_NOT_FOUND);
        }
        Ok(Question { node, service, hints })
    }
}

/// Answers at once, or after this time at the latest.
fn answer_in(question: Question, time: Option<(i64, i64)>) -> Result<(Resolved, Hints), i32> {
    let hints = question.hints;
    let Some(time) = time else { return Ok((question.answer()?, hints)) };
    let time = duration(time)?;
    let (sender, receiver) = channel();
    resolver_threads::submit(Box::new(move || {
        // Nobody may be waiting any more.
        let _late = sender.send(question.answer());
    }));
    match blocking(|| receiver.recv_timeout(time)) {
        Ok(answer) => Ok((answer?, hints)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(WSAETIMEDOUT),
    }
}

/// Starts an overlapped look-up.
///
/// # Safety
/// As for [`GetAddrInfoExW`].
unsafe fn begin<U: Unit>(
    question: Question,
    result: *mut *mut ADDRINFOEXW,
    wish: &Overlapping,
) -> Result<(), i32> {
    let overlapped = wish.overlapped;
    if is_wild(overlapped) {
        return Err(WSAEFAULT);
    }
    // SAFETY: readable by the caller's promise.
    let event = entry::number(unsafe { (&raw const (*overlapped).hEvent).read_unaligned() });
    let hearer = match (event, wish.routine) {
        (0, None) => Hearer::Nobody,
        (0, Some(routine)) => Hearer::Routine(routine),
        (_, Some(_)) => return Err(WSAEINVAL),
        (event, None) => {
            let object = handle::lookup(event).map_err(|_| WSA_INVALID_HANDLE)?;
            object.event().map_err(|_| WSA_INVALID_HANDLE)?;
            Hearer::Event(object.to_arc())
        }
    };
    let time = wish.time.map(duration).transpose()?;
    // SAFETY: the program keeps its OVERLAPPED until the look-up has ended.
    let block = unsafe { StatusBlock::new(overlapped.cast()) }.map_err(|_| WSAEFAULT)?;
    let block = block.keeping_offset();
    block.publish(Status(WSAEINPROGRESS.cast_unsigned()), 0, 0);
    // SAFETY: writable by the caller's promise.
    unsafe { (&raw mut (*overlapped).Anonymous.Pointer).write_unaligned(result.cast()) };
    let number = {
        let mut all = pending();
        all.1 += 1;
        let number = all.1;
        // SAFETY: writable by the caller's promise.
        let result = unsafe { UserPointer::new(result) };
        all.0.insert(number, Pending { block, result, hearer, _alarm: None });
        number
    };
    if !wish.handle.is_null() {
        // SAFETY: writable by the caller's promise.
        unsafe { wish.handle.write_unaligned(core::ptr::without_provenance_mut(number)) };
    }
    if let Some(time) = time {
        limit(number, time);
    }
    resolver_threads::submit(Box::new(move || {
        let answer = question.answer();
        if let Some(pending) = take(number) {
            let list =
                answer.and_then(|found| name_list::make::<ADDRINFOEXA, U>(&found, &question.hints));
            pending.end(list.map(|list| list.cast()));
        }
    }));
    Ok(())
}

/// Gives a look-up a time-out.
fn limit(number: usize, time: Duration) {
    let intervals = i64::try_from(time.as_nanos() / 100).unwrap_or(i64::MAX);
    let alarm = set_alarm(Due::from_intervals(-intervals), Box::new(TimeOut(number)));
    let mut all = pending();
    let late = match all.0.get_mut(&number) {
        Some(pending) => {
            pending._alarm = Some(alarm);
            None
        }
        // It has rung already.
        None => Some(alarm),
    };
    drop(all);
    drop(late);
}

/// The body of `GetAddrInfoExW`, for any wide characters and times.
///
/// # Safety
/// As for [`GetAddrInfoExW`].
pub(super) unsafe fn get_wide<U: Unit>(
    asked: &Asked<U, ADDRINFOEXA>,
    result: *mut *mut ADDRINFOEXW,
    wish: &Overlapping,
) -> i32 {
    let found = startup::check().and_then(|()| {
        if is_wild(result) {
            return Err(WSAEFAULT);
        }
        // SAFETY: writable by the caller's promise.
        unsafe { result.write_unaligned(core::ptr::null_mut()) };
        if !wish.handle.is_null() {
            // SAFETY: as above.
            unsafe { wish.handle.write_unaligned(core::ptr::null_mut()) };
        }
        // SAFETY: the caller's promise.
        let question = unsafe { asked.question() }?;
        if !wish.overlapped.is_null() {
            // SAFETY: the caller's promise.
            unsafe { begin::<U>(question, result, wish) }?;
            return Err(ERROR_IO_PENDING.cast_signed());
        }
        if wish.routine.is_some() {
            return Err(WSAEINVAL);
        }
        let (resolved, hints) = answer_in(question, wish.time)?;
        let list = name_list::make::<ADDRINFOEXA, U>(&resolved, &hints)?;
        // SAFETY: as above.
        unsafe { result.write_unaligned(list.cast()) };
        Ok(())
    });
    tell(found)
}

/// Finds the addresses of a node and the port of a service, as `GetAddrInfoW`; the entries of the
/// list are longer, and it is freed by [`FreeAddrInfoExW`].
///
/// With an OVERLAPPED the call returns `ERROR_IO_PENDING`, and the program goes on.  `Internal`
/// holds `WSAEINPROGRESS` and then the code, `Pointer` the address of the result.  At the end the
/// event is set, or the routine is called, by a thread of ours.  `*handle` cancels meanwhile.
/// (T:protocol:test_GetAddrInfoExW)
///
/// # Errors
/// The code itself, which is also the last error: those of `getaddrinfo`, `WSASERVICE_NOT_FOUND`
/// (10108: a name space other than `NS_ALL` and `NS_DNS`, or a provider), `WSAEINVAL` (an event
/// and a routine, or a routine and no OVERLAPPED), `WSA_INVALID_HANDLE` (no event), `WSAETIMEDOUT`;
/// with an OVERLAPPED what is not known at once is told at the end.
///
/// Missing: names outside ASCII are not translated to Punycode; `AI_EXTENDED`.
///
/// # Safety
/// The strings are NULL or terminated, the other pointers NULL or good for what they point to;
/// OVERLAPPED and `*result` stay valid until the look-up has ended.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetAddrInfoExW(
    node: PCWSTR,
    service: PCWSTR,
    name_space: u32,
    provider: *const GUID,
    hints: *const ADDRINFOEXW,
    result: *mut *mut ADDRINFOEXW,
    timeout: *const TIMEVAL,
    overlapped: *const OVERLAPPED,
    routine: LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    handle: *mut HANDLE,
) -> i32 {
    let asked = Asked { node, service, name_space, provider, hints: hints.cast() };
    // SAFETY: the caller's promise.
    let time = unsafe { time(timeout) };
    let wish = Overlapping { time, overlapped: overlapped.cast_mut(), routine, handle };
    // SAFETY: the caller's promise.
    unsafe { get_wide(&asked, result, &wish) }
}

/// As [`GetAddrInfoExW`], in characters of the ANSI code page, and never overlapped.
///
/// # Errors
/// As for [`GetAddrInfoExW`]; `WSAEINVAL` for a time-out, an OVERLAPPED, a routine or a handle.
///
/// Missing: names outside ASCII are not translated to Punycode.
///
/// # Safety
/// As for [`GetAddrInfoExW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetAddrInfoExA(
    node: PCSTR,
    service: PCSTR,
    name_space: u32,
    provider: *const GUID,
    hints: *const ADDRINFOEXA,
    result: *mut *mut ADDRINFOEXA,
    timeout: *const TIMEVAL,
    overlapped: *const OVERLAPPED,
    routine: LPLOOKUPSERVICE_COMPLETION_ROUTINE,
    handle: *mut HANDLE,
) -> i32 {
    let found = startup::check().and_then(|()| {
        if is_wild(result) {
            return Err(WSAEFAULT);
        }
        // SAFETY: writable by the caller's promise.
        unsafe { result.write_unaligned(core::ptr::null_mut()) };
        let is_plain =
            timeout.is_null() && overlapped.is_null() && routine.is_none() && handle.is_null();
        if !is_plain {
            return Err(WSAEINVAL);
        }
        // SAFETY: the caller's promise.
        let question = unsafe { Asked { node, service, name_space, provider, hints }.question() }?;
        let list = name_list::make::<_, u8>(&question.answer()?, &question.hints)?;
        // SAFETY: as above.
        unsafe { result.write_unaligned(list) };
        Ok(())
    });
    tell(found)
}

/// The code of an overlapped look-up.
///
/// # Errors
/// `WSAEINPROGRESS` (10036) while it runs, then its own code or 0; `WSAEINVAL` for NULL.
///
/// # Safety
/// The OVERLAPPED is NULL or one that was given to [`GetAddrInfoExW`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetAddrInfoExOverlappedResult(overlapped: *const OVERLAPPED) -> i32 {
    if is_wild(overlapped) {
        return WSAEINVAL;
    }
    // SAFETY: the caller's promise.
    let block = unsafe { StatusBlock::new(overlapped.cast()) };
    block.map_or(WSAEINVAL, |block| block.keeping_offset().read().status.0.cast_signed())
}

/// Ends an overlapped look-up: its event or routine follows at once, with `WSA_E_CANCELLED`.
///
/// # Errors
/// `WSA_INVALID_HANDLE` (6: NULL, or a look-up that has ended).
///
/// # Safety
/// The pointer is NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetAddrInfoExCancel(handle: *const HANDLE) -> i32 {
    if is_wild(handle) {
        return WSA_INVALID_HANDLE;
    }
    // SAFETY: the caller's promise.
    let number = unsafe { handle.read_unaligned() }.addr();
    match take(number) {
        Some(pending) => {
            pending.abort(WSA_E_CANCELLED);
            0
        }
        None => WSA_INVALID_HANDLE,
    }
}

/// Frees what [`GetAddrInfoExA`] has returned; NULL is allowed.
///
/// # Safety
/// The list must come from [`GetAddrInfoExA`], whole, and not have been freed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FreeAddrInfoEx(list: *const ADDRINFOEXA) {
    // SAFETY: the caller's promise.
    unsafe { name_list::free(list.cast_mut()) };
}

/// Frees what [`GetAddrInfoExW`] has returned; NULL is allowed.
///
/// # Safety
/// The list must come from [`GetAddrInfoExW`], whole, and not have been freed.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FreeAddrInfoExW(list: *const ADDRINFOEXW) {
    // SAFETY: the caller's promise; both kinds of lists are made alike.
    unsafe { name_list::free(list.cast_mut().cast::<ADDRINFOEXA>()) };
}
