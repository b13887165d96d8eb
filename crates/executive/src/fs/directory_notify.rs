//! ReadDirectoryChangesW: requests that end when something happens in a directory.
//!
//! ```text
//!  inotify's queue --ready--> WatchTree --Change--> changes, until there is a request for them
//!                                                      |
//!                          requests (in order)  <------'   the first takes all there are
//! ```
//!
//! The first request of a file says what is watched for and how much is kept for later requests:
//! as much as its own buffer holds.  What does not fit is not told in part; the request succeeds
//! without data (`NOTIFY_ENUM_DIR`), and the program has to look for itself.
//!
//! The state's lock is held while a request is tried and queued, and while one ends; so nothing
//! falls between, and requests end in their order.

use super::disk_file::{DiskFile, Kind};
use super::rights::READ_DATA;
use super::share::{SHARE_DELETE, SHARE_READ, SHARE_WRITE};
use super::watch_tree::{self, Change, WatchTree};
use super::wide::Wide;
use crate::io::complete::{self, Timing};
use crate::io::create::{self, Disposition, Options, create};
use crate::io::file::{Device, File};
use crate::io::irp::{Irp, Notify, Outcome, Overlapped, Started};
use crate::io::user_memory::UserBuffer;
use crate::ke::pending::Pending;
use crate::ke::thread;
use crate::npfs::request::Blocked;
use crate::ob::object::{Body, Object};
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::Mutex;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

/// `FILE_NOTIFY_VALID_MASK`, without what only NT itself asks for.
const FILTERS: u32 = 0x17F;
/// Bytes of a FILE_NOTIFY_INFORMATION before the name.
const HEAD: usize = 12;

/// What a call asks for.
#[derive(Clone, Copy)]
pub struct Question {
    /// `FILE_NOTIFY_CHANGE_` bits.
    pub filter: u32,
    /// All directories below too.
    pub subtree: bool,
    /// Where the answer goes; None when the program only wants to know that there is one.
    pub buffer: Option<UserBuffer>,
    /// The characters of names.
    pub wide: Wide,
}

impl Question {
    /// # Errors
    /// `INVALID_PARAMETER` for no filter, and for one that there is not.
    pub fn check(&self) -> Result<()> {
        let is_known = self.filter != 0 && self.filter & !FILTERS == 0;
        if is_known { Ok(()) } else { Err(Status::INVALID_PARAMETER) }
    }

    fn room(&self) -> usize {
        self.buffer.map_or(0, |buffer| buffer.length())
    }
}

struct Request {
    irp: Irp,
    question: Question,
}

struct State {
    tree: WatchTree,
    changes: Vec<Change>,
    lost: bool,
    vanished: bool,
    /// The first request's: how much is kept, and how it is counted.
    first: Question,
    requests: Pending<Request>,
    closed: bool,
}

/// What a directory's file object has once it is watched.
pub struct DirectoryNotify {
    events: OwnedFd,
    state: Mutex<State>,
}

fn record_length(change: &Change, wide: Wide) -> usize {
    HEAD + wide.length(&change.name)
}

/// The FILE_NOTIFY_INFORMATIONs of some changes.
fn records(changes: &[Change], wide: Wide) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let length = record_length(change, wide);
        let is_last = index + 1 == changes.len();
        let next = if is_last { 0 } else { length.next_multiple_of(4) };
        // A path has at most some 32,767 characters.
        for number in [next, change.action as usize, length - HEAD] {
            bytes.extend((number as u32).to_ne_bytes());
        }
        wide.encode(&change.name, &mut bytes);
        if !is_last {
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
    }
    bytes
}

impl State {
    fn look(&mut self, events: BorrowedFd<'_>, directory: BorrowedFd<'_>) {
        let news = self.tree.look(events, directory);
        self.lost |= news.lost;
        self.vanished |= news.vanished;
        let mut changes = news.changes.into_iter().peekable();
        // One more of the same is no news.
        let last = self.changes.last();
        if changes.peek().is_some_and(|change| Some(change) == last && change.is_repeatable()) {
            changes.next();
        }
        self.changes.extend(changes);
        if self.requests.is_empty() {
            let lengths = self.changes.iter().map(|change| record_length(change, self.first.wide));
            let kept: usize = lengths.map(|length| length.next_multiple_of(4)).sum();
            self.lost |= kept > self.first.room();
        }
        if self.lost {
            self.changes.clear();
        }
    }

    /// The end of a request, if there is anything to end it with.
    fn answer(&mut self, question: &Question) -> Option<Outcome> {
        if self.vanished {
            return Some(Outcome::of(Status::DELETE_PENDING));
        }
        if !self.lost && self.changes.is_empty() {
            return None;
        }
        let lost = core::mem::take(&mut self.lost) || self.first.room() == 0;
        let changes = core::mem::take(&mut self.changes);
        let bytes = if lost { Vec::new() } else { records(&changes, question.wide) };
        match question.buffer {
            Some(buffer) if !lost && bytes.len() <= buffer.length() => {
                buffer.put(&bytes);
                Some(Outcome::bytes(bytes.len()))
            }
            _ => Some(Outcome::of(Status::NOTIFY_ENUM_DIR)),
        }
    }

    fn answer_all(&mut self, timing: Timing) {
        let mut requests = core::mem::take(&mut self.requests);
        requests.drain(|request| match self.answer(&request.question) {
            Some(outcome) => {
                complete::complete(request.irp, outcome, timing);
                None
            }
            None => Some(request),
        });
        self.requests = requests;
    }
}

impl DirectoryNotify {
    fn new(directory: BorrowedFd<'_>, first: Question) -> Result<Self> {
        let events = watch_tree::open()?;
        let tree = WatchTree::new(events.as_fd(), directory, first.filter, first.subtree)?;
        let state = State {
            tree,
            changes: Vec::new(),
            lost: false,
            vanished: false,
            first,
            requests: Pending::default(),
            closed: false,
        };
        Ok(DirectoryNotify { events, state: Mutex::new(state) })
    }

    /// The descriptor of the events.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.events.as_fd()
    }

    /// Something has happened.
    pub fn ready(&self, file: &File, directory: BorrowedFd<'_>, timing: Timing) {
        let mut state = self.state.lock();
        if state.closed {
            return;
        }
        state.look(self.fd(), directory);
        state.answer_all(timing);
        // New directories are to be watched soon, whoever waits where.
        let looks_on = state.tree.is_subtree();
        drop(state);
        if looks_on {
            file.look_after(true);
        }
    }

    /// Ends the chosen requests with this status; how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let mut state = self.state.lock();
        let taken = state.requests.take_if(|request| chosen(&request.irp));
        let count = taken.len();
        for request in taken {
            complete::complete(request.irp, Outcome::of(status), Timing::LATER);
        }
        count
    }

    /// The last handle is closed: its requests end, successfully, as FsRtlNotifyCleanup ends them.
    pub fn close(&self, file: &File) {
        {
            let mut state = self.state.lock();
            state.closed = true;
            state.requests.close();
        }
        self.cancel(Status::NOTIFY_CLEANUP, &|_| true);
        file.unregister();
    }
}

/// The directory of a file object that a question can be put to.
fn directory(file: &File) -> Result<&DiskFile> {
    let disk = file.disk()?;
    if disk.kind() != Kind::Directory {
        return Err(Status::INVALID_PARAMETER);
    }
    disk.require(READ_DATA)?;
    Ok(disk)
}

fn notify<'file>(
    file: &'file File,
    question: &Question,
) -> Result<(&'file DiskFile, &'file DirectoryNotify)> {
    let disk = directory(file)?;
    if disk.notify().is_none() {
        // Two that are the first at a time: the one that comes later takes the other's.
        let _is_second = disk.set_notify(DirectoryNotify::new(disk.fd.as_fd(), *question)?);
    }
    let notify = disk.notify().ok_or(Status::INVALID_HANDLE)?;
    Ok((disk, notify))
}

/// Waits for changes: answered at once by what was kept, or pending.
///
/// # Errors
/// `INVALID_PARAMETER` for a file, or a routine where there is a port; `INVALID_DEVICE_REQUEST` for
/// what is neither file nor directory; `ACCESS_DENIED` without the right to list it;
/// `INSUFFICIENT_RESOURCES`; `DELETE_PENDING` when the directory is deleted; `INVALID_HANDLE` when
/// it is being closed.  Nobody else is told.
pub fn start(
    object: &Pinned<'_, Object>,
    file: &File,
    question: Question,
    overlapped: Overlapped,
) -> Result<Started> {
    question.check()?;
    if matches!(overlapped.notify, Notify::Routine(_)) && file.binding().is_some() {
        return Err(Status::INVALID_PARAMETER);
    }
    let (disk, notify) = notify(file, &question)?;
    // Who hears of the end at a port only may wait there.
    let elsewhere = overlapped.event.is_some() || !matches!(overlapped.notify, Notify::Packet);
    let mut state = notify.state.lock();
    if state.closed {
        return Err(Status::INVALID_HANDLE);
    }
    file.register(object, false)?;
    state.look(notify.fd(), disk.fd.as_fd());
    let outcome = if state.requests.is_empty() { state.answer(&question) } else { None };
    match outcome {
        Some(outcome) if outcome.status.is_error() => return Err(outcome.status),
        Some(outcome) => {
            overlapped.start(file);
            complete::deliver(file, &overlapped, outcome, Timing::INLINE);
            return Ok(Started::Done(outcome));
        }
        None => {}
    }
    overlapped.start(file);
    if let Some(block) = overlapped.status_block {
        block.begin();
    }
    let thread_id = thread::current_id();
    let irp = Irp { file: object.to_arc(), thread_id, overlapped };
    let pushed = state.requests.push(Request { irp, question });
    debug_assert!(pushed.is_ok(), "it is not closed");
    state.answer_all(Timing::LATER);
    drop(state);
    file.look_after(elsewhere);
    Ok(Started::Pending)
}

/// A file object for a directory, to be asked with [`start`].
///
/// # Errors
/// `NOT_A_DIRECTORY`, and those of [`create()`].
pub fn open(name: &str) -> Result<Body> {
    let request = create::Request {
        name,
        access: READ_DATA,
        share: SHARE_READ | SHARE_WRITE | SHARE_DELETE,
        disposition: Disposition::OpenExisting,
        options: Options { overlapped: true, directories: true, ..Options::default() },
        attributes: 0,
        template: None,
    };
    match create(&request)?.device {
        Device::Disk(disk) if disk.kind() == Kind::Directory => {
            Ok(Body::File(File::new(Device::Disk(disk), true)))
        }
        _ => Err(Status::NOT_A_DIRECTORY),
    }
}

/// Waits for changes inside the call.
///
/// # Errors
/// As for [`start`], and `CANCELLED`.
pub fn wait(object: &Pinned<'_, Object>, file: &File, question: Question) -> Result<Outcome> {
    let blocked = Blocked::current();
    let notify = Notify::Blocked(blocked.clone());
    let request = Overlapped { status_block: None, event: None, notify };
    start(object, file, question, request)?;
    let outcome = blocked.wait();
    if outcome.status.is_error() { Err(outcome.status) } else { Ok(outcome) }
}
