//! The object: what a handle names.
//!
//! An object lives as long as anything refers to it: handles, waits, pending requests.  How many
//! *handles* it has is counted beside that, because closing the last one means something: the name
//! goes, a file's requests are cancelled, a port's waiters are told.
//!
//! The set of waitable things is closed by Windows, so the body is an enum.

use super::access::{ALL, SECTION_ALL};
#[cfg(not(any(loom, shuttle)))]
use crate::io::{file::File, port::Port};
use crate::ke::dispatcher::{Dispatcher, Waitable};
#[cfg(not(any(loom, shuttle)))]
use crate::ke::keyed_event::KeyedEvent;
use crate::ke::mutant::Mutant;
use crate::ke::thread::Thread;
use crate::ke::timer::Timer;
#[cfg(not(any(loom, shuttle)))]
use crate::mm::section::Section;
#[cfg(not(any(loom, shuttle)))]
use crate::ps::process::{ALL_ACCESS, Opened, Process};
use crate::status::{Result, Status};
use core::sync::atomic::{AtomicU32, Ordering};
use once_cell::race::OnceBox;
#[cfg(not(any(loom, shuttle)))]
use std::sync::OnceLock;
use std::sync::{Arc, Weak};

/// Keeps an object alive.
pub type Reference = Arc<Object>;

/// What kind of object it is, and its state.
pub enum Body {
    /// An event; its dispatcher's kind says whether it resets itself.
    Event(Dispatcher),
    /// A semaphore.
    Semaphore(Dispatcher),
    /// A mutex.
    Mutant(Arc<Mutant>),
    /// A waitable timer.
    Timer(Arc<Timer>),
    /// A thread, signalled when it has ended.
    Thread(Arc<Thread>),
    /// A place where threads meet.
    #[cfg(not(any(loom, shuttle)))]
    KeyedEvent(Box<KeyedEvent>),
    /// A section: memory that can be mapped.
    #[cfg(not(any(loom, shuttle)))]
    Section(Arc<Section>),
    /// A process, signalled when it has ended.
    #[cfg(not(any(loom, shuttle)))]
    Process(Opened),
    /// The first thread of another process, which ends with it.
    #[cfg(not(any(loom, shuttle)))]
    PrimaryThread(Arc<Process>),
    /// A completion port, signalled while packets are queued.
    #[cfg(not(any(loom, shuttle)))]
    Port(Arc<Port>),
    /// An open file or socket, signalled when a request without an event has completed.
    #[cfg(not(any(loom, shuttle)))]
    File(File),
}

/// Anything that a handle can name.
pub struct Object {
    name: OnceBox<Box<str>>,
    handle_count: AtomicU32,
    body: Body,
}

// Events are many, and connections.
#[cfg(not(any(loom, shuttle)))]
const _: () = assert!(size_of::<Object>() <= 72);

impl Object {
    /// An object without a name and without a handle.
    pub fn new(body: Body) -> Reference {
        Arc::new(Object { name: OnceBox::new(), handle_count: AtomicU32::new(0), body })
    }

    /// The body.
    #[inline]
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// What waits use.
    #[inline]
    pub fn dispatcher(&self) -> &Dispatcher {
        match &self.body {
            Body::Event(dispatcher) | Body::Semaphore(dispatcher) => dispatcher,
            _ => self.other_dispatcher(),
        }
    }

    fn other_dispatcher(&self) -> &Dispatcher {
        match &self.body {
            Body::Event(dispatcher) | Body::Semaphore(dispatcher) => dispatcher,
            Body::Mutant(mutant) => mutant.dispatcher(),
            Body::Timer(timer) => timer.dispatcher(),
            Body::Thread(thread) => thread.dispatcher(),
            #[cfg(not(any(loom, shuttle)))]
            Body::Process(opened) => opened.process.signal_to_wait_for(),
            #[cfg(not(any(loom, shuttle)))]
            Body::PrimaryThread(process) => process.thread_signal_to_wait_for(),
            #[cfg(not(any(loom, shuttle)))]
            Body::KeyedEvent(event) => event.dispatcher(),
            #[cfg(not(any(loom, shuttle)))]
            Body::Section(section) => section.dispatcher(),
            #[cfg(not(any(loom, shuttle)))]
            Body::Port(port) => port.signal(),
            #[cfg(not(any(loom, shuttle)))]
            Body::File(file) => file.signal_to_wait_for(),
        }
    }

    /// The rights of a handle to the object when nobody asked for fewer.
    pub fn access(&self) -> u32 {
        match &self.body {
            #[cfg(not(any(loom, shuttle)))]
            Body::Process(opened) => opened.access,
            #[cfg(not(any(loom, shuttle)))]
            Body::Section(_) => SECTION_ALL,
            _ => ALL,
        }
    }

    /// The event.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    #[inline]
    pub fn event(&self) -> Result<&Dispatcher> {
        match &self.body {
            Body::Event(dispatcher) => Ok(dispatcher),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The semaphore.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    pub fn semaphore(&self) -> Result<&Dispatcher> {
        match &self.body {
            Body::Semaphore(dispatcher) => Ok(dispatcher),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The mutex.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    pub fn mutant(&self) -> Result<&Arc<Mutant>> {
        match &self.body {
            Body::Mutant(mutant) => Ok(mutant),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The timer.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    pub fn timer(&self) -> Result<&Arc<Timer>> {
        match &self.body {
            Body::Timer(timer) => Ok(timer),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The keyed event.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    #[cfg(not(any(loom, shuttle)))]
    pub fn keyed_event(&self) -> Result<&KeyedEvent> {
        match &self.body {
            Body::KeyedEvent(event) => Ok(event),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The section.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    #[cfg(not(any(loom, shuttle)))]
    pub fn section(&self) -> Result<&Arc<Section>> {
        match &self.body {
            Body::Section(section) => Ok(section),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The thread.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    pub fn thread(&self) -> Result<&Arc<Thread>> {
        match &self.body {
            Body::Thread(thread) => Ok(thread),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The process.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    #[cfg(not(any(loom, shuttle)))]
    pub fn process(&self) -> Result<&Opened> {
        match &self.body {
            Body::Process(opened) => Ok(opened),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The port.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    #[cfg(not(any(loom, shuttle)))]
    #[inline]
    pub fn port(&self) -> Result<&Arc<Port>> {
        match &self.body {
            Body::Port(port) => Ok(port),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The file.
    ///
    /// # Errors
    /// `OBJECT_TYPE_MISMATCH` for any other object.
    #[cfg(not(any(loom, shuttle)))]
    #[inline]
    pub fn file(&self) -> Result<&File> {
        match &self.body {
            Body::File(file) => Ok(file),
            _ => Err(Status::OBJECT_TYPE_MISMATCH),
        }
    }

    /// The object's name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.get().map(|name| &**name)
    }

    /// Names the object, once.
    pub(super) fn set_name(&self, name: &str) {
        let first = self.name.set(Box::new(name.into()));
        debug_assert!(first.is_ok(), "an object is named once");
    }

    /// How many handles name the object.
    pub fn handle_count(&self) -> u32 {
        self.handle_count.load(Ordering::Relaxed)
    }

    /// One handle more.
    pub(super) fn add_handle(&self) {
        self.handle_count.fetch_add(1, Ordering::Relaxed);
    }

    /// One handle less; true when it was the last.
    pub(super) fn remove_handle(&self) -> bool {
        self.handle_count.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// What closing the last handle means for this kind of object.
    pub(super) fn cleanup(&self) {
        match &self.body {
            // Their users keep them as long as they need them.
            Body::Event(_)
            | Body::Semaphore(_)
            | Body::Mutant(_)
            | Body::Timer(_)
            | Body::Thread(_) => {}
            #[cfg(not(any(loom, shuttle)))]
            Body::KeyedEvent(_) | Body::Section(_) | Body::Process(_) | Body::PrimaryThread(_) => {}
            #[cfg(not(any(loom, shuttle)))]
            Body::Port(port) => port.close(),
            #[cfg(not(any(loom, shuttle)))]
            Body::File(file) => file.cleanup(),
        }
    }

    /// The flags ([`super::handle::INHERIT`]) that a new handle to the object has.
    pub(super) fn default_handle_flags(&self) -> u32 {
        match &self.body {
            Body::Event(_)
            | Body::Semaphore(_)
            | Body::Mutant(_)
            | Body::Timer(_)
            | Body::Thread(_) => 0,
            #[cfg(not(any(loom, shuttle)))]
            Body::Port(_)
            | Body::KeyedEvent(_)
            | Body::Section(_)
            | Body::Process(_)
            | Body::PrimaryThread(_) => 0,
            #[cfg(not(any(loom, shuttle)))]
            Body::File(file) if file.is_inheritable() => super::handle::INHERIT,
            #[cfg(not(any(loom, shuttle)))]
            Body::File(_) => 0,
        }
    }
}

impl Waitable for Object {
    fn dispatcher(&self) -> &Dispatcher {
        Object::dispatcher(self)
    }
}

/// The object of a thread: one for all its handles, as long as one of them is open.
pub fn of_thread(thread: &Arc<Thread>) -> Reference {
    let mut known = thread.object().lock();
    known.upgrade().unwrap_or_else(|| {
        let object = Object::new(Body::Thread(thread.clone()));
        *known = Arc::downgrade(&object);
        object
    })
}

/// The object of this process.
#[cfg(not(any(loom, shuttle)))]
pub fn current_process() -> Reference {
    static PROCESS: OnceLock<Reference> = OnceLock::new();
    let opened = || Opened { process: Process::own().clone(), access: ALL_ACCESS };
    PROCESS.get_or_init(|| Object::new(Body::Process(opened()))).clone()
}

/// What a thread knows of its object.
pub type ThreadObject = Weak<Object>;
