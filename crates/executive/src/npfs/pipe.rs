//! What all instances of one name have in common.

use super::claim::Claim;
use super::instance::{Instance, Side};
use super::queue::Kind;
use super::roster;
use super::state::{READ_ATTRIBUTES, WRITE_ATTRIBUTES};
use crate::fs::rights::{READ_DATA, WRITE_DATA};
use crate::status::{Result, Status};
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

/// An instance that a client can open.
struct Listening {
    instance: Arc<Instance>,
    since: u64,
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
    listening: VecDeque<Listening>,
    /// The name among the machine's processes.
    claim: Option<Claim>,
    /// Who waits in another process for one that listens.
    pub(super) waiters: Vec<OwnedFd>,
}

impl Pipe {
    /// A pipe without an instance.
    pub(super) fn new(settings: Settings, claim: Option<Claim>) -> Self {
        let (listening, waiters) = (VecDeque::new(), Vec::new());
        Pipe { settings, servers: 0, orphans: 0, listening, claim, waiters }
    }

    /// Nobody of this process serves the name any more; now it begins again.
    pub(super) fn begin_again(&mut self, settings: Settings, claim: Option<Claim>) {
        self.settings = settings;
        self.claim = claim;
    }

    /// Another instance is to be made.
    ///
    /// # Errors
    /// `INSTANCE_NOT_AVAILABLE` when all processes have as many as there may be.
    pub(super) fn reserve(&mut self) -> Result<()> {
        match &self.claim {
            Some(claim) => claim.reserve(&self.settings, self.servers, self.since()),
            None if self.settings.maximum == UNLIMITED_INSTANCES => Ok(()),
            None if self.servers < self.settings.maximum => Ok(()),
            None => Err(Status::INSTANCE_NOT_AVAILABLE),
        }
    }

    /// How many instances all processes have.
    pub fn instances(&self) -> u32 {
        self.claim.as_ref().map_or(self.servers, Claim::servers)
    }

    /// True when other processes have instances too.
    pub(super) fn has_others(&self) -> bool {
        self.claim.as_ref().is_some_and(Claim::has_others)
    }

    /// Since when the first instance listens; 0 when none does.
    fn since(&self) -> u64 {
        self.listening.front().map_or(0, |first| first.since)
    }

    /// Others see what has changed.
    pub(super) fn show(&self) {
        if let Some(claim) = &self.claim {
            claim.show(self.servers, self.since());
        }
    }

    /// There is one server's end more.
    pub(super) fn add_server(&mut self) {
        self.servers += 1;
    }

    /// There is one server's end less; without any the name is free for others.
    pub(super) fn remove_server(&mut self) {
        self.servers -= 1;
        if self.servers == 0 {
            self.claim = None;
            self.waiters.clear();
        }
        self.show();
    }

    /// The instance that has listened longest.
    pub(super) fn first_listening(&self) -> Option<Arc<Instance>> {
        self.listening.front().map(|first| first.instance.clone())
    }

    /// The instance listens from now on.
    pub(super) fn listens(&mut self, instance: &Arc<Instance>) {
        self.listening.push_back(Listening { instance: instance.clone(), since: roster::now() });
        self.show();
        if let Some(claim) = &mut self.claim {
            claim.announce();
        }
    }

    /// The instance listens no more.
    pub(super) fn forget_listening(&mut self, instance: &Arc<Instance>) {
        self.listening.retain(|listening| !Arc::ptr_eq(&listening.instance, instance));
        self.show();
    }
}
