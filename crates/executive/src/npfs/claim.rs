//! The name of a pipe among the machine's processes: who serves it, and how clients reach him.
//!
//! ```text
//!   $XDG_RUNTIME_DIR/lapwing/pipe/NAME/page, seats   the roster: settings, and who serves
//!                                     /open-3        a socket of the process in seat 3: CreateFile
//!                                     /wait-3        WaitNamedPipe
//!                                     /ring-3        another process begins to serve
//!   /tmp/lapwing-open-UID/NAME/...                   the same for a pipe that is open to all users
//! ```
//!
//! Any number of processes of one user serve a name together; the first instance decides what holds
//! for all, where they meet included.  Who sits down or stands up has the lock of the private
//! folder.  What a dead process has left goes when the next comes; what is not what it should be
//! was planted, and the name is refused.

use super::door::{Door, Purpose};
use super::pipe::{Settings, UNLIMITED_INSTANCES};
use super::roster::{Reading, Roster};
use crate::fs::error::general;
use crate::io::file::{Device, File};
use crate::ob::object::{Body, Object, Reference};
use crate::status::{Result, Status};
use crate::sys::runtime_directory::{self, Directory, file_name};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use rustix::net::{bind, connect, listen, socket_with, sockopt};

/// No name of a pipe gives this.
const LOCK: &str = "~lock";
/// The kernel cuts it to what it allows.
const BACKLOG: i32 = 4096;
const PURPOSES: [Purpose; 3] = [Purpose::Ring, Purpose::Wait, Purpose::Open];

/// This process' part in a name; it has none any more when this goes.
pub struct Claim {
    /// Whose lock is everybody's.
    private: Directory,
    /// Where the folder is.
    home: Directory,
    folder: Directory,
    name: String,
    roster: Roster,
    doors: Vec<Reference>,
    /// The others have not heard of it yet.
    is_new: bool,
}

/// The name of a door's socket.
fn door(purpose: Purpose, seat: usize) -> String {
    let word = match purpose {
        Purpose::Open => "open",
        Purpose::Wait => "wait",
        Purpose::Ring => "ring",
    };
    format!("{word}-{seat}")
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

/// What a process wants that makes its first instance of a name.
pub struct Wish<'settings> {
    /// What holds if nobody serves the name yet.
    pub settings: &'settings Settings,
    /// Only if nobody does.
    pub first: bool,
    /// It is open to all users.
    pub is_open: bool,
}

/// Takes a part in the name for this process, which makes its first instance; what holds for all
/// instances comes with it.
///
/// # Errors
/// `ACCESS_DENIED` when another process serves it and data goes other ways there, or none should,
/// or something was planted in its place; `INSTANCE_NOT_AVAILABLE` when there are too many
/// instances; those of the file system.
pub fn claim(key: &str, wish: &Wish<'_>) -> Result<(Claim, Settings)> {
    let private = runtime_directory::open("pipe")?;
    let name = file_name(key);
    let _lock = private.lock(LOCK)?;
    for home in [runtime_directory::open("pipe"), runtime_directory::open_to_all(false)] {
        let Ok(home) = home else { continue };
        let folder = match home.existing_subdirectory(&name) {
            Ok(folder) => folder,
            Err(Status::OBJECT_NAME_NOT_FOUND) => continue,
            Err(status) => return Err(status),
        };
        let roster = Roster::open(&folder)?;
        sweep(&folder, &roster)?;
        if roster.others().next().is_some() {
            let settings = roster.settings(&wish.settings.name).ok_or(Status::ACCESS_DENIED)?;
            permit(wish, &settings, &roster)?;
            let mut claim = Claim::new(private, home, folder, name, roster);
            claim.is_new = true;
            claim.enter(key)?;
            return Ok((claim, settings));
        }
    }
    let home = match wish.is_open {
        true => runtime_directory::open_to_all(true)?,
        false => runtime_directory::open("pipe")?,
    };
    let folder = home.subdirectory(&name)?;
    let roster = Roster::open(&folder)?;
    roster.write(wish.settings);
    let mut claim = Claim::new(private, home, folder, name, roster);
    claim.enter(key)?;
    Ok((claim, wish.settings.clone()))
}

/// # Errors
/// As for [`claim`].
fn permit(wish: &Wish<'_>, settings: &Settings, roster: &Roster) -> Result<()> {
    if wish.first {
        return Err(Status::ACCESS_DENIED);
    }
    has_room(settings, roster)?;
    if settings.configuration != wish.settings.configuration {
        return Err(Status::ACCESS_DENIED);
    }
    Ok(())
}

fn has_room(settings: &Settings, roster: &Roster) -> Result<()> {
    let is_full = settings.maximum != UNLIMITED_INSTANCES && roster.servers() >= settings.maximum;
    if is_full { Err(Status::INSTANCE_NOT_AVAILABLE) } else { Ok(()) }
}

/// Takes away what dead processes have left.
fn sweep(folder: &Directory, roster: &Roster) -> Result<()> {
    for seat in roster.sweep() {
        clear(folder, seat)?;
    }
    Ok(())
}

/// Takes a seat's sockets away.
///
/// # Errors
/// `ACCESS_DENIED` for what is no socket.
fn clear(folder: &Directory, seat: usize) -> Result<()> {
    for purpose in PURPOSES {
        let name = door(purpose, seat);
        if folder.has(&name) && !folder.has_socket(&name) {
            return Err(Status::ACCESS_DENIED);
        }
        folder.remove(&name);
    }
    Ok(())
}

impl Claim {
    fn new(
        private: Directory,
        home: Directory,
        folder: Directory,
        name: String,
        roster: Roster,
    ) -> Self {
        Claim { private, home, folder, name, roster, doors: Vec::new(), is_new: false }
    }

    /// Under the lock: from now on others see the process, which is about to have an instance.
    fn enter(&mut self, key: &str) -> Result<()> {
        let entered = self.sit_down(key);
        if entered.is_err() {
            // The lock is taken.
            self.leave();
        }
        entered
    }

    fn sit_down(&mut self, key: &str) -> Result<()> {
        let seat = self.roster.sit_down()?;
        clear(&self.folder, seat)?;
        for purpose in PURPOSES {
            self.make_door(&door(purpose, seat), key, purpose)?;
        }
        self.roster.show(1, 0);
        Ok(())
    }

    fn make_door(&mut self, name: &str, key: &str, purpose: Purpose) -> Result<()> {
        let socket = stream(SocketFlags::NONBLOCK)?;
        bind(&socket, &address(&self.folder, name)?).map_err(general)?;
        listen(&socket, BACKLOG).map_err(general)?;
        if purpose != Purpose::Ring {
            self.folder.publish(name)?;
        }
        let door = Door::new(socket, key.into(), purpose, self.folder.is_open());
        let object = Object::new(Body::File(File::new(Device::PipeDoor(door), false)));
        object.file()?.register(&object, false)?;
        self.doors.push(object);
        Ok(())
    }

    /// Another instance of this process is to be made, which has `servers` already.
    ///
    /// # Errors
    /// `INSTANCE_NOT_AVAILABLE` when all processes have as many as there may be.
    pub fn reserve(&self, settings: &Settings, servers: u32, since: u64) -> Result<()> {
        if settings.maximum == UNLIMITED_INSTANCES {
            return Ok(());
        }
        let _lock = self.private.lock(LOCK)?;
        has_room(settings, &self.roster)?;
        self.roster.show(servers + 1, since);
        Ok(())
    }

    /// This process has so many instances, and the first of them listens since then (0: none).
    pub fn show(&self, servers: u32, since: u64) {
        self.roster.show(servers, since);
    }

    /// True when another process serves the name too.
    pub fn has_others(&self) -> bool {
        self.roster.others().next().is_some()
    }

    /// How many instances all processes have.
    pub fn servers(&self) -> u32 {
        self.roster.servers()
    }

    /// An instance listens: for the first time those are told who wait at the others' doors and
    /// know nothing of this process.
    pub fn announce(&mut self) {
        if core::mem::take(&mut self.is_new) {
            for seat in self.roster.others() {
                let _gone = reach(&self.folder, &door(Purpose::Ring, seat), SocketFlags::NONBLOCK);
            }
        }
    }

    fn leave(&mut self) {
        for door in self.doors.drain(..) {
            if let Ok(file) = door.file() {
                file.unregister();
            }
        }
        if let Some(seat) = self.roster.stand_up() {
            let _planted = clear(&self.folder, seat);
        }
        if self.roster.others().next().is_none() {
            let _planted = sweep(&self.folder, &self.roster);
            Roster::remove(&self.folder);
            self.home.remove_subdirectory(&self.name);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Without the lock the remains stay, which the next owner recognises.
        if self.roster.is_seated()
            && let Ok(_lock) = self.private.lock(LOCK)
        {
            self.leave();
        }
    }
}

/// A pipe of other processes.
pub struct Found {
    folder: Directory,
    /// What its page says.
    pub reading: Reading,
}

/// Tries the pipes of this name, the user's own first and then those that others have opened to
/// all, until one is served.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND` when nobody serves one, `ACCESS_DENIED` for what was planted, and those
/// of the attempt.
pub fn find<T>(key: &str, name: &str, mut attempt: impl FnMut(&Found) -> Result<T>) -> Result<T> {
    let file = file_name(key);
    let at = |home: Directory| {
        let folder = home.existing_subdirectory(&file)?;
        let reading = Reading::of(&folder, name)?;
        Ok(Found { folder, reading })
    };
    let own = runtime_directory::open("pipe").and_then(at).and_then(|found| attempt(&found));
    if own.as_ref().err() != Some(&Status::OBJECT_NAME_NOT_FOUND) {
        return own;
    }
    let opened = runtime_directory::open_to_all(false).into_iter();
    // What others have planted is theirs.
    let others =
        opened.chain(runtime_directory::opened_by_others()).filter_map(|home| at(home).ok());
    let mut results = others.map(|found| attempt(&found));
    results
        .find(|result| result.as_ref().err() != Some(&Status::OBJECT_NAME_NOT_FOUND))
        .unwrap_or(Err(Status::OBJECT_NAME_NOT_FOUND))
}

impl Found {
    /// What the page says now.
    ///
    /// # Errors
    /// As for [`Reading::of`].
    pub fn read_again(&self) -> Result<Reading> {
        Reading::of(&self.folder, &self.reading.settings.name)
    }

    /// A connection to the process in a seat, and the process.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND` when it has gone, `ACCESS_DENIED` for what was planted.
    pub fn reach(&self, purpose: Purpose, seat: usize) -> Result<(OwnedFd, u32)> {
        let socket = reach(&self.folder, &door(purpose, seat), SocketFlags::empty())?;
        let peer = sockopt::socket_peercred(&socket).map_err(general)?;
        if peer.uid.as_raw() != self.folder.owner() {
            return Err(Status::ACCESS_DENIED);
        }
        Ok((socket, peer.pid.as_raw_nonzero().get().unsigned_abs()))
    }
}

/// The name of an instance that is a copy of another process's: no pipe of ours has it.
pub fn foreign_key(key: &str) -> String {
    format!("\0{key}")
}

/// The name of the other process's pipe, if the instance is such a copy.
pub fn domestic_key(key: &str) -> Option<&str> {
    key.strip_prefix('\0')
}
