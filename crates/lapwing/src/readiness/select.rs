//! Asking many sockets at once what can be done, with `select`.
//!
//! The oldest model and the one that every system has: the program says which sockets it wants to
//! receive from and send to, and waits until it can.  All of them are looked at in each call, so it
//! costs the more the more sockets there are; it keeps nothing between the calls, and suits a few
//! sockets, or a single wait for something like a connection.
//!
//! ```
//! use lapwing::{NonBlocking, SocketSet, TcpListener, TcpStream, select};
//! # use std::io::{Read, Write};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = NonBlocking::new(TcpListener::bind("127.0.0.1:0")?)?;
//! let address = listener.local_address()?;
//! let client = std::thread::spawn(move || {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     stream.write_all(b"hello")?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer).map(|()| answer)
//! });
//!
//! let mut streams: Vec<NonBlocking<TcpStream>> = Vec::new();
//! let (mut buffer, mut is_over) = ([0; 4096], false);
//! while !is_over {
//!     let mut readable = SocketSet::new();
//!     readable.insert(&listener);
//!     streams.iter().for_each(|stream| readable.insert(stream));
//!     select(Some(&mut readable), None, None, None)?;
//!
//!     for stream in streams.iter().filter(|stream| readable.is_ready(*stream)) {
//!         match stream.try_receive(&mut buffer)? {
//!             Some(0) => is_over = true,
//!             // A server would keep what does not fit.
//!             Some(count) => assert_eq!(stream.try_send(&buffer[..count])?, Some(count)),
//!             None => {}
//!         }
//!     }
//!     if readable.is_ready(&listener) {
//!         if let Some(stream) = listener.try_accept()? {
//!             streams.push(NonBlocking::new(stream)?);
//!         }
//!     }
//! }
//! assert_eq!(&client.join().unwrap()?, b"hello");
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::readiness::non_blocking::Selectable;
use crate::sys::WinSock::{self, FD_SET, TIMEVAL};
use crate::{Error, Result};
use core::marker::PhantomData;
use core::time::Duration;
use core::{fmt, mem, ptr};

/// Sockets to be asked, as many as there are: the 64 of an `fd_set` bind only who declares one.
///
/// It borrows them, so that none is closed and its number another's meanwhile.
pub struct SocketSet<'a> {
    /// As an `fd_set`, which is larger: how many, and then they.
    members: Vec<usize>,
    /// Those that are ready, in the order of their numbers; made of `members` by each call.
    ready: Vec<usize>,
    sockets: PhantomData<&'a ()>,
}

// An `fd_set` is read as such a list.
const _: () = assert!(mem::offset_of!(FD_SET, fd_array) == size_of::<usize>());

impl<'a> SocketSet<'a> {
    /// A set without sockets.
    pub fn new() -> Self {
        SocketSet { members: vec![0], ready: Vec::new(), sockets: PhantomData }
    }

    /// Adds a socket.
    pub fn insert(&mut self, socket: &'a impl Selectable) {
        self.members.push(socket.raw());
    }

    /// How many sockets have been added.
    pub fn len(&self) -> usize {
        self.members.len() - 1
    }

    /// True if none has been added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True if the last [`select()`] has found this socket ready.
    pub fn is_ready(&self, socket: &impl Selectable) -> bool {
        self.ready.binary_search(&socket.raw()).is_ok()
    }

    /// The same memory without sockets, for others.
    pub fn cleared<'b>(mut self) -> SocketSet<'b> {
        self.members.truncate(1);
        self.ready.clear();
        SocketSet { members: self.members, ready: self.ready, sockets: PhantomData }
    }

    /// What the system reads, and writes those that are ready to.
    fn start(&mut self) -> *mut FD_SET {
        self.members[0] = self.len();
        self.ready.clone_from(&self.members);
        self.ready.as_mut_ptr().cast()
    }

    /// Reads what the system has written.
    fn end(&mut self) {
        // The count has 32 bits; where a number has more, the others were and are zero.
        let count = self.ready.first().map_or(0, |count| *count);
        self.ready.truncate(count + 1);
        self.ready.remove(0);
        self.ready.sort_unstable();
    }
}

impl Default for SocketSet<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SocketSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (members, ready) = (&self.members[1..], &self.ready);
        f.debug_struct("SocketSet").field("members", &members).field("ready", ready).finish()
    }
}

/// Waits until something can be received from a socket of the first set (or accepted there, or its
/// end be seen), sent to one of the second, or one of the third has failed to connect or has urgent
/// data; but no longer than this, in whole microseconds, or for ever.  How many are ready, in all
/// sets together; 0 when the time has passed.
///
/// # Errors
/// `INVALID_PARAMETER` (10022) when there is no socket at all.
pub fn select(
    mut read: Option<&mut SocketSet<'_>>,
    mut write: Option<&mut SocketSet<'_>>,
    mut except: Option<&mut SocketSet<'_>>,
    time: Option<Duration>,
) -> Result<usize> {
    let time = time.map(|time| TIMEVAL {
        tv_sec: i32::try_from(time.as_secs()).unwrap_or(i32::MAX),
        tv_usec: time.subsec_nanos().div_ceil(1000).cast_signed(),
    });
    let time = time.as_ref().map_or(ptr::null(), ptr::from_ref);
    let start = (start(&mut read), start(&mut write), start(&mut except));
    // SAFETY: each set is a list as long as it says, or absent.
    let found = unsafe { WinSock::select(0, start.0, start.1, start.2, time) };
    let result = match found {
        WinSock::SOCKET_ERROR => Err(Error::last_of_winsock("select")),
        found => Ok(found.cast_unsigned() as usize),
    };
    end(read, result.is_ok());
    end(write, result.is_ok());
    end(except, result.is_ok());
    result
}

fn start(set: &mut Option<&mut SocketSet<'_>>) -> *mut FD_SET {
    set.as_mut().map_or(ptr::null_mut(), |set| set.start())
}

fn end(set: Option<&mut SocketSet<'_>>, is_ok: bool) {
    match set {
        Some(set) if is_ok => set.end(),
        Some(set) => set.ready.clear(),
        None => {}
    }
}
