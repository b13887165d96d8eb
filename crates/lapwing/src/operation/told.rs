//! Who is told of an operation's end, by the system or in its place.
#![allow(unsafe_code)]

use crate::operation::Header;
use crate::sys::{self, HANDLE, OVERLAPPED};
use crate::{Error, Result};
use core::ptr;

/// How the end of an operation is told: the handles are open until then.
#[derive(Clone, Copy)]
pub(crate) enum Told {
    /// By an event, and by it alone, whatever port the handle has.
    Event(HANDLE),
    /// By a packet at this port.
    Port(HANDLE),
    /// By the call of a routine.
    Routine,
}

/// The lowest bit of an event says that no packet is wanted.
const NO_PACKET: usize = 1;

impl Told {
    /// For the OVERLAPPED.
    pub(crate) fn event(self) -> HANDLE {
        match self {
            Told::Event(event) => event.map_addr(|event| event | NO_PACKET),
            Told::Port(_) | Told::Routine => ptr::null_mut(),
        }
    }

    /// Tells of a good end in place of the system, which has failed with it.
    pub(crate) fn tell(self, error: Error, overlapped: *mut OVERLAPPED) -> Result<()> {
        // SAFETY: the system has refused the operation, so it is ours until it is told of.
        unsafe { (*overlapped).Internal = error.status() as usize };
        match self {
            // SAFETY: it is open.
            Told::Event(event) => sys::checked("SetEvent", unsafe { sys::SetEvent(event) }),
            // SAFETY: it is open; the address is not looked at.
            Told::Port(port) => sys::checked("PostQueuedCompletionStatus", unsafe {
                sys::PostQueuedCompletionStatus(port, 0, 0, overlapped)
            }),
            Told::Routine => {
                // SAFETY: no routine is called by the system, and the thread is this one.
                unsafe { Header::come(overlapped) };
                Ok(())
            }
        }
    }
}
