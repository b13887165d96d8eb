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
use super::request::{self, Attempt, Call, SideGuard, Started};
use super::send::SendCall;
use super::socket::{CLOSED, CONNECTED, RECEIVE_SHUT, RESET, SEND_SHUT, Socket, TRACKED};
use crate::io::complete::{self, Timing};
use crate::io::file::{Binding, File};
use crate::io::irp::{Notify, Overlapped};
use crate::io::user_memory::{StatusBlock, UserBuffer, UserBuffers};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::Result;
use crate::sys::net;

/// True when the connection stands, and nothing of this forbids the call or hears of it.
#[inline]
fn is_plain(socket: &Socket, forbidding: u32) -> bool {
    socket.state() & (CONNECTED | CLOSED | RESET | TRACKED | forbidding) == CONNECTED
}

/// What the general form of the request says of its end.
#[inline]
fn overlapped(block: StatusBlock) -> Overlapped {
    Overlapped { status_block: Some(block), event: None, notify: Notify::Packet }
}

/// What became of a call.
pub enum Tried {
    /// It is not a usual one, and nothing has happened.
    Unusual,
    /// It is done, with so many bytes, and told.
    Done(usize),
    /// It is pending.
    Pending,
    /// What the frame makes of it.
    Started(Result<Started>),
}

/// The call is done: told inside it.
#[inline]
fn done<C: Call>(
    file: &File,
    binding: &Binding,
    side: SideGuard<'_, C>,
    block: StatusBlock,
    count: usize,
) -> Tried {
    complete::deliver_inline(file, binding, block, count);
    // Under the lock, so that packets come in the order of the data.
    drop(side);
    Tried::Done(count)
}

/// Sends.
#[inline]
pub fn send(
    object: &Pinned<'_, Object>,
    file: &File,
    buffer: UserBuffer,
    block: StatusBlock,
) -> Tried {
    let Some((socket, binding)) = file.usual_stream() else { return Tried::Unusual };
    let side: SideGuard<'_, Outgoing> = socket.outgoing.lock();
    if !is_plain(socket, SEND_SHUT) || !side.is_idle() || buffer.length() == 0 {
        return Tried::Unusual;
    }
    let sent = net::send_from(socket.fd(), buffer);
    if sent == Ok(buffer.length()) {
        return done(file, binding, side, block, buffer.length());
    }
    let attempt = sent.err().map_or(Attempt::Wait, |error| socket.send_failed(error));
    let call = SendCall::begun(UserBuffers::One(buffer), sent.unwrap_or(0));
    let overlapped = overlapped(block);
    overlapped.start(file);
    Tried::Started(request::settle::<Outgoing, _>(side, attempt, object, file, call, overlapped))
}

/// Receives.
#[inline]
pub fn receive(
    object: &Pinned<'_, Object>,
    file: &File,
    buffer: UserBuffer,
    block: StatusBlock,
) -> Tried {
    let Some((socket, binding)) = file.usual_stream() else { return Tried::Unusual };
    let mut side: SideGuard<'_, Incoming> = socket.incoming.lock();
    if !is_plain(socket, RECEIVE_SHUT) || !side.is_idle() || buffer.length() == 0 {
        return Tried::Unusual;
    }
    let reported = file.is_registered();
    let attempt = match socket.receive_plain(&mut side.state, buffer, reported) {
        Ok(count) => return done(file, binding, side, block, count),
        Err(attempt) => attempt,
    };
    if let Attempt::Wait = attempt {
        return match wait(side, object, (file, binding), buffer, block) {
            Ok(()) => Tried::Pending,
            Err(status) => Tried::Started(Err(status)),
        };
    }
    let call = ReceiveCall::new(UserBuffers::One(buffer), 0);
    let overlapped = overlapped(block);
    overlapped.start(file);
    Tried::Started(request::settle::<Incoming, _>(side, attempt, object, file, call, overlapped))
}

/// The receive has to wait.  A function of its own, so that neither half of the usual case pays for
/// the other's variables.
#[inline(never)]
fn wait(
    mut side: SideGuard<'_, Incoming>,
    object: &Pinned<'_, Object>,
    (file, binding): (&File, &Binding),
    buffer: UserBuffer,
    block: StatusBlock,
) -> Result<()> {
    file.signal().clear();
    file.register(object, Incoming::WRITES)?;
    if let Some(request) = side.pending.wait_again()
        && let Incoming::Receive(call) = &mut request.call
    {
        *call = ReceiveCall::new(UserBuffers::One(buffer), 0);
        request.begin_again(block);
        drop(side);
        binding.port.may_be_unwatched();
        return Ok(());
    }
    let call = Incoming::Receive(ReceiveCall::new(UserBuffers::One(buffer), 0));
    request::wait_as_usual(side, object, binding, call, block)
}

/// A stream has become readable.  If all that waits for that is one usual receive, it is done;
/// false when there is more to do.
#[inline(never)]
pub(super) fn arrived(file: &File, ended: bool, timing: Timing) -> bool {
    let Some((socket, binding)) = file.usual_stream() else { return false };
    let mut side: SideGuard<'_, Incoming> = socket.incoming.lock();
    side.state.has_become_readable(ended);
    let Some(request) = side.pending.usual() else { return side.is_idle() };
    let Incoming::Receive(call) = &request.call else { return false };
    let Some(block) = request.irp.overlapped.status_block else { return false };
    let Some(buffer) = call.plain_buffer().filter(|_| !socket.has(RESET)) else { return false };
    match socket.receive_plain(&mut side.state, buffer, true) {
        Ok(count) => {
            // Nothing but the request's own memory is given back, so it may be told of first.
            if file.is_plainly_overlapped() {
                complete::deliver_packet(file, binding, block, count, timing);
            } else {
                complete::deliver_by_modes(file, binding, block, count, timing);
            }
            side.pending.usual_has_ended();
        }
        Err(Attempt::Done(end)) => {
            side.pending.drain(|request| {
                request.finish(end, timing);
                None
            });
        }
        Err(Attempt::Wait | Attempt::Aside) => return true,
    }
    drop(side);
    socket.wake_blocked();
    true
}
