//! Semaphores.
#![allow(unsafe_code)]

use super::named;
use crate::entry;
use crate::text::Unit;
use lapwing_abi::{BOOL, HANDLE, SECURITY_ATTRIBUTES};
use lapwing_executive::ob::access::{ALL, MODIFY_STATE};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::shared::Template;
use lapwing_executive::status::{Result, Status};

fn is_semaphore(object: &Object) -> bool {
    object.semaphore().is_ok()
}

/// `CreateSemaphore…` in any alphabet.
///
/// # Safety
/// As for [`CreateSemaphoreA`].
pub(super) unsafe fn create<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const U,
    access: u32,
) -> HANDLE {
    let (Ok(count), Ok(limit)) = (u32::try_from(initial_count), u32::try_from(maximum_count))
    else {
        return named::no_handle(Status::INVALID_PARAMETER);
    };
    if limit == 0 || count > limit {
        return named::no_handle(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's promises.
    unsafe { named::create_shared(attributes, name, Template::Semaphore { count, limit }, access) }
}

/// `CreateSemaphoreEx…` in any alphabet; the counts are the initial one and the maximum.
///
/// # Safety
/// As for [`CreateSemaphoreA`].
pub(super) unsafe fn create_ex<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    counts: (i32, i32),
    name: *const U,
    flags: u32,
    access: u32,
) -> HANDLE {
    if flags != 0 {
        return named::no_handle(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's promises.
    unsafe { create(attributes, counts.0, counts.1, name, access) }
}

/// `OpenSemaphore…` in any alphabet.
///
/// # Safety
/// As for [`OpenSemaphoreA`].
pub(super) unsafe fn open<U: Unit>(access: u32, inherit: BOOL, name: *const U) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { named::open(inherit, name, is_semaphore, access) }
}

/// Creates a semaphore, or opens the one of this name (last error 183).  NULL on failure: 87 for
/// impossible counts, 6 when the name belongs to another type of object.
///
/// # Safety
/// `attributes` must be NULL or readable, `name` NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateSemaphoreA(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, initial_count, maximum_count, name, ALL) }
}

/// [`CreateSemaphoreA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateSemaphoreA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateSemaphoreW(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create(attributes, initial_count, maximum_count, name, ALL) }
}

/// [`CreateSemaphoreA`]; there are no flags, and the handle has the rights that are asked for.
///
/// # Safety
/// As for [`CreateSemaphoreA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateSemaphoreExA(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const u8,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create_ex(attributes, (initial_count, maximum_count), name, flags, desired_access) }
}

/// [`CreateSemaphoreExA`] with a name in UTF-16.
///
/// # Safety
/// As for [`CreateSemaphoreA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateSemaphoreExW(
    attributes: *const SECURITY_ATTRIBUTES,
    initial_count: i32,
    maximum_count: i32,
    name: *const u16,
    flags: u32,
    desired_access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    unsafe { create_ex(attributes, (initial_count, maximum_count), name, flags, desired_access) }
}

/// Opens an existing semaphore.  NULL on failure: 2 when no object has the name, 6 when another
/// type of object has it, 87 without a name.
///
/// # Safety
/// `name` must be NULL or a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenSemaphoreA(
    desired_access: u32,
    inherit: BOOL,
    name: *const u8,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

/// [`OpenSemaphoreA`] with a name in UTF-16.
///
/// # Safety
/// As for [`OpenSemaphoreA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn OpenSemaphoreW(
    desired_access: u32,
    inherit: BOOL,
    name: *const u16,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { open(desired_access, inherit, name) }
}

/// Adds to a semaphore's count and tells the count before.
///
/// Fails with 6 for anything else, with 5 without `SEMAPHORE_MODIFY_STATE`, with 87 for a count
/// below one, with 298 above the maximum; the count is unchanged then.
///
/// # Safety
/// `previous` must be NULL or point to a place for a number.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ReleaseSemaphore(
    semaphore: HANDLE,
    release_count: i32,
    previous: *mut i32,
) -> BOOL {
    let act = || -> Result<u32> {
        let object = handle::lookup(entry::number(semaphore))?;
        let semaphore = object.semaphore()?;
        object.require(MODIFY_STATE)?;
        let count = u32::try_from(release_count).map_err(|_| Status::INVALID_PARAMETER)?;
        semaphore.release(count)
    };
    match act() {
        Ok(before) => {
            if !previous.is_null() {
                // SAFETY: the caller's promise.
                unsafe { previous.write_unaligned(before.cast_signed()) };
            }
            1
        }
        Err(status) => entry::fail(status),
    }
}
