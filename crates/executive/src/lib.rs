//! The NT machinery, in Rust: objects, waits, requests, completion ports, sockets.
//!
//! You look for … and it is in …
//!
//! | what | where |
//! |---|---|
//! | handle to object | [`ob::table`] |
//! | NTSTATUS, errno to NTSTATUS | [`status`] |

pub mod ob;
pub mod status;
pub mod sync;
