//! An instance of a pipe: its state, and what is between its two ends.
//!
//! ```text
//!               open                 client closes
//!   Listening --------> Connected ------------------> Closing
//!      ^  |                 |                            |
//!      |  | disconnect      | disconnect                 | disconnect
//!      |  v                 v                            v
//!   Disconnected <---------------------------------------'
//!      (listen leads back)
//! ```
//!
//! When the server closes first, the state is Closing too, and the client reads what is left.

use super::pipe::Settings;
use super::queue::{Queue, ReadMode};
use super::request::Ends;
use super::wire::Wire;
use crate::io::irp::{Irp, Outcome};
use crate::io::user_memory::UserBuffer;
use crate::status::{Result, Status};
use crate::sync::{Mutex, MutexGuard};
use crate::sys::net;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::OnceLock;

/// An end of a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What `CreateNamedPipe` made.
    Server = 0,
    /// What `CreateFile` opened.
    Client = 1,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::Server => Side::Client,
            Side::Client => Side::Server,
        }
    }
}

/// `FILE_PIPE_…_STATE`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is no client, and none can come.
    Disconnected = 1,
    /// A client can open it.
    Listening = 2,
    /// Both ends are open.
    Connected = 3,
    /// One end has been closed.
    Closing = 4,
}

/// How an end is read, and whether its calls wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modes {
    /// `PIPE_READMODE_…`
    pub read: ReadMode,
    /// `PIPE_NOWAIT`: calls that would have to wait fail.
    pub no_wait: bool,
}

impl Modes {
    /// What a client begins with.
    pub const CLIENT: Modes = Modes { read: ReadMode::Byte, no_wait: false };
}

/// Who has opened the client's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its process.
    pub process_id: u32,
    /// Its Linux user.
    pub user: u32,
}

impl Client {
    /// The caller.
    pub fn of_this_process() -> Self {
        let user = rustix::process::geteuid().as_raw();
        Client { process_id: std::process::id(), user }
    }
}

/// Where the end is that an operation of the other one has to reach.
pub enum Peer {
    /// In this process: both queues are here.
    Local,
    /// In another process.
    Remote(Box<Wire>),
}

/// Everything under the instance's lock.
pub struct Inner {
    pub(super) state: State,
    /// Which client it is that is connected, or was last.
    pub(super) serial: u64,
    /// By the side that reads.
    pub(super) queues: [Queue<Irp>; 2],
    pub(super) modes: [Modes; 2],
    pub(super) listens: Vec<Irp>,
    pub(super) client: Option<Client>,
    /// The process of the server.
    pub(super) server_process_id: u32,
    /// The server has read something, so it may be the client's deputy.
    pub(super) was_read: bool,
    pub(super) server_is_open: bool,
    pub(super) peer: Peer,
}

impl Inner {
    /// What this side reads.
    pub(super) fn inbound(&mut self, side: Side) -> &mut Queue<Irp> {
        &mut self.queues[side as usize]
    }

    /// What this side has written.
    pub(super) fn outbound(&mut self, side: Side) -> &mut Queue<Irp> {
        self.inbound(side.other())
    }

    /// How this side reads, and whether it waits.
    pub(super) fn modes(&mut self, side: Side) -> &mut Modes {
        &mut self.modes[side as usize]
    }

    /// This side reads, or is about to: a server then knows who its client is.
    pub(super) fn reads(&mut self, side: Side) {
        self.was_read |= side == Side::Server;
    }

    /// This side has read something.
    pub(super) fn has_read(&mut self, side: Side) {
        self.reads(side);
        if let Peer::Remote(wire) = &mut self.peer {
            wire.consumed(self.queues[side as usize].progress());
        }
    }

    /// This side has written something, which is in the mirror.  False when the other end has gone.
    pub(super) fn has_written(&mut self, bytes: UserBuffer) -> bool {
        match &mut self.peer {
            Peer::Local => true,
            Peer::Remote(wire) => wire.deliver(bytes),
        }
    }

    /// A client opens the instance, which listens; returns its number.
    pub(super) fn connect(&mut self, client: Client, ends: &mut Ends) -> u64 {
        debug_assert_eq!(self.state, State::Listening);
        self.state = State::Connected;
        self.serial += 1;
        self.client = Some(client);
        self.was_read = false;
        self.modes[Side::Client as usize] = Modes::CLIENT;
        self.queues.iter_mut().for_each(Queue::renew);
        for irp in self.listens.drain(..) {
            ends.finish(irp, Outcome::bytes(0));
        }
        self.serial
    }

    /// As [`Inner::connect`], over a connection with another process.
    fn connect_remote(&mut self, wire: Wire, client: Client, ends: &mut Ends) -> u64 {
        let other = wire.side().other();
        let serial = self.connect(client, ends);
        self.queues[other as usize].renew_as_mirror();
        self.peer = Peer::Remote(Box::new(wire));
        serial
    }

    /// Ends every request of both ends, and forgets what was not read.
    pub(super) fn disconnect(&mut self, ends: &mut Ends) {
        for queue in &mut self.queues {
            let readers = queue.take_reads(&|_| true);
            for irp in queue.discard().into_iter().chain(readers) {
                ends.finish(irp, Outcome::of(Status::PIPE_DISCONNECTED));
            }
        }
        for irp in self.listens.drain(..) {
            ends.finish(irp, Outcome::of(Status::PIPE_DISCONNECTED));
        }
        self.state = State::Disconnected;
        self.client = None;
        // The client that is still there finds that it is not the one.
        self.serial += 1;
        if let Peer::Remote(wire) = &mut self.peer {
            wire.disconnect();
        }
        self.peer = Peer::Local;
    }

    /// Ends the chosen requests of one end.
    pub(super) fn cancel(
        &mut self,
        side: Side,
        status: Status,
        chosen: &dyn Fn(&Irp) -> bool,
        ends: &mut Ends,
    ) -> usize {
        let mut cancelled = self.inbound(side).take_reads(chosen);
        let outbound = self.outbound(side);
        let writes = outbound.take_writes(chosen, &mut |irp, outcome| ends.finish(irp, outcome));
        cancelled.extend(writes);
        cancelled.extend(outbound.take_flushes(chosen));
        if side == Side::Server {
            cancelled.extend(self.listens.extract_if(.., |irp| chosen(irp)));
        }
        let count = cancelled.len();
        for irp in cancelled {
            ends.finish(irp, Outcome::of(status));
        }
        count
    }

    /// One end is closed: its requests are cancelled, the other's learn that nobody is left, and
    /// what it has written can still be read.
    pub(super) fn close(&mut self, side: Side, ends: &mut Ends) {
        let cancelled = self.cancel(side, Status::CANCELLED, &|_| true, ends);
        if side == Side::Server {
            self.server_is_open = false;
        }
        if self.state != State::Connected {
            return;
        }
        self.state = State::Closing;
        let lost = self.outbound(side).take_reads(&|_| true);
        let unread = self.inbound(side).discard();
        for irp in lost.into_iter().chain(unread) {
            ends.finish(irp, Outcome::of(Status::PIPE_BROKEN));
        }
        let Peer::Remote(wire) = &mut self.peer else { return };
        wire.push();
        if side != wire.side() || cancelled > 0 || !wire.has_outbox() {
            wire.end();
        } else if let Peer::Remote(wire) = core::mem::replace(&mut self.peer, Peer::Local) {
            ends.close_patiently(wire);
        }
    }
}

/// An instance.
pub struct Instance {
    /// The pipe's name as the namespace has it.
    key: String,
    settings: Settings,
    /// Bytes that may wait for the server, and for the client.
    quotas: [usize; 2],
    inner: Mutex<Inner>,
    /// The connection to another process, for who waits for it: it keeps its number when one
    /// follows the other.
    descriptor: OnceLock<OwnedFd>,
}

impl Instance {
    /// An instance that listens.  The quotas are those of what the server reads and of what the
    /// client reads.
    pub fn new(key: String, settings: Settings, modes: Modes, quotas: [usize; 2]) -> Self {
        let inner = Inner {
            state: State::Listening,
            serial: 0,
            queues: quotas.map(|quota| Queue::new(settings.kind, quota)),
            modes: [modes, Modes::CLIENT],
            listens: Vec::new(),
            client: None,
            server_process_id: std::process::id(),
            was_read: false,
            server_is_open: true,
            peer: Peer::Local,
        };
        let (inner, descriptor) = (Mutex::new(inner), OnceLock::new());
        Instance { key, settings, quotas, inner, descriptor }
    }

    /// What to wait for, once there was a peer in another process.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.descriptor.get().map(AsFd::as_fd)
    }

    /// The next connection is this.
    ///
    /// # Errors
    /// `TOO_MANY_OPENED_FILES`.
    pub(super) fn set_descriptor(&self, connection: &OwnedFd) -> Result<()> {
        let failure = |_| Status::TOO_MANY_OPENED_FILES;
        match self.descriptor.get() {
            Some(own) => net::replace(own.as_fd(), connection).map_err(failure),
            None => {
                let own = connection.try_clone().map_err(|_| Status::TOO_MANY_OPENED_FILES)?;
                // Only one comes at a time.
                let _first = self.descriptor.set(own);
                Ok(())
            }
        }
    }

    /// A client of another process has come.  It is answered under the lock, so that nobody finds
    /// the instance still listening when the client knows better.  False when it has gone.
    pub(super) fn admit(
        &self,
        answer: impl FnOnce() -> Option<Wire>,
        client: Client,
        ends: &mut Ends,
    ) -> bool {
        let mut inner = self.lock();
        let Some(wire) = answer() else { return false };
        inner.connect_remote(wire, client, ends);
        true
    }

    /// The other end is in another process.
    pub(super) fn connect_remote(&self, wire: Wire, client: Client, ends: &mut Ends) -> u64 {
        self.lock().connect_remote(wire, client, ends)
    }

    /// The server is in that process.
    pub(super) fn set_server_process_id(&self, process_id: u32) {
        self.lock().server_process_id = process_id;
    }

    /// The pipe's name as the namespace has it.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// What the pipe was when the instance was made.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How much may wait for this side to read it.
    pub fn quota(&self, side: Side) -> usize {
        self.quotas[side as usize]
    }

    /// Takes the lock.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }
}
