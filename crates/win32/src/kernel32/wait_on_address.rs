//! `WaitOnAddress`: sleeping until a value in the program's memory changes.
//!
//! An address has no word to sleep on, for it may hold one byte or eight.  So a table of words
//! stands for all addresses; a wake-up of one address wakes everybody whose address shares its
//! word, and they look again.  A waiter counts itself before it looks at the value, and who wakes
//! looks at the count after the program has changed it, so one of the two sees the other.
#![allow(unsafe_code)]

use super::futex;
use crate::last_error;
use core::ffi::c_void;
use core::sync::atomic::{AtomicU32, Ordering, fence};
use lapwing_abi::{BOOL, ERROR_INVALID_PARAMETER, ERROR_TIMEOUT, FALSE, TRUE};
use lapwing_executive::ke::deadline::Deadline;

/// What stands for some of the addresses.
struct Place {
    wakes: AtomicU32,
    sleepers: AtomicU32,
}

/// 256, as many as Windows has.
static PLACES: [Place; 256] =
    [const { Place { wakes: AtomicU32::new(0), sleepers: AtomicU32::new(0) } }; 256];

fn place(address: *const c_void) -> &'static Place {
    // Fibonacci's multiplier spreads neighbours over the table.
    let hash = (address.addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
    &PLACES[hash as usize]
}

/// Sleeps while the 1, 2, 4 or 8 bytes at `address` are those at `compare_address`, until a
/// `WakeByAddress…` for it or the time has passed.  May wake up for no reason.  FALSE with
/// `ERROR_TIMEOUT` (1460) after the time, with `ERROR_INVALID_PARAMETER` for another size.
///
/// # Safety
/// Both addresses must be readable, `address` aligned to its size.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WaitOnAddress(
    address: *const c_void,
    compare_address: *const c_void,
    size: usize,
    milliseconds: u32,
) -> BOOL {
    if !matches!(size, 1 | 2 | 4 | 8) {
        last_error::set(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    let deadline = Deadline::after_milliseconds(milliseconds);
    let place = place(address);
    place.sleepers.fetch_add(1, Ordering::SeqCst);
    let wakes = place.wakes.load(Ordering::SeqCst);
    // SAFETY: the caller's promise.
    let is_same = unsafe { read(address, size) == read(compare_address, size) };
    let in_time = !is_same || futex::wait(&place.wakes, wakes, deadline);
    place.sleepers.fetch_sub(1, Ordering::SeqCst);
    if !in_time {
        last_error::set(ERROR_TIMEOUT);
    }
    if in_time { TRUE } else { FALSE }
}

/// # Safety
/// Readable for `size` bytes, which is 1, 2, 4 or 8.
unsafe fn read(address: *const c_void, size: usize) -> u64 {
    // SAFETY: the caller's promise.  Volatile, because other threads write there.
    unsafe {
        match size {
            1 => u64::from(address.cast::<u8>().read_volatile()),
            2 => u64::from(address.cast::<u16>().read_volatile()),
            4 => u64::from(address.cast::<u32>().read_volatile()),
            _ => address.cast::<u64>().read_volatile(),
        }
    }
}

/// Wakes one of the threads that wait for the address, if there is one.  Others may wake up for no
/// reason.
#[unsafe(no_mangle)]
pub extern "system" fn WakeByAddressSingle(address: *const c_void) {
    WakeByAddressAll(address);
}

/// Wakes all threads that wait for the address.
#[unsafe(no_mangle)]
pub extern "system" fn WakeByAddressAll(address: *const c_void) {
    let place = place(address);
    fence(Ordering::SeqCst);
    if place.sleepers.load(Ordering::SeqCst) != 0 {
        place.wakes.fetch_add(1, Ordering::SeqCst);
        futex::wake_all(&place.wakes);
    }
}
