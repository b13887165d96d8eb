//! `VirtualAlloc` and `VirtualFree`: pages from `mmap`.
//!
//! A reservation is a mapping without access; committing gives its pages access.  Reservations
//! begin at multiples of 64 KiB, as on Windows.  [`RESERVATIONS`] knows them, because only a whole
//! one can be released.
#![allow(unsafe_code)]

use super::system::{ALLOCATION_GRANULARITY, PAGE_SIZE};
use crate::last_error;
use core::ffi::c_void;
use core::ptr::null_mut;
use lapwing_abi::{
    BOOL, ERROR_INVALID_ADDRESS, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY, FALSE,
    MEM_COMMIT, MEM_DECOMMIT, MEM_RELEASE, MEM_RESERVE, MEM_TOP_DOWN, PAGE_EXECUTE,
    PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE, TRUE,
};
use lapwing_executive::mm::view;
use rustix::mm::{
    Advice, MapFlags, MprotectFlags, ProtFlags, madvise, mmap_anonymous, mprotect, munmap,
};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

const PAGE: usize = PAGE_SIZE as usize;
const GRANULARITY: usize = ALLOCATION_GRANULARITY as usize;

/// The reservations: size by base address.  Changes of mappings happen under this lock.
static RESERVATIONS: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

fn reservations() -> MutexGuard<'static, BTreeMap<usize, usize>> {
    RESERVATIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A range of whole pages.
#[derive(Clone, Copy)]
struct Pages {
    base: usize,
    size: usize,
}

impl Pages {
    /// The pages that a range touches.
    fn around(address: usize, size: usize) -> Option<Pages> {
        let base = address - address % PAGE;
        let end = address.checked_add(size)?.checked_next_multiple_of(PAGE)?;
        Some(Pages { base, size: end - base })
    }

    /// True when they lie in one reservation.
    fn are_reserved(self, reservations: &BTreeMap<usize, usize>) -> bool {
        let below = reservations.range(..=self.base).next_back();
        below.is_some_and(|(&base, &size)| self.base + self.size <= base + size)
    }

    /// True when they lie in one view of a section.
    fn are_a_views(self) -> bool {
        view::contains(self.base, self.size)
    }

    fn pointer(self) -> *mut c_void {
        core::ptr::with_exposed_provenance_mut(self.base)
    }

    /// # Safety
    /// The pages must be reserved ones.
    unsafe fn commit(self, access: MprotectFlags) -> Result<(), u32> {
        // SAFETY: the pages are a mapping of ours.
        unsafe { mprotect(self.pointer(), self.size, access) }.map_err(|_| ERROR_NOT_ENOUGH_MEMORY)
    }
}

/// The access of a `PAGE_…` constant.
fn access(protection: u32) -> Option<MprotectFlags> {
    let (read, write, execute) = (MprotectFlags::READ, MprotectFlags::WRITE, MprotectFlags::EXEC);
    Some(match protection {
        PAGE_NOACCESS => MprotectFlags::empty(),
        PAGE_READONLY => read,
        PAGE_READWRITE => read | write,
        PAGE_EXECUTE => execute,
        PAGE_EXECUTE_READ => read | execute,
        PAGE_EXECUTE_READWRITE => read | write | execute,
        _ => return None,
    })
}

/// Reserves address space (`MEM_RESERVE`), gives pages of a reservation zeroed memory
/// (`MEM_COMMIT`), or both.  Committing without an address reserves too.  The memory is freed by
/// [`VirtualFree`].
///
/// NULL with `ERROR_INVALID_PARAMETER`, `ERROR_INVALID_ADDRESS` (the range is in use, or to be
/// committed and not reserved) or `ERROR_NOT_ENOUGH_MEMORY`.
///
/// Missing: `MEM_RESET`, `MEM_LARGE_PAGES`, `MEM_WRITE_WATCH`, `PAGE_GUARD` and the caching
/// modifiers (`ERROR_INVALID_PARAMETER`).
///
/// # Safety
/// Memory that is in use keeps its content only if it was committed by this function.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn VirtualAlloc(
    address: *const c_void,
    size: usize,
    allocation_type: u32,
    protection: u32,
) -> *mut c_void {
    let known = MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN;
    let (commit, reserve) = (allocation_type & MEM_COMMIT != 0, allocation_type & MEM_RESERVE != 0);
    let Some(access) = access(protection) else { return fail(ERROR_INVALID_PARAMETER) };
    if size == 0 || size > isize::MAX as usize || allocation_type & !known != 0 {
        return fail(ERROR_INVALID_PARAMETER);
    }
    if !commit && !reserve {
        return fail(ERROR_INVALID_PARAMETER);
    }
    let mut reservations = reservations();
    let pages = if reserve || address.is_null() {
        reserve_pages(&mut reservations, address.addr(), size)
    } else {
        Pages::around(address.addr(), size)
            .filter(|pages| pages.are_reserved(&reservations) || pages.are_a_views())
            .ok_or(ERROR_INVALID_ADDRESS)
    };
    let result = pages.and_then(|pages| {
        if commit {
            // SAFETY: they have just been reserved, or found in a reservation.
            unsafe { pages.commit(access)? };
        }
        Ok(pages)
    });
    result.map_or_else(fail, Pages::pointer)
}

/// Maps pages without access, at the address or anywhere at a multiple of 64 KiB.
fn reserve_pages(
    reservations: &mut BTreeMap<usize, usize>,
    address: usize,
    size: usize,
) -> Result<Pages, u32> {
    let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
    let pages = if address != 0 {
        let base = address - address % GRANULARITY;
        let end = Pages::around(address, size).ok_or(ERROR_INVALID_PARAMETER)?;
        let pages = Pages { base, size: end.base + end.size - base };
        let flags = flags | MapFlags::FIXED_NOREPLACE;
        // SAFETY: NOREPLACE touches no mapping that exists.
        unsafe { mmap_anonymous(pages.pointer(), pages.size, ProtFlags::empty(), flags) }
            .map_err(|_| ERROR_INVALID_ADDRESS)?;
        pages
    } else {
        let size = size.next_multiple_of(PAGE);
        let whole = size + GRANULARITY;
        // SAFETY: a new mapping at an address of the kernel's choice.
        let start = unsafe { mmap_anonymous(null_mut(), whole, ProtFlags::empty(), flags) }
            .map_err(|_| ERROR_NOT_ENOUGH_MEMORY)?
            .expose_provenance();
        let base = start.next_multiple_of(GRANULARITY);
        unmap(start, base - start);
        unmap(base + size, start + whole - (base + size));
        Pages { base, size }
    };
    reservations.insert(pages.base, pages.size);
    Ok(pages)
}

/// Gives a part of a fresh mapping, or a whole reservation, back.
fn unmap(base: usize, size: usize) {
    if size != 0 {
        // SAFETY: the range belongs to a mapping of ours that nobody uses any more.
        let unmapped = unsafe { munmap(core::ptr::with_exposed_provenance_mut(base), size) };
        debug_assert!(unmapped.is_ok(), "whole pages of a mapping can be unmapped");
    }
}

/// Gives a whole reservation back (`MEM_RELEASE`, with its base and a size of 0), or takes the
/// memory away from pages that stay reserved (`MEM_DECOMMIT`; base and 0: all).
///
/// `ERROR_INVALID_PARAMETER` for other flags or a size with `MEM_RELEASE`, `ERROR_INVALID_ADDRESS`
/// for what is not reserved.
///
/// # Safety
/// Nobody may use the memory any more.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn VirtualFree(
    address: *mut c_void,
    size: usize,
    free_type: u32,
) -> BOOL {
    let mut reservations = reservations();
    let freed = match free_type {
        MEM_RELEASE if size != 0 => Err(ERROR_INVALID_PARAMETER),
        MEM_RELEASE => match reservations.remove(&address.addr()) {
            Some(size) => {
                unmap(address.addr(), size);
                if reservations.is_empty() {
                    // Even an empty map keeps a node.
                    *reservations = BTreeMap::new();
                }
                Ok(())
            }
            None => Err(ERROR_INVALID_ADDRESS),
        },
        MEM_DECOMMIT => decommit(&reservations, address.addr(), size),
        _ => Err(ERROR_INVALID_PARAMETER),
    };
    match freed {
        Ok(()) => TRUE,
        Err(code) => {
            last_error::set(code);
            FALSE
        }
    }
}

fn decommit(reservations: &BTreeMap<usize, usize>, address: usize, size: usize) -> Result<(), u32> {
    let size = match size {
        0 => *reservations.get(&address).ok_or(ERROR_INVALID_ADDRESS)?,
        size => size,
    };
    let pages = Pages::around(address, size)
        .filter(|pages| pages.are_reserved(reservations))
        .ok_or(ERROR_INVALID_ADDRESS)?;
    // SAFETY: the pages are reserved, and the program does not use them any more.
    unsafe {
        madvise(pages.pointer(), pages.size, Advice::LinuxDontNeed)
            .map_err(|_| ERROR_INVALID_ADDRESS)?;
        pages.commit(MprotectFlags::empty())
    }
}

fn fail(code: u32) -> *mut c_void {
    last_error::set(code);
    null_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_zeroed_aligned_and_given_back() {
        // SAFETY: the memory is this test's alone.
        unsafe {
            let both = MEM_RESERVE | MEM_COMMIT;
            let memory = VirtualAlloc(core::ptr::null(), 100_000, both, PAGE_READWRITE);
            assert!(!memory.is_null() && memory.addr().is_multiple_of(GRANULARITY));
            let bytes = memory.cast::<u8>();
            assert_eq!(bytes.add(99_999).read(), 0);
            bytes.write(1);
            assert_eq!(VirtualFree(memory.add(PAGE), 0, MEM_RELEASE), FALSE);
            assert_eq!(last_error::get(), ERROR_INVALID_ADDRESS);
            assert_eq!(VirtualFree(memory, 10, MEM_RELEASE), FALSE);
            assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
            assert_eq!(VirtualFree(memory, 0, MEM_RELEASE), TRUE);
            assert_eq!(VirtualFree(memory, 0, MEM_RELEASE), FALSE);
        }
    }

    #[test]
    fn pages_of_a_reservation_come_and_go() {
        // SAFETY: the memory is this test's alone.
        unsafe {
            let memory = VirtualAlloc(core::ptr::null(), 1 << 20, MEM_RESERVE, PAGE_NOACCESS);
            let middle = memory.cast::<u8>().add(3 * PAGE + 5);
            let page = VirtualAlloc(middle.cast(), 1, MEM_COMMIT, PAGE_READWRITE);
            assert_eq!(page.addr(), memory.addr() + 3 * PAGE);
            middle.write(7);
            // Committing again keeps the content; decommitting loses it.
            VirtualAlloc(middle.cast(), 1, MEM_COMMIT, PAGE_READWRITE);
            assert_eq!(middle.read(), 7);
            assert_eq!(VirtualFree(page, PAGE, MEM_DECOMMIT), TRUE);
            VirtualAlloc(middle.cast(), 1, MEM_COMMIT, PAGE_READWRITE);
            assert_eq!(middle.read(), 0);
            assert!(VirtualAlloc(memory, PAGE, MEM_RESERVE, PAGE_NOACCESS).is_null());
            assert_eq!(last_error::get(), ERROR_INVALID_ADDRESS);
            assert_eq!(VirtualFree(memory, 0, MEM_RELEASE), TRUE);
            assert!(VirtualAlloc(memory, PAGE, MEM_COMMIT, PAGE_READWRITE).is_null());
            assert_eq!(last_error::get(), ERROR_INVALID_ADDRESS);
        }
    }

    #[test]
    fn bad_requests_are_refused() {
        let refuse = |size, kind, protection| {
            // SAFETY: nothing is allocated.
            let memory = unsafe { VirtualAlloc(core::ptr::null(), size, kind, protection) };
            assert!(memory.is_null());
            assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
        };
        refuse(0, MEM_COMMIT, PAGE_READWRITE);
        refuse(1, 0, PAGE_READWRITE);
        refuse(1, MEM_COMMIT, 0);
        refuse(1, MEM_COMMIT | 1, PAGE_READWRITE);
        refuse(usize::MAX, MEM_COMMIT, PAGE_READWRITE);
    }
}
