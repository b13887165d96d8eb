//! Named objects that the processes of one user share on one machine.
//!
//! What a shared state means is [`crate::ke::shared`]'s business; here is where it lies, and how
//! processes hear of each other.  There is no server: everything is in two kinds of files of
//! [`crate::sys::runtime_directory`], and every fact about who lives is a lock of the kernel's, so
//! that a process that is killed is gone for everybody at once.
//!
//! ```text
//!   process/table   1024 slots: doorbell, generation, id ...     each process locks its slot's
//!                                                               byte
//!   object/NAME     a page: kind, state, who waits (a bit for   each process that has handles
//!                   each slot); a section's memory behind it    shares the lock of byte USERS
//! ```
//!
//! * [`name_file`]: the file of a name.  It is looked at, made and removed under a lock of its own
//!   (the gate).  If nobody has the lock of USERS, what stands in it is the remains of the dead:
//!   the name is free.
//! * [`process`]: the table.  A slot's number with its generation is a [`ProcessNumber`].
//! * [`page`]: the layout of an object's page, as [`crate::ke::shared::Place`].
//! * [`deaths`]: the worker listens to the processes that have what is waited for here.
//! * [`doorbell`]: one lazy thread that sleeps on its process's doorbell, a futex, and lets the
//!   waiters look again when it rings.
//!
//! An object without a name is its process's alone until it is inherited or duplicated; then it
//! gets a page in a memory file, which goes to the other process ([`unnamed`]).
//!
//! Nothing that is read from a page is believed: indices are masked, counts limited, and a page of
//! another version or kind is refused.
//!
//! When the directory cannot be had at all (as in a read-only container), no process of this user
//! can have it, and names lead to objects within the process only.
//!
//! [`ProcessNumber`]: crate::ke::shared::ProcessNumber

mod deaths;
mod doorbell;
mod name_file;
mod page;
mod process;
mod section;
mod unnamed;

use super::object::{Body, Object, Reference};
use crate::fs::error::general;
use crate::ke::dispatcher::{Dispatcher, Kind};
use crate::ke::mutant::Mutant;
use crate::ke::shared::Shared;
use crate::ke::thread;
use crate::ke::timer::Timer;
use crate::mm::section::Section;
use crate::status::{Result, Status};
use crate::sys::range_lock::{self, Hold, Span};
use crate::sys::shared_memory::SharedMemory;
pub(super) use name_file::NameFile;
use page::{Page, Sort};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{MemfdFlags, memfd_create};
use std::sync::Arc;

/// What a `Create` makes if the name is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// An event.
    Event {
        /// It stays set until it is reset.
        manual_reset: bool,
        /// It is set from the beginning.
        set: bool,
    },
    /// A semaphore; the count is at most the limit.
    Semaphore {
        /// The count at the beginning.
        count: u32,
        /// The largest count.
        limit: u32,
    },
    /// A mutex.
    Mutant {
        /// The calling thread owns it from the beginning.
        owned: bool,
    },
    /// A waitable timer that is not set.
    Timer {
        /// It stays signalled until it is set again.
        manual_reset: bool,
    },
}

impl Template {
    /// True when an existing object is of this type.
    pub fn is_type_of(&self, object: &Object) -> bool {
        match self {
            Template::Event { .. } => object.event().is_ok(),
            Template::Semaphore { .. } => object.semaphore().is_ok(),
            Template::Mutant { .. } => object.mutant().is_ok(),
            Template::Timer { .. } => object.timer().is_ok(),
        }
    }

    /// The body of an object of this process alone.
    pub fn body(&self) -> Body {
        match *self {
            Template::Event { manual_reset, set } => {
                Body::Event(Dispatcher::new(event_kind(manual_reset), u32::from(set)))
            }
            Template::Semaphore { count, limit } => {
                Body::Semaphore(Dispatcher::new(Kind::Semaphore { limit }, count))
            }
            Template::Timer { manual_reset } => Body::Timer(Timer::new(manual_reset)),
            Template::Mutant { owned: false } => Body::Mutant(Mutant::new()),
            Template::Mutant { owned: true } => {
                Body::Mutant(thread::with_current(Mutant::new_owned))
            }
        }
    }
}

fn event_kind(manual_reset: bool) -> Kind {
    if manual_reset { Kind::Notification } else { Kind::Synchronization }
}

fn byte(number: u64) -> Span {
    Span { start: number.cast_signed(), length: 1 }
}

/// Locks a byte for this opening of a file.  False when another opening is in the way.
fn try_lock_byte(file: &OwnedFd, number: u64, hold: Hold) -> bool {
    range_lock::try_lock(file.as_fd(), byte(number), hold).is_ok()
}

/// True when another opening has the byte locked.
fn is_byte_locked(file: &OwnedFd, number: u64) -> bool {
    // Whoever cannot tell does not declare anybody dead.
    range_lock::is_held_elsewhere(file.as_fd(), byte(number), Hold::Exclusive).unwrap_or(true)
}

/// An object of a shared name, as this process has it.
pub(super) struct Entered {
    pub(super) object: Reference,
    /// Holds the name.  None when names lead nowhere but into this process.
    pub(super) file: Option<NameFile>,
    pub(super) existed: bool,
}

/// The object of this name in other processes, or a new one, which may be of another type than
/// asked for if it existed.
///
/// # Errors
/// `INSUFFICIENT_RESOURCES` when too many processes share names, `UNSUCCESSFUL` when what the file
/// has is no object of ours, `DISK_FULL` and others of the file system.
pub(super) fn create(name: &str, template: &Template) -> Result<Entered> {
    let Some(directory) = name_file::directory() else {
        let object = Object::new(template.body());
        return Ok(Entered { object, file: None, existed: false });
    };
    let table = process::table()?;
    let (file, memory, existed) = name_file::create(directory, name, |memory, _| {
        page::begin(memory, table, template);
        Ok(())
    })?;
    let object = match existed {
        true => object(memory, file.file())?,
        false => new_object(memory, file.file(), template)?,
    };
    Ok(Entered { object, file: Some(file), existed })
}

/// As [`create`], for a section, which is used only if there is no object of this name.
///
/// # Errors
/// As for [`create`], `COMMITMENT_LIMIT` without room for its memory.
pub(super) fn create_section(name: &str, section: Section) -> Result<Entered> {
    let local = |section| Object::new(Body::Section(Arc::new(section)));
    let Some(directory) = name_file::directory() else {
        return Ok(Entered { object: local(section), file: None, existed: false });
    };
    let (file, memory, existed) =
        name_file::create(directory, name, |memory, file| section::begin(memory, file, &section))?;
    // A file's own section holds on to the file as it was opened.
    let object = match !existed && section.file().is_some() {
        true => local(section),
        false => object(memory, file.file())?,
    };
    Ok(Entered { object, file: Some(file), existed })
}

/// The object of this name in other processes.
///
/// # Errors
/// `OBJECT_NAME_NOT_FOUND`, and those of [`create`].
pub(super) fn open(name: &str) -> Result<Entered> {
    let directory = name_file::directory().ok_or(Status::OBJECT_NAME_NOT_FOUND)?;
    let (file, memory) = name_file::open(directory, name)?;
    let object = object(memory, file.file())?;
    Ok(Entered { object, file: Some(file), existed: true })
}

/// Lets other processes use an object without a name that was this process's alone.
///
/// # Errors
/// As for [`create`]; `NOT_SUPPORTED` for what is no event, semaphore or mutex.
pub(super) fn share(object: &Reference) -> Result<()> {
    let template = match (object.body(), object.dispatcher().kind()) {
        (Body::Event(_), kind) => {
            Template::Event { manual_reset: matches!(kind, Kind::Notification), set: false }
        }
        (Body::Semaphore(_), &Kind::Semaphore { limit }) => Template::Semaphore { count: 0, limit },
        (Body::Mutant(_), _) => Template::Mutant { owned: false },
        _ => return Err(Status::NOT_SUPPORTED),
    };
    let table = process::table()?;
    let file = memfd_create("lapwing-object", MemfdFlags::CLOEXEC).map_err(general)?;
    let memory = SharedMemory::map(file.as_fd(), page::LENGTH)?;
    page::begin(&memory, table, &template);
    let shared = Shared::new(Box::new(Page::new(memory, table)));
    if object.dispatcher().share(shared) {
        unnamed::keep(object, file);
        doorbell::register(object);
    }
    Ok(())
}

/// What a child needs to have this object too, if it is shared: another opening of its file.
///
/// # Errors
/// `TOO_MANY_OPENED_FILES`.
pub(super) fn reopen(object: &Object, file: Option<&NameFile>) -> Result<Option<OwnedFd>> {
    match file {
        Some(file) => file.reopen().map(Some),
        None => unnamed::copy(object),
    }
}

/// The object of a file that the parent has given, under the name that it has there.
///
/// # Errors
/// Those of [`create`].
pub(super) fn adopt(name: Option<&str>, file: OwnedFd) -> Result<Entered> {
    if name.is_none()
        && let Some(object) = unnamed::find(&file)
    {
        return Ok(Entered { object, file: None, existed: true });
    }
    let object = object(SharedMemory::map(file.as_fd(), page::LENGTH)?, &file)?;
    let file = match (name, name_file::directory()) {
        (Some(name), Some(directory)) => Some(NameFile::of_parent(directory, name, file)),
        _ => {
            unnamed::keep(&object, file);
            None
        }
    };
    Ok(Entered { object, file, existed: true })
}

/// The object of a page in a file, whatever it says that it is.
fn object(memory: SharedMemory, file: &OwnedFd) -> Result<Reference> {
    let sort = page::sort(&memory)?;
    if sort == Sort::Section {
        let section = section::of_page(&memory, file)?;
        return Ok(Object::new(Body::Section(Arc::new(section))));
    }
    let page = Box::new(Page::new(memory, process::table()?));
    let shared = match sort {
        Sort::Timer { .. } => Shared::new_timer(page),
        _ => Shared::new(page),
    };
    let body = match sort {
        Sort::Event { manual_reset } => {
            Body::Event(Dispatcher::new_shared(event_kind(manual_reset), shared))
        }
        Sort::Semaphore { limit } => {
            Body::Semaphore(Dispatcher::new_shared(Kind::Semaphore { limit }, shared))
        }
        Sort::Timer { manual_reset } => Body::Timer(Timer::new_shared(manual_reset, shared)),
        Sort::Mutant | Sort::Section => Body::Mutant(Mutant::new_shared(shared)),
    };
    let object = Object::new(body);
    doorbell::register(&object);
    Ok(object)
}

/// The object of a page that was begun as this.
fn new_object(memory: SharedMemory, file: &OwnedFd, template: &Template) -> Result<Reference> {
    let object = object(memory, file)?;
    if *template == (Template::Mutant { owned: true }) {
        // It has been reserved for this process, in which nobody else knows it yet.
        let mutant = object.mutant()?;
        thread::with_current(|thread| mutant.take(thread));
    }
    Ok(object)
}
