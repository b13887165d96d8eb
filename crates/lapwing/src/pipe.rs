//! Named pipes: connections between programs of one computer, as bytes or as messages.
//!
//! A server makes instances of a pipe, one for each client that it talks to at once.  An instance
//! waits for its client ([`NamedPipe::connect`]), and after [`NamedPipe::disconnect`] for another.
//! A client opens the pipe by its name and gets an instance that is free.
//!
//! A name is given without `\\.\pipe\` in front of it.  One that begins with two backslashes is
//! taken as it is, so that a client can name another computer's pipe.
//!
//! ```
//! use lapwing::{Executor, PipeMessage, NamedPipe, Operation, PipeOptions};
//!
//! # fn main() -> lapwing::Result<()> {
//! let name = format!("lapwing-example-{}", std::process::id());
//! let executor = Executor::new(1)?;
//! let server = executor.associate(PipeOptions::new().messages(true).create(&name)?)?;
//! executor.spawn(async move {
//!     let mut operation = Operation::new(Vec::with_capacity(16));
//!     operation = server.connect(operation).await.operation;
//!     loop {
//!         let read = server.read(operation).await;
//!         // A message that has no room here ends the talk, and so does the client.
//!         let Ok(PipeMessage::Whole(_)) = read.message() else { break };
//!         operation = server.write(read.operation).await.operation;
//!     }
//! })?;
//!
//! let client = executor.associate(NamedPipe::open(&name)?)?;
//! let answer = executor.block_on(async {
//!     let written = client.write(Operation::new(b"hello".to_vec())).await;
//!     client.read(written.operation).await
//! });
//! assert_eq!(answer.message()?, PipeMessage::Whole(5));
//! assert_eq!(answer.operation.buffer(), b"hello");
//! # Ok(())
//! # }
//! ```
#![allow(unsafe_code)]

pub(crate) mod requests;

use crate::handle::OwnedHandle;
use crate::operation::Source;
use crate::port::{Overlapped, milliseconds};
use crate::sys::FileSystem as fs;
use crate::sys::Pipes as np;
use crate::sys::{self, GENERIC_READ, GENERIC_WRITE, HANDLE};
use crate::{Error, Result};
use core::marker::PhantomData;
use core::ptr;
use core::time::Duration;
use std::ffi::OsString;

/// The end of a pipe that has made it.
#[derive(Debug)]
pub enum ServerEnd {}

/// The end of a pipe that has opened it.
#[derive(Debug)]
pub enum ClientEnd {}

/// Which way bytes go through a pipe.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Both ways.
    Both,
    /// From the clients to the server.
    ToServer,
    /// From the server to the clients.
    ToClient,
}

/// How a server makes an instance of a pipe.
///
/// What is not said is: bytes, both ways, with clients of this computer, as many instances as
/// wanted.
#[derive(Clone, Copy, Debug)]
#[must_use = "it makes nothing before `create`"]
pub struct PipeOptions {
    direction: Direction,
    is_first: bool,
    of_messages: bool,
    takes_remote: bool,
    most: u32,
    outbound: u32,
    inbound: u32,
}

impl Default for PipeOptions {
    fn default() -> Self {
        PipeOptions {
            direction: Direction::Both,
            is_first: false,
            of_messages: false,
            takes_remote: false,
            most: np::PIPE_UNLIMITED_INSTANCES,
            outbound: 4096,
            inbound: 4096,
        }
    }
}

impl PipeOptions {
    /// The usual ones.
    pub fn new() -> Self {
        Self::default()
    }

    /// Which way bytes go; the same for all instances.
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }

    /// What is written at once is read at once, by both ends: a message, which may be empty.
    pub fn messages(mut self, on: bool) -> Self {
        self.of_messages = on;
        self
    }

    /// It must be the first instance (`FILE_FLAG_FIRST_PIPE_INSTANCE`), so that nobody else serves
    /// this name.
    pub fn first_instance(mut self, on: bool) -> Self {
        self.is_first = on;
        self
    }

    /// Clients on other computers are welcome.
    pub fn remote_clients(mut self, on: bool) -> Self {
        self.takes_remote = on;
        self
    }

    /// There may be so many instances at once, from 1 to 254; what the first says holds for all.
    /// 255 is as many as wanted.
    pub fn instances(mut self, most: u32) -> Self {
        self.most = most;
        self
    }

    /// How many bytes may have been written and not yet been read: by the server, and by the
    /// client.  More makes a write wait.
    pub fn buffer_sizes(mut self, outbound: u32, inbound: u32) -> Self {
        (self.outbound, self.inbound) = (outbound, inbound);
        self
    }

    /// Makes an instance, which a client can open at once.
    ///
    /// # Errors
    /// `OBJECT_NAME_INVALID` (123) for a name that is none, `ACCESS_DENIED` (5) when it is not the
    /// first although it must be, or has another direction than the first,
    /// `INSTANCE_NOT_AVAILABLE` (231) when there are as many as may be, `INVALID_PARAMETER` (87)
    /// for an impossible number of instances.
    pub fn create(&self, name: &str) -> Result<NamedPipe<ServerEnd>> {
        const DURING: &str = "CreateNamedPipeW";
        let name = full_name(name, DURING)?;
        let mut open = fs::FILE_FLAG_OVERLAPPED;
        open |= match self.direction {
            Direction::Both => fs::PIPE_ACCESS_DUPLEX,
            Direction::ToServer => fs::PIPE_ACCESS_INBOUND,
            Direction::ToClient => fs::PIPE_ACCESS_OUTBOUND,
        };
        if self.is_first {
            open |= fs::FILE_FLAG_FIRST_PIPE_INSTANCE;
        }
        let mut mode = if self.of_messages {
            np::PIPE_TYPE_MESSAGE | np::PIPE_READMODE_MESSAGE
        } else {
            np::PIPE_TYPE_BYTE | np::PIPE_READMODE_BYTE
        };
        if !self.takes_remote {
            mode |= np::PIPE_REJECT_REMOTE_CLIENTS;
        }
        // SAFETY: the name ends in a zero; no rights are given.
        let handle = unsafe {
            let (outbound, inbound, no_rights) = (self.outbound, self.inbound, ptr::null());
            let name = name.as_ptr();
            np::CreateNamedPipeW(name, open, mode, self.most, outbound, inbound, 0, no_rights)
        };
        NamedPipe::of(handle, DURING)
    }
}

/// An end of a pipe.
#[derive(Debug)]
pub struct NamedPipe<E> {
    handle: OwnedHandle,
    end: PhantomData<fn() -> E>,
}

impl<E> NamedPipe<E> {
    fn of(handle: HANDLE, during: &'static str) -> Result<Self> {
        match handle {
            sys::INVALID_HANDLE_VALUE => Err(Error::last(during)),
            handle => Ok(NamedPipe { handle: OwnedHandle::new(handle), end: PhantomData }),
        }
    }

    pub(crate) fn owned(&self) -> &OwnedHandle {
        &self.handle
    }

    /// Waits until the other side has read all that has been written.
    ///
    /// # Errors
    /// `PIPE_DISCONNECTED` (233), `PIPE_BROKEN` (109) without another side; `ACCESS_DENIED` (5) for
    /// an end that does not write.
    pub fn flush(&self) -> Result<()> {
        // SAFETY: it is open.
        sys::checked("FlushFileBuffers", unsafe { fs::FlushFileBuffers(self.handle.raw()) })
    }
}

impl NamedPipe<ClientEnd> {
    /// Opens a pipe both ways.
    ///
    /// # Errors
    /// As for [`NamedPipe::open_to`].
    pub fn open(name: &str) -> Result<Self> {
        Self::open_to(name, Direction::Both)
    }

    /// Opens a pipe that goes this way.  A pipe of messages is read as such.
    ///
    /// The server may find out who opens it, but cannot act as this user.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` (2) without such a pipe; `PIPE_NOT_AVAILABLE` (231) when all its
    /// instances are in use ([`NamedPipe::wait_for_instance`]); `ACCESS_DENIED` (5) when it does
    /// not go this way; `OBJECT_NAME_INVALID` (123).
    pub fn open_to(name: &str, direction: Direction) -> Result<Self> {
        const DURING: &str = "CreateFileW";
        let name = full_name(name, DURING)?;
        let access = match direction {
            Direction::Both => GENERIC_READ | GENERIC_WRITE,
            Direction::ToServer => GENERIC_WRITE,
            // To choose how messages are read.
            Direction::ToClient => GENERIC_READ | fs::FILE_WRITE_ATTRIBUTES,
        };
        let flags =
            fs::FILE_FLAG_OVERLAPPED | fs::SECURITY_SQOS_PRESENT | fs::SECURITY_IDENTIFICATION;
        // SAFETY: the name ends in a zero; neither rights nor a template are given.
        let handle = unsafe {
            let (rights, template) = (ptr::null(), ptr::null_mut());
            let how = fs::OPEN_EXISTING;
            fs::CreateFileW(name.as_ptr(), access, 0, rights, how, flags, template)
        };
        let pipe = Self::of(handle, DURING)?;
        if direction != Direction::ToServer && pipe.is_of_messages()? {
            let mode = np::PIPE_READMODE_MESSAGE;
            // SAFETY: the mode is there, and the rest is left as it is.
            let set = unsafe {
                let pipe = pipe.handle.raw();
                np::SetNamedPipeHandleState(pipe, &mode, ptr::null(), ptr::null())
            };
            sys::checked("SetNamedPipeHandleState", set)?;
        }
        Ok(pipe)
    }

    fn is_of_messages(&self) -> Result<bool> {
        let mut flags = 0;
        let none = ptr::null_mut();
        // SAFETY: the place is there, and nothing else is asked.
        let got = unsafe { np::GetNamedPipeInfo(self.handle.raw(), &mut flags, none, none, none) };
        sys::checked("GetNamedPipeInfo", got).map(|()| flags & np::PIPE_TYPE_MESSAGE != 0)
    }

    /// Waits until an instance of a pipe is free, but no longer than this, in whole milliseconds;
    /// whether one was.  Another client may still be faster to open it.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` (2) without such a pipe; `OBJECT_NAME_INVALID` (123).
    pub fn wait_for_instance(name: &str, time: Duration) -> Result<bool> {
        const DURING: &str = "WaitNamedPipeW";
        let name = full_name(name, DURING)?;
        // Nothing at all would be the time that the server has chosen.
        let time = milliseconds(time).max(1);
        // SAFETY: the name ends in a zero.
        match sys::checked(DURING, unsafe { np::WaitNamedPipeW(name.as_ptr(), time) }) {
            Err(error) if error.win32() == sys::ERROR_SEM_TIMEOUT => Ok(false),
            done => done.map(|()| true),
        }
    }
}

impl NamedPipe<ServerEnd> {
    /// Lets go of the client, which loses what it has not read; the instance can be connected
    /// again.
    ///
    /// # Errors
    /// `PIPE_DISCONNECTED` (233) when it had let go before.
    pub fn disconnect(&self) -> Result<()> {
        // SAFETY: it is open.
        sys::checked("DisconnectNamedPipe", unsafe { np::DisconnectNamedPipe(self.handle.raw()) })
    }
}

fn full_name(name: &str, during: &'static str) -> Result<Vec<u16>> {
    let prefix = if name.starts_with(r"\\") { "" } else { r"\\.\pipe\" };
    sys::wide(&OsString::from(format!("{prefix}{name}")), during)
}

impl<E: 'static> Source for NamedPipe<E> {
    type Object = Self;

    fn object(&self) -> &Self {
        self
    }
}

// SAFETY: the handle is this one's alone, and nothing gives it away.
unsafe impl<E: 'static> Overlapped for NamedPipe<E> {
    fn handle(&self) -> HANDLE {
        self.handle.raw()
    }
}
