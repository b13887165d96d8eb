//! The network events of a socket as a value: what is selected, recorded, reported, posted.
//!
//! This is the state machine that `WSAEventSelect` and `WSAAsyncSelect` share (semantics 8); it
//! knows no descriptor.  [`super::event_select`] keeps one for each socket that was ever selected,
//! under a lock, looks at the descriptor and feeds it.
//!
//! Where an event is:
//!
//! ```text
//!  the kernel       a condition: data, a connection, room, an end
//!    | epoll's edge (afd::ready), a call that re-enables, a new selection: each is a look (see)
//!    v
//!  reported         the bit is set: the condition is not news any more, until a call re-enables it
//!    |              or there is more than at the last look
//!    |---------> recorded  until WSAEnumNetworkEvents takes it or a call re-enables it; selected
//!    |             |       or not, so that a later selection finds it
//!    |             v
//!    |           the event object is set, if the bit is selected
//!    v
//!  posted           for a listener with messages: one message for each selected bit, then none
//!                   until a call re-enables the bit or a selection begins anew
//! ```
//!
//! On Windows the record lives in AFD and messages are made above it, from the conditions alone.
//! That is where the modes differ, and they differ here for the same reason: a new selection posts
//! all that is so, but signals only what was not reported before; more data signals again, but
//! posts nothing.
//!
//! # The seam to the message system
//!
//! A listener with messages is a [`MessageSink`].  `WSAAsyncSelect` makes one that knows the window
//! and the message's number, and calls [`super::event_select::select`] with
//! `Listener::Messages(sink)`; the rest is done here.  [`MessageSink::post`] is called with the
//! socket's record locked, by any thread (the caller of a Winsock function, a port's thread, the
//! worker): it may take the message queue's locks and must not call back into the socket, nor wait.
//! After a selection has returned no message of an earlier one is posted any more.

use crate::ob::object::Reference;
use crate::status::Status;
use std::sync::Arc;

/// `FD_READ`
pub const READ: u32 = 1;
/// `FD_WRITE`
pub const WRITE: u32 = 2;
/// `FD_OOB`
pub const OOB: u32 = 4;
/// `FD_ACCEPT`
pub const ACCEPT: u32 = 8;
/// `FD_CONNECT`
pub const CONNECT: u32 = 16;
/// `FD_CLOSE`
pub const CLOSE: u32 = 32;

/// `FD_ADDRESS_LIST_CHANGE`, which no look at the socket shows.
pub const ADDRESS_LIST_CHANGE: u32 = 512;

/// How many events a record has room for (`FD_MAX_EVENTS`).
pub const MAX_EVENTS: usize = 10;

/// What happens at once is told in this order (semantics 8.7).
const ORDER: [u32; 6] = [CONNECT, ACCEPT, READ, OOB, WRITE, CLOSE];

/// Takes the messages of one selection.
pub trait MessageSink: Send + Sync {
    /// Posts a message about one event.  `socket` is the handle that Winsock gave out (wParam),
    /// `event` one `FD_` bit (lParam's low word), `error` is SUCCESS or why (its high word is the
    /// Winsock code of that).  A window that has gone is the sink's own matter.
    fn post(&self, socket: u32, event: u32, error: Status);
}

/// Who hears of a socket's events.
#[derive(Clone, Default)]
pub enum Listener {
    /// Nobody: events are recorded all the same.
    #[default]
    Nobody,
    /// An event object, kept alive while it is selected.
    Event(Reference),
    /// A message for each event.
    Messages(Arc<dyn MessageSink>),
}

/// What a look at the socket has shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sight {
    /// The events whose condition holds.
    pub holds: u32,
    /// The same in the eyes of messages, which differ for datagrams.
    pub holds_for_messages: u32,
    /// Bytes or connections that wait.  None when they cannot be counted.
    pub amount: Option<u32>,
    /// The kernel has just announced urgent data, perhaps what an earlier look has seen.
    pub urgent_is_announced: bool,
    /// How many bytes had come; known when urgent data waits.
    pub received: u64,
    /// How the connect ended.
    pub connect_error: Status,
    /// How the connection ended.
    pub close_error: Status,
}

/// What `WSAEnumNetworkEvents` takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The events.
    pub events: u32,
    /// Each event's error, by the number of its bit; it means something for `events` only.
    pub errors: [Status; MAX_EVENTS],
}

/// The record of one socket.
#[derive(Default)]
pub struct Record {
    listener: Listener,
    selected: u32,
    /// The handle that messages name.
    socket: u32,
    /// Happened and not taken yet.
    recorded: u32,
    /// Told once; not news before a call re-enables it.
    reported: u32,
    /// Told by message since the selection or the last re-enabling call.
    posted: u32,
    /// What waited at the last look.
    amount: u32,
    /// How many bytes had come when urgent data was news.
    received: u64,
    errors: [Status; MAX_EVENTS],
}

impl Record {
    /// A new selection replaces the one before.  What has been recorded stays; what has been
    /// posted may be posted again (semantics 8.4).  A look must follow, see [`Record::see`].
    pub fn select(&mut self, listener: Listener, selected: u32, socket: u32) {
        self.listener = listener;
        self.selected = selected;
        self.socket = socket;
        self.posted = 0;
    }

    /// The selection with which an accepted socket begins (semantics 8.6).  Its handle is not known
    /// yet.
    pub fn inherited(&self) -> Record {
        Record { listener: self.listener.clone(), selected: self.selected, ..Record::default() }
    }

    /// Learns the handle that messages name.
    pub fn set_socket(&mut self, socket: u32) {
        self.socket = socket;
    }

    /// Draws the conclusions from a look; `begins` when it is the first of a selection.
    pub fn see(&mut self, sight: &Sight, begins: bool) {
        let mut news = sight.holds & !self.reported;
        if sight.amount.is_some_and(|amount| amount > self.amount) {
            news |= sight.holds & (READ | ACCEPT);
        }
        if sight.urgent_is_announced && sight.received > self.received {
            news |= sight.holds & OOB;
        }
        if news & OOB != 0 {
            self.received = sight.received;
        }
        self.amount = sight.amount.unwrap_or(0);
        self.recorded |= news;
        self.reported |= news;
        for (event, error) in [(CONNECT, sight.connect_error), (CLOSE, sight.close_error)] {
            if news & event != 0 {
                self.errors[event.trailing_zeros() as usize] = error;
            }
        }
        match &self.listener {
            Listener::Nobody => {}
            Listener::Event(event) => {
                let told = if begins { self.recorded } else { news };
                if told & self.selected != 0 {
                    let _was_set = event.dispatcher().set();
                }
            }
            Listener::Messages(sink) => {
                let mut due = sight.holds_for_messages & !self.posted;
                if begins || news & CONNECT == 0 {
                    // A connect is told when it ends and never after.
                    due &= !CONNECT;
                }
                self.posted |= due & self.selected;
                for event in ORDER.into_iter().filter(|event| due & self.selected & event != 0) {
                    let error = match event {
                        CONNECT => sight.connect_error,
                        CLOSE => sight.close_error,
                        _ => Status::SUCCESS,
                    };
                    sink.post(self.socket, event, error);
                }
            }
        }
    }

    /// Something has happened that no look shows; whoever tells it sees to it that it is news.
    pub fn happen(&mut self, event: u32) {
        self.recorded |= event;
        if self.selected & event == 0 {
            return;
        }
        match &self.listener {
            Listener::Nobody => {}
            Listener::Event(listening) => {
                let _was_set = listening.dispatcher().set();
            }
            Listener::Messages(sink) => sink.post(self.socket, event, Status::SUCCESS),
        }
    }

    /// A call has re-enabled these events (semantics 8.3); a look must follow.
    pub fn re_enable(&mut self, events: u32) {
        self.recorded &= !events;
        self.reported &= !events;
        self.posted &= !events;
    }

    /// A call that failed before AFD would have seen it has re-enabled the messages; a look must
    /// follow.
    pub fn re_enable_messages(&mut self, events: u32) {
        self.posted &= !events;
    }

    /// Takes what is recorded and selected.  What is not selected stays (semantics 8.10).
    pub fn take(&mut self) -> Taken {
        let Listener::Event(_) = self.listener else { return Taken::default() };
        let events = self.recorded & self.selected;
        self.recorded &= !events;
        Taken { events, errors: self.errors }
    }

    /// The handle is closed, but not by `closesocket`: a window hears of it (semantics 6.2).
    pub fn close(&mut self) {
        if let Listener::Messages(sink) = &self.listener
            && self.selected & !self.posted & CLOSE != 0
        {
            sink.post(self.socket, CLOSE, Status::SUCCESS);
        }
        self.forget();
    }

    /// Nobody hears of anything any more.
    pub fn forget(&mut self) {
        self.listener = Listener::Nobody;
        self.selected = 0;
    }
}

#[cfg(test)]
#[path = "network_events_tests.rs"]
mod tests;
