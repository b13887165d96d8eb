//! Timers: objects that are signaled at a time, once or again and again.
//!
//! ```
//! use lapwing::{CompletionPort, Timer};
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! enum Event {
//!     Idle,
//! }
//!
//! # fn main() -> lapwing::Result<()> {
//! // A port hears of it.
//! let port = Arc::new(CompletionPort::new(0)?);
//! let timer = Timer::auto()?;
//! let _watch = port.post_when(&timer, Event::Idle)?;
//! timer.set(Duration::from_secs(3600))?;
//! // Something happens: the time begins anew.
//! timer.set(Duration::from_millis(5))?;
//! assert!(matches!(port.get()?, Event::Idle));
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::handle::OwnedHandle;
use crate::sys::{self, HANDLE};
use crate::wait::Waitable;
use crate::{Error, Result};
use core::ptr;
use core::time::Duration;
use lapwing_status::Status;
use std::time::SystemTime;

/// A timer: threads wait until its time has come ([`Waitable`]).
#[derive(Debug)]
pub struct Timer(OwnedHandle);

// SAFETY: the handle is closed with the timer.
unsafe impl Waitable for Timer {
    fn waited(&self) -> HANDLE {
        self.0.raw()
    }
}

/// From 1601, where Windows' time begins, to 1970, in units of 100 nanoseconds.
const EPOCH: i64 = 11_644_473_600 * 10_000_000;

/// In units of 100 nanoseconds, rounded up.
fn intervals(time: Duration) -> i64 {
    i64::try_from(time.as_nanos().div_ceil(100)).unwrap_or(i64::MAX)
}

impl Timer {
    /// A timer that stays signaled until it is set again, for all who wait.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn manual() -> Result<Self> {
        Self::new(true)
    }

    /// A timer that lets one waiting thread go each time.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES`.
    pub fn auto() -> Result<Self> {
        Self::new(false)
    }

    fn new(is_manual: bool) -> Result<Self> {
        // SAFETY: neither rights nor a name are given.
        let timer =
            unsafe { sys::CreateWaitableTimerW(ptr::null(), is_manual.into(), ptr::null()) };
        if timer.is_null() {
            Err(Error::last("CreateWaitableTimerW"))
        } else {
            Ok(Timer(OwnedHandle::new(timer)))
        }
    }

    /// It will be signaled once, so long from now; until then it is not.
    ///
    /// # Errors
    /// What `SetWaitableTimer` fails with.
    pub fn set(&self, after: Duration) -> Result<()> {
        self.set_due(-intervals(after), 0)
    }

    /// It will be signaled once, at this time; until then it is not.  When the computer's clock is
    /// set, so is the timer.
    ///
    /// # Errors
    /// What `SetWaitableTimer` fails with.
    pub fn set_at(&self, time: SystemTime) -> Result<()> {
        let since = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => intervals(after),
            Err(before) => -intervals(before.duration()),
        };
        self.set_due(EPOCH.saturating_add(since).max(0), 0)
    }

    /// It will be signaled so long from now, and then again and again, in whole milliseconds.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for no period, or one of more than 2^31 milliseconds.
    pub fn set_every(&self, after: Duration, period: Duration) -> Result<()> {
        let milliseconds = i32::try_from(period.as_nanos().div_ceil(1_000_000));
        match milliseconds {
            Ok(period) if period > 0 => self.set_due(-intervals(after), period),
            _ => {
                let argument = "Timer::set_every: the period";
                Err(Error::from_status(Status::INVALID_PARAMETER, argument))
            }
        }
    }

    /// It will not be signaled; if it is, it stays so.
    ///
    /// # Errors
    /// What `CancelWaitableTimer` fails with.
    pub fn cancel(&self) -> Result<()> {
        // SAFETY: it is open.
        sys::checked("CancelWaitableTimer", unsafe { sys::CancelWaitableTimer(self.0.raw()) })
    }

    fn set_due(&self, due: i64, period_ms: i32) -> Result<()> {
        // SAFETY: it is open, and the time is there; there is no routine.
        sys::checked("SetWaitableTimer", unsafe {
            sys::SetWaitableTimer(self.0.raw(), &due, period_ms, None, ptr::null(), 0)
        })
    }
}

/// Ready when so much time has passed since it was first polled.  It makes a timer for itself;
/// whoever waits often keeps a [`Timer`].
///
/// # Errors
/// As for [`Timer::manual`] and [`Waitable::signaled`].
///
/// ```
/// # fn main() -> lapwing::Result<()> {
/// let executor = lapwing::Executor::new(1)?;
/// executor.block_on(lapwing::sleep(std::time::Duration::from_millis(5)))?;
/// # Ok(())
/// # }
/// ```
pub async fn sleep(time: Duration) -> Result<()> {
    let timer = Timer::manual()?;
    timer.set(time)?;
    timer.signaled().await
}
