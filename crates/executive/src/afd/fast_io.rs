//! Fast I/O, which NT's drivers have beside their request path: a stream's overlapped send or
//! receive in its usual form, in one piece.
//!
//! Usual is one buffer, no flags, no event, no routine, a port that is told, and nothing else going
//! on in that direction.  What is not usual is left to the frame ([`super::request`]) before
//! anything has happened, and what does not end at once goes on there, save the usual receive: if
//! it is still alone when data comes, it ends in its place ([`arrived`]).

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::receive::ReceiveCall;
use super::request::{self, Attempt, Call, Started};
use super::send::SendCall;
use super::side::{Side, SideGuard, Waiting};
use super::socket::{CLOSED, CONNECTED, RECEIVE_SHUT, RESET, SEND_SHUT, Socket, TRACKED};
use crate::afd;
use crate::engine::{Readiness, Registration};
use crate::io::complete::{self, Timing};
use crate::io::file::{File, UsualFile};
use crate::io::irp::{Notify, Overlapped};
use crate::io::status_block::OverlappedBlock;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::ke::biased_mutex::Guard;
use crate::ob::object::Object;
use crate::ob::table::{Keep, Kept};
use crate::ob::{handle, hazard};
use crate::status::{Result, Status};
use crate::sys::net;
use rustix::io::Errno;

/// True when the connection stands, and nothing of this forbids the call or hears of it.
#[inline]
fn is_plain(socket: &Socket, forbidding: u32) -> bool {
    socket.state() & (CONNECTED | CLOSED | RESET | TRACKED | forbidding) == CONNECTED
}

/// What the general form of the request says of its end.
#[inline]
fn overlapped(block: OverlappedBlock) -> Overlapped {
    Overlapped { status_block: Some(block.into()), event: None, notify: Notify::Packet }
}

/// What the surface makes of a call's end.  Each end has its own function, and is told when nothing
/// is held any more, so that the compiler leads each from the kernel's answer to the program.
pub trait Answer {
    /// What the call returns.
    type Result;

    /// It is done, with so many bytes, and told.
    fn done(self, bytes: usize) -> Self::Result;

    /// It is pending.
    fn pending(self) -> Self::Result;

    /// It has failed.
    fn failed(self, status: Status) -> Self::Result;

    /// It is not a usual one, and nothing has happened.
    fn unusual(self) -> Self::Result;
}

/// What a call has come to that is not told at once.
enum End {
    Done(usize),
    Pending,
    Failed(Status),
    Unusual,
}

impl From<Result<Started>> for End {
    fn from(started: Result<Started>) -> Self {
        match started {
            // A stream's usual call has no warning to end with, nor flags.
            Ok(Started::Done(outcome)) => End::Done(outcome.information),
            Ok(Started::Pending) => End::Pending,
            Err(status) => End::Failed(status),
        }
    }
}

#[inline(always)]
fn tell<A: Answer>(answer: A, end: End) -> A::Result {
    match end {
        End::Done(bytes) => answer.done(bytes),
        End::Pending => answer.pending(),
        End::Failed(status) => answer.failed(status),
        End::Unusual => answer.unusual(),
    }
}

/// What a handle leads to, if that is an overlapped stream that has a port.
#[inline(always)]
fn stream(object: &Object) -> Option<(&Socket, UsualFile<'_>)> {
    object.file().ok()?.usual_stream()
}

/// Sends on the stream behind a handle.
#[inline(always)]
pub fn send<A: Answer>(
    handle: usize,
    buffer: UserBuffer,
    block: OverlappedBlock,
    answer: A,
) -> A::Result {
    'by_notes: {
        let own = hazard::at_hand();
        let Some(pinned) = handle::lookup_noted(handle, own) else { break 'by_notes };
        'usual: {
            let Some((socket, usual)) = stream(&pinned) else { break 'usual };
            let Some(side) = socket.outgoing.lock_noted(own) else { break 'usual };
            if !may_send(socket, &side) {
                break 'usual;
            }
            let sent = net::send_from(socket.fd(), buffer);
            if sent == Ok(buffer.length()) {
                complete::deliver_usual(usual, block, buffer.length(), Timing::INLINE);
                // Under the lock, so that packets come in the order of the data.
                drop(side);
                pinned.give_back();
                return answer.done(buffer.length());
            }
            let end = send_goes_on(pinned.kept(), side.into(), (buffer, sent), block).into();
            pinned.give_back();
            return tell(answer, end);
        }
        pinned.give_back();
    }
    tell(answer, send_by_anybody(handle, buffer, block))
}

/// As [`send`], where the thread's own places do not do for the pin and the lock.
#[cold]
#[inline(never)]
fn send_by_anybody(handle: usize, buffer: UserBuffer, block: OverlappedBlock) -> End {
    let Ok(pinned) = handle::lookup(handle) else { return End::Unusual };
    let Some((socket, usual)) = stream(&pinned) else { return End::Unusual };
    let side = socket.outgoing.lock();
    if !may_send(socket, &side) {
        return End::Unusual;
    }
    let sent = net::send_from(socket.fd(), buffer);
    if sent == Ok(buffer.length()) {
        complete::deliver_usual(usual, block, buffer.length(), Timing::INLINE);
        return End::Done(buffer.length());
    }
    send_goes_on(pinned.kept(), side, (buffer, sent), block).into()
}

#[inline(always)]
fn may_send(socket: &Socket, side: &Side<Outgoing>) -> bool {
    is_plain(socket, SEND_SHUT) && side.is_idle()
}

/// Not everything is sent.
#[cold]
#[inline(never)]
fn send_goes_on(
    object: Kept<'_, Object>,
    side: SideGuard<'_, Outgoing>,
    (buffer, sent): (UserBuffer, core::result::Result<usize, Errno>),
    block: OverlappedBlock,
) -> Result<Started> {
    let file = object.file()?;
    let refused = |error| file.socket().map(|socket| socket.send_failed(error));
    let attempt = sent.err().map_or(Ok(Attempt::Wait), refused)?;
    let call = SendCall::begun(UserBuffers::One(buffer), sent.unwrap_or(0));
    let overlapped = overlapped(block);
    overlapped.start(file);
    request::settle::<Outgoing, _>(side, attempt, &object, file, call, overlapped)
}

/// Receives from the stream behind a handle.
#[inline(always)]
pub fn receive<A: Answer>(
    handle: usize,
    buffer: UserBuffer,
    block: OverlappedBlock,
    answer: A,
) -> A::Result {
    'by_notes: {
        let own = hazard::at_hand();
        let Some(pinned) = handle::lookup_noted(handle, own) else { break 'by_notes };
        'usual: {
            let Some((socket, usual)) = stream(&pinned) else { break 'usual };
            let Some(mut side) = socket.incoming.lock_noted(own) else { break 'usual };
            if !is_plain(socket, RECEIVE_SHUT) {
                break 'usual;
            }
            if waits_at_once(usual, &mut side, buffer, block) {
                drop(side);
                usual.binding.port.may_be_unwatched();
                pinned.give_back();
                return answer.pending();
            }
            let end = receive_now(pinned.kept(), side, buffer, block);
            pinned.give_back();
            return tell(answer, end);
        }
        pinned.give_back();
    }
    tell(answer, receive_by_anybody(handle, buffer, block))
}

/// As [`receive`], where the thread's own places do not do for the pin and the lock.
#[cold]
#[inline(never)]
fn receive_by_anybody(handle: usize, buffer: UserBuffer, block: OverlappedBlock) -> End {
    let Ok(pinned) = handle::lookup(handle) else { return End::Unusual };
    let Some((socket, _)) = stream(&pinned) else { return End::Unusual };
    let side = socket.incoming.lock();
    if !is_plain(socket, RECEIVE_SHUT) {
        return End::Unusual;
    }
    receive_now(pinned.kept(), side, buffer, block)
}

/// There may be something to receive.  A function of its own, so that who waits at once, as a
/// server that has answered does, need not keep anything for it.
#[inline(never)]
fn receive_now<'a, H>(
    object: Kept<'_, Object>,
    mut side: Guard<'a, Side<Incoming>, H>,
    buffer: UserBuffer,
    block: OverlappedBlock,
) -> End
where
    SideGuard<'a, Incoming>: From<Guard<'a, Side<Incoming>, H>>,
{
    let Some((socket, usual)) = stream(&object) else { return End::Unusual };
    if !side.is_idle() {
        return End::Unusual;
    }
    match socket.receive_plain(&mut side.state, buffer, usual.file.is_registered()) {
        Ok(count) => {
            // Under the lock, so that packets come in the order of the data.
            complete::deliver_usual(usual, block, count, Timing::INLINE);
            End::Done(count)
        }
        Err(Attempt::Wait) if waits_at_once(usual, &mut side, buffer, block) => {
            drop(side);
            usual.binding.port.may_be_unwatched();
            End::Pending
        }
        Err(attempt) => receive_goes_on(object, side.into(), (buffer, attempt), block).into(),
    }
}

/// The receive has to wait, and it is known: it does, in the place of another that has ended.
#[inline(always)]
fn waits_at_once(
    usual: UsualFile<'_>,
    side: &mut Side<Incoming>,
    buffer: UserBuffer,
    block: OverlappedBlock,
) -> bool {
    if side.state.readable || !side.usual.has_ended() || !usual.file.is_registered() {
        return false;
    }
    usual.file.signal().clear();
    side.usual.wait(Waiting { block, buffer });
    true
}

/// There is no connection any more, or nothing to receive, and the request is the first to wait.
#[cold]
#[inline(never)]
fn receive_goes_on(
    object: Kept<'_, Object>,
    mut side: SideGuard<'_, Incoming>,
    (buffer, attempt): (UserBuffer, Attempt),
    block: OverlappedBlock,
) -> Result<Started> {
    let file = object.file()?;
    let call = ReceiveCall::new(UserBuffers::One(buffer), 0);
    let overlapped = overlapped(block);
    overlapped.start(file);
    if let (Attempt::Wait, Some((_, usual))) = (&attempt, file.usual_stream()) {
        file.register(&object, Incoming::WRITES)?;
        side.wait_as_usual(object.keep(), Waiting { block, buffer })?;
        drop(side);
        usual.binding.port.may_be_unwatched();
        return Ok(Started::Pending);
    }
    request::settle::<Incoming, _>(side, attempt, &object, file, call, overlapped)
}

/// Data has come for what is registered.  If it is a stream, and all that waits there is one usual
/// receive, that is done; false when there is more to do.
#[inline(always)]
pub fn arrived(registration: Registration, timing: Timing) -> bool {
    let own = hazard::at_hand();
    let Some(pinned) = registration.object_noted(own) else { return false };
    'usual: {
        let Some((socket, usual)) = stream(&pinned) else { break 'usual };
        let Some(mut side) = socket.incoming.lock_noted(own) else { break 'usual };
        if !take_arrived(socket, usual, &mut side, false, timing) {
            break 'usual;
        }
        drop(side);
        if socket.has_company() {
            tell_company(&pinned, socket, timing);
        }
        pinned.give_back();
        return true;
    }
    pinned.give_back();
    false
}

#[cold]
#[inline(never)]
fn tell_company(object: &Object, socket: &Socket, timing: Timing) {
    socket.wake_blocked();
    if socket.has_others_to_tell() {
        afd::tell_others(object, socket, Readiness::DATA, timing);
    }
}

/// As [`arrived`], where there may be more to know, and the thread's own places do not do.
#[inline(never)]
pub(super) fn arrived_anyhow(file: &File, ended: bool, timing: Timing) -> bool {
    let Some((socket, usual)) = file.usual_stream() else { return false };
    let mut side = socket.incoming.lock();
    if !take_arrived(socket, usual, &mut side, ended, timing) {
        return side.is_idle();
    }
    drop(side);
    socket.wake_blocked();
    true
}

/// Lets the usual receive that waits alone have what has come; false when there is none.
#[inline(always)]
fn take_arrived(
    socket: &Socket,
    usual: UsualFile<'_>,
    side: &mut Side<Incoming>,
    ended: bool,
    timing: Timing,
) -> bool {
    side.state.has_become_readable(ended);
    let Some(Waiting { block, buffer }) = side.usual.waiting() else { return false };
    if socket.has(RESET) {
        return false;
    }
    match socket.receive_plain(&mut side.state, buffer, true) {
        Ok(count) => {
            // Nothing but the request's own place is given back, so it may be told of first.
            complete::deliver_usual(usual, block, count, timing);
            side.usual.end();
        }
        Err(attempt) => nothing_has_arrived(side, attempt, timing),
    }
    true
}

#[cold]
fn nothing_has_arrived(side: &mut Side<Incoming>, attempt: Attempt, timing: Timing) {
    if let Attempt::Done(end) = attempt {
        side.requests().0.drain(|request| {
            request.finish(end, timing);
            None
        });
    }
}
