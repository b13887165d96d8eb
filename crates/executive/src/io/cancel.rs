//! The ways a pending request ends early: CancelIo, CancelIoEx, CancelSynchronousIo, and the end of
//! its thread.
//!
//! Closing the last handle is the device's own business ([`File::cleanup`]); it ends requests
//! through the same loop, [`super::file::Device::cancel`].

use super::file::File;
use super::irp::{Irp, Notify};
use crate::ke::thread::Thread;
use crate::ob::handle;
use crate::status::{Result, Status};
use std::sync::Arc;

/// Cancels the calling thread's requests on a file; success even if there are none.
pub fn cancel_own(file: &File) {
    let caller = Thread::current().id();
    file.device().cancel(Status::CANCELLED, &|irp: &Irp| irp.thread_id == caller);
}

/// Cancels the request with this OVERLAPPED, or all requests on the file (address 0), whoever
/// issued them.  `NOT_FOUND` when there is none.  The requests may still end in success.
pub fn cancel(file: &File, overlapped: usize) -> Result<()> {
    let wanted = |irp: &Irp| overlapped == 0 || irp.overlapped.address() == overlapped;
    match file.device().cancel(Status::CANCELLED, &wanted) {
        0 => Err(Status::NOT_FOUND),
        _ => Ok(()),
    }
}

/// Breaks off the blocking call in which a thread is.
///
/// # Errors
/// `NOT_FOUND` when it is in none, or in one that cannot be broken off.
pub fn cancel_synchronous(thread: &Thread) -> Result<()> {
    if thread.cancel_synchronous_wait() {
        return Ok(());
    }
    let is_blocked = |irp: &Irp| {
        irp.thread_id == thread.id() && matches!(irp.overlapped.notify, Notify::Blocked(_))
    };
    for handle in handle::all() {
        let Ok(object) = handle::lookup(handle as usize) else { continue };
        let Ok(file) = object.file() else { continue };
        if file.device().cancel(Status::CANCELLED, &is_blocked) > 0 {
            return Ok(());
        }
    }
    Err(Status::NOT_FOUND)
}

/// A thread ends: its requests are cancelled, except those that complete to a port and carry no
/// event (semantics 6.6).
pub fn cancel_of_ending_thread(thread: &Arc<Thread>) {
    for handle in handle::all() {
        let Ok(object) = handle::lookup(handle as usize) else { continue };
        let Ok(file) = object.file() else { continue };
        let bound = file.binding().is_some();
        let doomed =
            |irp: &Irp| irp.thread_id == thread.id() && !(bound && irp.overlapped.event.is_none());
        file.device().cancel(Status::CANCELLED, &doomed);
    }
}
