//! Acting as the client of a pipe.
#![allow(unsafe_code)]

use crate::entry::{number, succeed};
use lapwing_abi::{BOOL, HANDLE, TRUE};
use lapwing_executive::ob::handle;

/// Lets the calling thread act as the user of the pipe's client.  That user can only be our own, so
/// nothing changes.
///
/// # Errors
/// FALSE with `ERROR_CANNOT_IMPERSONATE` (1368) before anything was read from a client, or when it
/// belongs to another user; `ERROR_INVALID_FUNCTION` (1) at the client's end and for what is no
/// pipe; `ERROR_INVALID_HANDLE`.
#[unsafe(no_mangle)]
pub extern "system" fn ImpersonateNamedPipeClient(hnamedpipe: HANDLE) -> BOOL {
    succeed(
        handle::lookup(number(hnamedpipe))
            .and_then(|object| object.file()?.pipe()?.impersonate_client()),
    )
}

/// Ends acting as somebody else.  Nobody can act as another user than the process's own, so there
/// is nothing to take back; always TRUE.
#[unsafe(no_mangle)]
pub extern "system" fn RevertToSelf() -> BOOL {
    TRUE
}
