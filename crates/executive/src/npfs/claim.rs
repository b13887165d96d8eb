//! The name of a pipe among the user's processes: who has it, and how others reach him.
//!
//! ```text
//!   $XDG_RUNTIME_DIR/lapwing/pipe/NAME/settings    what the first instance decided
//!                                     /wait        a socket: WaitNamedPipe
//!                                     /open        a socket: CreateFile
//! ```
//!
//! Both sockets belong to the process that has the instances.  Who changes the folder has the lock
//! of the folder above.  Sockets that nobody answers for are what a dead process left, and go; what
//! is no socket was planted, and the name is refused.

use super::door::{Door, Purpose};
use super::pipe::{Configuration, Settings};
use super::queue::Kind;
use crate::fs::error::general;
use crate::io::file::{Device, File};
use crate::ob::object::{Body, Object, Reference};
use crate::status::{Result, Status};
use crate::sys::runtime_directory::{self, Directory, file_name};
use rustix::fd::OwnedFd;
use rustix::io::{Errno, pread, pwrite};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::net::{bind, connect, listen, socket_with};

/// No name of a pipe gives this.
const LOCK: &str = "~lock";
const SETTINGS: &str = "settings";
const OPEN: &str = "open";
const WAIT: &str = "wait";
/// The kernel cuts it to what it allows.
const BACKLOG: i32 = 4096;
/// The length of the settings.
const LENGTH: usize = 16;

/// A name that this process has; it is free again when this goes.
pub struct Claim {
    above: Directory,
    folder: Directory,
    name: String,
    doors: Vec<Reference>,
}

fn stream(flags: SocketFlags) -> Result<OwnedFd> {
    let flags = flags | SocketFlags::CLOEXEC;
    socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).map_err(general)
}

fn address(folder: &Directory, name: &str) -> Result<SocketAddrUnix> {
    SocketAddrUnix::new(folder.socket_path(name)).map_err(general)
}

/// A connection to one of a folder's sockets.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when nobody answers, `ACCESS_DENIED` for what is no socket.
fn reach(folder: &Directory, name: &str, flags: SocketFlags) -> Result<OwnedFd> {
    if !folder.has_socket(name) {
        let planted = folder.has(name);
        return Err(if planted { Status::ACCESS_DENIED } else { Status::OBJECT_NAME_NOT_FOUND });
    }
    let socket = stream(flags)?;
    loop {
        match connect(&socket, &address(folder, name)?) {
            // There is a queue, so somebody is there.
            Ok(()) | Err(Errno::AGAIN) => return Ok(socket),
            Err(Errno::INTR) => {}
            Err(Errno::CONNREFUSED | Errno::NOENT) => return Err(Status::OBJECT_NAME_NOT_FOUND),
            Err(Errno::PROTOTYPE) => return Err(Status::ACCESS_DENIED),
            Err(error) => return Err(general(error)),
        }
    }
}

/// Takes the name for this process, which has made the first instance.
///
/// # Errors
/// `ACCESS_DENIED` when another process has it, or something was planted in its place; those of the
/// file system.
pub fn claim(key: &str, settings: &Settings) -> Result<Claim> {
    let above = runtime_directory::open("pipe")?;
    let name = file_name(key);
    let _lock = above.lock(LOCK)?;
    let folder = above.subdirectory(&name)?;
    match reach(&folder, WAIT, SocketFlags::NONBLOCK) {
        Ok(_somebody) => return Err(Status::ACCESS_DENIED),
        Err(Status::OBJECT_NAME_NOT_FOUND) => {}
        Err(status) => return Err(status),
    }
    if folder.has(OPEN) && !folder.has_socket(OPEN) {
        return Err(Status::ACCESS_DENIED);
    }
    let mut claim = Claim { above, folder, name, doors: Vec::new() };
    claim.clear();
    let file = claim.folder.file(SETTINGS)?;
    pwrite(&file, &encode(settings), 0).map_err(general)?;
    claim.make_door(WAIT, key, Purpose::Wait)?;
    claim.make_door(OPEN, key, Purpose::Open)?;
    Ok(claim)
}

impl Claim {
    fn make_door(&mut self, name: &str, key: &str, purpose: Purpose) -> Result<()> {
        let socket = stream(SocketFlags::NONBLOCK)?;
        bind(&socket, &address(&self.folder, name)?).map_err(general)?;
        listen(&socket, BACKLOG).map_err(general)?;
        let door = Device::PipeDoor(Door::new(socket, key.into(), purpose));
        let object = Object::new(Body::File(Box::new(File::new(door, false))));
        object.file()?.register(&object, false)?;
        self.doors.push(object);
        Ok(())
    }

    fn clear(&self) {
        for name in [OPEN, WAIT, SETTINGS] {
            self.folder.remove(name);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        for door in self.doors.drain(..) {
            if let Ok(file) = door.file() {
                file.unregister();
            }
        }
        // Without the lock the remains stay, which the next owner recognises.
        if let Ok(_lock) = self.above.lock(LOCK) {
            self.clear();
            self.above.remove_subdirectory(&self.name);
        }
    }
}

fn encode(settings: &Settings) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[0] = match settings.kind {
        Kind::Byte => 0,
        Kind::Message => 1,
    };
    bytes[1] = match settings.configuration {
        Configuration::Inbound => 0,
        Configuration::Outbound => 1,
        Configuration::Duplex => 2,
    };
    bytes[4..8].copy_from_slice(&settings.maximum.to_ne_bytes());
    bytes[8..12].copy_from_slice(&settings.default_timeout_ms.to_ne_bytes());
    bytes
}

fn decode(bytes: &[u8; LENGTH], name: &str) -> Option<Settings> {
    let number = |at: usize| {
        let [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        u32::from_ne_bytes([a, b, c, d])
    };
    Some(Settings {
        name: name.into(),
        kind: match bytes[0] {
            0 => Kind::Byte,
            1 => Kind::Message,
            _ => return None,
        },
        configuration: match bytes[1] {
            0 => Configuration::Inbound,
            1 => Configuration::Outbound,
            2 => Configuration::Duplex,
            _ => return None,
        },
        maximum: number(4),
        default_timeout_ms: number(8),
    })
}

/// A pipe of another process.
pub struct Found {
    folder: Directory,
    /// What its first instance decided.
    pub settings: Settings,
}

/// Finds who has a name.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when nobody has, `ACCESS_DENIED` for what was planted.
pub fn find(key: &str, name: &str) -> Result<Found> {
    let folder = runtime_directory::open("pipe")?.existing_subdirectory(&file_name(key))?;
    let mut bytes = [0; LENGTH];
    let count = pread(folder.existing_file(SETTINGS)?, &mut bytes, 0).map_err(general)?;
    let settings = decode(&bytes, name).filter(|_| count == LENGTH);
    Ok(Found { folder, settings: settings.ok_or(Status::OBJECT_NAME_NOT_FOUND)? })
}

impl Found {
    /// A connection for CreateFile.
    ///
    /// # Errors
    /// As for [`find`].
    pub fn reach_to_open(&self) -> Result<OwnedFd> {
        reach(&self.folder, OPEN, SocketFlags::empty())
    }

    /// A connection for WaitNamedPipe.
    ///
    /// # Errors
    /// As for [`find`].
    pub fn reach_to_wait(&self) -> Result<OwnedFd> {
        reach(&self.folder, WAIT, SocketFlags::empty())
    }
}

/// The name of an instance that is a copy of another process's: no pipe of ours has it.
pub fn foreign_key(key: &str) -> String {
    format!("\0{key}")
}
