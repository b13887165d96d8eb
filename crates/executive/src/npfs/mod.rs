//! Named pipes: NT's named pipe file system.
//!
//! ```text
//!   namespace: name --> pipe (type, access, limits) --> the instances that listen, in order
//!                                                           |
//!   server's End --.                                        v
//!                  +--> Arc<Instance> { state, the two directions, listens } one lock
//!   client's End --'
//! ```
//!
//! An *instance* is what `CreateNamedPipe` returns a handle to.  It serves one client after the
//! other; which client an [`End`] belongs to is a number in it (`serial`), so a client that was
//! disconnected finds out by looking, and the server need not know of it any more.  What one end
//! writes is in the queue that the other reads ([`queue`]).  Everything is in memory; no descriptor
//! and no system call is involved, but to wake who waits.
//!
//! Locks: the namespace's before an instance's.  Only creating, opening, listening, disconnecting
//! and closing need the first.  Requests end under the instance's lock, so that their packets come
//! in the order of the data; threads that wait inside their calls are woken when it is free.
//!
//! A blocking call is a request like any other, whose end wakes its thread ([`request`]), so it
//! keeps its place among the overlapped ones.  Windows lets only one call at a time at a handle
//! that is not overlapped; here a read that waits does not keep another thread from writing.
//!
//! The peer may be in another process: [`link`] says what has to be carried there and back.

pub mod call;
pub mod end;
pub mod instance;
pub mod link;
pub mod listen;
pub mod namespace;
pub mod pipe;
pub mod queue;
pub mod request;
pub mod state;
pub mod transfer;
