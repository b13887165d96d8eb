//! Fast I/O, which NT's drivers have beside their request path: a stream's overlapped send or
//! receive in its usual form, in one piece.
//!
//! Usual is one buffer, no flags, no event, no routine, a port that is told, and nothing else going
//! on in that direction.  What is not usual is left to the frame ([`super::request`]) before
//! anything has happened, and what does not end at once goes on there.

use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::receive::ReceiveCall;
use super::request::{self, Attempt, Side, Started};
use super::send::SendCall;
use super::socket::{CLOSED, CONNECTED, RECEIVE_SHUT, RESET, SEND_SHUT, Socket, TRACKED};
use crate::io::complete;
use crate::io::file::{Binding, File};
use crate::io::irp::{Notify, Outcome, Overlapped};
use crate::io::user_memory::{StatusBlock, UserBuffer, UserBuffers};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::Result;
use crate::sync::MutexGuard;
use crate::sys::net;

/// The socket and the port, if this is an overlapped stream with one.
#[inline]
fn usual(file: &File) -> Option<(&Socket, &Binding)> {
    let socket = file.socket().ok()?;
    let binding = file.binding()?;
    (file.is_overlapped() && socket.is_stream()).then_some((socket, binding))
}

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

/// The call is done: told inside it.
#[inline]
fn done<S>(
    file: &File,
    binding: &Binding,
    side: MutexGuard<'_, S>,
    block: StatusBlock,
    count: usize,
) -> Result<Started> {
    let outcome = Outcome::bytes(count);
    complete::deliver_inline(file, binding, block, outcome);
    // Under the lock, so that packets come in the order of the data.
    drop(side);
    Ok(Started::Done(outcome))
}

/// Sends; None when this is not a usual send, and nothing has happened.
///
/// # Errors
/// As [`request::start`].
#[inline]
pub fn send(
    object: &Pinned<'_, Object>,
    file: &File,
    buffer: UserBuffer,
    block: StatusBlock,
) -> Option<Result<Started>> {
    let (socket, binding) = usual(file)?;
    let side: MutexGuard<'_, Side<Outgoing>> = socket.outgoing.lock();
    if !is_plain(socket, SEND_SHUT) || !side.is_idle() || buffer.length() == 0 {
        return None;
    }
    let sent = net::send_from(socket.fd(), buffer);
    if sent == Ok(buffer.length()) {
        return Some(done(file, binding, side, block, buffer.length()));
    }
    let attempt = sent.err().map_or(Attempt::Wait, |error| socket.send_failed(error));
    let call = SendCall::begun(UserBuffers::One(buffer), sent.unwrap_or(0));
    let overlapped = overlapped(block);
    overlapped.start(file);
    Some(request::settle::<Outgoing, _>(side, attempt, object, file, call, overlapped))
}

/// Receives; None when this is not a usual receive, and nothing has happened.
///
/// # Errors
/// As [`request::start`].
#[inline]
pub fn receive(
    object: &Pinned<'_, Object>,
    file: &File,
    buffer: UserBuffer,
    block: StatusBlock,
) -> Option<Result<Started>> {
    let (socket, binding) = usual(file)?;
    let mut side: MutexGuard<'_, Side<Incoming>> = socket.incoming.lock();
    if !is_plain(socket, RECEIVE_SHUT) || !side.is_idle() || buffer.length() == 0 {
        return None;
    }
    let reported = file.is_registered();
    let attempt = match socket.receive_plain(&mut side.state, buffer, reported) {
        Ok(count) => return Some(done(file, binding, side, block, count)),
        Err(attempt) => attempt,
    };
    let call = ReceiveCall::new(UserBuffers::One(buffer), 0);
    let overlapped = overlapped(block);
    overlapped.start(file);
    Some(request::settle::<Incoming, _>(side, attempt, object, file, call, overlapped))
}
