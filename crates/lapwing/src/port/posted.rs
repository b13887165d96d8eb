//! What the program itself puts into a port: a value once, or the same value again and again.
#![allow(unsafe_code)]

use crate::operation::{Header, Take};
use crate::sys::OVERLAPPED;
use core::ops::Deref;
use core::ptr::NonNull;
use std::sync::Arc;

/// A posted packet.
#[repr(C)]
pub(crate) struct Posted<T> {
    header: Header,
    value: T,
}

impl<T> Posted<T> {
    /// Gives it away, as the address for the packet.
    pub(crate) fn give(value: T) -> NonNull<OVERLAPPED> {
        let take: Take<T> = |header, _| {
            // SAFETY: a posted packet's block is one of these.
            unsafe { Posted::take_back(header.cast()) }
        };
        let header = Header::of(take);
        let block = Box::into_raw(Box::new(Posted { header, value }));
        // SAFETY: a box is nowhere null.
        unsafe { NonNull::new_unchecked(block.cast()) }
    }

    /// Takes the value out of what has been given away.
    ///
    /// # Safety
    /// It comes from [`Posted::give`], and nobody else takes it.
    pub(crate) unsafe fn take_back(block: NonNull<OVERLAPPED>) -> T {
        // SAFETY: the caller's promise.
        let block = unsafe { Box::from_raw(block.cast::<Posted<T>>().as_ptr()) };
        block.value
    }
}

/// A value that can be posted to a port of `T` again and again without allocating: each packet is
/// a reference to it.
#[repr(C)]
pub(crate) struct Repeated<V, T> {
    header: Header,
    then: fn(Arc<Self>) -> T,
    value: V,
}

// SAFETY: the header is written before anybody else has it, and only read from then on.
unsafe impl<V: Send + Sync, T> Send for Repeated<V, T> {}
// SAFETY: as above.
unsafe impl<V: Send + Sync, T> Sync for Repeated<V, T> {}

impl<V, T> Repeated<V, T> {
    /// A value, and what comes out of the port for it.
    pub(crate) fn new(value: V, then: fn(Arc<Self>) -> T) -> Arc<Self> {
        let take: Take<T> = |header, _| {
            // SAFETY: the packet's block is one of these, and the packet's reference is given once.
            let packet = unsafe { Self::take_back(header.cast()) };
            (packet.then)(packet)
        };
        Arc::new(Repeated { header: Header::of(take), then, value })
    }

    /// Gives a reference away, as the address for the packet.
    pub(crate) fn give(self: Arc<Self>) -> NonNull<OVERLAPPED> {
        // SAFETY: what an Arc points at is nowhere null.
        unsafe { NonNull::new_unchecked(Arc::into_raw(self).cast_mut().cast()) }
    }

    /// Takes a reference back that has been given away.
    ///
    /// # Safety
    /// It comes from [`Repeated::give`], and nobody else takes it.
    pub(crate) unsafe fn take_back(block: NonNull<OVERLAPPED>) -> Arc<Self> {
        // SAFETY: the caller's promise.
        unsafe { Arc::from_raw(block.cast::<Self>().as_ptr()) }
    }
}

impl<V, T> Deref for Repeated<V, T> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.value
    }
}
