//! The file object: what every open device has in common, whatever the device does.
//!
//! What the devices do differently is in their own rooms; [`Device`] lists them.

use super::irp::Irp;
use super::port::Port;
use super::worker;
use crate::afd::socket::Socket;
use crate::engine::Registration;
use crate::fs::disk_file::DiskFile;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ob::object::Object;
use crate::ob::table::Keep;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, Mutex, Ordering};
use rustix::fd::BorrowedFd;
use std::sync::{Arc, OnceLock};

/// `FILE_SKIP_COMPLETION_PORT_ON_SUCCESS`
pub const SKIP_PORT_ON_SUCCESS: u32 = 1;
/// `FILE_SKIP_SET_EVENT_ON_HANDLE`
pub const SKIP_SET_EVENT: u32 = 2;

/// A file's association with a port, for life.
pub struct Binding {
    /// The port, kept alive by its files.
    pub port: Arc<Port>,
    /// The program's key.
    pub key: usize,
}

/// Where the descriptor is registered.
struct Registered {
    registration: Registration,
    with_port: bool,
    writes: bool,
}

/// What a file object is open to.
// Nearly all are sockets; the others need not be small.
#[allow(clippy::large_enum_variant)]
pub enum Device {
    /// A socket.
    Socket(Socket),
    /// A file on a disk.
    Disk(DiskFile),
}

impl Device {
    /// The last handle is closed: what is pending ends.
    fn cleanup(&self, file: &File) {
        match self {
            Device::Socket(socket) => socket.close(file),
            Device::Disk(disk) => disk.close(),
        }
    }

    /// Ends the chosen pending requests with this status; returns how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        match self {
            Device::Socket(socket) => socket.cancel(status, chosen),
            // Its requests end inside their calls.
            Device::Disk(_) => 0,
        }
    }

    /// The descriptor whose readiness continues the device's pending requests.
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Device::Socket(socket) => Some(socket.fd()),
            Device::Disk(_) => None,
        }
    }
}

/// A file object.
pub struct File {
    device: Device,
    signal: Dispatcher,
    overlapped: bool,
    binding: OnceLock<Binding>,
    modes: AtomicU32,
    /// The handle that Winsock gave out for it; 0 before.
    socket_value: AtomicU32,
    /// Those that it gave out for duplicates (WSADuplicateSocket).
    more_socket_values: Mutex<Vec<u32>>,
    registered: Mutex<Option<Registered>>,
    is_registered: AtomicBool,
}

impl File {
    /// A file object for a device.  Only an overlapped one takes an OVERLAPPED seriously.
    pub fn new(device: Device, overlapped: bool) -> Self {
        File {
            device,
            signal: Dispatcher::new(Kind::Notification, 0),
            overlapped,
            binding: OnceLock::new(),
            modes: AtomicU32::new(0),
            socket_value: AtomicU32::new(0),
            more_socket_values: Mutex::default(),
            registered: Mutex::new(None),
            is_registered: AtomicBool::new(false),
        }
    }

    /// What it is open to.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The socket.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` when it is open to something else.
    pub fn socket(&self) -> Result<&Socket> {
        match &self.device {
            Device::Socket(socket) => Ok(socket),
            Device::Disk(_) => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The file on a disk.
    ///
    /// # Errors
    /// `INVALID_DEVICE_REQUEST` when it is open to something else.
    pub fn disk(&self) -> Result<&DiskFile> {
        match &self.device {
            Device::Disk(disk) => Ok(disk),
            Device::Socket(_) => Err(Status::INVALID_DEVICE_REQUEST),
        }
    }

    /// True for what a child process inherits unless the program says otherwise: sockets
    /// (semantics 13.6).
    pub fn is_inheritable(&self) -> bool {
        matches!(self.device, Device::Socket(_))
    }

    /// The last handle is closed.
    pub fn cleanup(&self) {
        self.device.cleanup(self);
    }

    fn descriptor(&self) -> Result<BorrowedFd<'_>> {
        self.device.descriptor().ok_or(Status::INVALID_DEVICE_REQUEST)
    }

    /// Notes the handle that Winsock gives out for this file.
    pub fn set_socket_value(&self, handle: u32) {
        let first = (Ordering::Relaxed, Ordering::Relaxed);
        if self.socket_value.compare_exchange(0, handle, first.0, first.1).is_err() {
            self.more_socket_values.lock().push(handle);
        }
    }

    /// The handle that Winsock gave out for it; 0 before.
    pub fn socket_value(&self) -> u32 {
        self.socket_value.load(Ordering::Relaxed)
    }

    /// True for the handle that Winsock gave out; false for a duplicate, which Winsock does not
    /// know (semantics 1.12).
    pub fn is_socket_value(&self, handle: usize) -> bool {
        self.socket_value.load(Ordering::Relaxed) as usize == handle
            || self.more_socket_values.lock().iter().any(|value| *value as usize == handle)
    }

    /// What waits for the handle use.  With a port, whose threads may be anywhere, somebody else
    /// looks after the file's events from now on.
    pub fn signal_to_wait_for(&self) -> &Dispatcher {
        self.look_after(true);
        &self.signal
    }

    /// The file's own signal.
    pub fn signal(&self) -> &Dispatcher {
        &self.signal
    }

    /// True when the handle was opened for overlapped I/O.
    pub fn is_overlapped(&self) -> bool {
        self.overlapped
    }

    /// The port and the key, once associated.
    pub fn binding(&self) -> Option<&Binding> {
        self.binding.get()
    }

    /// True when the notification mode is set.
    pub fn has_mode(&self, mode: u32) -> bool {
        self.modes.load(Ordering::Relaxed) & mode != 0
    }

    /// Adds notification modes; unknown bits are ignored and none can be taken back
    /// (semantics 4.8).  `INVALID_PARAMETER` for a handle that is not overlapped.
    pub fn add_modes(&self, modes: u32) -> Result<()> {
        if !self.overlapped {
            return Err(Status::INVALID_PARAMETER);
        }
        let known = modes & (SKIP_PORT_ON_SUCCESS | SKIP_SET_EVENT);
        self.modes.fetch_or(known, Ordering::Relaxed);
        Ok(())
    }

    /// Associates the file with a port.  Requests that are pending already complete to it.
    /// `INVALID_PARAMETER` when it has a port, or is not overlapped (semantics 4.1).
    pub fn associate(&self, port: Arc<Port>, key: usize) -> Result<()> {
        if !self.overlapped {
            return Err(Status::INVALID_PARAMETER);
        }
        let mut registered = self.registered.lock();
        self.binding
            .set(Binding { port: port.clone(), key })
            .map_err(|_| Status::INVALID_PARAMETER)?;
        if let Some(known) = registered.as_mut() {
            // Its events go to the port's waiters from now on; what is ready is reported anew.
            // First the new place: if it has no room, the worker goes on listening.
            let fd = self.descriptor()?;
            port.set().add(fd, known.registration, known.writes)?;
            worker::get().set().remove(fd);
            known.with_port = true;
        }
        Ok(())
    }

    /// True when readiness is reported, so that a call which would block need not be made.
    pub fn is_registered(&self) -> bool {
        self.is_registered.load(Ordering::Acquire)
    }

    /// Makes sure that readiness is reported from now on; if the descriptor is ready already, at
    /// once.  `writes` asks for room to send too.
    pub fn register(&self, object: &impl Keep<Object>, writes: bool) -> Result<()> {
        if self.is_registered() && !writes {
            return Ok(());
        }
        let fd = self.descriptor()?;
        let mut registered = self.registered.lock();
        let set = match self.binding.get() {
            Some(binding) => binding.port.set(),
            None => worker::get().set(),
        };
        if let Some(known) = registered.as_mut() {
            if writes && !known.writes {
                set.modify(fd, known.registration, true)?;
                known.writes = true;
            }
            return Ok(());
        }
        let registration =
            Registration::new(object.keep()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        if let Err(status) = set.add(fd, registration, writes) {
            registration.withdraw();
            return Err(status);
        }
        let with_port = self.binding.get().is_some();
        *registered = Some(Registered { registration, with_port, writes });
        self.is_registered.store(true, Ordering::Release);
        Ok(())
    }

    /// Ends the registration, and with it the reference that keeps the object alive.
    pub fn unregister(&self) {
        let Some(known) = self.registered.lock().take() else { return };
        self.is_registered.store(false, Ordering::Release);
        let Ok(fd) = self.descriptor() else { return };
        match self.binding.get().filter(|_| known.with_port) {
            Some(binding) => binding.port.set().remove(fd),
            None => worker::get().set().remove(fd),
        }
        known.registration.withdraw();
    }

    /// Something of this file is pending: if it will be waited for elsewhere than at the port, or
    /// nobody waits at the port, somebody must look after the port's events.
    pub fn look_after(&self, has_event: bool) {
        if let Some(binding) = self.binding.get() {
            if has_event {
                worker::get().watch(&binding.port);
            } else {
                binding.port.ask_for_tending();
            }
        }
    }
}
