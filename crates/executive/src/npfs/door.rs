//! Where other processes come in: the sockets of a pipe's name ([`super::claim`]).
//!
//! ```text
//!   client's process                         server's process (whoever hears of the door)
//!   connect ------------------------------>  accept; is it the same user?
//!                                            the instance that has listened longest
//!   answer <-- status, quotas, page -------  connected, over this socket
//! ```
//!
//! Who waits for an instance (WaitNamedPipe) has a connection that stays open until one listens;
//! then it is told by a byte.

use super::instance::{Client, Instance, Side};
use super::namespace;
use super::queue::Kind;
use super::request::Ends;
use super::wire::Wire;
use crate::io::complete::Timing;
use crate::sys::pipe_page::PipePage;
use core::mem::MaybeUninit;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{Errno, IoSlice};
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags};
use rustix::net::{accept_with, recv, send, sendmsg, sockopt};
use rustix::process::geteuid;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// CreateFile.
    Open,
    /// WaitNamedPipe.
    Wait,
    /// A process that has begun to serve the name too: who waits here looks there.
    Ring,
}

/// The length of the answer: a number that says what it is, whether there is an instance and of
/// which type, and the quotas.
pub const ANSWER: usize = 16;
/// What the answer begins with.
pub const MAGIC: u32 = 0x4C50_0002;
/// No instance listens.
const NONE: u32 = 0;
/// An instance of a byte pipe.
pub const BYTE: u32 = 1;
/// An instance of a message pipe.
pub const MESSAGE: u32 = 2;

/// A socket where connections arrive.
pub struct Door {
    socket: OwnedFd,
    key: String,
    purpose: Purpose,
    /// Other users may come in.
    is_open: bool,
}

/// The answer to who wants to open a pipe: the instance's type and quotas, or that there is none.
pub fn encode(instance: Option<(Kind, [usize; 2])>) -> [u8; ANSWER] {
    let mut answer = [0; ANSWER];
    let (found, quotas) = match instance {
        None => (NONE, [0; 2]),
        Some((Kind::Byte, quotas)) => (BYTE, quotas),
        Some((Kind::Message, quotas)) => (MESSAGE, quotas),
    };
    let [server, client] = quotas.map(|quota| u32::try_from(quota).unwrap_or(u32::MAX));
    let numbers = [MAGIC, found, server, client];
    for (place, number) in answer.chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_ne_bytes());
    }
    answer
}

impl Door {
    pub(super) fn new(socket: OwnedFd, key: String, purpose: Purpose, is_open: bool) -> Self {
        Door { socket, key, purpose, is_open }
    }

    /// The socket.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Connections have arrived.
    pub fn ready(&self, timing: Timing) {
        loop {
            match accept_with(&self.socket, SocketFlags::CLOEXEC) {
                Ok(connection) => self.admit(connection, timing),
                Err(Errno::INTR | Errno::CONNABORTED) => {}
                // Without descriptors who comes has to wait.
                Err(_) => return,
            }
        }
    }

    fn admit(&self, connection: OwnedFd, timing: Timing) {
        let Ok(peer) = sockopt::socket_peercred(&connection) else { return };
        if peer.uid != geteuid() && !self.is_open {
            return;
        }
        let client = Client {
            process_id: peer.pid.as_raw_nonzero().get().unsigned_abs(),
            user: peer.uid.as_raw(),
        };
        let mut ends = Ends::told(timing);
        let mut namespace = namespace::lock();
        if self.purpose == Purpose::Ring {
            return namespace.wake_waiters(&self.key);
        }
        let Some(pipe) = namespace.pipe(&self.key) else { return };
        match self.purpose {
            Purpose::Ring => {}
            Purpose::Wait if pipe.first_listening().is_none() => {
                pipe.waiters.retain(is_there);
                pipe.waiters.push(connection);
            }
            Purpose::Wait => tell(&connection),
            Purpose::Open => {
                let Some(instance) = pipe.first_listening() else {
                    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                    let _gone = send(&connection, &encode(None), flags);
                    return;
                };
                if instance.admit(|| answer(connection, &instance), client, &mut ends) {
                    pipe.forget_listening(&instance);
                }
            }
        }
        drop(namespace);
        ends.wake();
    }
}

/// False when who waited has given up.
fn is_there(waiter: &OwnedFd) -> bool {
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    recv(waiter, &mut [0_u8], flags).map(|(count, _)| count) == Err(Errno::AGAIN)
}

/// Tells who waits that an instance listens.
pub fn tell(waiter: &OwnedFd) {
    let _gone = send(waiter, b"1", SendFlags::DONTWAIT | SendFlags::NOSIGNAL);
}

/// Gives the client what it needs; None when it has gone, or nothing can be given.
fn answer(connection: OwnedFd, instance: &Instance) -> Option<Wire> {
    instance.set_descriptor(&connection).ok()?;
    let (page, file) = PipePage::create().ok()?;
    let quotas = [instance.quota(Side::Server), instance.quota(Side::Client)];
    let files = [file.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    control.push(SendAncillaryMessage::ScmRights(&files));
    let answer = encode(Some((instance.settings().kind, quotas)));
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    sendmsg(&connection, &[IoSlice::new(&answer)], &mut control, flags).ok()?;
    Some(Wire::new(connection, page, Side::Server, instance.quota(Side::Client)))
}
