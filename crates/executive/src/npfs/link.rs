//! The seam to an end that is in another process.
//!
//! Both processes have an [`Instance`](super::instance::Instance).  In each, the direction *to* the
//! own end is a real queue, and the direction *from* it a mirror
//! ([`Queue::mirror`](super::queue::Queue::mirror)): its entries have a length and no bytes, so
//! quotas, waiting writes and flushes need nothing else.
//!
//! What the own end does is told to the [`Link`] of
//! [`Peer::Remote`](super::instance::Peer::Remote), under the instance's lock and in order:
//!
//! | own end | told |
//! |---|---|
//! | writes (all of it at once, even if the write waits) | [`Link::deliver`] |
//! | reads | [`Link::consumed`] |
//! | closes its last handle | [`Link::close`] |
//! | disconnects (server) | [`Link::disconnect`] |
//!
//! What the peer does is done to the instance under the same lock: `Queue::arrived` and
//! `Queue::peer_has_read`, `Inner::close` and `Inner::disconnect` with the peer's side.

/// The way to the other end's process.
pub trait Link: Send {
    /// A write, for the other end's queue.
    fn deliver(&mut self, bytes: &[u8]);
    /// What has been read of the own queue in all: bytes, and entries to their end.
    fn consumed(&mut self, bytes: u64, entries: u64);
    /// The own end has been closed.
    fn close(&mut self);
    /// The own end, the server's, has disconnected.
    fn disconnect(&mut self);
}
