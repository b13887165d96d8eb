//! The NT machinery, in Rust: objects, waits, requests, completion ports, sockets.
//!
//! You look for … and it is in …
//!
//! | what | where |
//! |---|---|
//! | NTSTATUS, errno to NTSTATUS | [`status`] |

pub mod status;
