//! The I/O manager: file objects, requests, how they end, and where their results go.
//!
//! A request has exactly one owner at every moment, and ownership moves as a Rust value, so there
//! is no state word that two threads could fight over:
//!
//! ```text
//!  the issuing call's stack --- would block ---> the socket's queue (under the socket's lock)
//!        |                                            |                |
//!        | done at once                 ready: popped by the      cancelled or closed:
//!        v                              thread that pumps         removed by that thread
//!   complete::complete  <-------------------'----------------------------'
//!        |
//!        +--> status block (OVERLAPPED), event or file object, APC queue
//!        `--> a Packet in the port's queue, until GetQueuedCompletionStatus takes it
//! ```

pub mod cancel;
pub mod complete;
pub mod create;
pub mod file;
pub mod irp;
mod open_to;
pub mod port;
pub mod read_write;
pub mod ready;
pub mod status_block;
pub mod tie;
pub mod unbound;
pub mod user_memory;
pub mod worker;
