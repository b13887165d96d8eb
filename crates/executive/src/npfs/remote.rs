//! A client of another process's pipe: opening it, waiting for it.

use super::claim::{self, Found};
use super::door::{ANSWER, BYTE, MAGIC, MESSAGE, Purpose};
use super::end::End;
use super::instance::{Client, Instance, Modes, Side};
use super::namespace::{self, Patience};
use super::pipe::Settings;
use super::queue::Kind;
use super::request::Ends;
use super::wire::Wire;
use crate::fs::error::general;
use crate::fs::rights::{READ_DATA, WRITE_DATA};
use crate::ke::deadline::Deadline;
use crate::ke::descriptor_wait::FdWait;
use crate::ke::thread::Thread;
use crate::status::{Result, Status};
use crate::sys::pipe_page::PipePage;
use core::mem::MaybeUninit;
use rustix::event::PollFlags;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::{Errno, IoSliceMut};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recv, recvmsg};
use std::sync::Arc;

/// How long a server may take to answer: its own thread for that does nothing else.
const ANSWER_TIME_MS: u32 = 10_000;

/// Waits until there is something to receive, or the end.
///
/// # Errors
/// `IO_TIMEOUT`; `CANCELLED` (CancelSynchronousIo).
pub(crate) fn await_answer(socket: &impl AsFd, deadline: Deadline) -> Result<()> {
    let thread = Thread::current();
    loop {
        match thread.wait_for_fd(socket.as_fd(), PollFlags::IN, deadline, false) {
            FdWait::Ready => return Ok(()),
            FdWait::TimedOut => return Err(Status::IO_TIMEOUT),
            FdWait::Cancelled => return Err(Status::CANCELLED),
            FdWait::Woken | FdWait::Alerted => {}
        }
    }
}

/// What the server has answered: the instance's type, its quotas and the page.
///
/// # Errors
/// `PIPE_NOT_AVAILABLE` when no instance listens, `OBJECT_NAME_NOT_FOUND` when the server has gone
/// meanwhile, `ACCESS_DENIED` for what no server of ours says.
fn take_answer(socket: &OwnedFd) -> Result<(Kind, [usize; 2], PipePage)> {
    let mut answer = [0; ANSWER];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let received = recvmsg(socket, &mut [IoSliceMut::new(&mut answer)], &mut control, flags);
    let count = match received {
        Ok(received) => received.bytes,
        Err(Errno::CONNRESET) => 0,
        Err(error) => return Err(general(error)),
    };
    let number = |at: usize| {
        let [a, b, c, d] = [answer[at], answer[at + 1], answer[at + 2], answer[at + 3]];
        u32::from_ne_bytes([a, b, c, d])
    };
    match count {
        0 => return Err(Status::OBJECT_NAME_NOT_FOUND),
        ANSWER if number(0) == MAGIC => {}
        _ => return Err(Status::ACCESS_DENIED),
    }
    let kind = match number(4) {
        BYTE => Kind::Byte,
        MESSAGE => Kind::Message,
        _ => return Err(Status::PIPE_NOT_AVAILABLE),
    };
    let file = control.drain().find_map(|record| match record {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    let page = PipePage::open(&file.ok_or(Status::ACCESS_DENIED)?)?;
    Ok((kind, [number(8) as usize, number(12) as usize], page))
}

/// Opens the client's end of an instance that another process has, at the door of the one whose
/// instance has listened longest, and at the others' if it is too late there.
///
/// # Errors
/// As for [`namespace::open`].
pub fn open(name: &str, access: u32) -> Result<End> {
    let key = namespace::key(name);
    claim::find(&key, name, |found| {
        let possible = found.reading.settings.configuration.data_rights(Side::Client);
        let is_possible = access & (READ_DATA | WRITE_DATA) & !possible == 0;
        let mut result = Err(Status::OBJECT_NAME_NOT_FOUND);
        for seat in &found.reading.seats {
            let opened = match is_possible {
                true => open_at(found, *seat, &key, access),
                false => found.reach(Purpose::Wait, *seat).and(Err(Status::ACCESS_DENIED)),
            };
            match opened {
                Err(Status::OBJECT_NAME_NOT_FOUND) => {}
                Err(Status::PIPE_NOT_AVAILABLE) => result = Err(Status::PIPE_NOT_AVAILABLE),
                other => return other,
            }
        }
        result
    })
}

fn open_at(found: &Found, seat: usize, key: &str, access: u32) -> Result<End> {
    let (socket, process_id) = found.reach(Purpose::Open, seat)?;
    await_answer(&socket, Deadline::after_milliseconds(ANSWER_TIME_MS))?;
    let (kind, quotas, page) = take_answer(&socket)?;
    let settings = Settings { kind, ..found.reading.settings.clone() };
    let key = claim::foreign_key(key);
    let instance = Arc::new(Instance::new(key, settings, Modes::CLIENT, quotas));
    instance.set_descriptor(&socket)?;
    let wire = Wire::new(socket, page, Side::Client, quotas[Side::Server as usize]);
    let serial = instance.connect_remote(wire, Client::of_this_process(), &mut Ends::default());
    instance.set_server_process_id(process_id);
    Ok(End::new(instance, Side::Client, serial, access))
}

/// How many instances other processes have of a name.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, `ACCESS_DENIED` for what was planted.
pub fn instances(key: &str) -> Result<u32> {
    claim::find(key, key, |found| Ok(found.reading.servers))
}

/// Connections to the doors of all processes that serve a name, for who waits.
struct Doors<'found> {
    found: &'found Found,
    /// An epoll set of them.
    set: OwnedFd,
    /// By the seat; None for who has gone.
    connections: Vec<(usize, Option<OwnedFd>)>,
}

impl Doors<'_> {
    /// Goes to the doors where we are not yet, until there are no more: who begins to serve later
    /// rings at those where we are.
    fn come(&mut self) -> Result<()> {
        loop {
            let seats = match self.found.read_again() {
                Ok(reading) => reading.seats,
                Err(Status::OBJECT_NAME_NOT_FOUND) => Vec::new(),
                Err(status) => return Err(status),
            };
            let before = self.connections.len();
            for seat in seats {
                if self.connections.iter().all(|(other, _)| *other != seat) {
                    self.add(seat)?;
                }
            }
            if self.connections.len() == before {
                return Ok(());
            }
        }
    }

    fn add(&mut self, seat: usize) -> Result<()> {
        let socket = match self.found.reach(Purpose::Wait, seat) {
            Ok((socket, _)) => {
                let data = EventData::new_u64(seat as u64);
                epoll::add(&self.set, &socket, data, EventFlags::IN).map_err(general)?;
                Some(socket)
            }
            Err(Status::OBJECT_NAME_NOT_FOUND) => None,
            Err(status) => return Err(status),
        };
        self.connections.push((seat, socket));
        Ok(())
    }

    /// True when one has told us that an instance listens; those who have gone are left.
    fn has_heard(&mut self) -> bool {
        let mut has_heard = false;
        for (_, connection) in &mut self.connections {
            let Some(socket) = connection else { continue };
            match recv(socket, &mut [0_u8], RecvFlags::DONTWAIT) {
                Ok((1, _)) => has_heard = true,
                Err(Errno::AGAIN | Errno::INTR) => {}
                _ => *connection = None,
            }
        }
        has_heard
    }
}

/// Waits until an instance of another process listens.
///
/// # Errors
/// As for [`namespace::wait`].
pub fn wait(name: &str, patience: Patience) -> Result<()> {
    claim::find(&namespace::key(name), name, |found| {
        let default = found.reading.settings.default_timeout_ms;
        let deadline = match patience {
            Patience::Until(deadline) => deadline,
            Patience::Default => Deadline::after_milliseconds(default),
        };
        let set = epoll::create(CreateFlags::CLOEXEC).map_err(general)?;
        let mut doors = Doors { found, set, connections: Vec::new() };
        loop {
            doors.come()?;
            if doors.connections.iter().all(|(_, connection)| connection.is_none()) {
                // The pipe has gone, perhaps while we waited.
                return Err(Status::OBJECT_NAME_NOT_FOUND);
            }
            await_answer(&doors.set, deadline)?;
            if doors.has_heard() {
                return Ok(());
            }
        }
    })
}

#[cfg(test)]
#[path = "remote_tests.rs"]
mod tests;
