//! Ctrl-C and its relatives: what the user or the system asks of a program at its console.
//!
//! Windows calls a handler on a thread of its own, so a handler may do what any thread may; mostly
//! it tells the program's own threads, and says that it has seen to it.  On Linux SIGINT is
//! Ctrl-C, SIGQUIT is Ctrl-Break, SIGTERM and SIGHUP are the closing of the console.
//!
//! ```
//! use lapwing::{CompletionPort, ConsoleControl, ConsoleHandler};
//! use std::sync::Arc;
//!
//! enum Event {
//!     Stop,
//! }
//!
//! # fn main() -> lapwing::Result<()> {
//! let port = Arc::new(CompletionPort::new(0)?);
//! let stopped = port.clone();
//! let _handler = ConsoleHandler::new(move |control| {
//!     control == ConsoleControl::CtrlC && stopped.post(Event::Stop).is_ok()
//! })?;
//! # port.post(Event::Stop)?; // In place of Ctrl-C, which the tests would have too.
//! for event in port.iter() {
//!     match event? {
//!         Event::Stop => break,
//!     }
//! }
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::{Error, Result, sys};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is asked of the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ConsoleControl {
    /// Ctrl-C.
    CtrlC,
    /// Ctrl-Break.
    CtrlBreak,
    /// The console closes.  Windows ends the program when the handlers have returned, or after
    /// some seconds.
    Close,
    /// The user logs off; only services hear of it.
    LogOff,
    /// The system shuts down; only services hear of it.
    Shutdown,
}

impl ConsoleControl {
    fn of(code: u32) -> Option<Self> {
        Some(match code {
            sys::Console::CTRL_C_EVENT => Self::CtrlC,
            sys::Console::CTRL_BREAK_EVENT => Self::CtrlBreak,
            sys::Console::CTRL_CLOSE_EVENT => Self::Close,
            sys::Console::CTRL_LOGOFF_EVENT => Self::LogOff,
            sys::Console::CTRL_SHUTDOWN_EVENT => Self::Shutdown,
            _ => return None,
        })
    }
}

/// A handler, until it is dropped.  One that runs at that moment runs to its end.
///
/// The handler that came last is asked first.  It returns whether it has seen to it; if not, the
/// one before it is asked, and if there is none the program ends.  One that panics has not.
#[must_use = "dropped, it is no handler any more"]
pub struct ConsoleHandler(Arc<Handler>);

type Handler = dyn Fn(ConsoleControl) -> bool + Send + Sync;

struct Handlers {
    /// The system knows [`deliver`].
    is_known: bool,
    all: Vec<Arc<Handler>>,
}

/// Windows' handlers have no context, so one of them serves all of ours.
static HANDLERS: Mutex<Handlers> = Mutex::new(Handlers { is_known: false, all: Vec::new() });

fn handlers() -> MutexGuard<'static, Handlers> {
    HANDLERS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConsoleHandler {
    /// Adds a handler.  The system's function is `SetConsoleCtrlHandler`.
    ///
    /// # Errors
    /// `NO_MEMORY` when no thread can be started for it.
    pub fn new(
        handler: impl Fn(ConsoleControl) -> bool + Send + Sync + 'static,
    ) -> Result<ConsoleHandler> {
        let mut handlers = handlers();
        if !handlers.is_known {
            // SAFETY: the function is there as long as the program is.
            let added = unsafe { sys::Console::SetConsoleCtrlHandler(Some(deliver), 1) };
            if added == 0 {
                return Err(Error::last("SetConsoleCtrlHandler"));
            }
            handlers.is_known = true;
        }
        let handler: Arc<Handler> = Arc::new(handler);
        handlers.all.push(handler.clone());
        Ok(ConsoleHandler(handler))
    }
}

impl Drop for ConsoleHandler {
    fn drop(&mut self) {
        handlers().all.retain(|known| !Arc::ptr_eq(known, &self.0));
    }
}

impl fmt::Debug for ConsoleHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleHandler").finish_non_exhaustive()
    }
}

/// Asks the handlers, the last one first.
unsafe extern "system" fn deliver(code: u32) -> i32 {
    let Some(control) = ConsoleControl::of(code) else { return 0 };
    // They run without the lock: a handler may add others.
    let all = handlers().all.clone();
    let sees_to_it = |handler: &Arc<Handler>| {
        catch_unwind(AssertUnwindSafe(|| handler(control))).unwrap_or(false)
    };
    all.iter().rev().any(sees_to_it).into()
}
