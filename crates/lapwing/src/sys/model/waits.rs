//! Threads that wait, and what is queued for those that wait alertably.

use super::{CHANGED, Given, MODEL, Model, with};
use lapwing_abi::{
    BOOL, HANDLE, LPWSAOVERLAPPED_COMPLETION_ROUTINE, OVERLAPPED, PAPCFUNC, WAIT_IO_COMPLETION,
    WAIT_OBJECT_0, WAIT_TIMEOUT,
};
use std::collections::{BTreeMap, VecDeque};

type Routine = unsafe extern "system" fn(u32, u32, *mut OVERLAPPED, u32);

enum Call {
    Routine(Routine, Given),
    Sent(unsafe extern "system" fn(usize), usize),
}

#[derive(Default)]
pub(super) struct Routines {
    /// By the OVERLAPPED's address: whose they are.
    awaited: BTreeMap<usize, (usize, Routine)>,
    /// By thread.
    due: BTreeMap<usize, VecDeque<Call>>,
}

impl Routines {
    /// An operation begins with this routine.
    pub(super) fn begin(
        &mut self,
        overlapped: *mut OVERLAPPED,
        routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
    ) {
        if let Some(routine) = routine {
            self.awaited.insert(overlapped.addr(), (this_thread(), routine));
        }
    }

    /// An operation has ended; whether it has a routine.
    pub(super) fn end(&mut self, overlapped: Given) -> bool {
        let Some((thread, routine)) = self.awaited.remove(&overlapped.0.addr()) else {
            return false;
        };
        self.due.entry(thread).or_default().push_back(Call::Routine(routine, overlapped));
        true
    }
}

/// A number of the calling thread.
fn this_thread() -> usize {
    thread_local!(static PLACE: u8 = const { 0 });
    PLACE.with(|place| std::ptr::from_ref(place).addr())
}

/// Calls what is due until nothing is; whether anything was.
fn call_due() -> bool {
    let mut has_called = false;
    loop {
        let next = |model: &mut Model| model.routines.due.get_mut(&this_thread())?.pop_front();
        match with(next) {
            // SAFETY: the program wants it called for the operation.
            Some(Call::Routine(routine, given)) => unsafe { routine(0, 0, given.0, 0) },
            // SAFETY: the program wants it called with its argument.
            Some(Call::Sent(routine, argument)) => unsafe { routine(argument) },
            None => return has_called,
        }
        has_called = true;
    }
}

/// Waits alertably for what this says.
fn wait(time: u32, mut is_over: impl FnMut(&Model) -> bool) -> u32 {
    loop {
        if call_due() {
            return WAIT_IO_COMPLETION;
        }
        let model = MODEL.lock().unwrap();
        if model.as_ref().is_some_and(&mut is_over) {
            return WAIT_OBJECT_0;
        }
        if time == 0 {
            return WAIT_TIMEOUT;
        }
        let is_due = |model: &Model| {
            model.routines.due.get(&this_thread()).is_some_and(|due| !due.is_empty())
        };
        if !model.as_ref().is_some_and(is_due) {
            drop(CHANGED.wait(model).unwrap());
        }
    }
}

pub(crate) unsafe extern "system" fn WaitForSingleObject(event: HANDLE, time: u32) -> u32 {
    let mut model = MODEL.lock().unwrap();
    loop {
        let is_set = model.as_ref().and_then(|model| model.events.get(&event.addr()));
        if *is_set.expect("it is open") {
            return WAIT_OBJECT_0;
        }
        if time == 0 {
            return WAIT_TIMEOUT;
        }
        model = CHANGED.wait(model).unwrap();
    }
}

pub(crate) unsafe extern "system" fn SleepEx(time: u32, _is_alertable: BOOL) -> u32 {
    match wait(time, |_| false) {
        WAIT_IO_COMPLETION => WAIT_IO_COMPLETION,
        _ => 0,
    }
}

pub(crate) unsafe extern "system" fn WaitForSingleObjectEx(
    event: HANDLE,
    time: u32,
    _is_alertable: BOOL,
) -> u32 {
    wait(time, |model| *model.events.get(&event.addr()).expect("it is open"))
}

pub(crate) unsafe extern "system" fn GetCurrentProcess() -> HANDLE {
    std::ptr::null_mut()
}

pub(crate) unsafe extern "system" fn GetCurrentThread() -> HANDLE {
    std::ptr::without_provenance_mut(this_thread())
}

/// Of a thread, whose handle is its number, or of an event.
pub(crate) unsafe extern "system" fn DuplicateHandle(
    _process: HANDLE,
    handle: HANDLE,
    _into: HANDLE,
    duplicate: *mut HANDLE,
    _access: u32,
    _inherit: BOOL,
    _options: u32,
) -> BOOL {
    let another = with(|model| model.duplicate(handle.addr()));
    // SAFETY: the caller's place.
    unsafe { duplicate.write(std::ptr::without_provenance_mut(another)) };
    1
}

pub(crate) unsafe extern "system" fn QueueUserAPC(
    routine: PAPCFUNC,
    thread: HANDLE,
    argument: usize,
) -> u32 {
    let call = Call::Sent(routine.expect("there is one"), argument);
    with(|model| model.routines.due.entry(thread.addr()).or_default().push_back(call));
    1
}
