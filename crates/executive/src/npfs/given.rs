//! An end of a named pipe that was given to another process, which may be any of Linux'.
//!
//! ```text
//!   the other end <--> the instance <--> this end | two threads <==> a socket | the other process
//!                                                   of this process             reads, writes
//! ```
//!
//! The end stays in this process, and the other gets a socket.  One thread carries what comes from
//! there into the pipe, one what is in the pipe there; so the other process need know nothing of
//! pipes, and the instance nothing of it.  What differs from Windows: messages become bytes, the
//! other process has no requests of its own at the pipe, and when this process ends, so does the
//! connection.
//!
//! The end is open as long as a handle of this process or the other's socket is.  Who is given a
//! handle that he does not use takes nothing: reading begins only for a standard handle, a listed
//! or a duplicated one, or when this process has closed its own.

use super::end::End;
use super::instance::State;
use crate::fs::error::general;
use crate::fs::rights::{READ_DATA, WRITE_DATA};
use crate::io::irp::{Irp, Notify};
use crate::io::read_write::Way;
use crate::io::user_memory::UserBuffer;
use crate::ke::thread;
use crate::ob::object::Reference;
use crate::status::{Result, Status};
use crate::sync::{AtomicBool, AtomicU32, Mutex, Ordering};
use crate::sys::thread::spawn_without_signals;
use core::time::Duration;
use rustix::fd::OwnedFd;
use rustix::io::{Errno, fcntl_dupfd_cloexec};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, Shutdown, SocketFlags, SocketType, recv, send, shutdown,
    socketpair,
};
use std::sync::Arc;

/// So much is carried at a time.
const PART: usize = 64 * 1024;
/// How often who waits for the reading thread looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// What the two threads have in common.
struct Carrier {
    object: Reference,
    socket: OwnedFd,
    /// The other process has closed.
    stopped: AtomicBool,
    /// The thread that reads the pipe; 0 without one.
    reader: AtomicU32,
    reads: AtomicBool,
}

#[derive(Default)]
enum Place {
    /// Only here.
    #[default]
    Own,
    /// Here, and wherever there is another descriptor of the socket.
    Both { carrier: Arc<Carrier>, theirs: OwnedFd },
    /// There only.
    Away,
}

/// Where an end is.
#[derive(Default)]
pub(super) struct Given(Mutex<Place>);

/// A socket for another process that stands for this object, an end of a named pipe; None when it
/// stays: when it is not connected, or its calls do not wait.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`, `INVALID_DEVICE_REQUEST` for what is no named pipe.
pub fn give(object: &Reference) -> Result<Option<OwnedFd>> {
    let end = object.file()?.pipe()?;
    let mut place = end.given().0.lock();
    match &*place {
        Place::Both { theirs, .. } => return copy(theirs).map(Some),
        Place::Away => return Ok(None),
        Place::Own if !end.is_connected() => return Ok(None),
        Place::Own => {}
    }
    let (family, flags) = (AddressFamily::UNIX, SocketFlags::CLOEXEC);
    let (socket, theirs) = socketpair(family, SocketType::STREAM, flags, None).map_err(general)?;
    let given = copy(&theirs)?;
    let carrier = Arc::new(Carrier {
        object: object.clone(),
        socket,
        stopped: AtomicBool::new(false),
        reader: AtomicU32::new(0),
        reads: AtomicBool::new(false),
    });
    if end.require(READ_DATA).is_err() {
        let _open = shutdown(&carrier.socket, Shutdown::Write);
    }
    let own = carrier.clone();
    spawn_without_signals("lapwing-pipe-in", move || own.carry_in());
    *place = Place::Both { carrier, theirs };
    Ok(Some(given))
}

/// From now on the other process takes what comes.  What is no end that was given stays as it is.
pub fn begin_reading(object: &Reference) {
    let Ok(end) = object.file().and_then(|file| file.pipe()) else { return };
    if let Place::Both { carrier, .. } = &*end.given().0.lock() {
        carrier.begin_reading(end);
    }
}

fn copy(fd: &OwnedFd) -> Result<OwnedFd> {
    fcntl_dupfd_cloexec(fd, 3).map_err(general)
}

impl Given {
    /// This process has closed its last handle.  True when the other has the end still.
    pub(super) fn leave(&self, end: &End) -> bool {
        let mut place = self.0.lock();
        let Place::Both { carrier, .. } = &*place else { return false };
        carrier.begin_reading(end);
        let is_own = |irp: &Irp| !matches!(irp.overlapped.notify, Notify::Blocked(_));
        end.cancel(Status::CANCELLED, &is_own);
        *place = Place::Away;
        true
    }
}

impl End {
    fn is_connected(&self) -> bool {
        self.look();
        let mut inner = self.lock();
        self.state(&inner) == State::Connected && !inner.modes(self.side()).no_wait
    }
}

impl Carrier {
    fn begin_reading(self: &Arc<Self>, end: &End) {
        if end.require(READ_DATA).is_ok() && !self.reads.swap(true, Ordering::SeqCst) {
            let own = self.clone();
            spawn_without_signals("lapwing-pipe-out", move || own.carry_out());
        }
    }

    /// From the other process into the pipe, until it has closed.
    fn carry_in(&self) {
        thread::serve();
        let mut bytes = vec![0; PART];
        loop {
            match recv(&self.socket, &mut bytes[..], RecvFlags::empty()) {
                Ok((0, _)) => break,
                Ok((count, _)) if !self.write(&bytes[..count]) => {
                    let _closed = shutdown(&self.socket, Shutdown::Both);
                    break;
                }
                Ok(_) | Err(Errno::INTR) => {}
                Err(_) => break,
            }
        }
        self.stop();
    }

    /// False when nobody reads any more.  What may not be written is lost.
    fn write(&self, bytes: &[u8]) -> bool {
        let Ok(file) = self.object.file() else { return false };
        let Ok(end) = file.pipe() else { return false };
        let write = |bytes| end.perform(&self.object, file, Way::Write, bytes);
        end.require(WRITE_DATA).is_err() || UserBuffer::with_bytes(bytes, write).is_ok()
    }

    /// From the pipe to the other process, until one of them ends.
    fn carry_out(&self) {
        thread::serve();
        self.reader.store(thread::current_id(), Ordering::SeqCst);
        if let Ok(file) = self.object.file()
            && let Ok(end) = file.pipe()
        {
            let mut bytes = vec![0; PART];
            while !self.stopped.load(Ordering::SeqCst) {
                let read = |bytes| end.perform(&self.object, file, Way::Read, bytes);
                let Ok(outcome) = UserBuffer::with_room(&mut bytes, read) else { break };
                if !self.send(&bytes[..outcome.information]) {
                    break;
                }
            }
        }
        // What has been sent can still be read there.
        let _closed = shutdown(&self.socket, Shutdown::Both);
        self.reader.store(0, Ordering::SeqCst);
        self.reads.store(false, Ordering::SeqCst);
    }

    fn send(&self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            match send(&self.socket, bytes, SendFlags::NOSIGNAL) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno::INTR) => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// The other process is gone, or has nobody to talk to: the end is this process's again.
    fn stop(&self) {
        let Ok(end) = self.object.file().and_then(|file| file.pipe()) else { return };
        self.stopped.store(true, Ordering::SeqCst);
        while self.reads.load(Ordering::SeqCst) {
            let reader = self.reader.load(Ordering::SeqCst);
            end.cancel(Status::CANCELLED, &|irp| irp.thread_id == reader);
            std::thread::sleep(LOOK_AGAIN);
        }
        let place = core::mem::take(&mut *end.given().0.lock());
        if matches!(place, Place::Away) {
            end.close_now();
            if let Ok(file) = self.object.file() {
                file.unregister();
            }
        }
    }
}
