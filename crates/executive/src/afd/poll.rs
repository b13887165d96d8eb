//! Which of some sockets are ready, and waiting for that in the caller's own thread.
//!
//! `select` and WSAPoll wait here.  What is true of a socket says [`super::level`], which asks the
//! kernel at the moment of the question: it is not what the port and the worker keep for
//! themselves, because those look at edges only.
//!
//! A wait costs one poll(2) and a few instructions per socket: nothing is entered anywhere for each
//! of them.  A thread that waits stands in one list ([`WAITERS`]); a socket that was ever waited
//! for carries a mark, and when something happens to such a socket that the kernel cannot tell (it
//! is closed, or has sent what it took over), all these threads look again.

use super::level::{self, LOCAL_CLOSE};
use super::socket::{CLOSED, CONNECTING, POLLED, Socket};
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::Thread;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::sync::Arc;

/// The threads that wait for some sockets.
static WAITERS: Mutex<Vec<Arc<Thread>>> = Mutex::new(Vec::new());

/// A thread's place among the waiters.
struct Waiting(Arc<Thread>);

impl Waiting {
    fn enter() -> Self {
        let thread = Thread::current();
        WAITERS.lock().push(thread.clone());
        Waiting(thread)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiters = WAITERS.lock();
        if let Some(at) = waiters.iter().position(|thread| Arc::ptr_eq(thread, &self.0)) {
            waiters.swap_remove(at);
        }
    }
}

/// A socket that is asked about.
pub struct Polled<'socket> {
    socket: &'socket Socket,
    /// The bits of [`super::level`] that are asked for.
    wanted: u32,
    /// Which of them are true; [`LOCAL_CLOSE`] also unasked.
    pub found: u32,
    /// Events that have told nothing and would come again at once.
    ignored: PollFlags,
}

impl<'socket> Polled<'socket> {
    /// A question about a socket, in the bits of [`super::level`].
    pub fn new(socket: &'socket Socket, wanted: u32) -> Self {
        Polled { socket, wanted, found: 0, ignored: PollFlags::empty() }
    }

    /// What to wait for; None when no event can tell anything.
    fn events(&self) -> Option<PollFlags> {
        if self.ignored.intersects(PollFlags::ERR | PollFlags::HUP) {
            return None;
        }
        Some(self.socket.events_of(self.wanted)?.difference(self.ignored))
    }

    /// Draws the conclusions from the events that have come; true when something is so.
    fn look(&mut self, events: PollFlags) -> bool {
        self.found = self.socket.level(self.wanted, events).bits;
        if self.found == 0 && !self.socket.has(CONNECTING) {
            let insistent = PollFlags::ERR | PollFlags::HUP | PollFlags::PRI;
            self.ignored |= events & insistent;
        }
        self.found != 0
    }
}

impl Socket {
    /// Something has happened that the kernel cannot tell.
    pub(super) fn wake_pollers(&self) {
        if self.has(POLLED) {
            for thread in WAITERS.lock().iter() {
                thread.wake_fd_wait();
            }
        }
    }
}

/// Waits until something that is asked is so, or a socket is closed by another thread; says for how
/// many sockets.  When the deadline has come it is 0.  Each answer is in the question.
///
/// # Errors
/// `USER_APC` when nothing is so and APCs are due: the caller delivers them, holding nothing, and
/// asks again.
pub fn wait(polled: &mut [Polled<'_>], deadline: Deadline) -> Result<usize> {
    let waiting = Waiting::enter();
    let mut asked = Vec::with_capacity(polled.len());
    // The thread adds its own.
    let mut descriptors = Vec::with_capacity(polled.len() + 1);
    loop {
        asked.clear();
        descriptors.clear();
        // Something may be so without any event: a failed connect, a closed socket.
        let mut known = 0;
        for (index, one) in polled.iter_mut().enumerate() {
            // Whoever closes it from now on sees the mark, and we see who did before.
            one.socket.add_once(POLLED);
            if one.socket.may_say_something_itself() {
                known += usize::from(one.look(PollFlags::empty()));
            }
            if let Some(events) = one.events() {
                asked.push(index);
                descriptors.push(PollFd::from_borrowed_fd(one.socket.fd(), events));
            }
        }
        let ended = match known {
            0 => waiting.0.wait_for_fds(&mut descriptors, deadline),
            _ => FdWait::Alerted,
        };
        if ended == FdWait::Alerted {
            // What is so now wins over an APC.
            let _ = poll(&mut descriptors, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        }
        for (&index, descriptor) in asked.iter().zip(&descriptors) {
            let one = &mut polled[index];
            if !descriptor.revents().is_empty() || one.socket.has(CLOSED) {
                one.look(descriptor.revents());
            }
        }
        let ready = polled.iter().filter(|one| one.found != 0).count();
        match ended {
            _ if ready > 0 => return Ok(ready),
            FdWait::Alerted => return Err(Status::USER_APC),
            FdWait::TimedOut => return Ok(0),
            FdWait::Ready | FdWait::Woken | FdWait::Cancelled => {}
        }
    }
}

/// What makes a socket readable to `select`.
pub const FOR_RECEIVE: u32 =
    level::RECEIVE | level::DISCONNECT | level::ABORT | level::ACCEPT | LOCAL_CLOSE;
/// What makes a socket writable to `select`.
pub const FOR_SEND: u32 = level::SEND;
/// What makes a socket exceptional to `select`.
pub const FOR_EXCEPTION: u32 = level::RECEIVE_EXPEDITED | level::CONNECT_FAIL;
