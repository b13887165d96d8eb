//! One direction of a connection: what has been written and not yet read, or who waits to read.
//!
//! An entry is one write.  What fits into the quota is copied and its write is done; what does not
//! fit stays in the writer's memory, is readable all the same, and its write ends when so much has
//! been read that everything up to its end fits.  So at most one of the two is not empty:
//!
//! ```text
//!   entries   [read|unread] [unread] [] [lent by a pending write]      () reads that wait
//!              ^ the next read                                   ^ a write goes here
//! ```
//!
//! A byte pipe has no empty entries, and its readers do not see where one entry ends.  The readers
//! of a message pipe see it if they read in message mode.
//!
//! The queue knows nothing of connections: it lies under the instance's lock, and what happens when
//! the other end goes is decided there.  Whose a request is is the queue's parameter; its end is
//! told to the caller, once.

use crate::io::irp::Outcome;
use crate::io::user_memory::UserBuffer;
use crate::status::Status;
use std::collections::VecDeque;

/// What a write is: the pipe's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes without boundaries.
    Byte,
    /// A message, which may be empty.
    Message,
}

/// How a reader sees the writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode {
    /// As bytes, whatever the pipe's type.
    Byte,
    /// One message at a time.
    Message,
}

/// Where the bytes of an entry are.
enum Bytes {
    /// Here.
    Owned(Box<[u8]>),
    /// In the memory of the writer, which waits.
    Lent(UserBuffer),
    /// In the process of the reader ([`super::link`]).
    Sent,
}

struct Entry {
    bytes: Bytes,
    length: usize,
    /// How many of them have been read.
    read: usize,
    /// Bytes written on this direction up to the end of this entry.
    end: u64,
}

impl Entry {
    fn left(&self) -> usize {
        self.length - self.read
    }

    /// Copies the next bytes, as many as there are and fit, from byte `skip` of the buffer on.
    fn copy(&self, skip: usize, buffer: UserBuffer) -> usize {
        let count = self.left().min(buffer.length() - skip);
        let to = buffer.part(skip, count);
        match &self.bytes {
            Bytes::Owned(bytes) => to.put(&bytes[self.read..self.read + count]),
            Bytes::Lent(from) => from.part(self.read, count).copy_to(to),
            Bytes::Sent => {}
        }
        count
    }

    /// Makes the entry independent of its writer's memory.
    fn keep(&mut self) {
        if let Bytes::Lent(lent) = self.bytes {
            self.bytes = Bytes::Owned(lent.to_box());
        }
    }
}

struct Read<T> {
    ticket: T,
    buffer: UserBuffer,
}

/// A write that waits.  Its entry, which is never empty, is the first one with this end.
struct Write<T> {
    ticket: T,
    length: usize,
    end: u64,
}

/// What a write comes to that cannot be done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// It waits (`PIPE_WAIT`).
    Wait,
    /// It is refused, but for what waiting reads take (`PIPE_NOWAIT`).
    Refuse,
    /// It is taken whole, whatever the quota says (`TransactNamedPipe`).
    Exceed,
}

/// What a look at the queue finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peeked {
    /// Bytes copied.
    pub copied: usize,
    /// Bytes in the queue.
    pub available: usize,
    /// What is left of the first message; 0 for a byte pipe.
    pub message: usize,
}

/// One direction of a connection.
pub struct Queue<T> {
    kind: Kind,
    quota: usize,
    entries: VecDeque<Entry>,
    reads: VecDeque<Read<T>>,
    writes: VecDeque<Write<T>>,
    /// Those who wait until everything has been read.
    flushes: Vec<T>,
    /// Bytes ever written.
    written: u64,
    /// Bytes ever read.
    read: u64,
    /// Entries ever read to their end.
    done: u64,
    /// The reader is in another process, and the bytes are there.
    is_mirror: bool,
}

impl<T> Queue<T> {
    /// An empty queue.
    pub fn new(kind: Kind, quota: usize) -> Self {
        Queue {
            kind,
            quota,
            entries: VecDeque::new(),
            reads: VecDeque::new(),
            writes: VecDeque::new(),
            flushes: Vec::new(),
            written: 0,
            read: 0,
            done: 0,
            is_mirror: false,
        }
    }

    /// A queue that is read in another process: it counts, and keeps no bytes.
    pub fn mirror(kind: Kind, quota: usize) -> Self {
        Queue { is_mirror: true, ..Queue::new(kind, quota) }
    }

    /// Nothing has been written; the next connection begins.
    pub fn renew(&mut self) {
        *self = Queue::new(self.kind, self.quota);
    }

    /// From the beginning of a connection: it is read in another process.
    pub fn renew_as_mirror(&mut self) {
        *self = Queue::mirror(self.kind, self.quota);
    }

    /// True when a write or a flush waits for the reader.
    pub fn has_waiting_writers(&self) -> bool {
        !self.writes.is_empty() || !self.flushes.is_empty()
    }

    /// What has been read in all: bytes, and entries to their end.
    pub fn progress(&self) -> (u64, u64) {
        (self.read, self.done)
    }

    /// The reader of a mirror has got so far ([`Queue::progress`] of its queue).
    pub fn peer_has_read(&mut self, bytes: u64, done: u64, finish: &mut impl FnMut(T, Outcome)) {
        while let Some(first) = self.entries.front() {
            let count = first.left().min(bytes.saturating_sub(self.read) as usize);
            // A peer may say anything; then nothing has been read.
            if count == 0 && (first.left() > 0 || self.done >= done) {
                break;
            }
            self.advance(count);
        }
        self.settle(finish);
    }

    /// A write of a peer in another process has arrived; its quota has been looked at there.
    pub fn arrived(
        &mut self,
        bytes: UserBuffer,
        mode: ReadMode,
        finish: &mut impl FnMut(T, Outcome),
    ) {
        let _all = self.write(bytes, Full::Exceed, mode, finish);
    }

    /// Bytes that can be read, those of pending writes included.
    pub fn available(&self) -> usize {
        (self.written - self.read) as usize
    }

    /// True when nothing, not even an empty message, can be read.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True when somebody waits to read.
    pub fn has_readers(&self) -> bool {
        !self.reads.is_empty()
    }

    /// How much could be written without waiting.
    pub fn room(&self) -> usize {
        self.quota.saturating_sub(self.available())
    }

    /// Reads, if there is something; requests that end because of it are told.
    pub fn read(
        &mut self,
        buffer: UserBuffer,
        mode: ReadMode,
        finish: &mut impl FnMut(T, Outcome),
    ) -> Option<Outcome> {
        let outcome = match mode {
            ReadMode::Message => self.read_message(buffer)?,
            ReadMode::Byte => self.read_bytes(buffer)?,
        };
        self.settle(finish);
        Some(outcome)
    }

    fn read_message(&mut self, buffer: UserBuffer) -> Option<Outcome> {
        let count = self.entries.front()?.copy(0, buffer);
        let left = self.advance(count);
        let status = if left == 0 { Status::SUCCESS } else { Status::BUFFER_OVERFLOW };
        Some(Outcome { status, information: count, flags: 0 })
    }

    fn read_bytes(&mut self, buffer: UserBuffer) -> Option<Outcome> {
        let first = self.entries.front()?;
        let wanted = buffer.length().min(self.available());
        if wanted == 0 && first.left() == 0 {
            self.advance(0);
        }
        let mut done = 0;
        while done < wanted {
            let Some(entry) = self.entries.front() else { break };
            let count = entry.copy(done, buffer);
            self.advance(count);
            done += count;
        }
        Some(Outcome::bytes(done))
    }

    /// So many bytes of the first entry have been read; how many are left in it.  When there are
    /// none, the entry goes.
    fn advance(&mut self, count: usize) -> usize {
        self.read += count as u64;
        let Some(entry) = self.entries.front_mut() else { return 0 };
        entry.read += count;
        let left = entry.left();
        if left == 0 {
            self.entries.pop_front();
            self.done += 1;
        }
        left
    }

    /// Ends the writes that fit now, and the flushes when everything has been read.
    fn settle(&mut self, finish: &mut impl FnMut(T, Outcome)) {
        let fits = self.read + self.quota as u64;
        while self.writes.front().is_some_and(|write| write.end <= fits)
            && let Some(write) = self.writes.pop_front()
        {
            let at = self.entries.partition_point(|entry| entry.end < write.end);
            if let Some(entry) = self.entries.get_mut(at) {
                entry.keep();
            }
            finish(write.ticket, Outcome::bytes(write.length));
        }
        if self.entries.is_empty() {
            for flush in self.flushes.drain(..) {
                finish(flush, Outcome::bytes(0));
            }
        }
    }

    /// A read that found nothing waits.
    pub fn wait_to_read(&mut self, ticket: T, buffer: UserBuffer) {
        debug_assert!(self.entries.is_empty(), "there is something to read");
        self.reads.push_back(Read { ticket, buffer });
    }

    /// Writes: first to those who wait, then into the queue.  None when the write has to wait
    /// ([`Queue::wait_to_write`]).
    pub fn write(
        &mut self,
        bytes: UserBuffer,
        full: Full,
        mode: ReadMode,
        finish: &mut impl FnMut(T, Outcome),
    ) -> Option<Outcome> {
        let length = bytes.length();
        if full == Full::Refuse && length > self.room_with_readers() {
            let taken = match self.kind {
                Kind::Byte => self.serve(bytes, mode, finish),
                Kind::Message => 0,
            };
            return Some(Outcome::bytes(taken));
        }
        if length == 0 {
            if self.kind == Kind::Message {
                if let Some(read) = self.reads.pop_front() {
                    self.done += 1;
                    finish(read.ticket, Outcome::bytes(0));
                } else {
                    self.push(Bytes::Owned(Box::default()), 0, 0);
                }
            }
            return Some(Outcome::bytes(0));
        }
        let served = self.serve(bytes, mode, finish);
        let left = length - served;
        if left > self.room() && full != Full::Exceed {
            self.push(
                if self.is_mirror { Bytes::Sent } else { Bytes::Lent(bytes) },
                length,
                served,
            );
            return None;
        }
        if left == 0 {
            self.done += 1;
        } else if self.is_mirror {
            self.push(Bytes::Sent, left, 0);
        } else {
            self.push(Bytes::Owned(bytes.part(served, left).to_box()), left, 0);
        }
        Some(Outcome::bytes(length))
    }

    /// The write that found no room waits; its bytes can be read already.
    pub fn wait_to_write(&mut self, ticket: T, bytes: UserBuffer) {
        self.writes.push_back(Write { ticket, length: bytes.length(), end: self.written });
    }

    /// What a write may have that must not wait.
    fn room_with_readers(&self) -> usize {
        let wanted: usize = self.reads.iter().map(|read| read.buffer.length()).sum();
        self.room().saturating_add(wanted)
    }

    /// Gives bytes to the reads that wait, in their order; how many they took.
    fn serve(
        &mut self,
        bytes: UserBuffer,
        mode: ReadMode,
        finish: &mut impl FnMut(T, Outcome),
    ) -> usize {
        let length = bytes.length();
        let mut served = 0;
        while served < length {
            let Some(read) = self.reads.pop_front() else { break };
            let count = (length - served).min(read.buffer.length());
            bytes.part(served, count).copy_to(read.buffer);
            served += count;
            self.written += count as u64;
            self.read += count as u64;
            let cut = mode == ReadMode::Message && served < length;
            let status = if cut { Status::BUFFER_OVERFLOW } else { Status::SUCCESS };
            finish(read.ticket, Outcome { status, information: count, flags: 0 });
        }
        served
    }

    fn push(&mut self, bytes: Bytes, length: usize, read: usize) {
        self.written += (length - read) as u64;
        self.entries.push_back(Entry { bytes, length, read, end: self.written });
    }

    /// Looks at what can be read without taking it.
    pub fn peek(&self, buffer: UserBuffer) -> Peeked {
        let available = self.available();
        let Some(first) = self.entries.front() else {
            return Peeked { copied: 0, available, message: 0 };
        };
        if self.kind == Kind::Message {
            return Peeked { copied: first.copy(0, buffer), available, message: first.left() };
        }
        let mut copied = 0;
        for entry in &self.entries {
            if copied == buffer.length() {
                break;
            }
            copied += entry.copy(copied, buffer);
        }
        Peeked { copied, available, message: 0 }
    }

    /// Waits until everything that is there has been read.
    pub fn wait_to_flush(&mut self, ticket: T) {
        debug_assert!(!self.entries.is_empty(), "everything has been read");
        self.flushes.push(ticket);
    }

    /// Takes out the chosen reads that wait.
    pub fn take_reads(&mut self, chosen: &dyn Fn(&T) -> bool) -> Vec<T> {
        let taken = extract(&mut self.reads, |read| chosen(&read.ticket));
        taken.into_iter().map(|read| read.ticket).collect()
    }

    /// Takes out the chosen writes that wait, and what they have written; this may make room for
    /// others, and end a flush.
    pub fn take_writes(
        &mut self,
        chosen: &dyn Fn(&T) -> bool,
        finish: &mut impl FnMut(T, Outcome),
    ) -> Vec<T> {
        let taken = extract(&mut self.writes, |write| chosen(&write.ticket));
        if taken.is_empty() {
            return Vec::new();
        }
        // What has gone to another process cannot be called back.
        for write in taken.iter().filter(|_| !self.is_mirror) {
            let at = self.entries.partition_point(|entry| entry.end < write.end);
            self.entries.remove(at);
        }
        self.count_anew();
        self.settle(finish);
        taken.into_iter().map(|write| write.ticket).collect()
    }

    /// Ends the chosen writes that wait in a mirror, for they have gone; returns how many.
    pub fn end_sent_writes(
        &mut self,
        chosen: &dyn Fn(&T) -> bool,
        finish: &mut impl FnMut(T, Outcome),
    ) -> usize {
        if !self.is_mirror {
            return 0;
        }
        let sent = extract(&mut self.writes, |write| chosen(&write.ticket));
        let count = sent.len();
        for write in sent {
            finish(write.ticket, Outcome::bytes(write.length));
        }
        count
    }

    /// Entries have been taken out of the middle: those behind end earlier.
    fn count_anew(&mut self) {
        let (mut end, mut writes) = (self.read, self.writes.iter_mut().peekable());
        for entry in &mut self.entries {
            let (before, left) = (entry.end, entry.left());
            end += left as u64;
            entry.end = end;
            if left > 0
                && let Some(write) = writes.next_if(|write| write.end == before)
            {
                write.end = end;
            }
        }
        self.written = end;
    }

    /// Takes out the chosen flushes.
    pub fn take_flushes(&mut self, chosen: &dyn Fn(&T) -> bool) -> Vec<T> {
        self.flushes.extract_if(.., |flush| chosen(flush)).collect()
    }

    /// Forgets what has been written; the writes and flushes that wait come back.
    pub fn discard(&mut self) -> Vec<T> {
        self.read = self.written;
        self.entries.clear();
        let writes = self.writes.drain(..).map(|write| write.ticket);
        writes.chain(self.flushes.drain(..)).collect()
    }
}

/// Takes the chosen out of a queue; the others keep their order.
fn extract<E>(queue: &mut VecDeque<E>, chosen: impl Fn(&E) -> bool) -> Vec<E> {
    if !queue.iter().any(&chosen) {
        return Vec::new();
    }
    let (taken, kept): (VecDeque<E>, VecDeque<E>) =
        core::mem::take(queue).into_iter().partition(|element| chosen(element));
    *queue = kept;
    taken.into()
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
