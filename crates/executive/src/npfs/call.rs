//! CallNamedPipe: a client for the length of one transaction.

use super::instance::Modes;
use super::namespace::{self, Patience};
use super::queue::ReadMode;
use crate::io::file::{Device, File};
use crate::io::irp::{Outcome, Started};
use crate::io::user_memory::UserBuffer;
use crate::ob::object::{Body, Object};
use crate::status::{Result, Status};

/// `GENERIC_READ | GENERIC_WRITE`
const READ_AND_WRITE: u32 = 0xC000_0000;

/// Opens the pipe, waiting for an instance if need be, writes a message, reads the answer, and
/// closes.  What of the answer does not fit is lost, and the status says so.
///
/// # Errors
/// Those of [`namespace::wait`], [`namespace::open`] and `TransactNamedPipe`; `INVALID_PARAMETER`
/// for a byte pipe.
pub fn call(
    name: &str,
    bytes: UserBuffer,
    reply: UserBuffer,
    patience: Patience,
) -> Result<Outcome> {
    let end = loop {
        match namespace::open(name, READ_AND_WRITE) {
            Err(Status::PIPE_NOT_AVAILABLE) => namespace::wait(name, patience)?,
            opened => break opened?,
        }
    };
    let object = Object::new(Body::File(File::new(Device::Pipe(end), false)));
    let file = object.file()?;
    let end = file.pipe()?;
    let outcome = end
        .set_modes(Modes { read: ReadMode::Message, no_wait: false })
        .and_then(|()| end.transact(&object, file, bytes, reply, None))
        .and_then(|started| match started {
            Started::Done(outcome) => Ok(outcome),
            Started::Pending => Err(Status::PENDING),
        });
    // It has no handle whose close would do it.
    file.cleanup();
    outcome
}
