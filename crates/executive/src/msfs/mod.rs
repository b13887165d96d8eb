//! Mailslots, whose driver Windows calls MSFS: one reader, any number of writers, messages.
//!
//! ```text
//!  writer --- datagram ---> socket in the runtime directory --- drain ---> messages, in order
//!  writer ---'                                                            |             |
//!                                                                   pending reads   the question
//! ```
//!
//! | you look for | it is in |
//! |---|---|
//! | the reading end: messages, reads with their time-out | [`mailslot`] |
//! | the writing end | [`writer`] |
//! | who has a name | [`place`] |
//!
//! A mailslot is a datagram socket, bound to a name in the runtime directory; a writer in the same
//! process goes the same way as one in another.  Linux lets only ten datagrams wait, so whoever
//! looks (a reader, a question, the thread that hears of readiness) moves them all into our memory.
//! A message that is too long for a datagram travels as a descriptor of a file in memory.

pub mod mailslot;
pub mod place;
pub mod writer;
