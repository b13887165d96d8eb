//! What can be waited for: by a thread, among others, or as a future.
//!
//! ```
//! use lapwing::{Event, Executor, Timer, Waitable, wait_any};
//! use std::time::Duration;
//!
//! # fn main() -> lapwing::Result<()> {
//! let (stop, timer) = (Event::manual()?, Timer::manual()?);
//! timer.set(Duration::from_millis(5))?;
//! // The timer is the second.
//! assert_eq!(wait_any(&[&stop, &timer], None)?, Some(1));
//!
//! let executor = Executor::new(1)?;
//! let stopped = stop.signaled();
//! executor.spawn(async move { drop(stop.set()) })?;
//! executor.block_on(stopped)?;
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::handle::OwnedHandle;
use crate::port::milliseconds;
use crate::sys::{self, HANDLE};
use crate::{Error, Result};
use core::ffi::c_void;
use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::ptr;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use lapwing_status::Status;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What can be waited for.  To be waited for may change it: an event that lets one thread go is
/// reset.
///
/// # Safety
/// The handle is open as long as this is there.
pub unsafe trait Waitable {
    #[doc(hidden)]
    fn waited(&self) -> HANDLE;

    /// What signals the handle again when the one whom it was signaled for is gone.
    #[doc(hidden)]
    fn give_back(&self) -> Option<GiveBack> {
        None
    }

    /// Waits until it is signaled.
    ///
    /// # Errors
    /// What `WaitForSingleObject` fails with.
    fn wait(&self) -> Result<()> {
        wait_single(self.waited(), sys::INFINITE).map(drop)
    }

    /// Waits until it is signaled, but no longer than this, in whole milliseconds; whether it was.
    ///
    /// # Errors
    /// What `WaitForSingleObject` fails with.
    fn wait_within(&self, time: Duration) -> Result<bool> {
        wait_single(self.waited(), milliseconds(time))
    }

    /// A future that is ready when it is signaled; no thread waits meanwhile.
    ///
    /// It has a handle of its own, so it may outlive this.  It begins to wait when it is polled.
    fn signaled(&self) -> Signaled {
        let state = match OwnedHandle::duplicate(self.waited()) {
            Ok(handle) => {
                let (give_back, stage) = (self.give_back(), Mutex::new(Stage::Waiting(None)));
                State::Idle(Arc::new(Shared { handle, give_back, stage }))
            }
            Err(error) => State::Failed(error),
        };
        Signaled(state)
    }
}

/// See [`Waitable::give_back`].
#[doc(hidden)]
pub type GiveBack = fn(HANDLE);

fn wait_single(handle: HANDLE, time: u32) -> Result<bool> {
    // SAFETY: it is open.
    match unsafe { sys::WaitForSingleObject(handle, time) } {
        sys::WAIT_OBJECT_0 => Ok(true),
        sys::WAIT_TIMEOUT => Ok(false),
        _ => Err(Error::last("WaitForSingleObject")),
    }
}

/// Waits until one of the objects is signaled, but no longer than this, in whole milliseconds, or
/// for ever: which one, and of several the first.
///
/// # Errors
/// `INVALID_PARAMETER` (87) for no objects, or more than 64.
pub fn wait_any(objects: &[&dyn Waitable], time: Option<Duration>) -> Result<Option<usize>> {
    wait_many(objects, false, time, "wait_any: the objects")
}

/// Waits until all objects are signaled at once, but no longer than this, in whole milliseconds, or
/// for ever: whether they were.  Before that none of them is changed.
///
/// # Errors
/// `INVALID_PARAMETER` (87) for no objects, more than 64, or one that is among them twice.
pub fn wait_all(objects: &[&dyn Waitable], time: Option<Duration>) -> Result<bool> {
    wait_many(objects, true, time, "wait_all: the objects").map(|which| which.is_some())
}

fn wait_many(
    objects: &[&dyn Waitable],
    for_all: bool,
    time: Option<Duration>,
    argument: &'static str,
) -> Result<Option<usize>> {
    let mut handles = [ptr::null_mut(); sys::MAXIMUM_WAIT_OBJECTS as usize];
    let Some(handles) = handles.get_mut(..objects.len()).filter(|handles| !handles.is_empty())
    else {
        return Err(Error::from_status(Status::INVALID_PARAMETER, argument));
    };
    for (handle, object) in handles.iter_mut().zip(objects) {
        *handle = object.waited();
    }
    // SAFETY: there are so many handles, which are open.
    let which = unsafe {
        let (count, time) = (handles.len() as u32, time.map_or(sys::INFINITE, milliseconds));
        sys::WaitForMultipleObjects(count, handles.as_ptr(), for_all.into(), time)
    };
    match which.wrapping_sub(sys::WAIT_OBJECT_0) as usize {
        which if which < handles.len() => Ok(Some(which)),
        _ if which == sys::WAIT_TIMEOUT => Ok(None),
        _ => Err(Error::last("WaitForMultipleObjects")),
    }
}

/// The future of [`Waitable::signaled`].
///
/// Dropping it before it was ready takes nothing from an [`crate::Event`]: if that had been set
/// for the future already, it is set again.  (A [`crate::Timer`] is not.)
#[must_use = "it does not wait before it is polled"]
pub struct Signaled(State);

enum State {
    Failed(Error),
    Idle(Arc<Shared>),
    Registered(Arc<Shared>, HANDLE),
    Done,
}

// SAFETY: the handle is a number, which any thread may use.
unsafe impl Send for Signaled {}
// SAFETY: a shared one does nothing.
unsafe impl Sync for Signaled {}

/// What a future shares with the callback, which has a reference while it may be called.
struct Shared {
    handle: OwnedHandle,
    give_back: Option<GiveBack>,
    stage: Mutex<Stage>,
}

enum Stage {
    Waiting(Option<Waker>),
    /// The callback has been called.
    Signaled,
    /// The future goes away.
    Abandoned,
}

impl Shared {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        // Nothing panics under the lock, but for a program's waker that is cloned or dropped.
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody has use for the signal.
    fn signal_again(&self) {
        if let Some(give_back) = self.give_back {
            give_back(self.handle.raw());
        }
    }
}

/// The callback of a registered wait.
///
/// # Safety
/// The context is a reference from `Arc::into_raw`, and this is called for it once.
unsafe extern "system" fn signaled(context: *mut c_void, _has_timed_out: bool) {
    // SAFETY: the caller's promise.
    let shared = unsafe { Arc::from_raw(context.cast_const().cast::<Shared>()) };
    let before = mem::replace(&mut *shared.stage(), Stage::Signaled);
    match before {
        // The program's waker may panic, which must not reach the system.
        Stage::Waiting(Some(waker)) => {
            let _panicked = catch_unwind(AssertUnwindSafe(|| waker.wake()));
        }
        Stage::Abandoned => shared.signal_again(),
        Stage::Waiting(None) | Stage::Signaled => {}
    }
}

/// Begins to wait; the number of the registered wait.
fn register(shared: &Arc<Shared>) -> Result<HANDLE> {
    let context = Arc::into_raw(shared.clone());
    let mut wait = ptr::null_mut();
    // SAFETY: the handle is open until the wait has been unregistered, and the context is there
    // until the callback has been called.
    let registered = unsafe {
        let (handle, flags) = (shared.handle.raw(), sys::WT_EXECUTEONLYONCE);
        let (callback, context) = (Some(signaled as _), context.cast());
        sys::RegisterWaitForSingleObject(&mut wait, handle, callback, context, sys::INFINITE, flags)
    };
    sys::checked("RegisterWaitForSingleObject", registered).map(|()| wait).inspect_err(|_| {
        // SAFETY: it will not be called.
        drop(unsafe { Arc::from_raw(context) });
    })
}

/// Unregisters a wait.  False when its callback is being called, or will still be: it need not be
/// waited for, because it has its own reference to what it uses.
fn unregister(wait: HANDLE) -> bool {
    // SAFETY: it is registered, and no more from now on.
    unsafe { sys::UnregisterWaitEx(wait, ptr::null_mut()) != 0 }
}

impl Future for Signaled {
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`, or what `DuplicateHandle` and `RegisterWaitForSingleObject` fail
    /// with.
    type Output = Result<()>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        match mem::replace(&mut self.0, State::Done) {
            State::Failed(error) => Poll::Ready(Err(error)),
            State::Idle(shared) => {
                *shared.stage() = Stage::Waiting(Some(context.waker().clone()));
                match register(&shared) {
                    Ok(wait) => {
                        self.0 = State::Registered(shared, wait);
                        Poll::Pending
                    }
                    Err(error) => Poll::Ready(Err(error)),
                }
            }
            State::Registered(shared, wait) => {
                let mut stage = shared.stage();
                if let Stage::Waiting(waker) = &mut *stage {
                    match waker {
                        Some(waker) => waker.clone_from(context.waker()),
                        None => *waker = Some(context.waker().clone()),
                    }
                    drop(stage);
                    self.0 = State::Registered(shared, wait);
                    return Poll::Pending;
                }
                drop(stage);
                unregister(wait);
                Poll::Ready(Ok(()))
            }
            State::Done => panic!("a future was polled after it was ready"),
        }
    }
}

impl Drop for Signaled {
    fn drop(&mut self) {
        let State::Registered(shared, wait) = mem::replace(&mut self.0, State::Done) else {
            return;
        };
        let before = mem::replace(&mut *shared.stage(), Stage::Abandoned);
        let was_idle = unregister(wait);
        if matches!(before, Stage::Signaled) {
            shared.signal_again();
        } else if was_idle && matches!(*shared.stage(), Stage::Abandoned) {
            // SAFETY: the callback has not been called, nor will it be; this is its reference.
            drop(unsafe { Arc::from_raw(Arc::as_ptr(&shared)) });
        }
    }
}

impl fmt::Debug for Signaled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signaled").finish_non_exhaustive()
    }
}
