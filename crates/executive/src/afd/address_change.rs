//! `SIO_ADDRESS_LIST_CHANGE`: requests that end when this machine gets or loses an address.
//!
//! The kernel tells of addresses on a netlink socket.  A thread of ours, started by the first
//! request, listens to it and ends all that wait.  A pending request is in [`WAITING`] and nowhere
//! else, under whose lock it is taken out by that thread, by a cancellation or by the close.

use super::network_events;
use super::socket::{ADDRESS_WAIT, Socket};
use crate::io::complete::{self, Timing};
use crate::io::file::File;
use crate::io::irp::{Irp, Notify, Outcome, Overlapped};
use crate::ke::deadline::Deadline;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ke::thread;
use crate::ke::wait::wait_for_single;
use crate::ob::object::{Body, Object};
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use crate::sys::thread::spawn_without_signals;
use rustix::fd::OwnedFd;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};
use std::sync::{Arc, OnceLock, Weak};

/// Requests that wait for a change, in their order.
static WAITING: Mutex<Vec<Irp>> = Mutex::new(Vec::new());
/// Sockets to which the next change is to be an event.
static ANNOUNCING: Mutex<Vec<Weak<Object>>> = Mutex::new(Vec::new());

/// Waits for a change from now on.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when the kernel tells us nothing, `INVALID_HANDLE` when the socket is
/// being closed.  Nobody else is told.
pub fn start(object: &Pinned<'_, Object>, file: &File, overlapped: Overlapped) -> Result<()> {
    let socket = file.socket()?;
    listen()?;
    let mut waiting = WAITING.lock();
    socket.add(ADDRESS_WAIT);
    if socket.is_closed() {
        return Err(Status::INVALID_HANDLE);
    }
    overlapped.start(file);
    if let Some(block) = overlapped.status_block {
        block.begin();
    }
    let thread_id = thread::current_id();
    waiting.push(Irp { file: object.to_arc(), thread_id, overlapped });
    Ok(())
}

/// Has the next change told as a network event, once.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when the kernel tells us nothing.
pub fn announce(object: &Pinned<'_, Object>) -> Result<()> {
    listen()?;
    let object = Arc::downgrade(&object.to_arc());
    let mut announcing = ANNOUNCING.lock();
    announcing.retain(|other| other.strong_count() > 0 && !other.ptr_eq(&object));
    announcing.push(object);
    Ok(())
}

/// Waits for a change inside the call.
///
/// # Errors
/// As for [`start`]; `REQUEST_ABORTED` when another thread closes the socket.
pub fn wait(object: &Pinned<'_, Object>, file: &File) -> Result<()> {
    let event = Object::new(Body::Event(Dispatcher::new(Kind::Notification, 0)));
    let request =
        Overlapped { status_block: None, event: Some(event.clone()), notify: Notify::Nobody };
    start(object, file, request)?;
    let _signalled = wait_for_single(event.dispatcher(), false, Deadline::Never);
    if file.socket()?.is_closed() { Err(Status::REQUEST_ABORTED) } else { Ok(()) }
}

/// Takes those that are chosen.
fn take(chosen: impl Fn(&Irp) -> bool) -> Vec<Irp> {
    let mut waiting = WAITING.lock();
    waiting.extract_if(.., |irp| chosen(irp)).collect()
}

fn socket_of(irp: &Irp) -> Option<&Socket> {
    irp.file.file().ok()?.socket().ok()
}

impl Socket {
    /// Ends the socket's chosen requests; how many there were.
    pub(super) fn cancel_address_waits(
        &self,
        status: Status,
        chosen: &dyn Fn(&Irp) -> bool,
    ) -> usize {
        if !self.has(ADDRESS_WAIT) {
            return 0;
        }
        let own = |irp: &Irp| socket_of(irp).is_some_and(|socket| core::ptr::eq(socket, self));
        let ended = take(|irp| own(irp) && chosen(irp));
        let count = ended.len();
        for irp in ended {
            complete::complete(irp, Outcome::of(status), Timing::LATER);
        }
        count
    }
}

/// Starts the thread, once.
fn listen() -> Result<()> {
    static STARTED: OnceLock<bool> = OnceLock::new();
    let started = STARTED.get_or_init(|| {
        let Ok(changes) = open() else { return false };
        spawn_without_signals("lapwing-address", move || hear(&changes));
        true
    });
    if *started { Ok(()) } else { Err(Status::INSUFFICIENT_RESOURCES) }
}

/// A descriptor on which the kernel tells of addresses.
fn open() -> rustix::io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC;
    // No number of a protocol is NETLINK_ROUTE's.
    let fd = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    let groups = (libc::RTMGRP_IPV4_IFADDR | libc::RTMGRP_IPV6_IFADDR).cast_unsigned();
    bind(&fd, &SocketAddrNetlink::new(0, groups))?;
    Ok(fd)
}

fn hear(changes: &OwnedFd) {
    thread::serve();
    let mut news = [0; 8192];
    loop {
        let told = match recv(changes, &mut news, RecvFlags::empty()) {
            Ok((length, _)) => Told::of(&news[..length]),
            // So much has changed that some of it is lost.
            Err(rustix::io::Errno::NOBUFS) => Told { ipv4: true, ipv6: true },
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        };
        tell(told);
    }
}

/// Ends what waits, and tells who wants to hear.
fn tell(told: Told) {
    let ended = take(|irp| socket_of(irp).is_some_and(|socket| told.concerns(socket)));
    for irp in ended {
        complete::complete(irp, Outcome::bytes(0), Timing::LATER);
    }
    let mut concerned = Vec::new();
    ANNOUNCING.lock().retain(|object| {
        let Some(object) = object.upgrade() else { return false };
        let told = object.file().and_then(File::socket).is_ok_and(|socket| told.concerns(socket));
        // What may be the last reference goes after the lock.
        concerned.push(object);
        !told
    });
    for object in concerned {
        if let Ok(socket) = object.file().and_then(File::socket)
            && told.concerns(socket)
        {
            socket.event_happens(network_events::ADDRESS_LIST_CHANGE);
        }
    }
}

/// Of which families addresses came or went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Told {
    ipv4: bool,
    ipv6: bool,
}

impl Told {
    fn concerns(self, socket: &Socket) -> bool {
        match socket.kind().family {
            AddressFamily::INET => self.ipv4,
            _ => self.ipv6,
        }
    }

    /// Reads the kernel's messages: each has its length, its kind, and after sixteen bytes the
    /// address's family.
    fn of(mut messages: &[u8]) -> Told {
        const HEAD: usize = 16;
        let mut told = Told::default();
        while let Some(head) = messages.first_chunk::<HEAD>() {
            let length = u32::from_ne_bytes([head[0], head[1], head[2], head[3]]) as usize;
            let kind = u16::from_ne_bytes([head[4], head[5]]);
            if length < HEAD || length > messages.len() {
                break;
            }
            let is_address = kind == libc::RTM_NEWADDR || kind == libc::RTM_DELADDR;
            match messages.get(HEAD).map(|family| i32::from(*family)) {
                Some(libc::AF_INET) if is_address => told.ipv4 = true,
                Some(libc::AF_INET6) if is_address => told.ipv6 = true,
                _ => {}
            }
            messages = messages.get(length.next_multiple_of(4)..).unwrap_or(&[]);
        }
        told
    }
}

#[cfg(all(test, not(any(loom, shuttle))))]
mod tests {
    use super::*;
    use crate::io::file::Device;
    use crate::ob::handle;

    fn message(kind: u16, family: i32) -> Vec<u8> {
        let mut bytes = 20_u32.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend([family as u8, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_change_ends_what_waits_for_that_family() {
        let kind = super::super::socket::Kind {
            family: AddressFamily::INET,
            socket_type: SocketType::STREAM,
            protocol: 0,
        };
        let socket = Device::Socket(Socket::new(kind).expect("a socket"));
        let object = Object::new(Body::File(File::new(socket, true)));
        let number = handle::insert(object).expect("a handle") as usize;
        let object = handle::lookup(number).expect("it is there");
        let event = Object::new(Body::Event(Dispatcher::new(Kind::Notification, 0)));
        let overlapped =
            Overlapped { status_block: None, event: Some(event.clone()), notify: Notify::Nobody };
        start(&object, object.file().unwrap(), overlapped).expect("it begins");
        let ended = || wait_for_single(event.dispatcher(), false, Deadline::Passed);
        tell(Told { ipv4: false, ipv6: true });
        assert_eq!(ended(), Status::TIMEOUT);
        tell(Told { ipv4: true, ipv6: false });
        assert_eq!(ended(), Status::SUCCESS);
        drop(object);
        handle::close(number).expect("it was open");
    }

    #[test]
    fn messages_tell_of_families() {
        let new = message(libc::RTM_NEWADDR, libc::AF_INET);
        let gone = message(libc::RTM_DELADDR, libc::AF_INET6);
        let link = message(libc::RTM_NEWLINK, libc::AF_INET6);
        assert_eq!(Told::of(&new), Told { ipv4: true, ipv6: false });
        assert_eq!(Told::of(&[link.clone(), gone].concat()), Told { ipv4: false, ipv6: true });
        assert_eq!(Told::of(&link), Told::default());
        assert_eq!(Told::of(&new[..18]), Told::default());
    }
}
