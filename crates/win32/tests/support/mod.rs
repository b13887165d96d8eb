//! What the tests here need: an allocator that counts, and connected sockets.
#![allow(unsafe_code, dead_code)]

use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};
use lapwing_abi::{
    ADDRESS_FAMILY, AF_INET, IN_ADDR, IN_ADDR_0, INVALID_SOCKET, SOCK_STREAM, SOCKADDR_IN, SOCKET,
    WSADATA,
};
use lapwing_win32::ws2_32::accept::accept;
use lapwing_win32::ws2_32::socket::{bind, getsockname, listen, socket};
use lapwing_win32::ws2_32::startup::WSAStartup;
use std::alloc::{GlobalAlloc, Layout, System};
use std::net::TcpStream;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);

/// What glibc takes for it: a word of its own before, and a multiple of 16.
fn taken_for(layout: Layout) -> usize {
    (layout.size() + 8).next_multiple_of(16).max(32)
}

struct Counting;

// SAFETY: System's own promises; counting changes nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        TAKEN.fetch_add(taken_for(layout), Ordering::Relaxed);
        CALLS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(taken_for(layout), Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(address, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes that are allocated now, with what malloc itself takes for them.
pub fn taken() -> usize {
    TAKEN.load(Ordering::Relaxed)
}

/// Allocations so far.
pub fn allocations() -> usize {
    CALLS.load(Ordering::Relaxed)
}

/// A socket that listens on the loopback, and its port.
pub struct Listener {
    socket: SOCKET,
    port: u16,
}

impl Listener {
    /// Starts Winsock and listens.
    pub fn new() -> Self {
        let mut data = WSADATA::default();
        // SAFETY: it can be written to.
        assert_eq!(unsafe { WSAStartup(0x0202, &mut data) }, 0);
        let listener = socket(AF_INET.into(), SOCK_STREAM, 0);
        assert_ne!(listener, INVALID_SOCKET);
        let sin_addr = IN_ADDR { S_un: IN_ADDR_0 { S_addr: u32::from_ne_bytes([127, 0, 0, 1]) } };
        let sin_family: ADDRESS_FAMILY = AF_INET;
        let mut name = SOCKADDR_IN { sin_family, sin_addr, ..SOCKADDR_IN::default() };
        let mut length = size_of::<SOCKADDR_IN>() as i32;
        let address = (&raw mut name).cast();
        // SAFETY: an address of this length.
        assert_eq!(unsafe { bind(listener, address, length) }, 0);
        // SAFETY: room for such an address.
        assert_eq!(unsafe { getsockname(listener, address, &mut length) }, 0);
        assert_eq!(listen(listener, 100), 0);
        Listener { socket: listener, port: u16::from_be(name.sin_port) }
    }

    /// A connection: what accept returns, and the peer.
    pub fn connection(&self) -> (SOCKET, TcpStream) {
        let peer = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        peer.set_nodelay(true).expect("an option");
        // SAFETY: NULL asks for no address.
        let accepted = unsafe { accept(self.socket, null_mut(), null_mut()) };
        assert_ne!(accepted, INVALID_SOCKET);
        (accepted, peer)
    }
}
