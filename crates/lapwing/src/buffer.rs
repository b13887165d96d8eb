//! What may be the buffer of an operation.
//!
//! | | sent from | received into |
//! |---|---|---|
//! | `Vec<u8>` | its bytes | its capacity, from the beginning |
//! | [`Append`] of another | all its bytes | the room behind them |
//! | `Box<[u8]>` | all of it | all of it |
//! | [`PoolBuffer`](crate::PoolBuffer) | its bytes | its capacity, from the beginning |
//! | `BytesMut`, with the feature `bytes` | its bytes | its capacity, from the beginning |
//! | `Bytes`, with the feature `bytes` | its bytes | |
//! | `Arc<[u8]>`, `&'static [u8]`, `&'static str`, `String` | its bytes | |
//!
//! A message that comes in pieces is put together in one buffer:
//!
//! ```
//! use lapwing::{Accept, Append, Operation, TcpListener, TcpStream};
//!
//! # fn main() -> lapwing::Result<()> {
//! # let listener = TcpListener::bind("127.0.0.1:0")?;
//! # let accepting = listener.accept(Operation::new(Accept::new())).begin()?;
//! # let client = TcpStream::connect(listener.local_address()?)?;
//! # let server = accepting.wait()?.accepted()?;
//! let mut operation = Operation::new(Append(Vec::with_capacity(4096)));
//! for piece in ["GET / HT", "TP/1.1\r\n"] {
//!     client.send(Operation::new(piece)).begin()?.wait()?.result?;
//!     let received = server.receive(operation).begin()?.wait()?;
//!     assert_eq!(received.result?, piece.len());
//!     operation = received.operation;
//! }
//! assert_eq!(operation.into_buffer().0, b"GET / HTTP/1.1\r\n");
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

pub mod pool;

use std::sync::Arc;

/// Memory that an operation may read.
///
/// # Safety
/// The pointer stays valid for reads of that length, whatever thread reads, as long as nobody uses
/// the buffer; also when it is moved, unless it lies inside the value (an array), which an
/// [`crate::Operation`] does not move while it is under way.
pub unsafe trait Buffer: Send + 'static {
    /// Where the bytes begin, and how many there are.
    fn filled(&self) -> (*const u8, usize);
}

/// Memory that an operation may write to, from its beginning.
///
/// # Safety
/// As for [`Buffer`], and for writes.  The memory need not be initialised.
pub unsafe trait BufferMut: Buffer {
    /// Where the room begins, and how much there is.
    fn room(&mut self) -> (*mut u8, usize);

    /// The first `count` bytes have been written.
    ///
    /// # Safety
    /// So they have, and there is so much room.
    unsafe fn set_filled(&mut self, count: usize);
}

// SAFETY: the bytes are on the heap and stay where they are.
unsafe impl Buffer for Vec<u8> {
    fn filled(&self) -> (*const u8, usize) {
        (self.as_ptr(), self.len())
    }
}

/// All of its capacity is room; what was in it is written over.
// SAFETY: as above.
unsafe impl BufferMut for Vec<u8> {
    fn room(&mut self) -> (*mut u8, usize) {
        (self.as_mut_ptr(), self.capacity())
    }

    unsafe fn set_filled(&mut self, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.set_len(count) };
    }
}

// SAFETY: constant memory.
unsafe impl Buffer for &'static [u8] {
    fn filled(&self) -> (*const u8, usize) {
        (self.as_ptr(), self.len())
    }
}

// SAFETY: constant memory.
unsafe impl Buffer for &'static str {
    fn filled(&self) -> (*const u8, usize) {
        (self.as_ptr(), self.len())
    }
}

// SAFETY: the bytes are on the heap and stay where they are.
unsafe impl Buffer for String {
    fn filled(&self) -> (*const u8, usize) {
        (self.as_ptr(), self.len())
    }
}

// SAFETY: the bytes are on the heap, and shared ones do not change.
unsafe impl Buffer for Arc<[u8]> {
    fn filled(&self) -> (*const u8, usize) {
        (self.as_ptr(), self.len())
    }
}

// SAFETY: the bytes are on the heap and stay where they are.
unsafe impl Buffer for Box<[u8]> {
    fn filled(&self) -> (*const u8, usize) {
        (self.as_ptr(), self.len())
    }
}

/// It is always full: how much has been written, the completion's count says.
// SAFETY: as above.
unsafe impl BufferMut for Box<[u8]> {
    fn room(&mut self) -> (*mut u8, usize) {
        (self.as_mut_ptr(), self.len())
    }

    unsafe fn set_filled(&mut self, _count: usize) {}
}

/// A buffer that an [`Append`] can keep the bytes of.
///
/// # Safety
/// Its room begins where its bytes begin, and is at least as large.
pub unsafe trait Appendable: BufferMut {}

// SAFETY: its bytes are the first of its capacity.
unsafe impl Appendable for Vec<u8> {}

/// A buffer, of which what it has already is kept: what comes is put behind that.
///
/// If it is full, nothing can come: a receive then says 0, as at the end.
#[derive(Clone, Debug, Default)]
pub struct Append<B>(pub B);

// SAFETY: the buffer's own promise.
unsafe impl<B: Buffer> Buffer for Append<B> {
    fn filled(&self) -> (*const u8, usize) {
        self.0.filled()
    }
}

// SAFETY: the buffer's own promise, of a part of its room.
unsafe impl<B: Appendable> BufferMut for Append<B> {
    fn room(&mut self) -> (*mut u8, usize) {
        let (_, filled) = self.0.filled();
        let (start, room) = self.0.room();
        // SAFETY: there is at least so much room.
        (unsafe { start.add(filled) }, room - filled)
    }

    unsafe fn set_filled(&mut self, count: usize) {
        let (_, filled) = self.0.filled();
        // SAFETY: the room begins where the bytes begin that were there, and so many have been
        // written behind them.
        unsafe { self.0.set_filled(filled + count) };
    }
}

#[cfg(feature = "bytes")]
mod of_bytes {
    use super::{Appendable, Buffer, BufferMut};
    use bytes::{Bytes, BytesMut};

    // SAFETY: the bytes are not in the value itself, stay where they are, and do not change.
    unsafe impl Buffer for Bytes {
        fn filled(&self) -> (*const u8, usize) {
            (self.as_ptr(), self.len())
        }
    }

    // SAFETY: the bytes are on the heap and stay where they are.
    unsafe impl Buffer for BytesMut {
        fn filled(&self) -> (*const u8, usize) {
            (self.as_ptr(), self.len())
        }
    }

    // SAFETY: its bytes are the first of its capacity.
    unsafe impl Appendable for BytesMut {}

    /// All of its capacity is room; what was in it is written over.
    // SAFETY: as above; nobody else has this part of the memory.
    unsafe impl BufferMut for BytesMut {
        fn room(&mut self) -> (*mut u8, usize) {
            let filled = self.len();
            // SAFETY: nothing is less than its capacity; and so many were there before.
            unsafe {
                self.set_len(0);
                let room = self.spare_capacity_mut();
                let (start, size) = (room.as_mut_ptr().cast(), room.len());
                self.set_len(filled);
                (start, size)
            }
        }

        unsafe fn set_filled(&mut self, count: usize) {
            // SAFETY: the caller's promise.
            unsafe { self.set_len(count) };
        }
    }
}
