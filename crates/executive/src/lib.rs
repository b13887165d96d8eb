//! The NT machinery, in Rust: objects, waits, requests, completion ports, sockets.
//!
//! You look for … and it is in …
//!
//! | what | where |
//! |---|---|
//! | signal state, waits, threads, APCs, time | [`ke`] |
//! | the queue under a completion port | [`ke::queue`] |
//! | sockets | [`afd`] |
//! | disk files | [`fs`] |
//! | sections, views of them | [`mm`] |
//! | the console | [`condrv`] |
//! | serial ports | [`serial`] |
//! | security descriptors | [`se`] |
//! | mailslots | [`msfs`] |
//! | named pipes | [`npfs`] |
//! | readiness, epoll | [`engine`] |
//! | file objects, requests, completion, ports, the process's worker | [`io`] |
//! | which computer `\\server\...` means | [`mup`] |
//! | processes, what they inherit | [`ps`] |
//! | handle to object | [`ob::table`] |
//! | the thread pool: callbacks, timers, registered waits | [`tp`] |
//! | NTSTATUS, errno to NTSTATUS | [`status`] |
//! | windows, their messages, timers | [`win32k`] |

#[cfg(not(any(loom, shuttle)))]
pub mod afd;
#[cfg(not(any(loom, shuttle)))]
pub mod condrv;
#[cfg(not(any(loom, shuttle)))]
pub mod engine;
#[cfg(not(any(loom, shuttle)))]
pub mod fs;
#[cfg(not(any(loom, shuttle)))]
pub mod io;
pub mod ke;
#[cfg(not(any(loom, shuttle)))]
pub mod mm;
#[cfg(not(any(loom, shuttle)))]
pub mod msfs;
#[cfg(not(any(loom, shuttle)))]
pub mod mup;
#[cfg(not(any(loom, shuttle)))]
pub mod npfs;
pub mod ob;
#[cfg(not(any(loom, shuttle)))]
pub mod ps;
#[cfg(not(any(loom, shuttle)))]
pub mod se;
#[cfg(not(any(loom, shuttle)))]
pub mod serial;
pub use lapwing_status as status;
pub mod sync;
#[cfg(not(any(loom, shuttle)))]
pub mod sys;
#[cfg(not(any(loom, shuttle)))]
pub mod tp;
#[cfg(not(any(loom, shuttle)))]
pub mod win32k;
