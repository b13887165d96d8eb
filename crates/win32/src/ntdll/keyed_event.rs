//! Keyed events: two threads meet at a key.  wepoll and older run-times wait by them.
#![allow(unsafe_code)]

use crate::entry::{self, is_wild, number};
use lapwing_abi::{HANDLE, NTSTATUS, OBJECT_ATTRIBUTES};
use lapwing_executive::ke::apc;
use lapwing_executive::ke::deadline::Deadline;
use lapwing_executive::ke::keyed_event::{KeyedEvent, Role};
use lapwing_executive::ke::timer::Due;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Body;
use lapwing_executive::status::{Result, Status};
use std::sync::LazyLock;

/// What a NULL handle stands for.
static COMMON: LazyLock<KeyedEvent> = LazyLock::new(KeyedEvent::default);

/// Makes a keyed event.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER_4` (flags that are not 0), `STATUS_ACCESS_VIOLATION`,
/// `STATUS_NOT_IMPLEMENTED` (a name), `STATUS_INSUFFICIENT_RESOURCES`.
///
/// Missing: names.
///
/// # Safety
/// `event` must be writable, `attributes` NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtCreateKeyedEvent(
    event: *mut HANDLE,
    _desired_access: u32,
    attributes: *const OBJECT_ATTRIBUTES,
    flags: u32,
) -> NTSTATUS {
    let create = || {
        if is_wild(event) {
            return Err(Status::ACCESS_VIOLATION);
        }
        if flags != 0 {
            return Err(Status::INVALID_PARAMETER_4);
        }
        // SAFETY: the caller's promise.
        let name = unsafe { attributes.as_ref() }.map(|attributes| attributes.ObjectName);
        if name.is_some_and(|name| !name.is_null()) {
            return Err(Status::NOT_IMPLEMENTED);
        }
        let new = handle::create(Body::KeyedEvent(Box::default()))?;
        // SAFETY: the caller's promise.
        unsafe { event.write_unaligned(entry::handle(new)) };
        Ok(())
    };
    super::status_of(create())
}

/// # Safety
/// `timeout` must be NULL or readable.
unsafe fn meet(
    event: HANDLE,
    key: usize,
    role: Role,
    alertable: u8,
    timeout: *const i64,
) -> NTSTATUS {
    let meet = || -> Result<Status> {
        if key & 1 != 0 {
            return Err(Status::INVALID_PARAMETER_1);
        }
        let deadline = match timeout.is_null() {
            true => Deadline::Never,
            // SAFETY: the caller's promise.
            false => Due::from_intervals(unsafe { timeout.read_unaligned() }).deadline(),
        };
        if event.is_null() {
            return Ok(COMMON.meet(key, role, alertable != 0, deadline));
        }
        let object = handle::lookup(number(event))?;
        Ok(object.keyed_event()?.meet(key, role, alertable != 0, deadline))
    };
    let status = meet().unwrap_or_else(|status| status);
    if status == Status::USER_APC {
        apc::deliver();
    }
    status.0.cast_signed()
}

/// Waits until another thread releases the key; NULL for the event means one that all have in
/// common.  `STATUS_TIMEOUT` when the time has passed (in 100-nanosecond intervals, negative for
/// relative, NULL for ever), `STATUS_USER_APC` when alertable and APCs have run.
///
/// # Errors
/// `STATUS_INVALID_PARAMETER_1` (an odd key), `STATUS_INVALID_HANDLE`,
/// `STATUS_OBJECT_TYPE_MISMATCH`.
///
/// # Safety
/// `timeout` must be NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtWaitForKeyedEvent(
    event: HANDLE,
    key: *const core::ffi::c_void,
    alertable: u8,
    timeout: *const i64,
) -> NTSTATUS {
    // SAFETY: the caller's promise.
    unsafe { meet(event, key.addr(), Role::Waits, alertable, timeout) }
}

/// Releases one thread that waits for the key, and waits until there is one.
///
/// # Errors
/// As for [`NtWaitForKeyedEvent`], which also says what ends the wait.
///
/// # Safety
/// `timeout` must be NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtReleaseKeyedEvent(
    event: HANDLE,
    key: *const core::ffi::c_void,
    alertable: u8,
    timeout: *const i64,
) -> NTSTATUS {
    // SAFETY: the caller's promise.
    unsafe { meet(event, key.addr(), Role::Releases, alertable, timeout) }
}
