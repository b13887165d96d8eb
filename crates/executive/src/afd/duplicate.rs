//! A socket that is given to another process, or to this one once more (WSADuplicateSocket).
//!
//! ```text
//!  giver: offer -> OFFERS[token]            taker: WSASocket with { giver, token }
//!           the lazy thread, at the               connects to the giver's own address,
//!           abstract address of the giver  <----  says the token
//!           descriptor + what we know of it ---->  a socket with the same open description
//! ```
//!
//! Both sides ask the kernel who the other is: a socket goes only to the process it was offered to,
//! of the same user, and is taken only from the process that is named in the information.  An
//! information serves once.  What another process does to the common socket we see as we see what a
//! peer does: data that it took is gone.

use super::options::{Linger, Options};
use super::socket::{
    BOUND, CONNECTED, CONNECTING, Kind, LISTENING, NON_BLOCKING, RECEIVE_SHUT, RESET, SEND_SHUT,
    Socket,
};
use crate::io::file::File;
use crate::ob::handle;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use core::mem::MaybeUninit;
use core::time::Duration;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketType, recvmsg, sendmsg, sockopt,
};
use rustix::process::{Pid, geteuid, getpid, test_kill_process};
use std::collections::BTreeMap;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};

/// What of a socket's state belongs to the socket and not to the process.
const COMMON: u32 =
    NON_BLOCKING | BOUND | LISTENING | CONNECTED | CONNECTING | RECEIVE_SHUT | SEND_SHUT | RESET;
/// A client that says nothing does not hold up the others.
const PATIENCE: Duration = Duration::from_secs(2);
/// The numbers that go with a descriptor.
pub const NUMBERS: usize = 12;
const FLAG_OVERLAPPED: u32 = 1;
const FLAG_REUSE: u32 = 2;
const FLAG_EXCLUSIVE: u32 = 4;
const FLAG_DEBUG: u32 = 8;
const FLAG_CONDITIONAL: u32 = 16;
const FLAG_NO_UNREACHABLE: u32 = 32;
const FLAG_NO_EXPIRED: u32 = 64;
const FLAG_NO_OWN_MULTICASTS: u32 = 128;
/// In place of a buffer size that the program has not set.
const NOT_SET: u32 = u32::MAX;

/// What the taker has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The process that gives.
    pub giver: u32,
    /// Which of its offers.
    pub token: u64,
}

enum Offer {
    /// To this process: a handle that is open already.
    Own(u32),
    /// To another process.
    Other { taker: u32, fd: OwnedFd, told: [u32; NUMBERS] },
}

static OFFERS: Mutex<BTreeMap<u64, Offer>> = Mutex::new(BTreeMap::new());
/// Whether the thread runs that gives the offers out.
static SERVING: Mutex<bool> = Mutex::new(false);

/// What was taken.
pub enum Taken {
    /// A further handle to an open socket of this process.
    Handle(u32),
    /// A socket from another process, and whether it is overlapped.
    Socket(Box<Socket>, bool),
}

fn own_id() -> u32 {
    getpid().as_raw_nonzero().get().unsigned_abs()
}

fn failed(_error: std::io::Error) -> Status {
    Status::INSUFFICIENT_RESOURCES
}

/// Offers a socket to a process.
///
/// # Errors
/// `INVALID_PARAMETER` when there is no such process, `INVALID_HANDLE`, `INSUFFICIENT_RESOURCES`.
pub fn offer(number: usize, file: &File, taker: u32) -> Result<Ticket> {
    let giver = own_id();
    let socket = file.socket()?;
    let offer = if taker == giver {
        Offer::Own(handle::duplicate(number)?)
    } else {
        let process = i32::try_from(taker).ok().and_then(Pid::from_raw);
        let process = process.ok_or(Status::INVALID_PARAMETER)?;
        test_kill_process(process).map_err(|_| Status::INVALID_PARAMETER)?;
        serve()?;
        let fd = fcntl_dupfd_cloexec(socket.fd(), 0).map_err(super::error::general)?;
        Offer::Other { taker, fd, told: tell(socket, file.is_overlapped()) }
    };
    let token = random()?;
    OFFERS.lock().insert(token, offer);
    Ok(Ticket { giver, token })
}

/// Takes what a ticket is for.
///
/// # Errors
/// `INVALID_PARAMETER` when the ticket is forged, spent or somebody else's, or the giver is gone.
pub fn take(ticket: Ticket) -> Result<Taken> {
    if ticket.giver != own_id() {
        return fetch(ticket).map_err(|_| Status::INVALID_PARAMETER);
    }
    let mut offers = OFFERS.lock();
    match offers.remove(&ticket.token) {
        Some(Offer::Own(number)) => Ok(Taken::Handle(number)),
        other => {
            // Not ours to take.
            if let Some(offer) = other {
                offers.insert(ticket.token, offer);
            }
            Err(Status::INVALID_PARAMETER)
        }
    }
}

/// A number that nobody guesses.
fn random() -> Result<u64> {
    let mut bytes = [0; 8];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(failed)?;
    Ok(u64::from_ne_bytes(bytes))
}

fn address(giver: u32) -> std::io::Result<SocketAddr> {
    SocketAddr::from_abstract_name(format!("lapwing-duplicate-{giver}"))
}

/// Starts the thread that gives out, unless it runs.
fn serve() -> Result<()> {
    let mut serving = SERVING.lock();
    if !*serving {
        let listener = address(own_id()).and_then(|own| UnixListener::bind_addr(&own));
        let listener = listener.map_err(failed)?;
        crate::sys::thread::spawn_without_signals("lapwing-giver", move || {
            for client in listener.incoming().flatten() {
                // A client that fails has no socket, and says so to its program.
                let _refused = give(&client);
            }
        });
        *serving = true;
    }
    Ok(())
}

/// The process behind a local connection, if it is of our user.
fn process_of(stream: BorrowedFd<'_>) -> Option<u32> {
    let who = sockopt::socket_peercred(stream).ok()?;
    (who.uid == geteuid()).then(|| who.pid.as_raw_nonzero().get().unsigned_abs())
}

/// Gives a client what it has a ticket for.
fn give(mut client: &UnixStream) -> std::io::Result<()> {
    client.set_read_timeout(Some(PATIENCE))?;
    client.set_write_timeout(Some(PATIENCE))?;
    let Some(process) = process_of(client.as_fd()) else { return Ok(()) };
    let mut token = [0; 8];
    client.read_exact(&mut token)?;
    let token = u64::from_ne_bytes(token);
    let mut offers = OFFERS.lock();
    let is_for = |offer: &Offer| matches!(offer, Offer::Other { taker, .. } if *taker == process);
    if !offers.get(&token).is_some_and(is_for) {
        return Ok(());
    }
    let Some(Offer::Other { fd, told, .. }) = offers.remove(&token) else { return Ok(()) };
    drop(offers);
    let bytes: Vec<u8> = told.iter().flat_map(|number| number.to_ne_bytes()).collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let descriptors = [fd.as_fd()];
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    sendmsg(client, &[IoSlice::new(&bytes)], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Fetches a socket from the process that offers it.
fn fetch(ticket: Ticket) -> std::io::Result<Taken> {
    let refused = || std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let mut giver = UnixStream::connect_addr(&address(ticket.giver)?)?;
    if process_of(giver.as_fd()) != Some(ticket.giver) {
        return Err(refused());
    }
    giver.set_read_timeout(Some(PATIENCE))?;
    giver.write_all(&ticket.token.to_ne_bytes())?;
    let mut bytes = [0; NUMBERS * 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let buffers = &mut [IoSliceMut::new(&mut bytes)];
    let received = recvmsg(&giver, buffers, &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let fd = control.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    let fd = fd.filter(|_| received.bytes == NUMBERS * 4).ok_or_else(refused)?;
    let mut told = [0; NUMBERS];
    for (number, bytes) in told.iter_mut().zip(bytes.chunks_exact(4)) {
        *number = bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
    }
    let (socket, overlapped) = listen_to(fd, &told);
    Ok(Taken::Socket(Box::new(socket), overlapped))
}

/// What the taker is told of a socket.
pub fn tell(socket: &Socket, overlapped: bool) -> [u32; NUMBERS] {
    let kind = socket.kind();
    let options = socket.options().lock();
    let flag = |is_so: bool, flag: u32| if is_so { flag } else { 0 };
    [
        u32::from(kind.family.as_raw()),
        kind.socket_type.as_raw(),
        u32::from(kind.protocol),
        socket.state() & COMMON,
        flag(overlapped, FLAG_OVERLAPPED)
            | flag(options.reuse_address, FLAG_REUSE)
            | flag(options.exclusive_address, FLAG_EXCLUSIVE)
            | flag(options.debug, FLAG_DEBUG)
            | flag(options.conditional_accept, FLAG_CONDITIONAL)
            | flag(options.ignore_unreachable, FLAG_NO_UNREACHABLE)
            | flag(options.ignore_expired, FLAG_NO_EXPIRED)
            | flag(options.ignore_own_multicasts, FLAG_NO_OWN_MULTICASTS),
        u32::from(options.linger.on),
        u32::from(options.linger.seconds),
        options.send_buffer.unwrap_or(NOT_SET),
        options.receive_buffer.unwrap_or(NOT_SET),
        socket.send_timeout_ms(),
        socket.receive_timeout_ms(),
        options.multicast_interface,
    ]
}

/// The socket that a giver told of, and whether it is overlapped.
pub fn listen_to(fd: OwnedFd, told: &[u32; NUMBERS]) -> (Socket, bool) {
    let [family, socket_type, protocol, state, flags, on, seconds, send, receive, ..] = *told;
    let kind = Kind {
        family: AddressFamily::from_raw(family as u16),
        socket_type: SocketType::from_raw(socket_type),
        protocol: protocol as u16,
    };
    let socket = Socket::from_fd(fd, kind, state & COMMON);
    socket.set_send_timeout_ms(told[9]);
    socket.set_receive_timeout_ms(told[10]);
    // It may be so.
    socket.note_options_in_linux();
    socket.options().lock().replace(Options {
        reuse_address: flags & FLAG_REUSE != 0,
        exclusive_address: flags & FLAG_EXCLUSIVE != 0,
        debug: flags & FLAG_DEBUG != 0,
        conditional_accept: flags & FLAG_CONDITIONAL != 0,
        ignore_unreachable: flags & FLAG_NO_UNREACHABLE != 0,
        ignore_expired: flags & FLAG_NO_EXPIRED != 0,
        ignore_own_multicasts: flags & FLAG_NO_OWN_MULTICASTS != 0,
        multicast_interface: told[11],
        linger: Linger { on: on as u16, seconds: seconds as u16 },
        send_buffer: Some(send).filter(|&size| size != NOT_SET),
        receive_buffer: Some(receive).filter(|&size| size != NOT_SET),
        ..Options::default()
    });
    if state & BOUND != 0 {
        socket.hold_own_address();
    }
    (socket, flags & FLAG_OVERLAPPED != 0)
}
