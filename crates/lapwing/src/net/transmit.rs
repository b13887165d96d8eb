//! Sending a file, with what stands before and after it, as one operation.
//!
//! The file's bytes go from the system's memory to the connection and do not come into the
//! program's.  What a server sends before a file, such as the head of an answer, goes with it.
//!
//! ```
//! use lapwing::{Accept, Operation, TcpListener, Transmit};
//! # use lapwing::File;
//! # use std::io::Read;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let path = std::env::temp_dir().join(format!("lapwing-transmit-{}", std::process::id()));
//! # std::fs::write(&path, "hello, file")?;
//! let file = File::open(&path)?;
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let mut client = std::net::TcpStream::connect(listener.local_address()?)?;
//! let stream = listener.accept(Operation::new(Accept::new())).begin()?.wait()?.accepted()?;
//!
//! let transmit = Transmit::new().head(b"4 bytes: ".to_vec()).file(file, 7..11);
//! let sent = stream.transmit_file(Operation::new(transmit)).begin()?.wait()?;
//! assert_eq!(sent.result?, 13);
//! drop(sent);
//! drop(stream);
//! let mut received = String::new();
//! client.read_to_string(&mut received)?;
//! assert_eq!(received, "4 bytes: file");
//! # std::fs::remove_file(path)?;
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::net::socket::begun;
use crate::operation::{Operation, Prepared, Request};
use crate::port::{Associated, Overlapped};
use crate::sys::WinSock::{self, TRANSMIT_FILE_BUFFERS};
use crate::sys::{self, OVERLAPPED};
use crate::{Error, File, Result, TcpStream};
use core::borrow::Borrow;
use core::marker::PhantomData;
use core::ops::Range;
use core::{fmt, ptr};

/// What is to be sent: bytes, (a part of) a file, and bytes again; each may be absent.
///
/// The file is a [`File`], or an `Arc` of one that others send too.  It is open until the
/// operation's end, at least.
pub struct Transmit<F = File> {
    head: Vec<u8>,
    tail: Vec<u8>,
    file: Option<(F, Range<u64>)>,
    /// Where head and tail are, for the system.
    buffers: TRANSMIT_FILE_BUFFERS,
}

// SAFETY: the pointers are into its own vectors, and only the system uses them.
unsafe impl<F: Send> Send for Transmit<F> {}
// SAFETY: as above.
unsafe impl<F: Sync> Sync for Transmit<F> {}

impl<F> Transmit<F> {
    /// Nothing yet.
    pub fn new() -> Self {
        let buffers = TRANSMIT_FILE_BUFFERS::default();
        Transmit { head: Vec::new(), tail: Vec::new(), file: None, buffers }
    }

    /// These bytes first.
    pub fn head(mut self, head: Vec<u8>) -> Self {
        self.head = head;
        self
    }

    /// These bytes of the file.  An empty range is no file; Windows sends at most 2³¹ - 2 bytes.
    pub fn file(mut self, file: F, range: Range<u64>) -> Self {
        self.file = Some((file, range));
        self
    }

    /// These bytes last.
    pub fn tail(mut self, tail: Vec<u8>) -> Self {
        self.tail = tail;
        self
    }

    /// The head, the file and the tail, to be used again.
    pub fn into_parts(self) -> (Vec<u8>, Option<F>, Vec<u8>) {
        (self.head, self.file.map(|(file, _)| file), self.tail)
    }
}

impl<F> Default for Transmit<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: fmt::Debug> fmt::Debug for Transmit<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("Transmit");
        all.field("head", &self.head.len()).field("file", &self.file);
        all.field("tail", &self.tail.len()).finish()
    }
}

/// Sending a file; see [`Associated::transmit_file`].
pub struct TransmitFile<F>(PhantomData<F>);

impl<K: Sync + Send + 'static, T> Associated<TcpStream, K, T> {
    /// Sends a head, a file and a tail; the count is that of all bytes.  The system's function is
    /// `TransmitFile`.
    ///
    /// Editions of Windows that are no servers have two of these under way at a time and let the
    /// others wait.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` (10022) when the range is longer than Windows sends, or ends before it
    /// begins; `INVALID_CONNECTION` (10057) when the stream is not connected.
    pub fn transmit_file<F: Borrow<File> + Send + 'static>(
        &self,
        operation: Operation<Transmit<F>>,
    ) -> Prepared<'_, TransmitFile<F>, Self> {
        Prepared { source: self, operation }
    }
}

impl TcpStream {
    /// As [`Associated::transmit_file`], without a port.
    pub fn transmit_file<F: Borrow<File> + Send + 'static>(
        &self,
        operation: Operation<Transmit<F>>,
    ) -> Prepared<'_, TransmitFile<F>, Self> {
        Prepared { source: self, operation }
    }
}

/// What Windows sends at once.
const MOST: u64 = (1 << 31) - 2;

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<F: Borrow<File> + Send + 'static> Request<TcpStream> for TransmitFile<F> {
    type Buffer = Transmit<F>;

    const FUNCTION: &'static str = "TransmitFile";

    unsafe fn begin(
        stream: &TcpStream,
        overlapped: *mut OVERLAPPED,
        transmit: *mut Transmit<F>,
    ) -> Result<()> {
        let refused = |_| Error::of_winsock(WinSock::WSAEINVAL, "Transmit");
        // SAFETY: the caller's promise.
        let Transmit { head, tail, file, buffers } = unsafe { &mut *transmit };
        let (mut handle, mut offset, mut count) = (ptr::null_mut(), 0, 0);
        if let Some((file, range)) = file.as_ref().filter(|(_, range)| range.start != range.end) {
            let length = range.end.checked_sub(range.start).filter(|length| *length <= MOST);
            let length = length.ok_or(()).map_err(refused)?;
            (handle, offset, count) = (file.borrow().handle(), range.start, length as u32);
        }
        *buffers = TRANSMIT_FILE_BUFFERS {
            Head: head.as_mut_ptr().cast(),
            HeadLength: u32::try_from(head.len()).map_err(|_| refused(()))?,
            Tail: tail.as_mut_ptr().cast(),
            TailLength: u32::try_from(tail.len()).map_err(|_| refused(()))?,
        };
        // SAFETY: the caller keeps the OVERLAPPED, the buffers and the file.
        begun(Self::FUNCTION, unsafe {
            (*overlapped).Anonymous.Anonymous = sys::place(offset);
            let socket = stream.socket.raw();
            match WinSock::TransmitFile(socket, handle, count, 0, overlapped, buffers, 0) {
                0 => WinSock::SOCKET_ERROR,
                _ => 0,
            }
        })
    }
}
