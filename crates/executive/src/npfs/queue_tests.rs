//! The queue against a model that does everything the slow way, and its rules one by one.
use super::*;

/// The ends of requests, in their order: who, how much, and whether a message was cut.
type Ends = Vec<(u32, usize, bool)>;

fn text(text: &[u8]) -> UserBuffer {
    let buffer = UserBuffer::leaked(text.len());
    buffer.put(text);
    buffer
}

struct Fixture {
    queue: Queue<u32>,
    mode: ReadMode,
    ends: Ends,
}

impl Fixture {
    fn new(kind: Kind, mode: ReadMode, quota: usize) -> Self {
        Fixture { queue: Queue::new(kind, quota), mode, ends: Vec::new() }
    }

    fn note(ends: &mut Ends) -> impl FnMut(u32, Outcome) {
        |ticket, outcome| {
            ends.push((ticket, outcome.information, outcome.status == Status::BUFFER_OVERFLOW));
        }
    }

    fn write_as(&mut self, ticket: u32, bytes: &[u8], full: Full) -> Option<usize> {
        let mut finish = Self::note(&mut self.ends);
        let bytes = text(bytes);
        let outcome = self.queue.write(bytes, full, self.mode, &mut finish);
        if outcome.is_none() {
            self.queue.wait_to_write(ticket, bytes);
        }
        outcome.map(|outcome| outcome.information)
    }

    fn write(&mut self, ticket: u32, bytes: &[u8]) -> Option<usize> {
        self.write_as(ticket, bytes, Full::Wait)
    }

    /// What was read, and whether the message was cut; None when it waits.
    fn read(&mut self, ticket: u32, length: usize) -> Option<(Vec<u8>, bool)> {
        let buffer = UserBuffer::leaked(length);
        let mut finish = Self::note(&mut self.ends);
        let Some(outcome) = self.queue.read(buffer, self.mode, &mut finish) else {
            self.queue.wait_to_read(ticket, buffer);
            return None;
        };
        let cut = outcome.status == Status::BUFFER_OVERFLOW;
        Some((buffer.to_box()[..outcome.information].to_vec(), cut))
    }

    fn cancel_write(&mut self, ticket: u32) -> Vec<u32> {
        let mut finish = Self::note(&mut self.ends);
        self.queue.take_writes(&|&one| one == ticket, &mut finish)
    }
}

#[test]
fn a_message_is_read_in_parts_and_never_beyond_its_end() {
    let mut fixture = Fixture::new(Kind::Message, ReadMode::Message, 100);
    assert_eq!(fixture.write(1, b"hello"), Some(5));
    assert_eq!(fixture.write(2, b""), Some(0));
    assert_eq!(fixture.write(3, b"x"), Some(1));
    assert_eq!(fixture.read(9, 0), Some((vec![], true)));
    assert_eq!(fixture.read(9, 4), Some((b"hell".to_vec(), true)));
    assert_eq!(fixture.read(9, 4), Some((b"o".to_vec(), false)));
    assert_eq!(fixture.read(9, 4), Some((vec![], false)), "the empty message");
    assert_eq!(fixture.read(9, 4), Some((b"x".to_vec(), false)));
    assert_eq!(fixture.read(9, 4), None);
}

#[test]
fn boundaries_vanish_in_byte_read_mode() {
    let mut fixture = Fixture::new(Kind::Message, ReadMode::Byte, 100);
    for message in [&b"ab"[..], b"", b"cd", b""] {
        assert_eq!(fixture.write(1, message), Some(message.len()));
    }
    assert_eq!(fixture.read(9, 0), Some((vec![], false)), "takes nothing");
    assert_eq!(fixture.read(9, 9), Some((b"abcd".to_vec(), false)));
    assert_eq!(fixture.read(9, 9), Some((vec![], false)), "the empty message at the end");
    assert!(fixture.queue.is_empty());
}

#[test]
fn a_write_beyond_the_quota_ends_when_everything_up_to_its_end_fits() {
    let mut fixture = Fixture::new(Kind::Byte, ReadMode::Byte, 5);
    assert_eq!(fixture.write(1, b"abc"), Some(3));
    assert_eq!(fixture.write(2, b"01234"), None);
    assert_eq!(fixture.write(3, b"x"), None);
    assert_eq!(fixture.write(4, b""), Some(0), "an empty write never waits");
    assert_eq!(fixture.queue.available(), 9, "what pending writes bring can be read");
    assert_eq!(fixture.read(9, 3), Some((b"abc".to_vec(), false)));
    assert_eq!(fixture.ends, [(2, 5, false)]);
    assert_eq!(fixture.read(9, 1), Some((b"0".to_vec(), false)));
    assert_eq!(fixture.ends, [(2, 5, false), (3, 1, false)]);
    assert_eq!(fixture.read(9, 9), Some((b"1234x".to_vec(), false)));
}

#[test]
fn a_cancelled_write_takes_its_data_along_even_if_partly_read() {
    let mut fixture = Fixture::new(Kind::Message, ReadMode::Message, 4);
    assert_eq!(fixture.write(1, b"0123456789"), None);
    assert_eq!(fixture.write(2, b"x"), None);
    assert_eq!(fixture.read(9, 3), Some((b"012".to_vec(), true)));
    assert_eq!(fixture.cancel_write(1), [1]);
    assert_eq!(fixture.ends, [(2, 1, false)], "the one behind fits now");
    assert_eq!(fixture.read(9, 9), Some((b"x".to_vec(), false)));
    assert!(fixture.queue.is_empty());
}

#[test]
fn a_write_that_must_not_wait_is_refused_but_for_what_readers_take() {
    let mut fixture = Fixture::new(Kind::Byte, ReadMode::Byte, 4);
    assert_eq!(fixture.write_as(1, b"12345", Full::Refuse), Some(0));
    assert_eq!(fixture.read(7, 1), None);
    assert_eq!(fixture.write_as(1, b"123456", Full::Refuse), Some(1));
    assert_eq!(fixture.read(8, 1), None);
    assert_eq!(fixture.write_as(1, b"12345", Full::Refuse), Some(5));
    assert_eq!(fixture.ends, [(7, 1, false), (8, 1, false)]);
    let mut fixture = Fixture::new(Kind::Message, ReadMode::Message, 4);
    assert_eq!(fixture.read(7, 1), None);
    assert_eq!(fixture.write_as(1, b"123456", Full::Refuse), Some(0));
    assert_eq!(fixture.ends, []);
}

#[test]
fn a_flush_ends_with_the_last_byte() {
    let mut fixture = Fixture::new(Kind::Byte, ReadMode::Byte, 4);
    assert_eq!(fixture.write(1, b"123456"), None);
    fixture.queue.wait_to_flush(5);
    assert_eq!(fixture.read(9, 5), Some((b"12345".to_vec(), false)));
    assert_eq!(fixture.ends, [(1, 6, false)]);
    assert_eq!(fixture.read(9, 5), Some((b"6".to_vec(), false)));
    assert_eq!(fixture.ends, [(1, 6, false), (5, 0, false)]);
}

#[test]
fn a_look_stops_at_the_message_only_in_a_message_pipe() {
    for (kind, expected) in [(Kind::Byte, (5, 5, 0)), (Kind::Message, (3, 5, 3))] {
        let mut fixture = Fixture::new(kind, ReadMode::Byte, 4);
        assert_eq!(fixture.write(1, b"abc"), Some(3));
        assert_eq!(fixture.write(2, b"de"), None);
        let buffer = UserBuffer::leaked(9);
        let peeked = fixture.queue.peek(buffer);
        assert_eq!((peeked.copied, peeked.available, peeked.message), expected);
        assert!(b"abcde".starts_with(&buffer.to_box()[..peeked.copied]));
        assert_eq!(fixture.queue.available(), 5, "nothing was taken");
    }
}

/// What is left of a write, and who waits for it, with its whole length.
type Written = (Vec<u8>, Option<(u32, usize)>);

/// The slow way: bytes in a list, and every rule looked up from the beginning.
struct Model {
    kind: Kind,
    mode: ReadMode,
    quota: usize,
    entries: Vec<Written>,
    reads: Vec<(u32, usize)>,
    ends: Ends,
}

impl Model {
    fn available(&self) -> usize {
        self.entries.iter().map(|(bytes, _)| bytes.len()).sum()
    }

    fn settle(&mut self) {
        let mut sum = 0;
        for (bytes, writer) in &mut self.entries {
            sum += bytes.len();
            if sum > self.quota {
                break;
            }
            if let Some((ticket, length)) = writer.take() {
                self.ends.push((ticket, length, false));
            }
        }
    }

    fn write(&mut self, ticket: u32, bytes: &[u8]) -> Option<usize> {
        if bytes.is_empty() {
            if self.kind == Kind::Byte {
                return Some(0);
            }
            if !self.reads.is_empty() {
                let (reader, _) = self.reads.remove(0);
                self.ends.push((reader, 0, false));
                return Some(0);
            }
        }
        let mut rest = bytes;
        while !rest.is_empty() && !self.reads.is_empty() {
            let (reader, room) = self.reads.remove(0);
            let count = room.min(rest.len());
            rest = &rest[count..];
            let cut = self.mode == ReadMode::Message && !rest.is_empty();
            self.ends.push((reader, count, cut));
        }
        if rest.is_empty() && !bytes.is_empty() {
            return Some(bytes.len());
        }
        let fits = rest.is_empty() || self.available() + rest.len() <= self.quota;
        let writer = (!fits).then_some((ticket, bytes.len()));
        self.entries.push((rest.to_vec(), writer));
        fits.then_some(bytes.len())
    }

    fn read(&mut self, ticket: u32, room: usize) -> Option<(Vec<u8>, bool)> {
        if self.entries.is_empty() {
            self.reads.push((ticket, room));
            return None;
        }
        let mut got = Vec::new();
        let mut cut = false;
        let wanted = room.min(self.available());
        loop {
            let (bytes, writer) = &mut self.entries[0];
            let count = bytes.len().min(room - got.len());
            got.extend(bytes.drain(..count));
            if !bytes.is_empty() {
                cut = self.mode == ReadMode::Message;
                break;
            }
            if let Some((ticket, length)) = writer.take() {
                self.ends.push((ticket, length, false));
            }
            self.entries.remove(0);
            if self.mode == ReadMode::Message || got.len() >= wanted {
                break;
            }
        }
        self.settle();
        Some((got, cut))
    }

    fn cancel_write(&mut self, ticket: u32) -> Vec<u32> {
        let mut gone = Vec::new();
        self.entries.retain(|(_, writer)| match writer {
            Some((one, _)) if *one == ticket => {
                gone.push(ticket);
                false
            }
            _ => true,
        });
        self.settle();
        gone
    }
}

#[test]
fn random_operations_agree_with_the_model() {
    let modes = [
        (Kind::Byte, ReadMode::Byte),
        (Kind::Message, ReadMode::Byte),
        (Kind::Message, ReadMode::Message),
    ];
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for round in 0..600 {
        let (kind, mode) = modes[round % 3];
        let quota = random(20) as usize;
        let mut fixture = Fixture::new(kind, mode, quota);
        let (entries, reads) = (Vec::new(), Vec::new());
        let mut model = Model { kind, mode, quota, entries, reads, ends: Vec::new() };
        for ticket in 0..60 {
            match random(8) {
                0..=3 => {
                    let bytes: Vec<u8> = (0..random(9)).map(|_| random(256) as u8).collect();
                    assert_eq!(fixture.write(ticket, &bytes), model.write(ticket, &bytes));
                }
                4 => {
                    let chosen = random(u64::from(ticket) + 1) as u32;
                    assert_eq!(fixture.cancel_write(chosen), model.cancel_write(chosen));
                }
                _ => {
                    let room = random(12) as usize;
                    assert_eq!(fixture.read(ticket, room), model.read(ticket, room));
                }
            }
            assert_eq!(fixture.ends, model.ends, "round {round}, ticket {ticket}");
            assert_eq!(fixture.queue.available(), model.available());
            assert_eq!(fixture.queue.is_empty(), model.entries.is_empty());
        }
    }
}
