//! Mutexes.
#![allow(unsafe_code)]

use super::named;
use crate::entry;
use crate::text::Unit;
use lapwing_abi::{BOOL, CREATE_MUTEX_INITIAL_OWNER, HANDLE, SECURITY_ATTRIBUTES};
use lapwing_executive::ke::thread;
use lapwing_executive::ob::access::ALL;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::shared::Template;
use lapwing_executive::status::{Result, Status};

fn is_mutex(object: &Object) -> bool {
    object.mutant().is_ok()
}

/// `CreateMutex…` in any alphabet.
///
/// # Safety
/// As for [`CreateMutexA`].
pub(super) unsafe fn create<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const U,
    flags: u32,
    access: u32,
) -> HANDLE {
    if flags & !CREATE_MUTEX_INITIAL_OWNER != 0 {
        return named::no_handle(Status::INVALID_PARAMETER);
    }
    let template = Template::Mutant { owned: flags & CREATE_MUTEX_INITIAL_OWNER != 0 };
    // SAFETY: the caller's promises.
    unsafe { named::create_shared(attributes, name, template, access) }
}

/// `OpenMutex…` in any alphabet.
///
/// # Safety
/// As for [`OpenMutexA`].
pub(super) unsafe fn open<U: Unit>(access: u32, inherit: BOOL, name: *const U) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { named::open(inherit, name, is_mutex, access) }
}

/// The flags of `CreateMutexEx` for the boolean of `CreateMutex`.
pub(super) fn flags(initial_owner: BOOL) -> u32 {
    if initial_owner != 0 { CREATE_MUTEX_INITIAL_OWNER } else { 0 }
}

/// Creates a mutex, or opens the one of this name (last error 183; then nobody becomes its owner).
/// NULL on failure: 6 when the name belongs to another type of object.
///
/// # Safety
/// `attributes` must be NULL or readable, `name` NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateMutexA(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_owner: BOOL,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags(initial_owner), ALL) }
}

/// [`CreateMutexA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateMutexA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateMutexW(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_owner: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags(initial_owner), ALL) }
}

/// [`CreateMutexA`] with flags; the handle has the rights that are asked for.
///
/// # Safety
/// As for [`CreateMutexA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateMutexExA(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const u8,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags, desired_access) }
}

/// [`CreateMutexExA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateMutexA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateMutexExW(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const u16,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, name, flags, desired_access) }
}

/// Opens an existing mutex.  NULL on failure: 2 when no object has the name, 6 when another type of
/// object has it, 87 without a name.
///
/// # Safety
/// `name` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenMutexA(
    desired_access: u32,
    inherit: BOOL,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

/// [`OpenMutexA`] with a name in UTF-16.
///
/// # Safety
/// As for [`OpenMutexA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenMutexW(
    desired_access: u32,
    inherit: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

/// Gives up one ownership.  Fails with 288 when the calling thread is not the owner, with 6 for
/// anything but a mutex.
#[unsafe(no_mangle)]
pub extern "system" fn ReleaseMutex(mutex: HANDLE) -> BOOL {
    let act = || -> Result<()> {
        let object = handle::lookup(entry::number(mutex))?;
        let mutant = object.mutant()?;
        thread::with_current(|thread| mutant.release(thread)).map(|_| ())
    };
    entry::succeed(act())
}
