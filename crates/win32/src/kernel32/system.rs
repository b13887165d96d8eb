//! What the program may know of the machine: processors, page size, name.
#![allow(unsafe_code)]

use crate::entry;
use crate::last_error;
use crate::text::{Fit, Unit, into_buffer};
use core::ptr::without_provenance_mut;
use lapwing_abi::{
    BOOL, ERROR_BUFFER_OVERFLOW, ERROR_INVALID_PARAMETER, FALSE, HANDLE, PROCESSOR_AMD_X8664,
    PROCESSOR_ARCHITECTURE_AMD64, PSTR, PWSTR, SYSTEM_INFO, SYSTEM_INFO_0, SYSTEM_INFO_0_0, TRUE,
};
use lapwing_executive::ps::process::{QUERY, QUERY_LIMITED, of_handle};
use lapwing_executive::status::Status;
use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu};

/// The unit in which address space is given out, on Windows and by our `VirtualAlloc`.
pub(super) const ALLOCATION_GRANULARITY: u32 = 65_536;
/// The page size of x86-64.
pub(super) const PAGE_SIZE: u32 = 4096;
const ALL_PROCESSOR_GROUPS: u16 = 0xFFFF;

/// The first 64 of a set.
fn mask_of(set: &CpuSet) -> usize {
    (0..usize::BITS as usize)
        .filter(|&processor| set.is_set(processor))
        .fold(0, |mask, processor| mask | 1 << processor)
}

/// The processors that this process may use.
fn processors() -> (u32, usize) {
    let Ok(set) = sched_getaffinity(None) else { return (1, 1) };
    (set.count().max(1), mask_of(&set).max(1))
}

/// Describes the machine: the processors are those that this process may use, so that a program
/// that starts a thread for each does what its container or its `taskset` allows.
///
/// # Safety
/// `info` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetSystemInfo(info: *mut SYSTEM_INFO) {
    let (count, mask) = processors();
    let machine =
        SYSTEM_INFO_0_0 { wProcessorArchitecture: PROCESSOR_ARCHITECTURE_AMD64, wReserved: 0 };
    let described = SYSTEM_INFO {
        Anonymous: SYSTEM_INFO_0 { Anonymous: machine },
        dwPageSize: PAGE_SIZE,
        lpMinimumApplicationAddress: without_provenance_mut(0x1_0000),
        lpMaximumApplicationAddress: without_provenance_mut(0x7FFF_FFFE_FFFF),
        dwActiveProcessorMask: mask,
        dwNumberOfProcessors: count,
        dwProcessorType: PROCESSOR_AMD_X8664,
        dwAllocationGranularity: ALLOCATION_GRANULARITY,
        wProcessorLevel: 6,
        wProcessorRevision: 0,
    };
    // SAFETY: the caller's promise.
    unsafe { info.write_unaligned(described) }
}

/// As [`GetSystemInfo`]: there is no emulation here.
///
/// # Safety
/// As for [`GetSystemInfo`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetNativeSystemInfo(info: *mut SYSTEM_INFO) {
    // SAFETY: the caller's promise.
    unsafe { GetSystemInfo(info) }
}

/// How many processors a group has; the only group is 0, and 0xFFFF means all.  0 with
/// `ERROR_INVALID_PARAMETER` for another one.
#[unsafe(no_mangle)]
pub extern "system" fn GetActiveProcessorCount(group: u16) -> u32 {
    if group != 0 && group != ALL_PROCESSOR_GROUPS {
        last_error::set(ERROR_INVALID_PARAMETER);
        return 0;
    }
    processors().0
}

/// The processor that the calling thread runs on, which may be another one a moment later.
#[unsafe(no_mangle)]
pub extern "system" fn GetCurrentProcessorNumber() -> u32 {
    sched_getcpu() as u32
}

/// The processors that a process may use and those that it could be given, of the first 64.  One
/// that has ended may use none.
///
/// # Errors
/// FALSE with `ERROR_INVALID_HANDLE`, `ERROR_ACCESS_DENIED` (the handle was opened without a right
/// to query), `ERROR_NOACCESS`.
///
/// # Safety
/// Both masks must be NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetProcessAffinityMask(
    process: HANDLE,
    process_mask: *mut usize,
    system_mask: *mut usize,
) -> BOOL {
    let process = match of_handle(entry::number(process), QUERY | QUERY_LIMITED) {
        Ok(process) => process,
        Err(status) => return entry::fail(status),
    };
    if entry::is_wild(process_mask) || entry::is_wild(system_mask) {
        return entry::fail(Status::ACCESS_VIOLATION);
    }
    let mask = match Pid::from_raw(process.id().cast_signed()) {
        _ if process.is_own() => processors().1,
        id => sched_getaffinity(id).map_or(0, |set| mask_of(&set)),
    };
    // SAFETY: sysconf has no memory of the caller's.
    let online = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    let online = match u32::try_from(online) {
        Ok(count) if count < usize::BITS => (1_usize << count) - 1,
        _ => usize::MAX,
    };
    // SAFETY: the caller's promise, and neither is NULL.
    unsafe {
        process_mask.write_unaligned(mask);
        system_mask.write_unaligned(online | mask);
    }
    TRUE
}

/// The machine's name, at most `*size` characters with the terminator; `*size` becomes the length
/// without it.  `ERROR_BUFFER_OVERFLOW` and the needed size when the buffer is too small.
///
/// # Safety
/// `buffer` must have `*size` characters.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetComputerNameA(buffer: PSTR, size: *mut u32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { computer_name(buffer, size) }
}

/// As [`GetComputerNameA`], in UTF-16.
///
/// # Safety
/// As for [`GetComputerNameA`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GetComputerNameW(buffer: PWSTR, size: *mut u32) -> BOOL {
    // SAFETY: the caller's promise.
    unsafe { computer_name(buffer, size) }
}

/// # Safety
/// As for [`GetComputerNameA`], in units of `U`.
pub(super) unsafe fn computer_name<U: Unit>(buffer: *mut U, size: *mut u32) -> BOOL {
    if size.is_null() {
        last_error::set(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    let system = rustix::system::uname();
    let whole = system.nodename().to_string_lossy();
    // Windows' name is the first label, in capitals.
    let name = whole.split('.').next().unwrap_or_default().to_uppercase();
    // SAFETY: the caller's promise.
    unsafe {
        match into_buffer(&name, buffer, size.read_unaligned() as usize) {
            Fit::Written(length) => {
                size.write_unaligned(length as u32);
                TRUE
            }
            Fit::Needed(capacity) => {
                size.write_unaligned(capacity as u32);
                last_error::set(ERROR_BUFFER_OVERFLOW);
                FALSE
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_described() {
        let mut info = SYSTEM_INFO::default();
        let (mut process, mut system) = (0, 0);
        // SAFETY: all are live values.
        unsafe {
            GetSystemInfo(&raw mut info);
            let current = without_provenance_mut(usize::MAX);
            assert_eq!(GetProcessAffinityMask(current, &raw mut process, &raw mut system), TRUE);
            let none = core::ptr::null_mut();
            assert_eq!(GetProcessAffinityMask(none, &raw mut process, &raw mut system), FALSE);
            assert_eq!(last_error::get(), lapwing_abi::ERROR_INVALID_HANDLE);
        }
        assert_eq!((info.dwPageSize, info.dwAllocationGranularity), (4096, 65_536));
        assert!(info.dwNumberOfProcessors >= 1);
        assert_eq!(info.dwActiveProcessorMask, process);
        assert_eq!(process & system, process);
        assert_eq!(GetActiveProcessorCount(0), info.dwNumberOfProcessors);
        assert_eq!(GetActiveProcessorCount(1), 0);
    }

    #[test]
    fn the_name_fits_or_the_size_is_told() {
        let mut buffer = [0_u8; 256];
        let mut size = 1;
        // SAFETY: the buffer has the size given.
        unsafe {
            assert_eq!(GetComputerNameA(buffer.as_mut_ptr(), &raw mut size), FALSE);
            assert_eq!(last_error::get(), ERROR_BUFFER_OVERFLOW);
            assert_eq!(GetComputerNameA(buffer.as_mut_ptr(), &raw mut size), TRUE);
            assert_eq!(crate::text::length(buffer.as_ptr()), size as usize);
        }
    }
}
