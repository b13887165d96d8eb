//! What an instance does about a peer in another process: it takes what has come over the
//! [wire](super::wire), and hears how much of its own has been read.
//!
//! Nobody of this process sees the other's calls, so whoever looks at an instance pumps first: a
//! call that reads, writes or asks, a thread that waits inside its call and hears of the
//! descriptor itself, the thread that hears of it for a port or for requests of nobody's.

use super::end::End;
use super::instance::{Inner, Instance, Peer, Side, State};
use super::request::Ends;
use super::wire::Awaited;
use crate::io::complete::Timing;
use crate::io::file::File;
use crate::io::user_memory::UserBuffer;
use crate::ob::object::Object;
use crate::ob::table::Keep;
use crate::status::Result;

impl Inner {
    /// True when the other end is in another process.
    pub(super) fn is_remote(&self) -> bool {
        matches!(self.peer, Peer::Remote(_))
    }

    /// Takes everything that has come; with `exhaust` an end that follows it too.
    pub(super) fn pump(&mut self, exhaust: bool, ends: &mut Ends) {
        let Peer::Remote(wire) = &mut self.peer else { return };
        let own = wire.side();
        let mode = self.modes[own as usize].read;
        let queue = &mut self.queues[own as usize];
        let before = queue.progress();
        let goes_on = wire.receive(exhaust, |bytes| {
            let mut finish = |irp, outcome| ends.finish(irp, outcome);
            UserBuffer::with_bytes(bytes, |bytes| queue.arrived(bytes, mode, &mut finish));
        });
        if queue.progress() != before {
            wire.consumed(queue.progress());
        }
        wire.push();
        let is_disconnected = wire.is_disconnected();
        self.hear_progress(ends);
        if is_disconnected {
            self.disconnect(ends);
        } else if !goes_on {
            self.close(own.other(), ends);
        }
    }

    /// The peer may have read something.  Who goes on waiting for that hears of the next time.
    pub(super) fn hear_progress(&mut self, ends: &mut Ends) {
        let Peer::Remote(wire) = &self.peer else { return };
        let queue = &mut self.queues[wire.side().other() as usize];
        let mut finish = |irp, outcome| ends.finish(irp, outcome);
        let (bytes, entries) = wire.peers_progress();
        queue.peer_has_read(bytes, entries, &mut finish);
        if queue.has_waiting_writers() {
            wire.wait_for_peer();
            let (bytes, entries) = wire.peers_progress();
            queue.peer_has_read(bytes, entries, &mut finish);
        }
    }

    /// Before a read: what has come, if nothing is here or it is worth nothing any more.  For one
    /// that is `patient` the page's hint will do, because its thread waits for the socket then.
    pub(super) fn look_to_read(&mut self, side: Side, patient: bool, ends: &mut Ends) {
        let Peer::Remote(wire) = &self.peer else { return };
        let is_empty = self.queues[side as usize].is_empty();
        if wire.is_disconnected() || is_empty && (!patient || wire.may_have_come()) {
            self.pump(false, ends);
        }
    }

    /// Before a write: how much room there is.
    pub(super) fn look_to_write(&mut self, ends: &mut Ends) {
        match &self.peer {
            Peer::Local => {}
            Peer::Remote(wire) if wire.is_disconnected() => self.pump(true, ends),
            Peer::Remote(_) => self.hear_progress(ends),
        }
    }

    /// A write has found nobody: the state follows.
    pub(super) fn found_nobody(&mut self, ends: &mut Ends) {
        self.pump(true, ends);
        if let Peer::Remote(wire) = &self.peer
            && self.state == State::Connected
        {
            self.close(wire.side().other(), ends);
        }
    }

    /// Something waits, or is still to be sent: readiness of the connection is heard from now on.
    pub(super) fn register(&self, object: &impl Keep<Object>, file: &File) -> Result<()> {
        match &self.peer {
            Peer::Local => Ok(()),
            Peer::Remote(wire) => file.register(object, wire.has_outbox()),
        }
    }

    /// What the socket did not take is sent by whoever hears that there is room.
    pub(super) fn see_to_outbox(&self, object: &impl Keep<Object>, file: &File) {
        if let Peer::Remote(wire) = &self.peer
            && wire.has_outbox()
        {
            // Without memory for that the next call sends it.
            let _later = file.register(object, true);
        }
    }

    /// What a thread waits for that performs a call.
    pub(super) fn awaited(&self) -> Awaited {
        match &self.peer {
            Peer::Remote(wire) => wire.awaited(),
            Peer::Local => Awaited::NOTHING,
        }
    }
}

impl Instance {
    /// Takes what has come; tells what to wait for next.
    pub(super) fn pump(&self, exhaust: bool, timing: Timing) -> Awaited {
        let mut ends = Ends::told(timing);
        let mut inner = self.lock();
        inner.pump(exhaust, &mut ends);
        let awaited = inner.awaited();
        drop(inner);
        ends.wake();
        awaited
    }
}

impl End {
    /// The connection is ready.
    pub fn ready(&self, timing: Timing) {
        let _awaited = self.instance().pump(true, timing);
    }

    /// Before a question: what the peer has done meanwhile.
    pub(super) fn look(&self) {
        if self.lock().is_remote() {
            let _awaited = self.instance().pump(true, Timing::LATER);
        }
    }
}
