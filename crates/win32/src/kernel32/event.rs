//! Events.
#![allow(unsafe_code)]

use super::named;
use crate::entry;
use crate::text::Unit;
use lapwing_abi::{
    BOOL, CREATE_EVENT, CREATE_EVENT_INITIAL_SET, CREATE_EVENT_MANUAL_RESET, HANDLE,
    SECURITY_ATTRIBUTES, SYNCHRONIZATION_ACCESS_RIGHTS,
};
use lapwing_executive::ke::dispatcher::Dispatcher;
use lapwing_executive::ob::access::{ALL, MODIFY_STATE};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::shared::Template;
use lapwing_executive::status::{Result, Status};

fn is_event(object: &Object) -> bool {
    object.event().is_ok()
}

/// `CreateEvent…` in any alphabet.
///
/// # Safety
/// As for [`CreateEventA`].
pub(super) unsafe fn create<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const U,
    flags: CREATE_EVENT,
    access: u32,
) -> HANDLE {
    if flags & !(CREATE_EVENT_MANUAL_RESET | CREATE_EVENT_INITIAL_SET) != 0 {
        return named::no_handle(Status::INVALID_PARAMETER);
    }
    let template = Template::Event {
        manual_reset: flags & CREATE_EVENT_MANUAL_RESET != 0,
        set: flags & CREATE_EVENT_INITIAL_SET != 0,
    };
    // SAFETY: the caller's promises.
    unsafe { named::create_shared(attributes, name, template, access) }
}

/// `OpenEvent…` in any alphabet.
///
/// # Safety
/// As for [`OpenEventA`].
pub(super) unsafe fn open<U: Unit>(access: u32, inherit: BOOL, name: *const U) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { named::open(inherit, name, is_event, access) }
}

/// The flags of `CreateEventEx` for the booleans of `CreateEvent`.
pub(super) fn flags(manual_reset: BOOL, initial_state: BOOL) -> CREATE_EVENT {
    let manual = if manual_reset != 0 { CREATE_EVENT_MANUAL_RESET } else { 0 };
    let initial = if initial_state != 0 { CREATE_EVENT_INITIAL_SET } else { 0 };
    manual | initial
}

/// Creates an event, or opens the one of this name (last error 183).  NULL on failure: 6 when the
/// name belongs to another type of object.
///
/// # Safety
/// `attributes` must be NULL or readable, `name` NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateEventA(
    attributes: *const SECURITY_ATTRIBUTES,
    manual_reset: BOOL,
    initial_state: BOOL,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags(manual_reset, initial_state), ALL) }
}

/// [`CreateEventA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateEventA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateEventW(
    attributes: *const SECURITY_ATTRIBUTES,
    manual_reset: BOOL,
    initial_state: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags(manual_reset, initial_state), ALL) }
}

/// [`CreateEventA`] with flags; the handle has the rights that are asked for.
///
/// # Safety
/// As for [`CreateEventA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateEventExA(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const u8,
    flags: CREATE_EVENT,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags, desired_access) }
}

/// [`CreateEventExA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateEventA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateEventExW(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const u16,
    flags: CREATE_EVENT,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags, desired_access) }
}

/// Opens an existing event.  NULL on failure: 2 when no object has the name, 6 when another type of
/// object has it, 87 without a name.
///
/// # Safety
/// `name` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenEventA(
    desired_access: SYNCHRONIZATION_ACCESS_RIGHTS,
    inherit: BOOL,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

/// [`OpenEventA`] with a name in UTF-16.
///
/// # Safety
/// As for [`OpenEventA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenEventW(
    desired_access: SYNCHRONIZATION_ACCESS_RIGHTS,
    inherit: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

fn with_event(event: HANDLE, action: impl FnOnce(&Dispatcher) -> bool) -> BOOL {
    let act = || -> Result<()> {
        let object = handle::lookup(entry::number(event))?;
        let event = object.event()?;
        object.require(MODIFY_STATE)?;
        action(event);
        Ok(())
    };
    entry::succeed(act())
}

/// Signals an event.  Fails with 6 for anything else, with 5 without `EVENT_MODIFY_STATE`.
#[unsafe(no_mangle)]
pub extern "system" fn SetEvent(event: HANDLE) -> BOOL {
    let in_passing = handle::in_passing(entry::number(event), |object| {
        object.require(MODIFY_STATE).ok()?;
        object.event().ok()?.set_in_passing()
    });
    if in_passing.is_some() { 1 } else { set(event) }
}

#[inline(never)]
fn set(event: HANDLE) -> BOOL {
    with_event(event, Dispatcher::set)
}

/// Takes an event's signal away.  Fails as [`SetEvent`] does.
#[unsafe(no_mangle)]
pub extern "system" fn ResetEvent(event: HANDLE) -> BOOL {
    with_event(event, Dispatcher::clear)
}

/// Lets those through who wait now, and leaves the event unsignalled.
#[unsafe(no_mangle)]
pub extern "system" fn PulseEvent(event: HANDLE) -> BOOL {
    with_event(event, Dispatcher::pulse)
}
