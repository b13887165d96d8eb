//! Sockets that one thread watches by their events, with `WSAEventSelect`.
//!
//! The model of Windows' services: each socket has an event, which is set when something can be
//! done at the socket, and a thread waits for up to 64 of them.  Nothing is under way between the
//! calls, so there is nothing to cancel, and buffers may be borrowed.  It costs a wait and a
//! question for each thing that happens, and 64 is a bound of Windows that no set can pass: for
//! more connections take a [`crate::CompletionPort`].
//!
//! ```
//! use lapwing::{EventSet, Interest, TcpListener, TcpStream, NonBlocking};
//! use std::time::Duration;
//! # use std::io::{Read, Write};
//!
//! enum Socket {
//!     Listener(NonBlocking<TcpListener>),
//!     Stream(NonBlocking<TcpStream>),
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut set = EventSet::new();
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_address()?;
//! set.insert(listener, Interest::ACCEPT, Socket::Listener)?;
//!
//! let client = std::thread::spawn(move || {
//!     let mut stream = std::net::TcpStream::connect(address)?;
//!     stream.write_all(b"hello")?;
//!     let mut answer = [0; 5];
//!     stream.read_exact(&mut answer).map(|()| answer)
//! });
//! let mut buffer = [0; 4096];
//! while let Some((key, happened)) = set.wait(Duration::MAX)? {
//!     match &set[key] {
//!         Socket::Listener(listener) => {
//!             if let Some(stream) = listener.try_accept()? {
//!                 set.insert(stream, Interest::READ | Interest::CLOSE, Socket::Stream)?;
//!             }
//!         }
//!         Socket::Stream(stream) => {
//!             while let Some(count) = stream.try_receive(&mut buffer)? {
//!                 if count == 0 {
//!                     break;
//!                 }
//!                 // A server would keep what does not fit, until `happened.writable`.
//!                 assert_eq!(stream.try_send(&buffer[..count])?, Some(count));
//!             }
//!             if happened.closed.is_some() {
//!                 set.remove(key);
//!                 break;
//!             }
//!         }
//!     }
//! }
//! assert_eq!(&client.join().unwrap()?, b"hello");
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

use crate::alertable::{Alertable, Alerted};
use crate::deadline::Deadline;
use crate::readiness::members::{Key, Members, has_items};
use crate::readiness::network_event::{Happened, Interest, Unwatched, watch_with_event};
use crate::readiness::non_blocking::{NonBlocking, Selectable};
use crate::sys::{self, HANDLE, WinSock};
use crate::{Error, Event, Result};
use core::ptr;
use core::time::Duration;
use lapwing_status::Status;

/// Up to 64 sockets, each with an event, and with it something of the program's own.
///
/// ```text
///   item: T, which has the NonBlocking<S> --.
///   event <--set when something happens-- the socket, which both own
/// ```
pub struct EventSet<T> {
    members: Members<T, Event>,
    /// Where the next wait begins to look, so that none is always first.
    next: usize,
}

has_items!(EventSet<T>);

impl<T> EventSet<T> {
    /// So many sockets can be in a set: Windows' `WSA_MAXIMUM_WAIT_EVENTS`.
    pub const MOST: usize = 64;

    /// A set without sockets.
    pub fn new() -> Self {
        EventSet { members: Members::new(), next: 0 }
    }

    /// Watches a socket; `make` makes an item of it, which is in the set then.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` when there are 64 already, `INSUFFICIENT_RESOURCES` without an event, or
    /// what `WSAEventSelect` fails with; the socket is in the error.
    pub fn insert<S: Selectable>(
        &mut self,
        socket: S,
        interest: Interest,
        make: impl FnOnce(NonBlocking<S>) -> T,
    ) -> core::result::Result<Key, Unwatched<S>> {
        if self.len() == Self::MOST {
            let during = "WSAWaitForMultipleEvents: the number of events";
            let error = Error::from_status(Status::INVALID_PARAMETER, during);
            return Err(Unwatched { error, socket });
        }
        let watched = |event: &Event| watch_with_event(&socket, event.raw(), interest);
        let event = match Event::manual().and_then(|event| watched(&event).map(|()| event)) {
            Ok(event) => event,
            Err(error) => return Err(Unwatched { error, socket }),
        };
        Ok(self.members.add(socket, event, make))
    }

    /// Watches for something else from now on.
    ///
    /// # Errors
    /// `NOT_FOUND` for a key that is not in the set, or what `WSAEventSelect` fails with.
    pub fn set_interest(&mut self, key: Key, interest: Interest) -> Result<()> {
        let not_found = Error::from_status(Status::NOT_FOUND, "set_interest: the key");
        let member = self.members.get(key).ok_or(not_found)?;
        watch_with_event(&*member.socket, member.watch.raw(), interest)
    }

    /// Watches a socket no more; its item.
    pub fn remove(&mut self, key: Key) -> Option<T> {
        let member = self.members.remove(key)?;
        // If it fails, nothing waits for the event any more.
        let _unwatched = watch_with_event(&*member.socket, ptr::null_mut(), Interest::NONE);
        Some(member.item)
    }

    /// Waits until something has happened at a socket, but no longer than this, in whole
    /// milliseconds ([`Duration::MAX`]: for ever); None if nothing has.  Where much happens, all
    /// sockets have their turn.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` for a set without sockets, or what `WSAWaitForMultipleEvents` and
    /// `WSAEnumNetworkEvents` fail with.
    pub fn wait(&mut self, time: Duration) -> Result<Option<(Key, Happened)>> {
        let deadline = Deadline::after(time);
        loop {
            let woken = self.wait_once(deadline.left(), false);
            match self.look(woken)? {
                Ok(None) => {}
                Ok(happened) => return Ok(happened),
                Err(_) => return Ok(None),
            }
        }
    }

    /// As [`EventSet::wait`], but alertably: routines may run instead.
    ///
    /// # Errors
    /// As for [`EventSet::wait`].
    ///
    /// # Panics
    /// As for [`Alertable::sleep`].
    pub fn wait_alertably<'scope>(
        &mut self,
        thread: &'scope Alertable<'scope, '_>,
        time: Duration,
    ) -> Result<core::result::Result<(Key, Happened), Alerted>> {
        let deadline = Deadline::after(time);
        loop {
            let woken = thread.wait_by(&deadline, |time| self.wait_once(time, true));
            match self.look(woken)? {
                Ok(None) => {}
                Ok(Some(happened)) => return Ok(Ok(happened)),
                Err(alerted) => return Ok(Err(alerted)),
            }
        }
    }

    /// Waits for an event; the position of one that is set, or what else the wait has said.
    fn wait_once(&self, time: u32, alertable: bool) -> u32 {
        let mut events = [ptr::null_mut(); 64];
        for (place, member) in events.iter_mut().zip(self.members.all()) {
            *place = member.watch.raw();
        }
        let wait = |events: &[HANDLE], time, alertable: bool| {
            // SAFETY: so many events are open.
            unsafe {
                let count = events.len() as u32;
                let start = events.as_ptr();
                WinSock::WSAWaitForMultipleEvents(count, start, 0, time, alertable.into())
            }
        };
        let events = &events[..self.len()];
        if (1..events.len()).contains(&self.next) {
            // The wait prefers the first: those behind the last one come before it.
            let index = wait(&events[self.next..], 0, false) as usize;
            if index < events.len() - self.next {
                return (self.next + index) as u32;
            }
        }
        wait(events, time, alertable)
    }

    /// What has happened after a wait; None if nothing has.
    fn look(
        &mut self,
        woken: u32,
    ) -> Result<core::result::Result<Option<(Key, Happened)>, Alerted>> {
        match woken {
            sys::WAIT_TIMEOUT => Ok(Err(Alerted::TimedOut)),
            sys::WAIT_IO_COMPLETION => Ok(Err(Alerted::Routines)),
            position => {
                let position = position as usize;
                let Some(member) = self.members.all().get(position) else {
                    return Err(Error::last_of_winsock("WSAWaitForMultipleEvents"));
                };
                self.next = position + 1;
                let happened = Happened::take(&*member.socket, member.watch.raw())?;
                Ok(Ok((!happened.is_nothing()).then_some((member.key, happened))))
            }
        }
    }
}

impl<T> Default for EventSet<T> {
    fn default() -> Self {
        Self::new()
    }
}
