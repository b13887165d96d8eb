//! Reading, writing, looking, transacting, flushing.

use super::end::End;
use super::instance::{Inner, State};
use super::queue::{Full, Peeked, ReadMode};
use super::request::{self, Call, Ends};
use crate::fs::rights::{READ_DATA, WRITE_DATA};
use crate::io::file::File;
use crate::io::irp::{Irp, Outcome, Overlapped, Started};
use crate::io::read_write::Way;
use crate::io::user_memory::UserBuffer;
use crate::ob::object::Object;
use crate::ob::table::Keep;
use crate::status::{Result, Status};

/// `ReadFile`
struct Read<'end> {
    end: &'end End,
    buffer: UserBuffer,
    /// Its own thread waits.
    performed: bool,
}

impl Call for Read<'_> {
    fn attempt(&mut self, inner: &mut Inner, ends: &mut Ends) -> Result<Option<Outcome>> {
        let side = self.end.side();
        let patient = self.performed && !inner.modes(side).no_wait;
        inner.look_to_read(side, patient, ends);
        let state = self.end.state(inner);
        match state {
            State::Disconnected => return Err(Status::PIPE_DISCONNECTED),
            State::Listening => return Err(Status::PIPE_LISTENING),
            State::Connected | State::Closing => {}
        }
        let modes = *inner.modes(side);
        let mut finish = |irp, outcome| ends.finish(irp, outcome);
        if let Some(outcome) = inner.inbound(side).read(self.buffer, modes.read, &mut finish) {
            inner.has_read(side);
            return Ok(Some(outcome));
        }
        match state {
            State::Closing => Err(Status::PIPE_BROKEN),
            _ if modes.no_wait => Err(Status::PIPE_EMPTY),
            _ => Ok(None),
        }
    }

    fn queue(self, inner: &mut Inner, irp: Irp) {
        inner.reads(self.end.side());
        inner.inbound(self.end.side()).wait_to_read(irp, self.buffer);
    }
}

/// `WriteFile`
struct Write<'end> {
    end: &'end End,
    bytes: UserBuffer,
}

/// The state in which an end can write.
fn permit_writing(state: State) -> Result<()> {
    match state {
        State::Connected => Ok(()),
        State::Disconnected => Err(Status::PIPE_DISCONNECTED),
        State::Listening => Err(Status::PIPE_LISTENING),
        State::Closing => Err(Status::PIPE_CLOSING),
    }
}

/// How the reader of what this end writes reads.
fn reader_mode(end: &End, inner: &mut Inner) -> ReadMode {
    inner.modes(end.side().other()).read
}

impl Call for Write<'_> {
    fn attempt(&mut self, inner: &mut Inner, ends: &mut Ends) -> Result<Option<Outcome>> {
        inner.look_to_write(ends);
        permit_writing(self.end.state(inner))?;
        let side = self.end.side();
        let full = if inner.modes(side).no_wait { Full::Refuse } else { Full::Wait };
        let mode = reader_mode(self.end, inner);
        let mut finish = |irp, outcome| ends.finish(irp, outcome);
        let outcome = inner.outbound(side).write(self.bytes, full, mode, &mut finish);
        let taken = outcome.map_or(self.bytes.length(), |outcome| outcome.information);
        let is_written = taken > 0 || self.bytes.length() == 0;
        if is_written && !inner.has_written(self.bytes.part(0, taken)) {
            inner.found_nobody(ends);
            permit_writing(self.end.state(inner))?;
        }
        Ok(outcome)
    }

    fn queue(self, inner: &mut Inner, irp: Irp) {
        inner.outbound(self.end.side()).wait_to_write(irp, self.bytes);
    }
}

/// `TransactNamedPipe`: a write that never waits, and a read.
struct Transact<'end> {
    end: &'end End,
    bytes: UserBuffer,
    reply: UserBuffer,
}

impl Call for Transact<'_> {
    fn attempt(&mut self, inner: &mut Inner, ends: &mut Ends) -> Result<Option<Outcome>> {
        let side = self.end.side();
        inner.pump(true, ends);
        match self.end.state(inner) {
            State::Connected => {}
            State::Disconnected if self.end.is_client() => return Err(Status::PIPE_DISCONNECTED),
            _ => return Err(Status::INVALID_PIPE_STATE),
        }
        if inner.modes(side).read != ReadMode::Message {
            return Err(Status::INVALID_READ_MODE);
        }
        if !inner.inbound(side).is_empty() {
            return Err(Status::PIPE_BUSY);
        }
        let mode = reader_mode(self.end, inner);
        let mut finish = |irp, outcome| ends.finish(irp, outcome);
        let _written = inner.outbound(side).write(self.bytes, Full::Exceed, mode, &mut finish);
        if !inner.has_written(self.bytes) {
            inner.found_nobody(ends);
            permit_writing(self.end.state(inner))?;
        }
        Ok(None)
    }

    fn queue(self, inner: &mut Inner, irp: Irp) {
        inner.reads(self.end.side());
        inner.inbound(self.end.side()).wait_to_read(irp, self.reply);
    }
}

/// `FlushFileBuffers`
struct Flush<'end> {
    end: &'end End,
}

impl Call for Flush<'_> {
    fn attempt(&mut self, inner: &mut Inner, ends: &mut Ends) -> Result<Option<Outcome>> {
        inner.pump(true, ends);
        let state = self.end.state(inner);
        if state == State::Disconnected && self.end.is_client() {
            return Err(Status::PIPE_DISCONNECTED);
        }
        // Nobody reads any more.
        let is_read = inner.outbound(self.end.side()).is_empty() || state != State::Connected;
        Ok(is_read.then_some(Outcome::bytes(0)))
    }

    fn queue(self, inner: &mut Inner, irp: Irp) {
        inner.outbound(self.end.side()).wait_to_flush(irp);
    }
}

impl End {
    /// Starts reading what there is, or one message (semantics 12.3), or writing everything, as one
    /// message.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; by the state `PIPE_LISTENING` (536), `PIPE_DISCONNECTED` (233), and when
    /// the other end has gone `PIPE_BROKEN` (109) for a read, `PIPE_CLOSING` (232) for a write;
    /// `PIPE_EMPTY` (232) for a read that must not wait; `BUFFER_OVERFLOW` (234) for a part of a
    /// message, which everybody has been told of.
    pub fn start(
        &self,
        object: &impl Keep<Object>,
        file: &File,
        way: Way,
        buffer: UserBuffer,
        overlapped: Overlapped,
    ) -> Result<Started> {
        let end = self;
        match way {
            Way::Read => {
                self.require(READ_DATA)?;
                let call = Read { end, buffer, performed: false };
                request::start(object, file, self.lock(), call, overlapped)
            }
            Way::Write => {
                self.require(WRITE_DATA)?;
                request::start(object, file, self.lock(), Write { end, bytes: buffer }, overlapped)
            }
        }
    }

    /// Reads or writes, however long it takes.
    ///
    /// # Errors
    /// As for [`End::start`], but that a part of a message is an outcome.
    pub fn perform(
        &self,
        object: &impl Keep<Object>,
        file: &File,
        way: Way,
        buffer: UserBuffer,
    ) -> Result<Outcome> {
        let end = self;
        match way {
            Way::Read => {
                self.require(READ_DATA)?;
                let call = Read { end, buffer, performed: true };
                request::perform(object, file, self.lock(), call)
            }
            Way::Write => {
                self.require(WRITE_DATA)?;
                request::perform(object, file, self.lock(), Write { end, bytes: buffer })
            }
        }
    }

    /// Writes a message and reads the answer.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_DISCONNECTED` (233), `INVALID_PIPE_STATE` (230) by the state;
    /// `INVALID_READ_MODE` (230) when this end does not read messages; `PIPE_BUSY` (231) while
    /// something is there to be read; `BUFFER_OVERFLOW` (234) as for [`End::start`].
    pub fn transact(
        &self,
        object: &impl Keep<Object>,
        file: &File,
        bytes: UserBuffer,
        reply: UserBuffer,
        overlapped: Option<Overlapped>,
    ) -> Result<Started> {
        self.require(READ_DATA)?;
        self.require(WRITE_DATA)?;
        let call = Transact { end: self, bytes, reply };
        request::run(object, file, self.lock(), call, overlapped)
    }

    /// Waits until the other end has read everything.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_DISCONNECTED` (233) at a client's end that was disconnected, or when
    /// that happens; `PIPE_BROKEN` (109) when the other end goes before it has read everything.
    pub fn flush(&self, object: &impl Keep<Object>, file: &File) -> Result<()> {
        self.require(WRITE_DATA)?;
        request::perform(object, file, self.lock(), Flush { end: self }).map(drop)
    }

    /// Looks at what could be read.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_DISCONNECTED` (233), `INVALID_PIPE_STATE` (230), `PIPE_BROKEN` (109)
    /// by the state.
    pub fn peek(&self, buffer: UserBuffer) -> Result<Peeked> {
        self.require(READ_DATA)?;
        self.look();
        let mut inner = self.lock();
        let state = self.state(&inner);
        match state {
            State::Disconnected if self.is_client() => return Err(Status::PIPE_DISCONNECTED),
            State::Disconnected | State::Listening => return Err(Status::INVALID_PIPE_STATE),
            State::Connected | State::Closing => {}
        }
        let queue = inner.inbound(self.side());
        if state == State::Closing && queue.is_empty() {
            return Err(Status::PIPE_BROKEN);
        }
        Ok(queue.peek(buffer))
    }
}
