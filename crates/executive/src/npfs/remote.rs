//! A client of another process's pipe: opening it, waiting for it.

use super::claim;
use super::door::{ANSWER, MAGIC};
use super::end::End;
use super::instance::{Client, Instance, Modes, Side};
use super::namespace::{self, Patience};
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
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::{Errno, IoSliceMut};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recv, recvmsg, sockopt};
use rustix::process::geteuid;
use std::sync::Arc;

/// How long a server may take to answer: its own thread for that does nothing else.
const ANSWER_TIME_MS: u32 = 10_000;

/// The process at the other end, which must be the user's own.
fn server_process_id(socket: &OwnedFd) -> Result<u32> {
    let peer = sockopt::socket_peercred(socket).map_err(general)?;
    if peer.uid != geteuid() {
        return Err(Status::ACCESS_DENIED);
    }
    Ok(peer.pid.as_raw_nonzero().get().unsigned_abs())
}

/// Waits until there is something to receive, or the end.
///
/// # Errors
/// `IO_TIMEOUT`; `CANCELLED` (CancelSynchronousIo).
fn await_answer(socket: &OwnedFd, deadline: Deadline) -> Result<()> {
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

/// What the server has answered: the quotas and the page.
///
/// # Errors
/// `PIPE_NOT_AVAILABLE` when no instance listens, `OBJECT_NAME_NOT_FOUND` when the server has gone
/// meanwhile, `ACCESS_DENIED` for what no server of ours says.
fn take_answer(socket: &OwnedFd) -> Result<([u32; 2], PipePage)> {
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
    if number(4) == 0 {
        return Err(Status::PIPE_NOT_AVAILABLE);
    }
    let file = control.drain().find_map(|record| match record {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    let page = PipePage::open(&file.ok_or(Status::ACCESS_DENIED)?)?;
    Ok(([number(8), number(12)], page))
}

/// Opens the client's end of an instance that another process has.
///
/// # Errors
/// As for [`namespace::open`].
pub fn open(name: &str, access: u32) -> Result<End> {
    let key = namespace::key(name);
    let found = claim::find(&key, name)?;
    let possible = found.settings.configuration.data_rights(Side::Client);
    if access & (READ_DATA | WRITE_DATA) & !possible != 0 {
        return Err(Status::ACCESS_DENIED);
    }
    let socket = found.reach_to_open()?;
    let process_id = server_process_id(&socket)?;
    let in_time = await_answer(&socket, Deadline::after_milliseconds(ANSWER_TIME_MS));
    in_time.map_err(|status| match status {
        Status::IO_TIMEOUT => Status::PIPE_NOT_AVAILABLE,
        other => other,
    })?;
    let (quotas, page) = take_answer(&socket)?;
    let quotas = quotas.map(|quota| quota as usize);
    let key = claim::foreign_key(&key);
    let instance = Arc::new(Instance::new(key, found.settings, Modes::CLIENT, quotas));
    instance.set_descriptor(&socket)?;
    let wire = Wire::new(socket, page, Side::Client, quotas[Side::Server as usize]);
    let serial = instance.connect_remote(wire, Client::of_this_process(), &mut Ends::default());
    instance.set_server_process_id(process_id);
    Ok(End::new(instance, Side::Client, serial, access))
}

/// Waits until an instance of another process listens.
///
/// # Errors
/// As for [`namespace::wait`].
pub fn wait(name: &str, patience: Patience) -> Result<()> {
    let found = claim::find(&namespace::key(name), name)?;
    let socket = found.reach_to_wait()?;
    server_process_id(&socket)?;
    let deadline = match patience {
        Patience::Until(deadline) => deadline,
        Patience::Default => Deadline::after_milliseconds(found.settings.default_timeout_ms),
    };
    await_answer(&socket, deadline)?;
    match recv(&socket, &mut [0_u8], RecvFlags::DONTWAIT) {
        Ok((1, _)) => Ok(()),
        // The pipe has gone while we waited.
        _ => Err(Status::OBJECT_NAME_NOT_FOUND),
    }
}

#[cfg(test)]
#[path = "remote_tests.rs"]
mod tests;
