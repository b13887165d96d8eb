//! How one process asks another for handles: the other side of DuplicateHandle.
//!
//! ```text
//!   who asks                               the process that is asked: one lazy thread
//!   PLACE  flags, an object -------------> opens a handle to it
//!                           <------------- the handle
//!   FETCH  a handle, access, close? -----> packs its object, closes the handle
//!                           <------------- the object
//!   CLOSE  a handle; COUNT
//! ```
//!
//! A question is a message on a connection to the abstract address that the process's id gives;
//! descriptors go with it.  An object travels as it does to a child ([`super::inherit`]).  Both
//! sides ask the kernel who the other is: only processes of one user have to do with each other.
//!
//! A process answers from the moment on at which others can know of it as a process of ours: it was
//! started by one, has started one, or has opened one.  A child may not be so far when its parent
//! asks; its [record](super::record) says when it is.

use super::inherit::{self, Parcel};
use super::process::{Opened, Process, granted};
use super::start::{Reader, Writer};
use crate::fs::error::general;
use crate::ke::deadline::Deadline;
use crate::ke::thread;
use crate::npfs::given;
use crate::npfs::remote::await_answer;
use crate::ob::access;
use crate::ob::handle::{self, Found, INHERIT};
use crate::ob::object::{Body, Object, Reference};
use crate::status::{Result, Status};
use crate::sync::Mutex;
use crate::sys::thread::spawn_without_signals;
use core::mem::MaybeUninit;
use core::time::Duration;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{Errno, IoSlice, IoSliceMut};
use rustix::net::sockopt::{self, Timeout};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketAddrUnix, SocketFlags, SocketType, accept_with, bind,
    connect, listen, recvmsg, sendmsg, socket_with,
};
use rustix::process::geteuid;

const PLACE: u32 = 1;
const FETCH: u32 = 2;
const CLOSE: u32 = 3;
const COUNT: u32 = 4;

/// No message is longer: a name has 32,767 characters at most.
const LONGEST: usize = 512 * 1024;
/// No object has more descriptors.
const DESCRIPTORS: usize = 4;
/// Who says nothing does not hold up the others.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long a process may take to answer, and a child to begin.
const ANSWER_TIME_MS: u32 = 10_000;
/// How often the wait for a child's beginning looks whether it has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const BACKLOG: i32 = 128;

fn address(process: u32) -> Result<SocketAddrUnix> {
    let name = format!("lapwing-handles-{process}");
    SocketAddrUnix::new_abstract_name(name.as_bytes()).map_err(general)
}

fn socket() -> Result<OwnedFd> {
    let (family, kind) = (AddressFamily::UNIX, SocketType::SEQPACKET);
    socket_with(family, kind, SocketFlags::CLOEXEC, None).map_err(general)
}

/// The process behind a connection, if it is of our user.
fn process_of(connection: &OwnedFd) -> Option<u32> {
    let peer = sockopt::socket_peercred(connection).ok()?;
    (peer.uid == geteuid()).then(|| peer.pid.as_raw_nonzero().get().unsigned_abs())
}

/// A message: numbers, and descriptors beside them.
struct Message {
    bytes: Vec<u8>,
    descriptors: Vec<OwnedFd>,
}

impl Message {
    fn new(numbers: &[u32], parcel: Option<Parcel>) -> Message {
        let mut writer = Writer::default();
        numbers.iter().for_each(|number| writer.number(*number));
        if let Some(parcel) = &parcel {
            parcel.write(&mut writer);
        }
        let descriptors = parcel.map(|parcel| parcel.descriptors).unwrap_or_default();
        Message { bytes: writer.bytes().to_vec(), descriptors }
    }

    fn send(&self, connection: &OwnedFd) -> core::result::Result<(), Errno> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let descriptors: Vec<BorrowedFd<'_>> = self.descriptors.iter().map(AsFd::as_fd).collect();
        if !descriptors.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&descriptors));
        }
        sendmsg(connection, &[IoSlice::new(&self.bytes)], &mut control, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    fn receive(connection: &OwnedFd) -> core::result::Result<Message, Errno> {
        let mut bytes = vec![0; LONGEST];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let buffers = &mut [IoSliceMut::new(&mut bytes)];
        let received = recvmsg(connection, buffers, &mut control, RecvFlags::CMSG_CLOEXEC)?;
        let of = |message| match message {
            RecvAncillaryMessage::ScmRights(descriptors) => Some(descriptors),
            _ => None,
        };
        let descriptors = control.drain().filter_map(of).flatten().collect();
        bytes.truncate(received.bytes);
        Ok(Message { bytes, descriptors })
    }

    /// So many numbers, and the parcel behind them if there is one.
    fn read<const NUMBERS: usize>(self) -> Option<([u32; NUMBERS], Option<Parcel>)> {
        let mut reader = Reader::new(&self.bytes);
        let mut numbers = [0; NUMBERS];
        for number in &mut numbers {
            *number = reader.number()?;
        }
        let mut descriptors = self.descriptors.into_iter();
        Some((numbers, Parcel::read(&mut reader, &mut |_| descriptors.next())))
    }
}

/// From now on this process answers.
pub fn serve() {
    static SERVING: Mutex<bool> = Mutex::new(false);
    let mut serving = SERVING.lock();
    if *serving {
        return;
    }
    // Without a socket nobody can ask, and is told so.
    let Ok(listener) = socket() else { return };
    let Ok(own) = address(std::process::id()) else { return };
    if bind(&listener, &own).and_then(|()| listen(&listener, BACKLOG)).is_err() {
        return;
    }
    spawn_without_signals("lapwing-handles", move || {
        thread::serve();
        loop {
            match accept_with(&listener, SocketFlags::CLOEXEC) {
                Ok(client) => answer(&client),
                Err(Errno::INTR | Errno::CONNABORTED) => {}
                // Without a descriptor who comes has to wait.
                Err(_) => std::thread::sleep(LOOK_AGAIN),
            }
        }
    });
    *serving = true;
}

fn answer(client: &OwnedFd) {
    let _without = sockopt::set_socket_timeout(client, Timeout::Recv, Some(PATIENCE));
    let _without = sockopt::set_socket_timeout(client, Timeout::Send, Some(PATIENCE));
    if process_of(client).is_none() {
        return;
    }
    let Ok(message) = Message::receive(client) else { return };
    let Some((question, parcel)) = message.read() else { return };
    let message = match reply(question, parcel) {
        Ok((value, parcel)) => Message::new(&[Status::SUCCESS.0, value], parcel),
        Err(status) => Message::new(&[status.0, 0], None),
    };
    // Who has gone wants no answer.
    let _gone = message.send(client);
}

fn reply(question: [u32; 5], parcel: Option<Parcel>) -> Result<(u32, Option<Parcel>)> {
    let [what, number, has_access, access, flags] = question;
    match what {
        PLACE => Ok((insert(unpack(parcel)?, flags)?, None)),
        FETCH => {
            let found = Found::Pinned(handle::lookup(number as usize)?);
            let parcel = pack(&Duplicate::of(&found, (has_access != 0).then_some(access)))?;
            if flags != 0 {
                // The duplicate stands whatever becomes of the source.
                let _protected = handle::close(number as usize);
            }
            Ok((0, Some(parcel)))
        }
        CLOSE => handle::close(number as usize).map(|()| (0, None)),
        // There are at most four million.
        COUNT => Ok((handle::all().len() as u32, None)),
        _ => Err(Status::INVALID_PARAMETER),
    }
}

/// What a duplicated handle leads to, and its rights.
pub(super) struct Duplicate {
    object: Reference,
    access: u32,
}

impl Duplicate {
    /// A duplicate with these rights; None: with the same.
    pub(super) fn of(found: &Found, access: Option<u32>) -> Self {
        let object = found.to_reference();
        let Some(desired) = access else { return Duplicate { object, access: found.access() } };
        let object = match object.process() {
            Ok(opened) => {
                let (process, access) = (opened.process.clone(), granted(desired));
                Object::new(Body::Process(Opened { process, access }))
            }
            Err(_) => object,
        };
        let access = access::granted(&object, desired);
        Duplicate { object, access }
    }
}

fn pack(duplicate: &Duplicate) -> Result<Parcel> {
    let parcel = inherit::pack(0, &duplicate.object)?.ok_or(Status::NOT_SUPPORTED)?;
    given::begin_reading(&duplicate.object);
    Ok(Parcel { access: duplicate.access, ..parcel })
}

fn unpack(parcel: Option<Parcel>) -> Result<Duplicate> {
    let parcel = parcel.ok_or(Status::INVALID_PARAMETER)?;
    let access = parcel.access;
    Ok(Duplicate { object: inherit::unpack(parcel)?, access })
}

/// Opens a handle with these flags.
pub(super) fn insert(duplicate: Duplicate, flags: u32) -> Result<u32> {
    let new = handle::insert_with(duplicate.object, duplicate.access)?;
    handle::set_flags(new as usize, INHERIT, flags)?;
    Ok(new)
}

/// A connection to the process.
fn reach(process: &Process) -> Result<OwnedFd> {
    let (socket, address) = (socket()?, address(process.id())?);
    let deadline = Deadline::after_milliseconds(ANSWER_TIME_MS);
    loop {
        if process.has_ended() {
            return Err(Status::PROCESS_IS_TERMINATING);
        }
        let is_served = process.await_service(Duration::ZERO);
        match connect(&socket, &address) {
            Ok(()) => break,
            Err(Errno::INTR) => {}
            // A child that has not begun will answer; another process never.
            Err(Errno::CONNREFUSED) if !is_served && process.begins() => {
                if deadline.has_passed() {
                    return Err(Status::NOT_SUPPORTED);
                }
                process.await_service(LOOK_AGAIN);
            }
            Err(Errno::CONNREFUSED) if process.has_ended() => {}
            Err(Errno::CONNREFUSED) => return Err(Status::NOT_SUPPORTED),
            Err(error) => return Err(general(error)),
        }
    }
    // Somebody else may have taken the address.
    if process_of(&socket) == Some(process.id()) { Ok(socket) } else { Err(Status::ACCESS_DENIED) }
}

fn ask(process: &Process, message: &Message) -> Result<(u32, Option<Parcel>)> {
    let socket = reach(process)?;
    let ended = |error| match error {
        Errno::CONNRESET | Errno::PIPE | Errno::NOTCONN => Status::PROCESS_IS_TERMINATING,
        other => general(other),
    };
    message.send(&socket).map_err(ended)?;
    await_answer(&socket, Deadline::after_milliseconds(ANSWER_TIME_MS))?;
    let answer = Message::receive(&socket).map_err(ended)?;
    if answer.bytes.is_empty() {
        return Err(Status::PROCESS_IS_TERMINATING);
    }
    match answer.read().ok_or(Status::UNSUCCESSFUL)? {
        ([0, value], parcel) => Ok((value, parcel)),
        ([status, _], _) => Err(Status(status)),
    }
}

/// Opens a handle to an object in another process.
///
/// # Errors
/// `PROCESS_IS_TERMINATING` for a process that has ended, `NOT_SUPPORTED` for one that is none of
/// ours and for an object that stays where it is, `IO_TIMEOUT`, those of its making.
pub(super) fn place(process: &Process, duplicate: &Duplicate, flags: u32) -> Result<u32> {
    let message = Message::new(&[PLACE, 0, 0, 0, flags], Some(pack(duplicate)?));
    ask(process, &message).map(|(value, _)| value)
}

/// The object of another process's handle, which is closed there if that is wanted.
///
/// # Errors
/// `INVALID_HANDLE`, and those of [`place`].
pub(super) fn fetch(
    process: &Process,
    number: u32,
    access: Option<u32>,
    close: bool,
) -> Result<Duplicate> {
    let (has_access, close) = (u32::from(access.is_some()), u32::from(close));
    let question = [FETCH, number, has_access, access.unwrap_or(0), close];
    let (_, parcel) = ask(process, &Message::new(&question, None))?;
    unpack(parcel)
}

/// Closes a handle of another process.
///
/// # Errors
/// Those of [`handle::close`], and of [`place`].
pub fn close(process: &Process, number: u32) -> Result<()> {
    ask(process, &Message::new(&[CLOSE, number, 0, 0, 0], None)).map(drop)
}

/// How many handles another process has.
///
/// # Errors
/// Those of [`place`].
pub fn count(process: &Process) -> Result<u32> {
    ask(process, &Message::new(&[COUNT, 0, 0, 0, 0], None)).map(|(value, _)| value)
}
