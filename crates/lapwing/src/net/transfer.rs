//! Receiving and sending, which every [`Socket`] does in the same way.
#![allow(unsafe_code)]

use crate::alertable::routine::{self, routine_request};
use crate::net::socket::{Socket, begun, begun_receiving, descriptor};
use crate::operation::{Operation, Prepared, Request};
use crate::port::Associated;
use crate::sys::OVERLAPPED;
use crate::sys::WinSock::{self, LPWSAOVERLAPPED_COMPLETION_ROUTINE};
use crate::{Buffer, BufferMut, Result, TcpStream, UdpSocket};
use core::marker::PhantomData;
use core::ptr;

/// Receiving; see [`Associated::receive`].
pub struct Receive<B>(PhantomData<B>);

/// Sending; see [`Associated::send`].
pub struct Send<B>(PhantomData<B>);

impl<S: Socket, K: Sync + core::marker::Send + 'static, T> Associated<S, K, T> {
    /// Receives into the operation's buffer, from its beginning.  The count of a connection's
    /// receive is 0 when the other side sends no more.  The system's function is `WSARecv`.
    pub fn receive<B: BufferMut>(&self, operation: Operation<B>) -> Prepared<'_, Receive<B>, Self> {
        Prepared { source: self, operation }
    }

    /// Sends what is in the operation's buffer, all of it.  The system's function is `WSASend`.
    pub fn send<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, Send<B>, Self> {
        Prepared { source: self, operation }
    }
}

macro_rules! without_a_port {
    ($type:ty) => {
        impl $type {
            /// As [`Associated::receive`], without a port.
            pub fn receive<B: BufferMut>(
                &self,
                operation: Operation<B>,
            ) -> Prepared<'_, Receive<B>, Self> {
                Prepared { source: self, operation }
            }

            /// As [`Associated::send`], without a port.
            pub fn send<B: Buffer>(&self, operation: Operation<B>) -> Prepared<'_, Send<B>, Self> {
                Prepared { source: self, operation }
            }
        }
    };
}

without_a_port!(TcpStream);
without_a_port!(UdpSocket);

// SAFETY: `begun_receiving` reads what the function returned as Windows says it.
unsafe impl<S: Socket, B: BufferMut> Request<S> for Receive<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WSARecv";

    unsafe fn begin(socket: &S, overlapped: *mut OVERLAPPED, buffer: *mut B) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { receive(socket, overlapped, buffer, None) }
    }

    unsafe fn transferred(_socket: &S, buffer: &mut B, count: usize) {
        // SAFETY: the caller's promise.
        unsafe { buffer.set_filled(count) };
    }
}

routine_request!(
    [S: Socket, B: BufferMut] Receive<B>, S,
    |socket, overlapped, buffer| receive(socket, overlapped, buffer, Some(routine::of_winsock)),
    B::set_filled
);

/// # Safety
/// Buffer and OVERLAPPED stay until the end has been told of.
unsafe fn receive<S: Socket, B: BufferMut>(
    socket: &S,
    overlapped: *mut OVERLAPPED,
    buffer: *mut B,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let (start, length) = unsafe { (*buffer).room() };
    let buffer = descriptor(start, length);
    let (socket, mut flags) = (socket.handle().addr(), 0);
    // SAFETY: the caller keeps the buffer and the OVERLAPPED.
    begun_receiving("WSARecv", unsafe {
        let no_count = ptr::null_mut();
        WinSock::WSARecv(socket, &buffer, 1, no_count, &mut flags, overlapped, routine)
    })
}

// SAFETY: `begun` reads what the function returned as Windows says it.
unsafe impl<S: Socket, B: Buffer> Request<S> for Send<B> {
    type Buffer = B;

    const FUNCTION: &'static str = "WSASend";

    unsafe fn begin(socket: &S, overlapped: *mut OVERLAPPED, buffer: *mut B) -> Result<()> {
        // SAFETY: the caller's promise.
        unsafe { send(socket, overlapped, buffer, None) }
    }
}

routine_request!(
    [S: Socket, B: Buffer] Send<B>, S,
    |socket, overlapped, buffer| send(socket, overlapped, buffer, Some(routine::of_winsock)),
    routine::all_is_sent
);

/// # Safety
/// Buffer and OVERLAPPED stay until the end has been told of.
unsafe fn send<S: Socket, B: Buffer>(
    socket: &S,
    overlapped: *mut OVERLAPPED,
    buffer: *mut B,
    routine: LPWSAOVERLAPPED_COMPLETION_ROUTINE,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let (start, length) = unsafe { (*buffer).filled() };
    let buffer = descriptor(start.cast_mut(), length);
    let socket = socket.handle().addr();
    // SAFETY: the caller keeps the buffer, which is only read, and the OVERLAPPED.
    begun("WSASend", unsafe {
        WinSock::WSASend(socket, &buffer, 1, ptr::null_mut(), 0, overlapped, routine)
    })
}
