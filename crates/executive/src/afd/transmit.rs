//! TransmitFile and TransmitPackets: memory and files, sent as one stream.
//!
//! A file goes from the page cache to the socket by sendfile; nothing passes through the program's
//! memory.  Elements that belong together fill their segments together: memory is sent with
//! MSG_MORE, and while a file has a successor the socket is corked.

use super::connect::DisconnectCall;
use super::outgoing::Outgoing;
use super::request::Attempt;
use super::socket::{RESET, Socket};
use crate::fs::disk_file::{DiskFile, Kind};
use crate::io::irp::Outcome;
use crate::io::user_memory::UserBuffers;
use crate::ob::object::Object;
use crate::status::{Result, Status};
use crate::sys;
use rustix::net::sockopt;
use std::collections::VecDeque;
use std::sync::Arc;

/// The most that one call sends, all elements together.
const LIMIT: u64 = 0x7FFF_FFFE;
/// The most that Linux sends of a file by one call.
const CHUNK: u64 = 0x7FFF_F000;

/// Where in a file a transmission begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the file's position, which moves with what is sent.
    Position,
    /// So many bytes behind the beginning.
    Offset(u64),
}

/// A stretch of a file; the program may close its handle meanwhile.
struct FilePart {
    object: Arc<Object>,
    next: u64,
    end: u64,
    moves_position: bool,
}

impl FilePart {
    fn disk(&self) -> Result<&DiskFile> {
        disk(&self.object)
    }
}

fn disk(object: &Object) -> Result<&DiskFile> {
    match object.file()?.disk() {
        Ok(disk) if disk.kind() == Kind::Disk => Ok(disk),
        _ => Err(Status::NOT_SUPPORTED),
    }
}

enum Source {
    Memory(UserBuffers, usize),
    File(FilePart),
}

struct Element {
    source: Source,
    /// It does not share a segment with what follows.
    ends_packet: bool,
}

/// A TransmitFile or TransmitPackets.
pub struct TransmitCall(Box<Transmission>);

struct Transmission {
    /// What is left, the first perhaps half sent.
    elements: VecDeque<Element>,
    total: u64,
    sent: usize,
    corked: bool,
    disconnect: Option<DisconnectCall>,
}

impl From<TransmitCall> for Outgoing {
    fn from(call: TransmitCall) -> Self {
        Outgoing::Transmit(call)
    }
}

impl TransmitCall {
    /// Sends nothing yet.
    ///
    /// # Errors
    /// `INVALID_CONNECTION` for a socket that is not connected, or knows no connections;
    /// `PIPE_DISCONNECTED` after a shutdown.
    pub fn new(socket: &Socket, disconnect: Option<DisconnectCall>) -> Result<Self> {
        let elements = VecDeque::new();
        let call = Transmission { elements, total: 0, sent: 0, corked: false, disconnect };
        call.permit(socket)?;
        Ok(TransmitCall(Box::new(call)))
    }

    /// Then sends the program's memory.
    pub fn add_memory(&mut self, buffers: UserBuffers, ends_packet: bool) {
        let call = &mut self.0;
        if buffers.length() == 0 {
            if let Some(last) = call.elements.back_mut() {
                last.ends_packet |= ends_packet;
            }
            return;
        }
        call.total += buffers.length() as u64;
        call.elements.push_back(Element { source: Source::Memory(buffers, 0), ends_packet });
    }

    /// Then sends so many bytes of a file, or what it holds if it holds less; 0 means everything.
    ///
    /// # Errors
    /// `ACCESS_DENIED` when it was not opened for reading, `NOT_SUPPORTED` for what is on no disk,
    /// `INVALID_PARAMETER` for a start below zero, `OBJECT_TYPE_MISMATCH` for what is no file.
    pub fn add_file(
        &mut self,
        object: Arc<Object>,
        start: Start,
        length: u64,
        ends_packet: bool,
    ) -> Result<()> {
        let disk = disk(&object)?;
        disk.readable()?;
        let next = match start {
            Start::Position => disk.position(),
            Start::Offset(offset) if i64::try_from(offset).is_ok() => offset,
            Start::Offset(_) => return Err(Status::INVALID_PARAMETER),
        };
        let rest = disk.size()?.saturating_sub(next);
        let length = if length == 0 { rest } else { length };
        let end = next + length.min(rest);
        let moves_position = start == Start::Position;
        let part = FilePart { object, next, end, moves_position };
        let call = &mut self.0;
        call.total += length;
        call.elements.push_back(Element { source: Source::File(part), ends_packet });
        Ok(())
    }

    /// The call as it is to be started.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for more than one call may send.
    pub fn complete(self) -> Result<Self> {
        if self.0.total > LIMIT { Err(Status::INVALID_PARAMETER) } else { Ok(self) }
    }

    pub(super) fn permit(&self, socket: &Socket) -> Result<()> {
        self.0.permit(socket)
    }

    pub(super) fn attempt(&mut self, socket: &Socket) -> Attempt {
        self.0.attempt(socket)
    }

    /// Others may send.
    pub(super) fn given_up(&mut self, socket: &Socket) {
        self.0.cork(socket, false);
    }
}

/// What an attempt to send an element has come to.
enum Sent {
    All,
    Wait,
    Failed(Attempt),
}

impl Transmission {
    fn permit(&self, socket: &Socket) -> Result<()> {
        if socket.is_stream() { socket.permit_send() } else { Err(Status::INVALID_CONNECTION) }
    }

    fn attempt(&mut self, socket: &Socket) -> Attempt {
        if socket.has(RESET) {
            return Attempt::Done(Err(Status::CONNECTION_RESET));
        }
        while let Some(mut element) = self.elements.pop_front() {
            let more = !element.ends_packet && !self.elements.is_empty();
            let sent = match &mut element.source {
                Source::Memory(buffers, done) => self.send_memory(socket, buffers, done, more),
                Source::File(part) => self.send_file(socket, part, more),
            };
            match sent {
                Sent::All if !more => self.cork(socket, false),
                Sent::All => {}
                Sent::Wait => {
                    self.elements.push_front(element);
                    return Attempt::Wait;
                }
                Sent::Failed(attempt) => {
                    self.cork(socket, false);
                    return attempt;
                }
            }
        }
        let outcome = Outcome::bytes(self.sent);
        match self.disconnect.as_mut().map(|disconnect| disconnect.attempt(socket)) {
            Some(Attempt::Done(Err(status))) => Attempt::Done(Err(status)),
            _ => Attempt::Done(Ok(outcome)),
        }
    }

    fn send_memory(
        &mut self,
        socket: &Socket,
        buffers: &UserBuffers,
        done: &mut usize,
        more: bool,
    ) -> Sent {
        let flags = if more { libc::MSG_MORE } else { 0 };
        while *done < buffers.length() {
            match sys::net::send(socket.fd(), buffers, *done, flags) {
                Ok(count) => {
                    *done += count;
                    self.sent += count;
                }
                Err(error) => return failed(socket.send_failed(error)),
            }
        }
        Sent::All
    }

    fn send_file(&mut self, socket: &Socket, part: &mut FilePart, more: bool) -> Sent {
        if more && part.next < part.end {
            self.cork(socket, true);
        }
        while part.next < part.end {
            let wanted = (part.end - part.next).min(CHUNK) as usize;
            let sent = match part.disk().and_then(DiskFile::readable) {
                Ok(file) => sys::net::send_file(socket.fd(), file, part.next, wanted),
                Err(status) => return Sent::Failed(Attempt::Done(Err(status))),
            };
            match sent {
                // It has become shorter than it was.
                Ok(0) => break,
                Ok(count) => {
                    part.next += count as u64;
                    self.sent += count;
                    if let (true, Ok(disk)) = (part.moves_position, part.disk()) {
                        disk.set_position(part.next);
                    }
                }
                Err(error) => return failed(socket.send_failed(error)),
            }
        }
        Sent::All
    }

    /// Holds incomplete segments back, or no more.
    fn cork(&mut self, socket: &Socket, corked: bool) {
        if self.corked != corked {
            self.corked = corked;
            // Other sockets than TCP's have no segments to fill.
            let _without = sockopt::set_tcp_cork(socket.fd(), corked);
        }
    }
}

fn failed(attempt: Attempt) -> Sent {
    match attempt {
        Attempt::Wait => Sent::Wait,
        other => Sent::Failed(other),
    }
}
