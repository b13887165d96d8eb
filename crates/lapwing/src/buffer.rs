//! What may be the buffer of an operation.
#![allow(unsafe_code)]

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

// SAFETY: the bytes are on the heap, and shared ones do not change.
unsafe impl Buffer for std::sync::Arc<[u8]> {
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
