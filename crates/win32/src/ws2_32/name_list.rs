//! The lists that `getaddrinfo` and its family return.
//!
//! Each entry is one piece of `calloc`'s: the structure, its address, and behind them the canonical
//! name, so that freeing needs no length and a program's own `free` of a member has no chance.
#![allow(unsafe_code)]

use core::ffi::c_void;
use core::net::SocketAddr;

use lapwing_abi::{
    ADDRINFOA, ADDRINFOEXA, ADDRINFOEXW, ADDRINFOW, SOCKADDR, WSA_NOT_ENOUGH_MEMORY, WSANO_RECOVERY,
};

use super::address;
use super::resolve::{Hints, Resolved};
use crate::text::{self, Fit, Unit};

/// What all kinds of entries have.
pub struct Members {
    family: i32,
    hints: Hints,
    length: usize,
    name: *mut c_void,
    address: *mut SOCKADDR,
}

/// A kind of entry: `addrinfo` or `addrinfoex`.  The characters of its name are another matter.
pub trait Entry: Copy {
    /// An entry without a successor.
    fn new(members: &Members) -> Self;

    /// The next entry.
    fn next(&self) -> *mut Self;

    /// Puts an entry behind this one.
    fn set_next(&mut self, next: *mut Self);

    /// What a program wants that gives this as hints; none if it has set what is ours to set.
    fn wanted(&self) -> Option<Hints>;
}

impl Entry for ADDRINFOA {
    fn new(members: &Members) -> Self {
        ADDRINFOA {
            ai_flags: 0,
            ai_family: members.family,
            ai_socktype: members.hints.socket_type,
            ai_protocol: members.hints.protocol,
            ai_addrlen: members.length,
            ai_canonname: members.name.cast(),
            ai_addr: members.address,
            ai_next: core::ptr::null_mut(),
        }
    }

    fn next(&self) -> *mut Self {
        self.ai_next
    }

    fn set_next(&mut self, next: *mut Self) {
        self.ai_next = next;
    }

    fn wanted(&self) -> Option<Hints> {
        let ours = self.ai_addrlen == 0
            && self.ai_canonname.is_null()
            && self.ai_addr.is_null()
            && self.ai_next.is_null();
        ours.then_some(Hints {
            flags: self.ai_flags.cast_unsigned(),
            family: self.ai_family,
            socket_type: self.ai_socktype,
            protocol: self.ai_protocol,
        })
    }
}

impl Entry for ADDRINFOEXA {
    fn new(members: &Members) -> Self {
        ADDRINFOEXA {
            ai_flags: 0,
            ai_family: members.family,
            ai_socktype: members.hints.socket_type,
            ai_protocol: members.hints.protocol,
            ai_addrlen: members.length,
            ai_canonname: members.name.cast(),
            ai_addr: members.address,
            ai_blob: core::ptr::null_mut(),
            ai_bloblen: 0,
            ai_provider: core::ptr::null_mut(),
            ai_next: core::ptr::null_mut(),
        }
    }

    fn next(&self) -> *mut Self {
        self.ai_next
    }

    fn set_next(&mut self, next: *mut Self) {
        self.ai_next = next;
    }

    fn wanted(&self) -> Option<Hints> {
        let ours = self.ai_addrlen == 0
            && self.ai_canonname.is_null()
            && self.ai_addr.is_null()
            && self.ai_next.is_null();
        ours.then_some(Hints {
            flags: self.ai_flags.cast_unsigned(),
            family: self.ai_family,
            socket_type: self.ai_socktype,
            protocol: self.ai_protocol,
        })
    }
}

// The W kinds differ in what their names point to only.
const _: () = assert!(size_of::<ADDRINFOA>() == size_of::<ADDRINFOW>());
const _: () = assert!(size_of::<ADDRINFOEXA>() == size_of::<ADDRINFOEXW>());
const _: () = assert!(size_of::<[u64; 4]>() >= address::IPV6_LENGTH);

/// The beginning of a piece; the name follows.
#[repr(C)]
struct Node<I> {
    entry: I,
    address: [u64; 4],
}

/// An entry in the program's layout; NULL if there is no memory.
fn node<I: Entry, U: Unit>(
    address: &SocketAddr,
    name: Option<&str>,
    hints: &Hints,
) -> *mut Node<I> {
    let name = name.map(U::encode);
    let units = name.as_ref().map_or(0, |name| name.len() + 1);
    let encoded = address::encode_ip(address);
    let bytes = encoded.bytes();
    let size = size_of::<Node<I>>() + units * size_of::<U>();
    // SAFETY: calloc may be called with any size.
    let node = unsafe { libc::calloc(1, size) }.cast::<Node<I>>();
    if node.is_null() {
        return node;
    }
    // SAFETY: the piece has room for the structure, the address and the name, and malloc's
    // alignment is enough for each.
    unsafe {
        let place = (&raw mut (*node).address).cast::<u8>();
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len());
        let behind = node.add(1).cast::<U>();
        if let Some(name) = &name {
            let fit = text::units_into_buffer(name, behind, units);
            debug_assert!(matches!(fit, Fit::Written(_)));
        }
        (*node).entry = I::new(&Members {
            family: i32::from(u16::from_ne_bytes([bytes[0], bytes[1]])),
            hints: *hints,
            length: bytes.len(),
            name: if units == 0 { core::ptr::null_mut() } else { behind.cast() },
            address: place.cast(),
        });
    }
    node
}

/// What was found as a list; the first entry has the canonical name.
///
/// # Errors
/// `WSA_NOT_ENOUGH_MEMORY`
pub fn make<I: Entry, U: Unit>(resolved: &Resolved, hints: &Hints) -> Result<*mut I, i32> {
    let mut first = core::ptr::null_mut();
    for (index, address) in resolved.addresses.iter().enumerate().rev() {
        let name = resolved.canonical_name.as_deref().filter(|_| index == 0);
        let node = node::<I, U>(address, name, hints);
        if node.is_null() {
            // SAFETY: the list so far is ours.
            unsafe { free(first) };
            return Err(WSA_NOT_ENOUGH_MEMORY);
        }
        // SAFETY: the node was just made.
        unsafe { (*node).entry.set_next(first) };
        first = node.cast();
    }
    Ok(first)
}

/// Frees a list; NULL is one.
///
/// # Safety
/// The list must be NULL or come from [`make`], and not have been freed.
pub unsafe fn free<I: Entry>(mut entry: *mut I) {
    while !entry.is_null() {
        // SAFETY: an entry of ours, by the caller's promise.
        let next = unsafe { (*entry).next() };
        // SAFETY: each entry is one piece of calloc's.
        unsafe { libc::free(entry.cast()) };
        entry = next;
    }
}

/// What the program wants.
///
/// # Errors
/// `WSANO_RECOVERY` (11003) if it has set a member that is ours.
///
/// # Safety
/// `hints` must be NULL or readable.
pub unsafe fn read_hints<I: Entry>(hints: *const I) -> Result<Hints, i32> {
    if hints.is_null() {
        return Ok(Hints::default());
    }
    // SAFETY: readable by the caller's promise; a C program's may be unaligned.
    unsafe { hints.read_unaligned() }.wanted().ok_or(WSANO_RECOVERY)
}
