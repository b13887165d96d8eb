//! `WSAAsyncSelect`: a socket's events as messages to a window.
//!
//! What an event is and when it is told is decided by `afd`; here an event becomes a message.
#![allow(unsafe_code)]

use super::lookup;
use crate::entry::socket_succeed;
use crate::error;
use lapwing_abi::{HWND, SOCKET, WSAEINVAL};
use lapwing_executive::afd::event_select;
use lapwing_executive::afd::network_events::{Listener, MessageSink};
use lapwing_executive::status::Status;
use lapwing_executive::win32k::{queue, window};
use std::sync::Arc;

/// A window that is told, and with which message.
struct Sink {
    window: u32,
    message: u32,
}

impl MessageSink for Sink {
    fn post(&self, socket: u32, event: u32, error: Status) {
        let error = error::winsock(error).cast_unsigned() & 0xFFFF;
        let lparam = (error << 16 | event & 0xFFFF) as isize;
        // A window that has gone, or whose queue is full, hears nothing.
        let _unheard = queue::post(self.window as usize, self.message, socket as usize, lparam);
    }
}

/// Has a message posted to the window whenever one of the network events happens to the socket:
/// `wParam` is the socket, `lParam` one event and an error code (`WSAGETSELECTEVENT`,
/// `WSAGETSELECTERROR`).  The socket becomes non-blocking.  Replaces the socket's earlier
/// selection, also that of `WSAEventSelect`; no events end it.  What holds already is posted at
/// once.  (T:sock:test_events)
///
/// Missing: `FD_QOS`, `FD_GROUP_QOS`, `FD_ROUTING_INTERFACE_CHANGE` and `FD_ADDRESS_LIST_CHANGE`
/// may be selected, and are never posted.
///
/// # Errors
/// −1 with `WSAEINVAL` (events are selected for what is no window), `WSAENOTSOCK`, `WSAENOBUFS`,
/// `WSANOTINITIALISED`.
#[unsafe(no_mangle)]
pub extern "system" fn WSAAsyncSelect(
    socket: SOCKET,
    hwnd: HWND,
    message: u32,
    events: i32,
) -> i32 {
    let selected = lookup::find(socket).and_then(|found| {
        let listener = match events {
            0 => Listener::Nobody,
            _ => {
                let window = window::lookup(hwnd.addr()).map_err(|_| WSAEINVAL)?.number();
                Listener::Messages(Arc::new(Sink { window, message }))
            }
        };
        let file = found.file().map_err(error::winsock)?;
        event_select::select(found.object(), file, listener, events.cast_unsigned())
            .map_err(error::winsock)
    });
    socket_succeed(selected)
}
