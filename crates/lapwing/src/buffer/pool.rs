//! Equal buffers that are used again and again.
//!
//! A server has at most as much memory under way as its pool has, and allocates none for it once
//! the pool is there: a buffer that is dropped goes back, wherever that is.
//!
//! ```
//! use lapwing::{Accept, Operation, Pool, TcpListener, TcpStream};
//! use std::io::Write;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let listener = TcpListener::bind("127.0.0.1:0")?;
//! # let accepting = listener.accept(Operation::new(Accept::new())).begin()?;
//! # let client = TcpStream::connect(listener.local_address()?)?;
//! # let server = accepting.wait()?.accepted()?;
//! let pool = Pool::new(2, 4096);
//! let mut message = pool.take().ok_or("all are in use")?;
//! write!(message, "hello, {}", server.peer_address()?)?;
//! client.send(Operation::new(message)).begin()?.wait()?.result?;
//!
//! let room = pool.take().ok_or("all are in use")?;
//! let received = server.receive(Operation::new(room)).begin()?.wait()?;
//! assert!(received.operation.buffer().starts_with(b"hello"));
//! drop(received);
//! assert_eq!(pool.available(), 2);
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::{Appendable, Buffer, BufferMut};
use core::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

/// Buffers of one size, as many as it was made with; cheap to clone, and any thread may use it.
#[derive(Clone)]
pub struct Pool(Arc<Free>);

/// Those that nobody has.
struct Free {
    buffers: Mutex<Vec<Vec<u8>>>,
    size: usize,
}

impl Free {
    fn lock(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// So many buffers of so many bytes each, all of which are allocated now.
    pub fn new(count: usize, size: usize) -> Self {
        let buffers = (0..count).map(|_| Vec::with_capacity(size)).collect();
        Pool(Arc::new(Free { buffers: Mutex::new(buffers), size }))
    }

    /// An empty buffer; None when all are in use.
    pub fn take(&self) -> Option<PoolBuffer> {
        let bytes = self.0.lock().pop()?;
        Some(PoolBuffer { bytes, pool: self.0.clone() })
    }

    /// How many are not in use just now.
    pub fn available(&self) -> usize {
        self.0.lock().len()
    }

    /// How many bytes a buffer has room for.
    pub fn buffer_size(&self) -> usize {
        self.0.size
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (available, size) = (self.available(), self.0.size);
        f.debug_struct("Pool").field("available", &available).field("buffer_size", &size).finish()
    }
}

/// A buffer of a [`Pool`], to which it goes back when it is dropped.  It never grows.
///
/// Writing to it ([`io::Write`]) appends as much as it has room for.
pub struct PoolBuffer {
    bytes: Vec<u8>,
    pool: Arc<Free>,
}

impl PoolBuffer {
    /// How many bytes it has room for in all.
    pub fn capacity(&self) -> usize {
        self.pool.size
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Keeps the first bytes only.
    pub fn truncate(&mut self, count: usize) {
        self.bytes.truncate(count);
    }
}

impl Drop for PoolBuffer {
    fn drop(&mut self) {
        let mut bytes = core::mem::take(&mut self.bytes);
        bytes.clear();
        // It was there before, so there is a place for it.
        self.pool.lock().push(bytes);
    }
}

impl Deref for PoolBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for PoolBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl io::Write for PoolBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.pool.size - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for PoolBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PoolBuffer").field(&self.bytes).finish()
    }
}

// SAFETY: the vector's own promise.
unsafe impl Buffer for PoolBuffer {
    fn filled(&self) -> (*const u8, usize) {
        self.bytes.filled()
    }
}

/// All of its capacity is room; what was in it is written over.
// SAFETY: the vector's own promise.
unsafe impl BufferMut for PoolBuffer {
    fn room(&mut self) -> (*mut u8, usize) {
        let (start, _) = self.bytes.room();
        // No more than was asked for, though the vector may have been given more.
        (start, self.pool.size)
    }

    unsafe fn set_filled(&mut self, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.bytes.set_filled(count) };
    }
}

// SAFETY: its bytes are the first of its room, as the vector's are.
unsafe impl Appendable for PoolBuffer {}
