//! The request: whose it is, and how its end is told.
//!
//! What is to be done (receive, send …) stands beside it in the device's own type.

use super::file::{File, SKIP_SET_EVENT};
use super::status_block::StatusBlock;
use crate::ke::apc::{Apc, ApcArguments};
use crate::ke::thread::Thread;
use crate::npfs::request::Blocked;
use crate::ob::object::Object;
use crate::status::Status;
use std::sync::Arc;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The final status.
    pub status: Status,
    /// Bytes transferred.
    pub information: usize,
    /// Winsock's result flags.
    pub flags: u32,
}

impl Outcome {
    /// An end without data.
    #[inline]
    pub const fn of(status: Status) -> Self {
        Outcome { status, information: 0, flags: 0 }
    }

    /// Success with so many bytes.
    #[inline]
    pub const fn bytes(information: usize) -> Self {
        Outcome { status: Status::SUCCESS, information, flags: 0 }
    }
}

/// What a call that takes an OVERLAPPED came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// It is done, and has been told to everybody as if it had been pending.
    Done(Outcome),
    /// It is pending.
    Pending,
}

/// A completion routine and the thread it runs on.
pub struct Routine {
    /// The issuing thread.
    pub thread: Arc<Thread>,
    /// Calls the program's routine in an alertable wait of that thread, with `[routine, status,
    /// information, address of the OVERLAPPED, flags]`.
    pub deliver: fn(&ApcArguments),
    /// The address of the program's routine.
    pub routine: usize,
}

impl Routine {
    fn apc(&self, overlapped: usize, outcome: Outcome) -> Apc {
        let status = outcome.status.0 as usize;
        let flags = outcome.flags as usize;
        let arguments = [self.routine, status, outcome.information, overlapped, flags];
        Apc { routine: self.deliver, arguments, origin: 0 }
    }

    /// Queues the routine's call.  A thread that has ended runs no routine any more.
    pub fn queue(&self, overlapped: usize, outcome: Outcome) {
        let _ended = self.thread.queue_apc(self.apc(overlapped, outcome));
    }
}

/// Who hears of a request's end, besides the status block and the event.
pub enum Notify {
    /// The port, if the file has one by then.
    Packet,
    /// As before, with this in the packet in place of the address of the OVERLAPPED.
    PacketWith(usize),
    /// Nobody: the program set the low bit of hEvent, or the request is our own.
    Nobody,
    /// The issuing thread, by its completion routine.
    Routine(Routine),
    /// The issuing thread, which waits inside its call.
    Blocked(Arc<Blocked>),
}

/// What the caller of an overlapped function gave with it.
pub struct Overlapped {
    /// The OVERLAPPED; None for a request of our own.
    pub status_block: Option<StatusBlock>,
    /// The event from `hEvent`.
    pub event: Option<Arc<Object>>,
    /// Who else hears.
    pub notify: Notify,
}

impl Overlapped {
    /// For data that we took over from the program: nobody waits for its end.
    pub const fn internal() -> Self {
        Overlapped { status_block: None, event: None, notify: Notify::Nobody }
    }

    /// For a request that takes a place in a file from its OVERLAPPED: the place stays there.
    pub fn keeping_offset(mut self) -> Self {
        self.status_block = self.status_block.map(StatusBlock::keeping_offset);
        self
    }

    /// Resets the event, or the file object's own signal if there is none (semantics 1.6).
    #[inline]
    pub fn start(&self, file: &File) {
        let _was_set = match &self.event {
            Some(event) => event.dispatcher().clear(),
            None => file.signal().clear(),
        };
    }

    /// As [`Overlapped::start`], for what is done already and will be told of inside the call: the
    /// file's signal, which would only be set again, stays.  Unlike an event no wait takes it away.
    #[inline]
    pub fn start_done(&self, file: &File) {
        if self.event.is_some() || file.has_mode(SKIP_SET_EVENT) {
            self.start(file);
        }
    }

    /// The address of the program's OVERLAPPED, or 0.
    #[inline]
    pub fn address(&self) -> usize {
        self.status_block.map_or(0, StatusBlock::address)
    }
}

/// A pending request.
pub struct Irp {
    /// The file object, kept alive by its requests.
    pub file: Arc<Object>,
    /// The thread that issued it.
    pub thread_id: u32,
    /// How its end is told.
    pub overlapped: Overlapped,
}

impl Irp {
    /// True for a request of the program's, which it may cancel; not for data that we took over.
    pub fn is_cancellable(&self) -> bool {
        self.overlapped.status_block.is_some()
    }
}
