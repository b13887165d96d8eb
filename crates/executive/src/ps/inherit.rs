//! Which objects go to another process, and as what: to a child that inherits them under the same
//! values ([`super::start`]), or to any process ([`super::exchange`]).
//!
//! What travels is what the kernel can share: an open file with its position, a pipe's end, a
//! socket with what is common to its handles, a process, a section, a timer with a name, and
//! events, mutexes and semaphores, which from then on have their state in memory that both have.  A
//! connected end of a named pipe stays, and the other process has a socket ([`given`]).  [`pack`]
//! has an arm for each, and [`unpack`] makes the other's object.
//!
//! What does not travel: timers without a name, threads, ports, directory watches.  They live in
//! their process's memory; the child's handle is not valid, and a use of it answers 6.

use super::process::{Opened, Process};
use super::record::Record;
use super::start::{self, Reader, Writer};
use crate::afd::duplicate;
use crate::fs::disk_file::{DiskFile, Told};
use crate::fs::error::general;
use crate::fs::information;
use crate::io::file::{Device, File};
use crate::mm::section::{Rights, Section};
use crate::npfs::anonymous::AnonymousPipe;
use crate::npfs::given;
use crate::ob::access::ALL;
use crate::ob::name;
use crate::ob::object::{Body, Object, Reference};
use crate::status::{Result, Status};
use rustix::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use rustix::io::fcntl_dupfd_cloexec;
use rustix::process::{PidfdFlags, getpid, pidfd_open};
use std::sync::Arc;

/// Copies stay behind the three that a program begins with.
const FIRST: RawFd = 3;

/// What sort of object travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A process.
    Process,
    /// A file on a disk, or what else is read and written as one.
    Disk,
    /// An end of a pipe.
    Pipe,
    /// A socket.
    Socket,
    /// An event, a mutex, a semaphore, a section that has a name.
    Shared,
    /// A section without a name.
    Section,
}

const SORTS: [Sort; 6] =
    [Sort::Process, Sort::Disk, Sort::Pipe, Sort::Socket, Sort::Shared, Sort::Section];
/// The first number of a file: its handle is overlapped.
const OVERLAPPED: u32 = 1;
/// Winsock gave the handle out.
const OF_WINSOCK: u32 = 2;

/// An object on its way, and the handle under which it is to be found.
pub struct Parcel {
    /// The handle.
    pub value: u32,
    /// Its flags.
    pub flags: u32,
    /// Its rights.
    pub access: u32,
    /// What it is.
    pub sort: Sort,
    /// What is to be known of it.
    pub numbers: Vec<u32>,
    /// Its descriptors, from 3 on.
    pub descriptors: Vec<OwnedFd>,
}

impl Parcel {
    fn new(value: u32, sort: Sort, numbers: Vec<u32>, descriptors: Vec<OwnedFd>) -> Self {
        Parcel { value, flags: 0, access: ALL, sort, numbers, descriptors }
    }

    /// Appends the parcel to what the child reads.
    pub fn write(&self, writer: &mut Writer) {
        let sort = SORTS.iter().position(|sort| *sort == self.sort).unwrap_or_default();
        writer.number(self.value);
        writer.number(self.flags);
        writer.number(self.access);
        writer.number(sort as u32);
        writer.number(self.numbers.len() as u32);
        self.numbers.iter().for_each(|number| writer.number(*number));
        writer.number(self.descriptors.len() as u32);
        // A descriptor is never negative.
        self.descriptors.iter().for_each(|fd| writer.number(fd.as_raw_fd() as u32));
    }

    /// The next parcel for this process; `take` gives the descriptor that had this number.
    pub fn read(
        reader: &mut Reader<'_>,
        take: &mut dyn FnMut(u32) -> Option<OwnedFd>,
    ) -> Option<Parcel> {
        let (value, flags, access) = (reader.number()?, reader.number()?, reader.number()?);
        let sort = *SORTS.get(reader.number()? as usize)?;
        let numbers: Option<Vec<u32>> = (0..reader.number()?).map(|_| reader.number()).collect();
        let count = reader.number()?;
        let descriptor = |_| take(reader.number()?);
        let descriptors: Option<Vec<OwnedFd>> = (0..count).map(descriptor).collect();
        Some(Parcel { value, flags, access, sort, numbers: numbers?, descriptors: descriptors? })
    }
}

/// Another descriptor for the same, for a parcel.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`.
pub fn copy(fd: BorrowedFd<'_>) -> Result<OwnedFd> {
    fcntl_dupfd_cloexec(fd, FIRST).map_err(general)
}

/// What of an object, which has this handle, goes to a child; None when it stays.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`.
pub fn pack(value: u32, object: &Reference) -> Result<Option<Parcel>> {
    match object.body() {
        Body::Process(opened) => pack_process(value, opened).map(Some),
        Body::File(file) => pack_file(value, object, file),
        Body::Event(_) | Body::Mutant(_) | Body::Semaphore(_) => {
            Ok(name::share(object)?.map(|file| pack_shared(value, object, file)))
        }
        Body::Timer(_) => Ok(name::reopen(object)?.map(|file| pack_shared(value, object, file))),
        Body::Section(section) => match name::reopen(object)? {
            None => pack_section(value, section).map(Some),
            Some(file) => Ok(Some(pack_shared(value, object, file))),
        },
        _ => Ok(None),
    }
}

/// The object of a parcel.
///
/// # Errors
/// `INVALID_PARAMETER` for one that is not as it was packed, and those of its making.
pub fn unpack(parcel: Parcel) -> Result<Reference> {
    let body = match parcel.sort {
        Sort::Shared => return unpack_shared(parcel),
        Sort::Process => unpack_process(parcel)?,
        Sort::Section => unpack_section(parcel)?,
        Sort::Disk => unpack_disk(parcel)?,
        Sort::Pipe => unpack_pipe(parcel)?,
        Sort::Socket => unpack_socket(parcel)?,
    };
    Ok(Object::new(body))
}

fn pack_shared(value: u32, object: &Object, file: OwnedFd) -> Parcel {
    let name = object.name().unwrap_or_default().bytes().map(u32::from).collect();
    Parcel::new(value, Sort::Shared, name, vec![file])
}

fn unpack_shared(parcel: Parcel) -> Result<Reference> {
    let bytes: Vec<u8> = parcel.numbers.iter().map(|&number| number as u8).collect();
    let name = String::from_utf8(bytes).map_err(|_| Status::INVALID_PARAMETER)?;
    let file = parcel.descriptors.into_iter().next().ok_or(Status::INVALID_PARAMETER)?;
    name::adopt((!name.is_empty()).then_some(&name), file)
}

fn pack_section(value: u32, section: &Section) -> Result<Parcel> {
    let (rights, size) = (section.rights(), section.size());
    let is_file = section.file().is_some();
    let numbers = vec![
        u32::from(rights.write) | u32::from(rights.execute) << 1 | u32::from(is_file) << 2,
        size as u32,
        (size >> 32) as u32,
    ];
    Ok(Parcel::new(value, Sort::Section, numbers, vec![copy(section.memory())?]))
}

fn unpack_section(parcel: Parcel) -> Result<Body> {
    let (memory, bits, told) = open(parcel)?;
    let [low, high] = told[..] else { return Err(Status::INVALID_PARAMETER) };
    let size = u64::from(high) << 32 | u64::from(low);
    let rights = Rights { write: bits & 1 != 0, execute: bits & 2 != 0 };
    let identity = information::of_file(memory.as_fd())?.identity;
    let file = (bits & 4 != 0).then_some(identity);
    Ok(Body::Section(Arc::new(Section::of_another(memory, 0, size, rights, file))))
}

fn pack_process(value: u32, opened: &Opened) -> Result<Parcel> {
    let process = &opened.process;
    let mut descriptors = Vec::new();
    match process.descriptors() {
        Some((pidfd, record)) => {
            descriptors.push(copy(pidfd)?);
            descriptors.extend(record.map(copy).transpose()?);
        }
        // This process, which to the child is another.
        None => {
            descriptors.push(pidfd_open(getpid(), PidfdFlags::empty()).map_err(general)?);
            let record = start::own_record().map(|record| copy(record.file()));
            descriptors.extend(record.transpose()?);
        }
    }
    Ok(Parcel::new(value, Sort::Process, vec![process.id(), opened.access], descriptors))
}

fn unpack_process(parcel: Parcel) -> Result<Body> {
    let mut descriptors = parcel.descriptors.into_iter();
    let (&[id, access], Some(pidfd)) = (&parcel.numbers[..], descriptors.next()) else {
        return Err(Status::INVALID_PARAMETER);
    };
    if id == std::process::id() {
        return Ok(Body::Process(Opened { process: Process::own().clone(), access }));
    }
    let record = descriptors.next().map(Record::of_file).transpose()?;
    Ok(Body::Process(Opened { process: Process::of_pidfd(id, pidfd, record)?, access }))
}

fn pack_file(value: u32, object: &Reference, file: &File) -> Result<Option<Parcel>> {
    let overlapped = if file.is_overlapped() { OVERLAPPED } else { 0 };
    Ok(match file.device() {
        Device::Disk(disk) => {
            let numbers = [overlapped].into_iter().chain(disk.tell()).collect();
            Some(Parcel::new(value, Sort::Disk, numbers, vec![copy(disk.descriptor()?.as_fd())?]))
        }
        Device::AnonymousPipe(end) => {
            let numbers = vec![overlapped, end.access()];
            Some(Parcel::new(value, Sort::Pipe, numbers, vec![copy(end.fd())?]))
        }
        // The other process reads and writes a socket, as if it were an anonymous pipe.
        Device::Pipe(end) => given::give(object)?
            .map(|fd| Parcel::new(value, Sort::Pipe, vec![overlapped, end.access()], vec![fd])),
        Device::Socket(socket) => {
            let is_known = file.is_socket_value(value as usize);
            let first = overlapped | if is_known { OF_WINSOCK } else { 0 };
            let told = duplicate::tell(socket, file.is_overlapped());
            let numbers = [first].into_iter().chain(told).collect();
            Some(Parcel::new(value, Sort::Socket, numbers, vec![copy(socket.fd())?]))
        }
        // What waits in this process's memory stays with it.
        _ => None,
    })
}

/// The only descriptor, what is in the first number, and the others.
fn open(parcel: Parcel) -> Result<(OwnedFd, u32, Vec<u32>)> {
    let mut numbers = parcel.numbers;
    match parcel.descriptors.into_iter().next() {
        Some(fd) if !numbers.is_empty() => Ok((fd, numbers.remove(0), numbers)),
        _ => Err(Status::INVALID_PARAMETER),
    }
}

fn unpack_disk(parcel: Parcel) -> Result<Body> {
    let (fd, first, told) = open(parcel)?;
    let told: Told = told.try_into().map_err(|_| Status::INVALID_PARAMETER)?;
    let disk = DiskFile::of_parent(fd, told).ok_or(Status::INVALID_PARAMETER)?;
    Ok(Body::File(File::new(Device::Disk(disk), first & OVERLAPPED != 0)))
}

fn unpack_pipe(parcel: Parcel) -> Result<Body> {
    let (fd, _, told) = open(parcel)?;
    let &[access] = &told[..] else { return Err(Status::INVALID_PARAMETER) };
    let end = AnonymousPipe::new(fd, access);
    Ok(Body::File(File::new(Device::AnonymousPipe(end), false)))
}

fn unpack_socket(parcel: Parcel) -> Result<Body> {
    let value = parcel.value;
    let (fd, first, told) = open(parcel)?;
    let told = told.try_into().map_err(|_| Status::INVALID_PARAMETER)?;
    let (socket, overlapped) = duplicate::listen_to(fd, &told);
    let file = File::new(Device::Socket(socket), overlapped);
    if first & OF_WINSOCK != 0 {
        file.set_socket_value(value);
    }
    Ok(Body::File(file))
}
