//! The names of this process's pipes, and who waits for an instance.
//!
//! Names are not case-sensitive; a backslash in one is a letter like any other.

use super::claim::{self, Claim, Wish};
use super::door;
use super::end::End;
use super::instance::{Client, Instance, Modes, Side};
use super::pipe::{Configuration, Pipe, Settings};
use super::queue::{Kind, ReadMode};
use super::remote;
use super::request::Ends;
use super::state::READ_ATTRIBUTES;
use crate::fs::rights::{self, READ_DATA, WRITE_DATA};
use crate::io::create::{self, Target};
use crate::ke::deadline::Deadline;
use crate::ke::dispatcher::{self, Dispatcher};
use crate::ke::wait::wait_for_single;
use crate::status::{Result, Status};
use crate::sync::{Mutex, MutexGuard};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The longest name, `\\.\pipe\` included, in UTF-16 units.
const LONGEST_NAME: usize = 256;
/// The part of it that every name has.
const PREFIX: usize = 9;

/// Everything under the namespace's lock.
pub struct Namespace {
    pipes: BTreeMap<String, Pipe>,
    waiters: Vec<Arc<Waiter>>,
}

/// A thread in `WaitNamedPipe`.
struct Waiter {
    key: String,
    signal: Dispatcher,
}

static NAMESPACE: Mutex<Namespace> =
    Mutex::new(Namespace { pipes: BTreeMap::new(), waiters: Vec::new() });

/// Takes the namespace's lock.
pub(super) fn lock() -> MutexGuard<'static, Namespace> {
    NAMESPACE.lock()
}

/// The name in the form in which names are compared.
pub(super) fn key(name: &str) -> String {
    name.chars().flat_map(char::to_uppercase).collect()
}

impl Namespace {
    /// The pipe of this name.
    pub(super) fn pipe(&mut self, key: &str) -> Option<&mut Pipe> {
        self.pipes.get_mut(key)
    }

    /// The pipe of this instance.
    pub(super) fn pipe_of(&mut self, instance: &Instance) -> Option<&mut Pipe> {
        self.pipes.get_mut(instance.key())
    }

    /// The instance listens: it can be opened, and those who wait for that are woken.
    pub(super) fn listens(&mut self, instance: &Arc<Instance>) {
        let Some(pipe) = self.pipes.get_mut(instance.key()) else { return };
        pipe.listens(instance);
        self.wake_waiters(instance.key());
    }

    /// Wakes those who wait for an instance of this name.
    pub(super) fn wake_waiters(&mut self, key: &str) {
        if let Some(pipe) = self.pipes.get_mut(key) {
            for waiter in pipe.waiters.drain(..) {
                door::tell(&waiter);
            }
        }
        for waiter in self.waiters.extract_if(.., |waiter| waiter.key == key) {
            let _was_set = waiter.signal.set();
        }
    }

    /// Forgets the pipe when none of its ends is open any more.
    pub(super) fn forget_unused(&mut self, instance: &Instance) {
        let unused = |pipe: &Pipe| pipe.servers == 0 && pipe.orphans == 0;
        if self.pipes.get(instance.key()).is_some_and(unused) {
            self.pipes.remove(instance.key());
        }
    }
}

/// The name behind `\\.\pipe\`, as a server has to write it.
///
/// # Errors
/// `OBJECT_NAME_INVALID` (123) for any other name, and those of [`create::classify`].
pub fn own_name(name: &str) -> Result<String> {
    let is_local = [r"\\.\", r"\\?\", "//./", "//?/"].iter().any(|start| name.starts_with(start));
    match create::classify(name)? {
        Target::Pipe(name) if is_local => Ok(name),
        _ => Err(Status::OBJECT_NAME_INVALID),
    }
}

/// The name behind `\pipe\`, as a client may write it.
///
/// # Errors
/// `OBJECT_PATH_SYNTAX_BAD` (161) for the name of something else, and those of
/// [`create::classify`].
pub fn any_name(name: &str) -> Result<String> {
    match create::classify(name)? {
        Target::Pipe(name) => Ok(name),
        _ => Err(Status::OBJECT_PATH_SYNTAX_BAD),
    }
}

/// Takes a part in the name among the machine's processes; what holds for all instances comes with
/// it.  Where there is no place for names a private pipe is this process's alone.
fn claim(key: &str, wish: &Wish<'_>) -> Result<(Option<Claim>, Settings)> {
    match claim::claim(key, wish) {
        Ok((claim, settings)) => Ok((Some(claim), settings)),
        Err(status @ (Status::ACCESS_DENIED | Status::INSTANCE_NOT_AVAILABLE)) => Err(status),
        Err(status) if wish.is_open => Err(status),
        Err(_) => Ok((None, wish.settings.clone())),
    }
}

/// What `CreateNamedPipe` is called with.
#[derive(Clone, Debug)]
pub struct Creation<'name> {
    /// The name behind `\\.\pipe\`.
    pub name: &'name str,
    /// Which ways data goes.
    pub configuration: Configuration,
    /// The type.
    pub kind: Kind,
    /// How this end reads, and whether it waits.
    pub modes: Modes,
    /// Only if it is the first instance.
    pub first: bool,
    /// The rights of other users; the pipe is open to them if they may do everything that a client
    /// can.  The first instance decides.
    pub rights_of_others: u32,
    /// How many instances there may be; 255 is no limit.
    pub maximum: u32,
    /// Bytes that may wait for the client.
    pub outbound_quota: u32,
    /// Bytes that may wait for the server.
    pub inbound_quota: u32,
    /// `WaitNamedPipe`'s time, where its caller leaves it to the pipe.
    pub default_timeout_ms: u32,
}

/// Makes an instance, and the pipe with the first one.  It listens at once (semantics 12.2).
///
/// # Errors
/// `OBJECT_NAME_INVALID` for an empty or too long name; `INVALID_PARAMETER` for a byte pipe that is
/// to be read in messages, or a limit that is not from 1 to 255; `INSTANCE_NOT_AVAILABLE` (231)
/// when there are too many; `ACCESS_DENIED` (5) when data goes other ways in the instances that are
/// there, or there should be none.
pub fn make(creation: &Creation<'_>) -> Result<End> {
    let length = creation.name.encode_utf16().count();
    if length == 0 || length + PREFIX > LONGEST_NAME {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    if creation.kind == Kind::Byte && creation.modes.read == ReadMode::Message {
        return Err(Status::INVALID_PARAMETER);
    }
    if !(1..=255).contains(&creation.maximum) {
        return Err(Status::INVALID_PARAMETER);
    }
    let key = key(creation.name);
    let mut namespace = lock();
    let settings = Settings {
        name: creation.name.into(),
        kind: creation.kind,
        configuration: creation.configuration,
        maximum: creation.maximum,
        default_timeout_ms: creation.default_timeout_ms,
    };
    let possible = creation.configuration.data_rights(Side::Client);
    let is_open = creation.rights_of_others & possible == possible;
    let wish = Wish { settings: &settings, first: creation.first, is_open };
    match namespace.pipes.get_mut(&key) {
        Some(pipe) if pipe.servers > 0 => {
            if creation.first {
                return Err(Status::ACCESS_DENIED);
            }
            pipe.reserve()?;
            if pipe.settings.configuration != creation.configuration {
                pipe.show();
                return Err(Status::ACCESS_DENIED);
            }
        }
        // Clients of instances that have gone do not keep others from the name.
        Some(pipe) => {
            let (claim, settings) = claim(&key, &wish)?;
            pipe.begin_again(settings, claim);
        }
        None => {
            let (claim, settings) = claim(&key, &wish)?;
            namespace.pipes.insert(key.clone(), Pipe::new(settings, claim));
        }
    }
    let quotas = [creation.inbound_quota as usize, creation.outbound_quota as usize];
    let instance = Arc::new(Instance::new(key, settings, creation.modes, quotas));
    if let Some(pipe) = namespace.pipe_of(&instance) {
        pipe.add_server();
    }
    namespace.listens(&instance);
    let access = creation.configuration.server_rights();
    Ok(End::new(instance, Side::Server, 0, access))
}

/// Opens the client's end of the instance that has listened longest.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` (2) without such a pipe; `ACCESS_DENIED` (5) for data in a direction
/// that the pipe does not have; `PIPE_NOT_AVAILABLE` (231) when no instance listens.
pub fn open(name: &str, desired_access: u32) -> Result<End> {
    // CreateFile always asks for the attributes.
    let access = rights::granted(desired_access) | READ_ATTRIBUTES;
    let mut namespace = lock();
    let Some(pipe) = namespace.pipe(&key(name)).filter(|pipe| pipe.servers > 0) else {
        let is_left = namespace.pipe(&key(name)).is_some();
        drop(namespace);
        return remote::open(name, access).map_err(|status| match status {
            // Clients of ours have outlived their servers.
            Status::OBJECT_NAME_NOT_FOUND if is_left => Status::PIPE_NOT_AVAILABLE,
            other => other,
        });
    };
    let possible = pipe.settings.configuration.data_rights(Side::Client);
    if access & (READ_DATA | WRITE_DATA) & !possible != 0 {
        return Err(Status::ACCESS_DENIED);
    }
    if pipe.has_others() {
        // Then the own instances are found at the own door, in their turn.
        drop(namespace);
        return remote::open(name, access);
    }
    let instance = pipe.first_listening().ok_or(Status::PIPE_NOT_AVAILABLE)?;
    pipe.forget_listening(&instance);
    let mut ends = Ends::default();
    let serial = instance.lock().connect(Client::of_this_process(), &mut ends);
    drop(namespace);
    ends.wake();
    Ok(End::new(instance, Side::Client, serial, access))
}

/// Until when `WaitNamedPipe` waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// As the pipe says.
    Default,
    /// Until then.
    Until(Deadline),
}

/// Waits until an instance listens.  Somebody else may be faster to open it.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` (2) without such a pipe; `IO_TIMEOUT` (121).
pub fn wait(name: &str, patience: Patience) -> Result<()> {
    let key = key(name);
    let mut namespace = lock();
    let is_alone = |pipe: &Pipe| pipe.servers > 0 && !pipe.has_others();
    if !namespace.pipes.get(&key).is_some_and(is_alone) {
        drop(namespace);
        let waited = remote::wait(name, patience);
        namespace = lock();
        if waited != Err(Status::OBJECT_NAME_NOT_FOUND) || !namespace.pipes.contains_key(&key) {
            return waited;
        }
    }
    let Some(pipe) = namespace.pipes.get(&key) else { return Err(Status::OBJECT_NAME_NOT_FOUND) };
    if pipe.first_listening().is_some() {
        return Ok(());
    }
    let deadline = match patience {
        Patience::Until(deadline) => deadline,
        Patience::Default => Deadline::after_milliseconds(pipe.settings.default_timeout_ms),
    };
    let signal = Dispatcher::new(dispatcher::Kind::Notification, 0);
    let waiter = Arc::new(Waiter { key, signal });
    namespace.waiters.push(waiter.clone());
    drop(namespace);
    if wait_for_single(&waiter.signal, false, deadline) == Status::SUCCESS {
        return Ok(());
    }
    lock().waiters.retain(|other| !Arc::ptr_eq(other, &waiter));
    // It may have come in the last moment.
    if waiter.signal.is_signalled() { Ok(()) } else { Err(Status::IO_TIMEOUT) }
}
