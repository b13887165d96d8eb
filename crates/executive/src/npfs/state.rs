//! What an end can be asked about itself, and how its reading is changed.

use super::claim;
use super::end::End;
use super::instance::{Modes, Side, State};
use super::namespace;
use super::queue::{Kind, ReadMode};
use super::remote;
use crate::status::{Result, Status};
use crate::sys::user;

/// `FILE_WRITE_ATTRIBUTES`
pub(super) const WRITE_ATTRIBUTES: u32 = 0x100;
/// `FILE_READ_ATTRIBUTES`
pub(super) const READ_ATTRIBUTES: u32 = 0x80;

impl End {
    /// `PIPE_DISCONNECTED` at a client's end that was disconnected: it cannot be asked any more.
    fn require_bound(&self, state: State) -> Result<()> {
        if state == State::Disconnected && self.is_client() {
            return Err(Status::PIPE_DISCONNECTED);
        }
        Ok(())
    }

    /// How this end reads, and whether it waits.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_DISCONNECTED` at a client's end that was disconnected.
    pub fn modes(&self) -> Result<Modes> {
        self.require(READ_ATTRIBUTES)?;
        self.look();
        let mut inner = self.lock();
        self.require_bound(self.state(&inner))?;
        Ok(*inner.modes(self.side()))
    }

    /// Changes how this end reads, and whether it waits.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `INVALID_PARAMETER` for reading a byte pipe in messages;
    /// `PIPE_DISCONNECTED` at a client's end that was disconnected.
    pub fn set_modes(&self, modes: Modes) -> Result<()> {
        self.require(WRITE_ATTRIBUTES)?;
        self.look();
        let mut inner = self.lock();
        self.require_bound(self.state(&inner))?;
        if modes.read == ReadMode::Message && self.instance().settings().kind == Kind::Byte {
            return Err(Status::INVALID_PARAMETER);
        }
        *inner.modes(self.side()) = modes;
        Ok(())
    }

    /// The state as this end has it.
    ///
    /// # Errors
    /// `ACCESS_DENIED`; `PIPE_DISCONNECTED` at a client's end that was disconnected.
    pub fn ask_state(&self) -> Result<State> {
        self.require(READ_ATTRIBUTES)?;
        self.look();
        let state = self.state(&self.lock());
        self.require_bound(state)?;
        Ok(state)
    }

    /// How many instances there are, and how many there may be.
    pub fn instances(&self) -> (u32, u32) {
        let mut namespace = namespace::lock();
        let instance = self.instance();
        let maximum = instance.settings().maximum;
        match (namespace.pipe_of(instance), claim::domestic_key(instance.key())) {
            (Some(pipe), _) => (pipe.instances(), pipe.settings.maximum),
            (None, Some(key)) => (remote::instances(key).unwrap_or(0), maximum),
            (None, None) => (0, maximum),
        }
    }

    /// The name of the client's user.
    ///
    /// # Errors
    /// `INVALID_PARAMETER` at the client's end; those of [`End::impersonate_client`].
    pub fn client_user(&self) -> Result<String> {
        if self.is_client() {
            return Err(Status::INVALID_PARAMETER);
        }
        self.impersonate_client()?;
        let client = self.lock().client.ok_or(Status::CANNOT_IMPERSONATE)?;
        Ok(user::name(client.user))
    }

    /// The client's process.
    ///
    /// # Errors
    /// `PIPE_DISCONNECTED` (233) at a client's end that was disconnected; `NOT_FOUND` (1168) at a
    /// server's end without a client.
    pub fn client_process_id(&self) -> Result<u32> {
        self.look();
        let inner = self.lock();
        self.require_bound(self.state(&inner))?;
        inner.client.map(|client| client.process_id).ok_or(Status::NOT_FOUND)
    }

    /// The server's process.
    ///
    /// # Errors
    /// `PIPE_DISCONNECTED` (233) at a client's end that was disconnected.
    pub fn server_process_id(&self) -> Result<u32> {
        self.look();
        let inner = self.lock();
        self.require_bound(self.state(&inner))?;
        Ok(inner.server_process_id)
    }

    /// Lets the calling thread act as the client's user, which changes nothing: only our own user
    /// can be acted as.
    ///
    /// # Errors
    /// `CANNOT_IMPERSONATE` (1368) before anything was read from a client, or when it belongs to
    /// another user; `ILLEGAL_FUNCTION` (1) at the client's end.
    pub fn impersonate_client(&self) -> Result<()> {
        if self.side() == Side::Client {
            return Err(Status::ILLEGAL_FUNCTION);
        }
        let inner = self.lock();
        let own = rustix::process::geteuid().as_raw();
        match inner.client {
            Some(client) if inner.was_read && client.user == own => Ok(()),
            _ => Err(Status::CANNOT_IMPERSONATE),
        }
    }
}
