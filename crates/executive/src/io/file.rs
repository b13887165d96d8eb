//! The file object: what every open device has in common, whatever the device does.
//!
//! What the devices do differently is in their own rooms; [`Device`] lists them.

mod registration;

use super::irp::Irp;
use super::port::Port;
use crate::afd::poll_request::PollRequests;
use crate::afd::socket::Socket;
use crate::condrv;
use crate::fs::disk_file::DiskFile;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::msfs::mailslot::Mailslot;
use crate::msfs::writer::Writer;
use crate::npfs::anonymous::AnonymousPipe;
use crate::npfs::door::Door;
use crate::npfs::end::End;
use crate::serial::port::SerialPort;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU8, AtomicU32, Mutex, Ordering};
use once_cell::race::OnceBox;
use registration::Registered;
use rustix::fd::BorrowedFd;
use std::sync::{Arc, OnceLock};

/// `FILE_SKIP_COMPLETION_PORT_ON_SUCCESS`
pub const SKIP_PORT_ON_SUCCESS: u8 = 1;
/// `FILE_SKIP_SET_EVENT_ON_HANDLE`
pub const SKIP_SET_EVENT: u8 = 2;

/// The handle was opened for overlapped I/O.
const OVERLAPPED: u8 = 128;
/// An overlapped stream, or file on a disk, and its first association is that which holds: what
/// nearly all are whose speed matters, found by one look.
const USUAL: u8 = 64;

/// A file's association with a port.
pub struct Binding {
    /// The port, kept alive by its files.
    pub port: Arc<Port>,
    /// The program's key.
    pub key: usize,
}

/// An association, or that there is none any more.  Readers take no lock, so none is taken away
/// before the file goes: what replaces one is appended, under the registration's lock.
struct Link {
    binding: Option<Binding>,
    next: OnceBox<Link>,
}

/// What few files have.
#[derive(Default)]
struct Seldom {
    /// What has replaced the first association.
    rebound: OnceBox<Link>,
    /// The handles that Winsock gave out for duplicates (WSADuplicateSocket).
    more_socket_values: Mutex<Vec<u32>>,
}

impl Seldom {
    fn last_link(&self) -> Option<&Link> {
        let mut link = self.rebound.get()?;
        while let Some(next) = link.next.get() {
            link = next;
        }
        Some(link)
    }
}

/// What a file object is open to.
// Nearly all are sockets; the others need not be small.
#[allow(clippy::large_enum_variant)]
pub enum Device {
    /// A socket.
    Socket(Socket),
    /// A file on a disk.
    Disk(DiskFile),
    /// An end of a named pipe.
    Pipe(End),
    /// Where other processes come in that open a pipe.
    PipeDoor(Door),
    /// An end of a pipe of Linux'.
    AnonymousPipe(AnonymousPipe),
    /// The reading end of a mailslot.
    Mailslot(Mailslot),
    /// A writing end of one.
    MailslotWriter(Writer),
    /// A serial port.
    Serial(Box<SerialPort>),
    /// AFD itself, which has nothing to read or write but can be asked about sockets.
    Afd(PollRequests),
}

impl Device {
    /// The last handle is closed: what is pending ends.
    fn cleanup(&self, file: &File) {
        match self {
            Device::Socket(socket) => socket.close(file),
            Device::Disk(disk) => disk.cleanup(file),
            Device::Pipe(end) => {
                end.close();
                file.unregister();
            }
            Device::AnonymousPipe(end) => end.close(),
            Device::Mailslot(mailslot) => mailslot.close(file),
            Device::Serial(port) => port.close(file),
            Device::PipeDoor(_) | Device::MailslotWriter(_) | Device::Afd(_) => {}
        }
        if let Some(polls) = self.polls() {
            polls.close(file);
        }
    }

    /// Ends the chosen pending requests with this status; returns how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let own = match self {
            Device::Socket(socket) => socket.cancel(status, chosen),
            Device::Mailslot(mailslot) => mailslot.cancel(status, chosen),
            Device::Disk(disk) => disk.cancel_all(status, chosen),
            Device::Serial(port) => port.cancel(status, chosen),
            Device::Pipe(end) => end.cancel(status, chosen),
            Device::AnonymousPipe(end) => end.cancel(status, chosen),
            Device::PipeDoor(_) | Device::MailslotWriter(_) | Device::Afd(_) => 0,
        };
        own + self.polls().map_or(0, |polls| polls.cancel(status, chosen))
    }

    /// The requests that ask about sockets, if there may be some.
    pub fn polls(&self) -> Option<&PollRequests> {
        match self {
            Device::Socket(socket) => socket.polls(),
            Device::Afd(polls) => Some(polls),
            _ => None,
        }
    }

    /// Where a request goes that asks about sockets.
    pub fn polls_to_fill(&self) -> Option<&PollRequests> {
        match self {
            Device::Socket(socket) => Some(socket.polls_to_fill()),
            Device::Afd(polls) => Some(polls),
            _ => None,
        }
    }

    /// The descriptor whose readiness continues the device's pending requests.
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Device::Socket(socket) => Some(socket.fd()),
            Device::Pipe(end) => end.instance().fd(),
            Device::PipeDoor(door) => Some(door.fd()),
            Device::Mailslot(mailslot) => Some(mailslot.fd()),
            Device::Serial(port) => Some(port.fd()),
            Device::Disk(disk) => match disk.notify() {
                Some(notify) => Some(notify.fd()),
                None => disk.is_console().then(|| disk.own_fd()),
            },
            _ => None,
        }
    }
}

/// A file object.
pub struct File {
    signal: Dispatcher,
    open: Box<Open>,
}

/// What does not lie in the object itself, because most objects are smaller.
struct Open {
    device: Device,
    /// The first association.
    binding: OnceLock<Binding>,
    seldom: OnceBox<Seldom>,
    modes: AtomicU8,
    /// The handle that Winsock gave out for it; 0 before.
    socket_value: AtomicU32,
    registered: Mutex<Option<Registered>>,
    is_registered: AtomicBool,
    /// Registered at a port that is not its own.
    is_guest: AtomicBool,
}

/// A file that is [`USUAL`], as one look has found it.
#[derive(Clone, Copy)]
pub struct UsualFile<'a> {
    /// The file.
    pub file: &'a File,
    /// Its port.
    pub binding: &'a Binding,
    modes: u8,
}

impl UsualFile<'_> {
    /// True when it has no notification mode.
    #[inline]
    pub fn is_plain(self) -> bool {
        self.modes == OVERLAPPED | USUAL
    }
}

// A connection is one of these in the program's memory, and one [`Object`].
const _: () = assert!(size_of::<Open>() <= 272);

impl File {
    /// A file object for a device.  Only an overlapped one takes an OVERLAPPED seriously.
    pub fn new(device: Device, overlapped: bool) -> Self {
        let open = Open {
            device,
            binding: OnceLock::new(),
            seldom: OnceBox::new(),
            modes: AtomicU8::new(if overlapped { OVERLAPPED } else { 0 }),
            socket_value: AtomicU32::new(0),
            registered: Mutex::new(None),
            is_registered: AtomicBool::new(false),
            is_guest: AtomicBool::new(false),
        };
        File { signal: Dispatcher::new(Kind::Notification, 0), open: Box::new(open) }
    }

    /// What it is open to.
    #[inline]
    pub fn device(&self) -> &Device {
        &self.open.device
    }

    /// True for what a child process inherits unless the program says otherwise: sockets
    /// (semantics 13.6).
    pub fn is_inheritable(&self) -> bool {
        matches!(self.open.device, Device::Socket(_))
    }

    /// The last handle is closed.
    pub fn cleanup(&self) {
        self.open.device.cleanup(self);
    }

    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        self.open.device.descriptor().ok_or(Status::INVALID_DEVICE_REQUEST)
    }

    /// Notes the handle that Winsock gives out for this file.
    pub fn set_socket_value(&self, handle: u32) {
        let first = (Ordering::Relaxed, Ordering::Relaxed);
        if self.open.socket_value.compare_exchange(0, handle, first.0, first.1).is_err() {
            self.seldom().more_socket_values.lock().push(handle);
        }
    }

    /// The handle that Winsock gave out for it; 0 before.
    pub fn socket_value(&self) -> u32 {
        self.open.socket_value.load(Ordering::Relaxed)
    }

    /// True for the handle that Winsock gave out; false for a duplicate, which Winsock does not
    /// know (semantics 1.12).
    pub fn is_socket_value(&self, handle: usize) -> bool {
        self.open.socket_value.load(Ordering::Relaxed) as usize == handle
            || self.open.seldom.get().is_some_and(|seldom| {
                let more = seldom.more_socket_values.lock();
                more.iter().any(|value| *value as usize == handle)
            })
    }

    /// What waits for the handle use.  With a port, whose threads may be anywhere, somebody else
    /// looks after the file's events from now on.
    pub fn signal_to_wait_for(&self) -> &Dispatcher {
        self.look_after(true);
        if let Device::Disk(disk) = &self.open.device
            && disk.is_console_input()
        {
            // Cleared first: what is typed meanwhile sets it (`io::ready`).
            self.signal.clear();
            if condrv::is_readable(disk) {
                self.signal.set();
            }
        }
        &self.signal
    }

    /// The file's own signal.
    #[inline]
    pub fn signal(&self) -> &Dispatcher {
        &self.signal
    }

    /// True when the handle was opened for overlapped I/O.
    #[inline]
    pub fn is_overlapped(&self) -> bool {
        self.has_mode(OVERLAPPED)
    }

    /// The port and the key, once associated.
    #[inline]
    pub fn binding(&self) -> Option<&Binding> {
        let first = self.open.binding.get()?;
        match self.open.seldom.get() {
            None => Some(first),
            Some(seldom) => seldom.last_link().map_or(Some(first), |link| link.binding.as_ref()),
        }
    }

    /// What it is open to, and what else is needed of it, if it is [`USUAL`].
    #[inline(always)]
    fn usual(&self) -> Option<(&Device, UsualFile<'_>)> {
        // Found once: the compiler would look for it again after each atomic.
        let open: &Open = &self.open;
        let modes = open.modes.load(Ordering::Acquire);
        if modes & USUAL == 0 {
            return None;
        }
        Some((&open.device, UsualFile { file: self, binding: open.binding.get()?, modes }))
    }

    /// The socket, if this is an overlapped stream that has a port.
    #[inline]
    pub fn usual_stream(&self) -> Option<(&Socket, UsualFile<'_>)> {
        match self.usual()? {
            (Device::Socket(socket), usual) => Some((socket, usual)),
            _ => None,
        }
    }

    /// The file on a disk, if this is an overlapped one that has a port.
    #[inline]
    pub fn usual_disk(&self) -> Option<(&DiskFile, UsualFile<'_>)> {
        match self.usual()? {
            (Device::Disk(disk), usual) => Some((disk, usual)),
            _ => None,
        }
    }

    fn seldom(&self) -> &Seldom {
        self.open.seldom.get_or_init(Box::default)
    }

    /// Replaces the association; the registration's lock is held.
    fn bind(&self, binding: Option<Binding>) {
        let binding = match binding {
            Some(binding) => match self.open.binding.set(binding) {
                Ok(()) => {
                    let can_be_usual = match &self.open.device {
                        Device::Socket(socket) => socket.is_stream(),
                        Device::Disk(_) => true,
                        _ => false,
                    };
                    if self.is_overlapped() && can_be_usual {
                        self.open.modes.fetch_or(USUAL, Ordering::Release);
                    }
                    return;
                }
                Err(another) => Some(another),
            },
            None => None,
        };
        self.open.modes.fetch_and(!USUAL, Ordering::Relaxed);
        let link = Box::new(Link { binding, next: OnceBox::new() });
        let seldom = self.seldom();
        let place = seldom.last_link().map_or(&seldom.rebound, |last| &last.next);
        let first = place.set(link).is_ok();
        debug_assert!(first, "the lock is held");
    }

    /// True when the notification mode is set.
    #[inline]
    pub fn has_mode(&self, mode: u8) -> bool {
        self.open.modes.load(Ordering::Relaxed) & mode != 0
    }

    /// Adds notification modes; unknown bits are ignored and none can be taken back
    /// (semantics 4.8).  `INVALID_PARAMETER` for a handle that is not overlapped.
    pub fn add_modes(&self, modes: u32) -> Result<()> {
        if !self.is_overlapped() {
            return Err(Status::INVALID_PARAMETER);
        }
        let known = modes as u8 & (SKIP_PORT_ON_SUCCESS | SKIP_SET_EVENT);
        self.open.modes.fetch_or(known, Ordering::Relaxed);
        Ok(())
    }

    /// Associates the file with a port.  Requests that are pending already complete to it.
    /// `INVALID_PARAMETER` when it has a port, or is not overlapped (semantics 4.1).
    pub fn associate(&self, port: Arc<Port>, key: usize) -> Result<()> {
        if !self.is_overlapped() {
            return Err(Status::INVALID_PARAMETER);
        }
        let mut registered = self.open.registered.lock();
        if self.binding().is_some() {
            return Err(Status::INVALID_PARAMETER);
        }
        self.bind(Some(Binding { port: port.clone(), key }));
        match registered.as_mut() {
            Some(known) if !known.port.as_ref().is_some_and(|at| Arc::ptr_eq(at, &port)) => {
                self.move_to(known, Some(port))
            }
            _ => {
                self.open.is_guest.store(false, Ordering::Release);
                Ok(())
            }
        }
    }

    /// Takes the association back; the next one may be with another port.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when there is none.
    pub fn dissociate(&self) -> Result<()> {
        let mut registered = self.open.registered.lock();
        if self.binding().is_none() {
            return Err(Status::INVALID_PARAMETER);
        }
        self.bind(None);
        registered.as_mut().map_or(Ok(()), |known| self.move_to(known, None))
    }
}
