//! What inotify tells of a directory, and perhaps of all below it, in Windows' words.
//!
//! ```text
//!  parent_of_root   hears that the directory itself is deleted: inotify says so too late, after
//!        |          the last descriptor, and ours is open
//!      root --- name ---> watch --- name ---> watch     each knows its parent and its name there
//! ```
//!
//! A directory that appears is watched from then on; what is in it by that time has told nobody, so
//! it is told of here, once (`told`).  A rename within a directory is a pair of names; one from
//! directory to directory is a removal and an addition, as on NTFS.

use super::basic::FileTime;
use super::error::general;
use super::kept;
use crate::status::{Result, Status};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsRawFd, BorrowedFd, OwnedFd};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RawDir};
use rustix::io::Errno;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString, OsStr};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// `FILE_NOTIFY_CHANGE_FILE_NAME`
pub const FILE_NAME: u32 = 0x1;
/// `FILE_NOTIFY_CHANGE_DIR_NAME`
pub const DIR_NAME: u32 = 0x2;
/// `FILE_NOTIFY_CHANGE_ATTRIBUTES`
const ATTRIBUTES: u32 = 0x4;
/// `FILE_NOTIFY_CHANGE_SIZE`
const SIZE: u32 = 0x8;
/// `FILE_NOTIFY_CHANGE_LAST_WRITE`
const LAST_WRITE: u32 = 0x10;
/// `FILE_NOTIFY_CHANGE_LAST_ACCESS`
const LAST_ACCESS: u32 = 0x20;
/// `FILE_NOTIFY_CHANGE_CREATION`
const CREATION: u32 = 0x40;
/// `FILE_NOTIFY_CHANGE_SECURITY`
const SECURITY: u32 = 0x100;

/// Those that hear of every change of attributes, times and rights: inotify does not tell which of
/// them it was.
const ANY_ATTRIB: u32 = ATTRIBUTES | SECURITY | LAST_WRITE;

/// What has happened to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `FILE_ACTION_ADDED`
    Added = 1,
    /// `FILE_ACTION_REMOVED`
    Removed = 2,
    /// `FILE_ACTION_MODIFIED`
    Modified = 3,
    /// `FILE_ACTION_RENAMED_OLD_NAME`
    OldName = 4,
    /// `FILE_ACTION_RENAMED_NEW_NAME`
    NewName = 5,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub action: Action,
    /// The name, from the directory on, with backslashes.
    pub name: String,
}

impl Change {
    /// True for one that says no more when it comes twice.
    pub fn is_repeatable(&self) -> bool {
        self.action == Action::Modified
    }
}

/// What has happened since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    /// In their order.
    pub changes: Vec<Change>,
    /// Some are missing.
    pub lost: bool,
    /// The directory itself is deleted.
    pub vanished: bool,
}

/// A watched directory.
struct Watch {
    /// The directory it is in; its own number for the root.
    parent: i32,
    name: CString,
    /// Names that were told of before inotify could.
    told: HashSet<CString>,
}

/// The first half of a rename.
struct MovedFrom {
    cookie: u32,
    watch: i32,
    name: CString,
    is_directory: bool,
}

/// The watched directories.
pub struct WatchTree {
    filter: u32,
    subtree: bool,
    root: i32,
    parent_of_root: Option<i32>,
    watches: HashMap<i32, Watch>,
    moved_from: Option<MovedFrom>,
    /// When files were made, as last told of by `FILE_NOTIFY_CHANGE_CREATION`.
    created: HashMap<Vec<u8>, FileTime>,
}

/// So long the second half of a rename may take: the kernel tells both in one breath.
const BREATH: Timespec = Timespec { tv_sec: 0, tv_nsec: 2_000_000 };
/// Bytes of events read at once.
const READ: usize = 1 << 14;
/// Bytes of names read at once.
const READ_NAMES: usize = 1 << 15;

/// A descriptor for the events.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when the user has too many.
pub fn open() -> Result<OwnedFd> {
    inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)
        .map_err(|_| Status::INSUFFICIENT_RESOURCES)
}

impl WatchTree {
    /// Watches a directory from now on.
    ///
    /// # Errors
    /// `INSUFFICIENT_RESOURCES` when the user watches too many, those of Linux' calls.
    pub fn new(
        events: BorrowedFd<'_>,
        directory: BorrowedFd<'_>,
        filter: u32,
        subtree: bool,
    ) -> Result<Self> {
        let mut tree = WatchTree {
            filter,
            subtree,
            root: 0,
            parent_of_root: None,
            watches: HashMap::new(),
            moved_from: None,
            created: HashMap::new(),
        };
        tree.root = inotify::add_watch(events, path(directory, b""), tree.flags())
            .map_err(|error| if error == Errno::NOSPC { EXHAUSTED } else { general(error) })?;
        let root = Watch { parent: tree.root, name: CString::default(), told: HashSet::new() };
        tree.watches.insert(tree.root, root);
        let is_same = |left: &fs::Stat, right: &fs::Stat| {
            (left.st_dev, left.st_ino) == (right.st_dev, right.st_ino)
        };
        let own = fs::fstat(directory).map_err(general)?;
        let above = fs::statat(directory, "..", AtFlags::empty());
        if above.is_ok_and(|above| !is_same(&own, &above)) {
            let deletions = WatchFlags::DELETE | WatchFlags::MASK_ADD;
            // Who may not look there does not hear of the directory's own end.
            tree.parent_of_root =
                inotify::add_watch(events, path(directory, b".."), deletions).ok();
        }
        if subtree && tree.watch_below(events, directory, tree.root, None) {
            return Err(EXHAUSTED);
        }
        Ok(tree)
    }

    /// True when directories below are watched too.
    pub fn is_subtree(&self) -> bool {
        self.subtree
    }

    fn flags(&self) -> WatchFlags {
        let names = WatchFlags::CREATE | WatchFlags::DELETE | WatchFlags::MOVE;
        let wanted = [
            (FILE_NAME | DIR_NAME, names),
            (ANY_ATTRIB | CREATION, WatchFlags::ATTRIB),
            (SIZE | LAST_WRITE, WatchFlags::MODIFY),
            (LAST_ACCESS, WatchFlags::ACCESS),
        ];
        let chosen = wanted.into_iter().filter(|(filter, _)| self.filter & filter != 0);
        let own = if self.subtree { names } else { WatchFlags::empty() };
        // Without any kind of event the kernel refuses the watch.
        let always = WatchFlags::DELETE_SELF | WatchFlags::ONLYDIR;
        chosen.fold(own | always, |flags, (_, more)| flags | more)
    }

    /// The path of a watched directory, from the root on.
    fn path_of(&self, watch: i32) -> Vec<u8> {
        let mut names = Vec::new();
        let mut at = watch;
        while let Some(known) = self.watches.get(&at).filter(|_| at != self.root) {
            names.push(known.name.as_bytes());
            at = known.parent;
        }
        names.reverse();
        names.join(&b'/')
    }

    fn path_in(&self, watch: i32, name: &CStr) -> Vec<u8> {
        let mut path = self.path_of(watch);
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(name.to_bytes());
        path
    }

    fn change(&self, action: Action, watch: i32, name: &CStr) -> Change {
        let path = self.path_in(watch, name);
        Change { action, name: String::from_utf8_lossy(&path).replace('/', "\\") }
    }

    /// True when a change of attributes, times or rights is one that is waited for.
    fn heeds(&mut self, root: BorrowedFd<'_>, watch: i32, name: &CStr) -> bool {
        if self.filter & ANY_ATTRIB != 0 {
            return true;
        }
        // Only the time of making is waited for, which changes when a program says so.
        let name = self.path_in(watch, name);
        let created = kept::read_created(Path::new(OsStr::from_bytes(&path(root, &name))));
        created.is_some_and(|created| self.created.insert(name, created) != Some(created))
    }

    /// Watches all directories in a watched one; what is found is told of if `news` are given.
    /// True when there were too many.
    fn watch_below(
        &mut self,
        events: BorrowedFd<'_>,
        root: BorrowedFd<'_>,
        watch: i32,
        mut news: Option<&mut News>,
    ) -> bool {
        let mut to_do = vec![watch];
        let mut exhausted = false;
        while let Some(watch) = to_do.pop() {
            for (name, is_directory) in list(root, &self.path_of(watch)) {
                if let Some(news) = news.as_deref_mut() {
                    if self.wants_name(is_directory) {
                        news.changes.push(self.change(Action::Added, watch, &name));
                    }
                    if let Some(known) = self.watches.get_mut(&watch) {
                        known.told.insert(name.clone());
                    }
                }
                if is_directory {
                    match self.watch_one(events, root, watch, name) {
                        Ok(below) => to_do.extend(below),
                        Err(_) => exhausted = true,
                    }
                }
            }
        }
        exhausted
    }

    /// Watches a directory in a watched one.  None when it is not there, or watched already.
    fn watch_one(
        &mut self,
        events: BorrowedFd<'_>,
        root: BorrowedFd<'_>,
        parent: i32,
        name: CString,
    ) -> Result<Option<i32>> {
        let mut relative = self.path_of(parent);
        relative.push(b'/');
        relative.extend_from_slice(name.as_bytes());
        let flags = self.flags() | WatchFlags::DONT_FOLLOW;
        match inotify::add_watch(events, path(root, &relative), flags) {
            Ok(watch) if watch == self.root || Some(watch) == self.parent_of_root => Ok(None),
            Ok(watch) if self.watches.contains_key(&watch) => Ok(None),
            Ok(watch) => {
                self.watches.insert(watch, Watch { parent, name, told: HashSet::new() });
                Ok(Some(watch))
            }
            Err(Errno::NOSPC | Errno::NOMEM) => Err(EXHAUSTED),
            // It has gone again, or may not be looked into.
            Err(_) => Ok(None),
        }
    }

    fn wants_name(&self, is_directory: bool) -> bool {
        self.filter & if is_directory { DIR_NAME } else { FILE_NAME } != 0
    }

    /// Looks at what has happened; without events it makes one system call.
    pub fn look(&mut self, events: BorrowedFd<'_>, root: BorrowedFd<'_>) -> News {
        let mut news = News::default();
        self.read(events, root, &mut news);
        if self.moved_from.is_some() {
            let mut second_half = [PollFd::from_borrowed_fd(events, PollFlags::IN)];
            if matches!(poll(&mut second_half, Some(&BREATH)), Ok(1..)) {
                self.read(events, root, &mut news);
            }
            self.moved_away(events, &mut news);
        }
        news
    }

    fn read(&mut self, events: BorrowedFd<'_>, root: BorrowedFd<'_>, news: &mut News) {
        let mut buffer = [const { MaybeUninit::uninit() }; READ];
        let mut reader = Reader::new(events, &mut buffer);
        loop {
            let event = match reader.next() {
                Ok(event) => event,
                Err(Errno::INTR) => continue,
                Err(_) => return,
            };
            let (watch, flags) = (event.wd(), event.events());
            if flags.contains(ReadFlags::QUEUE_OVERFLOW) {
                news.lost = true;
                if self.subtree {
                    self.watch_below(events, root, self.root, None);
                }
            } else if flags.contains(ReadFlags::IGNORED) {
                self.watches.remove(&watch);
                news.vanished |= watch == self.root;
            } else if Some(watch) == self.parent_of_root {
                news.vanished |= fs::fstat(root).is_ok_and(|stat| stat.st_nlink == 0);
            } else if let Some(name) = event.file_name().map(CStr::to_owned) {
                let happened = Happened { watch, flags, cookie: event.cookie(), name };
                self.take(events, root, happened, news);
            }
        }
    }

    /// One event of a name in a watched directory.
    fn take(
        &mut self,
        events: BorrowedFd<'_>,
        root: BorrowedFd<'_>,
        happened: Happened,
        news: &mut News,
    ) {
        let Happened { watch, flags, cookie, name } = happened;
        let is_directory = flags.contains(ReadFlags::ISDIR);
        let is_second_half = flags.contains(ReadFlags::MOVED_TO)
            && self.moved_from.as_ref().is_some_and(|from| from.cookie == cookie);
        if !is_second_half {
            self.moved_away(events, news);
        }
        let Some(known) = self.watches.get_mut(&watch) else { return };
        if flags.contains(ReadFlags::MOVED_FROM) {
            known.told.remove(&name);
            self.moved_from = Some(MovedFrom { cookie, watch, name, is_directory });
        } else if flags.contains(ReadFlags::MOVED_TO) {
            known.told.remove(&name);
            self.moved_to(events, root, Arrival { watch, name, is_directory }, news);
        } else if flags.contains(ReadFlags::CREATE) {
            let is_new = !known.told.remove(&name);
            if is_new && self.wants_name(is_directory) {
                news.changes.push(self.change(Action::Added, watch, &name));
            }
            if is_directory && self.subtree {
                match self.watch_one(events, root, watch, name) {
                    Ok(Some(below)) => {
                        news.lost |= self.watch_below(events, root, below, Some(news));
                    }
                    Ok(None) => {}
                    Err(_) => news.lost = true,
                }
            }
        } else if flags.contains(ReadFlags::DELETE) {
            known.told.remove(&name);
            if self.wants_name(is_directory) {
                news.changes.push(self.change(Action::Removed, watch, &name));
            }
        } else if flags.intersects(ReadFlags::MODIFY | ReadFlags::ACCESS)
            || flags.contains(ReadFlags::ATTRIB) && self.heeds(root, watch, &name)
        {
            let change = self.change(Action::Modified, watch, &name);
            if news.changes.last() != Some(&change) {
                news.changes.push(change);
            }
        }
    }

    /// What has moved away has not come to another place of ours.
    fn moved_away(&mut self, events: BorrowedFd<'_>, news: &mut News) {
        let Some(from) = self.moved_from.take() else { return };
        if self.wants_name(from.is_directory) {
            news.changes.push(self.change(Action::Removed, from.watch, &from.name));
        }
        let Some(gone) = self.child(from.watch, &from.name) else { return };
        let is_below = |mut watch: i32| {
            while let Some(known) = self.watches.get(&watch).filter(|_| watch != self.root) {
                if watch == gone {
                    return true;
                }
                watch = known.parent;
            }
            false
        };
        let below: Vec<i32> = self.watches.keys().copied().filter(|&it| is_below(it)).collect();
        for watch in below {
            self.watches.remove(&watch);
            // It is watched; and if not any more, so much the better.
            let _removed = inotify::remove_watch(events, watch);
        }
    }

    fn child(&self, parent: i32, name: &CStr) -> Option<i32> {
        let is_it = |known: &Watch| known.parent == parent && *known.name == *name;
        let mut found = self.watches.iter().filter(|(_, known)| is_it(known));
        found.next().map(|(watch, _)| *watch)
    }

    fn moved_to(
        &mut self,
        events: BorrowedFd<'_>,
        root: BorrowedFd<'_>,
        arrival: Arrival,
        news: &mut News,
    ) {
        let Arrival { watch, name, is_directory } = arrival;
        let wanted = self.wants_name(is_directory);
        let from = self.moved_from.take();
        let [old, new] = match &from {
            Some(from) if from.watch == watch => [Action::OldName, Action::NewName],
            _ => [Action::Removed, Action::Added],
        };
        if let (Some(from), true) = (&from, wanted) {
            news.changes.push(self.change(old, from.watch, &from.name));
        }
        if wanted {
            news.changes.push(self.change(new, watch, &name));
        }
        if !is_directory || !self.subtree {
            return;
        }
        let known = from.and_then(|from| self.child(from.watch, &from.name));
        match known.and_then(|known| self.watches.get_mut(&known)) {
            Some(known) => (known.parent, known.name) = (watch, name),
            None => match self.watch_one(events, root, watch, name) {
                Ok(Some(below)) => news.lost |= self.watch_below(events, root, below, None),
                Ok(None) => {}
                Err(_) => news.lost = true,
            },
        }
    }
}

/// An event of a name.
struct Happened {
    watch: i32,
    flags: ReadFlags,
    cookie: u32,
    name: CString,
}

/// What has moved to a watched directory.
struct Arrival {
    watch: i32,
    name: CString,
    is_directory: bool,
}

const EXHAUSTED: Status = Status::INSUFFICIENT_RESOURCES;

/// A path to something below an open directory, wherever that has been moved.
fn path(directory: BorrowedFd<'_>, below: &[u8]) -> Vec<u8> {
    let mut path = format!("/proc/self/fd/{}/", directory.as_raw_fd()).into_bytes();
    path.extend_from_slice(below);
    path
}

/// The names in a directory, and which are directories themselves; none if it has gone.
fn list(root: BorrowedFd<'_>, relative: &[u8]) -> Vec<(CString, bool)> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let relative = if relative.is_empty() { b"." } else { relative };
    let Ok(directory) = fs::openat(root, relative, flags, Mode::empty()) else { return vec![] };
    let mut buffer = Vec::with_capacity(READ_NAMES);
    let mut entries = RawDir::new(&directory, buffer.spare_capacity_mut());
    let mut names = Vec::new();
    while let Some(Ok(entry)) = entries.next() {
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            FileType::Unknown => fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW)
                .map_or(FileType::Unknown, |stat| FileType::from_raw_mode(stat.st_mode)),
            kind => kind,
        };
        names.push((name.to_owned(), kind == FileType::Directory));
    }
    names
}
