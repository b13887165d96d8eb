//! What a thread pool's callback may say about itself.
//!
//! The instance is the calling thread's own; these functions do nothing on another thread, where
//! Windows raises an exception.
#![allow(unsafe_code)]

use super::critical_section::LeaveCriticalSection;
use super::loader::FreeLibrary;
use super::thread_pool::misused;
use crate::entry;
use core::ptr;
use lapwing_abi::{BOOL, CRITICAL_SECTION, HANDLE, HMODULE, PTP_CALLBACK_INSTANCE};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Reference;
use lapwing_executive::tp::callback::{
    self, Afterwards, Arguments, Callback, disassociate, with_instance,
};

/// Changes what follows the callback.
fn afterwards(
    instance: PTP_CALLBACK_INSTANCE,
    function: &str,
    change: impl FnOnce(&mut Afterwards),
) {
    let changed = with_instance(instance.cast_unsigned(), |instance| change(&mut instance.after));
    if changed.is_none() {
        misused(function);
    }
}

fn object(handle: HANDLE, function: &str) -> Reference {
    let found = handle::lookup(entry::number(handle));
    found.map_or_else(|_| misused(function), |object| object.to_arc())
}

/// Says that the callback may run long.  TRUE when other callbacks still have a thread; FALSE when
/// they would have to wait for this one.
#[unsafe(no_mangle)]
pub extern "system" fn CallbackMayRunLong(instance: PTP_CALLBACK_INSTANCE) -> BOOL {
    BOOL::from(callback::may_run_long(instance.cast_unsigned()))
}

/// Waits for the object's callbacks wait for this one no longer.
#[unsafe(no_mangle)]
pub extern "system" fn DisassociateCurrentThreadFromCallback(instance: PTP_CALLBACK_INSTANCE) {
    if !disassociate(instance.cast_unsigned()) {
        misused("DisassociateCurrentThreadFromCallback");
    }
}

/// Sets an event when the callback has returned; the first one that is named counts.
#[unsafe(no_mangle)]
pub extern "system" fn SetEventWhenCallbackReturns(instance: PTP_CALLBACK_INSTANCE, event: HANDLE) {
    let event = object(event, "SetEventWhenCallbackReturns");
    afterwards(instance, "SetEventWhenCallbackReturns", |after| {
        after.event.get_or_insert(event);
    });
}

/// Releases a semaphore when the callback has returned; the first one that is named counts.
#[unsafe(no_mangle)]
pub extern "system" fn ReleaseSemaphoreWhenCallbackReturns(
    instance: PTP_CALLBACK_INSTANCE,
    semaphore: HANDLE,
    count: u32,
) {
    let semaphore = object(semaphore, "ReleaseSemaphoreWhenCallbackReturns");
    afterwards(instance, "ReleaseSemaphoreWhenCallbackReturns", |after| {
        after.semaphore.get_or_insert((semaphore, count));
    });
}

/// Releases a mutex of this thread when the callback has returned; the first one that is named
/// counts.
#[unsafe(no_mangle)]
pub extern "system" fn ReleaseMutexWhenCallbackReturns(
    instance: PTP_CALLBACK_INSTANCE,
    mutex: HANDLE,
) {
    let mutex = object(mutex, "ReleaseMutexWhenCallbackReturns");
    afterwards(instance, "ReleaseMutexWhenCallbackReturns", |after| {
        after.mutex.get_or_insert(mutex);
    });
}

fn leave_section(callback: &Callback, _: &Arguments) {
    let section = ptr::with_exposed_provenance_mut::<CRITICAL_SECTION>(callback.context);
    // SAFETY: by the promise given to `LeaveCriticalSectionWhenCallbackReturns`.
    unsafe { LeaveCriticalSection(section) }
}

/// Leaves a critical section when the callback has returned; the first one that is named counts.
///
/// # Safety
/// As for [`LeaveCriticalSection`], at the callback's end.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LeaveCriticalSectionWhenCallbackReturns(
    instance: PTP_CALLBACK_INSTANCE,
    section: *mut CRITICAL_SECTION,
) {
    let context = section.expose_provenance();
    let leave = Callback { call: leave_section, routine: 0, context };
    afterwards(instance, "LeaveCriticalSectionWhenCallbackReturns", |after| {
        after.leave.get_or_insert(leave);
    });
}

fn free_library(callback: &Callback, _: &Arguments) {
    FreeLibrary(ptr::with_exposed_provenance_mut(callback.context));
}

/// Gives a library back when the callback has returned; the first one that is named counts.
#[unsafe(no_mangle)]
pub extern "system" fn FreeLibraryWhenCallbackReturns(
    instance: PTP_CALLBACK_INSTANCE,
    module: HMODULE,
) {
    let library = Callback { call: free_library, routine: 0, context: module.expose_provenance() };
    afterwards(instance, "FreeLibraryWhenCallbackReturns", |after| {
        after.library.get_or_insert(library);
    });
}
