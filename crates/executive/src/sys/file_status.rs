//! What Linux tells of a file, written to where it is wanted: rustix' statx hands a copy of it
//! through every return, for which who lists a directory pays with each file.
#![allow(unsafe_code)]

use core::ffi::CStr;
use core::mem::MaybeUninit;
use rustix::fd::{AsRawFd, BorrowedFd};
use rustix::fs::{AtFlags, Statx, StatxFlags};
use rustix::io::Errno;
use syscalls::Sysno;

const _: () = assert!(size_of::<Statx>() == size_of::<libc::statx>());

/// Asks for a file by its name in an open directory, or for the open file itself by an empty one.
///
/// # Errors
/// Those of Linux' statx.
#[inline]
pub fn statx<'place>(
    directory: BorrowedFd<'_>,
    name: &CStr,
    flags: AtFlags,
    wanted: StatxFlags,
    place: &'place mut MaybeUninit<Statx>,
) -> Result<&'place Statx, Errno> {
    // The whole register, for the directory may be AT_FDCWD, which is negative.
    let directory = (directory.as_raw_fd() as isize).cast_unsigned();
    let name = name.as_ptr().expose_provenance();
    let (flags, wanted) = (flags.bits() as usize, wanted.bits() as usize);
    let address = place.as_mut_ptr().expose_provenance();
    // SAFETY: the name is terminated, and the place has the kernel's own layout.
    unsafe { syscalls::syscall5(Sysno::statx, directory, name, flags, wanted, address) }
        .map_err(|error| Errno::from_raw_os_error(error.into_raw()))?;
    // SAFETY: the kernel has written all of it.
    Ok(unsafe { place.assume_init_ref() })
}
