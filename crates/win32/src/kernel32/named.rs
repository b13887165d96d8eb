//! What `Create…` and `Open…` of all named objects have in common.
//!
//! Written once for the three alphabets (`text::Unit`): the `A`, the `W` and the `lp64` functions
//! differ in nothing else.
#![allow(unsafe_code)]

use crate::text::{Unit, from_terminated};
use crate::{entry, last_error};
use core::ptr;
use lapwing_abi::{ERROR_ALREADY_EXISTS, HANDLE, SECURITY_ATTRIBUTES};
use lapwing_executive::mm::section::Section;
use lapwing_executive::ob::handle::{self, INHERIT};
use lapwing_executive::ob::name::{self, Created};
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::shared::Template;
use lapwing_executive::status::{Result, Status};

/// NULL, with the status as the last error.
pub(crate) fn no_handle(status: Status) -> HANDLE {
    entry::fail(status);
    ptr::null_mut()
}

/// Whether a new handle is to be inherited.
///
/// # Safety
/// `attributes` must be NULL or point to readable attributes.
pub(super) unsafe fn inherits(attributes: *const SECURITY_ATTRIBUTES) -> bool {
    // SAFETY: the caller's promise.
    unsafe { attributes.as_ref() }.is_some_and(|attributes| attributes.bInheritHandle != 0)
}

/// Makes the handle inheritable if that is wanted.
pub(super) fn with_inheritance(number: u32, inherit: bool) -> HANDLE {
    if inherit {
        // It fails only if the program has guessed the new handle and closed it already.
        let _closed = handle::set_flags(number as usize, INHERIT, INHERIT);
    }
    entry::handle(number)
}

/// Opens a handle with these rights to a new object, or to the existing one of this name; the last
/// error is then 0 or `ERROR_ALREADY_EXISTS`.
///
/// # Safety
/// `attributes` must be NULL or readable, `name` NULL or a terminated string.
pub(crate) unsafe fn create_shared<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const U,
    template: Template,
    access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    let (name, inherit) = unsafe { (name_of(name), inherits(attributes)) };
    finish(name.and_then(|name| name::create_shared(name.as_deref(), &template, access)), inherit)
}

/// As [`create_shared`], for a section.
///
/// # Safety
/// As for [`create_shared`].
pub(crate) unsafe fn create_section<U: Unit>(
    attributes: *const SECURITY_ATTRIBUTES,
    name: *const U,
    section: Section,
    access: u32,
) -> HANDLE {
    // SAFETY: the caller's promises.
    let (name, inherit) = unsafe { (name_of(name), inherits(attributes)) };
    finish(name.and_then(|name| name::create_section(name.as_deref(), section, access)), inherit)
}

/// The longest name that a function for bytes takes, in UTF-16.
const LONGEST: usize = 259;

/// A name, if there is one.
///
/// # Errors
/// `NAME_TOO_LONG`.
///
/// # Safety
/// `name` must be NULL or a terminated string.
unsafe fn name_of<U: Unit>(name: *const U) -> Result<Option<String>> {
    // SAFETY: the caller's promise.
    let name = unsafe { from_terminated(name) };
    let is_long = |name: &String| name.len() > LONGEST && name.encode_utf16().count() > LONGEST;
    match name {
        Some(name) if size_of::<U>() == 1 && is_long(&name) => Err(Status::NAME_TOO_LONG),
        name => Ok(name),
    }
}

fn finish(created: Result<Created>, inherit: bool) -> HANDLE {
    match created {
        Ok(created) => {
            last_error::set(if created.existed { ERROR_ALREADY_EXISTS } else { 0 });
            with_inheritance(created.handle, inherit)
        }
        Err(status) => no_handle(status),
    }
}

/// Opens a handle with these rights to the existing object of this name.
///
/// # Safety
/// `name` must be NULL or a terminated string.
pub(crate) unsafe fn open<U: Unit>(
    inherit: i32,
    name: *const U,
    right_type: fn(&Object) -> bool,
    access: u32,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let name = unsafe { name_of(name) };
    let name = name.and_then(|name| name.ok_or(Status::INVALID_PARAMETER));
    match name.and_then(|name| name::open(&name, right_type, access)) {
        Ok(number) => with_inheritance(number, inherit != 0),
        Err(status) => no_handle(status),
    }
}

/// Opens a handle to an object without a name.
///
/// # Safety
/// `attributes` must be NULL or readable.
pub(crate) unsafe fn create_unnamed(
    attributes: *const SECURITY_ATTRIBUTES,
    object: lapwing_executive::ob::object::Reference,
) -> HANDLE {
    // SAFETY: the caller's promise.
    let inherit = unsafe { inherits(attributes) };
    match handle::insert(object) {
        Ok(number) => with_inheritance(number, inherit),
        Err(status) => no_handle(status),
    }
}
