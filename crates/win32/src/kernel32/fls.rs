//! Fiber-local storage: thread-local storage whose values are handed to a callback at the end.
//!
//! There are no fibers here, so a thread is its only fiber.  Every thread with values is in
//! [`THREADS`], because `FlsFree` hands out the values of all of them.  Callbacks run without any
//! lock held: they may use every function of this file.
#![allow(unsafe_code)]

use crate::last_error;
use core::cell::RefCell;
use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ptr::null_mut;
use lapwing_abi::{
    BOOL, ERROR_INVALID_PARAMETER, ERROR_NO_MORE_ITEMS, FALSE, FLS_OUT_OF_INDEXES,
    PFLS_CALLBACK_FUNCTION, TRUE,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// As many as Windows has had since version 10.  Index 0 is never given out.
const INDEXES: usize = 4080;

/// An allocated index.
#[derive(Clone, Copy)]
struct Index {
    callback: PFLS_CALLBACK_FUNCTION,
}

/// The values of one thread by index; addresses, 0 for NULL.
type Values = Arc<Mutex<Vec<usize>>>;

static ALLOCATED: Mutex<Vec<Option<Index>>> = Mutex::new(Vec::new());
static THREADS: Mutex<Vec<Values>> = Mutex::new(Vec::new());

thread_local! {
    /// No destructor of its own: callbacks at the thread's end can still use it.
    static OWN: ManuallyDrop<RefCell<Option<Values>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
    static RUNDOWN: Rundown = const { Rundown };
}

/// Its destructor hands out the thread's values.
struct Rundown;

impl Drop for Rundown {
    fn drop(&mut self) {
        let Some(own) = OWN.with(|own| own.borrow().clone()) else { return };
        let mut index = 1;
        loop {
            let value = match lock(&own).get_mut(index) {
                Some(value) => core::mem::take(value),
                None => break,
            };
            let known = lock(&ALLOCATED).get(index).copied().flatten();
            if let Some(allocated) = known {
                hand_out(allocated, value);
            }
            index += 1;
        }
        let mut threads = lock(&THREADS);
        threads.retain(|thread| !Arc::ptr_eq(thread, &own));
        if threads.is_empty() {
            *threads = Vec::new();
        }
        drop(threads);
        OWN.with(|own| own.take());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Calls an index's callback for a value that is not NULL.
fn hand_out(index: Index, value: usize) {
    if let Some(callback) = index.callback
        && value != 0
    {
        // SAFETY: the program gave this function for values of this index.
        unsafe { callback(core::ptr::with_exposed_provenance(value)) };
    }
}

/// Allocates an index, whose value is NULL in every thread.  The callback gets every value that is
/// not NULL when its thread ends, or when the index is released.
///
/// `FLS_OUT_OF_INDEXES` with `ERROR_NO_MORE_ITEMS` when none is left.
#[unsafe(no_mangle)]
pub extern "system" fn FlsAlloc(callback: PFLS_CALLBACK_FUNCTION) -> u32 {
    let mut allocated = lock(&ALLOCATED);
    if allocated.is_empty() {
        // Index 0 counts as taken.
        allocated.push(Some(Index { callback: None }));
    }
    let free = allocated.iter().position(Option::is_none).unwrap_or(allocated.len());
    if free >= INDEXES {
        last_error::set(ERROR_NO_MORE_ITEMS);
        return FLS_OUT_OF_INDEXES;
    }
    if free == allocated.len() {
        allocated.push(None);
    }
    allocated[free] = Some(Index { callback });
    free as u32
}

/// Releases an index after handing out the values that threads have under it.
///
/// `ERROR_INVALID_PARAMETER` when it is not allocated.
///
/// # Safety
/// No other thread may use the index during the call.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn FlsFree(index: u32) -> BOOL {
    let Some(freed) = allocated(index) else { return invalid(FALSE) };
    let threads = lock(&THREADS).clone();
    for thread in threads {
        let value = lock(&thread).get_mut(index as usize).map(core::mem::take);
        hand_out(freed, value.unwrap_or(0));
    }
    let mut allocated = lock(&ALLOCATED);
    allocated[index as usize] = None;
    while allocated.last().is_some_and(Option::is_none) {
        allocated.pop();
    }
    if allocated.len() == 1 {
        // Nothing is left behind.
        *allocated = Vec::new();
    }
    TRUE
}

/// The calling thread's value of an index, and a last error of 0; for an index that is not
/// allocated, NULL and `ERROR_INVALID_PARAMETER`.
#[unsafe(no_mangle)]
pub extern "system" fn FlsGetValue(index: u32) -> *mut c_void {
    if allocated(index).is_none() {
        return invalid(null_mut());
    }
    last_error::set(0);
    let own = OWN.with(|own| own.borrow().clone());
    let value = own.and_then(|own| lock(&own).get(index as usize).copied());
    core::ptr::with_exposed_provenance_mut(value.unwrap_or(0))
}

/// Sets the calling thread's value of an index; `ERROR_INVALID_PARAMETER` when the index is not
/// allocated.
#[unsafe(no_mangle)]
pub extern "system" fn FlsSetValue(index: u32, value: *const c_void) -> BOOL {
    if allocated(index).is_none() {
        return invalid(FALSE);
    }
    // At a thread's very end its values have been handed out; what is set then is not.
    let _ = RUNDOWN.try_with(|_| ());
    let own = OWN.with(|own| {
        own.borrow_mut()
            .get_or_insert_with(|| {
                let values = Values::default();
                lock(&THREADS).push(values.clone());
                values
            })
            .clone()
    });
    let mut values = lock(&own);
    if values.len() <= index as usize {
        values.resize(index as usize + 1, 0);
    }
    values[index as usize] = value.expose_provenance();
    TRUE
}

fn allocated(index: u32) -> Option<Index> {
    if index == 0 {
        return None;
    }
    lock(&ALLOCATED).get(index as usize).copied().flatten()
}

fn invalid<T>(result: T) -> T {
    last_error::set(ERROR_INVALID_PARAMETER);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicUsize, Ordering};

    static SUM: AtomicUsize = AtomicUsize::new(0);

    unsafe extern "system" fn add(value: *const c_void) {
        SUM.fetch_add(value.addr(), Ordering::SeqCst);
    }

    fn value(number: usize) -> *mut c_void {
        core::ptr::without_provenance_mut(number)
    }

    #[test]
    fn values_are_handed_out_at_thread_exit_and_at_release() {
        let index = FlsAlloc(Some(add));
        assert_ne!(index, 0);
        let thread = std::thread::spawn(move || {
            assert!(FlsGetValue(index).is_null());
            assert_eq!(FlsSetValue(index, value(100)), TRUE);
            assert_eq!(FlsGetValue(index), value(100));
        });
        thread.join().expect("no panic");
        assert_eq!(SUM.load(Ordering::SeqCst), 100);

        FlsSetValue(index, value(1000));
        // SAFETY: nobody else uses the index.
        unsafe {
            assert_eq!(FlsFree(index), TRUE);
            assert_eq!(SUM.load(Ordering::SeqCst), 1100);
            assert_eq!(FlsFree(index), FALSE);
        }
        assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
        assert!(FlsGetValue(index).is_null());
        assert_eq!(FlsSetValue(0, value(1)), FALSE);
    }
}
