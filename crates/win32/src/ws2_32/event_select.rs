//! `WSAEventSelect` and `WSAEnumNetworkEvents`.
#![allow(unsafe_code)]

use lapwing_abi::{SOCKET, WSAEFAULT, WSAEINVAL, WSAEVENT, WSANETWORKEVENTS};
use lapwing_executive::afd::event_select;
use lapwing_executive::afd::network_events::{Listener, Taken};
use lapwing_executive::ob::handle;
use lapwing_executive::ob::object::Reference;

use super::lookup;
use crate::entry::{is_wild, socket_succeed};
use crate::error;

/// The event behind a handle; `WSAEINVAL` (10022) for anything else.
fn event(handle: WSAEVENT) -> Result<Reference, i32> {
    let object = handle::lookup(handle.cast_unsigned()).map_err(|_| WSAEINVAL)?;
    object.event().map_err(|_| WSAEINVAL)?;
    Ok(object.to_arc())
}

/// Has the event set whenever one of the network events happens to the socket, which becomes
/// non-blocking.  Replaces the socket's earlier selection, also that of `WSAAsyncSelect`; no events
/// end it, and what happens meanwhile is remembered.  What holds already is recorded at once,
/// unless it has been reported before.  (T:sock:test_events)
///
/// Missing: `FD_QOS`, `FD_GROUP_QOS`, `FD_ROUTING_INTERFACE_CHANGE` and `FD_ADDRESS_LIST_CHANGE`
/// may be selected, and are never recorded.
///
/// # Errors
/// −1 with `WSAEINVAL` (events are selected for what is no event object), `WSAENOTSOCK`,
/// `WSAENOBUFS`, `WSANOTINITIALISED`.
#[unsafe(no_mangle)]
pub extern "system" fn WSAEventSelect(
    s: SOCKET,
    heventobject: WSAEVENT,
    lnetworkevents: i32,
) -> i32 {
    let selected = lookup::find(s).and_then(|found| {
        let listener = match lnetworkevents {
            0 => Listener::Nobody,
            _ => Listener::Event(event(heventobject)?),
        };
        let file = found.file().map_err(error::winsock)?;
        event_select::select(found.object(), file, listener, lnetworkevents.cast_unsigned())
            .map_err(error::winsock)
    });
    socket_succeed(selected)
}

/// Takes the events that have been recorded and are selected, and resets the event if there is
/// one.  An error code is written for each event that has happened, and for no other.
/// (T:sock:test_WSAEnumNetworkEvents)
///
/// # Errors
/// −1 with `WSAEFAULT`, `WSAEINVAL` (an object that is no event), `WSAENOTSOCK`,
/// `WSANOTINITIALISED`; nothing is taken then.
///
/// # Safety
/// `lpnetworkevents` must be NULL or point to a writable structure.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WSAEnumNetworkEvents(
    s: SOCKET,
    heventobject: WSAEVENT,
    lpnetworkevents: *mut WSANETWORKEVENTS,
) -> i32 {
    let taken = lookup::find(s).and_then(|found| {
        if is_wild(lpnetworkevents) {
            return Err(WSAEFAULT);
        }
        let reset = if heventobject == 0 { None } else { Some(event(heventobject)?) };
        let socket = found.file().and_then(|file| file.socket()).map_err(error::winsock)?;
        socket.take_events(reset.as_deref()).map_err(error::winsock)
    });
    // SAFETY: the caller's promise, and not NULL when something was taken.
    socket_succeed(taken.map(|taken| unsafe { write(lpnetworkevents, &taken) }))
}

/// Writes what was taken.
///
/// # Safety
/// `target` must point to a writable structure.
unsafe fn write(target: *mut WSANETWORKEVENTS, taken: &Taken) {
    // SAFETY: the caller's promise; the program's structure may be unaligned.
    unsafe {
        (&raw mut (*target).lNetworkEvents).write_unaligned(taken.events.cast_signed());
        let codes = (&raw mut (*target).iErrorCode).cast::<i32>();
        for (bit, &status) in taken.errors.iter().enumerate() {
            if taken.events & 1 << bit != 0 {
                codes.add(bit).write_unaligned(error::winsock(status));
            }
        }
    }
}
