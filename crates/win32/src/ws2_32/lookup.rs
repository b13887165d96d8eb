//! From a SOCKET to the socket, and calls that block.

use super::startup;
use crate::error;
use lapwing_abi::{SOCKET, WSAEINTR, WSAENOTSOCK};
use lapwing_executive::afd::socket::Socket;
use lapwing_executive::io::file::File;
use lapwing_executive::ke::apc;
use lapwing_executive::ob::object::Object;
use lapwing_executive::ob::{handle, table::Pinned};
use lapwing_executive::status::{Result as StatusResult, Status};

/// A socket that cannot go away while this lives.
pub struct FoundSocket(Pinned<'static, Object>);

impl FoundSocket {
    /// The object.
    #[inline]
    pub fn object(&self) -> &Pinned<'static, Object> {
        &self.0
    }

    /// The file object.
    #[inline]
    pub fn file(&self) -> StatusResult<&File> {
        self.0.file()
    }

    /// The socket itself.
    #[inline]
    pub fn socket(&self) -> StatusResult<&Socket> {
        self.file().and_then(File::socket)
    }
}

/// The socket behind a handle, or `WSANOTINITIALISED`, or `WSAENOTSOCK`.
#[inline]
pub fn find(socket: SOCKET) -> Result<FoundSocket, i32> {
    startup::check()?;
    let object = handle::lookup(socket).map_err(|_| WSAENOTSOCK)?;
    if object.file().and_then(File::socket).is_err() {
        return Err(WSAENOTSOCK);
    }
    Ok(FoundSocket(object))
}

/// Calls with the socket, and turns the status into a Winsock code.
pub fn with_socket<T>(
    socket: SOCKET,
    call: impl FnOnce(&Pinned<'static, Object>, &File) -> StatusResult<T>,
) -> Result<T, i32> {
    let found = find(socket)?;
    found.file().and_then(|file| call(found.object(), file)).map_err(error::winsock)
}

/// As [`with_socket`] for a call that may block.  Winsock waits alertably: due APCs are run with
/// nothing held, because a routine may close the socket or end the thread, and the call goes on; it
/// is interrupted (`WSAEINTR`) when a routine has closed the socket.
pub fn with_socket_blocking<T>(
    socket: SOCKET,
    mut call: impl FnMut(&Pinned<'static, Object>, &File) -> StatusResult<T>,
) -> Result<T, i32> {
    let mut found = find(socket)?;
    loop {
        match found.file().and_then(|file| call(found.object(), file)) {
            Ok(result) => return Ok(result),
            Err(Status::USER_APC) => {
                drop(found);
                apc::deliver();
                found = find(socket).map_err(|_| WSAEINTR)?;
            }
            Err(status) => return Err(error::winsock(status)),
        }
    }
}
