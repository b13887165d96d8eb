//! ReadFile, WriteFile and their family, for every device: with or without an OVERLAPPED, and with
//! whatever tells the end (event, routine, port).
//!
//! What the handle was opened for decides.  On an overlapped one a call with an OVERLAPPED starts a
//! request ([`start`]).  Every other call is performed by its own thread ([`perform`]), and if an
//! OVERLAPPED came along, the result is told there too, inside the call (semantics 13.2).  A new
//! device adds an arm to both, and to [`Waiting`] if its blocking calls remember what is done.

use super::complete;
use super::file::{Device, File};
use super::irp::{Notify, Outcome, Overlapped, Started};
use super::user_memory::{UserBuffer, UserBuffers};
use crate::afd::incoming::Incoming;
use crate::afd::outgoing::Outgoing;
use crate::afd::receive::ReceiveCall;
use crate::afd::request;
use crate::afd::send::SendCall;
use crate::fs::disk_file::DiskFile;
use crate::ke::apc;
use crate::ke::deadline::Deadline;
use crate::ke::thread;
use crate::ob::handle;
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};

/// Where the bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the device.
    Read,
    /// To the device.
    Write,
}

/// What stands in an OVERLAPPED.
pub struct Given {
    /// How the end is told.
    pub overlapped: Overlapped,
    /// The place in the file: Offset and OffsetHigh.
    pub place: u64,
}

/// Reads or writes: starts a request, or does it before it returns.  `take` takes what the program
/// gave, once there is a file to give it to.
///
/// # Errors
/// `INVALID_HANDLE`, `OBJECT_TYPE_MISMATCH`; those of `take`; `INVALID_PARAMETER` for an overlapped
/// file with places and no OVERLAPPED, or for a routine where there is a port; `ACCESS_VIOLATION`
/// and (writing) `INVALID_USER_BUFFER` for wild memory; those of the device.  A call that fails
/// tells nobody else: no event, no routine, no packet.
pub fn read_write(
    handle: usize,
    way: Way,
    buffers: UserBuffers,
    take: impl FnOnce(&File) -> Result<Option<Given>>,
) -> Result<Started> {
    let object = handle::lookup(handle)?;
    let file = object.file()?;
    // AFD looks at the memory itself.
    if buffers.is_nowhere() && !matches!(file.device(), Device::Socket(_)) {
        let reads = way == Way::Read;
        return Err(if reads { Status::ACCESS_VIOLATION } else { Status::INVALID_USER_BUFFER });
    }
    let given = take(file)?;
    let has_routine = |given: &Given| matches!(given.overlapped.notify, Notify::Routine(_));
    if file.binding().is_some() && given.as_ref().is_some_and(has_routine) {
        return Err(Status::INVALID_PARAMETER);
    }
    match given {
        Some(given) if file.is_overlapped() => start(&object, file, way, buffers, given),
        None if file.is_overlapped() && matches!(file.device(), Device::Disk(_)) => {
            file.disk()?.permit(way, None)?;
            Err(Status::INVALID_PARAMETER)
        }
        given => perform(object, handle, way, buffers, given),
    }
}

/// Reads or writes a list of pages: a disk file's, opened for overlapped transfers past the cache.
///
/// # Errors
/// `INVALID_PARAMETER` for any other file; those of `take_pages` and `take`; those of
/// [`read_write`].
pub fn read_write_pages(
    handle: usize,
    way: Way,
    take_pages: impl FnOnce() -> Result<UserBuffers>,
    take: impl FnOnce() -> Result<Given>,
) -> Result<Started> {
    let object = handle::lookup(handle)?;
    let file = object.file()?;
    if !(file.is_overlapped() && file.disk().is_ok_and(DiskFile::is_unbuffered)) {
        return Err(Status::INVALID_PARAMETER);
    }
    start(&object, file, way, take_pages()?, take()?)
}

/// Starts a request.
fn start(
    object: &Pinned<'_, Object>,
    file: &File,
    way: Way,
    buffers: UserBuffers,
    given: Given,
) -> Result<Started> {
    match file.device() {
        Device::Socket(_) => match way {
            Way::Read => {
                let call = ReceiveCall::new(buffers, 0);
                request::start::<Incoming>(object, file, call, given.overlapped)
            }
            Way::Write => {
                let call = SendCall::new(buffers, 0);
                request::start::<Outgoing>(object, file, call, given.overlapped)
            }
        },
        Device::Disk(disk) => disk.start(object, file, way, buffers, given.keeping_place()),
        Device::Pipe(end) => {
            end.start(object, file, way, buffers.one()?, given.keeping_place().overlapped)
        }
        // It is never overlapped: its call ends inside.
        Device::AnonymousPipe(_) => Err(Status::INVALID_DEVICE_REQUEST),
        Device::Mailslot(mailslot) => match way {
            Way::Read => mailslot.start(object, file, buffers.one()?, given.overlapped),
            Way::Write => Err(Status::ACCESS_DENIED),
        },
        Device::MailslotWriter(writer) => {
            writer.permit(way)?;
            writer.start(file, &buffers, &given.overlapped)
        }
        Device::Serial(port) => port.start(object, file, way, buffers.one()?, given.overlapped),
        Device::PipeDoor(_) | Device::Afd(_) => Err(Status::INVALID_DEVICE_REQUEST),
    }
}

impl Given {
    /// The place stays in the OVERLAPPED; a socket's flags would overwrite it.
    fn keeping_place(self) -> Self {
        Given { overlapped: self.overlapped.keeping_offset(), ..self }
    }
}

/// A call that its own thread performs: what it remembers when an APC interrupts it.
enum Waiting {
    Receive(Incoming),
    Send(Outgoing),
    Disk(UserBuffers),
    Pipe(UserBuffer),
    AnonymousPipe(UserBuffers),
    Mailslot(UserBuffer),
    Serial(UserBuffer),
    MailslotWriter(UserBuffers),
}

impl Waiting {
    /// Refuses what the device cannot do at all.
    fn new(device: &Device, way: Way, buffers: UserBuffers, place: Option<u64>) -> Result<Self> {
        Ok(match (device, way) {
            (Device::Socket(_), Way::Read) => Waiting::Receive(ReceiveCall::new(buffers, 0).into()),
            (Device::Socket(_), Way::Write) => Waiting::Send(SendCall::new(buffers, 0).into()),
            (Device::Disk(disk), _) => {
                disk.permit(way, place)?;
                Waiting::Disk(buffers)
            }
            (Device::Pipe(_), _) => Waiting::Pipe(buffers.one()?),
            (Device::AnonymousPipe(end), _) => {
                end.permit(way)?;
                Waiting::AnonymousPipe(buffers)
            }
            (Device::Mailslot(_), Way::Read) => Waiting::Mailslot(buffers.one()?),
            (Device::Mailslot(_), Way::Write) => return Err(Status::ACCESS_DENIED),
            (Device::MailslotWriter(writer), _) => {
                writer.permit(way)?;
                Waiting::MailslotWriter(buffers)
            }
            (Device::Serial(_), _) => Waiting::Serial(buffers.one()?),
            (Device::PipeDoor(_) | Device::Afd(_), _) => {
                return Err(Status::INVALID_DEVICE_REQUEST);
            }
        })
    }

    /// `USER_APC` when APCs are due: they are delivered with nothing held.
    fn go_on(
        &mut self,
        object: &Pinned<'static, Object>,
        way: Way,
        place: Option<u64>,
    ) -> Result<Outcome> {
        let file = object.file()?;
        match self {
            Waiting::Receive(call) => request::perform(object, file, call, Deadline::Never),
            Waiting::Send(call) => request::perform(object, file, call, Deadline::Never),
            Waiting::Disk(buffers) => file.disk()?.perform(way, buffers, place),
            Waiting::Pipe(buffer) => file.pipe()?.perform(object, file, way, *buffer),
            Waiting::AnonymousPipe(buffers) => file.anonymous_pipe()?.perform(object, way, buffers),
            Waiting::Mailslot(buffer) => file.mailslot()?.perform(*buffer),
            Waiting::Serial(buffer) => file.serial()?.perform(way, *buffer),
            Waiting::MailslotWriter(buffers) => file.mailslot_writer()?.perform(buffers),
        }
    }
}

/// Performs a call on the caller's own thread, however long that takes.
fn perform(
    object: Pinned<'static, Object>,
    handle: usize,
    way: Way,
    buffers: UserBuffers,
    given: Option<Given>,
) -> Result<Started> {
    let place = given.as_ref().map(|given| given.place);
    let mut waiting = Waiting::new(object.file()?.device(), way, buffers, place)?;
    if let Some(given) = &given {
        given.overlapped.start(object.file()?);
    }
    let mut object = object;
    loop {
        let step = || waiting.go_on(&object, way, place);
        match thread::with_current(|thread| thread.in_synchronous_call(step)) {
            Err(Status::USER_APC) => {
                drop(object);
                apc::deliver();
                object = handle::lookup(handle)?;
            }
            result => return tell(object.file()?, given, result),
        }
    }
}

/// A synchronous call has come to its end.
fn tell(file: &File, given: Option<Given>, result: Result<Outcome>) -> Result<Started> {
    let Some(Given { overlapped, .. }) = given.map(Given::keeping_place) else {
        return match result {
            // Without an OVERLAPPED the end of a file is no error.
            Err(Status::END_OF_FILE) => Ok(Started::Done(Outcome::bytes(0))),
            result => result.map(Started::Done),
        };
    };
    // Nobody else is told of a failure (semantics 7.6).
    complete::deliver_performed(file, &overlapped, result);
    result.map(Started::Done)
}
