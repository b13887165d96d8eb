//! The NT machinery, in Rust: objects, waits, requests, completion ports, sockets.
//!
//! You look for … and it is in …
//!
//! | what | where |
//! |---|---|
//! | signal state, waits, threads, APCs, time | [`ke`] |
//! | handle to object | [`ob::table`] |
//! | NTSTATUS, errno to NTSTATUS | [`status`] |

pub mod ke;
pub mod ob;
pub mod status;
pub mod sync;
