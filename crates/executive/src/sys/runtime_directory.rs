//! The directory through which the processes of one user find each other's names: pipes,
//! mailslots, named objects, share modes.
//!
//! It is `$XDG_RUNTIME_DIR/lapwing`, or `/tmp/lapwing-UID` when that is not there or belongs to
//! somebody else (as after `sudo`).  Everybody may write to `/tmp`, so nothing found is believed:
//! each step is opened without following links, and must be the user's own, of the right sort, and
//! closed to everybody else.  What has been planted is refused (`ACCESS_DENIED`), never repaired.
//!
//! What a user opens to all users of the machine is in `/tmp/lapwing-open-UID` instead
//! ([`open_to_all`]), where others may look and connect, and change nothing.
//!
//! Everything is done relative to open directories, so what is renamed meanwhile changes nothing.

use crate::fs::error::general;
use crate::status::{Result, Status};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, Dir, FileType, FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::path::Arg;
use rustix::process::geteuid;
use std::path::{Path, PathBuf};

/// Whose a folder is, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Owner {
    user: u32,
    /// Others may look.
    is_open: bool,
}

/// A folder that only its owner may change, and only he may look into unless it is open to all.
#[derive(Debug)]
pub struct Directory {
    fd: OwnedFd,
    owner: Owner,
}

const FOLDER: OFlags = OFlags::DIRECTORY.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const FILE: OFlags =
    OFlags::RDWR.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC).union(OFlags::NONBLOCK);

/// What an error means here: whatever is not what it should be has been planted.
fn failure(error: Errno) -> Status {
    match error {
        Errno::LOOP | Errno::NOTDIR | Errno::ISDIR | Errno::NXIO => Status::ACCESS_DENIED,
        other => general(other),
    }
}

/// `ACCESS_DENIED` unless it is of this sort, the owner's, and nobody else's.
fn verify(fd: &OwnedFd, sort: FileType, owner: Owner) -> Result<()> {
    let stat = fs::fstat(fd).map_err(failure)?;
    let is_sort = FileType::from_raw_mode(stat.st_mode) == sort;
    let is_own = stat.st_uid == owner.user;
    let forbidden = if owner.is_open { 0o022 } else { 0o077 };
    let is_private = stat.st_mode & forbidden == 0;
    if is_sort && is_own && is_private { Ok(()) } else { Err(Status::ACCESS_DENIED) }
}

/// The folder for names of one kind (`pipe`, `mailslot` ...), made if it is not there.
///
/// # Errors
/// `ACCESS_DENIED` when something else stands in its place, and those of the file system.
pub fn open(kind: &str) -> Result<Directory> {
    root()?.subdirectory(kind)
}

/// The folder for the pipes that the user has opened to all; with `made` it is made if it is not
/// there.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, and as for [`open`].
pub fn open_to_all(made: bool) -> Result<Directory> {
    let owner = Owner { user: geteuid().as_raw(), is_open: true };
    let path = open_path(owner.user);
    match made {
        true => Directory::at(fs::CWD, Path::new(&path), owner),
        false => Directory::existing(fs::CWD, &path, owner),
    }
}

/// What other users have opened to all: the administrator's first, then in the order of their
/// numbers, so that a service's comes before a person's who has taken the same name.
pub fn opened_by_others() -> Vec<Directory> {
    let own = geteuid().as_raw();
    let folder = fs::openat(fs::CWD, OPEN_ABOVE, FOLDER, Mode::empty());
    let Some(entries) = folder.and_then(Dir::read_from).ok() else { return Vec::new() };
    let mut users: Vec<u32> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str().ok()?.strip_prefix(OPEN)?.parse().ok())
        .filter(|user| *user != own)
        .collect();
    users.sort_unstable();
    users.dedup();
    let existing =
        |user| Directory::existing(fs::CWD, open_path(user), Owner { user, is_open: true }).ok();
    users.into_iter().filter_map(existing).collect()
}

/// Where every user may make a folder.
const OPEN_ABOVE: &str = "/tmp";
/// How its name begins; the user's number follows.
const OPEN: &str = "lapwing-open-";

fn open_path(user: u32) -> String {
    format!("{OPEN_ABOVE}/{OPEN}{user}")
}

fn root() -> Result<Directory> {
    let user = geteuid().as_raw();
    let owned = |path: &Path| {
        path.is_absolute()
            && fs::stat(path).is_ok_and(|stat| {
                FileType::from_raw_mode(stat.st_mode).is_dir() && stat.st_uid == user
            })
    };
    let owner = Owner { user, is_open: false };
    match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| owned(path)) {
        Some(path) => Directory::at(fs::CWD, &path.join("lapwing"), owner),
        None => Directory::at(fs::CWD, Path::new(&format!("/tmp/lapwing-{user}")), owner),
    }
}

impl Directory {
    /// Opens the folder, or makes it.
    fn at(above: BorrowedFd<'_>, path: &Path, owner: Owner) -> Result<Directory> {
        match fs::mkdirat(above, path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(failure(error)),
        }
        let directory = Directory::existing(above, path, owner)?;
        if owner.is_open {
            fs::fchmod(&directory.fd, Mode::from_raw_mode(0o755)).map_err(failure)?;
        }
        Ok(directory)
    }

    fn existing<P: Arg>(above: BorrowedFd<'_>, path: P, owner: Owner) -> Result<Directory> {
        let fd = fs::openat(above, path, FOLDER, Mode::empty()).map_err(failure)?;
        verify(&fd, FileType::Directory, owner)?;
        Ok(Directory { fd, owner })
    }

    /// True when others may look.
    pub fn is_open(&self) -> bool {
        self.owner.is_open
    }

    /// Whose it is.
    pub fn owner(&self) -> u32 {
        self.owner.user
    }

    /// A folder in it, made if it is not there.
    ///
    /// # Errors
    /// As for [`open`].
    pub fn subdirectory(&self, name: &str) -> Result<Directory> {
        Directory::at(self.fd.as_fd(), Path::new(name), self.owner)
    }

    /// A folder in it that is there.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND`, and as for [`open`].
    pub fn existing_subdirectory(&self, name: &str) -> Result<Directory> {
        Directory::existing(self.fd.as_fd(), name, self.owner)
    }

    /// A file in it, open for reading and writing, made empty if it is not there.
    ///
    /// # Errors
    /// As for [`open`].
    pub fn file(&self, name: &str) -> Result<OwnedFd> {
        self.open_file(name, FILE | OFlags::CREATE)
    }

    /// A file in it that is there.
    ///
    /// # Errors
    /// `OBJECT_NAME_NOT_FOUND`, and as for [`open`].
    pub fn existing_file(&self, name: &str) -> Result<OwnedFd> {
        self.open_file(name, FILE)
    }

    /// A file in it that is there, open for reading.
    ///
    /// # Errors
    /// As for [`Directory::existing_file`].
    pub fn file_to_read(&self, name: &str) -> Result<OwnedFd> {
        self.open_file(name, FILE.difference(OFlags::RDWR))
    }

    /// Where the folder is open to all, lets others use what is in it: write to it if it is a
    /// socket, else read it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn publish(&self, name: &str) -> Result<()> {
        if !self.owner.is_open {
            return Ok(());
        }
        let mode = if self.has_socket(name) { 0o666 } else { 0o644 };
        fs::chmodat(&self.fd, name, Mode::from_raw_mode(mode), AtFlags::empty()).map_err(failure)
    }

    fn open_file(&self, name: &str, flags: OFlags) -> Result<OwnedFd> {
        let fd = fs::openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR).map_err(failure)?;
        verify(&fd, FileType::RegularFile, self.owner)?;
        Ok(fd)
    }

    /// A file in it, made if it is not there, and locked: until the lock is dropped no other
    /// process, and no other call here, has it.  The file that is locked is the one that has the
    /// name, even if somebody removes it at that moment; who has it locked may remove it, as the
    /// last thing.
    ///
    /// # Errors
    /// As for [`open`].
    pub fn lock(&self, name: &str) -> Result<Lock> {
        loop {
            let fd = self.file(name)?;
            while let Err(error) = fs::flock(&fd, FlockOperation::LockExclusive) {
                if error != Errno::INTR {
                    return Err(failure(error));
                }
            }
            let locked = fs::fstat(&fd).map_err(failure)?;
            let named = fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW);
            if named
                .is_ok_and(|named| (named.st_dev, named.st_ino) == (locked.st_dev, locked.st_ino))
            {
                return Ok(Lock { _fd: fd });
            }
        }
    }

    /// The path of something in it for `sockaddr_un`, which has room for 107 bytes only: it leads
    /// through the open directory.
    pub fn socket_path(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}/{name}", self.fd.as_raw_fd()))
    }

    /// True when something has this name and is a socket of the owner's.
    pub fn has_socket(&self, name: &str) -> bool {
        fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|stat| {
            FileType::from_raw_mode(stat.st_mode).is_socket() && stat.st_uid == self.owner.user
        })
    }

    /// True when something has this name, whatever it is.
    pub fn has(&self, name: &str) -> bool {
        fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// The names in it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.fd).map_err(failure)? {
            let entry = entry.map_err(failure)?;
            match entry.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_string()),
            }
        }
        Ok(names)
    }

    /// Takes a name away; it need not be there.
    pub fn remove(&self, name: &str) {
        let _absent = fs::unlinkat(&self.fd, name, AtFlags::empty());
    }

    /// Takes a folder away if it is empty.
    pub fn remove_subdirectory(&self, name: &str) {
        let _stays = fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR);
    }

    /// The open directory.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// A locked file; dropping it unlocks.
#[derive(Debug)]
pub struct Lock {
    _fd: OwnedFd,
}

/// The longest that is left readable of a name.
const READABLE: usize = 100;

/// A file name that stands for a name of Windows', which may have any length and any characters.
/// Two names give the same only if they are the same; whoever does not tell cases apart folds them
/// before.
pub fn file_name(name: &str) -> String {
    let mut readable = String::with_capacity(name.len() + 1);
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => readable.push(byte as char),
            b'.' if !readable.is_empty() => readable.push('.'),
            _ => readable.push_str(&format!("%{byte:02x}")),
        }
    }
    if readable.len() > READABLE {
        let number = fingerprint(name.as_bytes());
        readable.truncate(READABLE);
        readable.push_str(&format!("~{number:032x}"));
    }
    readable
}

/// FNV-1a with 128 bits: the same in every build, which std's hashers do not promise.  Who makes
/// two names meet only troubles himself, for the directory is his alone.
fn fingerprint(bytes: &[u8]) -> u128 {
    let start = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D_u128;
    let prime = 0x0000_0000_0100_0000_0000_0000_0000_013B_u128;
    bytes.iter().fold(start, |sum, byte| (sum ^ u128::from(*byte)).wrapping_mul(prime))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{Gid, Uid};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    /// A folder of the test's own.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Place {
            let path = std::env::temp_dir().join(format!("rtd-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir(&path).unwrap();
            Place(path)
        }

        fn open(&self) -> Result<Directory> {
            let owner = Owner { user: geteuid().as_raw(), is_open: false };
            Directory::at(fs::CWD, &self.0.join("lapwing"), owner)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn it_is_made_for_its_owner_alone_and_found_again() {
        let place = Place::new("made");
        let kind = place.open().unwrap().subdirectory("pipe").unwrap();
        let mode = std::fs::metadata(place.0.join("lapwing/pipe")).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o700);
        drop(kind.file("x").unwrap());
        let again = place.open().unwrap().existing_subdirectory("pipe").unwrap();
        assert_eq!(again.names().unwrap(), ["x"]);
        again.existing_file("x").unwrap();
        again.remove("x");
        assert_eq!(again.existing_file("x").unwrap_err(), Status::OBJECT_NAME_NOT_FOUND);
        place.open().unwrap().remove_subdirectory("pipe");
        assert!(place.open().unwrap().names().unwrap().is_empty());
    }

    #[test]
    fn a_planted_link_is_refused() {
        let place = Place::new("link");
        std::fs::create_dir(place.0.join("elsewhere")).unwrap();
        symlink(place.0.join("elsewhere"), place.0.join("lapwing")).unwrap();
        assert_eq!(place.open().unwrap_err(), Status::ACCESS_DENIED);
        std::fs::remove_file(place.0.join("lapwing")).unwrap();
        let directory = place.open().unwrap();
        symlink(place.0.join("elsewhere/file"), place.0.join("lapwing/name")).unwrap();
        assert_eq!(directory.file("name").unwrap_err(), Status::ACCESS_DENIED);
        assert_eq!(directory.lock("name").unwrap_err(), Status::ACCESS_DENIED);
        assert_eq!(directory.subdirectory("name").unwrap_err(), Status::ACCESS_DENIED);
        assert!(!directory.has_socket("name"));
        assert!(!place.0.join("elsewhere/file").exists());
    }

    #[test]
    fn a_planted_file_is_refused() {
        let place = Place::new("file");
        std::fs::write(place.0.join("lapwing"), "mine").unwrap();
        assert_eq!(place.open().unwrap_err(), Status::ACCESS_DENIED);
        std::fs::remove_file(place.0.join("lapwing")).unwrap();
        let directory = place.open().unwrap();
        std::fs::create_dir(place.0.join("lapwing/folder")).unwrap();
        assert_eq!(directory.file("folder").unwrap_err(), Status::ACCESS_DENIED);
        let _listener = UnixListener::bind(directory.socket_path("socket")).unwrap();
        assert!(directory.has_socket("socket"));
        assert_eq!(directory.file("socket").unwrap_err(), Status::ACCESS_DENIED);
    }

    #[test]
    fn a_folder_that_others_may_use_is_refused() {
        let place = Place::new("mode");
        drop(place.open().unwrap());
        let open_to_group = std::fs::Permissions::from_mode(0o750);
        std::fs::set_permissions(place.0.join("lapwing"), open_to_group).unwrap();
        assert_eq!(place.open().unwrap_err(), Status::ACCESS_DENIED);
    }

    #[test]
    fn a_foreign_owner_is_refused() {
        let place = Place::new("owner");
        drop(place.open().unwrap());
        let somebody = (Some(Uid::from_raw(12345)), Some(Gid::from_raw(12345)));
        // Only the administrator can give a folder away.
        if fs::chown(place.0.join("lapwing"), somebody.0, somebody.1).is_ok() {
            assert_eq!(place.open().unwrap_err(), Status::ACCESS_DENIED);
        }
    }

    #[test]
    fn what_is_open_to_all_can_be_looked_at_and_not_changed() {
        let place = Place::new("open");
        let owner = Owner { user: geteuid().as_raw(), is_open: true };
        let path = place.0.join("lapwing");
        let folder = Directory::at(fs::CWD, &path, owner).unwrap().subdirectory("name").unwrap();
        drop(folder.file("page").unwrap());
        let _listener = UnixListener::bind(folder.socket_path("socket")).unwrap();
        let mode = |of: &str| {
            std::fs::metadata(path.join("name").join(of)).unwrap().permissions().mode() & 0o7777
        };
        assert_eq!((mode(""), mode("page")), (0o755, 0o600));
        folder.publish("page").unwrap();
        folder.publish("socket").unwrap();
        assert_eq!((mode("page"), mode("socket")), (0o644, 0o666));
        folder.file_to_read("page").unwrap();
        let writable = std::fs::Permissions::from_mode(0o775);
        std::fs::set_permissions(&path, writable).unwrap();
        assert_eq!(Directory::at(fs::CWD, &path, owner).unwrap_err(), Status::ACCESS_DENIED);
    }

    #[test]
    fn a_lock_is_held_by_one_at_a_time_and_is_the_file_of_that_name() {
        let place = Place::new("lock");
        let directory = place.open().unwrap();
        let counter = std::sync::Mutex::new(0_u32);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..200 {
                        let lock = directory.lock("lock").unwrap();
                        let mut inside = counter.try_lock().expect("nobody else has the lock");
                        *inside += 1;
                        drop(inside);
                        if round % 5 == 0 {
                            directory.remove("lock");
                        }
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(counter.into_inner().unwrap(), 800);
    }

    #[test]
    fn names_become_file_names_and_differ_as_they_did() {
        assert_eq!(file_name("abc-1_2.x"), "abc-1_2.x");
        assert_eq!(file_name("a\\b/c"), "a%5cb%2fc");
        assert_eq!(file_name(".."), "%2e.");
        assert_eq!(file_name("\u{e9}"), "%c3%a9");
        let (long, other) = ("x".repeat(256), "x".repeat(255) + "y");
        assert_ne!(file_name(&long), file_name(&other));
        assert!(file_name(&long).len() < 200);
    }
}
