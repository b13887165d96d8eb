//! The thread pool: callbacks of the program on threads that we start.
//!
//! | you look for | it is in |
//! |---|---|
//! | the threads, their port, the queue | [`pool`] |
//! | what is called, and what is done when it has returned | [`callback`] |
//! | what every pool object has: outstanding callbacks, waiting for them | [`member`] |
//! | timers | [`timer`] |
//! | waits without threads | [`wait`] |
//! | I/O | [`io`] |
//! | cleanup groups | [`group`] |
//! | timer queues | [`timer_queue`] |
//!
//! ```text
//!  SubmitThreadpoolWork --.                    .--> a worker: Member::execute --> the callback
//!  a timer's alarm -------+--> Member::submit -+
//!  a wait's packet -------'    (queue, packet) |
//!  a request's end -----------> the pool's port'
//! ```
//!
//! A pool's workers are the threads of one completion port, and its rules are theirs: so many run
//! as the port lets run, one that blocks gives its place away, and when a packet finds nobody
//! although one more may run, the port asks for a thread ([`crate::io::port::Staff`]).
//!
//! Program-visible objects are numbers in tables, so that a stale one is noticed.

pub mod callback;
pub mod group;
pub mod io;
pub mod member;
pub mod pool;
pub mod timer;
pub mod timer_queue;
pub mod wait;

#[cfg(test)]
mod tests;
