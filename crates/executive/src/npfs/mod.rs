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
//! other; which client an [`End`](end::End) belongs to is a number in it (`serial`), so a client
//! that was disconnected finds out by looking, and the server need not know of it any more.  What
//! one end writes is in the queue that the other reads ([`queue`]).  Everything is in memory; no
//! descriptor and no system call is involved, but to wake who waits.
//!
//! Locks: the namespace's before an instance's.  Only creating, opening, listening, disconnecting
//! and closing need the first.  Requests end under the instance's lock, so that their packets come
//! in the order of the data; threads that wait inside their calls are woken when it is free.
//!
//! A blocking call is a request like any other, whose end wakes its thread ([`request`]), so it
//! keeps its place among the overlapped ones.  Windows lets only one call at a time at a handle
//! that is not overlapped; here a read that waits does not keep another thread from writing.
//!
//! # A peer in another process
//!
//! Both processes have an [`Instance`](instance::Instance).  In each, the direction *to* the own
//! end is a real queue, and the direction *from* it a mirror
//! ([`Queue::mirror`](queue::Queue::mirror)): its entries have a length and no bytes, so quotas,
//! waiting writes and flushes need nothing else.  A [`wire`] carries writes there and counts back,
//! [`peer`] is what an instance does about it.  The name is claimed in the runtime directory, or in
//! one that is open to all users ([`claim`]).  Several processes can serve one name ([`roster`]);
//! who opens it ([`remote`]) comes to a [`door`] of the one whose instance has listened longest,
//! and its worker gives him that instance.
//!
//! A write that waits for another process to read has gone there all the same, so that it outlives
//! its writer and the reader need not ask for it.  It cannot be called back: who cancels it hears
//! that it has succeeded, and it counts against the quota until it has been read.  On Windows it
//! would be withdrawn.  The room that waiting reads of another process would make is not known
//! (`PIPE_NOWAIT`).
//!
//! An end that a child is given, or another process as a duplicate, stays where it is, because the
//! other may be any program: he has a socket, and threads carry between it and the end ([`given`]).

pub mod anonymous;
pub mod call;
pub mod claim;
pub mod door;
pub mod end;
pub mod given;
pub mod instance;
pub mod listen;
pub mod namespace;
pub mod peer;
pub mod pipe;
pub mod queue;
pub mod remote;
pub mod request;
pub mod roster;
pub mod state;
pub mod transfer;
pub mod wire;
