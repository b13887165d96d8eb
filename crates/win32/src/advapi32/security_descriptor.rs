//! Security descriptors: whom an object is open to.  What one means is `se`'s business.
#![allow(unsafe_code)]

use crate::entry::{fail, is_wild, succeed};
use crate::kernel32::heap::LocalAlloc;
use crate::last_error;
use crate::text::{Unit, from_terminated};
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    ACL, BOOL, ERROR_INVALID_PARAMETER, ERROR_UNKNOWN_REVISION, PCSTR, PCWSTR,
    PSECURITY_DESCRIPTOR, SDDL_REVISION_1, SE_DACL_DEFAULTED, SE_DACL_PRESENT, SE_SELF_RELATIVE,
    SECURITY_ATTRIBUTES, SECURITY_DESCRIPTOR,
};
use lapwing_executive::se::acl::{self, Dacl};
use lapwing_executive::se::sddl;
use lapwing_executive::status::{Result, Status};

/// `SECURITY_DESCRIPTOR_REVISION`
const REVISION: u8 = 1;
/// The head of a descriptor whose parts follow it, and where it says where the DACL is.
const RELATIVE_HEAD: usize = 20;
const RELATIVE_DACL: usize = 16;

/// A list as it is in memory.
///
/// # Safety
/// The list must be readable.
unsafe fn list(list: *const u8) -> Dacl {
    // SAFETY: the caller's promise; the head says how much there is.
    let bytes = unsafe {
        let head = list.cast::<[u8; 8]>().read_unaligned();
        core::slice::from_raw_parts(list, acl::length(head).max(head.len()))
    };
    Dacl::List(bytes.to_vec())
}

/// What a descriptor says about access.
///
/// # Errors
/// `UNKNOWN_REVISION` (1305), `INVALID_SECURITY_DESCR` (1338) for a list inside the head.
///
/// # Safety
/// The descriptor must be readable with its parts.
unsafe fn dacl(descriptor: *const c_void) -> Result<Dacl> {
    let bytes = descriptor.cast::<u8>();
    // SAFETY: the caller's promise; both forms begin alike.
    let head = unsafe { bytes.cast::<[u8; 4]>().read_unaligned() };
    let control = u16::from_le_bytes([head[2], head[3]]);
    if head[0] != REVISION {
        return Err(Status::UNKNOWN_REVISION);
    }
    if control & SE_DACL_PRESENT == 0 {
        return Ok(Dacl::Absent);
    }
    // SAFETY: the caller's promise.
    unsafe {
        if control & SE_SELF_RELATIVE == 0 {
            let found = bytes.cast::<SECURITY_DESCRIPTOR>().read_unaligned().Dacl;
            return Ok(if found.is_null() { Dacl::Null } else { list(found.cast()) });
        }
        match bytes.add(RELATIVE_DACL).cast::<u32>().read_unaligned() as usize {
            0 => Ok(Dacl::Null),
            1..RELATIVE_HEAD => Err(Status::INVALID_SECURITY_DESCR),
            offset => Ok(list(bytes.add(offset))),
        }
    }
}

/// What the attributes of a new object say about access.
///
/// # Errors
/// `UNKNOWN_REVISION` (1305), `INVALID_SECURITY_DESCR` (1338).
///
/// # Safety
/// The attributes must be NULL or readable, with their descriptor and its parts.
pub(crate) unsafe fn access(attributes: *const SECURITY_ATTRIBUTES) -> Result<Dacl> {
    // SAFETY: the caller's promise.
    match unsafe { attributes.as_ref() } {
        Some(attributes) if !attributes.lpSecurityDescriptor.is_null() => {
            // SAFETY: as above.
            unsafe { dacl(attributes.lpSecurityDescriptor) }
        }
        _ => Ok(Dacl::Absent),
    }
}

/// Makes a descriptor that says nothing about anybody.
///
/// # Errors
/// FALSE with `ERROR_UNKNOWN_REVISION` (1305) for another revision than 1, `ERROR_NOACCESS` (998).
///
/// # Safety
/// The descriptor must be writable, as large as `SECURITY_DESCRIPTOR`.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn InitializeSecurityDescriptor(
    psecuritydescriptor: PSECURITY_DESCRIPTOR,
    dwrevision: u32,
) -> BOOL {
    if is_wild(psecuritydescriptor) {
        return fail(Status::ACCESS_VIOLATION);
    }
    if dwrevision != u32::from(REVISION) {
        return fail(Status::UNKNOWN_REVISION);
    }
    let empty = SECURITY_DESCRIPTOR {
        Revision: REVISION,
        Sbz1: 0,
        Control: 0,
        Owner: ptr::null_mut(),
        Group: ptr::null_mut(),
        Sacl: ptr::null_mut(),
        Dacl: ptr::null_mut(),
    };
    // SAFETY: the caller's promise.
    unsafe { psecuritydescriptor.cast::<SECURITY_DESCRIPTOR>().write_unaligned(empty) };
    1
}

/// Gives a descriptor an access control list.  NULL is a list too, the one that lets everybody do
/// everything; without any the object is its owner's.
///
/// # Errors
/// FALSE with `ERROR_UNKNOWN_REVISION` (1305), `ERROR_INVALID_SECURITY_DESCR` (1338) for a
/// descriptor whose parts follow it, `ERROR_NOACCESS` (998).
///
/// # Safety
/// The descriptor must be readable and writable.  The list stays the caller's.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SetSecurityDescriptorDacl(
    psecuritydescriptor: PSECURITY_DESCRIPTOR,
    bdaclpresent: BOOL,
    pdacl: *const ACL,
    bdacldefaulted: BOOL,
) -> BOOL {
    if is_wild(psecuritydescriptor) {
        return fail(Status::ACCESS_VIOLATION);
    }
    let place = psecuritydescriptor.cast::<SECURITY_DESCRIPTOR>();
    // SAFETY: the caller's promise; both forms begin alike, and only the head is looked at first.
    let (revision, control) = unsafe {
        ((&raw const (*place).Revision).read(), (&raw const (*place).Control).read_unaligned())
    };
    if revision != REVISION {
        return fail(Status::UNKNOWN_REVISION);
    }
    if control & SE_SELF_RELATIVE != 0 {
        return fail(Status::INVALID_SECURITY_DESCR);
    }
    let mut control = control & !(SE_DACL_PRESENT | SE_DACL_DEFAULTED);
    let is_present = bdaclpresent != 0;
    if is_present {
        control |= SE_DACL_PRESENT;
    }
    if is_present && bdacldefaulted != 0 {
        control |= SE_DACL_DEFAULTED;
    }
    let list = if is_present { pdacl.cast_mut() } else { ptr::null_mut() };
    // SAFETY: the caller's promise.
    unsafe {
        (&raw mut (*place).Control).write_unaligned(control);
        (&raw mut (*place).Dacl).write_unaligned(list);
    }
    1
}

/// TRUE for a descriptor that can be used: its revision is known, and its access control list is
/// one.
///
/// # Safety
/// The descriptor must be NULL or readable with its parts.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn IsValidSecurityDescriptor(
    psecuritydescriptor: PSECURITY_DESCRIPTOR,
) -> BOOL {
    if is_wild(psecuritydescriptor) {
        return fail(Status::INVALID_SECURITY_DESCR);
    }
    // SAFETY: the caller's promise.
    let dacl = unsafe { dacl(psecuritydescriptor) };
    succeed(dacl.and_then(|dacl| dacl.rights_of_others()).map(drop))
}

/// `ConvertStringSecurityDescriptorToSecurityDescriptor…` in any alphabet.
///
/// # Safety
/// As for [`ConvertStringSecurityDescriptorToSecurityDescriptorA`].
pub(super) unsafe fn convert<U: Unit>(
    text: *const U,
    revision: u32,
    descriptor: *mut PSECURITY_DESCRIPTOR,
    size: *mut u32,
) -> BOOL {
    // SAFETY: the caller's promise.
    let Some(text) = (unsafe { from_terminated(text) }).filter(|_| !is_wild(descriptor)) else {
        last_error::set(ERROR_INVALID_PARAMETER);
        return 0;
    };
    if revision != SDDL_REVISION_1 {
        last_error::set(ERROR_UNKNOWN_REVISION);
        return 0;
    }
    let bytes = match sddl::parse(&text) {
        Ok(bytes) => bytes,
        Err(status) => return fail(status),
    };
    let block = LocalAlloc(0, bytes.len()).cast::<u8>();
    if block.is_null() {
        return fail(Status::NO_MEMORY);
    }
    // SAFETY: the block is new and as long; the places are the caller's.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
        descriptor.write_unaligned(block.cast());
        if !size.is_null() {
            size.write_unaligned(bytes.len() as u32);
        }
    }
    1
}

/// Makes a descriptor from its text (`D:(A;;GRGW;;;WD)`), in memory for `LocalFree`.  Entries that
/// allow or deny are known, and everybody who is the same on all computers; what is to be audited
/// and integrity levels are passed over.
///
/// Missing: conditional and object entries, and users by letters that mean a domain's.
///
/// # Errors
/// FALSE with `ERROR_INVALID_PARAMETER` (87) for NULL or what is no such text,
/// `ERROR_UNKNOWN_REVISION` (1305), `ERROR_INVALID_ACL` (1336), `ERROR_INVALID_SID` (1337).
///
/// # Safety
/// The text must be NULL or terminated, the places writable, the second one or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ConvertStringSecurityDescriptorToSecurityDescriptorA(
    stringsecuritydescriptor: PCSTR,
    stringsdrevision: u32,
    securitydescriptor: *mut PSECURITY_DESCRIPTOR,
    securitydescriptorsize: *mut u32,
) -> BOOL {
    let (text, revision) = (stringsecuritydescriptor, stringsdrevision);
    // SAFETY: the caller's promises.
    unsafe { convert(text, revision, securitydescriptor, securitydescriptorsize) }
}

/// As [`ConvertStringSecurityDescriptorToSecurityDescriptorA`], in UTF-16.
///
/// # Safety
/// As for [`ConvertStringSecurityDescriptorToSecurityDescriptorA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn ConvertStringSecurityDescriptorToSecurityDescriptorW(
    stringsecuritydescriptor: PCWSTR,
    stringsdrevision: u32,
    securitydescriptor: *mut PSECURITY_DESCRIPTOR,
    securitydescriptorsize: *mut u32,
) -> BOOL {
    let (text, revision) = (stringsecuritydescriptor, stringsdrevision);
    // SAFETY: the caller's promises.
    unsafe { convert(text, revision, securitydescriptor, securitydescriptorsize) }
}
