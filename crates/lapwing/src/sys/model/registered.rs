//! Registered waits for events, and second handles of those.

use super::{Model, with};
use lapwing_abi::{BOOL, HANDLE, WAITORTIMERCALLBACK};
use std::collections::BTreeMap;
use std::ffi::c_void;

type Callback = unsafe extern "system" fn(*mut c_void, bool);

/// What a callback is called with.
struct Context(*mut c_void);

// SAFETY: it is given to one callback, whatever thread that is in.
unsafe impl Send for Context {}

struct Wait {
    event: usize,
    callback: Callback,
    context: Context,
}

#[derive(Default)]
pub(super) struct Registered {
    waits: BTreeMap<usize, Wait>,
    /// A second handle's first.
    first: BTreeMap<usize, usize>,
}

impl Registered {
    /// The handle that the event is known by.
    pub(super) fn event(&self, handle: usize) -> usize {
        *self.first.get(&handle).unwrap_or(&handle)
    }

    /// Closes a second handle; whether it was one.
    pub(super) fn close(&mut self, handle: usize) -> bool {
        self.first.remove(&handle).is_some()
    }
}

impl Model {
    pub(super) fn duplicate(&mut self, handle: usize) -> usize {
        if !self.events.contains_key(&handle) {
            return handle;
        }
        let another = self.new_handle();
        self.registered.first.insert(another, handle);
        another
    }
}

/// Calls back whoever waits for an event that is set.
pub(super) fn call_back() {
    let next = |model: &mut Model| {
        let is_due = |wait: &Wait| model.events.get(&wait.event).is_some_and(|is_set| *is_set);
        let (number, _) = model.registered.waits.iter().find(|(_, wait)| is_due(wait))?;
        let number = *number;
        model.registered.waits.remove(&number)
    };
    while let Some(wait) = with(next) {
        // SAFETY: the program wants it called with its context.
        unsafe { (wait.callback)(wait.context.0, false) };
    }
}

pub(crate) unsafe extern "system" fn RegisterWaitForSingleObject(
    number: *mut HANDLE,
    event: HANDLE,
    callback: WAITORTIMERCALLBACK,
    context: *const c_void,
    _time: u32,
    _flags: u32,
) -> BOOL {
    let (callback, context) = (callback.expect("there is one"), Context(context.cast_mut()));
    let registered = with(|model| {
        let (number, event) = (model.new_handle(), model.registered.event(event.addr()));
        model.registered.waits.insert(number, Wait { event, callback, context });
        std::ptr::without_provenance_mut(number)
    });
    // SAFETY: the caller's place.
    unsafe { number.write(registered) };
    call_back();
    1
}

pub(crate) unsafe extern "system" fn UnregisterWaitEx(number: HANDLE, _event: HANDLE) -> BOOL {
    with(|model| drop(model.registered.waits.remove(&number.addr())));
    1
}
