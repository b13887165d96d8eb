//! AcceptEx: a connection taken into a socket that the program has made before, perhaps with the
//! first data.
//!
//! The request belongs to the listener: it waits in the listener's queue, is cancelled there, and
//! completes to the listener's port.  Once it has a connection and wants data too, it stands aside,
//! so that the next one can accept, and goes on when the *accepted* socket becomes readable.
//!
//! The connection comes into the socket by `dup3`: the descriptor keeps its number, so nobody who
//! uses it at that moment can meet somebody else's file.

use super::address::{self, Encoded};
use super::error;
use super::incoming::{Incoming, IncomingState};
use super::request::Attempt;
use super::socket::{ACCEPTING, CLOSED, CONTEXT_MISSING, DEFERRED, IN_LINUX, Socket};
use crate::io::complete::Timing;
use crate::io::irp::Outcome;
use crate::io::user_memory::{UserBuffer, UserBuffers};
use crate::ob::object::Object;
use crate::status::{Result, Status};
use crate::sys;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrAny, SocketFlags, acceptfrom_with};
use std::sync::Arc;

/// Each address takes so much more than itself in the program's buffer, which is Windows' rule;
/// we keep its length there.
pub const ADDRESS_EXTRA: usize = 16;
/// Where in its area an address begins, after its length.
pub const ADDRESS_OFFSET: usize = 8;

/// A socket that a connection will be accepted into; no other request may have it meanwhile.
struct Reserved {
    object: Arc<Object>,
    /// It has a connection, of which the program does not know yet.
    filled: bool,
}

impl Reserved {
    fn take(object: Arc<Object>, listener: &Arc<Object>) -> Result<Self> {
        let socket = object.file()?.socket()?;
        if !socket.is_stream() || socket.is_bound() || socket.add(ACCEPTING) & ACCEPTING != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        socket.options().lock().awaited_by = Arc::downgrade(listener);
        Ok(Reserved { object, filled: false })
    }

    fn socket(&self) -> Result<&Socket> {
        self.object.file()?.socket()
    }

    /// The connection is the socket's from now on; the program will hear of it later.
    fn fill(&mut self, connection: OwnedFd) -> Result<()> {
        replace(&self.object, &connection)?;
        self.filled = true;
        Ok(())
    }
}

/// Gives a socket another descriptor's open file.
pub(super) fn replace(object: &Arc<Object>, other: &OwnedFd) -> Result<()> {
    let file = object.file()?;
    let was_registered = file.is_registered();
    file.unregister();
    let replaced = sys::net::replace(file.socket()?.fd(), other).map_err(error::general);
    if was_registered {
        file.register(object, true)?;
    }
    replaced
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let Ok(socket) = self.socket() else { return };
        if self.filled {
            // The program will never hear of the connection, so the peer must.  Without a
            // descriptor for the exchange it is told when the program closes the socket.
            let _told_later =
                Socket::descriptor(socket.kind()).and_then(|fresh| replace(&self.object, &fresh));
        }
        socket.remove(ACCEPTING);
    }
}

/// Where AcceptEx puts what: the data, the local and the peer's address, one after the other.
pub struct AcceptArea {
    /// All three.
    pub buffer: UserBuffer,
    /// Bytes for data; 0 does not wait for any.
    pub data: usize,
    /// Bytes for the local address; 0 for none.
    pub local: usize,
    /// Bytes for the peer's address.
    pub remote: usize,
}

impl AcceptArea {
    /// True when the areas have room for addresses of this family.
    fn has_room(&self, family: AddressFamily) -> bool {
        let address = match family {
            AddressFamily::INET => address::IPV4_LENGTH,
            AddressFamily::INET6 => address::IPV6_LENGTH,
            _ => address::UNIX_LENGTH,
        };
        let needed = address + ADDRESS_EXTRA;
        (self.local == 0 || self.local >= needed) && self.remote >= needed
    }

    fn put(&self, offset: usize, length: usize, address: Option<Encoded>) {
        let (Some(address), true) = (address, length > 0) else { return };
        let area = self.buffer.part(offset, length);
        area.put(&(address.bytes().len() as u32).to_ne_bytes());
        area.part(ADDRESS_OFFSET, length).put(address.bytes());
    }
}

/// An AcceptEx.
pub struct AcceptCall(Box<Accept>);

struct Accept {
    reserved: Reserved,
    area: AcceptArea,
}

impl From<AcceptCall> for Incoming {
    fn from(call: AcceptCall) -> Self {
        Incoming::Accept(call)
    }
}

impl AcceptCall {
    /// Takes the next connection of the listener into a socket.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when the socket is bound, connected, without connections, or waits for
    /// one already.
    pub fn new(listener: &Arc<Object>, into: Arc<Object>, area: AcceptArea) -> Result<Self> {
        let reserved = Reserved::take(into, listener)?;
        Ok(AcceptCall(Box::new(Accept { reserved, area })))
    }

    pub(super) fn permit(&self, listener: &Socket) -> Result<()> {
        if listener.has(CLOSED) {
            return Err(Status::INVALID_HANDLE);
        }
        if listener.is_listening() { Ok(()) } else { Err(Status::INVALID_PARAMETER) }
    }

    /// True for the call that accepts into this object.
    fn is_into(&self, object: &Object) -> bool {
        core::ptr::eq(&raw const *self.0.reserved.object, object)
    }

    pub(super) fn attempt(&mut self, listener: &Socket, state: &mut IncomingState) -> Attempt {
        match self.try_it(listener, state) {
            Ok(attempt) => attempt,
            Err(status) => Attempt::Done(Err(status)),
        }
    }

    fn try_it(&mut self, listener: &Socket, state: &mut IncomingState) -> Result<Attempt> {
        let Accept { reserved, area } = &mut *self.0;
        if !reserved.filled {
            if !area.has_room(listener.kind().family) {
                // Noticed when a connection comes, which stays in the queue (semantics 11.2).
                let waiting = listener.has_connection_waiting();
                return if waiting { Err(Status::BUFFER_TOO_SMALL) } else { Ok(Attempt::Wait) };
            }
            let Some((connection, peer)) = listener.next_connection(state)? else {
                return Ok(Attempt::Wait);
            };
            let local = (area.local > 0).then(|| rustix::net::getsockname(&connection));
            let socket = reserved.socket()?;
            if listener.has(IN_LINUX) || socket.has(IN_LINUX) {
                // Linux has given it the listener's; they are its own until the program says that
                // they are the listener's (semantics 11.4).
                sys::option::copy(socket.fd(), connection.as_fd());
            }
            reserved.fill(connection)?;
            let local = local.and_then(|name| address::encode(&name.ok()?));
            let peer = peer.as_ref().and_then(address::encode);
            area.put(area.data, area.local, local);
            area.put(area.data + area.local, area.remote, peer);
        }
        let mut received = 0;
        if area.data > 0 {
            let data = UserBuffers::One(area.buffer.part(0, area.data));
            match sys::net::receive(reserved.socket()?.fd(), &data, 0, 0) {
                Ok((count, _flags)) => received = count,
                Err(Errno::AGAIN) => {
                    reserved.object.file()?.register(&reserved.object, false)?;
                    return Ok(Attempt::Aside);
                }
                Err(error) => return Err(error::general(error)),
            }
        }
        reserved.filled = false;
        let socket = reserved.socket()?;
        socket.add(CONTEXT_MISSING);
        socket.connected();
        Ok(Attempt::Done(Ok(Outcome::bytes(received))))
    }
}

impl Socket {
    /// Takes the next connection, if there is one.
    pub(super) fn next_connection(
        &self,
        _under_lock: &mut IncomingState,
    ) -> Result<Option<(OwnedFd, Option<SocketAddrAny>)>> {
        if self.has(DEFERRED) {
            let mut deferred = self.seldom().deferred.lock();
            let next = deferred.pop_front();
            if deferred.is_empty() {
                self.remove(DEFERRED);
            }
            if next.is_some() {
                return Ok(next);
            }
        }
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        loop {
            match acceptfrom_with(self.fd(), flags) {
                Ok(accepted) => return Ok(Some(accepted)),
                Err(Errno::AGAIN) => return Ok(None),
                // The peer has gone before we came; the next one, then.
                Err(Errno::CONNABORTED | Errno::INTR | Errno::PROTO) => {}
                Err(error) => return Err(error::general(error)),
            }
        }
    }

    fn has_connection_waiting(&self) -> bool {
        let mut asked = [PollFd::from_borrowed_fd(self.fd(), PollFlags::IN)];
        let found = poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        self.has(DEFERRED) || found.is_ok_and(|found| found > 0)
    }

    /// Something has come for a socket that an AcceptEx holds: its listener goes on.
    pub(super) fn accepted_is_ready(&self, object: &Object, timing: Timing) {
        let listener = self.options().lock().awaited_by.upgrade();
        if let Some(Ok(listener)) = listener.as_ref().map(|listener| listener.file())
            && let Ok(listener) = listener.socket()
        {
            listener.carry_on_aside(timing, |call: &Incoming| is_accept_into(call, object));
        }
    }

    /// The socket that an AcceptEx holds is closed: the request ends.
    pub(super) fn accepted_is_closed(&self) {
        let listener = self.options().lock().awaited_by.upgrade();
        if let Some(Ok(listener)) = listener.as_ref().map(|listener| listener.file())
            && let Ok(listener) = listener.socket()
        {
            let mine = |call: &Incoming| match call {
                Incoming::Accept(call) => {
                    call.0.reserved.socket().is_ok_and(|other| core::ptr::eq(other, self))
                }
                _ => false,
            };
            listener.end_calls(Status::CANCELLED, mine);
        }
    }
}

fn is_accept_into(call: &Incoming, object: &Object) -> bool {
    matches!(call, Incoming::Accept(call) if call.is_into(object))
}
