//! Which process has a mailslot's name.
//!
//! The name is a socket in the runtime directory; beside it stands the longest message it takes.
//! Whoever changes or reads them holds the directory's lock.  A socket that nobody answers for is
//! what a dead process has left, and goes.

use crate::fs::error::general;
use crate::status::{Result, Status};
use crate::sys::runtime_directory::{self, Directory, Lock, file_name};
use rustix::fd::OwnedFd;
use rustix::io::{self, Errno};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::net::{bind, connect, socket_with};

/// Names of our own; no name of a mailslot gives such.
const LOCK: &str = "~lock";
const LIMIT: &str = "~limit";

/// A name that this process has.
pub struct Claim {
    directory: Directory,
    file_name: String,
}

fn datagram_socket() -> Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    socket_with(AddressFamily::UNIX, SocketType::DGRAM, flags, None).map_err(general)
}

fn open() -> Result<(Directory, Lock)> {
    let directory = runtime_directory::open("mailslot")?;
    let lock = directory.lock(LOCK)?;
    Ok((directory, lock))
}

fn address(directory: &Directory, file_name: &str) -> Result<SocketAddrUnix> {
    SocketAddrUnix::new(directory.socket_path(file_name)).map_err(general)
}

/// Names do not tell cases apart.
fn folded(name: &str) -> Result<String> {
    if name.is_empty() {
        return Err(Status::OBJECT_NAME_INVALID);
    }
    Ok(file_name(&name.to_lowercase()))
}

/// A socket that is connected to the mailslot.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when nobody has the name, `ACCESS_DENIED` for what is no socket.
fn connected(directory: &Directory, file_name: &str) -> Result<OwnedFd> {
    if !directory.has_socket(file_name) {
        let planted = directory.has(file_name);
        return Err(if planted { Status::ACCESS_DENIED } else { Status::OBJECT_NAME_NOT_FOUND });
    }
    let socket = datagram_socket()?;
    match connect(&socket, &address(directory, file_name)?) {
        Ok(()) => Ok(socket),
        Err(Errno::CONNREFUSED | Errno::NOENT) => Err(Status::OBJECT_NAME_NOT_FOUND),
        // It is a socket, but none for messages.
        Err(Errno::PROTOTYPE) => Err(Status::ACCESS_DENIED),
        Err(error) => Err(general(error)),
    }
}

/// Takes a name: a socket where the messages arrive.
///
/// # Errors
/// `OBJECT_NAME_COLLISION` when somebody has it, `OBJECT_NAME_INVALID` for no name,
/// `ACCESS_DENIED`.
pub fn claim(name: &str, limit: u32) -> Result<(Claim, OwnedFd)> {
    let file_name = folded(name)?;
    let (directory, _lock) = open()?;
    match connected(&directory, &file_name) {
        Ok(_alive) => return Err(Status::OBJECT_NAME_COLLISION),
        Err(Status::OBJECT_NAME_NOT_FOUND) => directory.remove(&file_name),
        Err(status) => return Err(status),
    }
    let limits = format!("{file_name}{LIMIT}");
    directory.remove(&limits);
    io::write(directory.file(&limits)?, &limit.to_ne_bytes()).map_err(general)?;
    let socket = datagram_socket()?;
    bind(&socket, &address(&directory, &file_name)?).map_err(general)?;
    Ok((Claim { directory, file_name }, socket))
}

/// Finds who has a name: a socket that leads there, and the longest message that it takes (0: any).
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, `OBJECT_NAME_INVALID`, `ACCESS_DENIED`.
pub fn find(name: &str) -> Result<(OwnedFd, u32)> {
    let file_name = folded(name)?;
    let (directory, _lock) = open()?;
    let socket = connected(&directory, &file_name)?;
    let mut limit = [0; 4];
    let file = directory.existing_file(&format!("{file_name}{LIMIT}"))?;
    io::read(file, &mut limit).map_err(general)?;
    Ok((socket, u32::from_ne_bytes(limit)))
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Without the lock the remains stay, which the next owner recognises.
        if let Ok(_lock) = self.directory.lock(LOCK) {
            self.directory.remove(&self.file_name);
            self.directory.remove(&format!("{}{LIMIT}", self.file_name));
        }
    }
}
