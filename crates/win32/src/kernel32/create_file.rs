//! CreateFile: opening what a path leads to.
#![allow(unsafe_code)]

use super::named::{inherits, with_inheritance};
use crate::entry::number;
use crate::text::{self, Unit};
use crate::{error, last_error};
use core::ptr;
use lapwing_abi::{
    CREATE_ALWAYS, CREATE_NEW, ERROR_ALREADY_EXISTS, ERROR_FILE_EXISTS, FILE_CREATION_DISPOSITION,
    FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_DELETE_ON_CLOSE, FILE_FLAG_NO_BUFFERING,
    FILE_FLAG_OPEN_REPARSE_POINT, FILE_FLAG_OVERLAPPED, FILE_FLAG_RANDOM_ACCESS,
    FILE_FLAG_SEQUENTIAL_SCAN, FILE_FLAG_WRITE_THROUGH, FILE_FLAGS_AND_ATTRIBUTES, FILE_SHARE_MODE,
    GENERIC_WRITE, HANDLE, OPEN_ALWAYS, OPEN_EXISTING, PCSTR, PCWSTR, SECURITY_ATTRIBUTES,
    TRUNCATE_EXISTING,
};
use lapwing_executive::condrv;
use lapwing_executive::io::create::{Disposition, Options, Request, create as open};
use lapwing_executive::io::file::File;
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::{Body, Object};
use lapwing_executive::status::{Result, Status};
use std::path::PathBuf;

/// Those of the flags that a new file keeps.
const ATTRIBUTES: u32 = 0x7FB7;

/// What a call says beside the name.
pub(super) struct Wishes {
    pub access: u32,
    pub share: FILE_SHARE_MODE,
    pub disposition: FILE_CREATION_DISPOSITION,
    pub flags: FILE_FLAGS_AND_ATTRIBUTES,
    pub template: HANDLE,
}

/// A path to the file whose attributes a new one is to have.
fn template(wishes: &Wishes, disposition: Disposition) -> Result<Option<PathBuf>> {
    if number(wishes.template) == 0 || !disposition.makes() {
        return Ok(None);
    }
    let object = handle::lookup(number(wishes.template))?;
    Ok(Some(object.file()?.disk()?.own_path()))
}

fn options(flags: FILE_FLAGS_AND_ATTRIBUTES) -> Options {
    Options {
        overlapped: flags & FILE_FLAG_OVERLAPPED != 0,
        no_buffering: flags & FILE_FLAG_NO_BUFFERING != 0,
        reparse_point: flags & FILE_FLAG_OPEN_REPARSE_POINT != 0,
        write_through: flags & FILE_FLAG_WRITE_THROUGH != 0,
        delete_on_close: flags & FILE_FLAG_DELETE_ON_CLOSE != 0,
        directories: flags & FILE_FLAG_BACKUP_SEMANTICS != 0,
        sequential: flags & FILE_FLAG_SEQUENTIAL_SCAN != 0,
        random: flags & FILE_FLAG_RANDOM_ACCESS != 0,
    }
}

fn disposition(wishes: &Wishes) -> Result<Disposition> {
    Ok(match wishes.disposition {
        CREATE_NEW => Disposition::CreateNew,
        CREATE_ALWAYS => Disposition::CreateAlways,
        OPEN_EXISTING => Disposition::OpenExisting,
        OPEN_ALWAYS => Disposition::OpenAlways,
        TRUNCATE_EXISTING if wishes.access & GENERIC_WRITE != 0 => Disposition::TruncateExisting,
        _ => return Err(Status::INVALID_PARAMETER),
    })
}

/// The new handle, and whether the file was there.
fn open_file(name: &str, wishes: &Wishes) -> Result<(u32, bool)> {
    let (access, share) = (wishes.access, wishes.share);
    let (disposition, options) = (disposition(wishes)?, options(wishes.flags));
    let attributes = wishes.flags & ATTRIBUTES;
    let template = template(wishes, disposition)?;
    let template = template.as_deref();
    let opened =
        open(&Request { name, access, share, disposition, options, attributes, template })?;
    let file = File::new(opened.device, options.overlapped);
    // Nothing is under way.
    let _was_set = file.signal().set();
    let object = Object::new(Body::File(file));
    condrv::listen(&object);
    let number = handle::insert(object)?;
    let empties = matches!(disposition, Disposition::CreateAlways | Disposition::OpenAlways);
    Ok((number, opened.existed && empties))
}

/// # Safety
/// As for [`CreateFileA`], in units of `U`.
pub(super) unsafe fn create<U: Unit>(
    name: *const U,
    attributes: *const SECURITY_ATTRIBUTES,
    wishes: &Wishes,
) -> HANDLE {
    // SAFETY: the caller's promises.
    let (name, inherit) = unsafe { (text::from_terminated(name), inherits(attributes)) };
    match open_file(&name.unwrap_or_default(), wishes) {
        Ok((number, existed)) => {
            last_error::set(if existed { ERROR_ALREADY_EXISTS } else { 0 });
            with_inheritance(number, inherit)
        }
        Err(status) => {
            last_error::set(match status {
                Status::OBJECT_NAME_COLLISION => ERROR_FILE_EXISTS,
                other => error::win32(other),
            });
            // INVALID_HANDLE_VALUE
            ptr::without_provenance_mut(usize::MAX)
        }
    }
}

/// Opens or makes a file.  `C:` is Linux' `/`; a relative name begins in the current directory, and
/// both slashes separate.  After success the last error is `ERROR_ALREADY_EXISTS` (183) when
/// `CREATE_ALWAYS` or `OPEN_ALWAYS` found the file, else 0.
///
/// Share modes hold between Lapwing's processes of one user.  A new file, and one that
/// `CREATE_ALWAYS` empties, gets the attributes among the flags, or what `template` has; those that
/// the file system cannot keep are passed over.  With `FILE_FLAG_DELETE_ON_CLOSE` the name goes
/// when all handles have been closed, not when the program is killed.
///
/// Missing: serial ports and consoles; security descriptors; alternate streams.
///
/// # Errors
/// `INVALID_HANDLE_VALUE` with `ERROR_FILE_NOT_FOUND` (2), `ERROR_PATH_NOT_FOUND` (3),
/// `ERROR_ACCESS_DENIED` (5: permissions, a read-only file, a directory without
/// `FILE_FLAG_BACKUP_SEMANTICS`, a name that is about to go, `CREATE_ALWAYS` for a hidden or system
/// file without saying so), `ERROR_INVALID_HANDLE` (6: the template), `ERROR_SHARING_VIOLATION`
/// (32), `ERROR_BAD_NETPATH` (53), `ERROR_BAD_NET_NAME` (67),
/// `ERROR_FILE_EXISTS` (80), `ERROR_INVALID_PARAMETER` (87: disposition, or `TRUNCATE_EXISTING`
/// without `GENERIC_WRITE`), `ERROR_DISK_FULL` (112), `ERROR_INVALID_NAME` (123),
/// `ERROR_FILENAME_EXCED_RANGE` (206), `ERROR_TOO_MANY_OPEN_FILES` (4).
///
/// # Safety
/// The name must be NULL or terminated, the attributes NULL or readable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateFileA(
    name: PCSTR,
    access: u32,
    share: FILE_SHARE_MODE,
    attributes: *const SECURITY_ATTRIBUTES,
    disposition: FILE_CREATION_DISPOSITION,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
    template: HANDLE,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { create(name, attributes, &Wishes { access, share, disposition, flags, template }) }
}

/// As [`CreateFileA`], in UTF-16.
///
/// # Safety
/// As for [`CreateFileA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn CreateFileW(
    name: PCWSTR,
    access: u32,
    share: FILE_SHARE_MODE,
    attributes: *const SECURITY_ATTRIBUTES,
    disposition: FILE_CREATION_DISPOSITION,
    flags: FILE_FLAGS_AND_ATTRIBUTES,
    template: HANDLE,
) -> HANDLE {
    // SAFETY: the caller's promise.
    unsafe { create(name, attributes, &Wishes { access, share, disposition, flags, template }) }
}
