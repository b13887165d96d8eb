//! Which of some sockets are ready, and waiting for that.
//!
//! `select` waits here, in its own thread.  What is true of a socket says [`super::level`], which
//! asks the kernel at the moment of the question: it is not what the port and the worker keep for
//! themselves, because those look at edges only.

use super::blocking::Blocked;
use super::level::{
    ABORT, ACCEPT, CONNECT_FAIL, DISCONNECT, LOCAL_CLOSE, RECEIVE, RECEIVE_EXPEDITED, SEND,
};
use super::socket::{CONNECTING, Socket};
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::Thread;
use crate::status::{Result, Status};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The three questions about a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// A receive or an accept would not block: data, the peer's end, a reset, a connection.
    pub receive: bool,
    /// A send would not block: there is room, or the connection is there or reset.
    pub send: bool,
    /// A connect has failed, or urgent data is there.
    pub exception: bool,
}

/// What makes a socket readable, writable, exceptional.
const FOR_RECEIVE: u32 = RECEIVE | DISCONNECT | ABORT | ACCEPT;
const FOR_SEND: u32 = SEND;
const FOR_EXCEPTION: u32 = RECEIVE_EXPEDITED | CONNECT_FAIL;

impl Conditions {
    /// In AFD's terms.
    fn bits(self) -> u32 {
        let one = |wanted, bits| if wanted { bits } else { 0 };
        one(self.receive, FOR_RECEIVE)
            | one(self.send, FOR_SEND)
            | one(self.exception, FOR_EXCEPTION)
    }

    fn any(self) -> bool {
        self.receive || self.send || self.exception
    }
}

/// A socket that is asked about.
pub struct Polled<'socket> {
    socket: &'socket Socket,
    wanted: Conditions,
    /// What of that is so.
    pub found: Conditions,
    /// Another thread has closed the socket meanwhile.
    pub closed: bool,
    /// Events that have told nothing and would come again at once.
    ignored: PollFlags,
}

impl<'socket> Polled<'socket> {
    /// A question about a socket.
    pub fn new(socket: &'socket Socket, wanted: Conditions) -> Self {
        let found = Conditions::default();
        Polled { socket, wanted, found, closed: false, ignored: PollFlags::empty() }
    }

    /// What to wait for; None when no event can tell anything.
    fn events(&self) -> Option<PollFlags> {
        if self.ignored.intersects(PollFlags::ERR | PollFlags::HUP) {
            return None;
        }
        Some(self.socket.events_of(self.wanted.bits())?.difference(self.ignored))
    }

    /// Draws the conclusions from the events that have come.
    fn look(&mut self, events: PollFlags) {
        let (socket, wanted) = (self.socket, self.wanted);
        let bits = socket.level(wanted.bits(), events).bits;
        self.found = Conditions {
            receive: wanted.receive && bits & (FOR_RECEIVE | LOCAL_CLOSE) != 0,
            send: wanted.send && bits & FOR_SEND != 0,
            exception: wanted.exception && bits & FOR_EXCEPTION != 0,
        };
        self.closed = bits & LOCAL_CLOSE != 0;
        if !self.closed && !self.found.any() && !socket.has(CONNECTING) {
            let insistent = PollFlags::ERR | PollFlags::HUP | PollFlags::PRI;
            self.ignored |= events & insistent;
        }
    }
}

/// Looks at every socket; the events are those of the descriptors that were asked, in order.
fn look_at_all(polled: &mut [Polled<'_>], asked: &[usize], descriptors: &[PollFd<'_>]) -> usize {
    let mut answers = asked.iter().zip(descriptors).peekable();
    let mut ready = 0;
    for (index, socket) in polled.iter_mut().enumerate() {
        let answer = answers.next_if(|(asked, _)| **asked == index);
        socket.look(answer.map_or(PollFlags::empty(), |(_, descriptor)| descriptor.revents()));
        ready += usize::from(socket.closed || socket.found.any());
    }
    ready
}

/// Waits until one of the sockets is ready, or closed by another thread; says how many are.  When
/// the deadline has come it is 0.  Each answer is in the question.
///
/// # Errors
/// `USER_APC` when none is ready and APCs are due: the caller delivers them, holding nothing, and
/// asks again.
pub fn wait(polled: &mut [Polled<'_>], deadline: Deadline) -> Result<usize> {
    let thread = Thread::current();
    let sockets: Vec<&Socket> = polled.iter().map(|polled| polled.socket).collect();
    // A close from now on wakes us, and one before is seen below.
    let _blocked: Vec<Blocked<'_>> = sockets.iter().map(|socket| Blocked::enter(socket)).collect();
    loop {
        let mut asked = Vec::with_capacity(polled.len());
        // The thread adds its own.
        let mut descriptors = Vec::with_capacity(polled.len() + 1);
        for (index, socket) in polled.iter().enumerate() {
            if let Some(events) = socket.events() {
                asked.push(index);
                descriptors.push(PollFd::from_borrowed_fd(sockets[index].fd(), events));
            }
        }
        // Something may be ready without any event: a failed connect, a closed socket.
        let known = look_at_all(polled, &[], &[]) > 0;
        let ended = match known {
            true => FdWait::Alerted,
            false => thread.wait_for_fds(&mut descriptors, deadline),
        };
        if ended == FdWait::Alerted {
            // What is ready now wins over an APC.
            let _ = poll(&mut descriptors, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        }
        let ready = look_at_all(polled, &asked, &descriptors);
        match ended {
            _ if ready > 0 => return Ok(ready),
            FdWait::Alerted => return Err(Status::USER_APC),
            FdWait::TimedOut => return Ok(0),
            FdWait::Ready | FdWait::Woken => {}
        }
    }
}
