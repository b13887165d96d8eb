//! CreateProcess.

use super::inherit::{self, Parcel};
use super::process::{ALL_ACCESS, Opened, Process};
use super::record::Record;
use super::start::{self, Start, Startup};
use super::{command_line, exchange, image};
use crate::fs::error::general;
use crate::fs::path;
use crate::npfs::given;
use crate::ob::handle::{self, INHERIT};
use crate::ob::object::Body;
use crate::status::{Result, Status};
use crate::sys::spawn::{Group, Program, launch};
use rustix::fd::{AsRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Windows' longest command line, in UTF-16 units with its end.
const LONGEST_LINE: usize = 32_767;

const DEBUG: u32 = 0x1 | 0x2;
const SUSPENDED: u32 = 0x4;
const DETACHED: u32 = 0x8;
const NEW_CONSOLE: u32 = 0x10;
const NEW_GROUP: u32 = 0x200;
const NO_WINDOW: u32 = 0x0800_0000;
/// The priority classes, and the nice values that stand for them.
const CLASSES: [(u32, i32); 5] =
    [(0x40, 19), (0x4000, 10), (0x8000, -5), (0x80, -10), (0x100, -20)];

/// Where the standard handles of a child come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// The parent's own streams, or the handles that it has put in their places.
    Same([Option<usize>; 3]),
    /// These handles.
    Given([usize; 3]),
}

/// What is to be started, and how.
pub struct Request {
    /// The program's file.
    pub application: Option<String>,
    /// The command line.
    pub command_line: Option<String>,
    /// Inheritable handles go to the child.
    pub inherit: bool,
    /// Only these do.
    pub listed: Option<Vec<usize>>,
    /// The creation flags.
    pub flags: u32,
    /// The environment, `NAME=VALUE` each; None for the parent's.
    pub environment: Option<Vec<Vec<u8>>>,
    /// Where it begins.
    pub directory: Option<String>,
    /// The rest of its STARTUPINFO.
    pub startup: Startup,
    /// Its standard handles.
    pub standard: Standard,
}

/// What CreateProcess gives.
#[derive(Clone, Copy, Debug)]
pub struct Created {
    /// A handle to the process.
    pub process: u32,
    /// A handle to its first thread.
    pub thread: u32,
    /// The id of both.
    pub id: u32,
}

/// Starts a process.
///
/// # Errors
/// Those of [`image::find`]; `INVALID_PARAMETER` for flags or a list that contradict themselves;
/// `NOT_SUPPORTED` for a debugger; `NOT_A_DIRECTORY` (267) for the folder; `NAME_TOO_LONG` (206)
/// for a command line or an environment that is too long; `INSUFFICIENT_RESOURCES`.
pub fn create(request: Request) -> Result<Created> {
    let flags = request.flags;
    if flags & DEBUG != 0 {
        return Err(Status::NOT_SUPPORTED);
    }
    if flags & DETACHED != 0 && flags & NEW_CONSOLE != 0 {
        return Err(Status::INVALID_PARAMETER);
    }
    let line = request.command_line.as_deref();
    if line.is_some_and(|line| line.encode_utf16().count() >= LONGEST_LINE) {
        return Err(Status::NAME_TOO_LONG);
    }
    let found = image::find(request.application.as_deref(), line)?;
    let directory = request.directory.as_deref().map(folder).transpose()?;
    let parcels = parcels(&request)?;
    let streams = streams(&request.standard, &parcels)?;
    let mut startup = request.startup;
    if let Standard::Given(values) = request.standard {
        // A handle has 31 bits; what is none stays none.
        startup.standard = Some(values.map(|value| value as u32));
    }
    let record = Record::new()?;
    let start = Start { command_line: found.line, startup };
    let variable = start::write(&record, &start, &parcels)?;
    let mut environment = request.environment.unwrap_or_else(own_environment);
    environment.retain(|variable| !start::is_ours(variable));
    environment.push(variable.into_bytes());
    let fd = |owned: &OwnedFd| owned.as_raw_fd();
    let block = record.file().as_raw_fd();
    let descriptors = parcels.iter().flat_map(|parcel| &parcel.descriptors);
    let mut kept: Vec<i32> = descriptors.map(fd).chain([block]).collect();
    kept.sort_unstable();
    let words = command_line::split(&start.command_line).into_iter().map(String::into_bytes);
    let program = Program {
        image: string(found.path.as_os_str().as_bytes().to_vec())?,
        arguments: words.map(string).collect::<Result<_>>()?,
        environment: environment.into_iter().map(string).collect::<Result<_>>()?,
        directory,
        standard: [fd(&streams[0]), fd(&streams[1]), fd(&streams[2])],
        kept,
        block,
        group: group(flags),
        nice: CLASSES.iter().find(|(class, _)| flags & class != 0).map(|(_, nice)| *nice),
    };
    // Who is started may ask.
    exchange::serve();
    let launched = launch(program, flags & SUSPENDED != 0).map_err(failure)?;
    let process = Process::of_child(launched, record)?;
    let id = process.id();
    let opened = Opened { process: process.clone(), access: ALL_ACCESS };
    let handle = handle::create(Body::Process(opened));
    let thread = handle::create(Body::PrimaryThread(process.clone()));
    match (handle, thread) {
        (Ok(process), Ok(thread)) => Ok(Created { process, thread, id }),
        (process_handle, thread) => {
            for made in [process_handle, thread].into_iter().flatten() {
                let _closed = handle::close(made as usize);
            }
            let _ended = process.terminate(1);
            Err(Status::INSUFFICIENT_RESOURCES)
        }
    }
}

fn string(bytes: Vec<u8>) -> Result<CString> {
    CString::new(bytes).map_err(|_| Status::INVALID_PARAMETER)
}

fn failure(error: Errno) -> Status {
    match error {
        Errno::NOEXEC | Errno::LIBBAD => Status::INVALID_IMAGE_FORMAT,
        Errno::TOOBIG => Status::NAME_TOO_LONG,
        Errno::AGAIN => Status::INSUFFICIENT_RESOURCES,
        other => general(other),
    }
}

fn group(flags: u32) -> Group {
    if flags & (DETACHED | NEW_CONSOLE | NO_WINDOW) != 0 {
        Group::Session
    } else if flags & NEW_GROUP != 0 {
        Group::New
    } else {
        Group::Same
    }
}

fn folder(name: &str) -> Result<CString> {
    let path = path::resolve(name).map_err(|_| Status::NOT_A_DIRECTORY)?.path;
    if !Path::is_dir(&path) {
        return Err(Status::NOT_A_DIRECTORY);
    }
    string(path.into_os_string().as_bytes().to_vec())
}

fn own_environment() -> Vec<Vec<u8>> {
    let whole = |(mut name, value): (OsString, OsString)| {
        name.push("=");
        name.push(value);
        name.as_bytes().to_vec()
    };
    std::env::vars_os().map(whole).collect()
}

/// The handles that go along: all that may, or those of the list, each of which must.
fn parcels(request: &Request) -> Result<Vec<Parcel>> {
    let values = match &request.listed {
        _ if !request.inherit => return Ok(Vec::new()),
        None => handle::all(),
        Some(list) => {
            let mut values = Vec::new();
            for &listed in list {
                let value = u32::try_from(listed).map_err(|_| Status::INVALID_PARAMETER)? & !3;
                let flags = handle::flags(listed).map_err(|_| Status::INVALID_PARAMETER)?;
                if flags & INHERIT == 0 || values.contains(&value) {
                    return Err(Status::INVALID_PARAMETER);
                }
                values.push(value);
            }
            values
        }
    };
    let mut parcels = Vec::new();
    for value in values {
        // A handle that is closed meanwhile does not go.
        let (Ok(object), Ok(flags)) =
            (handle::lookup(value as usize), handle::flags(value as usize))
        else {
            continue;
        };
        if flags & INHERIT == 0 {
            continue;
        }
        let access = object.access();
        let object = object.to_arc();
        if let Some(mut parcel) = inherit::pack(value, &object)? {
            let is_standard = match request.standard {
                Standard::Given(values) => values.iter().any(|given| given & !3 == value as usize),
                Standard::Same(_) => false,
            };
            if is_standard || request.listed.is_some() {
                given::begin_reading(&object);
            }
            (parcel.flags, parcel.access) = (flags, access);
            parcels.push(parcel);
        }
    }
    Ok(parcels)
}

/// What the child has as 0, 1 and 2.
fn streams(standard: &Standard, parcels: &[Parcel]) -> Result<[OwnedFd; 3]> {
    let nothing = || {
        let null = open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
        null.map_err(general).and_then(|null| inherit::copy(rustix::fd::AsFd::as_fd(&null)))
    };
    let stream = |which: usize| match standard {
        Standard::Same(handles) => match handles[which] {
            Some(value) => {
                let object = handle::lookup(value).ok().map(|object| object.to_arc());
                let parcel = object.as_ref().map(|object| inherit::pack(0, object));
                let parcel = parcel.transpose()?.flatten();
                if let Some(object) = object {
                    given::begin_reading(&object);
                }
                parcel
                    .and_then(|parcel| parcel.descriptors.into_iter().next())
                    .map_or_else(nothing, Ok)
            }
            None => match inherit::copy(crate::fs::standard::descriptor(which)) {
                Ok(fd) => Ok(fd),
                // The parent was started without.
                Err(_) => nothing(),
            },
        },
        Standard::Given(values) => {
            let value = values[which] & !3;
            let parcel = parcels.iter().find(|parcel| parcel.value as usize == value);
            let fd = parcel.and_then(|parcel| parcel.descriptors.first());
            fd.map_or_else(nothing, |fd| inherit::copy(rustix::fd::AsFd::as_fd(fd)))
        }
    };
    Ok([stream(0)?, stream(1)?, stream(2)?])
}
