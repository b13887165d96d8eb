//! ConnectNamedPipe and DisconnectNamedPipe.

use super::end::End;
use super::instance::{Inner, Side, State};
use super::namespace::{self, Namespace};
use super::request::{self, Call, Ends};
use crate::io::file::File;
use crate::io::irp::{Irp, Outcome, Overlapped, Started};
use crate::ob::object::Object;
use crate::ob::table::Keep;
use crate::status::{Result, Status};
use crate::sync::MutexGuard;

/// The server waits for a client.
struct Listen<'end> {
    end: &'end End,
    /// Until it has been tried.
    namespace: Option<MutexGuard<'static, Namespace>>,
}

impl Call for Listen<'_> {
    fn attempt(&mut self, inner: &mut Inner, ends: &mut Ends) -> Result<Option<Outcome>> {
        inner.pump(true, ends);
        let namespace = self.namespace.take();
        match inner.state {
            State::Connected => return Err(Status::PIPE_CONNECTED),
            State::Closing => return Err(Status::PIPE_CLOSING),
            State::Listening => {}
            State::Disconnected => {
                inner.state = State::Listening;
                if let Some(mut namespace) = namespace {
                    namespace.listens(self.end.instance());
                }
            }
        }
        if inner.modes(Side::Server).no_wait { Err(Status::PIPE_LISTENING) } else { Ok(None) }
    }

    fn queue(self, inner: &mut Inner, irp: Irp) {
        inner.listens.push(irp);
    }
}

impl End {
    /// Waits until a client has opened the instance, which listens from now on.
    ///
    /// # Errors
    /// `PIPE_CONNECTED` (535) when one has already, `PIPE_CLOSING` (232) when it has gone again,
    /// `PIPE_LISTENING` (536) instead of waiting (`PIPE_NOWAIT`), `ILLEGAL_FUNCTION` (1) at the
    /// client's end.
    pub fn listen(
        &self,
        object: &impl Keep<Object>,
        file: &File,
        overlapped: Option<Overlapped>,
    ) -> Result<Started> {
        if self.side() == Side::Client {
            return Err(Status::ILLEGAL_FUNCTION);
        }
        let namespace = Some(namespace::lock());
        let (inner, call) = (self.lock(), Listen { end: self, namespace });
        request::run(object, file, inner, call, overlapped)
    }

    /// Parts from the client: what was not read is lost, and every request of both ends fails.
    ///
    /// # Errors
    /// `PIPE_DISCONNECTED` (233) when that has been done, `ILLEGAL_FUNCTION` (1) at the client's
    /// end.
    pub fn disconnect(&self, file: &File) -> Result<()> {
        if self.side() == Side::Client {
            return Err(Status::ILLEGAL_FUNCTION);
        }
        let mut ends = Ends::default();
        let mut namespace = namespace::lock();
        let mut inner = self.lock();
        match inner.state {
            State::Disconnected => return Err(Status::PIPE_DISCONNECTED),
            State::Listening => {
                if let Some(pipe) = namespace.pipe_of(self.instance()) {
                    pipe.forget_listening(self.instance());
                }
            }
            State::Connected | State::Closing => {}
        }
        inner.disconnect(&mut ends);
        // The next connection is another.
        file.unregister();
        drop(inner);
        drop(namespace);
        ends.wake();
        Ok(())
    }
}
