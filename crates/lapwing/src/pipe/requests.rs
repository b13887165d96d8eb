//! What can be asked of a named pipe, and what a pipe of messages answers.
#![allow(unsafe_code)]

use crate::alertable::routine::{self, routine_request};
use crate::operation::{Completed, Operation, Prepared, Request, Source};
use crate::pipe::{NamedPipe, ServerEnd};
use crate::port::Associated;
use crate::sys::{self, OVERLAPPED, Pipes as np};
use crate::{Buffer, BufferMut, Result};
use core::marker::PhantomData;
use core::ptr;
use lapwing_status::Status;

/// Waiting for a client; see [`Associated::connect`].
pub struct ConnectingPipe<B>(PhantomData<B>);

/// Reading from a pipe; see [`Associated::read`].
pub struct ReadPipe<B>(PhantomData<B>);

/// Writing to a pipe; see [`Associated::write`].
pub struct WritePipe<B>(PhantomData<B>);

/// Writing a message and reading one; see [`Associated::transact`].
pub struct Transacting<W, R>(PhantomData<(W, R)>);

/// What an operation that transacts has in place of a buffer.
#[derive(Clone, Debug, Default)]
pub struct Transaction<W, R> {
    /// The message to be written.
    pub request: W,
    /// Where the answer goes.
    pub reply: R,
}

/// What has been read from a pipe of messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PipeMessage {
    /// A message of so many bytes.
    Whole(usize),
    /// So many bytes, which fill the buffer, of a message that is longer (`ERROR_MORE_DATA`): the
    /// next read goes on with it.
    Part(usize),
    /// Nothing more comes: the other side has closed its end.
    End,
}

impl<E: 'static, B, A: Source<Object = NamedPipe<E>>> Completed<B, A> {
    /// What a read of a pipe of messages, or a transaction, has brought.
    ///
    /// # Errors
    /// What the operation failed with.
    pub fn message(&self) -> Result<PipeMessage> {
        let count = self.result?;
        Ok(match self.operation.status() {
            Status::BUFFER_OVERFLOW => PipeMessage::Part(count),
            Status::PIPE_BROKEN => PipeMessage::End,
            _ => PipeMessage::Whole(count),
        })
    }
}

impl<E: 'static> NamedPipe<E> {
    /// As [`Associated::read`], without a port.
    pub fn read<B: BufferMut>(&self, operation: Operation<B>) -> Prepared<'_, ReadPipe<B>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }

    /// As [`Associated::write`], without a port.
    pub fn write<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, WritePipe<B>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }

    /// As [`Associated::transact`], without a port.
    pub fn transact<W: Buffer, R: BufferMut>(
        &self,
        operation: Operation<Transaction<W, R>>,
    ) -> Prepared<'_, Transacting<W, R>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }
}

impl NamedPipe<ServerEnd> {
    /// As [`Associated::connect`], without a port.
    pub fn connect<B: Send + 'static>(
        &self,
        operation: Operation<B>,
    ) -> Prepared<'_, ConnectingPipe<B>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }
}

impl<E: 'static, K: Send + Sync + 'static, T> Associated<NamedPipe<E>, K, T> {
    /// Reads into the operation's buffer, from its beginning.  The count is 0 when the other side
    /// has closed its end (where Windows' function fails with `ERROR_BROKEN_PIPE`), or the message
    /// is empty: [`Completed::message`] tells which, and whether a message was longer than the
    /// buffer.  The system's function is `ReadFile`.
    pub fn read<B: BufferMut>(&self, operation: Operation<B>) -> Prepared<'_, ReadPipe<B>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }

    /// Writes what is in the operation's buffer, all of it.  The system's function is `WriteFile`.
    pub fn write<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, WritePipe<B>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }

    /// Writes a message, and reads the next one that comes; it fails with `PIPE_BUSY` (231) while
    /// something else is there to be read.  The system's function is `TransactNamedPipe`.
    pub fn transact<W: Buffer, R: BufferMut>(
        &self,
        operation: Operation<Transaction<W, R>>,
    ) -> Prepared<'_, Transacting<W, R>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }
}

impl<K: Send + Sync + 'static, T> Associated<NamedPipe<ServerEnd>, K, T> {
    /// Waits for a client, which may have come before (`ERROR_PIPE_CONNECTED` is success).  Any
    /// operation does: its buffer is left alone, and it can read next.  It fails with
    /// `PIPE_CLOSING` (232) when a client has come and gone.  The system's function is
    /// `ConnectNamedPipe`.
    pub fn connect<B: Send + 'static>(
        &self,
        operation: Operation<B>,
    ) -> Prepared<'_, ConnectingPipe<B>, Self> {
        Prepared { source: self, operation: operation.at(0) }
    }
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<B: Send + 'static> Request<NamedPipe<ServerEnd>> for ConnectingPipe<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "ConnectNamedPipe";

    unsafe fn begin(
        pipe: &NamedPipe<ServerEnd>,
        overlapped: *mut OVERLAPPED,
        _buffer: *mut B,
    ) -> Result<()> {
        // SAFETY: the caller keeps the OVERLAPPED.
        sys::begun(Self::FUNCTION, unsafe { np::ConnectNamedPipe(pipe.owned().raw(), overlapped) })
    }

    fn is_done(status: Status) -> bool {
        status.is_success() || status == Status::PIPE_CONNECTED
    }
}

// SAFETY: `OwnedHandle::read` says what `ReadFile` does.
unsafe impl<E: 'static, B: BufferMut> Request<NamedPipe<E>> for ReadPipe<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "ReadFile";

    unsafe fn begin(
        pipe: &NamedPipe<E>,
        overlapped: *mut OVERLAPPED,
        buffer: *mut B,
    ) -> Result<()> {
        // SAFETY: the caller keeps the buffer and the OVERLAPPED.
        unsafe { pipe.owned().read((*buffer).room(), overlapped) }
    }

    fn is_done(status: Status) -> bool {
        status.is_success() || matches!(status, Status::BUFFER_OVERFLOW | Status::PIPE_BROKEN)
    }

    unsafe fn transferred(_: &NamedPipe<E>, buffer: &mut B, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffer.set_filled(count) };
    }
}

routine_request!(
    [E: 'static, B: BufferMut] ReadPipe<B>, NamedPipe<E>,
    |pipe: &NamedPipe<E>, overlapped, buffer: *mut B| {
        pipe.owned().read_and_call((*buffer).room(), overlapped)
    },
    B::set_filled
);

// SAFETY: `OwnedHandle::write` says what `WriteFile` does.
unsafe impl<E: 'static, B: Buffer> Request<NamedPipe<E>> for WritePipe<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WriteFile";

    unsafe fn begin(
        pipe: &NamedPipe<E>,
        overlapped: *mut OVERLAPPED,
        buffer: *mut B,
    ) -> Result<()> {
        // SAFETY: the caller keeps the buffer and the OVERLAPPED.
        unsafe { pipe.owned().write((*buffer).filled(), overlapped) }
    }
}

routine_request!(
    [E: 'static, B: Buffer] WritePipe<B>, NamedPipe<E>,
    |pipe: &NamedPipe<E>, overlapped, buffer: *mut B| {
        pipe.owned().write_and_call((*buffer).filled(), overlapped)
    },
    routine::all_is_sent
);

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<E: 'static, W: Buffer, R: BufferMut> Request<NamedPipe<E>> for Transacting<W, R> {
    type Buffer = Transaction<W, R>;

    const FUNCTION: &'static str = "TransactNamedPipe";

    unsafe fn begin(
        pipe: &NamedPipe<E>,
        overlapped: *mut OVERLAPPED,
        transaction: *mut Transaction<W, R>,
    ) -> Result<()> {
        // SAFETY: the caller's promise.
        let Transaction { request, reply } = unsafe { &mut *transaction };
        let ((request, written), (reply, room)) = (request.filled(), reply.room());
        let [written, room] = [written, room].map(|it| u32::try_from(it).unwrap_or(u32::MAX));
        // SAFETY: the caller keeps both buffers, the first of which is only read, and the
        // OVERLAPPED.
        sys::begun("TransactNamedPipe", unsafe {
            let (pipe, request, count) = (pipe.owned().raw(), request.cast(), ptr::null_mut());
            np::TransactNamedPipe(pipe, request, written, reply.cast(), room, count, overlapped)
        })
    }

    fn is_done(status: Status) -> bool {
        status.is_success() || status == Status::BUFFER_OVERFLOW
    }

    unsafe fn transferred(_: &NamedPipe<E>, buffer: &mut Transaction<W, R>, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffer.reply.set_filled(count) };
    }
}
