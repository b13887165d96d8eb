//! A request to a socket: tried at once, queued when it would block, continued when the socket is
//! ready.  This frame is the same for both directions and for every call.
//!
//! ```text
//! start / perform --- attempt --- Done ----------------------------> told to everybody
//!                        |------- Wait --> pending, in order --.         ^
//!                        `------- Aside -> aside, unordered ---+- ready -'
//! ```
//!
//! What is to be done is a [`Call`].  Each direction has one type of calls, an enum, because a
//! queue holds them by value: [`super::incoming::Incoming`] waits for the socket to become
//! readable, [`super::outgoing::Outgoing`] for it to become writable.

use super::side::{Side, SideGuard, SideLock, Usual};
use super::socket::Socket;
use crate::io::complete::{self, Timing};
use crate::io::file::File;
pub use crate::io::irp::Started;
use crate::io::irp::{Irp, Outcome, Overlapped};
use crate::ke::deadline::Deadline;
use crate::ke::thread;
use crate::ob::object::Object;
use crate::ob::table::{Keep, Pinned};
use crate::status::{Result, Status};
use rustix::event::PollFlags;

/// What an attempt came to.
pub enum Attempt {
    /// The call is at its end.
    Done(Result<Outcome>),
    /// It would block; those behind it wait too.
    Wait,
    /// It waits for something of its own from now on, and those behind it need not wait.
    Aside,
}

impl From<Result<Outcome>> for Attempt {
    fn from(end: Result<Outcome>) -> Self {
        Attempt::Done(end)
    }
}

/// The calls of one direction of a socket.
pub trait Call: Sized + Send + 'static {
    /// What the direction remembers between attempts, under its lock.
    type State: Default;
    /// What the direction has for a request that is in no queue.
    type Usual: Usual<Self>;
    /// True when room to write continues the calls, false when something to read does.
    const WRITES: bool;

    /// The direction's requests.
    fn side(socket: &Socket) -> &SideLock<Self>;

    /// The network events that the call re-enables: one that reads by having been made, one that
    /// writes by being refused because it would block (semantics 8.3).
    fn re_enables(&self) -> u32;

    /// Refuses what is wrong whatever the socket is ready for.
    ///
    /// # Errors
    /// The status of the call.
    fn permit(&self, socket: &Socket) -> Result<()>;

    /// Tries the call, under the side's lock, with nothing queued before it.  `reported` says that
    /// an event will tell when the socket becomes ready, and so that earlier attempts can be relied
    /// on.
    fn attempt(&mut self, socket: &Socket, state: &mut Self::State, reported: bool) -> Attempt;

    /// What a thread waits for that performs the call.
    fn events(&self) -> PollFlags {
        if Self::WRITES { PollFlags::OUT } else { PollFlags::IN }
    }

    /// On a non-blocking socket, what is left of a call that has begun: it ends with this outcome,
    /// and the rest, whose memory is ours, is done later.
    fn take_over(&mut self) -> Option<(Self, Outcome)> {
        None
    }

    /// True for a call that always tells its end later, even if that is known at once.
    fn tells_later(&self) -> bool {
        false
    }

    /// False for a call that, without an OVERLAPPED, blocks on a non-blocking socket too.
    fn heeds_mode(&self) -> bool {
        true
    }

    /// The call is ended before its time: cancelled, or its socket closed.
    fn given_up(&mut self, _socket: &Socket) {}

    /// Nothing is pending any more.
    fn drained(_socket: &Socket, _file: &File, _state: &mut Self::State) {}
}

/// A call before it has to wait; in the queue it may have another form.
pub trait First<C: Call>: Into<C> {
    /// As [`Call::re_enables`].
    fn re_enables(&self) -> u32;

    /// As [`Call::permit`].
    ///
    /// # Errors
    /// The status of the call.
    fn permit(&self, socket: &Socket) -> Result<()>;

    /// As [`Call::attempt`].
    fn attempt(&mut self, socket: &Socket, state: &mut C::State, reported: bool) -> Attempt;

    /// As [`Call::take_over`].
    fn take_over(&mut self) -> Option<(C, Outcome)> {
        None
    }

    /// As [`Call::events`].
    fn events(&self) -> PollFlags {
        if C::WRITES { PollFlags::OUT } else { PollFlags::IN }
    }

    /// As [`Call::tells_later`].
    fn tells_later(&self) -> bool {
        false
    }

    /// As [`Call::heeds_mode`].
    fn heeds_mode(&self) -> bool {
        true
    }
}

impl<C: Call> First<C> for C {
    fn re_enables(&self) -> u32 {
        Call::re_enables(self)
    }

    fn permit(&self, socket: &Socket) -> Result<()> {
        Call::permit(self, socket)
    }

    fn attempt(&mut self, socket: &Socket, state: &mut C::State, reported: bool) -> Attempt {
        Call::attempt(self, socket, state, reported)
    }

    fn take_over(&mut self) -> Option<(C, Outcome)> {
        Call::take_over(self)
    }

    fn events(&self) -> PollFlags {
        Call::events(self)
    }

    fn tells_later(&self) -> bool {
        Call::tells_later(self)
    }

    fn heeds_mode(&self) -> bool {
        Call::heeds_mode(self)
    }
}

/// A pending request.
pub struct Request<C> {
    pub(super) irp: Irp,
    pub(super) call: C,
}

impl<C> Request<C> {
    #[inline]
    pub(super) fn finish(self, end: Result<Outcome>, timing: Timing) {
        let Request { irp, call } = self;
        // What the call holds is free before anybody hears of its end.
        drop(call);
        complete::complete(irp, end.unwrap_or_else(Outcome::of), timing);
    }
}

/// Starts a call with an OVERLAPPED: it is done at once, or pending.
///
/// # Errors
/// A call that fails at once tells nobody else: no event, no routine, no packet.
pub fn start<C: Call>(
    object: &Pinned<'_, Object>,
    file: &File,
    call: impl Into<C>,
    overlapped: Overlapped,
) -> Result<Started> {
    begin::<C, C>(object, file, call.into(), overlapped)
}

/// As [`start`], for a call that has another form in the queue.
///
/// # Errors
/// As [`start`].
pub fn begin<C: Call, F: First<C>>(
    object: &Pinned<'_, Object>,
    file: &File,
    call: F,
    overlapped: Overlapped,
) -> Result<Started> {
    let re_enabled = call.re_enables();
    let started = attempt_or_queue(object, file, call, overlapped);
    file.socket()?.call_made::<C>(re_enabled, started.err());
    started
}

fn attempt_or_queue<C: Call, F: First<C>>(
    object: &Pinned<'_, Object>,
    file: &File,
    mut call: F,
    overlapped: Overlapped,
) -> Result<Started> {
    let socket = file.socket()?;
    overlapped.start(file);
    if call.tells_later()
        && let Some(block) = overlapped.status_block
    {
        // Windows marks such a request as running before it looks at the rest (semantics 11.1).
        block.begin();
    }
    let mut side = C::side(socket).lock();
    call.permit(socket)?;
    let attempt = if side.is_idle() {
        call.attempt(socket, &mut side.state, file.is_registered())
    } else {
        Attempt::Wait
    };
    settle(side, attempt, object, file, call, overlapped)
}

/// What becomes of a request after its first attempt, which was made under this lock.
#[inline]
pub(super) fn settle<C: Call, F: First<C>>(
    mut side: SideGuard<'_, C>,
    attempt: Attempt,
    object: &impl Keep<Object>,
    file: &File,
    call: F,
    overlapped: Overlapped,
) -> Result<Started> {
    let aside = match attempt {
        Attempt::Done(end) if call.tells_later() => {
            drop(side);
            // What the call holds is free before anybody hears of its end.
            drop(call);
            let outcome = end.unwrap_or_else(Outcome::of);
            complete::deliver(file, &overlapped, outcome, Timing::LATER);
            return Ok(Started::Pending);
        }
        Attempt::Done(end) => {
            let outcome = end?;
            // Under the lock, so that packets come in the order of the data.
            if outcome.status.is_success() {
                complete::deliver(file, &overlapped, outcome, Timing::INLINE);
                return Ok(Started::Done(outcome));
            }
            // A warning is told as if the request had been pending (semantics 4.8).
            complete::deliver(file, &overlapped, outcome, Timing::LATER);
            return Ok(Started::Pending);
        }
        Attempt::Wait => false,
        Attempt::Aside => true,
    };
    let has_event = overlapped.event.is_some();
    queue(&mut side, object, file, call.into(), overlapped, aside)?;
    drop(side);
    file.look_after(has_event);
    Ok(Started::Pending)
}

#[inline]
fn queue<C: Call>(
    side: &mut Side<C>,
    object: &impl Keep<Object>,
    file: &File,
    call: C,
    overlapped: Overlapped,
    aside: bool,
) -> Result<()> {
    // What is ready already makes an event, which then waits for our lock.
    file.register(object, C::WRITES)?;
    let (pending, _) = side.requests();
    if aside {
        pending.push_aside(request(object, call, overlapped));
        return Ok(());
    }
    let queued = pending.push(request(object, call, overlapped));
    queued.map_err(|_| Status::INVALID_HANDLE)
}

/// The request is pending from now on.
#[inline]
fn request<C: Call>(object: &impl Keep<Object>, call: C, overlapped: Overlapped) -> Request<C> {
    if let Some(block) = overlapped.status_block {
        block.begin();
    }
    let thread_id = thread::current_id();
    Request { irp: Irp { file: object.keep(), thread_id, overlapped }, call }
}

/// Performs a call without an OVERLAPPED: blocks until it is done, unless the socket is
/// non-blocking; then what has begun is done to its end in the background, or the call refused.
///
/// # Errors
/// `DEVICE_NOT_READY` where it would have to block; `IO_TIMEOUT` after the deadline; `USER_APC`
/// when APCs are due: the caller delivers them with nothing held and calls again.
pub fn perform<C: Call, F: First<C>>(
    object: &Pinned<'_, Object>,
    file: &File,
    call: &mut F,
    deadline: Deadline,
) -> Result<Outcome> {
    let socket = file.socket()?;
    let events = call.events();
    let heeds_mode = call.heeds_mode();
    let done = socket.block(deadline, heeds_mode, || {
        let mut side = C::side(socket).lock();
        call.permit(socket)?;
        if !side.is_idle() {
            return Ok(Err(PollFlags::empty()));
        }
        // The kernel is asked each time: an event that lies in the port's set is not known here,
        // but select or FD_CLOSE may have told the program of it.
        match call.attempt(socket, &mut side.state, false) {
            Attempt::Done(end) => return end.map(Ok),
            Attempt::Wait => {}
            // Such calls need an OVERLAPPED; the surface has seen to that.
            Attempt::Aside => return Err(Status::INVALID_PARAMETER),
        }
        if socket.is_non_blocking()
            && let Some((rest, outcome)) = call.take_over()
        {
            queue(&mut side, object, file, rest, Overlapped::internal(), false)?;
            drop(side);
            file.look_after(true);
            return Ok(Ok(outcome));
        }
        Ok(Err(events))
    });
    socket.call_made::<C>(call.re_enables(), done.err());
    done
}

impl Socket {
    /// The socket is ready: continue the pending requests of a direction.  `note` changes what the
    /// direction remembers before they are tried.
    #[inline(never)]
    pub(super) fn carry_on<C: Call>(
        &self,
        file: &File,
        timing: Timing,
        note: impl FnOnce(&mut C::State),
    ) {
        let mut guard = C::side(self).lock();
        let side = &mut *guard;
        note(&mut side.state);
        if side.is_idle() {
            return;
        }
        let (pending, state) = side.requests();
        let drained = pending.try_in_place(
            |request| match Call::attempt(&mut request.call, self, state, true) {
                Attempt::Wait => None,
                Attempt::Aside => Some(None),
                Attempt::Done(end) => Some(Some(end)),
            },
            |request, end| match end {
                None => Some(request),
                Some(end) => {
                    request.finish(end, timing);
                    None
                }
            },
        );
        if drained {
            C::drained(self, file, &mut side.state);
            drop(guard);
            self.wake_blocked();
        }
    }

    /// Continues the chosen requests that stand aside.
    pub(super) fn carry_on_aside<C: Call>(&self, timing: Timing, chosen: impl Fn(&C) -> bool) {
        let mut guard = C::side(self).lock();
        let (pending, state) = guard.requests();
        for mut request in pending.take_aside_if(|waiting| chosen(&waiting.call)) {
            match request.call.attempt(self, state, true) {
                Attempt::Done(end) => request.finish(end, timing),
                Attempt::Wait | Attempt::Aside => pending.push_aside(request),
            }
        }
    }

    /// Ends the chosen pending requests of a direction with this status; how many there were.
    /// What we took over from the program is not a request of the program's and stays.
    pub(super) fn cancel_side<C: Call>(
        &self,
        status: Status,
        chosen: &dyn Fn(&Irp) -> bool,
    ) -> usize {
        self.end_if::<C>(status, &|request| request.irp.is_cancellable() && chosen(&request.irp))
    }

    /// Ends the pending requests with the chosen calls.
    pub(super) fn end_calls<C: Call>(&self, status: Status, chosen: impl Fn(&C) -> bool) {
        self.end_if::<C>(status, &|request| chosen(&request.call));
    }

    fn end_if<C: Call>(&self, status: Status, chosen: &dyn Fn(&Request<C>) -> bool) -> usize {
        let mut side = C::side(self).lock();
        let taken = side.take_if(chosen);
        let count = taken.len();
        for mut request in taken {
            request.call.given_up(self);
            request.finish(Err(status), Timing::LATER);
        }
        count
    }
}
