//! Thread-local storage: `TlsAlloc` and its kin.
//!
//! An index has a generation, which allocation and release advance, and a thread's value carries
//! the generation it was set under: a value of an earlier life of the index reads as NULL in every
//! thread, without anybody touching other threads' memory.
#![allow(unsafe_code)]

use crate::last_error;
use core::cell::RefCell;
use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU32, Ordering};
use lapwing_abi::{
    BOOL, ERROR_INVALID_PARAMETER, ERROR_NO_MORE_ITEMS, FALSE, TLS_OUT_OF_INDEXES, TRUE,
};

/// As many indexes as Windows has.
const INDEXES: usize = 1088;

/// The generation of each index; odd while it is allocated.
static GENERATIONS: [AtomicU32; INDEXES] = [const { AtomicU32::new(0) }; INDEXES];

#[derive(Clone, Copy)]
struct Value {
    generation: u32,
    value: *mut c_void,
}

const NO_VALUE: Value = Value { generation: 0, value: null_mut() };

thread_local! {
    /// No destructor of its own: it can be used until the thread's very end.
    static VALUES: ManuallyDrop<RefCell<Vec<Value>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    static RELEASE: Release = const { Release };
}

/// Its destructor frees the thread's values.
struct Release;

impl Drop for Release {
    fn drop(&mut self) {
        VALUES.with(|values| drop(values.take()));
    }
}

fn is_allocated(generation: u32) -> bool {
    !generation.is_multiple_of(2)
}

fn generation(index: u32) -> Option<&'static AtomicU32> {
    GENERATIONS.get(index as usize)
}

/// Allocates an index, whose value is NULL in every thread.
///
/// `TLS_OUT_OF_INDEXES` with `ERROR_NO_MORE_ITEMS` when all 1088 are taken.
#[unsafe(no_mangle)]
pub extern "system" fn TlsAlloc() -> u32 {
    for (index, generation) in (0_u32..).zip(&GENERATIONS) {
        let take = |generation: u32| (!is_allocated(generation)).then(|| generation + 1);
        if generation.fetch_update(Ordering::AcqRel, Ordering::Relaxed, take).is_ok() {
            return index;
        }
    }
    last_error::set(ERROR_NO_MORE_ITEMS);
    TLS_OUT_OF_INDEXES
}

/// Releases an index; `ERROR_INVALID_PARAMETER` when it is not allocated.
#[unsafe(no_mangle)]
pub extern "system" fn TlsFree(index: u32) -> BOOL {
    let give = |generation: u32| is_allocated(generation).then(|| generation.wrapping_add(1));
    let freed = generation(index).is_some_and(|generation| {
        generation.fetch_update(Ordering::AcqRel, Ordering::Relaxed, give).is_ok()
    });
    if freed { TRUE } else { invalid(FALSE) }
}

/// The calling thread's value of an index, and a last error of 0: NULL may be a value.
///
/// As on Windows an index is only checked for its range: `ERROR_INVALID_PARAMETER`.
#[unsafe(no_mangle)]
pub extern "system" fn TlsGetValue(index: u32) -> *mut c_void {
    let Some(generation) = generation(index) else { return invalid(null_mut()) };
    last_error::set(0);
    let value = VALUES.with(|values| values.borrow().get(index as usize).copied());
    let value = value.unwrap_or(NO_VALUE);
    if value.generation == generation.load(Ordering::Relaxed) { value.value } else { null_mut() }
}

/// Sets the calling thread's value of an index; it belongs to the program and is never freed.
///
/// `ERROR_INVALID_PARAMETER` for an index out of range.
#[unsafe(no_mangle)]
pub extern "system" fn TlsSetValue(index: u32, value: *const c_void) -> BOOL {
    let Some(generation) = generation(index) else { return invalid(FALSE) };
    let value = Value { generation: generation.load(Ordering::Relaxed), value: value.cast_mut() };
    // At a thread's very end the destructor has run; what is set then is not freed.
    let _ = RELEASE.try_with(|_| ());
    VALUES.with(|values| {
        let mut values = values.borrow_mut();
        if values.len() <= index as usize {
            values.resize(index as usize + 1, NO_VALUE);
        }
        values[index as usize] = value;
    });
    TRUE
}

fn invalid<T>(result: T) -> T {
    last_error::set(ERROR_INVALID_PARAMETER);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Barrier, Mutex};

    /// The tests share the process's indexes.
    static ALONE: Mutex<()> = Mutex::new(());

    fn value(number: usize) -> *mut c_void {
        core::ptr::without_provenance_mut(number)
    }

    #[test]
    fn each_thread_has_its_own_and_release_clears_all() {
        let _alone = ALONE.lock();
        let index = TlsAlloc();
        let barrier = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert!(TlsGetValue(index).is_null());
                assert_eq!(TlsSetValue(index, value(2)), TRUE);
                barrier.wait();
                barrier.wait();
                assert!(TlsGetValue(index).is_null());
            });
            TlsSetValue(index, value(1));
            barrier.wait();
            assert_eq!(TlsGetValue(index), value(1));
            assert_eq!(TlsFree(index), TRUE);
            assert_eq!(TlsAlloc(), index);
            barrier.wait();
            assert!(TlsGetValue(index).is_null());
        });
        assert_eq!(TlsFree(index), TRUE);
    }

    #[test]
    fn there_are_1088_and_not_one_more() {
        let _alone = ALONE.lock();
        let indexes: Vec<u32> = core::iter::from_fn(|| {
            let index = TlsAlloc();
            (index != TLS_OUT_OF_INDEXES).then_some(index)
        })
        .collect();
        assert_eq!(last_error::get(), ERROR_NO_MORE_ITEMS);
        assert_eq!(indexes.len(), INDEXES);
        assert!(indexes.into_iter().all(|index| TlsFree(index) == TRUE));
    }

    #[test]
    fn reading_clears_the_last_error_and_bad_indexes_give_87() {
        let _alone = ALONE.lock();
        let index = TlsAlloc();
        last_error::set(5);
        assert!(TlsGetValue(index).is_null());
        assert_eq!(last_error::get(), 0);
        assert_eq!((TlsFree(index), TlsFree(index)), (TRUE, FALSE));
        assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
        last_error::set(0);
        assert!(TlsGetValue(1088).is_null());
        assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
        assert_eq!(TlsSetValue(u32::MAX, null_mut()), FALSE);
    }
}
