//! A connection for code that knows `futures-io` or tokio's traits and nothing of operations.
//!
//! Those traits lend a buffer for one call only, and an operation owns its buffer until it is done.
//! So an [`AsyncStream`] has two buffers of its own, one for each direction, and bytes are copied.
//! What a program gets for that: every protocol that is written on the traits.  With the feature
//! `futures-io` it is `AsyncRead`, `AsyncBufRead` and `AsyncWrite` of that crate, with the feature
//! `tokio` of that one; without either, its own methods do the same.
//!
//! ```
//! # #[cfg(feature = "futures-io")] {
//! use lapwing::{Accept, AsyncStream, Executor, Operation, TcpListener};
//! use smol::io::{AsyncBufReadExt, AsyncWriteExt};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let executor = Executor::new(1)?;
//! let listener = executor.associate(TcpListener::bind("127.0.0.1:0")?)?;
//! let address = listener.local_address()?;
//! let spawner = executor.spawner();
//! executor.spawn(async move {
//!     let mut done = listener.accept(Operation::new(Accept::new())).await;
//!     let stream = done.accepted().and_then(|stream| spawner.associate(stream)).unwrap();
//!     let mut stream = AsyncStream::new(stream);
//!     let mut line = String::new();
//!     stream.read_line(&mut line).await.unwrap();
//!     stream.write_all(line.to_uppercase().as_bytes()).await.unwrap();
//! })?;
//!
//! # use std::io::{Read, Write};
//! let mut client = std::net::TcpStream::connect(address)?;
//! client.write_all(b"hello\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert_eq!(answer, "HELLO\n");
//! # Ok(())
//! # }
//! # main().unwrap();
//! # }
//! ```
//!
//! # What becomes of a call that is given up
//! A read that is dropped before it is ready loses nothing: its operation goes on, and what it
//! brings is there for the next.  A write that is dropped before it is ready has taken nothing.  A
//! stream that is dropped still sends what it has taken, and is closed after that.

#[cfg(feature = "futures-io")]
mod of_futures_io;
#[cfg(feature = "tokio")]
mod of_tokio;

use crate::net::transfer::{Receive, Send as SendBytes};
use crate::operation::{Operation, Prepared, Request};
use crate::port::{Associated, Overlapped};
use crate::task::executor::Work;
use crate::task::future::{Running, Woken};
use crate::{NamedPipe, ReadPipe, Result, TcpStream, WritePipe};
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll, Waker, ready};
use core::{fmt, mem};
use std::io;

/// What an [`AsyncStream`] can be made of: bytes without bounds between them, in both directions.
pub trait ByteStream: Overlapped + Sized {
    /// What receives.
    type Receive: Request<Self, Buffer = Vec<u8>>;

    /// What sends all that is in the buffer.
    type Send: Request<Self, Buffer = Vec<u8>>;

    /// Whether a receive has ended so because nothing more comes.
    fn is_end(received: &Result<usize>) -> bool {
        matches!(received, Ok(0))
    }

    /// Tells the other side that nothing more will be sent, if that can be told.
    ///
    /// # Errors
    /// What the system's function fails with.
    fn end_sending(&self) -> Result<()>;
}

impl ByteStream for TcpStream {
    type Receive = Receive<Vec<u8>>;
    type Send = SendBytes<Vec<u8>>;

    fn end_sending(&self) -> Result<()> {
        self.shutdown(std::net::Shutdown::Write)
    }
}

/// A pipe that is connected.  It has no end of one direction: the other side hears of the end when
/// the stream is dropped.  Messages lose their bounds.
impl<E: 'static> ByteStream for NamedPipe<E> {
    type Receive = ReadPipe<Vec<u8>>;
    type Send = WritePipe<Vec<u8>>;

    fn end_sending(&self) -> Result<()> {
        Ok(())
    }
}

/// One direction, and its buffer.
enum Half<S: Overlapped, K: Send + Sync + 'static, T> {
    Idle(Operation<Vec<u8>>),
    UnderWay(Running<Vec<u8>, S, K, T>),
    /// Only while it is being started.
    Between,
}

impl<S: Overlapped, K: Send + Sync + 'static, T> Half<S, K, T> {
    fn new(capacity: usize) -> Self {
        Half::Idle(Operation::new(Vec::with_capacity(capacity.max(1))))
    }

    /// Starts the operation with what is in the buffer.
    fn start<R>(&mut self, source: &Associated<S, K, T>)
    where
        R: Request<S, Buffer = Vec<u8>>,
        T: From<Woken>,
    {
        if let Half::Idle(operation) = mem::replace(self, Half::Between) {
            *self = Half::UnderWay(Prepared::<R, _> { source, operation }.into_future());
        }
    }

    /// Waits until nothing is under way; how that has ended which has been until now.
    fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<usize>>> {
        let Half::UnderWay(running) = self else { return Poll::Ready(None) };
        let done = ready!(Pin::new(running).poll(context));
        *self = Half::Idle(done.operation);
        Poll::Ready(Some(done.result))
    }

    /// Empty while the operation is under way.
    fn bytes(&self) -> &[u8] {
        match self {
            Half::Idle(operation) => operation.buffer(),
            Half::UnderWay(_) | Half::Between => &[],
        }
    }

    /// The buffer, emptied; None while the operation is under way.
    fn emptied(&mut self) -> Option<&mut Vec<u8>> {
        let Half::Idle(operation) = self else { return None };
        let buffer = operation.buffer_mut();
        buffer.clear();
        Some(buffer)
    }
}

/// A stream whose bytes are read and written with buffers that are lent.
///
/// Somebody must take packets from its port, as for every future ([`crate::Running`]).
pub struct AsyncStream<S = TcpStream, K = (), T = Work>
where
    S: Overlapped,
    K: Send + Sync + 'static,
{
    stream: Associated<S, K, T>,
    reading: Half<S, K, T>,
    /// So many bytes of what has come have been read.
    read: usize,
    has_ended: bool,
    writing: Half<S, K, T>,
    is_closed: bool,
}

/// As `std::io::BufReader` has.
const CAPACITY: usize = 8192;

impl<S: ByteStream, K: Send + Sync + 'static, T: From<Woken>> AsyncStream<S, K, T> {
    /// A stream with a buffer of 8 KiB for each direction.
    pub fn new(stream: Associated<S, K, T>) -> Self {
        Self::with_capacity(stream, CAPACITY, CAPACITY)
    }

    /// A stream with buffers of so many bytes, at least one.
    pub fn with_capacity(stream: Associated<S, K, T>, reading: usize, writing: usize) -> Self {
        let (reading, writing) = (Half::new(reading), Half::new(writing));
        AsyncStream { stream, reading, read: 0, has_ended: false, writing, is_closed: false }
    }

    /// The handle, for what else is to be asked of it.
    pub fn stream(&self) -> &Associated<S, K, T> {
        &self.stream
    }

    /// Waits until something has come, and lends all of it; nothing at the end.
    ///
    /// # Errors
    /// What the receive has failed with; the next call receives again.
    pub fn poll_fill_buffer(&mut self, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        loop {
            if let Some(received) = ready!(self.reading.poll_idle(context)) {
                self.has_ended = S::is_end(&received);
                if !self.has_ended {
                    received?;
                }
            }
            if self.has_ended || self.read < self.reading.bytes().len() {
                return Poll::Ready(Ok(&self.reading.bytes()[self.read..]));
            }
            self.read = 0;
            self.reading.emptied();
            self.reading.start::<S::Receive>(&self.stream);
        }
    }

    /// So many bytes of those that were lent have been read.
    pub fn consume(&mut self, count: usize) {
        self.read = self.reading.bytes().len().min(self.read + count);
    }

    /// Reads as much as there is into the buffer; 0 at the end.
    ///
    /// # Errors
    /// As for [`AsyncStream::poll_fill_buffer`].
    pub fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let come = ready!(self.poll_fill_buffer(context))?;
        let count = come.len().min(buffer.len());
        buffer[..count].copy_from_slice(&come[..count]);
        self.consume(count);
        Poll::Ready(Ok(count))
    }

    /// Takes as much as it has room for, once nothing is under way, and starts to send it.
    ///
    /// # Errors
    /// What sending it, or what was taken before, has failed with.
    pub fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_each(context, core::iter::once(bytes))
    }

    fn poll_write_each<'a>(
        &mut self,
        context: &mut Context<'_>,
        pieces: impl Iterator<Item = &'a [u8]>,
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_flush(context))?;
        let Some(buffer) = self.writing.emptied() else { return Poll::Ready(Ok(0)) };
        for piece in pieces {
            let room = buffer.capacity() - buffer.len();
            buffer.extend_from_slice(&piece[..piece.len().min(room)]);
        }
        let count = buffer.len();
        if count > 0 {
            self.writing.start::<S::Send>(&self.stream);
            // What cannot start says so at once; nobody waits for the rest yet.
            let nobody = &mut Context::from_waker(Waker::noop());
            if let Poll::Ready(Some(sent)) = self.writing.poll_idle(nobody) {
                sent?;
            }
        }
        Poll::Ready(Ok(count))
    }

    /// Waits until all that was taken has been sent.
    ///
    /// # Errors
    /// What that has failed with.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(sent) = ready!(self.writing.poll_idle(context)) {
            sent?;
        }
        Poll::Ready(Ok(()))
    }

    /// Waits until all that was taken has been sent, and tells the other side that it was all.
    ///
    /// # Errors
    /// As for [`AsyncStream::poll_flush`] and [`ByteStream::end_sending`].
    pub fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_flush(context))?;
        if !self.is_closed {
            self.stream.end_sending()?;
            self.is_closed = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Overlapped, K: Send + Sync + 'static, T> Drop for AsyncStream<S, K, T> {
    fn drop(&mut self) {
        if let Half::UnderWay(sending) = mem::replace(&mut self.writing, Half::Between) {
            sending.detach();
        }
    }
}

impl<S, K, T> fmt::Debug for AsyncStream<S, K, T>
where
    S: Overlapped + fmt::Debug,
    K: Send + Sync + fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}
