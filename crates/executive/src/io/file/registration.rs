//! Where a file's readiness is reported: at its port, at the worker, or where its poller listens.

use super::{Binding, File};
use crate::engine::Registration;
use crate::engine::epoll::EpollSet;
use crate::io::port::Port;
use crate::io::worker;
use crate::ob::object::Object;
use crate::ob::table::Keep;
use crate::status::{Result, Status};
use crate::sync::Ordering;
use std::sync::Arc;

/// Where the descriptor is registered.
pub(super) struct Registered {
    registration: Registration,
    /// At the worker, if not at a port.
    pub(super) port: Option<Arc<Port>>,
    writes: bool,
}

impl Registered {
    fn set(&self) -> &EpollSet {
        set_of(self.port.as_ref())
    }
}

fn set_of(port: Option<&Arc<Port>>) -> &EpollSet {
    port.map_or_else(|| worker::get().unbound().set(), |port| port.set())
}

impl File {
    /// The descriptor's events go to the port's waiters, or to the worker, from now on; what is
    /// ready is reported anew.
    pub(super) fn move_to(&self, known: &mut Registered, port: Option<Arc<Port>>) -> Result<()> {
        // First the new place: if it has no room, the old one goes on listening.
        let fd = self.descriptor()?;
        set_of(port.as_ref()).add(fd, known.registration, known.writes)?;
        known.set().remove(fd);
        if port.is_none() {
            worker::get().unbound().watch();
        }
        known.port = port;
        self.open.is_guest.store(false, Ordering::Release);
        Ok(())
    }

    /// True when readiness is reported, so that a call which would block need not be made.
    #[inline]
    pub fn is_registered(&self) -> bool {
        self.open.is_registered.load(Ordering::Acquire)
    }

    /// Makes sure that readiness is reported from now on; if the descriptor is ready already, at
    /// once.  `writes` asks for room to send too.
    #[inline]
    pub fn register(&self, object: &impl Keep<Object>, writes: bool) -> Result<()> {
        if self.is_registered() && !writes {
            return Ok(());
        }
        self.register_at(object, writes, None)
    }

    /// As [`File::register`], for who polls a file and has another with this port: if nobody has
    /// chosen the place yet, that port's waiters hear of it.
    pub fn register_polled(
        &self,
        object: &impl Keep<Object>,
        guest_of: Option<&Binding>,
    ) -> Result<()> {
        self.register_at(object, true, guest_of)
    }

    fn register_at(
        &self,
        object: &impl Keep<Object>,
        writes: bool,
        guest_of: Option<&Binding>,
    ) -> Result<()> {
        if self.is_registered() && !writes {
            return Ok(());
        }
        let fd = self.descriptor()?;
        let mut registered = self.open.registered.lock();
        if let Some(known) = registered.as_mut() {
            if writes && !known.writes {
                known.set().modify(fd, known.registration, true)?;
                known.writes = true;
            }
            return Ok(());
        }
        let own = self.binding();
        let port = own.or(guest_of).map(|binding| binding.port.clone());
        let registration =
            Registration::new(object.keep()).ok_or(Status::INSUFFICIENT_RESOURCES)?;
        if let Err(status) = set_of(port.as_ref()).add(fd, registration, writes) {
            registration.withdraw();
            return Err(status);
        }
        if port.is_none() {
            worker::get().unbound().watch();
        }
        self.open.is_guest.store(own.is_none() && port.is_some(), Ordering::Release);
        *registered = Some(Registered { registration, port, writes });
        self.open.is_registered.store(true, Ordering::Release);
        Ok(())
    }

    /// Ends the registration, and with it the reference that keeps the object alive.
    pub fn unregister(&self) {
        let Some(known) = self.open.registered.lock().take() else { return };
        self.open.is_registered.store(false, Ordering::Release);
        let Ok(fd) = self.descriptor() else { return };
        known.set().remove(fd);
        known.registration.withdraw();
    }

    /// Something of this file is pending: if it will be waited for elsewhere than at the port, or
    /// nobody waits at the port, somebody must look after the port's events.
    #[inline]
    pub fn look_after(&self, has_event: bool) {
        if let Some(binding) = self.binding() {
            if has_event {
                binding.port.is_heard_elsewhere();
            } else {
                binding.port.may_be_unwatched();
            }
        } else if self.open.is_guest.load(Ordering::Acquire) {
            self.look_after_guest(None);
        }
    }

    /// A request of another file, which completes to that port, polls this file.
    pub fn look_after_polled(&self, heard_at: Option<&Arc<Port>>) {
        if self.open.is_guest.load(Ordering::Acquire) {
            self.look_after_guest(heard_at);
        } else {
            self.look_after(true);
        }
    }

    fn look_after_guest(&self, heard_at: Option<&Arc<Port>>) {
        let port = self.open.registered.lock().as_ref().and_then(|known| known.port.clone());
        let Some(port) = port else { return };
        if heard_at.is_some_and(|heard_at| Arc::ptr_eq(heard_at, &port)) {
            port.may_be_unwatched();
        } else {
            port.is_heard_elsewhere();
        }
    }
}
