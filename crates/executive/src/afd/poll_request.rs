//! IOCTL_AFD_POLL: a request that ends when one of the sockets it asks about is ready.
//!
//! ```text
//!  File (\Device\Afd or a socket)         Socket            Socket
//!    polls: [PollRequest] ---entries---->  watchers <------- ...
//!              ^   ^------- number ---------'
//!              '------- alarm: the time-out
//! ```
//!
//! A pending request lies in the list of the file it was made on, and nowhere else; the sockets
//! and the alarm know only that file and the request's number.  Whoever finds it by that under the
//! list's lock and takes it out owns it and ends it: the thread that sees a socket ready
//! ([`Socket::tell_watchers`]) or closed, the alarm, a cancellation, an exclusive successor.
//!
//! The list's lock is held while the sockets are looked at and while they hear of a new request; it
//! is never taken under a lock of a socket.

use super::level::Level;
use super::request::Started;
use super::socket::{CLOSED, Socket, WATCHED};
use crate::io::complete::{self, Timing};
use crate::io::file::{Binding, File};
use crate::io::irp::{Irp, Outcome, Overlapped};
use crate::io::user_memory::UserBuffer;
use crate::io::worker;
use crate::ke::thread;
use crate::ke::timer::{Alarm, Due, SetAlarm, set_alarm};
use crate::ob::object::Object;
use crate::ob::table::Pinned;
use crate::status::{Result, Status};
use crate::sync::{AtomicU64, Mutex, Ordering};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::sync::{Arc, Weak};

/// One socket of a question.
pub struct Entry {
    /// The socket's file object.
    pub object: Arc<Object>,
    /// What the program calls it.
    pub handle: u64,
    /// The bits ([`super::level`]) that it asks about.
    pub wanted: u32,
}

/// What the program wants to know.
pub struct Question {
    /// In 100-nanosecond intervals: negative is relative, 0 does not wait, the largest is never.
    pub timeout: i64,
    /// Ends an exclusive question about the same socket.
    pub exclusive: bool,
    /// The sockets, in the program's order.
    pub entries: Box<[Entry]>,
    /// Where the answer goes; it has room for all of them.
    pub answer: UserBuffer,
}

impl Entry {
    fn socket(&self) -> Option<&Socket> {
        self.object.file().and_then(File::socket).ok()
    }
}

impl Question {
    /// Asks the kernel about every socket.  None when nothing is so.
    fn look(&self) -> Option<Vec<Level>> {
        let questions: Vec<Option<(&Socket, Option<PollFlags>)>> = self
            .entries
            .iter()
            .map(|entry| entry.socket().map(|socket| (socket, socket.events_of(entry.wanted))))
            .collect();
        let asked = questions.iter().flatten().copied();
        let mut asked: Vec<PollFd<'_>> = asked
            .filter_map(|(socket, events)| Some(PollFd::from_borrowed_fd(socket.fd(), events?)))
            .collect();
        if !asked.is_empty() {
            // It fails for lack of memory only; then nothing is to be seen.
            let _failed = poll(&mut asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
        }
        let mut answers = asked.iter().map(PollFd::revents);
        let mut level = |(question, entry): (&Option<(&Socket, Option<PollFlags>)>, &Entry)| {
            let Some((socket, asked)) = question else { return Level::default() };
            let events = asked.and_then(|_| answers.next()).unwrap_or(PollFlags::empty());
            socket.level(entry.wanted, events)
        };
        let levels: Vec<Level> =
            questions.iter().zip(self.entries.iter()).map(&mut level).collect();
        levels.iter().any(|level| level.bits != 0).then_some(levels)
    }

    /// The sockets forget the request.
    fn forget(&self, number: u64) {
        for socket in self.entries.iter().filter_map(Entry::socket) {
            let mut watchers = socket.seldom().watchers.lock();
            watchers.list.retain(|watcher| watcher.number != number);
            watchers.main = watchers.main.filter(|main| *main != number);
        }
    }

    /// Writes an AFD_POLL_INFO with those sockets of which something is so; its length.
    fn write_answer(&self, levels: &[Level]) -> usize {
        let ready = || self.entries.iter().zip(levels).filter(|(_, level)| level.bits != 0);
        let mut bytes = Vec::with_capacity(HEAD_LENGTH + ENTRY_LENGTH * levels.len());
        bytes.extend(self.timeout.to_ne_bytes());
        bytes.extend((ready().count() as u32).to_ne_bytes());
        bytes.extend(u32::from(self.exclusive).to_ne_bytes());
        for (entry, level) in ready() {
            bytes.extend(entry.handle.to_ne_bytes());
            bytes.extend(level.bits.to_ne_bytes());
            bytes.extend(level.status.0.to_ne_bytes());
        }
        self.answer.put(&bytes);
        bytes.len()
    }
}

/// The length of an AFD_POLL_INFO without sockets, and of each socket in it.
pub const HEAD_LENGTH: usize = 16;
/// See [`HEAD_LENGTH`].
pub const ENTRY_LENGTH: usize = 16;

/// A pending request.
struct PollRequest {
    number: u64,
    irp: Irp,
    question: Question,
    _alarm: Option<SetAlarm>,
}

/// The pending requests of one file.
#[derive(Default)]
pub struct PollRequests(Mutex<Vec<PollRequest>>);

/// Who watches a socket.
#[derive(Default)]
pub(super) struct Watchers {
    list: Vec<Watcher>,
    /// The number of the request that an exclusive one ends, if it is exclusive too: the first of
    /// those that are pending, or that came when none was.
    main: Option<u64>,
    closed: bool,
}

/// A request that asks about a socket.
struct Watcher {
    file: Arc<Object>,
    number: u64,
    exclusive: bool,
}

fn polls(file: &Object) -> Option<&PollRequests> {
    file.file().ok()?.device().polls()
}

/// Takes a request that is still pending.
fn take(file: &Object, number: u64) -> Option<PollRequest> {
    let mut pending = polls(file)?.0.lock();
    let at = pending.iter().position(|request| request.number == number)?;
    Some(pending.remove(at))
}

/// Takes a request whose sockets are ready.
fn take_ready(file: &Object, number: u64) -> Option<(PollRequest, Vec<Level>)> {
    let mut pending = polls(file)?.0.lock();
    let at = pending.iter().position(|request| request.number == number)?;
    let levels = pending[at].question.look()?;
    Some((pending.remove(at), levels))
}

impl PollRequest {
    /// The request, which was pending, is answered.
    fn end(self, status: Status, levels: &[Level], timing: Timing) {
        self.question.forget(self.number);
        let information = self.question.write_answer(levels);
        complete::complete(self.irp, Outcome { status, information, flags: 0 }, timing);
    }
}

/// The time-out of a request.
struct TimeOut {
    file: Weak<Object>,
    number: u64,
}

impl Alarm for TimeOut {
    fn ring(&self) {
        let request = self.file.upgrade().and_then(|file| take(&file, self.number));
        if let Some(request) = request {
            request.end(Status::TIMEOUT, &[], Timing::LATER);
        }
    }
}

/// Asks about sockets: answered at once, or pending.
///
/// # Errors
/// `INVALID_DEVICE_REQUEST` on a file that cannot ask, `INSUFFICIENT_RESOURCES`.  Nobody else is
/// told.
pub fn start(
    object: &Pinned<'_, Object>,
    file: &File,
    question: Question,
    overlapped: Overlapped,
) -> Result<Started> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let polls = file.device().polls_to_fill().ok_or(Status::INVALID_DEVICE_REQUEST)?;
    overlapped.start(file);
    if question.timeout == 0 {
        let levels = question.look().unwrap_or_default();
        return Ok(answer_inline(file, &question, &levels, &overlapped));
    }
    // Whoever rings the alarm.
    let _worker = worker::get();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let heard_at = file.binding().filter(|_| overlapped.event.is_none());
    let terms = Terms { number, exclusive: question.exclusive, heard_at };
    let mut given_way = Vec::new();
    // Who sees a socket ready from now on waits for us to have looked.
    let mut pending = polls.0.lock();
    let enlisted = question.entries.iter().try_for_each(|entry| {
        given_way.extend(enlist(object, &terms, entry)?);
        Ok(())
    });
    let levels = match enlisted {
        Ok(()) => question.look(),
        Err(status) => {
            drop(pending);
            question.forget(number);
            return Err(status);
        }
    };
    if levels.is_none() {
        let thread_id = thread::current_id();
        let irp = Irp { file: object.to_arc(), thread_id, overlapped };
        let alarm = (question.timeout != i64::MAX).then(|| {
            let time_out = TimeOut { file: Arc::downgrade(&irp.file), number };
            set_alarm(Due::from_intervals(question.timeout), Box::new(time_out))
        });
        pending.push(PollRequest { number, irp, question, _alarm: alarm });
        drop(pending);
        end_those_that_gave_way(given_way);
        return Ok(Started::Pending);
    }
    drop(pending);
    question.forget(number);
    end_those_that_gave_way(given_way);
    Ok(answer_inline(file, &question, &levels.unwrap_or_default(), &overlapped))
}

fn end_those_that_gave_way(requests: Vec<(Arc<Object>, u64)>) {
    for (file, number) in requests {
        if let Some(request) = take(&file, number) {
            request.end(Status::SUCCESS, &[], Timing::LATER);
        }
    }
}

fn answer_inline(
    file: &File,
    question: &Question,
    levels: &[Level],
    overlapped: &Overlapped,
) -> Started {
    let outcome = Outcome::bytes(question.write_answer(levels));
    complete::deliver(file, overlapped, outcome, Timing::INLINE);
    Started::Done(outcome)
}

/// What the sockets need to know of a request.
struct Terms<'file> {
    number: u64,
    exclusive: bool,
    /// The only place where its end is waited for.
    heard_at: Option<&'file Binding>,
}

/// A socket hears of a request that asks about it; tells which request gives way to it.
fn enlist(
    file: &Pinned<'_, Object>,
    terms: &Terms<'_>,
    entry: &Entry,
) -> Result<Option<(Arc<Object>, u64)>> {
    let Terms { number, exclusive, .. } = *terms;
    let watched = entry.object.file()?;
    let socket = watched.socket()?;
    let mut watchers = socket.seldom().watchers.lock();
    if watchers.closed || socket.has(CLOSED) {
        // The look that follows sees it.
        return Ok(None);
    }
    socket.add(WATCHED);
    watched.register_polled(&entry.object, terms.heard_at)?;
    let mut given_way = None;
    if !watchers.list.iter().any(|watcher| watcher.number == number) {
        let main = watchers.list.iter().find(|watcher| Some(watcher.number) == watchers.main);
        let gives_way = main.filter(|main| main.exclusive && exclusive);
        given_way = gives_way.map(|main| (main.file.clone(), main.number));
        if main.is_none() || gives_way.is_some() {
            watchers.main = Some(number);
        }
        watchers.list.push(Watcher { file: file.to_arc(), number, exclusive });
    }
    drop(watchers);
    watched.look_after_polled(terms.heard_at.map(|binding| &binding.port));
    Ok(given_way)
}

impl Socket {
    /// Something has happened: the requests that ask about this socket are looked at again.
    pub(super) fn tell_watchers(&self, timing: Timing) {
        if !self.has(WATCHED) {
            return;
        }
        let watchers = self.seldom().watchers.lock();
        let told: Vec<_> = watchers.list.iter().map(|w| (w.file.clone(), w.number)).collect();
        drop(watchers);
        for (file, number) in told {
            if let Some((request, levels)) = take_ready(&file, number) {
                request.end(Status::SUCCESS, &levels, timing);
            }
        }
    }

    /// The requests are looked at again when the guard goes: a call changes what is true without
    /// an event.
    pub(super) fn tells_watchers(&self) -> Telling<'_> {
        Telling(self)
    }

    /// The last handle is closed, which the state says already.
    pub(super) fn close_watchers(&self) {
        if let Some(seldom) = self.seldom_if_any() {
            seldom.watchers.lock().closed = true;
        }
        self.tell_watchers(Timing::LATER);
    }
}

/// See [`Socket::tells_watchers`].
#[must_use]
pub(super) struct Telling<'socket>(&'socket Socket);

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.0.tell_watchers(Timing::LATER);
    }
}

impl PollRequests {
    /// Ends the chosen requests with this status and without an answer; how many there were.
    pub fn cancel(&self, status: Status, chosen: &dyn Fn(&Irp) -> bool) -> usize {
        let taken: Vec<_> = self.0.lock().extract_if(.., |request| chosen(&request.irp)).collect();
        let count = taken.len();
        for request in taken {
            request.question.forget(request.number);
            complete::complete(request.irp, Outcome::of(status), Timing::LATER);
        }
        count
    }

    /// The last handle of the file is closed.  Its requests go on, for they ask about others, but
    /// those that only a port would hear of end (semantics 6.7).
    pub fn close(&self, file: &File) {
        let bound = file.binding().is_some();
        self.cancel(Status::CANCELLED, &|irp| bound && irp.overlapped.event.is_none());
    }
}
