//! Several buffers in one operation: a head and what belongs to it, without copying them together.
//!
//! Arrays, vectors and boxed slices of buffers are [`Buffers`], and tuples of up to four, which may
//! be of different types.  The first is filled, or sent, first.
//!
//! On Linux each such operation allocates if it has more than one buffer: the list of them.
//!
//! ```
//! use lapwing::{Accept, Operation, TcpListener, TcpStream};
//!
//! # fn main() -> lapwing::Result<()> {
//! # let listener = TcpListener::bind("127.0.0.1:0")?;
//! # let accepting = listener.accept(Operation::new(Accept::new())).begin()?;
//! # let client = TcpStream::connect(listener.local_address()?)?;
//! # let server = accepting.wait()?.accepted()?;
//! let body = b"hello".to_vec();
//! let head = format!("{:04}", body.len()).into_bytes();
//! let sent = client.send_vectored(Operation::new((head, body))).begin()?.wait()?;
//! assert_eq!(sent.result?, 9);
//!
//! let (head, body) = (Vec::with_capacity(4), Vec::with_capacity(100));
//! let received = server.receive_vectored(Operation::new([head, body])).begin()?.wait()?;
//! let [head, body] = received.operation.into_buffer();
//! assert_eq!((&head[..], &body[..]), (&b"0005"[..], &b"hello"[..]));
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::alertable::routine::{self, routine_request};
use crate::net::socket::{Socket, begun, begun_receiving, descriptor};
use crate::operation::{Operation, Prepared, Request};
use crate::port::Associated;
use crate::sys::OVERLAPPED;
use crate::sys::WinSock::LPWSAOVERLAPPED_COMPLETION_ROUTINE;
use crate::sys::WinSock::{self, WSABUF};
use crate::{Buffer, BufferMut, Error, Result, TcpStream, UdpSocket};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;
use lapwing_status::Status;

/// Memory in several pieces that an operation may read.
///
/// # Safety
/// Each pointer that is shown is as [`Buffer`] promises it.
pub unsafe trait Buffers: core::marker::Send + 'static {
    /// Shows, one after the other, where bytes begin and how many there are.
    fn each_filled(&self, show: &mut dyn FnMut(*const u8, usize));
}

/// Memory in several pieces that an operation may write to, one after the other.
///
/// # Safety
/// Each pointer that is shown is as [`BufferMut`] promises it.
pub unsafe trait BuffersMut: Buffers {
    /// Shows, one after the other, where room begins and how much there is.
    fn each_room(&mut self, show: &mut dyn FnMut(*mut u8, usize));

    /// So many bytes have been written to the pieces; a piece is full before the next has any.
    ///
    /// # Safety
    /// So they have, and there is so much room.
    unsafe fn set_all_filled(&mut self, count: usize);
}

/// Tells a buffer how many of the bytes are in it; how many are left for the next.
///
/// # Safety
/// So many have been written to it and the next ones.
unsafe fn fill<B: BufferMut>(buffer: &mut B, count: usize) -> usize {
    // No more than was said of it.
    let (_, room) = buffer.room();
    let here = count.min(descriptor(ptr::null_mut(), room).len as usize);
    // SAFETY: the caller's promise.
    unsafe { buffer.set_filled(here) };
    count - here
}

macro_rules! sequence {
    ([$($generics:tt)*] $type:ty) => {
        // SAFETY: each buffer's own promise.
        unsafe impl<B: Buffer, $($generics)*> Buffers for $type {
            fn each_filled(&self, show: &mut dyn FnMut(*const u8, usize)) {
                for buffer in self {
                    let (start, length) = buffer.filled();
                    show(start, length);
                }
            }
        }

        // SAFETY: each buffer's own promise.
        unsafe impl<B: BufferMut, $($generics)*> BuffersMut for $type {
            fn each_room(&mut self, show: &mut dyn FnMut(*mut u8, usize)) {
                for buffer in self {
                    let (start, length) = buffer.room();
                    show(start, length);
                }
            }

            unsafe fn set_all_filled(&mut self, count: usize) {
                // SAFETY: the caller's promise; they are filled in this order.
                self.iter_mut().fold(count, |left, buffer| unsafe { fill(buffer, left) });
            }
        }
    };
}

sequence!([const N: usize] [B; N]);
sequence!([] Vec<B>);
sequence!([] Box<[B]>);

macro_rules! tuple {
    ($($name:ident $number:tt),*) => {
        // SAFETY: each buffer's own promise.
        unsafe impl<$($name: Buffer),*> Buffers for ($($name,)*) {
            fn each_filled(&self, show: &mut dyn FnMut(*const u8, usize)) {
                $({
                    let (start, length) = self.$number.filled();
                    show(start, length);
                })*
            }
        }

        // SAFETY: each buffer's own promise.
        unsafe impl<$($name: BufferMut),*> BuffersMut for ($($name,)*) {
            fn each_room(&mut self, show: &mut dyn FnMut(*mut u8, usize)) {
                $({
                    let (start, length) = self.$number.room();
                    show(start, length);
                })*
            }

            unsafe fn set_all_filled(&mut self, count: usize) {
                let left = count;
                $(
                    // SAFETY: the caller's promise; they are filled in this order.
                    let left = unsafe { fill(&mut self.$number, left) };
                )*
                debug_assert_eq!(left, 0);
            }
        }
    };
}

tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);

/// So many buffers an operation may have.  Winsock copies their descriptors before it returns, so
/// they are on the stack.
const MOST: usize = 64;

struct Descriptors {
    all: [MaybeUninit<WSABUF>; MOST],
    /// How many there are; more than `MOST` if there were too many.
    count: usize,
}

impl Descriptors {
    fn new() -> Self {
        Descriptors { all: [const { MaybeUninit::uninit() }; MOST], count: 0 }
    }

    fn add(&mut self, start: *mut u8, length: usize) {
        if let Some(place) = self.all.get_mut(self.count) {
            place.write(descriptor(start, length));
        }
        self.count += 1;
    }

    /// Where they begin, and how many there are.
    fn parts(&self, during: &'static str) -> Result<(*const WSABUF, u32)> {
        if self.count > MOST {
            return Err(Error::from_status(Status::INVALID_PARAMETER, during));
        }
        Ok((self.all.as_ptr().cast(), self.count as u32))
    }
}

/// Receiving into several buffers; see [`Associated::receive_vectored`].
pub struct ReceiveVectored<B>(PhantomData<B>);

/// Sending several buffers; see [`Associated::send_vectored`].
pub struct SendVectored<B>(PhantomData<B>);

impl<S: Socket, K: Sync + core::marker::Send + 'static, T> Associated<S, K, T> {
    /// As [`Associated::receive`], into several buffers, at most 64: a buffer is full before the
    /// next has anything.  Of more, it does not start, with `INVALID_PARAMETER` (10022).
    pub fn receive_vectored<B: BuffersMut>(
        &self,
        operation: Operation<B>,
    ) -> Prepared<'_, ReceiveVectored<B>, Self> {
        Prepared { source: self, operation }
    }

    /// As [`Associated::send`], from several buffers, at most 64.  Of more, it does not start, with
    /// `INVALID_PARAMETER` (10022).
    pub fn send_vectored<B: Buffers>(
        &self,
        operation: Operation<B>,
    ) -> Prepared<'_, SendVectored<B>, Self> {
        Prepared { source: self, operation }
    }
}

macro_rules! without_a_port {
    ($type:ty) => {
        impl $type {
            /// As [`Associated::receive_vectored`], without a port.
            pub fn receive_vectored<B: BuffersMut>(
                &self,
                operation: Operation<B>,
            ) -> Prepared<'_, ReceiveVectored<B>, Self> {
                Prepared { source: self, operation }
            }

            /// As [`Associated::send_vectored`], without a port.
            pub fn send_vectored<B: Buffers>(
                &self,
                operation: Operation<B>,
            ) -> Prepared<'_, SendVectored<B>, Self> {
                Prepared { source: self, operation }
            }
        }
    };
}

without_a_port!(TcpStream);
without_a_port!(UdpSocket);

// SAFETY: `begun_receiving` reads what the function returned as Windows says it.
unsafe impl<S: Socket, B: BuffersMut> Request<S> for ReceiveVectored<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WSARecv";

    unsafe fn begin(socket: &S, overlapped: *mut OVERLAPPED, buffers: *mut B) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { receive(socket, overlapped, buffers, None) }
    }

    unsafe fn transferred(_socket: &S, buffers: &mut B, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffers.set_all_filled(count) };
    }
}

routine_request!(
    [S: Socket, B: BuffersMut] ReceiveVectored<B>, S,
    |socket, overlapped, buffers| receive(socket, overlapped, buffers, Some(routine::of_winsock)),
    B::set_all_filled
);

/// # Safety
/// Buffers and OVERLAPPED stay until the end has been told of.
unsafe fn receive<S: Socket, B: BuffersMut>(
    socket: &S,
    overlapped: *mut OVERLAPPED,
    buffers: *mut B,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<()> {
    let mut descriptors = Descriptors::new();
    // SAFETY: the caller's promise.
    unsafe { &mut *buffers }.each_room(&mut |start, length| descriptors.add(start, length));
    let (start, count) = descriptors.parts("WSARecv: the buffers")?;
    let (socket, mut flags) = (socket.handle().addr(), 0);
    // SAFETY: the caller keeps the buffers and the OVERLAPPED; the descriptors are copied.
    begun_receiving("WSARecv", unsafe {
        let no_count = ptr::null_mut();
        WinSock::WSARecv(socket, start, count, no_count, &mut flags, overlapped, routine)
    })
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<S: Socket, B: Buffers> Request<S> for SendVectored<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WSASend";

    unsafe fn begin(socket: &S, overlapped: *mut OVERLAPPED, buffers: *mut B) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { send(socket, overlapped, buffers, None) }
    }
}

routine_request!(
    [S: Socket, B: Buffers] SendVectored<B>, S,
    |socket, overlapped, buffers| send(socket, overlapped, buffers, Some(routine::of_winsock)),
    routine::all_is_sent
);

/// # Safety
/// Buffers and OVERLAPPED stay until the end has been told of.
unsafe fn send<S: Socket, B: Buffers>(
    socket: &S,
    overlapped: *mut OVERLAPPED,
    buffers: *mut B,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<()> {
    let mut descriptors = Descriptors::new();
    // SAFETY: the caller's promise.
    let filled = unsafe { &*buffers };
    filled.each_filled(&mut |start, length| descriptors.add(start.cast_mut(), length));
    let (start, count) = descriptors.parts("WSASend: the buffers")?;
    let socket = socket.handle().addr();
    // SAFETY: the caller keeps the buffers, which are only read, and the OVERLAPPED; the
    // descriptors are copied.
    begun("WSASend", unsafe {
        WinSock::WSASend(socket, start, count, ptr::null_mut(), 0, overlapped, routine)
    })
}
