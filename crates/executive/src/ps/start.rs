//! What a process is given beside its arguments and descriptors, and how it takes it over.
//!
//! The parent writes it into a file of the kernel's memory, behind the page of the record, and
//! names the file's descriptor in the environment.  The child takes the variable away before `main`
//! and believes the file only if it carries the child's own process id: a program that is none of
//! ours hands the variable on to its children, for whom it was not meant.

use super::command_line;
use super::exchange;
use super::inherit::{self, Parcel};
use super::record::Record;
use crate::ob::handle;
use crate::status::Result;
use crate::sys::mapping::PAGE;
use crate::sys::process::{duplicate_given, given, take_variable, tell_exit};
use core::ffi::{c_int, c_void};
use rustix::fd::AsRawFd;
use rustix::fs::{SealFlags, fcntl_add_seals, fstat};
use rustix::io::{pread, pwrite};
use std::sync::OnceLock;

/// The variable.
const VARIABLE: &str = "LAPWING_START";
/// More than this no parent writes.
const LONGEST: usize = 64 << 20;

/// The numbers of a STARTUPINFO, in its order: position, size, size in characters, colours, flags.
pub type Numbers = [u32; 8];

/// A STARTUPINFO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Startup {
    /// `lpDesktop`
    pub desktop: Option<String>,
    /// `lpTitle`
    pub title: Option<String>,
    /// From `dwX` to `dwFlags`.
    pub numbers: Numbers,
    /// `wShowWindow`
    pub show_window: u16,
    /// The standard handles, if the parent has set them.
    pub standard: Option<[u32; 3]>,
}

/// What a process is given.
#[derive(Default)]
pub struct Start {
    /// The command line, as the parent wrote it.
    pub command_line: String,
    /// The STARTUPINFO.
    pub startup: Startup,
}

static START: OnceLock<Start> = OnceLock::new();
static RECORD: OnceLock<Record> = OnceLock::new();

/// What this process was given, if a parent of ours started it.
pub fn own() -> Option<&'static Start> {
    START.get()
}

/// The record of this process, if it has one.
pub fn own_record() -> Option<&'static Record> {
    RECORD.get()
}

/// The process ends with this code: whoever waits for it reads all of it.
pub fn tell_end(code: u32) {
    if let Some(record) = RECORD.get() {
        record.ends(code);
    }
}

extern "C" fn exits(code: c_int, _: *mut c_void) {
    tell_end(code.cast_unsigned());
}

/// The command line: the parent's, or one that is made of the arguments.
pub fn own_command_line() -> String {
    let arguments = std::fs::read("/proc/self/cmdline").unwrap_or_default();
    let arguments = arguments.strip_suffix(&[0]).unwrap_or(&arguments);
    let words: Vec<_> = arguments.split(|&byte| byte == 0).map(String::from_utf8_lossy).collect();
    if let Some(start) = own() {
        // Another program may have taken the place of the one that was started.
        let given = command_line::split(&start.command_line);
        if given.iter().map(String::as_str).eq(words.iter().map(|word| &**word)) {
            return start.command_line.clone();
        }
    }
    command_line::join(words.iter().map(|word| &**word))
}

/// Bytes in the making.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// Appends a number.
    pub fn number(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    /// Appends a text.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend(text.as_bytes());
    }

    /// What has been written.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn optional(&mut self, text: Option<&str>) {
        self.number(u32::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }
}

/// Reads what a [`Writer`] wrote; None where it ends too early.
pub struct Reader<'bytes>(&'bytes [u8]);

impl<'bytes> Reader<'bytes> {
    /// A reader of these bytes.
    pub fn new(bytes: &'bytes [u8]) -> Self {
        Reader(bytes)
    }

    /// The next number.
    pub fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number))
    }

    /// The next text.
    pub fn text(&mut self) -> Option<String> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn optional(&mut self) -> Option<Option<String>> {
        let is_there = self.number()? != 0;
        self.text().map(|text| is_there.then_some(text))
    }
}

impl Start {
    fn write(&self, writer: &mut Writer) {
        writer.text(&self.command_line);
        let startup = &self.startup;
        writer.optional(startup.desktop.as_deref());
        writer.optional(startup.title.as_deref());
        startup.numbers.iter().for_each(|number| writer.number(*number));
        writer.number(u32::from(startup.show_window));
        writer.number(u32::from(startup.standard.is_some()));
        startup.standard.unwrap_or_default().iter().for_each(|value| writer.number(*value));
    }

    fn read(reader: &mut Reader<'_>) -> Option<Start> {
        let command_line = reader.text()?;
        let (desktop, title) = (reader.optional()?, reader.optional()?);
        let mut numbers = Numbers::default();
        for number in &mut numbers {
            *number = reader.number()?;
        }
        let show_window = reader.number()? as u16;
        let are_set = reader.number()? != 0;
        let mut values = [0; 3];
        for value in &mut values {
            *value = reader.number()?;
        }
        let standard = are_set.then_some(values);
        let startup = Startup { desktop, title, numbers, show_window, standard };
        Some(Start { command_line, startup })
    }
}

/// Writes what a process is given behind its record; returns what its environment has of it.
///
/// # Errors
/// `DISK_FULL` when there is no memory for it.
pub fn write(record: &Record, start: &Start, parcels: &[Parcel]) -> Result<String> {
    let mut writer = Writer::default();
    start.write(&mut writer);
    writer.number(parcels.len() as u32);
    parcels.iter().for_each(|parcel| parcel.write(&mut writer));
    let (file, mut bytes, mut at) = (record.file(), &writer.0[..], PAGE as u64);
    while !bytes.is_empty() {
        let count = pwrite(file, bytes, at).map_err(crate::fs::error::general)?;
        bytes = &bytes[count..];
        at += count as u64;
    }
    // Who shares the page must not lose it.
    let seals = SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL;
    fcntl_add_seals(file, seals).map_err(crate::fs::error::general)?;
    Ok(format!("{VARIABLE}={}", file.as_raw_fd()))
}

/// True for the variable, which no program's own environment hands on.
pub fn is_ours(variable: &[u8]) -> bool {
    variable.strip_prefix(VARIABLE.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
}

/// Takes over what the parent gave, once, before the program begins.
pub fn take_over() {
    let Some(number) = take_variable(VARIABLE).and_then(|value| value.parse().ok()) else { return };
    let Some(record) = duplicate_given(number).and_then(|file| Record::of_file(file).ok()) else {
        return;
    };
    if record.process() != std::process::id() {
        return;
    }
    drop(given(number));
    let Some((start, parcels)) = read(&record) else { return };
    for parcel in parcels {
        let (value, flags, access) = (parcel.value, parcel.flags, parcel.access);
        // A handle that cannot be made is not valid in this process, and the program will see it.
        if let Ok(object) = inherit::unpack(parcel)
            && handle::insert_at(value, object, access)
        {
            let mask = handle::INHERIT | handle::PROTECT_FROM_CLOSE;
            let _closed = handle::set_flags(value as usize, mask, flags);
        }
    }
    let _first = START.set(start);
    tell_exit(exits);
    exchange::serve();
    RECORD.get_or_init(|| record).is_served();
}

fn read(record: &Record) -> Option<(Start, Vec<Parcel>)> {
    let file = record.file();
    let length = usize::try_from(fstat(file).ok()?.st_size).ok()?.checked_sub(PAGE)?;
    let mut bytes = vec![0; length.min(LONGEST)];
    let mut done = 0;
    while done < bytes.len() {
        match pread(file, &mut bytes[done..], (PAGE + done) as u64).ok()? {
            0 => return None,
            count => done += count,
        }
    }
    let mut reader = Reader::new(&bytes);
    let start = Start::read(&mut reader)?;
    let count = reader.number()?;
    let parcels: Option<Vec<Parcel>> = (0..count)
        .map(|_| Parcel::read(&mut reader, &mut |number| given(number.cast_signed())))
        .collect();
    Some((start, parcels?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_read_as_it_was_written() {
        let startup = Startup {
            desktop: Some(String::new()),
            title: Some("title".into()),
            numbers: [1, 2, 3, 4, 5, 6, 7, 8],
            show_window: 9,
            standard: Some([64, 68, 72]),
        };
        let start = Start { command_line: "a \"b c\"".into(), startup };
        let record = Record::new().unwrap();
        let variable = write(&record, &start, &[]).unwrap();
        assert!(is_ours(variable.as_bytes()));
        assert!(rustix::fs::ftruncate(record.file(), 0).is_err(), "nobody can take it away");
        let (read, parcels) = read(&record).unwrap();
        assert_eq!(read.command_line, start.command_line);
        assert_eq!(read.startup, start.startup);
        assert!(parcels.is_empty());
        assert!(!is_ours(b"LAPWING_STARTS=1"));
    }

    #[test]
    fn what_ends_too_early_is_not_believed() {
        let mut writer = Writer::default();
        Start::default().write(&mut writer);
        for length in 0..writer.0.len() {
            assert!(Start::read(&mut Reader(&writer.0[..length])).is_none());
        }
    }
}
