//! Opening devices by their NT names, closing, and what a file object can be told.
#![allow(unsafe_code)]

use super::{status_of, string};
use crate::entry::{self, is_wild, number};
use crate::text::Unit;
use core::ffi::c_void;
use core::ptr;
use lapwing_abi::{
    FILE_ACCESS_RIGHTS, FILE_FLAGS_AND_ATTRIBUTES, FILE_INFORMATION_CLASS, FILE_SHARE_MODE, HANDLE,
    IO_STATUS_BLOCK, IO_STATUS_BLOCK_0, NTCREATEFILE_CREATE_DISPOSITION,
    NTCREATEFILE_CREATE_OPTIONS, NTSTATUS, OBJECT_ATTRIBUTES,
};
use lapwing_executive::afd::poll_request::PollRequests;
use lapwing_executive::io::file::{Device, File};
use lapwing_executive::ob::handle::{self, INHERIT};
use lapwing_executive::ob::object::Body;
use lapwing_executive::status::{Result, Status};

/// `FILE_SYNCHRONOUS_IO_ALERT` and `FILE_SYNCHRONOUS_IO_NONALERT`
const FILE_SYNCHRONOUS_IO: u32 = 0x30;
const FILE_MAXIMUM_DISPOSITION: u32 = 5;
const FILE_OPEN: u32 = 1;
/// The answer in the status block.
const FILE_OPENED: usize = 1;
const OBJ_INHERIT: u32 = 2;

const AFD: &str = "\\device\\afd";
const DEVICES: &str = "\\device\\";

/// How a file is to be opened.
pub(super) struct How {
    /// `FILE_OPEN` and others.
    pub disposition: u32,
    /// `FILE_SYNCHRONOUS_IO_…` and others.
    pub options: u32,
    /// There are extended attributes.
    pub has_ea: bool,
}

impl How {
    /// As NtOpenFile does it.
    pub fn existing(options: u32) -> Self {
        How { disposition: FILE_OPEN, options, has_ea: false }
    }
}

/// Stores the end of a call that is never pending.
///
/// # Safety
/// The block must be writable.
pub(super) unsafe fn write_block(block: *mut IO_STATUS_BLOCK, information: usize) {
    let anonymous = IO_STATUS_BLOCK_0 { Pointer: ptr::null_mut() };
    // SAFETY: the caller's promise.
    unsafe {
        block.write_unaligned(IO_STATUS_BLOCK { Anonymous: anonymous, Information: information })
    };
}

/// # Safety
/// As for [`NtCreateFile`]; the name's units are `U`.
pub(super) unsafe fn open<U: Unit>(
    file: *mut HANDLE,
    attributes: *const OBJECT_ATTRIBUTES,
    block: *mut IO_STATUS_BLOCK,
    how: &How,
) -> Result<()> {
    if is_wild(file) || is_wild(block) {
        return Err(Status::ACCESS_VIOLATION);
    }
    if is_wild(attributes) {
        return Err(Status::INVALID_PARAMETER);
    }
    // SAFETY: the caller's promise.
    let attributes = unsafe { attributes.read_unaligned() };
    let right_length = attributes.Length as usize == size_of::<OBJECT_ATTRIBUTES>();
    if !right_length || how.disposition > FILE_MAXIMUM_DISPOSITION {
        return Err(Status::INVALID_PARAMETER);
    }
    if attributes.ObjectName.is_null() || !attributes.RootDirectory.is_null() {
        return Err(Status::OBJECT_PATH_SYNTAX_BAD);
    }
    // SAFETY: the caller's promise.
    let name = unsafe { string::read::<U>(attributes.ObjectName) }?.to_ascii_lowercase();
    if !name.starts_with('\\') {
        return Err(Status::OBJECT_PATH_SYNTAX_BAD);
    }
    if !name.strip_prefix(AFD).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\')) {
        let below = name.strip_prefix(DEVICES).unwrap_or(&name[1..]);
        let is_last = !below.contains('\\');
        let missing = [Status::OBJECT_PATH_NOT_FOUND, Status::OBJECT_NAME_NOT_FOUND];
        return Err(missing[usize::from(is_last)]);
    }
    if how.has_ea {
        return Err(Status::NOT_IMPLEMENTED);
    }
    let overlapped = how.options & FILE_SYNCHRONOUS_IO == 0;
    let device = Device::Afd(PollRequests::default());
    let new = handle::create(Body::File(File::new(device, overlapped)))?;
    if attributes.Attributes & OBJ_INHERIT != 0 {
        // It fails only if the program has guessed the new handle and closed it already.
        let _closed = handle::set_flags(new as usize, INHERIT, INHERIT);
    }
    // SAFETY: the caller's promises.
    unsafe {
        file.write_unaligned(entry::handle(new));
        write_block(block, FILE_OPENED);
    }
    Ok(())
}

/// Opens a device by its NT name: `\Device\Afd`, and any name below it, which stands for AFD
/// itself, to which `IOCTL_AFD_POLL` can be sent.  The handle is overlapped unless `createoptions`
/// has `FILE_SYNCHRONOUS_IO_ALERT` or `FILE_SYNCHRONOUS_IO_NONALERT`.
///
/// # Errors
/// `STATUS_OBJECT_NAME_NOT_FOUND` and `STATUS_OBJECT_PATH_NOT_FOUND` (other names),
/// `STATUS_OBJECT_PATH_SYNTAX_BAD` (no name, or one that does not begin with `\`),
/// `STATUS_OBJECT_NAME_INVALID`, `STATUS_INVALID_PARAMETER`, `STATUS_ACCESS_VIOLATION`,
/// `STATUS_NOT_IMPLEMENTED`.
///
/// Missing: files of disks, pipes, `RootDirectory`; sockets by extended attributes.
///
/// # Safety
/// `filehandle` and `iostatusblock` must be writable, `objectattributes` readable with the name.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtCreateFile(
    filehandle: *mut HANDLE,
    _desiredaccess: FILE_ACCESS_RIGHTS,
    objectattributes: *const OBJECT_ATTRIBUTES,
    iostatusblock: *mut IO_STATUS_BLOCK,
    _allocationsize: *const i64,
    _fileattributes: FILE_FLAGS_AND_ATTRIBUTES,
    _shareaccess: FILE_SHARE_MODE,
    createdisposition: NTCREATEFILE_CREATE_DISPOSITION,
    createoptions: NTCREATEFILE_CREATE_OPTIONS,
    eabuffer: *const c_void,
    _ealength: u32,
) -> NTSTATUS {
    let (disposition, options) = (createdisposition, createoptions);
    let how = How { disposition, options, has_ea: !eabuffer.is_null() };
    // SAFETY: the caller's promises.
    status_of(unsafe { open::<u16>(filehandle, objectattributes, iostatusblock, &how) })
}

/// As [`NtCreateFile`] for what exists.
///
/// # Errors
/// Those of [`NtCreateFile`].
///
/// Missing: as in [`NtCreateFile`].
///
/// # Safety
/// As for [`NtCreateFile`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtOpenFile(
    filehandle: *mut HANDLE,
    _desiredaccess: u32,
    objectattributes: *const OBJECT_ATTRIBUTES,
    iostatusblock: *mut IO_STATUS_BLOCK,
    _shareaccess: u32,
    openoptions: u32,
) -> NTSTATUS {
    let how = How::existing(openoptions);
    // SAFETY: the caller's promises.
    status_of(unsafe { open::<u16>(filehandle, objectattributes, iostatusblock, &how) })
}

/// Closes a handle of any kind.
///
/// # Errors
/// `STATUS_INVALID_HANDLE`, `STATUS_HANDLE_NOT_CLOSABLE` (it is protected).
#[unsafe(no_mangle)]
pub extern "system" fn NtClose(handle: HANDLE) -> NTSTATUS {
    status_of(handle::close(number(handle)))
}

/// `FileCompletionInformation`
const COMPLETION: i32 = 30;
/// `FileIoCompletionNotificationInformation`
const NOTIFICATION_MODES: i32 = 41;
/// `FileReplaceCompletionInformation`
const REPLACE_COMPLETION: i32 = 61;

/// FILE_COMPLETION_INFORMATION
#[repr(C)]
#[derive(Clone, Copy)]
struct CompletionInformation {
    port: HANDLE,
    key: usize,
}

/// # Safety
/// `address` must be NULL or point to `length` readable bytes.
unsafe fn input<T: Copy>(address: *const c_void, length: u32) -> Result<T> {
    if (length as usize) < size_of::<T>() {
        return Err(Status::INFO_LENGTH_MISMATCH);
    }
    if is_wild(address) {
        return Err(Status::ACCESS_VIOLATION);
    }
    // SAFETY: the caller's promise.
    Ok(unsafe { address.cast::<T>().read_unaligned() })
}

/// # Safety
/// As for [`NtSetInformationFile`].
unsafe fn set(file: HANDLE, information: *const c_void, length: u32, class: i32) -> Result<()> {
    match class {
        COMPLETION | REPLACE_COMPLETION => {
            // SAFETY: the caller's promise.
            let wanted: CompletionInformation = unsafe { input(information, length) }?;
            let object = handle::lookup(number(file))?;
            let file = object.file()?;
            if class == REPLACE_COMPLETION && wanted.port.is_null() {
                return file.dissociate();
            }
            let port = handle::lookup(number(wanted.port))?.port()?.clone();
            if class == REPLACE_COMPLETION {
                file.dissociate()?;
            }
            file.associate(port, wanted.key)
        }
        NOTIFICATION_MODES => {
            // SAFETY: the caller's promise.
            let modes: u32 = unsafe { input(information, length) }?;
            handle::lookup(number(file))?.file()?.add_modes(modes)
        }
        _ => Err(Status::INVALID_INFO_CLASS),
    }
}

/// Tells a file object something: to which port its requests complete
/// (`FileCompletionInformation`, as `CreateIoCompletionPort` does), to which other or to none
/// (`FileReplaceCompletionInformation`), and which notifications it can go without
/// (`FileIoCompletionNotificationInformation`).
///
/// # Errors
/// `STATUS_INVALID_PARAMETER` (it has a port already, or is not overlapped),
/// `STATUS_INFO_LENGTH_MISMATCH`, `STATUS_INVALID_HANDLE`, `STATUS_OBJECT_TYPE_MISMATCH`,
/// `STATUS_ACCESS_VIOLATION`, `STATUS_INVALID_INFO_CLASS` (the other classes).
///
/// Missing: the other classes.
///
/// # Safety
/// `fileinformation` must be readable for `length` bytes, `iostatusblock` writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn NtSetInformationFile(
    filehandle: HANDLE,
    iostatusblock: *mut IO_STATUS_BLOCK,
    fileinformation: *const c_void,
    length: u32,
    fileinformationclass: FILE_INFORMATION_CLASS,
) -> NTSTATUS {
    if is_wild(iostatusblock) {
        return status_of(Err(Status::ACCESS_VIOLATION));
    }
    // SAFETY: the caller's promise.
    let done = unsafe { set(filehandle, fileinformation, length, fileinformationclass) };
    if done.is_ok() {
        // SAFETY: the caller's promise.
        unsafe { write_block(iostatusblock, 0) };
    }
    status_of(done)
}
