//! What all instances of one name have in common.

use super::claim::Claim;
use super::instance::{Instance, Side};
use super::queue::Kind;
use super::state::{READ_ATTRIBUTES, WRITE_ATTRIBUTES};
use crate::fs::rights::{READ_DATA, WRITE_DATA};
use rustix::fd::OwnedFd;
use std::collections::VecDeque;
use std::sync::Arc;

/// Which ways data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Configuration {
    /// From the client to the server (`PIPE_ACCESS_INBOUND`).
    Inbound,
    /// From the server to the client (`PIPE_ACCESS_OUTBOUND`).
    Outbound,
    /// Both ways (`PIPE_ACCESS_DUPLEX`).
    Duplex,
}

impl Configuration {
    /// The rights to the data that an end can have.
    pub fn data_rights(self, side: Side) -> u32 {
        match (self, side) {
            (Configuration::Duplex, _) => READ_DATA | WRITE_DATA,
            (Configuration::Inbound, Side::Server) => READ_DATA,
            (Configuration::Outbound, Side::Client) => READ_DATA,
            (Configuration::Inbound, Side::Client) => WRITE_DATA,
            (Configuration::Outbound, Side::Server) => WRITE_DATA,
        }
    }

    /// All rights of the server.  Who only reads may not change how (D:SetNamedPipeHandleState).
    pub fn server_rights(self) -> u32 {
        let attributes = match self {
            Configuration::Inbound => READ_ATTRIBUTES,
            Configuration::Outbound | Configuration::Duplex => READ_ATTRIBUTES | WRITE_ATTRIBUTES,
        };
        self.data_rights(Side::Server) | attributes
    }
}

/// The number of instances that stands for "as many as memory allows".
pub const UNLIMITED_INSTANCES: u32 = 255;

/// What holds for every instance of a pipe; the first one decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name, as the first instance spelt it.
    pub name: Arc<str>,
    /// The type.
    pub kind: Kind,
    /// Which ways data goes.
    pub configuration: Configuration,
    /// How many instances there may be; 255 is no limit.
    pub maximum: u32,
    /// `WaitNamedPipe`'s time, where its caller leaves it to the pipe.
    pub default_timeout_ms: u32,
}

/// The pipes of one name.
pub struct Pipe {
    /// What the first instance decided.
    pub settings: Settings,
    /// How many servers' ends are open.
    pub servers: u32,
    /// How many instances have a client and no server any more.
    pub orphans: u32,
    /// Those that a client can open, in the order in which they began to listen.
    pub listening: VecDeque<Arc<Instance>>,
    /// The name among the user's processes.
    pub(super) claim: Option<Claim>,
    /// Who waits in another process for one that listens.
    pub(super) waiters: Vec<OwnedFd>,
}

impl Pipe {
    /// A pipe without an instance.
    pub(super) fn new(settings: Settings, claim: Option<Claim>) -> Self {
        let (listening, waiters) = (VecDeque::new(), Vec::new());
        Pipe { settings, servers: 0, orphans: 0, listening, claim, waiters }
    }

    /// True when there may be another instance.
    pub fn has_room(&self) -> bool {
        self.settings.maximum == UNLIMITED_INSTANCES || self.servers < self.settings.maximum
    }

    /// Without a server the name is free for other processes.
    pub(super) fn give_up_unused_name(&mut self) {
        if self.servers == 0 {
            self.claim = None;
            self.waiters.clear();
        }
    }

    /// The instance listens no more.
    pub fn forget_listening(&mut self, instance: &Arc<Instance>) {
        self.listening.retain(|listening| !Arc::ptr_eq(listening, instance));
    }
}
