//! Mailslots: one reader, many writers, messages.  Writers open them with CreateFile.
#![allow(unsafe_code)]

use super::named::{inherits, with_inheritance};
use crate::entry::{fail, is_wild, number, succeed};
use crate::last_error;
use crate::text::{Unit, from_terminated};
use core::ptr;
use lapwing_abi::{BOOL, HANDLE, PCSTR, PCWSTR, SECURITY_ATTRIBUTES};
use lapwing_executive::io::create::{Target, classify};
use lapwing_executive::io::file::File;
use lapwing_executive::io::user_memory::UserPointer;
use lapwing_executive::msfs::mailslot::{self, Information, Mailslot};
use lapwing_executive::ob::handle;
use lapwing_executive::status::{Result, Status};

/// `MAILSLOT_NO_MESSAGE`
const NO_MESSAGE: u32 = u32::MAX;

/// A mailslot is made on this machine only, under its own name in the list of devices.
fn own_name(name: Option<String>) -> Result<String> {
    let name = name.filter(|name| !name.is_empty()).ok_or(Status::OBJECT_PATH_NOT_FOUND)?;
    let is_device = [r"\\.\", r"\\?\", "//./"].iter().any(|prefix| name.starts_with(prefix));
    match classify(&name) {
        Ok(Target::Mailslot(name)) if is_device => Ok(name),
        _ => Err(Status::OBJECT_NAME_INVALID),
    }
}

/// # Safety
/// As for [`CreateMailslotA`], in units of `U`.
pub(super) unsafe fn create<U: Unit>(
    name: *const U,
    limit: u32,
    timeout_ms: u32,
    attributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's promises.
    let (name, inherit) = unsafe { (from_terminated(name), inherits(attributes)) };
    match own_name(name).and_then(|name| mailslot::create(&name, limit, timeout_ms)) {
        Ok(number) => {
            last_error::set(0);
            with_inheritance(number, inherit)
        }
        Err(status) => {
            fail(status);
            // INVALID_HANDLE_VALUE
            ptr::without_provenance_mut(usize::MAX)
        }
    }
}

/// Makes a mailslot, `\\.\mailslot\[path\]name`, and opens its reading end.  It takes messages of
/// at most so many bytes (0: any); a read waits at most so many milliseconds for one (0: not at
/// all, `MAILSLOT_WAIT_FOREVER`: as long as it takes).  It ends with its last handle.
///
/// The name is one for all processes of the user; another user does not see it.
///
/// Missing: security descriptors, which change nothing.
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_ALREADY_EXISTS` (183) when the name is taken,
/// `ERROR_INVALID_NAME` (123), `ERROR_PATH_NOT_FOUND` (3) for NULL, `ERROR_ACCESS_DENIED` (5) when
/// something else stands where the name is kept, `ERROR_TOO_MANY_OPEN_FILES` (4).
///
/// # Safety
/// The name must be NULL or terminated, the attributes NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateMailslotA(
    lpname: PCSTR,
    nmaxmessagesize: u32,
    lreadtimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { create(lpname, nmaxmessagesize, lreadtimeout, lpsecurityattributes) }
}

/// As [`CreateMailslotA`], in UTF-16.
///
/// # Safety
/// As for [`CreateMailslotA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateMailslotW(
    lpname: PCWSTR,
    nmaxmessagesize: u32,
    lreadtimeout: u32,
    lpsecurityattributes: *const SECURITY_ATTRIBUTES,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { create(lpname, nmaxmessagesize, lreadtimeout, lpsecurityattributes) }
}

fn with_mailslot<R>(file: HANDLE, body: impl FnOnce(&Mailslot) -> R) -> Result<R> {
    let object = handle::lookup(number(file))?;
    object.file().and_then(File::mailslot).map(body)
}

/// Tells the longest message that a mailslot takes (0: any), the length of the next one
/// (`MAILSLOT_NO_MESSAGE` when there is none), how many wait, and how long a read waits.  Each
/// pointer may be NULL.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_INVALID_PARAMETER` (87) for what is no reading end,
/// `ERROR_NOACCESS` (998); then nothing is written.
///
/// # Safety
/// The pointers are NULL or valid for writes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetMailslotInfo(
    hmailslot: HANDLE,
    lpmaxmessagesize: *mut u32,
    lpnextsize: *mut u32,
    lpmessagecount: *mut u32,
    lpreadtimeout: *mut u32,
) -> BOOL {
    let places = [lpmaxmessagesize, lpnextsize, lpmessagecount, lpreadtimeout];
    if places.iter().any(|place| !place.is_null() && is_wild(*place)) {
        return fail(Status::ACCESS_VIOLATION);
    }
    succeed(with_mailslot(hmailslot, Mailslot::information).map(|information| {
        let Information { limit, next, count, timeout_ms } = information;
        let values = [limit, next.unwrap_or(NO_MESSAGE), count, timeout_ms];
        for (place, value) in places.into_iter().zip(values) {
            // SAFETY: the caller's promise.
            unsafe { UserPointer::new(place) }.write(value);
        }
    }))
}

/// Says how many milliseconds reads of a mailslot wait from now on, as CreateMailslot does.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_INVALID_PARAMETER` (87) for what is no reading end.
#[unsafe(no_mangle)]
pub extern "system" fn SetMailslotInfo(hmailslot: HANDLE, lreadtimeout: u32) -> BOOL {
    succeed(with_mailslot(hmailslot, |mailslot| mailslot.set_timeout(lreadtimeout)))
}
