//! One-time initialisation in both ways, by one thread and by many.

use super::*;
use crate::kernel32::test_cell::TestCell;
use core::ptr::null_mut;
use std::sync::atomic::AtomicU32;

fn context(value: usize) -> *mut c_void {
    core::ptr::without_provenance_mut(value)
}

unsafe extern "system" fn count_up(
    _once: *mut INIT_ONCE,
    counter: *mut c_void,
    context: *mut *mut c_void,
) -> BOOL {
    // SAFETY: the test passes a counter and a place for the context.
    unsafe {
        (*counter.cast::<AtomicU32>()).fetch_add(1, Ordering::SeqCst);
        std::thread::yield_now();
        context.write(core::ptr::without_provenance_mut(0x1230));
    }
    TRUE
}

unsafe extern "system" fn refuse(
    _once: *mut INIT_ONCE,
    _parameter: *mut c_void,
    _context: *mut *mut c_void,
) -> BOOL {
    last_error::set(77);
    FALSE
}

#[test]
fn many_threads_one_execution() {
    for _ in 0..200 {
        let shared = TestCell::<INIT_ONCE>::default();
        let counter = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut result = null_mut();
                    // SAFETY: all pointers are to live values.
                    let done = unsafe {
                        let counter = (&raw const counter).cast_mut().cast();
                        InitOnceExecuteOnce(shared.get(), Some(count_up), counter, &raw mut result)
                    };
                    assert_eq!((done, result.addr()), (TRUE, 0x1230));
                });
            }
        });
        assert_eq!(counter.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn a_refusal_lets_the_next_one_try() {
    let mut once = INIT_ONCE::default();
    let counter = AtomicU32::new(0);
    let mut result = null_mut();
    // SAFETY: all pointers are to live values.
    unsafe {
        let counter = (&raw const counter).cast_mut().cast();
        let place = &raw mut result;
        assert_eq!(InitOnceExecuteOnce(&raw mut once, Some(refuse), null_mut(), place), FALSE);
        assert_eq!(last_error::get(), 77);
        assert_eq!(InitOnceExecuteOnce(&raw mut once, Some(count_up), counter, place), TRUE);
        assert_eq!(InitOnceExecuteOnce(&raw mut once, Some(refuse), null_mut(), place), TRUE);
    }
}

#[test]
fn the_two_ways_do_not_mix() {
    let mut once = INIT_ONCE::default();
    let (mut pending, mut result) = (FALSE, null_mut());
    let once = &raw mut once;
    // SAFETY: all pointers are to live values.
    unsafe {
        let mut begin = |flags| {
            let begun = InitOnceBeginInitialize(once, flags, &raw mut pending, &raw mut result);
            let code = if begun == FALSE { last_error::get() } else { 0 };
            (code, pending, result.addr())
        };
        assert_eq!(begin(INIT_ONCE_CHECK_ONLY).0, ERROR_GEN_FAILURE);
        assert_eq!(begin(INIT_ONCE_CHECK_ONLY | INIT_ONCE_ASYNC).0, ERROR_INVALID_PARAMETER);
        assert_eq!(begin(INIT_ONCE_ASYNC), (0, TRUE, 0));
        assert_eq!(begin(INIT_ONCE_ASYNC), (0, TRUE, 0));
        assert_eq!(begin(0).0, ERROR_INVALID_PARAMETER);
        assert_eq!(InitOnceComplete(once, 0, context(4)), FALSE);
        assert_eq!(InitOnceComplete(once, INIT_ONCE_ASYNC, context(3)), FALSE);
        assert_eq!(InitOnceComplete(once, INIT_ONCE_ASYNC, context(0x40)), TRUE);
        assert_eq!(InitOnceComplete(once, INIT_ONCE_ASYNC, context(0x80)), FALSE);
        assert_eq!(last_error::get(), ERROR_GEN_FAILURE);
        assert_eq!(begin(0), (0, FALSE, 0x40));
        assert_eq!(begin(INIT_ONCE_CHECK_ONLY), (0, FALSE, 0x40));
    }
}

#[test]
fn a_failed_synchronous_one_wakes_the_next() {
    let shared = TestCell::<INIT_ONCE>::default();
    let mut pending = FALSE;
    // SAFETY: all pointers are to live values.
    unsafe {
        let once = shared.get();
        assert_eq!(InitOnceBeginInitialize(once, 0, &raw mut pending, null_mut()), TRUE);
        assert_eq!(pending, TRUE);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut pending = FALSE;
                let once = shared.get();
                assert_eq!(InitOnceBeginInitialize(once, 0, &raw mut pending, null_mut()), TRUE);
                assert_eq!(pending, TRUE);
                assert_eq!(InitOnceComplete(once, 0, null_mut()), TRUE);
            });
            let failed = InitOnceComplete(once, INIT_ONCE_INIT_FAILED, null_mut());
            assert_eq!(failed, TRUE);
        });
        assert_eq!(InitOnceBeginInitialize(once, 0, &raw mut pending, null_mut()), TRUE);
        assert_eq!(pending, FALSE);
    }
}
