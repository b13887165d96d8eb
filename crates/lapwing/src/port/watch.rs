//! Objects that a port hears of.

use crate::Result;
use crate::port::CompletionPort;
use crate::wait::{Signaled, Waitable};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Wake;

/// Posts its value when it is woken, if the port is still there.
struct Poster<T> {
    port: Weak<CompletionPort<T>>,
    value: Mutex<Option<T>>,
}

impl<T> Poster<T> {
    fn take(&self) -> Option<T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T: Send + 'static> Wake for Poster<T> {
    fn wake(self: Arc<Self>) {
        if let (Some(value), Some(port)) = (self.take(), self.port.upgrade()) {
            // Without memory it is lost, as every packet is.
            let _full = port.post(value);
        }
    }
}

/// A value that waits for an object; see [`CompletionPort::post_when`].
#[must_use = "dropped, it posts nothing"]
pub struct Watch<T> {
    signaled: Signaled,
    poster: Arc<Poster<T>>,
}

impl<T: Send + 'static> CompletionPort<T> {
    /// Posts a value when the object is signaled, once; no thread waits meanwhile.
    ///
    /// The object can be closed before.  If the [`Watch`] is dropped before, nothing is posted, and
    /// nothing is taken from the object.
    ///
    /// # Errors
    /// As for [`Waitable::signaled`]; the value is dropped.
    pub fn post_when(self: &Arc<Self>, object: &impl Waitable, value: T) -> Result<Watch<T>> {
        let (port, value) = (Arc::downgrade(self), Mutex::new(Some(value)));
        let poster = Arc::new(Poster { port, value });
        let mut signaled = object.signaled();
        let waker = Waker::from(poster.clone());
        match Pin::new(&mut signaled).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(Err(error)) => Err(error),
            Poll::Ready(Ok(())) | Poll::Pending => Ok(Watch { signaled, poster }),
        }
    }
}

impl<T> Drop for Watch<T> {
    fn drop(&mut self) {
        if self.poster.take().is_none() {
            // It has been posted: the signal was for it.
            let _posted =
                Pin::new(&mut self.signaled).poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
