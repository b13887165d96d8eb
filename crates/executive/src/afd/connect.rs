//! ConnectEx and DisconnectEx: connecting and disconnecting as requests.
//!
//! Both wait in the socket's outgoing queue, so that a disconnect comes after what is still to be
//! sent.

use super::outgoing::Outgoing;
use super::request::{self, Attempt, Started};
use super::send::SendCall;
use super::socket::{
    ACCEPTING, BOUND, CLOSED, CONNECTED, CONNECTING, CONTEXT_MISSING, INITIATED, NON_BLOCKING,
    RESET, SEND_SHUT, Socket,
};
use super::{accept, error};
use crate::io::file::File;
use crate::io::irp::{Outcome, Overlapped};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use core::net::SocketAddr;
use rustix::io::Errno;
use rustix::net::{self, Shutdown, SocketAddrAny};
use std::sync::Arc;

/// A ConnectEx.
pub struct ConnectCall(Box<Connect>);

struct Connect {
    address: SocketAddrAny,
    begun: bool,
    /// What is sent when the connection is there.
    data: Option<SendCall>,
}

impl From<ConnectCall> for Outgoing {
    fn from(call: ConnectCall) -> Self {
        Outgoing::Connect(call)
    }
}

impl ConnectCall {
    /// Connects to the address, then sends.
    pub fn new(address: SocketAddrAny, data: Option<SendCall>) -> Self {
        ConnectCall(Box::new(Connect { address, begun: false, data }))
    }

    pub(super) fn permit(&self, socket: &Socket) -> Result<()> {
        let state = socket.state();
        if state & CLOSED != 0 {
            return Err(Status::INVALID_HANDLE);
        }
        if state & ACCEPTING != 0 || socket.is_listening() {
            return Err(Status::INVALID_PARAMETER);
        }
        if socket.is_connected() {
            return Err(Status::CONNECTION_ACTIVE);
        }
        if state & CONNECTING != 0 {
            return Err(Status::INVALID_PARAMETER);
        }
        if state & BOUND == 0 { Err(Status::INVALID_PARAMETER) } else { Ok(()) }
    }

    pub(super) fn attempt(&mut self, socket: &Socket) -> Attempt {
        let Connect { address, begun, data } = &mut *self.0;
        if !socket.has(CONNECTED) {
            let connected = if *begun {
                socket.connect_has_ended()
            } else {
                *begun = true;
                socket.add(CONNECTING | CONTEXT_MISSING | INITIATED);
                socket.request_connection(address)
            };
            match connected {
                Ok(true) => {}
                Ok(false) => return Attempt::Wait,
                Err(status) => {
                    if status == Status::CONNECTION_REFUSED {
                        // The loopback answers at once.
                        socket.options().lock().connect_failed = Some(status);
                    }
                    // The socket may try again.
                    socket.remove(CONNECTING | CONTEXT_MISSING);
                    return Attempt::Done(Err(status));
                }
            }
        }
        match data {
            Some(data) => data.attempt(socket),
            None => Attempt::Done(Ok(Outcome::bytes(0))),
        }
    }

    /// Gives up connecting, but not a connection that is there already.
    pub(super) fn given_up(&self, socket: &Socket) {
        if self.0.begun && !socket.has(CONNECTED) {
            socket.abandon_connecting();
        }
    }
}

/// ConnectEx.
///
/// # Errors
/// Those of [`request::start`].
pub fn start(
    object: &Pinned<'_, Object>,
    file: &File,
    call: ConnectCall,
    overlapped: Overlapped,
) -> Result<Started> {
    let socket = file.socket()?;
    // What is refused leaves the network events as they were.
    let _looks = call.permit(socket).is_ok().then(|| socket.connect_begins());
    request::start::<Outgoing>(object, file, call, overlapped)
}

impl Socket {
    /// Asks for a connection; true when it is there at once.
    fn request_connection(&self, address: &SocketAddrAny) -> Result<bool> {
        let begun = match net::connect(self.fd(), address) {
            // Linux tells the end of an earlier attempt once more; this one has not begun.
            Err(Errno::CONNABORTED) => net::connect(self.fd(), address),
            begun => begun,
        };
        match begun {
            Ok(()) => {
                self.connected();
                Ok(true)
            }
            Err(Errno::INPROGRESS | Errno::INTR) => Ok(false),
            Err(error) => Err(error::general(error)),
        }
    }

    /// The connection that was asked for is not to come.  The socket stays bound and may try again.
    fn abandon_connecting(&self) {
        // It fails when the socket is being closed, and then nothing of this matters.
        let _closing = self.dissolve();
        self.remove(CONNECTING | CONTEXT_MISSING | INITIATED);
    }

    /// Has Linux forget the peer, or the attempt to reach it.  The socket stays bound, unless its
    /// port was Linux' choice and somebody else has it by now.
    ///
    /// # Errors
    /// Those of the kernel.
    pub(super) fn dissolve(&self) -> Result<()> {
        let before = net::getsockname(self.fd());
        net::connect_unspec(self.fd()).map_err(error::general)?;
        let port = |name: &SocketAddrAny| SocketAddr::try_from(name.clone()).map(|ip| ip.port());
        if let (Ok(before), Ok(after)) = (before, net::getsockname(self.fd()))
            && let (Ok(before), Ok(0)) = (port(&before), port(&after))
            && before != 0
            && let Ok(mut wanted) = SocketAddr::try_from(after)
        {
            // Linux takes a port back that it has chosen itself.
            wanted.set_port(before);
            if net::bind(self.fd(), &wanted).is_err() {
                self.remove(BOUND);
            }
        }
        Ok(())
    }
}

/// A DisconnectEx.
pub struct DisconnectCall {
    /// The socket's object, if it is to become as good as new.
    reuse: Option<Arc<Object>>,
}

impl From<DisconnectCall> for Outgoing {
    fn from(call: DisconnectCall) -> Self {
        Outgoing::Disconnect(call)
    }
}

impl DisconnectCall {
    /// Ends sending once everything has been sent; with the socket's object, the socket then
    /// becomes as good as new (`TF_REUSE_SOCKET`).
    pub fn new(reuse: Option<Arc<Object>>) -> Self {
        DisconnectCall { reuse }
    }

    pub(super) fn permit(&self, socket: &Socket) -> Result<()> {
        if socket.has(CLOSED) {
            return Err(Status::INVALID_HANDLE);
        }
        if socket.is_stream() && socket.is_connected() {
            Ok(())
        } else {
            Err(Status::INVALID_CONNECTION)
        }
    }

    pub(super) fn attempt(&mut self, socket: &Socket) -> Attempt {
        socket.add(SEND_SHUT);
        match net::shutdown(socket.fd(), Shutdown::Write) {
            // Reset or ended by the peer meanwhile: nothing is left to shut.
            Ok(()) | Err(Errno::NOTCONN) => {}
            Err(error) => return Attempt::Done(Err(error::general(error))),
        }
        let renewed = self.reuse.as_ref().map_or(Ok(()), |object| socket.renew(object));
        Attempt::Done(renewed.map(|()| Outcome::bytes(0)))
    }
}

impl Socket {
    /// Makes the socket as good as new.  One that has connected itself stays bound, as on Windows,
    /// so that it can be given to ConnectEx; but to any port, because the old one may have to wait
    /// for the old connection's last segments.
    fn renew(&self, object: &Arc<Object>) -> Result<()> {
        let fresh = Socket::descriptor(self.kind())?;
        let mut state = self.state() & NON_BLOCKING;
        if self.has(INITIATED) {
            let name = net::getsockname(self.fd()).map_err(error::general)?;
            if let Ok(mut name) = SocketAddr::try_from(name) {
                name.set_port(0);
                net::bind(&fresh, &name).map_err(error::general)?;
                state |= BOUND;
            }
        }
        accept::replace(object, &fresh)?;
        self.remove(CONNECTED | INITIATED | SEND_SHUT | RESET | CONTEXT_MISSING | BOUND);
        self.remove(super::socket::RECEIVE_SHUT);
        self.add(state);
        self.note_disconnected();
        let mut options = self.options().lock();
        let own = options.inherited();
        options.inherit(own);
        Ok(())
    }
}
