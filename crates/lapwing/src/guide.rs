//! The guide: three servers, each a complete program, and pages for readers from elsewhere.
//!
//! | | program | what is new in it |
//! |---|---|---|
//! | [`echo`] | `examples/echo.rs` | the port, operations, threads, errors, back-pressure |
//! | [`chat`] | `examples/chat.rs` | tasks, timers, queues that have an end, Ctrl-C |
//! | [`http`] | `examples/http` | `TransmitFile`, limits and time-outs that cost little, measured |
//!
//! | who comes from | finds |
//! |---|---|
//! | tokio | [`from_tokio`]: tasks, and what becomes of a dropped future |
//! | C | [`from_c`]: each function's place here |
//! | `windows-sys` | [`from_windows_sys`]: each type's place here |
//!
//! Every listing in the guide is a piece of the program itself (`tests/guide.rs` compares them),
//! and each program is run by a test with clients.

/// Part 1: an echo server.
///
/// # A queue
/// A completion port is a queue.  The system puts in what has become of the operations that a
/// program has started, and the program's threads take them out.  The program can put in things of
/// its own as well, and says what type they have:
///
/// ```
/// use lapwing::CompletionPort;
///
/// # fn main() -> lapwing::Result<()> {
/// let port = CompletionPort::new(0)?;
/// port.post("a packet")?;
/// assert_eq!(port.get()?, "a packet");
/// # Ok(())
/// # }
/// ```
///
/// A server has one port and a few threads, each of which takes something out, does what is to be
/// done next, which mostly is to start another operation, and comes back.  No thread belongs to a
/// connection, and none waits for a single one.
#[cfg_attr(not(doctest), doc = include_str!("../guide/echo.md"))]
pub mod echo {}

/// Part 2: a chat server.
#[cfg_attr(not(doctest), doc = include_str!("../guide/chat.md"))]
pub mod chat {}

/// Part 3: a server of files over HTTP/1.1.
#[cfg_attr(not(doctest), doc = include_str!("../guide/http.md"))]
pub mod http {}

/// For readers who know tokio.
#[doc = include_str!("../guide/from_tokio.md")]
pub mod from_tokio {}

/// For readers who have written this in C.
#[doc = include_str!("../guide/from_c.md")]
pub mod from_c {}

/// For readers who have called Windows through `windows-sys`.
///
#[doc = include_str!("../guide/from_windows_sys.md")]
pub mod from_windows_sys {}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
