//! Input as records: keys that were pressed, and what programs put among them.
//!
//! One queue for the process, filled with what the terminal has whenever a program asks.  For the
//! length of such a call the terminal gives every key at once and shows none.

use super::key::{Key, take};
use super::{REMEMBERED_INPUT, VIRTUAL_TERMINAL_INPUT, is_input, is_typed, remember, terminal};
use crate::fs::error::general;
use crate::io::file::File;
use crate::ke::deadline::Deadline;
use crate::ke::wait::wait_for_single;
use crate::status::{Result, Status};
use crate::sync::{Mutex, Ordering};
use rustix::fd::BorrowedFd;
use rustix::io::{Errno, read};
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use std::collections::VecDeque;

/// An INPUT_RECORD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A key.
    Key(Key),
    /// What only programs put here: the mouse, the window, menus; `EventType` and the event.
    Other(u16, [u32; 4]),
}

struct Input {
    records: VecDeque<Record>,
    /// Bytes that are no key yet.
    partial: Vec<u8>,
    /// So many units of the first record's character have been given out.
    given: usize,
}

static INPUT: Mutex<Input> =
    Mutex::new(Input { records: VecDeque::new(), partial: Vec::new(), given: 0 });

/// The units that a character is to a program: a record for each.
pub type Units = fn(u32) -> Vec<u32>;

impl Input {
    fn pressed(&mut self, keys: Vec<Key>) {
        for key in keys {
            // A terminal does not tell when a key is let go: at once.
            self.records.push_back(Record::Key(key));
            self.records.push_back(Record::Key(Key { is_down: false, ..key }));
        }
    }

    fn give(&mut self, most: usize, removes: bool, units: Units) -> Vec<Record> {
        let mut given_out = Vec::new();
        let (mut used, mut given) = (0, self.given);
        for record in &self.records {
            match record {
                Record::Key(key) => {
                    let texts = units(key.text);
                    for &text in texts.iter().skip(given).take(most - given_out.len()) {
                        given_out.push(Record::Key(Key { text, ..*key }));
                        given += 1;
                    }
                    if given < texts.len() {
                        break;
                    }
                }
                Record::Other(..) if given_out.len() == most => break,
                Record::Other(..) => given_out.push(*record),
            }
            (used, given) = (used + 1, 0);
        }
        if removes {
            self.records.drain(..used);
            self.given = given;
        }
        given_out
    }

    /// Takes the characters of the keys, up to the end of a line.
    fn take_text(&mut self) -> String {
        let mut text = String::new();
        self.given = 0;
        while let Some(record) = self.records.pop_front() {
            if let Record::Key(key) = record
                && key.is_down
                && key.text != 0
            {
                text.push(char::from_u32(key.text).unwrap_or(char::REPLACEMENT_CHARACTER));
                if key.text == u32::from(b'\r') {
                    break;
                }
            }
        }
        text
    }
}

/// The terminal without lines and echo, as long as this lives.
struct Keys<'fd>(BorrowedFd<'fd>, Option<Termios>);

impl<'fd> Keys<'fd> {
    fn open(fd: BorrowedFd<'fd>) -> Self {
        let lines = LocalModes::ICANON | LocalModes::ECHO;
        let before = termios::tcgetattr(fd).ok().filter(|it| it.local_modes.intersects(lines));
        let before = before.filter(|before| {
            remember(fd, before);
            let mut now = before.clone();
            now.local_modes.remove(lines);
            termios::tcsetattr(fd, OptionalActions::Now, &now).is_ok()
        });
        Keys(fd, before)
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        if let Some(before) = &self.1 {
            // The terminal may have gone.
            let _restored = termios::tcsetattr(self.0, OptionalActions::Now, before);
        }
    }
}

/// Takes over what the terminal has.
fn gather(file: &File, fd: BorrowedFd<'_>) -> Result<()> {
    let sequences = REMEMBERED_INPUT.load(Ordering::Relaxed) & VIRTUAL_TERMINAL_INPUT == 0;
    let mut bytes = [0_u8; 1024];
    while is_typed(fd) {
        let count = match read(fd, &mut bytes) {
            // The terminal has gone.
            Ok(0) => return Err(Status::IO_DEVICE_ERROR),
            Ok(count) => count,
            Err(Errno::AGAIN | Errno::INTR) => continue,
            Err(error) => return Err(general(error)),
        };
        let mut input = INPUT.lock();
        input.partial.extend_from_slice(&bytes[..count]);
        let keys = take(&mut input.partial, sequences);
        input.pressed(keys);
    }
    if has_records() {
        let _was_set = file.signal().set();
    }
    Ok(())
}

fn input_terminal(file: &File) -> Result<BorrowedFd<'_>> {
    if is_input(file) { terminal(file) } else { Err(Status::INVALID_HANDLE) }
}

/// True when something is in the queue.
pub(super) fn has_records() -> bool {
    !INPUT.lock().records.is_empty()
}

/// How many records there are; a character counts once.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console's input.
pub fn count(file: &File) -> Result<usize> {
    let fd = input_terminal(file)?;
    let _keys = Keys::open(fd);
    gather(file, fd)?;
    Ok(INPUT.lock().records.len())
}

/// The first records, which stay.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console's input.
pub fn peek(file: &File, most: usize, units: Units) -> Result<Vec<Record>> {
    let fd = input_terminal(file)?;
    let _keys = Keys::open(fd);
    gather(file, fd)?;
    Ok(INPUT.lock().give(most, false, units))
}

/// Takes records; waits for the first.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console's input; `IO_DEVICE_ERROR` when the terminal has gone.
pub fn take_records(file: &File, most: usize, units: Units) -> Result<Vec<Record>> {
    let fd = input_terminal(file)?;
    let _keys = Keys::open(fd);
    loop {
        gather(file, fd)?;
        let taken = INPUT.lock().give(most, true, units);
        if !taken.is_empty() || most == 0 {
            return Ok(taken);
        }
        wait_for_single(file.signal_to_wait_for(), false, Deadline::Never);
    }
}

/// Puts records behind those that are there, and wakes who waits for this handle.
///
/// # Errors
/// `INVALID_HANDLE` for what is no console's input.
pub fn put(file: &File, records: &[Record]) -> Result<()> {
    input_terminal(file)?;
    INPUT.lock().records.extend(records);
    if !records.is_empty() {
        let _was_set = file.signal().set();
    }
    Ok(())
}

/// The text of the keys in the queue, up to the first end of a line; they are in it no more.
pub fn take_text() -> String {
    INPUT.lock().take_text()
}

/// Forgets all.
pub(super) fn forget() {
    let mut input = INPUT.lock();
    input.records.clear();
    input.partial.clear();
    input.given = 0;
}
